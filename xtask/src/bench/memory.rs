//! The machine's own speed: the yardstick for everything else.

use std::hint::black_box;

use super::Meter;
use super::meter::BASELINE;
use crate::Result;

/// Words in the buffer: 1 GiB, far more than any cache holds.
const N_WORDS: usize = 1 << 27;

/// Sums kept apart, so that the adding never waits for itself.
const LANES: usize = 16;

/// Memory read (the sum of 1 GiB in 64-bit words) and memory copy (512 MiB to the next 512 MiB).
pub(super) fn run(meter: &mut Meter) -> Result<()> {
    let mut words = Vec::new();
    words
        .try_reserve_exact(N_WORDS)
        .map_err(|error| format!("no memory for the 1 GiB that is measured with: {error}"))?;
    // Not zeros: untouched zero pages would all be one and the same page in the cache.
    words.extend((0..N_WORDS as u64).map(|n| n.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    let n_bytes = 8 * N_WORDS as u64;
    meter.measure(BASELINE, n_bytes, || {
        black_box(sum(black_box(&words)));
    });
    let (from, to) = words.split_at_mut(N_WORDS / 2);
    meter.measure("memcpy", n_bytes / 2, || {
        to.copy_from_slice(black_box(from));
        black_box(&to);
    });
    Ok(())
}

fn sum(words: &[u64]) -> u64 {
    let mut sums = [0_u64; LANES];
    for chunk in words.chunks_exact(LANES) {
        for (sum, word) in sums.iter_mut().zip(chunk) {
            *sum = sum.wrapping_add(*word);
        }
    }
    sums.iter().fold(0, |total, sum| total.wrapping_add(*sum))
}
