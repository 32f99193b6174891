//! Whether samples are the right way round: sound is smooth, and with its bytes swapped it is not.

use cd_address::Lba;
use cd_sector::MAIN_BYTES;

/// Every so many-th sector is looked at: enough of any track, and little work.
const SAMPLED: u32 = 8;
/// Samples with sound in them that a track must have before anything is said of it: a dozen sectors.
const LEAST_SAMPLES: u64 = 16_384;
/// How many times rougher than the other way round is decisive.
const DECISIVE: u64 = 4;

/// Whether the samples of the sector at `lba` are looked at.
pub(super) const fn is_sampled(lba: Lba) -> bool {
    lba.position().is_multiple_of(SAMPLED)
}

/// How much neighbouring samples of a channel differ, as they stand and with their bytes swapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roughness {
    /// Samples that are not zero.
    n_sounding: u64,
    /// Those among them whose first byte is not zero. Sound made of eight-bit samples has none, and is smooth when its bytes
    /// are swapped.
    n_full: u64,
    as_is: u64,
    swapped: u64,
}

impl Roughness {
    /// That of one sector.
    pub(super) fn of(main: &[u8; MAIN_BYTES]) -> Self {
        let (samples, _) = main.as_chunks::<2>();
        let mut roughness = Self::default();
        // The sample two before is the one before of the same channel.
        for (before, after) in samples.iter().zip(&samples[2..]) {
            let le = |bytes: &[u8; 2]| i32::from(i16::from_le_bytes(*bytes));
            let be = |bytes: &[u8; 2]| i32::from(i16::from_be_bytes(*bytes));
            roughness.n_sounding += u64::from(*after != [0, 0]);
            roughness.n_full += u64::from(after[0] != 0);
            roughness.as_is += u64::from(le(before).abs_diff(le(after)));
            roughness.swapped += u64::from(be(before).abs_diff(be(after)));
        }
        roughness
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.n_sounding += other.n_sounding;
        self.n_full += other.n_full;
        self.as_is += other.as_is;
        self.swapped += other.swapped;
    }

    /// The mean differences as they stand and swapped, if they say decisively that the bytes are swapped.
    pub(super) const fn swapped(&self) -> Option<(u64, u64)> {
        let is_decisive = self.n_sounding >= LEAST_SAMPLES
            && self.n_full > self.n_sounding / 4
            && self.as_is > DECISIVE * self.swapped;
        if is_decisive {
            Some((self.as_is / self.n_sounding, self.swapped / self.n_sounding))
        } else {
            None
        }
    }
}
