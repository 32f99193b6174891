//! What a disc is authored from: tracks, and how they follow each other.
//!
//! # Spec
//! ECMA-130 clause 20 (tracks, pregap, pause); IEC 60908 clause 17.

use std::sync::Arc;

use cd_address::{Lba, LbaRange, PREGAP_SECTORS, Sectors};
use cd_sector::{Control, DiscType, MAIN_BYTES, MODE1_USER_BYTES, Mcn, Toc, TocError, TocTrack};

use crate::MappedFile;
use crate::gap::Gap;
use crate::index::IndexTable;

#[cfg(test)]
mod tests;

/// The fewest sectors a track may have: four seconds.
///
/// # Spec
/// IEC 60908 clause 17.
pub const MIN_TRACK_SECTORS: Sectors = sectors(300);

/// Sectors of the lead-out of a first session: a minute and a half.
///
/// # Spec
/// Orange Book part II: 1.5 minutes, later sessions 0.5.
pub const LEAD_OUT_SECTORS: Sectors = sectors(6_750);

const fn sectors(count: u32) -> Sectors {
    match Sectors::new(count) {
        Ok(sectors) => sectors,
        Err(_) => unreachable!(),
    }
}

/// What a track's sectors are in its file, and what is to be made of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackMode {
    /// 2352 bytes a sector in the file: 588 stereo samples of 16 bits, little-endian. They go out as they are.
    Audio,
    /// 2048 bytes of user data a sector in the file; sync, header, EDC and ECC are added, then it is scrambled.
    Mode1,
    /// 2352 bytes a sector in the file, complete but not scrambled: only scrambled, nothing mended.
    PlainData {
        /// The mode in the sectors' headers, 0 to 2; what is made to fill gaps follows it.
        mode: u8,
    },
    /// 2352 bytes a sector in the file, scrambled already. They go out as they are.
    ScrambledData {
        /// As in [`TrackMode::PlainData`].
        mode: u8,
    },
}

impl TrackMode {
    /// Bytes that one sector takes in the file: 2048 or 2352.
    #[must_use]
    pub const fn file_sector_bytes(self) -> usize {
        match self {
            Self::Mode1 => MODE1_USER_BYTES,
            Self::Audio | Self::PlainData { .. } | Self::ScrambledData { .. } => MAIN_BYTES,
        }
    }

    /// CONTROL of such a track when nothing else is known: audio without pre-emphasis, or data; copying not permitted.
    #[must_use]
    pub const fn control(self) -> Control {
        match self {
            Self::Audio => Control::AUDIO,
            Self::Mode1 | Self::PlainData { .. } | Self::ScrambledData { .. } => Control::DATA,
        }
    }

    pub(crate) const fn gap(self) -> Gap {
        match self {
            Self::Audio => Gap::Silence,
            Self::PlainData { mode: 2 } | Self::ScrambledData { mode: 2 } => Gap::Mode2Form2,
            Self::Mode1 | Self::PlainData { .. } | Self::ScrambledData { .. } => Gap::Mode1,
        }
    }
}

/// One track of a disc to be authored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Track {
    /// What its sectors are.
    pub mode: TrackMode,
    /// CONTROL in all its Q frames.
    pub control: Control,
    /// The file its sectors lie in.
    pub file: Arc<MappedFile>,
    /// Where in the file they begin, in bytes.
    pub offset: u64,
    /// How many sectors are taken from the file.
    pub sectors: Sectors,
    /// Sectors made to stand before index 1, counted as index 0; for the first track at least the 150 before LBA 0.
    pub pregap: Sectors,
    /// Zero sectors made to follow those from the file, within the track.
    pub padding: Sectors,
}

impl Track {
    /// A track of `sectors` sectors from the beginning of `file`, with the CONTROL of its mode, a pregap of 150 and no
    /// padding.
    #[must_use]
    pub const fn new(mode: TrackMode, file: Arc<MappedFile>, sectors: Sectors) -> Self {
        Self {
            mode,
            control: mode.control(),
            file,
            offset: 0,
            sectors,
            pregap: PREGAP_SECTORS,
            padding: Sectors::ZERO,
        }
    }
}

/// Why tracks make no disc.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// There are none, or too many.
    #[error("a disc has 1 to 99 tracks, not {n_tracks}")]
    TrackCount {
        /// How many there are.
        n_tracks: usize,
    },
    /// A track shorter than [`MIN_TRACK_SECTORS`].
    #[error(
        "track {track} has {sectors} sectors, fewer than the 300 (4 seconds) a track must have"
    )]
    TrackTooShort {
        /// Which track, from 1.
        track: u8,
        /// Its sectors, padding included, pregap not.
        sectors: u32,
    },
    /// The first track's index 1 would lie before LBA 0.
    #[error("the first track's pregap is {pregap} sectors, fewer than the 150 before lba 0")]
    FirstPregap {
        /// Its pregap.
        pregap: Sectors,
    },
    /// The file is shorter than the track.
    #[error("track {track} needs {needed} bytes of {path}, which has {has}")]
    FileTooShort {
        /// Which track, from 1.
        track: u8,
        /// Its file.
        path: String,
        /// Bytes from the file's beginning to the track's end.
        needed: u64,
        /// Bytes of the file.
        has: u64,
    },
    /// The lead-out would end past the last address.
    #[error(
        "the lead-out would start at lba {end}; to hold its 6750 sectors it must start at lba 398100 (88:30:00) or before"
    )]
    TooLong {
        /// The first address after the last track.
        end: i64,
    },
    /// The tracks make no table of contents.
    #[error("the tracks make no table of contents")]
    Toc(#[source] TocError),
    /// A lead-in cannot start there.
    #[error(
        "lba {start} is no start of a lead-in: it must lie in -45150 (90:00:00) to -151 (99:59:74)"
    )]
    NotInLeadIn {
        /// The start asked for.
        start: Lba,
    },
}

impl LayoutError {
    pub(crate) fn too_long(end: Lba) -> Self {
        Self::TooLong {
            end: i64::from(end.value()),
        }
    }
}

/// A disc's tracks with their places: all that is needed to make any of its sectors.
///
/// It holds no sector data; its size depends on the number of tracks only.
#[derive(Clone, Debug)]
pub struct DiscLayout {
    tracks: Vec<Track>,
    /// Runs of sectors of one making, each up to the start of the next, the first from [`Lba::MIN`].
    segments: Vec<(Lba, Content)>,
    index: IndexTable,
    toc: Toc,
}

/// What a run of sectors is made from.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Gap(Gap),
    File {
        file: Arc<MappedFile>,
        offset: u64,
        mode: TrackMode,
    },
}

impl DiscLayout {
    /// The disc of `tracks` in their order, the first one's pregap beginning at LBA -150, the lead-out
    /// following the last.
    ///
    /// # Errors
    /// [`LayoutError`]: 1 to 99 tracks, each of 300 sectors at least, within their files, all within the address space.
    pub fn new(tracks: Vec<Track>) -> Result<Self, LayoutError> {
        if !(1..=99).contains(&tracks.len()) {
            let n_tracks = tracks.len();
            return Err(LayoutError::TrackCount { n_tracks });
        }
        for (number, track) in (1..).zip(&tracks) {
            check_track(number, track)?;
        }
        let end = check_length(&tracks)?;

        let mut segments = Vec::with_capacity(3 * tracks.len() + 1);
        let mut index = IndexTable::default();
        let mut toc = Vec::with_capacity(tracks.len());
        // The lead-in holds what the first pregap holds, so both are one run.
        let (mut at, mut gap_start) = (Lba::PREGAP_START, Lba::MIN);
        for (number, track) in (1..).zip(&tracks) {
            let gap = Content::Gap(track.mode.gap());
            let start = advance(at, track.pregap, end)?;
            let padding = advance(start, track.sectors, end)?;
            push(&mut segments, gap_start, gap.clone());
            push(&mut segments, start, Content::of_file(track));
            push(&mut segments, padding, gap);
            index.push_track(number, track.control, at, start);
            toc.push(TocTrack {
                track: number,
                control: track.control,
                start: start.to_msf(),
            });
            at = advance(padding, track.padding, end)?;
            gap_start = at;
        }
        if let Some(last) = tracks.last() {
            push(&mut segments, at, Content::Gap(last.mode.gap()));
            index.push_lead_out(last.control, at);
        }
        let is_xa = tracks
            .iter()
            .any(|track| track.mode.gap() == Gap::Mode2Form2);
        let disc_type = if is_xa {
            DiscType::CD_ROM_XA
        } else {
            DiscType::CD_ROM_OR_DA
        };
        Ok(Self {
            toc: Toc::new(disc_type, &toc, at.to_msf()).map_err(LayoutError::Toc)?,
            tracks,
            segments,
            index,
        })
    }

    /// The same disc with a media catalogue number in its Q channel.
    #[must_use]
    pub fn with_mcn(mut self, mcn: Mcn) -> Self {
        self.index.set_mcn(mcn);
        self
    }

    /// The media catalogue number, if one was given.
    #[must_use]
    pub const fn mcn(&self) -> Option<Mcn> {
        self.index.mcn()
    }

    /// The tracks, the first being track 1.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// The table of contents its lead-in will hold. The disc is called CD-ROM XA as soon as a track is Mode 2.
    #[must_use]
    pub const fn toc(&self) -> &Toc {
        &self.toc
    }

    /// The first address of the lead-out.
    #[must_use]
    pub const fn lead_out_start(&self) -> Lba {
        self.toc.lead_out().to_lba()
    }

    pub(crate) const fn index(&self) -> &IndexTable {
        &self.index
    }

    /// What `range`'s first sector is made from, where that run starts, and how much of `range` lies in it.
    pub(crate) fn content_at(&self, range: LbaRange) -> (Lba, &Content, LbaRange) {
        let after = self
            .segments
            .partition_point(|(start, _)| *start <= range.start());
        let (start, content) = &self.segments[after - 1];
        let left = match self.segments.get(after) {
            Some((next, _)) => next.since(range.start()).unwrap_or(Sectors::ZERO),
            None => Sectors::MAX,
        };
        (*start, content, range.take(left))
    }
}

impl Content {
    fn of_file(track: &Track) -> Self {
        Self::File {
            file: Arc::clone(&track.file),
            offset: track.offset,
            mode: track.mode,
        }
    }
}

/// Adds a run; one before it that starts at the same place has no sectors and goes.
fn push(segments: &mut Vec<(Lba, Content)>, start: Lba, content: Content) {
    if segments.last().is_some_and(|(last, _)| *last == start) {
        segments.pop();
    }
    segments.push((start, content));
}

fn check_track(number: u8, track: &Track) -> Result<(), LayoutError> {
    if number == 1 && track.pregap < PREGAP_SECTORS {
        return Err(LayoutError::FirstPregap {
            pregap: track.pregap,
        });
    }
    let sectors = track.sectors.count() + track.padding.count();
    if sectors < MIN_TRACK_SECTORS.count() {
        return Err(LayoutError::TrackTooShort {
            track: number,
            sectors,
        });
    }
    let bytes = u64::from(track.sectors.count()) * track.mode.file_sector_bytes() as u64;
    let needed = track.offset.saturating_add(bytes);
    if needed > track.file.len() {
        return Err(LayoutError::FileTooShort {
            track: number,
            path: track.file.path().to_owned(),
            needed,
            has: track.file.len(),
        });
    }
    Ok(())
}

/// The address after the last track, as a plain number since the sum may be past every address.
fn check_length(tracks: &[Track]) -> Result<i64, LayoutError> {
    let counts = tracks.iter().flat_map(|t| [t.pregap, t.sectors, t.padding]);
    let total: i64 = counts.map(|n| i64::from(n.count())).sum();
    let end = i64::from(Lba::PREGAP_START.value()) + total;
    if end > i64::from(Lba::MAX.value()) + 1 - i64::from(LEAD_OUT_SECTORS.count()) {
        return Err(LayoutError::TooLong { end });
    }
    Ok(end)
}

/// `by` sectors on; [`check_length`] has seen that it fits.
fn advance(at: Lba, by: Sectors, end: i64) -> Result<Lba, LayoutError> {
    at.add(by).map_err(|_| LayoutError::TooLong { end })
}
