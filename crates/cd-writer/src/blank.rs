//! Erases a CD-RW, so that it can be recorded again.
//!
//! The drive is told to do it and to answer at once; then it is asked again and again how far it is. A drive that does
//! not know the immediate bit is told without it, and answers when it is done.
//!
//! # Spec
//! MMC-5 6.2 (BLANK, with what it answers meanwhile). Read that first.

use std::time::Duration;

use cd_mmc::{
    Blank, BlankType, Command, PreventAllowMediumRemoval, RequestSense, Sense, TestUnitReady,
};
use cd_transport::Data;

use crate::control::PROGRESS_INTERVAL;
use crate::outcome::Incident;
use crate::plan::Purpose;
use crate::policy::{Reaction, is_waiting, react};
use crate::probe::{MediumInfo, MediumKind};
use crate::recorder::{ASK_TIMEOUT, Recorder};
use crate::{CancelToken, DiscAfter, Fault, ProbeError};

/// How much of a CD-RW is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BlankKind {
    /// Only what makes the disc look recorded (PMA, lead-in, first pregap): a minute or two.
    Fast,
    /// Every sector: as long as recording the whole disc.
    Full,
}

/// The caller's word that a disc may be erased: what is on it is lost.
#[derive(Debug)]
pub struct ErasureConsent(());

impl ErasureConsent {
    /// Whoever calls this has been told that the disc will be erased, and agrees.
    #[must_use]
    pub const fn to_erase_the_disc() -> Self {
        Self(())
    }
}

/// How far an erasure is: told once before, every half second, and once after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlankProgress {
    /// Time since it began.
    pub elapsed: Duration,
    /// The part that is done, 0.0 to 1.0.
    pub fraction: f64,
    /// Whether the drive says so; else it is what the disc's size and the drive's speed let expect.
    pub is_told: bool,
    /// Time it still needs at the mean rate so far; `None` before anything is done.
    pub remaining: Option<Duration>,
}

/// What goes along with an erasure: how it is watched and stopped.
pub struct BlankControl<'a> {
    /// Stops it before it begins. Later nothing can: the drive is then left to itself.
    pub cancel: &'a CancelToken,
    /// Told how far it is.
    pub progress: &'a mut dyn FnMut(&BlankProgress),
}

/// A disc that was erased.
#[derive(Debug)]
pub struct BlankReport {
    /// What the drive says of it now: it is blank.
    pub medium: MediumInfo,
    /// From the command to the drive's being ready again.
    pub elapsed: Duration,
    /// What the drive said meanwhile that stopped nothing; the first hundred of it.
    pub incidents: Vec<Incident>,
}

/// Why a disc is not erased, or not known to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlankError {
    /// Drive or medium cannot be asked.
    #[error(transparent)]
    Probe(ProbeError),
    /// Not a CD-RW.
    #[error("the medium is {found}; only a CD-RW can be erased")]
    NotErasable {
        /// What it is.
        found: String,
    },
    /// A CD-RW that this drive does not erase: too fast or too slow for it, or worn out.
    #[error("the drive says that it cannot erase this CD-RW")]
    NotErasableHere,
    /// The drive refused to begin.
    #[error("the drive does not erase the disc: {0}")]
    Refused(#[source] Fault),
    /// Stopped by the user before it began.
    #[error("cancelled")]
    Cancelled,
    /// The user did not wait for the end: the drive erases on, and keeps its tray shut until it is done.
    #[error("cancelled; the drive goes on erasing by itself")]
    LeftRunning,
    /// It began and did not end well, or not in the time it may take.
    #[error("erasing the disc failed: {0}")]
    Failed(#[source] Fault),
    /// The drive says that it is done and the disc is not blank.
    #[error("the drive says that it is done, and that {found}")]
    NotBlank {
        /// What it says of the disc.
        found: String,
    },
}

impl BlankError {
    /// What the disc is now, as far as that is known.
    #[must_use]
    pub const fn disc(&self) -> DiscAfter {
        match self {
            Self::Probe(_)
            | Self::NotErasable { .. }
            | Self::NotErasableHere
            | Self::Refused(_)
            | Self::Cancelled => DiscAfter::Untouched,
            Self::LeftRunning | Self::Failed(_) => DiscAfter::Unknown,
            Self::NotBlank { .. } => DiscAfter::Spoiled,
        }
    }
}

/// Longer than a whole disc of 80 minutes takes at 1x, calibration and retries allowed for.
const FULL_LIMIT: Duration = Duration::from_secs(160 * 60);
/// A lead-in takes three minutes at 1x; some drives erase the calibration area with it.
const FAST_LIMIT: Duration = Duration::from_secs(20 * 60);
/// Sectors a second of a drive that names no speed: the slowest CD-RW is erased at 2x.
const USUAL_SPEED: u32 = 150;
/// Program area of a disc that does not say how large it is: 80 minutes.
const USUAL_SECTORS: u32 = 80 * 60 * 75;
/// How often the tray is locked again after a reset until that is given up.
const MAX_RESTARTS: u32 = 3;
const MAX_INCIDENTS: usize = 100;

impl BlankKind {
    const fn limit(self) -> Duration {
        match self {
            Self::Fast => FAST_LIMIT,
            Self::Full => FULL_LIMIT,
        }
    }

    fn command(self, immediate: bool) -> Command {
        let blank_type = match self {
            Self::Fast => BlankType::MINIMAL,
            Self::Full => BlankType::DISC,
        };
        Blank {
            immediate,
            blank_type,
            start: 0,
        }
        .into()
    }
}

impl Recorder<'_> {
    /// Erases the CD-RW that is in the drive, blank or not, and looks whether it is blank then.
    ///
    /// Returns when the drive is ready again, within 20 minutes (fast) or 160 minutes (full); the tray is then
    /// unlocked if the drive still answers. Once it began nothing stops it: cancelled then, this returns at once and
    /// the drive goes on.
    ///
    /// # Errors
    /// [`BlankError`]; what became of the disc tells [`BlankError::disc`].
    #[doc(alias = "BLANK")]
    pub fn blank(
        &mut self,
        kind: BlankKind,
        _consent: ErasureConsent,
        control: BlankControl<'_>,
    ) -> Result<BlankReport, BlankError> {
        let medium = self.medium().map_err(BlankError::Probe)?;
        if medium.kind != Some(MediumKind::CdRw) {
            let found = match medium.kind {
                Some(kind) => kind.to_string(),
                None => medium.profile_text(),
            };
            return Err(BlankError::NotErasable { found });
        }
        if !medium.information.erasable {
            return Err(BlankError::NotErasableHere);
        }
        let speed = self
            .recording_abilities()
            .map_err(BlankError::Probe)?
            .and_then(|page| page.fastest_write_speed());
        let mut eraser = Eraser {
            kind,
            control,
            expected: expected_time(kind, &medium, speed),
            began: self.clock.now(),
            told_at: None,
            incidents: Vec::new(),
        };
        let erased = eraser.run(self);
        let elapsed = self.clock.now().saturating_sub(eraser.began);
        eraser.unlock(self);
        erased?;
        let medium = self.medium().map_err(|error| match error {
            ProbeError::Fault(fault) => BlankError::Failed(fault),
            other => BlankError::Probe(other),
        })?;
        if !medium.is_blank() {
            let found = medium.state_text();
            return Err(BlankError::NotBlank { found });
        }
        Ok(BlankReport {
            medium,
            elapsed,
            incidents: eraser.incidents,
        })
    }
}

/// How long it takes by the size of what is erased and the drive's speed.
fn expected_time(kind: BlankKind, medium: &MediumInfo, speed: Option<u32>) -> Duration {
    let start = medium.lead_in_start().ok().map(|(start, _)| start);
    let lead_in = start.map_or(22_650, |start| start.value().unsigned_abs());
    let program = medium
        .last_lead_out()
        .map_or(USUAL_SECTORS, |lba| lba.value().unsigned_abs());
    let n_sectors = match kind {
        BlankKind::Fast => lead_in,
        BlankKind::Full => lead_in + program,
    };
    Duration::from_secs(1) * n_sectors / speed.unwrap_or(USUAL_SPEED).max(75)
}

struct Eraser<'a> {
    kind: BlankKind,
    control: BlankControl<'a>,
    expected: Duration,
    began: Duration,
    told_at: Option<Duration>,
    incidents: Vec<Incident>,
}

impl Eraser<'_> {
    fn run(&mut self, recorder: &mut Recorder<'_>) -> Result<(), BlankError> {
        self.tell(recorder, Some(0.0), true);
        for _ in 0..=MAX_RESTARTS {
            if self.control.cancel.is_cancelled() {
                return Err(BlankError::Cancelled);
            }
            let lock = PreventAllowMediumRemoval::PREVENT.into();
            match self.step(recorder, Purpose::Lock, &lock) {
                Ok(()) => {}
                Err(Stop::Reset(_)) => continue,
                Err(Stop::Cancelled) => return Err(BlankError::Cancelled),
                Err(Stop::Fault(fault)) => return Err(BlankError::Refused(fault)),
            }
            self.began = recorder.clock.now();
            match self.begin(recorder) {
                Err(Stop::Reset(_)) => {}
                Err(Stop::Cancelled) => return Err(BlankError::Cancelled),
                // A command that was not answered may have been obeyed.
                Err(Stop::Fault(fault)) if fault.sense().is_none() => {
                    return Err(BlankError::Failed(fault));
                }
                Err(Stop::Fault(fault)) => return Err(BlankError::Refused(fault)),
                Ok(()) => {
                    return match self.await_end(recorder) {
                        Ok(()) => Ok(()),
                        Err(Stop::Cancelled) => Err(BlankError::LeftRunning),
                        Err(Stop::Reset(fault) | Stop::Fault(fault)) => {
                            Err(BlankError::Failed(fault))
                        }
                    };
                }
            }
        }
        Err(BlankError::Refused(Fault::nonsense(
            &self.kind.command(true),
            "the drive was reset again and again",
        )))
    }

    /// Has the drive begin: at once if it knows how, else it answers when it is done.
    fn begin(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Stop> {
        match self.step(recorder, Purpose::Erase, &self.kind.command(true)) {
            Err(Stop::Fault(fault)) if does_not_know_the_bit(&fault) => {
                self.note(Purpose::Erase, fault);
                self.step(recorder, Purpose::Erase, &self.kind.command(false))
            }
            other => other,
        }
    }

    fn await_end(&mut self, recorder: &mut Recorder<'_>) -> Result<(), Stop> {
        self.step(recorder, Purpose::AwaitErase, &TestUnitReady.into())
    }

    /// Sends a command until the drive has done it, watching.
    fn step(
        &mut self,
        recorder: &mut Recorder<'_>,
        purpose: Purpose,
        command: &Command,
    ) -> Result<(), Stop> {
        let since = recorder.clock.now();
        let limit = self.kind.limit();
        let timeout = match purpose {
            Purpose::Erase => limit,
            _ => ASK_TIMEOUT,
        };
        loop {
            let answer = recorder.send(command, Data::None, timeout);
            let Some(fault) = answer.fault else {
                if purpose == Purpose::AwaitErase {
                    self.tell(recorder, Some(1.0), true);
                }
                return Ok(());
            };
            let waited = recorder.clock.now().saturating_sub(since);
            let reaction = react(purpose, &fault, waited, limit);
            let waits = is_waiting(&fault);
            if purpose == Purpose::AwaitErase && waits {
                let told = fault.sense().and_then(Sense::progress);
                let told = told.or_else(|| ask_progress(recorder));
                self.tell(recorder, told.map(|part| f64::from(part) / 65_536.0), false);
            }
            match reaction {
                Reaction::GiveUp => return Err(Stop::Fault(fault)),
                Reaction::Accept => {
                    self.note(purpose, fault);
                    return Ok(());
                }
                Reaction::Restart => {
                    self.note(purpose, fault.clone());
                    return Err(Stop::Reset(fault));
                }
                Reaction::Retry(_) if self.control.cancel.is_cancelled() => {
                    return Err(Stop::Cancelled);
                }
                Reaction::Retry(pause) => {
                    if !waits {
                        self.note(purpose, fault);
                    }
                    recorder.clock.sleep(pause);
                }
            }
        }
    }

    fn unlock(&mut self, recorder: &mut Recorder<'_>) {
        let unlock = PreventAllowMediumRemoval::ALLOW.into();
        if let Err(Stop::Fault(fault)) = self.step(recorder, Purpose::Unlock, &unlock) {
            self.note(Purpose::Unlock, fault);
        }
    }

    fn note(&mut self, purpose: Purpose, fault: Fault) {
        if self.incidents.len() < MAX_INCIDENTS {
            self.incidents.push(Incident {
                purpose,
                lba: None,
                fault,
            });
        }
    }

    fn tell(&mut self, recorder: &Recorder<'_>, told: Option<f64>, force: bool) {
        let now = recorder.clock.now();
        let due = self
            .told_at
            .is_none_or(|at| now.saturating_sub(at) >= PROGRESS_INTERVAL);
        if !due && !force {
            return;
        }
        self.told_at = Some(now);
        let elapsed = now.saturating_sub(self.began);
        // Short of the end until the drive says that it is there.
        let expected = elapsed.as_secs_f64() / self.expected.as_secs_f64().max(1.0);
        let fraction = told.unwrap_or_else(|| expected.min(0.99));
        let remaining = (fraction > 0.0).then(|| elapsed.mul_f64((1.0 - fraction) / fraction));
        (self.control.progress)(&BlankProgress {
            elapsed,
            fraction,
            is_told: told.is_some(),
            remaining,
        });
    }
}

/// Why a command of an erasure was not done.
enum Stop {
    Cancelled,
    /// The drive may have forgotten that its tray is locked.
    Reset(Fault),
    Fault(Fault),
}

/// What the drive says of itself unasked; some tell how far they are only there.
fn ask_progress(recorder: &mut Recorder<'_>) -> Option<u16> {
    let command = RequestSense {
        descriptor_format: false,
        allocation_length: SENSE_BYTES,
    };
    let mut bytes = [0; SENSE_BYTES as usize];
    let answer = recorder.send(&command.into(), Data::In(&mut bytes), ASK_TIMEOUT);
    match answer.fault {
        None => Sense::decode(&bytes[..answer.transferred]).ok()?.progress(),
        Some(_) => None,
    }
}

const SENSE_BYTES: u8 = 18;

/// An invalid field in the command: of its fields the immediate bit is the only one that a drive which erases at all
/// may not know.
fn does_not_know_the_bit(fault: &Fault) -> bool {
    let sense = fault.sense();
    sense.is_some_and(|sense| sense.same_code(&Sense::INVALID_FIELD_IN_CDB))
}
