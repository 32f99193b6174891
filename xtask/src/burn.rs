//! `cargo xtask burn`: rawcd, built and run, with something to burn when nothing is named.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};

use crate::{Result, project};

/// Options of `rawcd burn` after which there is no disc to compare with, or no burn at all.
const WITHOUT_PROOF: [&str; 5] = ["--verify", "--simulate", "--to-file", "--help", "-h"];

/// Burns what `args` say, or the fixture when they say nothing, and returns rawcd's exit code.
///
/// # Errors
/// When rawcd cannot be built or run.
pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let rawcd = project::build_rawcd()?;
    if args.is_empty() {
        burn_fixture(&rawcd)
    } else {
        hand_over(&rawcd, &burn_args(args))
    }
}

/// Arguments for rawcd: `burn`, `--verify` unless it makes no sense, and `args` as they are.
fn burn_args(args: Vec<OsString>) -> Vec<OsString> {
    // After `--` come file names, whatever they look like.
    let mut options = args.iter().take_while(|arg| *arg != "--");
    let asks_for_proof = !options.any(|option| names(option, &WITHOUT_PROOF));
    let head = asks_for_proof.then(|| OsString::from("--verify"));
    std::iter::once("burn".into())
        .chain(head)
        .chain(args)
        .collect()
}

/// Whether `arg` is one of `options`, on its own or as `--option=value`.
fn names(arg: &OsStr, options: &[&str]) -> bool {
    let Some(arg) = arg.to_str() else {
        return false;
    };
    let name = arg.split_once('=').map_or(arg, |(name, _)| name);
    options.contains(&name)
}

/// Becomes rawcd, so that signals and the exit code are rawcd's own.
#[cfg(unix)]
fn hand_over(rawcd: &Path, args: &[OsString]) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(format!(
        "cannot run {}: {}",
        rawcd.display(),
        Command::new(rawcd).args(args).exec()
    )
    .into())
}

/// Waits for rawcd and returns its exit code. Ctrl-C reaches rawcd too: this process lets it decide.
#[cfg(not(unix))]
fn hand_over(rawcd: &Path, args: &[OsString]) -> Result<ExitCode> {
    ctrlc::set_handler(|| {})?;
    exit_code(Command::new(rawcd).args(args).status()?)
}

fn exit_code(status: ExitStatus) -> Result<ExitCode> {
    let code = status
        .code()
        .ok_or_else(|| format!("rawcd was ended from outside: {status}"))?;
    Ok(u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Burns the fixture onto a fresh disc, reads it back with a second run of rawcd, and compares.
fn burn_fixture(rawcd: &Path) -> Result<ExitCode> {
    let image = project::root().join(project::FIXTURE);
    let mut scratch = project::Scratch::new("burn")?;
    let (disc, copy) = (
        scratch.path().join("ruler.disc"),
        scratch.path().join("ruler.iso"),
    );

    println!("Burning {} onto a fresh emulated disc.", project::FIXTURE);
    let mut burn = Command::new(rawcd);
    burn.args(["burn", "--verify", "--disc"])
        .arg(&disc)
        .arg(&image);
    let mut read = Command::new(rawcd);
    read.args(["read", "--track", "1", "--disc"])
        .arg(&disc)
        .arg("--user-data")
        .arg(&copy);
    for mut command in [burn, read] {
        let status = command.status()?;
        if !status.success() {
            eprintln!("\n{command:?} ended with {status}.");
            scratch.keep();
            return exit_code(status);
        }
    }
    compare(&image, &copy).inspect_err(|_| scratch.keep())?;
    print!("{NEXT}");
    Ok(ExitCode::SUCCESS)
}

const NEXT: &str = "
Burned, proved, and read again by a second process: its user data is the image, byte for byte.
What to try next:
  cargo xtask burn my.iso                     an image of your own, on an emulated disc
  cargo xtask burn my.iso --disc my.disc      the same, and the disc stays in a file
  cargo xtask burn my.iso --device /dev/sr0   a real drive with a blank disc in it
  cargo run -r -p rawcd -- --help             everything else: plan, info, check, read
";

/// Compares two files byte for byte.
///
/// # Errors
/// When they differ, with the first place where they do, or cannot be read.
pub(crate) fn compare(image: &Path, copy: &Path) -> Result<()> {
    let read = |path: &Path| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let (a, b) = (read(image)?, read(copy)?);
    if a == b {
        return Ok(());
    }
    let at = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    Err(format!(
        "{} ({} bytes) differs from {} ({} bytes) at byte {at}, in sector {}",
        copy.display(),
        b.len(),
        image.display(),
        a.len(),
        at / 2048
    )
    .into())
}

#[cfg(test)]
mod tests;
