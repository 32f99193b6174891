//! Where tracks of an image begin: index 1 by the entries, index 0 by what says it.

use cd_address::{Lba, Sectors};
use cd_sector::{MAIN_BYTES, MainKind, Toc, detect};
use cd_sheet::ccd::CcdSheet;

use super::{Image, SECTOR, offset, sub::Sub};
use crate::OpenError;

/// Tracks in their order.
pub(super) struct Borders {
    /// Numbers and where index 1 begins.
    pub(super) starts: Vec<(u8, Lba)>,
    /// Where the same begin, pregap included.
    pub(super) pregaps: Vec<Lba>,
}

pub(super) fn find(image: &Image, sheet: &CcdSheet, toc: &Toc) -> Result<Borders, OpenError> {
    let tracks: Vec<_> = toc.tracks().collect();
    let starts: Vec<_> = tracks
        .iter()
        .map(|track| (track.track, track.start.to_lba()))
        .collect();
    let mut pregaps = Vec::new();
    for (idx, &(number, start)) in starts.iter().enumerate() {
        let section = sheet.track(number);
        let index = |wanted| {
            let indexes = section.into_iter().flat_map(|section| &section.indexes);
            let mut found = indexes.filter(move |(index, _)| *index == wanted);
            found.next().map(|(_, at)| at.value)
        };
        let Some(before) = idx.checked_sub(1) else {
            // What is before the first track's index 1, from LBA 0 on.
            pregaps.push(start.min(Lba::ZERO));
            continue;
        };
        let earliest = starts[before].1;
        let differ = tracks[before].control.is_data() != tracks[idx].control.is_data();
        let pregap = match (index(0), &image.sub) {
            (Some(at), _) if at > earliest && at <= start => at,
            (_, Some(sub)) => by_q(sub, number, (earliest, start))?,
            (_, None) if differ => {
                by_sectors(image, tracks[idx].control.is_data(), (earliest, start))?
            }
            (_, None) => start,
        };
        pregaps.push(pregap);
    }
    Ok(Borders { starts, pregaps })
}

/// The sectors before `start`, back to after `earliest`.
fn back(earliest: Lba, start: Lba) -> impl Iterator<Item = Lba> {
    let n_sectors = start.since(earliest).unwrap_or(Sectors::ZERO).count();
    (1..n_sectors).map_while(move |n| start.sub(Sectors::new(n).ok()?).ok())
}

/// The first of the sectors right before `start` in which Q says index 0 of `track`; what Q does not say is passed over.
fn by_q(sub: &Sub, track: u8, (earliest, start): (Lba, Lba)) -> Result<Lba, OpenError> {
    let mut first = start;
    for lba in back(earliest, start) {
        match sub.position(lba)? {
            Some((other, 0, _)) if other == track => first = lba,
            Some(_) => break,
            None => {}
        }
    }
    Ok(first)
}

/// The first of the sectors right before `start` that are of the kind of the track there.
fn by_sectors(
    image: &Image,
    is_data: bool,
    (earliest, start): (Lba, Lba),
) -> Result<Lba, OpenError> {
    let mut first = start;
    let mut sector = [0; MAIN_BYTES];
    for lba in back(earliest, start) {
        image.file.read_at(offset(lba, SECTOR), &mut sector)?;
        if (detect(&sector) != MainKind::Audio) != is_data {
            break;
        }
        first = lba;
    }
    Ok(first)
}
