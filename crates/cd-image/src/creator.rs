//! The image creator of IMAPI2 (`IRawCDImageCreator`), under Rust names.
//!
//! Tracks are added one by one, each from a file; then one stream is made of them, which begins at 95:00:00 and so suits
//! every medium. From then on the creator is read-only. Every member of the interface is here, with its limits and its
//! errors; where its documentation leaves a choice, this is what was chosen:
//!
//! | question | here |
//! | --- | --- |
//! | sector types of tracks | all ten of [`CdSectorType`]; they mix as documented: audio with audio, Mode 1 with Mode 1, the kinds of Mode 2 with each other |
//! | [`disable_gapless_audio`](RawCdImageCreator::disable_gapless_audio) | true means a gap of 150 silent sectors before each track but the first, as the name says |
//! | gapless | the last 150 sectors of a track lie in the pregap of the next, fewer where its 300 or its last index's ten would not be left to it; data tracks always have gaps |
//! | special pregap | takes the place of the first track's 150 sectors from LBA -150 on |
//! | [`last_used_user_sector_in_image`](RawCdImageCreator::last_used_user_sector_in_image) | an address, one before [`start_of_leadout`](RawCdImageCreator::start_of_leadout) |
//! | [`start_of_leadout_limit`](RawCdImageCreator::start_of_leadout_limit) | the last address where the lead-out may begin; 398,100 (88:30:00) unless set, so that 398,099 is the last a track can reach |
//! | resulting sector type | raw P-W unless set; with a source of R to W it stays that |
//! | digital audio copies | prohibited unless set; pre-emphasis absent unless set; both only say what the audio is |
//!
//! Discs that go beyond that (mixed modes, CD-Text, hidden tracks, CD+G) are made of a [`DiscSpec`](crate::DiscSpec) directly.
//!
//! # Spec
//! IMAPI2: `IRawCDImageCreator`, `IRawCDImageTrackInfo`, and the RAW_IMAGE return values; IEC 60908 clause 17.

use std::sync::Arc;

use cd_address::{Lba, PREGAP_SECTORS};
use cd_sector::{Mcn, SectorLayout, Toc};

use crate::{AuthoredStream, DiscLayout, MIN_TRACK_SECTORS, RwOverlay};

mod arrange;
mod error;
mod sector_type;
mod source;
#[cfg(test)]
mod tests;
mod track_info;

pub use error::{CreatorError, HResult};
pub use sector_type::CdSectorType;
pub use source::TrackSource;
pub use track_info::{AddedIndex, DigitalAudioCopySetting, TrackInfo, TrackInfoMut};

use track_info::Entry;

/// The first address at which no lead-out may begin any more: it would end past 89:59:74.
const LEAD_OUT_LIMIT: Lba = match Lba::new(398_100) {
    Ok(lba) => lba,
    Err(_) => unreachable!(),
};

/// Makes a raw CD image from tracks, as `IRawCDImageCreator` does.
///
/// ```
/// use cd_image::{CdSectorType, MappedFile, RawCdImageCreator, SectorSource, TrackSource};
///
/// # let mut file = tempfile::NamedTempFile::new()?;
/// # std::io::Write::write_all(&mut file, &vec![0; 2352 * 300])?;
/// # let path = file.path();
/// let mut creator = RawCdImageCreator::new();
/// let song = TrackSource::new(MappedFile::open(path)?.into());
/// let track_index = creator.add_track(CdSectorType::Audio, song)?;
/// creator.track_info_mut(track_index)?.set_isrc("US-ABC-02-12345")?;
/// let stream = creator.create_result_image()?;
/// // From 95:00:00: lead-in and pregap, the track, the lead-out.
/// assert_eq!(stream.range().len().count(), 22_650 + 300 + 6_750);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "IRawCDImageCreator")]
#[derive(Debug)]
pub struct RawCdImageCreator {
    entries: Vec<Entry>,
    special_pregap: Option<TrackSource>,
    rw: Option<TrackSource>,
    resulting_image_type: SectorLayout,
    start_of_leadout_limit: Lba,
    disable_gapless_audio: bool,
    mcn: Option<Mcn>,
    starting_track_number: u8,
    is_read_only: bool,
}

impl Default for RawCdImageCreator {
    fn default() -> Self {
        Self::new()
    }
}

impl RawCdImageCreator {
    /// A creator without tracks.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
            special_pregap: None,
            rw: None,
            resulting_image_type: SectorLayout::RawPw96,
            start_of_leadout_limit: LEAD_OUT_LIMIT,
            disable_gapless_audio: false,
            mcn: None,
            starting_track_number: 1,
            is_read_only: false,
        }
    }

    /// Makes the image: a stream from 95:00:00 to the end of the lead-out. Once; the creator is read-only afterwards,
    /// and is not if this fails.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`] the second time, [`CreatorError::NoTracks`], [`CreatorError::InsufficientSpace`] if the
    /// lead-out's limit was lowered since, [`CreatorError::RwLength`] and [`CreatorError::RwTopBits`] of the source of R to W,
    /// [`CreatorError::SectorTypeNotSupported`] if there is one and the sectors are not raw P-W,
    /// [`CreatorError::Source`] if it cannot be read.
    #[doc(alias = "CreateResultImage")]
    pub fn create_result_image(&mut self) -> Result<AuthoredStream, CreatorError> {
        self.check_writable()?;
        let mut spec = self.spec()?;
        let lead_out = self.end_of(&self.entries, self.special_pregap.as_ref())?;
        self.check_space(lead_out)?;
        let start = Lba::IMAGE_START_95_00_00;
        if let Some(rw) = &self.rw {
            self.check_rw_type(self.resulting_image_type)?;
            let last = u64::from(lead_out.position() - start.position());
            rw.check_rw(last + u64::from(crate::LEAD_OUT_SECTORS.count()))?;
            spec.rw = Some(RwOverlay {
                file: Arc::clone(&rw.file),
                offset: rw.offset,
                start,
            });
        }
        let disc = DiscLayout::new(spec).map_err(CreatorError::Layout)?;
        let stream = AuthoredStream::new(Arc::new(disc), start, self.resulting_image_type)
            .map_err(CreatorError::Layout)?;
        self.is_read_only = true;
        Ok(stream)
    }

    /// Adds a track behind those that are there, and gives its index among them, from 1.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::TooManyTracks`] past track number 99;
    /// [`CreatorError::SectorTypeNotSupported`] if it cannot stand beside the first track, or is data and the first
    /// track's number is not 1 or there is a special pregap; [`CreatorError::Length`] if `source` is no whole number of
    /// sectors, [`CreatorError::TooShort`] if it has fewer than 300; [`CreatorError::InsufficientSpace`] past the limit of
    /// the lead-out.
    #[doc(alias = "AddTrack")]
    pub fn add_track(
        &mut self,
        sector_type: CdSectorType,
        source: TrackSource,
    ) -> Result<usize, CreatorError> {
        self.check_writable()?;
        let number = usize::from(self.starting_track_number) + self.entries.len();
        let Some(number) = u8::try_from(number).ok().filter(|number| *number <= 99) else {
            return Err(CreatorError::TooManyTracks { number });
        };
        self.check_sector_type(sector_type)?;
        let sectors = source.sectors(sector_type.bytes_per_sector())?;
        if sectors < MIN_TRACK_SECTORS {
            let (path, at_least) = (source.path(), MIN_TRACK_SECTORS);
            return Err(CreatorError::TooShort {
                path,
                sectors,
                at_least,
            });
        }
        if sector_type == CdSectorType::ModeZero {
            source.check_zero()?;
        }
        let entry = Entry::new(number, sector_type, sectors, source);
        let lead_out = self.end_of(
            self.entries.iter().chain([&entry]),
            self.special_pregap.as_ref(),
        )?;
        self.check_space(lead_out)?;
        self.entries.push(entry);
        Ok(self.entries.len())
    }

    /// Gives the first track's pregap its contents, audio of 2352 bytes a sector from LBA -150 on: what is heard when one goes
    /// back from the beginning of the first track. The disc is audio then.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::TracksAlreadyAdded`]; [`CreatorError::Length`],
    /// [`CreatorError::TooShort`] under 150 sectors, [`CreatorError::InsufficientSpace`] if it would leave no room for a
    /// track (past LBA 397,799).
    #[doc(alias = "AddSpecialPregap")]
    pub fn add_special_pregap(&mut self, source: TrackSource) -> Result<(), CreatorError> {
        self.check_writable()?;
        self.check_no_tracks()?;
        let sectors = source.sectors(CdSectorType::Audio.bytes_per_sector())?;
        if sectors < PREGAP_SECTORS {
            let (path, at_least) = (source.path(), PREGAP_SECTORS);
            return Err(CreatorError::TooShort {
                path,
                sectors,
                at_least,
            });
        }
        let first_track = self.after(Lba::PREGAP_START, sectors)?;
        self.check_space(self.after(first_track, MIN_TRACK_SECTORS)?)?;
        self.special_pregap = Some(source);
        Ok(())
    }

    /// Sets where R to W of the whole image come from, 96 bytes a sector from 95:00:00 to the end of the lead-out, or takes that
    /// back. Each byte is one symbol with its two upper bits, the places of P and Q, zero; they go out as they are, so
    /// for raw P-W they are interleaved and have their parity already.
    ///
    /// The length is looked at when the image is made, since only then it is known.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::SectorTypeNotSupported`] unless the sectors of the image have raw P-W.
    #[doc(alias = "AddSubcodeRWGenerator")]
    pub fn add_subcode_rw_generator(
        &mut self,
        source: Option<TrackSource>,
    ) -> Result<(), CreatorError> {
        self.check_writable()?;
        if source.is_some() {
            self.check_rw_type(self.resulting_image_type)?;
        }
        self.rw = source;
        Ok(())
    }

    /// The layout of the image's sectors.
    #[doc(alias = "get_ResultingImageType")]
    #[must_use]
    pub const fn resulting_image_type(&self) -> SectorLayout {
        self.resulting_image_type
    }

    /// Sets the layout of the image's sectors. It must be the one that the writer is told of.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::SectorTypeNotSupported`] if there is a source of R to W and `layout` is not
    /// raw P-W.
    #[doc(alias = "put_ResultingImageType")]
    pub fn set_resulting_image_type(&mut self, layout: SectorLayout) -> Result<(), CreatorError> {
        self.check_writable()?;
        if self.rw.is_some() {
            self.check_rw_type(layout)?;
        }
        self.resulting_image_type = layout;
        Ok(())
    }

    /// Where the lead-out will begin: the size of the smallest medium that the image fits on.
    ///
    /// # Errors
    /// [`CreatorError::NoTracks`].
    #[doc(alias = "get_StartOfLeadout")]
    pub fn start_of_leadout(&self) -> Result<Lba, CreatorError> {
        self.check_tracks()?;
        self.end_of(&self.entries, self.special_pregap.as_ref())
    }

    /// The last address at which the lead-out may begin.
    #[doc(alias = "get_StartOfLeadoutLimit")]
    #[must_use]
    pub const fn start_of_leadout_limit(&self) -> Lba {
        self.start_of_leadout_limit
    }

    /// Sets the last address at which the lead-out may begin: a medium's last possible start of the lead-out.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::LeadoutLimit`] unless it is 0 to 398,100 (88:30:00);
    /// [`CreatorError::InsufficientSpace`] if the tracks that are there go past it.
    #[doc(alias = "put_StartOfLeadoutLimit")]
    pub fn set_start_of_leadout_limit(&mut self, limit: Lba) -> Result<(), CreatorError> {
        self.check_writable()?;
        if !(Lba::ZERO..=LEAD_OUT_LIMIT).contains(&limit) {
            return Err(CreatorError::LeadoutLimit { limit });
        }
        if !self.entries.is_empty() {
            let lead_out = self.start_of_leadout()?;
            if lead_out > limit {
                return Err(CreatorError::InsufficientSpace { lead_out, limit });
            }
        }
        self.start_of_leadout_limit = limit;
        Ok(())
    }

    /// Whether there are 150 sectors of silence before each track but the first.
    #[doc(alias = "get_DisableGaplessAudio")]
    #[must_use]
    pub const fn disable_gapless_audio(&self) -> bool {
        self.disable_gapless_audio
    }

    /// Sets whether there are 150 sectors of silence before each track but the first.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::TracksAlreadyAdded`].
    #[doc(alias = "put_DisableGaplessAudio")]
    pub fn set_disable_gapless_audio(&mut self, disable: bool) -> Result<(), CreatorError> {
        self.check_writable()?;
        self.check_no_tracks()?;
        self.disable_gapless_audio = disable;
        Ok(())
    }

    /// The media catalogue number, if there is one.
    #[doc(alias = "get_MediaCatalogNumber")]
    #[must_use]
    pub const fn media_catalog_number(&self) -> Option<Mcn> {
        self.mcn
    }

    /// Sets the media catalogue number: up to 13 decimal digits, of which leading zeros may be left out, the last a check
    /// digit. Empty takes it away.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::MediaCatalogNumber`].
    #[doc(alias = "put_MediaCatalogNumber")]
    pub fn set_media_catalog_number(&mut self, digits: &str) -> Result<(), CreatorError> {
        self.check_writable()?;
        self.mcn = match digits {
            "" => None,
            digits => {
                let whole = format!("{digits:0>13}");
                let mcn = whole.parse().map_err(CreatorError::MediaCatalogNumber)?;
                Some(mcn)
            }
        };
        Ok(())
    }

    /// The number of the first track, 1..=99.
    #[doc(alias = "get_StartingTrackNumber")]
    #[must_use]
    pub const fn starting_track_number(&self) -> u8 {
        self.starting_track_number
    }

    /// Sets the number of the first track. With any but 1 the disc is audio.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::TracksAlreadyAdded`]; [`CreatorError::StartingTrackNumber`] unless it is 1
    /// to 99.
    #[doc(alias = "put_StartingTrackNumber")]
    pub fn set_starting_track_number(&mut self, number: u8) -> Result<(), CreatorError> {
        self.check_writable()?;
        self.check_no_tracks()?;
        if !(1..=99).contains(&number) {
            return Err(CreatorError::StartingTrackNumber { number });
        }
        self.starting_track_number = number;
        Ok(())
    }

    /// A track by its index, from 1 in the order of adding.
    ///
    /// # Errors
    /// [`CreatorError::TrackIndex`].
    #[doc(alias = "get_TrackInfo")]
    pub fn track_info(&self, track_index: usize) -> Result<TrackInfo<'_>, CreatorError> {
        let entry = self.entry(track_index)?;
        let starting_lba = self.start_of(track_index - 1)?;
        Ok(TrackInfo::new(entry, starting_lba))
    }

    /// A track by its index, from 1, to be changed.
    ///
    /// # Errors
    /// [`CreatorError::ReadOnly`]; [`CreatorError::TrackIndex`].
    #[doc(alias = "get_TrackInfo")]
    pub fn track_info_mut(&mut self, track_index: usize) -> Result<TrackInfoMut<'_>, CreatorError> {
        self.check_writable()?;
        self.entry(track_index)?;
        Ok(TrackInfoMut::new(&mut self.entries[track_index - 1]))
    }

    /// How many tracks were added.
    #[doc(alias = "get_NumberOfExistingTracks")]
    #[must_use]
    pub const fn number_of_existing_tracks(&self) -> usize {
        self.entries.len()
    }

    /// The address of the last sector of the last track.
    ///
    /// # Errors
    /// [`CreatorError::NoTracks`].
    #[doc(alias = "get_LastUsedUserSectorInImage")]
    pub fn last_used_user_sector_in_image(&self) -> Result<Lba, CreatorError> {
        let lead_out = self.start_of_leadout()?;
        Ok(Lba::new(lead_out.value() - 1).unwrap_or(Lba::ZERO))
    }

    /// The table of contents that the image will have; it is final once everything else is.
    ///
    /// # Errors
    /// [`CreatorError::NoTracks`].
    #[doc(alias = "get_ExpectedTableOfContents")]
    pub fn expected_table_of_contents(&self) -> Result<Toc, CreatorError> {
        let disc = DiscLayout::new(self.spec()?).map_err(CreatorError::Layout)?;
        Ok(*disc.toc())
    }

    fn entry(&self, track_index: usize) -> Result<&Entry, CreatorError> {
        let entry = track_index
            .checked_sub(1)
            .and_then(|idx| self.entries.get(idx));
        entry.ok_or(CreatorError::TrackIndex {
            track_index,
            n_tracks: self.entries.len(),
        })
    }

    /// Audio stands with audio, Mode 1 with Mode 1, Mode 2 with Mode 2.
    fn check_sector_type(&self, sector_type: CdSectorType) -> Result<(), CreatorError> {
        let because = match self.entries.first() {
            Some(first) if !first.sector_type.mixes_with(sector_type) => {
                format!("the first track is {}", first.sector_type)
            }
            _ if sector_type == CdSectorType::Audio => return Ok(()),
            None if self.special_pregap.is_some() => "a special pregap makes the disc audio".into(),
            None if self.starting_track_number != 1 => {
                let number = self.starting_track_number;
                format!("a disc whose first track is {number} is audio")
            }
            _ => return Ok(()),
        };
        Err(CreatorError::SectorTypeNotSupported {
            what: sector_type.to_string(),
            because,
        })
    }

    fn check_rw_type(&self, layout: SectorLayout) -> Result<(), CreatorError> {
        let because = match layout {
            SectorLayout::RawPw96 => return Ok(()),
            SectorLayout::Pq16 => {
                "there is a source of R to W, which such sectors have no place for"
            }
            SectorLayout::PackedPw96 => {
                "the source of R to W has symbols as on the disc, such sectors have packs"
            }
        };
        Err(CreatorError::SectorTypeNotSupported {
            what: layout.to_string(),
            because: because.to_owned(),
        })
    }

    const fn check_writable(&self) -> Result<(), CreatorError> {
        if self.is_read_only {
            return Err(CreatorError::ReadOnly);
        }
        Ok(())
    }

    fn check_tracks(&self) -> Result<(), CreatorError> {
        if self.entries.is_empty() {
            return Err(CreatorError::NoTracks);
        }
        Ok(())
    }

    fn check_no_tracks(&self) -> Result<(), CreatorError> {
        match self.entries.len() {
            0 => Ok(()),
            n_tracks => Err(CreatorError::TracksAlreadyAdded { n_tracks }),
        }
    }

    fn check_space(&self, lead_out: Lba) -> Result<(), CreatorError> {
        let limit = self.start_of_leadout_limit;
        if lead_out > limit {
            return Err(CreatorError::InsufficientSpace { lead_out, limit });
        }
        Ok(())
    }
}
