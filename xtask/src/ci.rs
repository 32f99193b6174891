//! `cargo xtask ci`: the gate, one named step after the other, ended by the first that fails.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use xshell::{Shell, cmd};

use crate::{Result, kernel, project, tidy};

mod cd_text_judge;
mod judge;
mod mixed_mode;
mod no_std;
mod real_input;
mod sector_judge;
mod sheet_judge;

pub(crate) use no_std::NO_STD_CRATES;

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn(&Shell) -> Result<()>,
}

const fn step(name: &'static str, what: &'static str, run: fn(&Shell) -> Result<()>) -> Step {
    Step { name, what, run }
}

/// In the order of running: what fails quickly comes first.
const STEPS: &[Step] = &[
    step("fmt", "the code is formatted", fmt),
    step("tidy", "layers, documents and house rules", |_| {
        tidy::check()
    }),
    step("clippy", "no lint fires", clippy),
    step("doc", "the documentation builds without a warning", doc),
    step("addresses", "every CD address, both ways", addresses),
    step("test", "every test passes", test),
    step(
        "no-std",
        "the lowest crates need no operating system",
        no_std::check,
    ),
    step(
        "burn",
        "a first burn succeeds, a second is quick",
        burn_twice,
    ),
    step(
        "real-input",
        "an ISO from Debian comes back whole",
        real_input::check,
    ),
    step(
        "cd-text",
        "a program of others reads the CD-Text made here",
        cd_text_judge::check,
    ),
    step(
        "sectors",
        "programs of others read the sectors made here",
        sector_judge::check,
    ),
    step(
        "sheets",
        "programs of others read sheets as they are read here",
        sheet_judge::check,
    ),
    step(
        "mixed-mode",
        "a file system and sound from others come back from one disc",
        mixed_mode::check,
    ),
    step(
        "kernel",
        "the recorder is a drive of a real kernel, for programs of others too",
        |_| kernel::check(),
    ),
];

/// How long `cargo xtask burn` may take once everything is built.
const SECOND_BURN_LIMIT: Duration = Duration::from_secs(5);

/// Runs the steps called `names`, or all; prints each one's name and how long it took.
///
/// # Errors
/// When a name is no step's.
pub(crate) fn run(names: &[String]) -> Result<ExitCode> {
    let steps = choose(names)?;
    let sh = Shell::new()?;
    sh.change_dir(project::root());
    let start = Instant::now();
    for (step_idx, step) in steps.iter().enumerate() {
        println!(
            "\n=== step {} of {}: {} ({})",
            step_idx + 1,
            steps.len(),
            step.name,
            step.what
        );
        let step_start = Instant::now();
        let outcome = (step.run)(&sh);
        let seconds = step_start.elapsed().as_secs_f32();
        if let Err(error) = outcome {
            println!("=== {}: FAILED after {seconds:.1} s: {error}", step.name);
            let total = start.elapsed().as_secs();
            println!(
                "xtask ci: FAILED in step {} after {total} s in all",
                step.name
            );
            return Ok(ExitCode::FAILURE);
        }
        println!("=== {}: ok, {seconds:.1} s", step.name);
    }
    let total = start.elapsed().as_secs();
    println!("\nxtask ci: all {} steps passed in {total} s", steps.len());
    Ok(ExitCode::SUCCESS)
}

fn choose(names: &[String]) -> Result<Vec<&'static Step>> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &String| {
        STEPS.iter().find(|step| step.name == name).ok_or_else(|| {
            let known: Vec<_> = STEPS.iter().map(|step| step.name).collect();
            format!("no step is called `{name}`; there are {}", known.join(", ")).into()
        })
    };
    names.iter().map(find).collect()
}

fn fmt(sh: &Shell) -> Result<()> {
    Ok(cmd!(sh, "cargo fmt --all --check").run()?)
}

fn clippy(sh: &Shell) -> Result<()> {
    Ok(cmd!(
        sh,
        "cargo clippy --quiet --workspace --all-targets -- -D warnings"
    )
    .run()?)
}

fn doc(sh: &Shell) -> Result<()> {
    let _env = sh.push_env("RUSTDOCFLAGS", "-D warnings");
    Ok(cmd!(sh, "cargo doc --quiet --workspace --no-deps").run()?)
}

/// Tests of cd-address that everything else rests on.
const ADDRESS_TESTS: &[&str] = &[
    "all_450000_addresses_convert_both_ways",
    "all_relative_times_convert_both_ways",
    "any_number_is_an_address_or_refused",
    "any_three_bytes_are_a_time_or_refused",
    "addition_undoes_difference",
    "sums_past_either_end_are_refused",
];

/// Runs [`ADDRESS_TESTS`] by name, the random ones with many more cases than in `cargo test`.
fn addresses(sh: &Shell) -> Result<()> {
    let names: Vec<_> = ADDRESS_TESTS
        .iter()
        .map(|name| format!("tests::{name}"))
        .collect();
    let _env = sh.push_env("PROPTEST_CASES", "20000");
    let exact = cmd!(sh, "cargo test --package cd-address --lib -- --exact");
    let output = exact.args(&names).read()?;
    println!("{output}");
    // A name that matches nothing is no failure for cargo.
    match output.contains(&format!("ok. {} passed", names.len())) {
        true => Ok(()),
        false => Err(format!("not all of these were run: {}", names.join(", ")).into()),
    }
}

fn test(_: &Shell) -> Result<()> {
    xtask(&["test"], &project::root())
}

fn burn_twice(sh: &Shell) -> Result<()> {
    let dir = sh.current_dir();
    xtask(&["burn"], &dir)?;
    let start = Instant::now();
    xtask(&["burn"], &dir)?;
    let took = start.elapsed();
    if took > SECOND_BURN_LIMIT {
        return Err(format!("the second burn took {took:.1?}, over {SECOND_BURN_LIMIT:?}").into());
    }
    println!("The second burn took {took:.1?}; the limit is {SECOND_BURN_LIMIT:?}.");
    Ok(())
}

/// Runs another subcommand of this program in `dir` and prints the line that does the same by hand.
fn xtask(args: &[&str], dir: &Path) -> Result<()> {
    println!("$ cargo xtask {}", args.join(" "));
    run_command(
        Command::new(std::env::current_exe()?)
            .args(args)
            .current_dir(dir),
    )
}

/// Runs `command` to its end.
///
/// # Errors
/// When it cannot be run or does not end with exit code 0.
fn run_command(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{status}").into())
    }
}

#[cfg(test)]
mod tests;
