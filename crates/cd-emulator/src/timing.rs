//! The drive's buffer and what empties it: how long a recording takes, and when it starves.
//!
//! Time comes in as an argument everywhere; nothing here waits.

use std::time::Duration;

/// Sectors a second at 1x.
const SECTORS_PER_SECOND: u64 = 75;
/// The laser's progress is counted in 10^-12 sectors, so that a nanosecond at a thousandth of a sector a second is one.
const PARTS_PER_SECTOR: u128 = 1_000_000_000_000;

/// How a drive's buffer fared in one recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BufferHistory {
    /// Bytes it holds, in whole blocks.
    pub capacity_bytes: u32,
    /// The fewest bytes that were in it while the laser burned and more was to come; `None` if the laser has not
    /// begun. What a flush leaves does not count.
    pub least_fill_bytes: Option<u32>,
    /// How often the laser found it empty and had to stop. With underrun protection the recording went on.
    pub n_underruns: u32,
}

/// The buffer of a drive that is recording, with the laser at its other end.
///
/// The laser begins when the buffer is full, or when it is flushed, and then takes sectors out at the set speed.
#[derive(Debug)]
pub(crate) struct WriteBuffer {
    capacity: u32,
    block_bytes: u32,
    fill: u32,
    /// Sectors the drive makes itself, which the laser burns before those that are in the buffer.
    own: u32,
    /// Thousandths of a sector a second.
    rate: u64,
    is_laser_on: bool,
    /// No more blocks will come.
    is_draining: bool,
    least_fill: Option<u32>,
    n_underruns: u32,
    /// What the laser has gone beyond the last whole sector it took.
    parts: u128,
    last: Duration,
}

/// Whether the laser found a sector each time it needed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Streaming {
    Kept,
    Lost,
}

impl WriteBuffer {
    /// An empty buffer of `bytes` bytes for blocks of `block_bytes`, to be recorded at `speed` times 75 sectors a second.
    pub(crate) fn new(bytes: u32, block_bytes: u32, speed: u16, now: Duration) -> Self {
        Self {
            capacity: (bytes / block_bytes).max(1),
            block_bytes,
            fill: 0,
            own: 0,
            rate: u64::from(speed.max(1)) * SECTORS_PER_SECOND * 1000,
            is_laser_on: false,
            is_draining: false,
            least_fill: None,
            n_underruns: 0,
            parts: 0,
            last: now,
        }
    }

    /// Lets the laser work until `now`. When it runs out of sectors it stops; it starts again when
    /// the buffer is full or flushed.
    pub(crate) fn advance(&mut self, now: Duration) -> Streaming {
        let elapsed = now.saturating_sub(self.last);
        self.last = self.last.max(now);
        if !self.is_laser_on {
            return Streaming::Kept;
        }
        self.parts += elapsed.as_nanos() * u128::from(self.rate);
        self.own -= self.take_parts(self.own);
        if self.own > 0 {
            return Streaming::Kept;
        }
        self.fill -= self.take_parts(self.fill);
        if !self.is_draining {
            let least = self.least_fill.unwrap_or(self.fill);
            self.least_fill = Some(least.min(self.fill));
        }
        if self.parts < PARTS_PER_SECTOR {
            return Streaming::Kept;
        }
        self.is_laser_on = false;
        self.parts = 0;
        if !self.is_draining {
            self.n_underruns += 1;
        }
        Streaming::Lost
    }

    /// Turns progress into sectors, `limit` at most.
    fn take_parts(&mut self, limit: u32) -> u32 {
        let n_due = self.parts / PARTS_PER_SECTOR;
        let n_taken = u32::try_from(n_due).map_or(limit, |n_due| n_due.min(limit));
        self.parts -= u128::from(n_taken) * PARTS_PER_SECTOR;
        n_taken
    }

    /// Has the laser burn `n_sectors` of the drive's own making, at once and before what the buffer holds.
    pub(crate) const fn make(&mut self, n_sectors: u32) {
        self.own = self.own.saturating_add(n_sectors);
        self.start();
    }

    /// Whether `n_blocks` more fit. An empty buffer takes any number: the host's data then pass through it.
    pub(crate) const fn has_room(&self, n_blocks: u32) -> bool {
        self.fill == 0 || n_blocks <= self.free_blocks()
    }

    /// Takes `n_blocks` in and tells how long the host has to wait until they are inside.
    pub(crate) fn push(&mut self, n_blocks: u32) -> Duration {
        self.fill = self.fill.saturating_add(n_blocks);
        if self.fill < self.capacity {
            return Duration::ZERO;
        }
        self.is_laser_on = true;
        self.time_to_take((self.fill - self.capacity).saturating_add(self.own))
    }

    /// Starts the laser whatever the buffer holds.
    pub(crate) const fn start(&mut self) {
        self.is_laser_on = true;
    }

    /// The same, and no more will come.
    pub(crate) const fn drain(&mut self) {
        self.is_draining = true;
        self.start();
    }

    /// Lets the laser rest until `until`; the caller has advanced to now.
    pub(crate) fn rest(&mut self, until: Duration) {
        self.last = self.last.max(until);
    }

    /// How it has fared so far.
    pub(crate) fn history(&self) -> BufferHistory {
        let bytes = |blocks: u32| blocks.saturating_mul(self.block_bytes);
        BufferHistory {
            capacity_bytes: bytes(self.capacity),
            least_fill_bytes: self.least_fill.map(bytes),
            n_underruns: self.n_underruns,
        }
    }

    /// Blocks in it.
    pub(crate) const fn fill(&self) -> u32 {
        self.fill
    }

    /// Whether the laser is busy with sectors of the drive's own making.
    pub(crate) const fn is_making(&self) -> bool {
        self.own > 0
    }

    /// How long the laser needs to take all that is in the buffer.
    pub(crate) fn time_to_empty(&self) -> Duration {
        self.time_to_take(self.fill.saturating_add(self.own))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.fill == 0 && self.own == 0
    }

    /// Size of the buffer in bytes, in whole blocks.
    pub(crate) const fn capacity_bytes(&self) -> u32 {
        self.capacity.saturating_mul(self.block_bytes)
    }

    /// Bytes that fit without waiting.
    pub(crate) const fn free_bytes(&self) -> u32 {
        self.free_blocks().saturating_mul(self.block_bytes)
    }

    /// Blocks that fit without waiting.
    pub(crate) const fn free_blocks(&self) -> u32 {
        self.capacity.saturating_sub(self.fill)
    }

    /// Changes the speed, in thousandths of a sector a second, from now on; the caller has advanced to now.
    pub(crate) fn set_rate(&mut self, rate: u64) {
        self.rate = rate.max(1);
    }

    fn time_to_take(&self, n_blocks: u32) -> Duration {
        let parts = u128::from(n_blocks) * PARTS_PER_SECTOR;
        let missing = parts.saturating_sub(self.parts);
        let nanoseconds = missing.div_ceil(u128::from(self.rate));
        Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }
}

/// How long `n_sectors` pass under the head at `speed` times 75 sectors a second.
pub(crate) fn time_at(speed: u16, n_sectors: u32) -> Duration {
    let per_second = u64::from(speed.max(1)) * SECTORS_PER_SECOND;
    Duration::from_nanos(u64::from(n_sectors) * 1_000_000_000 / per_second)
}

/// How long `n_bytes` take at `rate` bytes a second; no time if `rate` is 0.
pub(crate) fn time_of_transfer(n_bytes: usize, rate: u32) -> Duration {
    let nanoseconds = (n_bytes as u64)
        .saturating_mul(1_000_000_000)
        .checked_div(u64::from(rate));
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}
