//! CLOSE TRACK SESSION.

use cd_mmc::{CloseFunction, CloseTrackSession, Sense};

use super::{Outcome, bad_field};
use crate::open_session::open_session;
use crate::recording::Way;
use crate::state::Drive;

/// Every track, or the one that is not closed yet: any number that names none.
const INVISIBLE: [u16; 2] = [0x00FF, 0xFFFF];

impl Drive {
    /// Closes the track that is being recorded, or the session.
    ///
    /// The refusals: another function, 05/24/00; a track that is none, or not the last, 05/24/00; a recording that is not
    /// a track, or a session whose last track is not closed, 05/2C/00; nothing to close on a blank disc, 05/2C/00. What is
    /// closed already is no error, and a simulation closes nothing.
    pub(super) fn close_track_session(&mut self, command: &CloseTrackSession) -> Outcome {
        match command.function {
            CloseFunction::TRACK => self.close_track(command),
            CloseFunction::SESSION => self.close_session(command),
            _ => Err(bad_field(2, 2)),
        }
    }

    fn close_track(&mut self, command: &CloseTrackSession) -> Outcome {
        let open = open_session(self.mounted()?);
        let is_named = |number: u8| {
            command.track == u16::from(number)
                || command.track == 0
                || INVISIBLE.contains(&command.track)
        };
        match &self.recording {
            Some(recording) => match &recording.way {
                Way::Track(track) if is_named(track.number()) => {
                    self.flush(command.immediate)?;
                    Ok(0)
                }
                Way::Track(_) => Err(bad_field(4, 7)),
                _ => Err(Sense::COMMAND_SEQUENCE_ERROR),
            },
            None if self.pages.is_simulated() => Ok(0),
            None if open.tracks.is_empty() => Err(Sense::COMMAND_SEQUENCE_ERROR),
            None => {
                let mut tracks = open.tracks.iter();
                let is_closed = tracks.any(|track| is_named(track.number));
                if is_closed {
                    Ok(0)
                } else {
                    Err(bad_field(4, 7))
                }
            }
        }
    }

    fn close_session(&mut self, command: &CloseTrackSession) -> Outcome {
        if self.recording.is_some() {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        let mounted = self.mounted()?;
        let open = open_session(mounted);
        if open.tracks.is_empty() {
            // There may be nothing to close because it was simulated, or because it is closed.
            return if self.pages.is_simulated() || mounted.contents.is_some() {
                Ok(0)
            } else {
                Err(Sense::COMMAND_SEQUENCE_ERROR)
            };
        }
        if !mounted.disc.is_writable() {
            return Err(Sense::SESSION_FIXATION_ERROR);
        }
        self.check_protection()?;
        let lasts = self.begin_closing(&open)?;
        if !command.immediate {
            self.pass(lasts);
        }
        Ok(0)
    }
}
