//! Every command of a burn meets every fault there is, once and for ever: the burn ends in bounded time with a
//! verdict that is true of the disc, and leaves the tray unlocked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cd_emulator::DiscState;
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{
    Clock, Completion, Data, Limits, SenseBytes, Status, Transport, TransportError,
    TransportErrorKind,
};
use cd_writer::{BurnOptions, DiscAfter, Plan, Report, Verdict};

use super::host::{Image, OPTIONS, Rig, burn, check_text, check_truth, writer};

/// Where a fault strikes: a command of the burn by its first byte, counted from 1 among its like.
const PLACES: [(&str, u8, u64); 15] = [
    ("lock", 0x1E, 1),
    ("speed", 0xBB, 1),
    ("select", 0x55, 1),
    ("confirm", 0x5A, 1),
    ("opc", 0x54, 1),
    ("blank?", 0x51, 1),
    ("write 1", 0x2A, 1),
    ("write 2", 0x2A, 2),
    ("write 15", 0x2A, 15),
    ("write 30", 0x2A, N_WRITES),
    ("flush", 0x35, 1),
    ("ready?", 0x00, 1),
    ("written?", 0x51, 2),
    ("toc?", 0x43, 1),
    ("unlock", 0x1E, 2),
];

/// 760 sectors, 26 at a time.
const N_WRITES: u64 = 30;
const WRITE: u8 = 0x2A;
const PREVENT_ALLOW: u8 = 0x1E;
/// Commands of a burn up to the first WRITE, and after the last until the tray is unlocked, waiting left out.
const N_PREPARING: u64 = 6;
const N_FINISHING: u64 = 5;

/// What a drive can say in a burn: the codes that other writers are known to handle, and some more.
const TRIPLES: [(u8, u8, u8); 35] = [
    (1, 0x0C, 0x0A),
    (1, 0x17, 0x01),
    (1, 0x73, 0x01),
    (2, 0x04, 0x00),
    (2, 0x04, 0x01),
    (2, 0x04, 0x04),
    (2, 0x04, 0x07),
    (2, 0x04, 0x08),
    (2, 0x30, 0x00),
    (2, 0x3A, 0x00),
    (3, 0x02, 0x00),
    (3, 0x03, 0x00),
    (3, 0x0C, 0x00),
    (3, 0x0C, 0x09),
    (3, 0x57, 0x00),
    (3, 0x72, 0x00),
    (3, 0x73, 0x01),
    (3, 0x73, 0x03),
    (4, 0x09, 0x00),
    (5, 0x20, 0x00),
    (5, 0x21, 0x00),
    (5, 0x21, 0x02),
    (5, 0x24, 0x00),
    (5, 0x26, 0x00),
    (5, 0x2C, 0x00),
    (5, 0x30, 0x05),
    (5, 0x64, 0x00),
    (6, 0x28, 0x00),
    (6, 0x29, 0x00),
    (6, 0x2A, 0x01),
    (6, 0x2E, 0x00),
    (6, 0x5A, 0x03),
    (7, 0x27, 0x00),
    (0xB, 0x00, 0x00),
    (0, 0x00, 0x00),
];

const HOUR: Duration = Duration::from_secs(3600);

/// What can happen to a command besides sense data.
const OTHERS: [(&str, Effect); 11] = [
    ("timeout", Effect::Error(TransportErrorKind::Timeout)),
    ("host error", Effect::Error(TransportErrorKind::Host)),
    ("gone", Effect::Error(TransportErrorKind::DeviceGone)),
    ("busy once", Effect::Busy { n_times: 1 }),
    ("busy long", Effect::Busy { n_times: 1000 }),
    ("busy ever", Effect::Busy { n_times: 100_000 }),
    ("conflict", status(Status::RESERVATION_CONFLICT)),
    ("no sense", status(Status::CHECK_CONDITION)),
    ("no bytes", Effect::Short { transferred: 0 }),
    ("few bytes", Effect::Short { transferred: 20 }),
    ("too late", Effect::Delay(HOUR)),
];

const fn status(status: Status) -> Effect {
    Effect::Answer {
        status,
        sense: SenseBytes::EMPTY,
    }
}

fn sense((key, asc, ascq): (u8, u8, u8)) -> Effect {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (0x70, key, 10, asc, ascq);
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes),
    }
}

fn effects() -> Vec<(String, Effect)> {
    let by_sense = TRIPLES.map(|triple| {
        let (key, asc, ascq) = triple;
        (format!("{key:X}/{asc:02X}/{ascq:02X}"), sense(triple))
    });
    let others = OTHERS.map(|(name, effect)| (name.to_owned(), effect));
    by_sense.into_iter().chain(others).collect()
}

/// The same image and plan for every case: neither changes.
struct Bench {
    image: Image,
    plan: Plan,
}

impl Bench {
    fn new(simulate: bool) -> Self {
        let image = Image::raw();
        let options = BurnOptions {
            simulate,
            ..OPTIONS
        };
        let plan = Rig::faithful().plan(&image, options);
        Self { image, plan }
    }

    /// Burns a new disc with these faults.
    fn burn(&self, rules: Vec<Rule>) -> Case<'_> {
        self.burn_by_chance(1, rules)
    }

    fn burn_by_chance(&self, seed: u64, rules: Vec<Rule>) -> Case<'_> {
        let mut rig = Rig::faithful();
        // The drive tells of its new disc here, not in mid-burn.
        rig.writer().medium().unwrap();
        let faults = FaultPlan { seed, rules };
        let since = rig.clock.now();
        let clock = rig.clock.clone();
        let mut faulty = Faulty::new(&mut rig.drive, &faults, clock);
        let report = burn(
            &mut writer(&mut faulty, &rig.clock),
            &self.plan,
            &self.image,
        );
        let n_fired = faulty.fired().len();
        drop(faulty);
        let took = rig.clock.now() - since;
        Case {
            bench: self,
            rules: faults.rules,
            n_fired,
            report,
            rig,
            took,
        }
    }
}

/// A burn that met its faults.
struct Case<'b> {
    bench: &'b Bench,
    rules: Vec<Rule>,
    n_fired: usize,
    report: Report,
    rig: Rig,
    took: Duration,
}

/// The longest any burn here may take: a hung drive runs out the time of WRITE, flush, wait, look and three times of
/// the unlocking; one that is busy for ever does so in each state, and in the flush for as long as a lead-out takes.
const LONGEST: Duration = Duration::from_secs(30 * 60);

impl Case<'_> {
    /// What holds whatever happened.
    #[track_caller]
    fn check(&self) {
        let told = Told(self);
        assert!(self.n_fired > 0, "the fault never struck");
        assert!(self.took < LONGEST, "{:?}", self.took);
        check_truth(
            &self.report,
            self.rig.disc(),
            &self.bench.image,
            self.bench.plan.writes().range,
        );
        assert_eq!(
            self.report.is_success(),
            matches!(self.report.verdict, Verdict::Proved | Verdict::Simulated)
        );
        if self.bench.plan.is_simulation() {
            assert_eq!(self.rig.disc().state(), DiscState::Blank);
        }
        if self.can_unlock() {
            assert!(!self.rig.drive.is_locked(), "still locked");
        }
        drop(told);
    }

    /// Whether an ALLOW could reach the drive: not if it is gone, nor if it hears no such command or only says
    /// that it carried it out.
    fn can_unlock(&self) -> bool {
        self.rules.iter().all(|rule| {
            let gone = rule.effect == Effect::Error(TransportErrorKind::DeviceGone);
            let hits_unlock = rule.opcode.is_none_or(|opcode| opcode == PREVENT_ALLOW)
                && rule.moment == Moment::Before;
            let for_ever = matches!(rule.occasion, Occasion::From(_))
                || matches!(rule.effect, Effect::Busy { n_times: 100_000 });
            let second = rule.occasion == Occasion::Nth(2);
            let is_believed = match rule.effect {
                Effect::Answer { sense, .. } => {
                    // Recovered: done. Refused: there is no lock.
                    matches!(sense.as_slice().get(2), Some(1 | 5))
                }
                Effect::Short { .. } => true,
                _ => false,
            };
            !gone && !(hits_unlock && (for_ever || second && is_believed))
        })
    }

    /// The verdict as one character.
    fn letter(&self) -> char {
        match &self.report.verdict {
            Verdict::Proved => 'p',
            Verdict::Simulated => 's',
            Verdict::Doubtful(_) => 'D',
            Verdict::Stopped { disc, .. } => match disc {
                DiscAfter::Untouched => '.',
                DiscAfter::Blank => 'B',
                DiscAfter::Spoiled => 'X',
                DiscAfter::Complete => 'C',
                DiscAfter::Unknown => '?',
            },
        }
    }
}

/// Says what was tried if the test fails.
struct Told<'c>(&'c Case<'c>);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("with {:?}\n{:?}", self.0.rules, self.0.report);
        }
    }
}

/// A drive that says a WRITE was recovered or GOOD, and took nothing of it, lies against the standard: what is then on
/// the disc nobody can know before it is read back.
fn is_a_lie((_, opcode, _): (&str, u8, u64), rule: &Rule) -> bool {
    let claims_done = match rule.effect {
        Effect::Answer { sense, .. } => sense.as_slice().get(2) == Some(&1),
        _ => false,
    };
    opcode == WRITE && rule.moment == Moment::Before && claims_done
}

/// One line a fault, one column a place: what became of the burn.
fn table(bench: &Bench, moment: Moment, occasion: fn(u64) -> Occasion) -> Table {
    let mut rows = Vec::new();
    for (name, effect) in effects() {
        let cells = PLACES.map(|place| {
            let (_, opcode, n) = place;
            let rule = Rule {
                opcode: Some(opcode),
                occasion: occasion(n),
                moment,
                effect,
            };
            if is_a_lie(place, &rule) {
                return '-';
            }
            let case = bench.burn(vec![rule]);
            case.check();
            case.letter()
        });
        rows.push((name, cells));
    }
    Table(rows)
}

#[derive(PartialEq, Eq)]
struct Table(Vec<(String, [char; PLACES.len()])>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in 0..8 {
            write!(f, "{:10}", "")?;
            for (place, ..) in PLACES {
                write!(f, " {}", place.chars().nth(line).unwrap_or(' '))?;
            }
            writeln!(f)?;
        }
        for (name, cells) in &self.0 {
            write!(f, "{name:10}")?;
            for cell in cells {
                write!(f, " {cell}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[test]
fn a_fault_instead_of_a_command() {
    let table = table(&Bench::new(false), Moment::Before, Occasion::Nth);
    check_text(&table.to_string(), include_str!("faults_before.txt"));
}

#[test]
fn a_fault_in_place_of_an_answer() {
    let table = table(&Bench::new(false), Moment::After, Occasion::Nth);
    check_text(&table.to_string(), include_str!("faults_after.txt"));
}

#[test]
fn a_fault_that_stays() {
    let table = table(&Bench::new(false), Moment::Before, Occasion::From);
    check_text(&table.to_string(), include_str!("faults_forever.txt"));
}

#[test]
fn a_simulation_never_writes_whatever_happens() {
    let bench = Bench::new(true);
    for place in PLACES {
        let (_, opcode, n) = place;
        // Neither is part of a simulation.
        if opcode == 0x54 || opcode == 0x43 {
            continue;
        }
        for (_, effect) in effects() {
            let rule = Rule {
                opcode: Some(opcode),
                occasion: Occasion::Nth(n),
                moment: Moment::After,
                effect,
            };
            bench.burn(vec![rule]).check();
        }
    }
}

#[test]
fn a_device_may_go_or_hang_at_any_command() {
    let bench = Bench::new(false);
    let n_commands = N_PREPARING + N_WRITES + N_FINISHING;
    for kind in [
        TransportErrorKind::DeviceGone,
        TransportErrorKind::Timeout,
        TransportErrorKind::Host,
    ] {
        for moment in [Moment::Before, Moment::After] {
            for n in 1..=n_commands {
                let rule = |occasion| Rule {
                    opcode: None,
                    occasion,
                    moment,
                    effect: Effect::Error(kind),
                };
                bench.burn(vec![rule(Occasion::Nth(n))]).check();
                // From here on nothing is heard any more.
                let case = bench.burn(vec![rule(Occasion::From(n))]);
                case.check();
                let letter = case.letter();
                match n {
                    1..=N_PREPARING => assert_eq!(letter, '.', "{n}"),
                    _ if n <= N_PREPARING + N_WRITES => assert_eq!(letter, '?', "{n}"),
                    _ if n < n_commands => assert_eq!(letter, 'D', "{n}"),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn faults_by_chance_end_well_or_truly() {
    let bench = Bench::new(false);
    let effects = effects();
    let mut letters = String::new();
    for seed in 0..200 {
        let (_, effect) = effects[seed % effects.len()];
        let by_chance = |moment, effect, parts| Rule {
            opcode: None,
            occasion: Occasion::PerMillion(parts),
            moment,
            effect,
        };
        let case = bench.burn_by_chance(
            seed as u64,
            vec![
                by_chance(Moment::Before, effect, 30_000),
                by_chance(Moment::Before, sense((2, 4, 8)), 100_000),
                by_chance(
                    Moment::After,
                    Effect::Delay(Duration::from_secs(1)),
                    100_000,
                ),
            ],
        );
        assert!(case.took < LONGEST);
        let letter = case.letter();
        if letter == '.' {
            assert_eq!(case.rig.disc().state(), DiscState::Blank);
        }
        letters.push(letter);
    }
    // All kinds of ends come about.
    for letter in ['p', '.', 'X', 'D'] {
        assert!(letters.contains(letter), "no {letter} in {letters}");
    }
}

/// A drive that somebody switches off and on, or opens with a paper clip, just before a command.
struct Disturbed<'d> {
    drive: &'d mut cd_emulator::Recorder,
    left: u64,
    disturb: fn(&mut cd_emulator::Recorder),
}

impl Transport for Disturbed<'_> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.left = self.left.wrapping_sub(1);
        if self.left == 0 {
            (self.disturb)(self.drive);
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

/// Burns with a disturbance before the `n`th command, counted from 1.
fn disturbed(bench: &Bench, n: u64, disturb: fn(&mut cd_emulator::Recorder)) -> (Rig, Report) {
    let mut rig = Rig::faithful();
    rig.writer().medium().unwrap();
    let clock = Arc::clone(&rig.clock);
    let transport = Disturbed {
        drive: &mut rig.drive,
        left: n,
        disturb,
    };
    let report = burn(&mut writer(transport, &clock), &bench.plan, &bench.image);
    (rig, report)
}

#[test]
fn a_drive_that_is_reset_loses_its_settings_but_no_simulation() {
    let n_commands = N_PREPARING + N_WRITES + N_FINISHING;
    for simulate in [false, true] {
        let bench = Bench::new(simulate);
        let n_preparing = N_PREPARING - u64::from(simulate);
        for n in 1..=n_commands {
            let (rig, report) = disturbed(&bench, n, cd_emulator::Recorder::reset);
            let range = bench.plan.writes().range;
            check_truth(&report, rig.disc(), &bench.image, range);
            assert!(!rig.drive.is_locked());
            if simulate {
                assert_eq!(rig.disc().state(), DiscState::Blank, "{n}");
            }
            // What was set up is set up again; a burn under way is lost.
            if n <= n_preparing {
                assert!(report.is_success(), "{n}: {report:?}");
                assert!(!report.incidents.is_empty());
            } else if n <= n_preparing + N_WRITES {
                assert!(!report.is_success(), "{n}: {report:?}");
            }
        }
    }
}

#[test]
fn a_disc_taken_out_in_mid_burn_is_spoiled_wherever_it_is_now() {
    let bench = Bench::new(false);
    for n in 1..=N_PREPARING + N_WRITES + N_FINISHING {
        let (rig, report) = disturbed(&bench, n, |drive| drop(drive.eject()));
        assert!(!rig.drive.is_locked());
        let touched = n > N_PREPARING + 1;
        match &report.verdict {
            Verdict::Stopped { disc, .. } if !touched => {
                assert!(
                    matches!(disc, DiscAfter::Untouched | DiscAfter::Unknown),
                    "{n}"
                );
            }
            Verdict::Stopped { disc, .. } => assert_eq!(*disc, DiscAfter::Unknown, "{n}"),
            Verdict::Doubtful(_) => assert!(n > N_PREPARING + N_WRITES, "{n}"),
            // Nothing asks for the disc any more.
            Verdict::Proved => assert!(n >= N_PREPARING + N_WRITES + N_FINISHING, "{n}"),
            Verdict::Simulated => panic!("{n}: {report:?}"),
        }
    }
}
