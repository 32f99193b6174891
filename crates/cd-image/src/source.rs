use std::io;

use cd_address::{LbaRange, Sectors};
use cd_sector::SectorLayout;

/// A run of whole sectors, ready for the disc, that any part of can be had at any time.
///
/// Either the sectors lie in memory already ([`SectorSource::mapped`]) or they are made on request
/// ([`SectorSource::render`]). A source is shared between threads and never changes.
pub trait SectorSource: Send + Sync {
    /// The addresses the stream holds, contiguous.
    fn range(&self) -> LbaRange;

    /// What each sector is made of; every sector has the same size.
    fn layout(&self) -> SectorLayout;

    /// The bytes of `range` where they lie, if they lie in memory as they are; otherwise `None`, and
    /// [`SectorSource::render`] is the way. The pages are there when this returns: touching them does
    /// not wait for a disk.
    ///
    /// # Errors
    /// [`SourceError`] if the bytes can no longer be had, or `range` is not in [`SectorSource::range`].
    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError>;

    /// Fills `out`, whose length is `range.len()` sectors exactly, with the bytes of `range`.
    ///
    /// # Errors
    /// As [`SectorSource::mapped`].
    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError>;

    /// Says that `range` will be asked for soon, so that files can be read meanwhile; returns without waiting for them.
    /// What cannot be had shows when it is asked for. A source that is made of no files does nothing.
    fn will_need(&self, range: LbaRange) {
        let _ = range;
    }

    /// Says that `range`, got from [`SectorSource::mapped`], will not be touched again soon, so that memory
    /// in use need not grow with the stream. A source that holds no such memory does nothing.
    fn release(&self, range: LbaRange) {
        let _ = range;
    }

    /// Whether what the stream is made from still is what it was when it was opened.
    ///
    /// # Errors
    /// [`SourceError::Changed`] if it is not.
    fn verify_unchanged(&self) -> Result<(), SourceError>;
}

/// Why sectors of an opened image cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The file is not what it was when it was opened.
    #[error("{path} changed while it was in use: {what}")]
    Changed {
        /// The file.
        path: String,
        /// Size or time, before and now.
        what: String,
    },
    /// The operating system could not read it.
    #[error("cannot read {path} at byte {offset}")]
    Read {
        /// The file.
        path: String,
        /// Where in it.
        offset: u64,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// Addresses the stream does not hold were asked for.
    #[error("sectors {asked} were asked for, the stream holds {held}")]
    OutOfRange {
        /// What was asked for.
        asked: LbaRange,
        /// What there is.
        held: LbaRange,
    },
    /// The buffer is not as long as the sectors asked for.
    #[error("sectors {asked} take {needed} bytes, the buffer has {got}")]
    WrongBuffer {
        /// What was asked for.
        asked: LbaRange,
        /// Bytes of the sectors.
        needed: u64,
        /// Bytes of the buffer.
        got: usize,
    },
}

pub(crate) const fn check_range(asked: LbaRange, held: LbaRange) -> Result<(), SourceError> {
    if held.contains_range(asked) {
        Ok(())
    } else {
        Err(SourceError::OutOfRange { asked, held })
    }
}

pub(crate) const fn check_buffer(
    asked: LbaRange,
    layout: SectorLayout,
    buffer: &[u8],
) -> Result<(), SourceError> {
    let needed = bytes_of(asked.len(), layout);
    if buffer.len() as u64 == needed {
        return Ok(());
    }
    Err(SourceError::WrongBuffer {
        asked,
        needed,
        got: buffer.len(),
    })
}

/// Bytes that `sectors` of `layout` take.
pub(crate) const fn bytes_of(sectors: Sectors, layout: SectorLayout) -> u64 {
    sectors.count() as u64 * layout.sector_bytes() as u64
}

/// Sectors of a source, mapped or made in one buffer that is used again.
pub(crate) struct Reader<'a> {
    source: &'a dyn SectorSource,
    buffer: Vec<u8>,
    /// What was read last, and is let go of with the next read.
    last: Option<LbaRange>,
    uses_map: bool,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(source: &'a dyn SectorSource) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            last: None,
            uses_map: true,
        }
    }

    /// One for looks here and there, which copies what it reads: around a page that is touched the system maps what it
    /// has, up to megabytes of it, and nobody would let go of that.
    pub(crate) const fn sampling(source: &'a dyn SectorSource) -> Self {
        let mut reader = Self::new(source);
        reader.uses_map = false;
        reader
    }

    pub(crate) fn layout(&self) -> SectorLayout {
        self.source.layout()
    }

    pub(crate) fn read(&mut self, range: LbaRange) -> Result<&[u8], SourceError> {
        if self.uses_map {
            if let Some(last) = self.last.replace(range) {
                self.source.release(last);
            }
            if let Some(mapped) = self.source.mapped(range)? {
                return Ok(mapped);
            }
        }
        let n_bytes = bytes_of(range.len(), self.source.layout());
        self.buffer
            .resize(usize::try_from(n_bytes).unwrap_or(usize::MAX), 0);
        self.source.render(range, &mut self.buffer)?;
        Ok(&self.buffer)
    }
}
