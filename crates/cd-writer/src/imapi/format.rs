//! The object: its properties, and taking and letting go of a medium.
//!
//! Three locks, always taken in this order. `calls` is held through every call that changes something or asks the
//! drive, but not through a write: such calls follow one another. The recorder's own lock is held while commands are
//! sent that end soon, and while a write runs the recorder is taken out of it. `state` is never held while
//! anything else happens. So properties and cancel answer at once whatever the drive does, and nothing waits for a
//! write.

mod drive;
mod properties;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cd_address::Lba;
use cd_sector::SectorLayout;
use parking_lot::Mutex;

use super::error::{CallError, ClientNameError, DiscFormatError};
use super::event::WriteEvent;
use super::recorder::DiscRecorder;
use super::speed::{Speeds, Wish};
use super::types::{Adjustment, PhysicalMediaType, check_client_name};
use crate::{CancelToken, DriveInfo, MediumInfo};
use drive::{prepare, recorder_support};

/// Told of a running write.
pub(super) type Handler = Arc<dyn Fn(&DiscFormat2RawCd, &WriteEvent) + Send + Sync>;

/// Writes raw images to CD-R and CD-RW: `IDiscFormat2RawCD`.
///
/// Any thread may call anything at any time; what is not possible then is refused. Dropped while a medium is
/// prepared, it releases it.
#[doc(alias("IDiscFormat2RawCD", "MsftDiscFormat2RawCD"))]
pub struct DiscFormat2RawCd {
    /// Who holds a recorder.
    pub(super) id: u64,
    pub(super) calls: Mutex<()>,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) recorder: Option<DiscRecorder>,
    client_name: Option<String>,
    pub(super) phase: Phase,
    pub(super) sector_type: SectorLayout,
    pub(super) is_underrun_free_disabled: bool,
    pub(super) wish: Wish,
    pub(super) handler: Option<Handler>,
}

pub(super) enum Phase {
    NotPrepared,
    Prepared(Arc<Prepared>),
    Writing {
        prepared: Arc<Prepared>,
        cancel: CancelToken,
    },
}

/// What was found when the medium was prepared.
pub(super) struct Prepared {
    pub(super) drive: DriveInfo,
    pub(super) medium: MediumInfo,
    pub(super) speeds: Speeds,
    /// Where the medium's lead-in begins.
    pub(super) start: Lba,
}

static NEXT_ID: AtomicU64 = AtomicU64::new(0);

impl Default for DiscFormat2RawCd {
    fn default() -> Self {
        Self::new()
    }
}

/// Making one, and being told.
impl DiscFormat2RawCd {
    /// An object without recorder and client name; the requested sector type is packed P-W, the requested speed the
    /// fastest, and underrun protection is on, as the interface has it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            calls: Mutex::new(()),
            state: Mutex::new(State {
                recorder: None,
                client_name: None,
                phase: Phase::NotPrepared,
                sector_type: SectorLayout::PackedPw96,
                is_underrun_free_disabled: false,
                wish: Wish {
                    speed: None,
                    is_pure_cav: false,
                },
                handler: None,
            }),
        }
    }

    /// Has `handler` told how far each write is; it takes the place of an earlier one.
    ///
    /// The handler may call any member, above all [`DiscFormat2RawCd::cancel_write`]. It is called on the thread that
    /// writes, or while that waits for the drive on another, never on both at once. While it runs on the first, no sector
    /// is sent: it had better be quick.
    #[doc(alias("DDiscFormat2RawCDEvents", "Update"))]
    pub fn on_update(&self, handler: impl Fn(&Self, &WriteEvent) + Send + Sync + 'static) {
        self.state.lock().handler = Some(Arc::new(handler));
    }

    /// Stops telling anybody. A write that is running goes on telling.
    pub fn without_updates(&self) {
        self.state.lock().handler = None;
    }
}

/// What can be used.
impl DiscFormat2RawCd {
    /// Whether the recorder can record raw at all.
    ///
    /// The drive is asked and its raw modes are tried, as its own word is not reliable. Where it takes none with
    /// what is in it, its CD mastering feature decides. The interface answers an unsuitable drive with the failure code of an
    /// unsuitable medium; here that is `false`.
    ///
    /// # Errors
    /// What the drive failed with, and [`HostError::RecorderLocked`](super::HostError::RecorderLocked).
    #[doc(alias = "IsRecorderSupported")]
    pub fn is_recorder_supported(&self, recorder: &DiscRecorder) -> Result<bool, DiscFormatError> {
        let _calls = self.calls.lock();
        recorder.with(self.id, |recorder| Ok(recorder_support(recorder)?.is_ok()))
    }

    /// Whether the disc in the recorder is one that could be recorded raw if it is blank. `true` says the same of the drive.
    ///
    /// # Errors
    /// As [`DiscFormat2RawCd::is_recorder_supported`], and [`MediumError::NoMedia`](super::MediumError::NoMedia) for an empty drive: the interface
    /// did so since Windows 7, and answered "no" before.
    #[doc(alias = "IsCurrentMediaSupported")]
    pub fn is_current_media_supported(
        &self,
        recorder: &DiscRecorder,
    ) -> Result<bool, DiscFormatError> {
        let _calls = self.calls.lock();
        recorder.with(self.id, |recorder| {
            let medium = recorder.medium().map_err(DiscFormatError::of_probe)?;
            Ok(medium.kind.is_some() && recorder_support(recorder)?.is_ok())
        })
    }

    /// The media that can be recorded raw: CD-R and CD-RW.
    #[doc(alias = "SupportedMediaTypes")]
    #[must_use]
    pub fn supported_media_types(&self) -> [PhysicalMediaType; 2] {
        [PhysicalMediaType::CD_R, PhysicalMediaType::CD_RW]
    }

    /// The recorder, if one was chosen.
    #[doc(alias("Recorder", "get_Recorder"))]
    #[must_use]
    pub fn recorder(&self) -> Option<DiscRecorder> {
        self.state.lock().recorder.clone()
    }

    /// Chooses the recorder.
    ///
    /// The interface's page gives the code of track-at-once recording for an unsuitable one; its header, and what it
    /// does, have `E_IMAPI_DF2RAW_RECORDER_NOT_SUPPORTED`, as here.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsPrepared`]; [`DriveError::RecorderNotSupported`](super::DriveError::RecorderNotSupported); what
    /// the drive failed with. The one chosen before then stays.
    #[doc(alias = "put_Recorder")]
    pub fn set_recorder(&self, recorder: DiscRecorder) -> Result<(), DiscFormatError> {
        let _calls = self.calls.lock();
        self.check_not_prepared()?;
        recorder.with(self.id, |recorder| {
            recorder_support(recorder)?.map_err(DiscFormatError::from)
        })?;
        self.state.lock().recorder = Some(recorder);
        Ok(())
    }

    /// The name the recorder is held under, if one was set.
    #[doc(alias("ClientName", "get_ClientName"))]
    #[must_use]
    pub fn client_name(&self) -> Option<String> {
        self.state.lock().client_name.clone()
    }

    /// Sets the name the recorder will be held under: 1 to 63 of the characters A-Z, a-z, 0-9, space and `.,:;-_`.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsPrepared`], [`CallError::ClientNameIsNotValid`].
    #[doc(alias = "put_ClientName")]
    pub fn set_client_name(&self, name: &str) -> Result<(), DiscFormatError> {
        let _calls = self.calls.lock();
        self.check_not_prepared()?;
        check_client_name(name)?;
        self.state.lock().client_name = Some(name.to_owned());
        Ok(())
    }
}

/// Taking the medium, and letting go of it.
impl DiscFormat2RawCd {
    /// Takes recorder and medium for this object alone, until [`DiscFormat2RawCd::release_media`].
    ///
    /// The tray is locked until the end of a write, or until the release. The requested speed is set, and what
    /// became of it is the answer. Two of the interface's pages swap the codes of a medium that is not blank and one that is
    /// not supported; here they are as in its header.
    ///
    /// # Errors
    /// In this order: [`CallError::NoRecorderSpecified`], [`CallError::MediaIsPrepared`] (also while a write runs),
    /// [`CallError::ClientNameIsNotValid`], [`HostError::RecorderLocked`](super::HostError::RecorderLocked),
    /// [`MediumError::NotSupported`](super::MediumError::NotSupported), [`MediumError::NotBlank`](super::MediumError::NotBlank), [`DriveError::NoSuchModePage`](super::DriveError::NoSuchModePage),
    /// [`DriveError::RecorderNotSupported`](super::DriveError::RecorderNotSupported), [`MediumError::SpeedMismatch`](super::MediumError::SpeedMismatch); anywhere what the drive failed
    /// with. Nothing is held then.
    #[doc(alias = "PrepareMedia")]
    pub fn prepare_media(&self) -> Result<Adjustment, DiscFormatError> {
        let _calls = self.calls.lock();
        let (recorder, name, wish) = {
            let state = self.state.lock();
            let recorder = state.recorder.clone();
            let recorder = recorder.ok_or(CallError::NoRecorderSpecified)?;
            if !matches!(state.phase, Phase::NotPrepared) {
                return Err(CallError::MediaIsPrepared.into());
            }
            let name = state.client_name.clone();
            (recorder, name.ok_or(ClientNameError::Missing)?, state.wish)
        };
        recorder.acquire(self.id, &name)?;
        let result = recorder.with(self.id, |recorder| {
            let result = prepare(recorder, wish);
            if result.is_err() {
                recorder.unlock_tray();
            }
            result
        });
        match result {
            Ok((prepared, adjustment)) => {
                self.state.lock().phase = Phase::Prepared(Arc::new(prepared));
                Ok(adjustment)
            }
            Err(error) => {
                recorder.release(self.id);
                Err(error)
            }
        }
    }

    /// Lets go of recorder and medium, and unlocks the tray. To be called after every prepare, also when the write
    /// failed or was cancelled.
    ///
    /// The session was closed when the write ended: in raw recording the drive does so when it empties its buffer. A
    /// drive that no longer answers is let go of as well.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsNotPrepared`].
    #[doc(alias = "ReleaseMedia")]
    pub fn release_media(&self) -> Result<(), DiscFormatError> {
        let _calls = self.calls.lock();
        let recorder = {
            let mut state = self.state.lock();
            state.prepared()?;
            state.phase = Phase::NotPrepared;
            state.recorder.clone()
        };
        if let Some(recorder) = recorder {
            self.let_go(&recorder);
        }
        Ok(())
    }

    pub(super) fn let_go(&self, recorder: &DiscRecorder) {
        // Nobody else can hold it, and no write is running.
        let _ = recorder.with(self.id, |recorder| {
            recorder.unlock_tray();
            Ok(())
        });
        recorder.release(self.id);
    }

    /// Asks the running write to stop; from any thread, and from the handler of updates.
    ///
    /// The write returns [`Cause::Cancelled`](super::Cause::Cancelled) when the command that is under way has ended and the
    /// drive's buffer is empty. Too late, it ends as if nobody had asked. [`DiscFormat2RawCd::release_media`] is still
    /// to be called.
    ///
    /// # Errors
    /// [`CallError::WriteNotInProgress`].
    #[doc(alias = "CancelWrite")]
    pub fn cancel_write(&self) -> Result<(), DiscFormatError> {
        match &self.state.lock().phase {
            Phase::Writing { cancel, .. } => {
                cancel.cancel();
                Ok(())
            }
            _ => Err(CallError::WriteNotInProgress.into()),
        }
    }
}

impl DiscFormat2RawCd {
    fn check_not_prepared(&self) -> Result<(), CallError> {
        match self.state.lock().phase {
            Phase::NotPrepared => Ok(()),
            Phase::Prepared(_) => Err(CallError::MediaIsPrepared),
            Phase::Writing { .. } => Err(CallError::WriteInProgress),
        }
    }
}

impl State {
    /// Nothing is being written.
    pub(super) fn check_not_writing(&self) -> Result<(), CallError> {
        match self.phase {
            Phase::Writing { .. } => Err(CallError::WriteInProgress),
            _ => Ok(()),
        }
    }

    /// What was prepared, and is not being written.
    pub(super) fn prepared(&self) -> Result<&Arc<Prepared>, CallError> {
        self.check_not_writing()?;
        self.medium()
    }

    /// What was prepared, written or not.
    fn medium(&self) -> Result<&Arc<Prepared>, CallError> {
        match &self.phase {
            Phase::NotPrepared => Err(CallError::MediaIsNotPrepared("prepare it first")),
            Phase::Prepared(prepared) | Phase::Writing { prepared, .. } => Ok(prepared),
        }
    }
}

impl Drop for DiscFormat2RawCd {
    fn drop(&mut self) {
        // Nobody else has it any more, and so no write is running.
        let state = self.state.get_mut();
        if !matches!(state.phase, Phase::NotPrepared)
            && let Some(recorder) = state.recorder.take()
        {
            self.let_go(&recorder);
        }
    }
}

impl fmt::Debug for DiscFormat2RawCd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        f.debug_struct("DiscFormat2RawCd")
            .field("recorder", &state.recorder)
            .field("client_name", &state.client_name)
            .field("phase", &state.phase)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPrepared => "not prepared",
            Self::Prepared(_) => "prepared",
            Self::Writing { .. } => "writing",
        })
    }
}
