use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

wire_code! {
    /// What READ BUFFER and WRITE BUFFER are about.
    BufferMode: u8, 5 bits {
        HEADER_AND_DATA = 0x00, "a header of four bytes, then data";
        DATA = 0x02, "data";
        DESCRIPTOR = 0x03, "size and granularity of the buffer";
        MICROCODE = 0x04, "microcode, until power off";
        MICROCODE_SAVED = 0x05, "microcode, kept";
    }
}

/// Reads back what WRITE BUFFER put into the drive's buffer; programs measure the bus with it.
///
/// The answer is [`crate::response::BufferDescriptor`] in mode [`BufferMode::DESCRIPTOR`].
///
/// # Spec
/// SPC-3 6.16, operation code 3Ch.
#[doc(alias = "READ BUFFER")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadBuffer {
    /// What is wanted.
    pub mode: BufferMode,
    /// Which buffer; 0 is the one every drive has.
    pub buffer_id: u8,
    /// The first byte, below 2^24; higher bits are dropped.
    pub offset: u32,
    /// The most bytes to return, below 2^24; higher bits are dropped.
    pub allocation_length: u32,
}

impl ReadBuffer {
    const MODE: Field = Field::bits("MODE", 1, 4, 5);
    const BUFFER_ID: Field = Field::bytes("BUFFER ID", 2, 1);
    const OFFSET: Field = Field::bytes("BUFFER OFFSET", 3, 3);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 6, 3);
}

/// The bits a field of three bytes has.
const LOW_24: u32 = 0x00FF_FFFF;

impl Layout for ReadBuffer {
    const NAME: &'static str = "READ BUFFER";
    const OPCODE: u8 = 0x3C;
    const FIELDS: &'static [Field] = &[
        Self::MODE,
        Self::BUFFER_ID,
        Self::OFFSET,
        Self::ALLOCATION_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::MODE.put(cdb, self.mode);
        Self::BUFFER_ID.put(cdb, self.buffer_id);
        Self::OFFSET.put(cdb, self.offset & LOW_24);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length & LOW_24);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            mode: BufferMode::of(Self::MODE, cdb),
            buffer_id: Self::BUFFER_ID.u8(cdb),
            offset: Self::OFFSET.get(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length))
    }
}

/// Puts bytes into the drive's buffer, for READ BUFFER to find; with other modes, new microcode into the drive.
///
/// # Spec
/// SPC-3 6.35, operation code 3Bh.
#[doc(alias = "WRITE BUFFER")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteBuffer {
    /// What is sent.
    pub mode: BufferMode,
    /// Which buffer; 0 is the one every drive has.
    pub buffer_id: u8,
    /// Where the first byte goes, below 2^24; higher bits are dropped.
    pub offset: u32,
    /// Bytes that are sent, below 2^24; higher bits are dropped.
    pub parameter_list_length: u32,
}

impl WriteBuffer {
    const MODE: Field = Field::bits("MODE", 1, 4, 5);
    const BUFFER_ID: Field = Field::bytes("BUFFER ID", 2, 1);
    const OFFSET: Field = Field::bytes("BUFFER OFFSET", 3, 3);
    const PARAMETER_LIST_LENGTH: Field = Field::bytes("PARAMETER LIST LENGTH", 6, 3);
}

impl Layout for WriteBuffer {
    const NAME: &'static str = "WRITE BUFFER";
    const OPCODE: u8 = 0x3B;
    const FIELDS: &'static [Field] = &[
        Self::MODE,
        Self::BUFFER_ID,
        Self::OFFSET,
        Self::PARAMETER_LIST_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::MODE.put(cdb, self.mode);
        Self::BUFFER_ID.put(cdb, self.buffer_id);
        Self::OFFSET.put(cdb, self.offset & LOW_24);
        Self::PARAMETER_LIST_LENGTH.put(cdb, self.parameter_list_length & LOW_24);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            mode: BufferMode::of(Self::MODE, cdb),
            buffer_id: Self::BUFFER_ID.u8(cdb),
            offset: Self::OFFSET.get(cdb),
            parameter_list_length: Self::PARAMETER_LIST_LENGTH.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        match self.parameter_list_length {
            0 => DataDirection::None,
            length => DataDirection::Out(DataLength::Bytes(length)),
        }
    }
}
