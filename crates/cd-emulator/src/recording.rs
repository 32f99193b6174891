//! A raw recording while it goes on: which block comes next, what the laser has taken, how it ends.
//!
//! Read first: MMC-3 4.2.3.8 and 6.46 (raw writing starts with the lead-in, is gap-free, and ends with
//! SYNCHRONIZE CACHE).

use std::time::Duration;

use cd_address::{Lba, Sectors};
use cd_mmc::Sense;
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, RAW_BYTES, SectorLayout};

use crate::medium::Medium;
use crate::speeds::Turning;
use crate::timing::{Streaming, WriteBuffer};

/// A raw recording from its first WRITE to the end of its flush.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) layout: SectorLayout,
    /// Test write: everything but the light.
    pub(crate) is_simulated: bool,
    /// The address the next WRITE must have; `None` past the last of all.
    pub(crate) next: Option<Lba>,
    pub(crate) buffer: WriteBuffer,
    /// Whether an empty buffer only makes a pause (BUFE).
    is_protected: bool,
    /// The buffer is being emptied; the recording ends with it.
    is_flushing: bool,
    /// When the drive is ready again after a flush, if the buffer is empty by then.
    ready_at: Duration,
    /// The laser could not go on.
    pub(crate) is_broken: bool,
    /// How many blocks were taken.
    pub(crate) n_accepted: u32,
    turning: Turning,
    expanded: Vec<u8>,
}

/// How a raw recording is to be done, from the write parameters page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawMode {
    pub(crate) layout: SectorLayout,
    pub(crate) is_simulated: bool,
    pub(crate) is_protected: bool,
}

impl Recording {
    /// A recording that expects its first block at the start of the medium's lead-in.
    pub(crate) fn new(
        mode: RawMode,
        medium: &Medium,
        buffer: WriteBuffer,
        turning: Turning,
    ) -> Self {
        let mut recording = Self {
            layout: mode.layout,
            is_simulated: mode.is_simulated,
            next: Some(medium.lead_in_start.to_lba()),
            buffer,
            is_protected: mode.is_protected,
            is_flushing: false,
            ready_at: Duration::ZERO,
            is_broken: false,
            n_accepted: 0,
            turning,
            expanded: Vec::new(),
        };
        recording.turn(turning);
        recording
    }

    /// Changes how the disc turns from now on; the caller has advanced to now.
    pub(crate) fn turn(&mut self, turning: Turning) {
        self.turning = turning;
        let fill = Sectors::new(self.buffer.fill()).unwrap_or(Sectors::ZERO);
        let next = self.next.unwrap_or(Lba::MAX);
        let under_laser = next.sub(fill).unwrap_or(next);
        self.buffer.set_rate(turning.rate_at(under_laser));
    }

    /// Lets the laser work until `now`. `Lost` if it ran out of blocks and could not wait for more: the recording is
    /// spoiled then.
    pub(crate) fn advance(&mut self, now: Duration) -> Streaming {
        let streaming = self.buffer.advance(now);
        self.turn(self.turning);
        match streaming {
            Streaming::Lost if self.is_flushing || self.is_protected => Streaming::Kept,
            streaming => streaming,
        }
    }

    /// Whether `n_blocks` from `lba` on are the next of this recording and fit on the medium.
    pub(crate) fn check(&self, lba: Lba, n_blocks: u32, medium: &Medium) -> Result<(), Sense> {
        let recordable = medium.recordable();
        let last = recordable.last().ok_or(Sense::LBA_OUT_OF_RANGE)?;
        if !recordable.contains(lba) || lba.position() + (n_blocks - 1) > last.position() {
            return Err(Sense::LBA_OUT_OF_RANGE.with_information(lba.value().cast_unsigned()));
        }
        if self.next != Some(lba) {
            let information = lba.value().cast_unsigned();
            return Err(Sense::INVALID_ADDRESS_FOR_WRITE.with_information(information));
        }
        Ok(())
    }

    /// The blocks as they lie on the disc, 2448 bytes each. In layouts with P and Q alone the drive makes the
    /// CRC of Q itself, whatever the host sent in its place, and R to W are zero.
    pub(crate) fn expand<'a>(&'a mut self, blocks: &'a [u8]) -> &'a [u8] {
        if self.layout != SectorLayout::Pq16 {
            return blocks;
        }
        self.expanded.clear();
        for block in blocks.chunks_exact(self.layout.sector_bytes()) {
            let (main, pq) = block.split_at(MAIN_BYTES);
            let mut pq16 = [0; 16];
            pq16.copy_from_slice(pq);
            let mut payload = [0; 10];
            payload.copy_from_slice(&pq16[..10]);
            pq16[..12].copy_from_slice(&QFrame::with_crc(payload).0);
            self.expanded.extend_from_slice(main);
            self.expanded
                .extend_from_slice(&PwSubcode::from_pq16(&pq16).0);
        }
        debug_assert!(self.expanded.len().is_multiple_of(RAW_BYTES));
        &self.expanded
    }

    /// Counts `n_blocks` as received and tells how long the host waits until the buffer has taken them.
    pub(crate) fn accept(&mut self, n_blocks: u32) -> Duration {
        let length = Sectors::new(n_blocks).ok();
        self.n_accepted = self.n_accepted.saturating_add(n_blocks);
        self.next = self
            .next
            .zip(length)
            .and_then(|(next, length)| next.add(length).ok());
        self.buffer.push(n_blocks)
    }

    /// Lets the buffer run out and the recording end with it, but not before `ready_at`.
    pub(crate) fn flush(&mut self, ready_at: Duration) {
        self.is_flushing = true;
        self.ready_at = ready_at;
        self.buffer.drain();
    }

    /// When the drive is ready again, if a flush began by then.
    pub(crate) const fn ready_at(&self) -> Duration {
        self.ready_at
    }

    pub(crate) const fn is_flushing(&self) -> bool {
        self.is_flushing
    }

    /// Whether the last block is on the disc, no more will come, and the drive is done with it.
    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.is_flushing && self.buffer.is_empty() && now >= self.ready_at
    }
}
