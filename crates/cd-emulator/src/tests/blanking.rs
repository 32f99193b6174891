//! CD-RW: erased, and recorded again.

use std::time::Duration;

use cd_mmc::{
    Blank, BlankType, ReadDiscInformation, RequestSense, Sense, StartStopUnit, TestUnitReady,
    TocFormat,
};
use cd_sector::SectorLayout;
use cd_transport::{Clock, Data};

use super::host::{Host, check_refused, short_cd_rw, short_medium};
use super::image::Session;
use crate::{Condition, Disc, DiscState, Profile};

const START: i32 = -225;

fn recorded(profile: Profile) -> Host {
    let mut host = Host::with_profile(profile);
    host.insert(Disc::blank(short_cd_rw()));
    host.burn(START, &Session::DATA.stream(&short_medium()));
    host
}

const fn blank(blank_type: BlankType, immediate: bool) -> Blank {
    Blank {
        immediate,
        blank_type,
        start: 0,
    }
}

fn sense(host: &mut Host) -> Sense {
    let command = RequestSense {
        descriptor_format: false,
        allocation_length: 18,
    };
    Sense::decode(&host.read(command, 18).unwrap()).unwrap()
}

#[test]
fn a_disc_is_erased_and_recorded_again() {
    // At 4x: the whole disc with its last lead-out, or 225 sectors; and two seconds of calibration.
    for (blank_type, expect) in [(BlankType::DISC, 1224), (BlankType::MINIMAL, 2)] {
        let mut host = recorded(Profile::faithful());
        assert!(host.disc_information().erasable);
        let begin = host.now();
        host.send(blank(blank_type, false), Data::None).unwrap();
        assert_eq!((host.now() - begin).as_secs(), expect);
        assert!(host.is_blank());
        assert_eq!(host.recorder.disc().unwrap().recorded(), None);
        check_refused(host.toc(TocFormat::TOC, 0), Sense::INVALID_FIELD_IN_CDB);
        host.burn(START, &Session::MIXED.stream(&short_medium()));
        assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
    }
}

#[test]
fn progress_is_told_meanwhile() {
    for (name, expect) in [
        ("faithful", Sense::OPERATION_IN_PROGRESS),
        ("blank-says-format", Sense::FORMAT_IN_PROGRESS),
    ] {
        let mut host = recorded(Profile::named(name).unwrap());
        let command = blank(BlankType::DISC, true);
        host.send(command, Data::None).unwrap();
        let mut last = 0;
        for _ in 0..4 {
            host.clock.sleep(Duration::from_secs(300));
            let sense = sense(&mut host);
            assert!(sense.same_code(&expect), "{sense}");
            let progress = sense.progress().unwrap();
            assert!(progress > last + 16_000, "{progress}");
            last = progress;
            check_refused(host.send(TestUnitReady, Data::None), expect);
            check_refused(host.read(ReadDiscInformation::standard(34), 34), expect);
            check_refused(host.send(command, Data::None), expect);
            check_refused(host.send(StartStopUnit::EJECT, Data::None), expect);
        }
        host.clock.sleep(Duration::from_secs(30));
        assert_eq!(sense(&mut host), Sense::NONE);
        assert!(host.is_blank());
    }
}

#[test]
fn an_erasure_broken_off_leaves_nothing_to_play() {
    let mut host = recorded(Profile::faithful());
    host.send(blank(BlankType::DISC, true), Data::None).unwrap();
    host.clock.sleep(Duration::from_secs(60));
    host.recorder.reset();
    check_refused(
        host.send(TestUnitReady, Data::None),
        Sense::POWER_ON_OR_RESET,
    );
    let disc = host.recorder.eject().unwrap();
    assert!(matches!(disc.state(), DiscState::Interrupted { .. }));
    host.insert(disc);
    check_refused(host.toc(TocFormat::TOC, 0), Sense::TOC_UNREADABLE);
    host.send(blank(BlankType::MINIMAL, false), Data::None)
        .unwrap();
    assert!(host.is_blank());
}

#[test]
fn refusals_leave_the_disc() {
    let mut host = Host::blank();
    check_refused(
        host.send(blank(BlankType::DISC, false), Data::None),
        Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT,
    );
    let mut host = recorded(Profile::faithful());
    for blank_type in [BlankType::TRACK, BlankType::ERASE_SESSION] {
        check_refused(
            host.send(blank(blank_type, false), Data::None),
            Sense::INVALID_FIELD_IN_CDB,
        );
    }
    host.recorder.afflict(Condition::WriteProtected);
    check_refused(
        host.send(blank(BlankType::DISC, false), Data::None),
        Sense::WRITE_PROTECTED,
    );
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
    host.recorder.relieve();

    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::blank(short_cd_rw()));
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write(START, 1, &[0; 2448]).unwrap();
    check_refused(
        host.send(blank(BlankType::DISC, false), Data::None),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
}

#[test]
fn a_disc_file_is_erased_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rw.disc");
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::create_file(&path, short_cd_rw()).unwrap());
    let unused = std::fs::read(&path).unwrap();
    host.burn(START, &Session::DATA.stream(&short_medium()));
    host.send(blank(BlankType::MINIMAL, false), Data::None)
        .unwrap();
    drop(host);
    assert_eq!(std::fs::read(&path).unwrap(), unused);
    assert_eq!(Disc::open_file(&path).unwrap().state(), DiscState::Blank);
}
