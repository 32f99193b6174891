//! What a drive tells of the lead-in: the table of contents, and the packs of CD-Text.
//!
//! # Spec
//! MMC-5 6.26 (READ TOC/PMA/ATIP, formats 2 and 5); MMC-3 annex J (CD-Text). Read those first.

use std::collections::BTreeMap;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::{SectorSource, SourceError};
use cd_mmc::response::{CdText, Configuration, Feature, FeatureCode};
use cd_mmc::{ReadTocPmaAtip, TocFormat};
use cd_sector::{
    CdTextCollector, CdTextPack, Control, MAIN_BYTES, PwSubcode, SectorLayout, Toc, TocPoint,
};

use super::case::hex;
use super::layer::Layer;
use super::options::VerifyOptions;
use super::report::Habit;
use super::tally::Tally;
use super::{VerifyError, answered};
use crate::recorder::Recorder;
use crate::{CancelToken, Fault, FaultCause};

/// Sectors of a lead-in looked at together.
const CHUNK: Sectors = match Sectors::new(75) {
    Ok(chunk) => chunk,
    Err(_) => unreachable!(),
};
/// Of an answer in format 5, what stands before the packs.
const HEADER_BYTES: u16 = 4;

/// Compares the table of contents, point by point.
pub(super) fn compare_toc(
    recorder: &mut Recorder<'_>,
    tally: &mut Tally,
) -> Result<(), VerifyError> {
    let wanted = points(tally.toc());
    let found = match answered(recorder.read_sessions())? {
        Ok(sessions) => {
            if sessions.len() > 1 {
                let got = format!(
                    "{} sessions, the first of which is compared",
                    sessions.len()
                );
                tally.differs((Layer::Toc, None), None, "one session".to_owned(), got);
            }
            let first = sessions.into_iter().next();
            first.map_or_else(BTreeMap::new, |first| points(&first.toc))
        }
        Err(fault) => {
            match fault.cause {
                // The drive did answer.
                FaultCause::Answer(what) => {
                    let expected = format!("{} points", wanted.len());
                    tally.differs((Layer::Toc, None), None, expected, what);
                }
                _ => tally.layer(Layer::Toc).not_compared = Some(fault.to_string()),
            }
            return Ok(());
        }
    };
    for (code, point) in &wanted {
        match found.get(code) {
            Some(same) if same == point => tally.layer(Layer::Toc).n_equal += 1,
            other => {
                let got = other.map_or("none".to_owned(), point_text);
                let place = (Layer::Toc, track_of(point));
                tally.differs(place, None, point_text(point), got);
            }
        }
    }
    for (_, point) in found.iter().filter(|(code, _)| !wanted.contains_key(code)) {
        let place = (Layer::Toc, track_of(point));
        tally.differs(place, None, "none".to_owned(), point_text(point));
    }
    Ok(())
}

type PointOfTrack = (Control, TocPoint);

fn points(toc: &Toc) -> BTreeMap<u8, PointOfTrack> {
    let points = toc.points();
    points.map(|point| (point.1.point(), point)).collect()
}

const fn track_of((_, point): &PointOfTrack) -> Option<u8> {
    match point {
        TocPoint::Track { track, .. } => Some(*track),
        _ => None,
    }
}

fn point_text((control, point): &PointOfTrack) -> String {
    match point {
        TocPoint::FirstTrack { track, disc_type } => {
            format!("first track {track}, disc type {:02X}h", disc_type.0)
        }
        TocPoint::LastTrack { track } => format!("last track {track}"),
        TocPoint::LeadOut { start } => format!("lead-out from {start}"),
        TocPoint::Track { track, start } => format!("track {track} from {start}, {control}"),
        other => format!("{other:?}"),
    }
}

/// A pack's block and its number there.
type PackKey = (u8, u8);

/// Compares CD-Text, pack by pack.
pub(super) fn compare_cd_text(
    recorder: &mut Recorder<'_>,
    tally: &mut Tally,
    image: &[CdTextPack],
    options: VerifyOptions,
) -> Result<Vec<Habit>, VerifyError> {
    let read = answered(read_cd_text(recorder))?;
    let tells_toc = tally.layer(Layer::Toc).not_compared.is_none();
    let disc = match read {
        Ok(packs) => packs,
        Err(_) if image.is_empty() => return Ok(Vec::new()),
        // A drive that reads CD-Text refuses if there is none.
        Err(fault) if fault.is_refusal() && tells_toc && reads_cd_text(recorder)? => Vec::new(),
        Err(fault) => {
            tally.layer(Layer::CdText).not_compared = Some(fault.to_string());
            return Ok(Vec::new());
        }
    };
    let has_crcs = disc.is_empty() || disc.iter().any(|pack| pack.crc() != 0);
    let wanted = by_key(image);
    let found = by_key(&disc);
    for (key, pack) in &wanted {
        let Some(other) = found.get(key) else {
            let (expected, got) = (pack_text(pack), "none".to_owned());
            tally.differs((Layer::CdText, None), None, expected, got);
            continue;
        };
        let n_counted = match has_crcs || !options.accept_missing_crc {
            true => pack.0.len(),
            false => pack.0.len() - 2,
        };
        let pairs = pack.0.iter().zip(&other.0).take(n_counted);
        match pairs.clone().position(|(wanted, found)| wanted != found) {
            None => tally.layer(Layer::CdText).n_equal += 1,
            byte => {
                let (expected, got) = (pack_text(pack), pack_text(other));
                tally.differs((Layer::CdText, None), byte, expected, got);
            }
        }
    }
    for (_, pack) in found.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
        let (expected, got) = ("none".to_owned(), pack_text(pack));
        tally.differs((Layer::CdText, None), None, expected, got);
    }
    let is_accepted = options.accept_missing_crc;
    let habit = (!has_crcs).then_some(Habit::CdTextWithoutCrc { is_accepted });
    Ok(habit.into_iter().collect())
}

fn by_key(packs: &[CdTextPack]) -> BTreeMap<PackKey, CdTextPack> {
    let keyed = packs
        .iter()
        .map(|pack| ((pack.block(), pack.sequence()), *pack));
    keyed.collect()
}

fn pack_text(pack: &CdTextPack) -> String {
    let (block, sequence) = (pack.block(), pack.sequence());
    format!("block {block}, pack {sequence}: {}", hex(&pack.0))
}

fn read_cd_text(recorder: &mut Recorder<'_>) -> Result<Vec<CdTextPack>, Fault> {
    let command = |allocation_length| ReadTocPmaAtip {
        msf: false,
        format: TocFormat::CD_TEXT,
        track_session: 0,
        allocation_length,
    };
    let whole = |header: &[u8]| {
        let length = header.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        length.map_or(HEADER_BYTES, |length| length.saturating_add(2))
    };
    // How long it is, the answer itself says.
    let header = recorder.ask(command(HEADER_BYTES), HEADER_BYTES)?;
    let n_bytes = whole(&header).max(HEADER_BYTES);
    let answer = recorder.ask(command(n_bytes), n_bytes)?;
    let text = CdText::decode(&answer)
        .map_err(|error| Fault::nonsense(&command(n_bytes).into(), error.to_string()))?;
    Ok(text.packs.iter().map(CdTextPack).collect())
}

/// Whether the drive says that it reads CD-Text.
fn reads_cd_text(recorder: &mut Recorder<'_>) -> Result<bool, VerifyError> {
    let answer = answered(recorder.feature(FeatureCode::CD_READ))?;
    let reads = answer.ok().is_some_and(|answer| {
        let configuration = Configuration::decode(&answer).ok();
        let read = configuration.and_then(|answer| answer.feature(FeatureCode::CD_READ));
        matches!(read.map(|descriptor| descriptor.feature), Some(Feature::CdRead(read)) if read.cd_text)
    });
    Ok(reads)
}

/// The packs of CD-Text in the lead-in of an image.
pub(super) fn packs_of(
    source: &dyn SectorSource,
    cancel: &CancelToken,
) -> Result<Vec<CdTextPack>, VerifyError> {
    let mut collector = CdTextCollector::new();
    let lead_in = LbaRange::from_bounds(Lba::MIN, Lba::PREGAP_START)
        .ok()
        .and_then(|lead_in| lead_in.intersection(source.range()));
    let Some(lead_in) = lead_in.filter(|_| source.layout() != SectorLayout::Pq16) else {
        return Ok(Vec::new());
    };
    let mut buffer = Vec::new();
    for piece in lead_in.chunks(CHUNK) {
        if cancel.is_cancelled() {
            return Err(VerifyError::Cancelled);
        }
        let sectors = sectors_of(source, piece, &mut buffer).map_err(VerifyError::Source)?;
        for sector in sectors.chunks_exact(source.layout().sector_bytes()) {
            let Ok(subcode) = sector[MAIN_BYTES..].try_into().map(PwSubcode) else {
                continue;
            };
            if !subcode.rw_is_zero() {
                for pack in subcode.cd_text() {
                    collector.push(&pack);
                }
            }
        }
        source.release(piece);
    }
    Ok(collector.packs())
}

/// Sectors of the image, where they lie or in `buffer`.
pub(super) fn sectors_of<'a>(
    source: &'a dyn SectorSource,
    range: LbaRange,
    buffer: &'a mut Vec<u8>,
) -> Result<&'a [u8], SourceError> {
    if let Some(bytes) = source.mapped(range)? {
        return Ok(bytes);
    }
    buffer.resize(
        range.len().count() as usize * source.layout().sector_bytes(),
        0,
    );
    source.render(range, buffer)?;
    Ok(buffer)
}
