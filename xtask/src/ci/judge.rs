//! Programs of others that judge what is made here.

use std::path::Path;
use std::process::Command;

use crate::Result;

/// Seconds that a program gets before it is stopped: some go round for ever on input they do not like.
const PATIENCE: &str = "60";

/// Whether `program` can be started at all.
///
/// # Errors
/// If not, with the Debian package that brings it.
pub(super) fn require(program: &str, package: &str) -> Result<()> {
    match Command::new(program).arg("--help").output() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!(
            "{program} is missing; install the Debian package `{package}` (apt-get install {package})"
        )
        .into()),
    }
}

/// What `program` prints to the standard output; the command is shown first.
///
/// # Errors
/// When it fails or takes longer than a minute, with what it said.
pub(super) fn ask(program: &str, args: &[&str]) -> Result<Vec<u8>> {
    ask_in(Path::new("."), program, args)
}

/// The same of a program that runs in the folder `dir`.
///
/// # Errors
/// As [`ask`].
pub(super) fn ask_in(dir: &Path, program: &str, args: &[&str]) -> Result<Vec<u8>> {
    let command = format!("{program} {}", args.join(" "));
    println!("$ {command}");
    let output = Command::new("timeout")
        .args([PATIENCE, program])
        .args(args)
        .current_dir(dir)
        .env("LC_ALL", "C.UTF-8")
        .output()?;
    if output.status.code() == Some(124) {
        return Err(format!("{command}: not done after {PATIENCE} s").into());
    }
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command}: {}, {}", output.status, said.trim()).into());
    }
    Ok(output.stdout)
}
