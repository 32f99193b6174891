//! The drive's audio output while it plays: where the head is by now.
//!
//! Time comes in as an argument; nobody hears anything.

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};

/// Sectors a second.
const RATE: u128 = 75;

/// Playing, paused or played to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Player {
    /// What is played; not empty.
    range: LbaRange,
    began: Duration,
    /// Since when it stands still.
    paused: Option<Duration>,
}

impl Player {
    /// Plays `range` from now on; `None` if there is nothing in it.
    pub(crate) fn new(range: LbaRange, now: Duration) -> Option<Self> {
        (!range.is_empty()).then_some(Self {
            range,
            began: now,
            paused: None,
        })
    }

    pub(crate) const fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Whether the last sector has been played.
    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.n_played(now) >= u128::from(self.range.len().count())
    }

    /// The sector being played, or that it stopped at.
    pub(crate) fn position(&self, now: Duration) -> Lba {
        let last = self.range.last().unwrap_or(self.range.start());
        u32::try_from(self.n_played(now))
            .ok()
            .and_then(|played| Sectors::new(played).ok())
            .and_then(|played| self.range.start().add(played).ok())
            .map_or(last, |lba| lba.min(last))
    }

    /// Stands still from now on, or goes on.
    pub(crate) fn pause(&mut self, now: Duration, is_paused: bool) {
        match (self.paused, is_paused) {
            (None, true) => self.paused = Some(now),
            (Some(since), false) => {
                self.began += now.saturating_sub(since);
                self.paused = None;
            }
            _ => {}
        }
    }

    fn n_played(&self, now: Duration) -> u128 {
        let until = self.paused.unwrap_or(now);
        until.saturating_sub(self.began).as_nanos() * RATE / 1_000_000_000
    }
}
