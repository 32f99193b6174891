//! READ TRACK INFORMATION.

use cd_address::{Lba, Sectors};
use cd_mmc::mode_page::{TrackMode, WriteType};
use cd_mmc::response::{DataMode, TrackFlags, TrackInformation};
use cd_mmc::{ReadTrackInformation, SectorType, Sense, TrackSelector};
use cd_sector::TocTrack;
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::contents::Contents;
use crate::disc::DiscState;
use crate::host_block::SectorForm;
use crate::open_session::{OpenSession, RUN_OUT_SECTORS, ahead, open_session};
use crate::pma::PmaTrack;
use crate::quirk::Quirk;
use crate::reading::{Reader, form_at};
use crate::state::{Drive, Mounted};

impl Drive {
    /// The tracks of closed sessions are as their table of contents says, those of an open one as the PMA does. As long as
    /// more can follow there is one track more, the one to be written, also called FFh. In raw mode the
    /// next writable address of a blank disc is that of the lead-in, or of the next WRITE. The last recorded address is a matter
    /// of DVDs: hosts go by start and size.
    pub(super) fn read_track_information(
        &self,
        command: &ReadTrackInformation,
        data: Data<'_>,
    ) -> Outcome {
        if command.open {
            return Err(bad_field(1, 2));
        }
        let mounted = self.mounted()?;
        let contents = mounted.contents.as_ref();
        let closed = contents.and_then(|contents| recorded_track(mounted, contents, command.track));
        let information = match closed {
            Some(information) => information,
            None if contents.is_some()
                && !mounted.disc.is_writable()
                && self.recording.is_none() =>
            {
                return Err(no_such_track());
            }
            None => self.open_track(mounted, command.track)?,
        };
        let mut answer = [0; TrackInformation::BYTES];
        information.encode_into(&mut answer);
        Ok(reply(&answer, command.allocation_length.into(), data))
    }

    /// A track of the session that is open, the one to be written included.
    fn open_track(
        &self,
        mounted: &Mounted,
        selector: TrackSelector,
    ) -> Result<TrackInformation, Sense> {
        let open = open_session(mounted);
        let mut tracks = open.tracks.iter();
        let closed = match selector {
            TrackSelector::Track(number) => tracks.find(|track| track.number == number),
            TrackSelector::Session(_) => tracks.next(),
            TrackSelector::Lba(lba) => {
                tracks.find(|track| lba >= open.program && lba < ahead(track.end, RUN_OUT_SECTORS))
            }
        };
        let is_meant = match selector {
            TrackSelector::Track(number) => number == 0xFF || number == open.next_track(),
            TrackSelector::Session(number) => number == open.number,
            TrackSelector::Lba(lba) => lba >= open.program,
        };
        match closed {
            Some(track) => Ok(closed_track(mounted, &open, track)),
            None if is_meant => Ok(self.track_to_write(mounted, &open)),
            None => Err(no_such_track()),
        }
    }

    fn track_to_write(&self, mounted: &Mounted, open: &OpenSession) -> TrackInformation {
        let medium = mounted.disc.medium();
        let is_blank = mounted.disc.state() == DiscState::Blank;
        let (_, start) = open.next_start(&self.pages.write);
        let next = match &self.recording {
            Some(recording) => recording.next,
            None if !mounted.disc.is_writable() => None,
            None if !is_blank => Some(start),
            None if self.profile.has(Quirk::NextWritableMinus150) => Some(Lba::PREGAP_START),
            None if self.pages.write.write_type == WriteType::RAW => {
                Some(medium.lead_in_start.to_lba())
            }
            None => Some(start),
        };
        let free = medium
            .last_lead_out
            .to_lba()
            .since(next.unwrap_or(Lba::MAX).max(Lba::ZERO));
        TrackInformation {
            track: open.next_track().into(),
            session: open.number.into(),
            flags: TrackFlags {
                blank: mounted.disc.is_writable(),
                damage: next.is_none(),
                ..TrackFlags::NONE
            },
            track_mode: self.pages.write.track_mode,
            data_mode: DataMode::UNKNOWN,
            start: start.value(),
            next_writable: next.map(Lba::value),
            free_blocks: free.map_or(0, Sectors::count),
            packet_size: 0,
            size: free.map_or(0, Sectors::count),
            last_recorded: None,
        }
    }
}

/// How a track that is complete shows: its size is settled. Alone this means a track that was recorded at once or with its
/// session; none of these bits is for a pressed one.
const COMPLETE: TrackFlags = TrackFlags {
    reserved: true,
    ..TrackFlags::NONE
};

/// A track that was recorded at once, in the session that is open; its run-out does not count.
fn closed_track(mounted: &Mounted, open: &OpenSession, track: &PmaTrack) -> TrackInformation {
    TrackInformation {
        track: track.number.into(),
        session: open.number.into(),
        flags: COMPLETE,
        track_mode: TrackMode::new(track.control.0).unwrap_or(TrackMode::AUDIO),
        data_mode: match form_at(&mounted.disc, track.start) {
            _ if !track.control.is_data() => DataMode::UNKNOWN,
            SectorForm::Mode2 | SectorForm::Xa => DataMode::MODE_2,
            _ => DataMode::MODE_1,
        },
        start: track.start.value(),
        next_writable: None,
        free_blocks: 0,
        packet_size: 0,
        size: track.end.since(track.start).map_or(0, Sectors::count),
        last_recorded: None,
    }
}

/// A track of a closed session; `None` for one that is in none.
fn recorded_track(
    mounted: &Mounted,
    contents: &Contents,
    selector: TrackSelector,
) -> Option<TrackInformation> {
    let reader = Reader::of(mounted)?;
    let track = match selector {
        TrackSelector::Track(track) => contents.toc.track(track),
        TrackSelector::Session(number) => {
            let idx = usize::from(number).checked_sub(1)?;
            contents.sessions.get(idx)?.toc.tracks().next()
        }
        // Between sessions there is no track; a session's first pregap counts to its first one.
        TrackSelector::Lba(lba) => {
            reader.range(lba, Sectors::new(1).ok()?).ok()?;
            let mut sessions = contents.sessions.iter();
            let toc = &sessions
                .find(|session| lba < session.toc.lead_out().to_lba())?
                .toc;
            let started = |track: &TocTrack| track.start.to_lba() <= lba;
            toc.tracks().rfind(started).or_else(|| toc.tracks().next())
        }
    };
    let track = track?;
    let (session, toc) = contents
        .session_of(track.track)
        .map(|(number, session)| (number, &session.toc))?;
    let start = track.start.to_lba();
    let next = toc.track(track.track + 1);
    let end = next.map_or(toc.lead_out().to_lba(), |next| next.start.to_lba());
    let data_mode = match reader.sector_type_at(start) {
        Some(SectorType::MODE_1) => DataMode::MODE_1,
        None | Some(SectorType::CD_DA) => DataMode::UNKNOWN,
        Some(_) => DataMode::MODE_2,
    };
    Some(TrackInformation {
        track: track.track.into(),
        session: session.into(),
        flags: COMPLETE,
        track_mode: TrackMode::new(track.control.0).unwrap_or(TrackMode::AUDIO),
        data_mode,
        start: start.value(),
        next_writable: None,
        free_blocks: 0,
        packet_size: 0,
        size: end.since(start).map_or(0, Sectors::count),
        last_recorded: None,
    })
}

const fn no_such_track() -> Sense {
    bad_field(2, 7)
}
