//! Speeds: what is offered, what is taken, what it takes.

use std::time::Duration;

use cd_address::Lba;
use cd_mmc::mode_page::{ModePage, ModeParameters};
use cd_mmc::response::{Performance, Streaming, WriteSpeedList};
use cd_mmc::{
    GetPerformance, ModeSense10, PageCode, PerformancePart, PerformanceType, RotationControl,
    SendOpcInformation, Sense, SetCdSpeed, SetStreaming, Speed,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::{Clock, Data};

use super::host::{Host, check_refused};
use crate::profile::kilobytes_at;
use crate::speeds::{Asked, Offer, Turning, choose, offers};
use crate::{BufferHistory, Disc, Medium, Profile};

fn set(host: &mut Host, write: Speed, rotation: RotationControl) {
    let command = SetCdSpeed {
        rotation,
        read: Speed::MAX,
        write,
    };
    host.send(command, Data::None).unwrap();
}

/// Speed and rotation in page 2Ah.
fn current(host: &mut Host) -> (u16, RotationControl) {
    let command = ModeSense10::current(PageCode::CAPABILITIES, 512);
    let list = host.read(command, 512).unwrap();
    let parameters = ModeParameters::decode_sense(&list).unwrap();
    let Some(ModePage::Capabilities(page)) = parameters.page(PageCode::CAPABILITIES) else {
        panic!("{parameters:?}");
    };
    let speeds = page.write_speeds.unwrap();
    (speeds.current.0, speeds.rotation)
}

/// Speeds and rotations that GET PERFORMANCE lists.
fn listed(host: &mut Host, most: u16) -> Vec<(u32, RotationControl)> {
    let answer = host.read(GetPerformance::write_speeds(most), 400).unwrap();
    let list = WriteSpeedList::decode(&answer).unwrap();
    let descriptors = list.descriptors.iter();
    descriptors
        .map(|speed| (speed.write_kilobytes, speed.rotation))
        .collect()
}

const CLV: RotationControl = RotationControl::DEFAULT;
const CAV: RotationControl = RotationControl::CAV;

#[test]
fn speeds_are_the_nearest_that_is_not_faster() {
    let profile = Profile::faithful();
    let all = offers(&profile, None);
    let chosen = |kilobytes| {
        let asked = Asked {
            speed: Speed(kilobytes),
            is_cav: false,
        };
        choose(&all, asked).speed
    };
    for (kilobytes, expect) in [
        (2832, 16),
        (2816, 16),
        (2822, 16),
        (4000, 16),
        (1, 4),
        (60_000, 48),
    ] {
        assert_eq!(chosen(kilobytes), expect, "{kilobytes}");
    }
    assert_eq!(profile.max_write_speed(), 48);
    let without = Profile {
        write_speeds: vec![],
        ..Profile::faithful()
    };
    assert_eq!(choose(&offers(&without, None), Asked::FASTEST).speed, 1);
    assert_eq!(kilobytes_at(16), 2822);
}

#[test]
fn the_medium_limits_the_speeds() {
    let mut host = Host::blank();
    let all: Vec<_> = [8467, 7056, 5644, 4233, 2822, 1411, 705]
        .map(|speed| (speed, CLV))
        .into();
    assert_eq!(listed(&mut host, 20), all);
    assert_eq!(listed(&mut host, 2), all[..2]);
    assert_eq!(listed(&mut host, 0), []);
    host.insert(Disc::blank(Medium::cd_rw_74()));
    assert_eq!(listed(&mut host, 20), [(705, CLV)]);
    assert_eq!(current(&mut host), (705, CLV));
    host.insert(Disc::blank(Medium::cd_rw_ultra_80()));
    assert_eq!(listed(&mut host, 20), [(4233, CLV), (2822, CLV)]);
    // What was asked for before applies again where it can.
    set(&mut host, Speed::from_x(40), CLV);
    assert_eq!(current(&mut host), (4233, CLV));
    host.insert(Disc::blank(Medium::cd_r_80()));
    assert_eq!(current(&mut host), (7056, CLV));
}

#[test]
fn a_medium_without_a_common_speed_is_not_written() {
    let mut host = Host::with_profile(Profile {
        write_speeds: vec![2, 4],
        ..Profile::faithful()
    });
    let medium = Medium::cd_rw_ultra_80();
    host.insert(Disc::blank(medium.clone()));
    assert_eq!(listed(&mut host, 20), []);
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let start = medium.lead_in_start.to_lba().value();
    let expect = Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT;
    check_refused(host.write(start, 1, &[0; RAW_BYTES]), expect);
    check_refused(host.send(SendOpcInformation::CALIBRATE, Data::None), expect);
    assert!(host.is_blank());
}

#[test]
fn rotation_is_one_the_drive_has() {
    let mut host = Host::blank();
    set(&mut host, Speed::from_x(48), CAV);
    assert_eq!(current(&mut host), (8467, CLV));
    let mut host = Host::with_blank(Profile::named("turns-evenly").unwrap());
    assert_eq!(listed(&mut host, 2), [(8467, CLV), (8467, CAV)]);
    set(&mut host, Speed::from_x(40), CAV);
    assert_eq!(current(&mut host), (4233, CAV));
    set(&mut host, Speed::from_x(40), CLV);
    assert_eq!(current(&mut host), (7056, CLV));
    set(&mut host, Speed::MAX, CAV);
    let answer = host.read(GetPerformance::nominal(true, 4), 100).unwrap();
    let performance = Performance::decode(&answer).unwrap();
    let run = performance.descriptors.iter().next().unwrap();
    assert_eq!((run.start, run.end), (0, 359_848));
    assert_eq!(run.end_kilobytes, 8467);
    // Inside, at 25 mm of 59.6, it is 0.42 of that.
    assert!((3500..3600).contains(&run.start_kilobytes), "{run:?}");
}

#[test]
fn a_disc_that_turns_evenly_is_slower_inside() {
    let outer = Lba::new(359_848).unwrap();
    let even = Turning {
        offer: Offer {
            speed: 48,
            is_cav: true,
        },
        outer,
    };
    assert_eq!(even.rate_at(outer), 48 * 75_000);
    let mut last = 0;
    for lba in (-45_150..=359_848).step_by(997) {
        let rate = even.rate_at(Lba::new(lba).unwrap());
        assert!(rate >= last && rate <= 48 * 75_000, "{lba}: {rate}");
        last = rate;
    }
    // Felt in a recording: the lead-in goes at 0.4 of the speed.
    let medium = Medium::cd_r_80();
    let time = |rotation| {
        let mut host = Host::with_profile(Profile::named("turns-evenly").unwrap());
        host.insert(Disc::blank(medium.clone()));
        set(&mut host, Speed::MAX, rotation);
        host.select_raw(SectorLayout::RawPw96).unwrap();
        let start = medium.lead_in_start.to_lba().value();
        let piece = vec![0; 400 * RAW_BYTES];
        let begin = host.now();
        for idx in 0..20 {
            host.write(start + idx * 400, 400, &piece).unwrap();
        }
        host.flush().unwrap();
        (host.now() - begin).as_millis()
    };
    let (clv, cav) = (time(CLV), time(CAV));
    assert!(cav * 10 > clv * 22 && cav * 10 < clv * 27, "{clv} {cav}");
}

#[test]
fn performance_has_two_types() {
    let mut host = Host::blank();
    let answer = host.read(GetPerformance::nominal(false, 1), 24).unwrap();
    let performance = Performance::decode(&answer).unwrap();
    let run = performance.descriptors.iter().next().unwrap();
    assert_eq!((run.start_kilobytes, run.end_kilobytes), (8467, 8467));
    let header = host.read(GetPerformance::nominal(true, 0), 24).unwrap();
    assert_eq!(header, [0, 0, 0, 4, 2, 0, 0, 0]);
    let nominal = GetPerformance::nominal(true, 1);
    for command in [
        GetPerformance {
            part: PerformancePart::EXCEPTIONS,
            ..nominal
        },
        GetPerformance {
            tolerance: 0,
            ..nominal
        },
        GetPerformance {
            performance_type: PerformanceType::DEFECT_STATUS,
            ..nominal
        },
    ] {
        check_refused(host.read(command, 24), Sense::INVALID_FIELD_IN_CDB);
    }
}

#[test]
fn streaming_sets_the_speed_too() {
    let mut host = Host::blank();
    let streaming = Streaming {
        rotation: CLV,
        restore_defaults: false,
        exact: false,
        random_access: false,
        start: 0,
        end: 359_848,
        read_kilobytes: 8467,
        read_milliseconds: 1000,
        write_kilobytes: 3000,
        write_milliseconds: 1000,
    };
    let send = |host: &mut Host, streaming: Streaming| {
        let mut list = [0; Streaming::BYTES];
        streaming.encode_into(&mut list);
        host.send(SetStreaming::ONE, Data::Out(&list))
    };
    send(&mut host, streaming).unwrap();
    assert_eq!(current(&mut host), (2822, CLV));
    let exact = Streaming {
        exact: true,
        write_kilobytes: 2000,
        ..streaming
    };
    check_refused(
        send(&mut host, exact),
        Sense::INVALID_FIELD_IN_PARAMETER_LIST,
    );
    assert_eq!(current(&mut host), (2822, CLV));
    let defaults = Streaming {
        restore_defaults: true,
        ..streaming
    };
    send(&mut host, defaults).unwrap();
    assert_eq!(current(&mut host), (8467, CLV));
    check_refused(
        host.send(SetStreaming::ONE, Data::Out(&[0; 20])),
        Sense::PARAMETER_LIST_LENGTH_ERROR,
    );
}

/// A drive with room for a hundred blocks that records at 4x: 300 sectors a second.
fn starving(is_protected: bool, pause: Duration) -> (Host, Option<Sense>) {
    let mut host = Host::with_blank(Profile {
        buffer_bytes: 100 * 2448,
        write_speeds: vec![4],
        command_time: Duration::ZERO,
        interface_rate: 0,
        ..Profile::faithful()
    });
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.select(|page| page.buffer_underrun_free = is_protected)
        .unwrap();
    let piece = vec![0; 50 * RAW_BYTES];
    for idx in 0..10 {
        if let Err(sense) = host.write(-225 + idx * 50, 50, &piece) {
            return (host, Some(sense));
        }
        host.clock.sleep(pause);
    }
    (host, None)
}

#[test]
fn the_buffer_tells_how_it_fared() {
    let history = |host: &Host| host.recorder.buffer_history().unwrap();
    assert_eq!(Host::blank().recorder.buffer_history(), None);
    // 50 sectors last 167 ms, a hundred 333 ms.
    let (host, sense) = starving(false, Duration::from_millis(100));
    assert_eq!(sense, None);
    let good = history(&host);
    assert_eq!((good.n_underruns, good.capacity_bytes), (0, 244_800));
    // 100 ms are 30 sectors.
    let least = good.least_fill_bytes.unwrap() / 2448;
    assert!((65..=70).contains(&least), "{least}");

    let (mut host, sense) = starving(true, Duration::from_millis(1000));
    assert_eq!(sense, None);
    // The laser begins with a full buffer: every second piece.
    let pausing = BufferHistory {
        capacity_bytes: 244_800,
        least_fill_bytes: Some(0),
        n_underruns: 5,
    };
    host.flush().unwrap();
    assert_eq!(history(&host), pausing);

    let (host, sense) = starving(false, Duration::from_millis(1000));
    assert!(
        sense
            .unwrap()
            .same_code(&Sense::WRITE_ERROR_LOSS_OF_STREAMING)
    );
    let lost = BufferHistory {
        n_underruns: 1,
        ..pausing
    };
    assert_eq!(history(&host), lost);
}
