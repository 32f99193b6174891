//! A machine made of plain code: each method is what the instructions it stands for are documented to do.

use crate::kernel::vector::Machine;

/// A machine with vectors of `N` bytes, 32 or 64.
#[derive(Clone, Copy)]
pub(super) struct Model<const N: usize>;

impl<const N: usize> Model<N> {
    fn each(a: [u8; N], b: [u8; N], f: impl Fn(u8, u8) -> u8) -> [u8; N] {
        core::array::from_fn(|n| f(a[n], b[n]))
    }
}

/// The carry-less product of two halves of a lane.
fn carryless(a: u64, b: u64) -> u128 {
    (0..64).fold(0, |sum, bit| {
        let mask = 0_u64.wrapping_sub(b >> bit & 1);
        sum ^ u128::from(a & mask) << bit
    })
}

fn halves(lane: [u8; 16]) -> [u64; 2] {
    let both = u128::from_le_bytes(lane);
    [both, both >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap())
}

impl<const N: usize> Machine for Model<N> {
    type Vector = [u8; N];
    const BYTES: usize = N;
    // 1Dh over alpha + 1, as with AVX2.
    const REST: u8 = if N == 32 { 0x0B } else { 0 };

    fn load(self, from: &[u8], at: usize) -> [u8; N] {
        from[at..at + N].try_into().unwrap()
    }

    fn store(self, vector: [u8; N], to: &mut [u8], at: usize) {
        to[at..at + N].copy_from_slice(&vector);
    }

    fn splat(self, byte: u8) -> [u8; N] {
        [byte; N]
    }

    fn xor(self, a: [u8; N], b: [u8; N]) -> [u8; N] {
        Self::each(a, b, |a, b| a ^ b)
    }

    fn and(self, a: [u8; N], b: [u8; N]) -> [u8; N] {
        Self::each(a, b, |a, b| a & b)
    }

    fn or(self, a: [u8; N], b: [u8; N]) -> [u8; N] {
        Self::each(a, b, |a, b| a | b)
    }

    fn shift(self, a: [u8; N]) -> [u8; N] {
        a.map(|a| a << 1)
    }

    fn where_top(self, sign: [u8; N], a: [u8; N]) -> [u8; N] {
        Self::each(sign, a, |sign, a| if sign & 0x80 == 0 { 0 } else { a })
    }

    fn times_alpha(self, a: [u8; N]) -> [u8; N] {
        let double = |a: u8| a << 1 ^ if a & 0x80 == 0 { 0 } else { 0x1D };
        a.map(|a| double(a ^ Self::REST) ^ Self::REST)
    }

    fn reverse_words(self, a: [u8; N]) -> [u8; N] {
        core::array::from_fn(|n| a[N - 2 - (n & !1) + n % 2])
    }

    fn is_zero(self, a: [u8; N]) -> bool {
        a == [0; N]
    }

    fn fetch(self, _: &[u8], _: usize) {}

    type Lanes = [[u8; 16]; 4];
    const LANES: usize = if N == 32 { 1 } else { 4 };

    fn load_lanes(self, from: &[u8], at: usize) -> Self::Lanes {
        let mut lanes = [[0; 16]; 4];
        for (n, lane) in lanes[..Self::LANES].iter_mut().enumerate() {
            lane.copy_from_slice(&from[at + 16 * n..][..16]);
        }
        lanes
    }

    fn store_lanes(self, lanes: Self::Lanes, to: &mut [u8], at: usize) {
        to[at..at + 16 * Self::LANES].copy_from_slice(&lanes.as_flattened()[..16 * Self::LANES]);
    }

    fn splat_lanes(self, [first, second]: [u64; 2]) -> Self::Lanes {
        [(u128::from(second) << 64 | u128::from(first)).to_le_bytes(); 4]
    }

    fn xor_lanes(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        core::array::from_fn(|n| core::array::from_fn(|i| a[n][i] ^ b[n][i]))
    }

    fn products(self, a: Self::Lanes, b: Self::Lanes) -> Self::Lanes {
        core::array::from_fn(|n| {
            let ([a, c], [b, d]) = (halves(a[n]), halves(b[n]));
            (carryless(a, b) ^ carryless(c, d)).to_le_bytes()
        })
    }
}
