//! Which exit code an error of the libraries has, and what a user can do about it.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::path::Path;

use cd_emulator::DiscFileError;
use cd_image::{
    ConvertError, ExportError, OpenError, RecoverError, SheetFileError, SourceError, SpoolError,
};
use cd_sheet::SheetFault;
use cd_tcmu::PlugError;
use cd_transport::{TransportError, TransportErrorKind};
use cd_writer::{
    BlankError, DiscAfter, Fault, FaultCause, PlanError, ProbeError, StopCause, VerifyError,
};

use crate::exit::{Exit, Failure};

#[cfg(test)]
mod tests;

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
            .advise("Nothing was written. If its sectors have another size, state its kind with --as."),
        OpenError::Unknown { .. }
        | OpenError::NoSubcode { .. }
        | OpenError::AmbiguousLayout { .. } => Failure::new(Exit::ImageNotSupported, what).advise(
            "State its kind with --as (iso, data, scrambled, audio, raw96, packed96, pq16; of a sheet cue, toc or ccd), and \
             where a raw stream begins with --start.",
        ),
        OpenError::StartUnknown { .. } | OpenError::StartUnclear { .. } => {
            Failure::new(Exit::ImageNotSupported, what)
                .advise("State where the stream begins, for instance --start 95:00:00.")
        }
        OpenError::Mixed { .. }
        | OpenError::Deinterleaved { .. }
        | OpenError::NotYet { .. }
        | OpenError::TooManySectors { .. }
        | OpenError::Layout { .. } => {
            Failure::new(Exit::ImageNotSupported, what).advise("Nothing was written.")
        }
        OpenError::Sheet { source, .. } => sheet(what, &source.fault),
        OpenError::InSheet { source, .. } => in_sheet(what, source),
        OpenError::NotByItself { .. }
        | OpenError::SheetTooLong { .. }
        | OpenError::Sound(_)
        | OpenError::Graphics(_)
        | OpenError::Chd(_) => decoded(what, error),
        OpenError::NotForKind { .. } => Failure::new(Exit::Unreadable, what)
            .advise("Leave that option out, or state another kind with --as."),
        OpenError::Source(error) => source(error),
        _ => Failure::new(Exit::Unreadable, what),
    }
}

/// A fault of a sheet's text.
fn sheet(what: String, fault: &SheetFault) -> Failure {
    let failure = Failure::new(Exit::ImageNotSupported, what);
    match fault {
        SheetFault::EncodingUnclear { first, second, .. } => failure.advise(format!(
            "State it: --encoding {first} or --encoding {second}."
        )),
        SheetFault::NotInEncoding { .. } | SheetFault::UnknownEncoding { .. } => failure.advise(
            "State its encoding with --encoding (utf-8, iso-8859-1, windows-1252, shift-jis).",
        ),
        _ => failure,
    }
}

/// A sheet whose files are not what it says.
fn in_sheet(what: String, error: &SheetFileError) -> Failure {
    match error {
        SheetFileError::Missing { .. } | SheetFileError::File(_) => {
            Failure::new(Exit::Unreadable, what)
                .advise("Put the file where the sheet says, or change the name in the sheet.")
        }
        SheetFileError::MixedForms { .. } => Failure::new(Exit::ImageNotSupported, what)
            .advise("State it: --data plain or --data scrambled."),
        error => decoded(what, error),
    }
}

/// A file that cannot be used, or not be decoded for want of room.
fn decoded(what: String, error: &(dyn Error + 'static)) -> Failure {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let boxed = error
            .downcast_ref::<Box<SpoolError>>()
            .map(|error| &**error);
        match error.downcast_ref::<SpoolError>().or(boxed) {
            Some(SpoolError::Stopped { .. }) => {
                return Failure::new(Exit::CancelledUntouched, what);
            }
            Some(_) => return Failure::new(Exit::Failed, what),
            None => cause = error.source(),
        }
    }
    Failure::new(Exit::ImageNotSupported, what).advise("Nothing was written.")
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
    match error {
        ExportError::Source { source: error, .. } => source(error),
        ExportError::Exists { path } => output_exists(Path::new(path)),
        ExportError::Create { path, source } => output_file(Path::new(path), source),
        ExportError::Stopped { .. } => Failure::new(Exit::CancelledUntouched, with_causes(error)),
        _ => Failure::new(Exit::OutputFailed, with_causes(error)),
    }
}

pub(crate) fn recover(error: &RecoverError) -> Failure {
    let what = with_causes(error);
    match error {
        RecoverError::Source(error) => source(error),
        RecoverError::Stopped { .. } => Failure::new(Exit::CancelledUntouched, what),
        _ => Failure::new(Exit::ImageNotSupported, what).advise(
            "Nothing was written. `rawcd check` shows what the stream holds; --to raw copies it as it is.",
        ),
    }
}

pub(crate) fn convert(error: &ConvertError) -> Failure {
    let what = with_causes(error);
    match error {
        ConvertError::Export(error) => export(error),
        ConvertError::FileName { .. } | ConvertError::SamePath { .. } => {
            Failure::new(Exit::OutputFailed, what).advise("Nothing was written. Name another file.")
        }
        _ => Failure::new(Exit::WouldLose, what)
            .advise("Nothing was written. Convert to another format; raw holds every disc."),
    }
}

/// There is a file where one was to be written, and it was not said that it may go.
pub(crate) fn output_exists(path: &Path) -> Failure {
    Failure::new(
        Exit::OutputFailed,
        format!("{} exists already", path.display()),
    )
    .advise("It is left as it is. Name another file, or add --force to replace it.")
}

/// A file that was to be written and cannot be.
pub(crate) fn output_file(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    if error.kind() == ErrorKind::AlreadyExists {
        return Failure::new(Exit::OutputFailed, format!("{shown} exists already"))
            .advise("It is left as it is. Name another file.");
    }
    let text = error.to_string();
    // An error of a temporary file ends with that file's name, which means nothing to anybody.
    let why = text.split(" at path ").next().unwrap_or(&text);
    Failure::new(Exit::OutputFailed, format!("cannot write {shown}: {why}")).advise(
        "Nothing is left there. See that its directory exists, has room and may be written to.",
    )
}

pub(crate) fn disc_file(error: &DiscFileError) -> Failure {
    let what = with_causes(error);
    match error {
        DiscFileError::InUse { .. } => Failure::new(Exit::InUse, what)
            .advise("Wait until the other rawcd has ended, or name another disc."),
        DiscFileError::AlreadyExists { .. } => Failure::new(Exit::OutputFailed, what),
        DiscFileError::Io {
            path,
            action: "create",
            error,
        } => output_file(path, error),
        DiscFileError::NotDiscFile { .. } => Failure::new(Exit::DiscFile, what)
            .advise("It is left as it is. --disc names a file that rawcd made, or one that does not exist yet."),
        DiscFileError::OtherVersion { .. } => Failure::new(Exit::DiscFile, what)
            .advise("It is left as it is. Use the rawcd that made it, or another disc."),
        DiscFileError::HeaderTruncated { .. }
        | DiscFileError::HeaderDamaged { .. }
        | DiscFileError::WrongLength { .. } => Failure::new(Exit::DiscFile, what)
            .advise("It is left as it is and cannot be used. Take a copy of it, or another disc."),
        _ => Failure::new(Exit::DiscFile, what),
    }
}

/// A trace that no drive can be played from.
pub(crate) fn trace_file(path: &Path, error: &dyn Error) -> Failure {
    let what = format!("{} cannot be replayed: {error}", path.display());
    Failure::new(Exit::NoDrive, what).advise("--replay takes a file that --trace wrote, whole.")
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
        FaultCause::Transport(error) => Failure::new(transport(error).exit, fault.to_string()),
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
        ProbeError::NotARecorder { .. } => Failure::new(Exit::DriveNotSupported, error.to_string())
            .advise("`rawcd info` lists the drives there are."),
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
                .advise(
                    "The disc was not touched. Use a medium with more room, or a smaller image. --overburn tries all the \
                     same.",
                )
        }
        PlanError::StreamNotSupported { .. } => Failure::new(Exit::ImageNotSupported, what)
            .advise("The disc was not touched. `rawcd check` shows what the stream holds."),
        PlanError::LayoutNotSupported { .. } => Failure::new(Exit::DriveNotSupported, what).advise(
            "Nothing was written. --subcode chooses what an authored image is sent with; `rawcd info` shows what \
             the drive takes.",
        ),
        PlanError::ConversionLoses { .. } => Failure::new(Exit::DriveNotSupported, what).advise(
            "Nothing was written: the drive does not take the stream as it is. --subcode pq or --subcode packed says \
             that what is lost may be.",
        ),
        PlanError::RecorderNotSupported { .. } => Failure::new(Exit::DriveNotSupported, what)
            .advise("Nothing was written. Another drive is needed; `rawcd info` shows what one takes."),
        PlanError::NoSimulation => Failure::new(Exit::DriveNotSupported, what)
            .advise("Nothing was written. This drive can only burn for real."),
        _ => Failure::new(Exit::Failed, what),
    }
}

/// Why a disc was not erased. Words of what became of it go with it.
pub(crate) fn blank(error: &BlankError) -> Failure {
    let what = error.to_string();
    match error {
        BlankError::Probe(error) => probe(error),
        BlankError::NotErasable { .. } => {
            Failure::new(Exit::MediumNotSupported, what).advise("The disc was not touched. Put a CD-RW in.")
        }
        BlankError::NotErasableHere => Failure::new(Exit::DriveNotSupported, what)
            .advise("The disc was not touched. Try a drive made for discs of its speed."),
        BlankError::Refused(inner) => {
            let exit = match fault(inner).exit {
                Exit::Failed => Exit::DriveNotSupported,
                other => other,
            };
            Failure::new(exit, what).advise("The disc was not touched.")
        }
        BlankError::Cancelled => {
            Failure::new(Exit::CancelledUntouched, what).advise("The disc was not touched.")
        }
        BlankError::LeftRunning => Failure::new(Exit::CancelledSpoiled, what).advise(
            "What is on the disc is lost. The drive answers again when it is done, and may keep its tray shut until then.",
        ),
        BlankError::NotBlank { .. } => Failure::new(Exit::NotProved, what)
            .advise("Try again with --full; a disc that does not become blank then is worn out."),
        _ => Failure::new(Exit::BurnFailed, what)
            .advise("The disc is neither what it was nor blank. Try again with --full."),
    }
}

/// Why a burn stopped. What the disc is now decides how bad that is.
pub(crate) fn stop(cause: &StopCause, disc: DiscAfter) -> Failure {
    let state = match disc {
        DiscAfter::Untouched => "The disc was not touched.",
        DiscAfter::Blank => "The drive says the disc is still blank.",
        DiscAfter::Spoiled => "The disc is spoiled: begun and not whole. Use a new one.",
        DiscAfter::Complete => {
            "The drive calls the disc complete, but nothing proves that it holds the image: do not rely on it."
        }
        DiscAfter::Unknown => {
            "The drive does not say what the disc is now; take it for spoiled, use a new one."
        }
    };
    let kept = matches!(disc, DiscAfter::Untouched | DiscAfter::Blank);
    let exit = match cause {
        StopCause::Cancelled if kept => Exit::CancelledUntouched,
        StopCause::Cancelled => Exit::CancelledSpoiled,
        _ if disc == DiscAfter::Complete => Exit::NotProved,
        _ if !kept => Exit::BurnFailed,
        StopCause::Source(error) => source(error).exit,
        StopCause::OtherSource(_) => Exit::ImageChanged,
        StopCause::Command(inner) => fault(inner).exit,
        StopCause::WriteParameters(_) => Exit::DriveNotSupported,
        StopCause::DiscChanged(_) | StopCause::MediumChanged(_) => Exit::NotBlank,
        _ => Exit::Failed,
    };
    Failure::new(exit, with_causes(cause)).advise(state)
}

/// Why reading back has no result. The disc is written by then, so that whatever went wrong, it lacks
/// its proof.
pub(crate) fn verify(error: &VerifyError) -> Failure {
    not_compared(&with_causes(error))
}

/// As [`verify`], for a comparison that ended because of `why`.
pub(crate) fn not_compared(why: &str) -> Failure {
    Failure::new(
        Exit::NotProved,
        format!("the disc was written, and not compared to the end: {why}"),
    )
    .advise("It may be good. `rawcd read` gives what is on it.")
}

/// Why the emulated recorder could not be shown to this computer.
pub(crate) fn plug(error: &PlugError) -> Failure {
    let what = with_causes(error);
    match error {
        PlugError::BadName { .. } => Failure::new(Exit::Unreadable, what),
        PlugError::NameTaken { .. } => Failure::new(Exit::InUse, what).advise(
            "--name gives this drive another name; --take-over goes on with one that was killed.",
        ),
        PlugError::InUse { .. } => Failure::new(Exit::InUse, what)
            .advise("End that `rawcd serve`, or give this drive another name with --name."),
        PlugError::NothingLeft { .. } => {
            Failure::new(Exit::NoDrive, what).advise("Leave out --take-over.")
        }
        PlugError::Unsupported { .. }
        | PlugError::NoConfigfs { .. }
        | PlugError::NoModule { .. }
        | PlugError::NotAllowed { .. }
        | PlugError::NotShown { .. } => Failure::new(Exit::NoDrive, what).advise(
            "docs/virtual-recorder.md says what the kernel needs. Nothing was left behind.",
        ),
        _ => Failure::new(Exit::Failed, what),
    }
}
