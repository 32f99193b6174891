use cd_address::Lba;

use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{DecodeError, Field};

/// Writes blocks whose size the write parameters page sets (2448 bytes for raw with P-W).
///
/// # Spec
/// MMC-5 clause 6, WRITE (10); operation code 2Ah.
#[doc(alias = "WRITE (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Write10 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// FUA: status only when the blocks are on the medium.
    pub force_unit_access: bool,
    /// The first block; negative in the lead-in and the pregap.
    pub lba: Lba,
    /// How many; zero is no error and writes nothing.
    pub n_blocks: u16,
}

impl Write10 {
    const DPO: Field = Field::bit("DPO", 1, 4);
    const FUA: Field = Field::bit("FUA", 1, 3);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const TRANSFER_LENGTH: Field = Field::bytes("TRANSFER LENGTH", 7, 2);

    /// `n_blocks` blocks from `lba`, caching left to the drive.
    #[must_use]
    pub const fn new(lba: Lba, n_blocks: u16) -> Self {
        Self {
            disable_page_out: false,
            force_unit_access: false,
            lba,
            n_blocks,
        }
    }
}

impl Layout for Write10 {
    const NAME: &'static str = "WRITE (10)";
    const OPCODE: u8 = 0x2A;
    const FIELDS: &'static [Field] = &[Self::DPO, Self::FUA, Self::LBA, Self::TRANSFER_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DPO.put(cdb, self.disable_page_out);
        Self::FUA.put(cdb, self.force_unit_access);
        put_lba(Self::LBA, cdb, self.lba);
        Self::TRANSFER_LENGTH.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_page_out: Self::DPO.is_set(cdb),
            force_unit_access: Self::FUA.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::TRANSFER_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::Out(DataLength::Blocks(self.n_blocks.into()))
    }
}

/// [`Write10`] with room for more blocks.
///
/// # Spec
/// MMC-5 clause 6, WRITE (12); operation code AAh.
#[doc(alias = "WRITE (12)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Write12 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// FUA: status only when the blocks are on the medium.
    pub force_unit_access: bool,
    /// STREAMING: in time rather than without error; not on CD.
    pub streaming: bool,
    /// The first block; negative in the lead-in and the pregap.
    pub lba: Lba,
    /// How many; zero is no error and writes nothing.
    pub n_blocks: u32,
}

impl Write12 {
    const DPO: Field = Field::bit("DPO", 1, 4);
    const FUA: Field = Field::bit("FUA", 1, 3);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const TRANSFER_LENGTH: Field = Field::bytes("TRANSFER LENGTH", 6, 4);
    const STREAMING: Field = Field::bit("STREAMING", 10, 7);

    /// `n_blocks` blocks from `lba`, caching left to the drive.
    #[must_use]
    pub const fn new(lba: Lba, n_blocks: u32) -> Self {
        Self {
            disable_page_out: false,
            force_unit_access: false,
            streaming: false,
            lba,
            n_blocks,
        }
    }
}

impl Layout for Write12 {
    const NAME: &'static str = "WRITE (12)";
    const OPCODE: u8 = 0xAA;
    const FIELDS: &'static [Field] = &[
        Self::DPO,
        Self::FUA,
        Self::LBA,
        Self::TRANSFER_LENGTH,
        Self::STREAMING,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::DPO.put(cdb, self.disable_page_out);
        Self::FUA.put(cdb, self.force_unit_access);
        put_lba(Self::LBA, cdb, self.lba);
        Self::TRANSFER_LENGTH.put(cdb, self.n_blocks);
        Self::STREAMING.put(cdb, self.streaming);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_page_out: Self::DPO.is_set(cdb),
            force_unit_access: Self::FUA.is_set(cdb),
            streaming: Self::STREAMING.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::TRANSFER_LENGTH.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::Out(DataLength::Blocks(self.n_blocks))
    }
}

/// Has everything in the drive's buffer written to the medium.
///
/// # Spec
/// MMC-5 clause 6, SYNCHRONIZE CACHE; operation code 35h.
#[doc(alias = "SYNCHRONIZE CACHE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SynchronizeCache {
    /// IMMED: status at once; TEST UNIT READY then tells when it is done.
    pub immediate: bool,
    /// The first block to flush; drives flush all whatever it says.
    pub lba: Lba,
    /// How many, 0 for all that follow.
    pub n_blocks: u16,
}

impl SynchronizeCache {
    const IMMED: Field = Field::bit("IMMED", 1, 1);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const N_BLOCKS: Field = Field::bytes("NUMBER OF BLOCKS", 7, 2);

    /// Flush everything.
    #[must_use]
    pub const fn all(immediate: bool) -> Self {
        Self {
            immediate,
            lba: Lba::ZERO,
            n_blocks: 0,
        }
    }
}

impl Layout for SynchronizeCache {
    const NAME: &'static str = "SYNCHRONIZE CACHE";
    const OPCODE: u8 = 0x35;
    const FIELDS: &'static [Field] = &[Self::IMMED, Self::LBA, Self::N_BLOCKS];

    fn write(&self, cdb: &mut [u8]) {
        Self::IMMED.put(cdb, self.immediate);
        put_lba(Self::LBA, cdb, self.lba);
        Self::N_BLOCKS.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            immediate: Self::IMMED.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::N_BLOCKS.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Has the drive find its laser power on this medium, or hands it values found before.
///
/// # Spec
/// MMC-5 clause 6, SEND OPC INFORMATION; operation code 54h.
#[doc(alias = "SEND OPC INFORMATION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SendOpcInformation {
    /// DOOPC: calibrate now; otherwise the parameter list has the values.
    pub do_opc: bool,
    /// Bytes of OPC entries that are sent, 8 each (see [`crate::response::OpcEntry`]); 0 with `do_opc`.
    pub parameter_list_length: u16,
}

impl SendOpcInformation {
    /// Calibrate now, nothing sent.
    pub const CALIBRATE: Self = Self {
        do_opc: true,
        parameter_list_length: 0,
    };

    const DO_OPC: Field = Field::bit("DOOPC", 1, 0);
    const PARAMETER_LIST_LENGTH: Field = Field::bytes("PARAMETER LIST LENGTH", 7, 2);
}

impl Layout for SendOpcInformation {
    const NAME: &'static str = "SEND OPC INFORMATION";
    const OPCODE: u8 = 0x54;
    const FIELDS: &'static [Field] = &[Self::DO_OPC, Self::PARAMETER_LIST_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DO_OPC.put(cdb, self.do_opc);
        Self::PARAMETER_LIST_LENGTH.put(cdb, self.parameter_list_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            do_opc: Self::DO_OPC.is_set(cdb),
            parameter_list_length: Self::PARAMETER_LIST_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        match self.parameter_list_length {
            0 => DataDirection::None,
            length => DataDirection::Out(DataLength::Bytes(length.into())),
        }
    }
}

/// Asks how full the drive's write buffer is. The answer is [`crate::response::BufferCapacity`].
///
/// # Spec
/// MMC-5 6.18, operation code 5Ch.
#[doc(alias = "READ BUFFER CAPACITY")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadBufferCapacity {
    /// BLOCK: the answer counts blocks, not bytes.
    pub in_blocks: bool,
    /// The most bytes to return, 12 for all.
    pub allocation_length: u16,
}

impl ReadBufferCapacity {
    const BLOCK: Field = Field::bit("BLOCK", 1, 0);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
}

impl Layout for ReadBufferCapacity {
    const NAME: &'static str = "READ BUFFER CAPACITY";
    const OPCODE: u8 = 0x5C;
    const FIELDS: &'static [Field] = &[Self::BLOCK, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::BLOCK.put(cdb, self.in_blocks);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            in_blocks: Self::BLOCK.is_set(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
