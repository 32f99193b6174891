//! The developers' door: `cargo xtask burn`, `test`, `ci`, `bench`, `fuzz`, `kernel-test`, `tidy`.
//!
//! One file or folder a subcommand. What a subcommand runs is printed before it runs, so that every
//! step can be repeated by hand.
#![forbid(unsafe_code)]

mod bench;
mod burn;
mod ci;
mod digest;
mod flags;
mod fuzz;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(not(target_os = "linux"))]
#[path = "kernel/elsewhere.rs"]
mod kernel;
mod project;
mod run_tests;
mod tidy;

use std::process::ExitCode;

use flags::XtaskCmd;

/// What a subcommand returns: its errors are for a person at a terminal, so text is all they need.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn main() -> ExitCode {
    let flags = match flags::parse(std::env::args_os().skip(1).collect()) {
        Ok(flags) => flags,
        Err(error) => error.exit(),
    };
    let outcome = match flags.subcommand {
        XtaskCmd::Burn(burn) => burn::run(burn.args),
        XtaskCmd::Test(test) => run_tests::run(&test.args),
        XtaskCmd::Ci(ci) => ci::run(&ci.steps),
        XtaskCmd::Bench(bench) => bench::run(&bench),
        XtaskCmd::Fuzz(fuzz) => fuzz::run(&fuzz),
        XtaskCmd::KernelTest(test) => kernel::run(&test),
        XtaskCmd::Tidy(_) => tidy::run(),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}
