//! The error correction of data sectors: the Reed-Solomon product code over bytes 12..2352.
//!
//! The 2340 bytes are 1170 words of two bytes, and each of the two byte planes carries the code by itself. Without Q
//! they are 26 rows of 43 words. P makes a (26,24) code of each column. Q makes a (45,43) code of each diagonal:
//! codeword n has its element m in column m of row (m + n) mod 26.
//!
//! Both codes are decided by two sums over a codeword: all elements, and all elements times falling powers of alpha.
//! [`Sums`] makes these for many codewords side by side, which for P are the columns: times alpha, plus the next row,
//! and so on. The diagonals become columns too when each row starts one word further left, see [`diagonal_sums`].
//! Nothing here depends on the data but by arithmetic on bytes, so that the compiler can use whatever vectors there are.
//!
//! # Spec
//! ECMA-130 annex A. Read it first.

mod codeword;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use codeword::{Code, Syndromes};

/// Bytes 12..2248, what Q covers: 24 rows of data and two of P parity.
pub(crate) const COVERED: usize = N_ROWS * ROW;
/// P parity: two rows.
pub(crate) const P_BYTES: usize = 2 * ROW;
/// Q parity: two words for each diagonal.
pub(crate) const Q_BYTES: usize = 2 * DIAGONALS;

const N_ROWS: usize = 26;
/// Bytes of a row: 43 words.
const ROW: usize = 86;
/// Bytes of one word from each of the 26 diagonals.
const DIAGONALS: usize = 52;

/// The P parity of bytes 12..2076 of a sector; of `covered` the last two rows, where it belongs, do not count.
pub(crate) fn p_parity(covered: &[u8; COVERED]) -> [u8; P_BYTES] {
    // The ten columns past the row's end are there to fill vectors; nobody looks at them.
    const WIDTH: usize = 96;
    let sums = Sums::<WIDTH>::of_rows(&covered[..23 * ROW + WIDTH], ROW);
    let mut parity = [0; P_BYTES];
    let (first, second) = parity.split_at_mut(ROW);
    for n in 0..ROW {
        // The parities have the powers 1 and 0; the last row of data has 2, and was counted as 0.
        let weighted = double(double(sums.weighted[n]));
        (first[n], second[n]) = solve(sums.plain[n], weighted);
    }
    parity
}

/// The Q parity of bytes 12..2248 of a sector.
pub(crate) fn q_parity(covered: &[u8; COVERED]) -> [u8; Q_BYTES] {
    let sums = diagonal_sums(covered);
    let mut parity = [0; Q_BYTES];
    let (first, second) = parity.split_at_mut(DIAGONALS);
    for n in 0..DIAGONALS {
        (first[n], second[n]) = solve(sums.plain[n], sums.weighted[n]);
    }
    // The last diagonal's word is first in the sums.
    first.as_chunks_mut::<2>().0.reverse();
    second.as_chunks_mut::<2>().0.reverse();
    parity
}

/// The last two elements of a codeword, of powers 1 and 0, from the sums over all the others.
#[inline]
const fn solve(plain: u8, weighted: u8) -> (u8, u8) {
    let first = divide_by_alpha_plus_1(plain ^ weighted);
    (first, plain ^ first)
}

/// Times alpha, in the field of x^8 + x^4 + x^3 + x^2 + 1.
#[inline]
const fn double(a: u8) -> u8 {
    a << 1 ^ if a & 0x80 != 0 { 0x1D } else { 0 }
}

/// The `q` with `double(q) ^ q == a`.
#[inline]
const fn divide_by_alpha_plus_1(a: u8) -> u8 {
    // q times (x + 1) has q's neighbouring bits added, so q is a's running sum from bit 0 up...
    let sum = a ^ a << 1;
    let sum = sum ^ sum << 2;
    let sum = sum ^ sum << 4;
    // ...but for the polynomial that was taken off when bit 7 moved out; 0Bh is its running sum.
    sum ^ if sum & 0x80 != 0 { 0x0B } else { 0 }
}

/// Both sums over N codewords that lie side by side.
struct Sums<const N: usize> {
    /// All elements.
    plain: [u8; N],
    /// All elements, the last times 1, the one before times alpha, and so on.
    weighted: [u8; N],
}

impl<const N: usize> Sums<N> {
    /// The elements are the N bytes at 0, `stride`, 2 `stride` and so on of `bytes`, as far as all N are there.
    fn of_rows(bytes: &[u8], stride: usize) -> Self {
        let mut plain = [0; N];
        let mut weighted = [0; N];
        for row in bytes.windows(N).step_by(stride) {
            for n in 0..N {
                plain[n] ^= row[n];
                weighted[n] = double(weighted[n]) ^ row[n];
            }
        }
        Self { plain, weighted }
    }
}

/// Bytes between rows that are laid out so that a diagonal stays in one column: the row and 25 words of nothing.
const SPREAD_ROW: usize = ROW + 50;
/// Columns, in bytes, that the diagonals then fill: 68 words.
const N_COLUMNS: usize = 136;
/// The same rounded up to whole vectors.
const WIDTH: usize = 144;

/// The sums over the 26 diagonals, the last diagonal first, with the weights of the whole codeword (powers 44 to 2).
///
/// With every row one word further left than the row before, the word in column c of row r stands in column 25 + c - r,
/// and a diagonal, which goes one column right each row, stands in one column. In up to three, to be exact, 26 columns
/// apart, because a diagonal that runs out at the bottom goes on at the top.
fn diagonal_sums(covered: &[u8; COVERED]) -> Sums<DIAGONALS> {
    let mut spread = [0; 25 * (SPREAD_ROW + 2) + WIDTH];
    for (place, row) in spread
        .chunks_exact_mut(SPREAD_ROW)
        .zip(covered.chunks_exact(ROW))
    {
        place[50..50 + ROW].copy_from_slice(row);
    }
    let columns = Sums::<WIDTH>::of_rows(&spread, SPREAD_ROW + 2);
    let weighted = times_weights(&columns.weighted);
    Sums {
        plain: fold_columns(&columns.plain),
        weighted: fold_columns(&weighted),
    }
}

/// Adds up the columns that are parts of the same diagonal.
fn fold_columns(columns: &[u8; WIDTH]) -> [u8; DIAGONALS] {
    let mut folded = [0; DIAGONALS];
    for part in columns[..N_COLUMNS].chunks(DIAGONALS) {
        for (sum, column) in folded.iter_mut().zip(part) {
            *sum ^= column;
        }
    }
    folded
}

/// The factor of each column's weighted sum, times each power of two: column j counted row r with power 25 - r, and
/// its word there, in column c = r + j - 25 of the sector, has power 44 - c.
static WEIGHTS: [[u8; WIDTH]; 8] = weights();

fn times_weights(sums: &[u8; WIDTH]) -> [u8; WIDTH] {
    let mut product = [0; WIDTH];
    for (bit, weights) in WEIGHTS.iter().enumerate() {
        for n in 0..WIDTH {
            // All ones where the bit is set: a condition here would be taken as a branch, and guessed wrong.
            let mask = 0_u8.wrapping_sub(sums[n] >> bit & 1);
            product[n] ^= weights[n] & mask;
        }
    }
    product
}

const fn weights() -> [[u8; WIDTH]; 8] {
    let mut weights = [[0; WIDTH]; 8];
    let mut column = 0;
    while column < WIDTH / 2 {
        // alpha^255 is 1, so a negative power is one of these too.
        let mut weight = 1;
        let mut power = 0;
        while power < (255 + 44 - column) % 255 {
            weight = double(weight);
            power += 1;
        }
        let mut bit = 0;
        while bit < 8 {
            weights[bit][2 * column] = weight;
            weights[bit][2 * column + 1] = weight;
            weight = double(weight);
            bit += 1;
        }
        column += 1;
    }
    weights
}
