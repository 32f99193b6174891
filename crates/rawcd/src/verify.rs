//! `verify`, and what `burn --verify` tells: a disc compared with its image, layer by layer.

use std::fmt::Write;

use cd_address::{Lba, LbaRange};
use cd_image::{Image, SectorSource};
use cd_sector::SectorLayout;
use cd_writer::{
    CancelToken, FindingKind, Layer, LayerReport, Recorder, VerifyError, VerifyFinding,
    VerifyOptions, VerifyOutcome, VerifyReport,
};
use serde_json::json;

use crate::burn::{layout_of, open_image, refuse_for_raw};
use crate::cli::{AcceptArg, SubcodeArg, VerifyArgs, VerifyOptionArgs};
use crate::compare;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;
use crate::read::medium_to_read;
use crate::report;
use crate::target::{NoDisc, Target};

#[cfg(test)]
mod tests;

/// How many findings the text names; JSON has all that were kept.
const MAX_LINES: usize = 40;

impl VerifyOptionArgs {
    pub(crate) fn options(&self) -> VerifyOptions {
        let strict = VerifyOptions::STRICT;
        let accepts = |way| self.accept.contains(&way);
        VerifyOptions {
            rereads: self.rereads.unwrap_or(strict.rereads),
            q_tolerance_ppm: self.q_tolerance.unwrap_or(strict.q_tolerance_ppm),
            accept_subcode_shift: accepts(AcceptArg::SubcodeShift),
            accept_audio_offset: accepts(AcceptArg::AudioOffset),
            accept_missing_crc: accepts(AcceptArg::MissingCrc),
        }
    }

    /// Of a burn that is not compared they would do nothing.
    pub(crate) fn refuse_without_verify(&self) -> Result<(), Failure> {
        if self.rereads.is_none() && self.q_tolerance.is_none() && self.accept.is_empty() {
            return Ok(());
        }
        let what =
            "--rereads, --q-tolerance and --accept say how to compare, and nothing is compared";
        Err(Failure::new(Exit::Unreadable, what).advise("Add --verify, or leave them out."))
    }
}

pub(crate) fn run(
    args: &VerifyArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    args.target.require()?;
    let image = open_image(&args.image, cancel, output)?;
    let mut target = Target::open(&args.target, NoDisc::Fail)?;
    let name = target.name();
    let options = args.options.options();
    let (stream, start) = target.with_recorder(args.trace.path(), |recorder| {
        let medium = medium_to_read(recorder)?;
        let start = medium.lead_in_by_atip().or(medium.lead_in_by_drive());
        let stream = stream(&image, start, args.subcode)?;
        let report = disc(recorder, (stream.as_ref(), options), cancel, output);
        told(&report.map_err(|error| not_compared(&error))?, output)?;
        Ok((stream, start))
    })?;
    if let Some(disc) = target.disc() {
        let range = from(stream.range(), start.unwrap_or(stream.range().start()));
        compare::disc_with_source(disc, stream.as_ref(), range, cancel, output)?;
    }
    output.event("result", json!({ "exit": 0, "target": name }));
    Ok(Exit::Done)
}

/// The stream that a burn of the image would have written; one of a disc that does not say where its lead-in begins
/// is authored from where every medium has it.
fn stream(
    image: &Image,
    start: Option<Lba>,
    subcode: Option<SubcodeArg>,
) -> Result<Box<dyn SectorSource>, Failure> {
    let layout = match image.raw() {
        Some(raw) => {
            refuse_for_raw(raw, subcode.is_some(), "--subcode")?;
            raw.layout()
        }
        None => subcode.map_or(SectorLayout::RawPw96, layout_of),
    };
    image
        .stream(start.unwrap_or(Lba::IMAGE_START_95_00_00), layout)
        .map_err(|error| Failure::new(Exit::ImageNotSupported, error.to_string()))
}

/// What of `range` is at `start` or after it.
fn from(range: LbaRange, start: Lba) -> LbaRange {
    start
        .since(range.start())
        .and_then(|skipped| range.skip(skipped))
        .unwrap_or(range)
}

/// Compares what is in the recorder, with progress.
pub(crate) fn disc(
    recorder: &mut Recorder<'_>,
    (source, options): (&dyn SectorSource, VerifyOptions),
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<VerifyReport, VerifyError> {
    let report = recorder.verify(source, options, cancel, &mut |progress| {
        report::progress(progress, output);
    });
    output.finish();
    report
}

/// Why there is no result, where nothing but a comparison was asked for.
fn not_compared(error: &VerifyError) -> Failure {
    let what = explain::with_causes(error);
    match error {
        VerifyError::Cancelled => Failure::new(Exit::CancelledUntouched, what)
            .advise("What was found until then is not told: it would look like all there is."),
        VerifyError::Source(error) => explain::source(error),
        VerifyError::Drive(_) => Failure::new(Exit::DiscUnreadable, what)
            .advise("What was compared until then says nothing of the rest: start again."),
        VerifyError::NoToc(_) | VerifyError::SeveralSessions(_) | VerifyError::NothingToCompare => {
            Failure::new(Exit::ImageNotSupported, what)
                .advise("`rawcd check` tells more of the image.")
        }
        VerifyError::Thread(_) => Failure::new(Exit::Failed, what),
    }
}

/// Tells the report, and gives back what it comes to.
pub(crate) fn told(report: &VerifyReport, output: &Output) -> Result<(), Failure> {
    for layer in &report.layers {
        output.line(layer_line(layer));
        output.event("layer", layer_json(layer));
    }
    show_findings(report, output);
    for habit in &report.habits {
        let text = habit.to_string();
        output.line(format!("drive: {text}"));
        output.event("habit", json!({ "habit": habit.word(), "text": text }));
    }
    if let Some(fault) = &report.without_pregap {
        output.note(&format!("the first pregap was not compared: {fault}"));
    }
    let outcome = report.outcome();
    output.event("verified", summary_json(report, outcome));
    let (range, n_findings) = (report.range, report.n_findings.iter().sum::<u32>());
    match outcome {
        VerifyOutcome::Equal => {
            let tolerated = match n_findings {
                0 => "",
                _ => ", but for the Q frames that are tolerated",
            };
            output.line(format!(
                "all {} sectors from lba {} and all that the drive tells of the disc read back equal{tolerated}",
                range.len(),
                range.start()
            ));
            Ok(())
        }
        VerifyOutcome::Different => {
            let layers = report.layers.iter();
            let wrong = layers.filter(|layer| layer.n_different + layer.n_unreadable > 0);
            let wrong: Vec<_> = wrong.map(wrong_text).collect();
            let what = format!("the disc differs from the image: {}", wrong.join("; "));
            Err(Failure::new(Exit::VerifyDiffers, what)
                .advise("The disc does not hold the image as it is: do not rely on it."))
        }
        VerifyOutcome::Incomplete => {
            let missing: Vec<_> = report.layers.iter().filter_map(missing_text).collect();
            let what = format!("nothing differs, but not compared: {}", missing.join("; "));
            Err(Failure::new(Exit::NotAllCompared, what)
                .advise("It is unknown, not wrong. Another drive may give it."))
        }
    }
}

fn wrong_text(layer: &LayerReport) -> String {
    let (unit, of) = (layer.layer.unit(), layer.n_compared());
    let mut text = layer.layer.to_string();
    for (n, what) in [
        (layer.n_different, "different"),
        (layer.n_unreadable, "unreadable"),
    ] {
        if n > 0 {
            let _ = write!(text, ", {n} {what}");
        }
    }
    text + &format!(" of {of} {unit}")
}

fn missing_text(layer: &LayerReport) -> Option<String> {
    let name = layer.layer;
    match (&layer.not_compared, layer.n_withheld) {
        (Some(why), _) => Some(format!("{name} ({why})")),
        (None, 0) => None,
        (None, n) => Some(format!(
            "{n} {} of the {name} (the image's own codes do not fit, and no drive gives them)",
            layer.layer.unit()
        )),
    }
}

fn layer_line(layer: &LayerReport) -> String {
    let name = layer.layer;
    if let Some(why) = &layer.not_compared {
        return format!("{name:<12} not compared: {why}");
    }
    if layer.is_absent() {
        return format!("{name:<12} none, in the image or on the disc");
    }
    let mut line = format!(
        "{name:<12} {} {}: {} equal",
        layer.n_compared(),
        name.unit(),
        layer.n_equal
    );
    if layer.n_equal_later > 0 {
        let _ = write!(
            line,
            ", {} equal after up to {} readings",
            layer.n_equal_later, layer.most_readings
        );
    }
    for (n, what) in [
        (layer.n_different, "different"),
        (layer.n_unreadable, "unreadable"),
        (layer.n_withheld, "withheld"),
        (layer.n_at_edges, "beyond an edge"),
    ] {
        if n > 0 {
            let _ = write!(line, ", {n} {what}");
        }
    }
    if let Some(lba) = layer.read_once_from {
        let _ = write!(line, "; from lba {lba} on read only once");
    }
    line
}

fn show_findings(report: &VerifyReport, output: &Output) {
    for finding in &report.findings {
        output.event("difference", finding_json(finding));
    }
    let shown = report.findings.iter().take(MAX_LINES);
    let n_shown = shown.len();
    for finding in shown {
        output.line(format!("  {}", finding_line(finding)));
    }
    let n_all = report.n_findings.iter().sum::<u32>() as usize;
    if n_all > n_shown {
        output.line(format!("  ... {} more", n_all - n_shown));
    }
}

fn finding_line(finding: &VerifyFinding) -> String {
    let VerifyFinding { layer, kind, .. } = finding;
    let mut line = format!("{layer:<12} ");
    if let Some(range) = finding.range {
        let start = range.start();
        let last = range.last().unwrap_or(start);
        let _ = match range.len().count() {
            1 => write!(line, "{} (lba {start})", start.to_msf()),
            n => write!(
                line,
                "{} (lba {start} to {last}, {n} sectors)",
                start.to_msf()
            ),
        };
        line += ", ";
    }
    if let Some(track) = finding.track {
        let _ = write!(line, "track {track}, ");
    }
    let _ = write!(line, "{kind}");
    if finding.parts.iter().next().is_some() {
        let _ = write!(line, " in {}", finding.parts);
    }
    if finding.n_readings > 1 {
        let _ = write!(line, " in {} readings", finding.n_readings);
    }
    if let Some(byte) = finding.byte {
        let what = if *layer == Layer::Rw {
            "symbol"
        } else {
            "byte"
        };
        let _ = write!(line, ", from {what} {byte}");
    }
    let _ = write!(line, ": {}", finding.got);
    if *kind == FindingKind::Withheld {
        let _ = write!(line, "; {}", finding.expected);
    } else if !finding.expected.is_empty() {
        let _ = write!(line, "; expected: {}", finding.expected);
    }
    line
}

fn layer_json(layer: &LayerReport) -> serde_json::Value {
    json!({
        "layer": layer.layer.word(),
        "compared": layer.n_compared(),
        "equal": layer.n_equal,
        "equal_later": layer.n_equal_later,
        "different": layer.n_different,
        "unreadable": layer.n_unreadable,
        "withheld": layer.n_withheld,
        "at_edges": layer.n_at_edges,
        "most_readings": layer.most_readings,
        "read_once_from": layer.read_once_from.map(Lba::value),
        "not_compared": layer.not_compared,
    })
}

fn finding_json(finding: &VerifyFinding) -> serde_json::Value {
    let range = finding.range;
    let parts: Vec<_> = finding.parts.iter().map(|part| part.to_string()).collect();
    json!({
        "layer": finding.layer.word(),
        "kind": finding.kind.word(),
        "lba": range.map(|range| range.start().value()),
        "msf": range.map(|range| range.start().to_msf().to_string()),
        "sectors": range.map(|range| range.len().count()),
        "track": finding.track,
        "parts": parts,
        "byte": finding.byte,
        "expected": finding.expected,
        "got": finding.got,
        "readings": finding.n_readings,
    })
}

fn summary_json(report: &VerifyReport, outcome: VerifyOutcome) -> serde_json::Value {
    let options = report.options;
    json!({
        "start": report.range.start().value(),
        "sectors": report.range.len().count(),
        "outcome": match outcome {
            VerifyOutcome::Equal => "equal",
            VerifyOutcome::Incomplete => "incomplete",
            VerifyOutcome::Different => "different",
        },
        "findings": report.n_findings.iter().sum::<u32>(),
        "without_pregap": report.without_pregap.as_ref().map(ToString::to_string),
        "accepted": {
            "rereads": options.rereads,
            "q_tolerance_ppm": options.q_tolerance_ppm,
            "subcode_shift": options.accept_subcode_shift,
            "audio_offset": options.accept_audio_offset,
            "missing_crc": options.accept_missing_crc,
        },
    })
}
