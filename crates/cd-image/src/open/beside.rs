//! Files that are a part of an image: what they are, and which file describes the whole.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use cd_sector::QFrame;

use crate::raw_stream::sample;
use crate::sheet::files;
use crate::{CdgFile, MappedFile, OpenError};

/// Bytes of a sector's subcode, and where in them Q is if they lie channel by channel.
const SUB_BYTES: u64 = 96;
const Q_OFFSET: u64 = 12;
/// Endings of sheets, the one that says most first.
const SHEETS: [&str; 3] = ["ccd", "toc", "cue"];

/// The sheet beside the file at `path` that has its name.
pub(super) fn sheet(path: &str) -> Option<PathBuf> {
    SHEETS
        .into_iter()
        .find_map(|ending| files::beside(path, ending))
}

/// That `file` is `what` and no disc.
pub(super) fn part(file: &MappedFile, what: &'static str) -> OpenError {
    let sheet = sheet(file.path()).map(|sheet| sheet.display().to_string());
    OpenError::NotByItself {
        path: file.path().to_owned(),
        what,
        sheet: sheet
            .unwrap_or_else(|| "the sheet or the file of sound that it goes with".to_owned()),
    }
}

/// Whether half of the sampled sectors of 96 bytes have a right Q frame after 12 bytes of P.
pub(super) fn is_sub(file: &MappedFile) -> Result<bool, OpenError> {
    if !file.len().is_multiple_of(SUB_BYTES) {
        return Ok(false);
    }
    let (mut right, mut sampled) = (0_u32, 0_u32);
    for sector_idx in sample(file.len() / SUB_BYTES) {
        let mut frame = [0; 12];
        file.read_at(sector_idx * SUB_BYTES + Q_OFFSET, &mut frame)?;
        sampled += 1;
        right += u32::from(QFrame(frame).crc_ok());
    }
    Ok(right > 0 && 2 * right >= sampled)
}

/// Whether the file is called graphics and has some.
pub(super) fn is_graphics(file: &MappedFile) -> bool {
    let ending = Path::new(file.path()).extension().and_then(OsStr::to_str);
    let is_called_so = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("cdg"));
    is_called_so && CdgFile::open(file.path()).is_ok()
}
