//! A sheet to text.

use std::fmt;

use super::{CcdEntry, CcdFlags, CcdSheet, CcdTrack};

/// The control file as CloneCD writes it: lines end with CR and LF, sections stand in its order.
///
/// Parsed again it is the same sheet, if all values are as their documentation says. `CDTextLength` counts 18 bytes a
/// pack.
impl fmt::Display for CcdSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = &mut Lines(f);
        lines.section("CloneCD")?;
        lines.key("Version", self.version)?;
        lines.section("Disc")?;
        lines.key("TocEntries", self.entries.len())?;
        lines.key("Sessions", 1)?;
        lines.key("DataTracksScrambled", u8::from(self.data_tracks_scrambled))?;
        lines.key("CDTextLength", 18 * self.cd_text.len())?;
        if let Some(catalog) = &self.catalog {
            lines.key("CATALOG", catalog.value)?;
        }
        if !self.cd_text.is_empty() {
            lines.section("CDText")?;
            lines.key("Entries", self.cd_text.len())?;
            for (idx, pack) in self.cd_text.iter().enumerate() {
                let bytes: Vec<_> = pack.0[..16].iter().map(|b| format!("{b:02x}")).collect();
                lines.key(format_args!("Entry {idx}"), bytes.join(" "))?;
            }
        }
        lines.section("Session 1")?;
        let pregap = [
            ("PreGapMode", self.pregap_mode),
            ("PreGapSubC", self.pregap_subc),
        ];
        for (key, value) in pregap {
            if let Some(value) = value {
                lines.key(key, value)?;
            }
        }
        for (idx, entry) in self.entries.iter().enumerate() {
            lines.section(format_args!("Entry {idx}"))?;
            print_entry(lines, &entry.value)?;
        }
        for track in &self.tracks {
            lines.section(format_args!("TRACK {}", track.number))?;
            print_track(lines, track)?;
        }
        Ok(())
    }
}

struct Lines<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Lines<'_, '_> {
    fn section(&mut self, name: impl fmt::Display) -> fmt::Result {
        write!(self.0, "[{name}]\r\n")
    }

    fn key(&mut self, key: impl fmt::Display, value: impl fmt::Display) -> fmt::Result {
        write!(self.0, "{key}={value}\r\n")
    }
}

fn print_entry(lines: &mut Lines<'_, '_>, entry: &CcdEntry) -> fmt::Result {
    lines.key("Session", 1)?;
    for (key, value) in [
        ("Point", entry.point),
        ("ADR", entry.adr),
        ("Control", entry.control.0),
    ] {
        lines.key(key, format_args!("0x{value:02x}"))?;
    }
    lines.key("TrackNo", entry.track_no)?;
    let [minute, second, frame] = entry.a_time;
    lines.key("AMin", minute)?;
    lines.key("ASec", second)?;
    lines.key("AFrame", frame)?;
    lines.key("ALBA", entry.a_lba)?;
    lines.key("Zero", entry.zero)?;
    let [minute, second, frame] = entry.p_time;
    lines.key("PMin", minute)?;
    lines.key("PSec", second)?;
    lines.key("PFrame", frame)?;
    lines.key("PLBA", entry.p_lba)
}

fn print_track(lines: &mut Lines<'_, '_>, track: &CcdTrack) -> fmt::Result {
    lines.key("MODE", track.mode.value.number())?;
    if let Some(isrc) = &track.isrc {
        let characters = isrc.value.characters().iter().copied().map(char::from);
        lines.key("ISRC", characters.collect::<String>())?;
    }
    let CcdFlags {
        copy_permitted,
        four_channel,
        pre_emphasis,
        scms,
    } = track.flags;
    let flags = [
        (copy_permitted, "DCP"),
        (four_channel, "4CH"),
        (pre_emphasis, "PRE"),
        (scms, "SCMS"),
    ];
    let flags: Vec<_> = flags
        .into_iter()
        .filter(|(is_set, _)| *is_set)
        .map(|(_, flag)| flag)
        .collect();
    if !flags.is_empty() {
        lines.key("FLAGS", flags.join(" "))?;
    }
    for (index, lba) in &track.indexes {
        lines.key(format_args!("INDEX {index}"), lba.value)?;
    }
    Ok(())
}
