//! A file of sound as a disc of one track.

use std::sync::Arc;

use cd_address::{Lba, Sectors};

use super::Opened;
use crate::sheet::graphics;
use crate::{
    AudioError, AudioNote, DiscSpec, FileForm, FilePayload, Note, OpenError, OpenOptions, PcmFile,
    Run, SourceNote, SpoolProgress, Track, TrackKind,
};

/// The disc of the file at `path`, and of the graphics beside it.
pub(super) fn open(
    path: &str,
    options: &OpenOptions,
    progress: &mut SpoolProgress<'_>,
) -> Result<Opened, OpenError> {
    let sound = PcmFile::open_with(path, &options.spool_directory(), progress).map_err(sort)?;
    let (n_sectors, in_last) = sound.sectors();
    let count = u32::try_from(n_sectors).unwrap_or(u32::MAX);
    let sectors = Sectors::new(count).map_err(|_| OpenError::TooManySectors {
        path: path.to_owned(),
        sectors: n_sectors,
        start: Lba::ZERO,
    })?;
    let form = FileForm::packed(FilePayload::Samples);
    let mut run = Run::file(Arc::clone(&sound.file), sound.offset, form, sectors);
    let mut notes: Vec<_> = sound.notes.iter().map(|note| about(path, *note)).collect();
    let samples = 588 - in_last;
    if samples > 0 {
        let path = path.to_owned();
        notes.push(SourceNote::Filled { path, samples });
    }
    let mut said = vec![sound.from.to_string()];
    let found = graphics::beside(path, n_sectors);
    if let Some((graphics, more)) = found.map_err(|error| OpenError::Graphics(Box::new(error)))? {
        run = run.with_subcode(graphics.subcode(0));
        said.push(graphics::said(&graphics));
        notes.extend(more);
    }
    Ok(Opened {
        spec: DiscSpec::new(vec![Track::new(TrackKind::Audio, vec![run])]),
        notes: notes.into_iter().map(Note::Source).collect(),
        said,
    })
}

fn about(path: &str, note: AudioNote) -> SourceNote {
    let path = path.to_owned();
    SourceNote::Sound { path, note }
}

/// What is wrong with the file itself is said as of any other.
pub(super) fn sort(error: AudioError) -> OpenError {
    match error {
        AudioError::Open(error) => error,
        AudioError::Source(error) => OpenError::Source(error),
        error => OpenError::Sound(Box::new(error)),
    }
}
