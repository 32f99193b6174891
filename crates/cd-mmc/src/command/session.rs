use crate::command::{DataDirection, DataLength, Layout};
use crate::{DecodeError, Field};

/// Tells the drive what the session to be recorded at once consists of.
///
/// # Spec
/// MMC-3 6.34, SEND CUE SHEET; operation code 5Dh.
#[doc(alias = "SEND CUE SHEET")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SendCueSheet {
    /// Bytes of cue sheet that are sent, 8 each entry (see [`crate::CueEntry`]); up to FFFFFFh, more is sent as that.
    pub cue_sheet_bytes: u32,
}

impl SendCueSheet {
    const CUE_SHEET_SIZE: Field = Field::bytes("CUE SHEET SIZE", 6, 3);

    /// `n_entries` entries of [`crate::CueEntry::BYTES`].
    #[must_use]
    pub const fn of_entries(n_entries: u16) -> Self {
        Self {
            cue_sheet_bytes: n_entries as u32 * 8,
        }
    }
}

impl Layout for SendCueSheet {
    const NAME: &'static str = "SEND CUE SHEET";
    const OPCODE: u8 = 0x5D;
    const FIELDS: &'static [Field] = &[Self::CUE_SHEET_SIZE];

    fn write(&self, cdb: &mut [u8]) {
        Self::CUE_SHEET_SIZE.put(cdb, self.cue_sheet_bytes.min(0x00FF_FFFF));
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            cue_sheet_bytes: Self::CUE_SHEET_SIZE.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::Out(DataLength::Bytes(self.cue_sheet_bytes))
    }
}

/// Sets room aside for a track of known length, so that tracks behind it can be recorded first.
///
/// # Spec
/// MMC-3 6.31, RESERVE TRACK; operation code 53h.
#[doc(alias = "RESERVE TRACK")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReserveTrack {
    /// Blocks of user data.
    pub n_blocks: u32,
}

impl ReserveTrack {
    const RESERVATION_SIZE: Field = Field::bytes("RESERVATION SIZE", 5, 4);
}

impl Layout for ReserveTrack {
    const NAME: &'static str = "RESERVE TRACK";
    const OPCODE: u8 = 0x53;
    const FIELDS: &'static [Field] = &[Self::RESERVATION_SIZE];

    fn write(&self, cdb: &mut [u8]) {
        Self::RESERVATION_SIZE.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            n_blocks: Self::RESERVATION_SIZE.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}
