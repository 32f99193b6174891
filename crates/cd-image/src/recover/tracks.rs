//! Tracks, indexes and numbers, out of the Q frames and the kinds of the sectors.

use std::collections::HashMap;
use std::hash::Hash;

use cd_address::{Lba, Sectors};
use cd_sector::{Control, Mcn, Q, SectorKind, Toc, TocTrack};

use super::{Trace, TrackMap};
use crate::TrackKind;
use crate::subcode::{QCrc, judge};

/// What the frames say together.
pub(super) struct Found {
    pub(super) tracks: Vec<TrackMap>,
    pub(super) mcn: Option<Mcn>,
}

/// A frame that says where it is, and is there.
#[derive(Clone, Copy)]
struct Mark {
    at: Lba,
    place: Place,
    control: Control,
}

/// Track and index.
type Place = (u8, u8);

/// Draws the map of the tracks in `toc`.
pub(super) fn find(trace: &Trace, toc: &Toc) -> Found {
    let mut marks = Vec::new();
    let mut mcns = Votes::default();
    let mut isrcs = Vec::new();
    for (at, sector) in trace.between(Lba::PREGAP_START, Lba::MAX) {
        let (frame, crc) = judge(sector.q);
        if crc == QCrc::Wrong {
            continue;
        }
        match frame.decode() {
            Ok(Q::Position {
                control,
                track,
                index,
                absolute,
                ..
            }) if absolute == at.to_msf() => marks.push(Mark {
                at,
                place: (track, index),
                control,
            }),
            Ok(Q::Mcn { mcn, .. }) => mcns.push(mcn),
            Ok(Q::Isrc { isrc, .. }) => isrcs.push((at, isrc)),
            _ => {}
        }
    }
    let points = points(toc, &marks);
    let pregaps: Vec<_> = toc
        .tracks()
        .map(|track| pregap_start(toc, &points, &track))
        .collect();
    let ends = pregaps
        .iter()
        .skip(1)
        .copied()
        .chain([toc.lead_out().to_lba()]);
    let tracks = toc.tracks().zip(pregaps.iter().zip(ends));
    let tracks = tracks.map(|(track, (&pregap_start, end))| {
        let start = track.start.to_lba();
        let kind = kind(trace, track.control, (start, end));
        let mut votes = Votes::default();
        within(&isrcs, |(at, _)| *at, (pregap_start, end))
            .iter()
            .for_each(|(_, isrc)| votes.push(*isrc));
        let body = within(&marks, |mark| mark.at, (start, end));
        TrackMap {
            track: track.track,
            kind,
            control: track.control,
            scms: kind == TrackKind::Audio && copy_bit_alternates(track.control, body),
            isrc: votes.winner(),
            pregap_start,
            start,
            end,
            indexes: indexes(&points, track.track, (start, end)),
            pregap_other: pregap_other(trace, kind, (pregap_start, start)),
        }
    });
    Found {
        tracks: tracks.collect(),
        mcn: mcns.winner(),
    }
}

/// How often each value was seen.
struct Votes<T>(HashMap<T, (u32, u32)>);

impl<T> Default for Votes<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Copy + Eq + Hash> Votes<T> {
    fn push(&mut self, value: T) {
        let order = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.entry(value).or_insert((0, order)).0 += 1;
    }

    /// The value seen most often, of several the one seen first.
    fn winner(&self) -> Option<T> {
        let best = self
            .0
            .iter()
            .max_by_key(|(_, (n_votes, order))| (*n_votes, std::cmp::Reverse(*order)));
        best.map(|(value, _)| *value)
    }
}

/// The part of `items`, which lie by ascending addresses, from `start` up to `end`.
fn within<T>(items: &[T], at: impl Fn(&T) -> Lba, (start, end): (Lba, Lba)) -> &[T] {
    let from = items.partition_point(|item| at(item) < start);
    let to = items.partition_point(|item| at(item) < end);
    items.get(from..to).unwrap_or(&[])
}

/// Where each index begins that the frames name, in the order of the disc.
///
/// A frame that names the next index begins it once another one bears it out: the next frame, which says the same or names
/// an index that follows it.
fn points(toc: &Toc, marks: &[Mark]) -> Vec<(Place, Lba)> {
    let mut points = Vec::new();
    let mut current = (toc.first_track(), 0);
    let mut candidate: Option<(Place, Lba)> = None;
    for mark in marks {
        if let Some(new) = candidate
            && (mark.place == new.0 || follows(new.0, mark.place))
        {
            points.push(new);
            current = new.0;
            candidate = None;
        }
        if mark.place == current {
            candidate = None;
        } else if candidate.is_none() && follows(current, mark.place) {
            candidate = Some((mark.place, mark.at));
        }
    }
    points.extend(candidate);
    points
}

/// Whether one index can come right after the other.
const fn follows((track, index): Place, (next_track, next_index): Place) -> bool {
    if next_track == track {
        next_index == index + 1
    } else {
        next_track == track + 1 && next_index <= 1 && index > 0
    }
}

/// The pregap of the first track begins where the program area does; another's where frames say so, between the starts of
/// two tracks.
fn pregap_start(toc: &Toc, points: &[(Place, Lba)], track: &TocTrack) -> Lba {
    let Some(before) = track
        .track
        .checked_sub(1)
        .and_then(|before| toc.track(before))
    else {
        return Lba::PREGAP_START;
    };
    let (after, start) = (before.start.to_lba(), track.start.to_lba());
    let mut pregaps = points
        .iter()
        .filter(|(place, _)| *place == (track.track, 0));
    let found = pregaps.find(|(_, at)| after < *at && *at < start);
    found.map_or(start, |(_, at)| *at)
}

/// Where index 2 and those after it begin, as far as each follows the one before.
fn indexes(points: &[(Place, Lba)], track: u8, (start, end): (Lba, Lba)) -> Vec<Sectors> {
    let mut found = Vec::new();
    let mut last = start;
    for index in 2..=99 {
        let point = points.iter().find(|(place, _)| *place == (track, index));
        let at = match point {
            Some((_, at)) if last < *at && *at < end => *at,
            _ => break,
        };
        found.extend(at.since(start));
        last = at;
    }
    found
}

/// What a track is whose CONTROL is `control`: the kind that most of its sectors are of.
fn kind(trace: &Trace, control: Control, (start, end): (Lba, Lba)) -> TrackKind {
    if !control.is_data() {
        return TrackKind::Audio;
    }
    let (mut mode_0, mut mode_1, mut formless, mut xa) = (0, 0, 0, 0);
    for (_, sector) in trace.between(start, end) {
        match sector.kind {
            SectorKind::Audio => {}
            SectorKind::Mode0 => mode_0 += 1,
            SectorKind::Mode1 => mode_1 += 1,
            SectorKind::Mode2Formless => formless += 1,
            // All zeros are right in form 1 too.
            _ if sector.made == Some(TrackKind::Mode2Formless) => formless += 1,
            SectorKind::Mode2Form1 | SectorKind::Mode2Form2 => xa += 1,
        }
    }
    let counts = [
        (mode_0, TrackKind::Mode0),
        (formless, TrackKind::Mode2Formless),
        (xa, TrackKind::Mode2Xa),
        (mode_1, TrackKind::Mode1),
    ];
    // Of equal counts the last wins.
    let most = counts
        .into_iter()
        .max_by_key(|(n_sectors, _): &(u32, _)| *n_sectors);
    most.map_or(TrackKind::Mode1, |(_, kind)| kind)
}

/// Whether the copy bit comes and goes in `body` as serial copy management has it: about half of the frames have it, and the
/// table of contents has not.
fn copy_bit_alternates(control: Control, body: &[Mark]) -> bool {
    let has_copy = |mark: &&Mark| mark.control.contains(Control::COPY_PERMITTED);
    let n_set = body.iter().filter(has_copy).count();
    let fewer = n_set.min(body.len() - n_set);
    fewer > 0 && 4 * fewer >= body.len() && !control.contains(Control::COPY_PERMITTED)
}

fn pregap_other(trace: &Trace, kind: TrackKind, (pregap, start): (Lba, Lba)) -> Sectors {
    let is_audio = kind == TrackKind::Audio;
    let sectors = trace.between(pregap, start);
    let other = sectors.take_while(|(_, sector)| (sector.kind == SectorKind::Audio) != is_audio);
    let count = u32::try_from(other.count()).ok();
    let count = count.and_then(|count| Sectors::new(count).ok());
    count.unwrap_or(Sectors::ZERO)
}
