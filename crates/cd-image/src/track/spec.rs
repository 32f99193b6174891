use std::sync::Arc;

use cd_address::Lba;
use cd_sector::{CdTextPack, DiscType, Mcn};

use super::Track;
use crate::MappedFile;

/// Everything that is to be on a disc, as its author wants it; [`DiscLayout::new`](super::DiscLayout::new) says whether
/// it can be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DiscSpec {
    /// The tracks in their order.
    pub tracks: Vec<Track>,
    /// The first track's number; the others count on from it.
    pub first_track: u8,
    /// The media catalogue number, in the Q channel from the first pregap through the lead-out.
    pub mcn: Option<Mcn>,
    /// What the lead-in calls the disc. If not given: CD-ROM XA as soon as a track is Mode 2 with forms, CD-ROM or CD-DA
    /// otherwise.
    pub disc_type: Option<DiscType>,
    /// Packs of CD-Text, which go through the lead-in over and over; none: R to W of the lead-in are zero.
    pub cd_text: Vec<CdTextPack>,
    /// R to W of a part of the disc, lead-in and lead-out included, from a file.
    pub rw: Option<RwOverlay>,
}

impl DiscSpec {
    /// A disc of these tracks, the first being track 1, with no catalogue number, no CD-Text and R to W zero.
    #[must_use]
    pub const fn new(tracks: Vec<Track>) -> Self {
        Self {
            tracks,
            first_track: 1,
            mcn: None,
            disc_type: None,
            cd_text: Vec::new(),
            rw: None,
        }
    }

    /// The type in the lead-in: as given, or as the tracks have it.
    #[must_use]
    pub fn disc_type(&self) -> DiscType {
        let is_xa = |track: &Track| track.kind == super::TrackKind::Mode2Xa;
        self.disc_type.unwrap_or(if self.tracks.iter().any(is_xa) {
            DiscType::CD_ROM_XA
        } else {
            DiscType::CD_ROM_OR_DA
        })
    }
}

/// R to W of the disc from a file: 96 symbols a sector as on the disc, one a byte, R in bit 5.
///
/// It is used wherever P and Q are authored. Before `start`, after the file's last sector and after the stream's end there
/// is nothing of it.
#[derive(Clone, Debug)]
pub struct RwOverlay {
    /// The file.
    pub file: Arc<MappedFile>,
    /// Where in it the first sector's symbols begin, in bytes.
    pub offset: u64,
    /// The sector that they belong to.
    pub start: Lba,
}
