//! The track table to the disc model's tracks.

use std::sync::Arc;

use cd_address::{PREGAP_SECTORS, Sectors};
use cd_sector::{MAIN_BYTES, MainKind, SUBCODE_BYTES, SYNC, detect, scramble};

use super::table::{DataType, Row, SubType};
use super::{CHD_FRAME_BYTES, ChdNote};
use crate::raw_stream::sample;
use crate::{
    FileForm, FilePayload, MappedFile, Run, RunSubcode, RwForm, SourceError, Track, TrackKind,
};

/// Where a sector of Mode 2 has its subheader, twice: whole, or without sync and header.
const SUBHEADER: usize = SYNC.len() + 4;
const SUBHEADER_BYTES: usize = 4;
const P_AND_Q: u8 = 0xC0;

/// The tracks of `rows`, whose frames lie in `file`.
pub(super) fn tracks(
    file: &Arc<MappedFile>,
    rows: &[Row],
) -> Result<(Vec<Track>, Vec<ChdNote>), SourceError> {
    let mut tracks = Vec::with_capacity(rows.len());
    let mut notes = Vec::new();
    for (number, row) in (1..).zip(rows) {
        let look = Look::at(file, row)?;
        if look.has_q && row.sub == SubType::RwRaw {
            notes.push(ChdNote::PAndQ { track: number });
        }
        let (kind, payload) = row.data.means(&look);
        let form = FileForm {
            payload,
            stride: CHD_FRAME_BYTES,
        };
        let run = |first: u32, frames: u32| {
            let offset = u64::from(first) * u64::from(CHD_FRAME_BYTES);
            let run = Run::file(Arc::clone(file), offset, form, sectors(frames));
            match row.sub.form() {
                None => run,
                Some(form) => run.with_subcode(RunSubcode::RwFile {
                    file: Arc::clone(file),
                    offset: offset + MAIN_BYTES as u64,
                    stride: CHD_FRAME_BYTES,
                    form,
                }),
            }
        };
        let in_file = row.pregap_frames();
        let body = vec![
            run(row.first + in_file, row.body_frames()),
            Run::made(sectors(row.postgap)),
        ];
        let mut track = Track::new(kind, body);
        let not_in_file = sectors(row.pregap - in_file);
        track.pregap = vec![
            Run::made(if number == 1 {
                not_in_file.max(PREGAP_SECTORS)
            } else {
                not_in_file
            }),
            run(row.first, in_file),
        ];
        for runs in [&mut track.pregap, &mut track.body] {
            runs.retain(|run| !run.sectors.is_zero());
        }
        tracks.push(track);
    }
    Ok((tracks, notes))
}

/// The table lets no count pass that is none of a CD's.
fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap_or(Sectors::MAX)
}

/// What sampled frames of a track show.
struct Look {
    /// Of the first: whether it is data as a disc has it, and how.
    main: MainKind,
    /// Whether all have the subheader of Mode 2 with forms, which stands twice: in whole sectors, and where 2336 bytes of them are
    /// there.
    has_forms: bool,
    has_forms_2336: bool,
    /// Whether bits of P and Q are set.
    has_q: bool,
}

impl Look {
    fn at(file: &MappedFile, row: &Row) -> Result<Self, SourceError> {
        let mut look = Self {
            main: MainKind::Audio,
            has_forms: true,
            has_forms_2336: true,
            has_q: false,
        };
        for idx in sample(u64::from(row.frames)) {
            let mut frame = [0; MAIN_BYTES + SUBCODE_BYTES];
            let offset = (u64::from(row.first) + idx) * u64::from(CHD_FRAME_BYTES);
            file.read_at(offset, &mut frame)?;
            let (main, subcode) = frame.split_at_mut(MAIN_BYTES);
            look.has_q |= subcode.iter().any(|symbol| symbol & P_AND_Q != 0);
            let Ok(main) = <&mut [u8; MAIN_BYTES]>::try_from(main) else {
                continue;
            };
            let kind = detect(main);
            if idx == 0 {
                look.main = kind;
            }
            look.has_forms_2336 &= is_doubled(main);
            if let MainKind::Data {
                scrambled: true, ..
            } = kind
            {
                scramble(main);
            }
            look.has_forms &= is_doubled(&main[SUBHEADER..]);
        }
        Ok(look)
    }
}

/// Whether `bytes` begin with the same four bytes twice that are not zero.
fn is_doubled(bytes: &[u8]) -> bool {
    let (first, second) = bytes[..2 * SUBHEADER_BYTES].split_at(SUBHEADER_BYTES);
    first == second && first != [0; SUBHEADER_BYTES]
}

impl DataType {
    /// The kind of such a track, and what its frames hold.
    fn means(self, look: &Look) -> (TrackKind, FilePayload) {
        let whole = |kind| match look.main {
            MainKind::Data {
                scrambled: true, ..
            } => (kind, FilePayload::ScrambledSector),
            _ => (kind, FilePayload::PlainSector),
        };
        match self {
            Self::Audio => (TrackKind::Audio, FilePayload::SamplesSwapped),
            Self::Mode1 => (TrackKind::Mode1, FilePayload::Mode1User),
            Self::Mode1Raw => whole(match look.main {
                MainKind::Data { mode: 0, .. } => TrackKind::Mode0,
                _ => TrackKind::Mode1,
            }),
            Self::Mode2 if look.has_forms_2336 => (TrackKind::Mode2Xa, FilePayload::Mode2FormMix),
            Self::Mode2 => (TrackKind::Mode2Formless, FilePayload::Mode2User),
            Self::Mode2Form1 => (TrackKind::Mode2Xa, FilePayload::Mode2Form1User),
            Self::Mode2Form2 => (TrackKind::Mode2Xa, FilePayload::Mode2Form2User),
            Self::Mode2FormMix => (TrackKind::Mode2Xa, FilePayload::Mode2FormMix),
            Self::Mode2Raw if look.has_forms => whole(TrackKind::Mode2Xa),
            Self::Mode2Raw => whole(TrackKind::Mode2Formless),
        }
    }
}

impl SubType {
    fn form(self) -> Option<RwForm> {
        match self {
            Self::None => None,
            Self::Rw => Some(RwForm::Packs),
            Self::RwRaw => Some(RwForm::Raw),
        }
    }
}
