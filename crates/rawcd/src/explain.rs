//! Which exit code an error of the libraries has, and what a user can do about it.

use std::error::Error;

use cd_emulator::DiscFileError;
use cd_image::{ExportError, OpenError, SourceError};
use cd_transport::{TransportError, TransportErrorKind};
use cd_writer::{DiscAfter, Fault, FaultCause, PlanError, ProbeError, StopCause, VerifyError};

use crate::exit::{Exit, Failure};

/// The error and, behind it, whatever caused it.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some errors say their cause in their own words already.
        if !text.ends_with(&more) {
            text += ": ";
            text += &more;
        }
        cause = error.source();
    }
    text
}

pub(crate) fn open(error: &OpenError) -> Failure {
    let what = with_causes(error);
    match error {
        OpenError::CutInSector { .. } => Failure::new(Exit::ImageNotSupported, what)
            .advise("Nothing was written. `rawcd check` on a whole image tells what is in it."),
        OpenError::Unknown { .. }
        | OpenError::Mixed { .. }
        | OpenError::NoSubcode { .. }
        | OpenError::AmbiguousLayout { .. } => Failure::new(Exit::ImageNotSupported, what)
            .advise("State its kind with --as, and where a raw stream begins with --start."),
        OpenError::StartUnknown { .. } | OpenError::StartUnclear { .. } => {
            Failure::new(Exit::ImageNotSupported, what)
                .advise("State where the stream begins, for instance --start 95:00:00.")
        }
        OpenError::TooManySectors { .. } | OpenError::Layout { .. } => {
            Failure::new(Exit::ImageNotSupported, what)
        }
        OpenError::Source(error) => source(error),
        _ => Failure::new(Exit::Unreadable, what),
    }
}

pub(crate) fn source(error: &SourceError) -> Failure {
    let what = with_causes(error);
    match error {
        SourceError::Changed { .. } => Failure::new(Exit::ImageChanged, what)
            .advise("See that nothing writes to the image, and start again."),
        _ => Failure::new(Exit::Unreadable, what),
    }
}

pub(crate) fn export(error: &ExportError) -> Failure {
    let what = with_causes(error);
    match error {
        ExportError::Source { source: error, .. } => source(error),
        ExportError::Exists { .. } => {
            Failure::new(Exit::OutputFailed, what).advise("Name another file, or add --force.")
        }
        ExportError::Stopped { .. } => Failure::new(Exit::CancelledUntouched, what),
        _ => Failure::new(Exit::OutputFailed, what),
    }
}

pub(crate) fn disc_file(error: &DiscFileError) -> Failure {
    let exit = match error {
        DiscFileError::InUse { .. } => Exit::InUse,
        _ => Exit::DiscFile,
    };
    Failure::new(exit, with_causes(error))
}

pub(crate) fn transport(error: &TransportError) -> Failure {
    let exit = match error.kind {
        TransportErrorKind::InUse => Exit::InUse,
        TransportErrorKind::NoSuchDevice
        | TransportErrorKind::PermissionDenied
        | TransportErrorKind::DeviceGone
        | TransportErrorKind::Unsupported => Exit::NoDrive,
        _ => Exit::Failed,
    };
    Failure::new(exit, error.to_string())
}

pub(crate) fn fault(fault: &Fault) -> Failure {
    let not_ready = fault.sense().is_some_and(|sense| sense.key.code() == 2);
    match &fault.cause {
        FaultCause::Transport(error) => transport(error),
        _ if not_ready => Failure::new(Exit::NotReady, fault.to_string())
            .advise("Put a disc in, wait until the drive has recognised it, and try again."),
        _ => Failure::new(Exit::Failed, fault.to_string()),
    }
}

pub(crate) fn probe(error: &ProbeError) -> Failure {
    match error {
        ProbeError::Fault(inner) => fault(inner),
        ProbeError::NoMedium => {
            Failure::new(Exit::NotReady, error.to_string()).advise("Put a blank CD-R or CD-RW in.")
        }
        ProbeError::NotARecorder { .. } => Failure::new(Exit::DriveNotSupported, error.to_string()),
        _ => Failure::new(Exit::Failed, error.to_string()),
    }
}

pub(crate) fn plan(error: &PlanError) -> Failure {
    let what = error.to_string();
    match error {
        PlanError::MediumNotSupported { .. } => Failure::new(Exit::MediumNotSupported, what)
            .advise("Put a blank CD-R or CD-RW in."),
        PlanError::NotBlank { .. } => Failure::new(Exit::NotBlank, what).advise(
            "The disc was not touched. Use a blank one (an emulated one: a --disc file that does not exist yet).",
        ),
        PlanError::LeadInUnknown | PlanError::LeadInUnclear { .. } => {
            Failure::new(Exit::MediumNotSupported, what)
                .advise("Nothing was written: a lead-in at the wrong place spoils a disc. Try another disc.")
        }
        PlanError::LeadInTooShort { medium, .. } => Failure::new(Exit::LeadInTooShort, what).advise(format!(
            "The disc was not touched. Make the stream again with a lead-in from {} or earlier (95:00:00 suits \
             every medium), or state the right --start.",
            medium.to_msf()
        )),
        PlanError::NotEnoughSpace { .. } | PlanError::LeadOutTooLong { .. } => {
            Failure::new(Exit::NotEnoughSpace, what)
                .advise("The disc was not touched. Use a medium with more room, or a smaller image.")
        }
        PlanError::StreamNotSupported { .. } => Failure::new(Exit::ImageNotSupported, what)
            .advise("The disc was not touched. `rawcd check` shows what the stream holds."),
        PlanError::LayoutNotSupported { .. } => Failure::new(Exit::DriveNotSupported, what).advise(
            "Nothing was written. --subcode chooses what an authored image is sent with; `rawcd info` shows what \
             the drive takes.",
        ),
        PlanError::RecorderNotSupported { .. } | PlanError::NoSimulation => {
            Failure::new(Exit::DriveNotSupported, what).advise("Nothing was written.")
        }
        _ => Failure::new(Exit::Failed, what),
    }
}

/// Why a burn stopped. What the disc is now decides how bad that is.
pub(crate) fn stop(cause: &StopCause, disc: DiscAfter) -> Failure {
    let state = match disc {
        DiscAfter::Untouched => "The disc was not touched.",
        DiscAfter::Blank => "The drive says the disc is still blank.",
        DiscAfter::Spoiled => "The disc is spoiled: begun and not whole.",
        DiscAfter::Complete => {
            "Every sector was sent and the drive calls the disc complete, but nothing proves that it holds the image."
        }
        DiscAfter::Unknown => "The drive does not say what the disc is now; take it for spoiled.",
    };
    let kept = matches!(disc, DiscAfter::Untouched | DiscAfter::Blank);
    let exit = match cause {
        StopCause::Cancelled if kept => Exit::CancelledUntouched,
        StopCause::Cancelled => Exit::CancelledSpoiled,
        _ if !kept => Exit::BurnFailed,
        StopCause::Source(error) => source(error).exit,
        StopCause::OtherSource(_) => Exit::ImageChanged,
        StopCause::Command(inner) => fault(inner).exit,
        StopCause::WriteParameters(_) => Exit::DriveNotSupported,
        StopCause::DiscChanged(_) => Exit::NotBlank,
        _ => Exit::Failed,
    };
    Failure::new(exit, with_causes(cause)).advise(state)
}

pub(crate) fn verify(error: &VerifyError) -> Failure {
    match error {
        VerifyError::Cancelled => {
            Failure::new(Exit::NotProved, "cancelled while the disc was read back")
                .advise("The disc is written; what it holds was not compared to the end.")
        }
        VerifyError::Source(error) => source(error),
        VerifyError::Drive(inner) => fault(inner),
        _ => Failure::new(Exit::Failed, with_causes(error)),
    }
}
