//! Typed sheets to text, as CDRWIN's manual has it: capitals, all text in quotes, numbers of two digits.

use std::fmt;

use super::{CueFile, CuePregap, CueRem, CueSheet, CueTexts, CueTrack};
use crate::Spanned;

impl fmt::Display for CueSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print_rems(f, "", &self.rems)?;
        if let Some(catalog) = &self.catalog {
            writeln!(f, "CATALOG {}", catalog.value)?;
        }
        if let Some(name) = &self.cd_text_file {
            writeln!(f, "CDTEXTFILE \"{}\"", name.value)?;
        }
        print_texts(f, "", &self.texts)?;
        let mut files = Files {
            files: &self.files,
            current: None,
        };
        for (number, track) in self.numbered_tracks() {
            print_track(f, number, track, &mut files)?;
        }
        Ok(())
    }
}

/// Prints a `FILE` line where the file of an index is another than that of the one before.
struct Files<'a> {
    files: &'a [CueFile],
    current: Option<usize>,
}

impl Files<'_> {
    fn go_to(&mut self, f: &mut fmt::Formatter<'_>, file_idx: usize) -> fmt::Result {
        if self.current == Some(file_idx) {
            return Ok(());
        }
        self.current = Some(file_idx);
        let Some(file) = self.files.get(file_idx) else {
            return Ok(());
        };
        writeln!(f, "FILE \"{}\" {}", file.name.value, file.kind)?;
        print_rems(f, "  ", &file.rems)
    }
}

fn print_track(
    f: &mut fmt::Formatter<'_>,
    number: u8,
    track: &CueTrack,
    files: &mut Files<'_>,
) -> fmt::Result {
    if let Some((_, first)) = track.points().next() {
        files.go_to(f, first.value.file_idx)?;
    }
    writeln!(f, "  TRACK {number:02} {}", track.mode.value)?;
    print_texts(f, "    ", &track.texts)?;
    print_rems(f, "    ", &track.rems)?;
    if track.flags.set().next().is_some() {
        write!(f, "    FLAGS")?;
        for flag in track.flags.set() {
            write!(f, " {flag}")?;
        }
        writeln!(f)?;
    }
    if let Some(isrc) = &track.isrc {
        write!(f, "    ISRC ")?;
        for &character in isrc.value.characters() {
            write!(f, "{}", char::from(character))?;
        }
        writeln!(f)?;
    }
    if let CuePregap::Made(length) = &track.pregap {
        writeln!(f, "    PREGAP {}", length.value)?;
    }
    for (index, point) in track.points() {
        files.go_to(f, point.value.file_idx)?;
        writeln!(f, "    INDEX {index:02} {}", point.value.time)?;
    }
    if let Some(length) = &track.postgap {
        writeln!(f, "    POSTGAP {}", length.value)?;
    }
    Ok(())
}

fn print_texts(f: &mut fmt::Formatter<'_>, indent: &str, texts: &CueTexts) -> fmt::Result {
    texts
        .iter()
        .try_for_each(|(field, text)| writeln!(f, "{indent}{field} \"{}\"", text.value))
}

fn print_rems(f: &mut fmt::Formatter<'_>, indent: &str, rems: &[Spanned<CueRem>]) -> fmt::Result {
    rems.iter()
        .try_for_each(|rem| writeln!(f, "{indent}REM {}", rem.value.as_str()))
}
