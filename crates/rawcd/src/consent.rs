//! A real disc is written only when its owner says so.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use cd_writer::CancelToken;

use crate::exit::{Exit, Failure};
use crate::output::Output;

#[cfg(test)]
mod tests;

/// What is known of a burn that decides whether its owner is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// The disc lies in a drive; an emulated one costs nothing.
    pub(crate) is_real: bool,
    /// The laser stays off.
    pub(crate) is_simulation: bool,
    /// `--yes` was given.
    pub(crate) said_yes: bool,
    /// Somebody sits at a terminal and reads text.
    pub(crate) can_be_asked: bool,
}

/// What is about to be done to the disc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Write,
    Erase,
}

impl Act {
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Write => ("writes", "written", "writing"),
            Self::Erase => ("erases", "erased", "erasing"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    GoOn,
    Ask,
    Refuse,
}

impl Circumstances {
    fn decision(self) -> Decision {
        if !self.is_real || self.is_simulation || self.said_yes {
            Decision::GoOn
        } else if self.can_be_asked {
            Decision::Ask
        } else {
            Decision::Refuse
        }
    }
}

/// Whether somebody can be asked at all.
pub(crate) fn can_ask(output: &Output) -> bool {
    !output.is_json() && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Goes on if the disc called `name` may be written or erased, asking if need be.
pub(crate) fn require(
    act: Act,
    circumstances: Circumstances,
    name: &str,
    cancel: &CancelToken,
) -> Result<(), Failure> {
    let (does, done, _) = act.words();
    match circumstances.decision() {
        Decision::GoOn => Ok(()),
        Decision::Refuse => Err(refused(format!(
            "the disc in {name} would be {done}, and nobody said yes"
        ))),
        Decision::Ask => {
            let _ = write!(
                io::stderr(),
                "This {does} the disc in {name} and cannot be undone. Type yes to go on: "
            );
            ask(act, io::BufReader::new(io::stdin()), name, cancel)
        }
    }
}

fn refused(what: String) -> Failure {
    Failure::new(Exit::NoConsent, what)
        .advise("The disc was not touched. --yes says it beforehand.")
}

/// Waits for the answer, and for Ctrl-C meanwhile.
fn ask(
    act: Act,
    mut input: impl BufRead + Send + 'static,
    name: &str,
    cancel: &CancelToken,
) -> Result<(), Failure> {
    let (_, _, doing) = act.words();
    let (answered, answer) = mpsc::channel();
    // Nothing ends a read of a terminal but its user; the thread ends with the program.
    let reader = thread::Builder::new()
        .name("answer".to_owned())
        .spawn(move || {
            let mut line = String::new();
            let read = input.read_line(&mut line).map(|_| line);
            // Nobody waits any more after Ctrl-C.
            let _ = answered.send(read);
        });
    if let Err(error) = reader {
        return Err(refused(format!("the question cannot be asked: {error}")));
    }
    loop {
        match answer.recv_timeout(Duration::from_millis(50)) {
            Ok(Ok(line)) if line.trim().eq_ignore_ascii_case("yes") => return Ok(()),
            Ok(Ok(_)) => {
                return Err(refused(format!(
                    "{doing} the disc in {name} was not agreed to"
                )));
            }
            Ok(Err(error)) => return Err(refused(format!("the answer cannot be read: {error}"))),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(refused("there was no answer".to_owned()));
            }
            Err(RecvTimeoutError::Timeout) if cancel.is_cancelled() => {
                return Err(Failure::new(Exit::CancelledUntouched, "cancelled")
                    .advise("The disc was not touched."));
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}
