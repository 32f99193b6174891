use std::string::{String, ToString};
use std::vec::Vec;

use cd_address::Msf;

use crate::main_channel::codec::tests::{noise, payload, sector};
use crate::*;

fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

/// What a wrong byte at `place` breaks, by the layout alone.
fn broken_by(kind: SectorKind, place: usize) -> Vec<MainLayer> {
    use MainLayer::{Address, Edc, Mode, PParity, QParity, Subheader, Sync, ZeroField};
    match (kind, place) {
        (SectorKind::Mode1, 0..12) => [Sync, Edc].into(),
        (SectorKind::Mode1, 12..15) => [Address, Edc, PParity, QParity].into(),
        (SectorKind::Mode1, 15) => [Mode, Edc, PParity, QParity].into(),
        (SectorKind::Mode1, 16..2068) => [Edc, PParity, QParity].into(),
        (SectorKind::Mode1, 2068..2076) => [ZeroField, PParity, QParity].into(),
        // Nothing tells one sound from another.
        (SectorKind::Audio, _) => Vec::new(),
        (_, 0..12) => [Sync].into(),
        (_, 12..15) => [Address].into(),
        (_, 15) => [Mode].into(),
        (SectorKind::Mode0, _) => [ZeroField].into(),
        // Nothing tells one user data from another.
        (SectorKind::Mode2Formless, _) => Vec::new(),
        (SectorKind::Mode2Form1, 16..24) => [Subheader, Edc, PParity, QParity].into(),
        (SectorKind::Mode2Form1, 24..2076) => [Edc, PParity, QParity].into(),
        (SectorKind::Mode2Form2, 16..24) => [Subheader, Edc].into(),
        (SectorKind::Mode2Form2, _) => [Edc].into(),
        (SectorKind::Mode1 | SectorKind::Mode2Form1, 2076..2248) => [PParity, QParity].into(),
        (SectorKind::Mode1 | SectorKind::Mode2Form1, _) => [QParity].into(),
    }
}

fn layers(verdict: &Verdict) -> Vec<MainLayer> {
    verdict.faults.iter().map(MainFault::layer).collect()
}

fn exhaust(kind: SectorKind) {
    let address = msf("12:34:56");
    let good = sector(kind, address, 4);
    assert!(PlainSector(&good).check(kind, address).is_right());
    for place in 0..2352 {
        for pattern in [0x01, 0x80, 0xFF] {
            let mut bad = good;
            bad[place] ^= pattern;
            let verdict = PlainSector(&bad).check(kind, address);
            let expect = broken_by(kind, place);
            assert_eq!(layers(&verdict), expect, "{kind}, byte {place}");
            assert_eq!(
                verdict.edc == EdcVerdict::Wrong,
                expect.contains(&MainLayer::Edc)
            );
            for layer in MainLayer::ALL {
                assert_eq!(verdict.faults.contains(layer), expect.contains(&layer));
            }
            if kind == SectorKind::Audio {
                continue;
            }
            // Scrambled, the same is told.
            scramble(&mut bad);
            let scrambled = ScrambledSector(&bad).check(kind, address);
            assert_eq!(
                scrambled,
                Verdict {
                    scrambled: true,
                    ..verdict
                }
            );
            // Not told the kind, a broken sync makes it sound; all else that has a layer is told as of the kind.
            let unknown = check(&bad, address);
            let is_sound = place < 12;
            assert_eq!(unknown.is_right(), is_sound || expect.is_empty());
            let is_doubtful = is_sound || place == 15 && is_all_that_tells(kind);
            assert!(is_doubtful || unknown == scrambled, "{kind}, byte {place}");
        }
    }
}

/// Whether the mode byte is all that tells a sector of `kind` from the other kinds.
fn is_all_that_tells(kind: SectorKind) -> bool {
    matches!(kind, SectorKind::Mode0 | SectorKind::Mode2Formless)
}

/// Each of the 255 wrong values of each byte of header and subheader, in sectors of noise and of zeros: told in the same
/// layers whether the kind was known or not, plain and scrambled.
#[test]
fn a_damaged_header_does_not_hide_what_a_sector_is() {
    let address = msf("12:34:56");
    for kind in &SectorKind::ALL[1..] {
        for user in [noise(3), [0; 2352]] {
            let mut good = [0; 2352];
            encode(address, payload(*kind, &user), &mut good);
            // Zeros without a form are form 1 as well.
            if check(&good, address).kind != *kind {
                continue;
            }
            for place in (12..24).filter(|place| *place != 15 || !is_all_that_tells(*kind)) {
                for pattern in 1..=255 {
                    let mut bad = good;
                    bad[place] ^= pattern;
                    let expect = PlainSector(&bad).check(*kind, address);
                    assert_eq!(layers(&expect), broken_by(*kind, place));
                    scramble(&mut bad);
                    let scrambled = check(&bad, address);
                    let what = std::format!("{kind}, byte {place} by {pattern:02X}h");
                    assert!(scrambled.scrambled, "{what}");
                    assert_eq!(scrambled.faults, expect.faults, "{what}");
                    scramble(&mut bad);
                    assert_eq!(check(&bad, address), expect, "{what}, plain");
                }
            }
        }
    }
}

#[test]
fn every_wrong_byte_of_mode_0_is_noticed_in_its_layers() {
    exhaust(SectorKind::Mode0);
}

#[test]
fn every_wrong_byte_of_mode_1_is_noticed_in_its_layers() {
    exhaust(SectorKind::Mode1);
}

#[test]
fn every_wrong_byte_of_mode_2_without_form_is_noticed_as_far_as_it_can_be() {
    exhaust(SectorKind::Mode2Formless);
}

#[test]
fn every_wrong_byte_of_form_1_is_noticed_in_its_layers() {
    exhaust(SectorKind::Mode2Form1);
}

#[test]
fn every_wrong_byte_of_form_2_is_noticed_in_its_layers() {
    exhaust(SectorKind::Mode2Form2);
}

#[test]
fn no_byte_of_sound_is_wrong() {
    exhaust(SectorKind::Audio);
}

#[test]
fn form_2_without_edc_has_its_own_verdict() {
    let address = msf("12:34:56");
    let kind = SectorKind::Mode2Form2;
    let encoded = |kind| sector(kind, address, 5);
    let mut sector = encoded(kind);
    assert_eq!(
        PlainSector(&sector).check(kind, address).edc,
        EdcVerdict::Right
    );
    sector[2348..].fill(0);
    let verdict = PlainSector(&sector).check(kind, address);
    assert_eq!(verdict.edc, EdcVerdict::Absent);
    assert!(verdict.is_right(), "{}", verdict.faults);
    assert_eq!(check(&sector, address), verdict);
    sector[100] ^= 1;
    assert_eq!(
        PlainSector(&sector).check(kind, address),
        verdict,
        "nothing protects it"
    );
    sector[14] ^= 1;
    let verdict = PlainSector(&sector).check(kind, address);
    assert_eq!(
        (layers(&verdict), verdict.edc),
        ([MainLayer::Address].into(), EdcVerdict::Absent)
    );
    for place in 2348..2352 {
        let mut bad = sector;
        bad[place] = 1;
        assert_eq!(
            PlainSector(&bad).check(kind, address).edc,
            EdcVerdict::Wrong
        );
    }
    // In the other kinds zero is an EDC like any other.
    for (kind, place) in [(SectorKind::Mode1, 2064), (SectorKind::Mode2Form1, 2072)] {
        let mut bad = encoded(kind);
        bad[place..place + 4].fill(0);
        assert_eq!(
            PlainSector(&bad).check(kind, address).edc,
            EdcVerdict::Wrong
        );
    }
}

#[test]
fn faults_say_what_is_there_and_what_belongs_there() {
    let address = msf("12:34:56");
    let check = |kind: SectorKind, changes: &[(usize, u8)], expect: &[&str]| {
        let mut bad = [0; 2352];
        encode(address, payload(kind, &[0; 2352]), &mut bad);
        changes
            .iter()
            .for_each(|&(place, pattern)| bad[place] ^= pattern);
        let verdict = PlainSector(&bad).check(kind, address);
        let told: Vec<String> = verdict
            .faults
            .iter()
            .map(|fault| fault.to_string())
            .collect();
        assert_eq!(told, expect, "{kind}");
        assert_eq!(verdict.faults.first(), verdict.faults.iter().next());
    };
    check(SectorKind::Mode0, &[], &[]);
    check(
        SectorKind::Mode0,
        &[(11, 0x11), (3, 1)],
        &["sync byte 3 is FEh, not FFh"],
    );
    check(
        SectorKind::Mode0,
        &[(14, 0x11), (15, 0x10)],
        &[
            "header says 12:34:47, the sector is 12:34:56",
            "header says mode 10h, not 00h",
        ],
    );
    check(
        SectorKind::Mode0,
        &[(16, 0x11), (2351, 0x10)],
        &["byte 16 is 11h, not 00h as the mode has it"],
    );
    check(
        SectorKind::Mode2Form1,
        &[(19, 0xFF)],
        &[
            "subheader is 0391C980 and its copy 0391C97F",
            "EDC is 6CE87B36h, the sector's bytes ask for 0F047B46h",
            "P parity of column 3, byte 1 of the word, is A1 DE, not 0B 8B",
            "Q parity of diagonal 23, byte 1 of the word, is FF 04, not EB EF",
        ],
    );
}

#[test]
fn an_edc_fault_tells_both_numbers() {
    let address = msf("00:02:00");
    let mut bad = [0; 2352];
    let payload = Payload::Mode2Form2 {
        subheader: Subheader::EMPTY_FORM_2,
        user: &[0; 2324],
        has_edc: true,
    };
    encode(address, payload, &mut bad);
    bad[2351] ^= 1;
    let verdict = PlainSector(&bad).check(SectorKind::Mode2Form2, address);
    assert_eq!(
        verdict.faults.first().unwrap().to_string(),
        "EDC is BFB0133Fh, the sector's bytes ask for BEB0133Fh"
    );
}

#[test]
fn a_parity_fault_tells_the_first_codeword() {
    let address = msf("12:34:56");
    let good = sector(SectorKind::Mode1, address, 7);
    let check = |places: &[usize], expect: MainFault, words: &str| {
        let mut bad = good;
        places.iter().for_each(|&place| bad[place] ^= 0x11);
        let fault = check_mode1(&bad, address).unwrap_err();
        assert_eq!(fault, expect);
        let text = fault.to_string();
        assert!(text.starts_with(words), "{text}");
    };
    let pair = |first: usize, second: usize| [good[first], good[second]];
    let but = |[first, second]: [u8; 2], a: u8, b: u8| [first ^ a, second ^ b];
    let expected = pair(2076 + 7, 2076 + 86 + 7);
    check(
        &[2076 + 86 + 7, 2076 + 12],
        MainFault::PParity {
            codeword: 7,
            expected,
            got: but(expected, 0, 0x11),
        },
        "P parity of column 3, byte 1 of the word, is ",
    );
    let expected = pair(2248 + 51, 2351);
    check(
        &[2351, 2248 + 51],
        MainFault::QParity {
            codeword: 51,
            expected,
            got: but(expected, 0x11, 0x11),
        },
        "Q parity of diagonal 25, byte 1 of the word, is ",
    );
}

#[test]
fn another_place_is_an_address_fault_alone() {
    for kind in &SectorKind::ALL[1..] {
        let sector = sector(*kind, msf("00:02:00"), 6);
        let verdict = PlainSector(&sector).check(*kind, msf("00:02:01"));
        assert_eq!(layers(&verdict), [MainLayer::Address], "{kind}");
        assert_eq!(verdict.faults.to_string(), "header address");
        assert_eq!(
            verdict.faults.first().unwrap().to_string(),
            "header says 00:02:00, the sector is 00:02:01"
        );
    }
}

#[test]
fn another_kind_is_noticed_but_where_nothing_tells_them_apart() {
    let address = msf("12:34:56");
    for is in SectorKind::ALL {
        for wanted in SectorKind::ALL {
            let sector = sector(is, address, 8);
            let is_right = PlainSector(&sector).check(wanted, address).is_right();
            let is_any_data = wanted == SectorKind::Mode2Formless && is.mode() == Some(2);
            assert_eq!(is_right, is == wanted || is_any_data, "{is} as {wanted}");
        }
    }
    let sector = sector(SectorKind::Mode2Form2, address, 9);
    let verdict = PlainSector(&sector).check(SectorKind::Mode2Form1, address);
    assert_eq!(
        verdict.faults.to_string(),
        "subheader, EDC, P parity, Q parity"
    );
    assert_eq!(
        PlainSector(&noise(1))
            .check(SectorKind::Audio, address)
            .faults
            .to_string(),
        "none"
    );
}

#[test]
fn data_in_a_track_of_sound_is_told_by_its_kind() {
    let address = msf("00:02:00");
    let mut bytes = sector(SectorKind::Mode2Form1, address, 9);
    let plain =
        "sector of an audio track begins with the sync pattern of data (data, mode 2, plain)";
    assert_eq!(check_audio(&bytes).unwrap_err().to_string(), plain);
    scramble(&mut bytes);
    let scrambled = plain.replace("plain", "scrambled");
    assert_eq!(check_audio(&bytes).unwrap_err().to_string(), scrambled);
    let verdict = ScrambledSector(&bytes).check(SectorKind::Audio, address);
    assert_eq!(layers(&verdict), [MainLayer::Sync]);
}
