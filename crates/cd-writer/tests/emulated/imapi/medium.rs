//! What can be wrong with the disc.

use std::time::Duration;

use cd_emulator::{Condition, Medium, Profile};
use cd_transport::wrapper::{Effect, Moment, Occasion};
use cd_transport::{Completion, Data, Limits, Status, Transport, TransportError};
use cd_writer::DiscAfter;
use cd_writer::imapi::{Cause, MediumError, PhysicalMediaType};

use super::bench::{Bench, DISC_INFORMATION, TEST_UNIT_READY, WRITE, refused, sense, status};
use crate::host::{Image, lba, short_medium, small_buffer};

/// With this trouble every question about the disc ends with this return value, and nothing is held then.
#[track_caller]
fn refused_everywhere(trouble: &dyn Fn(&Bench), name: &str) {
    let bench = Bench::blank();
    trouble(&bench);
    let format = &bench.format;
    let error = refused(format.prepare_media(), name);
    assert_eq!(error.fault().unwrap().command, "TEST UNIT READY");
    assert_eq!(error.disc(), DiscAfter::Untouched);
    refused(format.media_physically_blank(), name);
    refused(format.media_heuristically_blank(), name);
    refused(format.current_physical_media_type(), name);
    refused(format.current_write_speed(), name);
    refused(format.current_rotation_type_is_pure_cav(), name);
    refused(format.supported_write_speeds(), name);
    refused(format.supported_write_speed_descriptors(), name);
    refused(format.is_current_media_supported(&bench.recorder), name);
    assert!(!bench.is_locked());
    assert_eq!(bench.recorder.exclusive_access_owner(), None);

    let bench = Bench::prepared();
    trouble(&bench);
    let error = refused(bench.write(&Image::raw()), name);
    assert_eq!(error.disc(), DiscAfter::Untouched);
    // A drive that takes no command cannot be unlocked.
    bench.drive.lock().relieve();
    bench.format.release_media().unwrap();
    assert!(!bench.is_locked());
}

#[track_caller]
fn afflicted_everywhere(condition: Condition, name: &str) {
    refused_everywhere(&|bench| bench.afflict(condition), name);
}

/// The drive answers so when it is asked whether it is ready.
#[track_caller]
fn answered_everywhere(effect: Effect, name: &str) {
    refused_everywhere(&|bench| bench.always(TEST_UNIT_READY, effect), name);
}

#[test]
fn an_empty_drive_has_no_media() {
    let name = "E_IMAPI_RECORDER_MEDIA_NO_MEDIA";
    let bench = Bench::new(small_buffer(), None);
    let format = &bench.format;
    let error = refused(format.prepare_media(), name);
    assert_eq!(*error.cause(), Cause::Medium(MediumError::NoMedia));
    refused(format.media_physically_blank(), name);
    refused(format.is_current_media_supported(&bench.recorder), name);
    assert!(format.is_recorder_supported(&bench.recorder).unwrap());
    // The kind of no disc is unknown, as the interface has it.
    let kind = format.current_physical_media_type().unwrap();
    assert_eq!(kind, PhysicalMediaType::UNKNOWN);

    let bench = Bench::prepared();
    bench.drive.lock().eject();
    refused(bench.write(&Image::raw()), name);
}

#[test]
fn a_disc_upside_down_is_called_so() {
    afflicted_everywhere(Condition::UpsideDown, "E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN");
}

#[test]
fn a_disc_the_drive_does_not_know_is_incompatible() {
    let name = "E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE";
    afflicted_everywhere(Condition::IncompatibleMedium, name);
    for (asc, ascq) in [(0x30, 1), (0x30, 2), (0x57, 0)] {
        answered_everywhere(sense(2, asc, ascq), name);
    }
    let bench = Bench::prepared();
    bench.always(WRITE, sense(5, 0x30, 5));
    refused(bench.write(&Image::raw()), name);
}

#[test]
fn a_disc_that_spins_up_for_ever_is_becoming_ready() {
    let name = "E_IMAPI_RECORDER_MEDIA_BECOMING_READY";
    afflicted_everywhere(Condition::BecomingReady, name);
    afflicted_everywhere(Condition::StartNeeded, name);
}

#[test]
fn a_disc_that_spins_up_for_a_while_is_waited_for() {
    let bench = Bench::blank();
    let seconds = Duration::from_secs(20);
    let mut drive = bench.drive.lock();
    drive.afflict_for(Condition::BecomingReady, seconds);
    drop(drive);
    assert!(bench.format.prepare_media().is_ok());
}

#[test]
fn a_disc_that_is_being_formatted_is_called_so() {
    afflicted_everywhere(
        Condition::FormatInProgress,
        "E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS",
    );
}

#[test]
fn a_drive_that_is_at_something_long_is_busy() {
    let name = "E_IMAPI_RECORDER_MEDIA_BUSY";
    for condition in [
        Condition::NotReady,
        Condition::OperationInProgress,
        Condition::LongWriteInProgress,
        Condition::Busy,
    ] {
        afflicted_everywhere(condition, name);
    }
    answered_everywhere(status(Status::TASK_SET_FULL), name);
}

#[test]
fn a_write_protected_disc_is_called_so() {
    let name = "E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED";
    for condition in [Condition::WriteProtected, Condition::WriteProtectedOld] {
        let bench = Bench::prepared();
        bench.afflict(condition);
        let error = refused(bench.write(&Image::raw()), name);
        assert_eq!(error.fault().unwrap().command, "SEND OPC INFORMATION");
        assert_eq!(error.sense().unwrap().asc, 0x27);
        let after = (error.disc(), error.last_written());
        assert_eq!(after, (DiscAfter::Untouched, None));
        assert!(!bench.is_locked());
    }
}

#[test]
fn a_rewritable_disc_for_other_speeds_is_a_mismatch() {
    let name = "E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH";
    // For 2x to 4x, says its ATIP.
    let medium = Medium {
        lead_in_start: short_medium().lead_in_start,
        ..Medium::cd_rw_74()
    };
    let fast = Profile {
        write_speeds: vec![16, 24],
        ..small_buffer()
    };
    let bench = Bench::new(fast, Some(medium.clone()));
    let error = refused(bench.format.prepare_media(), name);
    let text = error.to_string();
    let expect = "the disc is for 150 to 300 sectors a second, the drive writes at 1800";
    assert!(text.starts_with(expect), "{text}");
    assert!(!bench.is_locked());
    let slow = Profile {
        write_speeds: vec![4, 16],
        ..small_buffer()
    };
    let bench = Bench::new(slow, Some(medium));
    assert!(bench.format.prepare_media().is_ok());
    let kind = bench.format.current_physical_media_type().unwrap();
    assert_eq!(kind, PhysicalMediaType::CD_RW);
}

#[test]
fn a_disc_that_is_not_blank_is_refused() {
    let name = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK";
    let bench = Bench::prepared();
    assert!(bench.write(&Image::raw()).unwrap().is_success());
    // By the next write, and by the next prepare.
    refused(bench.write(&Image::raw()), name);
    bench.format.release_media().unwrap();
    refused(bench.format.prepare_media(), name);
    assert!(!bench.format.media_heuristically_blank().unwrap());

    // One that says so only when it is to be written.
    let bench = Bench::prepared();
    bench.always(WRITE, sense(5, 0x2C, 3));
    refused(bench.write(&Image::raw()), name);

    // One that was spoiled.
    let bench = Bench::prepared();
    let effect = sense(3, 0x0C, 0);
    bench.fault(WRITE, Occasion::Nth(5), Moment::Before, effect);
    let error = bench.write(&Image::raw()).unwrap_err();
    assert_eq!(error.disc(), DiscAfter::Spoiled);
    assert_eq!(error.last_written(), Some(lba(-300 + 4 * 26 - 1)));
    refused(bench.write(&Image::raw()), name);
}

/// Says that the disc is of another profile.
struct Disguise {
    inner: Box<dyn Transport>,
    profile: u16,
}

impl Transport for Disguise {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let answer = self.inner.execute(command, data.reborrow(), timeout)?;
        // GET CONFIGURATION: the current profile.
        if let (0x46, Data::In(bytes)) = (command[0], data) {
            bytes[6..8].copy_from_slice(&self.profile.to_be_bytes());
        }
        Ok(answer)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

#[test]
fn only_recordable_cds_are_supported() {
    let name = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_SUPPORTED";
    for (profile, kind) in [
        (0x08, PhysicalMediaType::CD_ROM),
        (0x10, PhysicalMediaType::DVD_ROM),
        (0x11, PhysicalMediaType::DVD_DASH_R),
        (0x13, PhysicalMediaType::DVD_DASH_RW),
        (0x1B, PhysicalMediaType::DVD_PLUS_R),
        (0x41, PhysicalMediaType::BD_R),
        (0x43, PhysicalMediaType::BD_RE),
        (0x00, PhysicalMediaType::UNKNOWN),
    ] {
        let bench = Bench::blank();
        bench.between(|inner| Disguise { inner, profile });
        refused(bench.format.prepare_media(), name);
        let found = bench.format.current_physical_media_type().unwrap();
        assert_eq!(found, kind);
        let is_supported = bench.format.is_current_media_supported(&bench.recorder);
        assert!(!is_supported.unwrap());
    }
    let bench = Bench::blank();
    let is_supported = bench.format.is_current_media_supported(&bench.recorder);
    assert!(is_supported.unwrap());
}

#[test]
fn a_disc_the_drive_cannot_record_on_has_a_feature_that_is_not_current() {
    let bench = Bench::prepared();
    assert!(bench.write(&Image::raw()).unwrap().is_success());
    bench.always(DISC_INFORMATION, sense(5, 0x20, 0));
    let name = "E_IMAPI_RECORDER_FEATURE_IS_NOT_CURRENT";
    refused(bench.format.media_physically_blank(), name);
    refused(bench.format.media_heuristically_blank(), name);
    // Where it could record, the refusal is the drive's failure.
    let bench = Bench::blank();
    bench.always(DISC_INFORMATION, sense(5, 0x20, 0));
    let name = "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE";
    refused(bench.format.media_physically_blank(), name);
}
