//! What is told of a burn: progress and the outcome.

use cd_address::Lba;
use cd_writer::{Action, Progress, Report, Verdict};
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
