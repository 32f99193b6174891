//! What a drive learns from a disc's lead-in when it reads the disc in.
//!
//! Nothing here comes from a host: a disc whose lead-in nobody could read has no table of contents here either.

use cd_address::{Lba, LbaRange};
use cd_sector::{
    CdTextCollector, CdTextPack, Control, MAIN_BYTES, PwSubcode, QFrame, RAW_BYTES, SUBCODE_BYTES,
    Toc, TocCollector,
};

use crate::disc::Disc;

/// Sectors read at a time while looking at a lead-in.
const STEP_SECTORS: usize = 64;

/// The table of contents of a disc, and the points it was read from.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) toc: Toc,
    /// The first readable frame of each ADR and POINT, in the order of the lead-in.
    pub(crate) points: Vec<QFrame>,
    /// The packs of CD-Text in R to W of the lead-in, each once.
    pub(crate) cd_text: Vec<CdTextPack>,
}

impl Contents {
    /// Reads the lead-in of `disc`; `None` if it makes no table of contents.
    pub(crate) fn read(disc: &Disc) -> Option<Self> {
        let recorded = disc.recorded()?;
        let lead_in = LbaRange::from_bounds(recorded.start(), Lba::PREGAP_START).ok()?;
        let lead_in = recorded.intersection(lead_in)?;
        let mut collector = TocCollector::new();
        let mut points: Vec<QFrame> = Vec::new();
        let mut cd_text = CdTextCollector::new();
        let mut sectors = vec![0; STEP_SECTORS * RAW_BYTES];
        let step = u32::try_from(STEP_SECTORS).ok()?;
        for piece in lead_in.chunks(cd_address::Sectors::new(step).ok()?) {
            let n_bytes = usize::try_from(piece.len().bytes(2448)).ok()?;
            let sectors = &mut sectors[..n_bytes];
            if !disc.read(piece.start(), sectors).ok()? {
                return None;
            }
            for sector in sectors.as_chunks::<RAW_BYTES>().0 {
                let frame = q_of(sector);
                collector.push(&frame);
                take_point(&mut points, frame);
                let subcode = subcode_of(sector);
                if !subcode.rw_is_zero() {
                    for pack in subcode.cd_text() {
                        // A drive returns what it can read and says nothing of the rest.
                        let _ = cd_text.push(&pack);
                    }
                }
            }
        }
        let toc = collector.finish().ok()?;
        Some(Self {
            toc,
            points,
            cd_text: cd_text.packs(),
        })
    }

    /// The frame that carries this POINT, of those with ADR 1.
    pub(crate) fn point(&self, point: u8) -> Option<&QFrame> {
        let mut frames = self.points.iter();
        frames.find(|frame| frame.adr() == 1 && frame.0[2] == point)
    }

    /// The first address of the lead-out.
    pub(crate) fn lead_out(&self) -> Lba {
        self.toc.lead_out().to_lba()
    }

    /// CONTROL of the track that `lba` belongs to by the table of contents; a pregap counts to the track before it, the
    /// first track's to the first.
    pub(crate) fn control_at(&self, lba: Lba) -> Control {
        let started = |track: &cd_sector::TocTrack| track.start.to_lba() <= lba;
        let track = self
            .toc
            .tracks()
            .rfind(started)
            .or(self.toc.tracks().next());
        track.map_or(Control::AUDIO, |track| track.control)
    }
}

/// The Q frame of a raw sector.
pub(crate) fn q_of(sector: &[u8; RAW_BYTES]) -> QFrame {
    subcode_of(sector).q()
}

/// The subcode of a raw sector.
pub(crate) fn subcode_of(sector: &[u8; RAW_BYTES]) -> PwSubcode {
    let mut symbols = [0; SUBCODE_BYTES];
    symbols.copy_from_slice(&sector[MAIN_BYTES..]);
    PwSubcode(symbols)
}

fn take_point(points: &mut Vec<QFrame>, frame: QFrame) {
    let QFrame([control_adr, tno, point, ..]) = frame;
    let same = |seen: &QFrame| seen.0[0] & 0x0F == control_adr & 0x0F && seen.0[2] == point;
    if tno == 0 && frame.crc_ok() && !points.iter().any(same) {
        points.push(frame);
    }
}
