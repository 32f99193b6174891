//! What kind of sheet a file is, from its words.

use std::path::Path;

use crate::{ImageKind, MappedFile, OpenError};

/// Bytes that are looked at: the first track's line stands within them in every sheet that is one.
const HEAD_BYTES: u64 = 64 << 10;

/// Modes of tracks in toc-files.
const TOC_MODES: [&str; 8] = [
    "AUDIO",
    "MODE1",
    "MODE1_RAW",
    "MODE2",
    "MODE2_RAW",
    "MODE2_FORM1",
    "MODE2_FORM2",
    "MODE2_FORM_MIX",
];

/// The kind of sheet that `file` is, and what says so; `None` if it is none.
pub(crate) fn find(file: &MappedFile) -> Result<Option<(ImageKind, &'static str)>, OpenError> {
    let mut head = vec![0; usize::try_from(file.len().min(HEAD_BYTES)).unwrap_or(0)];
    file.read_at(0, &mut head)?;
    let is_text = !head
        .iter()
        .any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let by_words = is_text.then(|| of_words(&String::from_utf8_lossy(&head)));
    Ok(by_words.flatten().or_else(|| of_name(file.path())))
}

fn of_words(text: &str) -> Option<(ImageKind, &'static str)> {
    let text = text.to_uppercase();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let next = || words.clone().next().unwrap_or_default();
        match word.trim_start_matches('\u{FEFF}') {
            "TRACK" if next().parse::<u8>().is_ok() => {
                return Some((ImageKind::Cue, "a TRACK with a number"));
            }
            "[CLONECD]" => return Some((ImageKind::Ccd, "its section [CloneCD]")),
            "CD_DA" | "CD_ROM" | "CD_ROM_XA" | "CD_I" => {
                return Some((ImageKind::Toc, "the type of session"));
            }
            "TRACK" if TOC_MODES.contains(&next()) => {
                return Some((ImageKind::Toc, "a TRACK with a mode and no number"));
            }
            _ => {}
        }
    }
    None
}

/// A file that is called a sheet is read as one: what is wrong with it is said with its place.
fn of_name(path: &str) -> Option<(ImageKind, &'static str)> {
    let ending = Path::new(path).extension()?.to_str()?.to_lowercase();
    match ending.as_str() {
        "cue" => Some((ImageKind::Cue, "its name")),
        "toc" => Some((ImageKind::Toc, "its name")),
        "ccd" => Some((ImageKind::Ccd, "its name")),
        _ => None,
    }
}
