//! READ SUB-CHANNEL: where the head is, and the numbers that Q carries.

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::mode_page::{IsrcField, McnField};
use cd_mmc::response::{AdrControl, SubChannel, SubChannelData, TocAddress};
use cd_mmc::{ReadSubChannel, Sense, SubChannelFormat};
use cd_sector::{Isrc, Mcn, Q, QFrame, RAW_BYTES};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::contents::q_of;
use crate::disc::Disc;
use crate::readable::Readable;
use crate::state::Drive;
use crate::timing::time_at;

/// Sectors a drive looks through for a number that must stand in one of every hundred.
const SEARCH_SECTORS: u32 = 300;
/// How far back a drive looks for a frame that tells its position: those of MCN and ISRC stand alone.
const POSITION_MEMORY: u32 = 10;

impl Drive {
    /// The position is that of the sector that is played or was read last; before any was, that of the first track's start.
    pub(super) fn read_sub_channel(&mut self, command: &ReadSubChannel, data: Data<'_>) -> Outcome {
        let mounted = self.mounted()?;
        let readable = Readable::of(mounted);
        if readable.is_empty() {
            return Err(Sense::TOC_UNREADABLE);
        }
        let found = match command.format {
            SubChannelFormat::POSITION => {
                let first = readable.tracks.first();
                let start = first.map_or(Lba::ZERO, |track| track.start);
                let lba = self.played_position().or(self.head).unwrap_or(start);
                position(&mounted.disc, lba, command.msf).map(|found| (found, 0))
            }
            SubChannelFormat::MCN => {
                let (mcn, n_read) = search_mcn(&mounted.disc, &readable);
                let field = mcn.map_or(McnField::NONE, |mcn| {
                    McnField::new(&mcn.digits().map(|digit| digit + b'0'))
                });
                Ok((SubChannelData::Mcn(field), n_read))
            }
            SubChannelFormat::ISRC => search_isrc(&mounted.disc, &readable, command.track),
            _ => Err(bad_field(3, 7)),
        };
        let (found, n_read) = found?;
        self.pass(time_at(self.profile.read_speed, n_read));
        let answer = SubChannel {
            audio_status: self.audio_status(),
            data: command.sub_q.then_some(found),
        };
        let mut bytes = [0; SubChannel::MAX_BYTES];
        let len = answer.encode_into(&mut bytes);
        Ok(reply(&bytes[..len], command.allocation_length.into(), data))
    }
}

/// The Q frame at `lba`, if it was recorded with a right CRC.
fn frame_at(disc: &Disc, lba: Lba) -> Option<QFrame> {
    let mut raw = [0; RAW_BYTES];
    let is_read = disc.read(lba, &mut raw).ok()?;
    Some(q_of(&raw)).filter(|frame| is_read && frame.crc_ok())
}

fn position(disc: &Disc, lba: Lba, as_msf: bool) -> Result<SubChannelData, Sense> {
    let before = |back| lba.sub(Sectors::new(back).ok()?).ok();
    let told = |back| match frame_at(disc, before(back)?)?.decode() {
        Ok(Q::Position {
            control,
            track,
            index,
            relative,
            ..
        }) => Some((back, control, track, index, relative)),
        _ => None,
    };
    let (back, control, track, index, relative) = (0..=POSITION_MEMORY)
        .find_map(told)
        .ok_or(Sense::UNRECOVERED_READ_ERROR)?;
    // A pregap counts down to its track.
    let counted = i64::from(relative.to_sectors().count());
    let in_track = if index == 0 {
        i64::from(back) - counted - 1
    } else {
        counted + i64::from(back)
    };
    let in_track = i32::try_from(in_track).unwrap_or(0);
    let relative = if as_msf {
        // On the disc the last sector of a pregap has 00:00:00, as the first of its track.
        let counted = if in_track < 0 {
            -1 - in_track
        } else {
            in_track
        };
        let since_start = Lba::new(counted - 150).map(Lba::to_msf);
        TocAddress::from_msf(since_start.map_err(|_| Sense::UNRECOVERED_READ_ERROR)?)
    } else {
        TocAddress(in_track.to_be_bytes())
    };
    let absolute = if as_msf {
        TocAddress::from_msf(lba.to_msf())
    } else {
        TocAddress::from_lba(lba)
    };
    Ok(SubChannelData::Position {
        adr_control: AdrControl::new(1, control.0),
        track,
        index,
        absolute,
        relative,
    })
}

/// The first number that `choose` finds from `start` on, before `end`, and how many sectors were read for it.
fn search<T>(
    disc: &Disc,
    start: Lba,
    end: Lba,
    choose: impl Fn(Q) -> Option<T>,
) -> (Option<T>, u32) {
    let Ok(range) = LbaRange::from_bounds(start, end) else {
        return (None, 0);
    };
    let mut n_read = 0;
    for lba in range.iter().take(SEARCH_SECTORS as usize) {
        n_read += 1;
        let q = frame_at(disc, lba).and_then(|frame| frame.decode().ok());
        if let Some(found) = q.and_then(&choose) {
            return (Some(found), n_read);
        }
    }
    (None, n_read)
}

fn search_mcn(disc: &Disc, readable: &Readable) -> (Option<Mcn>, u32) {
    search(disc, Lba::ZERO, readable.end(), |q| match q {
        Q::Mcn { mcn, .. } => Some(mcn),
        _ => None,
    })
}

fn search_isrc(
    disc: &Disc,
    readable: &Readable,
    number: u8,
) -> Result<(SubChannelData, u32), Sense> {
    let track = readable.track(number).ok_or(bad_field(6, 7))?;
    let found = search(disc, track.start, track.end, |q| match q {
        Q::Isrc { isrc, .. } => Some(isrc),
        _ => None,
    });
    let (isrc, n_read): (Option<Isrc>, u32) = found;
    let data = SubChannelData::Isrc {
        adr_control: AdrControl::new(3, track.control.0),
        track: number,
        isrc: isrc.map_or(IsrcField::NONE, |isrc| IsrcField::new(isrc.characters())),
    };
    Ok((data, n_read))
}
