//! P and Q of every address outside the lead-in, from a table of index points.
//!
//! # Spec
//! ECMA-130 22.2 (channel P), 22.3 (channel Q); IEC 60908 clause 17. Read those first.

use cd_address::{Lba, RelMsf, Sectors};
use cd_sector::{Control, Isrc, Mcn, PPlace, Q, expected_p};

use crate::Track;

#[cfg(test)]
mod tests;

/// A catalogue number and a recording code must be seen at least once in 100 successive frames. A frame that would fall
/// on the first of an index is put off by one, so the beat is a little faster than that; pressed discs use it too.
const PERIOD: u32 = 98;
/// Where in the period the catalogue number comes, counted from the first frame of the disc's pregap.
const MCN_PHASE: u32 = 49;
/// Where in the period the recording code comes: half a period from the catalogue number.
const ISRC_PHASE: u32 = 0;
/// Sectors in which the copy bit of a track under serial copy management is set, and then as many in which it is clear:
/// 9.4 Hz.
const SCMS_HALF: i32 = 4;

/// Where each index of each track begins; what Q and P are follows from that for any address.
#[derive(Clone, Debug, Default)]
pub(crate) struct IndexTable {
    /// Ascending; the first at 00:00:00, the last being the lead-out's.
    points: Vec<IndexPoint>,
    mcn: Option<Mcn>,
}

#[derive(Clone, Copy, Debug)]
struct IndexPoint {
    start: Lba,
    /// Where the relative time is zero: the start of the track's index 1, or of the lead-out.
    origin: Lba,
    /// Where index 1 of the next track begins, if one follows.
    next_origin: Option<Lba>,
    control: Control,
    /// Whether the copy bit of CONTROL alternates.
    scms: bool,
    /// The recording code that comes between the frames of this index.
    isrc: Option<Isrc>,
    area: Area,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    Track { track: u8, index: u8 },
    LeadOut,
}

impl IndexTable {
    /// Adds a track behind what is there: index 0 from `pregap`, index 1 from `origin`, which may be the same, and the
    /// further ones.
    pub(crate) fn push_track(&mut self, number: u8, track: &Track, pregap: Lba, origin: Lba) {
        let before = self.points.iter_mut().rev();
        for point in before.take_while(|point| point.next_origin.is_none()) {
            point.next_origin = Some(origin);
        }
        let first = (pregap < origin).then_some((0, pregap));
        let further = (2..).zip(track.indexes.iter().filter_map(|at| origin.add(*at).ok()));
        for (index, start) in first.into_iter().chain([(1, origin)]).chain(further) {
            self.points.push(IndexPoint {
                start,
                origin,
                next_origin: None,
                control: track.control,
                scms: track.scms,
                isrc: track.isrc.filter(|_| index > 0),
                area: Area::Track {
                    track: number,
                    index,
                },
            });
        }
    }

    pub(crate) fn push_lead_out(&mut self, control: Control, start: Lba) {
        self.points.push(IndexPoint {
            start,
            origin: start,
            next_origin: None,
            control,
            scms: false,
            isrc: None,
            area: Area::LeadOut,
        });
    }

    pub(crate) const fn set_mcn(&mut self, mcn: Option<Mcn>) {
        self.mcn = mcn;
    }

    /// The level of P and what Q says at `lba`, an address from 00:00:00 up.
    pub(crate) fn pq(&self, lba: Lba) -> (bool, Q) {
        // The first point also stands for what lies before it.
        let behind = self.points.partition_point(|point| point.start <= lba);
        let point_idx = behind.saturating_sub(1);
        let point = &self.points[point_idx];
        (point.p(lba), self.q(lba, point_idx))
    }

    fn q(&self, lba: Lba, point_idx: usize) -> Q {
        let point = &self.points[point_idx];
        let (control, absolute) = (point.control_at(lba), lba.to_msf());
        let absolute_frame = absolute.frame();
        if let Some(mcn) = self.mcn
            && self.is_due(lba, point_idx, MCN_PHASE)
        {
            return Q::Mcn {
                control,
                mcn,
                absolute_frame,
            };
        }
        if let Some(isrc) = point.isrc
            && self.is_due(lba, point_idx, ISRC_PHASE)
        {
            return Q::Isrc {
                control,
                isrc,
                absolute_frame,
            };
        }
        let relative = relative(lba, point.origin);
        match point.area {
            Area::Track { track, index } => Q::Position {
                control,
                track,
                index,
                relative,
                absolute,
            },
            Area::LeadOut => Q::LeadOut {
                control,
                index: 1,
                relative,
                absolute,
            },
        }
    }

    /// Whether what comes at `phase` of the period is due at `lba`, which lies in point `point_idx`: by the beat, or put
    /// off from the frames before because an index begins with them.
    fn is_due(&self, lba: Lba, point_idx: usize, phase: u32) -> bool {
        let since_start = |at| distance(Lba::PREGAP_START, at);
        let mut at = since_start(lba);
        let starts = self.points[..=point_idx].iter().rev();
        let mut starts = starts.map(|point| since_start(point.start));
        let mut start = starts.next();
        if start == Some(at) {
            return false;
        }
        while at % PERIOD != phase {
            if at == 0 || start != Some(at - 1) {
                return false;
            }
            at -= 1;
            start = starts.next();
        }
        true
    }
}

impl IndexPoint {
    fn p(&self, lba: Lba) -> bool {
        let since_start = lba.since(self.origin).unwrap_or(Sectors::ZERO);
        expected_p(match self.area {
            Area::LeadOut => PPlace::LeadOut { since_start },
            Area::Track { index: 0, .. } => PPlace::Pregap,
            Area::Track { .. } => PPlace::Track {
                since_start,
                until_next: self.next_origin.and_then(|next| next.since(lba)),
            },
        })
    }

    fn control_at(&self, lba: Lba) -> Control {
        if !self.scms {
            return self.control;
        }
        let rest = self.control.0 & !Control::COPY_PERMITTED.0;
        if lba.value().rem_euclid(2 * SCMS_HALF) < SCMS_HALF {
            Control(rest) | Control::COPY_PERMITTED
        } else {
            Control(rest)
        }
    }
}

/// One sector.
const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

/// Frames since `origin`; before it the frames that are left, the last one being 0.
fn relative(lba: Lba, origin: Lba) -> RelMsf {
    let count = lba
        .since(origin)
        .or_else(|| origin.since(lba)?.checked_sub(ONE));
    count.and_then(Sectors::to_rel_msf).unwrap_or(RelMsf::ZERO)
}

/// From `from` to `to`; zero if it is before it.
fn distance(from: Lba, to: Lba) -> u32 {
    to.position().saturating_sub(from.position())
}
