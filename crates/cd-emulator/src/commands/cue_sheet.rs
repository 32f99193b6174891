//! SEND CUE SHEET.

use cd_mmc::mode_page::WriteType;
use cd_mmc::{FieldPointer, SendCueSheet, Sense};

use super::Outcome;
use crate::open_session::open_session;
use crate::session::Session;
use crate::state::Drive;

/// The longest cue sheet in bytes: 4096 entries, more than 99 tracks with codes and some indexes need.
pub(crate) const MAX_CUE_SHEET_BYTES: u32 = 0x8000;

impl Drive {
    /// Takes a cue sheet over; it holds until the session is recorded, the disc goes, or another one comes.
    ///
    /// The refusals: write parameters that are not session at once, 05/2C/00; a disc that takes no more, or
    /// has an open session with tracks, 05/2C/03; a
    /// length that is not what is sent, 05/1A/00; a sheet that makes no session on this medium, 05/26/00 with a pointer.
    pub(super) fn send_cue_sheet(&mut self, command: &SendCueSheet, sheet: &[u8]) -> Outcome {
        if self.pages.write.write_type != WriteType::SESSION_AT_ONCE {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        let mounted = self.mounted()?;
        let open = open_session(mounted);
        if !mounted.disc.is_writable() || !open.tracks.is_empty() {
            return Err(Sense::PROGRAM_AREA_NOT_EMPTY);
        }
        let is_all = usize::try_from(command.cue_sheet_bytes).is_ok_and(|n| n == sheet.len());
        if !is_all || command.cue_sheet_bytes > MAX_CUE_SHEET_BYTES {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        let place = open.place(mounted.disc.medium(), &self.pages.write);
        let session = Session::new(sheet, place).map_err(|byte| {
            let byte = u16::try_from(byte).unwrap_or(u16::MAX);
            Sense::INVALID_FIELD_IN_PARAMETER_LIST.with_field_pointer(FieldPointer::new(
                false,
                byte,
                Some(7),
            ))
        })?;
        self.cue_sheet = Some(Box::new(session));
        Ok(sheet.len())
    }
}
