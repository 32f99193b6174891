//! The session that a disc is open for: where it is, which of its tracks are there, where the next one goes.
//!
//! Read first: MMC-3 4.2.3.8 (track at once) and 6.27 (READ TRACK INFORMATION).

use cd_address::{Lba, LbaRange, PREGAP_SECTORS, Sectors};
use cd_mmc::mode_page::{MultiSession, WriteParameters};
use cd_sector::{Control, DiscType, Multisession};

use crate::contents::LATER_LEAD_IN_SECTORS;
use crate::medium::{LEAD_OUT_SECTORS, Medium};
use crate::pma::PmaTrack;
use crate::session::SessionPlace;
use crate::state::Mounted;

/// Sectors that end a track recorded at once.
pub(crate) const RUN_OUT_SECTORS: u32 = 2;
/// Sectors of lead-out behind the second and later sessions.
const LATER_LEAD_OUT_SECTORS: u32 = 2_250;
/// What the pregap of a data track is longer by where it follows sound: its first part belongs to the track before.
const CHANGE_SECTORS: u32 = 75;

/// The session to be recorded next, or that is being recorded track by track.
#[derive(Clone, Debug)]
pub(crate) struct OpenSession {
    /// From 1.
    pub(crate) number: u8,
    /// Where its lead-in begins.
    pub(crate) lead_in: Lba,
    /// Where its first pregap begins.
    pub(crate) program: Lba,
    /// The number of its first track.
    pub(crate) first_track: u8,
    /// The tracks that are closed.
    pub(crate) tracks: Vec<PmaTrack>,
}

/// Of a disc that is blank or appendable; of any other, what it would be.
pub(crate) fn open_session(mounted: &Mounted) -> OpenSession {
    let disc = &mounted.disc;
    let start = disc.medium().lead_in_start.to_lba();
    let Some(contents) = &mounted.contents else {
        return OpenSession {
            number: 1,
            lead_in: start,
            program: Lba::PREGAP_START,
            first_track: 1,
            tracks: disc.pma().to_vec(),
        };
    };
    let end = disc.recorded().and_then(LbaRange::end).unwrap_or(Lba::MAX);
    let lead_in = disc.unrecorded().map_or(end, LbaRange::start);
    let last_track = contents.toc.last_track();
    OpenSession {
        number: contents.n_sessions().saturating_add(1),
        lead_in,
        program: ahead(lead_in, LATER_LEAD_IN_SECTORS),
        first_track: last_track.saturating_add(1),
        tracks: disc
            .pma()
            .iter()
            .filter(|track| track.number > last_track)
            .copied()
            .collect(),
    }
}

impl OpenSession {
    /// The number of the track that can be recorded next.
    pub(crate) fn next_track(&self) -> u8 {
        let last = self.tracks.last();
        last.map_or(self.first_track, |last| last.number.saturating_add(1))
    }

    /// Where a track of this kind would have its pregap and its first block, if it came next.
    pub(crate) fn next_start(&self, page: &WriteParameters) -> (Lba, Lba) {
        let Some(last) = self.tracks.last() else {
            return (self.program, ahead(self.program, PREGAP_SECTORS.count()));
        };
        let is_data = Control(page.track_mode.code()).is_data();
        let n_pregap = match (last.control.is_data(), is_data) {
            (false, true) => PREGAP_SECTORS.count() + CHANGE_SECTORS,
            (_, true) => PREGAP_SECTORS.count(),
            (_, false) => page.audio_pause_length.into(),
        };
        let pregap = ahead(last.end, RUN_OUT_SECTORS);
        (pregap, ahead(pregap, n_pregap))
    }

    /// Sectors of its lead-out.
    pub(crate) const fn n_lead_out(&self) -> u32 {
        if self.number > 1 {
            LATER_LEAD_OUT_SECTORS
        } else {
            LEAD_OUT_SECTORS
        }
    }

    /// Where it is, for one that is recorded at once.
    pub(crate) fn place(&self, medium: &Medium, page: &WriteParameters) -> SessionPlace {
        SessionPlace {
            lead_in: self.lead_in,
            program: self.program,
            last_lead_out: medium.last_lead_out.to_lba(),
            first_track: Some(self.first_track).filter(|_| self.number > 1),
            n_lead_out: self.n_lead_out(),
            disc_type: DiscType(page.session_format.code()),
            following: self.following(medium, page),
        }
    }

    /// What its lead-in says of what may follow.
    pub(crate) fn following(&self, medium: &Medium, page: &WriteParameters) -> Following {
        Following {
            multi_session: page.multi_session,
            first_lead_in: (self.number == 1).then(|| medium.clone()),
            outermost: medium.last_lead_out.to_lba(),
        }
    }
}

/// What a lead-in says of sessions to follow.
#[derive(Clone, Debug)]
pub(crate) struct Following {
    multi_session: MultiSession,
    /// The medium, in the first session.
    first_lead_in: Option<Medium>,
    outermost: Lba,
}

impl Following {
    /// Nothing may follow, and the lead-in does not speak of it.
    #[cfg(test)]
    pub(crate) const NOTHING: Self = Self {
        multi_session: MultiSession::CLOSED,
        first_lead_in: None,
        outermost: Lba::MAX,
    };

    /// The points of ADR 5 for a session whose lead-out has `n_lead_out` sectors from `lead_out` on: none if the disc is
    /// closed for good without a word.
    pub(crate) fn pointers(&self, lead_out: Lba, n_lead_out: u32) -> Vec<Multisession> {
        if self.multi_session == MultiSession::CLOSED {
            return Vec::new();
        }
        let next = ahead(lead_out, n_lead_out + LATER_LEAD_IN_SECTORS);
        let is_open = self.multi_session == MultiSession::OPEN && next < self.outermost;
        let mut pointers = vec![Multisession::NextProgram {
            next: is_open.then(|| next.to_msf()),
            n_pointers: if self.first_lead_in.is_some() { 2 } else { 1 },
            outermost_lead_out: self.outermost.to_msf(),
        }];
        if let Some(medium) = &self.first_lead_in {
            pointers.push(Multisession::FirstLeadIn {
                special: [0x80 | medium.write_power << 4 & 0x70, 0, 0, 0],
                start: medium.lead_in_start,
            });
        }
        pointers
    }
}

/// The address `n_sectors` on; the last of all if there is none.
pub(crate) fn ahead(lba: Lba, n_sectors: u32) -> Lba {
    Sectors::new(n_sectors)
        .and_then(|n_sectors| lba.add(n_sectors))
        .unwrap_or(Lba::MAX)
}
