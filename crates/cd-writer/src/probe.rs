//! What a drive can do, found out by asking and by trying, and what medium is in it.

mod disagreements;
mod drive;
mod medium;
mod sessions;

pub use drive::{DriveInfo, RawMode, RecordingAbilities};
pub(crate) use drive::{MODE_BYTES, raw_page, select_command};
pub use medium::{MediumInfo, MediumKind};
pub use sessions::SessionToc;

use crate::Fault;

/// Why drive and medium cannot be described.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// A command that every drive answers failed.
    #[error(transparent)]
    Fault(Fault),
    /// The drive is empty.
    #[doc(alias = "E_IMAPI_RECORDER_MEDIA_NO_MEDIA")]
    #[error("there is no medium in the drive")]
    NoMedium,
    /// The device does not write CDs.
    #[doc(alias = "E_IMAPI_DF2RAW_RECORDER_NOT_SUPPORTED")]
    #[error("{device} is not a CD recorder: {why}")]
    NotARecorder {
        /// Vendor and product.
        device: String,
        /// What shows it.
        why: String,
    },
}

impl ProbeError {
    pub(crate) fn from_fault(fault: Fault) -> Self {
        match fault.sense() {
            Some(sense) if (sense.key.code(), sense.asc) == (2, 0x3A) => Self::NoMedium,
            _ => Self::Fault(fault),
        }
    }
}
