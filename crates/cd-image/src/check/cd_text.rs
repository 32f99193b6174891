//! CD-Text in the lead-in: every pack, the order they go round in, and what they say together.

use cd_sector::{CdText, CdTextCollector, CdTextFault, PwSubcode, SUBCODE_BYTES, SectorLayout};

use super::FindingKind;
use super::fold::{Fold, Words};

/// The rules for CD-Text.
#[derive(Debug)]
pub(super) struct CdTextRule {
    /// Packed R-W is no form for CD-Text, and 16 bytes have no room for it.
    has_room: bool,
    collector: CdTextCollector,
}

impl CdTextRule {
    pub(super) fn new(layout: SectorLayout) -> Self {
        Self {
            has_room: layout == SectorLayout::RawPw96,
            collector: CdTextCollector::new(),
        }
    }

    /// Takes the sector at `at` of the lead-in; `rw` is `None` if R to W are zero.
    pub(super) fn push(&mut self, fold: &mut Fold, at: u32, rw: Option<&[u8; SUBCODE_BYTES]>) {
        if !self.has_room || rw.is_none() && self.collector.is_empty() {
            return;
        }
        let subcode = PwSubcode(rw.copied().unwrap_or([0; SUBCODE_BYTES]));
        for pack in subcode.cd_text() {
            if let Some(fault) = self.collector.push(&pack) {
                let (kind, expected) = kind(&fault);
                fold.add(kind, at, || Words::new(expected, fault));
            }
        }
    }

    /// What the packs say together; `lead_in` are the first and the last position of the lead-in.
    pub(super) fn finish(&self, fold: &mut Fold, lead_in: (u32, u32)) {
        if self.collector.is_empty() {
            return;
        }
        let (_, findings) = CdText::decode(&self.collector.packs());
        for finding in findings {
            let words = Words::new("CD-Text as the standard has it", finding);
            fold.add_range(FindingKind::CdTextContent, lead_in, words);
        }
    }
}

const fn kind(fault: &CdTextFault) -> (FindingKind, &'static str) {
    match fault {
        CdTextFault::Empty => (FindingKind::CdTextHole, "packs throughout the lead-in"),
        CdTextFault::Repaired { .. } => (FindingKind::CdTextBit, "a pack that fits its CRC"),
        CdTextFault::Contradiction { .. } => {
            (FindingKind::CdTextContradiction, "the same pack as before")
        }
        CdTextFault::Jump { .. } => (
            FindingKind::CdTextCycle,
            "pack after pack, and the first after the last",
        ),
        // More are to come in cd-sector only with packs that cannot be read.
        _ => (FindingKind::CdTextCrc, "a pack that fits its CRC"),
    }
}
