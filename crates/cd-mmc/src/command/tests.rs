use std::collections::BTreeSet;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use cd_address::{Lba, Sectors};
use proptest::prelude::*;

use super::*;
use crate::FieldPointer;

fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.split_whitespace();
    digits
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect()
}

/// Those that this project's own writer never sends, as other programs do.
#[expect(clippy::too_many_lines, reason = "one list of commands")]
fn of_other_programs() -> Vec<(Command, &'static str, &'static str)> {
    let read_cd = ReadCd::raw_96(lba(-150), Sectors::new(1).unwrap());
    let cd_msf = ReadCdMsf {
        sector_type: read_cd.sector_type,
        digital_audio_play: false,
        start: crate::BinMsf([0, 2, 16]),
        end: crate::BinMsf([79, 59, 74]),
        main_channel: read_cd.main_channel,
        c2: C2Selection::C2,
        sub_channel: SubChannelSelection::Q,
    };
    let select = ModeSelect6 {
        page_format: true,
        save_pages: false,
        parameter_list_length: 56,
    };
    let sense = ModeSense6 {
        disable_block_descriptors: true,
        page_control: PageControl::Default,
        page: PageCode::CAPABILITIES,
        allocation_length: 128,
    };
    let put = WriteBuffer {
        mode: BufferMode::DATA,
        buffer_id: 0,
        offset: 0x01_0203,
        parameter_list_length: 0x00_FC00,
    };
    let fetch = ReadBuffer {
        mode: BufferMode::DESCRIPTOR,
        buffer_id: 0,
        offset: 0,
        allocation_length: 4,
    };
    let header = ReadHeader {
        msf: true,
        lba: lba(16),
        allocation_length: 8,
    };
    let play_msf = PlayAudioMsf {
        start: crate::BinMsf([0, 2, 0]),
        end: crate::BinMsf([3, 4, 5]),
    };
    let play = |n_blocks| PlayAudio12 {
        lba: lba(-1),
        n_blocks,
    };
    let luns = ReportLuns {
        select_report: 0,
        allocation_length: 0x0001_0010,
    };
    let load = LoadUnloadMedium {
        immediate: true,
        load_unload: true,
        start: true,
        slot: 3,
    };
    let mechanism = ReadMechanismStatus {
        allocation_length: 8,
    };
    let streamed = Read12 {
        streaming: true,
        ..Read12::new(lba(16), 0x0102_0304)
    };
    vec![
        (RezeroUnit.into(), "REZERO UNIT", "01 00 00 00 00 00"),
        (select.into(), "MODE SELECT (6)", "15 10 00 00 38 00"),
        (sense.into(), "MODE SENSE (6)", "1A 08 AA 00 80 00"),
        (
            Seek10 { lba: lba(16) }.into(),
            "SEEK (10)",
            "2B 00 00 00 00 10 00 00 00 00",
        ),
        (
            Verify10::new(lba(16), 0x0102).into(),
            "VERIFY (10)",
            "2F 00 00 00 00 10 00 01 02 00",
        ),
        (put.into(), "WRITE BUFFER", "3B 02 00 01 02 03 00 FC 00 00"),
        (fetch.into(), "READ BUFFER", "3C 03 00 00 00 00 00 00 04 00"),
        (
            header.into(),
            "READ HEADER",
            "44 02 00 00 00 10 00 00 08 00",
        ),
        (
            PlayAudio10 {
                lba: lba(0),
                n_blocks: 0x0102,
            }
            .into(),
            "PLAY AUDIO (10)",
            "45 00 00 00 00 00 00 01 02 00",
        ),
        (
            play_msf.into(),
            "PLAY AUDIO MSF",
            "47 00 00 00 02 00 03 04 05 00",
        ),
        (
            PauseResume { resume: true }.into(),
            "PAUSE/RESUME",
            "4B 00 00 00 00 00 00 00 01 00",
        ),
        (
            StopPlayScan.into(),
            "STOP PLAY/SCAN",
            "4E 00 00 00 00 00 00 00 00 00",
        ),
        (
            luns.into(),
            "REPORT LUNS",
            "A0 00 00 00 00 00 00 01 00 10 00 00",
        ),
        (
            play(75).into(),
            "PLAY AUDIO (12)",
            "A5 00 FF FF FF FF 00 00 00 4B 00 00",
        ),
        (
            load.into(),
            "LOAD/UNLOAD MEDIUM",
            "A6 01 00 00 03 00 00 00 03 00 00 00",
        ),
        (
            streamed.into(),
            "READ (12)",
            "A8 00 00 00 00 10 01 02 03 04 80 00",
        ),
        (
            Write12::new(lba(-150), 26).into(),
            "WRITE (12)",
            "AA 00 FF FF FF 6A 00 00 00 1A 00 00",
        ),
        (
            cd_msf.into(),
            "READ CD MSF",
            "B9 00 00 00 02 10 4F 3B 4A FA 02 00",
        ),
        (
            mechanism.into(),
            "MECHANISM STATUS",
            "BD 00 00 00 00 00 00 00 00 08 00 00",
        ),
    ]
}

/// Every command, with the bytes and the name it must have. Those of raw recording are as recorders were
/// seen to get them from other writers.
#[expect(clippy::too_many_lines, reason = "the one list of all commands")]
fn all() -> Vec<(Command, &'static str, &'static str)> {
    let mut all = Vec::new();
    let mut add = |command: Command, name, hex| all.push((command, name, hex));
    add(TestUnitReady.into(), "TEST UNIT READY", "00 00 00 00 00 00");
    add(
        RequestSense {
            descriptor_format: true,
            allocation_length: 18,
        }
        .into(),
        "REQUEST SENSE",
        "03 01 00 00 12 00",
    );
    add(
        Inquiry {
            vital_product_page: None,
            allocation_length: 44,
        }
        .into(),
        "INQUIRY",
        "12 00 00 00 2C 00",
    );
    add(
        Inquiry {
            vital_product_page: Some(0x80),
            allocation_length: 0x0102,
        }
        .into(),
        "INQUIRY",
        "12 01 80 01 02 00",
    );
    add(
        StartStopUnit::EJECT.into(),
        "START STOP UNIT",
        "1B 00 00 00 02 00",
    );
    add(
        StartStopUnit {
            immediate: true,
            power_condition: PowerCondition::STANDBY,
            ..StartStopUnit::LOAD
        }
        .into(),
        "START STOP UNIT",
        "1B 01 00 00 33 00",
    );
    add(
        PreventAllowMediumRemoval::PREVENT.into(),
        "PREVENT ALLOW MEDIUM REMOVAL",
        "1E 00 00 00 01 00",
    );
    add(
        ReadCapacity.into(),
        "READ CAPACITY",
        "25 00 00 00 00 00 00 00 00 00",
    );
    add(
        Read10::new(lba(16), 0x0102).into(),
        "READ (10)",
        "28 00 00 00 00 10 00 01 02 00",
    );
    add(
        Write10::new(lba(-11_077), 26).into(),
        "WRITE (10)",
        "2A 00 FF FF D4 BB 00 00 1A 00",
    );
    add(
        SynchronizeCache::all(false).into(),
        "SYNCHRONIZE CACHE",
        "35 00 00 00 00 00 00 00 00 00",
    );
    add(
        SynchronizeCache::all(true).into(),
        "SYNCHRONIZE CACHE",
        "35 02 00 00 00 00 00 00 00 00",
    );
    add(
        ReadSubChannel::of(SubChannelFormat::MCN, 0).into(),
        "READ SUB-CHANNEL",
        "42 02 40 02 00 00 00 00 18 00",
    );
    add(
        ReadSubChannel {
            msf: false,
            ..ReadSubChannel::of(SubChannelFormat::ISRC, 12)
        }
        .into(),
        "READ SUB-CHANNEL",
        "42 00 40 03 00 00 0C 00 18 00",
    );
    add(
        ReadTocPmaAtip {
            msf: false,
            format: TocFormat::SESSION_INFORMATION,
            track_session: 0,
            allocation_length: 12,
        }
        .into(),
        "READ TOC/PMA/ATIP",
        "43 00 01 00 00 00 00 00 0C 00",
    );
    add(
        ReadTocPmaAtip {
            msf: true,
            format: TocFormat::FULL_TOC,
            track_session: 1,
            allocation_length: 0x0FFF,
        }
        .into(),
        "READ TOC/PMA/ATIP",
        "43 02 02 00 00 00 01 0F FF 00",
    );
    add(
        GetConfiguration {
            requested: RequestedFeatures::ONE,
            starting_feature: 0x002E,
            allocation_length: 8,
        }
        .into(),
        "GET CONFIGURATION",
        "46 02 00 2E 00 00 00 00 08 00",
    );
    add(
        GetEventStatusNotification {
            polled: true,
            classes: EventClasses::MEDIA,
            allocation_length: 8,
        }
        .into(),
        "GET EVENT STATUS NOTIFICATION",
        "4A 01 00 00 10 00 00 00 08 00",
    );
    add(
        ReadDiscInformation::standard(34).into(),
        "READ DISC INFORMATION",
        "51 00 00 00 00 00 00 00 22 00",
    );
    add(
        ReadTrackInformation {
            open: false,
            track: TrackSelector::INVISIBLE,
            allocation_length: 28,
        }
        .into(),
        "READ TRACK INFORMATION",
        "52 01 00 00 00 FF 00 00 1C 00",
    );
    add(
        ReadTrackInformation {
            open: true,
            track: TrackSelector::Lba(lba(-150)),
            allocation_length: 36,
        }
        .into(),
        "READ TRACK INFORMATION",
        "52 04 FF FF FF 6A 00 00 24 00",
    );
    add(
        SendOpcInformation::CALIBRATE.into(),
        "SEND OPC INFORMATION",
        "54 01 00 00 00 00 00 00 00 00",
    );
    add(
        ModeSelect10::new(0x3C).into(),
        "MODE SELECT (10)",
        "55 10 00 00 00 00 00 00 3C 00",
    );
    add(
        ModeSense10::current(PageCode::WRITE_PARAMETERS, 164).into(),
        "MODE SENSE (10)",
        "5A 00 05 00 00 00 00 00 A4 00",
    );
    add(
        ModeSense10 {
            disable_block_descriptors: true,
            page_control: PageControl::Default,
            page: PageCode::ALL,
            allocation_length: 0x1234,
        }
        .into(),
        "MODE SENSE (10)",
        "5A 08 BF 00 00 00 00 12 34 00",
    );
    add(
        SendCueSheet::of_entries(0x2001).into(),
        "SEND CUE SHEET",
        "5D 00 00 00 00 00 01 00 08 00",
    );
    add(
        ReserveTrack {
            n_blocks: 0x0102_0304,
        }
        .into(),
        "RESERVE TRACK",
        "53 00 00 00 00 01 02 03 04 00",
    );
    add(
        CloseTrackSession {
            immediate: true,
            function: CloseFunction::SESSION,
            track: 0,
        }
        .into(),
        "CLOSE TRACK SESSION",
        "5B 01 02 00 00 00 00 00 00 00",
    );
    add(
        ReadBufferCapacity {
            in_blocks: false,
            allocation_length: 12,
        }
        .into(),
        "READ BUFFER CAPACITY",
        "5C 00 00 00 00 00 00 00 0C 00",
    );
    add(
        Blank {
            immediate: true,
            blank_type: BlankType::MINIMAL,
            start: 0,
        }
        .into(),
        "BLANK",
        "A1 11 00 00 00 00 00 00 00 00 00 00",
    );
    add(
        GetPerformance::write_speeds(16).into(),
        "GET PERFORMANCE",
        "AC 00 00 00 00 00 00 00 00 10 03 00",
    );
    add(
        GetPerformance {
            lba: lba(-150),
            ..GetPerformance::nominal(true, 0x0102)
        }
        .into(),
        "GET PERFORMANCE",
        "AC 14 FF FF FF 6A 00 00 01 02 00 00",
    );
    add(
        SetStreaming::ONE.into(),
        "SET STREAMING",
        "B6 00 00 00 00 00 00 00 00 00 1C 00",
    );
    add(
        SetCdSpeed {
            rotation: RotationControl::DEFAULT,
            read: Speed::MAX,
            write: Speed::MAX,
        }
        .into(),
        "SET CD SPEED",
        "BB 00 FF FF FF FF 00 00 00 00 00 00",
    );
    add(
        SetCdSpeed {
            rotation: RotationControl::CAV,
            read: Speed(0x2113),
            write: Speed::from_x(16),
        }
        .into(),
        "SET CD SPEED",
        "BB 01 21 13 0B 10 00 00 00 00 00 00",
    );
    add(
        ReadCd::raw_96(lba(0), Sectors::new(26).unwrap()).into(),
        "READ CD",
        "BE 00 00 00 00 00 00 00 1A F8 01 00",
    );
    add(
        ReadCd {
            sector_type: SectorType::CD_DA,
            digital_audio_play: true,
            lba: lba(-1),
            length: Sectors::MAX,
            main_channel: MainChannelSelection::USER_DATA,
            c2: C2Selection::C2_AND_BLOCK,
            sub_channel: SubChannelSelection::RW,
        }
        .into(),
        "READ CD",
        "BE 06 FF FF FF FF 06 DD D0 14 04 00",
    );
    all.extend(of_other_programs());
    all
}

#[test]
fn every_command_has_its_bytes_and_name_and_decodes_to_itself() {
    for (command, name, hex) in all() {
        let cdb = command.encode();
        assert_eq!(cdb.to_string(), hex, "{name}");
        assert_eq!(Command::decode(&bytes(hex)), Ok(command), "{hex}");
        assert_eq!(command.name(), name);
        assert_eq!(command.opcode(), cdb.as_bytes()[0]);
        assert_eq!(Command::name_of(command.opcode()), Some(name));
        let length = Cdb::length_of(command.opcode());
        assert_eq!(length, Some(cdb.as_bytes().len()));
    }
}

#[test]
fn the_list_has_every_command() {
    let listed: BTreeSet<_> = all().iter().map(|(command, ..)| command.opcode()).collect();
    let known = (0..=u8::MAX).filter(|opcode| Command::name_of(*opcode).is_some());
    assert!(known.eq(listed));
}

#[test]
fn every_truncation_and_extension_is_refused() {
    for (_, name, hex) in all() {
        let whole = bytes(hex);
        let mut longer = whole.clone();
        longer.resize(Cdb::MAX + 1, 0);
        for length in (1..longer.len()).filter(|length| *length != whole.len()) {
            let expected = DecodeError::CommandLength {
                what: name,
                needed: whole.len(),
                got: length,
            };
            assert_eq!(Command::decode(&longer[..length]), Err(expected));
        }
    }
    let nothing = Command::decode(&[]).unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "command: 0 bytes, at least 6 are needed"
    );
}

/// Flips each bit of each listed command: a bit of a field changes that field and nothing else, any
/// other bit is refused and named.
#[test]
fn every_bit_belongs_to_one_field_or_is_refused() {
    for (command, name, hex) in all() {
        let original = bytes(hex);
        for (byte, bit) in (1..original.len()).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
            let mut flipped = original.clone();
            flipped[byte] ^= 1 << bit;
            let fields = command.fields().iter();
            let owners: Vec<_> = fields
                .filter(|field| field.mask_in(byte) >> bit & 1 == 1)
                .collect();
            match (Command::decode(&flipped), owners.as_slice()) {
                (Ok(changed), [field]) => {
                    assert_ne!(changed, command, "{name} {field}");
                    let again = changed.encode();
                    for other in command.fields().iter().filter(|other| other != field) {
                        // READ TOC's older place for the format is read and not written.
                        let moved = other.name() == "FORMAT" && byte == 9;
                        let same = other.read(again.as_bytes()) == other.read(&original);
                        assert_eq!(same, !moved, "{name} {other}");
                    }
                }
                (Err(DecodeError::FieldValue { what, .. }), [_]) => assert_eq!(what, name),
                (Err(DecodeError::LbaOutOfRange { what, .. }), [_]) => assert_eq!(what, name),
                (Err(error), []) => {
                    let what = name;
                    assert_eq!(error, DecodeError::ReservedBit { what, byte, bit });
                }
                other => panic!("{name} byte {byte} bit {bit}: {other:?}"),
            }
        }
    }
}

#[test]
fn refusals_name_the_field() {
    let check = |hex: &str, message: &str, pointer: Option<FieldPointer>| {
        let error = Command::decode(&bytes(hex)).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(error.field_pointer(true), pointer);
    };
    let at = |byte, bit| Some(FieldPointer::new(true, byte, Some(bit)));
    check(
        "02 00 00 00 00 00",
        "operation code 02h is not a command known here",
        at(0, 7),
    );
    check(
        "2A 00 00 06 2D 72 00 00 01 00",
        "WRITE (10): LOGICAL BLOCK ADDRESS is 404850, outside -45150 (90:00:00) to 404849 (89:59:74)",
        at(2, 7),
    );
    check(
        "2A 01 00 00 00 00 00 00 01 00",
        "WRITE (10): reserved bit 0 of byte 1 is set, it must be zero",
        at(1, 0),
    );
    check(
        "BE 00 00 00 00 00 06 DD D1 F8 00 00",
        "READ CD: TRANSFER LENGTH in byte 6 is 6DDD1h, it must be at most 450000 sectors",
        at(6, 7),
    );
    check(
        "52 03 00 00 00 01 00 00 1C 00",
        "READ TRACK INFORMATION: ADDRESS/NUMBER TYPE in byte 1 is 3h, it must be 0, 1 or 2",
        at(1, 1),
    );
    check(
        "12 00 80 00 24 00",
        "INQUIRY: PAGE CODE in byte 2 is 80h, it must be 0 while EVPD is 0",
        at(2, 7),
    );
    check(
        "2A 00",
        "WRITE (10): 2 bytes, the command has exactly 10",
        None,
    );
}

#[test]
fn the_older_place_of_the_toc_format_is_read() {
    let linux = Command::decode(&bytes("43 00 00 00 00 00 00 00 0C 40"));
    let newer = Command::decode(&bytes("43 00 01 00 00 00 00 00 0C 00"));
    assert_eq!(linux, newer);
    assert!(Command::decode(&bytes("43 00 02 00 00 00 00 00 0C 40")).is_err());
}

#[test]
fn data_goes_as_the_command_says() {
    let check = |command: Command, expect| assert_eq!(command.data_direction(), expect);
    check(TestUnitReady.into(), DataDirection::None);
    check(SendOpcInformation::CALIBRATE.into(), DataDirection::None);
    check(
        ModeSelect10::new(60).into(),
        DataDirection::Out(DataLength::Bytes(60)),
    );
    check(
        ReadDiscInformation::standard(34).into(),
        DataDirection::In(DataLength::Bytes(34)),
    );
    check(
        GetPerformance::write_speeds(16).into(),
        DataDirection::In(DataLength::Bytes(264)),
    );
    check(
        SetStreaming::ONE.into(),
        DataDirection::Out(DataLength::Bytes(28)),
    );
    check(
        Write10::new(Lba::ZERO, 26).into(),
        DataDirection::Out(DataLength::Blocks(26)),
    );
    check(
        ReadCd::raw_96(Lba::ZERO, Sectors::new(26).unwrap()).into(),
        DataDirection::In(DataLength::Blocks(26)),
    );
}

#[test]
fn times_of_read_cd_msf_are_addresses_or_nothing() {
    let of = |start: [u8; 3], end: [u8; 3]| {
        let mut cdb = bytes("B9 00 00 00 00 00 00 00 00 F8 00 00");
        cdb[3..6].copy_from_slice(&start);
        cdb[6..9].copy_from_slice(&end);
        let Ok(Command::ReadCdMsf(read)) = Command::decode(&cdb) else {
            panic!("{cdb:02X?}");
        };
        let read = read.to_read_cd()?;
        Some((read.lba.value(), read.length.count()))
    };
    assert_eq!(of([0, 2, 0], [0, 2, 1]), Some((0, 1)));
    assert_eq!(of([0, 0, 0], [0, 2, 0]), Some((-150, 150)));
    assert_eq!(of([0, 2, 0], [0, 2, 0]), Some((0, 0)));
    assert_eq!(of([0, 2, 1], [0, 2, 0]), None);
    assert_eq!(of([0, 60, 0], [2, 0, 0]), None);
    assert_eq!(of([0, 2, 0], [0, 2, 75]), None);
}

#[test]
fn read_cd_block_lengths() {
    let check = |sector_type: u8, main: u8, c2: u8, sub, expect| {
        let mut cdb = bytes("BE 00 00 00 00 00 00 00 01 00 00 00");
        cdb[1] = sector_type << 2;
        cdb[9] = main | c2 << 1;
        cdb[10] = sub;
        let Ok(Command::ReadCd(read)) = Command::decode(&cdb) else {
            panic!("{cdb:02X?}");
        };
        assert_eq!(read.block_bytes(), expect, "{read:?}");
    };
    check(0, 0xF8, 0, 1, Some(2448));
    check(0, 0xF8, 2, 1, Some(2744));
    check(0, 0x00, 0, 2, Some(16));
    check(0, 0x10, 0, 0, None);
    check(1, 0x10, 1, 0, Some(2646));
    // From user data alone to everything; the type's parts add up.
    let table = [
        (0x10, [2048, 2336, 2048, 2328]),
        (0x18, [2336, 2336, 2328, 2328]),
        (0x20, [4, 4, 4, 4]),
        (0x30, [2052, 2340, 2052, 2332]),
        (0x40, [0, 0, 8, 8]),
        (0x50, [2048, 2336, 2056, 2336]),
        (0x78, [2340, 2340, 2340, 2340]),
        (0xF8, [2352, 2352, 2352, 2352]),
    ];
    for (main, expect) in table {
        for (sector_type, bytes) in (2..6).zip(expect) {
            check(sector_type, main, 0, 0, Some(bytes));
        }
    }
    check(6, 0x10, 0, 0, None);
    check(0, 0xF8, 3, 0, None);
    check(0, 0xF8, 0, 3, None);
}

#[test]
fn speeds() {
    assert_eq!(Speed::from_x(1).sectors_per_second(), Some(75));
    assert_eq!(Speed(7056).sectors_per_second(), Some(3000));
    assert_eq!(Speed::MAX.sectors_per_second(), None);
    assert_eq!(Speed::from_x(16).to_string(), "2832 kB/s");
    assert_eq!(Speed::MAX.to_string(), "maximum");
}

#[test]
fn codes_keep_to_their_bits() {
    assert_eq!(TocFormat::new(5), Some(TocFormat::CD_TEXT));
    assert_eq!(TocFormat::new(15).map(TocFormat::code), Some(15));
    assert_eq!(TocFormat::new(16), None);
    assert_eq!(
        std::format!("{:?}", TocFormat::ATIP),
        "TocFormat(4h: absolute time in pregroove)"
    );
    assert_eq!(TocFormat::new(9).unwrap().to_string(), "code 9h");
}

proptest! {
    #[test]
    fn any_bytes_decode_or_say_why(bytes in prop::collection::vec(any::<u8>(), 0..17)) {
        if let Ok(command) = Command::decode(&bytes) {
            prop_assert_eq!(Command::decode(command.encode().as_bytes()), Ok(command));
        }
    }

    /// Field bits at random, reserved bits zero: most of these are commands.
    #[test]
    fn any_field_values_round_trip(which in 0..all().len(), noise in any::<[u8; 16]>()) {
        let (template, ..) = all()[which];
        let mut cdb = vec![0; template.encode().as_bytes().len()];
        cdb[0] = template.opcode();
        for (at, byte) in cdb.iter_mut().enumerate().skip(1) {
            let fields = template.fields().iter();
            *byte = noise[at] & fields.fold(0, |mask, field| mask | field.mask_in(at));
        }
        match Command::decode(&cdb) {
            Ok(command) => prop_assert_eq!(Command::decode(command.encode().as_bytes()), Ok(command)),
            Err(DecodeError::FieldValue { .. } | DecodeError::LbaOutOfRange { .. }) => {}
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
