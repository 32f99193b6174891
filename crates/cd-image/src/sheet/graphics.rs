//! Graphics beside sound: a `.cdg` file of the same name.

use crate::sheet::files;
use crate::{CdgError, CdgFile, SourceNote};

/// The graphics beside the file of `n_sectors` of sound at `path`, if there are any, and what is to be said of them.
pub(crate) fn beside(
    path: &str,
    n_sectors: u64,
) -> Result<Option<(CdgFile, Vec<SourceNote>)>, CdgError> {
    let Some(path) = files::beside(path, "cdg") else {
        return Ok(None);
    };
    let graphics = CdgFile::open(&path)?;
    let notes = graphics.notes.iter().copied();
    let notes = notes
        .chain(graphics.beside(n_sectors))
        .map(|note| SourceNote::Graphics {
            path: graphics.file.path().to_owned(),
            note,
        })
        .collect();
    Ok(Some((graphics, notes)))
}

/// What an image's description says of them.
pub(crate) fn said(graphics: &CdgFile) -> String {
    format!("CD+G from {}", graphics.file.path())
}
