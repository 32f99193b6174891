//! MODE SENSE and MODE SELECT, in both their forms.

use cd_mmc::mode_page::{ModePage, ModeParameters, WriteParameters};
use cd_mmc::{ModeSelect6, ModeSelect10, ModeSense6, ModeSense10, PageCode, PageControl, Sense};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::mode_pages::{
    LIST_BYTES, ModePages, NO_SPEED, capabilities, changeable_capabilities, write_speeds,
};
use crate::quirk::Quirk;
use crate::state::Drive;

impl Drive {
    pub(super) fn mode_sense10(&self, command: &ModeSense10, data: Data<'_>) -> Outcome {
        let mut list = [0; LIST_BYTES];
        let len = self.mode_list(command.page_control, command.page, |parameters| {
            parameters.encode_sense_into(&mut list)
        })?;
        Ok(reply(&list[..len], command.allocation_length.into(), data))
    }

    pub(super) fn mode_sense6(&self, command: &ModeSense6, data: Data<'_>) -> Outcome {
        let mut list = [0; LIST_BYTES];
        let len = self.mode_list(command.page_control, command.page, |parameters| {
            parameters.encode_sense6_into(&mut list)
        })?;
        Ok(reply(&list[..len], command.allocation_length.into(), data))
    }

    /// The wanted pages in ascending order of their codes, as `encode` has it. There are no block descriptors, asked for
    /// or not.
    fn mode_list(
        &self,
        control: PageControl,
        page: PageCode,
        encode: impl FnOnce(&ModeParameters<'_>) -> usize,
    ) -> Outcome {
        let speeds = write_speeds(&self.offers());
        let zeros = vec![NO_SPEED; speeds.len()];
        let page_2a = capabilities(&self.profile, self.is_locked, self.turning().offer, &speeds);
        let (write, capabilities) = match control {
            PageControl::Current => (self.pages.write, page_2a),
            PageControl::Changeable => (
                ModePages::changeable_write(),
                changeable_capabilities(&zeros),
            ),
            PageControl::Default => (WriteParameters::TRACK_AT_ONCE_MODE_1, page_2a),
            PageControl::Saved => return Err(Sense::SAVING_PARAMETERS_NOT_SUPPORTED),
        };
        let mut pages = self.pages.plain.list(control).to_vec();
        pages.push(ModePage::WriteParameters(write));
        pages.push(ModePage::Capabilities(capabilities));
        pages.sort_by_key(ModePage::code);
        pages.retain(|found| [found.code(), PageCode::ALL].contains(&page));
        pages.retain(|found| !self.profile.has(Quirk::ModePageMissing(found.code())));
        if pages.is_empty() {
            return Err(bad_field(2, 5));
        }
        Ok(encode(&ModeParameters::of(&pages)))
    }

    pub(super) fn mode_select10(&mut self, command: &ModeSelect10, list: &[u8]) -> Outcome {
        let bits = (command.page_format, command.save_pages);
        let header = ModeParameters::HEADER_BYTES;
        self.mode_select(bits, command.parameter_list_length.into(), list, header)
    }

    pub(super) fn mode_select6(&mut self, command: &ModeSelect6, list: &[u8]) -> Outcome {
        let bits = (command.page_format, command.save_pages);
        let header = ModeParameters::HEADER_BYTES_6;
        self.mode_select(bits, command.parameter_list_length.into(), list, header)
    }

    fn mode_select(
        &mut self,
        (page_format, save_pages): (bool, bool),
        length: usize,
        list: &[u8],
        header: usize,
    ) -> Outcome {
        if !page_format {
            return Err(bad_field(1, 4));
        }
        if save_pages {
            return Err(bad_field(1, 0));
        }
        if self.recording.is_some() {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        if list.len() != length {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        if !list.is_empty() {
            self.pages.select(list, header)?;
        }
        Ok(list.len())
    }
}
