use cd_address::{Lba, Msf, Sectors};
use cd_image::{AudioError, ConvertTarget, LayoutError, StreamProblem};
use cd_mmc::Sense;
use cd_sector::SectorLayout;
use cd_sheet::{Place, SheetEncoding, SheetError};

use super::*;

/// The code, and that there is a sentence without the marks of a program.
#[track_caller]
fn check(failure: &Failure, expect: Exit) {
    assert_eq!(failure.exit, expect, "{failure:?}");
    for text in std::iter::once(&failure.what).chain(&failure.advice) {
        assert!(!text.is_empty() && !text.contains('\n'), "{failure:?}");
        assert!(
            !text.contains("Err(") && !text.contains("Some("),
            "{failure:?}"
        );
    }
    if let Some(advice) = &failure.advice {
        assert!(advice.ends_with('.'), "{failure:?}");
    }
}

fn path() -> String {
    "some.iso".to_owned()
}

#[test]
fn an_image_that_cannot_be_opened_has_its_code() {
    let io = || io::Error::other("the disk is on fire");
    for (error, expect) in [
        (OpenError::NotFound { path: path() }, Exit::Unreadable),
        (OpenError::Directory { path: path() }, Exit::Unreadable),
        (OpenError::NotAFile { path: path() }, Exit::Unreadable),
        (OpenError::Permission { path: path() }, Exit::Unreadable),
        (OpenError::Empty { path: path() }, Exit::Unreadable),
        (
            OpenError::Io {
                path: path(),
                source: io(),
            },
            Exit::Unreadable,
        ),
        (
            OpenError::Unknown {
                path: path(),
                len: 7,
            },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::NoSubcode {
                path: path(),
                len: 7,
            },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::Deinterleaved { path: path() },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::AmbiguousLayout { path: path() },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::StartUnknown { path: path() },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::TooManySectors {
                path: path(),
                sectors: 500_000,
                start: Lba::MIN,
            },
            Exit::ImageNotSupported,
        ),
        (OpenError::Source(changed()), Exit::ImageChanged),
        (OpenError::Source(unread()), Exit::Unreadable),
    ] {
        check(&open(&error), expect);
    }
}

#[test]
fn a_sheet_that_cannot_be_used_has_the_code_of_what_is_wrong() {
    let text = |fault| OpenError::Sheet {
        path: path(),
        source: Box::new(SheetError::new(Place::START, fault)),
    };
    let in_sheet = |error| OpenError::InSheet {
        path: path(),
        place: Place::START,
        source: Box::new(error),
    };
    let full = || SpoolError::Full {
        directory: "/tmp".to_owned(),
        written: 1,
        expected: None,
    };
    let stopped = SpoolError::Stopped {
        done: 1,
        expected: None,
    };
    let sound = |source| {
        let path = path();
        SheetFileError::Sound(Box::new(AudioError::Spool { path, source }))
    };
    let missing = SheetFileError::Missing {
        name: "x.bin".to_owned(),
        folder: ".".to_owned(),
        similar: None,
    };
    let mixed = SheetFileError::MixedForms {
        track: 1,
        path: path(),
        plain: 1,
        scrambled: 2,
    };
    for (error, expect) in [
        (text(SheetFault::Utf16), Exit::ImageNotSupported),
        (in_sheet(missing), Exit::Unreadable),
        (in_sheet(mixed), Exit::ImageNotSupported),
        (in_sheet(sound(full())), Exit::Failed),
        (in_sheet(sound(stopped)), Exit::CancelledUntouched),
        (
            in_sheet(SheetFileError::Spool(Box::new(full()))),
            Exit::Failed,
        ),
        (
            OpenError::NotByItself {
                path: path(),
                what: "a part",
                sheet: "the rest".to_owned(),
            },
            Exit::ImageNotSupported,
        ),
        (
            OpenError::NotYet {
                path: path(),
                format: "another",
            },
            Exit::ImageNotSupported,
        ),
    ] {
        check(&open(&error), expect);
    }
    let unclear = SheetFault::EncodingUnclear {
        byte: 0xE9,
        first: SheetEncoding::Iso8859_1,
        second: SheetEncoding::ShiftJis,
    };
    assert_eq!(
        open(&text(unclear)).advice.as_deref(),
        Some("State it: --encoding iso-8859-1 or --encoding shift-jis.")
    );
}

#[test]
fn no_permission_says_so_and_what_to_do() {
    let failure = open(&OpenError::Permission { path: path() });
    assert_eq!(
        failure.what,
        "no permission to read some.iso; ask its owner, or change its mode"
    );
}

#[test]
fn a_cause_is_told_once() {
    let text = with_causes(&OpenError::Source(unread()));
    assert_eq!(
        text,
        "cannot read the image: cannot read some.iso at byte 2048: the disk is on fire"
    );
}

fn changed() -> SourceError {
    SourceError::Changed {
        path: path(),
        what: "it had 5 bytes and now has 4".to_owned(),
    }
}

fn unread() -> SourceError {
    SourceError::Read {
        path: path(),
        offset: 2048,
        source: io::Error::other("the disk is on fire"),
    }
}

#[test]
fn a_file_that_cannot_be_written_has_the_code_of_outputs() {
    for error in [
        ExportError::Exists { path: path() },
        ExportError::Directory { path: path() },
        ExportError::NotAFile { path: path() },
        ExportError::Create {
            path: path(),
            source: ErrorKind::PermissionDenied.into(),
        },
        ExportError::Write {
            path: path(),
            written: 1,
            needed: 2,
            source: ErrorKind::StorageFull.into(),
        },
    ] {
        check(&export(&error), Exit::OutputFailed);
    }
    let source = |source| ExportError::Source {
        path: path(),
        source,
    };
    check(&export(&source(changed())), Exit::ImageChanged);
    check(&export(&source(unread())), Exit::Unreadable);
    let stopped = ExportError::Stopped {
        path: path(),
        done: Sectors::ZERO,
        total: Sectors::ZERO,
    };
    check(&export(&stopped), Exit::CancelledUntouched);
}

#[test]
fn a_conversion_that_fails_has_its_code() {
    let problem = StreamProblem::NoLeadIn { start: Lba::ZERO };
    let layout = || LayoutError::TrackCount { n_tracks: 0 };
    for (error, expect) in [
        (RecoverError::Stream(problem), Exit::ImageNotSupported),
        (RecoverError::Layout(layout()), Exit::ImageNotSupported),
        (RecoverError::Source(changed()), Exit::ImageChanged),
        (
            RecoverError::Stopped {
                done: Sectors::ZERO,
                total: Sectors::ZERO,
            },
            Exit::CancelledUntouched,
        ),
    ] {
        check(&recover(&error), expect);
    }
    let target = ConvertTarget::Ccd;
    let what = String::new();
    let why = String::new();
    for (error, expect) in [
        (ConvertError::NotOneTrack { what }, Exit::WouldLose),
        (ConvertError::Layout(layout()), Exit::WouldLose),
        (
            ConvertError::FileName {
                path: path(),
                target,
                why,
            },
            Exit::OutputFailed,
        ),
        (
            ConvertError::SamePath {
                path: path(),
                target,
            },
            Exit::OutputFailed,
        ),
        (
            ConvertError::Export(ExportError::Exists { path: path() }),
            Exit::OutputFailed,
        ),
    ] {
        check(&convert(&error), expect);
    }
}

#[test]
fn the_name_of_a_temporary_file_is_not_told() {
    let missing = tempfile::Builder::new()
        .tempfile_in("/no/such/directory")
        .unwrap_err();
    let failure = output_file(Path::new("out.bin"), &missing);
    check(&failure, Exit::OutputFailed);
    assert!(
        failure.what.starts_with("cannot write out.bin: "),
        "{failure:?}"
    );
    assert!(!failure.what.contains("/no/such"), "{failure:?}");
}

#[test]
fn a_disc_file_that_cannot_be_used_has_its_code() {
    let path = || Path::new("my.disc").to_owned();
    let io = |action| DiscFileError::Io {
        path: path(),
        action,
        error: ErrorKind::PermissionDenied.into(),
    };
    for (error, expect) in [
        (
            DiscFileError::AlreadyExists { path: path() },
            Exit::OutputFailed,
        ),
        (io("create"), Exit::OutputFailed),
        (io("open"), Exit::DiscFile),
        (DiscFileError::InUse { path: path() }, Exit::InUse),
        (DiscFileError::ReadOnly { path: path() }, Exit::DiscFile),
        (DiscFileError::NotDiscFile { path: path() }, Exit::DiscFile),
        (
            DiscFileError::OtherVersion {
                path: path(),
                version: 9,
            },
            Exit::DiscFile,
        ),
        (
            DiscFileError::HeaderTruncated {
                path: path(),
                bytes: 9,
            },
            Exit::DiscFile,
        ),
        (
            DiscFileError::HeaderDamaged {
                path: path(),
                what: "odd",
            },
            Exit::DiscFile,
        ),
        (
            DiscFileError::WrongLength {
                path: path(),
                expected: 2,
                found: 1,
            },
            Exit::DiscFile,
        ),
    ] {
        check(&disc_file(&error), expect);
    }
}

#[test]
fn a_drive_that_cannot_be_used_has_its_code() {
    for (kind, expect) in [
        (TransportErrorKind::InUse, Exit::InUse),
        (TransportErrorKind::NoSuchDevice, Exit::NoDrive),
        (TransportErrorKind::PermissionDenied, Exit::NoDrive),
        (TransportErrorKind::DeviceGone, Exit::NoDrive),
        (TransportErrorKind::Unsupported, Exit::NoDrive),
        (TransportErrorKind::Timeout, Exit::Failed),
        (TransportErrorKind::Host, Exit::Failed),
    ] {
        check(&transport(&TransportError::new(kind, "it is so")), expect);
    }
    check(&probe(&ProbeError::NoMedium), Exit::NotReady);
    let not_a_recorder = ProbeError::NotARecorder {
        device: "A SCANNER".to_owned(),
        why: "its device type is 6".to_owned(),
    };
    check(&probe(&not_a_recorder), Exit::DriveNotSupported);
    check(&probe(&ProbeError::Fault(sense(2, 4))), Exit::NotReady);
    check(&probe(&ProbeError::Fault(sense(4, 0x44))), Exit::Failed);
}

/// A command that the drive ended with this sense key and code.
fn sense(key: u8, asc: u8) -> Fault {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12]) = (0x70, key, 10, asc);
    Fault {
        command: "TEST UNIT READY",
        cdb: "00 00 00 00 00 00".to_owned(),
        cause: FaultCause::Sense(Sense::decode(&bytes).unwrap()),
    }
}

#[test]
fn a_burn_that_is_not_begun_has_its_code() {
    let msf = |minute| Msf::new(minute, 0, 0).unwrap();
    let text = || "it is so".to_owned();
    let excess = Sectors::new(5).unwrap();
    for (error, expect) in [
        (
            PlanError::MediumNotSupported { found: text() },
            Exit::MediumNotSupported,
        ),
        (PlanError::NotBlank { found: text() }, Exit::NotBlank),
        (PlanError::LeadInUnknown, Exit::MediumNotSupported),
        (
            PlanError::LeadInUnclear {
                atip: msf(97),
                disc_information: msf(95),
            },
            Exit::MediumNotSupported,
        ),
        (
            PlanError::LeadInTooShort {
                stream: msf(97).to_lba(),
                medium: msf(95).to_lba(),
                missing: excess,
            },
            Exit::LeadInTooShort,
        ),
        (
            PlanError::NotEnoughSpace {
                lead_out: Lba::MAX,
                latest: Lba::ZERO,
                excess,
            },
            Exit::NotEnoughSpace,
        ),
        (
            PlanError::LeadOutTooLong {
                last: Lba::MAX,
                medium_last: Lba::ZERO,
                excess,
            },
            Exit::NotEnoughSpace,
        ),
        (
            PlanError::StreamNotSupported { why: text() },
            Exit::ImageNotSupported,
        ),
        (
            PlanError::LayoutNotSupported {
                layout: SectorLayout::PackedPw96,
                found: text(),
            },
            Exit::DriveNotSupported,
        ),
        (
            PlanError::RecorderNotSupported { why: text() },
            Exit::DriveNotSupported,
        ),
        (PlanError::NoSimulation, Exit::DriveNotSupported),
    ] {
        let failure = plan(&error);
        check(&failure, expect);
        assert!(failure.advice.is_some(), "{failure:?}");
    }
}

#[test]
fn what_the_disc_is_decides_how_a_stop_ends() {
    let kept = [DiscAfter::Untouched, DiscAfter::Blank];
    let spoiled = [DiscAfter::Spoiled, DiscAfter::Unknown];
    for disc in kept {
        check(&stop(&StopCause::Cancelled, disc), Exit::CancelledUntouched);
        check(
            &stop(&StopCause::Source(changed()), disc),
            Exit::ImageChanged,
        );
        check(
            &stop(&StopCause::Command(sense(2, 4)), disc),
            Exit::NotReady,
        );
        check(
            &stop(&StopCause::Command(sense(4, 0x44)), disc),
            Exit::Failed,
        );
        let other = StopCause::WriteParameters("no raw".to_owned());
        check(&stop(&other, disc), Exit::DriveNotSupported);
        let other = StopCause::DiscChanged("it is complete".to_owned());
        check(&stop(&other, disc), Exit::NotBlank);
    }
    check(
        &stop(&StopCause::Source(changed()), DiscAfter::Complete),
        Exit::NotProved,
    );
    for disc in spoiled {
        let failure = stop(&StopCause::Cancelled, disc);
        check(&failure, Exit::CancelledSpoiled);
        assert!(failure.advice.unwrap().contains("spoiled"));
        check(&stop(&StopCause::Source(changed()), disc), Exit::BurnFailed);
        check(
            &stop(&StopCause::Command(sense(4, 0x44)), disc),
            Exit::BurnFailed,
        );
    }
}

#[test]
fn no_end_after_a_burn_says_that_the_disc_was_not_touched() {
    let gone = FaultCause::Transport(TransportError::new(
        TransportErrorKind::DeviceGone,
        "unplugged",
    ));
    for error in [
        VerifyError::Cancelled,
        VerifyError::Source(changed()),
        VerifyError::Drive(Fault {
            cause: gone,
            ..sense(0, 0)
        }),
        VerifyError::Thread(io::Error::other("no more threads")),
        VerifyError::NothingToCompare,
    ] {
        check(&verify(&error), Exit::NotProved);
    }
}

#[test]
fn a_command_without_a_status_is_named() {
    for (kind, expect) in [
        (TransportErrorKind::Timeout, Exit::Failed),
        (TransportErrorKind::DeviceGone, Exit::NoDrive),
    ] {
        let cause = FaultCause::Transport(TransportError::new(kind, "host status 03h"));
        let silent = Fault {
            cause,
            ..sense(0, 0)
        };
        let failure = fault(&silent);
        check(&failure, expect);
        assert!(failure.what.starts_with(silent.command), "{}", failure.what);
        assert!(
            failure.what.ends_with("host status 03h"),
            "{}",
            failure.what
        );
    }
}

#[test]
fn a_drive_that_cannot_be_shown_has_its_code() {
    let path = || "/sys/kernel/config".into();
    let action = "make";
    for (error, expect) in [
        (
            PlugError::BadName {
                name: "a/b".to_owned(),
            },
            Exit::Unreadable,
        ),
        (PlugError::NameTaken { path: path() }, Exit::InUse),
        (PlugError::InUse { path: path() }, Exit::InUse),
        (PlugError::NothingLeft { path: path() }, Exit::NoDrive),
        (PlugError::NoConfigfs { path: path() }, Exit::NoDrive),
        (PlugError::NoModule { module: "tcm_loop" }, Exit::NoDrive),
        (
            PlugError::NotAllowed {
                action,
                path: path(),
            },
            Exit::NoDrive,
        ),
        (PlugError::Panicked, Exit::Failed),
    ] {
        check(&plug(&error), expect);
    }
}
