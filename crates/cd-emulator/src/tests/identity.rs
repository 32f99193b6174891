//! Who the drive says it is, what it says it can do, and how it stands.

use std::sync::Arc;

use cd_address::Lba;
use cd_mmc::mode_page::{ModePage, ModeParameters, TrackMode};
use cd_mmc::response::{
    Atip, BufferCapacity, Capacity, Configuration, DataMode, DeviceType, Event, EventStatus,
    FeatureCode, InquiryData, MediaEventCode, Profile as MediumProfile, TrackInformation,
};
use cd_mmc::{
    BinMsf, EventClasses, GetConfiguration, GetEventStatusNotification, Inquiry, ModeSense10,
    PageCode, PageControl, PreventAllowMediumRemoval, ReadBufferCapacity, ReadCapacity,
    ReadTrackInformation, RequestedFeatures, SendOpcInformation, Sense, Speed, StartStopUnit,
    TocFormat, TrackSelector,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::conformance::conformance;
use cd_transport::{Clock, Data, Transport, VirtualClock};

use super::host::{Answer, Host, check_refused, short_medium};
use super::image::Session;
use crate::{Disc, Medium, Profile, Recorder};

const START: i32 = -225;

fn configuration(host: &mut Host, requested: RequestedFeatures, from: FeatureCode) -> Vec<u8> {
    let command = GetConfiguration {
        requested,
        starting_feature: from.code(),
        allocation_length: 512,
    };
    host.read(command, 512).unwrap()
}

fn codes(answer: &[u8]) -> Vec<u16> {
    let configuration = Configuration::decode(answer).unwrap();
    let features = configuration.features.iter();
    features
        .map(|descriptor| descriptor.feature.code().code())
        .collect()
}

fn track_information(host: &mut Host, track: TrackSelector) -> Result<TrackInformation, Sense> {
    let command = ReadTrackInformation {
        open: false,
        track,
        allocation_length: 36,
    };
    host.read(command, 36)
        .map(|answer| TrackInformation::decode(&answer).unwrap())
}

fn buffer(host: &mut Host, in_blocks: bool) -> BufferCapacity {
    let command = ReadBufferCapacity {
        in_blocks,
        allocation_length: 12,
    };
    BufferCapacity::decode(&host.read(command, 12).unwrap()).unwrap()
}

#[test]
fn the_transport_contract_is_kept() {
    let mut host = Host::with_profile(Profile::faithful());
    conformance(&mut host.recorder).unwrap();
    let odd = Profile {
        max_transfer: 65_536,
        alignment: 512,
        ..Profile::faithful()
    };
    let mut host = Host::with_blank(odd);
    conformance(&mut host.recorder).unwrap();
    // Threads may hand it on.
    let mut recorder = Recorder::new(Profile::faithful(), Arc::new(VirtualClock::default()));
    std::thread::spawn(move || conformance(&mut recorder).map(drop))
        .join()
        .unwrap()
        .unwrap();
}

#[test]
fn inquiry_gives_the_profiles_name_even_with_attention_pending() {
    let mut host = Host::with_profile(Profile {
        vendor: "ACME RECORDERS".to_owned(),
        product: "Writer".to_owned(),
        ..Profile::faithful()
    });
    host.recorder.insert(Disc::blank(short_medium()));
    let command = Inquiry {
        vital_product_page: None,
        allocation_length: 96,
    };
    let answer = host.read(command, 96).unwrap();
    let inquiry = InquiryData::decode(&answer).unwrap();
    assert_eq!(inquiry.device_type, DeviceType::MMC);
    assert_eq!(inquiry.vendor.as_str(), "ACME REC");
    assert_eq!(inquiry.product.as_str(), "Writer");
    // As much as was asked for, and no more.
    for allocation_length in [0, 5, 36] {
        let short = Inquiry {
            allocation_length,
            ..command
        };
        let expect = &answer[..usize::from(allocation_length)];
        assert_eq!(host.read(short, 96).unwrap(), expect);
    }
    let page_b0 = Inquiry {
        vital_product_page: Some(0xB0),
        ..command
    };
    check_refused(host.read(page_b0, 96), Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn the_configuration_follows_the_disc() {
    let mut host = Host::with_profile(Profile::faithful());
    let start = FeatureCode::PROFILE_LIST;
    let answer = configuration(&mut host, RequestedFeatures::ALL, start);
    let profile = |answer: &[u8]| Configuration::decode(answer).unwrap().current_profile;
    assert_eq!(profile(&answer), MediumProfile::NONE);
    let all = [
        0x00, 0x01, 0x02, 0x03, 0x10, 0x1D, 0x1E, 0x2D, 0x2E, 0x37, 0x100, 0x103, 0x105, 0x107,
        0x108,
    ];
    assert_eq!(codes(&answer), all);

    let current = |host: &mut Host| {
        let answer = configuration(host, RequestedFeatures::CURRENT, start);
        let always = [0, 1, 2, 3, 0x100, 0x105, 0x108];
        let (always, sometimes): (Vec<_>, Vec<_>) = codes(&answer)
            .into_iter()
            .partition(|code| always.contains(code));
        assert_eq!(always.len(), 7);
        (profile(&answer), sometimes)
    };
    let none = (MediumProfile::NONE, vec![]);
    assert_eq!(current(&mut host), none);
    host.insert(Disc::blank(short_medium()));
    assert_eq!(
        current(&mut host),
        (MediumProfile::CD_R, vec![0x2D, 0x2E, 0x107])
    );
    host.burn(START, &Session::DATA.stream(&short_medium()));
    assert_eq!(
        current(&mut host),
        (MediumProfile::CD_R, vec![0x10, 0x1D, 0x1E, 0x103, 0x107])
    );
    host.insert(Disc::blank(Medium::cd_rw_74()));
    assert_eq!(
        current(&mut host),
        (MediumProfile::CD_RW, vec![0x2D, 0x2E, 0x37, 0x107])
    );
    host.send(StartStopUnit::EJECT, Data::None).unwrap();
    assert_eq!(current(&mut host), none);

    let answer = configuration(&mut host, RequestedFeatures::ALL, FeatureCode::CD_READ);
    assert_eq!(codes(&answer), all[6..]);
    let answer = configuration(&mut host, RequestedFeatures::ONE, FeatureCode::CD_MASTERING);
    assert_eq!(codes(&answer), [0x2E]);
    let answer = configuration(&mut host, RequestedFeatures::ONE, FeatureCode::DVD_READ);
    assert_eq!(codes(&answer), []);
}

#[test]
fn raw_abilities_are_the_profiles() {
    let cases = [
        (vec![], (false, false)),
        (vec![SectorLayout::Pq16], (true, false)),
        (vec![SectorLayout::PackedPw96], (true, true)),
        (vec![SectorLayout::RawPw96], (true, true)),
    ];
    for (block_types, expect) in cases {
        let mut host = Host::with_blank(Profile {
            block_types,
            ..Profile::faithful()
        });
        let one = RequestedFeatures::ONE;
        let answer = configuration(&mut host, one, FeatureCode::CD_MASTERING);
        let mastering = Configuration::decode(&answer)
            .unwrap()
            .cd_mastering()
            .unwrap();
        assert_eq!((mastering.flags.raw, mastering.flags.rw_subcode), expect);
    }
}

#[test]
fn page_2a_tells_speeds_buffer_and_lock() {
    let mut host = Host::blank();
    host.send(PreventAllowMediumRemoval::PREVENT, Data::None)
        .unwrap();
    let read = |host: &mut Host, page_control, page| {
        let command = ModeSense10 {
            page_control,
            ..ModeSense10::current(page, 512)
        };
        host.read(command, 512).unwrap()
    };
    let list = read(&mut host, PageControl::Current, PageCode::ALL);
    let parameters = ModeParameters::decode_sense(&list).unwrap();
    let codes: Vec<_> = parameters
        .pages
        .iter()
        .map(|page| page.code().code())
        .collect();
    assert_eq!(codes, [0x01, 0x05, 0x08, 0x0D, 0x0E, 0x1A, 0x1D, 0x2A]);
    let Some(ModePage::Capabilities(page)) = parameters.page(PageCode::CAPABILITIES) else {
        panic!("{parameters:?}");
    };
    assert!(page.flags.locked && page.flags.buffer_underrun_free && page.flags.write_cd_r);
    assert_eq!(page.buffer_kib, 2048);
    // 48 times 176.4 kB/s.
    assert_eq!(page.current_write_speed(), Speed(8467));
    let speeds = page.write_speeds.unwrap().possible;
    let speeds: Vec<_> = speeds.iter().map(|speed| speed.speed.0).collect();
    assert_eq!(speeds, [8467, 7056, 5644, 4233, 2822, 1411, 705]);

    let mask = read(&mut host, PageControl::Changeable, PageCode::CAPABILITIES);
    let current = read(&mut host, PageControl::Current, PageCode::CAPABILITIES);
    assert_eq!(mask.len(), current.len());
    // Header, page code and length are the same; of the rest only the number of speeds is not zero.
    let ones: Vec<_> = (10..mask.len()).filter(|idx| mask[*idx] != 0).collect();
    assert_eq!(ones, [8 + 31]);
}

#[test]
fn the_atip_is_the_mediums() {
    let medium = Medium::cd_rw_74();
    let mut host = Host::blank();
    host.insert(Disc::blank(medium.clone()));
    let atip = Atip::decode(&host.toc(TocFormat::ATIP, 0).unwrap()).unwrap();
    assert!(atip.rewritable && !atip.unrestricted_use);
    assert_eq!(atip.lead_in_start, BinMsf([97, 27, 0]));
    assert_eq!(atip.last_possible_lead_out, BinMsf([74, 43, 0]));
    assert_eq!(atip.write_power.code(), 5);
    assert_eq!(atip.a1, medium.additional[0]);
    assert_eq!(atip.recording_speeds(), Some((2, 4)));
    assert!(host.disc_information().erasable);
}

#[test]
fn capacity_is_up_to_the_lead_out() {
    let mut host = Host::blank();
    let last = |host: &mut Host| {
        let answer = host.read(ReadCapacity, 8).unwrap();
        Capacity::decode(&answer).unwrap().last_lba
    };
    assert_eq!(last(&mut host), 0);
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    assert_eq!(last(&mut host), 399);
}

#[test]
fn the_track_to_write_depends_on_the_write_type() {
    let mut host = Host::blank();
    for track in [
        TrackSelector::INVISIBLE,
        TrackSelector::Track(1),
        TrackSelector::Session(1),
        TrackSelector::Lba(Lba::ZERO),
    ] {
        let information = track_information(&mut host, track).unwrap();
        assert!(information.flags.blank && !information.flags.damage);
        assert_eq!(information.next_writable, Some(0));
        assert_eq!(information.free_blocks, 359_849);
    }
    check_refused(
        track_information(&mut host, TrackSelector::Track(2)),
        Sense::INVALID_FIELD_IN_CDB,
    );
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let next = |host: &mut Host| {
        let information = track_information(host, TrackSelector::INVISIBLE).unwrap();
        (information.next_writable, information.flags.damage)
    };
    assert_eq!(next(&mut host), (Some(START), false));
    host.write(START, 3, &[0; 3 * RAW_BYTES]).unwrap();
    assert_eq!(next(&mut host), (Some(START + 3), false));
    host.flush().unwrap();
    assert_eq!(next(&mut host), (None, true));
}

#[test]
fn recorded_tracks_are_those_of_the_lead_in() {
    let mut host = Host::blank();
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    let first = (1, 0, 300, TrackMode::DATA, DataMode::MODE_1);
    let second = (2, 300, 100, TrackMode::AUDIO, DataMode::UNKNOWN);
    let at = |lba| TrackSelector::Lba(Lba::new(lba).unwrap());
    let cases = [
        (TrackSelector::Track(1), first),
        (TrackSelector::Track(2), second),
        (TrackSelector::Session(1), first),
        (at(-150), first),
        (at(299), first),
        (at(300), second),
        (at(399), second),
    ];
    for (track, expect) in cases {
        let found = track_information(&mut host, track).unwrap();
        assert_eq!(
            (
                found.track,
                found.start,
                found.size,
                found.track_mode,
                found.data_mode
            ),
            expect,
            "{track:?}"
        );
        assert_eq!(found.next_writable, None);
    }
    for track in [
        TrackSelector::Track(0),
        TrackSelector::Track(3),
        TrackSelector::INVISIBLE,
        TrackSelector::Session(2),
        at(-151),
        at(400),
    ] {
        check_refused(
            track_information(&mut host, track),
            Sense::INVALID_FIELD_IN_CDB,
        );
    }
}

#[test]
fn the_buffer_tells_how_full_it_really_is() {
    let mut host = Host::with_blank(Profile {
        buffer_bytes: 100 * 2448 + 17,
        ..Profile::faithful()
    });
    let total = 100 * 2448;
    let idle = BufferCapacity::Bytes {
        total: total + 17,
        available: total + 17,
    };
    assert_eq!(buffer(&mut host, false), idle);
    host.select_raw(SectorLayout::RawPw96).unwrap();
    assert_eq!(
        buffer(&mut host, true),
        BufferCapacity::Blocks { available: 100 }
    );
    host.write(START, 60, &[0; 60 * RAW_BYTES]).unwrap();
    assert_eq!(
        buffer(&mut host, true),
        BufferCapacity::Blocks { available: 40 }
    );
    let filled = BufferCapacity::Bytes {
        total,
        available: 40 * 2448,
    };
    assert_eq!(buffer(&mut host, false), filled);
    host.flush().unwrap();
    assert_eq!(buffer(&mut host, false), idle);
}

fn opc(host: &mut Host, do_opc: bool, entries: &[u8]) -> Result<usize, Sense> {
    let command = SendOpcInformation {
        do_opc,
        parameter_list_length: u16::try_from(entries.len()).unwrap(),
    };
    host.send(command, Data::Out(entries))
}

#[test]
fn calibration_takes_time_and_a_disc_to_write() {
    let mut host = Host::blank();
    let begin = host.clock.now();
    assert_eq!(opc(&mut host, true, &[]), Ok(0));
    assert!(host.clock.now() - begin >= Profile::faithful().calibration_time);
    assert_eq!(opc(&mut host, false, &[0; 16]), Ok(16));
    check_refused(
        opc(&mut host, false, &[0; 9]),
        Sense::PARAMETER_LIST_LENGTH_ERROR,
    );
    check_refused(opc(&mut host, true, &[0; 8]), Sense::INVALID_FIELD_IN_CDB);
    assert!(host.is_blank());
    host.burn(START, &Session::DATA.stream(&short_medium()));
    check_refused(
        opc(&mut host, true, &[]),
        Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT,
    );
}

fn event(host: &mut Host, classes: EventClasses) -> Answer {
    let command = GetEventStatusNotification {
        polled: true,
        classes,
        allocation_length: 8,
    };
    host.read(command, 8)
}

#[test]
fn comings_and_goings_are_events() {
    let mut host = Host::with_profile(Profile::faithful());
    let check = |host: &mut Host, code, present, tray_open| {
        let answer = event(host, EventClasses::MEDIA).unwrap();
        let Some(Event::Media(event)) = EventStatus::decode(&answer).unwrap().event else {
            panic!("{answer:?}");
        };
        assert_eq!(
            (event.code, event.present, event.tray_open),
            (code, present, tray_open)
        );
    };
    check(&mut host, MediaEventCode::NO_CHANGE, false, false);
    host.insert(Disc::blank(short_medium()));
    check(&mut host, MediaEventCode::NEW_MEDIA, true, false);
    check(&mut host, MediaEventCode::NO_CHANGE, true, false);
    host.send(StartStopUnit::EJECT, Data::None).unwrap();
    check(&mut host, MediaEventCode::MEDIA_REMOVAL, false, true);
    host.send(StartStopUnit::LOAD, Data::None).unwrap();
    check(&mut host, MediaEventCode::NEW_MEDIA, true, false);

    let answer = event(&mut host, EventClasses(1 << 5)).unwrap();
    let status = EventStatus::decode(&answer).unwrap();
    // Several hosts are none of its business.
    let all_but_hosts = EventClasses(0b0101_1110);
    assert_eq!((status.event, status.supported), (None, all_but_hosts));
    let waiting = GetEventStatusNotification {
        polled: false,
        classes: EventClasses::MEDIA,
        allocation_length: 8,
    };
    check_refused(host.read(waiting, 8), Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn the_description_names_the_drive() {
    let host = Host::with_profile(Profile::faithful());
    assert_eq!(
        host.recorder.description(),
        "emulated recorder RAWCD VIRTUAL RECORDER 1.00"
    );
    // However much is on the disc, a failing test prints a line of it.
    let mut host = Host::blank();
    host.burn(START, &Session::DATA.stream(&short_medium()));
    let text = format!("{:?}", host.recorder);
    assert!(
        text.contains("state: Complete") && text.len() < 1000,
        "{text}"
    );
}
