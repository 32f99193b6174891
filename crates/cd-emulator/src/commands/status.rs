//! What happened meanwhile: sense data on request.

use cd_mmc::{RequestSense, Sense};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::state::Drive;

impl Drive {
    /// Tells a pending unit attention, or that there is nothing to tell: every refusal came with its own sense data.
    pub(super) fn request_sense(&mut self, command: &RequestSense, data: Data<'_>) -> Outcome {
        if command.descriptor_format {
            return Err(bad_field(1, 0));
        }
        let sense = self.attention.take().unwrap_or(Sense::NONE);
        let mut answer = [0; Sense::MAX_BYTES];
        let len = sense.encode_fixed_into(&mut answer);
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }
}
