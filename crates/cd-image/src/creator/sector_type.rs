use std::fmt;

use crate::{FilePayload, TrackKind};

/// What the bytes given for a track are: the ten values of `IMAPI_CD_SECTOR_TYPE`, with their numbers.
#[doc(alias = "IMAPI_CD_SECTOR_TYPE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CdSectorType {
    /// 2352 bytes: 588 stereo samples of 16 bits, least significant byte first.
    Audio = 0,
    /// 2336 bytes, all of them zero.
    ModeZero = 1,
    /// 2048 bytes of user data.
    Mode1 = 2,
    /// 2336 bytes of user data.
    Mode2Form0 = 3,
    /// 2048 bytes of user data; the subheader is made.
    Mode2Form1 = 4,
    /// 2336 bytes: subheader, user data and EDC, which is zero if it is not used; they go out as they are.
    Mode2Form2 = 5,
    /// 2352 bytes: the whole sector, scrambled already.
    Mode1Raw = 6,
    /// 2352 bytes: the whole sector, scrambled already.
    Mode2Form0Raw = 7,
    /// 2352 bytes: the whole sector, scrambled already.
    Mode2Form1Raw = 8,
    /// 2352 bytes: the whole sector, scrambled already.
    Mode2Form2Raw = 9,
}

impl CdSectorType {
    /// All of them, by their numbers.
    pub const ALL: [Self; 10] = [
        Self::Audio,
        Self::ModeZero,
        Self::Mode1,
        Self::Mode2Form0,
        Self::Mode2Form1,
        Self::Mode2Form2,
        Self::Mode1Raw,
        Self::Mode2Form0Raw,
        Self::Mode2Form1Raw,
        Self::Mode2Form2Raw,
    ];

    /// Bytes given for a sector: 2048, 2336 or 2352.
    #[must_use]
    pub const fn bytes_per_sector(self) -> u32 {
        match self.payload() {
            Some(payload) => payload.bytes(),
            None => 2336,
        }
    }

    /// What a track of it is on the disc.
    #[must_use]
    pub const fn kind(self) -> TrackKind {
        match self {
            Self::Audio => TrackKind::Audio,
            Self::ModeZero => TrackKind::Mode0,
            Self::Mode1 | Self::Mode1Raw => TrackKind::Mode1,
            Self::Mode2Form0 | Self::Mode2Form0Raw => TrackKind::Mode2Formless,
            Self::Mode2Form1 | Self::Mode2Form2 | Self::Mode2Form1Raw | Self::Mode2Form2Raw => {
                TrackKind::Mode2Xa
            }
        }
    }

    /// How the bytes become sectors; of Mode 0 nothing is taken from them.
    pub(super) const fn payload(self) -> Option<FilePayload> {
        Some(match self {
            Self::ModeZero => return None,
            Self::Audio => FilePayload::Samples,
            Self::Mode1 => FilePayload::Mode1User,
            Self::Mode2Form0 => FilePayload::Mode2User,
            Self::Mode2Form1 => FilePayload::Mode2Form1User,
            Self::Mode2Form2 => FilePayload::Mode2FormMix,
            Self::Mode1Raw | Self::Mode2Form0Raw | Self::Mode2Form1Raw | Self::Mode2Form2Raw => {
                FilePayload::ScrambledSector
            }
        })
    }

    /// Whether a track of it can stand on a disc whose first track is of `other`.
    pub(super) fn mixes_with(self, other: Self) -> bool {
        let family = |sector_type: Self| match sector_type.kind() {
            TrackKind::Mode2Formless | TrackKind::Mode2Xa => TrackKind::Mode2Formless,
            kind => kind,
        };
        family(self) == family(other)
    }
}

impl fmt::Display for CdSectorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audio => "audio",
            Self::ModeZero => "mode 0",
            Self::Mode1 => "mode 1",
            Self::Mode2Form0 => "mode 2 without forms",
            Self::Mode2Form1 => "mode 2 form 1",
            Self::Mode2Form2 => "mode 2 form 2",
            Self::Mode1Raw => "raw mode 1",
            Self::Mode2Form0Raw => "raw mode 2 without forms",
            Self::Mode2Form1Raw => "raw mode 2 form 1",
            Self::Mode2Form2Raw => "raw mode 2 form 2",
        })
    }
}
