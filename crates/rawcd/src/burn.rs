//! `burn` and `plan`: from an image to a planned burn, and to a disc that proves it.

use std::ops::ControlFlow;

use cd_image::{DiscLayout, Image, OpenOptions, RawStream, SectorSource, survey};
use cd_sector::SectorLayout;
use cd_writer::{
    BurnControl, BurnOptions, CancelToken, Consent, DriveInfo, MediumInfo, Plan, ReadAhead,
    Recorder,
};
use serde_json::json;

use crate::cli::{BurnArgs, BurnOptionArgs, ImageArgs, PlanArgs, SubcodeArg};
use crate::compare;
use crate::consent::{self, Act, Circumstances};
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::fleet;
use crate::output::Output;
use crate::report;
use crate::sent;
use crate::target::{NoDisc, Target};
use crate::verify;

/// Bytes of a sector, for telling sectors of bytes.
const MAIN_BYTES: u64 = cd_sector::MAIN_BYTES as u64;

pub(crate) fn layout_of(subcode: SubcodeArg) -> SectorLayout {
    match subcode {
        SubcodeArg::Raw => SectorLayout::RawPw96,
        SubcodeArg::Pq => SectorLayout::Pq16,
    }
}

/// Opens the image and says what it was found to be.
pub(crate) fn open_image(
    args: &ImageArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Image, Failure> {
    let options = OpenOptions {
        kind: args.kind,
        start: args.start.map(cd_address::Msf::to_lba),
        encoding: args.encoding,
        byte_order: args.byte_order,
        data_form: args.data,
        with_sub: args.with_sub,
        ..OpenOptions::default()
    };
    let mut progress = |done, all: Option<u64>| {
        if done == 0 {
            output.begin("decoding", all.unwrap_or(0) / MAIN_BYTES);
        }
        output.progress(done / MAIN_BYTES, json!({}));
        match cancel.is_cancelled() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    };
    let image = Image::open_with(&args.image, &options, &mut progress);
    output.finish();
    let image = image.map_err(|error| explain::open(&error))?;
    tell_image(&image, output);
    Ok(image)
}

/// Says what the image is, and of one that is authored what its tracks are.
fn tell_image(image: &Image, output: &Output) {
    output.line(format!("{}: {}", image.path(), image.describe()));
    let mcn = image.disc().and_then(DiscLayout::mcn);
    output.event(
        "image",
        json!({
            "file": image.path(),
            "kind": image.kind().word(),
            "sectors": image.sectors().count(),
            "mcn": mcn.map(|mcn| mcn.to_string()),
            "description": image.describe(),
        }),
    );
    for track in image.disc().iter().flat_map(|disc| tracks(disc)) {
        output.event("track", track);
    }
    for note in image.notes() {
        output.note(&note.to_string());
    }
}

/// The tracks of a disc that is authored: where they begin, how long they are, and what is said of them.
fn tracks(disc: &DiscLayout) -> Vec<serde_json::Value> {
    let numbers: Vec<_> = (disc.first_track()..=99).zip(disc.tracks()).collect();
    let ends = numbers.iter().skip(1);
    let ends = ends.map(|(number, _)| disc.pregap_start(*number));
    let ends = ends.chain([Some(disc.lead_out_start())]);
    let tracks = numbers
        .iter()
        .zip(ends)
        .filter_map(|((number, track), end)| {
            let (pregap, start) = (disc.pregap_start(*number)?, disc.track_start(*number)?);
            let indexes = track.indexes.iter().map(|at| at.count());
            Some(json!({
                "track": number,
                "kind": track.kind.to_string(),
                "control": track.toc_control().0,
                "pregap": pregap.value(),
                "start": start.value(),
                "sectors": end?.since(start)?.count(),
                "indexes": indexes.collect::<Vec<_>>(),
                "isrc": track.isrc.map(|isrc| isrc.to_string()),
            }))
        });
    tracks.collect()
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
    (cancel, output): (&CancelToken, &Output),
) -> Result<Ready, Failure> {
    let (drive, medium) = look_at(recorder, output)?;
    let start = medium
        .check_writable()
        .map_err(|error| explain::plan(&error))?;
    let layout = sent::stream_layout(image, &[&drive], args.subcode, output)?;
    let stream = image
        .stream(start, layout)
        .map_err(|error| Failure::new(Exit::ImageNotSupported, error.to_string()))?;
    let plan = plan_of(recorder, (&drive, &medium), stream.as_ref(), args, cancel)?;
    Ok(Ready { stream, plan })
}

/// The plan for this stream on this drive's disc.
pub(crate) fn plan_of(
    recorder: &Recorder<'_>,
    (drive, medium): (&DriveInfo, &MediumInfo),
    stream: &dyn SectorSource,
    args: &BurnOptionArgs,
    cancel: &CancelToken,
) -> Result<Plan, Failure> {
    let survey = survey(stream).map_err(|error| explain::source(&error))?;
    let options = BurnOptions {
        speed: args.speed.map(|x| u32::from(x) * 75),
        simulate: args.simulate,
        underrun_protection: !args.no_underrun_protection,
        overburn: args.overburn,
        conversion: sent::conversion(stream, drive, args.subcode, cancel)?,
    };
    Plan::new(drive, medium, &survey, recorder.limits(), options)
        .map_err(|error| explain::plan(&error))
}

/// Asks what drive and disc are, and says it.
pub(crate) fn look_at(
    recorder: &mut Recorder<'_>,
    output: &Output,
) -> Result<(DriveInfo, MediumInfo), Failure> {
    let drive = recorder.probe().map_err(|error| explain::probe(&error))?;
    let medium = recorder.medium().map_err(|error| explain::probe(&error))?;
    output.line(format!("{drive}: {medium}"));
    output.event("recorder", recorder_json(recorder, &drive, &medium));
    Ok((drive, medium))
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

/// An option about authoring is a mistake where nothing is authored.
pub(crate) fn refuse_for_raw(raw: &RawStream, is_given: bool, option: &str) -> Result<(), Failure> {
    if !is_given {
        return Ok(());
    }
    let what = format!(
        "{option} is for images that are authored; {} is a raw stream of sectors {}, which stays as it is",
        raw.file().path(),
        raw.layout()
    );
    Err(Failure::new(Exit::Unreadable, what).advise(format!("Leave {option} out.")))
}

pub(crate) fn plan(
    args: &PlanArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let image = open_image(&args.image, cancel, output)?;
    let mut target = Target::open(&args.target, NoDisc::Imagine)?;
    let name = target.name();
    let plan = target.with_recorder(args.trace.path(), |recorder| {
        Ok(prepare(recorder, &image, &args.options, (cancel, output))?.plan)
    })?;
    output.line(plan.to_string().trim_end());
    output.line("Nothing was sent to the disc.");
    let writes = plan.writes();
    let steps: Vec<_> = plan
        .steps()
        .map(|step| json!({ "for": step.purpose.to_string(), "cdb": step.command.encode().to_string() }))
        .collect();
    for note in &plan.notes {
        output.event("note", json!({ "text": note.to_string() }));
    }
    output.event(
        "plan",
        json!({
            "start": writes.range.start().value(),
            "sectors": writes.range.len().count(),
            "sector_bytes": writes.layout.sector_bytes(),
            "data_block_type": writes.layout.data_block_type(),
            "sectors_per_write": writes.per_command.count(),
            "skipped": plan.skipped.count(),
            "simulated": plan.is_simulation(),
            "steps": steps,
        }),
    );
    output.event("result", json!({ "exit": 0, "target": name }));
    Ok(Exit::Done)
}

pub(crate) fn run(
    args: &BurnArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if !args.verify {
        args.verify_options.refuse_without_verify()?;
    }
    let image = open_image(&args.image, cancel, output)?;
    let targets = args.targets.each();
    let [target] = targets.as_slice() else {
        return fleet::run(args, &image, &targets, cancel, output);
    };
    let mut target = Target::open(target, NoDisc::TakeBlank)?;
    if target.is_fleeting() {
        output.note("no disc was named: this burns one in memory, and it is gone afterwards (--disc FILE keeps it)");
    }
    let is_real = target.is_real();
    let name = target.name();
    let burned = target.with_recorder(args.trace.path(), |recorder| {
        let ready = prepare(recorder, &image, &args.options, (cancel, output))?;
        for note in &ready.plan.notes {
            output.note(&note.to_string());
        }
        let circumstances = Circumstances {
            is_real,
            is_simulation: ready.plan.is_simulation(),
            said_yes: args.yes,
            can_be_asked: consent::can_ask(output),
        };
        consent::require(Act::Write, circumstances, &name, cancel)?;
        burn(recorder, &ready, cancel, output)?;
        if args.verify {
            let compared = (ready.stream.as_ref(), args.verify_options.options());
            let report = verify::disc(recorder, compared, cancel, output);
            verify::told(&report.map_err(|error| explain::verify(&error))?, output)?;
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
    let range = ready.plan.writes().range;
    if args.verify
        && let Some(disc) = target.disc()
    {
        compare::disc_with_source(disc, ready.stream.as_ref(), range, cancel, output)?;
    }
    output.event(
        "result",
        json!({
            "exit": 0,
            "target": name,
            "start": range.start().value(),
            "sectors": range.len().count(),
            "simulated": ready.plan.is_simulation(),
            "verified": args.verify,
        }),
    );
    if ready.plan.is_simulation() {
        target.put_back_unused();
    }
    Ok(Exit::Done)
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
