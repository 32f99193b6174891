//! Reads a source ahead of its consumers: one thread for all of them, and a bounded channel to each.
//!
//! ```text
//!                      +-- chunks --> feed --> consumer
//! source --> reader ---+-- chunks --> feed --> consumer      each at its own pace
//!              ^       +-- chunks --> feed --> consumer
//!              +----- a feed has room again ----+
//! ```
//!
//! The reader gives the next chunk to the feed that has the least waiting. A chunk is read once for all feeds that come to
//! it while it is kept; one that lags so far behind that its chunk is gone has it read again. Mapped sectors pass as
//! slices of the map; others are rendered into buffers that the reader keeps and uses again, so that nothing is
//! allocated once all are in use. There is room for what waits in each feed, what each consumer holds, and one more: memory
//! does not grow with the sectors.
//!
//! A consumer that stops, fails or leaves holds up no other. A source that hangs holds up all.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::CancelToken;

mod reader;
mod slot;
#[cfg(test)]
mod tests;

use reader::{Reader, Seat};
pub(crate) use slot::{Slot, Slots};

/// How often a consumer that waits for the source looks at other things: whether to give up, what to tell.
const POLL: Duration = Duration::from_millis(50);

/// How much is read ahead: `depth` chunks of `chunk` sectors for each consumer, and files further than that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAhead {
    /// Sectors in one chunk; 0 counts as 1. Best a multiple of what one WRITE carries.
    pub chunk: Sectors,
    /// Chunks that may wait; 0 counts as 1.
    pub depth: usize,
    /// Chunks beyond those that the operating system is asked to have in its cache ([`SectorSource::will_need`]): they
    /// carry over a disk's pause as the others do, and cost this process no memory. 0 asks for none.
    pub cached: usize,
}

/// Consecutive sectors on their way to the drive. Clones share them.
#[derive(Clone)]
pub struct Chunk<'a> {
    range: LbaRange,
    slot: Arc<Slot<'a>>,
}

impl<'a> Chunk<'a> {
    pub(crate) const fn new(range: LbaRange, slot: Arc<Slot<'a>>) -> Self {
        Self { range, slot }
    }

    /// The addresses of the sectors.
    #[must_use]
    pub fn range(&self) -> LbaRange {
        self.range
    }

    /// The bytes of `piece`; `None` if not all of it is in the chunk.
    #[must_use]
    pub fn sectors(&self, piece: LbaRange) -> Option<&[u8]> {
        if !self.range.contains_range(piece) {
            return None;
        }
        let sector_bytes = self.len() / self.range.len().count() as usize;
        let start = self.range.offset_of(piece.start())?.count() as usize * sector_bytes;
        self.get(start..start + piece.len().count() as usize * sector_bytes)
    }
}

impl Deref for Chunk<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.slot.bytes()
    }
}

impl fmt::Debug for Chunk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunk")
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// What comes next out of a [`Feed`].
#[derive(Debug)]
pub enum Next<'a> {
    /// Sectors that follow the last ones.
    Chunk(Chunk<'a>),
    /// The source could not give the next sectors; nothing follows.
    Failed(SourceError),
    /// All sectors were given.
    End,
    /// The token was used while waiting.
    Cancelled,
}

/// A consumer's end of the pipeline.
#[derive(Debug)]
pub struct Feed<'a> {
    chunks: Receiver<Result<Chunk<'a>, SourceError>>,
    full: Receiver<()>,
    has_failed: Arc<AtomicBool>,
    chunk_bytes: u64,
    depth: usize,
    last_read: Option<Lba>,
    room: Room,
}

/// Tells the reader that a feed has room again, or is gone: a full channel does not show that.
#[derive(Debug)]
struct Room {
    told: Sender<()>,
    is_gone: Arc<AtomicBool>,
}

impl Room {
    fn tell(&self) {
        // Told already is as good.
        let _ = self.told.try_send(());
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Release);
        self.tell();
    }
}

impl<'a> Feed<'a> {
    /// Waits for the next chunk, in the order of addresses.
    pub fn next(&mut self, cancel: &CancelToken) -> Next<'a> {
        loop {
            if cancel.is_cancelled() {
                return Next::Cancelled;
            }
            if let Some(next) = self.poll() {
                return next;
            }
        }
    }

    /// What comes next, if it comes within a twentieth of a second: for a consumer that has other things to look at
    /// meanwhile. Never [`Next::Cancelled`].
    pub fn poll(&mut self) -> Option<Next<'a>> {
        match self.chunks.recv_timeout(POLL) {
            Ok(Ok(chunk)) => {
                self.room.tell();
                self.last_read = chunk.range.last();
                Some(Next::Chunk(chunk))
            }
            Ok(Err(error)) => Some(Next::Failed(error)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Next::End),
        }
    }

    /// Waits until the read-ahead is full, or the source has given all it has, or failed; a twentieth of a second at
    /// most. Tells whether it is so. To be asked until it is, and not again.
    #[must_use]
    pub fn poll_full(&self) -> bool {
        !matches!(self.full.recv_timeout(POLL), Err(RecvTimeoutError::Timeout))
    }

    /// Whether the source failed, at a sector that [`Feed::next`] may not have come to yet.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    /// Bytes the read-ahead has room for.
    #[must_use]
    pub fn buffer_total(&self) -> u64 {
        self.chunk_bytes * self.depth as u64
    }

    /// Bytes of read-ahead that wait, to the chunk.
    #[must_use]
    pub fn buffer_used(&self) -> u64 {
        self.chunk_bytes * self.chunks.len() as u64
    }

    /// The last sector taken out of the feed.
    #[must_use]
    pub fn last_read(&self) -> Option<Lba> {
        self.last_read
    }
}

/// A feed and the end that fills it.
pub(crate) struct Pipe<'a> {
    pub(crate) feed: Feed<'a>,
    pub(crate) chunks: Sender<Result<Chunk<'a>, SourceError>>,
    pub(crate) full: Sender<()>,
    pub(crate) has_failed: Arc<AtomicBool>,
    pub(crate) is_gone: Arc<AtomicBool>,
}

impl Pipe<'_> {
    /// `room` is told whenever the feed has room again, and when it is gone.
    pub(crate) fn new(settings: ReadAhead, sector_bytes: usize, room: Sender<()>) -> Self {
        let has_failed = Arc::new(AtomicBool::new(false));
        let is_gone = Arc::new(AtomicBool::new(false));
        let (sender, chunks) = bounded(settings.depth);
        let (full_sender, full) = bounded(1);
        Self {
            feed: Feed {
                chunks,
                full,
                has_failed: Arc::clone(&has_failed),
                chunk_bytes: settings
                    .chunk
                    .bytes(u32::try_from(sector_bytes).unwrap_or(u32::MAX)),
                depth: settings.depth,
                last_read: None,
                room: Room {
                    told: room,
                    is_gone: Arc::clone(&is_gone),
                },
            },
            chunks: sender,
            full: full_sender,
            has_failed,
            is_gone,
        }
    }
}

/// Runs `consume` while a thread of its own reads `range` of `source` ahead of it.
///
/// The thread ends with `consume`, or with the sectors. A source that hangs inside the operating
/// system cannot be interrupted: `consume` gets its answer at once, this function returns when the
/// operating system lets go.
///
/// # Errors
/// The operating system's, if it can start no thread; `consume` was then not called.
pub fn read_ahead<'a, R>(
    source: &'a dyn SectorSource,
    range: LbaRange,
    settings: ReadAhead,
    consume: impl FnOnce(&mut Feed<'a>) -> R,
) -> io::Result<R> {
    read_ahead_for(source, &[range], settings, |mut feeds| {
        let result = feeds.first_mut().map(consume);
        result.ok_or_else(|| io::Error::other("one range has one feed"))
    })?
}

/// The same for several consumers, each with a range of its own and a feed of it, in their order. All chunks are cut in one
/// grid: a feed's first may begin before its range, and its last end after it.
///
/// # Errors
/// As [`read_ahead`].
pub fn read_ahead_for<'a, R>(
    source: &'a dyn SectorSource,
    ranges: &[LbaRange],
    settings: ReadAhead,
    consume: impl FnOnce(Vec<Feed<'a>>) -> R,
) -> io::Result<R> {
    let settings = settings.at_least_one();
    let (told, room) = bounded(1);
    let sector_bytes = source.layout().sector_bytes();
    let reader = Reader::new(source, ranges, settings, room);
    let mut feeds = Vec::with_capacity(ranges.len());
    let mut seats = Vec::with_capacity(ranges.len());
    for range in ranges {
        let pipe = Pipe::new(settings, sector_bytes, told.clone());
        let (feed, seat) = Seat::new(reader.span(*range), pipe);
        seats.push(seat);
        feeds.push(feed);
    }
    drop(told);
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .name("cd-writer-read".to_owned())
            .spawn_scoped(scope, move || reader.run(seats))?;
        // The reader ends when every feed is gone.
        let result = consume(feeds);
        match reader.join() {
            Ok(slots) => slots.release(source),
            Err(panic) => panic::resume_unwind(panic),
        }
        Ok(result)
    })
}

impl ReadAhead {
    fn at_least_one(self) -> Self {
        Self {
            chunk: self.chunk.max(ONE),
            depth: self.depth.max(1),
            ..self
        }
    }
}

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};
