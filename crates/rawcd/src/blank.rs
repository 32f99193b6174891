//! `blank`: a CD-RW erased.

use cd_writer::{BlankControl, BlankKind, BlankProgress, CancelToken, ErasureConsent};
use serde_json::json;

use crate::cli::BlankArgs;
use crate::consent::{self, Act, Circumstances};
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;
use crate::target::{NoDisc, Target};

const BLANKING: &str = "blanking";

pub(crate) fn run(
    args: &BlankArgs,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    if args.target.is_none() {
        return Err(
            Failure::new(Exit::Unreadable, "which disc is to be erased?")
                .advise("Name it: --device NODE, or --disc FILE for an emulated one."),
        );
    }
    let mut target = Target::open(&args.target, NoDisc::Fail)?;
    let (name, is_real) = (target.name(), target.is_real());
    let seconds = target.with_recorder(args.trace.path(), |recorder| {
        let circumstances = Circumstances {
            is_real,
            is_simulation: false,
            said_yes: args.yes,
            can_be_asked: consent::can_ask(output),
        };
        consent::require(Act::Erase, circumstances, &name, cancel)?;
        let control = BlankControl {
            cancel,
            progress: &mut |progress| tell(progress, output),
        };
        let consent = ErasureConsent::to_erase_the_disc();
        let report = recorder.blank(args.kind(), consent, control);
        output.finish();
        let report = report.map_err(|error| explain::blank(&error))?;
        for incident in &report.incidents {
            let text = format!("while it was to {}: {}", incident.purpose, incident.fault);
            output.note(&text);
        }
        Ok(report.elapsed.as_secs_f64())
    })?;
    output.line(format!(
        "{name} is blank, after {seconds:.0} s of the drive's time"
    ));
    let kind = match args.kind() {
        BlankKind::Fast => "fast",
        BlankKind::Full => "full",
    };
    output.event(
        "result",
        json!({ "exit": 0, "target": name, "kind": kind, "drive_seconds": seconds }),
    );
    Ok(Exit::Done)
}

/// In hundredths: of a drive that erases only the share is known.
fn tell(progress: &BlankProgress, output: &mut Output) {
    if output.phase() != Some(BLANKING) {
        output.begin_share(BLANKING);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 0 to 100"
    )]
    let percent = (progress.fraction.clamp(0.0, 1.0) * 100.0) as u64;
    output.progress(
        percent,
        json!({
            "drive_seconds": progress.elapsed.as_secs_f64(),
            "seconds_left": progress.remaining.map(|left| left.as_secs_f64()),
            "told_by_drive": progress.is_told,
        }),
    );
}
