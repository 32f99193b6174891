//! Compares a disc with the image it was burned from, layer by layer.
//!
//! | module | what |
//! | --- | --- |
//! | `options`, `layer`, `report` | what may be let pass, what is compared, what comes of it |
//! | `calibrate` | by what the drive shifts subcode and sound, found out beforehand |
//! | `expected`, `recorded` | what the drive has to give, by the image |
//! | `compare`, `case` | sector by sector, and the readings of those that are not equal |
//! | `tally` | counts and runs |
//! | `lead_in`, `numbers` | what the drive tells when it is asked: TOC, CD-Text, MCN, ISRC |
//!
//! # Spec
//! MMC-5 6.20 (READ CD: data is returned descrambled, subcode raw). Read that first.

use std::io;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError, StreamProblem, survey};
use cd_mmc::mode_page::ModeParameters;
use cd_mmc::{ModeSense10, PageCode, Sense, SenseKey};
use cd_sector::Toc;

use crate::pipeline::{Next, ReadAhead, read_ahead};
use crate::policy::is_waiting;
use crate::read::SectorForm;
use crate::recorder::Recorder;
use crate::{CancelToken, Fault, Progress};

mod calibrate;
mod case;
mod compare;
mod expected;
mod layer;
mod lead_in;
mod numbers;
mod options;
mod recorded;
mod report;
mod tally;

use compare::{Comparison, Task};
pub use layer::{Layer, MainPart, MainParts};
pub use options::VerifyOptions;
pub use recorded::RecordedSubcode;
pub use report::{FindingKind, Habit, LayerReport, VerifyFinding, VerifyOutcome, VerifyReport};
use tally::Tally;

/// Why a comparison has no result.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// Stopped by the user.
    #[error("cancelled")]
    Cancelled,
    /// The image cannot be read.
    #[error(transparent)]
    Source(SourceError),
    /// The drive went away or stopped answering: what was compared until then says nothing of the rest.
    #[error("the drive stopped answering: {0}")]
    Drive(Fault),
    /// No thread could be started to read the image.
    #[error("no thread could be started to read the image: {0}")]
    Thread(io::Error),
    /// The stream's lead-in does not say where its tracks and its lead-out are.
    #[error("the image has no table of contents to compare by: {0}")]
    NoToc(String),
    /// The image is a raw stream of several sessions: see the text.
    #[error("{0}")]
    SeveralSessions(StreamProblem),
    /// The stream has no sector that a drive can read back.
    #[error("the stream holds nothing between lba -150 and its lead-out")]
    NothingToCompare,
}

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

/// Chunks of the image that are read ahead of the drive.
const DEPTH: usize = 64;
/// Chunks beyond them that files are read for: the image shall never be what a drive waits for.
const CACHED: usize = 256;

/// What the drive reads at all.
struct Readable {
    range: LbaRange,
    form: SectorForm,
    /// Why it gives no raw P-W; that it gives P and Q all the same, the form says.
    without_pw: Option<Fault>,
    without_pregap: Option<Fault>,
}

impl Recorder<'_> {
    /// Reads every sector from the first pregap up to the lead-out back and compares it with `source`, and asks
    /// for all that a drive tells of the lead-in: table of contents, CD-Text, MCN and ISRC. Of a disc of several sessions
    /// the first is compared; that there are others is a difference of the table of contents.
    ///
    /// A drive gives data sectors descrambled, and cannot be asked for the sectors of lead-in and lead-out. What
    /// it does not give is said in the report and never counts as equal. What does not read equal is read
    /// again, as often as `options` says, after something far away, so that it does not come from the drive's cache:
    /// subcode has no protection but the CRC of Q, and one equal reading proves what the disc holds.
    ///
    /// # Errors
    /// [`VerifyError`] when the comparison could not be finished.
    pub fn verify(
        &mut self,
        source: &dyn SectorSource,
        options: VerifyOptions,
        cancel: &CancelToken,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<VerifyReport, VerifyError> {
        let toc = toc_of(source)?;
        let packs = lead_in::packs_of(source, cancel)?;
        let mut tally = Tally::new(toc);
        lead_in::compare_toc(self, &mut tally)?;
        let mut habits = lead_in::compare_cd_text(self, &mut tally, &packs, options)?;
        let readable = self.find_readable(source, toc.lead_out().to_lba())?;
        let Readable { range, form, .. } = readable;
        let found = calibrate::calibrate(self, source, (program(range), form), options, cancel)?;
        habits.extend(found.habits);
        let task = Task {
            source,
            range,
            form,
            view: found.view,
            options,
            cancel,
        };
        let mut tally = self.compare(task, tally, progress)?;
        habits.extend(numbers::compare(
            self,
            &mut tally,
            form != SectorForm::Main,
        )?);
        let without_pw = readable.without_pw.as_ref();
        habits.extend(self.judge_what_is_missing(&mut tally, form, without_pw)?);
        let (layers, findings, n_findings) = tally.finish();
        Ok(VerifyReport {
            range,
            options,
            layers,
            findings,
            n_findings,
            habits,
            without_pregap: readable.without_pregap,
        })
    }

    fn compare(
        &mut self,
        task: Task<'_>,
        tally: Tally,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Tally, VerifyError> {
        let settings = ReadAhead {
            chunk: self.sectors_per_read(task.form),
            depth: DEPTH,
            cached: CACHED,
        };
        let Task {
            source,
            range,
            cancel,
            ..
        } = task;
        let mut comparison = Comparison::new(task, self, tally);
        read_ahead(source, range, settings, |feed| {
            loop {
                match feed.next(cancel) {
                    Next::End => return Ok(()),
                    Next::Cancelled => return Err(VerifyError::Cancelled),
                    Next::Failed(error) => return Err(VerifyError::Source(error)),
                    Next::Chunk(chunk) => {
                        comparison.chunk(&chunk)?;
                        comparison.tell(chunk.range(), progress);
                    }
                }
            }
        })
        .map_err(VerifyError::Thread)??;
        Ok(comparison.tally)
    }

    /// Finds out whether the drive gives subcode, and the first pregap.
    fn find_readable(
        &mut self,
        source: &dyn SectorSource,
        lead_out: Lba,
    ) -> Result<Readable, VerifyError> {
        let from = |start| {
            LbaRange::from_bounds(start, lead_out)
                .ok()
                .and_then(|range| range.intersection(source.range()))
                .ok_or(VerifyError::NothingToCompare)
        };
        let everything = from(Lba::PREGAP_START)?;
        let mut form = SectorForm::MainAndPw;
        let mut without_pw = self.probe_read(Lba::ZERO, form)?;
        if without_pw.is_some() {
            let less = [SectorForm::MainAndPq, SectorForm::Main];
            let mut taken = None;
            for form in less {
                if taken.is_none() && self.probe_read(Lba::ZERO, form)?.is_none() {
                    taken = Some(form);
                }
            }
            match taken {
                Some(less) => form = less,
                // It is the sector that is refused, whatever is asked of it.
                None => without_pw = None,
            }
        }
        let without_pregap = self.probe_read(everything.start(), form)?;
        let range = match &without_pregap {
            Some(_) => from(Lba::ZERO)?,
            None => everything,
        };
        Ok(Readable {
            range,
            form,
            without_pw,
            without_pregap,
        })
    }

    /// What hinders reading one sector in this form as such; a sector merely unreadable is no hindrance.
    fn probe_read(&mut self, lba: Lba, form: SectorForm) -> Result<Option<Fault>, VerifyError> {
        let Ok(one) = LbaRange::new(lba, ONE) else {
            return Ok(None);
        };
        let mut sector = vec![0; form.bytes()];
        let read = answered(self.read_sectors(one, form, &mut sector))?;
        Ok(read.err().filter(Fault::is_refusal))
    }

    /// Takes back what seems to differ only because the drive does not give it, and names that and what else was
    /// seen of its ways.
    fn judge_what_is_missing(
        &mut self,
        tally: &mut Tally,
        form: SectorForm,
        without_pw: Option<&Fault>,
    ) -> Result<Vec<Habit>, VerifyError> {
        let mut habits = Vec::new();
        if let Some(fault) = without_pw {
            let missing = match form {
                SectorForm::MainAndPq => [Layer::Rw].as_slice(),
                _ => &[Layer::P, Layer::Q, Layer::Rw],
            };
            for layer in missing {
                tally.layer(*layer).not_compared = Some(fault.to_string());
            }
        }
        if let Some(level) = tally.seen.constant_p()
            && tally.layer(Layer::P).n_different > 0
        {
            let habit = Habit::ConstantP { level };
            tally.withdraw(Layer::P, habit.to_string());
            habits.push(habit);
        }
        if tally.seen.has_no_rw() && tally.layer(Layer::Rw).n_different > 0 {
            // A disc can have lost R to W; a drive that says it reads them is believed.
            if !self.reads_rw()? {
                tally.withdraw(Layer::Rw, Habit::NoRw.to_string());
            }
            habits.push(Habit::NoRw);
        }
        let (n_rebuilt, n_scrambled) = (tally.seen.n_rebuilt, tally.seen.n_scrambled);
        if n_rebuilt > 0 {
            habits.push(Habit::QRebuilt {
                n_sectors: n_rebuilt,
            });
        }
        if n_scrambled > 0 {
            habits.push(Habit::DataScrambled {
                n_sectors: n_scrambled,
            });
        }
        Ok(habits)
    }

    /// Whether mode page 2Ah says that the drive reads R to W.
    fn reads_rw(&mut self) -> Result<bool, VerifyError> {
        let command = ModeSense10::current(PageCode::CAPABILITIES, CAPABILITIES_BYTES);
        let answer = answered(self.ask(command, CAPABILITIES_BYTES))?;
        let says_so = |answer: &[u8]| {
            let page = ModeParameters::decode_sense(answer).ok()?;
            Some(page.capabilities().ok()??.flags.rw_supported)
        };
        Ok(answer.is_ok_and(|answer| says_so(&answer) == Some(true)))
    }
}

/// Room for mode page 2Ah.
const CAPABILITIES_BYTES: u16 = 256;

fn toc_of(source: &dyn SectorSource) -> Result<Toc, VerifyError> {
    let survey = survey(source).map_err(VerifyError::Source)?;
    let mut problems = survey.problems.iter();
    if let Some(several) =
        problems.find(|problem| matches!(problem, StreamProblem::LaterSession { .. }))
    {
        return Err(VerifyError::SeveralSessions(several.clone()));
    }
    survey.toc.ok_or_else(|| {
        let problems: Vec<_> = survey.problems.iter().map(ToString::to_string).collect();
        VerifyError::NoToc(problems.join("; "))
    })
}

/// What of `range` is at LBA 0 or after it.
fn program(range: LbaRange) -> LbaRange {
    let skip = Lba::ZERO.since(range.start()).unwrap_or(Sectors::ZERO);
    range.skip(skip).unwrap_or(range)
}

/// An answer, be it that the drive could not; but a drive that does not answer at all ends the comparison, and so does one
/// that was waited for and is still not ready: it would be waited for again at every sector.
fn answered<T>(result: Result<T, Fault>) -> Result<Result<T, Fault>, VerifyError> {
    match result {
        Err(fault) if is_no_answer(&fault) => Err(VerifyError::Drive(fault)),
        result => Ok(result),
    }
}

/// Whether the fault, after all the patience there is with it, only says that there is none to answer.
fn is_no_answer(fault: &Fault) -> bool {
    let is_attention = |sense: &Sense| sense.key == SenseKey::UNIT_ATTENTION;
    fault.transport_error().is_some()
        || is_waiting(fault)
        || fault.sense().is_some_and(is_attention)
}
