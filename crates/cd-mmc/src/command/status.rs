use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

use crate::code::wire_code;

/// Asks whether the medium can be accessed; the answer is the status alone.
///
/// # Spec
/// SPC-3 6.33, operation code 00h.
#[doc(alias = "TEST UNIT READY")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TestUnitReady;

impl Layout for TestUnitReady {
    const NAME: &'static str = "TEST UNIT READY";
    const OPCODE: u8 = 0x00;
    const FIELDS: &'static [Field] = &[];

    fn write(&self, _cdb: &mut [u8]) {}

    fn read(_cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Asks for sense data outside a failed command. The answer is [`crate::Sense`].
///
/// # Spec
/// SPC-3 6.27; MMC-5 6.30; operation code 03h.
#[doc(alias = "REQUEST SENSE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestSense {
    /// DESC: descriptor format wanted.
    pub descriptor_format: bool,
    /// The most bytes to return, 18 for all of the fixed format.
    pub allocation_length: u8,
}

impl RequestSense {
    const DESC: Field = Field::bit("DESC", 1, 0);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 4, 1);
}

impl Layout for RequestSense {
    const NAME: &'static str = "REQUEST SENSE";
    const OPCODE: u8 = 0x03;
    const FIELDS: &'static [Field] = &[Self::DESC, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DESC.put(cdb, self.descriptor_format);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            descriptor_format: Self::DESC.is_set(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u8(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

/// Asks what device this is.
///
/// # Spec
/// SPC-3 6.4; MMC-5 6.9; operation code 12h.
#[doc(alias = "INQUIRY")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inquiry {
    /// The vital product data page wanted (EVPD with PAGE CODE); `None` for the standard data.
    pub vital_product_page: Option<u8>,
    /// The most bytes to return, 36 for all of the standard data that is defined.
    pub allocation_length: u16,
}

impl Inquiry {
    const EVPD: Field = Field::bit("EVPD", 1, 0);
    const PAGE_CODE: Field = Field::bytes("PAGE CODE", 2, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 3, 2);
}

impl Layout for Inquiry {
    const NAME: &'static str = "INQUIRY";
    const OPCODE: u8 = 0x12;
    const FIELDS: &'static [Field] = &[Self::EVPD, Self::PAGE_CODE, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::EVPD.put(cdb, self.vital_product_page.is_some());
        Self::PAGE_CODE.put(cdb, self.vital_product_page.unwrap_or(0));
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        let page = Self::PAGE_CODE.u8(cdb);
        let vital_product_page = match (Self::EVPD.is_set(cdb), page) {
            (true, page) => Some(page),
            (false, 0) => None,
            (false, _) => return Err(Self::refuse(Self::PAGE_CODE, cdb, "0 while EVPD is 0")),
        };
        Ok(Self {
            vital_product_page,
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

wire_code! {
    /// The power condition that START STOP UNIT asks for.
    PowerCondition: u8, 4 bits {
        NO_CHANGE = 0, "no change";
        ACTIVE = 1, "active";
        IDLE = 2, "idle";
        STANDBY = 3, "standby";
        SLEEP = 5, "sleep";
    }
}

/// Starts or stops the disc, loads or ejects it.
///
/// # Spec
/// MMC-5 clause 6, START STOP UNIT; operation code 1Bh.
#[doc(alias = "START STOP UNIT")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StartStopUnit {
    /// IMMED: status at once, not when done.
    pub immediate: bool,
    /// Unless [`PowerCondition::NO_CHANGE`], the device ignores the next two.
    pub power_condition: PowerCondition,
    /// LOEJ: with `start` load the disc, without it eject.
    pub load_eject: bool,
    /// START: spin up and read what is needed; otherwise stop.
    pub start: bool,
}

impl StartStopUnit {
    /// Spin the disc up and wait for it.
    pub const START: Self = Self::action(false, true);
    /// Stop the disc.
    pub const STOP: Self = Self::action(false, false);
    /// Open the tray.
    pub const EJECT: Self = Self::action(true, false);
    /// Close the tray and spin up.
    pub const LOAD: Self = Self::action(true, true);

    const IMMED: Field = Field::bit("IMMED", 1, 0);
    const POWER_CONDITIONS: Field = Field::bits("POWER CONDITIONS", 4, 7, 4);
    const LOEJ: Field = Field::bit("LOEJ", 4, 1);
    const START_BIT: Field = Field::bit("START", 4, 0);

    const fn action(load_eject: bool, start: bool) -> Self {
        Self {
            immediate: false,
            power_condition: PowerCondition::NO_CHANGE,
            load_eject,
            start,
        }
    }
}

impl Layout for StartStopUnit {
    const NAME: &'static str = "START STOP UNIT";
    const OPCODE: u8 = 0x1B;
    const FIELDS: &'static [Field] = &[
        Self::IMMED,
        Self::POWER_CONDITIONS,
        Self::LOEJ,
        Self::START_BIT,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::IMMED.put(cdb, self.immediate);
        Self::POWER_CONDITIONS.put(cdb, self.power_condition);
        Self::LOEJ.put(cdb, self.load_eject);
        Self::START_BIT.put(cdb, self.start);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            immediate: Self::IMMED.is_set(cdb),
            power_condition: PowerCondition::of(Self::POWER_CONDITIONS, cdb),
            load_eject: Self::LOEJ.is_set(cdb),
            start: Self::START_BIT.is_set(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Locks the disc in, or lets it go.
///
/// # Spec
/// MMC-5 6.14, operation code 1Eh.
#[doc(alias = "PREVENT ALLOW MEDIUM REMOVAL")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PreventAllowMediumRemoval {
    /// PERSISTENT: the eject button raises an event and does nothing else.
    pub persistent: bool,
    /// PREVENT: lock; otherwise unlock.
    pub prevent: bool,
}

impl PreventAllowMediumRemoval {
    /// Lock the disc in.
    pub const PREVENT: Self = Self {
        persistent: false,
        prevent: true,
    };
    /// Let it go.
    pub const ALLOW: Self = Self {
        persistent: false,
        prevent: false,
    };

    const PERSISTENT_BIT: Field = Field::bit("PERSISTENT", 4, 1);
    const PREVENT_BIT: Field = Field::bit("PREVENT", 4, 0);
}

impl Layout for PreventAllowMediumRemoval {
    const NAME: &'static str = "PREVENT ALLOW MEDIUM REMOVAL";
    const OPCODE: u8 = 0x1E;
    const FIELDS: &'static [Field] = &[Self::PERSISTENT_BIT, Self::PREVENT_BIT];

    fn write(&self, cdb: &mut [u8]) {
        Self::PERSISTENT_BIT.put(cdb, self.persistent);
        Self::PREVENT_BIT.put(cdb, self.prevent);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            persistent: Self::PERSISTENT_BIT.is_set(cdb),
            prevent: Self::PREVENT_BIT.is_set(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// A set of event classes, one bit each.
///
/// # Spec
/// MMC-5 6.7 (notification class request).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventClasses(pub u8);

impl EventClasses {
    /// Class 1: the drive changed its features.
    pub const OPERATIONAL_CHANGE: Self = Self(1 << 1);
    /// Class 2: power.
    pub const POWER_MANAGEMENT: Self = Self(1 << 2);
    /// Class 3: requests by another initiator or the front panel.
    pub const EXTERNAL_REQUEST: Self = Self(1 << 3);
    /// Class 4: disc inserted, removed, eject button.
    pub const MEDIA: Self = Self(1 << 4);
    /// Class 6: busy with a long operation.
    pub const DEVICE_BUSY: Self = Self(1 << 6);

    /// Whether the set has every class of `other`.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Asks what happened since it was last asked. The answer is [`crate::response::EventStatus`].
///
/// # Spec
/// MMC-5 6.7, operation code 4Ah.
#[doc(alias = "GET EVENT STATUS NOTIFICATION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GetEventStatusNotification {
    /// POLLED: answer at once. Drives refuse the command without it.
    pub polled: bool,
    /// The classes asked about.
    pub classes: EventClasses,
    /// The most bytes to return, 8 for one event.
    pub allocation_length: u16,
}

impl GetEventStatusNotification {
    const POLLED: Field = Field::bit("POLLED", 1, 0);
    const CLASSES: Field = Field::bytes("NOTIFICATION CLASS REQUEST", 4, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
}

impl Layout for GetEventStatusNotification {
    const NAME: &'static str = "GET EVENT STATUS NOTIFICATION";
    const OPCODE: u8 = 0x4A;
    const FIELDS: &'static [Field] = &[Self::POLLED, Self::CLASSES, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::POLLED.put(cdb, self.polled);
        Self::CLASSES.put(cdb, self.classes.0);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            polled: Self::POLLED.is_set(cdb),
            classes: EventClasses(Self::CLASSES.u8(cdb)),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
