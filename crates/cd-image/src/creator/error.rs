use std::fmt;

use cd_address::{Lba, Sectors};
use cd_sector::{IsrcError, McnError};

use super::CdSectorType;
use crate::{LayoutError, SourceError};

/// A return value of the Windows interface: its number, and the name that the headers give it.
#[doc(alias = "HRESULT")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HResult {
    /// The number; the uppermost bit says failure.
    pub value: u32,
    /// The name.
    pub name: &'static str,
}

impl HResult {
    pub(super) const fn new(value: u32, name: &'static str) -> Self {
        Self { value, name }
    }
}

impl fmt::Display for HResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:#010X})", self.name, self.value)
    }
}

/// Why the image creator refuses something. Nothing was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreatorError {
    /// The image was made; what it was made of cannot change any more.
    #[error("the image was made already: from then on the creator is read-only")]
    ReadOnly,
    /// The track's number would be above 99.
    #[error("the track would be number {number}; the last one is 99")]
    TooManyTracks {
        /// The number.
        number: usize,
    },
    /// A sector type that does not go with what is there.
    #[error("{what} is not possible: {because}")]
    SectorTypeNotSupported {
        /// The type.
        what: String,
        /// What stands against it.
        because: String,
    },
    /// There are no tracks.
    #[error("there are no tracks; add one first")]
    NoTracks,
    /// Something that has to be said before there are tracks.
    #[error("{n_tracks} tracks were added already; this has to be said before the first")]
    TracksAlreadyAdded {
        /// How many there are.
        n_tracks: usize,
    },
    /// The lead-out would begin past its limit.
    #[error("the lead-out would begin at lba {lead_out}; the limit is lba {limit}")]
    InsufficientSpace {
        /// Where it would begin; the last address there is, if it is past that.
        lead_out: Lba,
        /// Where it may begin at the latest.
        limit: Lba,
    },
    /// The track has 99 indexes.
    #[error("track {track} has {n_indexes} indexes; there are no more than 99")]
    TooManyTrackIndexes {
        /// Which track, by its number.
        track: u8,
        /// How many it has, index 1 included.
        n_indexes: usize,
    },
    /// No index begins there.
    #[error("track {track} has no index that begins {offset} sectors after its start")]
    TrackIndexNotFound {
        /// Which track, by its number.
        track: u8,
        /// What was asked for.
        offset: u32,
    },
    /// Index 1 is where the track starts.
    #[error("the index at offset 0 is index 1 of track {track}, which every track has")]
    TrackIndexOffsetZeroCannotBeCleared {
        /// Which track, by its number.
        track: u8,
    },
    /// Indexes have ten sectors at the least.
    #[error(
        "an index at offset {offset} of track {track} would be {distance} sectors from {neighbour}; ten is the least"
    )]
    TrackIndexTooCloseToOtherIndex {
        /// Which track, by its number.
        track: u8,
        /// What was asked for.
        offset: u32,
        /// How far off the other is.
        distance: u32,
        /// The other: an index, or the track's end.
        neighbour: String,
    },
    /// An index past the track's end.
    #[error("offset {offset} is past the end of track {track}, which has {sectors} sectors")]
    IndexOffset {
        /// Which track, by its number.
        track: u8,
        /// What was asked for.
        offset: u32,
        /// What it has.
        sectors: Sectors,
    },
    /// No such track.
    #[error("there is no track with index {track_index}; indexes are 1 to {n_tracks}")]
    TrackIndex {
        /// What was asked for.
        track_index: usize,
        /// How many tracks there are.
        n_tracks: usize,
    },
    /// Not a whole number of sectors.
    #[error(
        "{path} gives {len} bytes, which is no whole number of sectors of {sector_bytes} bytes"
    )]
    Length {
        /// The file.
        path: String,
        /// Bytes taken from it.
        len: u64,
        /// Bytes a sector.
        sector_bytes: u32,
    },
    /// Fewer sectors than a track or a pregap must have.
    #[error("{path} gives {sectors} sectors; {at_least} is the least")]
    TooShort {
        /// The file.
        path: String,
        /// What it gives.
        sectors: Sectors,
        /// What is needed.
        at_least: Sectors,
    },
    /// More sectors than there are addresses.
    #[error("{path} gives {sectors} sectors, more than there are addresses")]
    TooLong {
        /// The file.
        path: String,
        /// What it gives.
        sectors: u64,
    },
    /// A sector of Mode 0 with something in it.
    #[error("byte {offset} of {path} is {byte:02X}h; sectors of Mode 0 are all zero")]
    NotZero {
        /// The file.
        path: String,
        /// Where in it.
        offset: u64,
        /// What is there.
        byte: u8,
    },
    /// The source of R to W is not as long as the image.
    #[error("{path} gives {len} bytes of R to W; the image's sectors take {needed}, 96 each")]
    RwLength {
        /// The file.
        path: String,
        /// Bytes taken from it.
        len: u64,
        /// Bytes needed.
        needed: u64,
    },
    /// A byte of R to W has one of the two upper bits.
    #[error(
        "byte {offset} of {path} is {byte:02X}h; the two upper bits, the places of P and Q, must be zero"
    )]
    RwTopBits {
        /// The file.
        path: String,
        /// Where in it.
        offset: u64,
        /// What is there.
        byte: u8,
    },
    /// Only audio tracks have that.
    #[error("track {track} is {sector_type}; {what} is for audio tracks alone")]
    AudioOnly {
        /// Which track, by its number.
        track: u8,
        /// What it is.
        sector_type: CdSectorType,
        /// What was to be set.
        what: &'static str,
    },
    /// No media catalogue number.
    #[error("no media catalogue number")]
    MediaCatalogNumber(#[source] McnError),
    /// No recording code.
    #[error("no ISRC for track {track}")]
    Isrc {
        /// Which track, by its number.
        track: u8,
        /// Why.
        #[source]
        source: IsrcError,
    },
    /// No number of a track.
    #[error("{number} is no number of a first track; 1 to 99 is")]
    StartingTrackNumber {
        /// What was asked for.
        number: u8,
    },
    /// No address that a lead-out can begin at.
    #[error("lba {limit} is no limit for the start of the lead-out; 0 to 398100 (88:30:00) is")]
    LeadoutLimit {
        /// What was asked for.
        limit: Lba,
    },
    /// A file cannot be read.
    #[error("a track's file cannot be read")]
    Source(#[source] SourceError),
    /// The tracks make no disc.
    #[error("the tracks make no disc")]
    Layout(#[source] LayoutError),
}

impl CreatorError {
    /// The return value with which the Windows interface says the same.
    #[must_use]
    pub const fn hresult(&self) -> HResult {
        match self {
            Self::ReadOnly => HResult::new(0x80AA_0A00, "E_IMAPI_RAW_IMAGE_IS_READ_ONLY"),
            Self::TooManyTracks { .. } => {
                HResult::new(0x80AA_0A01, "E_IMAPI_RAW_IMAGE_TOO_MANY_TRACKS")
            }
            Self::SectorTypeNotSupported { .. } => {
                HResult::new(0x80AA_0A02, "E_IMAPI_RAW_IMAGE_SECTOR_TYPE_NOT_SUPPORTED")
            }
            Self::NoTracks => HResult::new(0x80AA_0A03, "E_IMAPI_RAW_IMAGE_NO_TRACKS"),
            Self::TracksAlreadyAdded { .. } => {
                HResult::new(0x80AA_0A04, "E_IMAPI_RAW_IMAGE_TRACKS_ALREADY_ADDED")
            }
            Self::InsufficientSpace { .. } => {
                HResult::new(0x80AA_0A05, "E_IMAPI_RAW_IMAGE_INSUFFICIENT_SPACE")
            }
            Self::TooManyTrackIndexes { .. } => {
                HResult::new(0x80AA_0A06, "E_IMAPI_RAW_IMAGE_TOO_MANY_TRACK_INDEXES")
            }
            Self::TrackIndexNotFound { .. } => {
                HResult::new(0x80AA_0A07, "E_IMAPI_RAW_IMAGE_TRACK_INDEX_NOT_FOUND")
            }
            Self::TrackIndexOffsetZeroCannotBeCleared { .. } => HResult::new(
                0x80AA_0A09,
                "E_IMAPI_RAW_IMAGE_TRACK_INDEX_OFFSET_ZERO_CANNOT_BE_CLEARED",
            ),
            Self::TrackIndexTooCloseToOtherIndex { .. } => HResult::new(
                0x80AA_0A0A,
                "E_IMAPI_RAW_IMAGE_TRACK_INDEX_TOO_CLOSE_TO_OTHER_INDEX",
            ),
            Self::Source(_) => HResult::new(0x8000_4005, "E_FAIL"),
            Self::IndexOffset { .. }
            | Self::TrackIndex { .. }
            | Self::Length { .. }
            | Self::TooShort { .. }
            | Self::TooLong { .. }
            | Self::NotZero { .. }
            | Self::RwLength { .. }
            | Self::RwTopBits { .. }
            | Self::AudioOnly { .. }
            | Self::MediaCatalogNumber(_)
            | Self::Isrc { .. }
            | Self::StartingTrackNumber { .. }
            | Self::LeadoutLimit { .. }
            | Self::Layout(_) => HResult::new(0x8007_0057, "E_INVALIDARG"),
        }
    }
}
