//! Which error of the interface an error of this crate is.
//!
//! Windows publishes no table from sense data to return values; this is the project's own, by what the texts of both
//! say.
//!
//! # Spec
//! SPC-4 4.5 and annex D (sense data and what it means). Read those first.

use cd_image::SourceError;
use cd_transport::{Status, TransportErrorKind};

use super::error::{
    CallError, Cause, DiscFormatError, DriveError, HostError, MediumError, StreamError,
};
use crate::policy::triple;
use crate::{Doubt, Fault, FaultCause, PlanError, ProbeError, Report, StopCause, Verdict};

impl Cause {
    /// What a failed command means.
    pub(super) fn of_fault(fault: &Fault) -> Self {
        match &fault.cause {
            FaultCause::Transport(error) => of_transport(error.kind),
            FaultCause::Status(Status::RESERVATION_CONFLICT) => {
                HostError::RecorderLocked { owner: None }.into()
            }
            FaultCause::Status(Status::BUSY | Status::TASK_SET_FULL) => MediumError::Busy.into(),
            FaultCause::Status(status) => {
                DriveError::InvalidResponse(format!("status {status} without a reason")).into()
            }
            FaultCause::Answer(what) => DriveError::InvalidResponse(what.clone()).into(),
            FaultCause::Sense(sense) => of_sense(fault.command, triple(sense)),
        }
    }
}

fn of_transport(kind: TransportErrorKind) -> Cause {
    match kind {
        TransportErrorKind::Timeout => DriveError::CommandTimeout.into(),
        TransportErrorKind::DeviceGone => DriveError::DeviceGone.into(),
        TransportErrorKind::PermissionDenied => HostError::AccessDenied.into(),
        TransportErrorKind::InUse => HostError::RecorderLocked { owner: None }.into(),
        TransportErrorKind::NoSuchDevice => HostError::InvalidHandle.into(),
        _ => HostError::LinkFailed.into(),
    }
}

/// The order matters: what a code says of the medium goes before what the command says of it.
fn of_sense(command: &str, triple: (u8, u8, u8)) -> Cause {
    match triple {
        (_, 0x3A, _) => MediumError::NoMedia.into(),
        (_, 0x06, 0x00) => MediumError::UpsideDown.into(),
        (_, 0x30, _) | (2, 0x57, _) => MediumError::Incompatible.into(),
        // A medium that may be another: whoever asks again learns what it is.
        (2, 0x04, 0x01 | 0x02) | (6, 0x28, _) => MediumError::BecomingReady.into(),
        (2, 0x04, 0x04) => MediumError::FormatInProgress.into(),
        (2, 0x04, _) => MediumError::Busy.into(),
        (_, 0x27, _) => MediumError::WriteProtected.into(),
        (5, 0x2C, 0x03) => MediumError::NotBlank("the drive says so".to_owned()).into(),
        (5, 0x24, _) if command == MODE_SENSE => DriveError::NoSuchModePage.into(),
        (5, 0x1A | 0x26, _) if command == MODE_SELECT => {
            DriveError::InvalidModeParameters("it refuses them".to_owned()).into()
        }
        (_, 0x08, 0x01) | (_, 0x3E, 0x02) | (6, 0x2E, _) => DriveError::CommandTimeout.into(),
        (3 | 5, 0x0C, 0x09) | (5, 0xBF, 0x00) => DriveError::LossOfStreaming.into(),
        _ => DriveError::UnexpectedResponse.into(),
    }
}

const MODE_SENSE: &str = "MODE SENSE (10)";
const MODE_SELECT: &str = "MODE SELECT (10)";

impl DiscFormatError {
    pub(super) fn of_fault(fault: Fault) -> Self {
        Self::new(Cause::of_fault(&fault)).with_fault(fault)
    }

    /// The medium that was prepared may be another one.
    pub(super) fn of_medium_change(fault: Fault) -> Self {
        let why = "the disc may be another one; prepare it again";
        Self::new(CallError::MediaIsNotPrepared(why)).with_fault(fault)
    }

    pub(super) fn of_probe(error: ProbeError) -> Self {
        match error {
            ProbeError::Fault(fault) => Self::of_fault(fault),
            ProbeError::NoMedium => MediumError::NoMedia.into(),
            error @ ProbeError::NotARecorder { .. } => {
                DriveError::RecorderNotSupported(error.to_string()).into()
            }
        }
    }

    pub(super) fn of_plan(error: &PlanError) -> Self {
        let text = error.to_string();
        match error {
            PlanError::MediumNotSupported { found } => {
                MediumError::NotSupported(found.clone()).into()
            }
            PlanError::NotBlank { found } => MediumError::NotBlank(found.clone()).into(),
            PlanError::LeadInUnknown | PlanError::LeadInUnclear { .. } => {
                DriveError::InvalidResponse(text).into()
            }
            PlanError::LeadInTooShort { .. } => StreamError::LeadInTooShort(text).into(),
            PlanError::NotEnoughSpace { .. } | PlanError::LeadOutTooLong { .. } => {
                StreamError::NotEnoughSpace(text).into()
            }
            PlanError::StreamNotSupported { .. }
            | PlanError::ConversionLoses { .. }
            | PlanError::OtherConversion { .. } => StreamError::NotSupported(text).into(),
            PlanError::LayoutNotSupported { .. } => {
                DriveError::DataBlockTypeNotSupported(text).into()
            }
            PlanError::RecorderNotSupported { .. } | PlanError::NoSimulation => {
                DriveError::RecorderNotSupported(text).into()
            }
            PlanError::TransferTooSmall { .. } => HostError::LinkFailed.into(),
        }
    }

    /// The report itself of a burn that is proved. `is_protected` tells whether the drive could wait for data that came
    /// too late.
    pub(super) fn of_report(report: Report, is_protected: bool) -> Result<Report, Self> {
        let error = match &report.verdict {
            Verdict::Proved | Verdict::Simulated => return Ok(report),
            Verdict::Doubtful(doubts) => of_doubts(doubts),
            Verdict::Stopped { cause, .. } => match lost_place(&report, cause) {
                Some(fault) if !is_protected => {
                    Self::new(DriveError::LossOfStreaming).with_fault(fault.clone())
                }
                _ => of_stop(cause),
            },
        };
        Err(error.with_report(report))
    }

    pub(super) fn of_source(error: &SourceError) -> Self {
        match error {
            SourceError::Read { source, .. }
                if source.kind() == std::io::ErrorKind::OutOfMemory =>
            {
                HostError::OutOfMemory(error.to_string()).into()
            }
            SourceError::Read { source, .. } => {
                StreamError::Unreadable(format!("{error}: {source}")).into()
            }
            _ => StreamError::Unreadable(error.to_string()).into(),
        }
    }
}

/// The refusal of an address in mid-burn. As the addresses that are sent follow each other, the drive has ended the
/// recording by itself: older ones say by this that their buffer ran empty.
fn lost_place<'r>(report: &Report, cause: &'r StopCause) -> Option<&'r Fault> {
    let StopCause::Command(fault) = cause else {
        return None;
    };
    let is_address = matches!(triple(fault.sense()?), (5, 0x21, 0x02));
    (is_address && report.last_written.is_some()).then_some(fault)
}

fn of_stop(cause: &StopCause) -> DiscFormatError {
    match cause {
        StopCause::Cancelled => DiscFormatError::new(Cause::Cancelled),
        StopCause::MediumChanged(fault) => DiscFormatError::of_medium_change(fault.clone()),
        StopCause::Command(fault) if fault.is_medium_change() => {
            DiscFormatError::of_medium_change(fault.clone())
        }
        StopCause::Command(fault) => DiscFormatError::of_fault(fault.clone()),
        StopCause::WriteParameters(what) => DriveError::InvalidModeParameters(what.clone()).into(),
        StopCause::DiscChanged(what) => MediumError::NotBlank(what.clone()).into(),
        StopCause::Thread(error) => HostError::OutOfMemory(error.to_string()).into(),
        StopCause::Source(error) => DiscFormatError::of_source(error),
        StopCause::OtherSource(_) | StopCause::SourceEnded(_) => {
            StreamError::Unreadable(cause.to_string()).into()
        }
    }
}

/// The first doubt tells most. One that stands on a failed command is what that failure is.
fn of_doubts(doubts: &[Doubt]) -> DiscFormatError {
    match doubts.first() {
        Some(Doubt::NoDiscInformation(fault) | Doubt::NoToc(fault) | Doubt::NotFlushed(fault)) => {
            DiscFormatError::of_fault(fault.clone())
        }
        Some(doubt) => DriveError::InvalidResponse(doubt.to_string()).into(),
        None => DriveError::InvalidResponse("the disc does not prove the burn".to_owned()).into(),
    }
}
