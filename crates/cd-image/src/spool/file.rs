//! The temporary file while it is filled.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::{MappedFile, SpoolError, SpoolProgress};

#[cfg(test)]
mod tests;

/// Bytes that are collected before they are written, and between two calls of the progress function.
const CHUNK_BYTES: usize = 1 << 20;

/// A temporary file being filled.
pub(crate) struct Spool<'p, 'f> {
    directory: PathBuf,
    file: File,
    pending: Vec<u8>,
    written: u64,
    expected: Option<u64>,
    progress: &'p mut SpoolProgress<'f>,
}

impl<'p, 'f> Spool<'p, 'f> {
    /// A new one in `directory` that will take `expected` bytes, if that is known.
    pub(crate) fn new(
        directory: &Path,
        expected: Option<u64>,
        progress: &'p mut SpoolProgress<'f>,
    ) -> Result<Self, SpoolError> {
        let file = tempfile::tempfile_in(directory).map_err(|source| SpoolError::Create {
            directory: directory.display().to_string(),
            source,
        })?;
        let mut spool = Self {
            directory: directory.to_owned(),
            file,
            pending: Vec::with_capacity(CHUNK_BYTES),
            written: 0,
            expected,
            progress,
        };
        spool.report()?;
        Ok(spool)
    }

    /// Bytes put into it so far.
    pub(crate) fn len(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Adds `bytes`.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() >= CHUNK_BYTES {
            self.flush()?;
            self.report()?;
        }
        Ok(())
    }

    /// Maps what was put into it; `name` is what messages call it.
    pub(crate) fn finish(mut self, name: String) -> Result<MappedFile, SpoolError> {
        self.flush()?;
        self.report()?;
        MappedFile::from_open(self.file, name).map_err(|source| SpoolError::Open {
            directory: self.directory.display().to_string(),
            source: Box::new(source),
        })
    }

    fn report(&mut self) -> Result<(), SpoolError> {
        let (done, expected) = (self.len(), self.expected);
        if (self.progress)(done, expected).is_break() {
            return Err(SpoolError::Stopped { done, expected });
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SpoolError> {
        let written = self.file.write_all(&self.pending);
        written.map_err(|error| sort(error, &self.directory, self.written, self.expected))?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }
}

/// A full disk apart from what else can go wrong.
fn sort(source: io::Error, directory: &Path, written: u64, expected: Option<u64>) -> SpoolError {
    let directory = directory.display().to_string();
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            SpoolError::Full {
                directory,
                written,
                expected,
            }
        }
        _ => SpoolError::Write {
            directory,
            written,
            source,
        },
    }
}
