use std::ops::ControlFlow;

use cd_address::Lba;
use cd_image::{CheckReport, Finding, check_stream};
use cd_sector::SectorLayout;
use cd_writer::CancelToken;
use serde_json::json;

use crate::burn::open_image;
use crate::cli::CheckArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

/// How many findings the text names one by one; JSON has all that were kept.
const MAX_LINES: usize = 40;

pub(crate) fn run(
    args: &CheckArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let image = open_image(&args.image, output)?;
    let stream = image
        .stream(Lba::IMAGE_START_95_00_00, SectorLayout::RawPw96)
        .map_err(|error| Failure::new(Exit::ImageNotSupported, error.to_string()))?;
    output.begin("checking", stream.range().len().count().into());
    let report = check_stream(stream.as_ref(), &mut |done, _| {
        output.progress(done.count().into(), json!({}));
        if cancel.is_cancelled() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    output.finish();
    let report = report.map_err(|error| explain::source(&error))?;
    if cancel.is_cancelled() {
        return Err(Failure::new(Exit::CancelledUntouched, "cancelled")
            .advise("What was found until then is not told: it would look like all there is."));
    }
    Ok(show(&report, output))
}

fn show(report: &CheckReport, output: &Output) -> Exit {
    for finding in report.findings.iter().take(MAX_LINES) {
        output.line(line(finding));
    }
    let more = report.n_runs - report.findings.len().min(MAX_LINES) as u64;
    if more > 0 {
        output.line(format!("... and {more} more"));
    }
    for finding in &report.findings {
        output.event(
            "finding",
            json!({
                "lba": finding.range.start().value(),
                "sectors": finding.range.len().count(),
                "layer": finding.layer.to_string(),
                "kind": finding.kind,
                "severity": finding.severity.to_string(),
                "detail": finding.detail,
            }),
        );
    }
    let exit = if report.n_runs == 0 {
        Exit::Done
    } else {
        Exit::Findings
    };
    let found = match report.n_runs {
        0 => "nothing wrong".to_owned(),
        1 => "one finding".to_owned(),
        n => format!("{n} findings"),
    };
    output.line(format!(
        "checked {} sectors ({} data, {} of them Mode 1 in every field): {found}",
        report.range.len(),
        report.n_data,
        report.n_mode1,
    ));
    output.event(
        "result",
        json!({
            "exit": exit as u8,
            "sectors": report.range.len().count(),
            "data_sectors": report.n_data,
            "mode1_sectors": report.n_mode1,
            "findings": report.n_runs,
        }),
    );
    exit
}

fn line(finding: &Finding) -> String {
    let start = finding.range.start();
    let sectors = match finding.range.len().count() {
        1 => String::new(),
        n => format!(" and {} after it", n - 1),
    };
    format!(
        "{:<8} {:<6} {} (lba {start}){sectors}: {}: {}",
        finding.severity,
        finding.layer,
        start.to_msf(),
        finding.kind,
        finding.detail
    )
}
