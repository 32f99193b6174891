//! SEND CUE SHEET.

use cd_address::Lba;
use cd_mmc::mode_page::WriteType;
use cd_mmc::{FieldPointer, SendCueSheet, Sense};
use cd_sector::DiscType;

use super::Outcome;
use crate::disc::DiscState;
use crate::medium::LEAD_OUT_SECTORS;
use crate::session::{Session, SessionPlace};
use crate::state::Drive;

/// The longest cue sheet in bytes: 4096 entries, more than 99 tracks with codes and some indexes need.
pub(crate) const MAX_CUE_SHEET_BYTES: u32 = 0x8000;

impl Drive {
    /// Takes a cue sheet over; it holds until the session is recorded, the disc goes, or another one comes.
    ///
    /// The refusals: write parameters that are not session at once, 05/2C/00; a disc that cannot be recorded, 05/2C/03; a
    /// length that is not what is sent, 05/1A/00; a sheet that makes no session on this medium, 05/26/00 with a pointer.
    pub(super) fn send_cue_sheet(&mut self, command: &SendCueSheet, sheet: &[u8]) -> Outcome {
        if self.pages.write.write_type != WriteType::SESSION_AT_ONCE {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        let disc = &self.mounted()?.disc;
        if disc.state() != DiscState::Blank {
            return Err(Sense::PROGRAM_AREA_NOT_EMPTY);
        }
        let is_all = usize::try_from(command.cue_sheet_bytes).is_ok_and(|n| n == sheet.len());
        if !is_all || command.cue_sheet_bytes > MAX_CUE_SHEET_BYTES {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        let medium = disc.medium();
        let place = SessionPlace {
            lead_in: medium.lead_in_start.to_lba(),
            program: Lba::PREGAP_START,
            last_lead_out: medium.last_lead_out.to_lba(),
            first_track: None,
            n_lead_out: LEAD_OUT_SECTORS,
            disc_type: DiscType(self.pages.write.session_format.code()),
        };
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
