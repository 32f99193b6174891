//! What sessions a disc has, by all that the drive says of them.
//!
//! # Spec
//! MMC-5 6.26.3.3 and 6.26.3.4 (READ TOC/PMA/ATIP, formats 1 and 2), 6.22.3.1 (disc information). Read those first.

use cd_address::Msf;
use cd_mmc::response::{SessionInformation, SessionState};
use cd_mmc::{ReadTocPmaAtip, TocFormat};
use cd_sector::Toc;

use super::{MediumInfo, disagreements};
use crate::Fault;
use crate::answer::decode_sessions;
use crate::plan::full_toc_command;
use crate::recorder::Recorder;

/// What the lead-in of one closed session says, by the drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionToc {
    /// The drive's number for it; the first is 1.
    pub number: u8,
    /// Its own tracks and its own lead-out.
    pub toc: Toc,
    /// Where the next session's program area can begin; `None` if point B0h says that nothing can follow, or there is none.
    pub next_program: Option<Msf>,
}

impl Recorder<'_> {
    /// The table of contents of each closed session, by number: one at least (READ TOC/PMA/ATIP, format 2).
    ///
    /// # Errors
    /// The fault; a table of contents that contradicts itself is one too.
    pub fn read_sessions(&mut self) -> Result<Vec<SessionToc>, Fault> {
        let mut command = full_toc_command();
        let mut answer = self.ask(command, command.allocation_length)?;
        let length = answer.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        let whole = length.map_or(0, |length| length.saturating_add(2));
        if whole > command.allocation_length {
            command.allocation_length = whole;
            answer = self.ask(command, whole)?;
        }
        decode_sessions(&answer).map_err(|what| Fault::nonsense(&command.into(), what))
    }

    /// Which sessions are closed, and where the last of them begins (READ TOC/PMA/ATIP, format 1).
    ///
    /// # Errors
    /// The fault.
    pub fn session_information(&mut self) -> Result<SessionInformation, Fault> {
        let command = ReadTocPmaAtip {
            msf: false,
            format: TocFormat::SESSION_INFORMATION,
            track_session: 0,
            allocation_length: INFORMATION_BYTES,
        };
        let answer = self.ask(command, INFORMATION_BYTES)?;
        SessionInformation::decode(&answer)
            .map_err(|error| Fault::nonsense(&command.into(), error.to_string()))
    }
}

/// Of an answer in format 1.
const INFORMATION_BYTES: u16 = 12;

impl MediumInfo {
    /// How many sessions READ DISC INFORMATION counts as closed. One that is open, or may follow, counts there too, and not here.
    #[must_use]
    pub fn n_closed_sessions(&self) -> u16 {
        let is_closed = self.information.last_session == SessionState::COMPLETE;
        let n_sessions = self.information.n_sessions;
        n_sessions.saturating_sub(u16::from(!is_closed))
    }

    /// What READ TOC/PMA/ATIP in formats 2 and 1 and READ DISC INFORMATION say differently of the sessions, a sentence each.
    #[must_use]
    pub fn session_disagreements(
        &self,
        sessions: &[SessionToc],
        information: Option<&SessionInformation>,
    ) -> Vec<String> {
        disagreements::of_sessions(self, sessions, information)
    }
}
