use crate::wire::{copy_truncated, length_u16, need};
use crate::{DecodeError, Field};

/// The last readable address: the answer to READ CAPACITY.
///
/// # Spec
/// MMC-5 6.19.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capacity {
    /// The last block that can be read, as two's complement and unchecked.
    pub last_lba: i32,
    /// Bytes of a block; 2048 unless the block length was changed.
    pub block_bytes: u32,
}

impl Capacity {
    /// Bytes of the answer.
    pub const BYTES: usize = 8;

    const LAST_LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 0, 4);
    const BLOCK_LENGTH: Field = Field::bytes("BLOCK LENGTH IN BYTES", 4, 4);

    /// Takes the answer apart.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("capacity", bytes, Self::BYTES)?;
        Ok(Self {
            last_lba: Self::LAST_LBA.i32(bytes),
            block_bytes: Self::BLOCK_LENGTH.get(bytes),
        })
    }

    /// Writes the answer, 8 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        Self::LAST_LBA.put(&mut bytes, self.last_lba.cast_unsigned());
        Self::BLOCK_LENGTH.put(&mut bytes, self.block_bytes);
        copy_truncated(&bytes, out)
    }
}

/// How full the drive's write buffer is: the answer to READ BUFFER CAPACITY.
///
/// # Spec
/// MMC-5 6.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BufferCapacity {
    /// In bytes.
    Bytes {
        /// The whole buffer.
        total: u32,
        /// What is free.
        available: u32,
    },
    /// In blocks of the size now written; the drive does not tell the total.
    Blocks {
        /// What is free.
        available: u32,
    },
}

impl BufferCapacity {
    /// Bytes of the answer.
    pub const BYTES: usize = 12;

    const BLOCK: Field = Field::bit("BLOCK", 3, 0);
    const LENGTH_OF_BUFFER: Field = Field::bytes("LENGTH OF THE BUFFER", 4, 4);
    const AVAILABLE: Field = Field::bytes("AVAILABLE LENGTH OF BUFFER", 8, 4);

    /// Takes the answer apart. Its length field is not looked at.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 12 bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        need("buffer capacity", bytes, Self::BYTES)?;
        let available = Self::AVAILABLE.get(bytes);
        Ok(if Self::BLOCK.is_set(bytes) {
            Self::Blocks { available }
        } else {
            let total = Self::LENGTH_OF_BUFFER.get(bytes);
            Self::Bytes { total, available }
        })
    }

    /// Writes the answer, 12 bytes, as far as `out` has room, and tells how many bytes were written.
    pub fn encode_into(&self, out: &mut [u8]) -> usize {
        let mut bytes = [0; Self::BYTES];
        bytes[..2].copy_from_slice(&length_u16(Self::BYTES - 2));
        let available = match *self {
            Self::Bytes { total, available } => {
                Self::LENGTH_OF_BUFFER.put(&mut bytes, total);
                available
            }
            Self::Blocks { available } => {
                Self::BLOCK.put(&mut bytes, true);
                available
            }
        };
        Self::AVAILABLE.put(&mut bytes, available);
        copy_truncated(&bytes, out)
    }
}
