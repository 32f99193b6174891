//! A file's bytes where the kernel keeps them: the one place of this crate with `unsafe`.
//!
//! A memory map of a file is only as good as the file: when another process truncates it, or the disk
//! under it dies, touching a page that is no longer there raises a signal (`SIGBUS`) where a read would
//! have returned an error. The guard is to have the kernel fault the pages in *before* the slice is
//! handed out, in a way that answers with an error (`MADV_POPULATE_READ`, Linux 5.14), and to look at
//! the file's length after that. Where the platform cannot do it no slice is handed out at all, and the
//! bytes are copied with positioned reads, which cannot raise a signal.
//!
//! What stays open: a file truncated by someone else in the moment between [`MappedFile::pages`] and the
//! use of the slice. Images being burnt must not be cut; a transport that gives the slice to the kernel
//! (as SG_IO does) gets an error there even so.

use std::fs::{self, File};
use std::ops::Range;
use std::path::Path;
use std::time::SystemTime;
use std::{fmt, io};

use memmap2::Mmap;

use crate::{OpenError, SourceError};

#[cfg(test)]
mod tests;

/// A read-only file, mapped into memory where that can be done without the danger of a signal.
///
/// It stays open: renaming or replacing the path does not touch what was opened. Changes to the file
/// itself are noticed by [`MappedFile::verify_unchanged`].
pub struct MappedFile {
    path: String,
    file: File,
    /// Bytes of the file that count, from its first.
    len: u64,
    /// Bytes of the file when it was opened, `len` or more.
    file_len: u64,
    modified: Option<SystemTime>,
    map: Option<Mmap>,
}

impl MappedFile {
    /// Opens `path` for reading and maps it.
    ///
    /// # Errors
    /// [`OpenError`]: no such file, a directory, no regular file, no permission, no bytes in it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let (file, path) = (path.as_ref(), path.as_ref().display().to_string());
        // Asked before opening: opening a pipe would wait for its writer.
        let found = fs::metadata(file).map_err(|e| OpenError::from_io(path.clone(), e))?;
        if found.is_dir() {
            return Err(OpenError::Directory { path });
        }
        if !found.is_file() {
            return Err(OpenError::NotAFile { path });
        }
        let file = File::open(file).map_err(|e| OpenError::from_io(path.clone(), e))?;
        Self::from_open(file, path)
    }

    /// Maps a file that is open already, such as a temporary one without a name; `path` is what messages call it.
    ///
    /// # Errors
    /// [`OpenError`]: no bytes in it, or the operating system does not say how many.
    pub(crate) fn from_open(file: File, path: String) -> Result<Self, OpenError> {
        let opened = file
            .metadata()
            .map_err(|e| OpenError::from_io(path.clone(), e))?;
        if opened.len() == 0 {
            return Err(OpenError::Empty { path });
        }
        let map = map(&file);
        Ok(Self {
            path,
            len: opened.len(),
            file_len: opened.len(),
            modified: opened.modified().ok(),
            map,
            file,
        })
    }

    /// The same file, of which only the first `len` bytes count: what follows is not the image, as the text after
    /// the samples of a WAV file. A `len` past its end changes nothing.
    #[must_use]
    pub(crate) fn ending_at(mut self, len: u64) -> Self {
        self.len = self.len.min(len);
        self
    }

    /// The path as it was given, for messages.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Bytes in the file when it was opened, 1 at least; of a WAV file, those up to the end of its samples.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "an empty file is not opened")]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether [`MappedFile::pages`] hands out slices on this platform.
    #[must_use]
    pub const fn is_mapped(&self) -> bool {
        self.map.is_some()
    }

    /// The bytes `range` of the file where they lie, all pages present; `None` where the platform has no
    /// safe way to do it, and [`MappedFile::read_at`] is the way.
    ///
    /// # Errors
    /// [`SourceError::Changed`] if the file has become shorter, [`SourceError::Read`] if the disk does not
    /// give the bytes or `range` passes [`MappedFile::len`].
    pub fn pages(&self, range: Range<u64>) -> Result<Option<&[u8]>, SourceError> {
        self.check_bounds(&range)?;
        let Some(map) = &self.map else {
            return Ok(None);
        };
        let offset = range.start;
        let within = usize::try_from(range.start).ok()..usize::try_from(range.end).ok();
        let (Some(start), Some(end)) = (within.start, within.end) else {
            return Ok(None);
        };
        if start == end {
            return Ok(Some(&[]));
        }
        let populated = populate(map, start, end - start);
        // Looked at afterwards: a page cut in the middle is still there, but what is in it is not the file.
        self.check_not_shorter()?;
        populated.map_err(|source| self.read_error(offset, source))?;
        Ok(map.get(start..end))
    }

    /// Has the bytes of `range` that are in the file read into the system's cache, where they are not this process's
    /// memory; returns without waiting for them. Where the platform has no safe map nothing is done: its own reading
    /// ahead of [`MappedFile::read_at`] has to do.
    pub fn will_need(&self, range: Range<u64>) {
        let Some(map) = &self.map else { return };
        let start = usize::try_from(range.start);
        let end = usize::try_from(range.end.min(self.len));
        if let (Ok(start), Ok(end)) = (start, end)
            && start < end
        {
            prefetch(map, start, end - start);
        }
    }

    /// Lets go of the pages that hold `range`, so that memory in use does not grow with the file. They stay in
    /// the system's cache; a slice that is still held is read in again when it is touched, but without the
    /// guard of [`MappedFile::pages`].
    pub fn release(&self, range: Range<u64>) {
        let Some(map) = &self.map else { return };
        let end = range.end.min(self.len);
        // Whole pages only, the shared first one included: what lies before was released before.
        let whole = |byte: u64| usize::try_from(byte - byte % PAGE_BYTES).ok();
        if let (Some(start), Some(end)) = (whole(range.start), whole(end))
            && start < end
        {
            discard(map, start, end - start);
        }
    }

    /// Fills `out` with the bytes of the file from `offset`.
    ///
    /// # Errors
    /// As [`MappedFile::pages`].
    pub fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
        let end = offset.saturating_add(out.len() as u64);
        self.check_bounds(&(offset..end))?;
        let mut filled = 0;
        while filled < out.len() {
            let at = offset + filled as u64;
            match read_some(&self.file, at, &mut out[filled..]) {
                Ok(0) => {
                    self.check_not_shorter()?;
                    return Err(self.read_error(at, io::ErrorKind::UnexpectedEof.into()));
                }
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.read_error(at, error)),
            }
        }
        Ok(())
    }

    /// Whether the file has the length and the time of last change it had when it was opened.
    ///
    /// # Errors
    /// [`SourceError::Changed`] if not, [`SourceError::Read`] if the operating system does not say.
    pub fn verify_unchanged(&self) -> Result<(), SourceError> {
        let now = self.file.metadata().map_err(|e| self.read_error(0, e))?;
        if now.len() != self.file_len {
            return Err(self.length_changed(now.len()));
        }
        if now.modified().ok() != self.modified {
            return Err(self.changed("it was written to, its length stayed the same".to_owned()));
        }
        Ok(())
    }

    fn check_not_shorter(&self) -> Result<(), SourceError> {
        let now = self.file.metadata().map_err(|e| self.read_error(0, e))?;
        if now.len() < self.file_len {
            return Err(self.length_changed(now.len()));
        }
        Ok(())
    }

    fn check_bounds(&self, range: &Range<u64>) -> Result<(), SourceError> {
        if range.start > range.end || range.end > self.len {
            let what = format!(
                "bytes {}..{} were asked for, the file has {}",
                range.start, range.end, self.len
            );
            let source = io::Error::new(io::ErrorKind::InvalidInput, what);
            return Err(self.read_error(range.start, source));
        }
        Ok(())
    }

    fn length_changed(&self, now: u64) -> SourceError {
        self.changed(format!("it had {} bytes and now has {now}", self.file_len))
    }

    fn changed(&self, what: String) -> SourceError {
        SourceError::Changed {
            path: self.path.clone(),
            what,
        }
    }

    fn read_error(&self, offset: u64, source: io::Error) -> SourceError {
        SourceError::Read {
            path: self.path.clone(),
            offset,
            source,
        }
    }
}

impl fmt::Debug for MappedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MappedFile")
            .field("path", &self.path)
            .field("len", &self.len)
            .field("is_mapped", &self.is_mapped())
            .finish_non_exhaustive()
    }
}

/// A map whose pages can be asked for safely, or `None`: a kernel without `MADV_POPULATE_READ`, a file too
/// large for the address space, a file system that cannot map.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the crate's only memory map")]
fn map(file: &File) -> Option<Mmap> {
    // SAFETY: the map is read-only, and no slice of it leaves this module before its pages were faulted in
    // with an error path and the length was looked at again. It cannot be promised that no other process
    // writes to or truncates the file while a slice is held; the module's header says what follows.
    let map = unsafe { Mmap::map(file) }.ok()?;
    populate(&map, 0, 1).ok()?;
    Some(map)
}

#[cfg(not(target_os = "linux"))]
fn map(_file: &File) -> Option<Mmap> {
    None
}

/// Faults `len` bytes from `offset` in, `offset + len` being within the map.
#[cfg(target_os = "linux")]
fn populate(map: &Mmap, offset: usize, len: usize) -> io::Result<()> {
    loop {
        match map.advise_range(memmap2::Advice::PopulateRead, offset, len) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

/// Asks for `len` bytes from `offset`, within the map, without waiting.
#[cfg(target_os = "linux")]
fn prefetch(map: &Mmap, offset: usize, len: usize) {
    // Advice: a kernel that does not take it reads when the bytes are asked for.
    let _ = map.advise_range(memmap2::Advice::WillNeed, offset, len);
}

/// The largest page any Linux has; a multiple of all smaller ones.
const PAGE_BYTES: u64 = 64 * 1024;

/// Drops `len` bytes of pages from `offset`, both multiples of the page, within the map.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "the crate's only memory map")]
fn discard(map: &Mmap, offset: usize, len: usize) {
    // SAFETY: the map is a read-only map of a file: dropping its pages loses nothing, the next touch finds
    // the file's bytes again, as they were before. Nothing else lies in the map.
    let done =
        unsafe { map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, offset, len) };
    // Advice: a kernel that does not take it keeps the pages, which costs memory and nothing else.
    drop(done);
}

#[cfg(not(target_os = "linux"))]
fn discard(_map: &Mmap, _offset: usize, _len: usize) {}

#[cfg(not(target_os = "linux"))]
fn prefetch(_map: &Mmap, _offset: usize, _len: usize) {}

#[cfg(not(target_os = "linux"))]
fn populate(_map: &Mmap, _offset: usize, _len: usize) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(unix)]
fn read_some(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, out, offset)
}

#[cfg(windows)]
fn read_some(file: &File, offset: u64, out: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, out, offset)
}
