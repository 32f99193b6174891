use cd_address::Lba;

use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{DecodeError, Field};

/// Moves the head back to the start. Gone from the standards since SPC-2; older programs begin with it.
///
/// # Spec
/// SCSI-2 14.2.11 (REZERO UNIT for CD-ROM devices), operation code 01h.
#[doc(alias = "REZERO UNIT")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RezeroUnit;

impl Layout for RezeroUnit {
    const NAME: &'static str = "REZERO UNIT";
    const OPCODE: u8 = 0x01;
    const FIELDS: &'static [Field] = &[];

    fn write(&self, _cdb: &mut [u8]) {}

    fn read(_cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Moves the head to a block; an audio output that plays stops.
///
/// # Spec
/// MMC-5 clause 6, SEEK (10); operation code 2Bh.
#[doc(alias = "SEEK (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seek10 {
    /// Where to.
    pub lba: Lba,
}

impl Seek10 {
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
}

impl Layout for Seek10 {
    const NAME: &'static str = "SEEK (10)";
    const OPCODE: u8 = 0x2B;
    const FIELDS: &'static [Field] = &[Self::LBA];

    fn write(&self, cdb: &mut [u8]) {
        put_lba(Self::LBA, cdb, self.lba);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            lba: Self::lba(Self::LBA, cdb)?,
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Has the drive read blocks without handing them over, to see that they can be read.
///
/// # Spec
/// MMC-5 clause 6, VERIFY (10); operation code 2Fh.
#[doc(alias = "VERIFY (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verify10 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// BYTCHK: compare with data that are sent; no CD drive does.
    pub byte_check: bool,
    /// The first block.
    pub lba: Lba,
    /// How many; zero is no error and reads nothing.
    pub n_blocks: u16,
}

impl Verify10 {
    const DPO: Field = Field::bit("DPO", 1, 4);
    const BYTCHK: Field = Field::bit("BYTCHK", 1, 1);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const LENGTH: Field = Field::bytes("VERIFICATION LENGTH", 7, 2);

    /// `n_blocks` blocks from `lba`, caching left to the drive.
    #[must_use]
    pub const fn new(lba: Lba, n_blocks: u16) -> Self {
        Self {
            disable_page_out: false,
            byte_check: false,
            lba,
            n_blocks,
        }
    }
}

impl Layout for Verify10 {
    const NAME: &'static str = "VERIFY (10)";
    const OPCODE: u8 = 0x2F;
    const FIELDS: &'static [Field] = &[Self::DPO, Self::BYTCHK, Self::LBA, Self::LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DPO.put(cdb, self.disable_page_out);
        Self::BYTCHK.put(cdb, self.byte_check);
        put_lba(Self::LBA, cdb, self.lba);
        Self::LENGTH.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_page_out: Self::DPO.is_set(cdb),
            byte_check: Self::BYTCHK.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        if self.byte_check {
            DataDirection::Out(DataLength::Blocks(self.n_blocks.into()))
        } else {
            DataDirection::None
        }
    }
}
