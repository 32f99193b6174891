//! What a fault means for the command it befell: go on, try again, or give up. Pure, so that the whole
//! table can be tested.

use std::time::Duration;

use cd_mmc::Sense;
use cd_transport::Status;

use crate::plan::Purpose;
use crate::{Fault, FaultCause};

#[cfg(test)]
mod tests;

/// What to do after a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    /// The command counts as done; the fault goes into the report.
    Accept,
    /// Send the same command again after this time.
    Retry(Duration),
    /// The burn cannot go on.
    GiveUp,
}

/// A full buffer of 8 MiB takes 48 s to empty at 1x; more than twice that is no full buffer.
const BUSY_LIMIT: Duration = Duration::from_secs(120);
/// While the drive's buffer is full: short against the seconds a buffer lasts, long against a command.
const BUSY_STEP: Duration = Duration::from_millis(60);
/// A disc takes up to half a minute to spin up and be recognised.
const READY_LIMIT: Duration = Duration::from_secs(60);
const READY_STEP: Duration = Duration::from_millis(500);
/// Some drives need this long after the flush until they can read what they wrote.
const SETTLE_LIMIT: Duration = Duration::from_secs(60);
/// One unit attention for each of reset, new medium and changed parameters may wait before any command.
const ATTENTION_LIMIT: Duration = Duration::from_secs(5);
const ATTENTION_STEP: Duration = Duration::from_millis(1);

/// Decides about `fault` of a command with this purpose, first sent `waited` ago.
pub(crate) fn react(
    purpose: Purpose,
    fault: &Fault,
    waited: Duration,
    flush_limit: Duration,
) -> Reaction {
    let within = |limit: Duration, step| {
        if waited < limit {
            Reaction::Retry(step)
        } else {
            Reaction::GiveUp
        }
    };
    let sense = match &fault.cause {
        FaultCause::Sense(sense) => sense,
        FaultCause::Status(Status::BUSY | Status::TASK_SET_FULL) => {
            return within(BUSY_LIMIT, BUSY_STEP);
        }
        FaultCause::Status(_) | FaultCause::Transport(_) | FaultCause::Answer(_) => {
            return Reaction::GiveUp;
        }
    };
    let triple = triple(sense);
    // Recovered: the command was carried out.
    if triple.0 == 1 {
        return Reaction::Accept;
    }
    match (purpose, triple) {
        // The drive's buffer is full, or it is busy with what it was given.
        (Purpose::Write, (2, 4, 4 | 7 | 8)) => within(BUSY_LIMIT, BUSY_STEP),
        (Purpose::Write, _) => Reaction::GiveUp,
        // Emptying the buffer takes as long as it takes to write it.
        (Purpose::Flush | Purpose::AwaitFlush, (2, 4, _)) => within(flush_limit, READY_STEP),
        // What the drive tells of an earlier command, or of the end of the burn itself.
        (Purpose::Flush | Purpose::AwaitFlush, (6, ..)) => within(ATTENTION_LIMIT, ATTENTION_STEP),
        (Purpose::ConfirmWritten | Purpose::ConfirmToc, (2, 4, _)) => {
            within(SETTLE_LIMIT, READY_STEP)
        }
        (Purpose::ConfirmWritten | Purpose::ConfirmToc, (6, ..)) => {
            within(ATTENTION_LIMIT, ATTENTION_STEP)
        }
        // A drive without a tray lock, or without settable speed, can still burn.
        (Purpose::Lock | Purpose::Unlock | Purpose::Speed, (5, ..)) => Reaction::Accept,
        // No calibration command, or a calibration area that is almost full: the drive calibrates by
        // itself before it writes.
        (Purpose::Calibrate, (5, ..) | (6, 0x5A, 3) | (3, 0x73, 1)) => Reaction::Accept,
        // A new medium between the plan and its burn: the plan was made for another.
        (purpose, (6, 0x28, _)) if purpose != Purpose::Ask => Reaction::GiveUp,
        (_, (6, ..)) => within(ATTENTION_LIMIT, ATTENTION_STEP),
        (_, (2, 4, _)) => within(READY_LIMIT, READY_STEP),
        _ => Reaction::GiveUp,
    }
}

/// Sense key, additional sense code and its qualifier.
pub(crate) fn triple(sense: &Sense) -> (u8, u8, u8) {
    (sense.key.code(), sense.asc, sense.ascq)
}
