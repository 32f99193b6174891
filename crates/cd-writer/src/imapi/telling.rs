//! Has updates come every half second whatever the drive does: a command that calibrates, or takes sectors of a lead-in,
//! can last for a minute, and the thread that waits for it tells nothing.

use std::thread;
use std::time::Duration;

use cd_transport::Clock;
use crossbeam_channel::{RecvTimeoutError, bounded};
use parking_lot::Mutex;

use crate::Progress;
use crate::control::PROGRESS_INTERVAL;

/// How often the second thread looks at the clock.
const POLL: Duration = Duration::from_millis(50);

/// Told of a moment, and when that was.
pub(super) type Tell<'t> = dyn Fn(&Progress, Duration) + Sync + 't;

/// Runs `work` with a function that it tells its progress, and passes that on to `tell`: what it says first and last,
/// each change of action, and between these something every half second, if need be the same again.
///
/// `tell` is called on either of two threads, never on both at once.
pub(super) fn telling<R>(
    clock: &dyn Clock,
    tell: &Tell<'_>,
    work: impl FnOnce(&mut dyn FnMut(&Progress)) -> R,
) -> R {
    let teller = Teller {
        clock,
        tell,
        last: Mutex::new(None),
    };
    let (stop, stopped) = bounded::<()>(0);
    thread::scope(|scope| {
        let again = || {
            while stopped.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
                teller.again();
            }
        };
        // Without the thread there is less to be told, and nothing else is amiss.
        let _ = thread::Builder::new()
            .name("cd-writer-tell".to_owned())
            .spawn_scoped(scope, again);
        let result = work(&mut |progress| teller.hear(progress));
        drop(stop);
        teller.finish();
        result
    })
}

struct Teller<'t> {
    clock: &'t dyn Clock,
    tell: &'t Tell<'t>,
    /// What was heard last, and when something was told; `None` before the first.
    last: Mutex<Option<Last>>,
}

struct Last {
    heard: Progress,
    told_at: Duration,
    /// What was heard last has not been told: so soon after the update before, it waits.
    is_waiting: bool,
}

impl Teller<'_> {
    /// Takes in what the burning thread says.
    fn hear(&self, progress: &Progress) {
        let mut last = self.last.lock();
        let now = self.clock.now();
        if let Some(last) = &mut *last
            && last.heard.action == progress.action
            && now.saturating_sub(last.told_at) < PROGRESS_INTERVAL
        {
            last.heard = *progress;
            last.is_waiting = true;
            return;
        }
        self.tell(&mut last, *progress, now);
    }

    /// Tells the same once more, if it was told half a second ago.
    fn again(&self) {
        let mut last = self.last.lock();
        let now = self.clock.now();
        if let Some(Last { heard, told_at, .. }) = *last
            && now.saturating_sub(told_at) >= PROGRESS_INTERVAL
        {
            self.tell(&mut last, heard, now);
        }
    }

    /// Tells what has not been told yet.
    fn finish(&self) {
        let mut last = self.last.lock();
        if let Some(Last {
            heard,
            is_waiting: true,
            ..
        }) = *last
        {
            let now = self.clock.now();
            self.tell(&mut last, heard, now);
        }
    }

    fn tell(&self, last: &mut Option<Last>, heard: Progress, now: Duration) {
        *last = Some(Last {
            heard,
            told_at: now,
            is_waiting: false,
        });
        (self.tell)(&heard, now);
    }
}
