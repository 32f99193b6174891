//! The P channel: one level a sector, which tells simple players where tracks begin.
//!
//! [`expected_p`] is the rule an author writes by. Discs by others differ from it in known ways, each with a name here
//! ([`PConvention`]), so that [`PChecker`] can tell those from a P that is wrong.
//!
//! # Spec
//! ECMA-130 22.2 and IEC 60908 clause 17 (channel P).

use cd_address::{PREGAP_SECTORS, Sectors};
use thiserror::Error;

#[cfg(test)]
mod tests;

/// Sectors for which P of the lead-out rests before it blinks: two seconds.
const REST: u32 = 150;
/// The longest such rest: three seconds.
const LONGEST_REST: u32 = 225;
/// Sectors that it is set, then clear: 75 / 38 = 1.97 Hz, within the 2 % allowed round 2 Hz.
const BLINK: u32 = 19;
/// How long it may be set or clear: a period of 37.5 sectors, of which 40 % to 60 %, and one for where it is cut.
const BLINK_LIMITS: core::ops::RangeInclusive<u32> = 14..=24;
/// How long both together may be.
const PERIOD_LIMITS: core::ops::RangeInclusive<u32> =
    2 * *BLINK_LIMITS.start()..=2 * *BLINK_LIMITS.end();
/// Sectors that it is set, then clear, on discs that blink every two seconds.
const SLOW_BLINK: u32 = 75;

/// The most sectors for which another level is a slip within a level, and no change.
const LONGEST_SLIP: u32 = 3;

/// Where a sector stands, as far as P is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PPlace {
    /// In the lead-in.
    LeadIn,
    /// In the pregap of a track (index 0).
    Pregap,
    /// In a track, index 1 or higher.
    Track {
        /// Since the start of the track's index 1, which is zero.
        since_start: Sectors,
        /// To the start of the next track's index 1, pregap included; `None` in the last track.
        until_next: Option<Sectors>,
    },
    /// In the lead-out.
    LeadOut {
        /// Since its start, which is zero.
        since_start: Sectors,
    },
}

/// The level of P that an author writes, as on pressed discs.
///
/// Set through a pregap and the first sector of index 1, and in any case through the two seconds before index 1 of a
/// track other than the first, so that a track without a pregap is announced too. In the lead-out clear for two
/// seconds, then set and clear in turn, 19 sectors each (2 Hz).
///
/// ```
/// use cd_address::Sectors;
/// use cd_sector::{PPlace, expected_p};
///
/// let at = |n| PPlace::LeadOut { since_start: Sectors::new(n).unwrap() };
/// assert_eq!([0, 149, 150, 168, 169, 188].map(|n| expected_p(at(n))), [false, false, true, true, false, true]);
/// ```
///
/// # Spec
/// ECMA-130 22.2.
#[must_use]
pub fn expected_p(place: PPlace) -> bool {
    match place {
        PPlace::LeadIn => false,
        PPlace::Pregap => true,
        PPlace::Track {
            since_start,
            until_next,
        } => since_start.is_zero() || is_announcing(until_next),
        PPlace::LeadOut { since_start } => {
            let blinking = since_start.count().checked_sub(REST);
            blinking.is_some_and(|n| n % (2 * BLINK) < BLINK)
        }
    }
}

fn is_announcing(until_next: Option<Sectors>) -> bool {
    until_next.is_some_and(|left| left <= PREGAP_SECTORS)
}

/// A known way in which P of discs by others differs from [`expected_p`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum PConvention {
    /// Clear from the first sector of index 1 on, not from the second.
    #[error("P falls with the pregap, the first sector of index 1 is clear")]
    FirstSectorClear,
    /// Not set before a track whose pregap is shorter than two seconds, or missing.
    #[error("P is not set in the two seconds before a track without a pregap of that length")]
    NotAnnounced,
    /// Set in the first sector of the lead-out.
    #[error("P is set in the first sector of the lead-out")]
    LeadOutFirstSectorSet,
    /// Blinks once in two seconds in the lead-out.
    #[error("P of the lead-out blinks at 0.5 Hz, not 2 Hz")]
    LeadOutSlow,
}

/// What [`PChecker`] has to say of a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum PFinding {
    /// The 96 bits of P are not all the same.
    #[error("P is not level: its 96 bits differ")]
    NotLevel,
    /// P is as some others write it.
    #[error("{0}")]
    Convention(PConvention),
    /// P is as nobody writes it on purpose.
    #[error("P is {}, here it is to be {}", Level(*.got), Level(!*.got))]
    Wrong {
        /// The level that stands there.
        got: bool,
    },
    /// P of the lead-out has kept a level for too short or too long; said where it ends.
    #[error("P of the lead-out was {} for {n_sectors} sectors, 2 Hz is 15 to 23", Level(*.level))]
    BlinkLength {
        /// The level it had.
        level: bool,
        /// For how many sectors.
        n_sectors: u32,
    },
    /// P of the lead-out does not blink three seconds after its start, or has stopped; said once.
    #[error("P of the lead-out does not blink: {} for {} sectors", Level(*.level), LONGEST_REST)]
    NoBlink {
        /// The level it keeps.
        level: bool,
    },
}

struct Level(bool);

impl core::fmt::Display for Level {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.0 { "set" } else { "clear" })
    }
}

/// Checks P of a run of sectors, one after the other, in constant memory.
///
/// Outside the lead-out each sector is judged by itself. In the lead-out, from two seconds on, it is the length of each
/// level that counts, because where the blinking begins is nobody's rule.
#[derive(Clone, Copy, Debug)]
pub struct PChecker {
    /// The level in the lead-out so far, if the sector before was in it.
    level: Option<bool>,
    /// For how many sectors it has been that.
    n_sectors: u32,
    /// Whether it has changed after the rest.
    is_blinking: bool,
    /// For how many sectors it was the other level before, if that is known, and whether that was told.
    before: Option<(u32, bool)>,
    /// Whether something of the level that it is now was told.
    is_told: bool,
}

impl PChecker {
    /// A checker that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            level: None,
            n_sectors: 0,
            is_blinking: false,
            before: None,
            is_told: false,
        }
    }

    /// Judges the next sector's P, given as [`PwSubcode::p_level`](crate::PwSubcode::p_level) gives it.
    pub fn push(&mut self, place: PPlace, level: Option<bool>) -> Option<PFinding> {
        let Some(got) = level else {
            *self = Self::new();
            return Some(PFinding::NotLevel);
        };
        if let PPlace::LeadOut { since_start } = place {
            return self.push_lead_out(since_start.count(), got);
        }
        *self = Self::new();
        if got == expected_p(place) {
            return None;
        }
        Some(match place {
            PPlace::Track {
                since_start,
                until_next,
            } if !got => {
                PFinding::Convention(if since_start.is_zero() && !is_announcing(until_next) {
                    PConvention::FirstSectorClear
                } else {
                    PConvention::NotAnnounced
                })
            }
            _ => PFinding::Wrong { got },
        })
    }

    fn push_lead_out(&mut self, since_start: u32, got: bool) -> Option<PFinding> {
        if since_start < REST {
            self.level = None;
            return match (since_start, got) {
                (_, false) => None,
                (0, true) => Some(PFinding::Convention(PConvention::LeadOutFirstSectorSet)),
                (_, true) => Some(PFinding::Wrong { got }),
            };
        }
        let Some(level) = self.level else {
            // Where the level began is known only at the start of the lead-out's third second.
            let is_first = since_start == REST;
            *self = Self {
                level: Some(got),
                n_sectors: if is_first && !got { REST } else { 0 } + 1,
                is_blinking: is_first && got,
                ..Self::new()
            };
            return None;
        };
        if got == level {
            self.n_sectors = self.n_sectors.saturating_add(1);
            return (self.n_sectors == LONGEST_REST + 1).then_some(PFinding::NoBlink { level });
        }
        let n_sectors = core::mem::replace(&mut self.n_sectors, 1);
        self.level = Some(got);
        let before = self.before.take();
        if let Some((n_before, was_told)) = before
            && n_sectors <= LONGEST_SLIP
        {
            // Told once, where it ends or where it has broken off the level that goes on now.
            self.n_sectors += n_before + n_sectors;
            self.is_told = true;
            return (!was_told).then_some(PFinding::BlinkLength { level, n_sectors });
        }
        // A change in the wrong place makes two wrong levels and is told with the first.
        let is_rest = before.is_some_and(|(n_before, was_told)| {
            was_told && PERIOD_LIMITS.contains(&(n_before + n_sectors))
        });
        // The level before the first change is the rest's, or began before what was seen.
        let is_whole = core::mem::replace(&mut self.is_blinking, true);
        let was_told = core::mem::replace(&mut self.is_told, false);
        let is_right = BLINK_LIMITS.contains(&n_sectors) || n_sectors > LONGEST_REST || is_rest;
        let finding = (is_whole && !is_right && !was_told).then_some(match n_sectors {
            SLOW_BLINK => PFinding::Convention(PConvention::LeadOutSlow),
            _ => PFinding::BlinkLength { level, n_sectors },
        });
        self.before = is_whole.then_some((n_sectors, was_told || finding.is_some()));
        finding
    }
}

impl Default for PChecker {
    fn default() -> Self {
        Self::new()
    }
}
