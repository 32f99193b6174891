//! Subcode that belongs to the files of a CUE sheet: after each sector, or in files beside them.

use std::sync::Arc;

use cd_sheet::cue::{CueSheet, CueTrackMode};

use super::{SOUND, Source};
use crate::sheet::files::beside;
use crate::sheet::look::Stretch;
use crate::sheet::{Context, graphics};
use crate::{
    DiscSpec, MappedFile, OpenError, Run, RunMain, RunSubcode, RwForm, SheetFileError, SourceNote,
    SubcodeForm,
};

/// Bytes of a sector's subcode in a file of its own.
const STRIDE: u32 = RwForm::BYTES;
/// How R to W lie behind each sector of a CDG track: as whole packs, if their parity says so; else as on the disc.
pub(super) fn graphics_form(
    context: &mut Context<'_, '_>,
    track: u8,
    stretches: &[Stretch],
) -> Result<RwForm, OpenError> {
    let (n_whole, n_spread) = graphics::count_packs(stretches)?;
    let (form, how) = if n_whole > n_spread {
        let how = format!("whole packs, {n_whole} of the first ones have right parity");
        (RwForm::Packs, how)
    } else if n_spread > 0 {
        let how = format!("interleaved, {n_spread} of the first packs have right parity");
        (RwForm::Raw, how)
    } else {
        (RwForm::Raw, "taken as they are, no packs found".to_owned())
    };
    context.say(format!("track {track:02} with R to W ({how})"));
    Ok(form)
}

/// Subcode in `.sub` files beside files of whole sectors: put on the disc if that was asked for, else said.
pub(super) fn put_sub(
    context: &mut Context<'_, '_>,
    sheet: &CueSheet,
    files: &[Source],
    spec: &mut DiscSpec,
) -> Result<(), OpenError> {
    let is_asked = context.options.with_sub;
    let mut n_used = 0;
    for (file_idx, source) in files.iter().enumerate() {
        let Some(path) = beside(&source.path, "sub") else {
            continue;
        };
        let place = sheet.files[file_idx].name.place;
        let has_whole_sectors = source.order.is_some()
            && modes(sheet, file_idx).all(|mode| mode.sector_bytes() == SOUND)
            && source.len.is_multiple_of(u64::from(SOUND));
        let n_sectors = source.len / u64::from(SOUND);
        let needed = n_sectors * u64::from(STRIDE);
        let sub = Arc::new(
            MappedFile::open(&path)
                .map_err(|error| context.error(place, SheetFileError::File(Box::new(error))))?,
        );
        if has_whole_sectors && sub.len() == needed {
            if is_asked {
                put(spec, source, &sub);
                context.say(format!("subcode from {}", sub.path()));
                n_used += 1;
            } else {
                let path = sub.path().to_owned();
                context.note(SourceNote::SubBeside { path });
            }
        } else if is_asked {
            let main = source.path.clone();
            let error = if has_whole_sectors {
                SheetFileError::SubLength {
                    path: sub.path().to_owned(),
                    has: sub.len(),
                    main,
                    n_sectors,
                    needed,
                }
            } else {
                let why = "only whole sectors of 2352 bytes, sound included, have one".to_owned();
                SheetFileError::NoSub { path: main, why }
            };
            return Err(context.error(place, error));
        }
    }
    if is_asked && n_used == 0 {
        let first = &sheet.files[0].name;
        let error = SheetFileError::NoSub {
            path: files[0].path.clone(),
            why: "there is no .sub file of its name".to_owned(),
        };
        return Err(context.error(first.place, error));
    }
    Ok(())
}

fn put(spec: &mut DiscSpec, source: &Source, sub: &Arc<MappedFile>) {
    for_runs(spec, source, |run, sector_idx| {
        run.subcode = RunSubcode::File {
            file: Arc::clone(sub),
            offset: sector_idx * u64::from(STRIDE),
            stride: STRIDE,
            form: SubcodeForm::Rows,
        };
    });
}

/// Graphics in `.cdg` files beside files of sound.
pub(super) fn put_graphics(
    context: &mut Context<'_, '_>,
    sheet: &CueSheet,
    files: &[Source],
    spec: &mut DiscSpec,
) -> Result<(), OpenError> {
    for (file_idx, source) in files.iter().enumerate() {
        if !modes(sheet, file_idx).all(|mode| mode == CueTrackMode::Audio) {
            continue;
        }
        let place = sheet.files[file_idx].name.place;
        let n_sectors = source.len.div_ceil(u64::from(SOUND));
        let found = graphics::beside(&source.path, n_sectors)
            .map_err(|error| context.error(place, SheetFileError::Graphics(Box::new(error))))?;
        let Some((graphics, notes)) = found else {
            continue;
        };
        for_runs(spec, source, |run, sector_idx| {
            if let RunSubcode::Authored = run.subcode {
                run.subcode = graphics.subcode(sector_idx);
            }
        });
        context.say(graphics::said(&graphics));
        notes.into_iter().for_each(|note| context.note(note));
    }
    Ok(())
}

/// The modes of the tracks that lie in this file.
fn modes(sheet: &CueSheet, file_idx: usize) -> impl Iterator<Item = CueTrackMode> {
    let tracks = sheet.tracks.iter();
    let in_file = tracks.filter(move |track| {
        track
            .points()
            .any(|(_, point)| point.value.file_idx == file_idx)
    });
    in_file.map(|track| track.mode.value)
}

/// Calls `f` with each run that lies in the file of 2352-byte sectors, and the number of its first sector there.
fn for_runs(spec: &mut DiscSpec, source: &Source, mut f: impl FnMut(&mut Run, u64)) {
    for track in &mut spec.tracks {
        for run in track.pregap.iter_mut().chain(&mut track.body) {
            if let RunMain::File { file, offset, .. } = &run.main
                && Arc::ptr_eq(file, &source.file)
            {
                let sector_idx = (offset - source.offset) / u64::from(SOUND);
                f(run, sector_idx);
            }
        }
    }
}
