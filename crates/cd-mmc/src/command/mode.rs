use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

wire_code! {
    /// The code of a mode page.
    PageCode: u8, 6 bits {
        ERROR_RECOVERY = 0x01, "read/write error recovery parameters";
        WRITE_PARAMETERS = 0x05, "write parameters";
        CACHING = 0x08, "caching";
        CD_PARAMETERS = 0x0D, "CD device parameters";
        AUDIO_CONTROL = 0x0E, "CD audio control";
        POWER_CONDITION = 0x1A, "power condition";
        TIMEOUT_AND_PROTECT = 0x1D, "timeout and protect";
        CAPABILITIES = 0x2A, "CD capabilities and mechanical status";
        ALL = 0x3F, "all pages";
    }
}

/// Which values of a mode page are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageControl {
    /// What applies now.
    Current,
    /// A mask: one for every bit that MODE SELECT can change.
    Changeable,
    /// What applies after power on.
    Default,
    /// What was saved.
    Saved,
}

impl PageControl {
    /// What either MODE SENSE has in its third byte.
    fn of(cdb: &[u8]) -> Self {
        match ModeSense10::PC.u8(cdb) {
            0 => Self::Current,
            1 => Self::Changeable,
            2 => Self::Default,
            _ => Self::Saved,
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Current => 0,
            Self::Changeable => 1,
            Self::Default => 2,
            Self::Saved => 3,
        }
    }
}

/// Sends mode pages, in a [`crate::mode_page::ModeParameters`] list.
///
/// # Spec
/// SPC-3 6.8; MMC-5 6.12; operation code 55h.
#[doc(alias = "MODE SELECT (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModeSelect10 {
    /// PF: the pages have the standards' format. MMC demands it.
    pub page_format: bool,
    /// SP: save them over power off; no CD recorder does.
    pub save_pages: bool,
    /// Bytes that are sent, the 8-byte header included; zero is no error and changes nothing.
    pub parameter_list_length: u16,
}

impl ModeSelect10 {
    const PF: Field = Field::bit("PF", 1, 4);
    const SP: Field = Field::bit("SP", 1, 0);
    const PARAMETER_LIST_LENGTH: Field = Field::bytes("PARAMETER LIST LENGTH", 7, 2);

    /// `parameter_list_length` bytes of pages in the standards' format, not saved.
    #[must_use]
    pub const fn new(parameter_list_length: u16) -> Self {
        Self {
            page_format: true,
            save_pages: false,
            parameter_list_length,
        }
    }
}

impl Layout for ModeSelect10 {
    const NAME: &'static str = "MODE SELECT (10)";
    const OPCODE: u8 = 0x55;
    const FIELDS: &'static [Field] = &[Self::PF, Self::SP, Self::PARAMETER_LIST_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::PF.put(cdb, self.page_format);
        Self::SP.put(cdb, self.save_pages);
        Self::PARAMETER_LIST_LENGTH.put(cdb, self.parameter_list_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            page_format: Self::PF.is_set(cdb),
            save_pages: Self::SP.is_set(cdb),
            parameter_list_length: Self::PARAMETER_LIST_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::Out(DataLength::Bytes(self.parameter_list_length.into()))
    }
}

/// Asks for mode pages; the answer is a [`crate::mode_page::ModeParameters`] list.
///
/// # Spec
/// SPC-3 6.10; MMC-5 6.13; operation code 5Ah.
#[doc(alias = "MODE SENSE (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModeSense10 {
    /// DBD: no block descriptors. CD recorders return none anyhow; some refuse the bit.
    pub disable_block_descriptors: bool,
    /// Which values.
    pub page_control: PageControl,
    /// Which page.
    pub page: PageCode,
    /// The most bytes to return, the 8-byte header included.
    pub allocation_length: u16,
}

impl ModeSense10 {
    const DBD: Field = Field::bit("DBD", 1, 3);
    const PC: Field = Field::bits("PC", 2, 7, 2);
    const PAGE_CODE: Field = Field::bits("PAGE CODE", 2, 5, 6);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);

    /// The current values of `page`.
    #[must_use]
    pub const fn current(page: PageCode, allocation_length: u16) -> Self {
        Self {
            disable_block_descriptors: false,
            page_control: PageControl::Current,
            page,
            allocation_length,
        }
    }
}

impl Layout for ModeSense10 {
    const NAME: &'static str = "MODE SENSE (10)";
    const OPCODE: u8 = 0x5A;
    const FIELDS: &'static [Field] = &[
        Self::DBD,
        Self::PC,
        Self::PAGE_CODE,
        Self::ALLOCATION_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::DBD.put(cdb, self.disable_block_descriptors);
        Self::PC.put(cdb, self.page_control.code());
        Self::PAGE_CODE.put(cdb, self.page);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_block_descriptors: Self::DBD.is_set(cdb),
            page_control: PageControl::of(cdb),
            page: PageCode::of(Self::PAGE_CODE, cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

/// [`ModeSelect10`] of the older form, whose list has a header of 4 bytes: see
/// [`crate::mode_page::ModeParameters::decode_select6`].
///
/// # Spec
/// SPC-3 6.7, operation code 15h.
#[doc(alias = "MODE SELECT (6)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModeSelect6 {
    /// PF: the pages have the standards' format. MMC demands it.
    pub page_format: bool,
    /// SP: save them over power off; no CD recorder does.
    pub save_pages: bool,
    /// Bytes that are sent, the 4-byte header included; zero is no error and changes nothing.
    pub parameter_list_length: u8,
}

impl ModeSelect6 {
    const PF: Field = Field::bit("PF", 1, 4);
    const SP: Field = Field::bit("SP", 1, 0);
    const PARAMETER_LIST_LENGTH: Field = Field::bytes("PARAMETER LIST LENGTH", 4, 1);
}

impl Layout for ModeSelect6 {
    const NAME: &'static str = "MODE SELECT (6)";
    const OPCODE: u8 = 0x15;
    const FIELDS: &'static [Field] = &[Self::PF, Self::SP, Self::PARAMETER_LIST_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::PF.put(cdb, self.page_format);
        Self::SP.put(cdb, self.save_pages);
        Self::PARAMETER_LIST_LENGTH.put(cdb, self.parameter_list_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            page_format: Self::PF.is_set(cdb),
            save_pages: Self::SP.is_set(cdb),
            parameter_list_length: Self::PARAMETER_LIST_LENGTH.u8(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::Out(DataLength::Bytes(self.parameter_list_length.into()))
    }
}

/// [`ModeSense10`] of the older form, whose list has a header of 4 bytes: see
/// [`crate::mode_page::ModeParameters::decode_sense6`].
///
/// # Spec
/// SPC-3 6.9, operation code 1Ah.
#[doc(alias = "MODE SENSE (6)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModeSense6 {
    /// DBD: no block descriptors.
    pub disable_block_descriptors: bool,
    /// Which values.
    pub page_control: PageControl,
    /// Which page.
    pub page: PageCode,
    /// The most bytes to return, the 4-byte header included.
    pub allocation_length: u8,
}

impl ModeSense6 {
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 4, 1);
}

impl Layout for ModeSense6 {
    const NAME: &'static str = "MODE SENSE (6)";
    const OPCODE: u8 = 0x1A;
    const FIELDS: &'static [Field] = &[
        ModeSense10::DBD,
        ModeSense10::PC,
        ModeSense10::PAGE_CODE,
        Self::ALLOCATION_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        ModeSense10::DBD.put(cdb, self.disable_block_descriptors);
        ModeSense10::PC.put(cdb, self.page_control.code());
        ModeSense10::PAGE_CODE.put(cdb, self.page);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_block_descriptors: ModeSense10::DBD.is_set(cdb),
            page_control: PageControl::of(cdb),
            page: PageCode::of(ModeSense10::PAGE_CODE, cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u8(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
