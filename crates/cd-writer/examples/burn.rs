//! Burns an image with this crate alone: probe, plan, burn, report, comparison.
//!
//! `cargo run -p cd-writer --example burn` burns 300 made-up sectors to an emulated drive; `… -- IMAGE` burns an
//! image of any kind that `cd_image` opens. For a real drive put `cd_transport::os::open_device` in the place of
//! the emulation and a `SystemClock` in that of the virtual one: nothing else changes.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use cd_emulator::{Disc, Medium, Profile};
use cd_image::{Image, OpenOptions, survey};
use cd_sector::SectorLayout;
use cd_transport::VirtualClock;
use cd_writer::{
    Action, BurnControl, BurnOptions, CancelToken, Consent, Plan, Progress, ReadAhead, Recorder,
    Verdict, VerifyOptions,
};

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool, Box<dyn Error>> {
    let made_up = made_up_image()?;
    let path = std::env::args_os().nth(1);
    let image = Image::open(
        path.as_deref().map_or(made_up.path(), AsRef::as_ref),
        &OpenOptions::default(),
    )?;

    let clock = Arc::new(VirtualClock::default());
    let mut drive = cd_emulator::Recorder::new(Profile::faithful(), Arc::clone(&clock));
    drive.insert(Disc::blank(Medium::cd_r_80()));
    let mut recorder = Recorder::new(drive, clock);

    // What there is, and what would be sent. Nothing has happened to the disc yet.
    let drive = recorder.probe()?;
    let medium = recorder.medium()?;
    let source = image.stream(medium.check_writable()?, SectorLayout::RawPw96)?;
    let options = BurnOptions::USUAL;
    let found = survey(source.as_ref())?;
    let plan = Plan::new(&drive, &medium, &found, recorder.limits(), options)?;
    println!("{plan}");

    let cancel = CancelToken::new();
    let control = BurnControl {
        cancel: &cancel,
        progress: &mut show(),
        read_ahead: ReadAhead::for_writes(&plan.writes()),
    };
    let consent = Consent::to_write_the_disc();
    let report = recorder.burn(&plan, consent, source.as_ref(), control);
    for incident in &report.incidents {
        println!("while it was to {}: {}", incident.purpose, incident.fault);
    }
    match &report.verdict {
        Verdict::Proved => println!(
            "burned in {:.0?} of the drive's time; the disc proves it",
            report.write_time
        ),
        Verdict::Simulated => println!("simulated"),
        Verdict::Doubtful(doubts) => doubts.iter().for_each(|doubt| println!("doubt: {doubt}")),
        Verdict::Stopped { cause, disc } => println!("stopped: {cause}; the disc is {disc:?}"),
    }
    if !report.is_success() {
        return Ok(false);
    }

    let options = VerifyOptions::STRICT;
    let compared = recorder.verify(source.as_ref(), options, &cancel, &mut show())?;
    for layer in &compared.layers {
        println!(
            "{}: {} of {} {} equal",
            layer.layer,
            layer.n_equal + layer.n_equal_later,
            layer.n_compared(),
            layer.layer.unit()
        );
    }
    Ok(compared.is_equal())
}

/// One line when a phase begins, and one when it has come to its end.
fn show() -> impl FnMut(&Progress) {
    let mut last: Option<(Action, bool)> = None;
    move |progress| {
        let (done, all) = (progress.n_done(), progress.range.len().count());
        let now = (progress.action, done == all);
        if last != Some(now) {
            println!("{:?}: {done} of {all} sectors", progress.action);
        }
        last = Some(now);
    }
}

/// What begins like a file system: enough to be taken for an ISO image.
fn made_up_image() -> std::io::Result<tempfile::NamedTempFile> {
    let mut bytes = vec![0; 300 * 2048];
    bytes[16 * 2048..][..6].copy_from_slice(b"\x01CD001");
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(&bytes)?;
    Ok(file)
}
