//! Looks at every sector of a stream and tells what a drive, a player or the standard will object to.
//!
//! One pass in bounded memory. Threads look at chunks of sectors by themselves and hand on what the rest needs; one
//! collector takes that in the order of the addresses and applies the rules that need neighbours. Findings do not depend
//! on the number of threads.
//!
//! A stream may hold several sessions, one behind the other: each is checked by itself, and the pointers of its lead-in against
//! what follows.
//!
//! # Spec
//! ECMA-130 clauses 14 (sectors), 16 (scrambling), 20 (layout), 22 (subcode); MMC-3, READ TOC/PMA/ATIP, format 2 (the
//! points of ADR 5). Read those first.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::thread;

use cd_address::{Lba, LbaRange, Sectors};

use crate::{SectorSource, SourceError, parallel};

mod cd_text;
mod fold;
mod identity;
mod kind;
mod lead_in;
mod p;
mod packs;
mod rules;
pub(crate) mod samples;
pub(crate) mod sector;
mod sequence;
mod steady;
mod strict;
#[cfg(test)]
mod tests;

pub use kind::{CheckedLayer, FindingKind, Severity};

/// How many runs of findings of each kind a report keeps.
pub const MAX_RUNS: usize = 200;

/// The same thing found in one sector, in neighbouring ones, or in every n-th.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The session it lies in, from 1; see [`CheckReport::sessions`].
    pub session: u8,
    /// From the first of the sectors to the last, all of one session.
    pub range: LbaRange,
    /// 1 if it is all sectors of the range, 26 if it is the first and every 26th after it.
    pub every: u32,
    /// In how many sectors it was found.
    pub n_sectors: u32,
    /// What it is.
    pub kind: FindingKind,
    /// What was expected in the first of them.
    pub expected: String,
    /// What was found in it instead.
    pub got: String,
}

/// In how many sectors one kind of finding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindCount {
    /// What it is.
    pub kind: FindingKind,
    /// In how many sectors, exactly, also where [`MAX_RUNS`] was not enough.
    pub n_sectors: u64,
    /// How many runs there are of it, of which a report keeps the first [`MAX_RUNS`].
    pub n_runs: u64,
}

/// One session of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSession {
    /// Its number in the stream, from 1.
    pub number: u8,
    /// Its sectors, from the first of its lead-in to the last before the next session's lead-in, or of the stream.
    pub range: LbaRange,
    /// Its first and its last track, by the sectors of its program; `None` if there is none.
    pub tracks: Option<(u8, u8)>,
    /// Where its lead-out begins, by its sectors; `None` if it has none.
    pub lead_out: Option<Lba>,
    /// How many runs of findings there are in it, those that were not kept included.
    pub n_runs: u64,
    /// The worst of them; `None` if there is none.
    pub worst: Option<Severity>,
}

/// What a check found.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// The sectors looked at: all of the stream, unless the check was stopped.
    pub range: LbaRange,
    /// Data sectors among them.
    pub n_data: u32,
    /// Mode 1 sectors among those; of every data sector all fields its kind has are checked.
    pub n_mode1: u32,
    /// The sessions by address. One in which the check was stopped is not among them.
    pub sessions: Vec<CheckedSession>,
    /// The findings by address, of each kind the first [`MAX_RUNS`].
    pub findings: Vec<Finding>,
    /// The kinds that were found, in the order of [`FindingKind::ALL`].
    pub counts: Vec<KindCount>,
}

impl CheckReport {
    /// The worst severity found; `None` if nothing was.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.counts.iter().map(|count| count.kind.severity()).max()
    }

    /// How many runs of findings there are in all, those that were not kept included.
    #[must_use]
    pub fn n_runs(&self) -> u64 {
        self.counts.iter().map(|count| count.n_runs).sum()
    }

    /// How many runs of findings are as bad as `severity` or worse.
    #[must_use]
    pub fn n_runs_from(&self, severity: Severity) -> u64 {
        let counts = self.counts.iter();
        let bad = counts.filter(|count| count.kind.severity() >= severity);
        bad.map(|count| count.n_runs).sum()
    }
}

/// Checks every sector of `source` on all cores. `progress` is told the sectors done and in all, and may break.
///
/// # Errors
/// [`SourceError`] if the sectors cannot be had. A stopped check gives the report so far.
pub fn check_stream(
    source: &dyn SectorSource,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<CheckReport, SourceError> {
    let n_threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    check_stream_on(source, n_threads, progress)
}

/// [`check_stream`] on `n_threads` threads beside the caller's, which waits for them most of the time.
///
/// # Errors
/// As [`check_stream`].
pub fn check_stream_on(
    source: &dyn SectorSource,
    n_threads: NonZeroUsize,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<CheckReport, SourceError> {
    let range = source.range();
    let mut rules = rules::Rules::new(range, source.layout());
    let mut done = Sectors::ZERO;
    parallel::look_at_all(
        source,
        n_threads,
        &mut |chunk, facts: &sector::ChunkFacts| {
            rules.chunk(chunk, facts);
            done = done.add(chunk.len()).unwrap_or(range.len());
            progress(done, range.len())
        },
    )?;
    let is_whole = done == range.len();
    Ok(CheckReport {
        range: range.take(done),
        ..rules.finish(is_whole)
    })
}
