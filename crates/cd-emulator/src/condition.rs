//! Troubles that befall a drive from outside: what is wrong with it, its disc or the way to it, for a time.
//!
//! Read first: MMC-5 annex F (sense codes); SPC-3 5.6 (reservations).

use cd_mmc::Sense;

/// What is wrong at present; see [`Recorder::afflict`](crate::Recorder::afflict).
///
/// Those of the medium show only while there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// The disc is spinning up: 02/04/01.
    BecomingReady,
    /// The disc is stopped, and a START command is needed: 02/04/02.
    StartNeeded,
    /// The disc is being formatted: 02/04/04.
    FormatInProgress,
    /// A long operation is going on: 02/04/07.
    OperationInProgress,
    /// The drive is writing what it has: 02/04/08.
    LongWriteInProgress,
    /// Not ready, no cause given: 02/04/00.
    NotReady,
    /// The disc lies with its label down: 02/06/00, no reference position found.
    UpsideDown,
    /// The disc is none the drive knows: 02/30/00.
    IncompatibleMedium,
    /// The disc must not be written: 07/27/00 to WRITE, BLANK and SEND OPC INFORMATION, nothing else.
    WriteProtected,
    /// The same as drives of SFF-8090 tell it: 05/27/00.
    WriteProtectedOld,
    /// Another initiator has reserved the drive: status RESERVATION CONFLICT to all but INQUIRY and REQUEST SENSE.
    Reserved,
    /// The drive takes no command: status BUSY.
    Busy,
    /// No command comes back in its time. None is carried out.
    Hung,
    /// The drive was unplugged: there is nobody to take a command.
    Gone,
}

impl Condition {
    /// What a command that needs the disc is told.
    pub(crate) const fn not_ready(self) -> Option<Sense> {
        match self {
            Self::BecomingReady => Some(Sense::BECOMING_READY),
            Self::StartNeeded => Some(Sense::START_NEEDED),
            Self::FormatInProgress => Some(Sense::FORMAT_IN_PROGRESS),
            Self::OperationInProgress => Some(Sense::OPERATION_IN_PROGRESS),
            Self::LongWriteInProgress => Some(Sense::LONG_WRITE_IN_PROGRESS),
            Self::NotReady => Some(Sense::NOT_READY_NO_CAUSE),
            Self::UpsideDown => Some(Sense::NO_REFERENCE_POSITION),
            Self::IncompatibleMedium => Some(Sense::INCOMPATIBLE_MEDIUM),
            _ => None,
        }
    }

    /// What a command that would change the disc is told.
    pub(crate) const fn write_protection(self) -> Option<Sense> {
        match self {
            Self::WriteProtected => Some(Sense::WRITE_PROTECTED),
            Self::WriteProtectedOld => Some(Sense::WRITE_PROTECTED_REQUEST),
            _ => None,
        }
    }

    /// Whether the drive cannot tell what disc is in it.
    pub(crate) const fn hides_disc(self) -> bool {
        matches!(
            self,
            Self::BecomingReady | Self::UpsideDown | Self::IncompatibleMedium
        )
    }
}
