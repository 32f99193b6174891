//! P and Q of every address outside the lead-in, from a table of index points.
//!
//! # Spec
//! ECMA-130 22.2 (channel P), 22.3 (channel Q); IEC 60908 clause 17. Read those first.

use cd_address::{ADDRESS_COUNT, Lba, PREGAP_SECTORS, RelMsf, Sectors};
use cd_sector::{Control, Mcn, Q};

#[cfg(test)]
mod tests;

/// A catalogue number must be seen at least once in 100 successive frames. A frame that would fall on the first of an
/// index is put off by one, so the beat is a little faster than that; pressed discs use it too.
const MCN_PERIOD: u32 = 98;
/// Where in the period, counted from the first frame of the disc's pregap.
const MCN_PHASE: u32 = 49;
/// Frames that channel P of the lead-out rests before it blinks: two seconds.
const LEAD_OUT_REST: u32 = 150;
/// Frames that it is on, then off: 75 / 38 = 1.97 Hz, within the 2 % allowed round 2 Hz.
const LEAD_OUT_BLINK: u32 = 19;

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
    control: Control,
    area: Area,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    Track { track: u8, index: u8 },
    LeadOut,
}

impl IndexTable {
    /// Adds a track behind what is there: index 0 from `pregap`, index 1 from `start`. Both may be the same.
    pub(crate) fn push_track(&mut self, track: u8, control: Control, pregap: Lba, start: Lba) {
        for (index, from) in [(0, pregap), (1, start)] {
            if index == 1 || from < start {
                self.points.push(IndexPoint {
                    start: from,
                    origin: start,
                    control,
                    area: Area::Track { track, index },
                });
            }
        }
    }

    pub(crate) fn push_lead_out(&mut self, control: Control, start: Lba) {
        self.points.push(IndexPoint {
            start,
            origin: start,
            control,
            area: Area::LeadOut,
        });
    }

    pub(crate) const fn set_mcn(&mut self, mcn: Mcn) {
        self.mcn = Some(mcn);
    }

    pub(crate) const fn mcn(&self) -> Option<Mcn> {
        self.mcn
    }

    /// What Q says at `lba`, an address from 00:00:00 up.
    pub(crate) fn q(&self, lba: Lba) -> Q {
        let point = self.point_at(lba);
        let (control, absolute) = (point.control, lba.to_msf());
        if let Some(mcn) = self.mcn
            && self.is_mcn_frame(lba)
        {
            return Q::Mcn {
                control,
                mcn,
                absolute_frame: absolute.frame(),
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

    /// The level of P at `lba`, an address from 00:00:00 up.
    ///
    /// It is on through the pause before a track, two seconds at least, and through the first frame of the track.
    pub(crate) fn p(&self, lba: Lba) -> bool {
        let point = self.point_at(lba);
        if point.area == Area::LeadOut {
            let since = distance(point.start, lba);
            let blinking = since.checked_sub(LEAD_OUT_REST);
            return blinking.is_some_and(|n| n % (2 * LEAD_OUT_BLINK) < LEAD_OUT_BLINK);
        }
        let is_pause = matches!(point.area, Area::Track { index: 0, .. });
        is_pause || lba == point.origin || self.is_before_a_track(lba)
    }

    /// Whether a track starts within two seconds from `lba`.
    fn is_before_a_track(&self, lba: Lba) -> bool {
        let behind = self.points.partition_point(|point| point.start <= lba);
        let mut next = self.points[behind..].iter();
        next.find(|point| matches!(point.area, Area::Track { index: 1, .. }))
            .is_some_and(|point| distance(lba, point.start) <= PREGAP_SECTORS.count())
    }

    /// Whether `lba` is due for the catalogue number: by the beat, or put off from the frame before.
    fn is_mcn_frame(&self, lba: Lba) -> bool {
        let is_due = |at| distance(Lba::PREGAP_START, at) % MCN_PERIOD == MCN_PHASE;
        if self.is_first_of_index(lba) {
            return false;
        }
        let mut at = lba;
        while !is_due(at) {
            match at.sub(ONE) {
                Ok(before) if self.is_first_of_index(before) => at = before,
                _ => return false,
            }
        }
        true
    }

    fn is_first_of_index(&self, lba: Lba) -> bool {
        self.points
            .binary_search_by_key(&lba, |point| point.start)
            .is_ok()
    }

    /// The point `lba` belongs to. The first one also stands for what lies before it.
    fn point_at(&self, lba: Lba) -> &IndexPoint {
        let behind = self.points.partition_point(|point| point.start <= lba);
        &self.points[behind.saturating_sub(1)]
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

/// From `from` to `to`, which is not before it.
fn distance(from: Lba, to: Lba) -> u32 {
    debug_assert!(from <= to && to.position() < ADDRESS_COUNT);
    to.position().saturating_sub(from.position())
}
