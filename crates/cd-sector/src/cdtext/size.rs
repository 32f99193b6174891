//! Size info: the 36 bytes in the last three packs of a block.

use super::pack::PAYLOAD_BYTES;
use super::{CdTextKind, CdTextLanguage};

/// Blocks a disc can have.
pub(super) const MAX_BLOCKS: usize = 8;
/// Packs that hold the size info of one block.
pub(super) const SIZE_PACKS: usize = 3;

/// What size info says, as it stands.
///
/// ```text
///  0         1      2     3          4                      20                       28
///  character first  last  copyright  packs of kind 80h..8Fh  last sequence of block   language of block
///  code      track  track            (16)                   0..7 (8)                 0..7 (8)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) code: u8,
    pub(super) first_track: u8,
    pub(super) last_track: u8,
    pub(super) copyright: u8,
    /// How many packs of each kind, from 80h.
    pub(super) n_packs: [u8; 16],
    /// The last sequence number of each block; zero where there is none.
    pub(super) last_sequence: [u8; MAX_BLOCKS],
    pub(super) languages: [CdTextLanguage; MAX_BLOCKS],
}

impl Size {
    pub(super) fn to_payloads(self) -> [[u8; PAYLOAD_BYTES]; SIZE_PACKS] {
        let mut bytes = [0; SIZE_PACKS * PAYLOAD_BYTES];
        bytes[..4].copy_from_slice(&[self.code, self.first_track, self.last_track, self.copyright]);
        bytes[4..20].copy_from_slice(&self.n_packs);
        bytes[20..28].copy_from_slice(&self.last_sequence);
        bytes[28..].copy_from_slice(&self.languages.map(|language| language.0));
        let (payloads, _) = bytes.as_chunks();
        core::array::from_fn(|i| payloads[i])
    }

    pub(super) fn from_payloads(payloads: [[u8; PAYLOAD_BYTES]; SIZE_PACKS]) -> Self {
        let [first, second, third] = payloads;
        let mut n_packs = [0; 16];
        n_packs[..8].copy_from_slice(&first[4..]);
        n_packs[8..].copy_from_slice(&second[..8]);
        let mut last_sequence = [0; MAX_BLOCKS];
        last_sequence[..4].copy_from_slice(&second[8..]);
        last_sequence[4..].copy_from_slice(&third[..4]);
        Self {
            code: first[0],
            first_track: first[1],
            last_track: first[2],
            copyright: first[3],
            n_packs,
            last_sequence,
            languages: core::array::from_fn(|i| CdTextLanguage(third[4 + i])),
        }
    }
}

/// The place of `kind` in [`Size::n_packs`]; `None` for what is no kind of CD-Text.
pub(super) fn kind_idx(kind: CdTextKind) -> Option<usize> {
    kind.0
        .checked_sub(0x80)
        .map(usize::from)
        .filter(|&idx| idx < 16)
}
