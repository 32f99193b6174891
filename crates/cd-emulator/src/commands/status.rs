//! What happened meanwhile: sense data and events on request.

use cd_mmc::response::{Event, EventStatus, MediaEvent, MediaEventCode};
use cd_mmc::{EventClasses, GetEventStatusNotification, RequestSense, Sense};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::condition::Condition;
use crate::state::{Drive, MediaChange};

impl Drive {
    /// Tells a pending unit attention, what makes the drive wait and how far it is, or that there is nothing to tell:
    /// every refusal came with its own sense data.
    pub(super) fn request_sense(&mut self, command: &RequestSense, data: Data<'_>) -> Outcome {
        if command.descriptor_format {
            return Err(bad_field(1, 0));
        }
        let sense = self
            .attention
            .take()
            .or_else(|| self.condition().and_then(Condition::not_ready))
            .or_else(|| self.blanking_sense())
            .unwrap_or(Sense::NONE);
        let mut answer = [0; Sense::MAX_BYTES];
        let len = sense.encode_fixed_into(&mut answer);
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }

    /// Tells each coming and going of a disc once, the last one if there were several.
    pub(super) fn event_status(
        &mut self,
        command: &GetEventStatusNotification,
        data: Data<'_>,
    ) -> Outcome {
        if !command.polled {
            return Err(bad_field(1, 0));
        }
        let mut status = EventStatus {
            supported: EventClasses::MEDIA,
            event: None,
        };
        if command.classes.contains(EventClasses::MEDIA) {
            let code = match self.media_event.take() {
                Some(MediaChange::Arrived) => MediaEventCode::NEW_MEDIA,
                Some(MediaChange::Removed) => MediaEventCode::MEDIA_REMOVAL,
                None => MediaEventCode::NO_CHANGE,
            };
            status.event = Some(Event::Media(MediaEvent {
                code,
                present: self.mounted().is_ok(),
                tray_open: self.is_tray_open,
                start_slot: 0,
                end_slot: 0,
            }));
        }
        let mut answer = [0; 8];
        let len = status.encode_into(&mut answer);
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }
}
