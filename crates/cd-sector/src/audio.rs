//! Sound in the main channel: 588 stereo samples a sector.
//!
//! # Spec
//! IEC 60908 (16 bits, two's complement, 44.1 kHz); MMC-3 has them little-endian, left before right.

use core::ops::AddAssign;

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

/// How far samples are from their neighbours, by which sound with swapped bytes is known.
///
/// Sound moves in small steps from sample to sample. With the two bytes of each sample swapped it moves like noise, and
/// noise is what a player makes of it. One sector says little, a loud whistle nothing: add up many.
///
/// ```
/// use cd_sector::{SAMPLES_PER_SECTOR, SampleSteps, encode_audio};
///
/// let mut ramp = [[0; 2]; SAMPLES_PER_SECTOR];
/// for (sample, value) in ramp.iter_mut().zip((-8_000..).step_by(27)) {
///     *sample = [value, -value];
/// }
/// let mut sector = [0; 2352];
/// encode_audio(&ramp, &mut sector);
/// assert!(!SampleSteps::of(&sector).look_swapped());
///
/// sector.as_chunks_mut::<2>().0.iter_mut().for_each(|sample| sample.reverse());
/// assert!(SampleSteps::of(&sector).look_swapped());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleSteps {
    /// The steps' sizes added up, as the samples stand.
    pub as_given: u64,
    /// The same with each sample's bytes swapped.
    pub swapped: u64,
}

impl SampleSteps {
    /// The steps within a sector of sound, of both channels.
    #[must_use]
    pub fn of(sector: &[u8; MAIN_BYTES]) -> Self {
        let samples = decode_audio(sector);
        let mut steps = Self::default();
        for ([left, right], [next_left, next_right]) in samples.iter().zip(&samples[1..]) {
            for (one, next) in [(left, next_left), (right, next_right)] {
                steps.as_given += u64::from(one.abs_diff(*next));
                steps.swapped += u64::from(one.swap_bytes().abs_diff(next.swap_bytes()));
            }
        }
        steps
    }

    /// Whether swapping the bytes would make less than half of the steps. Silence, noise and data do not look so.
    #[must_use]
    pub const fn look_swapped(self) -> bool {
        self.swapped < self.as_given / 2
    }
}

impl AddAssign for SampleSteps {
    fn add_assign(&mut self, other: Self) {
        self.as_given = self.as_given.saturating_add(other.as_given);
        self.swapped = self.swapped.saturating_add(other.swapped);
    }
}
