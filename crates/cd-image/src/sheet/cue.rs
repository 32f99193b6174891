//! CUE sheets to discs.
//!
//! - Time 00:00:00 of the first file is LBA 0: what a first track has as `INDEX 00` or `PREGAP` is added to the 150
//!   sectors before that, and is heard only by going back from its beginning.
//! - Each index takes its file up to the next index in it, or to the end. A file whose last sector is not whole is filled up
//!   with silence, and so is each of several files of sound: borders of tracks lie on sectors.
//! - In a file of several sector sizes, each track's sectors from its first index there on have the size of its mode.
//! - `BINARY` is little-endian sound and `MOTOROLA` big-endian, unless the caller states otherwise; what the samples look
//!   like is told beside it.

use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_sector::{Control, DiscType};
use cd_sheet::Spanned;
use cd_sheet::cue::{CueFileKind, CueFlags, CuePoint, CuePregap, CueSheet, CueTrack, CueTrackMode};

use super::look::{self, Stretch};
use super::{Context, packs, texts};
use crate::open::Opened;
use crate::{
    AudioFormat, ByteOrder, DiscSpec, FileForm, FilePayload, MappedFile, OpenError, Run,
    RunSubcode, SheetFileError, SourceNote, Track, TrackKind,
};

mod subcode;
#[cfg(test)]
mod tests;

/// Bytes of a sector of sound.
const SOUND: u32 = 2352;

/// The disc that `sheet` describes.
pub(crate) fn resolve(mut context: Context<'_, '_>, sheet: &CueSheet) -> Result<Opened, OpenError> {
    let files = open_files(&mut context, sheet)?;
    let pieces = cut(&context, sheet, &files)?;
    let orders = byte_orders(&mut context, sheet, &files, &pieces)?;
    let mut tracks = Vec::new();
    for (track_idx, (number, cue)) in sheet.numbered_tracks().enumerate() {
        let of_track = pieces.iter().filter(|piece| piece.track_idx == track_idx);
        let of_track: Vec<_> = of_track.collect();
        tracks.push(track(
            &mut context,
            (number, cue),
            &of_track,
            (&files, &orders),
        )?);
    }
    let first = sheet.tracks.first().map(|track| track.pregap);
    context.first_pregap(&mut tracks, matches!(first, Some(CuePregap::Made(_))));
    let mut spec = DiscSpec::new(tracks);
    spec.first_track = sheet.first_track;
    spec.mcn = sheet.catalog.map(|catalog| catalog.value);
    let is_cdi = |track: &CueTrack| {
        matches!(
            track.mode.value,
            CueTrackMode::CdiUser | CueTrackMode::CdiRaw
        )
    };
    spec.disc_type = sheet.tracks.iter().any(is_cdi).then_some(DiscType::CD_I);
    spec.cd_text = match &sheet.cd_text_file {
        Some(name) => {
            let packs = packs::read(&mut context, name.value.as_str(), name.place)?;
            texts::note_unused(&mut context, sheet);
            packs
        }
        None => texts::encode(&mut context, sheet)?,
    };
    subcode::put_sub(&mut context, sheet, &files, &mut spec)?;
    subcode::put_graphics(&mut context, sheet, &files, &mut spec)?;
    context.finish(spec)
}

/// A file of the sheet.
struct Source {
    file: Arc<MappedFile>,
    /// Where its sectors or samples begin.
    offset: u64,
    /// Bytes of them.
    len: u64,
    /// What the sheet says the order of the bytes of samples is; `None` if a header says it.
    order: Option<ByteOrder>,
    /// The path by which it was found, which for decoded sound is not the file's.
    path: String,
}

fn open_files(context: &mut Context<'_, '_>, sheet: &CueSheet) -> Result<Vec<Source>, OpenError> {
    let mut files = Vec::new();
    for (file_idx, cue) in sheet.files.iter().enumerate() {
        let (name, place) = (cue.name.value.as_str(), cue.name.place);
        let path = context.find(name, place)?.display().to_string();
        let source = if cue.kind.is_raw() {
            let file = context.open(name, place)?;
            refuse_header(context, sheet, file_idx, &file)?;
            let order = match cue.kind {
                CueFileKind::Motorola => ByteOrder::Big,
                _ => ByteOrder::Little,
            };
            Source {
                offset: 0,
                len: file.len(),
                order: Some(order),
                file,
                path,
            }
        } else {
            let sound = context.open_sound(name, place)?;
            Source {
                len: sound.n_bytes(),
                order: None,
                offset: sound.offset,
                file: sound.file,
                path,
            }
        };
        files.push(source);
    }
    Ok(files)
}

/// The header of a WAV file would be heard as a click, the rest of a FLAC file as noise.
fn refuse_header(
    context: &Context<'_, '_>,
    sheet: &CueSheet,
    file_idx: usize,
    file: &MappedFile,
) -> Result<(), OpenError> {
    let place = sheet.files[file_idx].name.place;
    let sound = |error| context.error(place, SheetFileError::Sound(Box::new(error)));
    let found = match AudioFormat::find(file).map_err(sound)? {
        AudioFormat::Wav => "WAVE",
        AudioFormat::Flac => "FLAC",
        _ => return Ok(()),
    };
    let path = file.path().to_owned();
    Err(context.error(place, SheetFileError::HasHeader { path, found }))
}

/// What one index has of one file.
struct Piece {
    track_idx: usize,
    index: u8,
    file_idx: usize,
    /// From the file's first byte.
    offset: u64,
    sectors: Sectors,
}

/// The files cut along the indexes, in the sheet's order.
fn cut(
    context: &Context<'_, '_>,
    sheet: &CueSheet,
    files: &[Source],
) -> Result<Vec<Piece>, OpenError> {
    let mut pieces = Vec::new();
    let points: Vec<_> = sheet.points().collect();
    for (file_idx, source) in files.iter().enumerate() {
        let points = points.iter();
        let points: Vec<_> = points
            .filter(|(_, _, point)| point.value.file_idx == file_idx)
            .collect();
        let mut at = 0;
        for (point_idx, &&(number, index, point)) in points.iter().enumerate() {
            let track_idx = usize::from(number - sheet.first_track);
            let mode = sheet.tracks[track_idx].mode.value;
            let from = (number, index, point);
            let sectors = match points.get(point_idx + 1) {
                Some(&&next) => between(context, source, (from, mode), next, at)?,
                None => to_end(context, source, (from, mode), at)?,
            };
            let offset = source.offset + at;
            at += sectors.bytes(mode.sector_bytes());
            pieces.push(Piece {
                track_idx,
                index,
                file_idx,
                offset,
                sectors,
            });
        }
    }
    Ok(pieces)
}

/// Track number, index number, and where it is.
type Point<'a> = (u8, u8, &'a Spanned<CuePoint>);

/// The sectors from `from` to `next`, which must lie within the file.
fn between(
    context: &Context<'_, '_>,
    source: &Source,
    (from, mode): (Point<'_>, CueTrackMode),
    next: Point<'_>,
    at: u64,
) -> Result<Sectors, OpenError> {
    let ends = next.2.value.time.to_sectors();
    let begins = from.2.value.time.to_sectors();
    let sectors = ends.checked_sub(begins).unwrap_or(Sectors::ZERO);
    if at + sectors.bytes(mode.sector_bytes()) < source.len {
        return Ok(sectors);
    }
    let there = (source.len - at) / u64::from(mode.sector_bytes());
    Err(past_end(
        context,
        source,
        next,
        u64::from(begins.count()) + there,
    ))
}

fn past_end(
    context: &Context<'_, '_>,
    source: &Source,
    (number, index, point): Point<'_>,
    sectors: u64,
) -> OpenError {
    let error = SheetFileError::PastEnd {
        what: format!("index {index:02} of track {number:02}"),
        at: point.value.time,
        path: source.path.clone(),
        sectors,
    };
    context.error(point.place, error)
}

/// The sectors from `from` to the end of the file, the last of sound being filled up.
fn to_end(
    context: &Context<'_, '_>,
    source: &Source,
    ((track, _, point), mode): (Point<'_>, CueTrackMode),
    at: u64,
) -> Result<Sectors, OpenError> {
    let len = source.len - at;
    let unit = u64::from(mode.sector_bytes());
    // Sound need not be whole sectors, but whole samples.
    let (needed, what) = match mode {
        CueTrackMode::Audio => (4, "a stereo sample".to_owned()),
        _ => (unit, format!("a sector of {mode}")),
    };
    let not_whole = || {
        let path = source.path.clone();
        let error = SheetFileError::NotWhole {
            track,
            path,
            len,
            unit: needed,
            what,
        };
        context.error(point.place, error)
    };
    if !len.is_multiple_of(needed) {
        return Err(not_whole());
    }
    let count = u32::try_from(len.div_ceil(unit)).unwrap_or(u32::MAX);
    Sectors::new(count).map_err(|_| OpenError::TooManySectors {
        path: source.path.clone(),
        sectors: len.div_ceil(unit),
        start: Lba::ZERO,
    })
}

/// The order of the bytes of each file's samples: what was stated, else what the sheet says.
fn byte_orders(
    context: &mut Context<'_, '_>,
    sheet: &CueSheet,
    files: &[Source],
    pieces: &[Piece],
) -> Result<Vec<ByteOrder>, OpenError> {
    let mut orders = Vec::new();
    for (file_idx, source) in files.iter().enumerate() {
        let sound = pieces.iter().filter(|piece| {
            piece.file_idx == file_idx && !sheet.tracks[piece.track_idx].mode.value.is_data()
        });
        let sound: Vec<_> = sound
            .map(|piece| stretch(source, piece, sheet.tracks[piece.track_idx].mode.value))
            .collect();
        let order = match source.order {
            Some(stated) if !sound.is_empty() => {
                let kind = sheet.files[file_idx].kind;
                context.byte_order((&source.path, &sound), (stated, kind.word()))?
            }
            _ => ByteOrder::Little,
        };
        orders.push(order);
    }
    Ok(orders)
}

fn stretch(source: &Source, piece: &Piece, mode: CueTrackMode) -> Stretch {
    Stretch {
        file: Arc::clone(&source.file),
        offset: piece.offset,
        stride: mode.sector_bytes(),
        n_sectors: u64::from(piece.sectors.count()),
    }
}

/// One track of the pieces that belong to it.
fn track(
    context: &mut Context<'_, '_>,
    (number, cue): (u8, &CueTrack),
    pieces: &[&Piece],
    (files, orders): (&[Source], &[ByteOrder]),
) -> Result<Track, OpenError> {
    let mode = cue.mode.value;
    let stretches: Vec<_> = pieces
        .iter()
        .map(|piece| stretch(&files[piece.file_idx], piece, mode))
        .collect();
    let (kind, payload) = context.payload((number, cue.mode), &stretches)?;
    let graphics = match mode {
        CueTrackMode::Cdg => Some(subcode::graphics_form(context, number, &stretches)?),
        _ => None,
    };
    let run = |piece: &&Piece| {
        let source = &files[piece.file_idx];
        let payload = match payload {
            FilePayload::Samples => orders[piece.file_idx].payload(),
            payload => payload,
        };
        let form = FileForm {
            payload,
            stride: mode.sector_bytes(),
        };
        let run = Run::file(Arc::clone(&source.file), piece.offset, form, piece.sectors);
        match graphics {
            Some(form) => run.with_subcode(RunSubcode::RwFile {
                file: Arc::clone(&source.file),
                offset: piece.offset + u64::from(SOUND),
                stride: mode.sector_bytes(),
                form,
            }),
            None => run,
        }
    };
    let in_pregap = |piece: &&&Piece| piece.index == 0;
    let body = pieces.iter().filter(|piece| !in_pregap(piece));
    let mut track = Track::new(kind, body.map(run).collect());
    track.pregap = pieces.iter().filter(in_pregap).map(run).collect();
    if let CuePregap::Made(pregap) = cue.pregap {
        track.pregap = vec![Run::made(pregap.value.to_sectors())];
    }
    if let Some(postgap) = cue.postgap {
        track.body.push(Run::made(postgap.value.to_sectors()));
    }
    let mut at = 0_u32;
    for piece in pieces.iter().filter(|piece| piece.index > 0) {
        if piece.index > 1 {
            track.indexes.push(Sectors::new(at).unwrap_or(Sectors::MAX));
        }
        at = at.saturating_add(piece.sectors.count());
    }
    track.control = control(kind, cue.flags);
    track.scms = cue.flags.scms;
    track.isrc = match cue.isrc {
        Some(isrc) if mode.is_data() => {
            let error = SheetFileError::IsrcOnData { track: number };
            return Err(context.error(isrc.place, error));
        }
        isrc => isrc.map(|isrc| isrc.value),
    };
    if mode == CueTrackMode::Audio {
        note_filled(context, pieces, files);
    }
    Ok(track)
}

/// A file whose last sector is not whole: silence follows.
fn note_filled(context: &mut Context<'_, '_>, pieces: &[&Piece], files: &[Source]) {
    for piece in pieces {
        let source = &files[piece.file_idx];
        let end = piece.offset - source.offset + piece.sectors.bytes(SOUND);
        if let Some(missing) = end.checked_sub(source.len).filter(|missing| *missing > 0) {
            context.note(SourceNote::Filled {
                path: source.path.clone(),
                samples: missing / crate::audio::SAMPLE_BYTES,
            });
        }
    }
}

fn control(kind: TrackKind, flags: CueFlags) -> Control {
    [
        (flags.copy_permitted, Control::COPY_PERMITTED),
        (flags.pre_emphasis, Control::PRE_EMPHASIS),
        (flags.four_channel, Control::FOUR_CHANNEL),
    ]
    .into_iter()
    .filter(|(is_set, _)| *is_set)
    .fold(kind.control(), |control, (_, flag)| control | flag)
}

impl Context<'_, '_> {
    /// What a track of this mode is on the disc, and what its sectors are in the file.
    fn payload(
        &mut self,
        (number, mode): (u8, Spanned<CueTrackMode>),
        stretches: &[Stretch],
    ) -> Result<(TrackKind, FilePayload), OpenError> {
        Ok(match mode.value {
            CueTrackMode::Mode1User => (TrackKind::Mode1, FilePayload::Mode1User),
            CueTrackMode::Mode2Form1User => (TrackKind::Mode2Xa, FilePayload::Mode2Form1User),
            CueTrackMode::Mode2Form2User => (TrackKind::Mode2Xa, FilePayload::Mode2Form2User),
            CueTrackMode::Mode2User | CueTrackMode::CdiUser => {
                if look::have_forms(stretches)? {
                    self.say(format!("track {number:02} with forms"));
                    (TrackKind::Mode2Xa, FilePayload::Mode2FormMix)
                } else {
                    self.say(format!("track {number:02} without forms"));
                    (TrackKind::Mode2Formless, FilePayload::Mode2User)
                }
            }
            CueTrackMode::Mode1Raw => {
                self.whole_sectors((number, Some(1), mode.place), stretches)?
            }
            CueTrackMode::Mode2Raw | CueTrackMode::CdiRaw => {
                self.whole_sectors((number, Some(2), mode.place), stretches)?
            }
            _ => (TrackKind::Audio, FilePayload::Samples),
        })
    }
}
