use std::ops::ControlFlow;

use cd_address::{Lba, Msf};
use cd_image::write_stream;
use cd_writer::CancelToken;
use serde_json::json;

use crate::burn::{layout_of, open_image, refuse_for_raw};
use crate::cli::{ConvertArgs, SubcodeArg};
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

pub(crate) fn run(
    args: &ConvertArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let image = open_image(&args.image, output)?;
    if let Some(raw) = image.raw() {
        refuse_for_raw(raw, args.lead_in.is_some(), "--lead-in")?;
        refuse_for_raw(raw, args.subcode.is_some(), "--subcode")?;
    }
    let lead_in = args.lead_in.map_or(Lba::IMAGE_START_95_00_00, Msf::to_lba);
    let layout = layout_of(args.subcode.unwrap_or(SubcodeArg::Raw));
    let stream = image.stream(lead_in, layout).map_err(|error| {
        Failure::new(
            Exit::Unreadable,
            format!("--lead-in {}: {error}", lead_in.to_msf()),
        )
        .advise("A lead-in begins at 90:00:00 to 99:59:74, on media between 95:00:00 and 97:59:74.")
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
            "file": shown,
            "start": start.value(),
            "sectors": range.len().count(),
            "sector_bytes": stream.layout().sector_bytes(),
        }),
    );
    Ok(Exit::Done)
}
