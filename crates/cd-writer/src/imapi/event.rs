//! What is told of a running write.

use std::time::Duration;

use cd_address::{Lba, Sectors};

use crate::{Action, Progress};

/// How far a write is: told once before, every half second whatever stream and drive do meanwhile, when
/// [`WriteEvent::current_action`] changes, and once after.
#[doc(alias("IDiscFormat2RawCDEventArgs", "IWriteEngine2EventArgs"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteEvent {
    /// What is being done.
    #[doc(alias = "CurrentAction")]
    pub current_action: Action,
    /// Time since the call began; the interface counts whole seconds.
    #[doc(alias = "ElapsedTime")]
    pub elapsed_time: Duration,
    /// Estimated time until all sectors are sent, by the mean rate so far; it may grow. `None` while nothing can be
    /// said: before the first sector and after the last.
    #[doc(alias = "RemainingTime")]
    pub remaining_time: Option<Duration>,
    /// The first sector that is written: the medium's lead-in start, which is negative.
    #[doc(alias = "StartLba")]
    pub start_lba: Lba,
    /// How many sectors are written in all.
    #[doc(alias = "SectorCount")]
    pub sector_count: Sectors,
    /// The last sector taken from the stream, if any.
    #[doc(alias = "LastReadLba")]
    pub last_read_lba: Option<Lba>,
    /// The last sector the drive took, if any.
    #[doc(alias = "LastWrittenLba")]
    pub last_written_lba: Option<Lba>,
    /// Bytes of read-ahead there is room for.
    #[doc(alias = "TotalSystemBuffer")]
    pub total_system_buffer: u64,
    /// Bytes of read-ahead that wait for the drive.
    #[doc(alias = "UsedSystemBuffer")]
    pub used_system_buffer: u64,
}

impl WriteEvent {
    pub(super) fn new(progress: &Progress, elapsed_time: Duration) -> Self {
        Self {
            current_action: progress.action,
            elapsed_time,
            remaining_time: progress.remaining,
            start_lba: progress.range.start(),
            sector_count: progress.range.len(),
            last_read_lba: progress.last_read,
            last_written_lba: progress.last_done,
            total_system_buffer: progress.buffer_total,
            used_system_buffer: progress.buffer_used,
        }
    }

    /// Bytes of read-ahead that are free.
    #[doc(alias = "FreeSystemBuffer")]
    #[must_use]
    pub const fn free_system_buffer(&self) -> u64 {
        self.total_system_buffer
            .saturating_sub(self.used_system_buffer)
    }

    /// The part of the write that is done, 0.0 to 1.0.
    #[must_use]
    pub fn fraction_done(&self) -> f64 {
        let done = self
            .last_written_lba
            .and_then(|last| last.since(self.start_lba))
            .map_or(0, |before| before.count() + 1);
        f64::from(done) / f64::from(self.sector_count.count().max(1))
    }
}
