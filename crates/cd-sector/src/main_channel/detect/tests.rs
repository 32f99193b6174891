use std::string::ToString;

use cd_address::{Lba, Msf};

use crate::main_channel::codec::tests::{noise, sector};
use crate::*;

fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

fn mode1(address: Msf) -> [u8; 2352] {
    sector(SectorKind::Mode1, address, 1)
}

#[test]
fn scrambled_is_told_from_plain_at_every_address_and_mode() {
    for position in 0..450_000 {
        let address = Lba::from_position(position).unwrap().to_msf().to_bcd();
        for mode in 0..=2 {
            let header = Header { address, mode };
            let other = Header::from_bytes(scramble::scrambled_head(header.to_bytes()));
            assert!(header.is_plausible() && !other.is_plausible());
        }
    }
    let mut sector = mode1(msf("97:34:23"));
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
        let mut sector = mode1(msf("00:02:00"));
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
    // No EDC fits, but P parity does.
    check(with_edc([0xFA, 0x34, 0x23, 3], 0, 0..2000), 3, true);
    let mut broken = with_edc([0xFA, 0x34, 0x23, 1], 0, 0..2064);
    broken[1000] ^= 1;
    check(broken, 1, true);
    // Nor parity, but three fields of the header can be.
    let mut formless = sector(SectorKind::Mode2Formless, msf("12:34:56"), 1);
    formless[12] = 0xFA;
    check(formless, 2, true);
    formless[12..14].copy_from_slice(&[0x12, 0xB4]);
    check(formless, 2, true);
    // Nothing says anything: plain.
    formless[12..16].copy_from_slice(&[0xFA, 0x6A, 0x7A, 0xFA]);
    check(formless, 0xFA, false);
}

#[test]
fn sound_is_what_has_no_sync() {
    let mut sector = mode1(msf("00:02:00"));
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

#[test]
fn a_damaged_byte_of_mode_or_subheader_does_not_hide_the_kind() {
    let check = |kind: SectorKind, place: usize, pattern: u8, expect: SectorKind| {
        let mut bad = sector(kind, msf("12:34:56"), 2);
        bad[place] ^= pattern;
        assert_eq!(PlainSector(&bad).kind(), expect, "{kind}, byte {place}");
        scramble(&mut bad);
        assert_eq!(ScrambledSector(&bad).kind(), expect, "{kind}, byte {place}");
    };
    use SectorKind::{Audio, Mode0, Mode1, Mode2Form1, Mode2Form2, Mode2Formless};
    for kind in SectorKind::ALL {
        check(kind, 2000, 0, kind);
        check(kind, 5, if kind == Audio { 0 } else { 1 }, Audio);
    }
    for pattern in [0x03, 0x04, 0xE0] {
        check(Mode1, 15, pattern, Mode1);
        check(Mode2Form1, 15, pattern & !3, Mode2Form1);
        check(Mode2Form2, 15, pattern & !3, Mode2Form2);
    }
    // Also into a mode that there is.
    for pattern in [0x01, 0x03] {
        check(Mode1, 15, pattern, Mode1);
        check(Mode2Form1, 15, pattern ^ 0x01, Mode2Form1);
        check(Mode2Form2, 15, pattern ^ 0x01, Mode2Form2);
    }
    check(Mode0, 15, 0x40, Mode0);
    check(Mode2Formless, 15, 0x40, Mode2Formless);
    for place in 16..24 {
        for pattern in [0x01, 0x20, 0xFF] {
            check(Mode2Form1, place, pattern, Mode2Form1);
            check(Mode2Form2, place, pattern, Mode2Form2);
        }
    }
    // Nothing but the header says anything: it is believed.
    let mut unknown = noise(3);
    unknown[..12].copy_from_slice(&SYNC);
    for mode in 0..=255 {
        unknown[15] = mode;
        let expect = [Mode0, Mode1, Mode2Formless, Mode1][usize::from(mode % 4)];
        assert_eq!(PlainSector(&unknown).kind(), expect, "mode {mode}");
    }
}
