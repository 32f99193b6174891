//! The recorder that the kernel's commands and the user's orders reach by turns.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cd_emulator::Recorder;
use cd_mmc::{Sense, SenseKey};
use cd_transport::{
    Clock, Completion, Data, Limits, Status, Transport, TransportError, VirtualClock,
};

use super::lock;

#[cfg(test)]
mod tests;

/// WRITE (10).
const WRITE: u8 = 0x2A;
/// What a burning program waits before it sends a WRITE again.
const WRITE_PAUSE: Duration = Duration::from_millis(60);
/// What a program that asks whether a drive is ready waits until it asks again, at most.
const READY_PAUSE: Duration = Duration::from_secs(600);

/// The recorder, and the clock that is to be moved on where time shall cost nothing.
pub(super) struct Shared {
    pub(super) recorder: Recorder,
    clock: Option<Arc<VirtualClock>>,
}

impl Shared {
    pub(super) const fn new(recorder: Recorder, clock: Option<Arc<VirtualClock>>) -> Self {
        Self { recorder, clock }
    }

    /// Lets the time pass that the host would wait after this answer.
    ///
    /// A host that is told "not yet" sleeps, by its own clock; the recorder's, which stands still between commands, has
    /// to hear of it, or a disc would be erased for ever.
    fn let_pass(&self, command: &[u8], completion: &Completion) {
        let Some(clock) = &self.clock else { return };
        if completion.status != Status::CHECK_CONDITION {
            return;
        }
        let is_busy = Sense::decode(completion.sense.as_slice())
            .is_ok_and(|sense| sense.key == SenseKey::NOT_READY && sense.asc == 0x04);
        if is_busy {
            clock.sleep(match command.first() {
                Some(&WRITE) => WRITE_PAUSE,
                _ => READY_PAUSE,
            });
        }
    }
}

/// The same recorder as a transport.
pub(super) struct SharedRecorder(pub(super) Arc<Mutex<Shared>>);

impl Transport for SharedRecorder {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let mut shared = lock(&self.0);
        let result = shared.recorder.execute(command, data, timeout);
        if let Ok(completion) = &result {
            shared.let_pass(command, completion);
        }
        result
    }

    fn limits(&self) -> Limits {
        lock(&self.0).recorder.limits()
    }

    fn description(&self) -> String {
        lock(&self.0).recorder.description()
    }
}
