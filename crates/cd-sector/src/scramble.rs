//! The scrambler, which keeps data sectors from holding long runs of the same bits.
//!
//! # Spec
//! ECMA-130 annex B.

use crate::MAIN_BYTES;

#[cfg(test)]
mod tests;

/// The sync pattern is not scrambled.
const START: usize = 12;

/// The bytes a sector is combined with, from byte 12 on.
static SEQUENCE: [u8; MAIN_BYTES - START] = sequence();

/// Scrambles a plain sector, and makes a scrambled one plain: an exclusive or of bytes 12..2352 with a fixed sequence.
///
/// # Spec
/// ECMA-130 annex B: x^15 + x + 1, preset to 1 at the end of each sync, least significant bit first.
pub fn scramble(sector: &mut [u8; MAIN_BYTES]) {
    for (byte, noise) in sector[START..].iter_mut().zip(&SEQUENCE) {
        *byte ^= noise;
    }
}

/// The first bytes of a sector from byte 12 on, as they are on the other side of the scrambler.
pub(crate) const fn scrambled_head<const N: usize>(mut head: [u8; N]) -> [u8; N] {
    let mut n = 0;
    while n < N {
        head[n] ^= SEQUENCE[n];
        n += 1;
    }
    head
}

pub(crate) const fn sequence() -> [u8; MAIN_BYTES - START] {
    let mut bytes = [0; MAIN_BYTES - START];
    let mut register: u16 = 1;
    let mut bit = 0;
    while bit < 8 * bytes.len() {
        if register & 1 == 1 {
            bytes[bit / 8] |= 1 << (bit % 8);
        }
        let feedback = (register ^ register >> 1) & 1;
        register = register >> 1 | feedback << 14;
        bit += 1;
    }
    bytes
}
