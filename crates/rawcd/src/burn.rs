//! `burn` and `plan`: from an image to a planned burn, and to a disc that proves it.

use std::io::{self, BufRead, IsTerminal, Write};

use cd_image::{Image, OpenOptions, SectorSource, survey};
use cd_sector::SectorLayout;
use cd_writer::{
    BurnControl, BurnOptions, CancelToken, Consent, DriveInfo, MediumInfo, Plan, ReadAhead,
    Recorder,
};
use serde_json::json;

use crate::cli::{BurnArgs, BurnOptionArgs, ImageArgs, PlanArgs, SubcodeArg};
use crate::compare::first_difference;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;
use crate::report;
use crate::target::{NoDisc, Target};

pub(crate) fn layout_of(subcode: SubcodeArg) -> SectorLayout {
    match subcode {
        SubcodeArg::Raw => SectorLayout::RawPw96,
        SubcodeArg::Pq => SectorLayout::Pq16,
    }
}

/// Opens the image and says what it was found to be.
pub(crate) fn open_image(args: &ImageArgs, output: &Output) -> Result<Image, Failure> {
    let options = OpenOptions {
        kind: args.kind,
        start: args.start.map(cd_address::Msf::to_lba),
        ..OpenOptions::default()
    };
    let image = Image::open(&args.image, &options).map_err(|error| explain::open(&error))?;
    output.line(format!("{}: {}", image.path(), image.describe()));
    output.event(
        "image",
        json!({
            "file": image.path(),
            "kind": image.kind().word(),
            "sectors": image.sectors().count(),
            "description": image.describe(),
        }),
    );
    for note in image.notes() {
        output.note(&note.to_string());
    }
    Ok(image)
}

/// A burn that is ready to be carried out.
struct Ready {
    stream: Box<dyn SectorSource>,
    plan: Plan,
}

fn prepare(
    recorder: &mut Recorder<'_>,
    image: &Image,
    args: &BurnOptionArgs,
    output: &Output,
) -> Result<Ready, Failure> {
    let drive = recorder.probe().map_err(|error| explain::probe(&error))?;
    let medium = recorder.medium().map_err(|error| explain::probe(&error))?;
    output.line(format!("{drive}: {medium}"));
    output.event("recorder", recorder_json(recorder, &drive, &medium));
    let start = medium
        .check_writable()
        .map_err(|error| explain::plan(&error))?;
    let layout = choose_layout(&drive, args, output)?;
    let stream = image
        .stream(start, layout)
        .map_err(|error| Failure::new(Exit::ImageNotSupported, error.to_string()))?;
    let survey = survey(stream.as_ref()).map_err(|error| explain::source(&error))?;
    let options = BurnOptions {
        speed: args.speed.map(|x| u32::from(x) * 75),
        simulate: args.simulate,
        underrun_protection: !args.no_underrun_protection,
    };
    let plan = Plan::new(&drive, &medium, &survey, recorder.limits(), options)
        .map_err(|error| explain::plan(&error))?;
    Ok(Ready { stream, plan })
}

fn recorder_json(
    recorder: &Recorder<'_>,
    drive: &DriveInfo,
    medium: &MediumInfo,
) -> serde_json::Value {
    json!({
        "at": recorder.description(),
        "drive": drive.to_string(),
        "medium": medium.to_string(),
        "blank": medium.is_blank(),
    })
}

/// The subcode an authored image is sent with: what was asked for, else the fullest the drive takes.
fn choose_layout(
    drive: &DriveInfo,
    args: &BurnOptionArgs,
    output: &Output,
) -> Result<SectorLayout, Failure> {
    if let Some(subcode) = args.subcode {
        return Ok(layout_of(subcode));
    }
    let taken = drive.raw_layouts();
    let usable = [SectorLayout::RawPw96, SectorLayout::Pq16];
    let Some(layout) = usable.into_iter().find(|layout| taken.contains(layout)) else {
        // The plan refuses it in the drive's own words.
        return Ok(SectorLayout::RawPw96);
    };
    if layout != SectorLayout::RawPw96 {
        output.note(&format!(
            "an authored image is sent as {layout}: the drive does not take raw P-W ({})",
            drive.raw_refusal()
        ));
    }
    Ok(layout)
}

pub(crate) fn plan(args: &PlanArgs, output: &Output) -> Result<Exit, Failure> {
    let image = open_image(&args.image, output)?;
    let mut target = Target::open(&args.target, NoDisc::TakeBlank)?;
    let result = target.with_recorder(None, |recorder| {
        let ready = prepare(recorder, &image, &args.options, output)?;
        output.line(ready.plan.to_string().trim_end());
        let writes = ready.plan.writes();
        let steps: Vec<_> = ready
            .plan
            .steps()
            .map(|step| json!({ "for": step.purpose.to_string(), "cdb": step.command.encode().to_string() }))
            .collect();
        output.event(
            "plan",
            json!({
                "start": writes.range.start().value(),
                "sectors": writes.range.len().count(),
                "sector_bytes": writes.layout.sector_bytes(),
                "data_block_type": writes.layout.data_block_type(),
                "sectors_per_write": writes.per_command.count(),
                "skipped": ready.plan.skipped.count(),
                "steps": steps,
            }),
        );
        output.line("Nothing was sent to the disc.");
        Ok(Exit::Done)
    });
    target.put_back_unused();
    result
}

pub(crate) fn run(
    args: &BurnArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let image = open_image(&args.image, output)?;
    let mut target = Target::open(&args.target, NoDisc::TakeBlank)?;
    let is_real = target.is_real();
    let name = target.name();
    let burned = target.with_recorder(args.trace.as_deref(), |recorder| {
        let ready = prepare(recorder, &image, &args.options, output)?;
        for note in &ready.plan.notes {
            output.note(&note.to_string());
        }
        if is_real && !ready.plan.is_simulation() && !args.yes {
            ask_consent(&name, output)?;
        }
        burn(recorder, &ready, cancel, output)?;
        if args.verify && !ready.plan.is_simulation() {
            verify(recorder, &ready, cancel, output)?;
        }
        Ok(ready)
    });
    let ready = match burned {
        Ok(ready) => ready,
        Err(failure) => {
            target.put_back_unused();
            return Err(failure);
        }
    };
    if args.verify
        && !ready.plan.is_simulation()
        && let Some(disc) = target.disc()
    {
        let range = ready.plan.writes().range;
        if let Some(lba) = first_difference(disc, ready.stream.as_ref(), range)? {
            let what = format!("the emulated disc differs from the image, first at lba {lba}");
            return Err(Failure::new(Exit::VerifyDiffers, what));
        }
        output.line(format!(
            "all {} sectors on the emulated disc equal the image, lead-in and lead-out included",
            range.len()
        ));
        output.event(
            "disc_compared",
            json!({ "sectors": range.len().count(), "equal": true }),
        );
    }
    let writes = ready.plan.writes();
    output.event(
        "result",
        json!({
            "exit": 0,
            "target": name,
            "start": writes.range.start().value(),
            "sectors": writes.range.len().count(),
            "simulated": ready.plan.is_simulation(),
            "verified": args.verify && !ready.plan.is_simulation(),
        }),
    );
    if ready.plan.is_simulation() {
        target.put_back_unused();
    }
    Ok(Exit::Done)
}

/// A real disc is written only when its owner says so.
fn ask_consent(name: &str, output: &Output) -> Result<(), Failure> {
    let refused = |what: &str| {
        Err(Failure::new(Exit::NoConsent, what)
            .advise("The disc was not touched. Add --yes to go on."))
    };
    if output.is_json() || !io::stdin().is_terminal() {
        return refused("the disc in a real drive would be written, and nobody said yes");
    }
    let _ = write!(
        io::stderr(),
        "This writes the disc in {name} and cannot be undone. Type yes to go on: "
    );
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    if read.is_ok() && answer.trim().eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    refused("not agreed to")
}

fn burn(
    recorder: &mut Recorder<'_>,
    ready: &Ready,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<(), Failure> {
    let writes = ready.plan.writes();
    let control = BurnControl {
        cancel,
        progress: &mut |progress| report::progress(progress, output),
        read_ahead: ReadAhead::for_writes(&writes),
    };
    let consent = Consent::to_write_the_disc();
    let report = recorder.burn(&ready.plan, consent, ready.stream.as_ref(), control);
    output.finish();
    report::burned(&report, output)
}

fn verify(
    recorder: &mut Recorder<'_>,
    ready: &Ready,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<(), Failure> {
    let lead_out = ready.plan.toc().lead_out().to_lba();
    let report = recorder.verify(ready.stream.as_ref(), lead_out, cancel, &mut |progress| {
        report::progress(progress, output);
    });
    output.finish();
    let report = report.map_err(|error| explain::verify(&error))?;
    report::verified(&report, output)
}
