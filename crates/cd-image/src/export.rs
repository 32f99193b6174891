//! A stream into a file, whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use cd_address::Sectors;

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
    let target = resolve(path.as_ref(), overwrite)?;
    let path = || target.display().to_string();
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let create = |source| ExportError::Create {
        path: path(),
        source,
    };
    let mut file = new_file(directory).map_err(create)?;
    copy(source, &target, &mut file, progress)?;
    let persisted = if overwrite {
        file.persist(&target)
    } else {
        file.persist_noclobber(&target)
    };
    match persisted {
        Ok(_) => Ok(()),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(ExportError::Exists { path: path() })
        }
        Err(refused) => Err(create(refused.error)),
    }
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

/// Puts the whole stream into `file` and on the disk.
fn copy(
    source: &dyn SectorSource,
    target: &Path,
    file: &mut tempfile::NamedTempFile,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let path = || target.display().to_string();
    let failed = |source| ExportError::Source {
        path: path(),
        source,
    };
    let total = source.range().len();
    let needed = bytes_of(total, source.layout());
    let mut written = 0;
    let mut done = Sectors::ZERO;
    let mut reader = Reader::new(source);
    let mut chunks = source.range().chunks(CHUNK);
    let not_written = |written, source| ExportError::Write {
        path: path(),
        written,
        needed,
        source,
    };
    loop {
        if progress(done, total).is_break() {
            let path = path();
            return Err(ExportError::Stopped { path, done, total });
        }
        let Some(chunk) = chunks.next() else { break };
        let bytes = reader.read(chunk).map_err(failed)?;
        file.write_all(bytes)
            .map_err(|error| not_written(written, error))?;
        written += bytes.len() as u64;
        done = done.add(chunk.len()).unwrap_or(total);
    }
    source.verify_unchanged().map_err(failed)?;
    let synced = file.as_file().sync_all();
    synced.map_err(|error| not_written(written, error))
}

/// A file without its name yet, with the rights that new files get.
fn new_file(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cd-image-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}
