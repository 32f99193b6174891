//! Sound in the main channel: 588 stereo samples a sector.
//!
//! # Spec
//! IEC 60908 (16 bits, two's complement, 44.1 kHz); MMC-3 has them little-endian, left before right.

use crate::MAIN_BYTES;

#[cfg(test)]
mod tests;

/// Stereo samples in a sector: 44,100 a second in 75 sectors.
pub const SAMPLES_PER_SECTOR: usize = 588;

/// Makes the main channel of a sector of sound from its samples, each left and right. Every byte of `out` is written.
pub fn encode_audio(samples: &[[i16; 2]; SAMPLES_PER_SECTOR], out: &mut [u8; MAIN_BYTES]) {
    for (bytes, [left, right]) in out.as_chunks_mut::<4>().0.iter_mut().zip(samples) {
        let ([l0, l1], [r0, r1]) = (left.to_le_bytes(), right.to_le_bytes());
        *bytes = [l0, l1, r0, r1];
    }
}

/// The samples of a sector of sound, each left and right.
#[must_use]
pub fn decode_audio(sector: &[u8; MAIN_BYTES]) -> [[i16; 2]; SAMPLES_PER_SECTOR] {
    let mut samples = [[0; 2]; SAMPLES_PER_SECTOR];
    for (sample, [l0, l1, r0, r1]) in samples.iter_mut().zip(sector.as_chunks::<4>().0) {
        *sample = [
            i16::from_le_bytes([*l0, *l1]),
            i16::from_le_bytes([*r0, *r1]),
        ];
    }
    samples
}
