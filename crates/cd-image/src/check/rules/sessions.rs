//! Where one session ends and the next begins, and what the one says of the other.
//!
//! A later lead-in lies at addresses of the program, so only its frames tell it. One frame may be a slip: sectors whose frames
//! are of another area are held back until the frames behind them say whether that area has begun.
//!
//! # Spec
//! MMC-3, READ TOC/PMA/ATIP, format 2 (point B0h). Read that first.

use std::collections::VecDeque;

use cd_address::{Lba, Msf};
use cd_sector::{MainFaults, Multisession, Q, SUBCODE_BYTES};

use super::{LEAD_OUT, PROGRAM, Rules};
use crate::LATER_LEAD_IN_SECTORS;
use crate::check::FindingKind;
use crate::check::fold::{Fold, Words};
use crate::check::sector::{QFacts, SectorFacts, msf};

/// Frames in a row that make the next area, behind a lead-out or a later lead-in.
const EXPECTED: usize = 2;
/// The same in the midst of a track, where only a fault has frames of a lead-in: a second.
const UNEXPECTED: usize = 75;
/// Sectors without subcode behind a lead-out that can be a lead-in which nobody has recorded yet.
const LEAST_SILENCE: usize = 150;
/// The most sectors that are held back: such a lead-in, and a second.
const MOST_HELD: usize = LATER_LEAD_IN_SECTORS.count() as usize + UNEXPECTED;

/// The session before, as far as it has to do with the one behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    number: u8,
    last_track: Option<u8>,
    /// What its point B0h says: where the next program begins, or that there is none.
    next_program: Option<Option<Msf>>,
    /// Its last sector that is one for certain.
    last_placed: u32,
}

/// Which area a sector is of, by its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// That of the sectors before.
    Same,
    /// The next.
    Next,
    /// There is no frame.
    Silent,
    /// It does not say.
    Unclear,
}

/// A sector that is held back, with all that is known of it.
#[derive(Debug)]
struct Held {
    at: u32,
    sign: Sign,
    facts: SectorFacts,
    faults: Option<MainFaults>,
    rw: Option<[u8; SUBCODE_BYTES]>,
}

/// Sectors that may be the first of the next area.
#[derive(Debug, Default)]
pub(super) struct HeldBack(VecDeque<Held>);

impl HeldBack {
    fn count(&self, sign: Sign) -> usize {
        self.0.iter().filter(|held| held.sign == sign).count()
    }
}

impl Rules {
    /// Takes the next sector; it is judged when it is known which area it is of.
    pub(super) fn arrive(
        &mut self,
        at: u32,
        facts: &SectorFacts,
        faults: Option<&MainFaults>,
        rw: Option<&[u8; SUBCODE_BYTES]>,
    ) {
        let sign = self.sign(at, &facts.q);
        let is_held = match sign {
            Sign::Same => false,
            Sign::Unclear => !self.held.0.is_empty(),
            Sign::Next | Sign::Silent => true,
        };
        if !is_held {
            self.let_go();
            if sign == Sign::Same {
                self.last_placed = at;
            }
            self.sector(at, facts, faults, rw);
            return;
        }
        self.held.0.push_back(Held {
            at,
            sign,
            facts: *facts,
            faults: faults.copied(),
            rw: rw.copied(),
        });
        if sign == Sign::Next {
            self.weigh();
        }
        if self.held.0.len() > MOST_HELD
            && let Some(oldest) = self.held.0.pop_front()
        {
            self.judge(&oldest);
        }
    }

    fn sign(&self, at: u32, q: &QFacts) -> Sign {
        let is_pointer = |frame: cd_sector::QFrame| frame.multisession().is_some_and(|p| p.is_ok());
        if !self.in_program && !self.is_later {
            // The first lead-in ends by its address; a stream that begins behind it may begin with another.
            return match q.meaning {
                Some(Q::Toc { .. }) if at >= PROGRAM => Sign::Next,
                _ => Sign::Same,
            };
        }
        match q.meaning {
            Some(Q::Toc { .. }) if self.in_program => Sign::Next,
            Some(Q::Other(frame)) if is_pointer(frame) && self.in_program => Sign::Next,
            Some(Q::Other(frame)) if is_pointer(frame) => Sign::Same,
            Some(Q::Position { .. } | Q::LeadOut { .. }) if !self.in_program => Sign::Next,
            Some(Q::Position { .. })
                if self.in_lead_out() && self.held.count(Sign::Silent) >= LEAST_SILENCE =>
            {
                Sign::Next
            }
            Some(Q::Toc { .. } | Q::Position { .. } | Q::LeadOut { .. }) => Sign::Same,
            None if q.frame.0 == [0; 12] && self.in_lead_out() => Sign::Silent,
            Some(Q::Mcn { .. } | Q::Isrc { .. } | Q::Other(_)) | None => Sign::Unclear,
        }
    }

    fn in_lead_out(&self) -> bool {
        let current = self.current.as_ref();
        self.in_program && current.is_some_and(|current| current.tno == LEAD_OUT)
    }

    /// Goes on to the next area if the sectors held back say that it has begun.
    fn weigh(&mut self) {
        let is_expected = !self.in_program || self.in_lead_out();
        let needed = if is_expected { EXPECTED } else { UNEXPECTED };
        let mut next = self.held.0.iter().filter(|held| held.sign == Sign::Next);
        let (Some(told), Some(_)) = (next.next(), next.nth(needed - 2)) else {
            return;
        };
        let is_program = matches!(
            told.facts.q.meaning,
            Some(Q::Position { .. } | Q::LeadOut { .. })
        );
        let (told, held) = (told.at, std::mem::take(&mut self.held).0);
        let begins_session = self.in_program || !self.is_later;
        // Of a lead-in that was not recorded there is nothing but its sectors.
        let first = match held.front() {
            Some(silent) if begins_session && is_program => silent.at,
            _ => told,
        };
        for sector in &held {
            if sector.at == first && begins_session {
                self.next_session(first);
            }
            if sector.at == told && is_program {
                self.leave_lead_in(told);
            }
            self.judge(sector);
        }
        self.last_placed = held.back().map_or(told, |held| held.at);
    }

    /// The sectors held back are of the area that the sectors before are of.
    pub(super) fn let_go(&mut self) {
        for sector in std::mem::take(&mut self.held).0 {
            self.judge(&sector);
        }
    }

    fn judge(&mut self, held: &Held) {
        let (faults, rw) = (held.faults.as_ref(), held.rw.as_ref());
        self.sector(held.at, &held.facts, faults, rw);
    }

    /// The sector at `first` is the first of a session's lead-in.
    fn next_session(&mut self, first: u32) {
        let whole = self.range;
        let n_before = Lba::from_position(first)
            .ok()
            .and_then(|first| first.since(whole.start()));
        let Some((n_before, rest)) = n_before.and_then(|n| Some((n, whole.skip(n)?))) else {
            return;
        };
        let mut next = Self::of_session(rest, self.layout, true);
        if !n_before.is_zero() {
            self.range = whole.take(n_before);
            // The last frames that cannot be read may be the lead-in's first.
            self.p.index_changes();
            self.end_session();
            next.before = Some(self.as_before());
            next.number = self.number.saturating_add(1);
        }
        next.fold = std::mem::replace(&mut self.fold, Fold::new());
        next.sessions = std::mem::take(&mut self.sessions);
        (next.n_data, next.n_mode1) = (self.n_data, self.n_mode1);
        *self = next;
    }

    fn as_before(&self) -> Before {
        let mut pointers = self.lead_in.pointers();
        Before {
            number: self.number,
            last_track: self.sessions.last().and_then(|last| Some(last.tracks?.1)),
            next_program: pointers.find_map(|pointer| match pointer {
                Multisession::NextProgram { next, .. } => Some(next),
                _ => None,
            }),
            last_placed: self.last_placed,
        }
    }

    /// The program of a later session begins at `program`, or in the sectors right before it, which do not say where they are.
    pub(super) fn place_of_program(&mut self, program: u32) {
        let Some(before) = self.before else {
            return;
        };
        let n_at_most = program - before.last_placed - 1;
        if n_at_most < LATER_LEAD_IN_SECTORS.count() {
            let first = self.range.start().position();
            let words = Words::new(LATER_LEAD_IN_SECTORS, program - first);
            let lead_in = (first, program - 1);
            self.fold
                .add_range(FindingKind::LeadInShort, lead_in, words);
        }
        let number = before.number;
        let (expected, got) = match before.next_program {
            Some(Some(next)) => {
                let at = next.to_lba().position();
                if at == program || self.last_placed < at && at < program {
                    return;
                }
                let expected =
                    format!("a program from {next} on, by point B0h of session {number}");
                (expected, msf(program).to_string())
            }
            Some(None) => (
                format!("nothing behind session {number}, by its point B0h"),
                format!("a program from {} on", msf(program)),
            ),
            None => (
                format!("a point B0h in the lead-in of session {number} that says what follows"),
                "none".to_owned(),
            ),
        };
        self.fold.add(FindingKind::NextSession, program, || {
            Words::new(expected, got)
        });
    }

    /// Index 1 of the session's first track begins at `start`.
    pub(super) fn first_track(&mut self, track: u8, start: u32) {
        let last = self.before.and_then(|before| before.last_track);
        if let Some(expected) = last.map(|last| last.saturating_add(1))
            && expected != track
        {
            self.fold.add(FindingKind::TrackOrder, start, || {
                Words::new(
                    format!("track {expected}, as of the session before"),
                    format!("track {track}"),
                )
            });
        }
    }
}
