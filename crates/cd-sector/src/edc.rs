//! The error detection code of data sectors.
//!
//! # Spec
//! ECMA-130 clause 14.3: (x^16 + x^15 + x^2 + 1) (x^16 + x^2 + x + 1), least significant bit of each byte first.

use crc::{CRC_32_CD_ROM_EDC, Crc, Table};

#[cfg(test)]
pub(crate) mod tests;

static EDC: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&CRC_32_CD_ROM_EDC);

/// The error detection code of `bytes`; a sector holds it least significant byte first.
///
/// What it covers depends on the mode: bytes 0..2064 of a Mode 1 sector, the plain sync included.
///
/// # Spec
/// ECMA-130 14.3.
#[must_use]
pub fn edc(bytes: &[u8]) -> u32 {
    EDC.checksum(bytes)
}
