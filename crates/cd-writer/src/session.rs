//! The order of a burn, as a state machine that does no I/O and reads no clock: it is asked what to do
//! next, and told how that went. Every way out of it goes through the flush (once sectors were sent)
//! and the unlocking of the tray, unless the drive is gone.

use std::time::Duration;

use cd_address::{Lba, LbaRange};

use crate::plan::{Plan, Purpose, Step};
use crate::policy::{Reaction, react};
use crate::{Fault, answer};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act<'p> {
    /// Send this command and tell [`Session::answered`].
    Send(&'p Step),
    /// Wait until the read-ahead is full, then tell [`Session::filled`].
    Fill,
    /// Send a WRITE of these sectors and tell [`Session::answered`].
    Write(LbaRange),
    /// Let this time pass, or less if a stop is asked for.
    Wait(Duration),
    /// Nothing more.
    End,
}

/// Why a burn stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum StopCause {
    /// The user asked for it.
    #[doc(alias = "E_IMAPI_REQUEST_CANCELLED")]
    #[error("cancelled")]
    Cancelled,
    /// The image could not be read on.
    #[error("the image could not be read on: {0}")]
    Source(#[source] cd_image::SourceError),
    /// The image's thread ended before the last sector.
    #[error("the image ended early, before lba {0}")]
    SourceEnded(Lba),
    /// A command failed.
    #[error("{0}")]
    Command(#[source] Fault),
    /// The drive did not take the write parameters as they were sent, though it said so.
    #[doc(alias = "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS")]
    #[error("the drive accepted the write parameters but holds others: {0}")]
    WriteParameters(String),
    /// The disc is not, or no longer, the blank one the plan was made for.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK")]
    #[error("the disc is not the blank one the plan was made for: {0}")]
    DiscChanged(String),
    /// No thread could be started to read the image.
    #[error("no thread could be started to read the image: {0}")]
    Thread(#[source] std::io::Error),
}

/// Why a finished burn cannot be called a success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// The drive says the disc is blank.
    #[error("the disc is still blank, though every WRITE succeeded")]
    StillBlank,
    /// The drive could not say what the disc is.
    #[error("the drive cannot tell what is on the disc: {0}")]
    NoDiscInformation(Fault),
    /// The disc has no readable table of contents.
    #[error("the table of contents cannot be read back: {0}")]
    NoToc(Fault),
    /// The table of contents is another.
    #[error("the table of contents reads back different: {0}")]
    OtherToc(String),
    /// Less time passed than the drive needs at its fastest.
    #[error("the sectors were taken in {took:.1?}, the drive's fastest speed needs {least:.1?}")]
    TooFast {
        /// Time from the first WRITE to the end of the flush.
        took: Duration,
        /// The least time the drive needs.
        least: Duration,
    },
    /// A simulation left the disc no longer blank.
    #[error("the drive ignored the test-write bit: the disc is no longer blank")]
    SimulationWrote,
    /// The buffer was never reported empty.
    #[error("the drive did not say that it finished: {0}")]
    NotFlushed(Fault),
}

/// What the drive says of the disc after a burn that stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscAfter {
    /// No sector was sent to it.
    Untouched,
    /// Sectors were sent, and the drive says it is still blank.
    Blank,
    /// It is spoiled: begun, and not whole.
    Spoiled,
    /// The drive does not say. Take it for spoiled.
    Unknown,
}

/// Something worth knowing that stopped nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What the command was for.
    pub purpose: Purpose,
    /// The first sector of the WRITE, if it was one.
    pub lba: Option<Lba>,
    /// What the drive said.
    pub fault: Fault,
}

/// How many incidents a report keeps; a drive can report thousands of recovered errors.
const MAX_INCIDENTS: usize = 100;

#[derive(Debug)]
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

/// How a session ended, and what happened on the way.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) stop: Option<StopCause>,
    pub(crate) doubts: Vec<Doubt>,
    pub(crate) disc: DiscAfter,
    pub(crate) last_written: Option<Lba>,
    pub(crate) incidents: Vec<Incident>,
    pub(crate) n_incidents: usize,
    pub(crate) n_retries: u32,
    pub(crate) write_time: Duration,
}

#[derive(Debug)]
pub(crate) struct Session<'p> {
    plan: &'p Plan,
    state: State,
    /// A wait that is due before the state's command is sent again.
    pause: Option<Duration>,
    /// When the state's command was first sent.
    first_sent: Option<Duration>,
    writing_since: Option<Duration>,
    outcome: Outcome,
}

impl<'p> Session<'p> {
    pub(crate) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            state: State::Preparing { step_idx: 0 },
            pause: None,
            first_sent: None,
            writing_since: None,
            outcome: Outcome {
                stop: None,
                doubts: Vec::new(),
                disc: DiscAfter::Untouched,
                last_written: None,
                incidents: Vec::new(),
                n_incidents: 0,
                n_retries: 0,
                write_time: Duration::ZERO,
            },
        }
    }

    /// What to do now. Asked again without an answer in between, it says the same (a wait excepted).
    pub(crate) fn next(&mut self, now: Duration) -> Act<'p> {
        if let Some(pause) = self.pause.take() {
            return Act::Wait(pause);
        }
        let act = match self.state {
            State::Preparing { step_idx } => Act::Send(&self.plan.prepare[step_idx]),
            State::Filling => return Act::Fill,
            State::Writing { rest } => Act::Write(rest.take(self.plan.writes.per_command)),
            State::Flushing { waiting: false } => Act::Send(&self.plan.flush),
            State::Flushing { waiting: true } => Act::Send(&self.plan.flush_waiting),
            State::AwaitingFlush => Act::Send(&self.plan.await_flush),
            State::Proving { step_idx } => Act::Send(&self.plan.prove[step_idx]),
            State::Examining => Act::Send(&self.plan.prove[0]),
            State::Unlocking => Act::Send(&self.plan.unlock),
            State::Ended => return Act::End,
        };
        self.first_sent.get_or_insert(now);
        if matches!(act, Act::Write(_)) {
            self.writing_since.get_or_insert(now);
        }
        act
    }

    /// Whether a stop now would leave the disc as it was.
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

    pub(crate) fn is_finishing(&self) -> bool {
        matches!(
            self.state,
            State::Flushing { .. } | State::AwaitingFlush | State::Proving { .. }
        )
    }

    pub(crate) fn last_written(&self) -> Option<Lba> {
        self.outcome.last_written
    }

    pub(crate) fn into_outcome(self) -> Outcome {
        self.outcome
    }

    /// The read-ahead is full.
    pub(crate) fn filled(&mut self) {
        self.enter(State::Writing {
            rest: self.plan.writes.range,
        });
    }

    /// The burn must not go on, for a reason outside the drive. Later reasons do not replace the first.
    pub(crate) fn stop(&mut self, cause: StopCause) {
        if self.can_be_stopped() {
            self.give_up(cause);
        }
    }

    /// The command of the last [`Act`] ended, with the data it gave and perhaps a fault.
    pub(crate) fn answered(&mut self, now: Duration, data: &[u8], fault: Option<Fault>) {
        let (purpose, lba) = self.current();
        match fault {
            None => self.accepted(now, data),
            Some(fault) => {
                let waited = now.saturating_sub(self.first_sent.unwrap_or(now));
                match react(purpose, &fault, waited, self.plan.flush_limit) {
                    Reaction::Retry(pause) => {
                        self.outcome.n_retries += 1;
                        self.pause = Some(pause);
                    }
                    Reaction::Accept => {
                        self.note(Incident {
                            purpose,
                            lba,
                            fault,
                        });
                        self.accepted(now, data);
                    }
                    Reaction::GiveUp => self.failed(now, fault),
                }
            }
        }
    }

    fn current(&self) -> (Purpose, Option<Lba>) {
        match self.state {
            State::Preparing { step_idx } => (self.plan.prepare[step_idx].purpose, None),
            State::Writing { rest } => (Purpose::Write, Some(rest.start())),
            State::Flushing { .. } => (Purpose::Flush, None),
            State::AwaitingFlush => (Purpose::AwaitFlush, None),
            State::Proving { step_idx } => (self.plan.prove[step_idx].purpose, None),
            State::Examining => (Purpose::ConfirmWritten, None),
            State::Filling | State::Unlocking | State::Ended => (Purpose::Unlock, None),
        }
    }

    /// The state's command did what it is for.
    fn accepted(&mut self, now: Duration, data: &[u8]) {
        match self.state {
            State::Preparing { step_idx } => {
                let expected = &self.plan.expected;
                let checked = match self.plan.prepare[step_idx].purpose {
                    Purpose::ConfirmWriteParameters => answer::write_parameters(data, expected),
                    Purpose::ConfirmBlank => answer::blank_disc(data, expected),
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
                self.outcome.disc = match answer::is_blank(data) {
                    Some(true) => DiscAfter::Blank,
                    Some(false) => DiscAfter::Spoiled,
                    None => DiscAfter::Unknown,
                };
                self.enter(State::Unlocking);
            }
            State::Unlocking => self.enter(State::Ended),
            State::Filling | State::Ended => {}
        }
    }

    /// The state's command failed for good.
    fn failed(&mut self, now: Duration, fault: Fault) {
        let gone = fault.device_is_gone();
        match self.state {
            State::Preparing { .. } | State::Writing { .. } => {
                self.give_up(StopCause::Command(fault));
            }
            // A drive that does not know the immediate bit gets the command without it.
            State::Flushing { waiting: false } if !gone => {
                self.enter(State::Flushing { waiting: true });
            }
            State::Flushing { .. } | State::AwaitingFlush => {
                self.doubt(Doubt::NotFlushed(fault));
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
                self.outcome.disc = DiscAfter::Unknown;
                self.enter(State::Unlocking);
            }
            State::Unlocking => {
                self.note(Incident {
                    purpose: Purpose::Unlock,
                    lba: None,
                    fault,
                });
                self.enter(State::Ended);
            }
            State::Filling | State::Ended => {}
        }
        if gone {
            self.enter(State::Ended);
        }
    }

    fn give_up(&mut self, cause: StopCause) {
        self.outcome.stop = Some(cause);
        if self.disc_is_untouched() {
            self.enter(State::Unlocking);
        } else {
            // Until the drive says otherwise.
            self.outcome.disc = DiscAfter::Unknown;
            self.enter(State::Flushing { waiting: false });
        }
    }

    fn flushed(&mut self, now: Duration) {
        let since = self.writing_since.unwrap_or(now);
        self.outcome.write_time = now.saturating_sub(since);
        if self.outcome.stop.is_some() {
            self.enter(State::Examining);
        } else {
            self.enter(State::Proving { step_idx: 0 });
        }
    }

    fn prove(&mut self, step_idx: usize, data: &[u8]) {
        let expected = &self.plan.expected;
        let doubt = match self.plan.prove[step_idx].purpose {
            Purpose::ConfirmToc => answer::toc(data, expected).err(),
            _ => answer::written_disc(data, expected).err(),
        };
        if let Some(doubt) = doubt {
            self.doubt(doubt);
        }
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

    fn note(&mut self, incident: Incident) {
        self.outcome.n_incidents += 1;
        if self.outcome.incidents.len() < MAX_INCIDENTS {
            self.outcome.incidents.push(incident);
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.pause = None;
        self.first_sent = None;
    }
}
