use cd_address::Lba;

use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{DecodeError, Field};

/// Asks for the last readable address. The answer is [`crate::response::Capacity`].
///
/// # Spec
/// MMC-5 6.19, operation code 25h.
#[doc(alias = "READ CAPACITY")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadCapacity;

impl Layout for ReadCapacity {
    const NAME: &'static str = "READ CAPACITY";
    const OPCODE: u8 = 0x25;
    const FIELDS: &'static [Field] = &[];

    fn write(&self, _cdb: &mut [u8]) {}

    fn read(_cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(8))
    }
}

/// Reads the user data of data sectors, 2048 bytes a block unless the block length was changed.
///
/// # Spec
/// MMC-5 6.15, operation code 28h.
#[doc(alias = "READ (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Read10 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// FUA: from the medium, not from the cache.
    pub force_unit_access: bool,
    /// The first block.
    pub lba: Lba,
    /// How many; zero is no error and reads nothing.
    pub n_blocks: u16,
}

impl Read10 {
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

impl Layout for Read10 {
    const NAME: &'static str = "READ (10)";
    const OPCODE: u8 = 0x28;
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
        DataDirection::In(DataLength::Blocks(self.n_blocks.into()))
    }
}

wire_code! {
    /// What READ TOC/PMA/ATIP returns.
    TocFormat: u8, 4 bits {
        TOC = 0, "table of contents, one descriptor a track";
        SESSION_INFORMATION = 1, "session information";
        FULL_TOC = 2, "full table of contents, as the lead-in's Q channel has it";
        PMA = 3, "program memory area";
        ATIP = 4, "absolute time in pregroove";
        CD_TEXT = 5, "CD-Text packs";
    }
}

/// Reads the table of contents, the program memory area, the ATIP or CD-Text.
///
/// The answer is, by format, [`crate::response::Toc`], [`crate::response::SessionInformation`],
/// [`crate::response::FullToc`], [`crate::response::Atip`] or [`crate::response::CdText`].
///
/// [`crate::Command::decode`] also takes the older form with the format in the two top bits of the last
/// byte, which Linux sends; it is encoded in the newer place.
///
/// # Spec
/// MMC-5 6.26, operation code 43h. SFF-8020i, READ TOC, for the older form.
#[doc(alias = "READ TOC/PMA/ATIP")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadTocPmaAtip {
    /// MSF: addresses as times; otherwise as logical block addresses. For formats 0 and 1 only.
    pub msf: bool,
    /// What to return.
    pub format: TocFormat,
    /// The first track (format 0) or session (format 2) to return, AAh for the lead-out; else 0.
    pub track_session: u8,
    /// The most bytes to return.
    pub allocation_length: u16,
}

impl ReadTocPmaAtip {
    const MSF: Field = Field::bit("MSF", 1, 1);
    const FORMAT: Field = Field::bits("FORMAT", 2, 3, 4);
    const TRACK_SESSION: Field = Field::bytes("TRACK/SESSION NUMBER", 6, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
    const OLD_FORMAT: Field = Field::bits("FORMAT (SFF-8020i)", 9, 7, 2);
}

impl Layout for ReadTocPmaAtip {
    const NAME: &'static str = "READ TOC/PMA/ATIP";
    const OPCODE: u8 = 0x43;
    const FIELDS: &'static [Field] = &[
        Self::MSF,
        Self::FORMAT,
        Self::TRACK_SESSION,
        Self::ALLOCATION_LENGTH,
        Self::OLD_FORMAT,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::MSF.put(cdb, self.msf);
        Self::FORMAT.put(cdb, self.format);
        Self::TRACK_SESSION.put(cdb, self.track_session);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        let old = Self::OLD_FORMAT.u8(cdb);
        let format = match TocFormat::of(Self::FORMAT, cdb) {
            TocFormat::TOC => TocFormat::new(old).unwrap_or(TocFormat::TOC),
            format if old == 0 => format,
            _ => {
                return Err(Self::refuse(
                    Self::OLD_FORMAT,
                    cdb,
                    "0 while FORMAT is not 0",
                ));
            }
        };
        Ok(Self {
            msf: Self::MSF.is_set(cdb),
            format,
            track_session: Self::TRACK_SESSION.u8(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

/// [`Read10`] with room for more blocks.
///
/// # Spec
/// MMC-5 6.16, operation code A8h.
#[doc(alias = "READ (12)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Read12 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// FUA: from the medium, not from the cache.
    pub force_unit_access: bool,
    /// STREAMING: in time rather than without error.
    pub streaming: bool,
    /// The first block.
    pub lba: Lba,
    /// How many; zero is no error and reads nothing.
    pub n_blocks: u32,
}

impl Read12 {
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

impl Layout for Read12 {
    const NAME: &'static str = "READ (12)";
    const OPCODE: u8 = 0xA8;
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
        DataDirection::In(DataLength::Blocks(self.n_blocks))
    }
}

/// Asks for the mode and the address in a data sector's header. The answer is [`crate::response::SectorHeader`].
///
/// # Spec
/// MMC-1 (READ HEADER), operation code 44h; gone since MMC-3.
#[doc(alias = "READ HEADER")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadHeader {
    /// MSF: the address as a time; otherwise as a logical block address.
    pub msf: bool,
    /// The sector.
    pub lba: Lba,
    /// The most bytes to return, 8 for all.
    pub allocation_length: u16,
}

impl ReadHeader {
    const MSF: Field = Field::bit("MSF", 1, 1);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
}

impl Layout for ReadHeader {
    const NAME: &'static str = "READ HEADER";
    const OPCODE: u8 = 0x44;
    const FIELDS: &'static [Field] = &[Self::MSF, Self::LBA, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::MSF.put(cdb, self.msf);
        put_lba(Self::LBA, cdb, self.lba);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            msf: Self::MSF.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
