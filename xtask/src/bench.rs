//! `cargo xtask bench`: figures beside this machine's own speed.
//!
//! Machines differ and are noisy, so a figure is worth little alone. All benches run in one process,
//! in one run, after a measurement of plain memory reading; the ratio to that is what stays
//! comparable from one machine to the next. One file a group: a group is a function that hands its
//! work to [`Meter::measure`], and a line in [`GROUPS`].
//!
//! Beside other programs ours is measured through a kernel, in a run of its own: [`kernel::bench`].

use std::process::{Command, ExitCode};

use crate::{Result, flags, kernel, project};

mod convert;
mod drives;
mod machine;
mod memory;
mod meter;
mod nowhere;
mod pipeline;
mod report;
mod sector;

use meter::Meter;

struct Group {
    name: &'static str,
    run: fn(&mut Meter) -> Result<()>,
}

const fn group(name: &'static str, run: fn(&mut Meter) -> Result<()>) -> Group {
    Group { name, run }
}

/// In the order of running. `memory` comes first: every ratio is against its first figure.
const GROUPS: &[Group] = &[
    group("memory", memory::run),
    group("sector", sector::run),
    group("pipeline", pipeline::run),
    group("drives", drives::run),
    group("convert", convert::run),
];

/// Measures the groups asked for and prints the figures.
///
/// # Errors
/// When a group is unknown or cannot run.
pub(crate) fn run(options: &flags::Bench) -> Result<ExitCode> {
    if options.kernel {
        return match options.groups.is_empty() {
            true => kernel::bench(options.json),
            false => Err("--kernel is a run of its own: name no groups beside it".into()),
        };
    }
    for name in &options.groups {
        if !GROUPS.iter().any(|group| group.name == name) {
            let known: Vec<_> = GROUPS.iter().map(|group| group.name).collect();
            return Err(format!(
                "no group is called `{name}`; there are {}",
                known.join(", ")
            )
            .into());
        }
    }
    if cfg!(debug_assertions) {
        return in_release(options);
    }
    let mut meter = Meter::new();
    for group in GROUPS {
        let is_asked_for =
            options.groups.is_empty() || options.groups.iter().any(|name| name == group.name);
        if is_asked_for || group.name == "memory" {
            meter.enter(group.name);
            (group.run)(&mut meter)?;
        }
    }
    let machine = machine::Machine::probe();
    let figures = meter.into_figures();
    if options.json {
        println!("{}", report::json(&machine, &figures));
    } else {
        print!("{}", report::table(&machine, &figures));
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs this subcommand again in the profile that is worth measuring.
fn in_release(options: &flags::Bench) -> Result<ExitCode> {
    let status = Command::new(project::cargo())
        .current_dir(project::root())
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
        ])
        .args(options.json.then_some("--json"))
        .args(&options.groups)
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
