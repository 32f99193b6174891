use core::fmt;

use crate::MAIN_BYTES;

#[cfg(test)]
mod tests;

/// What stands behind each sector's 2352 bytes of main channel in a stream for raw recording.
///
/// # Spec
/// MMC-3 table 326, "Data Block Type".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorLayout {
    /// 16 bytes: the Q frame (12, CRC included), three zeros, P in bit 7 of the last. Data block type 1.
    Pq16,
    /// 96 bytes: P, Q, and R-W as packs before parity and interleave. Data block type 2.
    PackedPw96,
    /// 96 bytes: P-W as on the disc, one symbol a byte, bit 7 = P to bit 0 = W. Data block type 3.
    RawPw96,
}

impl SectorLayout {
    /// Bytes of subcode in a sector: 16 or 96.
    #[must_use]
    pub const fn subcode_bytes(self) -> usize {
        match self {
            Self::Pq16 => 16,
            Self::PackedPw96 | Self::RawPw96 => 96,
        }
    }

    /// Bytes of a whole sector: 2368 or 2448.
    #[must_use]
    pub const fn sector_bytes(self) -> usize {
        MAIN_BYTES + self.subcode_bytes()
    }

    /// The number commands and mode pages use for it.
    #[must_use]
    pub const fn data_block_type(self) -> u8 {
        match self {
            Self::Pq16 => 1,
            Self::PackedPw96 => 2,
            Self::RawPw96 => 3,
        }
    }
}

impl fmt::Display for SectorLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pq16 => "2352+16 (P-Q)",
            Self::PackedPw96 => "2352+96 (packed P-W)",
            Self::RawPw96 => "2352+96 (raw P-W)",
        })
    }
}
