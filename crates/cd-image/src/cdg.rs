//! `.cdg` files: the graphics that go with a file of sound.
//!
//! Such a file is packs of 24 bytes and nothing else, one byte for each symbol of R to W: mode, instruction, two of parity, sixteen
//! of data, four of parity. Four make a sector, 300 a second. The parity in files is zeros or nonsense as often as not, so it is
//! made anew when a disc is authored.
//!
//! # Spec
//! IEC 60908 (R to W, TV graphics mode: mode 1, item 1).

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use cd_sector::{RW_PACK_SYMBOLS, RW_PACKS_PER_SECTOR, RwMode, RwPack, SUBCODE_BYTES};

use crate::{MappedFile, OpenError, RunSubcode, RwForm, SourceError};

#[cfg(test)]
mod tests;

const PACK_BYTES: u64 = RW_PACK_SYMBOLS as u64;
const SECTOR_PACKS: u64 = RW_PACKS_PER_SECTOR as u64;
const SECTOR_BYTES: u64 = SUBCODE_BYTES as u64;
/// Sectors looked at, at most.
const MAX_LOOKED_AT: u64 = 2_048;

/// Why a file is no graphics.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CdgError {
    /// The file itself cannot be opened.
    #[error(transparent)]
    Open(OpenError),
    /// It was opened, but its bytes cannot be had.
    #[error("cannot read the graphics")]
    Source(#[source] SourceError),
    /// Not one pack of graphics was found in it.
    #[error(
        "{path} is no .cdg file: none of {looked_at} packs of 24 bytes that hold anything is graphics (mode 9); if it is \
         packed in an archive, unpack it first"
    )]
    NoGraphics {
        /// The file.
        path: String,
        /// Packs looked at that are not empty.
        looked_at: u64,
    },
    /// It has not one whole pack.
    #[error("{path} has {len} bytes, not one pack of 24")]
    TooShort {
        /// The file.
        path: String,
        /// Its bytes.
        len: u64,
    },
}

/// Something about a `.cdg` file its owner should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CdgNote {
    /// The last pack is not whole; its bytes are left out.
    PartPack {
        /// Bytes left out, 1 to 23.
        n_bytes: u8,
    },
    /// Packs hold something that is not graphics. They go onto the disc as all do.
    OtherModes {
        /// Packs of other modes.
        found: u64,
        /// Packs looked at that are not empty.
        looked_at: u64,
    },
    /// All packs are empty.
    Empty,
    /// There are more graphics than sound; the rest is left out.
    LongerThanSound {
        /// Sectors of the graphics.
        graphics: u64,
        /// Sectors of the sound.
        sound: u64,
    },
}

impl fmt::Display for CdgNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PartPack { n_bytes } => write!(
                f,
                "the last pack of graphics is not whole: its {n_bytes} bytes are left out"
            ),
            Self::OtherModes { found, looked_at } => write!(
                f,
                "{found} of {looked_at} packs looked at are not graphics (mode 9); they are taken as they are"
            ),
            Self::Empty => f.write_str("the file of graphics holds empty packs only"),
            Self::LongerThanSound { graphics, sound } => write!(
                f,
                "the graphics go on for {graphics} sectors, the sound for {sound}: the rest of the graphics is left out"
            ),
        }
    }
}

/// Graphics in a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CdgFile {
    /// The file, which ends with the last whole pack.
    pub file: Arc<MappedFile>,
    /// Packs of 24 bytes, 1 at least.
    pub packs: u64,
    /// What its owner should know.
    pub notes: Vec<CdgNote>,
}

impl CdgFile {
    /// Opens the `.cdg` file at `path` and looks at packs all over it.
    ///
    /// # Errors
    /// [`CdgError`]: the file itself, less than a pack, or no graphics in it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, CdgError> {
        let file = MappedFile::open(path).map_err(CdgError::Open)?;
        let len = file.len();
        let packs = len / PACK_BYTES;
        if packs == 0 {
            return Err(CdgError::TooShort {
                path: file.path().to_owned(),
                len,
            });
        }
        let mut notes = Vec::new();
        if let Ok(n_bytes @ 1..) = u8::try_from(len % PACK_BYTES) {
            notes.push(CdgNote::PartPack { n_bytes });
        }
        let (graphics, others) = look(&file, packs)?;
        let looked_at = graphics + others;
        match (graphics, others) {
            (0, 0) => notes.push(CdgNote::Empty),
            (0, _) => {
                return Err(CdgError::NoGraphics {
                    path: file.path().to_owned(),
                    looked_at,
                });
            }
            (_, 0) => {}
            (_, found) => notes.push(CdgNote::OtherModes { found, looked_at }),
        }
        Ok(Self {
            file: Arc::new(file.ending_at(packs * PACK_BYTES)),
            packs,
            notes,
        })
    }

    /// Sectors that the packs take, the last perhaps not whole.
    #[must_use]
    pub const fn sectors(&self) -> u64 {
        self.packs.div_ceil(SECTOR_PACKS)
    }

    /// What is to be said where the graphics are put beside `sound` sectors.
    #[must_use]
    pub fn beside(&self, sound: u64) -> Option<CdgNote> {
        let graphics = self.sectors();
        (graphics > sound).then_some(CdgNote::LongerThanSound { graphics, sound })
    }

    /// The subcode of a run of sectors, the first of which has the packs of the file's sector `first`. After the last pack, empty ones
    /// follow.
    #[must_use]
    pub fn subcode(&self, first: u64) -> RunSubcode {
        RunSubcode::RwFile {
            file: Arc::clone(&self.file),
            offset: first.saturating_mul(SECTOR_BYTES),
            stride: RwForm::BYTES,
            form: RwForm::CdgPacks,
        }
    }
}

/// Packs that are graphics, and packs that are something else, of those looked at.
fn look(file: &MappedFile, packs: u64) -> Result<(u64, u64), CdgError> {
    let n_sectors = packs.div_ceil(SECTOR_PACKS);
    let step = n_sectors.div_ceil(MAX_LOOKED_AT);
    let (mut graphics, mut others) = (0, 0);
    for sector in (0..n_sectors).filter(|sector| sector.is_multiple_of(step)) {
        let in_sector = (packs - sector * SECTOR_PACKS).min(SECTOR_PACKS);
        for pack_idx in 0..in_sector {
            let mut symbols = [0; RW_PACK_SYMBOLS];
            let offset = sector * SECTOR_BYTES + pack_idx * PACK_BYTES;
            file.read_at(offset, &mut symbols)
                .map_err(CdgError::Source)?;
            let pack = RwPack::new(symbols);
            if pack.mode() == RwMode::TV_GRAPHICS {
                graphics += 1;
            } else if pack != RwPack::ZERO {
                others += 1;
            }
        }
    }
    Ok((graphics, others))
}
