//! The order of a burn, as a state machine that does no I/O and reads no clock: it is asked what to do
//! next, told when that is sent, and told how it went.
//!
//! ```text
//!              +-- reset, at most 3 times --+
//!              v                            |
//! start --> Preparing ----------------------+
//!              |   \
//!              |    +------------------ stop ------------------+
//!              v                                              |
//!           Filling ------------------- stop -----------------+
//!              |                                              |
//!              v                                              |
//!           Writing --- stop, no WRITE was sent --------------+
//!              |   \                                          |
//!              |    stop                                      |
//!              v   /                                          |
//!           Flushing                                          |
//!              |                                              |
//!              v                                              |
//!        AwaitingFlush --- after a stop ---> Examining ---+   |
//!              |                                          |   |
//!              v                                          v   v
//!           Proving -----------------------------------> Unlocking --> Ended
//! ```
//!
//! | state | what is sent | good | fault that is given up on |
//! | --- | --- | --- | --- |
//! | Preparing | the plan's steps | next step, then Filling | session format refused: the same with 00h; else stop |
//! | Filling | nothing: the read-ahead fills | Writing | stop |
//! | Writing | WRITEs without a gap | next WRITE, then Flushing | stop |
//! | Flushing | SYNCHRONIZE CACHE, immediate | AwaitingFlush | refused: the same, waiting; else a doubt, AwaitingFlush |
//! | Flushing, waiting | SYNCHRONIZE CACHE | Proving, Examining | a doubt, AwaitingFlush |
//! | AwaitingFlush | TEST UNIT READY | Proving, Examining | a doubt, Proving, Examining |
//! | Proving | disc information, TOC | next proof, then Unlocking | a doubt, next proof |
//! | Examining | disc information | Unlocking | the disc is unknown, Unlocking |
//! | Unlocking | ALLOW MEDIUM REMOVAL | Ended | an incident, Ended |
//!
//! From every state a device that is gone leads to Ended at once. A stop leaves Preparing, Filling and
//! Writing only: later there is nothing to stop. It leads through the flush if a sector was sent, since
//! a drive that is left in mid-burn takes no other command, and always through the unlocking (unless not
//! one command was sent yet).
//! What a fault means (again, accept, give up) is decided in `policy`; every wait is bounded there.
//!
//! # Spec
//! MMC-3 4.2.3.8 (raw recording ends with SYNCHRONIZE CACHE). Read that first.

use std::time::Duration;

use cd_address::{Lba, LbaRange};

use crate::outcome::{DiscAfter, Doubt, Outcome, StopCause};
use crate::plan::{Plan, Purpose, Step, StepData};
use crate::policy::{Reaction, ask_again, is_waiting, react};
use crate::{Fault, answer};

#[cfg(test)]
mod tests;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act<'p> {
    /// Send this command and tell [`Session::answered`].
    Send(&'p Step),
    /// Wait until the read-ahead is full, then tell [`Session::filled`].
    Fill,
    /// Send a WRITE of these sectors and tell [`Session::answered`].
    Write(LbaRange),
    /// Let this time pass.
    Wait(Duration),
    /// Nothing more.
    End,
}

/// How often a drive may be reset while the burn is prepared, until that is given up.
const MAX_RESTARTS: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Preparing {
        step_idx: usize,
    },
    Filling,
    /// The sectors not yet taken by the drive.
    Writing {
        rest: LbaRange,
    },
    Flushing {
        waiting: bool,
    },
    AwaitingFlush,
    Proving {
        step_idx: usize,
    },
    /// After a stop: what is the disc now?
    Examining,
    Unlocking,
    Ended,
}

#[derive(Debug)]
pub(crate) struct Session<'p> {
    plan: &'p Plan,
    state: State,
    /// A wait that is due before the state's command is sent again.
    pause: Option<Duration>,
    /// When the state's command was first sent.
    first_sent: Option<Duration>,
    /// Whether a fault of the state's command is among the incidents already.
    is_noted: bool,
    n_restarts: u32,
    /// Whether raw recording is selected with session format 00h, since the drive refuses the disc's own.
    selects_plain: bool,
    has_sent: bool,
    writing_since: Option<Duration>,
    has_sent_all: bool,
    outcome: Outcome,
}

impl<'p> Session<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            state: State::Preparing { step_idx: 0 },
            pause: None,
            first_sent: None,
            is_noted: false,
            n_restarts: 0,
            selects_plain: false,
            has_sent: false,
            writing_since: None,
            has_sent_all: false,
            outcome: Outcome::NOTHING_YET,
        }
    }

    /// What to do now. Asked again without an answer in between, it says the same (a wait excepted).
    pub(crate) fn next(&mut self) -> Act<'p> {
        if let Some(pause) = self.pause.take() {
            return Act::Wait(pause);
        }
        match self.state {
            State::Filling => Act::Fill,
            State::Writing { rest } => Act::Write(rest.take(self.plan.writes.per_command)),
            State::Ended => Act::End,
            _ => self.step().map_or(Act::End, Act::Send),
        }
    }

    /// The state's command, but for the WRITEs.
    fn step(&self) -> Option<&'p Step> {
        let plan = self.plan;
        Some(match self.state {
            State::Preparing { step_idx } => {
                let step = &plan.prepare[step_idx];
                let plain = plan.select_plain.as_ref();
                plain
                    .filter(|plain| self.selects_plain && plain.purpose == step.purpose)
                    .unwrap_or(step)
            }
            State::Flushing { waiting: false } => &plan.flush,
            State::Flushing { waiting: true } => &plan.flush_waiting,
            State::AwaitingFlush => &plan.await_flush,
            State::Proving { step_idx } => &plan.prove[step_idx],
            State::Examining => &plan.prove[0],
            State::Unlocking => &plan.unlock,
            State::Filling | State::Writing { .. } | State::Ended => return None,
        })
    }

    /// The command of the last [`Act`] goes out now: from here on it may have had its effect.
    pub(crate) fn sending(&mut self, now: Duration) {
        self.has_sent = true;
        self.first_sent.get_or_insert(now);
        if let State::Writing { rest } = self.state {
            self.writing_since.get_or_insert(now);
            self.has_sent_all |= rest.len() <= self.plan.writes.per_command;
        }
    }

    /// Whether no sector was sent.
    pub(crate) fn disc_is_untouched(&self) -> bool {
        self.writing_since.is_none()
    }

    /// Whether sectors are being sent, or still will be.
    pub(crate) fn can_be_stopped(&self) -> bool {
        matches!(
            self.state,
            State::Preparing { .. } | State::Filling | State::Writing { .. }
        )
    }

    /// Whether sectors were sent and no more will be.
    pub(crate) fn is_finishing(&self) -> bool {
        !self.disc_is_untouched() && !self.can_be_stopped()
    }

    pub(crate) fn last_written(&self) -> Option<Lba> {
        self.outcome.last_written
    }

    pub(crate) fn into_outcome(self) -> Outcome {
        self.outcome
    }

    /// The read-ahead is full.
    pub(crate) fn filled(&mut self) {
        if self.state == State::Filling {
            self.enter(State::Writing {
                rest: self.plan.writes.range,
            });
        }
    }

    /// The burn must not go on, for a reason outside the drive. Later reasons do not replace the first.
    pub(crate) fn stop(&mut self, cause: StopCause) {
        if self.can_be_stopped() {
            self.give_up(cause);
        }
    }

    /// The command of the last [`Act`] ended, with the data it gave and perhaps a fault.
    pub(crate) fn answered(&mut self, now: Duration, data: &[u8], fault: Option<Fault>) {
        let Some(fault) = fault else {
            return self.accepted(now, data);
        };
        let (purpose, lba) = self.current();
        let waited = now.saturating_sub(self.first_sent.unwrap_or(now));
        let asks = matches!(self.step(), Some(step) if matches!(step.data, StepData::In(_)));
        let reaction = match react(purpose, &fault, waited, self.plan.flush_limit) {
            Reaction::Accept if asks && data.is_empty() => ask_again(waited),
            Reaction::Restart if self.n_restarts == MAX_RESTARTS => Reaction::GiveUp,
            reaction => reaction,
        };
        match reaction {
            Reaction::Retry(pause) => {
                self.outcome.n_retries += 1;
                self.pause = Some(pause);
                // A busy drive is no news, and one that says the same a hundred times says it once.
                if !is_waiting(&fault) && !self.is_noted {
                    self.is_noted = true;
                    self.outcome.note(purpose, lba, fault);
                }
            }
            Reaction::Restart => {
                self.n_restarts += 1;
                self.outcome.n_retries += 1;
                self.outcome.note(purpose, lba, fault);
                self.enter(State::Preparing { step_idx: 0 });
            }
            Reaction::Accept => {
                self.outcome.note(purpose, lba, fault);
                self.accepted(now, data);
            }
            Reaction::GiveUp => self.failed(now, fault),
        }
    }

    fn current(&self) -> (Purpose, Option<Lba>) {
        match self.state {
            State::Writing { rest } => (Purpose::Write, Some(rest.start())),
            _ => (self.step().map_or(Purpose::Ask, |step| step.purpose), None),
        }
    }

    /// The state's command did what it is for.
    fn accepted(&mut self, now: Duration, data: &[u8]) {
        match self.state {
            State::Preparing { step_idx } => self.prepared(step_idx, data),
            State::Writing { rest } => {
                let taken = rest.take(self.plan.writes.per_command);
                self.outcome.last_written = taken.last();
                match rest.skip(taken.len()) {
                    Some(rest) => self.enter(State::Writing { rest }),
                    None => self.enter(State::Flushing { waiting: false }),
                }
            }
            State::Flushing { waiting: false } => self.enter(State::AwaitingFlush),
            State::Flushing { waiting: true } | State::AwaitingFlush => self.flushed(now),
            State::Proving { step_idx } => {
                self.prove(step_idx, data);
                self.next_proof(step_idx);
            }
            State::Examining => {
                match answer::disc_status(&self.plan.prove[0].command, data) {
                    Ok(status) => self.note_disc(status),
                    Err(fault) => self.outcome.note(Purpose::ConfirmWritten, None, fault),
                }
                self.enter(State::Unlocking);
            }
            State::Unlocking => self.enter(State::Ended),
            State::Filling | State::Ended => {}
        }
    }

    fn prepared(&mut self, step_idx: usize, data: &[u8]) {
        let step = &self.plan.prepare[step_idx];
        let expected = &self.plan.expected;
        let checked = match step.purpose {
            Purpose::ConfirmWriteParameters => {
                answer::write_parameters(&step.command, data, expected).map(|deviation| {
                    if let Some(fault) = deviation {
                        self.outcome.note(step.purpose, None, fault);
                    }
                })
            }
            Purpose::ConfirmBlank => answer::blank_disc(&step.command, data, expected),
            _ => Ok(()),
        };
        match checked {
            Err(cause) => self.give_up(cause),
            Ok(()) if step_idx + 1 < self.plan.prepare.len() => {
                self.enter(State::Preparing {
                    step_idx: step_idx + 1,
                });
            }
            Ok(()) => self.enter(State::Filling),
        }
    }

    /// The state's command failed for good.
    fn failed(&mut self, now: Duration, fault: Fault) {
        let gone = fault.device_is_gone();
        match self.state {
            State::Preparing { .. } if fault.is_medium_change() => {
                self.give_up(StopCause::MediumChanged(fault));
            }
            // Raw recording takes nothing from it: the table of contents is the stream's own.
            State::Preparing { .. } if self.can_select_plain(&fault) => {
                self.outcome.note(Purpose::SetSessionFormat, None, fault);
                self.selects_plain = true;
                self.enter(self.state);
            }
            State::Preparing { .. } | State::Writing { .. } => {
                self.give_up(StopCause::Command(fault));
            }
            // A drive that does not know the immediate bit gets the command without it.
            State::Flushing { waiting: false } if fault.is_refusal() => {
                self.outcome.note(Purpose::Flush, None, fault);
                self.enter(State::Flushing { waiting: true });
            }
            State::Flushing { .. } => {
                self.not_flushed(Purpose::Flush, fault);
                self.enter(State::AwaitingFlush);
            }
            State::AwaitingFlush => {
                self.not_flushed(Purpose::AwaitFlush, fault);
                self.flushed(now);
            }
            State::Proving { step_idx } => {
                self.doubt(match self.plan.prove[step_idx].purpose {
                    Purpose::ConfirmToc => Doubt::NoToc(fault),
                    _ => Doubt::NoDiscInformation(fault),
                });
                self.next_proof(step_idx);
            }
            State::Examining => {
                self.outcome.note(Purpose::ConfirmWritten, None, fault);
                self.enter(State::Unlocking);
            }
            State::Unlocking => {
                self.outcome.note(Purpose::Unlock, None, fault);
                self.enter(State::Ended);
            }
            State::Filling | State::Ended => {}
        }
        if gone {
            self.measure(now);
            self.enter(State::Ended);
        }
    }

    /// Whether the fault may be for the session format, and another can be sent.
    fn can_select_plain(&self, fault: &Fault) -> bool {
        let is_selecting =
            matches!(self.step(), Some(step) if step.purpose == Purpose::SetWriteParameters);
        is_selecting
            && !self.selects_plain
            && self.plan.select_plain.is_some()
            && fault.refuses_parameters()
    }

    fn give_up(&mut self, cause: StopCause) {
        self.outcome.stop = Some(cause);
        if !self.disc_is_untouched() {
            // Until the drive says otherwise.
            self.outcome.disc = DiscAfter::Unknown;
            self.enter(State::Flushing { waiting: false });
        } else if self.has_sent {
            self.enter(State::Unlocking);
        } else {
            self.enter(State::Ended);
        }
    }

    /// The first fault of the flush tells most. After a stop nobody doubts any more: it is an incident.
    fn not_flushed(&mut self, purpose: Purpose, fault: Fault) {
        let is_known = self
            .outcome
            .doubts
            .iter()
            .any(|doubt| matches!(doubt, Doubt::NotFlushed(_)));
        if is_known || self.outcome.stop.is_some() {
            self.outcome.note(purpose, None, fault);
        } else {
            self.doubt(Doubt::NotFlushed(fault));
        }
    }

    fn flushed(&mut self, now: Duration) {
        self.measure(now);
        if self.outcome.stop.is_some() {
            self.enter(State::Examining);
        } else {
            self.outcome.disc = DiscAfter::Unknown;
            self.enter(State::Proving { step_idx: 0 });
        }
    }

    /// Takes the time since the first WRITE, unless that was done when the flush ended.
    fn measure(&mut self, now: Duration) {
        if let Some(since) = self.writing_since
            && self.outcome.write_time.is_zero()
        {
            self.outcome.write_time = now.saturating_sub(since);
        }
    }

    fn prove(&mut self, step_idx: usize, data: &[u8]) {
        let (step, expected) = (&self.plan.prove[step_idx], &self.plan.expected);
        let proved = match step.purpose {
            Purpose::ConfirmToc => answer::toc(&step.command, data, expected),
            _ => answer::disc_status(&step.command, data)
                .map_err(Doubt::NoDiscInformation)
                .and_then(|status| {
                    self.note_disc(status);
                    answer::written(status, expected)
                }),
        };
        if let Err(doubt) = proved {
            self.doubt(doubt);
        }
    }

    fn note_disc(&mut self, status: cd_mmc::response::DiscStatus) {
        self.outcome.disc = answer::disc_after(status, self.has_sent_all);
    }

    fn next_proof(&mut self, step_idx: usize) {
        if step_idx + 1 < self.plan.prove.len() {
            self.enter(State::Proving {
                step_idx: step_idx + 1,
            });
            return;
        }
        let (took, least) = (self.outcome.write_time, self.plan.expected.least_time);
        if took < least {
            self.doubt(Doubt::TooFast { took, least });
        }
        self.enter(State::Unlocking);
    }

    fn doubt(&mut self, doubt: Doubt) {
        self.outcome.doubts.push(doubt);
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.pause = None;
        self.first_sent = None;
        self.is_noted = false;
    }
}
