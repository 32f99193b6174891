//! The packs of a lead-in, each of which is there hundreds of times.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use thiserror::Error;

use super::size::SIZE_PACKS;
use super::{CD_TEXT_PACK_BYTES, CdTextKind, CdTextPack, CdTextRepair};

/// Block and sequence number of a pack.
type Place = (u8, u8);

/// What is wrong with a pack at its place in the lead-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CdTextFault {
    /// A pack of zeros, where other packs have been seen: the cycle has a hole.
    #[error("no CD-Text here, though there was some before")]
    Empty,
    /// The CRC does not fit, and not because of a single bit.
    #[error("CD-Text pack cannot be read: its CRC does not fit")]
    Unreadable,
    /// One bit was wrong; the pack counts as what it has to have been.
    #[error("CD-Text pack of block {block}, number {sequence}, has bit {bit} wrong")]
    Repaired {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
        /// Which bit, 0..=143, from the most significant of byte 0.
        bit: u8,
    },
    /// The CRC fits, and so did that of another pack with the same number before. The one before counts.
    #[error("CD-Text pack of block {block}, number {sequence}, is not what it was before")]
    Contradiction {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
    },
    /// The pack is not the one that comes after the pack before it: the cycle is not whole.
    #[error("CD-Text pack of block {}, number {}, follows number {} of block {}", .to.0, .to.1, .from.1, .from.0)]
    Jump {
        /// Block and number of the pack before.
        from: (u8, u8),
        /// Block and number of this pack.
        to: (u8, u8),
    },
}

/// Collects the packs of a lead-in, corrects single bits, and says of each pack whether it is where it belongs.
///
/// Holds at most 2,048 packs, however long the lead-in is.
///
/// ```
/// use cd_sector::{CdText, CdTextBlock, CdTextCharset, CdTextCollector, CdTextCycle, CdTextKind, CdTextLanguage};
/// use cd_sector::{CdTextRepeats, PwSubcode};
///
/// let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Ascii, 1, 1)?;
/// block.set(CdTextKind::TITLE, 0, "One Piece")?;
/// let packs = CdText { blocks: vec![block] }.encode(CdTextRepeats::Tab)?;
///
/// let cycle = CdTextCycle::new(&packs).unwrap();
/// let mut collector = CdTextCollector::new();
/// for sector_idx in 0..20 {
///     let mut subcode = PwSubcode([0; 96]);
///     subcode.set_cd_text(&cycle.sector(sector_idx));
///     for pack in subcode.cd_text() {
///         assert_eq!(collector.push(&pack), None);
///     }
/// }
/// assert_eq!(collector.packs(), packs);
/// # Ok::<(), cd_sector::CdTextError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct CdTextCollector {
    /// Each with whether its CRC fitted as it was read.
    packs: BTreeMap<Place, (CdTextPack, bool)>,
    /// The pack before, if it could be read.
    before: Option<Place>,
}

impl CdTextCollector {
    /// A collector that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            packs: BTreeMap::new(),
            before: None,
        }
    }

    /// Takes the next pack of the lead-in into account; what is wrong with it, the gravest only.
    pub fn push(&mut self, pack: &CdTextPack) -> Option<CdTextFault> {
        if pack.0 == [0; CD_TEXT_PACK_BYTES] {
            self.before = None;
            return (!self.packs.is_empty()).then_some(CdTextFault::Empty);
        }
        let (sound, bit) = match pack.repair() {
            CdTextRepair::Sound => (*pack, None),
            CdTextRepair::Repaired { pack, bit } => (pack, Some(bit)),
            CdTextRepair::Beyond => {
                self.before = None;
                return Some(CdTextFault::Unreadable);
            }
        };
        let place = (sound.block(), sound.sequence());
        let (block, sequence) = place;
        let (known, was_sound) = self.packs.entry(place).or_insert((sound, bit.is_none()));
        if *known != sound {
            match (bit, *was_sound) {
                // A correction that lands beside what is known was none.
                (Some(_), _) => {
                    self.before = None;
                    return Some(CdTextFault::Unreadable);
                }
                (None, true) => {
                    self.before = Some(place);
                    return Some(CdTextFault::Contradiction { block, sequence });
                }
                (None, false) => (*known, *was_sound) = (sound, true),
            }
        }
        *was_sound |= bit.is_none();
        let before = self.before.replace(place);
        if let Some(from) = before.filter(|&from| !self.follows(from, place)) {
            return Some(CdTextFault::Jump { from, to: place });
        }
        bit.map(|bit| CdTextFault::Repaired {
            block,
            sequence,
            bit,
        })
    }

    /// Whether no pack could be read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packs.is_empty()
    }

    /// One of each pack, by block and number: what [`CdText::decode`](super::CdText::decode) wants.
    #[must_use]
    pub fn packs(&self) -> Vec<CdTextPack> {
        self.packs.values().map(|(pack, _)| *pack).collect()
    }

    /// Whether a cycle can go from one of these packs to the other, as far as it is known.
    fn follows(&self, from: Place, to: Place) -> bool {
        let is_end = self
            .packs
            .get(&from)
            .is_some_and(|(pack, _)| is_last_size(pack));
        if to.0 == from.0 && Some(to.1) == from.1.checked_add(1) {
            return !is_end;
        }
        // The next block, or after the last the first once more. Without size info no pack shows that it is the last.
        let n_between = |low: u8, high: u8| self.packs.range((low, 0)..(high, 0)).count();
        let is_next = if to.0 > from.0 {
            n_between(from.0 + 1, to.0) == 0
        } else {
            n_between(0, to.0) == 0 && n_between(from.0 + 1, u8::MAX) == 0
        };
        let mut block = self
            .packs
            .range((from.0, 0)..=(from.0, u8::MAX))
            .map(|(_, (pack, _))| pack);
        to.1 == 0 && is_next && (is_end || !block.any(is_last_size))
    }
}

/// Whether the pack is the last of a block that has size info.
fn is_last_size(pack: &CdTextPack) -> bool {
    pack.kind() == CdTextKind::SIZE && usize::from(pack.track()) == SIZE_PACKS - 1
}
