//! Arithmetic in GF(2^6), x^6 + x + 1. Addition is XOR.

/// The field's elements other than zero: powers of x repeat after so many.
const ORDER: usize = 63;

/// `EXP[n]` is x^n, for n up to the sum of two logarithms.
const EXP: [u8; 2 * ORDER] = {
    let mut exp = [0; 2 * ORDER];
    let mut power = 1;
    let mut n = 0;
    while n < exp.len() {
        exp[n] = power;
        power <<= 1;
        if power & 0x40 != 0 {
            power ^= 0x43;
        }
        n += 1;
    }
    exp
};

/// `LOG[x^n]` is n; zero has none, and its entry is never read.
const LOG: [u8; 64] = {
    let mut log = [0; 64];
    let mut n = 0;
    while n < ORDER {
        #[expect(clippy::cast_possible_truncation, reason = "below 63")]
        let byte = n as u8;
        log[EXP[n] as usize] = byte;
        n += 1;
    }
    log
};

/// x^`n`.
pub(super) const fn power(n: usize) -> u8 {
    EXP[n % ORDER]
}

pub(super) const fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    EXP[LOG[a as usize & 0x3F] as usize + LOG[b as usize & 0x3F] as usize]
}

/// `a / b`; zero divided by anything is zero, and what is divided by zero does not matter to any caller.
pub(super) const fn div(a: u8, b: u8) -> u8 {
    if a == 0 {
        return 0;
    }
    EXP[LOG[a as usize & 0x3F] as usize + ORDER - LOG[b as usize & 0x3F] as usize]
}
