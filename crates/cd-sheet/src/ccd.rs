//! The control file of CloneCD (`.ccd`): what it says of the `.img` and `.sub` beside it, read strictly and printed again.
//!
//! The format has no specification; this is what CloneCD and programs after it write: lines `KEY=VALUE` under `[SECTION]`.
//!
//! **Accepted**, in capitals or not, blanks round `=` or not: `[CloneCD]`, which comes first, with `Version` 2 or 3; `[Disc]`
//! with `TocEntries`, `Sessions`, `DataTracksScrambled`, `CDTextLength`, `CATALOG`; `[CDText]` with `Entries` and `Entry 0` and
//! so on, a pack each, of 16 bytes or of 18 with the right CRC; `[Session 1]` with `PreGapMode` and `PreGapSubC`; `[Entry 0]` and so
//! on, what the lead-in says: `Session`, `Point`, `ADR`, `Control`, `TrackNo`, `AMin`, `ASec`, `AFrame`, `ALBA`, `Zero`, `PMin`, `PSec`,
//! `PFrame`, `PLBA`; `[TRACK 1]` and so on, or none at all, with `MODE`, `ISRC`, `FLAGS` (`DCP`, `4CH`, `PRE`, `SCMS`) and `INDEX 0`
//! to `INDEX 99`. Numbers are decimal, or hexadecimal after `0x`.
//!
//! **Checked**: the number of entries; that the points A0h, A1h and A2h stand once each and every track between A0h's and
//! A1h's once, in ascending order and before the lead-out; `PLBA` of tracks and lead-out against their time; check digit
//! of `CATALOG`; that there is CD-Text if `CDTextLength` says so. Not checked, because discs differ there: `INDEX 1`
//! against `PLBA`, `MODE` and `FLAGS` against `Control`.
//!
//! **Refused as not supported**: more than one session, which is recognised by `Sessions`, `[Session 2]` and `Session` of
//! entries. The points B0h and C0h and all others of ADR 5 in a single session are kept as they are.
//!
//! # Spec
//! MMC-3, READ TOC/PMA/ATIP, format 2: `[Entry]` has the fields of its descriptors.

mod check;
mod entry;
mod parse;
mod print;
mod section;
#[cfg(test)]
mod tests;
mod track;

use cd_address::{Lba, Msf};
use cd_sector::{CdTextPack, DiscType, Isrc, Mcn, Toc, TocTrack};

use crate::Spanned;

pub use entry::CcdEntry;
pub use parse::parse;

/// What a `.ccd` file says.
///
/// ```
/// use cd_sheet::ccd;
///
/// let error = ccd::parse("[CloneCD]\nVersion=3\n[Disc]\nTocEntries=7\nSessions=2").unwrap_err();
/// assert!(error.to_string().starts_with("5:10: Sessions=2: this sheet describes a disc of several sessions"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CcdSheet {
    /// `Version`, 2 or 3.
    pub version: u8,
    /// `DataTracksScrambled`: data sectors are scrambled in the image.
    pub data_tracks_scrambled: bool,
    /// `CATALOG`.
    pub catalog: Option<Spanned<Mcn>>,
    /// `[CDText]`: the packs in their order, which the file has without CRC.
    pub cd_text: Vec<CdTextPack>,
    /// `PreGapMode`, the mode of the first track's pregap: 0 audio, 1 or 2; not in all files.
    pub pregap_mode: Option<u8>,
    /// `PreGapSubC`, 0..=255; not in all files.
    pub pregap_subc: Option<u8>,
    /// `[Entry]`: the points of the lead-in, in the order of the file, which has A0h, A1h and A2h first.
    pub entries: Vec<Spanned<CcdEntry>>,
    /// `[TRACK]`: what is known of the tracks beyond their points; ascending, and for as many tracks as there are sections.
    pub tracks: Vec<CcdTrack>,
}

impl CcdSheet {
    /// The entry of ADR 1 for this point: A0h to A2h, or a track's number.
    #[must_use]
    pub fn entry(&self, point: u8) -> Option<&Spanned<CcdEntry>> {
        let mut entries = self.entries.iter();
        entries.find(|entry| entry.value.adr == 1 && entry.value.point == point)
    }

    /// What `[TRACK]` says of track `number`.
    #[must_use]
    pub fn track(&self, number: u8) -> Option<&CcdTrack> {
        self.tracks.iter().find(|track| track.number == number)
    }

    /// The table of contents that the entries are; `None` if they are none, which they are in every parsed sheet.
    #[must_use]
    pub fn toc(&self) -> Option<Toc> {
        let point = |point| self.entry(point).map(|entry| entry.value);
        let start = |entry: CcdEntry| {
            let [minute, second, frame] = entry.p_time;
            Msf::new(minute, second, frame).ok()
        };
        let tracks = (point(0xA0)?.p_time[0]..=point(0xA1)?.p_time[0]).map(|track| {
            let entry = point(track)?;
            Some(TocTrack {
                track,
                control: entry.control,
                start: start(entry)?,
            })
        });
        let tracks: Vec<_> = tracks.collect::<Option<_>>()?;
        let disc_type = DiscType(point(0xA0)?.p_time[1]);
        Toc::new(disc_type, &tracks, start(point(0xA2)?)?).ok()
    }
}

/// A `[TRACK]` section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CcdTrack {
    /// 1..=99
    pub number: u8,
    /// `MODE`.
    pub mode: Spanned<CcdMode>,
    /// `ISRC`.
    pub isrc: Option<Spanned<Isrc>>,
    /// `FLAGS`, of which an empty one is none.
    pub flags: CcdFlags,
    /// `INDEX`: numbers 0..=99 and where they begin, both ascending; index 1 is one of them.
    pub indexes: Vec<(u8, Spanned<Lba>)>,
}

/// `MODE` of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CcdMode {
    /// 0
    Audio,
    /// 1
    Mode1,
    /// 2: formless, form 1 or form 2, which the sectors say themselves.
    Mode2,
}

impl CcdMode {
    /// The number, 0..=2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Audio => 0,
            Self::Mode1 => 1,
            Self::Mode2 => 2,
        }
    }
}

/// `FLAGS` of a track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CcdFlags {
    /// `DCP`
    pub copy_permitted: bool,
    /// `4CH`
    pub four_channel: bool,
    /// `PRE`
    pub pre_emphasis: bool,
    /// `SCMS`
    pub scms: bool,
}
