//! `burn` in several drives at once: each has lines, a bar and events of its own.

use std::sync::mpsc::{self, SyncSender};
use std::thread;

use cd_address::Lba;
use cd_image::{Image, SectorSource};
use cd_writer::{
    BurnJob, CancelToken, Consent, Plan, Progress, ReadAhead, Recorder, Report, burn_all,
};
use serde_json::json;

use crate::burn::{look_at, plan_of};
use crate::cli::{BurnArgs, TargetArgs};
use crate::compare;
use crate::consent::{self, Act, Circumstances};
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::line::{Line, TraceFile};
use crate::output::Output;
use crate::report;
use crate::sent;
use crate::target::{NoDisc, Target};
use crate::verify;

/// Progress that waits to be told; what comes when so much waits is told by the next.
const MAX_WAITING: usize = 64;

pub(crate) fn run(
    args: &BurnArgs,
    image: &Image,
    named: &[TargetArgs],
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let opened: Result<Vec<_>, _> = named
        .iter()
        .map(|target| Target::open(target, NoDisc::TakeBlank))
        .collect();
    let mut targets = opened?;
    let names: Vec<_> = targets.iter().map(Target::name).collect();
    let mut outputs = output.for_drives(&names);
    let burned = burn(args, image, &mut targets, cancel, &mut outputs);
    if burned.is_err() || args.options.simulate {
        targets.into_iter().for_each(Target::put_back_unused);
    }
    let range = burned?;
    output.event(
        "result",
        json!({
            "exit": 0,
            "target": names.join(", "),
            "start": range.start().value(),
            "sectors": range.len().count(),
            "simulated": args.options.simulate,
            "verified": args.verify,
        }),
    );
    Ok(Exit::Done)
}

/// Burns, and verifies what was burned. What one drive cannot do is known before any of them begins.
fn burn(
    args: &BurnArgs,
    image: &Image,
    targets: &mut [Target],
    cancel: &CancelToken,
    outputs: &mut [Output],
) -> Result<cd_address::LbaRange, Failure> {
    let names: Vec<_> = targets.iter().map(Target::name).collect();
    let real: Vec<_> = targets
        .iter()
        .filter(|target| target.is_real())
        .map(Target::name)
        .collect();
    let traces = args.trace.path();
    let traces = traces.map(|path| TraceFile::create_each(path, targets.len()));
    let traces = traces.transpose()?.into_iter().flatten().map(Some);
    let mut lines: Vec<_> = targets
        .iter_mut()
        .zip(traces.chain(std::iter::repeat_with(|| None)))
        .map(|(target, trace)| target.line(trace))
        .collect();
    let burned = burn_there(args, image, (&mut lines, &real), cancel, outputs);
    let traced: Vec<_> = lines.into_iter().map(Line::finish).collect();
    let Burned {
        stream,
        plans,
        mut ends,
    } = burned?;
    if args.verify {
        for (idx, end) in ends.iter_mut().enumerate().filter(|(_, end)| end.is_ok()) {
            let range = plans[idx].writes().range;
            if let Some(disc) = targets[idx].disc() {
                let output = &mut outputs[idx];
                *end = compare::disc_with_source(disc, stream.as_ref(), range, cancel, output);
            }
        }
    }
    let ends = ends.into_iter().zip(traced);
    // What failed itself is the greater news.
    worst(&names, ends.map(|(end, traced)| end.and(traced)).collect())?;
    Ok(stream.range())
}

/// What was burned in all drives, and how it ended in each.
struct Burned {
    stream: Box<dyn SectorSource>,
    plans: Vec<Plan>,
    ends: Vec<Result<(), Failure>>,
}

/// Burns in the drives at the end of `lines`, and reads back. `real` are the names of those that are no emulated ones.
fn burn_there(
    args: &BurnArgs,
    image: &Image,
    (lines, real): (&mut [Line<'_>], &[String]),
    cancel: &CancelToken,
    outputs: &mut [Output],
) -> Result<Burned, Failure> {
    let mut recorders: Vec<_> = lines.iter_mut().map(Line::recorder).collect();
    let (stream, plans) = prepare(args, image, &mut recorders, cancel, outputs)?;
    let circumstances = Circumstances {
        is_real: !real.is_empty(),
        is_simulation: args.options.simulate,
        said_yes: args.yes,
        can_be_asked: consent::can_ask(&outputs[0]),
    };
    consent::require(Act::Write, circumstances, &real.join(" and in "), cancel)?;
    let reports = burn_and_tell(&mut recorders, &plans, stream.as_ref(), cancel, outputs);
    let mut ends: Vec<_> = reports
        .iter()
        .zip(outputs.iter())
        .map(|(report, output)| report::burned(report, output))
        .collect();
    if args.verify {
        for (idx, end) in ends.iter_mut().enumerate().filter(|(_, end)| end.is_ok()) {
            let compared = (stream.as_ref(), args.verify_options.options());
            let report = verify::disc(&mut recorders[idx], compared, cancel, &mut outputs[idx]);
            *end = report
                .map_err(|error| explain::verify(&error))
                .and_then(|report| verify::told(&report, &outputs[idx]));
        }
    }
    Ok(Burned {
        stream,
        plans,
        ends,
    })
}

/// One stream for all drives, and a plan for each.
fn prepare(
    args: &BurnArgs,
    image: &Image,
    recorders: &mut [Recorder<'_>],
    cancel: &CancelToken,
    outputs: &[Output],
) -> Result<(Box<dyn SectorSource>, Vec<Plan>), Failure> {
    let looked: Result<Vec<_>, _> = recorders
        .iter_mut()
        .zip(outputs)
        .map(|(recorder, output)| look_at(recorder, output))
        .collect();
    let looked = looked?;
    let starts: Result<Vec<Lba>, _> = looked
        .iter()
        .map(|(_, medium)| medium.check_writable())
        .collect();
    let starts = starts.map_err(|error| explain::plan(&error))?;
    // What lies before the lead-in of a medium is left out there.
    let start = starts
        .into_iter()
        .min()
        .unwrap_or(Lba::IMAGE_START_95_00_00);
    let drives: Vec<_> = looked.iter().map(|(drive, _)| drive).collect();
    let layout = sent::stream_layout(image, &drives, args.options.subcode, &outputs[0])?;
    let stream = image
        .stream(start, layout)
        .map_err(|error| Failure::new(Exit::ImageNotSupported, error.to_string()))?;
    let mut plans = Vec::with_capacity(looked.len());
    for (((drive, medium), recorder), output) in looked.iter().zip(recorders).zip(outputs) {
        let plan = plan_of(
            recorder,
            (drive, medium),
            stream.as_ref(),
            &args.options,
            cancel,
        )?;
        for note in &plan.notes {
            output.note(&note.to_string());
        }
        plans.push(plan);
    }
    Ok((stream, plans))
}

/// Burns on threads, and tells here how far each is.
fn burn_and_tell(
    recorders: &mut [Recorder<'_>],
    plans: &[Plan],
    stream: &dyn SectorSource,
    cancel: &CancelToken,
    outputs: &mut [Output],
) -> Vec<Report> {
    let (sender, told) = mpsc::sync_channel(MAX_WAITING);
    let senders: Vec<SyncSender<_>> = plans.iter().map(|_| sender.clone()).collect();
    drop(sender);
    let read_ahead = plans
        .first()
        .map(|plan| ReadAhead::for_writes(&plan.writes()));
    let reports = thread::scope(|scope| {
        let burning = scope.spawn(move || {
            let mut tells: Vec<_> = (0..)
                .zip(senders)
                .map(|(idx, sender): (usize, SyncSender<(usize, Progress)>)| {
                    move |progress: &Progress| {
                        // Untold rather than to keep a drive waiting.
                        let _ = sender.try_send((idx, *progress));
                    }
                })
                .collect();
            let jobs = recorders.iter_mut().zip(plans).zip(&mut tells);
            let jobs = jobs.map(|((recorder, plan), tell)| BurnJob {
                recorder,
                plan,
                consent: Consent::to_write_the_disc(),
                cancel,
                progress: tell,
            });
            read_ahead.map_or(Vec::new(), |read_ahead| {
                burn_all(jobs.collect(), stream, read_ahead)
            })
        });
        for (idx, progress) in told {
            report::progress(&progress, &mut outputs[idx]);
        }
        burning.join()
    });
    outputs.iter_mut().for_each(Output::finish);
    reports.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// All done, or the gravest failure with the words of each.
fn worst(names: &[String], ends: Vec<Result<(), Failure>>) -> Result<(), Failure> {
    let n_all = ends.len();
    let failures: Vec<_> = names
        .iter()
        .zip(ends)
        .filter_map(|(name, end)| Some((name, end.err()?)))
        .collect();
    let Some(exit) = failures
        .iter()
        .map(|(_, failure)| failure.exit)
        .max_by_key(|exit| *exit as u8)
    else {
        return Ok(());
    };
    let texts = failures.iter().map(|(name, failure)| {
        let advice = failure.advice.as_deref().unwrap_or_default();
        format!("{name}: {}. {advice}", failure.what)
            .trim_end()
            .to_owned()
    });
    let what = texts.collect::<Vec<_>>().join(" ");
    let n_good = n_all - failures.len();
    Err(Failure::new(exit, what).advise(format!("{n_good} of {n_all} discs are good.")))
}
