//! How a burn is watched and stopped from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cd_address::{Lba, LbaRange};

#[cfg(test)]
mod tests;

/// Asks a running burn to stop, from any thread. Clones share one flag.
///
/// A burn looks at it between two commands and while it waits. Once sectors are on the disc, stopping
/// leaves a CD-R unusable: that is what the burn then reports.
#[doc(alias = "CancelWrite")]
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token nobody has used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the stop. Asking again changes nothing.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What a burn is doing.
#[doc(alias = "IMAPI_FORMAT2_RAW_CD_WRITE_ACTION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Locking, setting speed and write parameters, calibrating, filling the buffer.
    Preparing,
    /// Sending sectors.
    Writing,
    /// Waiting for the drive to empty its buffer and close.
    Finishing,
    /// Reading back and comparing.
    Verifying,
}

/// How far a burn has come: given once before, every half second of a phase, and once after.
#[doc(alias = "IDiscFormat2RawCDEventArgs")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub action: Action,
    /// The sectors the phase works through; the lead-in's are negative.
    #[doc(alias("StartLba", "SectorCount"))]
    pub range: LbaRange,
    /// The last sector taken from the image, if any.
    #[doc(alias = "LastReadLba")]
    pub last_read: Option<Lba>,
    /// The last sector the drive took (or gave back, while verifying), if any.
    #[doc(alias = "LastWrittenLba")]
    pub last_done: Option<Lba>,
    /// Bytes of read-ahead there is room for; 0 while verifying.
    #[doc(alias = "TotalSystemBuffer")]
    pub buffer_total: u64,
    /// Bytes of read-ahead waiting for the drive.
    #[doc(alias = "UsedSystemBuffer")]
    pub buffer_used: u64,
    /// Time since the phase began.
    #[doc(alias = "ElapsedTime")]
    pub elapsed: Duration,
    /// Time the phase still needs, by its mean rate so far; `None` before anything is done, and in phases
    /// that have no rate (preparing, finishing).
    #[doc(alias = "RemainingTime")]
    pub remaining: Option<Duration>,
}

impl Progress {
    /// Sectors done, of `range.len()`.
    #[must_use]
    pub fn n_done(&self) -> u32 {
        let offset = self.last_done.and_then(|lba| self.range.offset_of(lba));
        offset.map_or(0, |offset| offset.count() + 1)
    }

    /// Sectors a second so far (75 is 1x); `None` before anything is done.
    #[must_use]
    pub fn sectors_per_second(&self) -> Option<f64> {
        let seconds = self.elapsed.as_secs_f64();
        (self.n_done() > 0 && seconds > 0.0).then(|| f64::from(self.n_done()) / seconds)
    }

    /// The time left at the mean rate so far.
    pub(crate) fn estimate(n_done: u32, n_total: u32, elapsed: Duration) -> Option<Duration> {
        if n_done == 0 {
            return None;
        }
        Some(elapsed.mul_f64(f64::from(n_total.saturating_sub(n_done)) / f64::from(n_done)))
    }
}

/// How often progress is told while something goes on.
pub(crate) const PROGRESS_INTERVAL: Duration = Duration::from_millis(500);
