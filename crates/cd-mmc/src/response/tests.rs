use std::vec::Vec;

use cd_address::{Lba, Msf};
use proptest::prelude::*;

use super::*;
use crate::mode_page::{IsrcField, McnField, TrackMode};
use crate::testing::{bytes, check_answer};
use crate::{BinMsf, DecodeError, EventClasses, List, RotationControl};

fn msf(text: &str) -> BinMsf {
    text.parse::<Msf>().unwrap().into()
}

fn blank_disc() -> DiscInformation {
    DiscInformation {
        disc_status: DiscStatus::EMPTY,
        last_session: SessionState::EMPTY,
        erasable: false,
        first_track: 1,
        n_sessions: 1,
        first_track_in_last_session: 1,
        last_track_in_last_session: 1,
        unrestricted_use: false,
        disc_type: DiscType::UNDEFINED,
        disc_identification: None,
        last_session_lead_in: Some(msf("97:34:23")),
        last_possible_lead_out: Some(msf("79:59:73")),
        bar_code: None,
        application_code: None,
    }
}

/// As an emulated recorder answered for a blank disc.
const BLANK_DISC: &str = "00 20 00 01 01 01 01 00 FF 00*8 61 22 17 00 4F 3B 49 00*10";

#[test]
fn disc_information() {
    check_answer!(
        blank_disc(),
        BLANK_DISC,
        DiscInformation::decode,
        DiscInformation::encode_into,
        24
    );
    let complete = DiscInformation {
        disc_status: DiscStatus::COMPLETE,
        last_session: SessionState::COMPLETE,
        erasable: true,
        first_track: 1,
        n_sessions: 0x0102,
        first_track_in_last_session: 0x0203,
        last_track_in_last_session: 0x0304,
        unrestricted_use: true,
        disc_type: DiscType::CD_ROM_XA,
        disc_identification: Some(0xC0FF_EE01),
        last_session_lead_in: None,
        last_possible_lead_out: None,
        bar_code: Some([1, 2, 3, 4, 5, 6, 7, 8]),
        application_code: Some(9),
    };
    let mut out = [0; 34];
    assert_eq!(complete.encode_into(&mut out), 34);
    let expect =
        "00 20 1E 01 02 03 04 F0 20 01 02 03 C0 FF EE 01 FF*8 01 02 03 04 05 06 07 08 09 00";
    assert_eq!(out, *bytes(expect));
    assert_eq!(DiscInformation::decode(&out), Ok(complete));
}

#[test]
fn disc_information_of_another_type_is_refused() {
    let mut answer = bytes(BLANK_DISC);
    answer[2] = 0x20;
    let error = DiscInformation::decode(&answer).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::FieldValue {
            byte: 2,
            value: 1,
            ..
        }
    ));
}

#[test]
fn opc_tables_are_found_behind_the_disc_information() {
    let mut answer = bytes(&BLANK_DISC.replacen("00 20", "00 30", 1));
    answer[33] = 2;
    answer.extend(bytes("02 C0 01 02 03 04 05 06 0B 10 11 12 13 14 15 16"));
    let first = OpcEntry {
        speed: 704,
        values: [1, 2, 3, 4, 5, 6],
    };
    let second = OpcEntry {
        speed: 2832,
        values: [0x11, 0x12, 0x13, 0x14, 0x15, 0x16],
    };
    assert_eq!(DiscInformation::decode(&answer), Ok(blank_disc()));
    let both = [first, second];
    assert_eq!(DiscInformation::opc_tables(&answer), List::of(&both));
    let one = &answer[..49];
    assert_eq!(DiscInformation::opc_tables(one), List::of(&both[..1]));
    assert!(DiscInformation::opc_tables(&answer[..34]).is_empty());
    assert!(DiscInformation::opc_tables(&[]).is_empty());
}

fn cd_r_atip() -> Atip {
    Atip {
        write_power: WritePower::new(5).unwrap(),
        reference_speed: ReferenceSpeed::X2,
        unrestricted_use: true,
        rewritable: false,
        sub_type: DiscSubType::STANDARD,
        lead_in_start: msf("97:34:23"),
        last_possible_lead_out: msf("79:59:73"),
        a1: None,
        a2: None,
        a3: None,
        s4: None,
    }
}

#[test]
fn atip() {
    check_answer!(
        cd_r_atip(),
        "00 1A 00 00 D1 40 80 00 61 22 17 00 4F 3B 49 00 00*12",
        Atip::decode,
        Atip::encode_into,
        15
    );
    let cd_rw = Atip {
        rewritable: true,
        sub_type: DiscSubType::ULTRA_SPEED,
        a1: Some([0x36, 0x2A, 0xB2]),
        a3: Some([7, 8, 9]),
        s4: Some([1, 2, 3]),
        ..cd_r_atip()
    };
    let mut out = [0; 40];
    assert_eq!(cd_rw.encode_into(&mut out), 32);
    let expect =
        "00 1E 00 00 D1 40 D5 00 61 22 17 00 4F 3B 49 00 36 2A B2 00 00*4 07 08 09 00 01 02 03 00";
    assert_eq!(out[..32], bytes(expect));
    assert_eq!(Atip::decode(&out), Ok(cd_rw));
    assert_eq!(cd_rw.recording_speeds(), Some((8, 16)));
    assert_eq!(cd_r_atip().recording_speeds(), None);
}

#[test]
fn atip_cut_short_keeps_what_is_there() {
    let answer = bytes("00 1A 00 00 D1 40 C7 00 61 22 17 00 4F 3B 49 00 24 01 02 00 05 06");
    let atip = Atip::decode(&answer).unwrap();
    assert_eq!(
        (atip.a1, atip.a2, atip.a3),
        (Some([0x24, 1, 2]), None, None)
    );
    assert_eq!(atip.recording_speeds(), Some((4, 8)));
}

/// Some firmware answers BCD: the bytes are kept, both readings are to be had.
#[test]
fn atip_times_keep_their_bytes() {
    let answer = bytes("00 1A 00 00 D1 40 80 00 97 34 23 00 79 59 73 00*13");
    let atip = Atip::decode(&answer).unwrap();
    assert!(atip.lead_in_start.to_msf().is_err());
    assert_eq!(atip.lead_in_start.as_bcd().to_msf(), "97:34:23".parse());
}

fn track(control: u8, track: u8, address: TocAddress) -> TocTrack {
    TocTrack {
        adr_control: AdrControl::new(1, control),
        track,
        address,
    }
}

#[test]
fn toc_by_address_and_by_time() {
    let at = |lba| TocAddress::from_lba(Lba::new(lba).unwrap());
    let tracks = [
        track(4, 1, at(0)),
        track(0, 2, at(600)),
        track(0, TocTrack::LEAD_OUT, at(1000)),
    ];
    check_answer!(
        Toc {
            first_track: 1,
            last_track: 2,
            tracks: List::of(&tracks)
        },
        "00 1A 01 02 00 14 01 00 00 00 00 00 00 10 02 00 00 00 02 58 00 10 AA 00 00 00 03 E8",
        Toc::decode,
        Toc::encode_into,
        28
    );
    let at = |time: &str| TocAddress::from_msf(time.parse().unwrap());
    let tracks = [
        track(4, 1, at("00:02:00")),
        track(4, TocTrack::LEAD_OUT, at("79:59:73")),
    ];
    check_answer!(
        Toc {
            first_track: 1,
            last_track: 1,
            tracks: List::of(&tracks)
        },
        "00 12 01 01 00 14 01 00 00 00 02 00 00 14 AA 00 00 4F 3B 49",
        Toc::decode,
        Toc::encode_into,
        20
    );
    let lead_out = tracks[1];
    assert_eq!(lead_out.address.msf(), msf("79:59:73"));
    assert_eq!(
        (lead_out.adr_control.adr(), lead_out.adr_control.control()),
        (1, 4)
    );
    assert_eq!(TocAddress([0xFF, 0xFF, 0xFF, 0x6A]).lba(), -150);
}

#[test]
fn session_information() {
    let first_track = track(4, 1, TocAddress::from_lba(Lba::ZERO));
    check_answer!(
        SessionInformation {
            first_session: 1,
            last_session: 1,
            first_track
        },
        "00 0A 01 01 00 14 01 00 00 00 00 00",
        SessionInformation::decode,
        SessionInformation::encode_into,
        12
    );
}

fn entry(point: u8, point_time: [u8; 3]) -> FullTocEntry {
    FullTocEntry {
        session: 1,
        adr_control: AdrControl(0x14),
        tno: 0,
        point,
        time: BinMsf([0; 3]),
        zero: 0,
        point_time: BinMsf(point_time),
    }
}

#[test]
fn full_toc_and_pma() {
    let mut entries = [
        entry(0xA0, [1, 0x20, 0]),
        entry(0xA1, [1, 0, 0]),
        entry(0xA2, [79, 59, 73]),
        entry(1, [0, 2, 0]),
    ];
    let listed = "01 14 00 A0 00 00 00 00 01 20 00 01 14 00 A1 00 00 00 00 01 00 00 \
                  01 14 00 A2 00 00 00 00 4F 3B 49 01 14 00 01 00 00 00 00 00 02 00";
    check_answer!(
        FullToc {
            first_session: 1,
            last_session: 1,
            entries: List::of(&entries)
        },
        &["00 2E 01 01 ", listed].concat(),
        FullToc::decode,
        FullToc::encode_into,
        48
    );
    entries[0].session = 0;
    check_answer!(
        Pma {
            entries: List::of(&entries[..1])
        },
        "00 0D 00 00 00 14 00 A0 00 00 00 00 01 20 00",
        Pma::decode,
        Pma::encode_into,
        15
    );
    check_answer!(
        Pma {
            entries: List::EMPTY
        },
        "00 02 00 00",
        Pma::decode,
        Pma::encode_into,
        4
    );
}

#[test]
fn cd_text() {
    let mut pack = [0; 18];
    pack.copy_from_slice(&bytes("80 00 00 0C 41*12 12 34"));
    let packs = [pack, pack];
    check_answer!(
        CdText {
            packs: List::of(&packs)
        },
        "00 26 00 00 80 00 00 0C 41*12 12 34 80 00 00 0C 41*12 12 34",
        CdText::decode,
        CdText::encode_into,
        40
    );
}

fn drive() -> InquiryData {
    InquiryData {
        qualifier: PeripheralQualifier::CONNECTED,
        device_type: DeviceType::MMC,
        removable: true,
        version: 0,
        vendor: AsciiField::new("PLEXTOR"),
        product: AsciiField::new("CD-R   PX-W5224A"),
        revision: AsciiField::new("1.04"),
    }
}

#[test]
fn inquiry_data() {
    check_answer!(
        drive(),
        "05 80 00 02 1F 00 00 00 50 4C 45 58 54 4F 52 20 \
         43 44 2D 52 20 20 20 50 58 2D 57 35 32 32 34 41 31 2E 30 34",
        InquiryData::decode,
        InquiryData::encode_into,
        36
    );
    assert_eq!(drive().vendor.as_str(), "PLEXTOR");
    assert_eq!(std::format!("[{:8}]", drive().vendor), "[PLEXTOR ]");
}

#[test]
fn inquiry_text_is_cleaned() {
    let mut answer = bytes("05 80 00 02 1F 00 00 00 20*28");
    answer[8..16].copy_from_slice(b"A\x1B[\xFF B\0\0");
    answer[32..].fill(0);
    let data = InquiryData::decode(&answer).unwrap();
    assert_eq!(data.vendor.as_str(), "A?[? B");
    assert_eq!((data.product.as_str(), data.revision.as_str()), ("", ""));
    assert_eq!(AsciiField::<4>::new("longer").as_str(), "long");
    assert_eq!(AsciiField::<8>::new("\u{e9}t\u{e9}").as_str(), "??t??");
}

#[test]
#[expect(clippy::too_many_lines, reason = "the one list of all features")]
fn configuration() {
    let profiles = [
        ProfileDescriptor {
            profile: Profile::CD_RW,
            current: false,
        },
        ProfileDescriptor {
            profile: Profile::CD_R,
            current: true,
        },
    ];
    let describe = |feature| FeatureDescriptor {
        version: FeatureVersion::ONE,
        persistent: false,
        current: true,
        feature,
    };
    let features = [
        FeatureDescriptor {
            version: FeatureVersion::ZERO,
            persistent: true,
            ..describe(Feature::ProfileList(List::of(&profiles)))
        },
        describe(Feature::Core(Core {
            physical_interface: 7,
            device_busy_events: true,
        })),
        describe(Feature::RemovableMedium(RemovableMedium {
            loading_mechanism: LoadingMechanism::TRAY,
            eject: true,
            prevent_jumper: false,
            lock: true,
        })),
        describe(Feature::CdRead(CdRead {
            c2_flags: true,
            cd_text: true,
            ..CdRead::NONE
        })),
        describe(Feature::CdTrackAtOnce(CdTrackAtOnce {
            flags: TrackAtOnceFlags {
                test_write: true,
                cd_rw: true,
                ..TrackAtOnceFlags::NONE
            },
            data_types: 0x3F0F,
        })),
        describe(Feature::CdMastering(CdMastering {
            flags: MasteringFlags {
                buffer_underrun_free: true,
                session_at_once: true,
                raw: true,
                test_write: true,
                cd_rw: true,
                rw_subcode: true,
                ..MasteringFlags::NONE
            },
            max_cue_sheet_bytes: 0x0C60,
        })),
        describe(Feature::CdRwMediaWriteSupport(CdRwMediaWriteSupport {
            sub_types: 0x07,
        })),
        FeatureDescriptor {
            current: false,
            ..describe(Feature::Other {
                code: FeatureCode::REAL_TIME_STREAMING,
                data: &[1, 2, 3, 4],
            })
        },
    ];
    let value = Configuration {
        current_profile: Profile::CD_R,
        features: List::of(&features),
    };
    check_answer!(
        value,
        "00 00 00 4C 00 00 00 09 00 00 03 08 00 0A 00 00 00 09 01 00 \
         00 01 05 08 00 00 00 07 01 00 00 00 00 03 05 04 29 00 00 00 00 1E 05 04 03 00 00 00 \
         00 2D 05 04 06 00 3F 0F 00 2E 05 04 6F 00 0C 60 00 37 05 04 00 07 00 00 \
         01 07 04 04 01 02 03 04",
        Configuration::decode,
        Configuration::encode_into,
        80
    );
    assert!(value.cd_mastering().unwrap().flags.raw);
    assert_eq!(value.feature(FeatureCode::CD_READ), Some(features[3]));
    assert_eq!(value.feature(FeatureCode::TIMEOUT), None);
}

#[test]
fn a_feature_shorter_than_the_standards_is_other() {
    let answer = bytes("00 00 00 0A 00 00 00 00 00 2E 01 02 7F 00");
    let value = Configuration::decode(&answer).unwrap();
    let expect = Feature::Other {
        code: FeatureCode::CD_MASTERING,
        data: &[0x7F, 0],
    };
    assert_eq!(
        value.features.iter().next().map(|d| d.feature),
        Some(expect)
    );
    assert_eq!(value.cd_mastering(), None);
    assert!(
        Configuration::decode(&[0xFF; 60]).is_err(),
        "a length past all memory"
    );
    let header_cut = Configuration::decode(&bytes("00 00 00 02 00 00 00 09")).unwrap_err();
    assert!(matches!(
        header_cut,
        DecodeError::TooShort {
            needed: 8,
            got: 6,
            ..
        }
    ));
}

#[test]
fn long_lists_in_a_feature_are_cut() {
    let many = [ProfileDescriptor {
        profile: Profile::CD_R,
        current: true,
    }; 100];
    let feature = |feature| FeatureDescriptor {
        version: FeatureVersion::ZERO,
        persistent: false,
        current: false,
        feature,
    };
    let other = Feature::Other {
        code: FeatureCode::TIMEOUT,
        data: &[5; 300],
    };
    let features = [
        feature(Feature::ProfileList(List::of(&many))),
        feature(other),
    ];
    let value = Configuration {
        current_profile: Profile::NONE,
        features: List::of(&features),
    };
    let mut out = [0; 900];
    let len = value.encode_into(&mut out);
    assert_eq!(len, 8 + 4 + 252 + 4 + 255);
    assert_eq!(
        Configuration::decode(&out[..len]).map(|value| value.features.len()),
        Ok(2)
    );
}

fn blank_track() -> TrackInformation {
    TrackInformation {
        track: 1,
        session: 1,
        flags: TrackFlags {
            blank: true,
            ..TrackFlags::NONE
        },
        track_mode: TrackMode::DATA,
        data_mode: DataMode::MODE_1,
        start: 0,
        next_writable: Some(-11_077),
        free_blocks: 359_847,
        packet_size: 0,
        size: 359_847,
        last_recorded: None,
    }
}

#[test]
fn track_information() {
    check_answer!(
        blank_track(),
        "00 22 01 01 00 04 41 01 00 00 00 00 FF FF D4 BB 00 05 7D A7 00 00 00 00 00 05 7D A7 00*8",
        TrackInformation::decode,
        TrackInformation::encode_into,
        28
    );
    let recorded = TrackInformation {
        track: 0x0102,
        session: 0x0304,
        flags: TrackFlags {
            damage: true,
            copy: true,
            fixed_packet: true,
            ..TrackFlags::NONE
        },
        data_mode: DataMode::UNKNOWN,
        next_writable: None,
        last_recorded: Some(1000),
        ..blank_track()
    };
    check_answer!(
        recorded,
        "00 22 02 04 00 34 1F 02 00 00 00 00 00 00 00 00 00 05 7D A7 00 00 00 00 00 05 7D A7 \
         00 00 03 E8 01 03 00 00",
        TrackInformation::decode,
        TrackInformation::encode_into,
        28
    );
    let older = bytes("00 1A 01 01 00 04 41 03 00*20");
    assert_eq!(
        TrackInformation::decode(&older).unwrap().last_recorded,
        None
    );
}

#[test]
fn capacities() {
    check_answer!(
        Capacity {
            last_lba: 0x0102_0304,
            block_bytes: 2048
        },
        "01 02 03 04 00 00 08 00",
        Capacity::decode,
        Capacity::encode_into,
        8
    );
    check_answer!(
        BufferCapacity::Bytes {
            total: 0x0020_0000,
            available: 0x0001_0203
        },
        "00 0A 00 00 00 20 00 00 00 01 02 03",
        BufferCapacity::decode,
        BufferCapacity::encode_into,
        12
    );
    check_answer!(
        BufferCapacity::Blocks { available: 26 },
        "00 0A 00 01 00 00 00 00 00 00 00 1A",
        BufferCapacity::decode,
        BufferCapacity::encode_into,
        12
    );
}

#[test]
fn event_status() {
    let event = MediaEvent {
        code: MediaEventCode::NEW_MEDIA,
        present: true,
        tray_open: false,
        start_slot: 1,
        end_slot: 2,
    };
    check_answer!(
        EventStatus {
            supported: EventClasses::MEDIA,
            event: Some(Event::Media(event))
        },
        "00 06 04 10 02 02 01 02",
        EventStatus::decode,
        EventStatus::encode_into,
        8
    );
    check_answer!(
        EventStatus {
            supported: EventClasses(0x52),
            event: None
        },
        "00 02 80 52",
        EventStatus::decode,
        EventStatus::encode_into,
        4
    );
    let busy = Event::Other {
        class: EventClass::DEVICE_BUSY,
        data: [1, 2, 3, 4],
    };
    check_answer!(
        EventStatus {
            supported: EventClasses(0x40),
            event: Some(busy)
        },
        "00 06 06 40 01 02 03 04",
        EventStatus::decode,
        EventStatus::encode_into,
        8
    );
    assert!(EventClasses(0x52).contains(EventClasses::MEDIA));
    assert!(!EventClasses(0x42).contains(EventClasses::MEDIA));
}

#[test]
fn no_two_flags_share_a_bit() {
    let all = [
        CdRead::FIELDS,
        TrackAtOnceFlags::FIELDS,
        MasteringFlags::FIELDS,
        TrackFlags::FIELDS,
    ];
    for fields in all {
        let mut places: Vec<_> = fields.iter().map(|f| (f.byte(), f.msb())).collect();
        places.sort_unstable();
        assert!(places.is_sorted_by(|a, b| a < b));
    }
}

/// A drive that has 48 bytes and room for 4 says so; the length to ask for next is in the error.
#[test]
fn a_list_cut_off_tells_how_long_it_is() {
    let error = FullToc::decode(&bytes("00 2E 01 01")).unwrap_err();
    let expect = "full table of contents: 4 bytes, at least 48 are needed";
    assert_eq!(std::string::ToString::to_string(&error), expect);
}

fn write_speed(rotation: RotationControl, write_kilobytes: u32) -> WriteSpeedDescriptor {
    WriteSpeedDescriptor {
        rotation,
        default_read_speed: false,
        exact: false,
        mixed: false,
        end: 359_848,
        read_kilobytes: 8467,
        write_kilobytes,
    }
}

#[test]
fn write_speeds() {
    let speeds = [
        write_speed(RotationControl::CAV, 8467),
        WriteSpeedDescriptor {
            default_read_speed: true,
            exact: true,
            mixed: true,
            ..write_speed(RotationControl::DEFAULT, 2822)
        },
    ];
    check_answer!(
        WriteSpeedList {
            descriptors: List::EMPTY
        },
        "00 00 00 04 00 00 00 00",
        WriteSpeedList::decode,
        WriteSpeedList::encode_into,
        8
    );
    let whole = bytes(
        "00 00 00 24 00 00 00 00 08 00 00 00 00 05 7D A8 00 00 21 13 00 00 21 13
         07 00 00 00 00 05 7D A8 00 00 21 13 00 00 0B 06",
    );
    let list = WriteSpeedList {
        descriptors: List::of(&speeds),
    };
    let mut out = [0xEE; 60];
    assert_eq!(list.encode_into(&mut out), 40);
    assert_eq!(out[..40], whole);
    assert_eq!(WriteSpeedList::decode(&out), Ok(list));
    // An answer that the command had cut short is what came of it.
    for (n_bytes, n_speeds) in [(8, 0), (23, 0), (24, 1), (39, 1), (40, 2)] {
        let cut = WriteSpeedList::decode(&whole[..n_bytes]).unwrap();
        assert_eq!(cut.descriptors, List::of(&speeds[..n_speeds]));
    }
}

#[test]
fn performance() {
    check_answer!(
        Performance {
            write: true,
            descriptors: List::EMPTY
        },
        "00 00 00 04 02 00 00 00",
        Performance::decode,
        Performance::encode_into,
        8
    );
    let run = [PerformanceDescriptor {
        start: -150,
        start_kilobytes: 3528,
        end: 359_848,
        end_kilobytes: 8467,
    }];
    let value = Performance {
        write: false,
        descriptors: List::of(&run),
    };
    let expect = "00 00 00 14 00 00 00 00 FF FF FF 6A 00 00 0D C8 00 05 7D A8 00 00 21 13";
    let mut out = [0; 24];
    assert_eq!(value.encode_into(&mut out), 24);
    assert_eq!(out, *bytes(expect));
    assert_eq!(Performance::decode(&out), Ok(value));
    let exceptions = Performance::decode(&[0, 0, 0, 4, 1, 0, 0, 0]);
    assert!(matches!(
        exceptions,
        Err(DecodeError::FieldValue {
            byte: 4,
            bit: 0,
            ..
        })
    ));
}

#[test]
fn streaming() {
    let value = Streaming {
        rotation: RotationControl::CAV,
        restore_defaults: false,
        exact: true,
        random_access: false,
        start: 0,
        end: 359_848,
        read_kilobytes: 8467,
        read_milliseconds: 1000,
        write_kilobytes: 2822,
        write_milliseconds: 1000,
    };
    check_answer!(
        value,
        "0A 00 00 00 00 00 00 00 00 05 7D A8 00 00 21 13 00 00 03 E8 00 00 0B 06 00 00 03 E8",
        Streaming::decode,
        Streaming::encode_into,
        28
    );
}

#[test]
fn sub_channel() {
    let of = |data| SubChannel {
        audio_status: AudioStatus::NONE,
        data,
    };
    check_answer!(
        of(None),
        "00 15 00 00",
        SubChannel::decode,
        SubChannel::encode_into,
        4
    );
    let position = SubChannelData::Position {
        adr_control: AdrControl::new(1, 4),
        track: 2,
        index: 1,
        absolute: TocAddress([0, 1, 2, 3]),
        relative: TocAddress([0, 0, 59, 74]),
    };
    check_answer!(
        of(Some(position)),
        "00 15 00 0C 01 14 02 01 00 01 02 03 00 00 3B 4A",
        SubChannel::decode,
        SubChannel::encode_into,
        16
    );
    let mcn = SubChannelData::Mcn(McnField::new(b"1234567890128"));
    check_answer!(
        of(Some(mcn)),
        "00 15 00 14 02 00 00 00 80 31 32 33 34 35 36 37 38 39 30 31 32 38 00 00",
        SubChannel::decode,
        SubChannel::encode_into,
        24
    );
    let isrc = SubChannelData::Isrc {
        adr_control: AdrControl::new(3, 0),
        track: 7,
        isrc: IsrcField::new(b"USABC0212345"),
    };
    check_answer!(
        of(Some(isrc)),
        "00 15 00 14 03 30 07 00 80 55 53 41 42 43 30 32 31 32 33 34 35 00*3",
        SubChannel::decode,
        SubChannel::encode_into,
        24
    );
    let unknown = SubChannel::decode(&bytes("00 15 00 0C 04 00*11"));
    assert!(matches!(
        unknown,
        Err(DecodeError::FieldValue {
            byte: 4,
            value: 4,
            ..
        })
    ));
}

fn any_msf() -> impl Strategy<Value = BinMsf> {
    any::<[u8; 3]>().prop_map(BinMsf)
}

fn any_disc_information() -> impl Strategy<Value = DiscInformation> {
    let codes = (0_u8..4, 0_u8..4, any::<[u8; 2]>(), any::<[bool; 2]>());
    let numbers = any::<[u16; 3]>();
    let msf = || {
        let some = any_msf().prop_filter("FF FF FF is none", |msf| msf.0 != [0xFF; 3]);
        prop::option::of(some)
    };
    let rest = any::<(Option<u32>, Option<[u8; 8]>, Option<u8>)>();
    (codes, numbers, msf(), msf(), rest).prop_map(|(codes, numbers, lead_in, lead_out, rest)| {
        let (status, state, [first_track, disc_type], [erasable, unrestricted_use]) = codes;
        let [
            n_sessions,
            first_track_in_last_session,
            last_track_in_last_session,
        ] = numbers;
        DiscInformation {
            disc_status: DiscStatus::new(status).unwrap(),
            last_session: SessionState::new(state).unwrap(),
            erasable,
            first_track,
            n_sessions,
            first_track_in_last_session,
            last_track_in_last_session,
            unrestricted_use,
            disc_type: DiscType::new(disc_type).unwrap(),
            disc_identification: rest.0,
            last_session_lead_in: lead_in,
            last_possible_lead_out: lead_out,
            bar_code: rest.1,
            application_code: rest.2,
        }
    })
}

fn any_atip() -> impl Strategy<Value = Atip> {
    let codes = (0_u8..8, 0_u8..8, 0_u8..8, any::<[bool; 2]>());
    let more = any::<[Option<[u8; 3]>; 4]>();
    (codes, any_msf(), any_msf(), more).prop_map(|(codes, lead_in, lead_out, [a1, a2, a3, s4])| {
        let (power, speed, sub_type, [unrestricted_use, rewritable]) = codes;
        Atip {
            write_power: WritePower::new(power).unwrap(),
            reference_speed: ReferenceSpeed::new(speed).unwrap(),
            unrestricted_use,
            rewritable,
            sub_type: DiscSubType::new(sub_type).unwrap(),
            lead_in_start: lead_in,
            last_possible_lead_out: lead_out,
            a1,
            a2,
            a3,
            s4,
        }
    })
}

proptest! {
    #[test]
    fn disc_information_round_trips(value in any_disc_information()) {
        let mut out = [0; 34];
        prop_assert_eq!(value.encode_into(&mut out), 34);
        prop_assert_eq!(DiscInformation::decode(&out), Ok(value));
    }

    #[test]
    fn atip_round_trips(value in any_atip()) {
        let mut out = [0; 32];
        let len = value.encode_into(&mut out);
        prop_assert_eq!(Atip::decode(&out[..len]), Ok(value));
    }

    #[test]
    fn lists_round_trip(raw in prop::collection::vec(any::<[u8; 11]>(), 0..100), two in any::<[u8; 2]>()) {
        let entries: Vec<FullTocEntry> = List::in_bytes(raw.as_flattened()).iter().collect();
        prop_assert_eq!(entries.len(), raw.len());
        let [first_session, last_session] = two;
        let value = FullToc { first_session, last_session, entries: List::of(&entries) };
        let mut out = [0; 1200];
        let len = value.encode_into(&mut out);
        prop_assert_eq!(FullToc::decode(&out[..len]), Ok(value));
        prop_assert_eq!(&out[4..len], raw.as_flattened());
    }

    /// Nothing panics, and what was understood once is understood again.
    #[test]
    fn any_bytes_decode_or_say_why(mut bytes in prop::collection::vec(any::<u8>(), 0..80), short in 0..80_u8) {
        if let [high, low, ..] = &mut *bytes {
            (*high, *low) = (0, short);
        }
        let mut out = [0; 200];
        macro_rules! again {
            ($($answer:ident)*) => {$(
                if let Ok(value) = $answer::decode(&bytes) {
                    let len = value.encode_into(&mut out);
                    prop_assert_eq!($answer::decode(&out[..len]), Ok(value));
                }
            )*};
        }
        again!(DiscInformation Atip Toc SessionInformation FullToc Pma CdText);
        again!(InquiryData TrackInformation Capacity BufferCapacity EventStatus);
        again!(SubChannel Streaming);
        let _ = DiscInformation::opc_tables(&bytes).len();
        if let [_, _, high, low, ..] = &mut *bytes {
            (*high, *low) = (0, short);
        }
        again!(Configuration Performance WriteSpeedList);
    }
}

#[test]
fn answers_about_the_device() {
    let mechanism = MechanismStatus::new(MechanismState::PLAYING, true, Lba::new(-150).unwrap());
    check_answer!(
        mechanism,
        "00 30 FF FF 6A 01 00 00",
        MechanismStatus::decode,
        MechanismStatus::encode_into,
        8
    );
    let header = SectorHeader {
        mode: 2,
        address: TocAddress::from_msf(Lba::new(16).unwrap().to_msf()),
    };
    check_answer!(
        header,
        "02 00 00 00 00 00 02 10",
        SectorHeader::decode,
        SectorHeader::encode_into,
        8
    );
    let buffer = BufferDescriptor {
        offset_boundary: 0,
        capacity: 2 << 20,
    };
    check_answer!(
        buffer,
        "00 20 00 00",
        BufferDescriptor::decode,
        BufferDescriptor::encode_into,
        4
    );
    check_answer!(
        LunList { n_units: 1 },
        "00 00 00 08 00*12",
        LunList::decode,
        LunList::encode_into,
        8
    );
    check_answer!(
        LunList { n_units: 2 },
        "00 00 00 10 00*12 00 01 00*6",
        LunList::decode,
        LunList::encode_into,
        8
    );
}

#[test]
fn vital_product_pages() {
    let check = |page: VitalProductPage<'_>, hex: &str| {
        let expect = bytes(hex);
        let mut out = [0xEE; 64];
        assert_eq!(page.encode_into(&mut out), expect.len());
        assert_eq!(&out[..expect.len()], expect);
        assert_eq!(page.code(), expect[1]);
        assert_eq!(page.encode_into(&mut out[..5]), 5);
    };
    check(
        VitalProductPage::Supported(&[0x00, 0x80, 0x83]),
        "05 00 00 03 00 80 83",
    );
    check(VitalProductPage::SerialNumber("A1"), "05 80 00 02 41 31");
    check(
        VitalProductPage::Identification {
            vendor: AsciiField::new("V"),
            product: AsciiField::new("P"),
            serial_number: "7",
        },
        "05 83 00 1D 02 01 00 19 56 20*7 50 20*15 37",
    );
}
