//! Looking at chunks of sectors on all cores, and handing the outcome on in order.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use cd_address::{LbaRange, Sectors};
use cd_sector::SectorLayout;

use crate::source::Reader;
use crate::{SectorSource, SourceError};

/// What is found in some sectors in a row, each looked at by itself.
pub(crate) trait ChunkLook: Default + Send {
    /// Looks at the sectors of `range`, whose bytes are `bytes`; what was known before goes.
    fn look(&mut self, range: LbaRange, layout: SectorLayout, bytes: &[u8]);
}

/// Sectors looked at before progress is told.
pub(crate) const CHUNK: Sectors = match Sectors::new(256) {
    Ok(chunk) => chunk,
    Err(_) => unreachable!(),
};
/// Chunks that a thread has before it: one to work at and one to go on with.
const DEPTH: usize = 2;

/// A chunk to look at, with the place for what is found.
type Job<L> = (LbaRange, L);
type Done<L> = Result<Job<L>, SourceError>;

/// A thread and the two ends to it.
struct Lane<L> {
    jobs: SyncSender<Job<L>>,
    done: Receiver<Done<L>>,
}

/// Looks at all of `source` on `n_threads` threads; `deliver` gets the chunks in their order and may break.
///
/// # Errors
/// [`SourceError`] if the sectors cannot be had, after all chunks before have been delivered.
pub(crate) fn look_at_all<L: ChunkLook>(
    source: &dyn SectorSource,
    n_threads: NonZeroUsize,
    deliver: &mut dyn FnMut(LbaRange, &L) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    thread::scope(|scope| {
        let mut lanes = Vec::new();
        for lane_idx in 0..n_threads.get() {
            let (jobs, to_do) = sync_channel::<Job<L>>(DEPTH);
            let (send, done) = sync_channel(DEPTH);
            let named = thread::Builder::new().name(format!("sectors {lane_idx}"));
            let work = move || {
                let mut reader = Reader::new(source);
                for job in to_do {
                    if send.send(look(&mut reader, job)).is_err() {
                        return;
                    }
                }
            };
            // One thread less is no reason to fail.
            if named.spawn_scoped(scope, work).is_ok() {
                lanes.push(Lane { jobs, done });
            }
        }
        if lanes.is_empty() {
            alone(source, deliver)
        } else {
            in_turn(source.range(), &lanes, deliver)
        }
    })
}

/// Gives out the chunks in turn and takes them back in the same turn, so that they come back in order.
fn in_turn<L: ChunkLook>(
    range: LbaRange,
    lanes: &[Lane<L>],
    deliver: &mut dyn FnMut(LbaRange, &L) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut chunks = range.chunks(CHUNK);
    let mut turn = lanes.iter().cycle();
    for (lane, chunk) in turn.clone().take(DEPTH * lanes.len()).zip(chunks.by_ref()) {
        // A lane that is gone has panicked, and the scope will say so.
        let _ = lane.jobs.send((chunk, L::default()));
    }
    let n_chunks = range.chunks(CHUNK).count();
    for lane in turn.by_ref().take(n_chunks) {
        let Ok(done) = lane.done.recv() else {
            return Ok(());
        };
        let (chunk, facts) = done?;
        if deliver(chunk, &facts).is_break() {
            return Ok(());
        }
        if let Some(next) = chunks.next() {
            let _ = lane.jobs.send((next, facts));
        }
    }
    Ok(())
}

fn alone<L: ChunkLook>(
    source: &dyn SectorSource,
    deliver: &mut dyn FnMut(LbaRange, &L) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut reader = Reader::new(source);
    let mut facts = L::default();
    for chunk in source.range().chunks(CHUNK) {
        (_, facts) = look(&mut reader, (chunk, facts))?;
        if deliver(chunk, &facts).is_break() {
            break;
        }
    }
    Ok(())
}

fn look<L: ChunkLook>(reader: &mut Reader<'_>, (chunk, mut facts): Job<L>) -> Done<L> {
    let layout = reader.layout();
    facts.look(chunk, layout, reader.read(chunk)?);
    Ok((chunk, facts))
}
