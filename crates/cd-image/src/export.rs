//! A stream into a file, whole or not at all.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use cd_address::Sectors;

use crate::survey::Reader;
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
/// `overwrite` a file that stands at `path` is replaced at that moment, otherwise it is an error. `progress` is called
/// with the sectors done and the sectors in all, from (0, all) to (all, all); when it breaks, nothing is kept.
///
/// # Errors
/// [`ExportError`]; whichever it is, nothing is left behind.
pub fn write_stream(
    source: &dyn SectorSource,
    path: impl AsRef<Path>,
    overwrite: bool,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<(), ExportError> {
    let target = path.as_ref();
    let path = || target.display().to_string();
    match target.symlink_metadata() {
        Ok(found) if found.is_dir() => return Err(ExportError::Directory { path: path() }),
        Ok(_) if !overwrite => return Err(ExportError::Exists { path: path() }),
        _ => {}
    }
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let create = |source| ExportError::Create {
        path: path(),
        source,
    };
    let mut file = new_file(directory).map_err(create)?;

    let range = source.range();
    let total = range.len();
    let needed = u64::from(total.count()) * source.layout().sector_bytes() as u64;
    let mut written = 0;
    let mut done = Sectors::ZERO;
    let mut reader = Reader::new(source);
    let failed = |source| ExportError::Source {
        path: path(),
        source,
    };
    let mut chunks = range.chunks(CHUNK);
    loop {
        if progress(done, total).is_break() {
            let path = path();
            return Err(ExportError::Stopped { path, done, total });
        }
        let Some(chunk) = chunks.next() else { break };
        let bytes = reader.read(chunk).map_err(failed)?;
        file.write_all(bytes).map_err(|source| ExportError::Write {
            path: path(),
            written,
            needed,
            source,
        })?;
        written += bytes.len() as u64;
        done = done.add(chunk.len()).unwrap_or(total);
    }
    source.verify_unchanged().map_err(failed)?;
    file.as_file()
        .sync_all()
        .map_err(|source| ExportError::Write {
            path: path(),
            written,
            needed,
            source,
        })?;
    let persisted = if overwrite {
        file.persist(target)
    } else {
        file.persist_noclobber(target)
    };
    persisted
        .map(drop)
        .map_err(|refused| match refused.error.kind() {
            io::ErrorKind::AlreadyExists => ExportError::Exists { path: path() },
            _ => create(refused.error),
        })
}

/// A file without its name yet, with the rights that new files get.
fn new_file(directory: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".cd-image-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}
