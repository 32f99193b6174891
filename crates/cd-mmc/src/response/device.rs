use cd_address::Lba;

use super::TocAddress;
use crate::code::wire_code;
use crate::wire::{copy_truncated, need};
use crate::{DecodeError, Field};

wire_code! {
    /// What the mechanism is doing.
    MechanismState: u8, 3 bits {
        IDLE = 0, "idle";
        PLAYING = 1, "playing audio";
        SCANNING = 2, "scanning audio";
        ACTIVE = 3, "active with an operation of a host";
        NO_STATE = 7, "no state to tell";
    }
}

/// What the mechanism does: the answer to MECHANISM STATUS of a drive that is no changer.
///
/// # Spec
/// MMC-5 clause 6, MECHANISM STATUS (header).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MechanismStatus {
    /// What it does.
    pub state: MechanismState,
    /// DOOR OPEN: whether door or tray is open.
    pub door_open: bool,
    /// Where the head is, the low 24 bits of its address.
    pub current: u32,
}

impl MechanismStatus {
    /// Bytes of the answer.
    pub const BYTES: usize = 8;

    const STATE: Field = Field::bits("CD MECHANISM STATE", 1, 7, 3);
    const DOOR_OPEN: Field = Field::bit("DOOR OPEN", 1, 4);
    const CURRENT: Field = Field::bytes("CURRENT LBA", 2, 3);
    const N_SLOTS: Field = Field::bytes("NUMBER OF SLOTS AVAILABLE", 5, 1);

    /// With the head at `lba`.
    #[must_use]
    pub fn new(state: MechanismState, door_open: bool, lba: Lba) -> Self {
        Self {
            state,
            door_open,
            current: lba.value().cast_unsigned() & 0x00FF_FFFF,
        }
    }

    /// Takes the answer apart. Slots of a changer are not looked at.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("mechanism status", bytes, Self::BYTES)?;
        Ok(Self {
            state: MechanismState::of(Self::STATE, bytes),
            door_open: Self::DOOR_OPEN.is_set(bytes),
            current: Self::CURRENT.get(bytes),
        })
    }

    /// Writes the answer, 8 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        Self::STATE.put(&mut bytes, self.state);
        Self::DOOR_OPEN.put(&mut bytes, self.door_open);
        Self::CURRENT.put(&mut bytes, self.current & 0x00FF_FFFF);
        Self::N_SLOTS.put(&mut bytes, 1_u8);
        copy_truncated(&bytes, out)
    }
}

/// Mode and address in a data sector's header: the answer to READ HEADER.
///
/// # Spec
/// MMC-1, READ HEADER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SectorHeader {
    /// The mode, 0 to 2.
    pub mode: u8,
    /// The address in the header, as the command asked.
    pub address: TocAddress,
}

impl SectorHeader {
    /// Bytes of the answer.
    pub const BYTES: usize = 8;

    const MODE: Field = Field::bytes("CD DATA MODE", 0, 1);
    const ADDRESS: Field = Field::bytes("ABSOLUTE CD ADDRESS", 4, 4);

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("sector header", bytes, Self::BYTES)?;
        Ok(Self {
            mode: Self::MODE.u8(bytes),
            address: TocAddress(Self::ADDRESS.get(bytes).to_be_bytes()),
        })
    }

    /// Writes the answer, 8 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        Self::MODE.put(&mut bytes, self.mode);
        Self::ADDRESS.put(&mut bytes, u32::from_be_bytes(self.address.0));
        copy_truncated(&bytes, out)
    }
}

/// The drive's buffer as READ BUFFER describes it in mode [`crate::BufferMode::DESCRIPTOR`].
///
/// In mode [`crate::BufferMode::HEADER_AND_DATA`] the same four bytes, the first of them zero, come before the data.
///
/// # Spec
/// SPC-3 6.16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BufferDescriptor {
    /// Offsets must be multiples of this power of two; FFh allows 0 alone.
    pub offset_boundary: u8,
    /// Bytes of the buffer, below 2^24; higher bits are dropped.
    pub capacity: u32,
}

impl BufferDescriptor {
    /// Bytes of the answer.
    pub const BYTES: usize = 4;

    const OFFSET_BOUNDARY: Field = Field::bytes("OFFSET BOUNDARY", 0, 1);
    const CAPACITY: Field = Field::bytes("BUFFER CAPACITY", 1, 3);

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 4 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("buffer descriptor", bytes, Self::BYTES)?;
        Ok(Self {
            offset_boundary: Self::OFFSET_BOUNDARY.u8(bytes),
            capacity: Self::CAPACITY.get(bytes),
        })
    }

    /// Writes the answer, 4 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        Self::OFFSET_BOUNDARY.put(&mut bytes, self.offset_boundary);
        Self::CAPACITY.put(&mut bytes, self.capacity & 0x00FF_FFFF);
        copy_truncated(&bytes, out)
    }
}

/// How many logical units a device has: the answer to REPORT LUNS, for units numbered from 0 up.
///
/// # Spec
/// SPC-3 6.21; SAM-3 4.9.5 (single level numbers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LunList {
    /// How many there are, 0..=2.
    pub n_units: u8,
}

impl LunList {
    /// Bytes of the answer with one unit.
    pub const BYTES: usize = 16;

    const LENGTH: Field = Field::bytes("LUN LIST LENGTH", 0, 4);
    const HEADER_BYTES: usize = 8;
    const UNIT_BYTES: usize = 8;
    const MOST: usize = 2;

    /// Takes the answer apart; the numbers are not looked at, and more than two units count as two.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("list of logical units", bytes, Self::HEADER_BYTES)?;
        let n_units = usize::try_from(Self::LENGTH.get(bytes)).map_or(Self::MOST, |length| {
            (length / Self::UNIT_BYTES).min(Self::MOST)
        });
        Ok(Self {
            n_units: u8::try_from(n_units).unwrap_or(0),
        })
    }

    /// Writes the answer, 8 bytes and 8 for each unit, as far as `out` has room, and tells how many bytes were
    /// written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        const UNIT: usize = LunList::UNIT_BYTES;
        let mut bytes = [0; Self::HEADER_BYTES + Self::MOST * UNIT];
        let n_units = usize::from(self.n_units).min(Self::MOST);
        let length = u32::try_from(n_units * UNIT).unwrap_or(0);
        Self::LENGTH.put(&mut bytes, length);
        for unit_idx in 0..n_units {
            bytes[Self::HEADER_BYTES + unit_idx * UNIT + 1] = u8::try_from(unit_idx).unwrap_or(0);
        }
        copy_truncated(&bytes[..Self::HEADER_BYTES + n_units * UNIT], out)
    }
}
