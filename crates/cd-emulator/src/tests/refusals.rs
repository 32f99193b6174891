//! What the drive refuses, each with its own sense data, and that a refusal changes nothing.

use cd_address::Lba;
use cd_mmc::mode_page::{
    DataBlockType, HostApplicationCode, ModePage, ModeParameters, MultiSession, PageTail, RawPage,
    SessionFormat, WriteParameters, WriteType,
};
use cd_mmc::{
    Cdb, Command, FieldPointer, ModeSelect10, ModeSense10, PageCode, PageControl, Read10, Sense,
    TestUnitReady, Write10,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::{Data, Status, Transport};
use proptest::prelude::*;

use super::host::{Host, PATIENCE, check_refused, short_medium};
use super::image::Session;
use crate::{Disc, DiscState, Medium, Profile};

const START: i32 = -225;

fn blocks(n_blocks: usize) -> Vec<u8> {
    vec![0; n_blocks * RAW_BYTES]
}

/// A host with a blank disc, raw P-W selected.
fn ready_to_write() -> Host {
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host
}

#[test]
fn commands_that_do_not_exist() {
    let mut host = Host::blank();
    // READ FORMAT CAPACITIES, LOG SENSE, READ DVD STRUCTURE, SET READ AHEAD, PLAY AUDIO TRACK/INDEX, SCAN: what they are
    // about, no CD recorder of this kind has.
    for opcode in [0x23, 0x4D, 0xAD, 0xA7, 0x48, 0xBA] {
        let mut cdb = [0; 12];
        cdb[0] = opcode;
        let cdb = &cdb[..Cdb::length_of(opcode).unwrap()];
        let completion = host.recorder.execute(cdb, Data::None, PATIENCE).unwrap();
        assert_eq!(completion.status, Status::CHECK_CONDITION);
        let sense = Sense::decode(completion.sense.as_slice()).unwrap();
        assert!(sense.same_code(&Sense::INVALID_OPERATION_CODE));
        assert_eq!(
            sense.field_pointer(),
            Some(FieldPointer::new(true, 0, Some(7)))
        );
    }
}

#[test]
fn bits_that_mean_nothing_are_pointed_at() {
    let mut host = Host::blank();
    let mut cdb = [0x51, 0, 0, 0, 0, 0, 0, 0, 34, 0];
    cdb[5] = 0x10;
    let completion = host.recorder.execute(&cdb, Data::None, PATIENCE).unwrap();
    let sense = Sense::decode(completion.sense.as_slice()).unwrap();
    assert!(sense.same_code(&Sense::INVALID_FIELD_IN_CDB));
    assert_eq!(
        sense.field_pointer(),
        Some(FieldPointer::new(true, 5, Some(4)))
    );
}

#[test]
fn raw_recording_must_be_selected() {
    let check = |profile: Profile, expect| {
        let mut host = Host::with_blank(profile);
        check_refused(host.write(START, 1, &blocks(1)), expect);
        assert!(host.is_blank());
    };
    // By the page of power on, a track at once, these are no blocks; a drive without it records nothing by that page.
    check(Profile::faithful(), Sense::INVALID_FIELD_IN_CDB);
    let raw_only = Profile {
        has_track_at_once: false,
        ..Profile::faithful()
    };
    check(raw_only, Sense::ILLEGAL_MODE_FOR_THIS_TRACK);
}

#[test]
fn a_recording_begins_with_the_lead_in_and_has_no_gap() {
    let mut host = ready_to_write();
    for lba in [START + 1, -150, -151, 0, 359_849] {
        check_refused(
            host.write(lba, 1, &blocks(1)),
            Sense::INVALID_ADDRESS_FOR_WRITE,
        );
    }
    for lba in [Lba::MIN.value(), START - 1, 366_599, Lba::MAX.value()] {
        check_refused(host.write(lba, 1, &blocks(1)), Sense::LBA_OUT_OF_RANGE);
    }
    assert!(host.is_blank());
    host.write(START, 2, &blocks(2)).unwrap();
    assert!(!host.is_blank());
    for lba in [START, START + 1, START + 3] {
        let sense = host.write(lba, 1, &blocks(1)).unwrap_err();
        assert!(
            sense.same_code(&Sense::INVALID_ADDRESS_FOR_WRITE),
            "{lba}: {sense}"
        );
        assert_eq!(sense.information, Some(lba.cast_unsigned()));
    }
    // A refusal in between does not end it.
    host.write(START + 2, 1, &blocks(1)).unwrap();
    assert_eq!(
        host.recorder
            .disc()
            .unwrap()
            .recorded()
            .unwrap()
            .len()
            .count(),
        3
    );
}

#[test]
fn data_must_be_whole_blocks_of_the_selected_type() {
    for (layout, wrong) in [
        (SectorLayout::RawPw96, 2368),
        (SectorLayout::RawPw96, 2352),
        (SectorLayout::RawPw96, 2449),
        (SectorLayout::Pq16, 2448),
        (SectorLayout::Pq16, 0),
    ] {
        let mut host = Host::blank();
        host.select_raw(layout).unwrap();
        let outcome = host.write(START, 1, &vec![0; wrong]);
        check_refused(outcome, Sense::INVALID_FIELD_IN_CDB);
        assert!(host.is_blank());
    }
    let mut host = ready_to_write();
    assert_eq!(host.write(START, 0, &[]), Ok(0));
    assert!(host.is_blank());
}

#[test]
fn the_medium_ends() {
    let medium = Medium {
        last_lead_out: Lba::new(-100).unwrap().to_msf(),
        ..short_medium()
    };
    let end = medium.recordable().end().unwrap().value();
    let n_sectors = usize::try_from(end - START).unwrap();
    let mut host = Host::blank();
    host.insert(Disc::blank(medium));
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write_all(START, &blocks(n_sectors - 5), SectorLayout::RawPw96, 100)
        .unwrap();
    check_refused(host.write(end - 5, 6, &blocks(6)), Sense::LBA_OUT_OF_RANGE);
    host.write(end - 5, 5, &blocks(5)).unwrap();
    check_refused(host.write(end, 1, &blocks(1)), Sense::LBA_OUT_OF_RANGE);
}

#[test]
fn a_disc_is_recorded_once() {
    let mut host = Host::blank();
    host.burn(START, &Session::DATA.stream(&short_medium()));
    for lba in [START, 0, 460] {
        check_refused(
            host.write(lba, 1, &blocks(1)),
            Sense::PROGRAM_AREA_NOT_EMPTY,
        );
    }
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
}

#[test]
fn a_recording_leaves_no_time_for_anything_else() {
    let mut host = ready_to_write();
    host.write(START, 1, &blocks(1)).unwrap();
    check_refused(
        host.select(|page| page.test_write = true),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    check_refused(host.read_cd(-150, 1, |_| {}), Sense::COMMAND_SEQUENCE_ERROR);
    let read = Read10::new(Lba::ZERO, 1);
    check_refused(host.read(read, 2048), Sense::COMMAND_SEQUENCE_ERROR);
    // What does not move the head is answered.
    host.send(TestUnitReady, Data::None).unwrap();
    host.disc_information();
    host.write_parameters();
    host.write(START + 1, 1, &blocks(1)).unwrap();
}

#[test]
fn pages_have_three_kinds_of_values_and_no_saved_ones() {
    let mut host = ready_to_write();
    let mut sense = |page_control, page| {
        let command = ModeSense10 {
            page_control,
            ..ModeSense10::current(page, 512)
        };
        host.read(command, 512)
    };
    let write_parameters = |list: Vec<u8>| {
        let parameters = ModeParameters::decode_sense(&list).unwrap();
        parameters.write_parameters().unwrap().unwrap()
    };
    let page = PageCode::WRITE_PARAMETERS;
    let current = write_parameters(sense(PageControl::Current, page).unwrap());
    assert_eq!(current.write_type, WriteType::RAW);
    let default = write_parameters(sense(PageControl::Default, page).unwrap());
    assert_eq!(default, WriteParameters::TRACK_AT_ONCE_MODE_1);
    let changeable = write_parameters(sense(PageControl::Changeable, page).unwrap());
    assert!(changeable.test_write && changeable.buffer_underrun_free);
    assert_eq!(changeable.data_block_type.code(), 0x0F);
    check_refused(
        sense(PageControl::Saved, page),
        Sense::SAVING_PARAMETERS_NOT_SUPPORTED,
    );
    check_refused(
        sense(PageControl::Current, PageCode::new(0x03).unwrap()),
        Sense::INVALID_FIELD_IN_CDB,
    );
}

#[test]
fn values_the_drive_does_not_support_are_pointed_at() {
    type Change = fn(&mut WriteParameters);
    let cases: [(Change, u16, u8); 9] = [
        (|page| page.write_type = WriteType::PACKET, 2, 3),
        (|page| page.write_type = WriteType::TRACK_AT_ONCE, 4, 3),
        (|page| page.write_type = WriteType::SESSION_AT_ONCE, 4, 3),
        (|page| page.data_block_type = DataBlockType::RAW, 4, 3),
        (
            |page| page.data_block_type = DataBlockType::new(4).unwrap(),
            4,
            3,
        ),
        (|page| page.data_block_type = DataBlockType::MODE_1, 4, 3),
        (
            |page| page.multi_session = MultiSession::new(2).unwrap(),
            3,
            7,
        ),
        (
            |page| page.host_application_code = HostApplicationCode::new(1).unwrap(),
            7,
            5,
        ),
        (
            |page| page.session_format = SessionFormat::new(0x30).unwrap(),
            8,
            7,
        ),
    ];
    for (change, byte, bit) in cases {
        let mut host = ready_to_write();
        let before = host.write_parameters();
        let sense = host.select(change).unwrap_err();
        assert!(
            sense.same_code(&Sense::INVALID_FIELD_IN_PARAMETER_LIST),
            "{sense}"
        );
        let pointer = FieldPointer::new(false, 8 + byte, Some(bit));
        assert_eq!(sense.field_pointer(), Some(pointer));
        assert_eq!(host.write_parameters(), before);
    }
}

#[test]
fn what_the_drive_cannot_do_is_its_profiles_affair() {
    let mut host = Host::with_blank(Profile {
        block_types: vec![SectorLayout::Pq16],
        has_underrun_protection: false,
        ..Profile::faithful()
    });
    for layout in [SectorLayout::RawPw96, SectorLayout::PackedPw96] {
        check_refused(
            host.select_raw(layout),
            Sense::INVALID_FIELD_IN_PARAMETER_LIST,
        );
    }
    host.select_raw(SectorLayout::Pq16).unwrap();
    check_refused(
        host.select(|page| page.buffer_underrun_free = true),
        Sense::INVALID_FIELD_IN_PARAMETER_LIST,
    );
}

#[test]
fn parameter_lists_are_whole() {
    let mut host = ready_to_write();
    let page = host.write_parameters();
    let long = WriteParameters {
        tail: PageTail::new(&[0; 4]),
        ..page
    };
    let raw = |code, data| {
        ModePage::Raw(RawPage {
            savable: false,
            code,
            subpage: None,
            data,
        })
    };
    let length_error = Sense::PARAMETER_LIST_LENGTH_ERROR;
    let field_error = Sense::INVALID_FIELD_IN_PARAMETER_LIST;
    let cases = [
        (ModePage::WriteParameters(long), length_error),
        (raw(PageCode::WRITE_PARAMETERS, &[0; 48]), length_error),
        (raw(PageCode::CAPABILITIES, &[0; 20]), field_error),
        (raw(PageCode::AUDIO_CONTROL, &[0; 14]), field_error),
    ];
    for (page, expect) in cases {
        let mut list = [0; 512];
        let len = ModeParameters::of(&[page]).encode_select_into(&mut list);
        check_refused(host.select_list(&list[..len]), expect);
    }

    let pages = [ModePage::WriteParameters(page)];
    let mut list = [0; 512];
    let len = ModeParameters::of(&pages).encode_select_into(&mut list);
    let good = &list[..len];
    for cut in 1..len {
        let outcome = host.select_list(&good[..cut]);
        // A list that ends with its header has no page, which is no error.
        if cut == ModeParameters::HEADER_BYTES {
            outcome.unwrap();
        } else {
            check_refused(outcome, length_error);
        }
    }
    // Fewer bytes than the command announces.
    let command = ModeSelect10::new(u16::try_from(len).unwrap());
    check_refused(host.send(command, Data::Out(&good[1..])), length_error);
    assert_eq!(host.send(ModeSelect10::new(0), Data::None), Ok(0));
    let with_descriptor = ModeParameters {
        block_descriptors: &[0; 8],
        ..ModeParameters::of(&pages)
    };
    let mut list = [0; 512];
    let len = with_descriptor.encode_select_into(&mut list);
    check_refused(host.select_list(&list[..len]), field_error);
    for command in [
        ModeSelect10 {
            page_format: false,
            ..command
        },
        ModeSelect10 {
            save_pages: true,
            ..command
        },
    ] {
        check_refused(
            host.send(command, Data::Out(good)),
            Sense::INVALID_FIELD_IN_CDB,
        );
    }
    assert_eq!(host.write_parameters(), page);
}

#[test]
fn reserved_bits_of_a_page_are_pointed_at() {
    let mut host = ready_to_write();
    let pages = [ModePage::WriteParameters(host.write_parameters())];
    let mut list = [0; 512];
    let len = ModeParameters::of(&pages).encode_select_into(&mut list);
    // PS, the top bit of byte 2, and the reserved byte 6.
    for (byte, bit) in [(8_u16, 7), (10, 7), (14, 0), (14, 5)] {
        let mut list = list;
        list[usize::from(byte)] |= 1 << bit;
        let sense = host.select_list(&list[..len]).unwrap_err();
        assert!(
            sense.same_code(&Sense::INVALID_FIELD_IN_PARAMETER_LIST),
            "{sense}"
        );
        let pointer = FieldPointer::new(false, byte, Some(bit));
        assert_eq!(sense.field_pointer(), Some(pointer));
    }
}

/// The state of a drive with a blank disc, for comparison.
fn is_untouched(host: &Host) -> bool {
    let disc = host.recorder.disc();
    disc.is_none_or(|disc| disc.state() == DiscState::Blank && disc.recorded().is_none())
}

fn is_first_write(cdb: &[u8]) -> bool {
    let start = Lba::new(START).unwrap();
    cdb[..6] == Command::from(Write10::new(start, 0)).encode().as_bytes()[..6]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever bytes come as a command, with whatever data: no panic, and a blank disc stays blank unless it was a WRITE
    /// at the lead-in's start in raw mode.
    #[test]
    fn no_bytes_harm_a_blank_disc(
        cdbs in prop::collection::vec(
            (any::<[u8; 16]>(), prop::sample::select(vec![6_usize, 10, 12, 16]), opcodes()),
            1..8,
        ),
        out in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut host = ready_to_write();
        for (bytes, len, opcode) in cdbs {
            let mut cdb = bytes;
            cdb[0] = opcode;
            let len = Cdb::length_of(opcode).unwrap_or(len);
            let mut memory = vec![0; 600];
            for data in [Data::None, Data::In(&mut memory), Data::Out(&out)] {
                let _ = host.recorder.execute(&cdb[..len], data, PATIENCE);
                prop_assert!(is_untouched(&host) || is_first_write(&cdb));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// The same with a disc that is complete: no panic, and not a bit of it changes.
    #[test]
    fn no_bytes_harm_a_complete_disc(
        cdbs in prop::collection::vec((any::<[u8; 16]>(), near_the_program(), opcodes()), 40),
    ) {
        let stream = Session::MIXED.stream(&short_medium());
        let mut host = Host::blank();
        host.burn(START, &stream);
        host.select_raw(SectorLayout::RawPw96).unwrap();
        for (mut cdb, lba, opcode) in cdbs {
            cdb[0] = opcode;
            // An address on the disc and nothing reserved, so that many commands get through.
            cdb[2..6].copy_from_slice(&lba.to_be_bytes());
            cdb[6..8].fill(0);
            cdb[11] = 0;
            let len = Cdb::length_of(opcode).unwrap_or(12);
            let mut memory = vec![0; 3000];
            let _ = host.recorder.execute(&cdb[..len], Data::In(&mut memory), PATIENCE);
            let _ = host.recorder.execute(&cdb[..len], Data::Out(&stream[..RAW_BYTES]), PATIENCE);
        }
        let disc = host.recorder.disc().unwrap();
        let mut sector = [0; RAW_BYTES];
        for (lba, expect) in disc.recorded().unwrap().iter().zip(stream.chunks(RAW_BYTES)) {
            prop_assert!(disc.sector(lba, &mut sector).unwrap());
            prop_assert_eq!(&sector[..], expect);
        }
    }
}

fn near_the_program() -> impl Strategy<Value = i32> {
    prop_oneof![-230..470, any::<i32>()]
}

/// Operation codes, those the drive has more often than others.
fn opcodes() -> impl Strategy<Value = u8> {
    let known: Vec<u8> = (0..=255)
        .filter(|opcode| Command::name_of(*opcode).is_some())
        .collect();
    prop_oneof![prop::sample::select(known), any::<u8>()]
}
