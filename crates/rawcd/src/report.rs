//! What is told of a burn and of reading it back: progress, the outcome, the differences.

use cd_address::Lba;
use cd_writer::{Action, LAYERS, Layer, Progress, Report, Verdict, VerifyReport};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

#[cfg(test)]
mod tests;

const PREPARING: &str = "preparing";
const WRITING: &str = "writing";
const FINISHING: &str = "finishing";
const VERIFYING: &str = "verifying";

/// How many sectors the text names one by one; JSON has all that were kept.
const MAX_LINES: usize = 20;

pub(crate) fn progress(progress: &Progress, output: &mut Output) {
    let total = progress.range.len().count().into();
    match (output.phase(), progress.action) {
        (Some(PREPARING), Action::Preparing)
        | (Some(WRITING), Action::Writing)
        | (Some(FINISHING), Action::Finishing)
        | (Some(VERIFYING), Action::Verifying) => {}
        (_, Action::Preparing) => output.begin_wait(PREPARING, total),
        (_, Action::Writing) => output.begin(WRITING, total),
        (_, Action::Finishing) => output.begin_wait(FINISHING, total),
        (_, Action::Verifying) => output.begin(VERIFYING, total),
    }
    output.progress(
        progress.n_done().into(),
        json!({
            "last_lba": progress.last_done.map(Lba::value),
            "drive_seconds": progress.elapsed.as_secs_f64(),
            "buffer_used": progress.buffer_used,
            "buffer_total": progress.buffer_total,
        }),
    );
}

pub(crate) fn burned(report: &Report, output: &Output) -> Result<(), Failure> {
    for incident in &report.incidents {
        let at = incident
            .lba
            .map_or(String::new(), |lba| format!(" at lba {lba}"));
        output.note(&format!(
            "while it was to {}{at}: {}",
            incident.purpose, incident.fault
        ));
    }
    let n_more = report.n_incidents - report.incidents.len();
    if n_more > 0 {
        output.note(&format!("and {n_more} more of the kind"));
    }
    let seconds = report.write_time.as_secs_f64();
    let sectors = f64::from(report.range.len().count());
    output.event(
        "burned",
        json!({
            "last_lba": report.last_written.map(Lba::value),
            "drive_seconds": seconds,
            "retries": report.n_retries,
            "incidents": report.n_incidents,
            "success": report.is_success(),
        }),
    );
    match &report.verdict {
        Verdict::Proved => {
            output.line(format!(
                "wrote {} sectors in {seconds:.0} s of the drive's time ({:.1}x); the disc is no longer blank, \
                 its TOC is the image's",
                report.range.len(),
                sectors / seconds.max(1e-9) / 75.0,
            ));
            Ok(())
        }
        Verdict::Simulated => {
            output.line("simulated: every sector was taken, the disc is still blank");
            Ok(())
        }
        Verdict::Doubtful(doubts) => {
            let texts: Vec<_> = doubts.iter().map(ToString::to_string).collect();
            Err(Failure::new(Exit::NotProved, texts.join("; "))
                .advise("Every WRITE succeeded, but do not rely on this disc."))
        }
        Verdict::Stopped { cause, disc } => {
            let mut failure = explain::stop(cause, *disc);
            if let Some(lba) = report.last_written {
                failure.what += &format!("; the last sector the drive took is lba {lba}");
            }
            Err(failure)
        }
    }
}

pub(crate) fn verified(report: &VerifyReport, output: &Output) -> Result<(), Failure> {
    output.event(
        "verified",
        json!({
            "start": report.range.start().value(),
            "sectors": report.range.len().count(),
            "equal": report.n_equal,
            "unreadable": report.n_unreadable,
            "different": {
                "main": report.n_different[0],
                "p": report.n_different[1],
                "q": report.n_different[2],
                "rw": report.n_different[3],
            },
        }),
    );
    if let Some(fault) = &report.without_subcode {
        output.note(&format!("subcode was not compared: {fault}"));
    }
    if let Some(fault) = &report.without_pregap {
        output.note(&format!("the first pregap was not compared: {fault}"));
    }
    let range = report.range;
    if report.is_equal() {
        let layers = if report.without_subcode.is_some() {
            "main channel"
        } else if report.without_rw {
            "main channel, P and Q"
        } else {
            "main channel and P-W"
        };
        output.line(format!(
            "all {} sectors from lba {} read back equal ({layers})",
            range.len(),
            range.start()
        ));
        return Ok(());
    }
    show_differences(report, output);
    let by_layer: Vec<_> = LAYERS
        .iter()
        .zip(report.n_different)
        .filter(|(_, n)| *n > 0)
        .map(|(layer, n)| format!("{n} in {}", layer_name(*layer)))
        .collect();
    let mut what = format!(
        "{} of {} sectors read back equal",
        report.n_equal,
        range.len()
    );
    if !by_layer.is_empty() {
        what += &format!("; different: {}", by_layer.join(", "));
    }
    if report.n_unreadable > 0 {
        what += &format!("; unreadable: {}", report.n_unreadable);
    }
    Err(Failure::new(Exit::VerifyDiffers, what)
        .advise("The disc does not hold the image as it is: do not rely on it."))
}

/// The first of what differs and of what cannot be read, one by one.
fn show_differences(report: &VerifyReport, output: &Output) {
    for difference in &report.differences {
        let layer = layer_name(difference.layer);
        output.event(
            "different",
            json!({ "lba": difference.lba.value(), "layer": layer }),
        );
    }
    for difference in report.differences.iter().take(MAX_LINES) {
        output.line(format!(
            "differs at lba {}: {}",
            difference.lba,
            layer_name(difference.layer)
        ));
    }
    for unreadable in &report.unreadable {
        let what = unreadable.fault.to_string();
        output.event(
            "unreadable",
            json!({ "lba": unreadable.lba.value(), "what": what }),
        );
    }
    for unreadable in report.unreadable.iter().take(MAX_LINES) {
        output.line(format!(
            "cannot read lba {}: {}",
            unreadable.lba, unreadable.fault
        ));
    }
}

/// The word JSON has for it, too.
fn layer_name(layer: Layer) -> &'static str {
    match layer {
        Layer::Main => "main",
        Layer::P => "p",
        Layer::Q => "q",
        Layer::Rw => "rw",
    }
}
