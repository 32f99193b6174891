use std::string::{String, ToString};
use std::vec::Vec;

use cd_address::{Lba, Msf};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::ecc::tests::is_codeword_everywhere;
use crate::edc::tests::slow_edc;
use crate::*;

/// A subheader with no bit alike in both forms but the form.
pub(crate) const SUBHEADER: Subheader = Subheader {
    file: 3,
    channel: 0x91,
    submode: Submode(0xC9),
    coding: 0x7F,
};

/// User data in which every byte counts, the same for the same `seed`.
pub(crate) fn noise(seed: u32) -> [u8; MAIN_BYTES] {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    [(); MAIN_BYTES].map(|()| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
}

/// The payload of `kind` whose user data is the first bytes of `user`; form 2 has its EDC.
pub(crate) fn payload(kind: SectorKind, user: &[u8; MAIN_BYTES]) -> Payload<'_> {
    let subheader = SUBHEADER;
    match kind {
        SectorKind::Audio => Payload::Audio(user),
        SectorKind::Mode0 => Payload::Mode0,
        SectorKind::Mode1 => Payload::Mode1(user.first_chunk().unwrap()),
        SectorKind::Mode2Formless => Payload::Mode2Formless(user.first_chunk().unwrap()),
        SectorKind::Mode2Form1 => Payload::Mode2Form1 {
            subheader: subheader.with_form(1),
            user: user.first_chunk().unwrap(),
        },
        SectorKind::Mode2Form2 => Payload::Mode2Form2 {
            subheader: subheader.with_form(2),
            user: user.first_chunk().unwrap(),
            has_edc: true,
        },
    }
}

pub(crate) fn sector(kind: SectorKind, address: Msf, seed: u32) -> [u8; MAIN_BYTES] {
    let mut sector = noise(!seed);
    encode(address, payload(kind, &noise(seed)), &mut sector);
    sector
}

/// Whether a sector is what the standards say of `kind`, by other means than the crate's: literal places, the EDC a bit
/// at a time, parity by the polynomials' values.
pub(crate) fn judge(
    kind: SectorKind,
    sector: &[u8; MAIN_BYTES],
    address: Msf,
) -> Result<(), &'static str> {
    let is = |right: bool, what| if right { Ok(()) } else { Err(what) };
    let decimal = |n: u8| n / 10 * 16 + n % 10;
    let form = |n: u8| {
        is(sector[16..20] == sector[20..24], "copies")?;
        is(sector[18] & 0x20 == (n - 1) * 0x20, "form")
    };
    let edc = |from: usize, to: usize| {
        is(
            slow_edc(&sector[from..to]).to_le_bytes() == sector[to..to + 4],
            "edc",
        )
    };
    let parity = |header: [u8; 4]| {
        let mut bytes = *sector.last_chunk().unwrap();
        bytes[..4].copy_from_slice(&header);
        is_codeword_everywhere(&bytes).map_err(|_| "parity")
    };
    if kind == SectorKind::Audio {
        return is(sector[..12] != SYNC, "sync");
    }
    is(
        sector[0] == 0 && sector[1..11] == [0xFF; 10] && sector[11] == 0,
        "sync",
    )?;
    is(
        sector[12..15] == [address.minute(), address.second(), address.frame()].map(decimal),
        "address",
    )?;
    match kind {
        SectorKind::Audio => Ok(()),
        SectorKind::Mode0 => {
            is(sector[15] == 0, "mode")?;
            is(sector[16..] == [0; 2336], "zeros")
        }
        SectorKind::Mode1 => {
            is(sector[15] == 1, "mode")?;
            edc(0, 2064)?;
            is(sector[2068..2076] == [0; 8], "zeros")?;
            parity(*sector[12..].first_chunk().unwrap())
        }
        SectorKind::Mode2Formless => is(sector[15] == 2, "mode"),
        SectorKind::Mode2Form1 => {
            is(sector[15] == 2, "mode")?;
            form(1)?;
            edc(16, 2072)?;
            parity([0; 4])
        }
        SectorKind::Mode2Form2 => {
            is(sector[15] == 2, "mode")?;
            form(2)?;
            is(sector[2348..] == [0; 4], "no edc").or_else(|_| edc(16, 2348))
        }
    }
}

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

#[test]
fn zeros_at_lba_0_are_the_known_sector() {
    let mut sector = [0xA5; 2352];
    encode_mode1(Lba::ZERO.to_msf(), &[0; 2048], &mut sector);
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
fn every_kind_is_what_its_standard_says() {
    for kind in SectorKind::ALL {
        for (seed, lba) in [(1, -45_150), (2, -150), (3, 0), (4, 333_333), (5, 404_849)] {
            let address = Lba::new(lba).unwrap().to_msf();
            let sector = sector(kind, address, seed);
            assert_eq!(judge(kind, &sector, address), Ok(()), "{kind} at {address}");
            assert_eq!(payload(kind, &noise(seed)).kind(), kind);
        }
    }
}

#[test]
fn mode_2_sectors_of_zeros_are_the_known_ones() {
    let check = |payload: Payload<'_>, place: usize, edc: [u8; 4]| {
        let mut sector = [0xA5; 2352];
        encode(msf("00:02:00"), payload, &mut sector);
        assert_eq!(sector[place..place + 4], edc);
    };
    let subheader = Subheader::DATA;
    let user = &[0; 2048];
    check(
        Payload::Mode2Form1 { subheader, user },
        2072,
        [0x0B, 0x88, 0x81, 0x94],
    );
    let form2 = |has_edc| Payload::Mode2Form2 {
        subheader: Subheader::EMPTY_FORM_2,
        user: &[0; 2324],
        has_edc,
    };
    check(form2(true), 2348, [0x3F, 0x13, 0xB0, 0xBE]);
    check(form2(false), 2348, [0; 4]);
    // By definition the parity of form 1 does not know where the sector stands.
    let at = |text| {
        let mut sector = [0xA5; 2352];
        encode(
            msf(text),
            Payload::Mode2Form1 { subheader, user },
            &mut sector,
        );
        sector[16..].to_vec()
    };
    assert_eq!(at("00:02:00"), at("97:34:23"));
}

#[test]
fn the_form_bit_follows_the_kind() {
    let mut sector = [0xA5; 2352];
    let user = &noise(1);
    for (payload, submode) in [
        (
            Payload::Mode2Form1 {
                subheader: SUBHEADER.with_form(2),
                user: user.first_chunk().unwrap(),
            },
            0xC9,
        ),
        (
            Payload::Mode2Form2 {
                subheader: SUBHEADER.with_form(1),
                user: user.first_chunk().unwrap(),
                has_edc: true,
            },
            0xE9,
        ),
    ] {
        encode(msf("00:02:00"), payload, &mut sector);
        assert_eq!(
            sector[16..24],
            [3, 0x91, submode, 0x7F, 3, 0x91, submode, 0x7F]
        );
        assert_eq!(judge(payload.kind(), &sector, msf("00:02:00")), Ok(()));
    }
    assert_eq!(SUBHEADER.with_form(2).to_string(), "0391E97F");
}

#[test]
fn in_place_is_the_same() {
    for kind in SectorKind::ALL {
        let expect = sector(kind, msf("97:34:23"), 6);
        let mut sector = noise(7);
        sector[kind.user()].copy_from_slice(&noise(6)[..kind.user().len()]);
        sector[16..20].copy_from_slice(match kind {
            // User data lies there.
            SectorKind::Mode2Form1 | SectorKind::Mode2Form2 => &[3, 0x91, 0xC9, 0x7F],
            _ => &expect[16..20],
        });
        encode_in_place(kind, msf("97:34:23"), &mut sector);
        assert_eq!(sector, expect, "{kind}");
        encode_in_place(kind, msf("97:34:23"), &mut sector);
        assert_eq!(sector, expect, "{kind} twice");
    }
}

#[test]
fn decoding_wants_sync_an_address_the_mode_and_the_form() {
    let check = |kind: SectorKind, changes: &[(usize, u8)], expect: &str| {
        let mut bad = sector(kind, msf("12:34:56"), 8);
        changes
            .iter()
            .for_each(|&(place, value)| bad[place] = value);
        let fault = PlainSector(&bad).decode(kind).unwrap_err();
        assert_eq!(fault.to_string(), expect, "{kind}");
    };
    for kind in &SectorKind::ALL[1..] {
        check(*kind, &[(0, 1)], "sync byte 0 is 01h, not 00h");
        check(*kind, &[(10, 0)], "sync byte 10 is 00h, not FFh");
        let text = "header says 12:60:56: second 60 is above its limit 59";
        check(*kind, &[(13, 0x60)], text);
        let mode = kind.mode().unwrap();
        let text = std::format!("header says mode 61h, not {mode:02X}h");
        check(*kind, &[(15, 0x61)], &text);
    }
    check(
        SectorKind::Mode2Form1,
        &[(21, 0x92)],
        "subheader is 0391C97F and its copy 0392C97F",
    );
    check(
        SectorKind::Mode2Form1,
        &[(18, 0x20), (22, 0x20)],
        "subheader 0391207F says form 2, not form 1",
    );
    check(
        SectorKind::Mode2Form2,
        &[(18, 0), (22, 0)],
        "subheader 0391007F says form 1, not form 2",
    );
    let data = sector(SectorKind::Mode1, msf("00:02:00"), 9);
    assert_eq!(
        PlainSector(&data)
            .decode(SectorKind::Audio)
            .unwrap_err()
            .to_string(),
        "sector of an audio track begins with the sync pattern of data (data, mode 1, plain)"
    );
}

#[test]
fn decoding_does_not_look_at_edc_parity_and_zeros() {
    for kind in [SectorKind::Mode0, SectorKind::Mode1, SectorKind::Mode2Form1] {
        let mut sector = sector(kind, msf("12:34:56"), 10);
        sector[2060..].fill(0x77);
        assert!(PlainSector(&sector).decode(kind).is_ok(), "{kind}");
    }
}

#[test]
fn the_lens_shows_the_fields() {
    let lengths: Vec<usize> = SectorKind::ALL
        .into_iter()
        .map(|kind| PlainSector(&noise(1)).user(kind).len())
        .collect();
    assert_eq!(lengths, [2352, 0, 2048, 2336, 2048, 2324]);
    let plain = sector(SectorKind::Mode2Form1, msf("12:34:56"), 11);
    let lens = PlainSector(&plain);
    assert_eq!(*lens.sync(), SYNC);
    assert_eq!(lens.header().to_bytes(), [0x12, 0x34, 0x56, 2]);
    assert_eq!(lens.mode(), 2);
    assert_eq!(lens.subheaders(), [SUBHEADER; 2]);
    assert_eq!(lens.user(SectorKind::Mode2Form1), &noise(11)[..2048]);
    assert_eq!(
        lens.edc(SectorKind::Mode2Form1),
        Some(edc(&plain[16..2072]))
    );
    assert_eq!(lens.edc(SectorKind::Mode2Formless), None);
    assert_eq!(lens.p_parity()[..], plain[2076..2248]);
    assert_eq!(lens.q_parity()[..], plain[2248..]);
    let mut scrambled = plain;
    scramble(&mut scrambled);
    assert_eq!(ScrambledSector(&scrambled).header(), lens.header());
    assert_eq!(ScrambledSector(&scrambled).to_plain(), plain);
    assert_eq!(ScrambledSector(&scrambled).kind(), SectorKind::Mode2Form1);
}

fn any_subheader() -> impl Strategy<Value = Subheader> {
    any::<[u8; 4]>().prop_map(Subheader::from_bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn what_is_encoded_decodes_and_checks(
        kind in proptest::sample::select(&SectorKind::ALL[..]),
        position in 0..450_000_u32,
        seed in any::<u32>(),
        subheader in any_subheader(),
        has_edc in any::<bool>(),
    ) {
        let address = Lba::from_position(position).unwrap().to_msf();
        let user = noise(seed);
        let payload = match payload(kind, &user) {
            Payload::Mode2Form1 { user, .. } => Payload::Mode2Form1 { subheader: subheader.with_form(1), user },
            Payload::Mode2Form2 { user, .. } => Payload::Mode2Form2 { subheader: subheader.with_form(2), user, has_edc },
            other => other,
        };
        let mut sector = noise(!seed);
        encode(address, payload, &mut sector);
        prop_assert_eq!(judge(kind, &sector, address), Ok(()));
        let decoded = PlainSector(&sector).decode(kind).unwrap();
        prop_assert_eq!(decoded.payload, payload);
        prop_assert_eq!(decoded.address, kind.mode().map(|_| address));
        prop_assert!(PlainSector(&sector).check(kind, address).is_right());
        if kind == SectorKind::Mode1 {
            prop_assert_eq!(check_mode1(&sector, address), Ok(()));
        }
        let found = check(&sector, address);
        prop_assert!(found.is_right() && found.kind == kind && !found.scrambled);
        if kind == SectorKind::Audio {
            return Ok(());
        }
        scramble(&mut sector);
        let verdict = ScrambledSector(&sector).check(kind, address);
        prop_assert!(verdict.is_right() && verdict.scrambled);
        prop_assert_eq!(verdict.edc == EdcVerdict::Absent, kind == SectorKind::Mode2Form2 && !has_edc);
        prop_assert_eq!(check(&sector, address), verdict);
    }

    #[test]
    fn any_bytes_are_taken(
        kind in proptest::sample::select(&SectorKind::ALL[..]),
        seed in any::<u32>(),
        head in any::<[u8; 24]>(),
        synced in any::<bool>(),
    ) {
        let mut sector = noise(seed);
        sector[..24].copy_from_slice(&head);
        if synced {
            sector[..12].copy_from_slice(&SYNC);
        }
        prop_assert_eq!(detect(&sector) == MainKind::Audio, !synced);
        let address = Lba::ZERO.to_msf();
        let _ = PlainSector(&sector).decode(kind);
        let _ = check(&sector, address);
        let verdict = PlainSector(&sector).check(kind, address);
        prop_assert_eq!(verdict.is_right(), judge(kind, &sector, address).is_ok());
        let _ = ScrambledSector(&sector).check(kind, address);
    }
}
