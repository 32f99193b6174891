use cd_address::Lba;

use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{DecodeError, Field};

wire_code! {
    /// Which features GET CONFIGURATION returns.
    RequestedFeatures: u8, 2 bits {
        ALL = 0, "all features from the starting one on";
        CURRENT = 1, "the current features from the starting one on";
        ONE = 2, "the starting feature alone";
    }
}

/// Asks what the drive can do, and what it can do with this medium.
///
/// The answer is [`crate::response::Configuration`].
///
/// # Spec
/// MMC-5 6.6, operation code 46h.
#[doc(alias = "GET CONFIGURATION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GetConfiguration {
    /// Which features.
    pub requested: RequestedFeatures,
    /// The starting feature's code (see [`crate::response::FeatureCode`]).
    pub starting_feature: u16,
    /// The most bytes to return.
    pub allocation_length: u16,
}

impl GetConfiguration {
    const RT: Field = Field::bits("RT", 1, 1, 2);
    const STARTING_FEATURE: Field = Field::bytes("STARTING FEATURE NUMBER", 2, 2);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
}

impl Layout for GetConfiguration {
    const NAME: &'static str = "GET CONFIGURATION";
    const OPCODE: u8 = 0x46;
    const FIELDS: &'static [Field] = &[Self::RT, Self::STARTING_FEATURE, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::RT.put(cdb, self.requested);
        Self::STARTING_FEATURE.put(cdb, self.starting_feature);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            requested: RequestedFeatures::of(Self::RT, cdb),
            starting_feature: Self::STARTING_FEATURE.u16(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

wire_code! {
    /// Which information READ DISC INFORMATION returns.
    DiscInformationType: u8, 3 bits {
        STANDARD = 0, "standard disc information";
        TRACK_RESOURCES = 1, "track resources";
        POW_RESOURCES = 2, "pseudo-overwrite resources";
    }
}

/// Asks for the state of the disc. The standard answer is [`crate::response::DiscInformation`].
///
/// # Spec
/// MMC-5 6.22, operation code 51h.
#[doc(alias = "READ DISC INFORMATION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadDiscInformation {
    /// Which information; drives older than MMC-5 know the standard one alone.
    pub data_type: DiscInformationType,
    /// The most bytes to return, 34 for all but the OPC table.
    pub allocation_length: u16,
}

impl ReadDiscInformation {
    const DATA_TYPE: Field = Field::bits("DATA TYPE", 1, 2, 3);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);

    /// The standard information, at most `allocation_length` bytes of it.
    #[must_use]
    pub const fn standard(allocation_length: u16) -> Self {
        Self {
            data_type: DiscInformationType::STANDARD,
            allocation_length,
        }
    }
}

impl Layout for ReadDiscInformation {
    const NAME: &'static str = "READ DISC INFORMATION";
    const OPCODE: u8 = 0x51;
    const FIELDS: &'static [Field] = &[Self::DATA_TYPE, Self::ALLOCATION_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DATA_TYPE.put(cdb, self.data_type);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            data_type: DiscInformationType::of(Self::DATA_TYPE, cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

/// Which track READ TRACK INFORMATION is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrackSelector {
    /// The track that has this address.
    Lba(Lba),
    /// The track of this number: 0 is the lead-in, FFh the invisible (next to be written) track.
    Track(u8),
    /// The first track of this session.
    Session(u8),
}

impl TrackSelector {
    /// The track that would be written next.
    pub const INVISIBLE: Self = Self::Track(0xFF);
}

/// Asks for the state of one track. The answer is [`crate::response::TrackInformation`].
///
/// # Spec
/// MMC-5 6.27, operation code 52h.
#[doc(alias = "READ TRACK INFORMATION")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadTrackInformation {
    /// OPEN: look for an open track only (MMC-5).
    pub open: bool,
    /// Which track.
    pub track: TrackSelector,
    /// The most bytes to return, 28 for what every standard has, 36 for MMC-3.
    pub allocation_length: u16,
}

impl ReadTrackInformation {
    const OPEN: Field = Field::bit("OPEN", 1, 2);
    const ADDRESS_TYPE: Field = Field::bits("ADDRESS/NUMBER TYPE", 1, 1, 2);
    const ADDRESS: Field = Field::bytes("LOGICAL BLOCK ADDRESS/TRACK/SESSION NUMBER", 2, 4);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
}

impl Layout for ReadTrackInformation {
    const NAME: &'static str = "READ TRACK INFORMATION";
    const OPCODE: u8 = 0x52;
    const FIELDS: &'static [Field] = &[
        Self::OPEN,
        Self::ADDRESS_TYPE,
        Self::ADDRESS,
        Self::ALLOCATION_LENGTH,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::OPEN.put(cdb, self.open);
        let (address_type, number) = match self.track {
            TrackSelector::Lba(_) => (0_u8, 0),
            TrackSelector::Track(number) => (1, number),
            TrackSelector::Session(number) => (2, number),
        };
        Self::ADDRESS_TYPE.put(cdb, address_type);
        match self.track {
            TrackSelector::Lba(lba) => put_lba(Self::ADDRESS, cdb, lba),
            _ => Self::ADDRESS.put(cdb, number),
        }
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        let number = u8::try_from(Self::ADDRESS.get(cdb))
            .map_err(|_| Self::refuse(Self::ADDRESS, cdb, "a number up to FFh"));
        let track = match Self::ADDRESS_TYPE.u8(cdb) {
            0 => TrackSelector::Lba(Self::lba(Self::ADDRESS, cdb)?),
            1 => TrackSelector::Track(number?),
            2 => TrackSelector::Session(number?),
            _ => return Err(Self::refuse(Self::ADDRESS_TYPE, cdb, "0, 1 or 2")),
        };
        Ok(Self {
            open: Self::OPEN.is_set(cdb),
            track,
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}
