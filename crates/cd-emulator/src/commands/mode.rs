//! MODE SENSE and MODE SELECT.

use cd_mmc::mode_page::{ModePage, ModeParameters, WriteParameters};
use cd_mmc::{ModeSelect10, ModeSense10, PageCode, PageControl, Sense};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::mode_pages::{
    LIST_BYTES, ModePages, NO_SPEED, capabilities, changeable_capabilities, write_speeds,
};
use crate::quirk::Quirk;
use crate::state::Drive;

impl Drive {
    pub(super) fn mode_sense(&self, command: &ModeSense10, data: Data<'_>) -> Outcome {
        let speeds = write_speeds(&self.offers());
        let zeros = vec![NO_SPEED; speeds.len()];
        let page_2a = capabilities(&self.profile, self.is_locked, self.turning().offer, &speeds);
        let (write, capabilities) = match command.page_control {
            PageControl::Current => (self.pages.write, page_2a),
            PageControl::Changeable => (
                ModePages::changeable_write(),
                changeable_capabilities(&zeros),
            ),
            PageControl::Default => (WriteParameters::TRACK_AT_ONCE_MODE_1, page_2a),
            PageControl::Saved => return Err(Sense::SAVING_PARAMETERS_NOT_SUPPORTED),
        };
        let pages = [
            ModePage::WriteParameters(write),
            ModePage::Capabilities(capabilities),
        ];
        let pages = match command.page {
            PageCode::WRITE_PARAMETERS => &pages[..1],
            PageCode::CAPABILITIES => &pages[1..],
            PageCode::ALL => &pages[..],
            _ => return Err(bad_field(2, 5)),
        };
        let mut pages = pages.to_vec();
        pages.retain(|page| !self.profile.has(Quirk::ModePageMissing(page.code())));
        if pages.is_empty() {
            return Err(bad_field(2, 5));
        }
        let mut list = [0; LIST_BYTES];
        let len = ModeParameters::of(&pages).encode_sense_into(&mut list);
        Ok(reply(&list[..len], command.allocation_length.into(), data))
    }

    pub(super) fn mode_select(&mut self, command: &ModeSelect10, list: &[u8]) -> Outcome {
        if !command.page_format {
            return Err(bad_field(1, 4));
        }
        if command.save_pages {
            return Err(bad_field(1, 0));
        }
        if self.recording.is_some() {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        if list.len() != usize::from(command.parameter_list_length) {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        if !list.is_empty() {
            self.pages.select(list)?;
        }
        Ok(list.len())
    }
}
