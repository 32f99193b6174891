//! Drives with ways of their own: what they do is named, and equal only what was accepted.

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, PwSubcode, Q, QFrame};
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{SenseBytes, Status};
use cd_writer::{CancelToken, Habit, Layer, VerifyOptions, VerifyOutcome, VerifyReport};

use super::super::host::{Image, lba, writer};
use super::disc::{
    LEAD_OUT, SOUND, burned, noise, plain, sectors_read, verify_through, with_graphics,
};

const STRICT: VerifyOptions = VerifyOptions::STRICT;

fn through(
    image: &Image,
    options: VerifyOptions,
    change: impl FnMut(&[u8], &mut [u8]) + Send,
) -> VerifyReport {
    verify_through(image, image, options, change).unwrap()
}

fn symbols(sector: &mut [u8]) -> PwSubcode {
    PwSubcode(sector[MAIN_BYTES..].try_into().unwrap())
}

/// Flips bits of subcode, so many of a million, differently at each reading.
fn noisy(per_million: u64, mask: u8, seed: u64) -> impl FnMut(&[u8], &mut [u8]) {
    let mut noise = noise(seed);
    move |command, answer| {
        for (_, sector) in sectors_read(command, answer) {
            for symbol in &mut sector[MAIN_BYTES..] {
                for bit in 0..8 {
                    if noise() % 1_000_000 < per_million {
                        *symbol ^= 1 << bit & mask;
                    }
                }
            }
        }
    }
}

#[test]
fn noise_on_subcode_is_read_away() {
    let (image, _) = with_graphics();
    for seed in 1..4 {
        let report = through(&image, STRICT, noisy(500, 0xFF, seed));
        assert!(report.is_equal(), "{report:#?}");
        for layer in [Layer::P, Layer::Q, Layer::Rw] {
            let layer = report.layer(layer);
            assert!(layer.n_equal_later > 0, "{layer:?}");
            assert!((2..=9).contains(&layer.most_readings), "{layer:?}");
        }
        assert_eq!(report.layer(Layer::Main).n_equal_later, 0);
    }
}

#[test]
fn q_without_a_right_crc_is_tolerated_only_as_far_as_was_said() {
    let image = plain();
    // Nine sectors of 900 have a hole in their Q.
    let holes = |command: &[u8], answer: &mut [u8]| {
        for (at, sector) in sectors_read(command, answer) {
            if at.value() % 100 == 7 {
                sector[MAIN_BYTES + 20] ^= 0x40;
            }
        }
    };
    for (q_tolerance_ppm, outcome) in [
        (0, VerifyOutcome::Different),
        (8_000, VerifyOutcome::Different),
        (10_000, VerifyOutcome::Equal),
    ] {
        let options = VerifyOptions {
            q_tolerance_ppm,
            ..STRICT
        };
        let report = through(&image, options, holes);
        assert_eq!(report.outcome(), outcome, "{report:#?}");
        assert_eq!(report.layer(Layer::Q).n_unreadable, 8);
    }
    // A frame that is another is never tolerated.
    let options = VerifyOptions {
        q_tolerance_ppm: 1_000_000,
        ..STRICT
    };
    let report = through(&image, options, |command, answer| {
        for (at, sector) in sectors_read(command, answer) {
            if at == lba(33) {
                let mut subcode = symbols(sector);
                let [mut payload @ .., _, _] = subcode.q().0;
                payload[5] ^= 1;
                subcode.set_q(&QFrame::with_crc(payload));
                sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
            }
        }
    });
    assert_eq!(report.outcome(), VerifyOutcome::Different);
}

/// The subcode of the sector `shift` later, as the disc has it.
fn shifted(image: &Image, shift: i32) -> impl FnMut(&[u8], &mut [u8]) + use<> {
    let image = image.clone();
    move |command, answer| {
        for (at, sector) in sectors_read(command, answer) {
            let other = image.recorded(lba(at.value() + shift));
            sector[MAIN_BYTES..].copy_from_slice(&other[MAIN_BYTES..]);
        }
    }
}

#[test]
fn a_shift_of_subcode_is_found_and_followed_if_accepted() {
    let (image, packed) = with_graphics();
    for shift in [-3, -1, 1, 2] {
        let accepting = VerifyOptions {
            accept_subcode_shift: true,
            ..STRICT
        };
        for image in [&image, &packed] {
            let change = shifted(&with_graphics().0, shift);
            let report = verify_through(&with_graphics().0, image, accepting, change).unwrap();
            assert!(report.is_equal(), "{report:#?}");
            let habit = Habit::SubcodeShift {
                sectors: shift,
                is_accepted: true,
            };
            assert_eq!(report.habits, [habit]);
            assert_eq!(report.layer(Layer::P).n_at_edges, shift.unsigned_abs());
        }
    }
    let report = through(
        &image,
        VerifyOptions {
            rereads: 0,
            ..STRICT
        },
        shifted(&image, 1),
    );
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    let habit = Habit::SubcodeShift {
        sectors: 1,
        is_accepted: false,
    };
    assert!(report.habits.contains(&habit), "{:?}", report.habits);
    assert_eq!(report.layer(Layer::Main).n_different, 0);
}

#[test]
fn a_difference_under_a_shift_is_at_its_own_place() {
    let image = plain();
    let mut other = image.clone();
    other.sector_mut(lba(500))[MAIN_BYTES + 9] ^= 0x80;
    let options = VerifyOptions {
        accept_subcode_shift: true,
        ..STRICT
    };
    let report = verify_through(&other, &image, options, shifted(&other, 1)).unwrap();
    let finding = super::disc::check_only(&report, Layer::P, cd_writer::FindingKind::Different);
    assert_eq!(super::disc::place(&finding), (500, 1));
}

/// Sound so many samples later, as the disc has it; the drive reads past no border of the program.
fn offset(image: &Image, samples: i32) -> impl FnMut(&[u8], &mut [u8]) + use<> {
    let image = image.clone();
    move |command, answer| {
        for (at, sector) in sectors_read(command, answer) {
            if !(300..LEAD_OUT).contains(&at.value()) {
                continue;
            }
            let first = at.value() + samples.div_euclid(588);
            let cut = usize::try_from(samples.rem_euclid(588)).unwrap() * 4;
            let of = |at: i32| image.recorded(lba(at));
            let both = [&of(first)[..MAIN_BYTES], &of(first + 1)[..MAIN_BYTES]].concat();
            sector[..MAIN_BYTES].copy_from_slice(&both[cut..cut + MAIN_BYTES]);
        }
    }
}

#[test]
fn an_offset_of_sound_is_found_and_followed_if_accepted() {
    let image = plain();
    for samples in [6, -6, 667, -1164, 588, 2_900] {
        let options = VerifyOptions {
            accept_audio_offset: true,
            ..STRICT
        };
        let report = through(&image, options, offset(&image, samples));
        assert!(report.is_equal(), "{samples}: {report:#?}");
        let is_accepted = true;
        let habit = Habit::AudioOffset {
            samples,
            is_accepted,
        };
        assert_eq!(report.habits, [habit]);
        let main = report.layer(Layer::Main);
        let n_edges = samples.unsigned_abs().div_ceil(588);
        assert_eq!(main.n_at_edges, n_edges, "{samples}");
        assert_eq!(main.n_compared(), 900 - n_edges);
    }
    let report = through(
        &image,
        VerifyOptions {
            rereads: 0,
            ..STRICT
        },
        offset(&image, 48),
    );
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    let habit = Habit::AudioOffset {
        samples: 48,
        is_accepted: false,
    };
    assert_eq!(report.habits, [habit]);
    // Silence is silence wherever it is.
    assert!(report.findings.iter().all(
        |finding| finding.track == Some(2) || finding.range.unwrap().end() == Some(lba(SOUND))
    ));
}

#[test]
fn q_without_crc_is_named_and_compared_if_accepted() {
    let image = plain();
    let change = |command: &[u8], answer: &mut [u8]| {
        for (_, sector) in sectors_read(command, answer) {
            let mut subcode = symbols(sector);
            let mut frame = subcode.q();
            frame.0[10..].fill(0);
            subcode.set_q(&frame);
            sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
        }
    };
    let options = VerifyOptions {
        accept_missing_crc: true,
        ..STRICT
    };
    let report = through(&image, options, change);
    assert!(report.is_equal(), "{report:#?}");
    assert_eq!(report.habits, [Habit::QWithoutCrc { is_accepted: true }]);
    let report = through(
        &image,
        VerifyOptions {
            rereads: 1,
            ..STRICT
        },
        change,
    );
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert_eq!(report.habits, [Habit::QWithoutCrc { is_accepted: false }]);
}

#[test]
fn cd_text_without_crc_is_named_and_compared_if_accepted() {
    let image = plain();
    let change = |command: &[u8], answer: &mut [u8]| {
        if command[0] == 0x43 && command[2] & 0x0F == 5 && answer.len() > 4 {
            for pack in answer[4..].chunks_exact_mut(18) {
                pack[16..].fill(0);
            }
        }
    };
    let options = VerifyOptions {
        accept_missing_crc: true,
        ..STRICT
    };
    assert!(through(&image, options, change).is_equal());
    let report = through(&image, STRICT, change);
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert_eq!(
        report.habits,
        [Habit::CdTextWithoutCrc { is_accepted: false }]
    );
}

#[test]
fn q_that_the_drive_makes_itself_is_named() {
    let image = plain();
    // Frames of MCN and ISRC become those of positions.
    let report = through(&image, STRICT, |command, answer| {
        for (at, sector) in sectors_read(command, answer) {
            let mut subcode = symbols(sector);
            if subcode.q().adr() != 1 {
                subcode.set_q(&regular(at));
                sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
            }
        }
    });
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert_eq!(report.habits, [Habit::QRebuilt { n_sectors: 12 }]);
    assert_eq!(report.layer(Layer::Mcn).n_different, 9);
    assert_eq!(report.layer(Layer::Isrc).n_different, 3);
    assert_eq!(report.layer(Layer::Q).n_different, 0);
}

fn regular(at: Lba) -> QFrame {
    let q = Q::Position {
        control: cd_sector::Control::AUDIO,
        track: 1,
        index: 1,
        relative: cd_address::RelMsf::ZERO,
        absolute: at.to_msf(),
    };
    q.encode()
}

#[test]
fn p_that_never_changes_is_not_compared() {
    let image = plain();
    for level in [false, true] {
        let report = through(&image, STRICT, move |command, answer| {
            for (_, sector) in sectors_read(command, answer) {
                let mut subcode = symbols(sector);
                subcode.set_p(level);
                sector[MAIN_BYTES..].copy_from_slice(&subcode.0);
            }
        });
        assert_eq!(report.outcome(), VerifyOutcome::Incomplete, "{report:#?}");
        assert_eq!(report.habits, [Habit::ConstantP { level }]);
        let p = report.layer(Layer::P);
        assert_eq!(p.n_compared(), 0);
        assert!(p.not_compared.is_some());
    }
}

#[test]
fn graphics_that_are_not_given_are_not_equal() {
    let (image, _) = with_graphics();
    let no_rw = |says_so: bool| {
        move |command: &[u8], answer: &mut [u8]| {
            for (_, sector) in sectors_read(command, answer) {
                sector[MAIN_BYTES..]
                    .iter_mut()
                    .for_each(|symbol| *symbol &= 0xC0);
            }
            // Of page 2Ah, behind eight bytes of header.
            if command[0] == 0x5A && command[2] & 0x3F == 0x2A && says_so {
                answer[8 + 5] &= !0x04;
            }
        }
    };
    let report = through(&image, STRICT, no_rw(true));
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete, "{report:#?}");
    assert_eq!(report.habits, [Habit::NoRw]);
    // A drive that says it reads R to W: the disc has lost them.
    let report = through(&image, STRICT, no_rw(false));
    assert_eq!(report.outcome(), VerifyOutcome::Different);
    assert_eq!(report.habits, [Habit::NoRw]);
}

#[test]
fn data_that_comes_scrambled_is_equal_all_the_same() {
    let image = plain();
    let report = through(&image, STRICT, |command, answer| {
        for (at, sector) in sectors_read(command, answer) {
            if at < lba(300) {
                cd_sector::scramble((&mut sector[..MAIN_BYTES]).try_into().unwrap());
            }
        }
    });
    assert!(report.is_equal(), "{report:#?}");
    assert_eq!(report.habits, [Habit::DataScrambled { n_sectors: 450 }]);
}

fn refusing(opcode: u8, occasion: Occasion) -> FaultPlan {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12]) = (0x70, 5, 10, 0x24);
    let effect = Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes),
    };
    let rule = Rule {
        opcode: Some(opcode),
        occasion,
        moment: Moment::Before,
        effect,
    };
    FaultPlan {
        seed: 1,
        rules: vec![rule],
    }
}

fn verify_refused(faults: &FaultPlan) -> VerifyReport {
    let image = plain();
    let mut rig = burned(&image);
    let faulty = Faulty::new(&mut rig.drive, faults, rig.clock.clone());
    let mut writer = writer(faulty, &rig.clock);
    writer
        .verify(&image, STRICT, &CancelToken::new(), &mut |_| {})
        .unwrap()
}

/// The drive refuses raw P-W, and `more` times what is asked for instead.
fn refusing_pw(more: u64) -> FaultPlan {
    let plans = (1..=1 + more).map(|n| refusing(0xBE, Occasion::Nth(n)));
    FaultPlan {
        seed: 1,
        rules: plans.flat_map(|plan| plan.rules).collect(),
    }
}

#[test]
fn of_a_drive_that_gives_p_and_q_alone_those_are_compared() {
    let report = verify_refused(&refusing_pw(0));
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete, "{report:#?}");
    assert!(report.layer(Layer::Rw).not_compared.is_some());
    assert_eq!(report.layer(Layer::Rw).n_compared(), 0);
    for (layer, n_equal) in [
        (Layer::Main, 900),
        (Layer::P, 900),
        (Layer::Q, 888),
        (Layer::Mcn, 10),
        (Layer::Isrc, 4),
    ] {
        assert_eq!(report.layer(layer).n_equal, n_equal, "{layer}");
    }
    // The sector and not the form is refused: all forms are.
    let report = verify_refused(&refusing_pw(2));
    assert!(report.is_equal(), "{report:#?}");
}

#[test]
fn without_subcode_the_drives_answers_have_to_do() {
    let report = verify_refused(&refusing_pw(1));
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete, "{report:#?}");
    for layer in [Layer::P, Layer::Q, Layer::Rw] {
        let layer = report.layer(layer);
        let why = layer.not_compared.as_deref().unwrap();
        assert!(why.starts_with("READ CD"), "{why}");
        assert_eq!(layer.n_compared(), 0);
    }
    assert_eq!(report.layer(Layer::Main).n_equal, 900);
    assert_eq!(report.layer(Layer::Mcn).n_equal, 1);
    assert_eq!(report.layer(Layer::Isrc).n_equal, 1);
}

#[test]
fn what_a_drive_does_not_tell_is_said_layer_by_layer() {
    // READ TOC/PMA/ATIP: neither table of contents nor CD-Text.
    let report = verify_refused(&refusing(0x43, Occasion::From(1)));
    assert_eq!(report.outcome(), VerifyOutcome::Incomplete, "{report:#?}");
    assert!(report.layer(Layer::Toc).not_compared.is_some());
    assert_eq!(report.layer(Layer::Main).n_equal, 900);
    // READ SUB-CHANNEL: Q itself was read.
    let report = verify_refused(&refusing(0x42, Occasion::From(1)));
    assert!(report.is_equal(), "{report:#?}");
    assert_eq!(report.habits.len(), 2);
    // Neither Q nor READ SUB-CHANNEL.
    let mut faults = refusing(0x42, Occasion::From(1));
    faults.rules.extend(refusing_pw(1).rules);
    let report = verify_refused(&faults);
    for layer in [Layer::Mcn, Layer::Isrc] {
        assert!(report.layer(layer).not_compared.is_some(), "{report:#?}");
    }
}
