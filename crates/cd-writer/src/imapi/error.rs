//! What can go wrong, by who can do something about it.

use std::fmt;

use cd_address::Lba;
use cd_image::HResult;
use cd_mmc::Sense;

use super::code;
use crate::{DiscAfter, Doubt, Fault, Report, Verdict};

/// Why a call did not do what it is for.
///
/// [`DiscFormatError::cause`] says what and who can act; the rest says what stands behind it, as far as it came to that.
#[derive(Debug)]
pub struct DiscFormatError {
    cause: Cause,
    fault: Option<Fault>,
    report: Option<Box<Report>>,
}

/// What went wrong, grouped by who can act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// The author of the calling program: the call was not possible then, or not with these arguments.
    #[error(transparent)]
    Call(CallError),
    /// Whoever stands before the drive: another disc, the same the other way up, or a little patience.
    #[error(transparent)]
    Medium(MediumError),
    /// Whoever made the stream.
    #[error(transparent)]
    Stream(StreamError),
    /// Whoever owns the drive: it cannot do it, or fails.
    #[error(transparent)]
    Drive(DriveError),
    /// Whoever runs the computer: other programs, permission, memory, cables.
    #[error(transparent)]
    Host(HostError),
    /// Nobody: the program asked for it.
    #[doc(alias = "E_IMAPI_REQUEST_CANCELLED")]
    #[error("the write was cancelled")]
    Cancelled,
}

/// A call that was not possible then, or not with these arguments. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Not while a write is running.
    #[doc(alias = "E_IMAPI_DF2RAW_WRITE_IN_PROGRESS")]
    #[error("a write is running; wait for it, or cancel it")]
    WriteInProgress,
    /// There is nothing to cancel.
    #[doc(alias = "E_IMAPI_DF2RAW_WRITE_NOT_IN_PROGRESS")]
    #[error("no write is running")]
    WriteNotInProgress,
    /// The medium must be prepared first.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_PREPARED")]
    #[error("the medium is not prepared: {0}")]
    MediaIsNotPrepared(&'static str),
    /// Not between prepare and release.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_PREPARED")]
    #[error("the medium is prepared; release it first")]
    MediaIsPrepared,
    /// The client name is missing or not one.
    #[doc(alias = "E_IMAPI_DF2RAW_CLIENT_NAME_IS_NOT_VALID")]
    #[error(transparent)]
    ClientNameIsNotValid(#[from] ClientNameError),
    /// No recorder was chosen.
    #[doc(alias = "E_IMAPI_DF2RAW_NO_RECORDER_SPECIFIED")]
    #[error("no recorder was chosen; choose one first")]
    NoRecorderSpecified,
    /// No recorder was chosen whose speed could be set.
    #[doc(alias = "E_IMAPI_RECORDER_REQUIRED")]
    #[error("no recorder was chosen whose speed could be set; choose one first")]
    RecorderRequired,
    /// An argument that is not possible at any time.
    #[doc(alias = "E_INVALIDARG")]
    #[error("{0}")]
    InvalidArgument(String),
}

/// What is wrong with a client name.
///
/// # Spec
/// The caller's name of the Windows control code that takes a CD drive for one program alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientNameError {
    /// None was set.
    #[error("no client name is set; the recorder is held under that name")]
    Missing,
    /// It is empty.
    #[error("the client name is empty; give 1 to 63 characters")]
    Empty,
    /// More than 63 characters.
    #[error("the client name has {n_characters} characters; at most 63 are possible")]
    TooLong {
        /// How many.
        n_characters: usize,
    },
    /// A character outside A-Z, a-z, 0-9, space and `.,:;-_`.
    #[error(
        "character {position} of the client name is {character:?}; A-Z, a-z, 0-9, space and .,:;-_ are possible"
    )]
    Character {
        /// The character.
        character: char,
        /// Its place, counted from 1.
        position: usize,
    },
}

/// Something about the disc.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediumError {
    /// The drive is empty.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_NO_MEDIA")]
    #[error("there is no disc in the drive")]
    NoMedia,
    /// The drive does not know such discs, or cannot write them.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE")]
    #[error("the drive cannot use this disc: it is incompatible or of an unknown format")]
    Incompatible,
    /// It lies on its label.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN")]
    #[error("the drive finds no beginning of the disc: it may be upside down")]
    UpsideDown,
    /// The drive is still spinning it up.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_BECOMING_READY")]
    #[error("the drive is still becoming ready; try again in a moment")]
    BecomingReady,
    /// It is being formatted.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS")]
    #[error("the disc is being formatted; try again when that is done")]
    FormatInProgress,
    /// The drive is at something long, such as finishing a disc.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_BUSY")]
    #[error("the drive is busy with something long, such as finishing a disc; try again later")]
    Busy,
    /// It must not be written.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED")]
    #[error("the disc is write protected")]
    WriteProtected,
    /// No speed of the drive is one of the disc.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH")]
    #[error("the disc is for {lowest} to {highest} sectors a second, the drive writes at {drive}")]
    SpeedMismatch {
        /// Sectors a second.
        lowest: u32,
        /// Sectors a second.
        highest: u32,
        /// The drive's speeds in sectors a second.
        drive: String,
    },
    /// Something is recorded on it.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK")]
    #[error("the disc is not blank: {0}")]
    NotBlank(String),
    /// Neither CD-R nor CD-RW.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_SUPPORTED")]
    #[error("raw recording needs a CD-R or CD-RW, this is {0}")]
    NotSupported(String),
}

/// Something about the stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// It is no disc, or not of the sectors that were said.
    #[doc(alias = "E_IMAPI_DF2RAW_STREAM_NOT_SUPPORTED")]
    #[error("the stream cannot be written: {0}")]
    NotSupported(String),
    /// It begins after the medium's lead-in does.
    #[doc(alias = "E_IMAPI_DF2RAW_STREAM_LEADIN_TOO_SHORT")]
    #[error("{0}")]
    LeadInTooShort(String),
    /// It does not fit the medium.
    #[doc(alias = "E_IMAPI_DF2RAW_NOT_ENOUGH_SPACE")]
    #[error("{0}")]
    NotEnoughSpace(String),
    /// It could not be read, or changed meanwhile.
    #[doc(alias = "E_FAIL")]
    #[error("the stream could not be read: {0}")]
    Unreadable(String),
}

/// Something about the drive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriveError {
    /// It has no such mode page.
    #[doc(alias = "E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE")]
    #[error("the drive has not the mode page that is needed")]
    NoSuchModePage,
    /// It does not take the write parameters.
    #[doc(alias = "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS")]
    #[error("the drive does not take the write parameters: {0}")]
    InvalidModeParameters(String),
    /// It could, and not with this disc.
    #[doc(alias = "E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT")]
    #[error("the drive has the {feature} feature, and not with the disc that is in it")]
    FeatureIsNotCurrent {
        /// What it is called.
        feature: &'static str,
    },
    /// A command was not done in its time.
    #[doc(alias = "E_IMAPI_RECORDER_COMMAND_TIMEOUT")]
    #[error("the drive did not do a command in its time")]
    CommandTimeout,
    /// It answers nonsense.
    #[doc(alias = "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE")]
    #[error("what the drive answers makes no sense: {0}")]
    InvalidResponse(String),
    /// Data came too late.
    #[doc(alias = "E_IMAPI_LOSS_OF_STREAMING")]
    #[error(
        "data came too late and the drive's buffer ran empty; a lower speed, a faster source or underrun protection helps"
    )]
    LossOfStreaming,
    /// It failed.
    #[doc(alias = "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE")]
    #[error("the drive failed")]
    UnexpectedResponse,
    /// It does not record such sectors.
    #[doc(alias = "E_IMAPI_DF2RAW_DATA_BLOCK_TYPE_NOT_SUPPORTED")]
    #[error("{0}")]
    DataBlockTypeNotSupported(String),
    /// It does not record raw.
    #[doc(alias = "E_IMAPI_DF2RAW_RECORDER_NOT_SUPPORTED")]
    #[error("{0}")]
    RecorderNotSupported(String),
    /// It is no longer there.
    #[doc(alias = "ERROR_DEV_NOT_EXIST")]
    #[error("the drive is gone")]
    DeviceGone,
}

/// Something about the computer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Somebody else holds the drive.
    #[doc(alias = "E_IMAPI_RECORDER_LOCKED")]
    #[error("the drive is held by {}", .owner.as_deref().unwrap_or("another program"))]
    RecorderLocked {
        /// The client name it is held under, if it is held in this program.
        owner: Option<String>,
    },
    /// What was opened is no drive.
    #[doc(alias = "ERROR_INVALID_HANDLE")]
    #[error("what was opened leads to no drive")]
    InvalidHandle,
    /// The operating system does not let this user do it.
    #[doc(alias = "E_ACCESSDENIED")]
    #[error("the operating system does not permit it")]
    AccessDenied,
    /// Memory, or a thread, could not be had.
    #[doc(alias = "E_OUTOFMEMORY")]
    #[error("not enough memory: {0}")]
    OutOfMemory(String),
    /// The way to the drive failed.
    #[doc(alias = "E_FAIL")]
    #[error("the way to the drive failed")]
    LinkFailed,
}

impl DiscFormatError {
    pub(super) fn new(cause: impl Into<Cause>) -> Self {
        Self {
            cause: cause.into(),
            fault: None,
            report: None,
        }
    }

    pub(super) fn with_fault(self, fault: Fault) -> Self {
        Self {
            fault: Some(fault),
            ..self
        }
    }

    pub(super) fn with_report(self, report: Report) -> Self {
        Self {
            report: Some(Box::new(report)),
            ..self
        }
    }

    /// What went wrong.
    #[must_use]
    pub const fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The return value that the Windows interface has for it.
    #[must_use]
    pub const fn hresult(&self) -> HResult {
        self.cause.hresult()
    }

    /// The command behind it, if it was one.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The sense data behind it, if there is some.
    #[must_use]
    pub fn sense(&self) -> Option<&Sense> {
        self.fault.as_ref().and_then(Fault::sense)
    }

    /// How the burn went, if one was begun.
    #[must_use]
    pub fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// The last sector the drive took, if it took one.
    #[must_use]
    pub fn last_written(&self) -> Option<Lba> {
        self.report().and_then(|report| report.last_written)
    }

    /// What the disc is now.
    #[must_use]
    pub fn disc(&self) -> DiscAfter {
        match self.report().map(|report| &report.verdict) {
            None => DiscAfter::Untouched,
            Some(Verdict::Stopped { disc, .. }) => *disc,
            Some(Verdict::Doubtful(doubts)) if doubts.contains(&Doubt::StillBlank) => {
                DiscAfter::Blank
            }
            Some(Verdict::Proved) => DiscAfter::Complete,
            Some(_) => DiscAfter::Unknown,
        }
    }
}

impl fmt::Display for DiscFormatError {
    /// `there is no disc in the drive (TEST UNIT READY: 2/3A/01 ...)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Some(fault) => write!(f, "{} ({fault})", self.cause),
            None => write!(f, "{}", self.cause),
        }
    }
}

impl std::error::Error for DiscFormatError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault
            .as_ref()
            .map(|fault| fault as &(dyn std::error::Error + 'static))
    }
}

impl Cause {
    /// The return value that the Windows interface has for it.
    #[must_use]
    pub const fn hresult(&self) -> HResult {
        match self {
            Self::Call(error) => error.hresult(),
            Self::Medium(error) => error.hresult(),
            Self::Stream(error) => error.hresult(),
            Self::Drive(error) => error.hresult(),
            Self::Host(error) => error.hresult(),
            Self::Cancelled => code::REQUEST_CANCELLED,
        }
    }
}

impl CallError {
    const fn hresult(&self) -> HResult {
        match self {
            Self::WriteInProgress => code::WRITE_IN_PROGRESS,
            Self::WriteNotInProgress => code::WRITE_NOT_IN_PROGRESS,
            Self::MediaIsNotPrepared(_) => code::MEDIA_IS_NOT_PREPARED,
            Self::MediaIsPrepared => code::MEDIA_IS_PREPARED,
            Self::ClientNameIsNotValid(_) => code::CLIENT_NAME_IS_NOT_VALID,
            Self::NoRecorderSpecified => code::NO_RECORDER_SPECIFIED,
            Self::RecorderRequired => code::RECORDER_REQUIRED,
            Self::InvalidArgument(_) => code::INVALID_ARG,
        }
    }
}

impl MediumError {
    const fn hresult(&self) -> HResult {
        match self {
            Self::NoMedia => code::MEDIA_NO_MEDIA,
            Self::Incompatible => code::MEDIA_INCOMPATIBLE,
            Self::UpsideDown => code::MEDIA_UPSIDE_DOWN,
            Self::BecomingReady => code::MEDIA_BECOMING_READY,
            Self::FormatInProgress => code::MEDIA_FORMAT_IN_PROGRESS,
            Self::Busy => code::MEDIA_BUSY,
            Self::WriteProtected => code::MEDIA_WRITE_PROTECTED,
            Self::SpeedMismatch { .. } => code::MEDIA_SPEED_MISMATCH,
            Self::NotBlank(_) => code::MEDIA_IS_NOT_BLANK,
            Self::NotSupported(_) => code::MEDIA_IS_NOT_SUPPORTED,
        }
    }
}

impl StreamError {
    const fn hresult(&self) -> HResult {
        match self {
            Self::NotSupported(_) => code::STREAM_NOT_SUPPORTED,
            Self::LeadInTooShort(_) => code::STREAM_LEADIN_TOO_SHORT,
            Self::NotEnoughSpace(_) => code::NOT_ENOUGH_SPACE,
            Self::Unreadable(_) => code::FAIL,
        }
    }
}

impl DriveError {
    const fn hresult(&self) -> HResult {
        match self {
            Self::NoSuchModePage => code::NO_SUCH_MODE_PAGE,
            Self::InvalidModeParameters(_) => code::INVALID_MODE_PARAMETERS,
            Self::FeatureIsNotCurrent { .. } => code::FEATURE_IS_NOT_CURRENT,
            Self::CommandTimeout => code::COMMAND_TIMEOUT,
            Self::InvalidResponse(_) => code::INVALID_RESPONSE,
            Self::LossOfStreaming => code::LOSS_OF_STREAMING,
            Self::UnexpectedResponse => code::UNEXPECTED_RESPONSE,
            Self::DataBlockTypeNotSupported(_) => code::DATA_BLOCK_TYPE_NOT_SUPPORTED,
            Self::RecorderNotSupported(_) => code::RECORDER_NOT_SUPPORTED,
            Self::DeviceGone => code::DEV_NOT_EXIST,
        }
    }
}

impl HostError {
    const fn hresult(&self) -> HResult {
        match self {
            Self::RecorderLocked { .. } => code::RECORDER_LOCKED,
            Self::InvalidHandle => code::INVALID_HANDLE,
            Self::AccessDenied => code::ACCESS_DENIED,
            Self::OutOfMemory(_) => code::OUT_OF_MEMORY,
            Self::LinkFailed => code::FAIL,
        }
    }
}

macro_rules! causes {
    ($($group:ident: $error:ty;)*) => {
        $(
            impl From<$error> for Cause {
                fn from(error: $error) -> Self {
                    Self::$group(error)
                }
            }

            impl From<$error> for DiscFormatError {
                fn from(error: $error) -> Self {
                    Self::new(error)
                }
            }
        )*
    };
}

causes! {
    Call: CallError;
    Medium: MediumError;
    Stream: StreamError;
    Drive: DriveError;
    Host: HostError;
}

impl From<ClientNameError> for DiscFormatError {
    fn from(error: ClientNameError) -> Self {
        Self::new(CallError::from(error))
    }
}
