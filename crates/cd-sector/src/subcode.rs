//! The subcode bytes that stand behind a sector's main channel in a raw stream, a type a form.
//!
//! | type | bytes | form | converts without loss |
//! | --- | --- | --- | --- |
//! | [`PwSubcode`] | 96 | raw P-W, as on the disc | to and from [`PwRows`] |
//! | [`PwRows`] | 96 | by channel, as in `.sub` files | to and from [`PwSubcode`] |
//! | [`Pq16`] | 16 | P and Q alone | `try_from` both ways: refused if something would be lost |
//! | [`PwPacked`](crate::PwPacked) | 96 | R to W as packs | as a stream: [`RwInterleaver`](crate::RwInterleaver) |
//!
//! # Spec
//! ECMA-130 clause 22.1 and 22.2 (channels P to W, 98 symbols of which two are sync); MMC-3 table 326 (which form
//! a data block type has). Read those first.

use crate::{QFrame, SUBCODE_BYTES};

mod forms;
#[cfg(test)]
mod tests;

pub use forms::{Pq16, PwRows, SubcodeLoss};

const P: u8 = 0x80;
const Q: u8 = 0x40;
const RW: u8 = 0x3F;

/// One sector's subcode as it lies on the disc: 96 symbols, one a byte, bit 7 = P, 6 = Q, 5 to 0 = R to W.
///
/// Any bytes are legal. The two sync symbols before the 96 are the recorder's and are not here.
///
/// # Spec
/// MMC-3 table 326, data block type 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PwSubcode(pub [u8; SUBCODE_BYTES]);

impl PwSubcode {
    /// The symbols with P at this level throughout, this Q, and R to W zero.
    #[must_use]
    pub fn from_pq(p: bool, q: &QFrame) -> Self {
        let level = if p { P } else { 0 };
        let mut symbols = [0; SUBCODE_BYTES];
        for (eight, &byte) in symbols.as_chunks_mut::<8>().0.iter_mut().zip(&q.0) {
            *eight = spread(byte, Q).map(|symbol| symbol | level);
        }
        Self(symbols)
    }

    /// The P channel, first symbol in bit 7 of byte 0.
    #[must_use]
    pub fn p(&self) -> [u8; 12] {
        self.channel(P)
    }

    /// The Q channel as it stands, CRC not looked at.
    #[must_use]
    pub fn q(&self) -> QFrame {
        QFrame(self.channel(Q))
    }

    /// The level of P if it is the same in all 96 symbols, as it is in every sector of a sound disc; else `None`.
    #[must_use]
    pub fn p_level(&self) -> Option<bool> {
        match self.p() {
            [0x00, rest @ ..] if rest == [0x00; 11] => Some(false),
            [0xFF, rest @ ..] if rest == [0xFF; 11] => Some(true),
            _ => None,
        }
    }

    /// Whether R to W are zero in all symbols.
    #[must_use]
    pub fn rw_is_zero(&self) -> bool {
        self.0.iter().fold(0, |seen, symbol| seen | symbol) & RW == 0
    }

    /// Replaces the Q channel; P and R to W stay.
    pub fn set_q(&mut self, q: &QFrame) {
        for (eight, &byte) in self.0.as_chunks_mut::<8>().0.iter_mut().zip(&q.0) {
            let bits = spread(byte, Q);
            for (symbol, bit) in eight.iter_mut().zip(bits) {
                *symbol = *symbol & !Q | bit;
            }
        }
    }

    /// R to W as 96 symbols of six bits, R in bit 5.
    #[must_use]
    pub fn rw(&self) -> [u8; SUBCODE_BYTES] {
        self.0.map(|symbol| symbol & RW)
    }

    /// Replaces R to W by these symbols, R in bit 5; P and Q stay. The upper two bits of the new symbols do not count.
    pub fn set_rw(&mut self, rw: &[u8; SUBCODE_BYTES]) {
        for (symbol, new) in self.0.iter_mut().zip(rw) {
            *symbol = *symbol & !RW | new & RW;
        }
    }

    /// Replaces P by this level throughout; Q and R to W stay.
    pub fn set_p(&mut self, level: bool) {
        let level = if level { P } else { 0 };
        for symbol in &mut self.0 {
            *symbol = *symbol & !P | level;
        }
    }

    /// P and Q in 16 bytes: the Q frame, three zeros, P in bit 7 of the last. R to W are left behind, see
    /// [`PwSubcode::rw_is_zero`]; a P that is not level counts as what most of its bits are. `Pq16::try_from` refuses both.
    ///
    /// # Spec
    /// MMC-3 table 326, data block type 1.
    #[must_use]
    pub fn to_pq16(&self) -> [u8; 16] {
        let n_ones: u32 = self.p().iter().map(|byte| byte.count_ones()).sum();
        let mut bytes = [0; 16];
        bytes[..12].copy_from_slice(&self.q().0);
        bytes[15] = if n_ones > 48 { P } else { 0 };
        bytes
    }

    /// The symbols for 16 bytes of P and Q; R to W zero. Q is taken as it stands, its CRC is not remade.
    #[must_use]
    pub fn from_pq16(bytes: &[u8; 16]) -> Self {
        let [q @ .., _, _, _, p] = *bytes;
        Self::from_pq(p & P != 0, &QFrame(q))
    }

    /// One channel's 96 bits, packed.
    fn channel(&self, bit: u8) -> [u8; 12] {
        let mut packed = [0; 12];
        for (byte, eight) in packed.iter_mut().zip(self.0.as_chunks::<8>().0) {
            *byte = gather(*eight, bit);
        }
        packed
    }
}

/// The bits of `byte`, most significant first, each as bit mask `bit` of a byte of its own.
fn spread(byte: u8, bit: u8) -> [u8; 8] {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Byte i keeps bit 7 - i of the copy; adding 7Fh carries it, whichever it was, into bit 7 and no further.
    let picked = (u64::from(byte) * ONES) & 0x0102_0408_1020_4080;
    let high = (picked + 0x7F * ONES) >> 7 & ONES;
    (high * u64::from(bit)).to_le_bytes()
}

/// The reverse of [`spread`]: mask `bit` of eight bytes as one byte, the first byte's most significant.
fn gather(eight: [u8; 8], bit: u8) -> u8 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let bits = u64::from_le_bytes(eight) >> bit.trailing_zeros() & ONES;
    // Every product of a one here and a one there lands on a bit of its own, so nothing carries.
    let [.., top] = bits.wrapping_mul(0x8040_2010_0804_0201).to_le_bytes();
    top
}
