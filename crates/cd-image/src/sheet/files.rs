//! Names in a sheet to files.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use cd_sheet::Place;

use super::Context;
use crate::{OpenError, SheetFileError, SourceNote};

/// Endings of files that sheets name; one of them in place of another is worth a word.
const ENDINGS: [&str; 8] = ["bin", "img", "iso", "wav", "flac", "cdr", "raw", "cdt"];

impl Context<'_, '_> {
    /// The path of the file called `name` at `place`: beside the sheet, or wherever the name leads from there.
    pub(super) fn find(&mut self, name: &str, place: Place) -> Result<PathBuf, OpenError> {
        let path = self.folder.join(name);
        // What cannot be asked for is left to the opening, which says why.
        if path.try_exists().unwrap_or(true) {
            return Ok(path);
        }
        if !cfg!(windows) && name.contains('\\') {
            let path = self.folder.join(name.replace('\\', "/"));
            if path.try_exists().unwrap_or(false) {
                self.note(SourceNote::Backslashes {
                    name: name.to_owned(),
                    path: path.display().to_string(),
                });
                return Ok(path);
            }
        }
        Err(self.no_file(name, place))
    }

    /// The error of a file called `name` that is not there.
    pub(super) fn no_file(&self, name: &str, place: Place) -> OpenError {
        let (folder, last) = self.split(name);
        let similar = similar(&folder, &last).or_else(|| {
            let beside = (folder != self.folder).then(|| exact(&self.folder, &last))?;
            beside.or_else(|| similar(&self.folder, &last))
        });
        let shown = match folder.as_os_str().is_empty() {
            true => ".".to_owned(),
            false => folder.display().to_string(),
        };
        let error = SheetFileError::Missing {
            name: last,
            folder: shown,
            similar,
        };
        self.error(place, error)
    }

    /// The folder that `name` leads to, and what stands after it. Windows' separators count everywhere here.
    fn split(&self, name: &str) -> (PathBuf, String) {
        match name.rsplit_once(['/', '\\']) {
            Some((folders, last)) => {
                let folders = match cfg!(windows) {
                    true => folders.to_owned(),
                    false => folders.replace('\\', "/"),
                };
                let folders = if folders.is_empty() { "/" } else { &folders };
                (self.folder.join(folders), last.to_owned())
            }
            None => (self.folder.clone(), name.to_owned()),
        }
    }
}

/// The file of this name in `folder`.
fn exact(folder: &Path, name: &str) -> Option<String> {
    folder.join(name).is_file().then(|| name.to_owned())
}

/// A file in `folder` whose name differs in capitals alone, or else in its ending.
fn similar(folder: &Path, name: &str) -> Option<String> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let mut names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();
    let lower = name.to_lowercase();
    let by_case = names.iter().find(|other| other.to_lowercase() == lower);
    let by_ending = || {
        let stem = Path::new(&lower).file_stem();
        names.iter().find(|other| {
            let other = other.to_lowercase();
            let other = Path::new(&other);
            let ending = other.extension().and_then(OsStr::to_str);
            other.file_stem() == stem && ending.is_some_and(|ending| ENDINGS.contains(&ending))
        })
    };
    by_case.or_else(by_ending).cloned()
}

/// The file beside `path` that has its name but this ending, in small or capital letters.
pub(crate) fn beside(path: &str, ending: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    [ending.to_owned(), ending.to_uppercase()]
        .into_iter()
        .map(|ending| path.with_extension(ending))
        .find(|other| other != path && other.is_file())
}
