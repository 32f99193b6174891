//! Judging P two seconds late, when it is known whether a track began in them.

use std::collections::VecDeque;

use cd_address::{PREGAP_SECTORS, Sectors};
use cd_sector::{PChecker, PConvention, PFinding, PPlace};

use super::FindingKind;
use super::fold::{Fold, Words};
use super::sequence::{LEAD_OUT, Mark};

/// Sectors at the start of a track that may be unreadable before it is known that the track has begun.
const UNREAD: u32 = 16;

/// Where a sector is, as far as is known so far.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    LeadIn,
    /// By its own frame.
    Read(Mark),
    /// By the frames before it.
    Guessed(Mark),
    Unknown,
}

#[derive(Debug)]
struct Waiting {
    at: u32,
    spot: Spot,
    level: Option<bool>,
}

#[derive(Debug)]
pub(super) struct PRule {
    waiting: VecDeque<Waiting>,
    checker: PChecker,
}

impl PRule {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            checker: PChecker::new(),
        }
    }

    /// Takes the sector at `at`.
    pub(super) fn push(&mut self, fold: &mut Fold, at: u32, spot: Spot, level: Option<bool>) {
        let now = at.saturating_sub(PREGAP_SECTORS.count() + UNREAD);
        self.judge(fold, now, None);
        self.waiting.push_back(Waiting { at, spot, level });
    }

    /// Another index has begun since the last sector that could be read: where the sectors after that are was a guess.
    pub(super) fn index_changes(&mut self) {
        for waiting in self.waiting.iter_mut().rev() {
            match waiting.spot {
                Spot::Guessed(_) => waiting.spot = Spot::Unknown,
                _ => return,
            }
        }
    }

    /// Index 1 of a track begins at `start`.
    pub(super) fn track_starts(&mut self, fold: &mut Fold, start: u32) {
        self.judge(fold, start, Some(start));
    }

    /// Judges what waits still. Unless the stream `ends_in_lead_out`, another track may be about to begin, and either
    /// level is right.
    pub(super) fn finish(&mut self, fold: &mut Fold, ends_in_lead_out: bool) {
        if !ends_in_lead_out {
            let waiting = self.waiting.iter_mut();
            for sector in waiting.filter(|sector| sector.level == Some(true)) {
                sector.spot = Spot::Unknown;
            }
        }
        self.judge(fold, u32::MAX, None);
    }

    /// Judges the sectors before `end`; `next_start` is where the next track begins, as far as it matters to them.
    fn judge(&mut self, fold: &mut Fold, end: u32, next_start: Option<u32>) {
        while let Some(sector) = self.waiting.pop_front_if(|sector| sector.at < end) {
            let Some(place) = place(&sector, next_start) else {
                if sector.level.is_none() {
                    uneven(fold, sector.at);
                }
                continue;
            };
            match self.checker.push(place, sector.level) {
                None => {}
                Some(PFinding::NotLevel) => uneven(fold, sector.at),
                Some(finding) => fold.add(kind(&finding), sector.at, || words(&finding)),
            }
        }
    }
}

fn place(sector: &Waiting, next_start: Option<u32>) -> Option<PPlace> {
    let (Spot::Read(mark) | Spot::Guessed(mark)) = sector.spot else {
        return matches!(sector.spot, Spot::LeadIn).then_some(PPlace::LeadIn);
    };
    let since_start = Sectors::new(mark.relative).ok()?;
    Some(match (mark.tno, mark.index) {
        (LEAD_OUT, _) => PPlace::LeadOut { since_start },
        (_, 0) => PPlace::Pregap,
        _ => PPlace::Track {
            since_start,
            until_next: next_start.and_then(|start| Sectors::new(start - sector.at).ok()),
        },
    })
}

fn uneven(fold: &mut Fold, at: u32) {
    fold.add(FindingKind::PUneven, at, || {
        Words::new("the same bit in all 96 symbols", "both")
    });
}

const fn kind(finding: &PFinding) -> FindingKind {
    match finding {
        PFinding::NotLevel => FindingKind::PUneven,
        PFinding::BlinkLength { .. } => FindingKind::PBlinkLength,
        PFinding::NoBlink { .. } => FindingKind::PNoBlink,
        PFinding::Convention(PConvention::FirstSectorClear) => FindingKind::PFirstSectorClear,
        PFinding::Convention(PConvention::NotAnnounced) => FindingKind::PNotAnnounced,
        PFinding::Convention(PConvention::LeadOutFirstSectorSet) => FindingKind::PLeadOutFirstSet,
        PFinding::Convention(PConvention::LeadOutSlow) => FindingKind::PLeadOutSlow,
        _ => FindingKind::PLevel,
    }
}

fn words(finding: &PFinding) -> Words {
    let level = |set| if set { "set" } else { "clear" };
    match *finding {
        PFinding::Wrong { got } => Words::new(level(!got), level(got)),
        PFinding::BlinkLength {
            level: got,
            n_sectors,
        } => Words::new(
            "15 to 23 sectors",
            format!("{} for {n_sectors} sectors", level(got)),
        ),
        PFinding::NoBlink { level: got } => Words::new(
            "set and clear in turn, 2 Hz",
            format!("{} for three seconds", level(got)),
        ),
        PFinding::Convention(PConvention::LeadOutSlow) => {
            Words::new("2 Hz, 19 sectors each", "0.5 Hz, 75 sectors each")
        }
        PFinding::Convention(PConvention::LeadOutFirstSectorSet) => Words::new("clear", "set"),
        _ => Words::new("set", "clear"),
    }
}
