//! A recording while it goes on: which block comes next, what the laser has taken, how it ends.
//!
//! Read first: MMC-3 4.2.3.8 and 6.46 (raw writing starts with the lead-in, is gap-free, and ends with
//! SYNCHRONIZE CACHE).

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::Sense;
use cd_sector::{RAW_BYTES, RwInterleaver, SectorLayout};

use crate::expanding::{expand_packed, expand_pq16};
use crate::medium::Medium;
use crate::open_session::ahead;
use crate::session::Session;
use crate::speeds::Turning;
use crate::timing::{Streaming, WriteBuffer};
use crate::track_at_once::{TrackAtOnce, between};

/// What the host sends, and what the drive makes of it.
#[derive(Debug)]
pub(crate) enum Way {
    /// Everything, subcode included.
    Raw(SectorLayout),
    /// What the cue sheet says; the rest is the drive's.
    Session(Box<Session>),
    /// The blocks of one track; the rest is the drive's.
    Track(Box<TrackAtOnce>),
}

/// How the drive works, whatever it records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Laser {
    /// Test write: everything but the light.
    pub(crate) is_simulated: bool,
    /// Whether an empty buffer only makes a pause (BUFE).
    pub(crate) is_protected: bool,
    pub(crate) turning: Turning,
}

/// A recording from its first WRITE to the end of its flush.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) way: Way,
    /// The address that is recorded next, by the host or by the drive; `None` past the last of all.
    at: Option<Lba>,
    /// The address the next WRITE must have; `None` if no more can come.
    pub(crate) next: Option<Lba>,
    pub(crate) buffer: WriteBuffer,
    laser: Laser,
    /// The buffer is being emptied; the recording ends with it.
    is_flushing: bool,
    /// When the drive is ready again after a flush, if the buffer is empty by then.
    ready_at: Duration,
    /// The laser could not go on.
    pub(crate) is_broken: bool,
    /// How many blocks were taken.
    pub(crate) n_accepted: u32,
    /// Packs of R to W that reach into the next sectors.
    packs: RwInterleaver,
    expanded: Vec<u8>,
}

impl Recording {
    /// A recording whose first sector is that at `start`.
    pub(crate) fn new(way: Way, start: Lba, buffer: WriteBuffer, laser: Laser) -> Self {
        let mut recording = Self {
            way,
            at: Some(start),
            next: None,
            buffer,
            laser,
            is_flushing: false,
            ready_at: Duration::ZERO,
            is_broken: false,
            n_accepted: 0,
            packs: RwInterleaver::new(),
            expanded: Vec::new(),
        };
        recording.next = recording.next_from_host(start);
        recording.turn(laser.turning);
        recording
    }

    pub(crate) const fn is_simulated(&self) -> bool {
        self.laser.is_simulated
    }

    /// The first address from `lba` on for which the host sends something.
    fn next_from_host(&self, lba: Lba) -> Option<Lba> {
        match &self.way {
            Way::Raw(_) => Some(lba),
            Way::Session(session) => session.next_from_host(lba),
            Way::Track(track) => track.next_from_host(lba),
        }
    }

    /// Bytes the host sends for `n_blocks` from `lba` on; `None` if some of them are the drive's to make.
    pub(crate) fn n_bytes(&self, lba: Lba, n_blocks: u32) -> Option<usize> {
        match &self.way {
            Way::Raw(layout) => Some(usize::try_from(n_blocks).ok()? * layout.sector_bytes()),
            Way::Session(session) => run(lba, n_blocks)?
                .iter()
                .map(|lba| Some(session.block_bytes(lba)).filter(|n_bytes| *n_bytes > 0))
                .sum(),
            Way::Track(track) => Some(usize::try_from(n_blocks).ok()? * track.n_block_bytes()),
        }
    }

    /// The sectors that the drive has to make before it can take the host's next block, or to the end of the session.
    pub(crate) fn made(&self) -> Option<LbaRange> {
        let at = self.at?;
        let end = match (&self.way, self.next) {
            (_, Some(next)) => next,
            (Way::Raw(_), None) => return None,
            (Way::Session(session), None) => session.range().end()?,
            (Way::Track(track), None) => track.made_end()?,
        };
        between(at, end)
    }

    /// The sectors of a part of [`Recording::made`], 2448 bytes each.
    pub(crate) fn make(&mut self, range: LbaRange) -> &[u8] {
        self.expanded.clear();
        for lba in range {
            match &self.way {
                Way::Raw(_) => {}
                Way::Session(session) => session.put(lba, &[], &mut self.expanded),
                Way::Track(track) => track.put(lba, &[], &mut self.expanded),
            }
        }
        &self.expanded
    }

    /// Counts the sectors of [`Recording::made`] as recorded, before what the buffer holds.
    pub(crate) fn count_made(&mut self, range: LbaRange) {
        self.at = range.end();
        self.buffer.make(range.len().count());
    }

    /// Whether all of the session has come, so that nothing is left but to end it.
    pub(crate) const fn is_whole(&self) -> bool {
        matches!(self.way, Way::Session(_)) && self.next.is_none()
    }

    /// Tells a track that no more blocks will come; what ends it is for the drive to make then.
    pub(crate) fn end_track(&mut self) {
        if let (Way::Track(track), Some(at)) = (&mut self.way, self.at) {
            track.end_at(at);
            self.next = None;
        }
    }

    /// Changes how the disc turns from now on; the caller has advanced to now.
    pub(crate) fn turn(&mut self, turning: Turning) {
        self.laser.turning = turning;
        let fill = Sectors::new(self.buffer.fill()).unwrap_or(Sectors::ZERO);
        let next = self.next.unwrap_or(Lba::MAX);
        let under_laser = next.sub(fill).unwrap_or(next);
        self.buffer.set_rate(turning.rate_at(under_laser));
    }

    /// Lets the laser work until `now`. `Lost` if it ran out of blocks and could not wait for more: the recording is
    /// spoiled then.
    pub(crate) fn advance(&mut self, now: Duration) -> Streaming {
        let streaming = self.buffer.advance(now);
        self.turn(self.laser.turning);
        match streaming {
            Streaming::Lost if self.is_flushing || self.laser.is_protected => Streaming::Kept,
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

    /// The blocks from `lba` on as they lie on the disc, 2448 bytes each.
    pub(crate) fn expand<'a>(&'a mut self, lba: Lba, blocks: &'a [u8]) -> &'a [u8] {
        self.expanded.clear();
        match &self.way {
            Way::Raw(SectorLayout::Pq16) => expand_pq16(blocks, &mut self.expanded),
            Way::Raw(SectorLayout::PackedPw96) => {
                expand_packed(lba, blocks, &mut self.packs, &mut self.expanded);
            }
            Way::Raw(SectorLayout::RawPw96) => return blocks,
            Way::Track(track) => {
                let blocks = blocks.chunks_exact(track.n_block_bytes());
                for (block, n) in blocks.zip(0..) {
                    track.put(ahead(lba, n), block, &mut self.expanded);
                }
            }
            Way::Session(session) => {
                let (mut rest, mut at) = (blocks, Some(lba));
                while let Some(lba) = at.filter(|_| !rest.is_empty()) {
                    let (block, behind) = rest.split_at(session.block_bytes(lba).min(rest.len()));
                    session.put(lba, block, &mut self.expanded);
                    (rest, at) = (behind, run(lba, 1).and_then(LbaRange::end));
                }
            }
        }
        debug_assert!(self.expanded.len().is_multiple_of(RAW_BYTES));
        &self.expanded
    }

    /// Counts `n_blocks` as received and tells how long the host waits until the buffer has taken them.
    pub(crate) fn accept(&mut self, n_blocks: u32) -> Duration {
        self.n_accepted = self.n_accepted.saturating_add(n_blocks);
        let taken = self.next.and_then(|next| run(next, n_blocks));
        self.at = taken.and_then(LbaRange::end);
        self.next = self.at.and_then(|at| self.next_from_host(at));
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

fn run(start: Lba, n_sectors: u32) -> Option<LbaRange> {
    LbaRange::new(start, Sectors::new(n_sectors).ok()?).ok()
}
