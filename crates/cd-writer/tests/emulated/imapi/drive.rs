//! What can be wrong with the drive, and with the way to it.

use std::sync::Arc;

use cd_emulator::{Condition, DiscState, Profile, Quirk};
use cd_mmc::{PageCode, Sense};
use cd_sector::SectorLayout;
use cd_transport::wrapper::{Effect, Moment, Occasion};
use cd_transport::{Status, TransportErrorKind};
use cd_writer::imapi::{Cause, DriveError, HostError};
use cd_writer::{DiscAfter, Verdict};

use super::bench::{
    Bench, DISC_INFORMATION, MODE_SELECT, MODE_SENSE, TEST_UNIT_READY, WRITE, refused, sense,
    status,
};
use crate::host::{Image, lba, short_medium, small_buffer};

/// Refused when it is prepared, and when it is written.
#[track_caller]
fn refused_in_both(effect: Effect, name: &str) {
    let bench = Bench::blank();
    bench.always(TEST_UNIT_READY, effect);
    refused(bench.format.prepare_media(), name);
    assert_eq!(bench.recorder.exclusive_access_owner(), None);

    let bench = Bench::prepared();
    bench.fault(WRITE, Occasion::Nth(3), Moment::Before, effect);
    let error = refused(bench.write(&Image::raw()), name);
    assert_eq!(error.fault().unwrap().command, "WRITE (10)");
    assert_eq!(error.last_written(), Some(lba(-300 + 2 * 26 - 1)));
}

/// The same of a drive with this trouble, and when it befalls it in mid-write.
#[track_caller]
fn afflicted(condition: Condition, name: &str) {
    let bench = Bench::blank();
    bench.afflict(condition);
    refused(bench.format.prepare_media(), name);
    refused(bench.format.current_physical_media_type(), name);
    assert_eq!(bench.recorder.exclusive_access_owner(), None);

    let bench = Bench::prepared();
    let drive = Arc::clone(&bench.drive);
    bench.format.on_update(move |_, event| {
        if event.last_written_lba.is_some() {
            drive.lock().afflict(condition);
        }
    });
    let error = refused(bench.write(&Image::raw()), name);
    assert_eq!(error.fault().unwrap().command, "WRITE (10)");
    assert_eq!(error.disc(), DiscAfter::Unknown);
    bench.drive.lock().relieve();
    bench.format.release_media().unwrap();
    assert!(!bench.is_locked());
}

#[test]
fn a_drive_without_the_mode_page_is_refused() {
    let name = "E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE";
    for effect in [sense(5, 0x24, 0), Effect::Short { transferred: 8 }] {
        let bench = Bench::blank();
        bench.always(MODE_SENSE, effect);
        refused(bench.format.prepare_media(), name);
        assert!(!bench.is_locked());
        refused(bench.format.current_write_speed(), name);
        refused(bench.format.supported_write_speeds(), name);
        refused(bench.format.set_write_speed(None, false), name);
    }
    // A recorder, but for the page that names its speeds.
    let bench = Bench::new(
        Profile {
            quirks: vec![Quirk::ModePageMissing(PageCode::CAPABILITIES)],
            ..small_buffer()
        },
        Some(short_medium()),
    );
    refused(bench.format.current_write_speed(), name);
    refused(bench.format.prepare_media(), name);
}

#[test]
fn a_drive_that_refuses_the_write_parameters_is_not_written() {
    let name = "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS";
    let good = status(Status::GOOD);
    // The last accepts them and holds others.
    for effect in [
        sense(5, 0x26, 0),
        sense(5, 0x26, 2),
        sense(5, 0x1A, 0),
        good,
    ] {
        let bench = Bench::prepared();
        // What was tried when it was prepared is put away.
        bench.drive.lock().reset();
        bench.always(MODE_SELECT, effect);
        let error = refused(bench.write(&Image::raw()), name);
        assert_eq!(error.disc(), DiscAfter::Untouched);
        assert_eq!(bench.drive.lock().disc().unwrap().state(), DiscState::Blank);
        assert!(!bench.is_locked());
    }
}

#[test]
fn a_command_that_is_not_done_in_its_time_is_a_timeout() {
    let name = "E_IMAPI_RECORDER_COMMAND_TIMEOUT";
    refused_in_both(Effect::Error(TransportErrorKind::Timeout), name);
    afflicted(Condition::Hung, name);
}

#[test]
fn answers_without_sense_are_invalid() {
    let name = "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE";
    refused_in_both(status(Status::CHECK_CONDITION), name);
    for transferred in [0, 3, 20] {
        let bench = Bench::blank();
        bench.always(DISC_INFORMATION, Effect::Short { transferred });
        refused(bench.format.prepare_media(), name);
        refused(bench.format.media_physically_blank(), name);
    }
}

#[test]
fn a_drive_that_wrote_nothing_and_said_good_is_found_out() {
    let bench = Bench::prepared();
    // Never reaches the drive, and is answered with GOOD.
    let all = usize::MAX;
    bench.always(WRITE, Effect::Short { transferred: all });
    let name = "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE";
    let error = refused(bench.write(&Image::raw()), name);
    assert_eq!(error.disc(), DiscAfter::Blank);
    let verdict = &error.report().unwrap().verdict;
    assert!(matches!(verdict, Verdict::Doubtful(_)), "{verdict:?}");
}

#[test]
fn data_that_come_too_late_lose_streaming() {
    // A WRITE of 26 sectors takes longer to arrive than to burn.
    let slow = Profile {
        interface_rate: 2_000_000,
        ..small_buffer()
    };
    let bench = Bench::prepared_as(slow.clone());
    bench
        .format
        .set_buffer_underrun_free_disabled(true)
        .unwrap();
    assert!(bench.format.buffer_underrun_free_disabled());
    let error = refused(bench.write(&Image::raw()), "E_IMAPI_LOSS_OF_STREAMING");
    assert_eq!(*error.cause(), Cause::Drive(DriveError::LossOfStreaming));
    let sense = error.sense().unwrap();
    assert_eq!((sense.asc, sense.ascq), (0x0C, 0x09));
    assert_eq!(error.disc(), DiscAfter::Spoiled);
    assert!(error.last_written().is_some());
    // One that says it in its own way.
    let odd = Profile {
        quirks: vec![Quirk::UnderrunSense(Sense::INVALID_ADDRESS_FOR_WRITE)],
        ..slow.clone()
    };
    let bench = Bench::prepared_as(odd);
    bench
        .format
        .set_buffer_underrun_free_disabled(true)
        .unwrap();
    let error = refused(bench.write(&Image::raw()), "E_IMAPI_LOSS_OF_STREAMING");
    assert_eq!(error.sense().unwrap().asc, 0x21);
    assert_eq!(error.disc(), DiscAfter::Spoiled);
    // With protection the drive waits for them.
    let bench = Bench::prepared_as(slow);
    assert!(bench.write(&Image::raw()).unwrap().is_success());
}

#[test]
fn whatever_else_fails_in_a_write_is_unexpected() {
    let name = "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE";
    for (key, asc, ascq) in [
        (3, 0x0C, 0x00),
        (3, 0x0C, 0x07),
        (3, 0x72, 0x00),
        (3, 0x73, 0x03),
        (4, 0x09, 0x00),
        (5, 0x21, 0x02),
        (5, 0x64, 0x00),
        (0xB, 0x00, 0x00),
    ] {
        refused_in_both(sense(key, asc, ascq), name);
    }
}

#[test]
fn a_sector_type_the_drive_refused_cannot_be_requested() {
    let name = "E_IMAPI_DF2RAW_DATA_BLOCK_TYPE_NOT_SUPPORTED";
    let bench = Bench::prepared_as_is(Profile {
        block_types: vec![SectorLayout::Pq16],
        ..small_buffer()
    });
    let format = &bench.format;
    assert_eq!(
        format.supported_sector_types().unwrap(),
        [SectorLayout::Pq16]
    );
    for layout in [SectorLayout::PackedPw96, SectorLayout::RawPw96] {
        let error = refused(format.set_requested_sector_type(layout), name);
        assert!(error.to_string().contains("5/26/00"), "{error}");
    }
    format
        .set_requested_sector_type(SectorLayout::Pq16)
        .unwrap();
    assert_eq!(format.requested_sector_type().unwrap(), SectorLayout::Pq16);
}

#[test]
fn a_drive_that_cannot_record_raw_is_no_recorder() {
    let name = "E_IMAPI_DF2RAW_RECORDER_NOT_SUPPORTED";
    let bench = Bench::bare(
        Profile {
            block_types: vec![],
            ..small_buffer()
        },
        Some(short_medium()),
    );
    let format = &bench.format;
    // A plain "no", where the interface fails.
    assert!(!format.is_recorder_supported(&bench.recorder).unwrap());
    assert!(!format.is_current_media_supported(&bench.recorder).unwrap());
    refused(format.set_recorder(bench.recorder.clone()), name);
    assert!(format.recorder().is_none());
    // One that has no write parameters at all.
    let bench = Bench::bare(small_buffer(), Some(short_medium()));
    bench.always(MODE_SENSE, sense(5, 0x24, 0));
    assert!(!bench.format.is_recorder_supported(&bench.recorder).unwrap());
    refused(bench.format.set_recorder(bench.recorder.clone()), name);
    // One whose features promise it, and that keeps its page whatever it is sent.
    let bench = Bench::new(
        Profile {
            quirks: vec![Quirk::SelectIgnored],
            ..small_buffer()
        },
        Some(short_medium()),
    );
    refused(bench.format.prepare_media(), name);
    assert!(!bench.is_locked());
}

#[test]
fn a_drive_held_by_another_program_is_locked() {
    let name = "E_IMAPI_RECORDER_LOCKED";
    refused_in_both(status(Status::RESERVATION_CONFLICT), name);
    afflicted(Condition::Reserved, name);
    refused_in_both(Effect::Error(TransportErrorKind::InUse), name);
}

#[test]
fn a_drive_that_is_gone_does_not_exist() {
    let name = "HRESULT_FROM_WIN32(ERROR_DEV_NOT_EXIST)";
    refused_in_both(Effect::Error(TransportErrorKind::DeviceGone), name);
    afflicted(Condition::Gone, name);
}

#[test]
fn a_node_that_leads_to_no_drive_is_an_invalid_handle() {
    let name = "HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)";
    refused_in_both(Effect::Error(TransportErrorKind::NoSuchDevice), name);
}

#[test]
fn what_the_system_does_not_permit_is_denied() {
    let name = "E_ACCESSDENIED";
    refused_in_both(Effect::Error(TransportErrorKind::PermissionDenied), name);
}

#[test]
fn a_link_that_fails_is_unspecified() {
    refused_in_both(Effect::Error(TransportErrorKind::Host), "E_FAIL");
    let bench = Bench::blank();
    bench.always(TEST_UNIT_READY, Effect::Error(TransportErrorKind::Host));
    let error = bench.format.prepare_media().unwrap_err();
    assert_eq!(*error.cause(), Cause::Host(HostError::LinkFailed));
}
