//! What happened meanwhile: sense data and events on request.

use std::time::Duration;

use cd_mmc::response::{Event, EventClass, EventStatus, MediaEvent, MediaEventCode};
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
            .or_else(|| self.pending_sense())
            .unwrap_or(Sense::NONE);
        let mut answer = [0; Sense::MAX_BYTES];
        let len = sense.encode_fixed_into(&mut answer);
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }

    /// Of a disc that came and went only the last movement is told. A host that has room for the header alone is told of no
    /// event, and so loses none.
    pub(super) fn event_status(
        &mut self,
        command: &GetEventStatusNotification,
        data: Data<'_>,
    ) -> Outcome {
        if !command.polled {
            return Err(bad_field(1, 0));
        }
        let untold = self.media_event;
        let status = EventStatus {
            supported: SUPPORTED,
            event: self.event_of(command.classes),
        };
        if usize::from(command.allocation_length) <= EVENT_HEADER_BYTES {
            self.media_event = untold;
        }
        let mut answer = [0; 8];
        let len = status.encode_into(&mut answer);
        Ok(reply(
            &answer[..len],
            command.allocation_length.into(),
            data,
        ))
    }

    /// Something that happened, of the lowest class in which anything did; else how the lowest class stands. `None` for
    /// none of the classes that this drive has.
    fn event_of(&mut self, classes: EventClasses) -> Option<Event> {
        let asks = |class| classes.contains(class);
        let is_media_news = self.media_event.is_some();
        if asks(EventClasses::MEDIA) && is_media_news {
            return Some(self.media_status());
        }
        let busy = self.pending_for();
        if asks(EventClasses::DEVICE_BUSY) && !busy.is_zero() {
            return Some(busy_status(busy));
        }
        let quiet = |class, status| Event::Other {
            class,
            data: [0, status, 0, 0],
        };
        if asks(EventClasses::OPERATIONAL_CHANGE) {
            Some(quiet(EventClass::OPERATIONAL_CHANGE, 0))
        } else if asks(EventClasses::POWER_MANAGEMENT) {
            Some(quiet(EventClass::POWER_MANAGEMENT, POWER_ACTIVE))
        } else if asks(EventClasses::EXTERNAL_REQUEST) {
            Some(quiet(EventClass::EXTERNAL_REQUEST, 0))
        } else if asks(EventClasses::MEDIA) {
            Some(self.media_status())
        } else if asks(EventClasses::DEVICE_BUSY) {
            Some(busy_status(Duration::ZERO))
        } else {
            None
        }
    }

    /// Each coming and going is told once.
    fn media_status(&mut self) -> Event {
        let code = match self.media_event.take() {
            Some(MediaChange::Arrived) => MediaEventCode::NEW_MEDIA,
            Some(MediaChange::Removed) => MediaEventCode::MEDIA_REMOVAL,
            None => MediaEventCode::NO_CHANGE,
        };
        Event::Media(MediaEvent {
            code,
            present: self.mounted().is_ok(),
            tray_open: self.is_tray_open,
            start_slot: 0,
            end_slot: 0,
        })
    }
}

/// The classes this drive has: all but that of several hosts.
const SUPPORTED: EventClasses = EventClasses(
    EventClasses::OPERATIONAL_CHANGE.0
        | EventClasses::POWER_MANAGEMENT.0
        | EventClasses::EXTERNAL_REQUEST.0
        | EventClasses::MEDIA.0
        | EventClasses::DEVICE_BUSY.0,
);

/// Bytes before the event itself.
const EVENT_HEADER_BYTES: usize = 4;

/// Power status: the drive answers at once.
const POWER_ACTIVE: u8 = 1;

/// Busy with a command that ended at once (status 2), for so many tenths of a second; or not busy.
///
/// # Spec
/// MMC-5 6.7.2.6.
fn busy_status(lasts: Duration) -> Event {
    let tenths = u16::try_from(lasts.as_millis().div_ceil(100)).unwrap_or(u16::MAX);
    let [high, low] = tenths.to_be_bytes();
    let (code, status) = if lasts.is_zero() { (0, 0) } else { (1, 2) };
    Event::Other {
        class: EventClass::DEVICE_BUSY,
        data: [code, status, high, low],
    }
}
