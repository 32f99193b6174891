//! The drive's own audio output: play, pause, stop.

use cd_address::Lba;

use crate::command::{DataDirection, Layout, put_lba};
use crate::{BinMsf, DecodeError, Field};

/// Plays audio sectors on the drive's output, until they have been played or something else is asked of the head.
///
/// # Spec
/// MMC-3 clause 6, PLAY AUDIO (10); operation code 45h.
#[doc(alias = "PLAY AUDIO (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlayAudio10 {
    /// The first sector; -1 (FFFFFFFFh) is where the head is.
    pub lba: Lba,
    /// How many sectors; none is no error and plays nothing.
    pub n_blocks: u16,
}

impl PlayAudio10 {
    const LBA: Field = Field::bytes("STARTING LOGICAL BLOCK ADDRESS", 2, 4);
    const PLAY_LENGTH: Field = Field::bytes("PLAY LENGTH", 7, 2);
}

impl Layout for PlayAudio10 {
    const NAME: &'static str = "PLAY AUDIO (10)";
    const OPCODE: u8 = 0x45;
    const FIELDS: &'static [Field] = &[Self::LBA, Self::PLAY_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        put_lba(Self::LBA, cdb, self.lba);
        Self::PLAY_LENGTH.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::PLAY_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// [`PlayAudio10`] with room for more sectors.
///
/// # Spec
/// MMC-3 clause 6, PLAY AUDIO (12); operation code A5h.
#[doc(alias = "PLAY AUDIO (12)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlayAudio12 {
    /// The first sector; -1 (FFFFFFFFh) is where the head is.
    pub lba: Lba,
    /// How many sectors; none is no error and plays nothing.
    pub n_blocks: u32,
}

impl PlayAudio12 {
    const LBA: Field = Field::bytes("STARTING LOGICAL BLOCK ADDRESS", 2, 4);
    const PLAY_LENGTH: Field = Field::bytes("PLAY LENGTH", 6, 4);
}

impl Layout for PlayAudio12 {
    const NAME: &'static str = "PLAY AUDIO (12)";
    const OPCODE: u8 = 0xA5;
    const FIELDS: &'static [Field] = &[Self::LBA, Self::PLAY_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        put_lba(Self::LBA, cdb, self.lba);
        Self::PLAY_LENGTH.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::PLAY_LENGTH.get(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// [`PlayAudio10`] with times for addresses.
///
/// # Spec
/// MMC-3 clause 6, PLAY AUDIO MSF; operation code 47h.
#[doc(alias = "PLAY AUDIO MSF")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlayAudioMsf {
    /// The time of the first sector; FFh three times is where the head is.
    pub start: BinMsf,
    /// The time of the sector before which to stop.
    pub end: BinMsf,
}

impl PlayAudioMsf {
    const START: Field = Field::bytes("STARTING M, S, F FIELDS", 3, 3);
    const END: Field = Field::bytes("ENDING M, S, F FIELDS", 6, 3);
}

impl Layout for PlayAudioMsf {
    const NAME: &'static str = "PLAY AUDIO MSF";
    const OPCODE: u8 = 0x47;
    const FIELDS: &'static [Field] = &[Self::START, Self::END];

    fn write(&self, cdb: &mut [u8]) {
        self.start.put(Self::START, cdb);
        self.end.put(Self::END, cdb);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            start: BinMsf::of(Self::START, cdb),
            end: BinMsf::of(Self::END, cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Has the audio output pause, or go on where it paused.
///
/// # Spec
/// MMC-3 clause 6, PAUSE/RESUME; operation code 4Bh.
#[doc(alias = "PAUSE/RESUME")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PauseResume {
    /// RESUME: go on; otherwise pause.
    pub resume: bool,
}

impl PauseResume {
    const RESUME: Field = Field::bit("RESUME", 8, 0);
}

impl Layout for PauseResume {
    const NAME: &'static str = "PAUSE/RESUME";
    const OPCODE: u8 = 0x4B;
    const FIELDS: &'static [Field] = &[Self::RESUME];

    fn write(&self, cdb: &mut [u8]) {
        Self::RESUME.put(cdb, self.resume);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            resume: Self::RESUME.is_set(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}

/// Ends playing; the head stays where it is.
///
/// # Spec
/// MMC-3 clause 6, STOP PLAY/SCAN; operation code 4Eh.
#[doc(alias = "STOP PLAY/SCAN")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StopPlayScan;

impl Layout for StopPlayScan {
    const NAME: &'static str = "STOP PLAY/SCAN";
    const OPCODE: u8 = 0x4E;
    const FIELDS: &'static [Field] = &[];

    fn write(&self, _cdb: &mut [u8]) {}

    fn read(_cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::None
    }
}
