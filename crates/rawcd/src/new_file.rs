//! A file that appears under its name only when it is whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::exit::{Exit, Failure};
use crate::explain;

/// A file being written; dropped before [`NewFile::keep`] it leaves nothing behind, and what stood at its
/// path is as it was.
pub(crate) struct NewFile {
    /// As the user named it.
    path: PathBuf,
    /// Where it will be: what a link at `path` leads to.
    place: PathBuf,
    replace: bool,
    file: NamedTempFile,
}

impl NewFile {
    /// Begins a file for `path`; with `replace` it may take the place of a file that is there.
    pub(crate) fn create(path: &Path, replace: bool) -> Result<Self, Failure> {
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        check_place(path, &place, replace)?;
        let directory = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let file = temporary(directory).map_err(|error| explain::output_file(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            place,
            replace,
            file,
        })
    }

    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| explain::output_file(&self.path, &error))
    }

    /// The file is whole: it gets its name.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let synced = self.file.as_file().sync_all();
        synced.map_err(|error| explain::output_file(&self.path, &error))?;
        let kept = if self.replace {
            self.file.persist(&self.place)
        } else {
            self.file.persist_noclobber(&self.place)
        };
        match kept {
            Ok(_) => Ok(()),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
                Err(explain::output_exists(&self.path))
            }
            Err(refused) => Err(explain::output_file(&self.path, &refused.error)),
        }
    }
}

fn check_place(path: &Path, place: &Path, replace: bool) -> Result<(), Failure> {
    let Ok(found) = fs::symlink_metadata(place) else {
        return Ok(());
    };
    let refuse = |what: &str| {
        let what = format!("{} is {what}", path.display());
        Err(Failure::new(Exit::OutputFailed, what).advise("Name the file to be written."))
    };
    if found.is_dir() {
        return refuse("a directory");
    }
    // Renaming over a device would put a file in its place.
    if !found.is_file() && !found.is_symlink() {
        return refuse("a device, pipe or socket, not a file");
    }
    if !replace {
        return Err(explain::output_exists(path));
    }
    Ok(())
}

/// A file in `directory`, with the rights that new files get.
fn temporary(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".rawcd-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}
