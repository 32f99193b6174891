//! One test for each way in which a named drive is not as the standard has it.

use std::time::Duration;

use cd_address::Lba;
use cd_mmc::mode_page::ModeParameters;
use cd_mmc::mode_page::{SessionFormat, WriteType};
use cd_mmc::response::{Atip, BufferCapacity, TrackInformation};
use cd_mmc::{
    BinMsf, GetConfiguration, GetPerformance, ModeSense10, PageCode, ReadBufferCapacity,
    ReadDiscInformation, ReadTrackInformation, RequestedFeatures, SendOpcInformation, Sense,
    SynchronizeCache, TestUnitReady, TocFormat, TrackSelector,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::{Clock, Data, Transport};

use super::host::{Host, check_refused, short_medium};
use super::image::Session;
use crate::{DiscState, Profile, Quirk, Spoiling};

const START: i32 = -225;

fn named(name: &str) -> Host {
    Host::with_blank(Profile::named(name).unwrap())
}

fn blocks(n_blocks: usize) -> Vec<u8> {
    vec![0; n_blocks * RAW_BYTES]
}

#[test]
fn every_name_is_a_drive_of_its_own() {
    let mut drives: Vec<Profile> = Vec::new();
    for name in Profile::NAMES {
        let drive = Profile::named(name).unwrap();
        assert!(!drives.contains(&drive), "{name}");
        drives.push(drive);
    }
    assert_eq!(Profile::named("faithful"), Some(Profile::faithful()));
    assert_eq!(Profile::named("Faithful"), None);
}

#[test]
fn next_writable_address_of_minus_150() {
    let mut host = named("nwa-minus-150");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let command = ReadTrackInformation {
        open: false,
        track: TrackSelector::INVISIBLE,
        allocation_length: 36,
    };
    let answer = host.read(command, 36).unwrap();
    let information = TrackInformation::decode(&answer).unwrap();
    assert_eq!(information.next_writable, Some(-150));
    // It is said, and it is not so.
    check_refused(
        host.write(-150, 1, &blocks(1)),
        Sense::INVALID_ADDRESS_FOR_WRITE,
    );
    host.burn(START, &Session::DATA.stream(&short_medium()));
}

#[test]
fn a_test_write_that_burns() {
    for (name, is_shown) in [("test-write-ignored", true), ("test-write-dropped", false)] {
        let mut host = named(name);
        host.select_raw(SectorLayout::RawPw96).unwrap();
        host.select(|page| page.test_write = true).unwrap();
        assert_eq!(host.write_parameters().test_write, is_shown, "{name}");
        host.write(START, 1, &blocks(1)).unwrap();
        assert!(!host.is_blank(), "{name}");
    }
}

#[test]
fn a_session_format_that_is_refused() {
    let mut host = named("session-format-refused");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    check_refused(
        host.select(|page| page.session_format = SessionFormat::CD_ROM_XA),
        Sense::INVALID_FIELD_IN_PARAMETER_LIST,
    );
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.select(|page| page.session_format = SessionFormat::CD_ROM_XA)
        .unwrap();
}

#[test]
fn block_types_that_are_refused() {
    let (pq, packed, raw) = (
        SectorLayout::Pq16,
        SectorLayout::PackedPw96,
        SectorLayout::RawPw96,
    );
    for (name, taken) in [
        ("faithful", &[pq, packed, raw][..]),
        ("no-raw-pw", &[pq, packed]),
        ("no-packed", &[pq, raw]),
        ("no-pq", &[packed, raw]),
        ("pq-only", &[pq]),
    ] {
        let mut host = named(name);
        for layout in [pq, packed, raw] {
            let outcome = host.select_raw(layout);
            if taken.contains(&layout) {
                outcome.unwrap();
            } else {
                check_refused(outcome, Sense::INVALID_FIELD_IN_PARAMETER_LIST);
            }
        }
    }
}

#[test]
fn a_page_that_reads_back_otherwise() {
    let mut host = named("select-ignored");
    let before = host.write_parameters();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    assert_eq!(host.write_parameters(), before);
    check_refused(
        host.write(START, 1, &blocks(1)),
        Sense::INVALID_FIELD_IN_CDB,
    );

    let mut host = named("select-other-block-type");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let page = host.write_parameters();
    assert_eq!(page.write_type, WriteType::RAW);
    assert_eq!(page.data_block_type.code(), 1);
    // And so it records.
    check_refused(
        host.write(START, 1, &blocks(1)),
        Sense::INVALID_FIELD_IN_CDB,
    );
    host.write(START, 1, &[0; 2368]).unwrap();
}

#[test]
fn a_write_refused_for_long() {
    let mut host = named("long-write");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write(START, 26, &blocks(26)).unwrap();
    let begin = host.now();
    let mut n_refusals = 0;
    while let Err(sense) = host.write(START + 26, 26, &blocks(26)) {
        assert!(sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS), "{sense}");
        host.clock.sleep(Duration::from_millis(500));
        n_refusals += 1;
    }
    let took = host.now() - begin;
    assert!(
        took >= Duration::from_secs(90) && n_refusals > 170,
        "{took:?}"
    );
    // Once is enough, and the buffer did not run empty meanwhile.
    host.write(START + 52, 26, &blocks(26)).unwrap();
    assert_eq!(host.recorder.buffer_history().unwrap().n_underruns, 0);

    // From the first one on.
    let mut host = Host::with_blank(Profile {
        quirks: vec![Quirk::LongWrite {
            after_blocks: 0,
            lasts: Duration::from_secs(10),
        }],
        ..Profile::faithful()
    });
    host.select_raw(SectorLayout::RawPw96).unwrap();
    check_refused(
        host.write(START, 1, &blocks(1)),
        Sense::LONG_WRITE_IN_PROGRESS,
    );
    assert!(host.is_blank());
    host.clock.sleep(Duration::from_secs(10));
    host.write(START, 1, &blocks(1)).unwrap();
}

#[test]
fn long_busy_after_a_flush() {
    let stream = Session::DATA.stream(&short_medium());
    let mut host = named("long-flush");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write_all(START, &stream, SectorLayout::RawPw96, 26)
        .unwrap();
    host.send(SynchronizeCache::all(true), Data::None).unwrap();
    let begin = host.now();
    while let Err(sense) = host.send(TestUnitReady, Data::None) {
        assert!(sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS), "{sense}");
        host.clock.sleep(Duration::from_secs(1));
    }
    assert!(host.now() - begin > Duration::from_secs(89));
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);

    // A flush that is waited for takes as long.
    let mut host = named("long-flush");
    let begin = host.now();
    host.burn(START, &stream);
    assert!(host.now() - begin > Duration::from_secs(90));
    host.send(TestUnitReady, Data::None).unwrap();
}

#[test]
fn a_buffer_capacity_that_lies() {
    for (name, expect) in [("buffer-says-empty", 2 << 20), ("buffer-says-full", 0)] {
        let mut host = named(name);
        host.select_raw(SectorLayout::RawPw96).unwrap();
        host.write(START, 100, &blocks(100)).unwrap();
        let mut ask = |in_blocks| {
            let command = ReadBufferCapacity {
                in_blocks,
                allocation_length: 12,
            };
            BufferCapacity::decode(&host.read(command, 12).unwrap()).unwrap()
        };
        let (total, available) = (2 << 20, expect);
        assert_eq!(ask(false), BufferCapacity::Bytes { total, available });
        let available = expect / 2448;
        assert_eq!(ask(true), BufferCapacity::Blocks { available });
    }
}

#[test]
fn commands_that_are_missing() {
    let mut host = named("no-configuration");
    let configuration = GetConfiguration {
        requested: RequestedFeatures::ALL,
        starting_feature: 0,
        allocation_length: 512,
    };
    check_refused(host.read(configuration, 512), Sense::INVALID_OPERATION_CODE);
    let mut host = named("no-performance");
    check_refused(
        host.read(GetPerformance::write_speeds(8), 200),
        Sense::INVALID_OPERATION_CODE,
    );
}

#[test]
fn a_write_of_more_than_64_kib() {
    let mut host = named("writes-64k");
    host.select_raw(SectorLayout::RawPw96).unwrap();
    check_refused(
        host.write(START, 27, &blocks(27)),
        Sense::INVALID_FIELD_IN_CDB,
    );
    host.write(START, 26, &blocks(26)).unwrap();
    let host = named("transfers-64k");
    assert_eq!(host.recorder.limits().max_transfer, 65_536);
}

#[test]
fn an_atip_in_bcd() {
    let mut host = named("atip-bcd");
    let atip = Atip::decode(&host.toc(TocFormat::ATIP, 0).unwrap()).unwrap();
    assert_eq!(atip.lead_in_start, BinMsf([0x99, 0x59, 0x00]));
    assert_eq!(atip.last_possible_lead_out, BinMsf([0x79, 0x59, 0x74]));
    // The disc information is binary all the same.
    let lead_in = host.disc_information().last_session_lead_in.unwrap();
    assert_eq!(lead_in, BinMsf([99, 59, 0]));
}

#[test]
fn mode_pages_that_are_missing() {
    for (name, missing, there) in [
        (
            "no-page-05",
            PageCode::WRITE_PARAMETERS,
            PageCode::CAPABILITIES,
        ),
        (
            "no-page-2a",
            PageCode::CAPABILITIES,
            PageCode::WRITE_PARAMETERS,
        ),
    ] {
        let mut host = named(name);
        let mut sense = |page| host.read(ModeSense10::current(page, 512), 512);
        check_refused(sense(missing), Sense::INVALID_FIELD_IN_CDB);
        let all = sense(PageCode::ALL).unwrap();
        let all = ModeParameters::decode_sense(&all).unwrap();
        assert!(all.page(missing).is_none() && all.page(there).is_some());
        sense(there).unwrap();
    }
    // What cannot be shown cannot be set.
    let mut list = [0; 60];
    list[8..10].copy_from_slice(&[0x05, 0x32]);
    let mut host = named("no-page-05");
    check_refused(
        host.select_list(&list),
        Sense::INVALID_FIELD_IN_PARAMETER_LIST,
    );
}

#[test]
fn an_underrun_told_as_older_drives_do() {
    let mut host = Host::with_blank(Profile {
        buffer_bytes: 10 * 2448,
        quirks: vec![Quirk::UnderrunSense(Sense::LOSS_OF_STREAMING_OLD)],
        ..Profile::faithful()
    });
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write(START, 20, &blocks(20)).unwrap();
    host.clock.sleep(Duration::from_secs(1));
    check_refused(
        host.write(START + 20, 1, &blocks(1)),
        Sense::LOSS_OF_STREAMING_OLD,
    );
}

#[test]
fn a_sector_that_cannot_be_recorded() {
    let at = Lba::new(START + 30).unwrap();
    let sense = Sense::WRITE_ERROR_RECOVERY_FAILED;
    let profile = Profile {
        quirks: vec![Quirk::WriteFails { at, sense }],
        ..Profile::faithful()
    };
    let mut host = Host::with_blank(profile.clone());
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write(START, 26, &blocks(26)).unwrap();
    let refused = host.write(START + 26, 26, &blocks(26)).unwrap_err();
    assert!(refused.same_code(&sense), "{refused}");
    assert_eq!(refused.information, Some(at.value().cast_unsigned()));
    let disc = host.recorder.disc().unwrap();
    assert_eq!(disc.recorded().unwrap().len().count(), 30);
    assert!(matches!(disc.state(), DiscState::Interrupted { .. }));
    check_refused(
        host.write(START + 30, 1, &blocks(1)),
        Sense::PROGRAM_AREA_NOT_EMPTY,
    );
    // At reading power there is nothing to fail.
    let mut host = Host::with_blank(profile);
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.select(|page| page.test_write = true).unwrap();
    host.write(START, 50, &blocks(50)).unwrap();
}

#[test]
fn a_calibration_that_fails() {
    for sense in [
        Sense::POWER_CALIBRATION_AREA_ERROR,
        Sense::RECOVERED_POWER_CALIBRATION_AREA_ALMOST_FULL,
    ] {
        let mut host = Host::with_blank(Profile {
            quirks: vec![Quirk::CalibrationSense(sense)],
            ..Profile::faithful()
        });
        let begin = host.now();
        check_refused(host.send(SendOpcInformation::CALIBRATE, Data::None), sense);
        assert!(host.now() - begin >= Duration::from_secs(2));
    }
}

#[test]
fn answers_that_are_spoiled() {
    let command = ReadDiscInformation::standard(34);
    let whole = Host::blank().read(command, 34).unwrap();
    let inverted: Vec<_> = whole.iter().map(|byte| !byte).collect();
    for (spoiling, expect) in [
        (Spoiling::Short(7), whole[..7].to_vec()),
        (Spoiling::Short(100), whole.clone()),
        (Spoiling::Filled(0xFF), vec![0xFF; 34]),
        (Spoiling::Inverted, inverted),
    ] {
        let opcode = 0x51;
        let mut host = Host::with_blank(Profile {
            quirks: vec![Quirk::Answer { opcode, spoiling }],
            ..Profile::faithful()
        });
        assert_eq!(host.read(command, 34).unwrap(), expect);
        // No other command's.
        host.write_parameters();
    }
}

#[test]
fn the_page_of_power_on_is_taken_back() {
    let mut host = Host::blank();
    let page = host.write_parameters();
    host.select(|_| {}).unwrap();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.select(|now| *now = page).unwrap();
    assert_eq!(host.write_parameters(), page);
    let start = Lba::new(START).unwrap().value();
    check_refused(
        host.write(start, 1, &blocks(1)),
        Sense::INVALID_FIELD_IN_CDB,
    );
}
