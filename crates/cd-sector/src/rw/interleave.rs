//! Where the symbols of a pack lie on the disc.
//!
//! Two steps, in the order of making a disc: three pairs of symbols change places within the pack, and the symbol then
//! at place `j` is delayed by `j mod 8` packs. Both ways are one table of places.

use super::{RW_PACK_SYMBOLS, RW_PACKS_PER_SECTOR, RwPack};
use crate::{PwSubcode, QFrame, SUBCODE_BYTES};

#[cfg(test)]
mod tests;

/// Sectors that symbols of one sector's packs lie in, and the other way round.
const WINDOW: usize = 3;

/// The place within the pack that symbol `symbol_idx` changes to. Its own inverse.
const fn swapped(symbol_idx: usize) -> usize {
    match symbol_idx {
        1 => 18,
        18 => 1,
        2 => 5,
        5 => 2,
        3 => 23,
        23 => 3,
        other => other,
    }
}

/// How many packs the symbol at `place` is delayed by, 0..=7.
const fn delay(place: usize) -> usize {
    place % 8
}

/// Where a symbol of a packed sector lies in raw subcode: how many sectors later, and at which of its 96 bytes.
///
/// `pack_idx` is 0..=3 and `symbol_idx` 0..=23. Symbols of pack 0 lie in the same sector or the next, those of the other
/// packs in the next two as well: whoever wants one pack reads three sectors.
///
/// Returns `None` for indices out of range.
///
/// ```
/// use cd_sector::raw_place;
///
/// assert_eq!(raw_place(0, 0), Some((0, 0)));
/// // Symbol 1 changes places with symbol 18, and is delayed by 18 mod 8 = 2 packs.
/// assert_eq!(raw_place(0, 1), Some((0, 2 * 24 + 18)));
/// assert_eq!(raw_place(3, 1), Some((1, 24 + 18)));
/// ```
#[must_use]
pub const fn raw_place(pack_idx: usize, symbol_idx: usize) -> Option<(usize, usize)> {
    if pack_idx >= RW_PACKS_PER_SECTOR || symbol_idx >= RW_PACK_SYMBOLS {
        return None;
    }
    let place = swapped(symbol_idx);
    let raw_pack_idx = pack_idx + delay(place);
    let byte_idx = raw_pack_idx % RW_PACKS_PER_SECTOR * RW_PACK_SYMBOLS + place;
    Some((raw_pack_idx / RW_PACKS_PER_SECTOR, byte_idx))
}

/// For each symbol of a packed sector: sector and byte of raw subcode, see [`raw_place`].
const PLACES: [(u8, u8); SUBCODE_BYTES] = {
    let mut places = [(0, 0); SUBCODE_BYTES];
    let mut i = 0;
    while i < SUBCODE_BYTES {
        if let Some((sector, byte)) = raw_place(i / RW_PACK_SYMBOLS, i % RW_PACK_SYMBOLS) {
            #[expect(clippy::cast_possible_truncation, reason = "at most 2 and 95")]
            let place = (sector as u8, byte as u8);
            places[i] = place;
        }
        i += 1;
    }
    places
};

/// One sector's subcode with R to W as four whole packs: 96 bytes, bit 7 = P, bit 6 = Q, bits 5 to 0 the packs' symbols.
///
/// P and Q are those of the sector itself, as in [`PwSubcode`]; the packs are those that begin in it. Nothing converts
/// one sector alone between the two forms, because packs reach into other sectors: see [`RwInterleaver`] and
/// [`RwDeinterleaver`]. Any bytes are legal; the packs' parity is as it stands.
///
/// # Spec
/// MMC-3 table 326, data block type 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PwPacked(pub [u8; SUBCODE_BYTES]);

impl PwPacked {
    /// P and Q of `pq`, and these packs.
    #[must_use]
    pub fn new(pq: &PwSubcode, packs: &[RwPack; RW_PACKS_PER_SECTOR]) -> Self {
        let mut symbols = *pq;
        let mut rw = [0; SUBCODE_BYTES];
        for (place, pack) in rw.as_chunks_mut().0.iter_mut().zip(packs) {
            *place = *pack.symbols();
        }
        symbols.set_rw(&rw);
        Self(symbols.0)
    }

    /// The four packs, parity as it stands.
    #[must_use]
    pub fn packs(&self) -> [RwPack; RW_PACKS_PER_SECTOR] {
        let (packs, _) = self.0.as_chunks();
        core::array::from_fn(|pack_idx| RwPack::new(packs[pack_idx]))
    }

    /// P and Q with R to W zero.
    #[must_use]
    pub fn pq(&self) -> PwSubcode {
        let mut pq = PwSubcode(self.0);
        pq.set_rw(&[0; SUBCODE_BYTES]);
        pq
    }

    /// The Q channel as it stands, CRC not looked at.
    #[must_use]
    pub fn q(&self) -> QFrame {
        PwSubcode(self.0).q()
    }
}

/// Turns a stream of packed sectors into raw subcode, one sector for one: what a recorder does with packed R-W.
///
/// Before the first sector lie packs of zeros. Packs of the last two sectors reach up to two sectors further; push two
/// more sectors of packs of zeros (the lead-out's) to have them whole.
///
/// ```
/// use cd_sector::{PwPacked, PwSubcode, RwDeinterleaver, RwInterleaver, RwMode, RwPack};
///
/// let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, 1, &[2; 16]);
/// let pq = PwSubcode([0; 96]);
/// let (mut raw, mut packed) = (RwInterleaver::new(), RwDeinterleaver::new());
/// let sector = PwPacked::new(&pq, &[pack; 4]);
/// assert_eq!(packed.push(&raw.push(&sector)), None);
/// assert_eq!(packed.push(&raw.push(&PwPacked([0; 96]))), None);
/// assert_eq!(packed.push(&raw.push(&PwPacked([0; 96]))), Some(sector));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RwInterleaver {
    /// R to W of the sector to come out next and of the two after it, as far as they are known.
    ahead: [[u8; SUBCODE_BYTES]; WINDOW],
}

impl RwInterleaver {
    /// An interleaver before which packs of zeros lie.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            ahead: [[0; SUBCODE_BYTES]; WINDOW],
        }
    }

    /// The next sector's raw subcode: its own P and Q, and of its packs and those before what lies in it.
    pub fn push(&mut self, packed: &PwPacked) -> PwSubcode {
        for (&symbol, (sector, byte)) in packed.0.iter().zip(PLACES) {
            self.ahead[usize::from(sector)][usize::from(byte)] = symbol;
        }
        let [rw, next, last] = self.ahead;
        self.ahead = [next, last, [0; SUBCODE_BYTES]];
        let mut raw = packed.pq();
        raw.set_rw(&rw);
        raw
    }
}

impl Default for RwInterleaver {
    fn default() -> Self {
        Self::new()
    }
}

/// Turns a stream of raw subcode into packed sectors, two sectors late: the reverse of [`RwInterleaver`].
///
/// A permutation of symbols: nothing is corrected, nothing is checked. Sixteen wrong symbols in a row come out as no more
/// than two in any pack, which [`RwPack::repair`] corrects; 32 as no more than four, which it corrects if it is told where
/// ([`raw_place`] tells). What lies in the first raw sectors
/// and belongs to packs of sectors before them does not come out.
#[derive(Clone, Copy, Debug)]
pub struct RwDeinterleaver {
    /// The two sectors before, the older first; none before the first push, one before the second.
    before: [Option<PwSubcode>; WINDOW - 1],
}

impl RwDeinterleaver {
    /// A deinterleaver that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            before: [None; WINDOW - 1],
        }
    }

    /// The packed sector that is whole with this one: that of two pushes before, with the P and Q it had; `None` at the
    /// first two pushes.
    pub fn push(&mut self, raw: &PwSubcode) -> Option<PwPacked> {
        let [older, old] = self.before;
        self.before = [old, Some(*raw)];
        Some(Self::one_sector(&[older?, old?, *raw]))
    }

    /// The packed form of the first of three sectors in a row, for reading at random.
    #[must_use]
    pub fn one_sector(window: &[PwSubcode; WINDOW]) -> PwPacked {
        let rw = PLACES.map(|(sector, byte)| window[usize::from(sector)].0[usize::from(byte)]);
        let mut first = window[0];
        first.set_rw(&rw);
        PwPacked(first.0)
    }
}

impl Default for RwDeinterleaver {
    fn default() -> Self {
        Self::new()
    }
}
