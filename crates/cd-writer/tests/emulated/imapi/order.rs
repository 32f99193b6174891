//! The order of calls, their arguments, and several objects on one recorder.

use std::sync::Arc;

use cd_address::Sectors;
use cd_sector::SectorLayout;
use cd_transport::wrapper::{Moment, Occasion};
use cd_writer::imapi::{CallError, Cause, ClientNameError, DiscFormat2RawCd, PhysicalMediaType};
use parking_lot::Mutex;

use super::bench::{Bench, MODE_SELECT, OPC, SET_CD_SPEED, lead_in, refused, sense};
use crate::host::{Image, short_medium, small_buffer};

const PREPARED: &str = "E_IMAPI_DF2RAW_MEDIA_IS_PREPARED";
const NOT_PREPARED: &str = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_PREPARED";
const IN_PROGRESS: &str = "E_IMAPI_DF2RAW_WRITE_IN_PROGRESS";
const NO_RECORDER: &str = "E_IMAPI_DF2RAW_NO_RECORDER_SPECIFIED";
const BAD_NAME: &str = "E_IMAPI_DF2RAW_CLIENT_NAME_IS_NOT_VALID";

#[test]
fn it_can_be_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<DiscFormat2RawCd>();
    is_shared::<cd_writer::imapi::DiscRecorder>();
}

#[test]
fn a_new_object_has_the_defaults_of_the_interface() {
    let format = DiscFormat2RawCd::new();
    assert!(format.recorder().is_none());
    assert_eq!(format.client_name(), None);
    assert!(!format.buffer_underrun_free_disabled());
    assert_eq!(format.requested_write_speed(), None);
    assert!(!format.requested_rotation_type_is_pure_cav());
    let types = format.supported_media_types();
    assert_eq!(types, [PhysicalMediaType::CD_R, PhysicalMediaType::CD_RW]);
    let bench = Bench::blank();
    let _ = bench.format.prepare_media().unwrap();
    let layout = bench.format.requested_sector_type().unwrap();
    assert_eq!(layout, SectorLayout::PackedPw96);
}

#[test]
fn without_a_recorder_nothing_can_be_asked() {
    let format = DiscFormat2RawCd::new();
    format.set_client_name("a test").unwrap();
    refused(format.prepare_media(), NO_RECORDER);
    refused(format.current_physical_media_type(), NO_RECORDER);
    refused(format.media_physically_blank(), NO_RECORDER);
    refused(format.supported_sector_types(), NO_RECORDER);
    refused(format.current_write_speed(), NO_RECORDER);
    refused(format.supported_write_speeds(), NO_RECORDER);
    refused(format.supported_write_speed_descriptors(), NO_RECORDER);
    refused(format.current_rotation_type_is_pure_cav(), NO_RECORDER);
}

#[test]
fn without_a_recorder_no_speed_can_be_set() {
    let format = DiscFormat2RawCd::new();
    refused(
        format.set_write_speed(None, false),
        "E_IMAPI_RECORDER_REQUIRED",
    );
}

#[test]
fn what_needs_a_prepared_medium_is_refused_before() {
    let bench = Bench::blank();
    let format = &bench.format;
    refused(bench.write(&Image::raw()), NOT_PREPARED);
    refused(format.write_media(&Image::raw()), NOT_PREPARED);
    refused(format.release_media(), NOT_PREPARED);
    refused(format.set_buffer_underrun_free_disabled(true), NOT_PREPARED);
    refused(format.requested_sector_type(), NOT_PREPARED);
    refused(
        format.set_requested_sector_type(SectorLayout::RawPw96),
        NOT_PREPARED,
    );
    refused(format.start_of_next_session(), NOT_PREPARED);
    refused(format.last_possible_start_of_leadout(), NOT_PREPARED);
    // And again after it.
    let _ = format.prepare_media().unwrap();
    format.release_media().unwrap();
    refused(format.release_media(), NOT_PREPARED);
    refused(format.start_of_next_session(), NOT_PREPARED);
}

#[test]
fn a_disc_that_was_changed_is_no_longer_prepared() {
    let bench = Bench::prepared();
    let other = cd_emulator::Disc::blank(short_medium());
    bench.drive.lock().insert(other);
    let error = refused(bench.write(&Image::raw()), NOT_PREPARED);
    assert!(error.fault().unwrap().is_medium_change());
    refused(bench.format.release_media(), NOT_PREPARED);
    assert_eq!(bench.recorder.exclusive_access_owner(), None);
    let _ = bench.format.prepare_media().unwrap();

    // Between the look at the medium and the first sector it is the same.
    for opcode in [SET_CD_SPEED, MODE_SELECT, OPC] {
        bench.fault(opcode, Occasion::Nth(1), Moment::Before, sense(6, 0x28, 0));
        let error = refused(bench.write(&Image::raw()), NOT_PREPARED);
        assert_eq!(error.disc(), cd_writer::DiscAfter::Untouched);
        assert!(error.fault().unwrap().is_medium_change());
        refused(bench.format.release_media(), NOT_PREPARED);
        let _ = bench.format.prepare_media().unwrap();
    }

    // And in the middle of a write.
    let drive = Arc::clone(&bench.drive);
    bench.format.on_update(move |_, event| {
        if event.last_written_lba.is_some() {
            let other = cd_emulator::Disc::blank(short_medium());
            drive.lock().insert(other);
        }
    });
    let error = refused(bench.write(&Image::raw()), NOT_PREPARED);
    assert!(error.last_written().is_some());
    refused(bench.format.release_media(), NOT_PREPARED);
    bench.format.without_updates();
    let _ = bench.format.prepare_media().unwrap();
    assert!(bench.write(&Image::raw()).unwrap().is_success());
}

#[test]
fn what_must_not_change_is_refused_while_prepared() {
    let bench = Bench::prepared();
    let format = &bench.format;
    refused(format.prepare_media(), PREPARED);
    refused(format.set_recorder(bench.recorder.clone()), PREPARED);
    refused(format.set_client_name("another"), PREPARED);
    assert_eq!(format.client_name().as_deref(), Some("a test"));
    format.release_media().unwrap();
    format.set_client_name("another").unwrap();
    format.set_recorder(bench.recorder.clone()).unwrap();
}

#[test]
fn while_a_write_runs_everything_but_cancel_and_questions_is_refused() {
    let bench = Bench::prepared();
    let recorder = bench.recorder.clone();
    let is_told = Arc::new(Mutex::new(false));
    let told = Arc::clone(&is_told);
    bench.format.on_update(move |format, _| {
        refused(format.write_media2(&Image::raw(), lead_in()), IN_PROGRESS);
        refused(format.release_media(), IN_PROGRESS);
        refused(format.set_recorder(recorder.clone()), IN_PROGRESS);
        refused(format.set_client_name("another"), IN_PROGRESS);
        refused(format.set_buffer_underrun_free_disabled(true), IN_PROGRESS);
        refused(format.set_write_speed(None, false), IN_PROGRESS);
        let other_type = format.set_requested_sector_type(SectorLayout::Pq16);
        refused(other_type, IN_PROGRESS);
        refused(format.prepare_media(), PREPARED);
        // Questions are answered by what is known.
        let layout = format.requested_sector_type().unwrap();
        assert_eq!(layout, SectorLayout::RawPw96);
        assert!(format.start_of_next_session().is_ok());
        assert!(format.last_possible_start_of_leadout().is_ok());
        assert!(format.media_physically_blank().unwrap());
        let kind = format.current_physical_media_type().unwrap();
        assert_eq!(kind, PhysicalMediaType::CD_R);
        assert_eq!(format.supported_write_speeds().unwrap()[0], 3600);
        let types = format.supported_sector_types().unwrap();
        assert_eq!(
            types,
            [
                SectorLayout::RawPw96,
                SectorLayout::Pq16,
                SectorLayout::PackedPw96
            ]
        );
        refused(format.is_recorder_supported(&recorder), IN_PROGRESS);
        *told.lock() = true;
    });
    assert!(bench.write(&Image::raw()).unwrap().is_success());
    assert!(*is_told.lock());
}

#[test]
fn there_is_nothing_to_cancel_unless_a_write_runs() {
    let name = "E_IMAPI_DF2RAW_WRITE_NOT_IN_PROGRESS";
    let bench = Bench::blank();
    refused(bench.format.cancel_write(), name);
    let _ = bench.format.prepare_media().unwrap();
    refused(bench.format.cancel_write(), name);
}

#[test]
fn a_client_name_is_needed_and_has_rules() {
    let format = DiscFormat2RawCd::new();
    let check = |name: &str, expect: ClientNameError| {
        let error = refused(format.set_client_name(name), BAD_NAME);
        let cause = Cause::Call(CallError::ClientNameIsNotValid(expect));
        assert_eq!(*error.cause(), cause, "{name:?}");
    };
    let character = |character, position| ClientNameError::Character {
        character,
        position,
    };
    check("", ClientNameError::Empty);
    check("slash/", character('/', 6));
    check("ümlaut", character('ü', 1));
    check("zero\0", character('\0', 5));
    check("line\n", character('\n', 5));
    check(
        &"n".repeat(64),
        ClientNameError::TooLong { n_characters: 64 },
    );
    let longest = "n".repeat(63);
    for name in ["a", "Az09 .,:;-_", longest.as_str()] {
        format.set_client_name(name).unwrap();
        assert_eq!(format.client_name().as_deref(), Some(name));
    }
    let bench = Bench::bare(small_buffer(), Some(short_medium()));
    bench.format.set_recorder(bench.recorder.clone()).unwrap();
    refused(bench.format.prepare_media(), BAD_NAME);
}

#[test]
fn arguments_that_are_never_possible_are_refused() {
    let bench = Bench::prepared();
    let name = "E_INVALIDARG";
    refused(bench.format.set_write_speed(Some(0), false), name);
    // 90:00:00 is the first address there is.
    let too_many = Sectors::new(45_151).unwrap();
    refused(bench.format.write_media2(&Image::raw(), too_many), name);
    // Nothing is lost by it.
    assert!(bench.write(&Image::raw()).unwrap().is_success());
}

#[test]
fn a_recorder_that_another_object_holds_is_locked() {
    let bench = Bench::prepared();
    let name = "E_IMAPI_RECORDER_LOCKED";
    let other = DiscFormat2RawCd::new();
    other.set_client_name("another").unwrap();
    let error = refused(other.set_recorder(bench.recorder.clone()), name);
    assert_eq!(error.to_string(), "the drive is held by a test");
    refused(other.is_recorder_supported(&bench.recorder), name);
    refused(other.is_current_media_supported(&bench.recorder), name);
    let owner = bench.recorder.exclusive_access_owner();
    assert_eq!(owner.as_deref(), Some("a test"));

    bench.format.release_media().unwrap();
    other.set_recorder(bench.recorder.clone()).unwrap();
    let _ = other.prepare_media().unwrap();
    refused(bench.format.prepare_media(), name);
    refused(bench.format.current_write_speed(), name);
    // An object that goes away lets go.
    drop(other);
    assert!(!bench.is_locked());
    let _ = bench.format.prepare_media().unwrap();
}
