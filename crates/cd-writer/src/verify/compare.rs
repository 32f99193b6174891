//! Sector by sector: reading, comparing, and reading again what is not equal.

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::SectorSource;
use cd_sector::{MAIN_BYTES, PwSubcode};

use super::calibrate::seek_away;
use super::case::{Case, N_STRANDS, Reading, layer_of_q, q_is_equal, subcode_read};
use super::expected::{Expected, MainForm, View, Window};
use super::layer::Layer;
use super::options::VerifyOptions;
use super::tally::Tally;
use super::{VerifyError, answered};
use crate::control::PROGRESS_INTERVAL;
use crate::pipeline::Chunk;
use crate::read::SectorForm;
use crate::recorder::Recorder;
use crate::{Action, CancelToken, Fault, Progress};

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

/// So many sectors that no further reading made equal, beyond those that one did, end the patience with a layer: a
/// disc that is another would take days.
const PATIENCE: u32 = 1_000;

/// What is compared, and how.
pub(super) struct Task<'a> {
    pub(super) source: &'a dyn SectorSource,
    pub(super) range: LbaRange,
    pub(super) form: SectorForm,
    pub(super) view: View,
    pub(super) options: VerifyOptions,
    pub(super) cancel: &'a CancelToken,
}

/// A comparison that goes on.
pub(super) struct Comparison<'a, 'r, 't> {
    task: Task<'a>,
    recorder: &'r mut Recorder<'t>,
    pub(super) tally: Tally,
    /// Sectors as they are read.
    read: Vec<u8>,
    patience: [u32; N_STRANDS],
    start: Duration,
    told: Option<Duration>,
}

impl<'a, 'r, 't> Comparison<'a, 'r, 't> {
    pub(super) fn new(task: Task<'a>, recorder: &'r mut Recorder<'t>, tally: Tally) -> Self {
        let per_read = recorder.sectors_per_read(task.form).count() as usize;
        Self {
            read: vec![0; per_read * task.form.bytes()],
            patience: [PATIENCE; N_STRANDS],
            start: recorder.clock.now(),
            told: None,
            task,
            recorder,
            tally,
        }
    }

    /// Compares the sectors of one chunk, which are no more than one command reads.
    pub(super) fn chunk(&mut self, chunk: &Chunk<'_>) -> Result<(), VerifyError> {
        let range = chunk.range();
        let Task {
            source,
            range: compared,
            view,
            ..
        } = self.task;
        let window =
            Window::new(source, compared, (range, chunk), view).map_err(VerifyError::Source)?;
        let mut cases = Vec::new();
        let mut read = std::mem::take(&mut self.read);
        let result = self
            .read_first(range, &window, (&mut read, &mut cases))
            .and_then(|()| self.read_again(&mut cases, &mut read));
        self.read = read;
        result?;
        for case in cases {
            self.tally.close(case);
        }
        Ok(())
    }

    fn read_first(
        &mut self,
        range: LbaRange,
        window: &Window<'_>,
        (read, cases): (&mut [u8], &mut Vec<Case>),
    ) -> Result<(), VerifyError> {
        let form = self.task.form;
        let bytes = &mut read[..range.len().count() as usize * form.bytes()];
        if answered(self.recorder.read_sectors(range, form, bytes))?.is_ok() {
            for (lba, sector) in range.iter().zip(bytes.chunks_exact(form.bytes())) {
                if let Some(expected) = window.expected(lba) {
                    cases.extend(self.look(&expected, &reading_of(sector)));
                }
            }
            return Ok(());
        }
        // A command that failed as a whole says little about its sectors: each is asked for alone.
        let sector = &mut read[..form.bytes()];
        for one in range.chunks(ONE) {
            // A drive takes its time with every sector it cannot read.
            self.check_cancelled()?;
            let Some(expected) = window.expected(one.start()) else {
                continue;
            };
            match answered(self.recorder.read_sectors(one, form, sector))? {
                Ok(()) => cases.extend(self.look(&expected, &reading_of(sector))),
                Err(fault) => cases.extend(self.without_main(one, &expected, &fault)?),
            }
        }
        Ok(())
    }

    /// A sector whose main channel cannot be read may give its subcode all the same.
    fn without_main(
        &mut self,
        one: LbaRange,
        expected: &Expected,
        fault: &Fault,
    ) -> Result<Option<Case>, VerifyError> {
        let mut symbols = [0; 96];
        let is_raw = self.task.form == SectorForm::MainAndPw;
        let subcode = match self.task.form {
            SectorForm::MainAndPq => Some(Err(fault.clone())),
            SectorForm::MainAndPw => {
                let form = SectorForm::Pw;
                Some(answered(self.recorder.read_sectors(
                    one,
                    form,
                    &mut symbols,
                ))?)
            }
            _ => None,
        };
        let subcode = subcode.as_ref().map(|read| match read {
            Ok(()) => Ok(PwSubcode(symbols)),
            Err(fault) => Err(fault),
        });
        let reading = Reading {
            main: Err(fault),
            subcode,
            has_rw: is_raw,
        };
        Ok(self.look(expected, &reading))
    }

    /// Counts a sector that is equal; one that is not is a case.
    fn look(&mut self, expected: &Expected, reading: &Reading<'_>) -> Option<Case> {
        let options = self.task.options;
        let tally = &mut self.tally;
        if let Ok(main) = reading.main
            && expected.form == MainForm::Scrambled
            && super::expected::is_scrambled(main)
        {
            tally.seen.n_scrambled += 1;
        }
        if let Some((_, subcode)) = &expected.subcode {
            tally.numbers.note(&subcode.q());
        }
        if let Some(Ok(subcode)) = &reading.subcode {
            tally.seen.note(subcode);
        }
        let with_rw = |layer: &Layer| reading.has_rw || *layer != Layer::Rw;
        if expected.main.is_none() {
            tally.layer(Layer::Main).n_at_edges += 1;
        }
        if expected.subcode.is_none() && reading.subcode.is_some() {
            let layers = [Layer::P, Layer::Q, Layer::Rw];
            for layer in layers.into_iter().filter(with_rw) {
                tally.layer(layer).n_at_edges += 1;
            }
        }
        if !is_equal(expected, reading, options) {
            return Some(Case::new(expected, reading, options));
        }
        if expected.main.is_some() {
            tally.layer(Layer::Main).n_equal += 1;
        }
        if let (Some((_, subcode)), Some(_)) = (&expected.subcode, &reading.subcode) {
            let layers = [Layer::P, layer_of_q(&subcode.q()), Layer::Rw];
            for layer in layers.into_iter().filter(with_rw) {
                tally.layer(layer).n_equal += 1;
            }
        }
        None
    }

    /// Reads what is not equal again, all of a chunk together, until it is equal or has been read often enough.
    fn read_again(&mut self, cases: &mut [Case], read: &mut [u8]) -> Result<(), VerifyError> {
        let before: Vec<_> = cases.iter().map(Case::open).collect();
        for _ in 0..self.task.options.rereads {
            let patience = self.patience;
            let is_due = |case: &&mut Case| {
                let open = case.open().into_iter().zip(patience);
                open.into_iter().any(|(is_open, left)| is_open && left > 0)
            };
            let mut due: Vec<_> = cases.iter_mut().filter(is_due).collect();
            let (Some(first), Some(last)) = (due.first(), due.last()) else {
                break;
            };
            let Some(span) = span(first.at, last.at) else {
                break;
            };
            self.check_cancelled()?;
            let form = self.task.form;
            seek_away(self.recorder, span, (self.task.range, form), read)?;
            self.read_span(span, &mut due, read)?;
        }
        for (case, before) in cases.iter().zip(before) {
            self.learn(case.at, before, case.open());
        }
        Ok(())
    }

    fn read_span(
        &mut self,
        span: LbaRange,
        due: &mut [&mut Case],
        read: &mut [u8],
    ) -> Result<(), VerifyError> {
        let (form, options) = (self.task.form, self.task.options);
        let bytes = &mut read[..span.len().count() as usize * form.bytes()];
        if answered(self.recorder.read_sectors(span, form, bytes))?.is_ok() {
            for case in due {
                let start = span.offset_of(case.at).map_or(0, Sectors::count) as usize;
                let sector = &bytes[start * form.bytes()..][..form.bytes()];
                case.look(&reading_of(sector), options);
            }
            return Ok(());
        }
        let sector = &mut read[..form.bytes()];
        for case in due {
            self.check_cancelled()?;
            let Some(one) = span_of_one(case.at) else {
                continue;
            };
            if answered(self.recorder.read_sectors(one, form, sector))?.is_ok() {
                case.look(&reading_of(sector), options);
            }
        }
        Ok(())
    }

    /// Patience grows with what further readings mended, and ends with what they did not.
    fn learn(&mut self, at: Lba, before: [bool; N_STRANDS], after: [bool; N_STRANDS]) {
        let layers = [Layer::Main, Layer::P, Layer::Q, Layer::Rw];
        for (idx, layer) in layers.into_iter().enumerate() {
            let patience = &mut self.patience[idx];
            if !before[idx] || *patience == 0 || self.task.options.rereads == 0 {
                continue;
            }
            if !after[idx] {
                *patience = (*patience + 1).min(PATIENCE);
                continue;
            }
            *patience -= 1;
            if *patience == 0 {
                self.tally.layer(layer).read_once_from = Some(at);
            }
        }
    }

    fn check_cancelled(&self) -> Result<(), VerifyError> {
        match self.task.cancel.is_cancelled() {
            true => Err(VerifyError::Cancelled),
            false => Ok(()),
        }
    }

    pub(super) fn tell(&mut self, done: LbaRange, progress: &mut dyn FnMut(&Progress)) {
        let now = self.recorder.clock.now();
        let range = self.task.range;
        let due = self
            .told
            .is_none_or(|told| now.saturating_sub(told) >= PROGRESS_INTERVAL);
        if !due && done.last() != range.last() {
            return;
        }
        self.told = Some(now);
        let elapsed = now.saturating_sub(self.start);
        let mut event = Progress {
            action: Action::Verifying,
            range,
            last_read: done.last(),
            last_done: done.last(),
            buffer_total: 0,
            buffer_used: 0,
            elapsed,
            remaining: None,
        };
        event.remaining = Progress::estimate(event.n_done(), range.len().count(), elapsed);
        progress(&event);
    }
}

/// The parts of a sector as it was read: main channel, and subcode if there is some.
fn reading_of(sector: &[u8]) -> Reading<'_> {
    let (main, subcode) = match sector.split_first_chunk::<MAIN_BYTES>() {
        Some((main, subcode)) => (main, subcode),
        // The forms that are read here all have it.
        None => (&[0; MAIN_BYTES], sector),
    };
    let subcode = subcode_read(subcode);
    Reading {
        main: Ok(main),
        subcode: subcode.map(|(subcode, _)| Ok(subcode)),
        has_rw: subcode.is_some_and(|(_, has_rw)| has_rw),
    }
}

fn is_equal(expected: &Expected, reading: &Reading<'_>, options: VerifyOptions) -> bool {
    let main = match (&expected.main, &reading.main) {
        (None, _) => true,
        (Some(expected), Ok(main)) => expected == *main,
        (Some(_), Err(_)) => false,
    };
    let subcode = match (&expected.subcode, &reading.subcode) {
        (None, _) | (_, None) => true,
        (Some((_, expected)), Some(Ok(read))) => {
            expected == read
                || expected.p() == read.p()
                    && (!reading.has_rw || expected.rw() == read.rw())
                    && q_is_equal(&expected.q().0, &read.q().0, options)
        }
        (Some(_), Some(Err(_))) => false,
    };
    main && subcode
}

fn span(first: Lba, last: Lba) -> Option<LbaRange> {
    let len = Sectors::new(last.since(first)?.count() + 1).ok()?;
    LbaRange::new(first, len).ok()
}

fn span_of_one(at: Lba) -> Option<LbaRange> {
    LbaRange::new(at, ONE).ok()
}
