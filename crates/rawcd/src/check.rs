use std::ops::ControlFlow;

use cd_address::Lba;
use cd_image::{CheckReport, CheckedSession, Finding, KindCount, Severity, check_stream};
use cd_sector::SectorLayout;
use cd_writer::CancelToken;
use serde_json::json;

use crate::burn::open_image;
use crate::cli::{CheckArgs, FailOnArg};
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
    let image = open_image(&args.image, cancel, output).map_err(unreadable)?;
    let stream = image
        .stream(Lba::IMAGE_START_95_00_00, SectorLayout::RawPw96)
        .map_err(|error| Failure::new(Exit::Unreadable, error.to_string()))?;
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
    let fail_on = severity(args.fail_on);
    let exit = if report.n_runs_from(fail_on) == 0 {
        Exit::Done
    } else {
        Exit::Findings
    };
    show(&report, output);
    show_json(&report, exit, output);
    Ok(exit)
}

/// What ends a check before it begins has one code, whatever the reason: 0, 1 and 2 are all that a script has to tell apart.
fn unreadable(failure: Failure) -> Failure {
    Failure {
        exit: Exit::Unreadable,
        ..failure
    }
}

const fn severity(arg: FailOnArg) -> Severity {
    match arg {
        FailOnArg::Refused => Severity::Refused,
        FailOnArg::Misread => Severity::Misread,
        FailOnArg::Deviation => Severity::Deviation,
        FailOnArg::Convention => Severity::Convention,
    }
}

/// The findings for people, the worst first, within [`MAX_LINES`] lines.
fn show(report: &CheckReport, output: &Output) {
    let mut n_left = MAX_LINES;
    let has_several = report.sessions.len() > 1;
    for severity in Severity::WORST_FIRST {
        let of_severity = |count: &&KindCount| count.kind.severity() == severity;
        let n_runs: u64 = report
            .counts
            .iter()
            .filter(of_severity)
            .map(|count| count.n_runs)
            .sum();
        if n_runs == 0 {
            continue;
        }
        output.line(format!("{severity}: {}", meaning(severity)));
        let findings = report.findings.iter();
        let findings = findings.filter(|finding| finding.kind.severity() == severity);
        let shown: Vec<_> = findings.take(n_left).collect();
        for finding in &shown {
            output.line(line(finding, has_several));
        }
        n_left -= shown.len();
        if n_runs > shown.len() as u64 {
            output.line(format!("  ... {} more", n_runs - shown.len() as u64));
        }
    }
    for count in &report.counts {
        let KindCount {
            kind,
            n_sectors,
            n_runs,
        } = count;
        let (layer, sectors, runs) = (
            kind.layer(),
            counted(*n_sectors, "sector"),
            counted(*n_runs, "run"),
        );
        output.line(format!("{kind} ({layer}): {sectors} in {runs}"));
    }
    if has_several {
        for session in &report.sessions {
            output.line(session_line(session));
        }
    }
    let found = found(report.n_runs());
    output.line(format!(
        "checked {} sectors ({} data, {} of them Mode 1): {found}",
        report.range.len(),
        report.n_data,
        report.n_mode1,
    ));
}

fn show_json(report: &CheckReport, exit: Exit, output: &Output) {
    for finding in &report.findings {
        output.event(
            "finding",
            json!({
                "session": finding.session,
                "lba": finding.range.start().value(),
                "last_lba": finding.range.last().map(Lba::value),
                "every": finding.every,
                "sectors": finding.n_sectors,
                "layer": finding.kind.layer().to_string(),
                "kind": finding.kind.word(),
                "severity": finding.kind.severity().to_string(),
                "expected": finding.expected,
                "got": finding.got,
            }),
        );
    }
    for session in &report.sessions {
        output.event(
            "session",
            json!({
                "session": session.number,
                "start": session.range.start().value(),
                "sectors": session.range.len().count(),
                "first_track": session.tracks.map(|(first, _)| first),
                "last_track": session.tracks.map(|(_, last)| last),
                "lead_out": session.lead_out.map(Lba::value),
                "findings": session.n_runs,
                "worst": session.worst.map(|worst| worst.to_string()),
            }),
        );
    }
    let counts: Vec<_> = report
        .counts
        .iter()
        .map(|count| {
            json!({
                "kind": count.kind.word(),
                "severity": count.kind.severity().to_string(),
                "sectors": count.n_sectors,
                "runs": count.n_runs,
            })
        })
        .collect();
    output.event(
        "result",
        json!({
            "exit": exit as u8,
            "sectors": report.range.len().count(),
            "data_sectors": report.n_data,
            "mode1_sectors": report.n_mode1,
            "findings": report.n_runs(),
            "worst": report.worst().map(|worst| worst.to_string()),
            "kinds": counts,
        }),
    );
}

const fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::Refused => "a drive will refuse it, or the disc cannot be read",
        Severity::Misread => "a drive or player will misread it",
        Severity::Deviation => "not as the standard has it, read all the same",
        Severity::Convention => "one of several ways in which sound discs are made",
    }
}

fn line(finding: &Finding, with_session: bool) -> String {
    let start = finding.range.start();
    let last = finding.range.last().unwrap_or(start);
    let place = match (finding.n_sectors, finding.every) {
        (1, _) => format!("{} (lba {start})", start.to_msf()),
        (n, 1) => format!("{} (lba {start} to {last}, {n} sectors)", start.to_msf()),
        (n, every) => format!(
            "{} (lba {start} to {last}, one in {every}, {n} sectors)",
            start.to_msf()
        ),
    };
    let (layer, kind) = (finding.kind.layer(), finding.kind);
    let (expected, got) = (&finding.expected, &finding.got);
    let session = match with_session {
        true => format!("session {}, ", finding.session),
        false => String::new(),
    };
    format!("  {layer:<7} {session}{place}: {kind}: {got}; expected: {expected}")
}

fn session_line(session: &CheckedSession) -> String {
    let place = |lba: Lba| format!("{} (lba {lba})", lba.to_msf());
    let tracks = match session.tracks {
        None => "no track".to_owned(),
        Some((first, last)) if first == last => format!("track {first}"),
        Some((first, last)) => format!("tracks {first} to {last}"),
    };
    let lead_out = session.lead_out.map_or("no lead-out".to_owned(), |lba| {
        format!("lead-out at {}", place(lba))
    });
    let worst = session
        .worst
        .map_or(String::new(), |worst| format!(", {worst} at worst"));
    format!(
        "session {} from {}: {tracks}, {lead_out}: {}{worst}",
        session.number,
        place(session.range.start()),
        found(session.n_runs)
    )
}

fn found(n_runs: u64) -> String {
    match n_runs {
        0 => "nothing wrong".to_owned(),
        n => counted(n, "finding"),
    }
}

fn counted(n: u64, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
