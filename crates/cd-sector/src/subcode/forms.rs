use core::fmt;

use thiserror::Error;

use super::{P, PwSubcode, Q};
use crate::{QFrame, SUBCODE_BYTES};

/// Bytes of one channel of one sector.
const CHANNEL_BYTES: usize = 12;

/// One sector's subcode sorted by channel: twelve bytes of P, then twelve of Q, R and so on to W.
///
/// The form of `.sub` files ("deinterleaved", which has nothing to do with the interleave of R-W packs): the same 768
/// bits as [`PwSubcode`], so either converts into the other with nothing lost. In each channel the first symbol is bit 7
/// of the first byte. Any bytes are legal.
///
/// ```
/// use cd_sector::{PwRows, PwSubcode};
///
/// let mut symbols = PwSubcode([0; 96]);
/// symbols.0[0] = 0b1000_0001; // P and W of the first symbol
/// let rows = PwRows::from(&symbols);
/// assert_eq!((rows.0[0], rows.0[84]), (0x80, 0x80));
/// assert_eq!(PwSubcode::from(&rows), symbols);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PwRows(pub [u8; SUBCODE_BYTES]);

impl PwRows {
    /// The P channel, first symbol in bit 7 of byte 0.
    #[must_use]
    pub fn p(&self) -> [u8; 12] {
        self.row(0)
    }

    /// The Q channel as it stands, CRC not looked at.
    #[must_use]
    pub fn q(&self) -> QFrame {
        QFrame(self.row(1))
    }

    /// Replaces the Q channel; the other seven stay.
    pub fn set_q(&mut self, q: &QFrame) {
        self.0[CHANNEL_BYTES..2 * CHANNEL_BYTES].copy_from_slice(&q.0);
    }

    fn row(&self, channel_idx: usize) -> [u8; CHANNEL_BYTES] {
        let mut row = [0; CHANNEL_BYTES];
        row.copy_from_slice(&self.0[channel_idx * CHANNEL_BYTES..][..CHANNEL_BYTES]);
        row
    }
}

impl From<&PwSubcode> for PwRows {
    fn from(subcode: &PwSubcode) -> Self {
        let mut rows = [0; SUBCODE_BYTES];
        for (eight_idx, eight) in subcode.0.as_chunks::<8>().0.iter().enumerate() {
            let turned = transpose(*eight);
            for (channel_idx, byte) in turned.into_iter().enumerate() {
                rows[channel_idx * CHANNEL_BYTES + eight_idx] = byte;
            }
        }
        Self(rows)
    }
}

impl From<&PwRows> for PwSubcode {
    fn from(rows: &PwRows) -> Self {
        let mut symbols = [0; SUBCODE_BYTES];
        for (eight_idx, eight) in symbols.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let column =
                core::array::from_fn(|channel| rows.0[channel * CHANNEL_BYTES + eight_idx]);
            *eight = transpose(column);
        }
        Self(symbols)
    }
}

/// Bit `7 - j` of byte `i` becomes bit `7 - i` of byte `j`. Its own inverse.
fn transpose(eight: [u8; 8]) -> [u8; 8] {
    // Swaps the two off-diagonal corners of every square of 2, of 4 and of 8 bits.
    let mut bits = u64::from_be_bytes(eight);
    for (shift, corners) in [
        (7, 0x00AA_00AA_00AA_00AA),
        (14, 0x0000_CCCC_0000_CCCC),
        (28, 0x0000_0000_F0F0_F0F0),
    ] {
        let swapped = (bits ^ (bits >> shift)) & corners;
        bits ^= swapped ^ (swapped << shift);
    }
    bits.to_be_bytes()
}

/// P and Q of one sector in 16 bytes: the Q frame, three zeros, P in bit 7 of the last. Any bytes are legal.
///
/// R to W have no place here and P is one level, so `Pq16::try_from(&PwSubcode)` refuses what would be lost;
/// [`PwSubcode::to_pq16`] is for callers that mean to lose it. The other way the reserved bits are what can be lost.
///
/// # Spec
/// MMC-3 table 326, data block type 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pq16(pub [u8; 16]);

impl Pq16 {
    /// This level of P and this Q frame, reserved bits zero.
    #[must_use]
    pub fn new(p: bool, q: &QFrame) -> Self {
        let mut bytes = [0; 16];
        bytes[..12].copy_from_slice(&q.0);
        bytes[15] = if p { P } else { 0 };
        Self(bytes)
    }

    /// The level of P.
    #[must_use]
    pub const fn p(&self) -> bool {
        self.0[15] & P != 0
    }

    /// The Q frame as it stands, CRC not looked at. Writers exist that leave the CRC un-inverted in this form.
    #[must_use]
    pub fn q(&self) -> QFrame {
        let [q @ .., _, _, _, _] = self.0;
        QFrame(q)
    }
}

impl TryFrom<&PwSubcode> for Pq16 {
    type Error = SubcodeLoss;

    /// # Errors
    /// [`SubcodeLoss::Pw`] if P is not level or R to W are not zero.
    fn try_from(subcode: &PwSubcode) -> Result<Self, SubcodeLoss> {
        let n_rw_symbols = subcode.0.iter().filter(|s| *s & !(P | Q) != 0).count();
        match subcode.p_level() {
            Some(level) if n_rw_symbols == 0 => Ok(Self::new(level, &subcode.q())),
            level => Err(SubcodeLoss::Pw {
                p: level.is_none().then(|| subcode.p()),
                n_rw_symbols,
            }),
        }
    }
}

impl TryFrom<&Pq16> for PwSubcode {
    type Error = SubcodeLoss;

    /// # Errors
    /// [`SubcodeLoss::Reserved`] if a reserved bit is set.
    fn try_from(pq: &Pq16) -> Result<Self, SubcodeLoss> {
        let [.., a, b, c, last] = pq.0;
        match [a, b, c, last & !P] {
            [0, 0, 0, 0] => Ok(Self::from_pq16(&pq.0)),
            bytes => Err(SubcodeLoss::Reserved { bytes }),
        }
    }
}

/// What a conversion of subcode would leave behind, and therefore did not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SubcodeLoss {
    /// 96 bytes hold more than 16 can.
    #[error("16 bytes of P and Q cannot hold {}: take 96 bytes a sector, or give it up with to_pq16", Left(.p.is_some(), *.n_rw_symbols))]
    Pw {
        /// The P channel, unless it is level.
        p: Option<[u8; 12]>,
        /// How many of the 96 symbols have a bit of R to W set.
        n_rw_symbols: usize,
    },
    /// A reserved bit of the 16 bytes is set, which the 96 have no place for.
    #[error("96 bytes of P to W cannot hold the reserved bits {bytes:02X?} of bytes 12 to 15")]
    Reserved {
        /// Bytes 12 to 15 without P.
        bytes: [u8; 4],
    },
}

/// Whether P is left behind, and how many symbols of R to W.
struct Left(bool, usize);

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(p, n_rw_symbols) = *self;
        if p {
            f.write_str("a P that is not level")?;
        }
        if p && n_rw_symbols > 0 {
            f.write_str(" and ")?;
        }
        if n_rw_symbols > 0 {
            write!(f, "the R to W of {n_rw_symbols} symbols")?;
        }
        Ok(())
    }
}
