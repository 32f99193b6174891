//! From a sheet and the files it names to a disc.
//!
//! `cd-sheet` makes types of the text; here the files are opened, looked into and cut along the sheet's times. What the
//! sheet says is kept to where it says anything, what it leaves open is found from the files' bytes, and both are
//! told: in the image's description, and in a [`Note`] where they disagree.

use std::path::PathBuf;
use std::sync::Arc;

use cd_address::PREGAP_SECTORS;
use cd_sheet::{Place, SheetError, SheetText, decode_text};

use crate::open::Opened;
use crate::track::count;
use crate::{
    DiscSpec, MappedFile, Note, OpenError, OpenOptions, PcmFile, PcmOrigin, Run, SheetFileError,
    SourceNote, SpoolProgress, Track,
};

pub(crate) mod ccd;
pub(crate) mod cue;
pub(crate) mod error;
pub(crate) mod files;
mod form;
pub(crate) mod graphics;
pub(crate) mod look;
pub(crate) mod note;
pub(crate) mod packs;
pub(crate) mod recognise;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
pub(crate) mod toc;

/// Longer than any sheet: 99 tracks with a hundred lines each are a hundredth of it.
const MAX_SHEET_BYTES: u64 = 4 << 20;

/// The text of the sheet in `file`.
pub(crate) fn read_text(file: &MappedFile, options: &OpenOptions) -> Result<SheetText, OpenError> {
    if file.len() > MAX_SHEET_BYTES {
        return Err(OpenError::SheetTooLong {
            path: file.path().to_owned(),
            len: file.len(),
            limit: MAX_SHEET_BYTES,
        });
    }
    let mut bytes = vec![0; usize::try_from(file.len()).unwrap_or(0)];
    file.read_at(0, &mut bytes)?;
    decode_text(&bytes, options.encoding).map_err(|source| text_error(file, source))
}

/// A fault of the text of the sheet in `file`.
pub(crate) fn text_error(file: &MappedFile, source: SheetError) -> OpenError {
    OpenError::Sheet {
        path: file.path().to_owned(),
        source: Box::new(source),
    }
}

/// What every kind of sheet needs while its files are looked for.
pub(crate) struct Context<'a, 'p> {
    /// The sheet's path, for messages.
    path: &'a str,
    /// Where names in the sheet begin.
    folder: PathBuf,
    options: &'a OpenOptions,
    progress: &'a mut SpoolProgress<'p>,
    notes: Vec<Note>,
    said: Vec<String>,
}

impl<'a, 'p> Context<'a, 'p> {
    /// For the sheet in the file at `path`.
    pub(crate) fn new(
        path: &'a str,
        options: &'a OpenOptions,
        progress: &'a mut SpoolProgress<'p>,
    ) -> Self {
        let folder = std::path::Path::new(path).parent();
        Self {
            path,
            folder: folder.map(PathBuf::from).unwrap_or_default(),
            options,
            progress,
            notes: Vec::new(),
            said: Vec::new(),
        }
    }

    fn error(&self, place: Place, error: SheetFileError) -> OpenError {
        OpenError::InSheet {
            path: self.path.to_owned(),
            place,
            source: Box::new(error),
        }
    }

    /// Says how the sheet's text is encoded, if it is more than ASCII.
    pub(crate) fn say_text(&mut self, text: &SheetText) {
        if text.had_bom {
            self.say(format!("text in {} with a byte order mark", text.encoding));
        } else if !text.text.is_ascii() {
            self.say(format!("text in {}", text.encoding));
        }
    }

    fn note(&mut self, note: SourceNote) {
        let note = Note::Source(note);
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn say(&mut self, text: String) {
        if !self.said.contains(&text) {
            self.said.push(text);
        }
    }

    /// The file called `name` at `place`, as it is.
    fn open(&mut self, name: &str, place: Place) -> Result<Arc<MappedFile>, OpenError> {
        let path = self.find(name, place)?;
        match MappedFile::open(path) {
            Ok(file) => Ok(Arc::new(file)),
            Err(error) => Err(self.error(place, SheetFileError::File(Box::new(error)))),
        }
    }

    /// The file of sound called `name` at `place`, decoded if need be.
    fn open_sound(&mut self, name: &str, place: Place) -> Result<PcmFile, OpenError> {
        let path = self.find(name, place)?;
        let directory = self.options.spool_directory();
        let sound = PcmFile::open_with(&path, &directory, self.progress)
            .map_err(|error| self.error(place, SheetFileError::Sound(Box::new(error))))?;
        for note in &sound.notes {
            let path = path.display().to_string();
            self.note(SourceNote::Sound { path, note: *note });
        }
        if let PcmOrigin::Flac { .. } = sound.from {
            self.say(format!("{} decoded ({})", path.display(), sound.from));
        }
        Ok(sound)
    }

    /// What the first track has before index 1 stands behind the 150 sectors that every disc has before LBA 0.
    fn first_pregap(&mut self, tracks: &mut [Track], is_made: bool) {
        let Some(first) = tracks.first_mut().filter(|first| !first.pregap.is_empty()) else {
            return;
        };
        let length = error::time(count(&first.pregap));
        first.pregap.insert(0, Run::made(PREGAP_SECTORS));
        self.note(SourceNote::FirstPregap { length, is_made });
    }

    fn finish(self, spec: DiscSpec) -> Result<Opened, OpenError> {
        let mut notes = self.notes;
        notes.extend(look::header_notes(&spec)?);
        Ok(Opened {
            spec,
            notes,
            said: self.said,
        })
    }
}
