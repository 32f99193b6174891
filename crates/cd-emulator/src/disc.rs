//! What is recorded on a disc, sector by sector, in memory or in a file.

use std::fmt;
use std::path::Path;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::RAW_BYTES;

use crate::disc_file::{DiscFile, DiscFileError};
use crate::medium::{Medium, empty_at};
use crate::pma::PmaTrack;

/// Sectors kept in one allocation of an in-memory disc (612 KB): large enough to make few, small
/// enough that a short recording takes little.
const CHUNK_SECTORS: usize = 256;

/// How far a disc has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscState {
    /// Nothing was ever recorded.
    Blank,
    /// A recording was begun and not brought to its end: it is going on, or it was broken off, or it ended
    /// without a readable table of contents or a lead-out. No drive plays it; a recorder still reads what was closed before.
    Interrupted {
        /// What was recorded, from the start of the lead-in; perhaps nothing.
        recorded: LbaRange,
    },
    /// Something stands on the disc and more can follow: tracks of a session that is not closed, or closed sessions the
    /// last of which says so. Closed sessions are played.
    Appendable,
    /// A session stands on the disc, lead-in to lead-out, or several; nothing can follow.
    Complete,
}

/// The mark the disc carries, from which and the length of the recording its state follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Blank,
    Recording,
    Complete,
    Appendable,
}

/// What of a disc changes while it is recorded, its sectors aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) mark: Mark,
    pub(crate) n_sectors: u32,
    /// The room of a lead-in that is recorded only when its session is closed: the index of its first sector, and how
    /// many there are.
    pub(crate) unrecorded: Option<(u32, u32)>,
    /// Ascending.
    pub(crate) pma: Vec<PmaTrack>,
}

impl Progress {
    pub(crate) const BLANK: Self = Self {
        mark: Mark::Blank,
        n_sectors: 0,
        unrecorded: None,
        pma: Vec::new(),
    };
}

/// A disc: its medium and every sector recorded on it, each as 2352 bytes of main channel and 96 bytes of
/// raw P-W, as they would lie on the spiral from the start of the lead-in.
///
/// In memory it takes as much as is recorded. In a file it survives the process; see
/// [`Disc::create_file`]. It has no recorded sector that a drive did not write.
pub struct Disc {
    medium: Medium,
    progress: Progress,
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
            progress: Progress::BLANK,
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
            progress: Progress::BLANK,
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
            progress: opened.progress,
            store: Store::File(opened.file),
        })
    }

    /// What the disc says about itself.
    #[must_use]
    pub const fn medium(&self) -> &Medium {
        &self.medium
    }

    /// How far it has come.
    #[must_use]
    pub fn state(&self) -> DiscState {
        match self.progress.mark {
            Mark::Blank => DiscState::Blank,
            Mark::Recording => DiscState::Interrupted {
                recorded: self.extent(),
            },
            Mark::Appendable => DiscState::Appendable,
            Mark::Complete => DiscState::Complete,
        }
    }

    /// Whether there may be a session that can be read.
    pub(crate) fn is_readable(&self) -> bool {
        matches!(self.state(), DiscState::Complete | DiscState::Appendable)
    }

    /// Whether recording can begin or go on.
    pub(crate) fn is_writable(&self) -> bool {
        matches!(self.state(), DiscState::Blank | DiscState::Appendable)
    }

    /// The tracks that were recorded one at a time, closed sessions' included.
    pub(crate) fn pma(&self) -> &[PmaTrack] {
        &self.progress.pma
    }

    /// The lead-in of the session that is open.
    pub(crate) fn unrecorded(&self) -> Option<LbaRange> {
        let (first, n_sectors) = self.progress.unrecorded?;
        let start = Lba::from_position(self.extent().start().position() + first).ok()?;
        LbaRange::new(start, Sectors::new(n_sectors).ok()?).ok()
    }

    /// All recorded sectors; `None` if there is none. Of an open session the lead-in counts too, which is recorded last.
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
        if n_wanted > self.n_recorded() - first_idx || self.is_unrecorded(first_idx, n_wanted) {
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

    /// Marks the disc as being recorded: from here on it is neither blank nor complete.
    pub(crate) fn begin_recording(&mut self) -> Result<(), DiscFileError> {
        self.put_mark(Mark::Recording)
    }

    /// Marks the disc as being erased: the first lead-in and the PMA are gone at once, and with them what a drive could find
    /// the rest by.
    pub(crate) fn begin_erasing(&mut self) -> Result<(), DiscFileError> {
        let start = self.medium.lead_in_start.to_lba();
        let n_lead_in = Lba::PREGAP_START.since(start).map_or(0, Sectors::count);
        let erased = Progress {
            unrecorded: Some((0, n_lead_in)),
            pma: Vec::new(),
            ..self.progress
        };
        let before = std::mem::replace(&mut self.progress, erased);
        self.put_mark(Mark::Recording)
            .inspect_err(|_| self.progress = before)
    }

    /// Marks the disc as having come to rest, with something on it; more can follow or not.
    pub(crate) fn end_recording(&mut self, is_appendable: bool) -> Result<(), DiscFileError> {
        self.put_mark(if is_appendable {
            Mark::Appendable
        } else {
            Mark::Complete
        })
    }

    /// Leaves room for a lead-in of `n_sectors` behind what is there.
    pub(crate) fn reserve_lead_in(&mut self, n_sectors: u32) -> Result<(), DiscFileError> {
        let first_idx = self.progress.n_sectors;
        let nothing = vec![0; CHUNK_SECTORS * RAW_BYTES];
        let mut left = usize::try_from(n_sectors).unwrap_or(0);
        while left > 0 {
            let now = left.min(CHUNK_SECTORS);
            self.append(&nothing[..now * RAW_BYTES])?;
            left -= now;
        }
        self.progress.unrecorded = Some((first_idx, n_sectors));
        self.put_mark(self.progress.mark)
    }

    /// Records the lead-in that room was left for, all of it.
    pub(crate) fn record_lead_in(&mut self, sectors: &[u8]) -> Result<(), DiscFileError> {
        let Some((first_idx, _)) = self.progress.unrecorded.take() else {
            return Ok(());
        };
        let first_idx = usize::try_from(first_idx).unwrap_or(usize::MAX);
        match &mut self.store {
            Store::Memory(chunks) => {
                for (sector, idx) in sectors.chunks_exact(RAW_BYTES).zip(first_idx..) {
                    let at = idx % CHUNK_SECTORS * RAW_BYTES;
                    chunks[idx / CHUNK_SECTORS][at..at + RAW_BYTES].copy_from_slice(sector);
                }
            }
            Store::File(file) => file.append(first_idx, sectors)?,
        }
        self.put_mark(self.progress.mark)
    }

    /// Enters a track in the PMA.
    pub(crate) fn enter_track(&mut self, track: PmaTrack) {
        self.progress.pma.push(track);
    }

    /// Takes everything off the disc: it is blank again. The caller has marked it as being changed.
    pub(crate) fn erase(&mut self) -> Result<(), DiscFileError> {
        match &mut self.store {
            Store::Memory(chunks) => chunks.clear(),
            Store::File(file) => file.clear()?,
        }
        self.progress = Progress {
            mark: self.progress.mark,
            ..Progress::BLANK
        };
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
        self.progress.n_sectors = self.progress.n_sectors.saturating_add(n_new);
        Ok(())
    }

    fn put_mark(&mut self, mark: Mark) -> Result<(), DiscFileError> {
        let before = std::mem::replace(&mut self.progress.mark, mark);
        if let Store::File(file) = &mut self.store
            && let Err(error) = file.put_progress(&self.medium, &self.progress)
        {
            self.progress.mark = before;
            return Err(error);
        }
        Ok(())
    }

    fn is_unrecorded(&self, first_idx: usize, n_wanted: usize) -> bool {
        self.progress.unrecorded.is_some_and(|(first, n_sectors)| {
            let first = usize::try_from(first).unwrap_or(usize::MAX);
            let n_sectors = usize::try_from(n_sectors).unwrap_or(usize::MAX);
            first_idx < first.saturating_add(n_sectors) && first < first_idx + n_wanted
        })
    }

    fn extent(&self) -> LbaRange {
        let start = self.medium.lead_in_start.to_lba();
        Sectors::new(self.progress.n_sectors)
            .and_then(|len| LbaRange::new(start, len))
            .unwrap_or_else(|_| empty_at(start))
    }

    fn index_of(&self, lba: Lba) -> Option<usize> {
        let offset = self.extent().offset_of(lba)?;
        usize::try_from(offset.count()).ok()
    }

    fn n_recorded(&self) -> usize {
        usize::try_from(self.progress.n_sectors).unwrap_or(usize::MAX)
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
