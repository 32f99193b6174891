//! The mixed-mode case: files that others made become one disc, and come back from it.
//!
//! A file system by `xorriso`, speech by `espeak-ng` and a tone by `sox` stand on a CUE sheet with CD-Text, ISRC and MCN. The
//! disc of it is burned and read back; `iso-read` and `iso-info` look into the file system that came back, and each sample
//! is compared with what `sox` says is in the sound files.

use std::fs;
use std::path::Path;
use std::process::Command;

use xshell::Shell;

use super::judge::{ask, require};
use crate::{Result, project};

/// Files in the file system.
const N_FILES: u8 = 20;

const SHEET: &str = r#"CATALOG 0000000000017
TITLE "Mixed"
PERFORMER "Machines"
FILE "data.iso" BINARY
  TRACK 01 MODE1/2048
    TITLE "Files"
    PERFORMER "xorriso"
    INDEX 01 00:00:00
FILE "speech.wav" WAVE
  TRACK 02 AUDIO
    TITLE "Speech"
    PERFORMER "espeak-ng"
    FLAGS DCP
    ISRC USABC0212345
    PREGAP 00:02:00
    INDEX 01 00:00:00
FILE "tone.flac" WAVE
  TRACK 03 AUDIO
    TITLE "Tone"
    PERFORMER "sox"
    ISRC USABC0212346
    PREGAP 00:02:00
    INDEX 01 00:00:00
    INDEX 02 00:03:00
"#;

/// Burns the disc and compares what comes back; keeps the files if it is not the same.
pub(super) fn check(_: &Shell) -> Result<()> {
    for (program, package) in [
        ("xorriso", "xorriso"),
        ("espeak-ng", "espeak-ng"),
        ("sox", "sox"),
        ("flac", "flac"),
        ("iso-read", "libcdio-utils"),
        ("iso-info", "libcdio-utils"),
    ] {
        require(program, package)?;
    }
    let mut scratch = project::Scratch::new("mixed-mode")?;
    let checked = make(scratch.path()).and_then(|()| compare(scratch.path()));
    if checked.is_err() {
        scratch.keep();
    }
    checked
}

/// The files and the sheet.
fn make(dir: &Path) -> Result<()> {
    let path = |name: &str| dir.join(name).display().to_string();
    fs::create_dir(dir.join("files"))?;
    for n in 0..N_FILES {
        let contents: Vec<_> = (0..40_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0] ^ n)
            .collect();
        fs::write(dir.join(format!("files/file-{n}.bin")), contents)?;
    }
    ask(
        "xorriso",
        &[
            "-as",
            "mkisofs",
            "-quiet",
            "-R",
            "-J",
            "-V",
            "MIXED",
            "-o",
            &path("data.iso"),
            &path("files"),
        ],
    )?;
    let words = "Track two of a compact disc, spoken by a machine, for machines to compare.";
    ask("espeak-ng", &["-w", &path("spoken.wav"), words])?;
    let form = ["-r", "44100", "-c", "2", "-b", "16"];
    let speech = (path("spoken.wav"), path("speech.wav"));
    ask(
        "sox",
        &[&["-D", &speech.0], &form[..], &[&speech.1, "pad", "0", "1"]].concat(),
    )?;
    let tone = path("tone.wav");
    ask(
        "sox",
        &[
            &["-D", "-n"],
            &form[..],
            &[&tone, "synth", "7.123", "sine", "300-3300"],
        ]
        .concat(),
    )?;
    ask(
        "flac",
        &["--silent", "--force", "-o", &path("tone.flac"), &tone],
    )?;
    fs::write(dir.join("mixed.cue"), SHEET)?;
    Ok(())
}

/// Burns the disc and looks at each track of it, and at the stream it is made from.
fn compare(dir: &Path) -> Result<()> {
    rawcd(
        dir,
        &["burn", "mixed.cue", "--disc", "mixed.disc", "--verify"],
    )?;
    compare_files(dir)?;
    compare_samples(dir, "2", "speech.wav")?;
    compare_samples(dir, "3", "tone.flac")?;
    rawcd(dir, &["convert", "mixed.cue", "mixed.raw"])?;
    rawcd(dir, &["check", "--fail-on", "convention", "mixed.raw"])
}

fn compare_files(dir: &Path) -> Result<()> {
    let path = |name: &str| dir.join(name).display().to_string();
    rawcd(
        dir,
        &[
            "read",
            "--disc",
            "mixed.disc",
            "--track",
            "1",
            "--user-data",
            "back.iso",
        ],
    )?;
    if !is_followed_by_zeros(&fs::read(path("back.iso"))?, &fs::read(path("data.iso"))?) {
        return Err("back.iso is not data.iso".into());
    }
    // What stands before it names the file.
    let listed = |iso: &str| -> Result<String> {
        let said = ask("iso-info", &["--no-header", "-f", "-i", &path(iso)])?;
        let said = String::from_utf8_lossy(&said).into_owned();
        let list = said
            .split_once("ISO-9660 Information")
            .map(|(_, list)| list.to_owned());
        Ok(list.ok_or("iso-info lists no files")?)
    };
    if listed("data.iso")? != listed("back.iso")? {
        return Err("back.iso lists other files".into());
    }
    for n in 0..N_FILES {
        let (name, out) = (format!("file-{n}.bin"), path("one-file"));
        ask(
            "iso-read",
            &["-i", &path("back.iso"), "-e", &name, "-o", &out],
        )?;
        if fs::read(&out)? != fs::read(dir.join("files").join(&name))? {
            return Err(format!("{name} is not what it was").into());
        }
    }
    println!("the file system and its {N_FILES} files are the same");
    Ok(())
}

/// The samples of a track are those that `sox` finds in the file `name`.
fn compare_samples(dir: &Path, track: &str, name: &str) -> Result<()> {
    let path = |name: &str| dir.join(name).display().to_string();
    let (samples, out) = (path("samples.raw"), format!("track-{track}.raw"));
    let form = ["-t", "raw", "-e", "signed", "-b", "16", "-L"];
    ask(
        "sox",
        &[&["-D", &path(name)], &form[..], &[&samples]].concat(),
    )?;
    rawcd(
        dir,
        &[
            "read",
            "--disc",
            "mixed.disc",
            "--track",
            track,
            "--main",
            &out,
        ],
    )?;
    let given = fs::read(&samples)?;
    // Silence fills the last sector, and the next track's pregap follows.
    if given.is_empty() || !is_followed_by_zeros(&fs::read(path(&out))?, &given) {
        return Err(format!("track {track} is not {name}").into());
    }
    println!(
        "track {track}: all {} samples of {name} are the same",
        given.len() / 4
    );
    Ok(())
}

fn is_followed_by_zeros(found: &[u8], expect: &[u8]) -> bool {
    let rest = found.strip_prefix(expect);
    rest.is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}

fn rawcd(dir: &Path, args: &[&str]) -> Result<()> {
    println!("$ rawcd {}", args.join(" "));
    super::run_command(
        Command::new(project::build_rawcd()?)
            .args(args)
            .current_dir(dir),
    )
}
