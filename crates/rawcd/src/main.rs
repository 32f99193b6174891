//! Write raw CD images bit for bit, and prove that the disc holds them.
//!
//! Here are arguments, text, JSON and exit codes; what a burn is stands in the libraries.
#![forbid(unsafe_code)]

mod burn;
mod check;
mod cli;
mod compare;
mod convert;
mod exit;
mod explain;
mod info;
mod new_disc;
mod output;
mod read;
mod report;
mod target;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

use cd_writer::CancelToken;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command};
use crate::exit::{Exit, Failure};
use crate::output::Output;

fn main() -> ExitCode {
    let command = Cli::command().after_long_help(help_end());
    let cli = match Cli::from_arg_matches(&command.get_matches()) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let mut output = Output::new(cli.json);
    let result = cancel_on_interrupt().and_then(|cancel| run(&cli.command, &cancel, &mut output));
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit.into()
        }
    }
}

/// What stands under the long help: a way in, and the exit codes.
fn help_end() -> String {
    let codes = Exit::TABLE
        .iter()
        .map(|(exit, meaning)| format!("{:4}  {meaning}\n", *exit as u8));
    format!(
        "Try it without a drive:\n  \
         rawcd burn some.iso --disc my.disc --verify    burn to an emulated disc, read back, compare\n  \
         rawcd info --disc my.disc                      what the recorder and the disc say\n  \
         rawcd read --disc my.disc --track 1 --user-data back.iso\n\n\
         Exit codes:\n{}",
        codes.collect::<String>()
    )
}

fn run(command: &Command, cancel: &CancelToken, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Burn(args) => burn::run(args, cancel, output),
        Command::Plan(args) => burn::plan(args, output),
        Command::Info(args) => info::run(args, output),
        Command::Check(args) => check::run(args, cancel, output),
        Command::Read(args) => read::run(args, cancel, output),
        Command::Convert(args) => convert::run(args, cancel, output),
        Command::NewDisc(args) => new_disc::run(args, output),
    }
}

/// Ctrl-C asks for an orderly end: a burn is flushed and the tray unlocked, files are not left half.
fn cancel_on_interrupt() -> Result<CancelToken, Failure> {
    let cancel = CancelToken::new();
    let token = cancel.clone();
    ctrlc::set_handler(move || token.cancel())
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot watch for Ctrl-C: {error}")))?;
    Ok(cancel)
}
