//! What a drive learns from a disc's lead-ins when it reads the disc in.
//!
//! Nothing here comes from a host: a disc whose lead-in nobody could read has no table of contents here either.

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_sector::{
    CdTextCollector, CdTextPack, MAIN_BYTES, Multisession, PwSubcode, QFrame, RAW_BYTES,
    SUBCODE_BYTES, Toc, TocCollector,
};

use crate::disc::Disc;

/// Sectors read at a time while looking at a lead-in.
const STEP_SECTORS: usize = 64;

/// Sectors from the start of a later session's lead-in to its program area: a lead-in of a minute.
pub(crate) const LATER_LEAD_IN_SECTORS: u32 = 4_500;
/// Sectors of lead-out that must be on the disc before its session counts as complete: two seconds. A
/// player needs some of it to find its way; a whole lead-out has 6,750.
pub(crate) const LEAST_LEAD_OUT: u32 = 150;

/// The table of contents of a disc, and the points it was read from.
#[derive(Debug)]
pub(crate) struct Contents {
    /// Of all sessions: their tracks, and the last one's lead-out.
    pub(crate) toc: Toc,
    /// In their order; at least one.
    pub(crate) sessions: Vec<Session>,
    /// The packs of CD-Text in R to W of the first lead-in, each once.
    pub(crate) cd_text: Vec<CdTextPack>,
}

/// What one lead-in says.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) toc: Toc,
    /// The first readable frame of each ADR and POINT, in the order of the lead-in.
    pub(crate) points: Vec<QFrame>,
    /// Where the next session's program area may begin, if one may follow.
    pub(crate) next_program: Option<Lba>,
}

impl Contents {
    /// Reads the lead-ins of `disc`; `None` if the first makes no table of contents or its session has no lead-out.
    pub(crate) fn read(disc: &Disc) -> Option<Self> {
        let recorded = disc.recorded()?;
        let mut cd_text = CdTextCollector::new();
        let mut lead_in = LbaRange::from_bounds(recorded.start(), Lba::PREGAP_START).ok()?;
        let mut sessions: Vec<Session> = Vec::new();
        while let Some(session) = Session::read(disc, lead_in, &mut cd_text) {
            let next = session.next_program;
            sessions.push(session);
            let Some(following) = next.and_then(lead_in_before) else {
                break;
            };
            lead_in = following;
        }
        Some(Self {
            toc: merged(&sessions)?,
            sessions,
            cd_text: cd_text.packs(),
        })
    }

    /// Whether the last session says that another may follow.
    pub(crate) fn is_open(&self) -> bool {
        let last = self.sessions.last();
        last.is_some_and(|last| last.next_program.is_some())
    }

    /// The number, from 1, and the session of this track.
    pub(crate) fn session_of(&self, track: u8) -> Option<(u8, &Session)> {
        let mut numbered = (1..).zip(&self.sessions);
        numbered.find(|(_, session)| session.toc.track(track).is_some())
    }

    /// How many sessions.
    pub(crate) fn n_sessions(&self) -> u8 {
        u8::try_from(self.sessions.len()).unwrap_or(u8::MAX)
    }

    /// The frame that carries this POINT, of those with ADR 1.
    pub(crate) fn point(&self, point: u8) -> Option<&QFrame> {
        let mut frames = self.sessions.last()?.points.iter();
        frames.find(|frame| frame.adr() == 1 && frame.0[2] == point)
    }

    /// The first address of the lead-out.
    pub(crate) fn lead_out(&self) -> Lba {
        self.toc.lead_out().to_lba()
    }
}

impl Session {
    fn read(disc: &Disc, lead_in: LbaRange, cd_text: &mut CdTextCollector) -> Option<Self> {
        let recorded = disc.recorded()?;
        let is_first = lead_in.start() == recorded.start();
        let lead_in = recorded.intersection(lead_in)?;
        let mut collector = TocCollector::new();
        let mut points: Vec<QFrame> = Vec::new();
        let mut sectors = vec![0; STEP_SECTORS * RAW_BYTES];
        let step = u32::try_from(STEP_SECTORS).ok()?;
        for piece in lead_in.chunks(Sectors::new(step).ok()?) {
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
                if is_first && !subcode.rw_is_zero() {
                    for pack in subcode.cd_text() {
                        // A drive returns what it can read and says nothing of the rest.
                        let _ = cd_text.push(&pack);
                    }
                }
            }
        }
        let toc = collector.finish().ok()?;
        let end_needed = toc.lead_out().to_lba().position() + LEAST_LEAD_OUT;
        let end = recorded.start().position() + recorded.len().count();
        (end >= end_needed).then(|| Self {
            next_program: next_program(&points),
            toc,
            points,
        })
    }
}

/// Where the next session's program area may begin, by point B0h.
fn next_program(points: &[QFrame]) -> Option<Lba> {
    points
        .iter()
        .find_map(|frame| match frame.multisession()? {
            Ok(Multisession::NextProgram { next, .. }) => next,
            _ => None,
        })
        .map(Msf::to_lba)
}

/// The lead-in of a later session whose program area, pregap included, begins at `program`.
fn lead_in_before(program: Lba) -> Option<LbaRange> {
    let length = Sectors::new(LATER_LEAD_IN_SECTORS).ok()?;
    LbaRange::from_bounds(program.sub(length).ok()?, program).ok()
}

/// The tracks of all sessions, and the last one's lead-out.
fn merged(sessions: &[Session]) -> Option<Toc> {
    let (first, last) = (sessions.first()?, sessions.last()?);
    let tracks: Vec<_> = sessions
        .iter()
        .flat_map(|session| session.toc.tracks())
        .collect();
    Toc::new(first.toc.disc_type(), &tracks, last.toc.lead_out()).ok()
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
