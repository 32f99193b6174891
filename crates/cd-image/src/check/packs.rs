//! Packs of R to W in the program area, put together across sectors.

use cd_sector::{
    PwPacked, PwSubcode, RwDeinterleaver, RwPack, RwRepair, RwSymbols, SUBCODE_BYTES, SectorLayout,
};

use super::FindingKind;
use super::fold::{Fold, Words};

/// Sectors that the packs of one lie in.
const WINDOW: usize = 3;

/// The rule for parity.
#[derive(Debug)]
pub(super) struct Packs {
    layout: SectorLayout,
    /// The sectors before, the older first; `None` where R to W are zero.
    window: [Option<[u8; SUBCODE_BYTES]>; WINDOW],
    n_seen: usize,
}

impl Packs {
    pub(super) const fn new(layout: SectorLayout) -> Self {
        Self {
            layout,
            window: [None; WINDOW],
            n_seen: 0,
        }
    }

    /// Takes the sector at `at`, of the program or the lead-out; `rw` is `None` if R to W are zero.
    pub(super) fn push(&mut self, fold: &mut Fold, at: u32, rw: Option<&[u8; SUBCODE_BYTES]>) {
        match self.layout {
            SectorLayout::Pq16 => {}
            SectorLayout::PackedPw96 => {
                if let Some(rw) = rw {
                    let packs = PwPacked(*rw).packs();
                    // The drive makes the parity of packed R-W, so there need not be any.
                    judge(fold, at, packs.iter().filter(|pack| !lacks_parity(pack)));
                }
            }
            SectorLayout::RawPw96 => self.push_raw(fold, at, rw),
        }
    }

    fn push_raw(&mut self, fold: &mut Fold, at: u32, rw: Option<&[u8; SUBCODE_BYTES]>) {
        let [_, old, new] = self.window;
        self.window = [old, new, rw.copied()];
        self.n_seen = (self.n_seen + 1).min(WINDOW);
        if self.n_seen < WINDOW || self.window.iter().all(Option::is_none) {
            return;
        }
        let sectors = self
            .window
            .map(|rw| PwSubcode(rw.unwrap_or([0; SUBCODE_BYTES])));
        let packs = RwDeinterleaver::one_sector(&sectors).packs();
        judge(fold, at - 2, packs.iter());
    }
}

fn lacks_parity(pack: &RwPack) -> bool {
    let symbols = pack.symbols();
    symbols[2..4] == [0; 2] && symbols[20..] == [0; 4]
}

fn judge<'a>(fold: &mut Fold, at: u32, packs: impl Iterator<Item = &'a RwPack>) {
    for pack in packs {
        match pack.repair(RwSymbols::NONE) {
            RwRepair::Sound if pack.q_fits() => {}
            RwRepair::Repaired { pack, changed } => {
                fold.add(FindingKind::RwCorrectable, at, || {
                    let got = format!("{} wrong symbols in {}", changed.count(), pack.mode());
                    Words::new("parity that fits", got)
                });
            }
            _ => fold.add(FindingKind::RwUncorrectable, at, || {
                Words::new(
                    "parity that fits",
                    "more wrong symbols than can be corrected",
                )
            }),
        }
    }
}
