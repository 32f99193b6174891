//! Whether a track's samples are the right way round.

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, SampleSteps};

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

/// How much neighbouring samples differ, as they stand and with their bytes swapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roughness {
    steps: SampleSteps,
    /// Samples that are not zero.
    n_sounding: u64,
    /// Samples whose first byte is not zero. Sound made of eight-bit samples has none, and is smooth either way.
    n_full: u64,
}

impl Roughness {
    /// That of one sector.
    pub(super) fn of(main: &[u8; MAIN_BYTES]) -> Self {
        let mut roughness = Self {
            steps: SampleSteps::of(main),
            n_sounding: 0,
            n_full: 0,
        };
        for sample in main.as_chunks::<2>().0 {
            roughness.n_sounding += u64::from(*sample != [0, 0]);
            roughness.n_full += u64::from(sample[0] != 0);
        }
        roughness
    }

    pub(super) fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.n_sounding += other.n_sounding;
        self.n_full += other.n_full;
    }

    /// The mean steps as the samples stand and swapped, if they say decisively that the bytes are swapped.
    pub(super) const fn swapped(&self) -> Option<(u64, u64)> {
        let SampleSteps { as_given, swapped } = self.steps;
        let is_decisive = self.n_sounding >= LEAST_SAMPLES
            && self.n_full > self.n_sounding / 4
            && as_given > DECISIVE * swapped;
        if is_decisive {
            Some((as_given / self.n_sounding, swapped / self.n_sounding))
        } else {
            None
        }
    }
}
