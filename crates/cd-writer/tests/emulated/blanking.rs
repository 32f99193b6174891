//! A CD-RW is erased, watched, and recorded again; what is no CD-RW is left alone.

use std::time::Duration;

use cd_emulator::{Condition, Disc, DiscState, Medium, Profile, Quirk};
use cd_mmc::Sense;
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{SenseBytes, Status, TransportErrorKind};
use cd_writer::{
    BlankControl, BlankError, BlankKind, BlankProgress, BlankReport, CancelToken, DiscAfter,
    ErasureConsent, Purpose, Recorder,
};

use super::host::{Image, OPTIONS, Rig, check_holds, short_medium, small_buffer, writer};

/// BLANK.
const BLANK: u8 = 0xA1;
/// TEST UNIT READY.
const TEST_UNIT_READY: u8 = 0x00;

/// A CD-RW for 4x with the lead-in of [`short_medium`].
fn cd_rw() -> Medium {
    let Medium {
        lead_in_start,
        last_lead_out,
        ..
    } = short_medium();
    Medium {
        lead_in_start,
        last_lead_out,
        ..Medium::cd_rw_74()
    }
}

/// A drive with a CD-RW on which something is recorded.
fn recorded(profile: Profile) -> (Rig, Image) {
    let mut rig = Rig::new(profile);
    rig.drive.insert(Disc::blank(cd_rw()));
    let image = Image::raw();
    assert!(rig.burn(&image, OPTIONS).is_success());
    (rig, image)
}

fn blank(
    writer: &mut Recorder<'_>,
    kind: BlankKind,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(&BlankProgress),
) -> Result<BlankReport, BlankError> {
    let control = BlankControl { cancel, progress };
    writer.blank(kind, ErasureConsent::to_erase_the_disc(), control)
}

fn blank_unwatched(rig: &mut Rig, kind: BlankKind) -> Result<BlankReport, BlankError> {
    blank(&mut rig.writer(), kind, &CancelToken::new(), &mut |_| {})
}

#[test]
fn a_disc_is_erased_and_recorded_again() {
    // 80 minutes, lead-in and lead-out at 4x; two seconds of lead-in; two seconds of calibration.
    for (kind, least, most) in [(BlankKind::Full, 1_200, 1_230), (BlankKind::Fast, 3, 4)] {
        let (mut rig, image) = recorded(small_buffer());
        let report = blank_unwatched(&mut rig, kind).unwrap();
        assert!(report.medium.is_blank());
        let seconds = report.elapsed.as_secs();
        assert!((least..=most).contains(&seconds), "{kind:?}: {seconds} s");
        assert!(report.incidents.is_empty(), "{report:?}");
        assert_eq!(rig.disc().state(), DiscState::Blank);
        assert!(!rig.drive.is_locked());
        assert!(rig.burn(&image, OPTIONS).is_success());
        check_holds(rig.disc(), &image, image.range);
    }
}

#[test]
fn progress_is_told_by_the_drive_every_half_second() {
    let (mut rig, _) = recorded(small_buffer());
    let mut told = Vec::new();
    blank(
        &mut rig.writer(),
        BlankKind::Full,
        &CancelToken::new(),
        &mut |progress| told.push(*progress),
    )
    .unwrap();
    let (first, last) = (told.first().unwrap(), told.last().unwrap());
    assert_eq!((first.fraction, last.fraction), (0.0, 1.0));
    assert_eq!(
        (first.remaining, last.remaining),
        (None, Some(Duration::ZERO))
    );
    assert!(told.is_sorted_by(|a, b| a.fraction <= b.fraction));
    assert!(told.iter().all(|progress| progress.is_told));
    for pair in told.windows(2) {
        let gap = pair[1].elapsed - pair[0].elapsed;
        assert!(gap < Duration::from_millis(600), "{gap:?}");
    }
    let half = &told[told.len() / 2];
    let total = half.elapsed + half.remaining.unwrap();
    let error = total.abs_diff(last.elapsed);
    assert!(error < Duration::from_secs(1), "{half:?} of {last:?}");
}

#[test]
fn a_drive_may_call_it_formatting() {
    let (mut rig, _) = recorded(Profile::named("blank-says-format").unwrap());
    blank_unwatched(&mut rig, BlankKind::Fast).unwrap();
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn a_drive_without_the_immediate_bit_is_waited_for() {
    let (mut rig, _) = recorded(small_buffer());
    let refusal = rule(BLANK, Moment::Before, check(Sense::INVALID_FIELD_IN_CDB));
    let report = {
        let faulty = Faulty::new(&mut rig.drive, &plan(refusal), rig.clock.clone());
        let mut writer = writer(faulty, &rig.clock);
        blank(
            &mut writer,
            BlankKind::Full,
            &CancelToken::new(),
            &mut |_| {},
        )
        .unwrap()
    };
    assert_eq!(report.incidents.len(), 1);
    assert_eq!(report.incidents[0].purpose, Purpose::Erase);
    assert!(report.elapsed.as_secs() >= 1_200);
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

#[test]
fn what_is_no_cd_rw_is_left_alone() {
    let mut rig = Rig::faithful();
    let image = Image::raw();
    assert!(rig.burn(&image, OPTIONS).is_success());
    let error = blank_unwatched(&mut rig, BlankKind::Fast).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the medium is CD-R; only a CD-RW can be erased"
    );
    assert_eq!(error.disc(), DiscAfter::Untouched);
    check_holds(rig.disc(), &image, image.range);
    rig.drive.eject();
    let error = blank_unwatched(&mut rig, BlankKind::Fast).unwrap_err();
    assert_eq!(error.to_string(), "there is no medium in the drive");
}

#[test]
fn a_protected_disc_is_left_as_it_is() {
    let (mut rig, image) = recorded(small_buffer());
    rig.drive.afflict(Condition::WriteProtected);
    let error = blank_unwatched(&mut rig, BlankKind::Full).unwrap_err();
    assert!(matches!(error, BlankError::Refused(_)), "{error}");
    assert_eq!(error.disc(), DiscAfter::Untouched);
    check_holds(rig.disc(), &image, image.range);
    assert!(!rig.drive.is_locked());
}

#[test]
fn cancelled_before_it_begins_nothing_happens() {
    let (mut rig, image) = recorded(small_buffer());
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = blank(&mut rig.writer(), BlankKind::Fast, &cancel, &mut |_| {}).unwrap_err();
    assert_eq!(error, BlankError::Cancelled);
    check_holds(rig.disc(), &image, image.range);
    assert!(!rig.drive.is_locked());
}

#[test]
fn cancelled_later_the_drive_goes_on_by_itself() {
    let (mut rig, _) = recorded(small_buffer());
    let cancel = CancelToken::new();
    let begin = cd_transport::Clock::now(&*rig.clock);
    let error = blank(
        &mut rig.writer(),
        BlankKind::Full,
        &cancel,
        &mut |progress| {
            if progress.elapsed > Duration::from_secs(10) {
                cancel.cancel();
            }
        },
    )
    .unwrap_err();
    assert_eq!(error, BlankError::LeftRunning);
    assert_eq!(error.disc(), DiscAfter::Unknown);
    let took = cd_transport::Clock::now(&*rig.clock) - begin;
    assert!(took < Duration::from_secs(20), "{took:?}");
    cd_transport::Clock::sleep(&*rig.clock, Duration::from_secs(3_600));
    assert!(rig.writer().medium().unwrap().is_blank());
}

#[test]
fn a_failing_erasure_is_told_as_such() {
    let (mut rig, _) = recorded(small_buffer());
    let failure = rule(TEST_UNIT_READY, Moment::Before, check(Sense::WRITE_ERROR));
    // The first asks whether there is a disc.
    let failure = Rule {
        occasion: Occasion::Nth(2),
        ..failure
    };
    let error = {
        let faulty = Faulty::new(&mut rig.drive, &plan(failure), rig.clock.clone());
        let mut writer = writer(faulty, &rig.clock);
        blank(
            &mut writer,
            BlankKind::Fast,
            &CancelToken::new(),
            &mut |_| {},
        )
        .unwrap_err()
    };
    assert!(matches!(error, BlankError::Failed(_)), "{error}");
    assert!(!rig.drive.is_locked());
}

/// Whatever becomes of the command or of asking after it, this comes back, and what it says is true.
#[test]
fn every_fault_ends_it_in_bounded_time() {
    let effects = [
        check(Sense::WRITE_ERROR),
        check(Sense::new(cd_mmc::SenseKey::UNIT_ATTENTION, 0x29, 0)),
        check(Sense::new(cd_mmc::SenseKey::NOT_READY, 4, 8)),
        Effect::Busy { n_times: 3 },
        Effect::Error(TransportErrorKind::Timeout),
        Effect::Error(TransportErrorKind::Host),
        Effect::Error(TransportErrorKind::DeviceGone),
    ];
    for opcode in [0x1E, BLANK, TEST_UNIT_READY, 0x51] {
        for moment in [Moment::Before, Moment::After] {
            for effect in effects {
                let (mut rig, _) = recorded(small_buffer());
                let rule = rule(opcode, moment, effect);
                let result = {
                    let faulty = Faulty::new(&mut rig.drive, &plan(rule), rig.clock.clone());
                    let mut writer = writer(faulty, &rig.clock);
                    blank(
                        &mut writer,
                        BlankKind::Fast,
                        &CancelToken::new(),
                        &mut |_| {},
                    )
                };
                let state = rig.disc().state();
                match result {
                    Ok(report) => {
                        assert!(report.medium.is_blank());
                        assert_eq!(state, DiscState::Blank);
                    }
                    Err(error) if error.disc() == DiscAfter::Untouched => {
                        assert_ne!(state, DiscState::Blank, "{error}");
                    }
                    Err(_) => {}
                }
            }
        }
    }
}

#[test]
fn a_reset_in_the_middle_is_no_success() {
    let (mut rig, _) = recorded(Profile {
        quirks: vec![Quirk::BlankSaysFormat],
        ..small_buffer()
    });
    let reset = Rule {
        occasion: Occasion::Nth(4),
        ..rule(
            TEST_UNIT_READY,
            Moment::Before,
            check(Sense::new(cd_mmc::SenseKey::UNIT_ATTENTION, 0x29, 0)),
        )
    };
    let result = {
        let faulty = Faulty::new(&mut rig.drive, &plan(reset), rig.clock.clone());
        let mut writer = writer(faulty, &rig.clock);
        blank(
            &mut writer,
            BlankKind::Full,
            &CancelToken::new(),
            &mut |_| {},
        )
    };
    // The drive only said so: it went on.
    let report = result.unwrap();
    assert_eq!(report.incidents.len(), 1);
    assert_eq!(rig.disc().state(), DiscState::Blank);
}

const fn rule(opcode: u8, moment: Moment, effect: Effect) -> Rule {
    Rule {
        opcode: Some(opcode),
        occasion: Occasion::Nth(1),
        moment,
        effect,
    }
}

fn plan(rule: Rule) -> FaultPlan {
    FaultPlan {
        seed: 1,
        rules: vec![rule],
    }
}

fn check(sense: Sense) -> Effect {
    let mut bytes = [0; 18];
    let len = sense.encode_fixed_into(&mut bytes);
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes[..len]),
    }
}
