//! The drive as the embedding program holds it, and as a transport.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use cd_transport::{
    Clock, Completion, Data, Limits, Status, Transport, TransportError, TransportErrorKind,
    check_request,
};

use crate::condition::Condition;
use crate::disc::Disc;
use crate::profile::Profile;
use crate::state::Drive;
use crate::timing::{BufferHistory, time_of_transfer};

/// A CD recorder: takes commands as a drive does, and discs from whoever owns it.
///
/// Every command takes time on the clock it was given. On a [`VirtualClock`](cd_transport::VirtualClock) that is
/// arithmetic, and an hour's recording is done at once; on a [`SystemClock`](cd_transport::SystemClock) the command
/// really waits. A command that takes longer than its time-out ends with
/// [`TransportErrorKind::Timeout`] after having been carried out, as behind a kernel that gives up waiting.
pub struct Recorder {
    drive: Drive,
}

impl Recorder {
    /// A drive without a disc, tray closed, just powered on.
    #[must_use]
    pub fn new<C: Clock + 'static>(profile: Profile, clock: Arc<C>) -> Self {
        Self {
            drive: Drive::new(profile, clock),
        }
    }

    /// Puts a disc in, closes the tray and reads the disc in; a disc that was there is dropped. The next command is
    /// told that the medium may have changed.
    pub fn insert(&mut self, disc: Disc) {
        self.drive.insert(disc);
    }

    /// Takes the disc out as a hand with a paper clip does: whatever the drive is doing, locked or not. A recording
    /// that was going on is broken off. `None` if there is no disc.
    pub fn eject(&mut self) -> Option<Disc> {
        self.drive.remove()
    }

    /// The disc in the drive, or on its open tray.
    #[must_use]
    pub fn disc(&self) -> Option<&Disc> {
        self.drive.disc()
    }

    /// Whether the host has locked the disc in (PREVENT ALLOW MEDIUM REMOVAL).
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.drive.is_locked
    }

    /// Whether the tray is out.
    #[must_use]
    pub const fn is_tray_open(&self) -> bool {
        self.drive.is_tray_open
    }

    /// Which drive is played.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.drive.profile
    }

    /// Has something be wrong from now on, in place of what was wrong before, until [`Recorder::relieve`]. A recording
    /// that is going on is not broken off: while nobody feeds it, its buffer runs empty.
    pub fn afflict(&mut self, condition: Condition) {
        self.drive.affliction = Some((condition, None));
    }

    /// The same, for `duration` by the drive's clock.
    pub fn afflict_for(&mut self, condition: Condition, duration: Duration) {
        let until = self.drive.now().saturating_add(duration);
        self.drive.affliction = Some((condition, Some(until)));
    }

    /// Makes everything right again. The host is not told.
    pub fn relieve(&mut self) {
        self.drive.affliction = None;
    }

    /// What is wrong with the drive, its disc or the way to it.
    #[must_use]
    pub fn condition(&self) -> Option<Condition> {
        self.drive.condition()
    }

    /// How the buffer fared in the recording that is going on, or in the last one, as of the last command; `None` before
    /// the first.
    #[must_use]
    pub const fn buffer_history(&self) -> Option<BufferHistory> {
        self.drive.buffer_history
    }

    /// Switches the drive off and on: mode pages, speeds and lock go back to what they are at power on, a recording
    /// that was going on is broken off. The next command is told of the reset.
    pub fn reset(&mut self) {
        self.drive.reset();
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder")
            .field("description", &self.description())
            .field("disc", &self.disc())
            .field("is_tray_open", &self.is_tray_open())
            .field("is_locked", &self.is_locked())
            .finish_non_exhaustive()
    }
}

impl Transport for Recorder {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        check_request(command, &data, self.limits())?;
        match self.drive.condition() {
            Some(Condition::Gone) => {
                return Err(TransportError::new(
                    TransportErrorKind::DeviceGone,
                    "the recorder was unplugged",
                ));
            }
            Some(Condition::Hung) => {
                self.drive.pass(timeout);
                return Err(TransportError::new(
                    TransportErrorKind::Timeout,
                    format!("the recorder hangs, {timeout:?} were allowed"),
                ));
            }
            _ => {}
        }
        self.drive.spent = Duration::ZERO;
        let rate = self.drive.profile.interface_rate;
        let on_the_bus = time_of_transfer(data.len(), rate);
        self.drive
            .pass(self.drive.profile.command_time.saturating_add(on_the_bus));
        let mut completion = self.drive.execute(command, data.reborrow());
        if let (Data::In(out), Status::GOOD) = (data, completion.status) {
            let answer = &mut out[..completion.transferred];
            completion.transferred = self.drive.profile.spoil(command, answer);
        }
        let spent = self.drive.spent;
        if spent > timeout {
            return Err(TransportError::new(
                TransportErrorKind::Timeout,
                format!("the command took {spent:?}, {timeout:?} were allowed"),
            ));
        }
        Ok(completion)
    }

    fn limits(&self) -> Limits {
        Limits {
            max_transfer: self.drive.profile.max_transfer,
            alignment: self.drive.profile.alignment.max(1),
        }
    }

    fn description(&self) -> String {
        let Profile {
            vendor,
            product,
            revision,
            ..
        } = &self.drive.profile;
        format!("emulated recorder {vendor} {product} {revision}")
    }
}
