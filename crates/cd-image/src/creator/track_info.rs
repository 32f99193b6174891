use cd_address::{Lba, PREGAP_SECTORS, Sectors};
use cd_sector::{Control, Isrc};

use super::{CdSectorType, CreatorError, TrackSource};
use crate::{MIN_TRACK_SECTORS, Run, TrackKind};

/// Sectors that an index has at the least.
const MIN_INDEX_SECTORS: u32 = 10;
/// Indexes that a track has at the most, index 1 included.
const MAX_INDEXES: usize = 99;

/// What digital copies of a track are allowed.
#[doc(alias = "IMAPI_CD_TRACK_DIGITAL_COPY_SETTING")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum DigitalAudioCopySetting {
    /// Copies are permitted.
    Permitted = 0,
    /// Copies are prohibited.
    Prohibited = 1,
    /// This is the copy of a protected original: serial copy management.
    Scms = 2,
}

/// What became of an index that was to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum AddedIndex {
    /// It was added.
    Added,
    /// It was there already; that is no failure.
    #[doc(alias = "S_IMAPI_RAW_IMAGE_TRACK_INDEX_ALREADY_EXISTS")]
    AlreadyExists,
}

/// One track as it was added, and what was said of it since.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) number: u8,
    pub(super) sector_type: CdSectorType,
    pub(super) sectors: Sectors,
    source: TrackSource,
    pub(super) isrc: Option<Isrc>,
    pub(super) copy: DigitalAudioCopySetting,
    has_preemphasis: bool,
    /// Where index 2 and those after it begin, ascending.
    pub(super) indexes: Vec<Sectors>,
}

impl Entry {
    pub(super) const fn new(
        number: u8,
        sector_type: CdSectorType,
        sectors: Sectors,
        source: TrackSource,
    ) -> Self {
        Self {
            number,
            sector_type,
            sectors,
            source,
            isrc: None,
            copy: DigitalAudioCopySetting::Prohibited,
            has_preemphasis: false,
            indexes: Vec::new(),
        }
    }

    pub(super) const fn kind(&self) -> TrackKind {
        self.sector_type.kind()
    }

    pub(super) fn run(&self, from: Sectors, sectors: Sectors) -> Run {
        self.source.run(self.sector_type, from, sectors)
    }

    pub(super) fn control(&self) -> Control {
        let mut control = self.kind().control().0;
        if self.copy == DigitalAudioCopySetting::Permitted {
            control |= Control::COPY_PERMITTED.0;
        }
        if self.has_preemphasis {
            control |= Control::PRE_EMPHASIS.0;
        }
        Control(control)
    }

    /// How many of its last sectors the next track's pregap may have.
    pub(super) fn spare(&self) -> Sectors {
        let last_index = self
            .indexes
            .last()
            .map_or(0, |at| at.count() + MIN_INDEX_SECTORS);
        let needed = last_index.max(MIN_TRACK_SECTORS.count());
        let spare = self.sectors.count().saturating_sub(needed);
        Sectors::new(spare).map_or(Sectors::ZERO, |spare| spare.min(PREGAP_SECTORS))
    }

    fn check_audio(&self, what: &'static str) -> Result<(), CreatorError> {
        if self.sector_type == CdSectorType::Audio {
            return Ok(());
        }
        Err(CreatorError::AudioOnly {
            track: self.number,
            sector_type: self.sector_type,
            what,
        })
    }
}

/// What is known of a track (`IRawCDImageTrackInfo`).
#[doc(alias = "IRawCDImageTrackInfo")]
#[derive(Clone, Copy, Debug)]
pub struct TrackInfo<'a> {
    entry: &'a Entry,
    starting_lba: Lba,
}

impl<'a> TrackInfo<'a> {
    pub(super) const fn new(entry: &'a Entry, starting_lba: Lba) -> Self {
        Self {
            entry,
            starting_lba,
        }
    }

    /// Where index 1 begins.
    #[doc(alias = "get_StartingLba")]
    #[must_use]
    pub const fn starting_lba(&self) -> Lba {
        self.starting_lba
    }

    /// Its sectors as they were given, those included that lie in the next track's pregap without gaps.
    #[doc(alias = "get_SectorCount")]
    #[must_use]
    pub const fn sector_count(&self) -> Sectors {
        self.entry.sectors
    }

    /// Its number on the disc.
    #[doc(alias = "get_TrackNumber")]
    #[must_use]
    pub const fn track_number(&self) -> u8 {
        self.entry.number
    }

    /// What was given for it.
    #[doc(alias = "get_SectorType")]
    #[must_use]
    pub const fn sector_type(&self) -> CdSectorType {
        self.entry.sector_type
    }

    /// Its recording code, if there is one; printed as `CC-OOO-YY-NNNNN`.
    #[doc(alias = "get_ISRC")]
    #[must_use]
    pub const fn isrc(&self) -> Option<Isrc> {
        self.entry.isrc
    }

    /// What digital copies are allowed.
    #[doc(alias = "get_DigitalAudioCopySetting")]
    #[must_use]
    pub const fn digital_audio_copy_setting(&self) -> DigitalAudioCopySetting {
        self.entry.copy
    }

    /// Whether its audio is said to have pre-emphasis.
    #[doc(alias = "get_AudioHasPreemphasis")]
    #[must_use]
    pub const fn audio_has_preemphasis(&self) -> bool {
        self.entry.has_preemphasis
    }

    /// Where its indexes begin, in sectors from its start; the first is index 1, at 0.
    #[doc(alias = "get_TrackIndexes")]
    pub fn track_indexes(&self) -> impl Iterator<Item = Sectors> + 'a {
        [Sectors::ZERO]
            .into_iter()
            .chain(self.entry.indexes.iter().copied())
    }
}

/// A track to be changed (`IRawCDImageTrackInfo`).
#[doc(alias = "IRawCDImageTrackInfo")]
#[derive(Debug)]
pub struct TrackInfoMut<'a> {
    entry: &'a mut Entry,
}

impl<'a> TrackInfoMut<'a> {
    pub(super) const fn new(entry: &'a mut Entry) -> Self {
        Self { entry }
    }

    /// Sets the recording code, with or without hyphens; empty takes it away.
    ///
    /// # Errors
    /// [`CreatorError::AudioOnly`]; [`CreatorError::Isrc`].
    #[doc(alias = "put_ISRC")]
    pub fn set_isrc(&mut self, isrc: &str) -> Result<(), CreatorError> {
        self.entry.check_audio("an ISRC")?;
        let track = self.entry.number;
        self.entry.isrc = match isrc {
            "" => None,
            isrc => Some(
                isrc.parse()
                    .map_err(|source| CreatorError::Isrc { track, source })?,
            ),
        };
        Ok(())
    }

    /// Sets what digital copies are allowed.
    ///
    /// # Errors
    /// [`CreatorError::AudioOnly`].
    #[doc(alias = "put_DigitalAudioCopySetting")]
    pub fn set_digital_audio_copy_setting(
        &mut self,
        copy: DigitalAudioCopySetting,
    ) -> Result<(), CreatorError> {
        self.entry.check_audio("a copy setting")?;
        self.entry.copy = copy;
        Ok(())
    }

    /// Says whether the audio has pre-emphasis; the samples stay as they are.
    ///
    /// # Errors
    /// [`CreatorError::AudioOnly`].
    #[doc(alias = "put_AudioHasPreemphasis")]
    pub fn set_audio_has_preemphasis(&mut self, has: bool) -> Result<(), CreatorError> {
        self.entry.check_audio("pre-emphasis")?;
        self.entry.has_preemphasis = has;
        Ok(())
    }

    /// Lets an index begin `offset` sectors after the track's start.
    ///
    /// # Errors
    /// [`CreatorError::TooManyTrackIndexes`] if there are 99; [`CreatorError::IndexOffset`] past the track's end;
    /// [`CreatorError::TrackIndexTooCloseToOtherIndex`] if the index, or the one before it, would have fewer than ten
    /// sectors.
    #[doc(alias = "AddTrackIndex")]
    pub fn add_track_index(&mut self, offset: u32) -> Result<AddedIndex, CreatorError> {
        let (track, sectors) = (self.entry.number, self.entry.sectors);
        let indexes = &mut self.entry.indexes;
        if offset == 0 || indexes.iter().any(|at| at.count() == offset) {
            return Ok(AddedIndex::AlreadyExists);
        }
        let (Ok(at), true) = (Sectors::new(offset), offset < sectors.count()) else {
            return Err(CreatorError::IndexOffset {
                track,
                offset,
                sectors,
            });
        };
        if indexes.len() + 1 >= MAX_INDEXES {
            let n_indexes = indexes.len() + 1;
            return Err(CreatorError::TooManyTrackIndexes { track, n_indexes });
        }
        let place = indexes.partition_point(|before| *before < at);
        let before = indexes[..place].last().map_or(0, |before| before.count());
        let (after, is_end) = match indexes.get(place) {
            Some(after) => (after.count(), false),
            None => (sectors.count(), true),
        };
        let too_close =
            |distance, neighbour: String| CreatorError::TrackIndexTooCloseToOtherIndex {
                track,
                offset,
                distance,
                neighbour,
            };
        if offset - before < MIN_INDEX_SECTORS {
            return Err(too_close(
                offset - before,
                format!("the index at offset {before}"),
            ));
        }
        if after - offset < MIN_INDEX_SECTORS {
            let neighbour = match is_end {
                true => "the track's end".to_owned(),
                false => format!("the index at offset {after}"),
            };
            return Err(too_close(after - offset, neighbour));
        }
        indexes.insert(place, at);
        Ok(AddedIndex::Added)
    }

    /// Takes away the index that begins `offset` sectors after the track's start.
    ///
    /// # Errors
    /// [`CreatorError::TrackIndexOffsetZeroCannotBeCleared`]; [`CreatorError::TrackIndexNotFound`].
    #[doc(alias = "ClearTrackIndex")]
    pub fn clear_track_index(&mut self, offset: u32) -> Result<(), CreatorError> {
        let track = self.entry.number;
        if offset == 0 {
            return Err(CreatorError::TrackIndexOffsetZeroCannotBeCleared { track });
        }
        let found = self
            .entry
            .indexes
            .iter()
            .position(|at| at.count() == offset);
        let Some(place) = found else {
            return Err(CreatorError::TrackIndexNotFound { track, offset });
        };
        self.entry.indexes.remove(place);
        Ok(())
    }
}
