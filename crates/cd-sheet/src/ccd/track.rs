//! `[TRACK]` sections.

use std::ops::RangeInclusive;

use cd_address::Lba;

use super::parse::sequence;
use super::section::{Section, byte, number, words};
use super::{CcdFlags, CcdMode, CcdTrack};
use crate::{SheetError, SheetFault, Spanned};

/// The tracks of these sections, ascending, whose numbers are among `numbers`.
pub(super) fn tracks<'a>(
    sections: impl Iterator<Item = &'a Section<'a>>,
    numbers: &RangeInclusive<u8>,
) -> Result<Vec<CcdTrack>, SheetError> {
    let mut tracks: Vec<CcdTrack> = Vec::new();
    for section in sections {
        let number = u8::try_from(section.number).ok();
        let number = number.filter(|number| numbers.contains(number));
        let number = number.ok_or_else(|| {
            section.error(SheetFault::OutOfRange {
                what: "number of the track",
                value: section.number.to_string(),
                min: (*numbers.start()).into(),
                max: (*numbers.end()).into(),
            })
        })?;
        if let Some(last) = tracks.last().filter(|last| last.number > number) {
            let expected = u32::from(last.number) + 1;
            return Err(section.error(sequence("track", number.into(), expected)));
        }
        tracks.push(track(section, number)?);
    }
    Ok(tracks)
}

fn track(section: &Section<'_>, number: u8) -> Result<CcdTrack, SheetError> {
    let mode = section.required("MODE")?;
    let isrc = section.value("ISRC").map(|value| {
        let isrc = value.value.parse();
        let isrc = isrc.map_err(|error| value.error(SheetFault::Isrc(error)))?;
        Ok(Spanned::new(value.place, isrc))
    });
    let flags = section.value("FLAGS").map(flags).transpose()?;
    let number_of_mode = byte(mode, "mode", 0, 2)?;
    let kind = match number_of_mode {
        0 => CcdMode::Audio,
        1 => CcdMode::Mode1,
        _ => CcdMode::Mode2,
    };
    Ok(CcdTrack {
        number,
        mode: Spanned::new(mode.place, kind),
        isrc: isrc.transpose()?,
        flags: flags.unwrap_or_default(),
        indexes: indexes(section)?,
    })
}

fn flags(value: Spanned<&str>) -> Result<CcdFlags, SheetError> {
    let mut flags = CcdFlags::default();
    for word in words(value) {
        let flag = match word.value {
            "DCP" => &mut flags.copy_permitted,
            "4CH" => &mut flags.four_channel,
            "PRE" => &mut flags.pre_emphasis,
            "SCMS" => &mut flags.scms,
            other => {
                return Err(word.error(SheetFault::UnknownWord {
                    what: "flag",
                    found: SheetFault::show(other),
                    expected: "DCP, 4CH, PRE or SCMS".into(),
                }));
            }
        };
        if std::mem::replace(flag, true) {
            let mut all = words(value);
            let first = all.find(|other| other.value == word.value).unwrap_or(word);
            return Err(word.error(SheetFault::Duplicate {
                what: word.value.to_owned().into(),
                first: first.place,
            }));
        }
    }
    Ok(flags)
}

fn indexes(section: &Section<'_>) -> Result<Vec<(u8, Spanned<Lba>)>, SheetError> {
    let mut indexes: Vec<(u8, Spanned<Lba>)> = Vec::new();
    for (found, value) in section.numbered("INDEX ") {
        let index = u8::try_from(found.value).ok().filter(|index| *index <= 99);
        let index = index.ok_or_else(|| {
            found.error(SheetFault::OutOfRange {
                what: "number of the index",
                value: found.value.to_string(),
                min: 0,
                max: 99,
            })
        })?;
        let (first, last) = (Lba::PREGAP_START, Lba::MAX);
        let lba = number(value, "address", first.value(), last.value())?;
        let lba = Lba::new(lba).unwrap_or(last);
        if let Some((last, previous)) = indexes.last() {
            if *last > index {
                let expected = u32::from(*last) + 1;
                return Err(found.error(sequence("index", index.into(), expected)));
            }
            if previous.value >= lba {
                return Err(value.error(SheetFault::NotAscending {
                    what: "index",
                    value: lba.to_string(),
                    previous: previous.value.to_string(),
                    at: previous.place,
                }));
            }
        }
        indexes.push((index, Spanned::new(value.place, lba)));
    }
    if indexes.iter().any(|(index, _)| *index == 1) {
        Ok(indexes)
    } else {
        Err(section.missing("INDEX 1"))
    }
}
