//! How fast the drive is, asked and set. Read first: MMC-5 6.8 (GET PERFORMANCE).

use cd_address::Lba;

use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::response::WriteSpeedDescriptor;
use crate::{DecodeError, Field};

wire_code! {
    /// What GET PERFORMANCE returns.
    PerformanceType: u8, 8 bits {
        PERFORMANCE = 0x00, "performance over the addresses";
        UNUSABLE_AREA = 0x01, "unusable areas";
        DEFECT_STATUS = 0x02, "defect status";
        WRITE_SPEED = 0x03, "write speed descriptors";
    }
}

wire_code! {
    /// Which part of the performance GET PERFORMANCE is asked for.
    PerformancePart: u8, 2 bits {
        NOMINAL = 0, "nominal performance";
        ENTIRE = 1, "the whole list of performance";
        EXCEPTIONS = 2, "exceptions to the nominal performance";
    }
}

/// Asks how fast the drive reads or writes, and at which addresses.
///
/// The answer is, by type, [`crate::response::Performance`] or [`crate::response::WriteSpeedList`].
///
/// # Spec
/// MMC-5 6.8, operation code ACh.
#[doc(alias = "GET PERFORMANCE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GetPerformance {
    /// What to return.
    pub performance_type: PerformanceType,
    /// TOLERANCE: 2 (10 % and 20 %) with [`PerformanceType::PERFORMANCE`], else 0. Only the low two bits are sent.
    pub tolerance: u8,
    /// WRITE: of writing; otherwise of reading. With [`PerformanceType::PERFORMANCE`] only.
    pub write: bool,
    /// EXCEPT: nominal performance or exceptions. With [`PerformanceType::PERFORMANCE`] only.
    pub part: PerformancePart,
    /// The first address of interest.
    pub lba: Lba,
    /// The most descriptors to return; the answer's header of 8 bytes comes in any case.
    pub max_descriptors: u16,
}

impl GetPerformance {
    /// The speeds at which the medium that is in can be written, at most so many.
    #[must_use]
    pub const fn write_speeds(max_descriptors: u16) -> Self {
        Self {
            performance_type: PerformanceType::WRITE_SPEED,
            tolerance: 0,
            write: false,
            part: PerformancePart::NOMINAL,
            lba: Lba::ZERO,
            max_descriptors,
        }
    }

    /// The nominal performance of writing, or else of reading, from LBA 0 on, at most so many descriptors.
    #[must_use]
    pub const fn nominal(write: bool, max_descriptors: u16) -> Self {
        Self {
            performance_type: PerformanceType::PERFORMANCE,
            tolerance: 2,
            write,
            part: PerformancePart::NOMINAL,
            lba: Lba::ZERO,
            max_descriptors,
        }
    }

    const TOLERANCE: Field = Field::bits("TOLERANCE", 1, 4, 2);
    const WRITE: Field = Field::bit("WRITE", 1, 2);
    const EXCEPT: Field = Field::bits("EXCEPT", 1, 1, 2);
    const LBA: Field = Field::bytes("STARTING LBA", 2, 4);
    const MAX_DESCRIPTORS: Field = Field::bytes("MAXIMUM NUMBER OF DESCRIPTORS", 8, 2);
    const TYPE: Field = Field::bytes("TYPE", 10, 1);
}

impl Layout for GetPerformance {
    const NAME: &'static str = "GET PERFORMANCE";
    const OPCODE: u8 = 0xAC;
    const FIELDS: &'static [Field] = &[
        Self::TOLERANCE,
        Self::WRITE,
        Self::EXCEPT,
        Self::LBA,
        Self::MAX_DESCRIPTORS,
        Self::TYPE,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::TOLERANCE.put(cdb, self.tolerance & 3);
        Self::WRITE.put(cdb, self.write);
        Self::EXCEPT.put(cdb, self.part);
        put_lba(Self::LBA, cdb, self.lba);
        Self::MAX_DESCRIPTORS.put(cdb, self.max_descriptors);
        Self::TYPE.put(cdb, self.performance_type);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            performance_type: PerformanceType::of(Self::TYPE, cdb),
            tolerance: Self::TOLERANCE.u8(cdb),
            write: Self::WRITE.is_set(cdb),
            part: PerformancePart::of(Self::EXCEPT, cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            max_descriptors: Self::MAX_DESCRIPTORS.u16(cdb),
        })
    }

    /// The header of 8 bytes and descriptors of 16; those of exceptions are shorter.
    fn data_direction(&self) -> DataDirection {
        let descriptor = u32::try_from(WriteSpeedDescriptor::BYTES).unwrap_or(u32::MAX);
        let bytes = 8 + u32::from(self.max_descriptors) * descriptor;
        DataDirection::In(DataLength::Bytes(bytes))
    }
}

/// Asks for a speed over a range of addresses, finer than SET CD SPEED does. [`crate::response::Streaming`] is sent.
///
/// # Spec
/// MMC-5 clause 6, SET STREAMING; operation code B6h.
#[doc(alias = "SET STREAMING")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SetStreaming {
    /// Bytes sent: 28, or 0 for nothing.
    pub parameter_list_length: u16,
}

impl SetStreaming {
    /// With one descriptor.
    pub const ONE: Self = Self {
        parameter_list_length: 28,
    };

    const PARAMETER_LIST_LENGTH: Field = Field::bytes("PARAMETER LIST LENGTH", 9, 2);
}

impl Layout for SetStreaming {
    const NAME: &'static str = "SET STREAMING";
    const OPCODE: u8 = 0xB6;
    const FIELDS: &'static [Field] = &[Self::PARAMETER_LIST_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::PARAMETER_LIST_LENGTH.put(cdb, self.parameter_list_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
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
