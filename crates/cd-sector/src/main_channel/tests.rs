use std::string::{String, ToString};
use std::vec::Vec;

use cd_address::{BcdMsf, Lba, Msf};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::*;

fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .map(|byte| std::format!("{byte:02x}"))
        .collect()
}

fn user(seed: usize) -> [u8; 2048] {
    core::array::from_fn(|i| u8::try_from((i * 31 + i / 256 + seed) % 256).unwrap())
}

fn mode1(address: Msf, user: &[u8; 2048]) -> [u8; 2352] {
    let mut sector = [0xA5; 2352];
    encode_mode1(address, user, &mut sector);
    sector
}

#[test]
fn zeros_at_lba_0_are_the_known_sector() {
    let mut sector = mode1(Lba::ZERO.to_msf(), &[0; 2048]);
    assert_eq!(sector[..12], SYNC);
    assert_eq!(sector[12..16], [0x00, 0x02, 0x00, 0x01]);
    assert_eq!(sector[2064..2068], [0xC5, 0x13, 0x68, 0x2B]);
    assert_eq!(sector[2068..2076], [0; 8]);
    assert_eq!(sector[2076..2084], [0x00, 0xF7, 0x00, 0xF5, 0, 0, 0, 0]);
    assert_eq!(sector[2248..2251], [0x00, 0x41, 0x00]);
    assert_eq!(
        sha256(&sector),
        "b4f18ab66709c9b3fdef2721cc323e031b6728f3ca6c57b7c435c96189222250"
    );
    scramble(&mut sector);
    assert_eq!(
        sha256(&sector),
        "b2c91211b98919e43eb75d5d1eba18821c607badf31e60af4d166883a96cd68f"
    );
}

#[test]
fn in_place_is_the_same() {
    let expect = mode1(msf("97:34:23"), &user(1));
    let mut sector = [0xA5; 2352];
    sector[16..2064].copy_from_slice(&user(1));
    encode_mode1_in_place(msf("97:34:23"), &mut sector);
    assert_eq!(sector, expect);
}

#[test]
fn lens_shows_the_fields() {
    let sector = mode1(msf("12:34:56"), &user(2));
    let lens = MainSector(&sector);
    assert_eq!(*lens.sync(), SYNC);
    assert_eq!(
        lens.header(),
        Header {
            address: BcdMsf([0x12, 0x34, 0x56]),
            mode: 1
        }
    );
    assert_eq!(lens.header().to_bytes(), sector[12..16]);
    assert_eq!(*lens.user(), user(2));
    assert_eq!(lens.edc(), edc(&sector[..2064]));
    assert_eq!(*lens.zero(), [0; 8]);
    assert_eq!(lens.p_parity()[..], sector[2076..2248]);
    assert_eq!(lens.q_parity()[..], sector[2248..]);
}

#[test]
fn decoding_wants_sync_an_address_and_the_mode() {
    let good = mode1(msf("12:34:56"), &user(3));
    assert_eq!(
        decode_mode1(&good),
        Ok(Mode1 {
            address: msf("12:34:56"),
            user: &user(3)
        })
    );
    let check = |place: usize, value: u8, expect: &str| {
        let mut bad = good;
        bad[place] = value;
        assert_eq!(decode_mode1(&bad).unwrap_err().to_string(), expect);
    };
    check(0, 1, "sync byte 0 is 01h, not 00h");
    check(10, 0, "sync byte 10 is 00h, not FFh");
    check(
        13,
        0x60,
        "header says 12:60:56: second 60 is above its limit 59",
    );
    check(15, 2, "header says mode 02h, not 01h");
    let mut changed = good;
    changed[100] ^= 1;
    assert!(decode_mode1(&changed).is_ok(), "data is not looked at");
}

/// What a wrong byte at `place` breaks, by the layout alone; the first is what `check_mode1` names.
fn broken_by(place: usize) -> Vec<MainLayer> {
    use MainLayer::{Address, Edc, Mode, PParity, QParity, Sync, ZeroField};
    match place {
        0..12 => [Sync, Edc].into(),
        12..15 => [Address, Edc, PParity, QParity].into(),
        15 => [Mode, Edc, PParity, QParity].into(),
        16..2068 => [Edc, PParity, QParity].into(),
        2068..2076 => [ZeroField, PParity, QParity].into(),
        2076..2248 => [PParity, QParity].into(),
        _ => [QParity].into(),
    }
}

#[test]
fn every_wrong_byte_is_noticed_in_its_layers() {
    let address = msf("12:34:56");
    let good = mode1(address, &user(4));
    assert_eq!(check_mode1(&good, address), Ok(()));
    assert!(faults_mode1(&good, address).is_empty());
    for place in 0..2352 {
        for pattern in [0x01, 0x80, 0xFF] {
            let mut bad = good;
            bad[place] ^= pattern;
            let expect = broken_by(place);
            let layer = check_mode1(&bad, address).unwrap_err().layer();
            assert_eq!(layer, expect[0], "byte {place}");
            let layers: Vec<_> = faults_mode1(&bad, address).iter().collect();
            assert_eq!(layers, expect, "byte {place}");
        }
    }
}

#[test]
fn faults_say_what_is_there_and_what_belongs_there() {
    let address = msf("12:34:56");
    let good = mode1(address, &user(5));
    let check = |places: &[usize], expect: &str| {
        let mut bad = good;
        places.iter().for_each(|&place| bad[place] ^= 0x11);
        let fault = check_mode1(&bad, address).unwrap_err();
        assert_eq!(fault.to_string(), expect);
    };
    check(&[11], "sync byte 11 is 11h, not 00h");
    check(&[14], "header says 12:34:47, the sector is 12:34:56");
    check(&[15], "header says mode 10h, not 01h");
    check(
        &[2070],
        "byte 2070 is 11h, the standard wants zero from byte 2068 to 2075",
    );
    check(
        &[2076 + 86 + 7, 2076 + 12],
        "P parity does not fit at column 3, byte 1 of the word",
    );
    check(
        &[2351, 2248 + 51],
        "Q parity does not fit at diagonal 25, byte 1 of the word",
    );
    let mut bad = good;
    bad[2064..2068].copy_from_slice(&[0x78, 0x56, 0x34, 0x12]);
    assert_eq!(
        check_mode1(&bad, address).unwrap_err().to_string(),
        std::format!(
            "EDC is 12345678h, the sector's bytes ask for {:08X}h",
            edc(&good[..2064])
        )
    );
    assert_eq!(
        faults_mode1(&bad, address).to_string(),
        "EDC, P parity, Q parity"
    );
    assert_eq!(faults_mode1(&good, address).to_string(), "none");
}

#[test]
fn another_place_is_an_address_fault_alone() {
    let sector = mode1(msf("00:02:00"), &user(6));
    let faults: Vec<_> = faults_mode1(&sector, msf("00:02:01")).iter().collect();
    assert_eq!(faults, [MainLayer::Address]);
}

#[test]
fn scrambled_is_told_from_plain_at_every_address_and_mode() {
    for position in 0..450_000 {
        let address = Lba::from_position(position).unwrap().to_msf().to_bcd();
        for mode in 0..=2 {
            let header = Header { address, mode };
            let other = Header::from_bytes(scramble::scrambled_header(header.to_bytes()));
            assert!(header.is_plausible() && !other.is_plausible());
        }
    }
    let mut sector = mode1(msf("97:34:23"), &user(7));
    let data = |mode, scrambled| MainKind::Data { mode, scrambled };
    for mode in 0..=2 {
        sector[15] = mode;
        assert_eq!(detect(&sector), data(mode, false));
        scramble(&mut sector);
        assert_eq!(detect(&sector), data(mode, true));
        scramble(&mut sector);
    }
}

#[test]
fn without_a_plausible_header_the_edc_decides() {
    let check = |mut sector: [u8; 2352], mode: u8, found: bool| {
        assert_eq!(
            detect(&sector),
            MainKind::Data {
                mode,
                scrambled: false
            }
        );
        scramble(&mut sector);
        let mode = if found { mode } else { mode ^ 0x60 };
        assert_eq!(
            detect(&sector),
            MainKind::Data {
                mode,
                scrambled: found
            }
        );
    };
    let with_edc = |header: [u8; 4], submode: u8, covered: core::ops::Range<usize>| {
        let mut sector = mode1(msf("00:02:00"), &user(8));
        sector[12..16].copy_from_slice(&header);
        sector[18] = submode;
        let value = edc(&sector[covered.clone()]).to_le_bytes();
        sector[covered.end..covered.end + 4].copy_from_slice(&value);
        sector
    };
    // A lead-in that adds A0h to the minute; a link block of a packet.
    check(with_edc([0xFA, 0x34, 0x23, 1], 0, 0..2064), 1, true);
    check(with_edc([0x00, 0x02, 0x00, 0xE1], 0, 0..2064), 0xE1, true);
    check(with_edc([0xFA, 0x34, 0x23, 2], 8, 16..2072), 2, true);
    check(with_edc([0xFA, 0x34, 0x23, 2], 0x20, 16..2348), 2, true);
    // Nothing fits: plain.
    check(with_edc([0xFA, 0x34, 0x23, 3], 0, 0..2064), 3, false);
    let mut broken = with_edc([0xFA, 0x34, 0x23, 1], 0, 0..2064);
    broken[1000] ^= 1;
    check(broken, 1, false);
}

#[test]
fn sound_is_what_has_no_sync() {
    let mut sector = mode1(msf("00:02:00"), &user(9));
    assert_eq!(detect(&[0; 2352]), MainKind::Audio);
    assert_eq!(check_audio(&[0; 2352]), Ok(()));
    scramble(&mut sector);
    assert_eq!(
        check_audio(&sector).unwrap_err().to_string(),
        "sector of an audio track begins with the sync pattern of data (data, mode 1, scrambled)"
    );
    for place in 0..12 {
        let mut broken = sector;
        broken[place] ^= 1;
        assert_eq!(detect(&broken), MainKind::Audio);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_encoded_decodes_and_checks(
        position in 0..450_000_u32,
        data in proptest::collection::vec(any::<u8>(), 2048),
    ) {
        let address = Lba::from_position(position).unwrap().to_msf();
        let data: [u8; 2048] = data.try_into().unwrap();
        let mut sector = mode1(address, &data);
        prop_assert_eq!(check_mode1(&sector, address), Ok(()));
        prop_assert_eq!(decode_mode1(&sector), Ok(Mode1 { address, user: &data }));
        scramble(&mut sector);
        prop_assert_eq!(detect(&sector), MainKind::Data { mode: 1, scrambled: true });
    }

    #[test]
    fn any_bytes_are_something(bytes in proptest::collection::vec(any::<u8>(), 2352), synced in any::<bool>()) {
        let mut sector: [u8; 2352] = bytes.try_into().unwrap();
        if synced {
            sector[..12].copy_from_slice(&SYNC);
        }
        prop_assert_eq!(detect(&sector) == MainKind::Audio, !synced);
        let _ = decode_mode1(&sector);
        prop_assert!(check_mode1(&sector, Lba::ZERO.to_msf()).is_err());
    }
}
