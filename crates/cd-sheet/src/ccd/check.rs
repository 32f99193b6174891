//! What only the whole sheet shows.

use std::ops::RangeInclusive;

use super::CcdEntry;
use super::section::{Section, number};
use crate::{SheetError, SheetFault, Spanned};

/// `CDTextLength`, which counts bytes of packs with their CRC, or without; some files have 0 for any.
pub(super) fn cd_text_length(disc: &Section<'_>, n_packs: usize) -> Result<(), SheetError> {
    let Some(value) = disc.value("CDTextLength") else {
        return Ok(());
    };
    let length = number(value, "CDTextLength", 0, 65_535)?;
    let n_packs = i32::try_from(n_packs).unwrap_or(i32::MAX / 32);
    // What READ TOC/PMA/ATIP gives has a header of four bytes before the packs.
    let has_packs = n_packs > 0 && (16 * n_packs..=18 * n_packs + 4).contains(&length);
    if length == 0 || has_packs {
        return Ok(());
    }
    let expected = format!("{}, the bytes of {n_packs} packs in [CDText]", 18 * n_packs);
    Err(value.error(SheetFault::unexpected(value.value, expected)))
}

/// The points that every lead-in has, once each, and tracks without a gap; the numbers of the tracks.
pub(super) fn points(
    entries: &[Spanned<CcdEntry>],
    disc: &Section<'_>,
) -> Result<RangeInclusive<u8>, SheetError> {
    for (idx, entry) in entries.iter().enumerate() {
        let same = |other: &&Spanned<CcdEntry>| {
            (other.value.adr, other.value.point) == (entry.value.adr, entry.value.point)
        };
        if let Some(first) = entries[..idx].iter().find(same) {
            return Err(entry.error(SheetFault::Duplicate {
                what: format!("Point=0x{:02x}", entry.value.point).into(),
                first: first.place,
            }));
        }
    }
    let required = |point: u8| {
        let mut entries = entries.iter();
        let found = entries.find(|entry| (entry.value.adr, entry.value.point) == (1, point));
        found.ok_or_else(|| {
            disc.error(SheetFault::Missing {
                what: format!("Point=0x{point:02x}").into(),
                of: "the lead-in (the [Entry] sections)".into(),
            })
        })
    };
    let (first, last, lead_out) = (required(0xA0)?, required(0xA1)?, required(0xA2)?);
    let first = track_number(first, "number of the first track", 1)?;
    let last = track_number(last, "number of the last track", first)?;
    let numbers = first..=last;
    let mut tracks = entries
        .iter()
        .filter_map(|entry| Some((entry, entry.value.track()?)));
    if let Some((entry, track)) = tracks.find(|(_, track)| !numbers.contains(track)) {
        return Err(entry.error(SheetFault::OutOfRange {
            what: "number of the track",
            value: track.to_string(),
            min: first.into(),
            max: last.into(),
        }));
    }
    let mut previous = required(first)?;
    for number in numbers.clone().skip(1) {
        let entry = required(number)?;
        check_after(previous, entry)?;
        previous = entry;
    }
    check_after(previous, lead_out)?;
    Ok(numbers)
}

fn track_number(entry: &Spanned<CcdEntry>, what: &'static str, min: u8) -> Result<u8, SheetError> {
    let [number, ..] = entry.value.p_time;
    if (min..=99).contains(&number) {
        return Ok(number);
    }
    Err(entry.error(SheetFault::OutOfRange {
        what,
        value: number.to_string(),
        min: min.into(),
        max: 99,
    }))
}

fn check_after(previous: &Spanned<CcdEntry>, entry: &Spanned<CcdEntry>) -> Result<(), SheetError> {
    if previous.value.p_lba < entry.value.p_lba {
        return Ok(());
    }
    Err(entry.error(SheetFault::NotAscending {
        what: "PLBA",
        value: entry.value.p_lba.to_string(),
        previous: previous.value.p_lba.to_string(),
        at: previous.place,
    }))
}
