//! Sections to a sheet.

use cd_sector::{CD_TEXT_PACK_BYTES, CdTextPack, Control};

use super::section::{Section, SectionKind, byte, number, sections, words};
use super::{CcdEntry, CcdSheet, check, track};
use crate::text::check_characters;
use crate::{Place, SheetError, SheetFault, Spanned};

/// The sheet that a control file's text is.
///
/// # Errors
/// [`SheetError`] with the first fault and its place, which may be any but those of bytes.
pub fn parse(text: &str) -> Result<CcdSheet, SheetError> {
    check_characters(text)?;
    let sections = sections(text)?;
    let of = |kind| sections.iter().filter(move |section| section.kind == kind);
    let only = |kind| {
        of(kind).next().ok_or_else(|| {
            let place = sections.last().map_or(Place::START, |last| last.place);
            let fault = SheetFault::Missing {
                what: "[Disc]".into(),
                of: "the sheet".into(),
            };
            SheetError::new(place, fault)
        })
    };
    let first = only(SectionKind::CloneCd)?;
    let version = byte(first.required("Version")?, "version", 2, 3)?;
    let disc = only(SectionKind::Disc)?;
    refuse_sessions(disc, of(SectionKind::Session))?;
    let session = of(SectionKind::Session).next();
    let setting = |key| {
        let given = session.and_then(|session| session.value(key));
        given
            .map(|given| byte(given, "number", 0, u8::MAX))
            .transpose()
    };
    let cd_text = match of(SectionKind::CdText).next() {
        Some(section) => packs(section)?,
        None => Vec::new(),
    };
    check::cd_text_length(disc, cd_text.len())?;
    let is_scrambled = disc.value("DataTracksScrambled");
    let is_scrambled = is_scrambled.map(|value| byte(value, "DataTracksScrambled", 0, 1));
    let catalog = disc.value("CATALOG").map(|value| {
        let mcn = value.value.parse();
        let mcn = mcn.map_err(|error| value.error(SheetFault::Mcn(error)))?;
        Ok(Spanned::new(value.place, mcn))
    });
    let entries = entries(disc, of(SectionKind::Entry))?;
    let numbers = check::points(&entries, disc)?;
    Ok(CcdSheet {
        version,
        data_tracks_scrambled: is_scrambled.transpose()? == Some(1),
        catalog: catalog.transpose()?,
        cd_text,
        pregap_mode: setting("PreGapMode")?,
        pregap_subc: setting("PreGapSubC")?,
        entries,
        tracks: track::tracks(of(SectionKind::Track), &numbers)?,
    })
}

fn refuse_sessions<'a>(
    disc: &Section<'_>,
    mut sessions: impl Iterator<Item = &'a Section<'a>>,
) -> Result<(), SheetError> {
    let n_sessions = disc.required("Sessions")?;
    if number(n_sessions, "number of sessions", 1, 99)? != 1 {
        let what = format!("Sessions={}", n_sessions.value);
        return Err(n_sessions.error(multi_session(what)));
    }
    match sessions.find(|section| section.number != 1) {
        Some(other) => Err(other.error(multi_session(other.name()))),
        None => Ok(()),
    }
}

fn multi_session(what: String) -> SheetFault {
    SheetFault::MultiSession { what: what.into() }
}

pub(super) fn sequence(what: &'static str, found: u32, expected: u32) -> SheetFault {
    SheetFault::Sequence {
        what,
        found,
        expected: expected.to_string().into(),
    }
}

/// That a number said of something is how many there are.
fn check_count(said: Spanned<&str>, n_found: usize, what: &'static str) -> Result<(), SheetError> {
    let n_said = number(said, what, 0, 65_535)?;
    if usize::try_from(n_said) == Ok(n_found) {
        return Ok(());
    }
    let expected = format!("{n_found}, the {what} that follow");
    Err(said.error(SheetFault::unexpected(said.value, expected)))
}

fn entries<'a>(
    disc: &Section<'_>,
    sections: impl Iterator<Item = &'a Section<'a>>,
) -> Result<Vec<Spanned<CcdEntry>>, SheetError> {
    let mut entries = Vec::new();
    for (expected, section) in (0..).zip(sections) {
        if section.number != expected {
            return Err(section.error(sequence("entry", section.number, expected)));
        }
        entries.push(Spanned::new(section.place, entry(section)?));
    }
    let said = disc.required("TocEntries")?;
    check_count(said, entries.len(), "number of entries")?;
    Ok(entries)
}

fn entry(section: &Section<'_>) -> Result<CcdEntry, SheetError> {
    let session = section.required("Session")?;
    if number(session, "session", 1, 99)? != 1 {
        let what = format!("Session={} in {}", session.value, section.name());
        return Err(session.error(multi_session(what)));
    }
    let get = |key, max| byte(section.required(key)?, key, 0, max);
    let address = |key| number(section.required(key)?, key, -450_150, 1_166_730);
    let adr = get("ADR", 15)?;
    let point = get("Point", u8::MAX)?;
    // Tracks and lead-out begin at a time; the first and the last track are numbers in a time's place.
    let limits = match (adr, point) {
        (1, 1..=99 | 0xA2) => [89, 59, 74],
        (1, 0xA0 | 0xA1) => [99, u8::MAX, u8::MAX],
        _ => [u8::MAX; 3],
    };
    let [minute, second, frame] = limits;
    let p_time = [
        get("PMin", minute)?,
        get("PSec", second)?,
        get("PFrame", frame)?,
    ];
    let p_lba = address("PLBA")?;
    let expected = CcdEntry::lba_of(p_time);
    if limits == [89, 59, 74] && p_lba != expected {
        let value = section.required("PLBA")?;
        let [minute, second, frame] = p_time;
        let expected = format!("{expected}, the address of {minute:02}:{second:02}:{frame:02}");
        return Err(value.error(SheetFault::unexpected(value.value, expected)));
    }
    Ok(CcdEntry {
        point,
        adr,
        control: Control(get("Control", 15)?),
        track_no: get("TrackNo", 99)?,
        a_time: [
            get("AMin", u8::MAX)?,
            get("ASec", u8::MAX)?,
            get("AFrame", u8::MAX)?,
        ],
        a_lba: address("ALBA")?,
        zero: get("Zero", u8::MAX)?,
        p_time,
        p_lba,
    })
}

fn packs(section: &Section<'_>) -> Result<Vec<CdTextPack>, SheetError> {
    let mut packs = Vec::new();
    for (expected, (found, value)) in (0..).zip(section.numbered("Entry ")) {
        if found.value != expected {
            return Err(found.error(sequence("pack", found.value, expected)));
        }
        packs.push(pack(value)?);
    }
    let said = section.required("Entries")?;
    check_count(said, packs.len(), "number of packs")?;
    Ok(packs)
}

fn pack(value: Spanned<&str>) -> Result<CdTextPack, SheetError> {
    let mut bytes = Vec::with_capacity(CD_TEXT_PACK_BYTES);
    for word in words(value) {
        let is_hexadecimal = word.value.bytes().all(|b| b.is_ascii_hexdigit());
        match u8::from_str_radix(word.value, 16) {
            Ok(byte) if is_hexadecimal && word.value.len() == 2 => bytes.push(byte),
            _ => {
                let expected = "a byte of the pack, two hexadecimal digits";
                return Err(word.error(SheetFault::unexpected(word.value, expected)));
            }
        }
    }
    let Some((first, rest)) = bytes.split_first_chunk() else {
        return Err(value.error(pack_length(bytes.len())));
    };
    let pack = CdTextPack::with_crc(*first);
    match rest {
        [] => Ok(pack),
        &[high, low] if u16::from_be_bytes([high, low]) == pack.crc() => Ok(pack),
        [high, low] => {
            let found = format!("{high:02X} {low:02X}");
            let expected = format!("the CRC {:04X}h of the pack, or 16 bytes", pack.crc());
            Err(value.error(SheetFault::unexpected(&found, expected)))
        }
        _ => Err(value.error(pack_length(bytes.len()))),
    }
}

fn pack_length(n_bytes: usize) -> SheetFault {
    SheetFault::Unexpected {
        found: format!("{n_bytes} bytes"),
        expected: "the 16 bytes of a pack, or 18 with its CRC".into(),
    }
}
