//! cdrdao's toc-files to discs.
//!
//! - Time 00:00:00 of the first track is LBA 0: what it has before `START`, or as `PREGAP`, is added to the 150 sectors before
//!   that.
//! - A track is its parts one behind the other, joined at samples (or bytes), and filled up to whole sectors at its end only. Where
//!   parts are whole sectors they stay in their files; otherwise the track is put together in a temporary file.
//! - Samples without a header are big-endian, in `DATAFILE` too; `SWAP` turns them round. A file with the header of WAV or FLAC is read
//!   as such, whatever its name; `#` and an offset make it raw.
//! - R to W in files: `RW_RAW` as on the disc; `RW` as packs, whose parity is made if none is there. P and Q in the
//!   same bytes do not count.
//! - `ZERO` makes sectors of the track's own kind, with empty forms where there are forms.
//!
//! # Spec
//! cdrdao(1), "TOC FILES"; what it leaves open (order of bytes, where tracks are filled up, what a first `PREGAP` counts from) is as
//! `cdrdao show-data` and `show-toc` 1.2.4 have it.

use std::sync::Arc;

use cd_address::Sectors;
use cd_sheet::Spanned;
use cd_sheet::toc::{TocDiscType, TocMode, TocSheet, TocSheetTrack, TocSubchannel};

use super::error::time;
use super::{Context, graphics};
use crate::open::Opened;
use crate::track::count;
use crate::{
    DiscSpec, FileForm, FilePayload, OpenError, Run, RunMain, RunSubcode, RwForm, SheetFileError,
    Track, TrackKind,
};

mod part;
#[cfg(test)]
mod tests;
mod texts;

use part::{Part, Parts};

/// The disc that `sheet` describes.
pub(crate) fn resolve(mut context: Context<'_, '_>, sheet: &TocSheet) -> Result<Opened, OpenError> {
    let first = sheet.first_track_number();
    let mut tracks = Vec::new();
    for (number, toc) in (first..=99).zip(&sheet.tracks) {
        tracks.push(track(&mut context, number, toc)?);
    }
    let is_made = sheet.tracks.first().is_some_and(|toc| toc.pregap.is_some());
    context.first_pregap(&mut tracks, is_made);
    let mut spec = DiscSpec::new(tracks);
    spec.first_track = first;
    spec.mcn = sheet.catalog.map(|catalog| catalog.value);
    spec.disc_type = sheet.disc_type.map(TocDiscType::disc_type);
    spec.cd_text = texts::encode(&mut context, sheet)?;
    context.finish(spec)
}

fn track(
    context: &mut Context<'_, '_>,
    number: u8,
    toc: &TocSheetTrack,
) -> Result<Track, OpenError> {
    let block = toc.block_bytes();
    let Parts { parts, start, end } = Parts::open(context, number, toc)?;
    let parts = part::join(context, (number, toc), parts)?;
    let (kind, payload) = payload(context, (number, toc), &parts)?;
    let rw = match toc.subchannel {
        None => None,
        Some(TocSubchannel::RwRaw) => Some(RwForm::Raw),
        Some(TocSubchannel::Rw) => Some(rw_form(context, (number, toc), &parts)?),
    };
    let mut runs = Vec::new();
    if let Some(pregap) = toc.pregap {
        runs.push(Run::made(pregap.value.to_sectors()));
    }
    for part in &parts {
        runs.push(run(part, (payload, block), rw)?);
    }
    let total = count(&runs);
    if let Some(start) = start.filter(|start| start.value >= total) {
        return Err(past_track(context, (number, "index 01"), start, total));
    }
    let from = start.map_or(0, |start| start.value);
    let (pregap, body) = split(runs, from);
    let mut track = Track::new(kind, body);
    track.pregap = pregap;
    track.control = toc.control();
    track.isrc = toc.isrc.map(|isrc| isrc.value);
    track.indexes = indexes(context, (number, toc), end, (from, total))?;
    if let Some(isrc) = toc.isrc.filter(|_| kind != TrackKind::Audio) {
        let error = SheetFileError::IsrcOnData { track: number };
        return Err(context.error(isrc.place, error));
    }
    Ok(track)
}

/// What the track is on the disc, and what its sectors are in the files.
fn payload(
    context: &mut Context<'_, '_>,
    (number, toc): (u8, &TocSheetTrack),
    parts: &[Part],
) -> Result<(TrackKind, FilePayload), OpenError> {
    let stretches: Vec<_> = parts.iter().filter_map(|part| part.stretch(toc)).collect();
    let (mode, place) = (toc.mode.value, toc.mode.place);
    Ok(match mode {
        TocMode::Audio => (TrackKind::Audio, FilePayload::Samples),
        TocMode::Mode0 => (TrackKind::Mode0, FilePayload::PlainSector),
        TocMode::Mode1 => (TrackKind::Mode1, FilePayload::Mode1User),
        TocMode::Mode2 => (TrackKind::Mode2Formless, FilePayload::Mode2User),
        TocMode::Mode2Form1 => (TrackKind::Mode2Xa, FilePayload::Mode2Form1User),
        TocMode::Mode2Form2 => (TrackKind::Mode2Xa, FilePayload::Mode2Form2User),
        TocMode::Mode2FormMix => (TrackKind::Mode2Xa, FilePayload::Mode2FormMixMade),
        TocMode::Mode1Raw if stretches.is_empty() => (TrackKind::Mode1, FilePayload::PlainSector),
        TocMode::Mode2Raw if stretches.is_empty() => (TrackKind::Mode2Xa, FilePayload::PlainSector),
        TocMode::Mode1Raw => context.whole_sectors((number, Some(1), place), &stretches)?,
        TocMode::Mode2Raw => context.whole_sectors((number, Some(2), place), &stretches)?,
    })
}

/// How packs lie behind each sector: with parity, or without.
fn rw_form(
    context: &mut Context<'_, '_>,
    (number, toc): (u8, &TocSheetTrack),
    parts: &[Part],
) -> Result<RwForm, OpenError> {
    let stretches: Vec<_> = parts.iter().filter_map(|part| part.stretch(toc)).collect();
    let (n_right, _) = graphics::count_packs(&stretches)?;
    let (form, how) = match n_right {
        0 => (RwForm::CdgPacks, "parity made"),
        _ => (RwForm::Packs, "parity as it is"),
    };
    context.say(format!("track {number:02} with packs of R to W, {how}"));
    Ok(form)
}

/// The sectors of a part, the last of which may be cut by the end of a file of sound.
fn run(
    part: &Part,
    (payload, stride): (FilePayload, u32),
    rw: Option<RwForm>,
) -> Result<Run, OpenError> {
    let sectors = part.sectors(stride)?;
    let Some(source) = &part.source else {
        return Ok(Run::made(sectors));
    };
    let payload = match payload {
        FilePayload::Samples => source.order.payload(),
        payload => payload,
    };
    let form = FileForm { payload, stride };
    let run = Run::file(Arc::clone(&source.file), source.offset, form, sectors);
    Ok(match rw {
        None => run,
        Some(form) => run.with_subcode(RunSubcode::RwFile {
            file: Arc::clone(&source.file),
            offset: source.offset + u64::from(payload.bytes()),
            stride,
            form,
        }),
    })
}

/// The runs before and from sector `at` on.
fn split(runs: Vec<Run>, at: u64) -> (Vec<Run>, Vec<Run>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut left = at;
    for run in runs {
        let count = u64::from(run.sectors.count());
        if left >= count {
            left -= count;
            before.push(run);
        } else {
            let head = u32::try_from(left).unwrap_or(0);
            let (first, rest) = cut(run, Sectors::new(head).unwrap_or(Sectors::ZERO));
            before.extend(first);
            after.push(rest);
            left = 0;
        }
    }
    (before, after)
}

/// The first `head` sectors of a run that has more, if that is any, and the rest.
fn cut(run: Run, head: Sectors) -> (Option<Run>, Run) {
    if head.is_zero() {
        return (None, run);
    }
    let (mut first, mut rest) = (run.clone(), run);
    rest.sectors = rest.sectors.checked_sub(head).unwrap_or(Sectors::ZERO);
    first.sectors = head;
    if let RunMain::File { offset, form, .. } = &mut rest.main {
        *offset += head.bytes(form.stride);
    }
    if let RunSubcode::RwFile { offset, stride, .. } = &mut rest.subcode {
        *offset += head.bytes(*stride);
    }
    (Some(first), rest)
}

/// Where index 2 and so on begin, `END` being one of them, for a track of `total` sectors whose index 1 is `from` sectors
/// after its beginning.
fn indexes(
    context: &Context<'_, '_>,
    (number, toc): (u8, &TocSheetTrack),
    end: Option<Spanned<u64>>,
    (from, total): (u64, u64),
) -> Result<Vec<Sectors>, OpenError> {
    let stated = toc.indexes.iter().map(|index| {
        let at = u64::from(index.value.to_sectors().count());
        Spanned::new(index.place, from + at)
    });
    let mut all: Vec<_> = stated.chain(end).collect();
    all.sort_by_key(|mark| mark.value);
    all.dedup();
    let mut indexes = Vec::new();
    for (index, mark) in (2..).zip(all) {
        if mark.value >= total {
            let what = format!("index {index:02}");
            return Err(past_track(context, (number, &what), mark, total));
        }
        let at = mark.value.saturating_sub(from);
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        indexes.push(Sectors::new(at).unwrap_or(Sectors::MAX));
    }
    Ok(indexes)
}

fn past_track(
    context: &Context<'_, '_>,
    (track, what): (u8, &str),
    at: Spanned<u64>,
    total: u64,
) -> OpenError {
    let error = SheetFileError::PastTrack {
        track,
        what: what.to_owned(),
        at: time(at.value),
        total: time(total),
    };
    context.error(at.place, error)
}
