//! What the drive tells about the disc: state, table of contents, ATIP, capacity.

use cd_address::{Lba, bcd_decode};
use cd_mmc::response::{
    AdrControl, Capacity, CdText, DiscInformation, DiscStatus, DiscType, FullToc, FullTocEntry,
    Pma, SessionInformation, SessionState, Toc, TocAddress, TocTrack,
};
use cd_mmc::{
    BinMsf, DiscInformationType, List, ReadCapacity, ReadDiscInformation, ReadTocPmaAtip, Sense,
    TocFormat,
};
use cd_sector::QFrame;
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::contents::Contents;
use crate::disc::{Disc, DiscState};
use crate::medium::MediumKind;
use crate::open_session::open_session;
use crate::pma::PmaTrack;
use crate::quirk::Quirk;
use crate::state::{Drive, Mounted};

/// Room for the longest of these answers: a full table of contents of 99 tracks and the multisession pointers.
const ANSWER_BYTES: usize = 4096;

impl Drive {
    pub(super) fn read_disc_information(
        &self,
        command: &ReadDiscInformation,
        data: Data<'_>,
    ) -> Outcome {
        if command.data_type != DiscInformationType::STANDARD {
            return Err(bad_field(1, 2));
        }
        let mounted = self.mounted()?;
        let medium = mounted.disc.medium();
        let mut information = DiscInformation {
            disc_status: DiscStatus::EMPTY,
            last_session: SessionState::EMPTY,
            erasable: medium.kind == MediumKind::CdRw,
            first_track: 1,
            n_sessions: 1,
            first_track_in_last_session: 1,
            last_track_in_last_session: 1,
            unrestricted_use: medium.unrestricted_use,
            disc_type: DiscType::UNDEFINED,
            disc_identification: None,
            last_session_lead_in: Some(BinMsf::new(medium.lead_in_start)),
            last_possible_lead_out: Some(BinMsf::new(medium.last_lead_out)),
            bar_code: None,
            application_code: None,
        };
        let n_closed = match &mounted.contents {
            Some(contents) => {
                information.first_track = contents.toc.first_track();
                information.disc_type =
                    DiscType::new(contents.toc.disc_type().0).unwrap_or(DiscType::UNDEFINED);
                u16::from(contents.n_sessions())
            }
            None => 0,
        };
        match (mounted.disc.state(), &mounted.contents) {
            (DiscState::Blank, _) => {}
            (DiscState::Complete, Some(contents)) => {
                information.disc_status = DiscStatus::COMPLETE;
                information.last_session = SessionState::COMPLETE;
                information.n_sessions = n_closed;
                if let Some(last) = contents.sessions.last() {
                    information.first_track_in_last_session = last.toc.first_track().into();
                    information.last_track_in_last_session = last.toc.last_track().into();
                }
                information.last_session_lead_in = None;
                information.last_possible_lead_out = None;
            }
            (state, _) => {
                let open = open_session(mounted);
                let is_empty = state == DiscState::Appendable && open.tracks.is_empty();
                information.disc_status = DiscStatus::INCOMPLETE;
                information.last_session = if is_empty {
                    SessionState::EMPTY
                } else {
                    SessionState::INCOMPLETE
                };
                information.n_sessions = n_closed + 1;
                information.first_track_in_last_session = open.first_track.into();
                information.last_track_in_last_session = open.next_track().into();
                information.last_session_lead_in = Some(BinMsf::new(open.lead_in.to_msf()));
            }
        }
        let mut answer = [0; DiscInformation::BYTES];
        information.encode_into(&mut answer);
        Ok(reply(&answer, command.allocation_length.into(), data))
    }

    pub(super) fn read_toc(&self, command: &ReadTocPmaAtip, data: Data<'_>) -> Outcome {
        let mounted = self.mounted()?;
        if command.format == TocFormat::CD_TEXT {
            return put_cd_text(readable(mounted)?, command.allocation_length.into(), data);
        }
        let mut answer = [0; ANSWER_BYTES];
        let len = match command.format {
            TocFormat::TOC => {
                let first = match command.track_session {
                    0 => 1,
                    track => track,
                };
                put_toc(readable(mounted)?, first, command.msf, &mut answer)?
            }
            TocFormat::SESSION_INFORMATION => {
                let contents = readable(mounted)?;
                let last = contents.sessions.last();
                let track = last.and_then(|last| last.toc.tracks().next());
                let track = track.ok_or(Sense::TOC_UNREADABLE)?;
                let information = SessionInformation {
                    first_session: 1,
                    last_session: contents.n_sessions(),
                    first_track: TocTrack {
                        adr_control: AdrControl::new(1, track.control.0),
                        track: track.track,
                        address: address(track.start.to_lba(), command.msf),
                    },
                };
                information.encode_into(&mut answer)
            }
            TocFormat::FULL_TOC => {
                let contents = readable(mounted)?;
                if command.track_session > contents.n_sessions() {
                    return Err(bad_field(6, 7));
                }
                put_full_toc(contents, command.track_session, &mut answer)
            }
            TocFormat::PMA => put_pma(&mounted.disc, &mut answer),
            TocFormat::ATIP => {
                let mut atip = mounted.disc.medium().atip();
                if self.profile.has(Quirk::AtipInBcd) {
                    let medium = mounted.disc.medium();
                    atip.lead_in_start = BinMsf(medium.lead_in_start.to_bcd().0);
                    atip.last_possible_lead_out = BinMsf(medium.last_lead_out.to_bcd().0);
                }
                atip.encode_into(&mut answer)
            }
            _ => return Err(bad_field(2, 3)),
        };
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }

    /// The last address before the lead-out; 0 on a disc without a closed session.
    pub(super) fn read_capacity(&self, _command: &ReadCapacity, data: Data<'_>) -> Outcome {
        let mounted = self.mounted()?;
        let last = match &mounted.contents {
            Some(contents) => Lba::from_position(contents.lead_out().position() - 1),
            None if mounted.disc.is_writable() => Ok(Lba::ZERO),
            None => return Err(Sense::TOC_UNREADABLE),
        };
        let capacity = Capacity {
            last_lba: last.unwrap_or(Lba::ZERO).value(),
            block_bytes: 2048,
        };
        let mut answer = [0; Capacity::BYTES];
        capacity.encode_into(&mut answer);
        Ok(reply(&answer, answer.len(), data))
    }
}

/// What the lead-ins say. As long as no session is closed there is no table of contents to ask for, though tracks may be
/// there already.
fn readable(mounted: &Mounted) -> Result<&Contents, Sense> {
    match &mounted.contents {
        Some(contents) => Ok(contents),
        None if mounted.disc.is_writable() => Err(bad_field(2, 3)),
        None => Err(Sense::TOC_UNREADABLE),
    }
}

/// The packs as they were recorded; a disc without any has no such format.
fn put_cd_text(contents: &Contents, allocation_length: usize, data: Data<'_>) -> Outcome {
    if contents.cd_text.is_empty() {
        return Err(bad_field(2, 3));
    }
    let packs: Vec<_> = contents.cd_text.iter().map(|pack| pack.0).collect();
    let text = CdText {
        packs: List::of(&packs),
    };
    let mut answer = vec![0; 4 + packs.as_flattened().len()];
    let len = text.encode_into(&mut answer);
    Ok(reply(&answer[..len], allocation_length, data))
}

fn address(lba: Lba, as_msf: bool) -> TocAddress {
    if as_msf {
        TocAddress::from_msf(lba.to_msf())
    } else {
        TocAddress::from_lba(lba)
    }
}

fn put_toc(
    contents: &Contents,
    first: u8,
    as_msf: bool,
    answer: &mut [u8],
) -> Result<usize, Sense> {
    let toc = &contents.toc;
    if first > toc.last_track() && first != TocTrack::LEAD_OUT {
        return Err(bad_field(6, 7));
    }
    let entry = |track, control, lba| TocTrack {
        adr_control: AdrControl::new(1, control),
        track,
        address: address(lba, as_msf),
    };
    let wanted = toc.tracks().filter(|track| track.track >= first);
    let mut tracks: Vec<_> = wanted
        .map(|track| entry(track.track, track.control.0, track.start.to_lba()))
        .collect();
    let lead_out_control = contents
        .point(LEAD_OUT_POINT)
        .map_or(0, |frame| frame.control().0);
    tracks.push(entry(
        TocTrack::LEAD_OUT,
        lead_out_control,
        contents.lead_out(),
    ));
    let toc = Toc {
        first_track: toc.first_track(),
        last_track: toc.last_track(),
        tracks: List::of(&tracks),
    };
    Ok(toc.encode_into(answer))
}

/// POINT of the first track's number and the disc type.
const FIRST_TRACK_POINT: u8 = 0xA0;
/// POINT of the lead-out's start.
const LEAD_OUT_POINT: u8 = 0xA2;

/// The tracks that were recorded one at a time; sessions that were recorded at once or raw leave nothing here.
fn put_pma(disc: &Disc, answer: &mut [u8]) -> usize {
    let tracks = disc.pma().iter();
    let entries: Vec<_> = tracks.map(|track| pma_entry(*track)).collect();
    Pma {
        entries: List::of(&entries),
    }
    .encode_into(answer)
}

/// Stop and start of a track, in binary.
fn pma_entry(track: PmaTrack) -> FullTocEntry {
    FullTocEntry {
        session: 0,
        adr_control: AdrControl::new(1, track.control.0),
        tno: 0,
        point: track.number,
        time: BinMsf::new(track.end.to_msf()),
        zero: 0,
        point_time: BinMsf::new(track.start.to_msf()),
    }
}

/// The points of the sessions from `first` on.
fn put_full_toc(contents: &Contents, first: u8, answer: &mut [u8]) -> usize {
    let mut entries = Vec::new();
    let numbered = (1..).zip(&contents.sessions);
    for (number, session) in numbered.filter(|(number, _)| *number >= first) {
        let points = session.points.iter();
        let mut of_session: Vec<_> = points.map(|frame| full_toc_entry(number, frame)).collect();
        // First and last track and lead-out come before the tracks, the pointers of ADR 5 behind them.
        of_session.sort_by_key(|entry| (entry.adr_control.adr(), entry.point < 0xA0, entry.point));
        entries.extend(of_session);
    }
    let toc = FullToc {
        first_session: 1,
        last_session: contents.n_sessions(),
        entries: List::of(&entries),
    };
    toc.encode_into(answer)
}

/// The frame in binary. Of the running time of table-of-contents frames drives give zero; of others, whatever is
/// there, in binary where it is decimal. The second of point A0h is a code, the disc type, and stays as it is: 20h of a
/// CD-ROM XA does not become 20.
fn full_toc_entry(session: u8, frame: &QFrame) -> FullTocEntry {
    let [_, tno, point, m, s, f, zero, pm, ps, pf, ..] = frame.0;
    let binary = |byte: u8| bcd_decode(byte).unwrap_or(byte);
    let is_toc = frame.adr() == 1;
    let time = if is_toc {
        [0; 3]
    } else {
        [m, s, f].map(binary)
    };
    let is_disc_type = is_toc && point == FIRST_TRACK_POINT;
    let second = if is_disc_type { ps } else { binary(ps) };
    FullTocEntry {
        session,
        adr_control: AdrControl::new(frame.adr(), frame.control().0),
        tno,
        point: if is_toc { binary(point) } else { point },
        time: BinMsf(time),
        zero,
        point_time: BinMsf([binary(pm), second, binary(pf)]),
    }
}
