//! Constants of the vector code, made from the definitions at compile time.

use crc::{CRC_32_CD_ROM_EDC, Crc};

use crate::MAIN_BYTES;
use crate::kernel::ParityForm;
use crate::scramble::sequence;

/// Bytes of a sector without its sync.
const CODED: usize = MAIN_BYTES - 12;

/// What a sector's codes come to if it is right: zeros in a plain one, the scrambler's own in one that is looked at
/// as it lies, for all codes are linear.
pub(super) struct Expected {
    /// Bytes 12 on that the parity counts: ones, but for the header where it does not count.
    pub(super) counted: [u8; 64],
    /// The bytes between EDC and P parity; in form 1 there are none.
    pub(super) zero: [u8; 8],
    /// The EDC over everything that it covers and itself.
    pub(super) edc: u32,
    /// The two sums of each P codeword, in order.
    pub(super) p_plain: [u8; 86],
    pub(super) p_weighted: [u8; 86],
    /// The two sums of each Q codeword, the last word first.
    pub(super) q_plain: [u8; 64],
    pub(super) q_weighted: [u8; 64],
}

impl Expected {
    pub(super) const fn of(form: ParityForm, scrambled: bool) -> &'static Self {
        match (form, scrambled) {
            (ParityForm::Mode1, false) => &MODE1_PLAIN,
            (ParityForm::Mode1, true) => &MODE1_SCRAMBLED,
            (ParityForm::Mode2Form1, false) => &FORM1_PLAIN,
            (ParityForm::Mode2Form1, true) => &FORM1_SCRAMBLED,
        }
    }
}

static MODE1_PLAIN: Expected = expected(ParityForm::Mode1, [0; CODED]);
static MODE1_SCRAMBLED: Expected = expected(ParityForm::Mode1, sequence());
static FORM1_PLAIN: Expected = expected(ParityForm::Mode2Form1, [0; CODED]);
static FORM1_SCRAMBLED: Expected = expected(ParityForm::Mode2Form1, sequence());

/// What the codes of a right sector come to when `noise` was added to its bytes from 12 on.
const fn expected(form: ParityForm, mut noise: [u8; CODED]) -> Expected {
    let mut made = Expected {
        counted: [0xFF; 64],
        zero: [0; 8],
        edc: 0,
        p_plain: [0; 86],
        p_weighted: [0; 86],
        q_plain: [0; 64],
        q_weighted: [0; 64],
    };
    let zero = form.zero();
    let mut n = 0;
    while n < zero.end - zero.start {
        made.zero[n] = noise[zero.start - 12 + n];
        n += 1;
    }
    // The sync is never scrambled: in the noise it is zeros, and leading zeros do not count.
    let covered = form.under_edc();
    let first = covered.start.saturating_sub(12);
    let (noise_to_end, _) = noise.split_at(covered.end + 4 - 12);
    made.edc = Crc::<u32>::new(&CRC_32_CD_ROM_EDC).checksum(noise_to_end.split_at(first).1);
    if matches!(form, ParityForm::Mode2Form1) {
        n = 0;
        while n < 4 {
            noise[n] = 0;
            made.counted[n] = 0;
            n += 1;
        }
    }
    n = 0;
    while n < 86 {
        let mut row = 0;
        while row < 26 {
            let byte = noise[86 * row + n];
            made.p_plain[n] ^= byte;
            made.p_weighted[n] = double(made.p_weighted[n]) ^ byte;
            row += 1;
        }
        n += 1;
    }
    n = 0;
    while n < 52 {
        let (diagonal, plane) = (25 - n / 2, n % 2);
        let mut m = 0;
        while m < 45 {
            let word = match m {
                43 => 1118 + diagonal,
                44 => 1144 + diagonal,
                _ => (44 * m + 43 * diagonal) % 1118,
            };
            let byte = noise[2 * word + plane];
            made.q_plain[n] ^= byte;
            made.q_weighted[n] = double(made.q_weighted[n]) ^ byte;
            m += 1;
        }
        n += 1;
    }
    made
}

/// Times alpha, in the field of x^8 + x^4 + x^3 + x^2 + 1.
const fn double(a: u8) -> u8 {
    a << 1 ^ if a & 0x80 != 0 { 0x1D } else { 0 }
}

/// Times alpha as a matrix over bits: byte 7 - n says which bits of the factor add up to bit n of the product.
#[cfg(target_arch = "x86_64")]
pub(in crate::kernel) const TIMES_ALPHA: u64 = {
    let mut rows = [0_u8; 8];
    let mut from = 0;
    while from < 8 {
        let product = double(1 << from);
        let mut to = 0;
        while to < 8 {
            rows[7 - to] |= (product >> to & 1) << from;
            to += 1;
        }
        from += 1;
    }
    u64::from_le_bytes(rows)
};

/// Alpha to the power `exponent`, which may be negative.
const fn alpha_to(exponent: i32) -> u8 {
    let mut power = 1;
    let mut n = exponent.rem_euclid(255);
    while n > 0 {
        power = double(power);
        n -= 1;
    }
    power
}

/// A factor for each byte of a row, times each power of two: what a multiplication a bit at a time needs.
pub(super) type Factors = [[u8; 128]; 8];

/// What words at the top of the skewed columns are multiplied with, by column: alpha^(19 - column).
pub(super) static UPPER: Factors = factors(19, 1);
/// What words at the bottom of the skewed columns are multiplied with, by column: alpha^(63 - column).
pub(super) static LOWER: Factors = factors(63, 1);
/// One over alpha + 1, everywhere.
pub(super) static BY_ALPHA_PLUS_1: Factors = factors(ALPHA_PLUS_1_INVERSE, 0);

/// The exponent of one over alpha + 1.
const ALPHA_PLUS_1_INVERSE: i32 = {
    let mut n = 0;
    while double(alpha_to(n)) ^ alpha_to(n) != 1 {
        n += 1;
    }
    n
};

/// alpha^(exponent - fall * column) in both bytes of each column.
const fn factors(exponent: i32, fall: i32) -> Factors {
    let mut factors = [[0; 128]; 8];
    let mut power = exponent;
    let mut column = 0;
    while column < 64 {
        let mut factor = alpha_to(power);
        let mut bit = 0;
        while bit < 8 {
            factors[bit][2 * column] = factor;
            factors[bit][2 * column + 1] = factor;
            factor = double(factor);
            bit += 1;
        }
        power -= fall;
        column += 1;
    }
    factors
}

/// Bytes of one word from each of the 26 Q codewords.
pub(super) const RING: usize = 52;

/// Ones for the bytes of a ring, zeros behind.
pub(super) static IN_RING: [u8; 64] = {
    let mut bytes = [0; 64];
    let mut n = 0;
    while n < RING {
        bytes[n] = 0xFF;
        n += 1;
    }
    bytes
};

/// Where [`STEP`] goes from zeros to ones.
pub(super) const STEP_AT: usize = 64;
/// Zeros, then ones: a vector from the right place of it is a mask that begins anywhere.
pub(super) static STEP: [u8; 160] = {
    let mut bytes = [0; 160];
    let mut n = STEP_AT;
    while n < bytes.len() {
        bytes[n] = 0xFF;
        n += 1;
    }
    bytes
};

/// x^exponent modulo the EDC's polynomial, as a half of a lane holds it: the highest power in bit 0.
pub(super) const fn edc_power(exponent: usize) -> u64 {
    const POLYNOMIAL: u64 = 0x1_8001_801B;
    let mut power: u64 = 1;
    let mut n = 0;
    while n < exponent {
        power <<= 1;
        if power >> 32 != 0 {
            power ^= POLYNOMIAL;
        }
        n += 1;
    }
    power.reverse_bits()
}
