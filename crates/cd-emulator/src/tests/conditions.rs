//! What is wrong for a time: with the drive, its disc, the way to it.

use std::time::Duration;

use cd_mmc::response::Configuration;
use cd_mmc::response::Profile as MediumProfile;
use cd_mmc::{
    Command, GetConfiguration, Inquiry, ReadDiscInformation, RequestSense, RequestedFeatures,
    SendOpcInformation, Sense, TestUnitReady,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::{Clock, Data, Status, Transport, TransportErrorKind};

use super::host::{Host, PATIENCE, check_refused};
use crate::Condition;

const START: i32 = -225;

const INQUIRY: Inquiry = Inquiry {
    vital_product_page: None,
    allocation_length: 36,
};

#[test]
fn a_disc_that_is_not_ready_says_why() {
    let cases = [
        (Condition::BecomingReady, Sense::BECOMING_READY),
        (Condition::StartNeeded, Sense::START_NEEDED),
        (Condition::FormatInProgress, Sense::FORMAT_IN_PROGRESS),
        (Condition::OperationInProgress, Sense::OPERATION_IN_PROGRESS),
        (
            Condition::LongWriteInProgress,
            Sense::LONG_WRITE_IN_PROGRESS,
        ),
        (Condition::NotReady, Sense::NOT_READY_NO_CAUSE),
        (Condition::UpsideDown, Sense::NO_REFERENCE_POSITION),
        (Condition::IncompatibleMedium, Sense::INCOMPATIBLE_MEDIUM),
    ];
    for (condition, expect) in cases {
        let mut host = Host::blank();
        host.select_raw(SectorLayout::RawPw96).unwrap();
        host.recorder.afflict(condition);
        assert_eq!(host.recorder.condition(), Some(condition));
        check_refused(host.send(TestUnitReady, Data::None), expect);
        check_refused(host.read(ReadDiscInformation::standard(34), 34), expect);
        check_refused(host.write(START, 1, &[0; RAW_BYTES]), expect);
        let request = RequestSense {
            descriptor_format: false,
            allocation_length: 18,
        };
        let sense = Sense::decode(&host.read(request, 18).unwrap()).unwrap();
        assert!(sense.same_code(&expect), "{sense}");
        // What needs no disc is answered.
        host.read(INQUIRY, 36).unwrap();
        host.write_parameters();
        host.recorder.relieve();
        assert!(host.is_blank());
        host.write(START, 1, &[0; RAW_BYTES]).unwrap();
        // Without a disc there is none to be wrong.
        host.recorder.eject();
        host.recorder.afflict(condition);
        check_refused(
            host.send(TestUnitReady, Data::None),
            Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED,
        );
    }
}

#[test]
fn what_passes_by_itself() {
    let mut host = Host::blank();
    host.recorder
        .afflict_for(Condition::BecomingReady, Duration::from_secs(8));
    let mut n_refusals = 0;
    while host.send(TestUnitReady, Data::None).is_err() {
        host.clock.sleep(Duration::from_secs(1));
        n_refusals += 1;
    }
    assert_eq!(n_refusals, 8);
    assert_eq!(host.recorder.condition(), None);
}

#[test]
fn a_disc_nobody_knows_has_no_profile() {
    for (condition, expect) in [
        (Condition::UpsideDown, MediumProfile::NONE),
        (Condition::IncompatibleMedium, MediumProfile::NONE),
        (Condition::WriteProtected, MediumProfile::CD_R),
    ] {
        let mut host = Host::blank();
        host.recorder.afflict(condition);
        let command = GetConfiguration {
            requested: RequestedFeatures::ALL,
            starting_feature: 0,
            allocation_length: 512,
        };
        let answer = host.read(command, 512).unwrap();
        let configuration = Configuration::decode(&answer).unwrap();
        assert_eq!(configuration.current_profile, expect, "{condition:?}");
    }
}

#[test]
fn a_write_protected_disc_is_read_and_not_written() {
    for (condition, expect) in [
        (Condition::WriteProtected, Sense::WRITE_PROTECTED),
        (Condition::WriteProtectedOld, Sense::WRITE_PROTECTED_REQUEST),
    ] {
        let mut host = Host::blank();
        host.select_raw(SectorLayout::RawPw96).unwrap();
        host.recorder.afflict(condition);
        check_refused(host.write(START, 1, &[0; RAW_BYTES]), expect);
        check_refused(host.send(SendOpcInformation::CALIBRATE, Data::None), expect);
        assert!(host.is_blank());
    }
}

#[test]
fn statuses_without_sense_data() {
    let status = |host: &mut Host, command: Command| {
        let cdb = command.encode();
        let mut memory = [0; 36];
        let data = match command {
            Command::Inquiry(_) => Data::In(&mut memory),
            _ => Data::None,
        };
        let completion = host.recorder.execute(cdb.as_bytes(), data, PATIENCE);
        completion.unwrap().status
    };
    let mut host = Host::blank();
    host.recorder.afflict(Condition::Reserved);
    let ready = Command::from(TestUnitReady);
    assert_eq!(status(&mut host, ready), Status::RESERVATION_CONFLICT);
    assert_eq!(status(&mut host, INQUIRY.into()), Status::GOOD);
    host.recorder.afflict(Condition::Busy);
    assert_eq!(status(&mut host, ready), Status::BUSY);
    assert_eq!(status(&mut host, INQUIRY.into()), Status::BUSY);
    host.recorder.relieve();
    assert_eq!(status(&mut host, ready), Status::GOOD);
}

#[test]
fn a_drive_that_does_not_answer() {
    let mut host = Host::blank();
    host.recorder.afflict(Condition::Gone);
    let error = host.try_send(TestUnitReady, Data::None).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::DeviceGone);
    host.recorder
        .afflict_for(Condition::Hung, Duration::from_secs(10));
    let begin = host.now();
    let error = host.try_send(TestUnitReady, Data::None).unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Timeout);
    // It lasted as long as it was given.
    assert_eq!(host.now() - begin, PATIENCE);
    host.send(TestUnitReady, Data::None).unwrap();
}
