//! P and Q parity with vectors, whatever machine they are of.
//!
//! Both codes are decided by two sums over each codeword, the plain one and the one with falling powers of alpha
//! (see `ecc`). P's codewords are the columns of rows of 43 words, and a row is a few vectors: times alpha, plus the
//! next row.
//!
//! Q's codewords go 44 words forward at each step, so in rows of 44 words they are columns too, without a byte moved:
//!
//! ```text
//!     column 0     17 18 19 20      41 42 43
//!     row  0 |U ... U  U  U  U  ...  U  U  L|     word 44 row + column
//!          1 |U ... U  U  U  U  ...  U  L  L|     L where row + column is 43 or more
//!          2 |U ... U  U  U  U  ...  L  L  L|
//!        ... |                              |
//!         23 |U ... U  U  U  L  ...  L  L  L|
//!         24 |U ... U  U  L  L  ...  L  L  L|
//!         25 |U ... U|                            the words end at 1118
//! ```
//!
//! Codeword n begins at the upper end of the L in column 44 - n, or in column 0. From the bottom of the rows it goes on
//! at the top of column 26 - n, and from there, if words are left, at the top of column 52 - n. So the columns are
//! summed whole and, masked, below the diagonal; the difference of the two is what is above. The parts of a codeword
//! end in different rows: a factor for each column makes up for that.
//!
//! # Spec
//! ECMA-130 annex A. Read it and `ecc` first.

use super::machine::Machine;
use super::tables::{
    BY_ALPHA_PLUS_1, Expected, Factors, IN_RING, LOWER, RING, STEP, STEP_AT, UPPER,
};
use crate::MAIN_BYTES;

/// Where the coded bytes begin.
const START: usize = 12;
/// Bytes of a row of P.
const P_ROW: usize = 86;
/// Rows of P, parity included.
const P_ROWS: usize = 26;
/// Bytes of a row of Q.
const Q_ROW: usize = 88;
/// Rows of Q.
const Q_ROWS: usize = 26;
/// Row and column of the first words of Q's codewords add up to this.
const DIAGONAL: usize = 43;
const P_PARITY: usize = 2076;
const Q_PARITY: usize = 2248;

/// Which columns the vectors of a machine begin at. Vectors may overlap.
struct Layout {
    /// Bytes of a row of P.
    p: &'static [usize],
    /// Columns of Q; of what overlaps, the later vector counts.
    q: &'static [usize],
    /// Of these vectors, the first that reaches below the diagonal.
    lower: usize,
    /// The row in which it, and each behind it, first does.
    lower_from: &'static [usize],
    /// Words of the ring that Q's sums are made into.
    ring: &'static [usize],
}

/// For vectors of 32 bytes.
static LAYOUT_32: Layout = Layout {
    p: &[0, 32, 54],
    q: &[0, 12, 28],
    lower: 1,
    lower_from: &[16, 0],
    ring: &[0, 10],
};

/// For vectors of 64 bytes.
static LAYOUT_64: Layout = Layout {
    p: &[0, 22],
    q: &[0, 12],
    lower: 1,
    lower_from: &[0],
    ring: &[0],
};

const fn layout<M: Machine>() -> &'static Layout {
    if M::BYTES == 32 {
        &LAYOUT_32
    } else {
        &LAYOUT_64
    }
}

/// Most vectors that a layout has in a row.
const MAX: usize = 3;

/// Plain and weighted sums of the columns of one row of vectors.
#[derive(Clone, Copy)]
struct Sums<V> {
    plain: [V; MAX],
    /// While rows are added, with [`Machine::REST`].
    weighted: [V; MAX],
}

impl<V: Copy> Sums<V> {
    #[inline(always)]
    fn new<M: Machine<Vector = V>>(m: M) -> Self {
        Self {
            plain: [m.splat(0); MAX],
            weighted: [m.splat(M::REST); MAX],
        }
    }

    #[inline(always)]
    fn add<M: Machine<Vector = V>>(&mut self, m: M, i: usize, elements: V) {
        self.plain[i] = m.xor(self.plain[i], elements);
        self.weighted[i] = m.xor(m.times_alpha(self.weighted[i]), elements);
    }

    /// Takes REST out of the weighted sums, when all rows are added.
    #[inline(always)]
    fn settled<M: Machine<Vector = V>>(mut self, m: M) -> Self {
        for weighted in &mut self.weighted {
            *weighted = m.xor(*weighted, m.splat(M::REST));
        }
        self
    }
}

/// The sums over the first `n_rows` rows of the columns of P.
#[inline(always)]
fn p_sums<M: Machine>(
    m: M,
    sector: &[u8; MAIN_BYTES],
    n_rows: usize,
    counted: &[u8; 64],
) -> Sums<M::Vector> {
    let mut sums = Sums::new(m);
    for row in 0..n_rows {
        for (i, at) in layout::<M>().p.iter().enumerate() {
            let mut elements = m.load(sector, START + P_ROW * row + at);
            if row == 0 && i == 0 {
                elements = m.and(elements, m.load(counted, 0));
            }
            sums.add(m, i, elements);
        }
    }
    sums
}

/// The sums over Q's columns.
#[derive(Clone, Copy)]
struct Columns<V> {
    whole: Sums<V>,
    /// Below the diagonal.
    lower: Sums<V>,
}

impl<V: Copy> Columns<V> {
    #[inline(always)]
    fn add_row<M: Machine<Vector = V>>(
        &mut self,
        m: M,
        sector: &[u8; MAIN_BYTES],
        row: usize,
        counted: &[u8; 64],
    ) {
        let layout = layout::<M>();
        for (i, column) in layout.q.iter().enumerate() {
            let mut elements = m.load(sector, START + Q_ROW * row + 2 * column);
            if row == 0 && i == 0 {
                elements = m.and(elements, m.load(counted, 0));
            }
            self.whole.add(m, i, elements);
            if i >= layout.lower && row >= layout.lower_from[i - layout.lower] {
                let mask = m.load(&STEP, STEP_AT + 2 * column + 2 * row - 2 * DIAGONAL);
                self.lower.add(m, i, m.and(elements, mask));
            }
        }
    }
}

/// The sums over the 26 codewords of Q without their parity, as a ring, weighted for two elements that still follow.
#[inline(always)]
fn q_sums<M: Machine>(m: M, sector: &[u8; MAIN_BYTES], counted: &[u8; 64]) -> Sums<M::Vector> {
    let layout = layout::<M>();
    let mut columns = Columns {
        whole: Sums::new(m),
        lower: Sums::new(m),
    };
    for row in 0..Q_ROWS - 1 {
        columns.add_row(m, sector, row, counted);
    }
    let mut lower = columns.lower.settled(m);
    // In the last row nothing is left below the diagonal. What stands there comes into both sums and so not into
    // their difference.
    columns.add_row(m, sector, Q_ROWS - 1, counted);
    let mut upper = columns.whole.settled(m);
    let lower_and_last = columns.lower.settled(m);
    for (i, column) in layout.q.iter().enumerate() {
        if i >= layout.lower {
            upper.plain[i] = m.xor(upper.plain[i], lower_and_last.plain[i]);
            upper.weighted[i] = m.xor(upper.weighted[i], lower_and_last.weighted[i]);
            lower.weighted[i] = times(m, lower.weighted[i], &LOWER, 2 * column);
        }
        upper.weighted[i] = times(m, upper.weighted[i], &UPPER, 2 * column);
    }
    Sums {
        plain: to_ring(m, &upper.plain, &lower.plain),
        weighted: to_ring(m, &upper.weighted, &lower.weighted),
    }
}

/// Adds up the parts of each codeword: word n of the ring is codeword 25 - n.
#[inline(always)]
fn to_ring<M: Machine>(
    m: M,
    upper: &[M::Vector; MAX],
    lower: &[M::Vector; MAX],
) -> [M::Vector; MAX] {
    let layout = layout::<M>();
    let mut upper_bytes = [0; 128];
    let mut lower_bytes = [0; 128];
    for (i, column) in layout.q.iter().enumerate() {
        m.store(upper[i], &mut upper_bytes, 2 * column);
        if i >= layout.lower {
            m.store(lower[i], &mut lower_bytes, 2 * column);
        }
    }
    // Codeword 0 begins in column 0, which is column 44 of the row before.
    lower_bytes[88..90].copy_from_slice(&upper_bytes[..2]);
    let mut ring = [m.splat(0); MAX];
    for (part, word) in ring.iter_mut().zip(layout.ring) {
        let begin = m.load(&lower_bytes, 2 * (19 + word));
        let middle = m.load(&upper_bytes, 2 * (1 + word));
        let end = m.load(&upper_bytes, 2 * (27 + word));
        *part = m.xor(m.xor(begin, middle), end);
    }
    ring
}

/// Each byte of `a` times the factor that `factors` has for it, from byte `at` of a row on.
#[inline(always)]
fn times<M: Machine>(m: M, mut a: M::Vector, factors: &Factors, at: usize) -> M::Vector {
    let mut product = m.splat(0);
    for factor in factors.iter().rev() {
        product = m.xor(product, m.where_top(a, m.load(factor, at)));
        a = m.shift(a);
    }
    product
}

/// Where the parity is that belongs to the vector at `word` of the ring, in bytes from the first parity word: the ring
/// runs the other way. A vector that is longer than the ring begins before it.
const fn mirrored<M: Machine>(word: usize) -> isize {
    (RING - 2 * word).cast_signed() - M::BYTES.cast_signed()
}

/// Whether P and Q parity fit.
#[inline(always)]
pub(super) fn fits<M: Machine>(m: M, sector: &[u8; MAIN_BYTES], expected: &Expected) -> bool {
    let layout = layout::<M>();
    let mut wrong = m.splat(0);
    let p = p_sums(m, sector, P_ROWS, &expected.counted).settled(m);
    for (i, at) in layout.p.iter().enumerate() {
        let plain = m.xor(p.plain[i], m.load(&expected.p_plain, *at));
        let weighted = m.xor(p.weighted[i], m.load(&expected.p_weighted, *at));
        wrong = m.or(wrong, m.or(plain, weighted));
    }
    let q = q_sums(m, sector, &expected.counted);
    for (i, word) in layout.ring.iter().enumerate() {
        let at = Q_PARITY.wrapping_add_signed(mirrored::<M>(*word));
        let first = m.reverse_words(m.load(sector, at));
        let second = m.reverse_words(m.load(sector, at + RING));
        let plain = m.xor(m.xor(q.plain[i], first), second);
        let rest = m.splat(M::REST);
        let first_times_alpha = m.xor(m.times_alpha(m.xor(first, rest)), rest);
        let weighted = m.xor(m.xor(q.weighted[i], first_times_alpha), second);
        let plain = m.xor(plain, m.load(&expected.q_plain, 2 * word));
        let weighted = m.xor(weighted, m.load(&expected.q_weighted, 2 * word));
        let in_ring = m.load(&IN_RING, 2 * word);
        wrong = m.or(wrong, m.and(m.or(plain, weighted), in_ring));
    }
    m.is_zero(wrong)
}

/// Writes the P and Q parity of a plain sector.
#[inline(always)]
pub(super) fn write<M: Machine>(m: M, sector: &mut [u8; MAIN_BYTES], counted: &[u8; 64]) {
    // Bytes that a mirrored vector may begin before the ring.
    const BEFORE: usize = 12;

    let layout = layout::<M>();
    let mut p = p_sums(m, sector, P_ROWS - 2, counted);
    for (i, at) in layout.p.iter().enumerate() {
        // The last row of data has power 2, and was counted as 0.
        p.weighted[i] = m.times_alpha(m.times_alpha(p.weighted[i]));
        let p = p.settled(m);
        let (first, second) = solve(m, p.plain[i], p.weighted[i]);
        m.store(first, sector, P_PARITY + at);
        m.store(second, sector, P_PARITY + P_ROW + at);
    }
    let q = q_sums(m, sector, counted);
    let mut parity = [[0; BEFORE + 64]; 2];
    for (i, word) in layout.ring.iter().enumerate() {
        let (first, second) = solve(m, q.plain[i], q.weighted[i]);
        let at = BEFORE.wrapping_add_signed(mirrored::<M>(*word));
        m.store(m.reverse_words(first), &mut parity[0], at);
        m.store(m.reverse_words(second), &mut parity[1], at);
    }
    let (places, _) = sector[Q_PARITY..].as_chunks_mut::<RING>();
    for (place, parity) in places.iter_mut().zip(&parity) {
        place.copy_from_slice(&parity[BEFORE..][..RING]);
    }
}

/// The last two elements of codewords, of powers 1 and 0, from the sums over all the others.
#[inline(always)]
fn solve<M: Machine>(m: M, plain: M::Vector, weighted: M::Vector) -> (M::Vector, M::Vector) {
    let first = times(m, m.xor(plain, weighted), &BY_ALPHA_PLUS_1, 0);
    (first, m.xor(plain, first))
}
