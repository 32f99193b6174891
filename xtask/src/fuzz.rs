//! `cargo xtask fuzz`: libFuzzer over the targets in `fuzz/`, on the stable compiler.
//!
//! What a target asserts is in `fuzz/src`; the test of this module runs it over the corpus without libFuzzer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use crate::{Result, flags, project};

/// How long a target is run unless the caller says otherwise.
const SECONDS: u64 = 60;

/// What libFuzzer needs of the compiler: counters at the branches, a table of what they belong to, and calls at
/// comparisons, from which it learns the values that code asks for.
///
/// These are passes of LLVM that the stable compiler has too; `-Zsanitizer=address`, which cargo-fuzz adds, it has not.
/// That one finds misuse of memory, which the parsers cannot commit: their crates forbid unsafe code or fence it.
const COVERAGE: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Longer than any sector with everything round it, and enough for a block of CD-Text.
const MAX_INPUT_BYTES: usize = 4700;

/// Runs the targets asked for one after the other, all of them even if one finds something.
///
/// # Errors
/// When a target is unknown, or cannot be built or run.
pub(crate) fn run(options: &flags::Fuzz) -> Result<ExitCode> {
    let folder = project::root().join("fuzz");
    let known = targets(&folder)?;
    if let Some(name) = options.targets.iter().find(|name| !known.contains(name)) {
        return Err(format!(
            "no target is called `{name}`; there are {}",
            known.join(", ")
        )
        .into());
    }
    let asked_for = match options.targets.is_empty() {
        true => &known,
        false => &options.targets,
    };
    let seconds = options.seconds.unwrap_or(SECONDS);
    let programs = build(&folder)?;
    let mut n_failed = 0;
    for target in asked_for {
        let session = Session::new(&folder, &programs, target, seconds);
        n_failed += usize::from(!session.run()?);
    }
    if n_failed > 0 {
        println!(
            "xtask fuzz: FAILED: {n_failed} of {} targets",
            asked_for.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    println!("xtask fuzz: {} targets, nothing found", asked_for.len());
    Ok(ExitCode::SUCCESS)
}

/// Names of the files in `fuzz_targets`.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let files = folder.join("fuzz_targets");
    let mut names = Vec::new();
    for entry in fs::read_dir(&files).map_err(|error| format!("{}: {error}", files.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(
                path.file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// Builds all targets and returns the folder they are in.
fn build(folder: &Path) -> Result<PathBuf> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let answer = Command::new(&compiler)
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if let Err(error) = answer {
        return Err(format!(
            "libFuzzer is built from C++, and `{compiler}` cannot be run ({error}); on Debian: apt install g++"
        )
        .into());
    }
    let host = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output()?;
    let host = String::from_utf8(host.stdout)?.trim().to_owned();
    let mut cargo = Command::new(project::cargo());
    // With a target named, flags are not for build scripts, which would not link with them.
    cargo
        .current_dir(folder)
        .args([
            "build",
            "--release",
            "--quiet",
            "--bins",
            "--features",
            "libfuzzer",
        ])
        .args(["--target", &host])
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f"));
    println!("Building the targets; the first time this takes a minute or two.");
    if !cargo.status()?.success() {
        return Err("the targets do not build; cargo's messages above say why".into());
    }
    Ok(folder.join("target").join(host).join("release"))
}

/// One target's run.
struct Session<'a> {
    target: &'a str,
    seconds: u64,
    program: PathBuf,
    /// What is in the repository: read, never added to.
    corpus: PathBuf,
    /// What earlier runs on this machine came to.
    grown: PathBuf,
    artifacts: PathBuf,
    log: PathBuf,
}

impl<'a> Session<'a> {
    fn new(folder: &Path, programs: &Path, target: &'a str, seconds: u64) -> Self {
        Self {
            target,
            seconds,
            program: programs.join(target),
            corpus: folder.join("corpus").join(target),
            grown: folder.join("target/corpus").join(target),
            artifacts: folder.join("artifacts").join(target),
            log: folder.join("target").join(format!("{target}.log")),
        }
    }

    /// Runs the target and says what came of it; whether nothing was found.
    fn run(&self) -> Result<bool> {
        fs::create_dir_all(&self.grown)?;
        fs::create_dir_all(&self.artifacts)?;
        let log = File::create(&self.log)?;
        let status = Command::new(&self.program)
            .args([&self.grown, &self.corpus])
            // A slash at the end makes it a folder.
            .arg(format!("-artifact_prefix={}/", self.artifacts.display()))
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-max_len={MAX_INPUT_BYTES}"))
            // An input that takes a sector's parser ten seconds is a finding.
            .args(["-timeout=10", "-print_final_stats=1"])
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .map_err(|error| format!("cannot run {}: {error}", self.program.display()))?;
        let log = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        self.report(status, &log);
        Ok(status.success())
    }

    fn report(&self, status: ExitStatus, log: &str) {
        let target = self.target;
        if status.success() {
            let Summary {
                n_inputs,
                per_second,
            } = Summary::of(log);
            println!("{target}: {n_inputs} inputs, {per_second} a second, nothing found");
            return;
        }
        println!("{}", log.trim_end());
        println!("{target}: FAILED: {status}");
        match artifact(log) {
            Some(path) => println!(
                "The input is {path}.\n\
                 To see it again: {} {path}\n\
                 To keep it as a test: put it into {}, and run `cargo xtask test -p xtask fuzz`.",
                self.program.display(),
                self.corpus.display(),
            ),
            None => println!("The whole log is {}.", self.log.display()),
        }
    }
}

/// What libFuzzer's last lines tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Summary {
    n_inputs: u64,
    per_second: u64,
}

impl Summary {
    fn of(log: &str) -> Self {
        let value = |name: &str| {
            let of_line = |line: &str| line.strip_prefix(name)?.trim().parse().ok();
            log.lines().rev().find_map(of_line).unwrap_or(0)
        };
        Self {
            n_inputs: value("stat::number_of_executed_units:"),
            per_second: value("stat::average_exec_per_sec:"),
        }
    }
}

/// Where libFuzzer wrote the input that it stopped at.
fn artifact(log: &str) -> Option<&str> {
    let of_line = |line: &'_ str| line.find("Test unit written to ").map(|at| at + 21);
    log.lines().find_map(|line| Some(&line[of_line(line)?..]))
}

#[cfg(test)]
mod tests;
