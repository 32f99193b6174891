//! Reads a source ahead of its consumer: one thread, one bounded channel there, one channel of empty
//! buffers back. Mapped sectors pass as slices of the map; others are rendered into pooled buffers,
//! so that nothing is allocated once the pool is full.

use std::fmt;
use std::io;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};

use crate::CancelToken;

#[cfg(test)]
mod tests;

/// How often a consumer that waits for the source looks at other things: whether to give up, what to tell.
const POLL: Duration = Duration::from_millis(50);

/// How much is read ahead: `depth` chunks of `chunk` sectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAhead {
    /// Sectors in one chunk; 0 counts as 1. Best a multiple of what one WRITE carries.
    pub chunk: Sectors,
    /// Chunks that may wait; 0 counts as 1.
    pub depth: usize,
}

/// Consecutive sectors on their way to the drive.
pub struct Chunk<'a> {
    range: LbaRange,
    bytes: Bytes<'a>,
}

enum Bytes<'a> {
    /// `source` is told when they were used, so that its map need not stay in memory.
    Mapped {
        bytes: &'a [u8],
        source: &'a dyn SectorSource,
    },
    /// `buffer` is whole until the chunk is dropped, which sends it back.
    Pooled {
        buffer: Vec<u8>,
        used: usize,
        home: Sender<Vec<u8>>,
    },
}

impl Chunk<'_> {
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
        match &self.bytes {
            Bytes::Mapped { bytes, .. } => bytes,
            Bytes::Pooled { buffer, used, .. } => &buffer[..*used],
        }
    }
}

impl Drop for Chunk<'_> {
    fn drop(&mut self) {
        match &mut self.bytes {
            Bytes::Mapped { source, .. } => source.release(self.range),
            Bytes::Pooled { buffer, home, .. } => {
                // The pool has room for every buffer there is; when the reader is gone nobody needs it.
                let _ = home.try_send(std::mem::take(buffer));
            }
        }
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

/// The consumer's end of the pipeline.
#[derive(Debug)]
pub struct Feed<'a> {
    chunks: Receiver<Result<Chunk<'a>, SourceError>>,
    full: Receiver<()>,
    has_failed: Arc<AtomicBool>,
    chunk_bytes: u64,
    depth: usize,
    last_read: Option<Lba>,
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
    let settings = settings.at_least_one();
    let has_failed = Arc::new(AtomicBool::new(false));
    let (chunk_sender, chunks) = bounded(settings.depth);
    let (full_sender, full) = bounded(1);
    let sector_bytes = source.layout().sector_bytes();
    let mut feed = Feed {
        chunks,
        full,
        has_failed: Arc::clone(&has_failed),
        chunk_bytes: settings
            .chunk
            .bytes(u32::try_from(sector_bytes).unwrap_or(u32::MAX)),
        depth: settings.depth,
        last_read: None,
    };
    thread::scope(|scope| {
        let reader = Reader::new(source, settings, (chunk_sender, full_sender), has_failed);
        thread::Builder::new()
            .name("cd-writer-read".to_owned())
            .spawn_scoped(scope, move || reader.run(range))?;
        let result = consume(&mut feed);
        // The reader may wait for room in the channel: without a consumer it ends.
        drop(feed);
        Ok(result)
    })
}

impl ReadAhead {
    fn at_least_one(self) -> Self {
        Self {
            chunk: self.chunk.max(ONE),
            depth: self.depth.max(1),
        }
    }
}

const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

struct Reader<'a> {
    source: &'a dyn SectorSource,
    settings: ReadAhead,
    chunks: Sender<Result<Chunk<'a>, SourceError>>,
    full: Sender<()>,
    has_failed: Arc<AtomicBool>,
    home: Sender<Vec<u8>>,
    pool: Receiver<Vec<u8>>,
    /// Buffers that may still be allocated: one waits in each place of the channel, one is being
    /// filled, one is being written.
    n_unallocated: usize,
}

impl<'a> Reader<'a> {
    fn new(
        source: &'a dyn SectorSource,
        settings: ReadAhead,
        (chunks, full): (Sender<Result<Chunk<'a>, SourceError>>, Sender<()>),
        has_failed: Arc<AtomicBool>,
    ) -> Self {
        let n_buffers = settings.depth + 2;
        let (home, pool) = bounded(n_buffers);
        Self {
            source,
            settings,
            chunks,
            full,
            has_failed,
            home,
            pool,
            n_unallocated: n_buffers,
        }
    }

    fn run(mut self, range: LbaRange) {
        for piece in range.chunks(self.settings.chunk) {
            let chunk = self.read(piece);
            let failed = chunk.is_err();
            if failed {
                self.has_failed.store(true, Ordering::Release);
            }
            let sent = match self.chunks.try_send(chunk) {
                Err(TrySendError::Full(chunk)) => {
                    // Said once; later the place for it is taken or nobody listens.
                    let _ = self.full.try_send(());
                    self.chunks.send(chunk).is_ok()
                }
                other => other.is_ok(),
            };
            if failed || !sent {
                return;
            }
        }
    }

    fn read(&mut self, piece: LbaRange) -> Result<Chunk<'a>, SourceError> {
        if let Some(bytes) = self.source.mapped(piece)? {
            return Ok(Chunk {
                range: piece,
                bytes: Bytes::Mapped {
                    bytes,
                    source: self.source,
                },
            });
        }
        let used = piece.len().count() as usize * self.source.layout().sector_bytes();
        let mut buffer = self.empty_buffer();
        self.source.render(piece, &mut buffer[..used])?;
        let home = self.home.clone();
        Ok(Chunk {
            range: piece,
            bytes: Bytes::Pooled { buffer, used, home },
        })
    }

    fn empty_buffer(&mut self) -> Vec<u8> {
        if let Ok(buffer) = self.pool.try_recv() {
            return buffer;
        }
        if self.n_unallocated > 0 {
            self.n_unallocated -= 1;
            let sectors = self.settings.chunk.count() as usize;
            return vec![0; sectors * self.source.layout().sector_bytes()];
        }
        // This end keeps a sender alive, so the wait ends only with a buffer: there is always one in
        // the channel or with the consumer.
        self.pool.recv().unwrap_or_default()
    }
}
