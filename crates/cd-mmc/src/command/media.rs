use core::fmt;

use crate::code::wire_code;
use crate::command::{DataDirection, Layout};
use crate::{DecodeError, Field};

wire_code! {
    /// What CLOSE TRACK SESSION closes on a CD.
    CloseFunction: u8, 3 bits {
        STOP_FORMAT = 0, "stop a background format";
        TRACK = 1, "close the track";
        SESSION = 2, "close the session";
    }
}

/// Closes a track or session. A raw recording needs none: its lead-in and lead-out are in the data.
///
/// # Spec
/// MMC-5 6.3, operation code 5Bh.
#[doc(alias = "CLOSE TRACK SESSION")]
#[doc(alias = "CLOSE TRACK/SESSION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CloseTrackSession {
    /// IMMED: status at once, not when done.
    pub immediate: bool,
    /// What to close.
    pub function: CloseFunction,
    /// The track, if a track is closed.
    pub track: u16,
}

impl CloseTrackSession {
    const IMMED: Field = Field::bit("IMMED", 1, 0);
    const FUNCTION: Field = Field::bits("CLOSE FUNCTION", 2, 2, 3);
    const TRACK: Field = Field::bytes("LOGICAL TRACK NUMBER", 4, 2);
}

impl Layout for CloseTrackSession {
    const NAME: &'static str = "CLOSE TRACK SESSION";
    const OPCODE: u8 = 0x5B;
    const FIELDS: &'static [Field] = &[Self::IMMED, Self::FUNCTION, Self::TRACK];

    fn write(&self, cdb: &mut [u8]) {
        Self::IMMED.put(cdb, self.immediate);
        Self::FUNCTION.put(cdb, self.function);
        Self::TRACK.put(cdb, self.track);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            immediate: Self::IMMED.is_set(cdb),
            function: CloseFunction::of(Self::FUNCTION, cdb),
            track: Self::TRACK.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

wire_code! {
    /// How much of a rewritable disc BLANK erases.
    BlankType: u8, 3 bits {
        DISC = 0, "the whole disc";
        MINIMAL = 1, "only what makes the disc look blank: PMA, first lead-in, first pregap";
        TRACK = 2, "a track";
        UNRESERVE_TRACK = 3, "the reservation of a track";
        TRACK_TAIL = 4, "the tail of a track";
        UNCLOSE_LAST_SESSION = 5, "the lead-in and lead-out of the last session";
        ERASE_SESSION = 6, "the last session";
    }
}

/// Erases a rewritable disc.
///
/// # Spec
/// MMC-5 6.2, operation code A1h.
#[doc(alias = "BLANK")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Blank {
    /// IMMED: status at once, not when done (which may take an hour and more).
    pub immediate: bool,
    /// How much to erase.
    pub blank_type: BlankType,
    /// A track number or an address, as the type asks; 0 for the whole disc.
    pub start: u32,
}

impl Blank {
    const IMMED: Field = Field::bit("IMMED", 1, 4);
    const BLANKING_TYPE: Field = Field::bits("BLANKING TYPE", 1, 2, 3);
    const START: Field = Field::bytes("START ADDRESS OR TRACK NUMBER", 2, 4);
}

impl Layout for Blank {
    const NAME: &'static str = "BLANK";
    const OPCODE: u8 = 0xA1;
    const FIELDS: &'static [Field] = &[Self::IMMED, Self::BLANKING_TYPE, Self::START];

    fn write(&self, cdb: &mut [u8]) {
        Self::IMMED.put(cdb, self.immediate);
        Self::BLANKING_TYPE.put(cdb, self.blank_type);
        Self::START.put(cdb, self.start);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            immediate: Self::IMMED.is_set(cdb),
            blank_type: BlankType::of(Self::BLANKING_TYPE, cdb),
            start: Self::START.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// A speed in kilobytes (1000 bytes) of audio a second; 1x is 176.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speed(pub u16);

impl Speed {
    /// As fast as drive and medium allow.
    pub const MAX: Self = Self(0xFFFF);

    /// `times` x, counted as 177 kB/s each as other writers do, so that no drive rounds it down.
    #[must_use]
    pub const fn from_x(times: u8) -> Self {
        Self(times as u16 * 177)
    }

    /// Sectors a second, rounded to the nearest; `None` for [`Speed::MAX`], which names no speed.
    #[must_use]
    pub fn sectors_per_second(self) -> Option<u32> {
        // 2352 bytes a sector.
        (self != Self::MAX).then(|| (u32::from(self.0) * 1000 + 1176) / 2352)
    }
}

impl fmt::Display for Speed {
    /// `2832 kB/s` or `maximum`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::MAX => f.write_str("maximum"),
            Self(speed) => write!(f, "{speed} kB/s"),
        }
    }
}

wire_code! {
    /// How the disc turns while it is read or written.
    RotationControl: u8, 2 bits {
        DEFAULT = 0, "constant linear velocity, or what the drive prefers";
        CAV = 1, "constant angular velocity";
    }
}

/// Sets the speeds; the drive takes the nearest it has and may change them with the medium.
///
/// # Spec
/// MMC-5 clause 6, SET CD SPEED; operation code BBh.
#[doc(alias = "SET CD SPEED")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SetCdSpeed {
    /// How the disc is to turn.
    pub rotation: RotationControl,
    /// For reading.
    pub read: Speed,
    /// For writing.
    pub write: Speed,
}

impl SetCdSpeed {
    const ROTATIONAL_CONTROL: Field = Field::bits("ROTATIONAL CONTROL", 1, 1, 2);
    const READ_SPEED: Field = Field::bytes("LOGICAL UNIT READ SPEED", 2, 2);
    const WRITE_SPEED: Field = Field::bytes("LOGICAL UNIT WRITE SPEED", 4, 2);
}

impl Layout for SetCdSpeed {
    const NAME: &'static str = "SET CD SPEED";
    const OPCODE: u8 = 0xBB;
    const FIELDS: &'static [Field] = &[
        Self::ROTATIONAL_CONTROL,
        Self::READ_SPEED,
        Self::WRITE_SPEED,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::ROTATIONAL_CONTROL.put(cdb, self.rotation);
        Self::READ_SPEED.put(cdb, self.read.0);
        Self::WRITE_SPEED.put(cdb, self.write.0);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            rotation: RotationControl::of(Self::ROTATIONAL_CONTROL, cdb),
            read: Speed(Self::READ_SPEED.u16(cdb)),
            write: Speed(Self::WRITE_SPEED.u16(cdb)),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}
