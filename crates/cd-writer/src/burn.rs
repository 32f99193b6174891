//! Carries out a plan: asks the session what to do, does it, and tells it how that went.

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::SectorSource;
use cd_mmc::Command;
use cd_transport::Data;

use crate::control::PROGRESS_INTERVAL;
use crate::conversion::converted;
use crate::outcome::{DiscAfter, Doubt, Incident, Outcome, StopCause};
use crate::pipeline::{Feed, Next, ReadAhead, read_ahead};
use crate::plan::{Plan, PlanNote, Step, StepData, Writes};
use crate::recorder::{Answer, Recorder};
use crate::session::{Act, Session};
use crate::{Action, CancelToken, Fault, Progress};

mod supply;

use supply::Supply;

/// The caller's word that this burn may happen: it cannot be undone.
#[derive(Debug)]
pub struct Consent(());

impl Consent {
    /// Whoever calls this has been told that the disc will be written, and agrees.
    #[must_use]
    pub const fn to_write_the_disc() -> Self {
        Self(())
    }
}

/// What goes along with a burn: how it is watched and stopped.
pub struct BurnControl<'a> {
    /// Stops it from another thread.
    pub cancel: &'a CancelToken,
    /// Told how far it is; on the burning thread, so it had better be quick.
    pub progress: &'a mut dyn FnMut(&Progress),
    /// How much is read ahead of the drive; chunks are rounded up to whole WRITEs.
    pub read_ahead: ReadAhead,
}

/// What became of a burn.
#[derive(Debug)]
pub enum Verdict {
    /// All sectors were taken, the disc is no longer blank, its table of contents is the image's, and
    /// the time it took is possible.
    Proved,
    /// All sectors were taken with the laser off, and the disc is still blank.
    Simulated,
    /// All sectors were taken, and yet the disc does not prove it.
    Doubtful(Vec<Doubt>),
    /// It stopped before its end, or the image changed under it.
    Stopped {
        /// Why.
        cause: StopCause,
        /// What the disc is now.
        disc: DiscAfter,
    },
}

/// How a burn went. Look at the verdict.
#[must_use]
#[derive(Debug)]
pub struct Report {
    /// Whether the disc holds the image.
    pub verdict: Verdict,
    /// What was to be written.
    pub range: LbaRange,
    /// The last sector the drive took; what of it reached the disc only the drive knows.
    pub last_written: Option<Lba>,
    /// From the first WRITE to the end of the flush, by the clock of the recorder.
    pub write_time: Duration,
    /// What the plan had to note: another speed than was asked for, more than the medium is said to hold.
    pub notes: Vec<PlanNote>,
    /// Commands sent again: the drive was busy, or told something else first.
    pub n_retries: u32,
    /// Recovered errors, refusals and unit attentions that stopped nothing, and after a stop what else
    /// went wrong on the way out; the first hundred of them.
    pub incidents: Vec<Incident>,
    /// How many there were in all.
    pub n_incidents: usize,
}

impl Report {
    /// Whether the disc is known to hold the image (or, simulated, would).
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self.verdict, Verdict::Proved | Verdict::Simulated)
    }

    fn new(plan: &Plan, outcome: Outcome) -> Self {
        let verdict = match outcome.stop {
            Some(cause) => Verdict::Stopped {
                cause,
                disc: outcome.disc,
            },
            None if !outcome.doubts.is_empty() => Verdict::Doubtful(outcome.doubts),
            None if plan.is_simulation() => Verdict::Simulated,
            None => Verdict::Proved,
        };
        Self {
            verdict,
            range: plan.writes().range,
            last_written: outcome.last_written,
            write_time: outcome.write_time,
            notes: plan.notes.clone(),
            n_retries: outcome.n_retries,
            incidents: outcome.incidents,
            n_incidents: outcome.n_incidents,
        }
    }
}

/// Sectors ready for the drive: most of a second of the fastest one, in pieces of half a megabyte. They are this
/// process's memory, and what waits in them was read and made already.
const READ_AHEAD_BYTES: u64 = 8 << 20;
/// Beyond them, in the system's cache: more than three seconds of the fastest drive.
const CACHED_BYTES: u64 = 32 << 20;
const CHUNK_COMMANDS: u32 = 8;

impl ReadAhead {
    /// What suits these WRITEs: chunks of eight WRITEs, 8 MiB of them, and 32 MiB of files in the system's cache.
    #[must_use]
    pub fn for_writes(writes: &Writes) -> Self {
        let sectors = writes.per_command.count().saturating_mul(CHUNK_COMMANDS);
        let chunk = Sectors::new(sectors).unwrap_or(writes.per_command);
        let sector_bytes = u32::try_from(writes.layout.sector_bytes()).unwrap_or(u32::MAX);
        let n_chunks = |n_bytes: u64| {
            let n_chunks = n_bytes.div_ceil(chunk.bytes(sector_bytes).max(1));
            usize::try_from(n_chunks).unwrap_or(1)
        };
        Self {
            chunk,
            depth: n_chunks(READ_AHEAD_BYTES),
            cached: n_chunks(CACHED_BYTES),
        }
    }

    /// The same with all of it in memory: for a source that no system's cache can hold, as a stream that is read once.
    #[must_use]
    pub const fn in_memory(self) -> Self {
        Self {
            depth: self.depth + self.cached,
            cached: 0,
            ..self
        }
    }

    /// The same with chunks of whole WRITEs, two sectors at least: a WRITE takes its sectors from one chunk, a conversion
    /// from two.
    pub(crate) fn in_whole_commands(self, per_command: Sectors) -> Self {
        let n_commands = self.chunk.count().max(2).div_ceil(per_command.count());
        let chunk = Sectors::new(n_commands.saturating_mul(per_command.count()));
        Self {
            chunk: chunk.unwrap_or(per_command),
            ..self
        }
    }
}

impl Recorder<'_> {
    /// Burns `source` as `plan` says: the plan's medium must be in the drive.
    ///
    /// Returns when the burn has ended, well or not; the tray is then unlocked if the drive still
    /// answers. Cancelling is looked for between two commands.
    #[doc(alias("WriteMedia", "WriteMedia2", "ReleaseMedia"))]
    pub fn burn(
        &mut self,
        plan: &Plan,
        _consent: Consent,
        source: &dyn SectorSource,
        control: BurnControl<'_>,
    ) -> Report {
        let BurnControl {
            cancel,
            progress,
            read_ahead: settings,
        } = control;
        if let Err(cause) = check_source(plan, source) {
            return stopped(plan, cause);
        }
        let writes = plan.writes();
        let settings = settings.in_whole_commands(writes.per_command);
        let run = read_ahead(source, writes.range, settings, |feed| {
            carry_out(self, plan, (feed, settings), cancel, progress)
        });
        match run {
            Ok(outcome) => finished(plan, outcome, source),
            Err(error) => stopped(plan, StopCause::Thread(error)),
        }
    }
}

/// Sends what the plan has, with the sectors of the feed, which a thread converts if the plan says so.
pub(crate) fn carry_out<'a>(
    recorder: &mut Recorder<'_>,
    plan: &Plan,
    (feed, settings): (&mut Feed<'a>, ReadAhead),
    cancel: &CancelToken,
    progress: &mut dyn FnMut(&Progress),
) -> Outcome {
    let mut session = Session::new(plan);
    let mut burner = Burner {
        plan,
        cancel,
        progress,
        supply: Supply::default(),
        action: Action::Preparing,
        phase_start: recorder.clock.now(),
        last_told: None,
    };
    let Some(conversion) = &plan.conversion else {
        burner.run(recorder, &mut session, feed);
        return session.into_outcome();
    };
    let run = converted(feed, conversion, settings, |feed| {
        burner.run(recorder, &mut session, feed);
    });
    if let Err(error) = run {
        session.stop(StopCause::Thread(error));
    }
    session.into_outcome()
}

/// The report of a burn that ran.
pub(crate) fn finished(plan: &Plan, mut outcome: Outcome, source: &dyn SectorSource) -> Report {
    if outcome.stop.is_none()
        && let Err(error) = source.verify_unchanged()
    {
        // The sectors went out, but no longer those of one image.
        outcome.stop = Some(StopCause::Source(error));
    }
    Report::new(plan, outcome)
}

/// The report of a burn of which nothing was sent.
pub(crate) fn stopped(plan: &Plan, cause: StopCause) -> Report {
    let mut session = Session::new(plan);
    session.stop(cause);
    Report::new(plan, session.into_outcome())
}

/// The source gives what the plan was made for.
pub(crate) fn check_source(plan: &Plan, source: &dyn SectorSource) -> Result<(), StopCause> {
    let (planned, given) = (plan.source_layout(), source.layout());
    if planned != given {
        let what = format!("sectors of {planned} were planned, it has {given}");
        return Err(StopCause::OtherSource(what));
    }
    let (planned, given) = (plan.writes().range, source.range());
    if !given.contains_range(planned) {
        let what = format!("lba {planned} were planned, it has {given}");
        return Err(StopCause::OtherSource(what));
    }
    Ok(())
}

struct Burner<'p, 'c, 'a> {
    plan: &'p Plan,
    cancel: &'c CancelToken,
    progress: &'c mut dyn FnMut(&Progress),
    supply: Supply<'a>,
    action: Action,
    phase_start: Duration,
    last_told: Option<Duration>,
}

impl<'p, 'a> Burner<'p, '_, 'a> {
    fn run(&mut self, recorder: &mut Recorder<'_>, session: &mut Session<'p>, feed: &mut Feed<'a>) {
        // Read once a round: where asking for the time is a call into the kernel, a WRITE would else cost two more.
        let mut now = recorder.clock.now();
        self.tell(now, session, feed, true);
        loop {
            if self.cancel.is_cancelled() {
                session.stop(StopCause::Cancelled);
            }
            let act = session.next();
            if !matches!(act, Act::Write(_)) {
                self.supply.rest();
            }
            let answer = match act {
                Act::Send(step) => {
                    session.sending(now);
                    Some(send_step(recorder, step))
                }
                // Before it is full there is progress to tell, and perhaps a cancel to see.
                Act::Fill if !feed.poll_full() => None,
                Act::Fill => {
                    if feed.has_failed() {
                        // Known before the first WRITE, it costs no disc.
                        session.stop(failure(feed, self.cancel, self.plan));
                    }
                    session.filled();
                    None
                }
                Act::Write(piece) => match self.supply.sectors(piece, feed) {
                    Err(cause) => {
                        session.stop(cause);
                        None
                    }
                    Ok(None) => None,
                    Ok(Some(bytes)) => {
                        let writes = self.plan.writes();
                        let command = writes.command(piece);
                        session.sending(now);
                        let answer = recorder.send(&command, Data::Out(bytes), writes.timeout);
                        Some((Vec::new(), short_transfer(answer, &command, bytes.len())))
                    }
                },
                Act::Wait(pause) => {
                    recorder.clock.sleep(pause);
                    None
                }
                Act::End => break,
            };
            now = recorder.clock.now();
            if let Some((data, fault)) = answer {
                session.answered(now, &data, fault);
            }
            self.tell(now, session, feed, false);
        }
        self.tell(now, session, feed, true);
    }

    /// Tells progress when a phase begins, every half second of it, and when `force` asks for it.
    fn tell(&mut self, now: Duration, session: &Session<'_>, feed: &Feed<'_>, force: bool) {
        let action = if session.is_finishing() {
            Action::Finishing
        } else if session.disc_is_untouched() {
            Action::Preparing
        } else if self.action == Action::Finishing {
            // What follows the flush belongs to it: no burn goes back to writing.
            Action::Finishing
        } else {
            Action::Writing
        };
        let changed = action != self.action;
        if changed {
            self.action = action;
            self.phase_start = now;
        }
        let due = self
            .last_told
            .is_none_or(|told| now.saturating_sub(told) >= PROGRESS_INTERVAL);
        if !(changed || force || due) {
            return;
        }
        self.last_told = Some(now);
        let range = self.plan.writes().range;
        let elapsed = now.saturating_sub(self.phase_start);
        let mut progress = Progress {
            action,
            range,
            last_read: feed.last_read(),
            last_done: session.last_written(),
            buffer_total: feed.buffer_total(),
            buffer_used: feed.buffer_used(),
            elapsed,
            remaining: None,
        };
        if action == Action::Writing {
            progress.remaining =
                Progress::estimate(progress.n_done(), range.len().count(), elapsed);
        }
        (self.progress)(&progress);
    }
}

/// The source's error behind what was read ahead.
fn failure(feed: &mut Feed<'_>, cancel: &CancelToken, plan: &Plan) -> StopCause {
    loop {
        match feed.next(cancel) {
            Next::Chunk(_) => {}
            Next::Failed(error) => return StopCause::Source(error),
            Next::Cancelled => return StopCause::Cancelled,
            Next::End => return StopCause::SourceEnded(plan.writes().range.start()),
        }
    }
}

fn send_step(recorder: &mut Recorder<'_>, step: &Step) -> (Vec<u8>, Option<Fault>) {
    let mut bytes = Vec::new();
    let answer = match &step.data {
        StepData::None => recorder.send(&step.command, Data::None, step.timeout),
        StepData::Out(bytes) => recorder.send(&step.command, Data::Out(bytes), step.timeout),
        StepData::In(n_bytes) => {
            bytes.resize(*n_bytes, 0);
            recorder.send(&step.command, Data::In(&mut bytes), step.timeout)
        }
    };
    bytes.truncate(answer.transferred);
    (bytes, answer.fault)
}

/// A WRITE that says GOOD and took less than it was given has not done what it says.
fn short_transfer(answer: Answer, command: &Command, n_bytes: usize) -> Option<Fault> {
    if answer.fault.is_none() && answer.transferred != n_bytes {
        let what = format!("{} of {n_bytes} bytes were taken", answer.transferred);
        return Some(Fault::nonsense(command, what));
    }
    answer.fault
}
