//! One burn that meets its faults, and what must be true of it.

use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{DiscState, Profile};
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Fired, Moment, Rule};
use cd_transport::{
    Clock, Completion, Data, Limits, Transport, TransportError, TransportErrorKind,
};
use cd_writer::{BurnOptions, DiscAfter, Plan, Report, Verdict};

use super::super::host::{Image, Rig, burn, check_truth, writer};
use super::places::{Place, n_writes, places};

const PREVENT_ALLOW: u8 = 0x1E;

/// The same image and plan for every case: neither changes.
pub(crate) struct Bench {
    pub(crate) image: Image,
    pub(crate) plan: Plan,
    profile: Profile,
}

impl Bench {
    pub(crate) fn new(profile: Profile, options: BurnOptions) -> Self {
        let image = Image::two_tracks(0x5A);
        let plan = Rig::new(profile.clone()).plan(&image, options);
        Self {
            image,
            plan,
            profile,
        }
    }

    pub(crate) fn places(&self) -> Vec<Place> {
        places(&self.plan)
    }

    pub(crate) fn counts(&self) -> Counts {
        let places = self.places();
        let n = |found: Option<usize>| u64::try_from(found.unwrap()).unwrap();
        let preparing = n(places.iter().position(Place::is_write));
        let written = preparing + n_writes(&self.plan);
        Counts {
            preparing,
            written,
            all: written + n(places.iter().rev().position(Place::is_write)),
        }
    }

    /// A drive with a new disc, of which it has told already: what it tells in a burn is what the test has it say.
    pub(crate) fn rig(&self) -> Rig {
        let mut rig = Rig::new(self.profile.clone());
        rig.writer().medium().unwrap();
        rig
    }

    /// Burns a new disc with these faults.
    pub(crate) fn burn(&self, rules: Vec<Rule>) -> Case<'_> {
        self.burn_by_chance(1, rules)
    }

    pub(crate) fn burn_by_chance(&self, seed: u64, rules: Vec<Rule>) -> Case<'_> {
        let mut rig = self.rig();
        let faults = FaultPlan { seed, rules };
        let since = rig.clock.now();
        let clock = Arc::clone(&rig.clock);
        let mut counted = Counted {
            inner: Faulty::new(&mut rig.drive, &faults, clock),
            n_commands: 0,
            last: 0,
        };
        let report = burn(
            &mut writer(&mut counted, &rig.clock),
            &self.plan,
            &self.image,
        );
        let (n_commands, last) = (counted.n_commands, counted.last);
        let (_, fired) = counted.inner.into_parts();
        let took = rig.clock.now() - since;
        Case {
            bench: self,
            rules: faults.rules,
            fired,
            n_commands,
            last,
            report,
            rig,
            took,
        }
    }
}

/// How many commands a burn without faults has, waiting left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    /// Before the first WRITE.
    pub(crate) preparing: u64,
    /// Up to the last WRITE.
    pub(crate) written: u64,
    /// Until the tray is unlocked.
    pub(crate) all: u64,
}

/// Counts the commands.
struct Counted<T> {
    inner: T,
    n_commands: u64,
    /// First byte of the last.
    last: u8,
}

impl<T: Transport> Transport for Counted<T> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.n_commands += 1;
        self.last = command[0];
        self.inner.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

/// A burn that met its faults.
pub(crate) struct Case<'b> {
    bench: &'b Bench,
    rules: Vec<Rule>,
    fired: Vec<Fired>,
    n_commands: u64,
    last: u8,
    pub(crate) report: Report,
    pub(crate) rig: Rig,
    pub(crate) took: Duration,
}

/// The longest any burn here may take: a hung drive runs out the time of WRITE, flush, wait, look and three times of
/// the unlocking; one that is busy for ever does so in each state, and in the flush for as long as a lead-out takes.
pub(crate) const LONGEST: Duration = Duration::from_secs(30 * 60);

impl Case<'_> {
    /// What holds whatever happened, if the fault struck and the drive was honest.
    #[track_caller]
    pub(crate) fn check(&self) {
        let told = Told(self);
        assert!(!self.fired.is_empty(), "the fault never struck");
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
        if self.rig.drive.is_locked() {
            assert!(self.is_unlocking_in_vain(), "still locked");
        }
        drop(told);
    }

    /// Whether the last that was sent was to unlock the tray, and did not reach the drive; or there is none any more.
    fn is_unlocking_in_vain(&self) -> bool {
        let is_gone = |fired: &Fired| {
            let effect = self.rules[fired.rule_idx].effect;
            effect == Effect::Error(TransportErrorKind::DeviceGone)
        };
        let struck_last = |fired: &Fired| {
            let rule = self.rules[fired.rule_idx];
            fired.sequence + 1 == self.n_commands && rule.moment == Moment::Before
        };
        self.fired.iter().any(is_gone)
            || self.last == PREVENT_ALLOW && self.fired.iter().any(struck_last)
    }

    /// The verdict as one character.
    pub(crate) fn letter(&self) -> char {
        letter(&self.report)
    }
}

pub(crate) fn letter(report: &Report) -> char {
    match &report.verdict {
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

/// Says what was tried if the test fails.
struct Told<'c>(&'c Case<'c>);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "with {:?}\nas {:?}\n{:?}",
                self.0.rules, self.0.fired, self.0.report
            );
        }
    }
}

/// A drive that says a WRITE was recovered or GOOD, and took nothing of it, lies against the standard: what is then on
/// the disc nobody can know before it is read back.
pub(crate) fn is_a_lie(place: &Place, moment: Moment, effect: Effect) -> bool {
    let claims_done = match effect {
        Effect::Answer { sense, .. } => matches!(sense.as_slice(), [0x70, _, 1, ..]),
        Effect::Short { transferred } => transferred >= place.n_bytes,
        _ => false,
    };
    place.is_write() && moment == Moment::Before && claims_done
}
