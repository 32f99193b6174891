//! Packs in the subcode of the lead-in.

use super::CdTextPack;
use crate::PwSubcode;

/// Packs in a sector.
pub const CD_TEXT_PACKS_PER_SECTOR: usize = 4;

impl CdTextPack {
    /// The pack as 24 symbols of six bits, the most significant first, as it lies in R to W.
    #[must_use]
    pub fn to_symbols(&self) -> [u8; 24] {
        let mut symbols = [0; 24];
        let (threes, _) = self.0.as_chunks::<3>();
        for (four, &[a, b, c]) in symbols.as_chunks_mut::<4>().0.iter_mut().zip(threes) {
            *four = [
                a >> 2,
                (a & 0x03) << 4 | b >> 4,
                (b & 0x0F) << 2 | c >> 6,
                c & 0x3F,
            ];
        }
        symbols
    }

    /// The pack in 24 symbols, of each of which the lower six bits count. The reverse of [`CdTextPack::to_symbols`].
    #[must_use]
    pub fn from_symbols(symbols: &[u8; 24]) -> Self {
        let mut bytes = [0; 18];
        let (fours, _) = symbols.as_chunks::<4>();
        for (three, four) in bytes.as_chunks_mut::<3>().0.iter_mut().zip(fours) {
            let [a, b, c, d] = four.map(|symbol| symbol & 0x3F);
            *three = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
        }
        Self(bytes)
    }
}

impl PwSubcode {
    /// R to W read as the four packs of CD-Text of a lead-in sector, CRC not looked at.
    ///
    /// In the program area the same symbols are packs of another kind, see [`RwPack`](crate::RwPack).
    #[must_use]
    pub fn cd_text(&self) -> [CdTextPack; CD_TEXT_PACKS_PER_SECTOR] {
        let (packs, _) = self.0.as_chunks();
        core::array::from_fn(|pack_idx| CdTextPack::from_symbols(&packs[pack_idx]))
    }

    /// Replaces R to W by four packs of CD-Text; P and Q stay.
    pub fn set_cd_text(&mut self, packs: &[CdTextPack; CD_TEXT_PACKS_PER_SECTOR]) {
        let mut rw = [0; 96];
        for (symbols, pack) in rw.as_chunks_mut().0.iter_mut().zip(packs) {
            *symbols = pack.to_symbols();
        }
        self.set_rw(&rw);
    }
}

/// A disc's packs as they run through the lead-in, over and over, four a sector and without a gap.
///
/// ```
/// use cd_sector::{CdTextCycle, CdTextPack};
///
/// let packs: [CdTextPack; 6] = std::array::from_fn(|n| CdTextPack::with_crc([n as u8; 16]));
/// let cycle = CdTextCycle::new(&packs).unwrap();
/// assert_eq!(cycle.n_sectors(), 3);
/// assert_eq!(cycle.sector(1), [packs[4], packs[5], packs[0], packs[1]]);
/// assert_eq!(cycle.sector(3), cycle.sector(0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CdTextCycle<'a> {
    packs: &'a [CdTextPack],
}

impl<'a> CdTextCycle<'a> {
    /// The cycle of these packs, in their order; `None` if there are none.
    #[must_use]
    pub const fn new(packs: &'a [CdTextPack]) -> Option<Self> {
        if packs.is_empty() {
            return None;
        }
        Some(Self { packs })
    }

    /// Sectors after which a sector has the same packs again: whole rounds of packs in whole sectors.
    #[must_use]
    pub const fn n_sectors(&self) -> usize {
        let n_packs = self.packs.len();
        match n_packs % CD_TEXT_PACKS_PER_SECTOR {
            0 => n_packs / 4,
            2 => n_packs / 2,
            _ => n_packs,
        }
    }

    /// The packs of the lead-in's sector `sector_idx`, counted from the sector that the first pack stands in.
    #[must_use]
    pub fn sector(&self, sector_idx: usize) -> [CdTextPack; CD_TEXT_PACKS_PER_SECTOR] {
        let first = sector_idx % self.n_sectors() * CD_TEXT_PACKS_PER_SECTOR;
        core::array::from_fn(|pack_idx| self.packs[(first + pack_idx) % self.packs.len()])
    }
}
