use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::response::LoadingMechanism;
use crate::testing::{bytes, check_answer};
use crate::{DecodeError, Field, List, PageCode, RotationControl, Speed};

/// A page as an emulated recorder has it, to be changed as burners do.
fn raw_pq() -> WriteParameters {
    WriteParameters {
        write_type: WriteType::RAW,
        data_block_type: DataBlockType::RAW_PQ,
        track_mode: TrackMode::AUDIO,
        ..WriteParameters::TRACK_AT_ONCE_MODE_1
    }
}

const RAW_PQ: &str = "05 32 23 00 01 07 00 00 00 00 00 00 00 10 00 96 00*36";

#[test]
fn write_parameters_as_other_writers_send_them() {
    let check = |page: WriteParameters, hex: &str| {
        check_answer!(
            page,
            hex,
            WriteParameters::decode,
            WriteParameters::encode_into,
            52
        );
    };
    check(raw_pq(), RAW_PQ);
    let raw_pw = WriteParameters {
        data_block_type: DataBlockType::RAW_PW,
        ..raw_pq()
    };
    check(raw_pw, &RAW_PQ.replacen("01", "03", 1));
    let simulated = WriteParameters {
        test_write: true,
        buffer_underrun_free: true,
        ..raw_pw
    };
    check(
        simulated,
        "05 32 73 00 03 07 00 00 00 00 00 00 00 10 00 96 00*36",
    );
    let with_mcn = WriteParameters {
        mcn: McnField::new(b"1234567890128"),
        ..raw_pw
    };
    check(
        with_mcn,
        "05 32 23 00 03 07 00 00 00 00 00 00 00 10 00 96 80 31 32 33 34 35 36 37 38 39 30 31 32 38 00*22",
    );
    let restored = WriteParameters {
        savable: true,
        isrc: IsrcField::new(b"USABC0212345"),
        subheader: [0, 0, 8, 0],
        tail: PageTail::new(&[0xAA, 0xBB, 0xCC, 0xDD]),
        ..WriteParameters::TRACK_AT_ONCE_MODE_1
    };
    check_answer!(
        restored,
        "85 36 21 04 08 07 00 00 00 00 00 00 00 10 00 96 00*16 \
         80 55 53 41 42 43 30 32 31 32 33 34 35 00*3 00 00 08 00 AA BB CC DD",
        WriteParameters::decode,
        WriteParameters::encode_into,
        56
    );
}

/// Sets every bit of the page alone: a bit of a field moves that field, any other bit is not looked at.
#[test]
fn every_bit_of_the_write_parameters_belongs_to_one_field() {
    let zero = bytes("05 32 00*50");
    let base = WriteParameters::decode(&zero).unwrap();
    let mut n_field_bits = 0;
    for (byte, bit) in (0..52).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
        let mut page = zero.clone();
        page[byte] ^= 1 << bit;
        let fields = WriteParameters::FIELDS.iter();
        let owners: Vec<&Field> = fields
            .filter(|field| field.mask_in(byte) >> bit & 1 == 1)
            .collect();
        let in_bytes = (16..52).contains(&byte);
        let header = byte == 1 || (byte == 0 && bit < 7);
        assert_eq!(
            owners.len() + usize::from(in_bytes),
            usize::from(!owners.is_empty() || in_bytes)
        );
        if header {
            continue;
        }
        let changed = WriteParameters::decode(&page).unwrap();
        let mut again = [0; 52];
        changed.encode_into(&mut again);
        if owners.is_empty() && !in_bytes {
            assert_eq!(changed, base, "byte {byte} bit {bit} is reserved");
        } else {
            assert_ne!(changed, base, "byte {byte} bit {bit}");
            assert_eq!(again, *page);
            n_field_bits += 1;
        }
    }
    // 1 + 7 + 8 + 4 + 8 + 6 + 8 + 32 + 16 bits of numbers, and 36 bytes.
    assert_eq!(n_field_bits, 90 + 288);
    for (field, names) in WriteParameters::FIELDS.iter().zip([
        "PS (byte 0, bit 7)",
        "BUFE (byte 2, bit 6)",
        "LS_V (byte 2, bit 5)",
        "TEST WRITE (byte 2, bit 4)",
        "WRITE TYPE (byte 2, bits 3-0)",
        "MULTI-SESSION (byte 3, bits 7-6)",
        "FP (byte 3, bit 5)",
        "COPY (byte 3, bit 4)",
        "TRACK MODE (byte 3, bits 3-0)",
        "DATA BLOCK TYPE (byte 4, bits 3-0)",
        "LINK SIZE (byte 5)",
        "HOST APPLICATION CODE (byte 7, bits 5-0)",
        "SESSION FORMAT (byte 8)",
        "PACKET SIZE (bytes 10-13)",
        "AUDIO PAUSE LENGTH (bytes 14-15)",
    ]) {
        assert_eq!(field.to_string(), names);
    }
}

#[test]
fn another_or_a_shorter_page_is_refused() {
    let other = WriteParameters::decode(&bytes("2A 32 00*50")).unwrap_err();
    let expect = "write parameters page: PAGE CODE in byte 0 is 2Ah, it must be write parameters";
    assert_eq!(other.to_string(), expect);
    let shorter = WriteParameters::decode(&bytes("05 30 00*50")).unwrap_err();
    let expect = "write parameters page: 50 bytes, at least 52 are needed";
    assert_eq!(shorter.to_string(), expect);
}

#[test]
fn block_types() {
    let bytes_of = |code| DataBlockType::new(code).unwrap().block_bytes();
    let all: Vec<_> = (0..14).map(bytes_of).collect();
    let known = [
        2352, 2368, 2448, 2448, 0, 0, 0, 0, 2048, 2336, 2048, 2056, 2324, 2332,
    ];
    assert_eq!(all, known.map(|n| (n > 0).then_some(n)));
}

#[test]
fn mode_parameter_list_both_ways() {
    let other = RawPage {
        savable: false,
        code: PageCode::CACHING,
        subpage: None,
        data: &[4, 0, 0, 0],
    };
    let with_subpage = RawPage {
        savable: true,
        code: PageCode::CACHING,
        subpage: Some(7),
        data: &[1],
    };
    let page = WriteParameters {
        savable: true,
        ..raw_pq()
    };
    let pages = [
        ModePage::WriteParameters(page),
        ModePage::Raw(other),
        ModePage::Raw(with_subpage),
    ];
    let list = ModeParameters {
        medium_type: 0x70,
        block_descriptors: &[1, 2, 3, 4, 5, 6, 7, 8],
        ..ModeParameters::of(&pages)
    };
    let header = "00 4D 70 00 00 00 00 08 01 02 03 04 05 06 07 08 ";
    let rest = " 08 04 04 00 00 00 C8 07 00 01 01";
    check_answer!(
        list,
        &[header, &RAW_PQ.replacen("05", "85", 1), rest].concat(),
        ModeParameters::decode_sense,
        ModeParameters::encode_sense_into,
        79
    );
    assert_eq!(list.write_parameters(), Ok(Some(page)));
    assert_eq!(list.page(PageCode::CACHING), Some(pages[1]));
    assert_eq!(list.page(PageCode::CAPABILITIES), None);

    let mut select = [0; 79];
    assert_eq!(list.encode_select_into(&mut select), 79);
    let expect = [
        &header.replacen("4D", "00", 1),
        RAW_PQ,
        &rest.replacen("C8", "48", 1),
    ]
    .concat();
    assert_eq!(select, *bytes(&expect), "no data length, no PS");
    let received = ModeParameters::decode_select(&select).unwrap();
    assert_eq!(received.write_parameters(), Ok(Some(raw_pq())));
}

#[test]
fn mode_select_data_must_end_with_a_page() {
    let check = |hex: &str, expect: &str| {
        let error = ModeParameters::decode_select(&bytes(hex)).unwrap_err();
        let what = "last mode page of the parameter list: ";
        assert_eq!(error.to_string().strip_prefix(what), Some(expect));
    };
    check("00*8 05 32 23", "3 bytes, at least 52 are needed");
    check("00*8 05", "1 bytes, at least 2 are needed");
    check("00*8 08 00 45 01 00", "3 bytes, at least 4 are needed");
}

/// A recorder of MMC-3 times: everything on but what is odd.
fn recorder() -> Capabilities<'static> {
    const SPEEDS: &[WriteSpeed] = &[
        WriteSpeed {
            rotation: RotationControl::CAV,
            speed: Speed(8467),
        },
        WriteSpeed {
            rotation: RotationControl::DEFAULT,
            speed: Speed(2822),
        },
    ];
    Capabilities {
        savable: false,
        flags: CapabilityFlags {
            read_cd_r: true,
            read_cd_rw: true,
            write_cd_r: true,
            write_cd_rw: true,
            test_write: true,
            buffer_underrun_free: true,
            multi_session: true,
            cd_da_commands: true,
            rw_supported: true,
            lock: true,
            eject: true,
            rw_in_lead_in: true,
            ..CapabilityFlags::NONE
        },
        loading_mechanism: LoadingMechanism::TRAY,
        max_read_speed: Speed(8467),
        n_volume_levels: 256,
        buffer_kib: 2048,
        current_read_speed: Speed(7056),
        digital_format: 0x10,
        max_write_speed: Speed(8468),
        old_write_speed: Speed(2822),
        copy_management: 1,
        write_speeds: Some(WriteSpeeds {
            rotation: RotationControl::CAV,
            current: Speed(5645),
            possible: List::of(SPEEDS),
        }),
    }
}

#[test]
fn capabilities() {
    check_answer!(
        recorder(),
        "2A 26 03 07 C0 05 29 20 21 13 01 00 08 00 1B 90 00 10 21 14 0B 06 00 01 \
         00 00 00 01 16 0D 00 02 00 01 21 13 00 00 0B 06",
        Capabilities::decode,
        Capabilities::encode_into,
        40
    );
    let older = Capabilities {
        write_speeds: None,
        ..recorder()
    };
    check_answer!(
        older,
        "2A 16 03 07 C0 05 29 20 21 13 01 00 08 00 1B 90 00 10 21 14 0B 06 00 01",
        Capabilities::decode,
        Capabilities::encode_into,
        24
    );
    assert_eq!(recorder().current_write_speed(), Speed(5645));
    assert_eq!(older.current_write_speed(), Speed(2822));
    let oldest = bytes("2A 14 03 07 40 05 29 00 21 13 01 00 08 00 1B 90 00 10 21 14 0B 06");
    let page = Capabilities::decode(&oldest).unwrap();
    assert_eq!((page.copy_management, page.write_speeds), (0, None));
    assert_eq!(page.old_write_speed, Speed(2822));
    // As the drives of virtual machines have it.
    let shortest = [&[0x2A, 0x12], &oldest[2..20]].concat();
    let page = Capabilities::decode(&shortest).unwrap();
    assert_eq!(
        (page.max_write_speed, page.old_write_speed),
        (Speed(8468), Speed(0))
    );
}

#[test]
fn speeds_that_do_not_fit_in_the_page_are_left_out() {
    let one = WriteSpeed {
        rotation: RotationControl::DEFAULT,
        speed: Speed(706),
    };
    let many = [one; 80];
    let mut page = recorder();
    if let Some(speeds) = &mut page.write_speeds {
        speeds.possible = List::of(&many);
    }
    let mut out = [0; 400];
    assert_eq!(page.encode_into(&mut out), 32 + 56 * 4);
    let again = Capabilities::decode(&out).unwrap();
    assert_eq!(
        again.write_speeds.map(|speeds| speeds.possible.len()),
        Some(56)
    );
    // A drive that counts more descriptors than its page has.
    out[31] = 200;
    let again = Capabilities::decode(&out).unwrap();
    assert_eq!(
        again.write_speeds.map(|speeds| speeds.possible.len()),
        Some(56)
    );
}

#[test]
fn error_recovery() {
    check_answer!(
        ErrorRecovery {
            savable: true,
            flags: RecoveryFlags {
                transfer_block: true,
                disable_correction: true,
                ..RecoveryFlags::NONE
            },
            read_retries: 9,
            write_retries: 3,
        },
        "81 0A 21 09 00 00 00 00 03 00 00 00",
        ErrorRecovery::decode,
        ErrorRecovery::encode_into,
        12
    );
}

#[test]
fn no_two_flags_share_a_bit() {
    for fields in [CapabilityFlags::FIELDS, RecoveryFlags::FIELDS] {
        let mut places: Vec<_> = fields.iter().map(|f| (f.byte(), f.msb())).collect();
        places.sort_unstable();
        assert!(places.is_sorted_by(|a, b| a < b));
    }
}

#[test]
fn all_typed_pages_in_one_list() {
    let recovery = ErrorRecovery {
        savable: false,
        flags: RecoveryFlags::NONE,
        read_retries: 5,
        write_retries: 0,
    };
    let pages = [
        ModePage::ErrorRecovery(recovery),
        ModePage::WriteParameters(raw_pq()),
        ModePage::Capabilities(recorder()),
    ];
    let mut out = [0; 200];
    let len = ModeParameters::of(&pages).encode_sense_into(&mut out);
    assert_eq!(len, 8 + 12 + 52 + 40);
    let list = ModeParameters::decode_sense(&out).unwrap();
    assert_eq!(list, ModeParameters::of(&pages));
    assert_eq!(list.capabilities(), Ok(Some(recorder())));
}

#[test]
fn a_page_that_is_too_short_is_kept_as_bytes_and_named() {
    let list = bytes("00 0F 00*6 05 04 23 00 01 07 2A 01 00");
    let list = ModeParameters::decode_sense(&list).unwrap();
    assert!(matches!(
        list.page(PageCode::WRITE_PARAMETERS),
        Some(ModePage::Raw(_))
    ));
    let error = list.write_parameters().unwrap_err();
    assert!(matches!(
        error,
        DecodeError::TooShort {
            needed: 52,
            got: 6,
            ..
        }
    ));
    assert!(matches!(
        list.capabilities(),
        Err(DecodeError::TooShort {
            needed: 20,
            got: 3,
            ..
        })
    ));
    let none = ModeParameters {
        pages: List::EMPTY,
        ..list
    };
    assert_eq!(none.capabilities(), Ok(None));
    assert_eq!(none.write_parameters(), Ok(None));
}

proptest! {
    /// Reserved bits apart, any bytes are a page.
    #[test]
    fn write_parameters_round_trip(body in any::<[u8; 50]>(), tail in prop::collection::vec(any::<u8>(), 0..206)) {
        let mut page = std::vec![0x05, 0x32 + u8::try_from(tail.len()).unwrap()];
        page.extend(body);
        page.extend(&tail);
        let value = WriteParameters::decode(&page).unwrap();
        prop_assert_eq!(value.tail.as_slice(), tail);
        prop_assert_eq!(value.n_bytes(), page.len());
        let mut out = [0; 257];
        let len = value.encode_into(&mut out);
        prop_assert_eq!(WriteParameters::decode(&out[..len]), Ok(value));
        let mut list_out = [0; 300];
        let pages = [ModePage::WriteParameters(value)];
        let len = ModeParameters::of(&pages).encode_select_into(&mut list_out);
        let list = ModeParameters::decode_select(&list_out[..len]).unwrap();
        prop_assert_eq!(list.write_parameters(), Ok(Some(value)));
    }

    #[test]
    fn any_bytes_decode_or_say_why(mut bytes in prop::collection::vec(any::<u8>(), 0..200), short in 0..200_u8) {
        if let [high, low, _, _, _, _, descriptors_high, descriptors_low, ..] = &mut *bytes {
            (*high, *low) = (0, short);
            (*descriptors_high, *descriptors_low) = (0, *descriptors_low & 8);
        }
        let mut out = [0; 300];
        if let Ok(list) = ModeParameters::decode_sense(&bytes) {
            let len = list.encode_sense_into(&mut out);
            prop_assert_eq!(ModeParameters::decode_sense(&out[..len]), Ok(list));
        }
        if let Ok(list) = ModeParameters::decode_select(&bytes) {
            prop_assert_eq!(list.n_bytes(), bytes.len());
        }
        let _ = WriteParameters::decode(&bytes);
        if let [first, length, ..] = &mut *bytes {
            (*first, *length) = (0x2A, *length / 2);
        }
        if let Ok(page) = Capabilities::decode(&bytes) {
            let len = page.encode_into(&mut out);
            prop_assert_eq!(Capabilities::decode(&out[..len]), Ok(page));
        }
        if let Some(first) = bytes.first_mut() {
            *first = 0x01;
        }
        if let Ok(page) = ErrorRecovery::decode(&bytes) {
            let len = page.encode_into(&mut out);
            prop_assert_eq!(ErrorRecovery::decode(&out[..len]), Ok(page));
        }
    }
}

#[test]
fn plain_pages() {
    let caching = Caching {
        write_cache: true,
        ..Caching::ZERO
    };
    check_answer!(
        caching,
        "08 0A 04 00*9",
        Caching::decode,
        Caching::encode_into,
        12
    );
    let cd = CdParameters {
        seconds_per_minute: 60,
        frames_per_second: 75,
        ..CdParameters::ZERO
    };
    check_answer!(
        cd,
        "0D 06 00 00 00 3C 00 4B",
        CdParameters::decode,
        CdParameters::encode_into,
        8
    );
    let audio = AudioControl {
        savable: true,
        immediate: true,
        port_0_channels: 1,
        port_0_volume: 0xFF,
        port_1_channels: 2,
        port_1_volume: 0x80,
        ..AudioControl::ZERO
    };
    check_answer!(
        audio,
        "8E 0E 04 00 00 00 00 00 01 FF 02 80 00*4",
        AudioControl::decode,
        AudioControl::encode_into,
        16
    );
    let power = PowerConditionPage {
        standby: true,
        standby_timer: 0x0102_0304,
        ..PowerConditionPage::ZERO
    };
    check_answer!(
        power,
        "1A 0A 00 01 00*4 01 02 03 04",
        PowerConditionPage::decode,
        PowerConditionPage::encode_into,
        12
    );
    let timeouts = TimeoutAndProtect {
        write_protected: true,
        group_1_seconds: 100,
        group_2_seconds: 0x0102,
        ..TimeoutAndProtect::ZERO
    };
    check_answer!(
        timeouts,
        "1D 0A 00 00 01 00 00 64 01 02 00 00",
        TimeoutAndProtect::decode,
        TimeoutAndProtect::encode_into,
        12
    );
}

#[test]
fn the_older_list_has_a_header_of_four_bytes() {
    let pages = [
        ModePage::CdParameters(CdParameters {
            savable: true,
            seconds_per_minute: 60,
            frames_per_second: 75,
            ..CdParameters::ZERO
        }),
        ModePage::Caching(Caching::ZERO),
    ];
    let list = ModeParameters {
        medium_type: 1,
        device_specific: 2,
        block_descriptors: &[0, 0, 0, 0, 0, 0, 8, 0],
        pages: List::of(&pages),
    };
    check_answer!(
        list,
        "1F 01 02 08 00*6 08 00 8D 06 00 00 00 3C 00 4B 08 0A 00*10",
        ModeParameters::decode_sense6,
        ModeParameters::encode_sense6_into,
        32
    );
    let mut out = [0xEE; 64];
    let len = list.encode_select6_into(&mut out);
    assert_eq!(
        &out[..len],
        bytes("00 01 02 08 00*6 08 00 0D 06 00 00 00 3C 00 4B 08 0A 00*10")
    );
    for cut in 0..len {
        let whole = [12, 20].contains(&cut);
        assert_eq!(ModeParameters::decode_select6(&out[..cut]).is_ok(), whole);
    }
}
