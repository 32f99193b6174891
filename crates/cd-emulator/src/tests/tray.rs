//! Discs coming and going, the lock, resets.

use cd_mmc::{
    PowerCondition, PreventAllowMediumRemoval, RequestSense, Sense, StartStopUnit, TestUnitReady,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::Data;

use super::host::{Host, check_refused, short_medium};
use crate::{Disc, DiscState, Profile};

const START: i32 = -225;

fn ready(host: &mut Host) -> Result<usize, Sense> {
    host.send(TestUnitReady, Data::None)
}

#[test]
fn without_a_disc_nothing_is_ready() {
    let mut host = Host::with_profile(Profile::faithful());
    check_refused(ready(&mut host), Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED);
    check_refused(
        host.write(START, 1, &[0; RAW_BYTES]),
        Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED,
    );
    check_refused(host.flush(), Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED);
    // Settings and the tray are the drive's own.
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.send(StartStopUnit::EJECT, Data::None).unwrap();
    check_refused(ready(&mut host), Sense::MEDIUM_NOT_PRESENT_TRAY_OPEN);
    assert!(host.recorder.is_tray_open());
    check_refused(
        host.send(StartStopUnit::LOAD, Data::None),
        Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED,
    );
}

#[test]
fn a_new_disc_is_announced_once() {
    let mut host = Host::blank();
    host.recorder.insert(Disc::blank(short_medium()));
    check_refused(
        host.write(START, 1, &[0; RAW_BYTES]),
        Sense::MEDIUM_MAY_HAVE_CHANGED,
    );
    ready(&mut host).unwrap();
    // REQUEST SENSE takes notice as well.
    host.recorder.insert(Disc::blank(short_medium()));
    let command = RequestSense {
        descriptor_format: false,
        allocation_length: 18,
    };
    let sense = Sense::decode(&host.read(command, 18).unwrap()).unwrap();
    assert!(sense.same_code(&Sense::MEDIUM_MAY_HAVE_CHANGED));
    let sense = Sense::decode(&host.read(command, 18).unwrap()).unwrap();
    assert!(sense.same_code(&Sense::NONE));
    ready(&mut host).unwrap();
}

#[test]
fn a_locked_tray_stays_closed() {
    let mut host = Host::blank();
    host.send(PreventAllowMediumRemoval::PREVENT, Data::None)
        .unwrap();
    assert!(host.recorder.is_locked());
    check_refused(
        host.send(StartStopUnit::EJECT, Data::None),
        Sense::MEDIUM_REMOVAL_PREVENTED,
    );
    host.send(PreventAllowMediumRemoval::ALLOW, Data::None)
        .unwrap();
    assert!(!host.recorder.is_locked());
    host.send(StartStopUnit::EJECT, Data::None).unwrap();
}

#[test]
fn out_and_in_again_is_a_new_disc_to_the_host() {
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.send(StartStopUnit::EJECT, Data::None).unwrap();
    check_refused(ready(&mut host), Sense::MEDIUM_NOT_PRESENT_TRAY_OPEN);
    assert!(host.recorder.disc().is_some());
    host.send(StartStopUnit::LOAD, Data::None).unwrap();
    check_refused(ready(&mut host), Sense::MEDIUM_MAY_HAVE_CHANGED);
    // What was set for the disc before is forgotten.
    check_refused(
        host.write(START, 1, &[0; RAW_BYTES]),
        Sense::INVALID_FIELD_IN_CDB,
    );
    host.send(StartStopUnit::STOP, Data::None).unwrap();
    host.send(StartStopUnit::START, Data::None).unwrap();
}

#[test]
fn a_recording_is_not_ejected() {
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write(START, 1, &[0; RAW_BYTES]).unwrap();
    check_refused(
        host.send(StartStopUnit::EJECT, Data::None),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    // But a hand can take it out.
    let disc = host.recorder.eject().unwrap();
    assert!(matches!(disc.state(), DiscState::Interrupted { .. }));
    assert!(host.recorder.disc().is_none());
    assert!(host.recorder.eject().is_none());
}

#[test]
fn a_reset_forgets_all_but_the_disc() {
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.send(PreventAllowMediumRemoval::PREVENT, Data::None)
        .unwrap();
    host.write(START, 1, &[0; RAW_BYTES]).unwrap();
    host.recorder.reset();
    check_refused(ready(&mut host), Sense::POWER_ON_OR_RESET);
    ready(&mut host).unwrap();
    assert!(!host.recorder.is_locked());
    let state = host.recorder.disc().unwrap().state();
    assert!(matches!(state, DiscState::Interrupted { .. }));
}

#[test]
fn a_reset_is_told_before_a_disc() {
    let mut host = Host::blank();
    host.recorder.reset();
    host.recorder.insert(Disc::blank(short_medium()));
    check_refused(ready(&mut host), Sense::POWER_ON_OR_RESET);
    check_refused(ready(&mut host), Sense::MEDIUM_MAY_HAVE_CHANGED);
    ready(&mut host).unwrap();
    // A disc that was taken out again needs no telling.
    host.recorder.insert(Disc::blank(short_medium()));
    host.recorder.reset();
    host.recorder.eject();
    check_refused(ready(&mut host), Sense::POWER_ON_OR_RESET);
    check_refused(ready(&mut host), Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED);
}

#[test]
fn there_is_one_power_condition() {
    let mut host = Host::blank();
    let sleep = StartStopUnit {
        power_condition: PowerCondition::SLEEP,
        ..StartStopUnit::STOP
    };
    check_refused(host.send(sleep, Data::None), Sense::INVALID_FIELD_IN_CDB);
}
