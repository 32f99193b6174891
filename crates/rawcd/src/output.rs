//! Where the program's words go: a bar and text on a terminal, plain lines when piped, JSON when asked.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};

use crate::exit::Failure;

/// Piped progress is told at each tenth, and in between when this much time has passed.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Terminal,
    Plain,
    Json,
}

pub(crate) struct Output {
    form: Form,
    phase: Option<Phase>,
}

struct Phase {
    name: String,
    total: u64,
    bar: Option<ProgressBar>,
    last_tenth: u64,
    last_told: Instant,
    started: Instant,
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
        Self { form, phase: None }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// A line for people; nothing in JSON.
    pub(crate) fn line(&self, text: impl AsRef<str>) {
        if self.is_json() {
            return;
        }
        match self.phase.as_ref().and_then(|phase| phase.bar.as_ref()) {
            Some(bar) => bar.suspend(|| print_line(text.as_ref())),
            None => print_line(text.as_ref()),
        }
    }

    /// One JSON object with the member `event`; nothing for people. `fields` is a JSON object.
    pub(crate) fn event(&self, event: &str, fields: Value) {
        if !self.is_json() {
            return;
        }
        let mut object = Map::new();
        object.insert("event".to_owned(), event.into());
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        print_line(&Value::Object(object).to_string());
    }

    /// Something the user should know that stops nothing.
    pub(crate) fn note(&self, text: &str) {
        self.line(format!("note: {text}"));
        self.event("note", json!({ "text": text }));
    }

    /// Begins a phase of `total` units that takes a while.
    pub(crate) fn begin(&mut self, name: &str, total: u64) {
        self.finish();
        let bar = (self.form == Form::Terminal).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            bar.set_style(bar_style());
            bar.set_message(name.to_owned());
            bar
        });
        let now = Instant::now();
        let phase = Phase {
            name: name.to_owned(),
            total,
            bar,
            last_tenth: 0,
            last_told: now,
            started: now,
        };
        self.phase = Some(phase);
    }

    /// The name of the phase that runs.
    pub(crate) fn phase(&self) -> Option<&str> {
        self.phase.as_ref().map(|phase| phase.name.as_str())
    }

    /// Tells that `done` units of the phase are done; `more` goes into the JSON line.
    pub(crate) fn progress(&mut self, done: u64, more: Value) {
        let json = self.is_json();
        let Some(phase) = &mut self.phase else { return };
        if let Some(bar) = &phase.bar {
            bar.set_position(done);
            return;
        }
        let tenth = (done * 10).checked_div(phase.total).unwrap_or(10);
        if tenth <= phase.last_tenth && phase.last_told.elapsed() < PLAIN_INTERVAL {
            return;
        }
        phase.last_tenth = tenth;
        phase.last_told = Instant::now();
        if json {
            let mut fields = Map::new();
            fields.insert("phase".to_owned(), phase.name.as_str().into());
            fields.insert("done".to_owned(), done.into());
            fields.insert("total".to_owned(), phase.total.into());
            if let Value::Object(more) = more {
                fields.extend(more);
            }
            self.event("progress", Value::Object(fields));
        } else {
            let line = plain_progress(&phase.name, done, phase.total, phase.started.elapsed());
            // To stderr like the bar: the standard output holds results only.
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
        let _ = writeln!(io::stderr(), "rawcd: {}", failure.what);
        if let Some(advice) = &failure.advice {
            let _ = writeln!(io::stderr(), "       {advice}");
        }
    }
}

/// A reader that went away (`rawcd info | head -1`) is no fault of ours and no reason to panic.
fn print_line(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

fn bar_style() -> ProgressStyle {
    let template = "{msg:<10} [{bar:32}] {percent:>3}%  {human_pos}/{human_len} sectors  \
                    {per_sec:>14}  {eta} left";
    // The template is constant and tested; the default bar is what a mistake in it would give.
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

fn time_left(done: u64, total: u64, elapsed: Duration) -> Option<Duration> {
    let (done, left) = (
        u32::try_from(done).ok()?,
        u32::try_from(total.checked_sub(done)?).ok()?,
    );
    (done > 0 && left > 0).then(|| elapsed.mul_f64(f64::from(left) / f64::from(done)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_template_is_valid() {
        assert!(ProgressStyle::with_template("{msg} [{bar:32}] {per_sec:>14} {eta}").is_ok());
        let _ = bar_style();
    }

    #[test]
    fn a_piped_line_says_percent_and_time() {
        let line = plain_progress("writing", 500, 2_000, Duration::from_secs(2));
        assert_eq!(line, "writing: 25% (500 of 2000 sectors, 6 s left)");
        assert_eq!(
            plain_progress("writing", 0, 0, Duration::ZERO),
            "writing: 100% (0 of 0 sectors)"
        );
    }
}
