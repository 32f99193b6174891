//! CloneCD's control files, with the image and the subcode beside them, to discs.
//!
//! - The image is every sector of 2352 bytes from LBA 0 to the lead-out; the subcode, if there is a `.sub` file, 96 bytes for
//!   each, channel by channel, which go onto the disc as they are. What lies before LBA 0 and from the lead-out on is authored.
//! - Where a track begins, its CONTROL and the type of the disc are the entries'. Where its pregap begins is said by `INDEX 0`; else
//!   by the Q channel; else, beside a track of another kind, by the sectors themselves.
//! - Without a `.sub` file, subcode is authored from the entries and the `TRACK` sections.

use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_sector::{Control, DiscType, MAIN_BYTES, Toc};
use cd_sheet::ccd::{CcdMode, CcdSheet};
use cd_sheet::{Place, Spanned};

use super::files::beside;
use super::look::Stretch;
use super::{Context, ccd::sub::Sub};
use crate::open::Opened;
use crate::{
    DataForm, DiscSpec, FileForm, FilePayload, MappedFile, OpenError, Run, SheetFileError,
    SourceNote, Track, TrackKind,
};

mod borders;
mod sub;
#[cfg(test)]
mod tests;

const SECTOR: u64 = MAIN_BYTES as u64;

/// The disc of the sheet `sheet`.
pub(crate) fn resolve(mut context: Context<'_, '_>, sheet: &CcdSheet) -> Result<Opened, OpenError> {
    let toc = sheet
        .toc()
        .ok_or_else(|| context.error(Place::START, SheetFileError::NoToc))?;
    let image = Image::open(&mut context, sheet, &toc)?;
    let borders = borders::find(&image, sheet, &toc)?;
    let mut tracks = Vec::new();
    for (idx, (number, start)) in borders.starts.iter().enumerate() {
        let end = match borders.pregaps.get(idx + 1) {
            Some(next) => *next,
            None => toc.lead_out().to_lba(),
        };
        let place = Bounds {
            number: *number,
            pregap: borders.pregaps[idx],
            start: *start,
            end,
        };
        tracks.push(track(&mut context, (sheet, &toc), &image, place)?);
    }
    context.first_pregap(&mut tracks, false);
    note_points(&mut context, sheet);
    let mut spec = DiscSpec::new(tracks);
    spec.first_track = toc.first_track();
    spec.mcn = sheet.catalog.map(|catalog| catalog.value);
    spec.disc_type = sheet
        .entry(0xA0)
        .map(|entry| DiscType(entry.value.p_time[1]));
    spec.cd_text.clone_from(&sheet.cd_text);
    if !sheet.cd_text.is_empty() {
        context.say(format!("CD-Text in {} packs", sheet.cd_text.len()));
    }
    context.finish(spec)
}

/// Where a track lies.
#[derive(Clone, Copy)]
struct Bounds {
    number: u8,
    /// Index 0, or index 1 if it has none.
    pregap: Lba,
    start: Lba,
    end: Lba,
}

/// The files beside the sheet.
pub(super) struct Image {
    file: Arc<MappedFile>,
    sub: Option<Sub>,
}

impl Image {
    fn open(context: &mut Context<'_, '_>, sheet: &CcdSheet, toc: &Toc) -> Result<Self, OpenError> {
        let lead_out = sheet.entry(0xA2).map_or(Place::START, |entry| entry.place);
        let n_sectors = toc.lead_out().to_lba().since(Lba::ZERO);
        let n_sectors = u64::from(n_sectors.unwrap_or(Sectors::ZERO).count());
        let unusable = |context: &Context<'_, '_>, error| {
            context.error(Place::START, SheetFileError::File(Box::new(error)))
        };
        let Some(path) = beside(context.path, "img") else {
            let name = std::path::Path::new(context.path).with_extension("img");
            let name = name.file_name().unwrap_or_default();
            return Err(context.no_file(&name.to_string_lossy(), Place::START));
        };
        let file = MappedFile::open(path).map_err(|error| unusable(context, error))?;
        let needed = n_sectors * SECTOR;
        if file.len() != needed {
            let error = SheetFileError::ImageLength {
                path: file.path().to_owned(),
                has: file.len(),
                n_sectors,
                needed,
            };
            return Err(context.error(lead_out, error));
        }
        let sub = beside(context.path, "sub")
            .map(MappedFile::open)
            .transpose();
        let sub = sub.map_err(|error| unusable(context, error))?;
        if let Some(sub) = &sub
            && sub.len() != n_sectors * sub::STRIDE
        {
            let error = SheetFileError::SubLength {
                path: sub.path().to_owned(),
                has: sub.len(),
                main: file.path().to_owned(),
                n_sectors,
                needed: n_sectors * sub::STRIDE,
            };
            return Err(context.error(lead_out, error));
        }
        context.say(match &sub {
            Some(sub) => format!("subcode from {}", sub.path()),
            None => "no .sub file, subcode authored".to_owned(),
        });
        let file = Arc::new(file);
        let sub = sub.map(|sub| Sub::new(Arc::new(sub)));
        Ok(Self { file, sub })
    }

    /// The sectors from `from` up to `to`, both from LBA 0 on.
    fn stretch(&self, from: Lba, to: Lba) -> Stretch {
        Stretch {
            file: Arc::clone(&self.file),
            offset: offset(from, SECTOR),
            stride: FilePayload::PlainSector.bytes(),
            n_sectors: u64::from(length(from, to).count()),
        }
    }

    fn run(&self, from: Lba, to: Lba, payload: FilePayload) -> Option<Run> {
        let sectors = length(from, to);
        let form = FileForm::packed(payload);
        let run = Run::file(Arc::clone(&self.file), offset(from, SECTOR), form, sectors);
        let run = match &self.sub {
            None => run,
            Some(sub) => run.with_subcode(sub.subcode(from)),
        };
        (!sectors.is_zero()).then_some(run)
    }
}

/// Bytes before `lba`, from LBA 0 on.
fn offset(lba: Lba, sector_bytes: u64) -> u64 {
    u64::from(length(Lba::ZERO, lba).count()) * sector_bytes
}

fn length(from: Lba, to: Lba) -> Sectors {
    to.since(from).unwrap_or(Sectors::ZERO)
}

fn track(
    context: &mut Context<'_, '_>,
    (sheet, toc): (&CcdSheet, &Toc),
    image: &Image,
    bounds: Bounds,
) -> Result<Track, OpenError> {
    let Bounds {
        number,
        pregap,
        start,
        end,
    } = bounds;
    let section = sheet.track(number);
    let control = toc
        .track(number)
        .map(|track| track.control)
        .unwrap_or(Control::AUDIO);
    let sectors = image.stretch(start, end);
    let (kind, payload) = if control.is_data() {
        let stated = section.and_then(|section| match section.mode.value {
            CcdMode::Audio => None,
            mode => Some(mode.number()),
        });
        let place = section.map_or_else(|| place_of(sheet, number), |section| section.mode.place);
        let (kind, payload) = context.whole_sectors((number, stated, place), &[sectors])?;
        note_form(context, sheet, number, payload);
        (kind, payload)
    } else {
        let path = image.file.path().to_owned();
        let rule = (crate::ByteOrder::Little, "images of CloneCD");
        let order = context.byte_order((&path, &[sectors]), rule)?;
        (TrackKind::Audio, order.payload())
    };
    let body = image.run(start, end, payload);
    let mut track = Track::new(kind, body.into_iter().collect());
    track.pregap = image.run(pregap, start, payload).into_iter().collect();
    track.control = control;
    if let Some(section) = section {
        track.scms = section.flags.scms;
        track.isrc = section.isrc.map(|isrc| isrc.value);
        if let Some(isrc) = section.isrc.filter(|_| kind != TrackKind::Audio) {
            let error = SheetFileError::IsrcOnData { track: number };
            return Err(context.error(isrc.place, error));
        }
        let later = section.indexes.iter().filter(|(index, _)| *index >= 2);
        track.indexes = later.map(|(_, at)| length(start, at.value)).collect();
    }
    if let Some(sub) = &image.sub
        && let Some(said) = sub.contradiction(number, start)?
    {
        context.note(SourceNote::SubContradicts {
            track: number,
            start,
            said,
        });
    }
    Ok(track)
}

fn place_of(sheet: &CcdSheet, track: u8) -> Place {
    sheet.entry(track).map_or(Place::START, |entry| entry.place)
}

/// Whether the sheet says the form in which a track's sectors are.
fn note_form(context: &mut Context<'_, '_>, sheet: &CcdSheet, track: u8, payload: FilePayload) {
    let taken = match payload {
        FilePayload::ScrambledSector => DataForm::Scrambled,
        _ => DataForm::Plain,
    };
    let is_scrambled = taken == DataForm::Scrambled;
    if is_scrambled != sheet.data_tracks_scrambled {
        context.note(SourceNote::FormContradicted { track, taken });
    }
}

/// Points of other modes than 1 are authored by nobody here.
fn note_points(context: &mut Context<'_, '_>, sheet: &CcdSheet) {
    let others = sheet.entries.iter();
    let others: Vec<_> = others
        .filter(|Spanned { value, .. }| value.adr != 1)
        .map(|entry| format!("{:02X}h", entry.value.point))
        .collect();
    if !others.is_empty() {
        context.note(SourceNote::PointsLeftOut {
            points: others.join(", "),
        });
    }
}
