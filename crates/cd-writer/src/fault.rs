//! One command that failed, and how.

use cd_mmc::{Sense, SenseKey};
use cd_transport::{Status, TransportError, TransportErrorKind};

/// What can go wrong with one command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultCause {
    /// The drive said why, in sense data.
    #[error("{0}")]
    Sense(Sense),
    /// The drive ended it with another status than GOOD, and no sense data.
    #[error("status {0}")]
    Status(Status),
    /// No status came back.
    #[error("{0}")]
    Transport(TransportError),
    /// The drive said GOOD, and its answer is too short or makes no sense.
    #[doc(alias = "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE")]
    #[error("the answer makes no sense: {0}")]
    Answer(String),
}

/// A command that did not do what it was sent for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{command}: {cause}")]
pub struct Fault {
    /// The standard's name of the command.
    pub command: &'static str,
    /// Its bytes, in hexadecimal.
    pub cdb: String,
    /// What went wrong.
    #[source]
    pub cause: FaultCause,
}

impl Fault {
    /// The sense data behind it, if there is some.
    #[must_use]
    pub fn sense(&self) -> Option<&Sense> {
        match &self.cause {
            FaultCause::Sense(sense) => Some(sense),
            _ => None,
        }
    }

    /// Whether the drive says that it carried the command out after all (RECOVERED ERROR).
    #[must_use]
    pub fn is_recovered(&self) -> bool {
        self.sense()
            .is_some_and(|sense| sense.key == SenseKey::RECOVERED_ERROR)
    }

    /// Whether the drive refuses the request as such (ILLEGAL REQUEST): it will again.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        self.sense()
            .is_some_and(|sense| sense.key == SenseKey::ILLEGAL_REQUEST)
    }

    /// Whether the drive refuses something in the parameters that went with the command (ILLEGAL REQUEST, 26h).
    #[must_use]
    pub fn refuses_parameters(&self) -> bool {
        self.is_refusal() && self.sense().is_some_and(|sense| sense.asc == 0x26)
    }

    /// Whether the drive says that the medium may be another (UNIT ATTENTION, 28h).
    #[must_use]
    pub fn is_medium_change(&self) -> bool {
        self.sense()
            .is_some_and(|sense| sense.key == SenseKey::UNIT_ATTENTION && sense.asc == 0x28)
    }

    /// Whether nothing more can be sent to the device.
    #[must_use]
    pub fn device_is_gone(&self) -> bool {
        self.transport_error() == Some(TransportErrorKind::DeviceGone)
    }

    /// Why no status came back; `None` if one did.
    #[must_use]
    pub fn transport_error(&self) -> Option<TransportErrorKind> {
        match &self.cause {
            FaultCause::Transport(error) => Some(error.kind),
            _ => None,
        }
    }
}
