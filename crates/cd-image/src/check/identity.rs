//! The catalogue number and the recording codes: the same throughout, and often enough.
//!
//! # Spec
//! ECMA-130 22.3.3.2 (ADR 2); IEC 60908 clause 17.5 (ADR 2 and 3). Read those first.

use cd_sector::{Isrc, Mcn};

use super::FindingKind;
use super::fold::{Fold, Words};
use super::steady::Steady;

/// Within so many successive sectors a number in use stands at least once.
const PERIOD: u32 = 100;

/// One of the two numbers.
#[derive(Debug)]
struct Number<T> {
    value: Steady<T>,
    /// From where the sectors without it are counted: the sector after the last that has it, or may have had it.
    since: u32,
    /// Whether it has to come often, as it has in the program.
    is_spaced: bool,
    changed: FindingKind,
    spacing: FindingKind,
}

impl<T: Copy + PartialEq + ToString> Number<T> {
    const fn new(changed: FindingKind, spacing: FindingKind) -> Self {
        Self {
            value: Steady::new(),
            since: 0,
            is_spaced: true,
            changed,
            spacing,
        }
    }

    fn push(&mut self, fold: &mut Fold, at: u32, got: T) {
        if let Some(expected) = self.value.push(got) {
            fold.add(self.changed, at, || {
                Words::new(expected.to_string(), got.to_string())
            });
        }
        self.space(fold, at);
    }

    /// Counts the sectors without it up to `end`.
    fn space(&mut self, fold: &mut Fold, end: u32) {
        let n_without = end.saturating_sub(self.since);
        if self.is_spaced && self.value.value().is_some() && n_without >= PERIOD {
            let words = || Words::new("once in 100 sectors", format!("{n_without} without it"));
            fold.add(self.spacing, self.since + PERIOD - 1, words);
        }
        self.since = self.since.max(end + 1);
    }

    /// A sector that may have had it, for all that can be read.
    fn perhaps(&mut self, fold: &mut Fold, at: u32) {
        self.space(fold, at);
    }

    /// It is another's from `at` on.
    fn begin(&mut self, at: u32) {
        self.value = Steady::new();
        self.since = at;
    }
}

/// The rules for both numbers.
#[derive(Debug)]
pub(super) struct Identities {
    mcn: Number<Mcn>,
    isrc: Number<Isrc>,
    /// A recording code and its sector, as long as it is not known whether that is still of the track before.
    newest_isrc: Option<(u32, Isrc)>,
    /// The last sector with either.
    last: Option<u32>,
}

impl Identities {
    /// For a program that begins at `start`.
    pub(super) const fn new(start: u32) -> Self {
        let mut mcn = Number::new(FindingKind::McnChanged, FindingKind::McnSpacing);
        mcn.since = start;
        let mut isrc = Number::new(FindingKind::IsrcChanged, FindingKind::IsrcSpacing);
        isrc.since = start;
        Self {
            mcn,
            isrc,
            newest_isrc: None,
            last: None,
        }
    }

    pub(super) fn mcn(&mut self, fold: &mut Fold, at: u32, mcn: Mcn) {
        self.mcn.push(fold, at, mcn);
        self.last = Some(at);
    }

    pub(super) fn isrc(&mut self, fold: &mut Fold, at: u32, isrc: Isrc) {
        self.same_track(fold);
        self.newest_isrc = Some((at, isrc));
        self.last = Some(at);
    }

    /// No other track has begun with the last recording code.
    pub(super) fn same_track(&mut self, fold: &mut Fold) {
        if let Some((at, isrc)) = self.newest_isrc.take() {
            self.isrc.push(fold, at, isrc);
        }
    }

    /// A frame that cannot be read, and may have been either.
    pub(super) fn unreadable(&mut self, fold: &mut Fold, at: u32) {
        self.mcn.perhaps(fold, at);
        self.isrc.perhaps(fold, at);
    }

    /// Another track begins at `at`, with its pregap if it has one, or shortly before.
    pub(super) fn track_ends(&mut self, fold: &mut Fold, at: u32) {
        // A recording code right before is that of the track that it fits.
        let old = self.isrc.value.value();
        let of_next = self
            .newest_isrc
            .take_if(|(_, isrc)| old.is_none_or(|old| old != *isrc));
        self.same_track(fold);
        self.isrc.space(fold, at);
        self.isrc.begin(at);
        if let Some((at, isrc)) = of_next {
            self.isrc.push(fold, at, isrc);
        }
    }

    /// Index 1 of a track begins at `start`.
    pub(super) fn track_starts(&mut self, fold: &mut Fold, start: u32) {
        self.isrc.since = self.isrc.since.max(start);
        self.not_on_index(fold, start);
    }

    pub(super) fn lead_out_starts(&mut self, fold: &mut Fold, start: u32) {
        self.mcn.space(fold, start);
        self.mcn.is_spaced = false;
        self.isrc.is_spaced = false;
        self.not_on_index(fold, start);
    }

    fn not_on_index(&self, fold: &mut Fold, start: u32) {
        if self.last == Some(start) {
            fold.add(FindingKind::IdentityOnIndex, start, || {
                Words::new("the first frame of the index", "an MCN or ISRC frame")
            });
        }
    }
}
