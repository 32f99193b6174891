//! CUE sheets.
//!
//! There is no standard; the format is what the manual of CDRWIN describes and what programs since have read and written.
//! A line is a command: a word and its arguments, parted by spaces or tabs. Commands are read in capitals or not, text with
//! quotes or, if it is one word, without.
//!
//! ```text
//! CATALOG 1234567890128              once, anywhere
//! CDTEXTFILE "disc.cdt"              once, anywhere
//! TITLE "Disc"                       the disc's, before the first TRACK; later the track's
//! FILE "one.bin" BINARY              BINARY, MOTOROLA, WAVE, AIFF, MP3, FLAC
//!   TRACK 01 MODE1/2352              numbers follow each other by one, the first is free
//!     FLAGS DCP                      once, before the track's first INDEX
//!     INDEX 01 00:00:00              counted from the beginning of the file
//!   TRACK 02 AUDIO
//!     ISRC USABC0212345              once, before the track's first INDEX; hyphens are read
//!     INDEX 00 10:00:00              a pregap that lies in the file
//! FILE "two.wav" WAVE
//!     INDEX 01 00:00:00              a FILE between two indexes: the pregap lay in the file before
//!   TRACK 03 AUDIO
//!     PREGAP 00:02:00                a pregap that lies in no file
//!     INDEX 01 05:00:00
//!     POSTGAP 00:02:00               after the track's last INDEX
//! ```
//!
//! # Which dialects are read
//! - An index may lie in a later file than the one before it, as in the sheets of programs that copy a pregap to the end of
//!   the track before. A [`CueSheet`] lists files and tracks side by side for that reason: each index names its file.
//! - The texts of [`CueField`], which CDRWIN has three of.
//! - `FLAGS DATA` on a data track, where it says nothing new. `FILE ... FLAC`. `ISRC 000000000000`, which programs write
//!   that found none: the track has none.
//! - One digit where two are meant (`TRACK 1`, `INDEX 1 0:2:0`).
//!
//! Refused is what has no sure meaning: a first index of a file that is not at 00:00:00 (what lies before it would be
//! in no track), times that do not rise, `PREGAP` beside `INDEX 00`, files without index, data tracks in files of sound.
//! A second session and the two areas of a GD-ROM are known by the `REM` lines that dumping programs write, and refused in
//! words. Other `REM` lines are kept as they are.
//!
//! How long a text may be on a disc, and whether files hold what the sheet says, is for those who make the disc.

use std::collections::BTreeMap;
use std::fmt;

use cd_address::RelMsf;
use cd_sector::{CdTextKind, Isrc, Mcn};

use crate::Spanned;

mod faults;
mod line;
mod open_track;
mod parse;
mod print;
#[cfg(test)]
mod tests;
mod words;

pub use parse::parse;
pub use words::{CueField, CueFileKind, CueFlags, CueTrackMode};

/// A CUE sheet: files and tracks, both in order.
///
/// Printed ([`fmt::Display`]) it is a sheet that parses to an equal one, provided it keeps the rules of the module's head
/// where no type does: [`parse`] is the judge of a sheet made by a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueSheet {
    /// `CATALOG`: the media catalogue number.
    pub catalog: Option<Spanned<Mcn>>,
    /// `CDTEXTFILE`: the name of a file of CD-Text packs.
    pub cd_text_file: Option<Spanned<CueText>>,
    /// The disc's texts.
    pub texts: CueTexts,
    /// `REM` lines before the first file, in order.
    pub rems: Vec<Spanned<CueRem>>,
    /// The files. Each is that of one index at least.
    pub files: Vec<CueFile>,
    /// The number of the first track, 1..=99.
    pub first_track: u8,
    /// The tracks, numbered from [`CueSheet::first_track`] on, the last at most 99.
    pub tracks: Vec<CueTrack>,
}

impl CueSheet {
    /// The tracks with their numbers.
    pub fn numbered_tracks(&self) -> impl Iterator<Item = (u8, &CueTrack)> {
        (self.first_track..=99).zip(&self.tracks)
    }

    /// Every index of every track, in the sheet's order: track number, index number, and where it lies.
    ///
    /// ```
    /// let sheet = cd_sheet::cue::parse(
    ///     "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 00 03:00:00\n\
    ///      FILE b.wav WAVE\nINDEX 01 00:00:00",
    /// )?;
    /// let points = sheet.points().map(|(track, index, point)| (track, index, point.value.file_idx));
    /// assert_eq!(points.collect::<Vec<_>>(), [(1, 1, 0), (2, 0, 0), (2, 1, 1)]);
    /// # Ok::<(), cd_sheet::SheetError>(())
    /// ```
    pub fn points(&self) -> impl Iterator<Item = (u8, u8, &Spanned<CuePoint>)> {
        self.numbered_tracks()
            .flat_map(|(number, track)| track.points().map(move |(index, at)| (number, index, at)))
    }
}

/// `FILE`: a file that tracks lie in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueFile {
    /// Its name, as it stands in the sheet; not empty.
    pub name: Spanned<CueText>,
    /// What the sheet says it is. Sheets call every file of sound that is not raw a `WAVE`.
    pub kind: CueFileKind,
    /// `REM` lines between the `FILE` line and the next `TRACK` or `INDEX`.
    pub rems: Vec<Spanned<CueRem>>,
}

/// `TRACK` and all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CueTrack {
    /// What its sectors are, and how many bytes each has in the file.
    pub mode: Spanned<CueTrackMode>,
    /// The track's texts, none of the kinds that only a disc has.
    pub texts: CueTexts,
    /// `REM` lines after the `TRACK` line and before the next `FILE` or `TRACK`.
    pub rems: Vec<Spanned<CueRem>>,
    /// `FLAGS`; none of the flags of sound on a data track.
    pub flags: CueFlags,
    /// `ISRC`
    pub isrc: Option<Spanned<Isrc>>,
    /// What is before index 1.
    pub pregap: CuePregap,
    /// Where index 1, 2 and so on begin; at least one, at most 99.
    pub indexes: Vec<Spanned<CuePoint>>,
    /// `POSTGAP`: sectors to be made after those of the file.
    pub postgap: Option<Spanned<RelMsf>>,
}

impl CueTrack {
    /// The indexes that lie in a file, with their numbers, 0..=99.
    pub fn points(&self) -> impl Iterator<Item = (u8, &Spanned<CuePoint>)> {
        let zero = match &self.pregap {
            CuePregap::InFile(point) => Some((0, point)),
            CuePregap::None | CuePregap::Made(_) => None,
        };
        zero.into_iter().chain((1..=99).zip(&self.indexes))
    }
}

/// What a track has before its index 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CuePregap {
    /// Nothing that the sheet speaks of.
    None,
    /// `PREGAP`: that many sectors, to be made.
    Made(Spanned<RelMsf>),
    /// `INDEX 00`: the file's sectors from there to index 1.
    InFile(Spanned<CuePoint>),
}

/// A place in one of a sheet's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CuePoint {
    /// Which of [`CueSheet::files`]. Never lower than that of the index before.
    pub file_idx: usize,
    /// Sectors from the file's beginning, each of the size that the track's mode has. The first of a file is at 00:00:00,
    /// each later one after the one before it.
    pub time: RelMsf,
}

/// Texts by their kind.
pub type CueTexts = BTreeMap<CueField, Spanned<CueText>>;

/// Text that can stand between the quotes of a sheet: it has no quote, and no control character but tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CueText(String);

impl CueText {
    /// The text `text`.
    ///
    /// # Errors
    /// [`CueTextError`] for a character that no sheet can hold there.
    pub fn new(text: impl Into<String>) -> Result<Self, CueTextError> {
        let text = text.into();
        match text.chars().find(|&c| c == '"' || is_control(c)) {
            Some(character) => Err(CueTextError { character }),
            None => Ok(Self(text)),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CueText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands after `REM` and one space, as it is: no control character but tabs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CueRem(String);

impl CueRem {
    /// The remark `text`.
    ///
    /// # Errors
    /// [`CueTextError`] for a character that no sheet can hold there.
    pub fn new(text: impl Into<String>) -> Result<Self, CueTextError> {
        let text = text.into();
        match text.chars().find(|&c| is_control(c)) {
            Some(character) => Err(CueTextError { character }),
            None => Ok(Self(text)),
        }
    }

    /// The remark itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text that a CUE sheet cannot hold: it has no way to write quotes or line ends within text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("text of a cue sheet cannot hold {character:?}")]
pub struct CueTextError {
    /// The first such character.
    pub character: char,
}

fn is_control(character: char) -> bool {
    character.is_control() && character != '\t'
}

impl CueField {
    /// The kind of CD-Text that it becomes. [`CdTextKind::GENRE`] has a code before the text, which no sheet gives.
    #[must_use]
    pub const fn cd_text_kind(self) -> CdTextKind {
        match self {
            Self::Title => CdTextKind::TITLE,
            Self::Performer => CdTextKind::PERFORMER,
            Self::Songwriter => CdTextKind::SONGWRITER,
            Self::Composer => CdTextKind::COMPOSER,
            Self::Arranger => CdTextKind::ARRANGER,
            Self::Message => CdTextKind::MESSAGE,
            Self::DiscId => CdTextKind::DISC_ID,
            Self::Genre => CdTextKind::GENRE,
            Self::UpcEan => CdTextKind::UPC_ISRC,
        }
    }
}
