//! `cargo xtask test`: every test, and how many there were.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::{Result, project};

/// Runs `cargo test` with `args`, over the whole workspace unless `args` choose packages.
///
/// The tidy rules are tests of this package, so they are among them; examples are built, and the
/// examples in documentation are run. The last line printed is the sum of cargo's own summaries.
///
/// # Errors
/// When cargo cannot be run.
pub(crate) fn run(args: &[OsString]) -> Result<ExitCode> {
    let start = Instant::now();
    let mut command = Command::new(project::cargo());
    command.arg("test");
    if !chooses_packages(args) {
        command.arg("--workspace").current_dir(project::root());
    }
    let mut cargo = command
        .args(args)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let mut tally = Tally::default();
    if let Some(output) = cargo.stdout.take() {
        // Bytes, because a test may print what is no text.
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output.read_until(b'\n', &mut line)? > 0 {
            std::io::stdout().write_all(&line)?;
            tally.add(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = cargo.wait()?;
    let seconds = start.elapsed().as_secs_f32();
    let Tally { n_passed, n_failed } = tally;
    if status.success() {
        println!("xtask test: all {n_passed} tests passed in {seconds:.1} s");
        return Ok(ExitCode::SUCCESS);
    }
    // cargo stops at the first binary with a failure; without any failure it did not get that far.
    let what = match n_failed {
        0 => "the tests could not be built or run".to_owned(),
        n => format!("{n} tests failed, {n_passed} passed before"),
    };
    println!("xtask test: FAILED: {what}; {seconds:.1} s");
    Ok(ExitCode::FAILURE)
}

/// Whether arguments for cargo say which packages to test.
fn chooses_packages(args: &[OsString]) -> bool {
    let for_cargo = args.iter().take_while(|arg| *arg != "--");
    for_cargo.filter_map(|arg| OsStr::to_str(arg)).any(|arg| {
        arg.starts_with("-p") || arg.starts_with("--package") || arg.starts_with("--manifest-path")
    })
}

/// Sum of the lines "test result: ok. 3 passed; 0 failed; ...".
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    n_passed: u64,
    n_failed: u64,
}

impl Tally {
    fn add(&mut self, line: &str) {
        let Some(result) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in result.split([';', '.']) {
            match part.trim().split_once(' ') {
                Some((n, "passed")) => self.n_passed += n.parse().unwrap_or(0),
                Some((n, "failed")) => self.n_failed += n.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
