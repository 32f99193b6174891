//! The EDC with carry-less multiplication.
//!
//! A long message is congruent, modulo the polynomial, to a shorter one in which 16 bytes from the front are multiplied
//! by the right power of x and added further behind. Four accumulators go through the message side by side, then
//! become one, and what is left is short enough for a table.
//!
//! # Spec
//! ECMA-130 14.3.

use super::machine::Machine;
use super::tables::edc_power;

/// Accumulators, for one multiplication waits several cycles for the one before.
const N: usize = 4;

/// As [`edc`](crate::edc()).
#[inline(always)]
pub(in crate::kernel) fn edc<M: Machine>(m: M, bytes: &[u8]) -> u32 {
    let step = 16 * M::LANES;
    let (head, blocks) = bytes.split_at(bytes.len() % (N * step));
    // Zeros in front change nothing: the code begins with zero.
    let mut first = [0; 256];
    first[N * step - head.len()..N * step].copy_from_slice(head);
    let mut sums = [m.load_lanes(&first, 0); N];
    for (i, sum) in sums.iter_mut().enumerate() {
        *sum = m.load_lanes(&first, i * step);
    }
    let by_block = m.splat_lanes(const { shift_by(8 * N * 16 * M::LANES) });
    for block in blocks.chunks_exact(N * step) {
        for (i, sum) in sums.iter_mut().enumerate() {
            let bytes = m.load_lanes(block, i * step);
            *sum = m.xor_lanes(m.products(*sum, by_block), bytes);
        }
    }
    let by_step = m.splat_lanes(const { shift_by(8 * 16 * M::LANES) });
    let [mut sum, others @ ..] = sums;
    for other in others {
        sum = m.xor_lanes(m.products(sum, by_step), other);
    }
    let mut last = [0; 64];
    m.store_lanes(sum, &mut last, 0);
    crate::edc(&last[..step])
}

/// What the halves of a lane are multiplied with to be moved `n_bits` further behind.
///
/// The second half's lowest power is x^0, the first half's x^64. Of a product the lowest bit is lost, which makes it
/// one x too much.
const fn shift_by(n_bits: usize) -> [u64; 2] {
    [edc_power(n_bits + 63), edc_power(n_bits - 1)]
}
