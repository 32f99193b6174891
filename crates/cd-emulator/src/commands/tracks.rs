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
use crate::quirk::Quirk;
use crate::reading::Reader;
use crate::state::{Drive, Mounted};

impl Drive {
    /// Before a disc is complete it has one track, the one to be written: track 1, also called FFh. In raw mode its
    /// next writable address is that of the lead-in, or of the next WRITE.
    pub(super) fn read_track_information(
        &self,
        command: &ReadTrackInformation,
        data: Data<'_>,
    ) -> Outcome {
        if command.open {
            return Err(bad_field(1, 2));
        }
        let mounted = self.mounted()?;
        let information = match &mounted.contents {
            Some(contents) => recorded_track(mounted, contents, command.track)?,
            None => self.track_to_write(mounted, command.track)?,
        };
        let mut answer = [0; TrackInformation::BYTES];
        information.encode_into(&mut answer);
        Ok(reply(&answer, command.allocation_length.into(), data))
    }

    fn track_to_write(
        &self,
        mounted: &Mounted,
        selector: TrackSelector,
    ) -> Result<TrackInformation, Sense> {
        if !matches!(
            selector,
            TrackSelector::Lba(_) | TrackSelector::Track(1 | 0xFF) | TrackSelector::Session(1)
        ) {
            return Err(no_such_track());
        }
        let medium = mounted.disc.medium();
        let is_blank = mounted.disc.state() == DiscState::Blank;
        let next = match &self.recording {
            Some(recording) => recording.next,
            None if !is_blank => None,
            None if self.profile.has(Quirk::NextWritableMinus150) => Some(Lba::PREGAP_START),
            None if self.pages.write.write_type == WriteType::RAW => {
                Some(medium.lead_in_start.to_lba())
            }
            None => Some(Lba::ZERO),
        };
        let free = medium
            .last_lead_out
            .to_lba()
            .since(next.unwrap_or(Lba::MAX).max(Lba::ZERO));
        Ok(TrackInformation {
            track: 1,
            session: 1,
            flags: TrackFlags {
                blank: is_blank,
                damage: next.is_none(),
                ..TrackFlags::NONE
            },
            track_mode: self.pages.write.track_mode,
            data_mode: DataMode::UNKNOWN,
            start: Lba::ZERO.value(),
            next_writable: next.map(Lba::value),
            free_blocks: free.map_or(0, Sectors::count),
            packet_size: 0,
            size: free.map_or(0, Sectors::count),
            last_recorded: None,
        })
    }
}

fn recorded_track(
    mounted: &Mounted,
    contents: &Contents,
    selector: TrackSelector,
) -> Result<TrackInformation, Sense> {
    let toc = &contents.toc;
    let first = || toc.tracks().next();
    let track = match selector {
        TrackSelector::Track(track) => toc.track(track),
        TrackSelector::Session(1) => first(),
        TrackSelector::Session(_) => None,
        TrackSelector::Lba(lba) if lba < Lba::PREGAP_START || lba >= contents.lead_out() => None,
        TrackSelector::Lba(lba) => {
            let started = |track: &TocTrack| track.start.to_lba() <= lba;
            toc.tracks().rfind(started).or_else(first)
        }
    };
    let track = track.ok_or(no_such_track())?;
    let start = track.start.to_lba();
    let next = toc.track(track.track + 1);
    let end = next.map_or(contents.lead_out(), |next| next.start.to_lba());
    let reader = Reader {
        disc: &mounted.disc,
        contents,
    };
    let data_mode = match reader.sector_type_at(start) {
        Some(SectorType::MODE_1) => DataMode::MODE_1,
        None | Some(SectorType::CD_DA) => DataMode::UNKNOWN,
        Some(_) => DataMode::MODE_2,
    };
    Ok(TrackInformation {
        track: track.track.into(),
        session: 1,
        flags: TrackFlags::NONE,
        track_mode: TrackMode::new(track.control.0).unwrap_or(TrackMode::AUDIO),
        data_mode,
        start: start.value(),
        next_writable: None,
        free_blocks: 0,
        packet_size: 0,
        size: end.since(start).map_or(0, Sectors::count),
        last_recorded: Some(end.value() - 1),
    })
}

const fn no_such_track() -> Sense {
    bad_field(2, 7)
}
