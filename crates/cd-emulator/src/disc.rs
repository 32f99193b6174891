//! What is recorded on a disc, sector by sector, in memory or in a file.

use std::fmt;
use std::path::Path;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::RAW_BYTES;

use crate::disc_file::{DiscFile, DiscFileError};
use crate::medium::{Medium, empty_at};

/// Sectors kept in one allocation of an in-memory disc (612 KB): large enough to make few, small
/// enough that a short recording takes little.
const CHUNK_SECTORS: usize = 256;

/// How far a disc has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscState {
    /// Nothing was ever recorded.
    Blank,
    /// A recording was begun and not brought to its end: it is going on, or it was broken off, or it ended
    /// without a readable table of contents or a lead-out. No drive plays such a disc.
    Interrupted {
        /// What was recorded, from the start of the lead-in; perhaps nothing.
        recorded: LbaRange,
    },
    /// A session stands on the disc, lead-in to lead-out.
    Complete,
}

/// The mark the disc carries, from which and the length of the recording its state follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Blank,
    Recording,
    Complete,
}

/// A disc: its medium and every sector recorded on it, each as 2352 bytes of main channel and 96 bytes of
/// raw P-W, as they would lie on the spiral from the start of the lead-in.
///
/// In memory it takes as much as is recorded. In a file it survives the process; see
/// [`Disc::create_file`]. It has no recorded sector that a drive did not write.
pub struct Disc {
    medium: Medium,
    mark: Mark,
    n_sectors: u32,
    store: Store,
}

enum Store {
    Memory(Vec<Vec<u8>>),
    File(DiscFile),
}

impl Disc {
    /// A blank disc in memory.
    #[must_use]
    pub const fn blank(medium: Medium) -> Self {
        Self {
            medium,
            mark: Mark::Blank,
            n_sectors: 0,
            store: Store::Memory(Vec::new()),
        }
    }

    /// A blank disc in a new file at `path`, locked for this process as long as the disc lives.
    ///
    /// The file's form is in the [`disc_file`](crate::disc_file) module. Two equal recordings make equal
    /// files.
    ///
    /// # Errors
    /// [`DiscFileError::AlreadyExists`] if there is anything at `path`; it is not touched. Otherwise what the
    /// operating system says.
    pub fn create_file(path: impl AsRef<Path>, medium: Medium) -> Result<Self, DiscFileError> {
        let file = DiscFile::create(path.as_ref(), &medium)?;
        Ok(Self {
            medium,
            mark: Mark::Blank,
            n_sectors: 0,
            store: Store::File(file),
        })
    }

    /// The disc in the file at `path`, locked for this process as long as the disc lives.
    ///
    /// A recording whose process went away shows as [`DiscState::Interrupted`]; a sector of which only a
    /// part reached the file is dropped.
    ///
    /// # Errors
    /// [`DiscFileError`]: no disc file, another version, damaged, in use, read-only, or what the operating
    /// system says.
    pub fn open_file(path: impl AsRef<Path>) -> Result<Self, DiscFileError> {
        let opened = DiscFile::open(path.as_ref())?;
        Ok(Self {
            medium: opened.medium,
            mark: opened.mark,
            n_sectors: opened.n_sectors,
            store: Store::File(opened.file),
        })
    }

    /// What the disc says about itself.
    #[must_use]
    pub const fn medium(&self) -> &Medium {
        &self.medium
    }

    /// Blank, interrupted or complete.
    #[must_use]
    pub fn state(&self) -> DiscState {
        match self.mark {
            Mark::Blank => DiscState::Blank,
            Mark::Recording => DiscState::Interrupted {
                recorded: self.extent(),
            },
            Mark::Complete => DiscState::Complete,
        }
    }

    /// All recorded sectors; `None` if there is none.
    #[must_use]
    pub fn recorded(&self) -> Option<LbaRange> {
        Some(self.extent()).filter(|range| !range.is_empty())
    }

    /// Copies the sector at `lba` into `out`: 2352 bytes of main channel as recorded (data still scrambled),
    /// then 96 bytes of raw P-W. `false`, and `out` untouched, where nothing is recorded.
    ///
    /// This looks at the disc past any drive: lead-in and lead-out are there too.
    ///
    /// # Errors
    /// [`DiscFileError::Io`] if the disc's file cannot be read.
    pub fn sector(&self, lba: Lba, out: &mut [u8; RAW_BYTES]) -> Result<bool, DiscFileError> {
        self.read(lba, out)
    }

    /// Copies the sectors from `lba` on into `out`, a multiple of 2448 bytes. `false`, and `out` untouched,
    /// unless all of them are recorded.
    pub(crate) fn read(&self, lba: Lba, out: &mut [u8]) -> Result<bool, DiscFileError> {
        let n_wanted = out.len() / RAW_BYTES;
        let Some(first_idx) = self.index_of(lba) else {
            return Ok(false);
        };
        if n_wanted > self.n_recorded() - first_idx {
            return Ok(false);
        }
        match &self.store {
            Store::Memory(chunks) => {
                for (sector, idx) in out.chunks_exact_mut(RAW_BYTES).zip(first_idx..) {
                    let at = idx % CHUNK_SECTORS * RAW_BYTES;
                    sector.copy_from_slice(&chunks[idx / CHUNK_SECTORS][at..at + RAW_BYTES]);
                }
            }
            Store::File(file) => file.read(first_idx, out)?,
        }
        Ok(true)
    }

    /// Marks the disc as being recorded or erased. From here on it is neither blank nor complete.
    pub(crate) fn begin_recording(&mut self) -> Result<(), DiscFileError> {
        self.put_mark(Mark::Recording)
    }

    /// Marks the disc as holding a finished session.
    pub(crate) fn complete(&mut self) -> Result<(), DiscFileError> {
        self.put_mark(Mark::Complete)
    }

    /// Takes everything off the disc: it is blank again. The caller has marked it as being changed.
    pub(crate) fn erase(&mut self) -> Result<(), DiscFileError> {
        match &mut self.store {
            Store::Memory(chunks) => chunks.clear(),
            Store::File(file) => file.clear()?,
        }
        self.n_sectors = 0;
        self.put_mark(Mark::Blank)
    }

    /// Records `sectors`, a multiple of 2448 bytes, after what is there. The caller keeps within the medium.
    pub(crate) fn append(&mut self, sectors: &[u8]) -> Result<(), DiscFileError> {
        let first_idx = self.n_recorded();
        match &mut self.store {
            Store::Memory(chunks) => append_chunked(chunks, sectors),
            Store::File(file) => file.append(first_idx, sectors)?,
        }
        let n_new = u32::try_from(sectors.len() / RAW_BYTES).unwrap_or(u32::MAX);
        self.n_sectors = self.n_sectors.saturating_add(n_new);
        Ok(())
    }

    fn put_mark(&mut self, mark: Mark) -> Result<(), DiscFileError> {
        if let Store::File(file) = &mut self.store {
            file.put_mark(&self.medium, mark, self.n_sectors)?;
        }
        self.mark = mark;
        Ok(())
    }

    fn extent(&self) -> LbaRange {
        let start = self.medium.lead_in_start.to_lba();
        Sectors::new(self.n_sectors)
            .and_then(|len| LbaRange::new(start, len))
            .unwrap_or_else(|_| empty_at(start))
    }

    fn index_of(&self, lba: Lba) -> Option<usize> {
        let offset = self.extent().offset_of(lba)?;
        usize::try_from(offset.count()).ok()
    }

    fn n_recorded(&self) -> usize {
        usize::try_from(self.n_sectors).unwrap_or(usize::MAX)
    }
}

impl fmt::Debug for Disc {
    /// Medium and state; the sectors would be too many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Disc")
            .field("medium", &self.medium)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

fn append_chunked(chunks: &mut Vec<Vec<u8>>, mut sectors: &[u8]) {
    const CHUNK_BYTES: usize = CHUNK_SECTORS * RAW_BYTES;
    while !sectors.is_empty() {
        let is_full = chunks.last().is_none_or(|chunk| chunk.len() == CHUNK_BYTES);
        if is_full {
            chunks.push(Vec::with_capacity(CHUNK_BYTES));
        }
        let Some(chunk) = chunks.last_mut() else {
            return;
        };
        let (now, later) = sectors.split_at(sectors.len().min(CHUNK_BYTES - chunk.len()));
        chunk.extend_from_slice(now);
        sectors = later;
    }
}
