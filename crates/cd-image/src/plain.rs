//! Files of 2352-byte sectors: main channel without subcode.

use std::sync::Arc;

use cd_address::{BcdMsf, Lba};
use cd_sector::{MAIN_BYTES, MainKind, SYNC, detect, scramble};

use crate::open::Opened;
use crate::raw_stream::{sample, whole_sectors};
use crate::sheet::look::{self, Stretch};
use crate::subcode::array;
use crate::{
    ByteOrder, DiscSpec, FileForm, FilePayload, MappedFile, Note, OpenError, Run, Track, TrackKind,
};

/// What a data file's sampled sectors are, all of them; `None` if the first is not data, or the others are not and the
/// file is no whole number of such sectors anyway.
pub(crate) fn find(file: &MappedFile) -> Result<Option<MainKind>, OpenError> {
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
    Ok(first)
}

/// The one track of a file of such sectors.
pub(crate) fn track(
    file: Arc<MappedFile>,
    kind: MainKind,
) -> Result<(Track, Vec<Note>), OpenError> {
    let sectors = whole_sectors(&file, MAIN_BYTES, Lba::ZERO)?;
    let mut notes = Vec::new();
    if let MainKind::Data { scrambled, .. } = kind {
        let mut first = sector(&file, 0)?;
        if scrambled {
            scramble(&mut first);
        }
        let lba = Lba::ZERO;
        if let Ok(header) = BcdMsf(array(&first[SYNC.len()..])).to_msf()
            && header.to_lba() != lba
        {
            notes.push(Note::HeaderAddress { lba, header });
        }
    }
    let (kind, payload) = match kind {
        MainKind::Audio => (TrackKind::Audio, FilePayload::Samples),
        MainKind::Data { mode, scrambled } => (
            TrackKind::of_mode(mode),
            if scrambled {
                FilePayload::ScrambledSector
            } else {
                FilePayload::PlainSector
            },
        ),
    };
    let run = Run::file(file, 0, FileForm::packed(payload), sectors);
    Ok((Track::new(kind, vec![run]), notes))
}

/// The one track of a file of samples without a header, in the order of bytes that is stated.
pub(crate) fn audio(file: Arc<MappedFile>, stated: Option<ByteOrder>) -> Result<Opened, OpenError> {
    let sectors = whole_sectors(&file, MAIN_BYTES, Lba::ZERO)?;
    let stretch = Stretch {
        file: Arc::clone(&file),
        offset: 0,
        stride: FilePayload::Samples.bytes(),
        n_sectors: u64::from(sectors.count()),
    };
    let rule = match stated {
        Some(_) => "as given",
        None => "unless stated",
    };
    let taken = stated.unwrap_or(ByteOrder::Little);
    let (said, note) = look::judge_order(file.path(), &[stretch], (taken, rule))?;
    let form = FileForm::packed(taken.payload());
    let run = Run::file(file, 0, form, sectors);
    Ok(Opened {
        spec: DiscSpec::new(vec![Track::new(TrackKind::Audio, vec![run])]),
        notes: note.map(Note::Source).into_iter().collect(),
        said: vec![said],
    })
}

/// The sectors of a file that is stated to be data, `scrambled` or not, whatever else is in it.
pub(crate) fn stated(file: &MappedFile, scrambled: bool) -> Result<MainKind, OpenError> {
    let mode = if file.len() < MAIN_BYTES as u64 {
        // Not one sector: what follows says so.
        1
    } else {
        match detect(&sector(file, 0)?) {
            MainKind::Data { mode, .. } => mode,
            MainKind::Audio => 1,
        }
    };
    Ok(MainKind::Data { mode, scrambled })
}

fn sector(file: &MappedFile, sector_idx: u64) -> Result<[u8; MAIN_BYTES], OpenError> {
    let mut sector = [0; MAIN_BYTES];
    file.read_at(sector_idx * MAIN_BYTES as u64, &mut sector)?;
    Ok(sector)
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
