//! The blocks that join one recording to the next: a link and four run-in blocks at the beginning of a data track that was
//! recorded at once, two run-out blocks at its end.
//!
//! They carry no user data, and their header says so: the upper three bits of the mode byte name the block. A table of
//! contents counts the run-out to the track all the same, so whoever reads a track by it to the end comes upon two blocks
//! that no drive hands over as data. Sound has no header, and so no marks.
//!
//! Read first: MMC-3 4.2.3.7 (block formats and the mode byte); ECMA-394 (writing modes).

use cd_sector::{Kernel, MAIN_BYTES, ParityForm, PlainSector};

use crate::host_block::SectorForm;

/// The bits of the mode byte that name the block; the mode is below.
const INDICATOR: u8 = 0xE0;
/// Where the mode byte stands.
const MODE_AT: usize = 15;

/// A block without user data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Linking {
    /// Where the laser was switched on.
    Link,
    /// 1 to 4, as they come.
    RunIn(u8),
    /// 1 or 2, as they come.
    RunOut(u8),
}

impl Linking {
    /// What the `offset`th sector is from where a recording begins.
    pub(crate) const fn from_start(offset: u32) -> Option<Self> {
        match offset {
            0 => Some(Self::Link),
            1 => Some(Self::RunIn(1)),
            2 => Some(Self::RunIn(2)),
            3 => Some(Self::RunIn(3)),
            4 => Some(Self::RunIn(4)),
            _ => None,
        }
    }

    /// What the `offset`th sector is from where the user data end.
    pub(crate) const fn from_end(offset: u32) -> Option<Self> {
        match offset {
            0 => Some(Self::RunOut(1)),
            1 => Some(Self::RunOut(2)),
            _ => None,
        }
    }

    /// The upper three bits of the mode byte: run-in and run-out are counted down.
    const fn indicator(self) -> u8 {
        let code = match self {
            Self::Link => 5,
            Self::RunIn(number) => 5 - number,
            Self::RunOut(number) => 8 - number,
        };
        code << 5
    }

    /// Marks a plain sector of `form` as this block; its EDC and parity cover the mark. Sound stays as it is.
    pub(crate) fn mark(self, form: SectorForm, plain: &mut [u8; MAIN_BYTES]) {
        if !form.is_data() {
            return;
        }
        plain[MODE_AT] |= self.indicator();
        // In Mode 2 neither EDC nor parity covers the header.
        if form == SectorForm::Mode1 {
            Kernel::best().write_codes(plain, ParityForm::Mode1);
        }
    }
}

/// Whether a plain data sector is marked as a block without user data.
pub(crate) fn is_linking(plain: &[u8; MAIN_BYTES]) -> bool {
    PlainSector(plain).mode() & INDICATOR != 0
}
