//! Write raw CD images bit for bit, and prove that the disc holds them.
//!
//! Here are arguments, text, JSON and exit codes; what a burn is stands in the libraries.
#![forbid(unsafe_code)]

mod blank;
mod burn;
mod check;
mod cli;
mod compare;
mod consent;
mod convert;
mod exit;
mod explain;
mod fleet;
mod info;
mod line;
mod new_disc;
mod new_file;
mod output;
mod read;
mod report;
mod sent;
mod serve;
mod target;
#[cfg(test)]
mod tests;
mod verify;

use std::process::ExitCode;

use cd_writer::CancelToken;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command};
use crate::exit::{Exit, Failure};
use crate::output::Output;

fn main() -> ExitCode {
    let command = Cli::command().after_long_help(help_end());
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() && json_is_asked_for() => {
            return end(Err(wrong_command_line(&error)), &mut Output::new(true));
        }
        Err(error) => error.exit(),
    };
    let mut output = Output::new(cli.json);
    let result = cancel_on_interrupt().and_then(|cancel| run(&cli.command, &cancel, &mut output));
    end(result, &mut output)
}

fn end(result: Result<Exit, Failure>, output: &mut Output) -> ExitCode {
    let exit = result.unwrap_or_else(|failure| {
        output.failure(&failure);
        failure.exit
    });
    output.end(exit).into()
}

/// A program that reads JSON reads it of a wrong command line too.
fn json_is_asked_for() -> bool {
    let mut options = std::env::args_os().take_while(|argument| argument != "--");
    options.any(|argument| argument == "--json")
}

fn wrong_command_line(error: &clap::Error) -> Failure {
    let text = error.to_string();
    // Its first paragraph says what is wrong, the others how commands look.
    let what = text.split("\n\n").next().unwrap_or(&text);
    let words: Vec<_> = what.split_whitespace().collect();
    let what = words.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    Failure::new(Exit::Unreadable, what).advise("`rawcd help COMMAND` explains the command.")
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
        Command::Blank(args) => blank::run(args, cancel, output),
        Command::Plan(args) => burn::plan(args, cancel, output),
        Command::Info(args) => info::run(args, output),
        Command::Verify(args) => verify::run(args, cancel, output),
        Command::Check(args) => check::run(args, cancel, output),
        Command::Read(args) => read::run(args, cancel, output),
        Command::Convert(args) => convert::run(args, cancel, output),
        Command::NewDisc(args) => new_disc::run(args, output),
        Command::Serve(args) => serve::run(args, cancel, output),
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
