//! What a fault means for the command it befell: go on, try again, or give up. Pure, so that the whole
//! table can be tested.
//!
//! # Spec
//! SPC-4 4.5 (sense keys, deferred errors). Read that first.

use std::time::Duration;

use cd_mmc::Sense;
use cd_transport::{Status, TransportErrorKind};

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
    /// The drive may have forgotten what it was told: prepare the burn from its first command on.
    Restart,
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
/// A locked tray outlives the program: the unlocking is tried again even if it runs out its time twice.
const UNLOCK_LIMIT: Duration = Duration::from_secs(150);

/// Decides about `fault` of a command with this purpose, first sent `waited` ago. Waiting for a flush or an erasure ends
/// after `limit`.
pub(crate) fn react(
    purpose: Purpose,
    fault: &Fault,
    waited: Duration,
    limit: Duration,
) -> Reaction {
    let within = |limit: Duration, step| again_within(limit, waited, step);
    let sense = match &fault.cause {
        FaultCause::Sense(sense) => sense,
        FaultCause::Status(Status::BUSY | Status::TASK_SET_FULL) => {
            return within(BUSY_LIMIT, BUSY_STEP);
        }
        FaultCause::Transport(error) if error.kind == TransportErrorKind::DeviceGone => {
            return Reaction::GiveUp;
        }
        // Whatever went wrong with it, it does no harm twice.
        _ if purpose == Purpose::Unlock => return within(UNLOCK_LIMIT, READY_STEP),
        FaultCause::Status(_) | FaultCause::Transport(_) | FaultCause::Answer(_) => {
            return Reaction::GiveUp;
        }
    };
    let triple = triple(sense);
    match (purpose, triple) {
        // An earlier command was carried out with some trouble, and this one not at all.
        (_, (1, ..)) if sense.deferred => within(ATTENTION_LIMIT, ATTENTION_STEP),
        // Recovered: the command was carried out.
        (_, (1, ..)) => Reaction::Accept,
        // The drive's buffer is full, or it is busy with what it was given.
        (Purpose::Write, (2, 4, 4 | 7 | 8)) => within(BUSY_LIMIT, BUSY_STEP),
        (Purpose::Write, _) => Reaction::GiveUp,
        // Emptying the buffer takes as long as it takes to write it.
        (Purpose::Flush | Purpose::AwaitFlush, (2, 4, _)) => within(limit, READY_STEP),
        // An erasure is asked after until it is over; what the drive tells of itself meanwhile changes nothing.
        (Purpose::AwaitErase, (2, 4, _) | (6, ..)) => within(limit, READY_STEP),
        (Purpose::ConfirmWritten | Purpose::ConfirmToc, (2, 4, _)) => {
            within(SETTLE_LIMIT, READY_STEP)
        }
        (_, (2, 4, _)) => within(READY_LIMIT, READY_STEP),
        // A new medium between the plan and its burn: the plan was made for another.
        (purpose, (6, 0x28, _)) if prepares(purpose) => Reaction::GiveUp,
        // A reset, or parameters changed by somebody else: lock, speed, and above all raw mode and test
        // write may be gone.
        (purpose, (6, 0x29 | 0x2A, _)) if prepares(purpose) => Reaction::Restart,
        // Older drives call write protection an illegal request. The calibration is the first that meets it, and whoever
        // took that for a missing command would meet it again with the first WRITE.
        (Purpose::Calibrate, (5, 0x27, _)) => Reaction::GiveUp,
        // No calibration command, or a calibration area that is almost full: the drive calibrates by
        // itself before it writes.
        (Purpose::Calibrate, (5, ..) | (6, 0x5A, 3) | (3, 0x73, 1)) => Reaction::Accept,
        // What the drive tells of an earlier command, or of the end of the burn itself.
        (_, (6, ..)) => within(ATTENTION_LIMIT, ATTENTION_STEP),
        // A drive without a tray lock, or without settable speed, can still burn.
        (Purpose::Lock | Purpose::Unlock | Purpose::Speed, (5, ..)) => Reaction::Accept,
        (Purpose::Unlock, _) => within(ATTENTION_LIMIT, READY_STEP),
        _ => Reaction::GiveUp,
    }
}

/// What to do when a drive says that it answered after all, and no answer came.
pub(crate) fn ask_again(waited: Duration) -> Reaction {
    again_within(ATTENTION_LIMIT, waited, ATTENTION_STEP)
}

fn again_within(limit: Duration, waited: Duration, step: Duration) -> Reaction {
    if waited < limit {
        Reaction::Retry(step)
    } else {
        Reaction::GiveUp
    }
}

/// Whether the fault only says that the drive is not done yet.
pub(crate) fn is_waiting(fault: &Fault) -> bool {
    match &fault.cause {
        FaultCause::Sense(sense) => triple(sense).0 == 2,
        FaultCause::Status(status) => matches!(*status, Status::BUSY | Status::TASK_SET_FULL),
        FaultCause::Transport(_) | FaultCause::Answer(_) => false,
    }
}

/// Whether commands of this purpose come before anything is done to the disc, and set something up, look at it, or begin.
fn prepares(purpose: Purpose) -> bool {
    matches!(
        purpose,
        Purpose::Lock
            | Purpose::Speed
            | Purpose::SetWriteParameters
            | Purpose::ConfirmWriteParameters
            | Purpose::Calibrate
            | Purpose::ConfirmBlank
            | Purpose::Erase
    )
}

/// Sense key, additional sense code and its qualifier.
pub(crate) fn triple(sense: &Sense) -> (u8, u8, u8) {
    (sense.key.code(), sense.asc, sense.ascq)
}
