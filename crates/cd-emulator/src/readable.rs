//! Where on a disc there is something to read: the program areas of its closed sessions, and the tracks of one that is
//! still open.
//!
//! A recorder reads the tracks of an open session by what the PMA says of them, as there is no table of contents yet; any
//! other drive finds nothing there. What lies between two sessions, a lead-out and a lead-in, is not read.
//!
//! Read first: MMC-3 4.2.3.2 (PMA) and 4.2.3.8 (sessions).

use cd_address::{Lba, LbaRange};
use cd_sector::{Control, DiscType};

use crate::contents::Session;
use crate::open_session::{RUN_OUT_SECTORS, ahead, open_session};
use crate::pma::PmaTrack;
use crate::state::Mounted;

/// What can be read of a disc.
#[derive(Debug, Default)]
pub(crate) struct Readable {
    /// Ascending.
    areas: Vec<Area>,
    /// Ascending, in the areas.
    pub(crate) tracks: Vec<ReadableTrack>,
}

/// Sectors in a row that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// Pregaps included.
    pub(crate) range: LbaRange,
    /// Whether Mode 2 has forms here; `None` where no lead-in says so, and each sector must speak for itself.
    pub(crate) is_xa: Option<bool>,
}

/// A track, by the lead-in of its session or by the PMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReadableTrack {
    pub(crate) number: u8,
    pub(crate) control: Control,
    /// The first sector of index 1.
    pub(crate) start: Lba,
    /// Where the next track or the lead-out begins; of a track by the PMA, its end behind the run-out.
    pub(crate) end: Lba,
}

impl Readable {
    /// Of this disc, as its drive knows it.
    pub(crate) fn of(mounted: &Mounted) -> Self {
        let mut readable = Self::default();
        let mut program = Some(Lba::PREGAP_START);
        for session in mounted
            .contents
            .iter()
            .flat_map(|contents| &contents.sessions)
        {
            if let Some(program) = program {
                readable.push_session(program, session);
            }
            program = session.next_program;
        }
        let open = open_session(mounted);
        let mut pregap = open.program;
        for track in &open.tracks {
            readable.push_open_track(pregap, track);
            pregap = ahead(track.end, RUN_OUT_SECTORS);
        }
        readable
    }

    /// Whether there is nothing.
    pub(crate) const fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// The area that all of `range` lies in.
    pub(crate) fn area_of(&self, range: LbaRange) -> Option<&Area> {
        let mut areas = self.areas.iter();
        areas.find(|area| area.range.contains_range(range))
    }

    /// The track of this number.
    pub(crate) fn track(&self, number: u8) -> Option<&ReadableTrack> {
        self.tracks.iter().find(|track| track.number == number)
    }

    /// Where all of it ends; 00:00:00 if there is nothing.
    pub(crate) fn end(&self) -> Lba {
        let end = self.areas.last().and_then(|area| area.range.end());
        end.unwrap_or(Lba::PREGAP_START)
    }

    /// CONTROL of the track that `lba` belongs to by number; a pregap counts to the track before it, the first track's to
    /// the first.
    pub(crate) fn control_at(&self, lba: Lba) -> Control {
        let started = |track: &&ReadableTrack| track.start <= lba;
        let track = self.tracks.iter().rfind(started).or(self.tracks.first());
        track.map_or(Control::AUDIO, |track| track.control)
    }

    fn push_session(&mut self, program: Lba, session: &Session) {
        let lead_out = session.toc.lead_out().to_lba();
        self.push_area(
            (program, lead_out),
            Some(session.toc.disc_type() == DiscType::CD_ROM_XA),
        );
        for track in session.toc.tracks() {
            let next = session.toc.track(track.track + 1);
            self.tracks.push(ReadableTrack {
                number: track.track,
                control: track.control,
                start: track.start.to_lba(),
                end: next.map_or(lead_out, |next| next.start.to_lba()),
            });
        }
    }

    fn push_open_track(&mut self, pregap: Lba, track: &PmaTrack) {
        let end = ahead(track.end, RUN_OUT_SECTORS);
        self.push_area((pregap, end), None);
        self.tracks.push(ReadableTrack {
            number: track.number,
            control: track.control,
            start: track.start,
            end,
        });
    }

    /// Adds sectors behind the rest, to the last area if they go on with it.
    fn push_area(&mut self, (start, end): (Lba, Lba), is_xa: Option<bool>) {
        let last = self.areas.last_mut();
        if let Some(last) = last.filter(|last| last.range.end() == Some(start))
            && last.is_xa == is_xa
        {
            last.range = LbaRange::from_bounds(last.range.start(), end).unwrap_or(last.range);
        } else if let Ok(range) = LbaRange::from_bounds(start, end) {
            self.areas.push(Area { range, is_xa });
        }
    }
}
