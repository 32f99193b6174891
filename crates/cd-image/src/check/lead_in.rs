//! The lead-in: its points, how often each stands, and its time.
//!
//! # Spec
//! ECMA-130 22.3.4 (lead-in area); MMC-3, READ TOC/PMA/ATIP, format 2 (the points of ADR 5). Read those first.

use std::collections::BTreeMap;

use cd_address::Msf;
use cd_sector::{Multisession, Point, Q, QFrame, Toc, TocCollector, TocError, TocPoint};

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
    /// Whether it is that of a later session.
    is_later: bool,
    /// What each point says, by ADR and POINT: byte 0 and bytes 3 to 9, where in ADR 1 the time and the byte after it count for
    /// nothing and are zero.
    points: BTreeMap<(u8, u8), Steady<[u8; 8]>>,
    streak: Option<Streak>,
    /// Whether the streak began with the stream, which may cut it.
    is_first: bool,
    /// Running time less position.
    offset: Steady<i64>,
}

impl LeadIn {
    pub(super) const fn new(is_later: bool) -> Self {
        Self {
            is_later,
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
        let (adr, Point(point)) = (frame.adr(), frame.point());
        let [head, _, _, bytes @ .., _, _] = frame.0;
        let [time @ .., a, b, c] = bytes;
        let time = if adr == 1 { [0; 4] } else { time };
        let says = [head, time[0], time[1], time[2], time[3], a, b, c];
        let steady = self.points.entry((adr, point)).or_insert_with(Steady::new);
        if let Some(expected) = steady.push(says) {
            fold.add(FindingKind::TocContradiction, at, || {
                let point = frame.point();
                Words::new(format!("{point}: {}", said(adr, expected)), said(adr, says))
            });
        }
        if let Some(running) = running {
            self.running(fold, at, running);
        }
    }

    /// Whether no frame of it said anything.
    pub(super) fn is_silent(&self) -> bool {
        self.points.is_empty()
    }

    /// What the points of ADR 5 say, those that can be read.
    pub(super) fn pointers(&self) -> impl Iterator<Item = Multisession> {
        let steady = self.points.iter().filter(|((adr, _), _)| *adr == 5);
        steady.filter_map(|((_, point), steady)| {
            let [head, bytes @ ..] = steady.value()?;
            let [a, b, c, d, e, f, g] = bytes;
            let frame = QFrame::with_crc([head, 0, *point, a, b, c, d, e, f, g]);
            frame.multisession()?.ok()
        })
    }

    /// What the time in a later lead-in counts is not agreed on: the absolute time, as told by its address, or up to 99:59:74, as
    /// in the first.
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
        } else if !is_absolute && !self.is_later && self.offset.value() == Some(offset) {
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
        for ((adr, point), steady) in &self.points {
            if let Some([head, .., a, b, c]) = steady.value()
                && *adr == 1
            {
                collector.push(&QFrame::with_crc([head, 0, *point, 0, 0, 0, 0, a, b, c]));
            }
        }
        collector.finish()
    }
}

fn said(adr: u8, [head, time @ .., n, a, b, c]: [u8; 8]) -> String {
    let control = head >> 4;
    let [d, e, f] = time;
    match adr {
        1 => format!("CONTROL {control:X}h, {a:02X}:{b:02X}:{c:02X}"),
        _ => format!(
            "CONTROL {control:X}h, {d:02X}:{e:02X}:{f:02X}, {n:02X}h, {a:02X}:{b:02X}:{c:02X}"
        ),
    }
}
