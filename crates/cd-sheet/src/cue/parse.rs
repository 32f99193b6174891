//! Text to a typed sheet. One pass over the lines; every rule is checked where the command that breaks it stands.

use std::borrow::Cow;
use std::collections::btree_map::Entry;

use cd_address::RelMsf;

use super::faults::{order, refuse_second, two_pregaps, unknown};
use super::line::Line;
use super::open_track::OpenTrack;
use super::{
    CueField, CueFile, CueFileKind, CuePoint, CuePregap, CueRem, CueSheet, CueText, CueTexts,
    CueTrackMode,
};
use crate::text::{check_characters, lines};
use crate::{Place, SheetError, SheetFault, Spanned};

/// The sheet that `text` is; [`decode_text`](crate::decode_text) makes text of a file's bytes.
///
/// ```
/// let sheet = cd_sheet::cue::parse("FILE disc.bin BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n")?;
/// assert_eq!(sheet.files[0].name.value.as_str(), "disc.bin");
///
/// let error = cd_sheet::cue::parse("FILE disc.bin BINARY\n  TRACK 01 MODE1\n").unwrap_err();
/// assert!(error.to_string().starts_with("2:12: unknown track mode \"MODE1\", expected AUDIO, CDG, MODE1/2048, "));
/// # Ok::<(), cd_sheet::SheetError>(())
/// ```
///
/// # Errors
/// [`SheetError`] for the first fault. What a track or file lacks is seen at its end, and told with the place where it begins.
pub fn parse(text: &str) -> Result<CueSheet, SheetError> {
    check_characters(text)?;
    let mut parser = Parser::default();
    for (number, line) in lines(text) {
        parser.line(Line::new(number, line))?;
    }
    parser.finish()
}

#[derive(Default)]
struct Parser {
    catalog: Option<Spanned<cd_sector::Mcn>>,
    cd_text_file: Option<Spanned<CueText>>,
    texts: CueTexts,
    rems: Vec<Spanned<CueRem>>,
    files: Vec<OpenFile>,
    first_track: u8,
    tracks: Vec<OpenTrack>,
    /// The last index of all that lies in a file.
    last_point: Option<Spanned<CuePoint>>,
    /// Whether neither TRACK nor INDEX stood since the last FILE.
    is_after_file: bool,
    lead_out: Option<Place>,
}

/// A file, and where its FILE stands.
struct OpenFile {
    at: Place,
    file: CueFile,
}

impl Parser {
    fn line(&mut self, mut line: Line<'_>) -> Result<(), SheetError> {
        let command = line.word();
        let name = command.value.to_ascii_uppercase();
        let at = command.place;
        match name.as_str() {
            "" => {}
            "REM" => return self.rem(at, line.remark()),
            "CATALOG" => self.catalog(at, &mut line)?,
            "CDTEXTFILE" => self.cd_text_file(at, &mut line)?,
            "FILE" => self.file(at, &mut line)?,
            "TRACK" => self.track(at, &mut line)?,
            "FLAGS" => self.open_track(at, "FLAGS")?.flags(at, &mut line)?,
            "ISRC" => self.open_track(at, "ISRC")?.isrc(at, &mut line)?,
            "PREGAP" => self.open_track(at, "PREGAP")?.pregap(at, &mut line)?,
            "INDEX" => self.index(at, &mut line)?,
            "POSTGAP" => self.postgap(at, &mut line)?,
            _ => match CueField::from_word(&name) {
                Some(field) => self.field(at, field, &mut line)?,
                None => {
                    return Err(command.error(SheetFault::UnknownWord {
                        what: "command",
                        found: SheetFault::show(command.value),
                        expected: expected_commands(),
                    }));
                }
            },
        }
        line.end()
    }

    fn rem(&mut self, at: Place, text: &str) -> Result<(), SheetError> {
        let words: Vec<_> = text
            .split_whitespace()
            .map(str::to_ascii_uppercase)
            .collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["SESSION", number] if number.parse().is_ok_and(|number: u32| number > 1) => {
                let what = format!("REM SESSION {number}").into();
                return Err(SheetError::new(at, SheetFault::MultiSession { what }));
            }
            ["SINGLE-DENSITY" | "HIGH-DENSITY", "AREA"] => {
                let fault = SheetFault::Unsupported {
                    what: "a GD-ROM of two areas".into(),
                    why: "no recorder writes its high-density area".into(),
                };
                return Err(SheetError::new(at, fault));
            }
            ["LEAD-OUT", ..] => self.lead_out = Some(at),
            _ => {}
        }
        let rem = Spanned::new(at, CueRem(text.to_owned()));
        match (self.files.last_mut(), self.tracks.last_mut()) {
            (Some(open), _) if self.is_after_file => open.file.rems.push(rem),
            (_, Some(open)) => open.track.rems.push(rem),
            (Some(_) | None, None) => self.rems.push(rem),
        }
        Ok(())
    }

    fn catalog(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        refuse_second(
            "CATALOG",
            at,
            self.catalog.as_ref().map(|first| first.place),
        )?;
        let text = line.text("a media catalogue number of 13 digits")?;
        let mcn = text
            .value
            .parse()
            .map_err(|error| text.error(SheetFault::Mcn(error)))?;
        self.catalog = Some(Spanned::new(text.place, mcn));
        Ok(())
    }

    fn cd_text_file(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        let first = self.cd_text_file.as_ref().map(|first| first.place);
        refuse_second("CDTEXTFILE", at, first)?;
        self.cd_text_file = Some(file_name(line)?);
        Ok(())
    }

    fn field(&mut self, at: Place, field: CueField, line: &mut Line<'_>) -> Result<(), SheetError> {
        let text = line.text("text")?;
        let texts = match self.tracks.last_mut() {
            None => &mut self.texts,
            Some(_) if !field.is_per_track() => {
                return Err(order(
                    at,
                    field.word(),
                    "is the disc's: it must stand before the first TRACK",
                ));
            }
            // Whether the track before is meant or the one to come, nobody can say.
            Some(open) if self.is_after_file && !open.track.indexes.is_empty() => {
                return Err(order(
                    at,
                    field.word(),
                    "must stand after the TRACK it belongs to",
                ));
            }
            Some(open) => &mut open.track.texts,
        };
        match texts.entry(field) {
            Entry::Occupied(first) => refuse_second(field.word(), at, Some(first.get().place)),
            Entry::Vacant(free) => {
                free.insert(Spanned::new(text.place, CueText(text.value.to_owned())));
                Ok(())
            }
        }
    }

    fn file(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        self.check_file_is_used()?;
        let name = file_name(line)?;
        let word = line.word();
        let kind = CueFileKind::from_word(word.value).ok_or_else(|| {
            let expected = format!(
                "{} (quotes stand round a name with blanks)",
                CueFileKind::list()
            );
            word.error(unknown("file kind", word.value, expected))
        })?;
        let rems = Vec::new();
        let file = CueFile { name, kind, rems };
        self.files.push(OpenFile { at, file });
        self.is_after_file = true;
        Ok(())
    }

    fn track(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        if self.files.is_empty() {
            return Err(order(at, "TRACK", "must stand after a FILE"));
        }
        if self.lead_out.is_some() {
            let what = "a TRACK after REM LEAD-OUT".into();
            return Err(SheetError::new(at, SheetFault::MultiSession { what }));
        }
        self.check_track_is_whole()?;
        let number = line.number("track number", 1)?;
        match self.tracks.last() {
            None => self.first_track = number.value,
            Some(last) if number.value == last.number + 1 => {}
            Some(last) => {
                return Err(number.error(SheetFault::Sequence {
                    what: "track",
                    found: number.value.into(),
                    expected: format!("{:02}", last.number + 1).into(),
                }));
            }
        }
        let word = line.word();
        let mode = CueTrackMode::from_word(word.value)
            .ok_or_else(|| word.error(unknown("track mode", word.value, CueTrackMode::list())))?;
        self.is_after_file = false;
        let mode = Spanned::new(word.place, mode);
        self.tracks.push(OpenTrack::new(number.value, at, mode));
        Ok(())
    }

    fn index(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        let last_point = self.last_point;
        let open = self.open_track(at, "INDEX")?;
        if open.track.postgap.is_some() {
            return Err(order(at, "INDEX", "must stand before the track's POSTGAP"));
        }
        let number = line.number("index number", 0)?;
        let (expected, shown) = open.next_index();
        if !expected.contains(&usize::from(number.value)) {
            return Err(number.error(SheetFault::Sequence {
                what: "index",
                found: number.value.into(),
                expected: shown,
            }));
        }
        let time = line.time()?;
        if number.value == 0
            && let CuePregap::Made(pregap) = &open.track.pregap
        {
            return Err(two_pregaps(at, "INDEX 00", "PREGAP", pregap.place));
        }
        let mode = open.track.mode;
        let point = self.point(time, mode, last_point)?;
        self.last_point = Some(point);
        self.is_after_file = false;
        let open = self.open_track(at, "INDEX")?;
        match number.value {
            0 => open.track.pregap = CuePregap::InFile(point),
            _ => open.track.indexes.push(point),
        }
        Ok(())
    }

    /// The point `time` of the last file, for a track of `mode`.
    fn point(
        &self,
        time: Spanned<RelMsf>,
        mode: Spanned<CueTrackMode>,
        last: Option<Spanned<CuePoint>>,
    ) -> Result<Spanned<CuePoint>, SheetError> {
        // There is a track, so there is a file.
        let file_idx = self.files.len().saturating_sub(1);
        if let Some(open) = self.files.last()
            && (mode.value.is_data() || mode.value == CueTrackMode::Cdg)
            && !open.file.kind.is_raw()
        {
            return Err(mode.error(SheetFault::Conflict {
                what: format!("track mode {}", mode.value).into(),
                other: format!("FILE of kind {}", open.file.kind).into(),
                at: open.at,
            }));
        }
        match last.filter(|last| last.value.file_idx == file_idx) {
            Some(last) if time.value <= last.value.time => {
                return Err(time.error(SheetFault::NotAscending {
                    what: "time",
                    value: time.value.to_string(),
                    previous: last.value.time.to_string(),
                    at: last.place,
                }));
            }
            None if time.value != RelMsf::ZERO => {
                let time_text = time.value.to_string();
                return Err(time.error(SheetFault::FileStart { time: time_text }));
            }
            _ => {}
        }
        let time = Spanned::new(
            time.place,
            CuePoint {
                file_idx,
                time: time.value,
            },
        );
        Ok(time)
    }

    fn postgap(&mut self, at: Place, line: &mut Line<'_>) -> Result<(), SheetError> {
        let is_after_file = self.is_after_file;
        let open = self.open_track(at, "POSTGAP")?;
        let first = open.track.postgap.as_ref().map(|first| first.place);
        refuse_second("POSTGAP", at, first)?;
        if open.track.indexes.is_empty() || is_after_file {
            return Err(order(
                at,
                "POSTGAP",
                "must stand right after the track's last INDEX",
            ));
        }
        open.track.postgap = Some(line.time()?);
        Ok(())
    }

    fn open_track(&mut self, at: Place, what: &'static str) -> Result<&mut OpenTrack, SheetError> {
        let open = self.tracks.last_mut();
        open.ok_or_else(|| order(at, what, "must stand after a TRACK"))
    }

    fn check_track_is_whole(&self) -> Result<(), SheetError> {
        match self.tracks.last() {
            Some(open) if open.track.indexes.is_empty() => Err(SheetError::new(
                open.at,
                SheetFault::Missing {
                    what: "INDEX 01".into(),
                    of: format!("track {:02}", open.number).into(),
                },
            )),
            _ => Ok(()),
        }
    }

    fn check_file_is_used(&self) -> Result<(), SheetError> {
        let last_idx = self.last_point.map(|point| point.value.file_idx + 1);
        match self.files.last() {
            Some(open) if last_idx != Some(self.files.len()) => Err(SheetError::new(
                open.at,
                SheetFault::Missing {
                    what: "INDEX that lies in it".into(),
                    of: "the FILE".into(),
                },
            )),
            _ => Ok(()),
        }
    }

    fn finish(self) -> Result<CueSheet, SheetError> {
        if self.tracks.is_empty() {
            let (what, of) = ("TRACK".into(), "the sheet".into());
            return Err(SheetError::new(
                Place::START,
                SheetFault::Missing { what, of },
            ));
        }
        self.check_track_is_whole()?;
        self.check_file_is_used()?;
        Ok(CueSheet {
            catalog: self.catalog,
            cd_text_file: self.cd_text_file,
            texts: self.texts,
            rems: self.rems,
            files: self.files.into_iter().map(|open| open.file).collect(),
            first_track: self.first_track,
            tracks: self.tracks.into_iter().map(|open| open.track).collect(),
        })
    }
}

fn file_name(line: &mut Line<'_>) -> Result<Spanned<CueText>, SheetError> {
    let name = line.text("a file's name")?;
    if name.value.is_empty() {
        return Err(name.error(SheetFault::Unexpected {
            found: "nothing between the quotes".to_owned(),
            expected: "a file's name".into(),
        }));
    }
    Ok(Spanned::new(name.place, CueText(name.value.to_owned())))
}

fn expected_commands() -> Cow<'static, str> {
    let commands = "FILE, TRACK, INDEX, PREGAP, POSTGAP, FLAGS, ISRC, CATALOG, CDTEXTFILE, REM";
    format!("{commands}, {}", CueField::list()).into()
}
