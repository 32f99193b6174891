//! The track table: texts, one for each track.
//!
//! A text is `TRACK:2 TYPE:AUDIO SUBTYPE:NONE FRAMES:301 PREGAP:75 PGTYPE:VAUDIO PGSUB:NONE POSTGAP:0` (`CHT2`), or that up to
//! FRAMES (`CHTR`). What chdman 0.251 writes for sheets of which all lengths are known settles what the words mean:
//!
//! - FRAMES are those in the file, and each track is filled up with zero frames to a multiple of 4.
//! - A PGTYPE that begins with V says that the pregap of PREGAP frames is the first part of FRAMES. (It comes of INDEX 00 in a
//!   CUE sheet.) With any other the pregap is not in the file, and PGTYPE says nothing of it: MODE1 stands there for
//!   audio tracks too. (It comes of PREGAP.)
//! - POSTGAP frames are not in the file.
//! - A cdrdao sheet's START becomes a PREGAP whose PGTYPE has no V, though its frames are in the file. That cannot be told from a
//!   pregap that is not, and is taken for one.

use super::header::Entry;
use crate::{ChdError, ChdKind, MappedFile};

/// Tracks in the file are filled up to a multiple of so many frames.
const TRACK_FRAMES: u32 = 4;
/// Counts that pass this are no CD's.
const MAX_COUNT: u32 = 450_000;

/// One track of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) data: DataType,
    pub(super) sub: SubType,
    /// Its first frame in the file.
    pub(super) first: u32,
    /// Its frames in the file, without those that fill it up.
    pub(super) frames: u32,
    pub(super) pregap: u32,
    /// Whether the pregap is the first part of `frames`.
    pub(super) pregap_in_file: bool,
    pub(super) postgap: u32,
}

/// What lies in the first 2352 bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DataType {
    Audio,
    Mode1,
    Mode1Raw,
    Mode2,
    Mode2Form1,
    Mode2Form2,
    Mode2FormMix,
    Mode2Raw,
}

/// What lies in the 96 bytes behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SubType {
    None,
    /// R to W as packs.
    Rw,
    /// As on the disc.
    RwRaw,
}

impl DataType {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "AUDIO" => Self::Audio,
            "MODE1" | "MODE1/2048" => Self::Mode1,
            "MODE1_RAW" | "MODE1/2352" => Self::Mode1Raw,
            "MODE2" | "MODE2/2336" => Self::Mode2,
            "MODE2_FORM1" | "MODE2/2048" => Self::Mode2Form1,
            "MODE2_FORM2" | "MODE2/2324" => Self::Mode2Form2,
            "MODE2_FORM_MIX" => Self::Mode2FormMix,
            "MODE2_RAW" | "MODE2/2352" | "CDI/2352" => Self::Mode2Raw,
            _ => return None,
        })
    }
}

impl SubType {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "NONE" => Self::None,
            "RW" => Self::Rw,
            "RW_RAW" => Self::RwRaw,
            _ => return None,
        })
    }
}

/// The tracks that `metadata` names, held against the `n_frames` of the file.
pub(super) fn read(
    file: &MappedFile,
    metadata: &[Entry],
    n_frames: u64,
) -> Result<Vec<Row>, ChdError> {
    let wrong = |problem| ChdError::Tracks {
        path: file.path().to_owned(),
        problem,
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut first = 0;
    for entry in metadata {
        if !matches!(&entry.tag, b"CHT2" | b"CHTR") {
            continue;
        }
        let text = String::from_utf8_lossy(&entry.contents);
        let text = text.trim_end_matches('\0').trim_end();
        let row = row(text, rows.len() + 1, first)
            .map_err(|problem| wrong(format!("{problem} in \"{}\"", text.escape_debug())))?;
        // All counts are below MAX_COUNT and there are 99 rows: this cannot pass 32 bits.
        first += row.frames.next_multiple_of(TRACK_FRAMES);
        rows.push(row);
        if rows.len() > 99 {
            return Err(wrong("it has more than 99 tracks".to_owned()));
        }
    }
    // The last hunk's rest may be counted or not.
    let too_few = u64::from(first) > n_frames;
    if too_few || n_frames - u64::from(first) >= 256 {
        return Err(wrong(format!(
            "its tracks take {first} frames, the file holds {n_frames}"
        )));
    }
    Ok(rows)
}

/// The row that `text` is, of which `number` and `first` are known.
fn row(text: &str, number: usize, first: u32) -> Result<Row, String> {
    let words: Vec<&str> = text.split(' ').collect();
    let old = ["TRACK", "TYPE", "SUBTYPE", "FRAMES"];
    let new = ["PREGAP", "PGTYPE", "PGSUB", "POSTGAP"];
    let is_new = words.len() > old.len();
    let names = old.iter().chain(new.iter().filter(|_| is_new));
    let n_names = names.clone().count();
    if words.len() != n_names {
        return Err(format!("{} words stand, not 4 or 8", words.len()));
    }
    let mut values = [""; 8];
    for ((name, word), value) in names.zip(words).zip(&mut values) {
        let after = word.strip_prefix(name).and_then(|w| w.strip_prefix(':'));
        *value = after.ok_or_else(|| format!("{name}: is expected where {word} stands"))?;
    }
    let [track, data, sub, frames, pregap, pregap_type, _, postgap] = values;
    if track != number.to_string() {
        return Err(format!("track {number} is expected where {track} stands"));
    }
    let mut row = Row {
        data: DataType::of(data).ok_or_else(|| format!("type {data} is not known"))?,
        sub: SubType::of(sub).ok_or_else(|| format!("subtype {sub} is not known"))?,
        first,
        frames: count("FRAMES", frames)?,
        pregap: 0,
        pregap_in_file: false,
        postgap: 0,
    };
    if n_names == values.len() {
        row.pregap = count("PREGAP", pregap)?;
        // A pregap in the file is stored as the track is, whatever else these say.
        row.pregap_in_file = row.pregap > 0 && pregap_type.starts_with('V');
        row.postgap = count("POSTGAP", postgap)?;
    }
    if row.body_frames() == 0 {
        return Err("no frame follows the pregap".to_owned());
    }
    Ok(row)
}

fn count(name: &str, value: &str) -> Result<u32, String> {
    let is_number = value.bytes().all(|c| c.is_ascii_digit());
    match value.parse() {
        Ok(count @ 0..=MAX_COUNT) if is_number => Ok(count),
        _ => Err(format!("{name} {value} is no number of frames of a CD")),
    }
}

impl Row {
    /// Frames in the file that belong to the pregap.
    pub(super) fn pregap_frames(&self) -> u32 {
        if self.pregap_in_file { self.pregap } else { 0 }
    }

    /// Frames in the file from index 1 on.
    pub(super) fn body_frames(&self) -> u32 {
        self.frames.saturating_sub(self.pregap_frames())
    }
}

/// What a file is whose metadata names no tracks.
fn kind(metadata: &[Entry]) -> ChdKind {
    let named = metadata.iter().find_map(|entry| match &entry.tag {
        b"GDDD" => Some(ChdKind::HardDisk),
        b"DVD " => Some(ChdKind::Dvd),
        b"CHGD" | b"CHGT" => Some(ChdKind::GdRom),
        b"AVAV" | b"AVLD" => Some(ChdKind::Video),
        b"CHCD" => Some(ChdKind::OldCd),
        _ => None,
    });
    named.unwrap_or(ChdKind::Unnamed)
}

/// What the file is when it is looked at as a whole: a CD, or what else.
pub(super) fn check_kind(file: &MappedFile, metadata: &[Entry]) -> Result<(), ChdError> {
    let is_cd = |entry: &Entry| matches!(&entry.tag, b"CHT2" | b"CHTR");
    if metadata.iter().any(is_cd) {
        return Ok(());
    }
    Err(ChdError::Kind {
        path: file.path().to_owned(),
        kind: kind(metadata),
    })
}
