//! Tray and lock.

use cd_mmc::{PowerCondition, PreventAllowMediumRemoval, Sense, StartStopUnit};

use super::{Outcome, bad_field};
use crate::state::{Drive, MediaChange};

impl Drive {
    pub(super) fn start_stop(&mut self, command: &StartStopUnit) -> Outcome {
        match command.power_condition {
            PowerCondition::NO_CHANGE => {}
            // From any of these the drive is back at the next command, in no time.
            PowerCondition::ACTIVE | PowerCondition::IDLE | PowerCondition::STANDBY => {
                return Ok(0);
            }
            // From sleep only a reset would wake it.
            _ => return Err(bad_field(4, 7)),
        }
        match (command.load_eject, command.start) {
            (true, false) => self.eject(),
            (true, true) => self.load(),
            // Spinning up and down changes nothing here; but without a disc there is nothing to spin.
            (false, true) => self.mounted().map(|_| 0),
            (false, false) => Ok(0),
        }
    }

    fn eject(&mut self) -> Outcome {
        if self.is_locked {
            return Err(Sense::MEDIUM_REMOVAL_PREVENTED);
        }
        if let Some(sense) = self.pending_sense() {
            return Err(sense);
        }
        // The host must end its recording first: the disc would be lost.
        if self.recording.is_some() {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        if !self.is_tray_open {
            self.is_tray_open = true;
            self.forget_settings();
            if self.mounted.is_some() {
                self.media_event = Some(MediaChange::Removed);
            }
        }
        Ok(0)
    }

    fn load(&mut self) -> Outcome {
        if self.is_tray_open {
            self.is_tray_open = false;
            if self.mounted.is_some() {
                self.announce_disc();
            }
        }
        self.mounted().map(|_| 0)
    }

    /// Locks or unlocks. With a persistent prevent the eject button would only raise an event; this drive has no button,
    /// so both kinds are one.
    pub(super) fn prevent_allow(&mut self, command: &PreventAllowMediumRemoval) -> Outcome {
        self.is_locked = command.prevent;
        Ok(0)
    }
}
