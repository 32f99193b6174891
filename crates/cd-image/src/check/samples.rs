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
pub(crate) struct Roughness {
    steps: SampleSteps,
    /// Samples that are not zero.
    n_sounding: u64,
    /// Samples whose first byte is not zero, and whose second is not. Sound made of eight-bit samples has none of one of
    /// them, and is smooth either way.
    n_full: [u64; 2],
}

impl Roughness {
    /// That of one sector.
    pub(crate) fn of(main: &[u8; MAIN_BYTES]) -> Self {
        let mut roughness = Self {
            steps: SampleSteps::of(main),
            n_sounding: 0,
            n_full: [0; 2],
        };
        for sample in main.as_chunks::<2>().0 {
            roughness.n_sounding += u64::from(*sample != [0, 0]);
            for (n_full, byte) in roughness.n_full.iter_mut().zip(sample) {
                *n_full += u64::from(*byte != 0);
            }
        }
        roughness
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.steps += other.steps;
        self.n_sounding += other.n_sounding;
        for (n_full, other) in self.n_full.iter_mut().zip(other.n_full) {
            *n_full += other;
        }
    }

    /// The mean steps as the samples stand and swapped, if they say decisively that the bytes are swapped.
    pub(super) const fn swapped(&self) -> Option<(u64, u64)> {
        let SampleSteps { as_given, swapped } = self.steps;
        if self.is_decisive(self.n_full[0], as_given, swapped) {
            self.mean_steps()
        } else {
            None
        }
    }

    /// Whether they say decisively that the bytes are not swapped.
    pub(crate) const fn is_right(&self) -> bool {
        let SampleSteps { as_given, swapped } = self.steps;
        self.is_decisive(self.n_full[1], swapped, as_given)
    }

    /// Whether they say decisively that the bytes are swapped.
    pub(crate) const fn is_swapped(&self) -> bool {
        self.swapped().is_some()
    }

    /// The mean steps as the samples stand and swapped, if there is sound enough to say anything.
    pub(crate) const fn mean_steps(&self) -> Option<(u64, u64)> {
        let SampleSteps { as_given, swapped } = self.steps;
        if self.n_sounding < LEAST_SAMPLES {
            return None;
        }
        Some((as_given / self.n_sounding, swapped / self.n_sounding))
    }

    const fn is_decisive(&self, n_full: u64, rough: u64, smooth: u64) -> bool {
        self.n_sounding >= LEAST_SAMPLES
            && n_full > self.n_sounding / 4
            && rough > DECISIVE * smooth
    }
}
