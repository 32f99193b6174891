use std::ops::ControlFlow;
use std::path::PathBuf;

use cd_address::{Lba, Msf, Sectors};
use cd_image::{ConvertTarget, DiscMap, Image, Loss, SectorSource, losses, recover, write_stream};
use cd_writer::CancelToken;
use serde_json::json;

use crate::burn::{layout_of, open_image, refuse_for_raw};
use crate::cli::{ConvertArgs, SubcodeArg, ToArg};
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

pub(crate) fn run(
    args: &ConvertArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let target = target(args)?;
    let image = open_image(&args.image, cancel, output)?;
    if let Some(raw) = image.raw() {
        refuse_for_raw(raw, args.lead_in.is_some(), "--lead-in")?;
        refuse_for_raw(raw, args.subcode.is_some(), "--subcode")?;
    }
    match target {
        None => to_stream(args, &image, cancel, output),
        Some(target) => to_files(args, (&image, target), cancel, output),
    }
}

/// What `--to`, or else the output's ending, says; `None` is a raw stream.
fn target(args: &ConvertArgs) -> Result<Option<ConvertTarget>, Failure> {
    let ending = args.output.extension().and_then(|ending| ending.to_str());
    let target: Option<ConvertTarget> = match args.to {
        Some(ToArg::Raw) => None,
        Some(ToArg::Ccd) => Some(ConvertTarget::Ccd),
        Some(ToArg::Cue) => Some(ConvertTarget::Cue { with_sub: false }),
        Some(ToArg::Toc) => Some(ConvertTarget::Toc),
        Some(ToArg::Iso) => Some(ConvertTarget::Iso),
        None => ending.and_then(|ending| ending.to_ascii_lowercase().parse().ok()),
    };
    let refuse = |option: &str| {
        let to = target.map_or("raw", ConvertTarget::word);
        let what = format!("{option} was given, but does not apply to a conversion to {to}");
        Err(Failure::new(Exit::Unreadable, what).advise("Leave that option out."))
    };
    match target {
        Some(ConvertTarget::Cue { .. }) if args.sub => {
            return Ok(Some(ConvertTarget::Cue { with_sub: true }));
        }
        _ if args.sub => return refuse("--sub"),
        None if args.lossy => return refuse("--lossy"),
        Some(_) if args.lead_in.is_some() => return refuse("--lead-in"),
        Some(_) if args.subcode.is_some() => return refuse("--subcode"),
        _ => {}
    }
    Ok(target)
}

fn to_stream(
    args: &ConvertArgs,
    image: &Image,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let stream = stream(args, image)?;
    let range = stream.range();
    output.begin("writing", range.len().count().into());
    let written = write_stream(
        stream.as_ref(),
        &args.output,
        args.force,
        &mut progress(cancel, output),
    );
    output.finish();
    written.map_err(|error| explain::export(&error))?;
    let start = range.start();
    let shown = args.output.display().to_string();
    output.line(format!(
        "{shown}: {} sectors of {}, from {} = lba {start}",
        range.len(),
        stream.layout(),
        start.to_msf(),
    ));
    output.event(
        "result",
        json!({
            "exit": 0,
            "target": "raw",
            "file": shown,
            "files": [shown],
            "start": start.value(),
            "sectors": range.len().count(),
            "sector_bytes": stream.layout().sector_bytes(),
            "losses": 0,
        }),
    );
    Ok(Exit::Done)
}

fn stream(args: &ConvertArgs, image: &Image) -> Result<Box<dyn SectorSource>, Failure> {
    let lead_in = args.lead_in.map_or(Lba::IMAGE_START_95_00_00, Msf::to_lba);
    let layout = layout_of(args.subcode.unwrap_or(SubcodeArg::Raw));
    image.stream(lead_in, layout).map_err(|error| {
        Failure::new(
            Exit::Unreadable,
            format!("--lead-in {}: {error}", lead_in.to_msf()),
        )
        .advise("A lead-in begins at 90:00:00 to 99:59:74, on media between 95:00:00 and 97:59:74.")
    })
}

fn progress<'a>(
    cancel: &'a CancelToken,
    output: &'a mut Output,
) -> impl FnMut(Sectors, Sectors) -> ControlFlow<()> + 'a {
    move |done, _| {
        output.progress(done.count().into(), json!({}));
        if cancel.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

fn to_files(
    args: &ConvertArgs,
    (image, target): (&Image, ConvertTarget),
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let stream = stream(args, image)?;
    output.begin("reading", stream.range().len().count().into());
    let map = recover(stream.as_ref(), &mut progress(cancel, output));
    output.finish();
    let map = map.map_err(|error| explain::recover(&error))?;
    let lost = losses(&map, target).map_err(|error| explain::convert(&error))?;
    tell_losses(&lost, args.lossy, output);
    if !lost.is_empty() && !args.lossy {
        return Err(would_lose(&lost, target));
    }
    output.begin("writing", map.program().len().count().into());
    let place = (args.output.as_path(), args.force);
    let written = cd_image::convert(
        stream.as_ref(),
        &map,
        target,
        place,
        &mut progress(cancel, output),
    );
    output.finish();
    let files = written.map_err(|error| explain::convert(&error))?;
    tell_result(&files, (&map, target), lost.len(), output);
    Ok(Exit::Done)
}

fn tell_losses(lost: &[Loss], is_agreed_to: bool, output: &Output) {
    let word = if is_agreed_to {
        "lost"
    } else {
        "would be lost"
    };
    for loss in lost {
        output.line(format!("{word}: {loss}"));
        output.event(
            "loss",
            json!({
                "kind": loss.kind.word(),
                "track": loss.kind.track(),
                "sectors": loss.n_sectors,
                "lba": loss.first.map(Lba::value),
                "text": loss.kind.to_string(),
            }),
        );
    }
}

fn would_lose(lost: &[Loss], target: ConvertTarget) -> Failure {
    let what = match lost {
        [_] => "1 thing".to_owned(),
        lost => format!("{} things", lost.len()),
    };
    let what = format!("{what} of the disc would not come back from {target}");
    let instead = match target {
        ConvertTarget::Ccd => "convert to raw, which holds everything",
        _ => "convert to ccd, which holds more, or to raw, which holds everything",
    };
    Failure::new(Exit::WouldLose, what).advise(format!(
        "Nothing was written. Add --lossy to write it without them; or {instead}."
    ))
}

fn tell_result(
    files: &[PathBuf],
    (map, target): (&DiscMap, ConvertTarget),
    n_losses: usize,
    output: &Output,
) {
    let program = map.program();
    let shown: Vec<_> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    output.line(format!(
        "{}: {} sectors as {target}, from lba {}",
        shown.join(", "),
        program.len(),
        program.start()
    ));
    let sector_bytes = match target {
        ConvertTarget::Iso => 2048,
        _ => 2352,
    };
    output.event(
        "result",
        json!({
            "exit": 0,
            "target": target.word(),
            "file": shown.first(),
            "files": shown,
            "start": program.start().value(),
            "sectors": program.len().count(),
            "sector_bytes": sector_bytes,
            "losses": n_losses,
        }),
    );
}
