//! Erasing a CD-RW: how long it takes, how far it is, and what it leaves.

use std::time::Duration;

use cd_mmc::Sense;

use crate::quirk::Quirk;
use crate::state::Drive;

/// An erasure that is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blanking {
    began: Duration,
    lasts: Duration,
}

impl Blanking {
    pub(crate) const fn new(began: Duration, lasts: Duration) -> Self {
        Self { began, lasts }
    }

    pub(crate) fn is_over(&self, now: Duration) -> bool {
        now.saturating_sub(self.began) >= self.lasts
    }

    pub(crate) fn ends_at(&self) -> Duration {
        self.began.saturating_add(self.lasts)
    }

    /// How much is done, in 1/65536.
    fn progress(&self, now: Duration) -> u16 {
        let elapsed = now.saturating_sub(self.began).as_nanos();
        let done = (elapsed << 16).checked_div(self.lasts.as_nanos());
        done.map_or(u16::MAX, |done| u16::try_from(done).unwrap_or(u16::MAX))
    }
}

impl Drive {
    /// What a command that needs the disc is told while it is being erased, with the progress.
    pub(crate) fn blanking_sense(&self) -> Option<Sense> {
        let progress = self.blanking.as_ref()?.progress(self.now());
        let sense = if self.profile.has(Quirk::BlankSaysFormat) {
            Sense::FORMAT_IN_PROGRESS
        } else {
            Sense::OPERATION_IN_PROGRESS
        };
        Some(sense.with_progress(progress))
    }

    /// The disc is blank now. A disc file that cannot be marked keeps the truth it has: not blank.
    pub(crate) fn end_blanking(&mut self) {
        if let Some(mounted) = &mut self.mounted {
            let _ = mounted.disc.erase();
        }
    }
}
