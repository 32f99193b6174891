//! The lead-in: its points, how often each stands, and its time.
//!
//! # Spec
//! ECMA-130 22.3.4 (lead-in area). Read that first.

use std::collections::BTreeMap;

use cd_address::Msf;
use cd_sector::{Point, Q, QFrame, Toc, TocCollector, TocError, TocPoint};

use super::FindingKind;
use super::fold::{Fold, Words};
use super::sector::{QFacts, msf};
use super::steady::Steady;

/// Frames in a row in which each point stands.
const REPEATS: u32 = 3;

/// The same point in frames that follow each other.
#[derive(Clone, Copy, Debug)]
struct Streak {
    adr: u8,
    point: u8,
    /// First and last frame that was read.
    first: u32,
    last: u32,
    /// Unreadable frames right before the first, which may be of it.
    n_unknown: u32,
}

/// What was seen of a lead-in.
#[derive(Debug)]
pub(super) struct LeadIn {
    /// What each point of ADR 1 says: byte 0 and bytes 7 to 9.
    points: BTreeMap<u8, Steady<[u8; 4]>>,
    streak: Option<Streak>,
    /// Whether the streak began with the stream, which may cut it.
    is_first: bool,
    /// Running time less position.
    offset: Steady<i64>,
}

impl LeadIn {
    pub(super) const fn new() -> Self {
        Self {
            points: BTreeMap::new(),
            streak: None,
            is_first: true,
            offset: Steady::new(),
        }
    }

    /// Takes the frame at `at`; one that is no legal point counts as unreadable.
    pub(super) fn push(&mut self, fold: &mut Fold, at: u32, q: &QFacts) {
        let frame = &q.frame;
        let running = match q.meaning {
            Some(Q::Toc {
                point: TocPoint::Other { .. },
                ..
            }) => return,
            Some(Q::Toc { running, .. }) => Some(running),
            Some(Q::Other(_)) if frame.adr() == 5 && q.is_clean => None,
            _ => return,
        };
        self.repeat(fold, at, frame.adr(), frame.point());
        let Some(running) = running else {
            return;
        };
        let Point(point) = frame.point();
        let [head, .., a, b, c, _, _] = frame.0;
        let steady = self.points.entry(point).or_insert_with(Steady::new);
        if let Some(expected) = steady.push([head, a, b, c]) {
            fold.add(FindingKind::TocContradiction, at, || {
                let point = frame.point();
                Words::new(
                    format!("{point}: {}", said(expected)),
                    said([head, a, b, c]),
                )
            });
        }
        self.running(fold, at, running);
    }

    fn running(&mut self, fold: &mut Fold, at: u32, running: Msf) {
        let is_absolute = running == msf(at);
        let offset = i64::from(running.to_lba().position()) - i64::from(at);
        if let Some(expected) = self.offset.push(offset) {
            let expected = u32::try_from(i64::from(at) + expected).unwrap_or(at);
            let expected = expected.min(cd_address::ADDRESS_COUNT - 1);
            fold.add(FindingKind::RunningTime, at, || {
                Words::new(msf(expected), running)
            });
        } else if !is_absolute && !running.to_lba().is_lead_in() {
            fold.add(FindingKind::RunningTimeFromZero, at, || {
                Words::new(msf(at), running)
            });
        } else if !is_absolute && self.offset.value() == Some(offset) {
            fold.add(FindingKind::RunningTime, at, || {
                Words::new(msf(at), running)
            });
        }
    }

    fn repeat(&mut self, fold: &mut Fold, at: u32, adr: u8, Point(point): Point) {
        let new = Streak {
            adr,
            point,
            first: at,
            last: at,
            n_unknown: 0,
        };
        let Some(streak) = &mut self.streak else {
            self.streak = Some(new);
            return;
        };
        if (streak.adr, streak.point) == (adr, point) {
            streak.last = at;
            return;
        }
        let n_unknown = at - streak.last - 1;
        let n_frames = streak.last - streak.first + 1;
        let most = n_frames + streak.n_unknown + n_unknown;
        let (first, name) = (streak.first, Point(streak.point));
        let is_first = std::mem::replace(&mut self.is_first, false);
        if !is_first && !(n_frames..=most).contains(&REPEATS) {
            fold.add(FindingKind::TocRepeat, first, || {
                Words::new(
                    format!("{name} in 3 frames in a row"),
                    format!("in {n_frames}"),
                )
            });
        }
        self.streak = Some(Streak { n_unknown, ..new });
    }

    /// The table of contents, after the last frame.
    pub(super) fn toc(&self) -> Result<Toc, TocError> {
        let mut collector = TocCollector::new();
        for (point, steady) in &self.points {
            if let Some([head, a, b, c]) = steady.value() {
                collector.push(&QFrame::with_crc([head, 0, *point, 0, 0, 0, 0, a, b, c]));
            }
        }
        collector.finish()
    }
}

fn said([head, a, b, c]: [u8; 4]) -> String {
    format!("CONTROL {:X}h, {a:02X}:{b:02X}:{c:02X}", head >> 4)
}
