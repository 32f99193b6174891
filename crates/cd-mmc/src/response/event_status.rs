use crate::code::wire_code;
use crate::wire::{copy_truncated, declared_u16, length_u16, need};
use crate::{DecodeError, EventClasses, Field};

wire_code! {
    /// The class of an event.
    EventClass: u8, 3 bits {
        NONE = 0, "no class";
        OPERATIONAL_CHANGE = 1, "operational change";
        POWER_MANAGEMENT = 2, "power management";
        EXTERNAL_REQUEST = 3, "external request";
        MEDIA = 4, "media";
        MULTIPLE_HOST = 5, "multiple hosts";
        DEVICE_BUSY = 6, "device busy";
    }
}

wire_code! {
    /// What happened to the medium.
    MediaEventCode: u8, 4 bits {
        NO_CHANGE = 0, "no change";
        EJECT_REQUEST = 1, "somebody pressed the eject button";
        NEW_MEDIA = 2, "a new medium is ready";
        MEDIA_REMOVAL = 3, "the medium was removed";
        MEDIA_CHANGED = 4, "another medium is wanted";
    }
}

const NEA: Field = Field::bit("NEA", 2, 7);
const CLASS: Field = Field::bits("NOTIFICATION CLASS", 2, 2, 3);
const SUPPORTED: Field = Field::bytes("SUPPORTED EVENT CLASSES", 3, 1);
const HEADER_LEN: usize = 4;
const WHOLE_LEN: usize = 8;

// Within the four bytes of a media event.
const MEDIA_EVENT_CODE: Field = Field::bits("MEDIA EVENT CODE", 0, 3, 4);
const MEDIA_PRESENT: Field = Field::bit("MEDIA PRESENT", 1, 1);
const TRAY_OPEN: Field = Field::bit("DOOR OR TRAY OPEN", 1, 0);

/// What happened since the last time: the answer to GET EVENT STATUS NOTIFICATION.
///
/// # Spec
/// MMC-5 6.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventStatus {
    /// The classes the drive knows.
    pub supported: EventClasses,
    /// The event of the lowest class asked for; `None` (NEA) if the drive knows none of them.
    pub event: Option<Event>,
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Class 4.
    Media(MediaEvent),
    /// Any other class, its bytes as they are.
    Other {
        /// The class; [`EventClass::MEDIA`] here is read back as [`Event::Media`].
        class: EventClass,
        /// The event.
        data: [u8; 4],
    },
}

/// What happened to the medium, and how the drive stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MediaEvent {
    /// What happened.
    pub code: MediaEventCode,
    /// Whether there is a medium, readable or not.
    pub present: bool,
    /// Whether door or tray is open.
    pub tray_open: bool,
    /// The first slot of a changer it is about; 0 otherwise.
    pub start_slot: u8,
    /// The last slot of a changer it is about; 0 otherwise.
    pub end_slot: u8,
}

impl EventStatus {
    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes, below 8 with an event.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let what = "event status";
        let bytes = declared_u16(what, bytes, HEADER_LEN)?;
        let mut event = None;
        if !NEA.is_set(bytes) {
            need(what, bytes, WHOLE_LEN)?;
            let mut data = [0; 4];
            data.copy_from_slice(&bytes[HEADER_LEN..WHOLE_LEN]);
            event = Some(match EventClass::of(CLASS, bytes) {
                EventClass::MEDIA => Event::Media(MediaEvent {
                    code: MediaEventCode::of(MEDIA_EVENT_CODE, &data),
                    present: MEDIA_PRESENT.is_set(&data),
                    tray_open: TRAY_OPEN.is_set(&data),
                    start_slot: data[2],
                    end_slot: data[3],
                }),
                class => Event::Other { class, data },
            });
        }
        Ok(Self {
            supported: EventClasses(SUPPORTED.u8(bytes)),
            event,
        })
    }

    /// Writes the answer, 8 bytes with an event and 4 without, as far as `out` has room, and tells how
    /// many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; WHOLE_LEN];
        NEA.put(&mut bytes, self.event.is_none());
        SUPPORTED.put(&mut bytes, self.supported.0);
        let (class, data) = match self.event {
            Some(Event::Media(event)) => (EventClass::MEDIA, event.to_bytes()),
            Some(Event::Other { class, data }) => (class, data),
            None => (EventClass::NONE, [0; 4]),
        };
        CLASS.put(&mut bytes, class);
        bytes[HEADER_LEN..].copy_from_slice(&data);
        let len = if self.event.is_some() {
            WHOLE_LEN
        } else {
            HEADER_LEN
        };
        bytes[..2].copy_from_slice(&length_u16(len - 2));
        copy_truncated(&bytes[..len], out)
    }
}

impl MediaEvent {
    fn to_bytes(self) -> [u8; 4] {
        let mut data = [0, 0, self.start_slot, self.end_slot];
        MEDIA_EVENT_CODE.put(&mut data, self.code);
        MEDIA_PRESENT.put(&mut data, self.present);
        TRAY_OPEN.put(&mut data, self.tray_open);
        data
    }
}
