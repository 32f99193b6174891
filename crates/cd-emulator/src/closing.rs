//! Closing a session that was recorded track by track: its lead-in and lead-out, and how long they take.
//!
//! Read first: MMC-3 6.3 (CLOSE TRACK/SESSION) and 4.2.3.8 (fixation).

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::Sense;
use cd_mmc::mode_page::WriteParameters;
use cd_sector::{Control, DiscType, MAIN_BYTES, Toc, TocTrack};

use crate::authoring::{LeadInSubcode, ProgramSubcode, put_sector};
use crate::contents::LATER_LEAD_IN_SECTORS;
use crate::disc::Disc;
use crate::disc_file::DiscFileError;
use crate::host_block::SectorForm;
use crate::medium::Medium;
use crate::open_session::{OpenSession, RUN_OUT_SECTORS, ahead};
use crate::pending::Pending;
use crate::reading::form_at;
use crate::state::Drive;
use crate::timing::time_at;

/// Sectors of lead-out that are made at a time.
const STEP_SECTORS: u32 = 256;

impl Drive {
    /// Begins to close the open session, and tells how long it takes. What is written is on the disc at once; it counts
    /// when the time is over.
    pub(crate) fn begin_closing(&mut self, open: &OpenSession) -> Result<Duration, Sense> {
        let page = self.pages.write;
        let speed = self.turning().offer.speed;
        let mounted = self.mounted.as_mut().ok_or(Sense::MEDIUM_NOT_PRESENT)?;
        let disc = &mut mounted.disc;
        let lead_in = disc.unrecorded().ok_or(Sense::SESSION_FIXATION_ERROR)?;
        let toc = toc_of(open, &page).ok_or(Sense::SESSION_FIXATION_ERROR)?;
        close(disc, open, &page, (lead_in, &toc)).map_err(|_| Sense::LEAD_IN_WRITE_ERROR)?;
        let lasts = time_at(speed, lead_in.len().count() + open.n_lead_out());
        self.closing = Some(Pending::new(self.now(), lasts));
        Ok(lasts)
    }
}

/// What the lead-in is to say; `None` if the tracks make no table.
fn toc_of(open: &OpenSession, page: &WriteParameters) -> Option<Toc> {
    let tracks: Vec<_> = open
        .tracks
        .iter()
        .map(|track| TocTrack {
            track: track.number,
            control: track.control,
            start: track.start.to_msf(),
        })
        .collect();
    let lead_out = ahead(open.tracks.last()?.end, RUN_OUT_SECTORS);
    let disc_type = DiscType(page.session_format.code());
    Toc::new(disc_type, &tracks, lead_out.to_msf()).ok()
}

fn close(
    disc: &mut Disc,
    open: &OpenSession,
    page: &WriteParameters,
    (lead_in, toc): (LbaRange, &Toc),
) -> Result<(), DiscFileError> {
    let form = |track: Option<TocTrack>| match track {
        Some(track) if track.control.is_data() => form_at(disc, track.start.to_lba()),
        _ => SectorForm::Audio,
    };
    let (first, last) = (toc.tracks().next(), toc.tracks().next_back());
    let (first_form, last_form) = (form(first), form(last));
    let lead_out = toc.lead_out().to_lba();
    let following = open.following(disc.medium(), page);
    let pointers = following.pointers(lead_out, open.n_lead_out());
    let subcode = LeadInSubcode::new(toc, &pointers, first_form);
    disc.begin_recording()?;
    let mut sectors = Vec::new();
    for lba in lead_in {
        let mut main = [0; MAIN_BYTES];
        subcode.form().made(lba, &mut main);
        put_sector(&main, (false, subcode.q(lba)), None, &mut sectors);
    }
    disc.record_lead_in(&sectors)?;
    let mut program = ProgramSubcode::new(None);
    let control = last.map_or(Control::AUDIO, |last| last.control);
    program.push_lead_out(control, last_form, lead_out);
    let all = Sectors::new(open.n_lead_out()).and_then(|len| LbaRange::new(lead_out, len));
    let step = Sectors::new(STEP_SECTORS).unwrap_or(Sectors::MAX);
    for piece in all.into_iter().flat_map(|range| range.chunks(step)) {
        sectors.clear();
        for lba in piece {
            let mut main = [0; MAIN_BYTES];
            last_form.made(lba, &mut main);
            put_sector(&main, program.pq(lba), None, &mut sectors);
        }
        disc.append(&sectors)?;
    }
    Ok(())
}

/// Sectors of the lead-in of the session of this number.
pub(crate) fn lead_in_sectors(number: u8, medium: &Medium) -> u32 {
    if number > 1 {
        return LATER_LEAD_IN_SECTORS;
    }
    let start = medium.lead_in_start.to_lba();
    Lba::PREGAP_START.since(start).map_or(0, Sectors::count)
}
