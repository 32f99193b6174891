//! A stream into a file, whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use cd_address::{LbaRange, Sectors};
use tempfile::NamedTempFile;

use crate::source::{Reader, bytes_of};
use crate::{SectorSource, SourceError};

#[cfg(test)]
mod tests;

/// Sectors written at once: about 600 KB.
const CHUNK: Sectors = match Sectors::new(256) {
    Ok(chunk) => chunk,
    Err(_) => unreachable!(),
};

/// Why a stream was not written to a file. Nothing is left behind, and a file that was there before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// There is something at the path already, and it is not to be overwritten.
    #[error("{path} exists already; say so if it is to be overwritten")]
    Exists {
        /// The path.
        path: String,
    },
    /// A directory stands at the path.
    #[error("{path} is a directory; name the file to be written in it")]
    Directory {
        /// The path.
        path: String,
    },
    /// A device, a pipe or a socket stands at the path.
    #[error("{path} is a device, pipe or socket, not a file; name another place")]
    NotAFile {
        /// The path.
        path: String,
    },
    /// No file can be made there.
    #[error("cannot create {path}")]
    Create {
        /// The path.
        path: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// Writing failed, perhaps because the disk is full.
    #[error("cannot write to {path} after {written} of {needed} bytes")]
    Write {
        /// The path.
        path: String,
        /// Bytes that were written.
        written: u64,
        /// Bytes of the whole stream.
        needed: u64,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The stream's sectors could not be had.
    #[error("cannot write {path}: its source failed")]
    Source {
        /// The path.
        path: String,
        /// Why.
        #[source]
        source: SourceError,
    },
    /// The progress function asked to stop.
    #[error("writing {path} was stopped after {done} of {total} sectors; nothing was kept")]
    Stopped {
        /// The path.
        path: String,
        /// Sectors that had been written.
        done: Sectors,
        /// Sectors of the whole stream.
        total: Sectors,
    },
}

/// Writes all sectors of `source` to a new file at `path`, their bytes one after the other and nothing else.
///
/// The bytes go to a temporary file in the same directory, which gets its name when it is whole and on the disk. With
/// `overwrite` a file that stands at `path` (or that a link there leads to) is replaced at that moment, otherwise it is an
/// error. `progress` is called with the sectors done and the sectors in all, from (0, all) to (all, all); when it breaks,
/// nothing is kept.
///
/// # Errors
/// [`ExportError`]; whichever it is, nothing is left behind.
pub fn write_stream(
    source: &dyn SectorSource,
    path: impl AsRef<Path>,
    overwrite: bool,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let needed = bytes_of(source.range().len(), source.layout());
    let mut file = NewFile::create(path.as_ref(), overwrite, needed)?;
    let shown = file.path();
    let mut write = |_, bytes: &[u8]| file.write(bytes);
    copy((source, source.range()), &shown, &mut write, progress)?;
    keep(vec![file])
}

/// What takes the bytes of some sectors in a row.
pub(crate) type WriteChunk<'a> = dyn FnMut(LbaRange, &[u8]) -> Result<(), ExportError> + 'a;

/// Hands all sectors of `range` on in their order, a chunk at a time; `path` is where they go, for messages.
pub(crate) fn copy(
    (source, range): (&dyn SectorSource, LbaRange),
    path: &str,
    write: &mut WriteChunk<'_>,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let failed = |source| ExportError::Source {
        path: path.to_owned(),
        source,
    };
    let (mut done, total) = (Sectors::ZERO, range.len());
    let mut reader = Reader::new(source);
    let mut chunks = range.chunks(CHUNK);
    loop {
        if progress(done, total).is_break() {
            let path = path.to_owned();
            return Err(ExportError::Stopped { path, done, total });
        }
        let Some(chunk) = chunks.next() else { break };
        write(chunk, reader.read(chunk).map_err(failed)?)?;
        done = done.add(chunk.len()).unwrap_or(total);
    }
    source.verify_unchanged().map_err(failed)
}

/// A file that appears under its name when it is whole; dropped before that it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct NewFile {
    /// Where it will be: what a link at the path leads to.
    target: PathBuf,
    overwrite: bool,
    file: NamedTempFile,
    written: u64,
    /// Bytes it will have.
    needed: u64,
}

impl NewFile {
    /// Begins a file of `needed` bytes for `path`; with `overwrite` it may take the place of a file that is there.
    pub(crate) fn create(path: &Path, overwrite: bool, needed: u64) -> Result<Self, ExportError> {
        let target = resolve(path, overwrite)?;
        let directory = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = new_file(directory).map_err(|source| ExportError::Create {
            path: target.display().to_string(),
            source,
        })?;
        Ok(Self {
            target,
            overwrite,
            file,
            written: 0,
            needed,
        })
    }

    /// Its path, for messages.
    pub(crate) fn path(&self) -> String {
        self.target.display().to_string()
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        let written = self.file.write_all(bytes);
        written.map_err(|source| self.not_written(source))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    fn not_written(&self, source: io::Error) -> ExportError {
        ExportError::Write {
            path: self.path(),
            written: self.written,
            needed: self.needed,
            source,
        }
    }

    /// Gives it its name; whether there was no file of that name is in the answer.
    fn keep(self) -> Result<Kept, ExportError> {
        let path = self.path();
        let is_new = fs::symlink_metadata(&self.target).is_err();
        let persisted = if self.overwrite {
            self.file.persist(&self.target)
        } else {
            self.file.persist_noclobber(&self.target)
        };
        match persisted {
            Ok(_) => Ok(Kept {
                path: self.target,
                is_new,
            }),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(ExportError::Exists { path })
            }
            Err(refused) => Err(ExportError::Create {
                path,
                source: refused.error,
            }),
        }
    }
}

/// A file that has its name.
struct Kept {
    path: PathBuf,
    is_new: bool,
}

/// Gives whole files their names, in this order: what names others comes last. If one cannot have its name, those that
/// were new are taken away again.
pub(crate) fn keep(files: Vec<NewFile>) -> Result<(), ExportError> {
    for file in &files {
        let synced = file.file.as_file().sync_all();
        synced.map_err(|source| file.not_written(source))?;
    }
    let mut kept: Vec<Kept> = Vec::new();
    for file in files {
        match file.keep() {
            Ok(file) => kept.push(file),
            Err(error) => {
                for new in kept.iter().filter(|kept| kept.is_new) {
                    // What cannot be taken away either is no worse than the error that is told.
                    let _ = fs::remove_file(&new.path);
                }
                return Err(error);
            }
        }
    }
    Ok(())
}

/// The place to write to: what a link at `path` leads to, or `path`.
fn resolve(path: &Path, overwrite: bool) -> Result<PathBuf, ExportError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = path.display().to_string();
    match fs::symlink_metadata(&target) {
        Ok(found) if found.is_dir() => Err(ExportError::Directory { path }),
        // Renaming over a device would put a file in its place.
        Ok(found) if !found.is_file() && !found.is_symlink() => Err(ExportError::NotAFile { path }),
        Ok(_) if !overwrite => Err(ExportError::Exists { path }),
        _ => Ok(target),
    }
}

/// A file without its name yet, with the rights that new files get.
fn new_file(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cd-image-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}
