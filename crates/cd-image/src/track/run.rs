//! Runs of sectors: how many, what from, and how they lie in a file.

use std::fmt;
use std::sync::Arc;

use cd_address::Sectors;
use cd_sector::{MAIN_BYTES, SUBCODE_BYTES};

use super::{TrackKind, to_u32};
use crate::MappedFile;

/// Sectors in a row that are made in the same way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Run {
    /// How many; a run of none is passed over.
    pub sectors: Sectors,
    /// Where their main channel comes from.
    pub main: RunMain,
    /// Where their subcode comes from.
    pub subcode: RunSubcode,
}

impl Run {
    /// Sectors that come from no file, with authored subcode.
    #[must_use]
    pub const fn made(sectors: Sectors) -> Self {
        Self {
            sectors,
            main: RunMain::Made,
            subcode: RunSubcode::Authored,
        }
    }

    /// Sectors of `file` from byte `offset` on, with authored subcode.
    #[must_use]
    pub const fn file(
        file: Arc<MappedFile>,
        offset: u64,
        form: FileForm,
        sectors: Sectors,
    ) -> Self {
        Self {
            sectors,
            main: RunMain::File { file, offset, form },
            subcode: RunSubcode::Authored,
        }
    }

    /// The same with another subcode.
    #[must_use]
    pub fn with_subcode(mut self, subcode: RunSubcode) -> Self {
        self.subcode = subcode;
        self
    }
}

/// Where the main channel of a [`Run`] comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunMain {
    /// From nowhere: silence, or data sectors of zeros, as the track's kind has them.
    Made,
    /// From a file.
    File {
        /// The file.
        file: Arc<MappedFile>,
        /// Where in it the first sector begins, in bytes.
        offset: u64,
        /// How the sectors lie there.
        form: FileForm,
    },
}

/// How sectors lie in a file: [`FilePayload::bytes`] of each, `stride` bytes from the beginning of one to that of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileForm {
    /// What is there of each sector.
    pub payload: FilePayload,
    /// Bytes from one sector to the next, no fewer than the payload's.
    pub stride: u32,
}

impl FileForm {
    /// One sector right after the other.
    #[must_use]
    pub const fn packed(payload: FilePayload) -> Self {
        Self {
            payload,
            stride: payload.bytes(),
        }
    }

    /// 96 bytes of subcode, or of anything else, between one sector's payload and the next.
    #[must_use]
    pub const fn with_subcode(payload: FilePayload) -> Self {
        Self {
            payload,
            stride: payload.bytes() + to_u32(SUBCODE_BYTES),
        }
    }
}

/// What a file has of each sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilePayload {
    /// 2352 bytes: 588 stereo samples of 16 bits, little-endian. They go out as they are; where the file ends within the
    /// last sector, silence follows.
    Samples,
    /// The same with the two bytes of each sample swapped: big-endian.
    SamplesSwapped,
    /// 2048 bytes of user data of Mode 1; sync, header, EDC and parity are made.
    Mode1User,
    /// The 2336 bytes after the header of Mode 2 without forms; sync and header are made.
    Mode2User,
    /// 2048 bytes of user data of Mode 2 form 1; the rest is made, the subheader being `00 00 08 00` twice.
    Mode2Form1User,
    /// 2324 bytes of user data of Mode 2 form 2; the rest is made, the subheader being `00 00 20 00` twice.
    Mode2Form2User,
    /// The 2336 bytes after the header of Mode 2 form 1 or 2, complete: sync and header are made, nothing is mended.
    Mode2FormMix,
    /// The same, of which subheader and user data count: the subheader's second copy, EDC and parity are made for the form
    /// that its first copy says.
    Mode2FormMixMade,
    /// 2352 bytes of a data sector, complete but not scrambled. They are scrambled, nothing is mended.
    PlainSector,
    /// 2352 bytes of a data sector, complete and scrambled. They go out as they are.
    ScrambledSector,
}

impl FilePayload {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::Samples,
        Self::SamplesSwapped,
        Self::Mode1User,
        Self::Mode2User,
        Self::Mode2Form1User,
        Self::Mode2Form2User,
        Self::Mode2FormMix,
        Self::Mode2FormMixMade,
        Self::PlainSector,
        Self::ScrambledSector,
    ];

    /// Bytes of a sector in the file: 2048, 2324, 2336 or 2352.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        match self {
            Self::Mode1User | Self::Mode2Form1User => 2048,
            Self::Mode2Form2User => 2324,
            Self::Mode2User | Self::Mode2FormMix | Self::Mode2FormMixMade => 2336,
            Self::Samples | Self::SamplesSwapped | Self::PlainSector | Self::ScrambledSector => {
                to_u32(MAIN_BYTES)
            }
        }
    }

    /// Whether a track of `kind` can have such sectors. Whole sectors are not looked at: any data track can have them.
    #[must_use]
    pub const fn suits(self, kind: TrackKind) -> bool {
        match self {
            Self::Samples | Self::SamplesSwapped => matches!(kind, TrackKind::Audio),
            Self::Mode1User => matches!(kind, TrackKind::Mode1),
            Self::Mode2User => matches!(kind, TrackKind::Mode2Formless),
            Self::Mode2Form1User
            | Self::Mode2Form2User
            | Self::Mode2FormMix
            | Self::Mode2FormMixMade => matches!(kind, TrackKind::Mode2Xa),
            Self::PlainSector | Self::ScrambledSector => !matches!(kind, TrackKind::Audio),
        }
    }

    /// Bytes of the last sector that must be there at the least.
    pub(crate) const fn least_bytes(self) -> u32 {
        match self {
            Self::Samples | Self::SamplesSwapped => 1,
            _ => self.bytes(),
        }
    }
}

impl fmt::Display for FilePayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Samples => "samples",
            Self::SamplesSwapped => "byte-swapped samples",
            Self::Mode1User => "2048 bytes of mode 1",
            Self::Mode2User => "2336 bytes of mode 2 without forms",
            Self::Mode2Form1User => "2048 bytes of mode 2 form 1",
            Self::Mode2Form2User => "2324 bytes of mode 2 form 2",
            Self::Mode2FormMix => "2336 bytes of mode 2 with forms",
            Self::Mode2FormMixMade => "2336 bytes of mode 2 with forms, EDC and parity to be made",
            Self::PlainSector => "plain data sectors of 2352 bytes",
            Self::ScrambledSector => "scrambled data sectors of 2352 bytes",
        })
    }
}

/// Where the subcode of a [`Run`] comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunSubcode {
    /// P and Q are made; R to W are zero, or the disc's overlay.
    Authored,
    /// All of it from a file, as it is there: P and Q are not made, nor anything mended.
    File {
        /// The file.
        file: Arc<MappedFile>,
        /// Where in it the first sector's subcode begins, in bytes.
        offset: u64,
        /// Bytes from one sector's subcode to the next.
        stride: u32,
        /// How it lies there.
        form: SubcodeForm,
    },
    /// P and Q are made, R to W come from a file.
    RwFile {
        /// The file.
        file: Arc<MappedFile>,
        /// Where in it the first sector's symbols begin, in bytes.
        offset: u64,
        /// Bytes from one sector's symbols to the next.
        stride: u32,
        /// How they lie there.
        form: RwForm,
    },
}

/// How a sector's whole subcode lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubcodeForm {
    /// 96 bytes, channel by channel, twelve bytes each: `.sub` files.
    Rows,
    /// 96 bytes, symbol by symbol, P in bit 7 to W in bit 0: as on the disc.
    RawPw,
    /// 16 bytes: the Q frame, three zeros, P in bit 7 of the last. There are no R to W in it.
    Pq16,
}

impl SubcodeForm {
    /// Bytes of a sector in the file: 16 or 96.
    #[must_use]
    pub const fn bytes(self) -> u32 {
        match self {
            Self::Rows | Self::RawPw => to_u32(SUBCODE_BYTES),
            Self::Pq16 => 16,
        }
    }
}

/// How a sector's 96 symbols of R to W lie in a file, one a byte, R in bit 5. The upper two bits do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RwForm {
    /// As on the disc, interleaved if they are packs.
    Raw,
    /// Four packs of 24 symbols, their parity as it stands; the interleave is made.
    Packs,
    /// Four packs of 24 symbols whose parity is made, and then the interleave: `.cdg` files. A file that ends before the
    /// run goes on with packs of zeros.
    CdgPacks,
}

impl RwForm {
    /// Bytes of a sector in the file.
    pub const BYTES: u32 = to_u32(SUBCODE_BYTES);
}
