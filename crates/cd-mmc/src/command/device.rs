use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

/// Asks which logical units the device has. The answer is [`crate::response::LunList`].
///
/// # Spec
/// SPC-3 6.21, operation code A0h.
#[doc(alias = "REPORT LUNS")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReportLuns {
    /// SELECT REPORT: 0 the logical units, 1 the well-known ones, 2 both; more is reserved.
    pub select_report: u8,
    /// The most bytes to return, 16 at least.
    pub allocation_length: u32,
}

impl ReportLuns {
    const SELECT_REPORT: Field = Field::bytes("SELECT REPORT", 2, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 6, 4);
}

impl Layout for ReportLuns {
    const NAME: &'static str = "REPORT LUNS";
    const OPCODE: u8 = 0xA0;
    const FIELDS: &'static [Field] = &[Self::SELECT_REPORT, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::SELECT_REPORT.put(cdb, self.select_report);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            select_report: Self::SELECT_REPORT.u8(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length))
    }
}

/// Loads or unloads a disc, of a changer from or to a slot.
///
/// # Spec
/// MMC-5 clause 6, LOAD/UNLOAD MEDIUM; operation code A6h.
#[doc(alias = "LOAD/UNLOAD MEDIUM")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LoadUnloadMedium {
    /// IMMED: status at once.
    pub immediate: bool,
    /// LO/UNLO: with START, load; without, unload. Neither is no movement.
    pub load_unload: bool,
    /// START: spin up.
    pub start: bool,
    /// SLOT: which disc of a changer; 0 for any other drive.
    pub slot: u8,
}

impl LoadUnloadMedium {
    const IMMED: Field = Field::bit("IMMED", 1, 0);
    const LOUNLO: Field = Field::bit("LOUNLO", 4, 1);
    const START: Field = Field::bit("START", 4, 0);
    const SLOT: Field = Field::bytes("SLOT", 8, 1);
}

impl Layout for LoadUnloadMedium {
    const NAME: &'static str = "LOAD/UNLOAD MEDIUM";
    const OPCODE: u8 = 0xA6;
    const FIELDS: &'static [Field] = &[Self::IMMED, Self::LOUNLO, Self::START, Self::SLOT];

    fn write(&self, cdb: &mut [u8]) {
        Self::IMMED.put(cdb, self.immediate);
        Self::LOUNLO.put(cdb, self.load_unload);
        Self::START.put(cdb, self.start);
        Self::SLOT.put(cdb, self.slot);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            immediate: Self::IMMED.is_set(cdb),
            load_unload: Self::LOUNLO.is_set(cdb),
            start: Self::START.is_set(cdb),
            slot: Self::SLOT.u8(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Asks what the mechanism does. The answer is [`crate::response::MechanismStatus`].
///
/// # Spec
/// MMC-5 clause 6, MECHANISM STATUS; operation code BDh.
#[doc(alias = "MECHANISM STATUS")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadMechanismStatus {
    /// The most bytes to return, 8 for a drive that is no changer.
    pub allocation_length: u16,
}

impl ReadMechanismStatus {
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 8, 2);
}

impl Layout for ReadMechanismStatus {
    const NAME: &'static str = "MECHANISM STATUS";
    const OPCODE: u8 = 0xBD;
    const FIELDS: &'static [Field] = &[Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
