//! The two Reed-Solomon codes of a pack: systematic, generator roots x^0, x^1 and so on, first symbol = highest power.

use super::field::{div, mul, power};
use super::{RW_PACK_SYMBOLS, RwSymbols};

/// The most parity symbols a code here has.
const MAX_PARITY: usize = 4;

/// A polynomial of degree up to [`MAX_PARITY`], the coefficient of x^n at n.
type Polynomial = [u8; MAX_PARITY + 1];

/// The `P` parity symbols that belong behind these symbols.
pub(super) fn parity<const P: usize>(message: &[u8]) -> [u8; P] {
    // The rest of the division by the generator, its highest power in the lowest byte.
    let rest = message.iter().fold(0_u32, |rest, symbol| {
        let [out, ..] = rest.to_le_bytes();
        rest >> 8 ^ const { &feedback::<P>() }[usize::from((out ^ symbol) & 0x3F)]
    });
    let symbols = rest.to_le_bytes();
    core::array::from_fn(|i| symbols[i])
}

/// For each symbol its product with the generator, the highest power, which is one, left out.
const fn feedback<const P: usize>() -> [u32; 64] {
    let generator = generator::<P>();
    let mut feedback = [0; 64];
    let mut symbol = 0;
    while symbol < 64 {
        let mut i = 0;
        while i < P {
            feedback[symbol as usize] |= (mul(symbol, generator[i]) as u32) << (8 * i);
            i += 1;
        }
        symbol += 1;
    }
    feedback
}

/// The product of `x - x^i` for i below `P`: coefficients from the second highest down; the highest is one.
const fn generator<const P: usize>() -> [u8; P] {
    let mut product = [0; P];
    let mut i = 0;
    while i < P {
        // Times (x + root): what is there moves up, and adds itself times the root.
        let root = power(i);
        let mut k = i;
        while k > 0 {
            product[k] = product[k] ^ mul(product[k - 1], root);
            k -= 1;
        }
        product[0] ^= root;
        i += 1;
    }
    product
}

/// For each degree and each symbol the symbol's part in the word's value at x^0, x^1, x^2 and x^3, lowest byte first.
static PARTS: [[u32; 64]; RW_PACK_SYMBOLS] = {
    let mut parts = [[0; 64]; RW_PACK_SYMBOLS];
    let mut degree = 0;
    while degree < RW_PACK_SYMBOLS {
        let mut symbol = 0;
        while symbol < 64 {
            let mut root = 0;
            while root < MAX_PARITY {
                let part = mul(symbol, power(root * degree)) as u32;
                parts[degree][symbol as usize] |= part << (8 * root);
                root += 1;
            }
            symbol += 1;
        }
        degree += 1;
    }
    parts
};

/// The value of a word of at most 24 symbols at each root; all zero if it is a code word.
pub(super) fn syndromes<const P: usize>(word: &[u8]) -> [u8; P] {
    let terms = word.iter().rev().zip(&PARTS);
    let sum = terms.fold(0, |sum, (symbol, parts)| {
        sum ^ parts[usize::from(symbol & 0x3F)]
    });
    let values = sum.to_le_bytes();
    core::array::from_fn(|root| values[root])
}

/// Makes `word` the code word at a distance of `e` erasures and `n` errors with `e + 2 n <= P`; the symbols that
/// changed. `None`, and nothing changed, if there is no such code word; there is never more than one.
pub(super) fn correct<const N: usize, const P: usize>(
    word: &mut [u8; N],
    erasures: RwSymbols,
) -> Option<RwSymbols> {
    let syndromes = syndromes::<P>(word);
    if syndromes == [0; P] {
        return Some(RwSymbols::NONE);
    }
    let mut erased = one();
    let mut n_erased = 0;
    for symbol_idx in (0..N).filter(|&idx| erasures.contains(idx)) {
        if n_erased == P {
            return None;
        }
        erased = times_root(&erased, locator::<N>(symbol_idx));
        n_erased += 1;
    }
    let (errors, n_errors) = error_locator(&product(&syndromes, &erased)[n_erased..P])?;
    let bad = product(&errors, &erased);
    let n_bad = n_erased + n_errors;
    let values = product(&syndromes, &bad);

    let mut corrected = *word;
    let mut changed = RwSymbols::NONE;
    let mut n_found = 0;
    for (symbol_idx, symbol) in corrected.iter_mut().enumerate() {
        let locator = locator::<N>(symbol_idx);
        let inverse = div(1, locator);
        if value(&bad, inverse) != 0 {
            continue;
        }
        n_found += 1;
        // Forney's formula for a first root of x^0.
        let magnitude = mul(
            locator,
            div(value(&values[..P], inverse), slope(&bad, inverse)),
        );
        *symbol ^= magnitude;
        if magnitude != 0 {
            changed.0 |= 1 << symbol_idx;
        }
    }
    // A locator with roots outside the word, or with one root twice, names no errors.
    if n_found != n_bad || self::syndromes::<P>(&corrected) != [0; P] {
        return None;
    }
    *word = corrected;
    Some(changed)
}

/// The power of x that symbol `symbol_idx` of `N` is the coefficient of, at x: what errors are located by.
const fn locator<const N: usize>(symbol_idx: usize) -> u8 {
    power(N - 1 - symbol_idx)
}

/// The locator polynomial of as few errors as these syndromes allow, and its degree, 2 at most; `None` if there are more.
fn error_locator(syndromes: &[u8]) -> Option<(Polynomial, usize)> {
    if syndromes.iter().all(|&syndrome| syndrome == 0) {
        return Some((one(), 0));
    }
    // One error: each syndrome is the one before it times the locator.
    if let &[first, second, ..] = syndromes
        && first != 0
    {
        let locator = div(second, first);
        let agrees = |pair: &[u8]| mul(pair[0], locator) == pair[1];
        if locator != 0 && syndromes.windows(2).all(agrees) {
            return Some((times_root(&one(), locator), 1));
        }
    }
    // Two: each is a fixed combination of the two before it.
    let &[a, b, c, d] = syndromes else {
        return None;
    };
    let determinant = mul(b, b) ^ mul(a, c);
    if determinant == 0 {
        return None;
    }
    let sum = div(mul(b, c) ^ mul(a, d), determinant);
    let both = div(mul(c, c) ^ mul(b, d), determinant);
    Some(([1, sum, both, 0, 0], 2))
}

const fn one() -> Polynomial {
    [1, 0, 0, 0, 0]
}

/// `polynomial` times `1 - root x`.
fn times_root(polynomial: &Polynomial, root: u8) -> Polynomial {
    product(polynomial, &[1, root])
}

/// The product, powers above [`MAX_PARITY`] left out.
fn product(a: &[u8], b: &[u8]) -> Polynomial {
    let mut product = [0; MAX_PARITY + 1];
    for (i, &x) in a.iter().enumerate() {
        for (place, &y) in product.iter_mut().skip(i).zip(b) {
            *place ^= mul(x, y);
        }
    }
    product
}

fn value(polynomial: &[u8], at: u8) -> u8 {
    polynomial
        .iter()
        .rev()
        .fold(0, |sum, coefficient| mul(sum, at) ^ coefficient)
}

/// The derivative's value: in characteristic 2 only odd powers are left.
fn slope(polynomial: &Polynomial, at: u8) -> u8 {
    let [_, a, _, b, _] = *polynomial;
    a ^ mul(b, mul(at, at))
}
