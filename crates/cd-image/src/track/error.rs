use cd_address::{Lba, Sectors};
use cd_sector::{Control, Isrc, SectorLayout, TocError};

use super::{FilePayload, MIN_TRACK_SECTORS, TrackKind};

/// Why tracks make no disc.
///
/// Tracks are named by their numbers on the disc, the first of which [`DiscSpec::first_track`](super::DiscSpec) says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// There are none, or too many.
    #[error("a disc has 1 to 99 tracks, not {n_tracks}")]
    TrackCount {
        /// How many there are.
        n_tracks: usize,
    },
    /// A number that no first track has, or with which the last track's would be above 99.
    #[error("{n_tracks} tracks from number {first} on do not fit in the numbers 1 to 99")]
    FirstTrack {
        /// The first track's number.
        first: u8,
        /// How many tracks there are.
        n_tracks: usize,
    },
    /// A track shorter than [`MIN_TRACK_SECTORS`].
    #[error(
        "track {track} has {sectors} sectors, fewer than the {} (4 seconds) a track must have",
        MIN_TRACK_SECTORS
    )]
    TrackTooShort {
        /// Which track.
        track: u8,
        /// Its sectors from index 1 on.
        sectors: u32,
    },
    /// The first track's index 1 would lie before LBA 0.
    #[error("the first track's pregap is {pregap} sectors, fewer than the 150 before lba 0")]
    FirstPregap {
        /// Its pregap.
        pregap: Sectors,
    },
    /// A track has more indexes than there are numbers for.
    #[error(
        "track {track} has {n_indexes} indexes after index 1; the last can be index 99, the 98th"
    )]
    IndexCount {
        /// Which track.
        track: u8,
        /// How many it has after index 1.
        n_indexes: usize,
    },
    /// An index does not begin after the index before it.
    #[error("index {index} of track {track} begins {at} sectors after index 1, not after index {} at {previous}", index - 1)]
    IndexOrder {
        /// Which track.
        track: u8,
        /// Which index, from 2.
        index: u8,
        /// Where it begins, counted from index 1.
        at: Sectors,
        /// Where the index before it begins; that of index 1 is 0.
        previous: Sectors,
    },
    /// An index begins past the end of its track.
    #[error(
        "index {index} of track {track} begins {at} sectors after index 1; the track has {sectors} from there on"
    )]
    IndexPastEnd {
        /// Which track.
        track: u8,
        /// Which index, from 2.
        index: u8,
        /// Where it begins, counted from index 1.
        at: Sectors,
        /// The track's sectors from index 1 on.
        sectors: u32,
    },
    /// CONTROL says data of sound, or sound of data, or has a bit that only sound has.
    #[error("CONTROL of track {track} is {:X}h ({control}), which {kind} cannot have", control.0)]
    Control {
        /// Which track.
        track: u8,
        /// What it was given.
        control: Control,
        /// What it is.
        kind: TrackKind,
    },
    /// Serial copy management is for sound.
    #[error("track {track} is {kind}: serial copy management (SCMS) is for audio tracks alone")]
    ScmsOnData {
        /// Which track.
        track: u8,
        /// What it is.
        kind: TrackKind,
    },
    /// A recording code is for sound.
    #[error(
        "track {track} is {kind}: it cannot have the ISRC {isrc}, which is for audio tracks alone"
    )]
    IsrcOnData {
        /// Which track.
        track: u8,
        /// What it is.
        kind: TrackKind,
        /// The code it was given.
        isrc: Isrc,
    },
    /// A file's sectors are none of the track's kind.
    #[error("track {track} is {kind}: {payload} from {path} cannot stand in it")]
    Payload {
        /// Which track.
        track: u8,
        /// What it is.
        kind: TrackKind,
        /// What the file is said to have.
        payload: FilePayload,
        /// The file.
        path: String,
    },
    /// A sector in a file would begin before the one before it has ended.
    #[error("track {track}: sectors of {needed} bytes cannot begin every {stride} bytes in {path}")]
    Stride {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// Bytes from one to the next.
        stride: u32,
        /// Bytes of one.
        needed: u32,
    },
    /// The file is shorter than what is taken from it.
    #[error("track {track} needs {needed} bytes of {path}, which has {has}")]
    FileTooShort {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// Bytes from the file's beginning to the last that is needed.
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
    /// Packs of R to W reach into sectors whose R to W are said to be something else.
    #[error(
        "packs of R to W of track {track} end at lba {end} and reach two sectors further, where R to W come from {path}; \
         put two sectors without between them"
    )]
    RwOverlap {
        /// The track with the packs.
        track: u8,
        /// The first sector after them.
        end: Lba,
        /// Where the other R to W come from.
        path: String,
    },
    /// R to W are given for the whole disc and by tracks or CD-Text besides.
    #[error("R to W of the disc come from {path} and from {other} as well: leave one out")]
    RwTwice {
        /// The overlay's file.
        path: String,
        /// What else has some.
        other: &'static str,
    },
    /// The overlay's file is no whole number of sectors from its offset on.
    #[error(
        "R to W from {path}: its {len} bytes from byte {offset} on are no whole number of sectors of 96 bytes"
    )]
    OverlayLength {
        /// The file.
        path: String,
        /// Where its first sector begins.
        offset: u64,
        /// Bytes from there on.
        len: u64,
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
    /// The disc has R to W, and the sectors asked for cannot carry them as they are to be on the disc.
    #[error(
        "the disc has subcode R to W ({what}), which sectors {layout} cannot carry: take {}",
        SectorLayout::RawPw96
    )]
    RwLost {
        /// Where it has some.
        what: &'static str,
        /// The layout asked for.
        layout: SectorLayout,
    },
}

impl LayoutError {
    pub(crate) fn too_long(end: Lba) -> Self {
        Self::TooLong {
            end: i64::from(end.value()),
        }
    }
}
