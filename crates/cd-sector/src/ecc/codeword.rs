//! The two codes a codeword at a time: where its elements stand, and what is wrong with it.
//!
//! This is for repair, which looks at few sectors; making and checking go over all codewords side by side.

use super::double;
use crate::MAIN_BYTES;

#[cfg(test)]
mod tests;

/// One of the two codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    /// (26,24), over columns.
    P,
    /// (45,43), over diagonals.
    Q,
}

impl Code {
    pub(crate) const fn n_codewords(self) -> usize {
        match self {
            Self::P => 86,
            Self::Q => 52,
        }
    }

    pub(crate) const fn n_elements(self) -> usize {
        match self {
            Self::P => 26,
            Self::Q => 45,
        }
    }

    /// Where in the sector element `m` of codeword `n` stands. Codewords 2k and 2k + 1 are the two bytes of column or
    /// diagonal k.
    pub(crate) const fn place(self, n: usize, m: usize) -> usize {
        match self {
            Self::P => 12 + 86 * m + n,
            Self::Q if m < 43 => 12 + 2 * ((44 * m + 43 * (n / 2)) % 1118) + n % 2,
            Self::Q => 2248 + 52 * (m - 43) + n,
        }
    }

    /// Which codeword the byte at `place`, 12..2248, is in.
    pub(crate) const fn codeword_at(self, place: usize) -> usize {
        let word = (place - 12) / 2;
        let (row, column) = (word / 43, word % 43);
        let line = match self {
            Self::P => column,
            Self::Q => (row + 52 - column) % 26,
        };
        2 * line + place % 2
    }

    /// How many codewords do not fit.
    pub(crate) fn n_unfit(self, sector: &[u8; MAIN_BYTES]) -> u8 {
        (0..self.n_codewords())
            .map(|n| u8::from(!self.syndromes(n, sector).are_zero()))
            .sum()
    }

    /// The sums over codeword `n`.
    pub(crate) fn syndromes(self, n: usize, sector: &[u8; MAIN_BYTES]) -> Syndromes {
        let mut sums = Syndromes {
            plain: 0,
            weighted: 0,
            code: self,
        };
        for m in 0..self.n_elements() {
            let element = sector[self.place(n, m)];
            sums.plain ^= element;
            sums.weighted = double(sums.weighted) ^ element;
        }
        sums
    }
}

/// The two sums over a codeword, which only the wrong elements make other than zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syndromes {
    /// All elements.
    plain: u8,
    /// All elements, the last times 1, the one before times alpha, and so on.
    weighted: u8,
    code: Code,
}

impl Syndromes {
    pub(crate) const fn are_zero(self) -> bool {
        self.plain == 0 && self.weighted == 0
    }

    /// If one element is wrong, which, and what it differs by. More than one can look like one.
    pub(crate) fn one_error(self) -> Option<(usize, u8)> {
        if self.plain == 0 {
            return None;
        }
        (0..self.code.n_elements())
            .rev()
            .zip(powers_from(self.plain))
            .find(|(_, weighted)| *weighted == self.weighted)
            .map(|(m, _)| (m, self.plain))
    }

    /// What element `m` differs by, if only it can be wrong.
    pub(crate) fn one_erasure(self, m: usize) -> Option<u8> {
        (times(self.plain, self.weight(m)) == self.weighted).then_some(self.plain)
    }

    /// What two elements, not the same, differ by, if only these can be wrong.
    pub(crate) fn two_erasures(self, [a, b]: [usize; 2]) -> [u8; 2] {
        let (weight_a, weight_b) = (self.weight(a), self.weight(b));
        let difference = self.weighted ^ times(self.plain, weight_b);
        let of_a = times(difference, inverse(weight_a ^ weight_b));
        [of_a, self.plain ^ of_a]
    }

    fn weight(self, m: usize) -> u8 {
        powers_from(1)
            .nth(self.code.n_elements() - 1 - m)
            .unwrap_or_default()
    }
}

/// `a`, and on and on times alpha.
fn powers_from(a: u8) -> impl Iterator<Item = u8> {
    core::iter::successors(Some(a), |a| Some(double(*a)))
}

fn times(a: u8, b: u8) -> u8 {
    powers_from(a)
        .zip(0..8)
        .filter(|(_, bit)| b >> bit & 1 == 1)
        .fold(0, |sum, (shifted, _)| sum ^ shifted)
}

/// One divided by `a`; zero for zero.
fn inverse(a: u8) -> u8 {
    // All but zero are of order 255: a^254, of which every bit but the lowest is set.
    let (mut power, mut product) = (a, 1);
    for _ in 1..8 {
        power = times(power, power);
        product = times(product, power);
    }
    product
}
