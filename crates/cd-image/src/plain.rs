//! Files of 2352-byte sectors: main channel without subcode.

use std::sync::Arc;

use cd_address::{BcdMsf, Lba};
use cd_sector::{MAIN_BYTES, MainKind, SYNC, detect, scramble};

use crate::raw_stream::{sample, whole_sectors};
use crate::subcode::array;
use crate::{MappedFile, Note, OpenError, Track, TrackMode};

/// What a data file's sampled sectors are, all of them; `None` if the first is not data, or the others are not and the
/// file is no whole number of such sectors anyway.
pub(crate) fn find(file: &MappedFile) -> Result<Option<TrackMode>, OpenError> {
    let n_sectors = file.len() / MAIN_BYTES as u64;
    let mut first = None;
    for sector_idx in sample(n_sectors) {
        let kind = detect(&sector(file, sector_idx)?);
        match first {
            None if kind == MainKind::Audio => return Ok(None),
            None => first = Some(kind),
            Some(first) if first != kind => {
                if !file.len().is_multiple_of(MAIN_BYTES as u64) {
                    return Ok(None);
                }
                return Err(OpenError::Mixed {
                    path: file.path().to_owned(),
                    first: name(first),
                    sector_idx,
                    other: name(kind),
                });
            }
            Some(_) => {}
        }
    }
    Ok(first.map(mode))
}

/// The one track of a file in `mode`.
pub(crate) fn track(
    file: Arc<MappedFile>,
    mode: TrackMode,
) -> Result<(Track, Vec<Note>), OpenError> {
    let sectors = whole_sectors(&file, MAIN_BYTES, Lba::ZERO)?;
    let mut notes = Vec::new();
    if mode != TrackMode::Audio {
        let mut first = sector(&file, 0)?;
        if matches!(mode, TrackMode::ScrambledData { .. }) {
            scramble(&mut first);
        }
        let lba = Lba::ZERO;
        if let Ok(header) = BcdMsf(array(&first[SYNC.len()..])).to_msf()
            && header.to_lba() != lba
        {
            notes.push(Note::HeaderAddress { lba, header });
        }
    }
    Ok((Track::new(mode, file, sectors), notes))
}

/// The mode of a file that is stated to be data, `scrambled` or not, whatever else is in it.
pub(crate) fn stated(file: &MappedFile, scrambled: bool) -> Result<TrackMode, OpenError> {
    if file.len() < MAIN_BYTES as u64 {
        // Not one sector: what follows says so.
        return Ok(TrackMode::PlainData { mode: 1 });
    }
    let mode = match detect(&sector(file, 0)?) {
        MainKind::Data { mode, .. } => mode,
        MainKind::Audio => 1,
    };
    Ok(if scrambled {
        TrackMode::ScrambledData { mode }
    } else {
        TrackMode::PlainData { mode }
    })
}

fn sector(file: &MappedFile, sector_idx: u64) -> Result<[u8; MAIN_BYTES], OpenError> {
    let mut sector = [0; MAIN_BYTES];
    file.read_at(sector_idx * MAIN_BYTES as u64, &mut sector)?;
    Ok(sector)
}

const fn mode(kind: MainKind) -> TrackMode {
    match kind {
        MainKind::Audio => TrackMode::Audio,
        MainKind::Data {
            mode,
            scrambled: true,
        } => TrackMode::ScrambledData { mode },
        MainKind::Data {
            mode,
            scrambled: false,
        } => TrackMode::PlainData { mode },
    }
}

fn name(kind: MainKind) -> String {
    match kind {
        MainKind::Audio => "audio".to_owned(),
        MainKind::Data { mode, scrambled } => {
            let how = if scrambled { "scrambled" } else { "plain" };
            format!("{how} data of mode {mode}")
        }
    }
}
