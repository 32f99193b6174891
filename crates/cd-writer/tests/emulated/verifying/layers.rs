//! Every layer: one thing changed on the disc is one finding, in its layer, at its place.

use std::collections::BTreeSet;

use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, SectorLayout};
use cd_writer::{
    CancelToken, FindingKind, Habit, Layer, MainPart, VerifyOptions, VerifyOutcome, VerifyReport,
};

use super::super::host::{Image, OPTIONS, Rig, lba};
use super::disc::{
    LEAD_OUT, SOUND, check_only, image_of, noise, place, plain, sectors_read, spec, verify_through,
    verify_with, with_graphics,
};

fn subcode(image: &mut Image, at: i32) -> PwSubcode {
    let mut symbols = [0; 96];
    symbols.copy_from_slice(&image.sector_mut(lba(at))[MAIN_BYTES..]);
    PwSubcode(symbols)
}

fn set_subcode(image: &mut Image, at: i32, subcode: &PwSubcode) {
    image.sector_mut(lba(at))[MAIN_BYTES..].copy_from_slice(&subcode.0);
}

/// Changes the payload of a Q frame and makes its CRC fit again.
fn change_q(image: &mut Image, at: i32, change: impl FnOnce(&mut [u8; 10])) {
    let mut changed = subcode(image, at);
    let [mut payload @ .., _, _] = changed.q().0;
    change(&mut payload);
    changed.set_q(&QFrame::with_crc(payload));
    set_subcode(image, at, &changed);
}

/// What is found when the disc is the image with this change.
#[track_caller]
fn changed(change: impl FnOnce(&mut Image)) -> VerifyReport {
    let image = plain();
    let mut other = image.clone();
    change(&mut other);
    verify_with(&other, &image)
}

#[test]
fn what_was_burned_is_equal_in_every_layer() {
    let image = plain();
    let report = verify_with(&image, &image);
    assert_eq!(report.outcome(), VerifyOutcome::Equal, "{report:#?}");
    assert_eq!(report.range.start(), lba(-150));
    assert_eq!(report.habits, []);
    let n = |layer| report.layer(layer).n_equal;
    let n_sectors = 150 + LEAD_OUT.unsigned_abs();
    assert_eq!(n(Layer::Main), n_sectors);
    assert_eq!(n(Layer::P), n_sectors);
    assert_eq!(n(Layer::Rw), n_sectors);
    // Two tracks, first, last and lead-out.
    assert_eq!(n(Layer::Toc), 5);
    // One in 98 sectors of 900; one in 98 of 300 of the second track: and the drive's own answer.
    assert_eq!(n(Layer::Mcn), 9 + 1);
    assert_eq!(n(Layer::Isrc), 3 + 1);
    assert_eq!(n(Layer::Q), n_sectors - 9 - 3);
    assert_eq!(n(Layer::CdText), 5);
}

#[test]
fn a_byte_of_sound() {
    let report = changed(|disc| disc.sector_mut(lba(500))[1001] ^= 0x10);
    let finding = check_only(&report, Layer::Main, FindingKind::Different);
    assert_eq!(place(&finding), (500, 1));
    assert_eq!(finding.track, Some(2));
    assert_eq!(finding.byte, Some(1001));
    assert_eq!(finding.parts.to_string(), "samples");
    assert_eq!(finding.n_readings, 9);
    assert!(finding.got.ends_with("h (1 byte differs)"), "{finding:?}");
}

#[test]
fn fields_of_data() {
    // The emulated drive gives out what has a right EDC: so does each of these.
    for (bytes, parts) in [
        (2068..2069, vec![MainPart::Zero]),
        (2076..2078, vec![MainPart::PParity]),
        (2247..2249, vec![MainPart::PParity, MainPart::QParity]),
    ] {
        let report = changed(|disc| {
            for byte in &mut disc.sector_mut(lba(17))[bytes.clone()] {
                *byte ^= 0x80;
            }
        });
        let finding = check_only(&report, Layer::Main, FindingKind::Different);
        assert_eq!(place(&finding), (17, 1));
        assert_eq!(finding.track, Some(1));
        assert_eq!(finding.byte, Some(bytes.start));
        assert_eq!(finding.parts.iter().collect::<Vec<_>>(), parts);
    }
}

#[test]
fn another_user_data_with_its_codes() {
    let image = plain();
    let mut other = image.clone();
    // The sector of another place, with this one's address: header, user data and codes.
    let mut plain = [0; MAIN_BYTES];
    cd_sector::encode_mode1(lba(100).to_msf(), &[7; 2048], &mut plain);
    cd_sector::scramble(&mut plain);
    other.sector_mut(lba(100))[..MAIN_BYTES].copy_from_slice(&plain);
    let finding = check_only(
        &verify_with(&other, &image),
        Layer::Main,
        FindingKind::Different,
    );
    assert_eq!(
        finding.parts.to_string(),
        "user data, EDC, P parity, Q parity"
    );
    assert_eq!(finding.byte, Some(16));
}

#[test]
fn p() {
    let report = changed(|disc| disc.sector_mut(lba(40))[MAIN_BYTES + 5] ^= 0x80);
    let finding = check_only(&report, Layer::P, FindingKind::Different);
    assert_eq!(place(&finding), (40, 1));
    assert_eq!(finding.byte, Some(0));
    assert_eq!(finding.expected, "00h");
    assert_eq!(finding.got, "04 00 00 00 00 00 00 00 00 00 00 00");
}

#[test]
fn q_with_a_right_crc() {
    let report = changed(|disc| change_q(disc, 41, |q| q[2] = 0x02));
    let finding = check_only(&report, Layer::Q, FindingKind::Different);
    assert_eq!(place(&finding), (41, 1));
    assert_eq!(finding.byte, Some(2));
    assert!(finding.expected.starts_with("41 01 01 "), "{finding:?}");
    assert!(finding.got.starts_with("41 01 02 "), "{finding:?}");
}

#[test]
fn q_with_a_wrong_crc_is_unreadable() {
    let report = changed(|disc| disc.sector_mut(lba(41))[MAIN_BYTES + 50] ^= 0x40);
    let finding = check_only(&report, Layer::Q, FindingKind::Unreadable);
    assert_eq!(place(&finding), (41, 1));
    assert_eq!(report.outcome(), VerifyOutcome::Different);
}

#[test]
fn a_frame_whose_crc_is_wrong_in_the_image_too_is_equal() {
    let mut image = plain();
    image.sector_mut(lba(41))[MAIN_BYTES + 50] ^= 0x40;
    let report = verify_with(&image, &image);
    assert!(report.is_equal(), "{report:#?}");
}

#[test]
fn the_catalogue_number() {
    // The second frame of the program; the drive's own answer is from the first.
    let report = changed(|disc| change_q(disc, 193, |q| q[3] ^= 0x01));
    let finding = check_only(&report, Layer::Mcn, FindingKind::Different);
    assert_eq!(place(&finding), (193, 1));
    assert_eq!(finding.byte, Some(3));
}

#[test]
fn the_recording_code() {
    let at = (SOUND..).find(|at| (at + 150) % 98 == 0).unwrap() + 98;
    let report = changed(|disc| change_q(disc, at, |q| q[7] ^= 0x10));
    let finding = check_only(&report, Layer::Isrc, FindingKind::Different);
    assert_eq!(place(&finding), (at, 1));
    assert_eq!(finding.track, Some(2));
}

#[test]
fn numbers_by_the_drives_own_answer() {
    let image = plain();
    let other_number = |command: &[u8], answer: &mut [u8]| {
        if command[0] == 0x42 && command[3] == 2 {
            answer[9] = b'7';
        }
    };
    let strict = VerifyOptions::STRICT;
    let report = verify_through(&image, &image, strict, other_number).unwrap();
    let finding = check_only(&report, Layer::Mcn, FindingKind::Different);
    assert_eq!(finding.range, None);
    assert_eq!(finding.expected, "1234567890128");
    assert_eq!(finding.got, "7234567890128, by READ SUB-CHANNEL");

    // Only one who does not read Q has to believe a drive that finds none.
    let none = |command: &[u8], answer: &mut [u8]| {
        if command[0] == 0x42 {
            answer[8] = 0;
        }
    };
    let report = verify_through(&image, &image, strict, none).unwrap();
    assert!(report.is_equal(), "{report:#?}");
    let habits: Vec<_> = report.habits.iter().map(Habit::word).collect();
    assert_eq!(habits, ["number-not-told"; 2]);
}

#[test]
fn a_symbol_of_graphics() {
    let (image, packed) = with_graphics();
    let report = verify_with(&image, &image);
    assert!(report.is_equal(), "{report:#?}");
    // What was burned raw is what a recorder makes of the packs.
    let report = verify_with(&image, &packed);
    assert!(report.is_equal(), "{report:#?}");
    let mut other = image.clone();
    other.sector_mut(lba(600))[MAIN_BYTES + 77] ^= 0x01;
    for image in [image, packed] {
        let report = verify_with(&other, &image);
        let finding = check_only(&report, Layer::Rw, FindingKind::Different);
        assert_eq!(place(&finding), (600, 1));
        assert_eq!(finding.byte, Some(77));
    }
}

#[test]
fn what_a_recorder_makes_of_packs_is_equal_to_packs_and_to_raw_subcode() {
    let (raw, packed) = with_graphics();
    let mut rig = Rig::faithful();
    let burned = rig.burn(&packed, OPTIONS);
    assert!(burned.is_success(), "{burned:?}");
    for image in [packed, raw] {
        let mut writer = rig.writer();
        let report = writer
            .verify(
                &image,
                VerifyOptions::STRICT,
                &CancelToken::new(),
                &mut |_| {},
            )
            .unwrap();
        assert!(report.is_equal(), "{report:#?}");
    }
}

#[test]
fn a_pack_of_cd_text() {
    let image = plain();
    let other = image_of(spec("Every Lawyer"), SectorLayout::RawPw96);
    let report = verify_with(&other, &image);
    let of_text = report.layer(Layer::CdText);
    assert!(
        of_text.n_different > 0 && of_text.n_equal > 0,
        "{report:#?}"
    );
    let all_of_text = report
        .findings
        .iter()
        .all(|finding| finding.layer == Layer::CdText && finding.range.is_none());
    assert!(all_of_text, "{report:#?}");
    assert!(
        report.findings[0]
            .expected
            .starts_with("block 0, pack 0: 80 ")
    );
    assert_eq!(report.layer(Layer::Rw).n_different, 0);
}

#[test]
fn a_disc_without_cd_text_and_one_with_too_much() {
    let (with, mut without) = (plain(), spec(""));
    without.cd_text.clear();
    let without = image_of(without, SectorLayout::RawPw96);
    // The drive says that it reads CD-Text, so its refusal says that there is none.
    let report = verify_with(&without, &with);
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert!(report.findings.iter().all(|finding| finding.got == "none"));
    let report = verify_with(&with, &without);
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.expected == "none")
    );
    // Neither has any: nothing to compare.
    let report = verify_with(&without, &without);
    assert!(report.is_equal(), "{report:#?}");
    assert!(report.layer(Layer::CdText).is_absent());
}

#[test]
fn a_point_of_the_table_of_contents() {
    let image = plain();
    // Entries of 11 bytes behind four: point 2 is the fifth, its PSEC the tenth byte.
    let other_toc = |command: &[u8], answer: &mut [u8]| {
        if command[0] == 0x43 && command[2] & 0x0F == 2 {
            let entries = answer[4..].chunks_exact_mut(11);
            for entry in entries.filter(|entry| entry[3] == 2) {
                entry[9] -= 1;
            }
        }
    };
    let report = verify_through(&image, &image, VerifyOptions::STRICT, other_toc).unwrap();
    let finding = check_only(&report, Layer::Toc, FindingKind::Different);
    assert_eq!(finding.track, Some(2));
    assert!(
        finding.expected.starts_with("track 2 from 00:08:00"),
        "{finding:?}"
    );
    assert!(
        finding.got.starts_with("track 2 from 00:07:00"),
        "{finding:?}"
    );
}

#[test]
fn neighbours_are_one_finding_and_tracks_are_not() {
    let report = changed(|disc| {
        for at in 590..654 {
            disc.sector_mut(lba(at))[99] ^= 0xFF;
        }
        for at in 448..452 {
            disc.sector_mut(lba(at))[MAIN_BYTES + 95] ^= 0x20;
        }
    });
    let places: Vec<_> = report.findings.iter().map(place).collect();
    assert_eq!(places, [(590, 64), (448, 2), (450, 2)]);
    let tracks: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.track)
        .collect();
    assert_eq!(tracks, [Some(2), Some(1), Some(2)]);
    assert_eq!(report.layer(Layer::Main).n_different, 64);
    assert_eq!(report.n_findings[Layer::Rw as usize], 2);
}

#[test]
fn lead_in_and_lead_out_sectors_are_not_read() {
    let report = changed(|disc| {
        disc.sector_mut(lba(-151))[0] ^= 0xFF;
        disc.sector_mut(lba(LEAD_OUT))[0] ^= 0xFF;
    });
    assert!(report.is_equal(), "{report:#?}");
}

#[test]
fn readings_that_differ_are_unstable() {
    let image = plain();
    let mut n = 0_u8;
    let report = verify_through(
        &image,
        &image,
        VerifyOptions::STRICT,
        move |command, answer| {
            for (at, sector) in sectors_read(command, answer) {
                if at == lba(700) {
                    n = n.wrapping_add(1);
                    sector[5] ^= n | 0x80;
                    sector[MAIN_BYTES] ^= 0x80;
                }
            }
        },
    );
    let report = report.unwrap();
    let kinds: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.layer, finding.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            (Layer::Main, FindingKind::Unstable),
            (Layer::P, FindingKind::Different)
        ]
    );
}

#[test]
fn whatever_bits_are_changed_are_what_is_found() {
    let image = plain();
    for seed in 0..12 {
        let mut next = noise(seed);
        let mut below = |n: u64| usize::try_from(next() % n).unwrap();
        let mut other = image.clone();
        let mut expected = BTreeSet::new();
        for _ in 0..40 {
            // Sound, P and R to W: a bit each, which nothing else takes notice of.
            let at = i32::try_from(below(300)).unwrap() + SOUND;
            let (layer, byte, bit) = match below(3) {
                0 => (Layer::Main, below(2352), below(8)),
                1 => (Layer::P, MAIN_BYTES + below(96), 7),
                _ => (Layer::Rw, MAIN_BYTES + below(96), below(6)),
            };
            if expected.insert((layer as usize, at)) {
                other.sector_mut(lba(at))[byte] ^= 1 << bit;
            }
        }
        let report = verify_with(&other, &image);
        let found: BTreeSet<_> = report
            .findings
            .iter()
            .flat_map(|finding| {
                let layer = finding.layer as usize;
                let lbas = finding.range.unwrap().iter();
                lbas.map(move |lba| (layer, lba.value()))
            })
            .collect();
        assert_eq!(found, expected);
        let n_different: u32 = report.layers.iter().map(|layer| layer.n_different).sum();
        assert_eq!(n_different as usize, expected.len());
    }
}
