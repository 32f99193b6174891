//! One image burned in several drives at once.
//!
//! One thread reads, each drive has a thread of its own and goes at its own pace; one that fails, hangs or is cancelled
//! disturbs no other. See [`read_ahead_for`] for who is served when, and for what that takes of memory.

use std::io;
use std::panic;
use std::thread;

use cd_image::SectorSource;

use crate::burn::{Consent, Report, carry_out, check_source, finished, stopped};
use crate::outcome::{Outcome, StopCause};
use crate::pipeline::{Feed, ReadAhead, read_ahead_for};
use crate::plan::Plan;
use crate::recorder::Recorder;
use crate::{CancelToken, Progress};

/// One drive's part of a burn of several.
pub struct BurnJob<'j, 't> {
    /// The drive.
    pub recorder: &'j mut Recorder<'t>,
    /// What is done there; made for the disc in that drive.
    pub plan: &'j Plan,
    /// That its disc may be written.
    pub consent: Consent,
    /// Stops this drive alone; one token given to all stops all.
    pub cancel: &'j CancelToken,
    /// Told how far this drive is; on its thread, so it had better be quick.
    pub progress: &'j mut (dyn FnMut(&Progress) + Send),
}

/// Burns `source` in every drive at once, each as its plan says. The reports are in the order of `jobs`.
///
/// `read_ahead` is what waits for each drive. The plans may differ in everything but the image: discs with other lead-ins,
/// other speeds, a conversion for one drive and none for the others. Returns when the last drive is done.
#[must_use]
pub fn burn_all(
    jobs: Vec<BurnJob<'_, '_>>,
    source: &dyn SectorSource,
    read_ahead: ReadAhead,
) -> Vec<Report> {
    let plans: Vec<_> = jobs.iter().map(|job| job.plan).collect();
    let mut reports: Vec<Option<Report>> = Vec::with_capacity(jobs.len());
    let mut seated = Vec::with_capacity(jobs.len());
    for (idx, job) in jobs.into_iter().enumerate() {
        let refused = check_source(job.plan, source).err();
        if refused.is_none() {
            seated.push((idx, job));
        }
        reports.push(refused.map(|cause| stopped(plans[idx], cause)));
    }
    let ranges: Vec<_> = seated
        .iter()
        .map(|(_, job)| job.plan.writes().range)
        .collect();
    let longest = seated.iter().map(|(_, job)| job.plan.writes().per_command);
    let settings = longest.max().map_or(read_ahead, |per_command| {
        read_ahead.in_whole_commands(per_command)
    });
    let burned = read_ahead_for(source, &ranges, settings, |feeds| {
        burn_each(seated, feeds, settings)
    });
    let failed_to_start = burned.as_ref().err().map(io::Error::kind);
    for (idx, outcome) in burned.unwrap_or_default() {
        reports[idx] = Some(match outcome {
            Ok(outcome) => finished(plans[idx], outcome, source),
            Err(error) => stopped(plans[idx], StopCause::Thread(error)),
        });
    }
    let none_started = || StopCause::Thread(failed_to_start.unwrap_or(io::ErrorKind::Other).into());
    let reports = reports.into_iter().zip(plans);
    reports
        .map(|(report, plan)| report.unwrap_or_else(|| stopped(plan, none_started())))
        .collect()
}

/// Runs each job on a thread of its own, and waits for all of them.
fn burn_each(
    seated: Vec<(usize, BurnJob<'_, '_>)>,
    feeds: Vec<Feed<'_>>,
    settings: ReadAhead,
) -> Vec<(usize, io::Result<Outcome>)> {
    thread::scope(|scope| {
        let threads: Vec<_> = seated
            .into_iter()
            .zip(feeds)
            .map(|((idx, job), mut feed)| {
                let burn = move || {
                    let taken = (&mut feed, settings);
                    carry_out(job.recorder, job.plan, taken, job.cancel, job.progress)
                };
                let thread = thread::Builder::new()
                    .name(format!("cd-writer-burn-{idx}"))
                    .spawn_scoped(scope, burn);
                (idx, thread)
            })
            .collect();
        threads
            .into_iter()
            .map(|(idx, thread)| {
                let outcome = thread.map(|thread| {
                    let joined = thread.join();
                    joined.unwrap_or_else(|panic| panic::resume_unwind(panic))
                });
                (idx, outcome)
            })
            .collect()
    })
}
