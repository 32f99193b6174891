//! Properties that say how it will be written, and what drive and medium are.

use cd_address::Lba;
use cd_sector::SectorLayout;

use super::drive::{is_blank, media_type};
use super::{DiscFormat2RawCd, Phase, Prepared};
use crate::imapi::error::{CallError, DiscFormatError, DriveError};
use crate::imapi::speed::{Speeds, Wish, is_cav, rate};
use crate::imapi::types::{Adjustment, PhysicalMediaType, WriteSpeedDescriptor};
use crate::recorder::Recorder;

/// How it will be written.
impl DiscFormat2RawCd {
    /// What the sectors of the stream have to be made of; packed P-W unless something else was requested.
    ///
    /// # Errors
    /// [`CallError::MediaIsNotPrepared`].
    #[doc(alias("RequestedSectorType", "get_RequestedSectorType"))]
    pub fn requested_sector_type(&self) -> Result<SectorLayout, DiscFormatError> {
        let state = self.state.lock();
        state.medium()?;
        Ok(state.sector_type)
    }

    /// Says what the sectors of the stream are made of. It stays so for media prepared later.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsNotPrepared`]; [`DriveError::DataBlockTypeNotSupported`] if the
    /// drive refused that kind when it was tried, with what it said.
    #[doc(alias("put_RequestedSectorType", "IMAPI_FORMAT2_RAW_CD_DATA_SECTOR_TYPE"))]
    pub fn set_requested_sector_type(&self, layout: SectorLayout) -> Result<(), DiscFormatError> {
        let _calls = self.calls.lock();
        let mut state = self.state.lock();
        let mut modes = state.prepared()?.drive.raw_modes.iter();
        let refusal = modes
            .find(|mode| mode.layout == layout)
            .and_then(|mode| mode.refusal.as_ref());
        if let Some(refusal) = refusal {
            let text = format!("the drive does not record raw sectors of {layout}: {refusal}");
            return Err(DriveError::DataBlockTypeNotSupported(text).into());
        }
        state.sector_type = layout;
        Ok(())
    }

    /// What sectors the recorder takes with the medium that is in it, the best first.
    ///
    /// Before the medium is prepared the drive is asked anew; callers report that Windows answers after it only.
    ///
    /// # Errors
    /// [`CallError::NoRecorderSpecified`] (the interface: `E_POINTER`), what the drive failed with.
    #[doc(alias = "SupportedSectorTypes")]
    pub fn supported_sector_types(&self) -> Result<Vec<SectorLayout>, DiscFormatError> {
        if let Ok(prepared) = self.state.lock().medium() {
            return Ok(prepared.drive.raw_layouts());
        }
        self.ask(
            |recorder| {
                let drive = recorder.probe().map_err(DiscFormatError::of_probe)?;
                Ok(drive.raw_layouts())
            },
            |prepared| prepared.drive.raw_layouts(),
        )
    }

    /// Whether the write runs without underrun protection.
    #[doc(alias("BufferUnderrunFreeDisabled", "get_BufferUnderrunFreeDisabled"))]
    #[must_use]
    pub fn buffer_underrun_free_disabled(&self) -> bool {
        self.state.lock().is_underrun_free_disabled
    }

    /// Says whether the write is to run without underrun protection. A drive that has none does without in any case.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsNotPrepared`].
    #[doc(alias = "put_BufferUnderrunFreeDisabled")]
    pub fn set_buffer_underrun_free_disabled(&self, disabled: bool) -> Result<(), DiscFormatError> {
        let _calls = self.calls.lock();
        let mut state = self.state.lock();
        state.prepared()?;
        state.is_underrun_free_disabled = disabled;
        Ok(())
    }

    /// Where the medium's lead-in begins, and so the write; negative. The stream must have that much lead-in, or more.
    ///
    /// # Errors
    /// [`CallError::MediaIsNotPrepared`].
    #[doc(alias = "StartOfNextSession")]
    pub fn start_of_next_session(&self) -> Result<Lba, DiscFormatError> {
        Ok(self.state.lock().medium()?.start)
    }

    /// The last address at which the lead-out may begin, by ATIP and drive the lesser: what the medium holds.
    ///
    /// # Errors
    /// [`CallError::MediaIsNotPrepared`], [`DriveError::InvalidResponse`] if neither says it.
    #[doc(alias = "LastPossibleStartOfLeadout")]
    pub fn last_possible_start_of_leadout(&self) -> Result<Lba, DiscFormatError> {
        let state = self.state.lock();
        state.medium()?.medium.last_lead_out().ok_or_else(|| {
            let what = "neither ATIP nor READ DISC INFORMATION says what the medium holds";
            DriveError::InvalidResponse(what.to_owned()).into()
        })
    }
}

/// Speed.
impl DiscFormat2RawCd {
    /// Requests a speed in sectors a second (75 is 1x; `None` is the fastest, -1 in the interface), and whether the disc is to
    /// turn at one speed throughout. The nearest the drive has is set, and the answer tells what was changed.
    ///
    /// # Errors
    /// [`CallError::RecorderRequired`], [`CallError::WriteInProgress`], [`CallError::InvalidArgument`] for a speed of 0, what the
    /// drive failed with. The request is then what it was.
    #[doc(alias = "SetWriteSpeed")]
    pub fn set_write_speed(
        &self,
        sectors_per_second: Option<u32>,
        pure_cav: bool,
    ) -> Result<Adjustment, DiscFormatError> {
        let _calls = self.calls.lock();
        let recorder = {
            let state = self.state.lock();
            let recorder = state.recorder.clone();
            let recorder = recorder.ok_or(CallError::RecorderRequired)?;
            state.check_not_writing()?;
            recorder
        };
        if sectors_per_second == Some(0) {
            let text = "a write speed of 0 sectors a second; 75 is 1x".to_owned();
            return Err(CallError::InvalidArgument(text).into());
        }
        let wish = Wish {
            speed: sectors_per_second,
            is_pure_cav: pure_cav,
        };
        let adjustment = recorder.with(self.id, |recorder| {
            let choice = recorder.speeds()?.choose(wish);
            recorder.set_speed(choice.speed)?;
            Ok(choice.adjustment)
        })?;
        self.state.lock().wish = wish;
        Ok(adjustment)
    }

    /// The speed that was requested last, in sectors a second; `None` for the fastest.
    #[doc(alias = "RequestedWriteSpeed")]
    #[must_use]
    pub fn requested_write_speed(&self) -> Option<u32> {
        self.state.lock().wish.speed
    }

    /// The rotation that was requested last.
    #[doc(alias = "RequestedRotationTypeIsPureCAV")]
    #[must_use]
    pub fn requested_rotation_type_is_pure_cav(&self) -> bool {
        self.state.lock().wish.is_pure_cav
    }

    /// The speed the drive is set to, in sectors a second. While a write runs, as it was before.
    ///
    /// # Errors
    /// [`CallError::NoRecorderSpecified`], [`DriveError::NoSuchModePage`], what the drive failed with.
    #[doc(alias = "CurrentWriteSpeed")]
    pub fn current_write_speed(&self) -> Result<u32, DiscFormatError> {
        self.ask_speeds(|speeds, _| rate(speeds.current))
    }

    /// Whether the disc turns at one speed throughout.
    ///
    /// # Errors
    /// As [`DiscFormat2RawCd::current_write_speed`].
    #[doc(alias = "CurrentRotationTypeIsPureCAV")]
    pub fn current_rotation_type_is_pure_cav(&self) -> Result<bool, DiscFormatError> {
        self.ask_speeds(|speeds, _| is_cav(&speeds.current))
    }

    /// The speeds of the drive with the medium that is in it, in sectors a second, the fastest first.
    ///
    /// # Errors
    /// As [`DiscFormat2RawCd::current_write_speed`].
    #[doc(alias = "SupportedWriteSpeeds")]
    pub fn supported_write_speeds(&self) -> Result<Vec<u32>, DiscFormatError> {
        self.ask_speeds(|speeds, _| speeds.sectors_per_second())
    }

    /// The same with medium and rotation, in the drive's order.
    ///
    /// # Errors
    /// As [`DiscFormat2RawCd::current_write_speed`].
    #[doc(alias = "SupportedWriteSpeedDescriptors")]
    pub fn supported_write_speed_descriptors(
        &self,
    ) -> Result<Vec<WriteSpeedDescriptor>, DiscFormatError> {
        self.ask_speeds(Speeds::descriptors)
    }

    fn ask_speeds<T>(
        &self,
        tell: impl Fn(&Speeds, PhysicalMediaType) -> T,
    ) -> Result<T, DiscFormatError> {
        self.ask(
            |recorder| {
                let media_type = media_type(recorder)?;
                Ok(tell(&recorder.speeds()?, media_type))
            },
            |prepared| tell(&prepared.speeds, PhysicalMediaType::of(&prepared.medium)),
        )
    }
}

/// What is in the drive. While a write runs: what was, when the medium was prepared.
impl DiscFormat2RawCd {
    /// The kind of disc; [`PhysicalMediaType::UNKNOWN`] for an empty drive.
    ///
    /// # Errors
    /// [`CallError::NoRecorderSpecified`], what the drive failed with.
    #[doc(alias = "CurrentPhysicalMediaType")]
    pub fn current_physical_media_type(&self) -> Result<PhysicalMediaType, DiscFormatError> {
        self.ask(media_type, |prepared| {
            PhysicalMediaType::of(&prepared.medium)
        })
    }

    /// Whether the drive says that nothing is recorded.
    ///
    /// # Errors
    /// [`CallError::NoRecorderSpecified`], [`MediumError::NoMedia`](crate::imapi::MediumError::NoMedia), what the drive failed with;
    /// [`DriveError::FeatureIsNotCurrent`] if it tells nothing of the disc because it cannot record on it.
    #[doc(alias = "MediaPhysicallyBlank")]
    pub fn media_physically_blank(&self) -> Result<bool, DiscFormatError> {
        self.ask(is_blank, |prepared| prepared.medium.is_blank())
    }

    /// The same: the interface guesses from the disc's contents, which is meant for rewritable DVDs and wrong on a CD
    /// after a write that was cancelled.
    ///
    /// # Errors
    /// As [`DiscFormat2RawCd::media_physically_blank`].
    #[doc(alias = "MediaHeuristicallyBlank")]
    pub fn media_heuristically_blank(&self) -> Result<bool, DiscFormatError> {
        self.media_physically_blank()
    }

    /// Asks the drive, or while a write runs tells what is known.
    fn ask<T>(
        &self,
        live: impl FnOnce(&mut Recorder<'static>) -> Result<T, DiscFormatError>,
        known: impl FnOnce(&Prepared) -> T,
    ) -> Result<T, DiscFormatError> {
        let _calls = self.calls.lock();
        let recorder = {
            let state = self.state.lock();
            if let Phase::Writing { prepared, .. } = &state.phase {
                return Ok(known(prepared));
            }
            state.recorder.clone()
        };
        let recorder = recorder.ok_or(CallError::NoRecorderSpecified)?;
        recorder.with(self.id, live)
    }
}
