//! Troubles that befall the drive itself in mid-burn, rather than one command: for a moment, for a while, for good.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{Condition, DiscState, Recorder};
use cd_transport::{Clock, Completion, Data, Limits, Transport, TransportError};
use cd_writer::{BurnOptions, DiscAfter, Report, Verdict};

use super::super::host::{OPTIONS, Rig, burn, check_text, check_truth, writer};
use super::case::{Bench, LONGEST, letter};
use super::places::Place;
use super::{bench, legend};

const CONDITIONS: [(&str, Condition); 14] = [
    ("becoming", Condition::BecomingReady),
    ("start", Condition::StartNeeded),
    ("format", Condition::FormatInProgress),
    ("operation", Condition::OperationInProgress),
    ("long write", Condition::LongWriteInProgress),
    ("not ready", Condition::NotReady),
    ("upside", Condition::UpsideDown),
    ("medium", Condition::IncompatibleMedium),
    ("protected", Condition::WriteProtected),
    ("prot. old", Condition::WriteProtectedOld),
    ("reserved", Condition::Reserved),
    ("busy", Condition::Busy),
    ("hung", Condition::Hung),
    ("gone", Condition::Gone),
];

/// A drive that something happens to just before a command.
struct Disturbed<'d, F> {
    drive: &'d mut Recorder,
    /// The command by its first byte, or any.
    opcode: Option<u8>,
    /// How many more of them until then.
    left: u64,
    disturb: F,
}

impl<F: Fn(&mut Recorder) + Send> Transport for Disturbed<'_, F> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        if self.opcode.is_none_or(|opcode| opcode == command[0]) {
            self.left = self.left.wrapping_sub(1);
            if self.left == 0 {
                (self.disturb)(self.drive);
            }
        }
        self.drive.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.drive.limits()
    }

    fn description(&self) -> String {
        self.drive.description()
    }
}

/// Burns with a disturbance before the `n`th command of this kind, counted from 1.
fn disturbed(
    bench: &Bench,
    (opcode, n): (Option<u8>, u64),
    disturb: impl Fn(&mut Recorder) + Send,
) -> (Rig, Report) {
    let mut rig = bench.rig();
    let clock = Arc::clone(&rig.clock);
    let transport = Disturbed {
        drive: &mut rig.drive,
        opcode,
        left: n,
        disturb,
    };
    let report = burn(&mut writer(transport, &clock), &bench.plan, &bench.image);
    (rig, report)
}

/// What becomes of the burn if `condition` sets in at `place`, for so long or for good.
fn afflicted(
    bench: &Bench,
    place: &Place,
    condition: Condition,
    lasts: Option<Duration>,
) -> Report {
    let since = bench.rig().clock.now();
    let (rig, report) = disturbed(bench, (Some(place.opcode), place.n), |drive| match lasts {
        Some(lasts) => drive.afflict_for(condition, lasts),
        None => drive.afflict(condition),
    });
    let context = format!("{condition:?} for {lasts:?} at {place:?}: {report:?}");
    assert!(rig.clock.now() - since < LONGEST, "{context}");
    let told = Told(&context);
    check_truth(&report, rig.disc(), &bench.image, bench.plan.writes().range);
    drop(told);
    if rig.drive.is_locked() {
        let is_deaf = matches!(
            condition,
            Condition::Reserved | Condition::Busy | Condition::Hung | Condition::Gone
        );
        assert!(is_deaf, "still locked: {context}");
    }
    report
}

/// Says what was tried if the test fails.
struct Told<'c>(&'c str);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with {}", self.0);
        }
    }
}

#[test]
fn whatever_befalls_the_drive_ends_in_one_named_state() {
    let bench = bench(OPTIONS);
    let places = bench.places();
    let mut text = legend(&places, 16);
    for (name, condition) in CONDITIONS {
        for (lasts, times) in [
            (Some(Duration::from_millis(50)), "50 ms"),
            (Some(Duration::from_secs(20)), "20 s"),
            (None, "ever"),
        ] {
            write!(text, "{name:10} {times:>5}").unwrap();
            for place in &places {
                let report = afflicted(&bench, place, condition, lasts);
                write!(text, " {}", letter(&report)).unwrap();
            }
            text.push('\n');
        }
    }
    check_text(&text, include_str!("conditions.txt"));
}

#[test]
fn a_drive_that_is_reset_loses_its_settings_but_no_simulation() {
    for simulate in [false, true] {
        let bench = bench(BurnOptions {
            simulate,
            ..OPTIONS
        });
        let counts = bench.counts();
        for n in 1..=counts.all {
            let (rig, report) = disturbed(&bench, (None, n), Recorder::reset);
            let range = bench.plan.writes().range;
            check_truth(&report, rig.disc(), &bench.image, range);
            assert!(!rig.drive.is_locked());
            if simulate {
                assert_eq!(rig.disc().state(), DiscState::Blank, "{n}");
            }
            // What was set up is set up again; a burn under way is lost.
            if n <= counts.preparing {
                assert!(report.is_success(), "{n}: {report:?}");
                assert!(!report.incidents.is_empty());
            } else if n <= counts.written {
                assert!(!report.is_success(), "{n}: {report:?}");
            }
        }
    }
}

#[test]
fn a_disc_taken_out_in_mid_burn_is_spoiled_wherever_it_is_now() {
    let bench = bench(OPTIONS);
    let counts = bench.counts();
    for n in 1..=counts.all {
        let (rig, report) = disturbed(&bench, (None, n), |drive| drop(drive.eject()));
        assert!(!rig.drive.is_locked());
        let touched = n > counts.preparing + 1;
        match &report.verdict {
            Verdict::Stopped { disc, .. } if !touched => {
                assert!(
                    matches!(disc, DiscAfter::Untouched | DiscAfter::Unknown),
                    "{n}"
                );
            }
            Verdict::Stopped { disc, .. } => assert_eq!(*disc, DiscAfter::Unknown, "{n}"),
            Verdict::Doubtful(_) => assert!(n > counts.written, "{n}"),
            // Nothing asks for the disc any more.
            Verdict::Proved => assert_eq!(n, counts.all),
            Verdict::Simulated => panic!("{n}: {report:?}"),
        }
    }
}
