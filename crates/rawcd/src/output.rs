//! Where the program's words go: a bar and text on a terminal, plain lines when piped, JSON when asked.

use std::cell::RefCell;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::exit::{Exit, Failure};

#[cfg(test)]
pub(crate) mod tests;

/// Progress that is not a bar is told at each tenth, and in between when this much time has passed.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);
/// People are not told more often than this: what is done at once needs no progress.
const SHORTEST_SILENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Terminal,
    Plain,
    Json,
}

pub(crate) struct Output {
    form: Form,
    phase: Option<Phase>,
    results: Rc<RefCell<Results>>,
    /// Of which of several drives it tells, and where the bars of all are.
    drive: Option<(String, MultiProgress)>,
}

/// The standard output, and whether everything meant for it arrived.
struct Results {
    out: Box<dyn Write>,
    state: ResultsState,
}

enum ResultsState {
    Open,
    /// The reader went away, as in `rawcd info | head -1`: no fault of ours.
    NotRead,
    Lost(io::Error),
}

/// Something that takes a while.
struct Phase {
    name: &'static str,
    total: u64,
    counts: Counts,
    bar: Option<ProgressBar>,
    /// The last tenth told, if one was, and when.
    told: Option<u64>,
    told_at: Instant,
    started: Instant,
}

/// What a phase counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counts {
    Sectors,
    /// Hundredths of the whole.
    Share,
    /// Nothing: it is a wait.
    Nothing,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let form = if json {
            Form::Json
        } else if io::stderr().is_terminal() {
            Form::Terminal
        } else {
            Form::Plain
        };
        Self::with_results(form, Box::new(io::stdout()))
    }

    fn with_results(form: Form, out: Box<dyn Write>) -> Self {
        let state = ResultsState::Open;
        Self {
            form,
            phase: None,
            results: Rc::new(RefCell::new(Results { out, state })),
            drive: None,
        }
    }

    /// One for each of several drives, named so: lines and bars begin with the name, JSON has it as `target`.
    pub(crate) fn for_drives(&self, names: &[String]) -> Vec<Self> {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let of_drive = |name: &String| Self {
            form: self.form,
            phase: None,
            results: Rc::clone(&self.results),
            drive: Some((name.clone(), bars.clone())),
        };
        names.iter().map(of_drive).collect()
    }

    /// `text` with the drive's name before it.
    fn of_drive(&self, text: &str) -> String {
        match &self.drive {
            Some((name, _)) => format!("{name}: {text}"),
            None => text.to_owned(),
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// A line for people; nothing in JSON.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        if self.is_json() {
            return;
        }
        let text = self.of_drive(text.as_ref());
        let bar = self.phase.as_ref().and_then(|phase| phase.bar.as_ref());
        match (&self.drive, bar) {
            (Some((_, bars)), _) if self.form == Form::Terminal => {
                bars.suspend(|| self.print(&text));
            }
            (_, Some(bar)) => bar.suspend(|| self.print(&text)),
            _ => self.print(&text),
        }
    }

    /// One JSON object with the member `event`; nothing for people. `fields` is a JSON object.
    pub(crate) fn event(&self, event: &str, fields: Value) {
        if !self.is_json() {
            return;
        }
        let mut object = Map::new();
        object.insert("event".to_owned(), event.into());
        if let Some((name, _)) = &self.drive {
            object.insert("target".to_owned(), name.as_str().into());
        }
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        self.print(&Value::Object(object).to_string());
    }

    /// Something the user should know that stops nothing.
    pub(crate) fn note(&self, text: &str) {
        self.line(format!("note: {text}"));
        self.event("note", json!({ "text": text }));
    }

    /// Begins a phase in which `total` sectors are counted off.
    pub(crate) fn begin(&mut self, name: &'static str, total: u64) {
        self.begin_phase(name, total, Counts::Sectors);
    }

    /// Begins a phase that is a wait: nothing is counted in it, `total` is for JSON.
    pub(crate) fn begin_wait(&mut self, name: &'static str, total: u64) {
        self.begin_phase(name, total, Counts::Nothing);
    }

    /// Begins a phase in which only hundredths of the whole are known.
    pub(crate) fn begin_share(&mut self, name: &'static str) {
        self.begin_phase(name, 100, Counts::Share);
    }

    fn begin_phase(&mut self, name: &'static str, total: u64, counts: Counts) {
        self.finish();
        let bar = (self.form == Form::Terminal).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            bar.set_style(style(counts));
            bar.set_message(self.of_drive(name));
            match &self.drive {
                Some((_, bars)) => bars.add(bar),
                None => bar,
            }
        });
        let now = Instant::now();
        self.phase = Some(Phase {
            name,
            total,
            counts,
            bar,
            told: None,
            told_at: now,
            started: now,
        });
    }

    /// The name of the phase that runs.
    pub(crate) fn phase(&self) -> Option<&'static str> {
        self.phase.as_ref().map(|phase| phase.name)
    }

    /// Tells that `done` sectors of the phase are done; `more` goes into the JSON line.
    pub(crate) fn progress(&mut self, done: u64, more: Value) {
        let json = self.is_json();
        let Some(phase) = &mut self.phase else { return };
        if let Some(bar) = &phase.bar {
            bar.set_position(done);
            return;
        }
        let tenth = (done * 10).checked_div(phase.total).unwrap_or(10);
        let silence = phase.told_at.elapsed();
        let is_new = phase.told.is_none_or(|told| tenth > told);
        let is_due = is_new && (json || silence >= SHORTEST_SILENCE);
        if !is_due && silence < LONGEST_SILENCE {
            return;
        }
        phase.told = Some(tenth);
        phase.told_at = Instant::now();
        if json {
            let mut fields = Map::new();
            fields.insert("phase".to_owned(), phase.name.into());
            fields.insert("done".to_owned(), done.into());
            fields.insert("total".to_owned(), phase.total.into());
            if let Value::Object(more) = more {
                fields.extend(more);
            }
            self.event("progress", Value::Object(fields));
        } else {
            let elapsed = phase.started.elapsed();
            let line = match phase.counts {
                Counts::Sectors => plain_progress(phase.name, done, phase.total, elapsed),
                Counts::Share => plain_share(phase.name, done),
                Counts::Nothing => plain_wait(phase.name, elapsed),
            };
            // To stderr like the bar: the standard output holds results only.
            let line = match &self.drive {
                Some((name, _)) => format!("{name}: {line}"),
                None => line,
            };
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Ends the phase, if one runs.
    pub(crate) fn finish(&mut self) {
        if let Some(bar) = self.phase.take().and_then(|phase| phase.bar) {
            bar.finish_and_clear();
        }
    }

    /// Tells why the program ends without success.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        self.finish();
        if self.is_json() {
            let fields = json!({
                "exit": failure.exit as u8,
                "what": failure.what,
                "advice": failure.advice,
            });
            self.event("failure", fields);
            return;
        }
        tell_failure(failure);
    }

    /// The exit code, which is another if what was meant for the standard output was lost.
    pub(crate) fn end(&self, exit: Exit) -> Exit {
        let ResultsState::Lost(error) = &self.results.borrow().state else {
            return exit;
        };
        let what = format!("cannot write to the standard output: {error}");
        tell_failure(&Failure::new(Exit::Failed, what).advise(format!(
            "Only the words are lost: without that the exit code would be {}.",
            exit as u8
        )));
        match exit {
            Exit::Done | Exit::Findings => Exit::Failed,
            worse => worse,
        }
    }

    fn print(&self, line: &str) {
        let mut results = self.results.borrow_mut();
        if !matches!(results.state, ResultsState::Open) {
            return;
        }
        let printed = writeln!(results.out, "{line}").and_then(|()| results.out.flush());
        if let Err(error) = printed {
            results.state = match error.kind() {
                ErrorKind::BrokenPipe => ResultsState::NotRead,
                _ => ResultsState::Lost(error),
            };
        }
    }
}

/// What happened, and under it what to do.
fn tell_failure(failure: &Failure) {
    let _ = writeln!(io::stderr(), "rawcd: {}", failure.what);
    if let Some(advice) = &failure.advice {
        let _ = writeln!(io::stderr(), "       {advice}");
    }
}

/// Within the 80 columns of a plain terminal, whatever is counted.
fn style(counts: Counts) -> ProgressStyle {
    let template = match counts {
        Counts::Sectors => {
            "{msg:<9} [{bar:20}] {percent:>3}%  {human_pos} of {human_len} sectors, {eta} left"
        }
        Counts::Share => "{msg:<9} [{bar:20}] {percent:>3}%  {elapsed}, {eta} left",
        Counts::Nothing => "{msg:<9} {spinner} {elapsed}",
    };
    // The templates are constant and tested; the default bar is what a mistake in one would give.
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

fn plain_progress(name: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let percent = (done * 100).checked_div(total).unwrap_or(100);
    let mut line = format!("{name}: {percent}% ({done} of {total} sectors");
    if let Some(left) = time_left(done, total, elapsed) {
        line += &format!(", {} s left", left.as_secs_f64().ceil());
    }
    line + ")"
}

fn plain_share(name: &str, percent: u64) -> String {
    format!("{name}: {percent}%")
}

fn plain_wait(name: &str, elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0 => name.to_owned(),
        seconds => format!("{name}: {seconds} s"),
    }
}

fn time_left(done: u64, total: u64, elapsed: Duration) -> Option<Duration> {
    let (done, left) = (
        u32::try_from(done).ok()?,
        u32::try_from(total.checked_sub(done)?).ok()?,
    );
    (done > 0 && left > 0).then(|| elapsed.mul_f64(f64::from(left) / f64::from(done)))
}
