use std::ops::ControlFlow;

use cd_image::write_stream;
use cd_writer::CancelToken;
use serde_json::json;

use crate::burn::{layout_of, open_image};
use crate::cli::ConvertArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

pub(crate) fn run(
    args: &ConvertArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let image = open_image(&args.image, output)?;
    let stream = image
        .stream(args.lead_in.to_lba(), layout_of(args.subcode))
        .map_err(|error| {
            Failure::new(
                Exit::Unreadable,
                format!("--lead-in {}: {error}", args.lead_in),
            )
        })?;
    let range = stream.range();
    output.begin("writing", range.len().count().into());
    let written = write_stream(stream.as_ref(), &args.output, args.force, &mut |done, _| {
        output.progress(done.count().into(), json!({}));
        if cancel.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    output.finish();
    written.map_err(|error| explain::export(&error))?;
    let start = range.start();
    output.line(format!(
        "{}: {} sectors of {}, from {} = lba {start}",
        args.output.display(),
        range.len(),
        stream.layout(),
        start.to_msf(),
    ));
    output.event(
        "result",
        json!({
            "exit": 0,
            "file": args.output,
            "start": start.value(),
            "sectors": range.len().count(),
            "sector_bytes": stream.layout().sector_bytes(),
        }),
    );
    Ok(Exit::Done)
}
