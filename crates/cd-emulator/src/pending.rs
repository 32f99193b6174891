//! What the drive goes on with when the command that began it has ended: erasing a disc, closing a session, emptying its
//! buffer.
//!
//! Read first: MMC-3 6.2 (BLANK) and 6.3 (CLOSE TRACK/SESSION), of both the Immed bit; SPC-3 4.5.2.4.4 (progress).

use std::time::Duration;

use cd_mmc::Sense;

use crate::quirk::Quirk;
use crate::recording::Recording;
use crate::state::Drive;

/// Something that takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pending {
    began: Duration,
    lasts: Duration,
}

impl Pending {
    pub(crate) const fn new(began: Duration, lasts: Duration) -> Self {
        Self { began, lasts }
    }

    pub(crate) fn is_over(&self, now: Duration) -> bool {
        now.saturating_sub(self.began) >= self.lasts
    }

    fn ends_at(&self) -> Duration {
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
    /// What a command that needs the disc is told meanwhile; of erasing and closing with the progress.
    pub(crate) fn pending_sense(&self) -> Option<Sense> {
        let now = self.now();
        if let Some(blanking) = &self.blanking {
            let sense = if self.profile.has(Quirk::BlankSaysFormat) {
                Sense::FORMAT_IN_PROGRESS
            } else {
                Sense::OPERATION_IN_PROGRESS
            };
            return Some(sense.with_progress(blanking.progress(now)));
        }
        if let Some(closing) = &self.closing {
            return Some(Sense::OPERATION_IN_PROGRESS.with_progress(closing.progress(now)));
        }
        let is_flushing = self.recording.as_ref().is_some_and(Recording::is_flushing);
        is_flushing.then_some(Sense::LONG_WRITE_IN_PROGRESS)
    }

    /// How long it will go on.
    pub(crate) fn pending_for(&self) -> Duration {
        let now = self.now();
        let recording = self.recording.as_ref();
        let flushing = recording
            .filter(|recording| recording.is_flushing())
            .map(Recording::ready_at);
        let of = |pending: &Option<Pending>| pending.as_ref().map(Pending::ends_at);
        let until = of(&self.blanking).max(of(&self.closing)).max(flushing);
        until.unwrap_or(now).saturating_sub(now)
    }

    /// The disc is blank now. A disc file that cannot be marked keeps the truth it has: not blank.
    pub(crate) fn end_blanking(&mut self) {
        if let Some(mounted) = &mut self.mounted {
            let _ = mounted.disc.erase();
        }
    }
}
