use thiserror::Error;

use super::error::Of;
use super::{CdTextCharset, CdTextKind};

/// Something in the packs of CD-Text that is not as the standard wants it, found in reading them.
///
/// Each leaves as much text as can be read; players are less patient with some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CdTextFinding {
    /// A pack's CRC does not fit. The pack was not read: repair it first.
    #[error("pack {pack_idx}: CRC does not fit, the pack was left out")]
    Crc {
        /// Counted from 0 in the packs that were handed over.
        pack_idx: usize,
    },
    /// A pack of a type that there is none of. It was not read.
    #[error("block {block}, pack {sequence}: {kind} is no pack of CD-Text")]
    UnknownKind {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
        /// The type.
        kind: CdTextKind,
    },
    /// The extension flag is set. The pack was read as if it were not.
    #[error(
        "block {block}, pack {sequence}: the extension flag is set, which nothing is defined for"
    )]
    Extension {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
    },
    /// Packs do not come in the order of their numbers. They were read by number.
    #[error("block {block}, pack {sequence} does not follow the pack before it")]
    Order {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
    },
    /// Two different packs have the same number. The first was read.
    #[error("block {block} has two different packs {sequence}")]
    Contradiction {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
    },
    /// Packs are not there. The text in them is lost.
    #[error("block {block}: packs {first} to {last} are missing")]
    Missing {
        /// Which block.
        block: u8,
        /// The first.
        first: u8,
        /// The last.
        last: u8,
    },
    /// A block with a lower number is not there. The others were moved up.
    #[error("block {block} is missing, blocks after it are there")]
    NoBlock {
        /// Which block.
        block: u8,
    },
    /// The three packs of size info are not there, or not whole. Text was read as ISO 8859-1.
    #[error("block {block} has no whole size info: character code and tracks are guessed")]
    NoSize {
        /// Which block.
        block: u8,
    },
    /// Size info speaks of tracks that there are none of. Text was read as if it said 1 to 99.
    #[error("block {block}: size info says tracks {first} to {last}")]
    Tracks {
        /// Which block.
        block: u8,
        /// The first.
        first: u8,
        /// The last.
        last: u8,
    },
    /// The character code has no meaning here. Bytes up to 7Fh were read as ASCII.
    #[error("block {block}: {charset} is none of 00h (ISO 8859-1), 01h (ASCII), 80h (MS-JIS)")]
    CharacterCode {
        /// Which block.
        block: u8,
        /// The code.
        charset: CdTextCharset,
    },
    /// Size info counts packs of a kind wrong.
    #[error("block {block}: size info counts {got} packs of {kind}, there are {expected}")]
    Count {
        /// Which block.
        block: u8,
        /// The kind.
        kind: CdTextKind,
        /// How many there are.
        expected: usize,
        /// How many size info says there are.
        got: u8,
    },
    /// Size info has another last sequence number for a block than the block itself; zero is "no such block".
    #[error(
        "block {block}: size info says the last pack of block {of_block} is {got}, it is {expected}"
    )]
    LastSequence {
        /// Which block's size info.
        block: u8,
        /// Of which block.
        of_block: u8,
        /// The last there is.
        expected: u8,
        /// What size info says.
        got: u8,
    },
    /// A pack's double byte flag is not what the kind and the character code ask for.
    #[error(
        "block {block}, pack {sequence}: the double byte flag does not go with the rest of the block"
    )]
    DoubleByte {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
    },
    /// A pack says that its first character is another track's. It was read as the packs before it have it.
    #[error(
        "block {block}, pack {sequence}: begins with track {got} by its header, with {expected} by the texts"
    )]
    Track {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
        /// By the zeros in the packs before.
        expected: u8,
        /// By the pack's header.
        got: u8,
    },
    /// A pack's character position is wrong.
    #[error("block {block}, pack {sequence}: character position is {got}, it is {expected}")]
    Position {
        /// Which block.
        block: u8,
        /// Which pack.
        sequence: u8,
        /// Characters of the text in packs before, 15 for more.
        expected: u8,
        /// What the header says.
        got: u8,
    },
    /// A text has bytes that its character code has no character for. They were read as U+FFFD.
    #[error("block {block}: {kind} {} is not all {charset}", Of(*.track))]
    Undecodable {
        /// Which block.
        block: u8,
        /// What it says.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
        /// What it was read as.
        charset: CdTextCharset,
    },
    /// A text has no zero at its end, or packs are missing in it. What there is of it was taken.
    #[error("block {block}: {kind} {} has no end", Of(*.track))]
    Unterminated {
        /// Which block.
        block: u8,
        /// What it says.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
    },
    /// There is text after that of the last track. It was left out.
    #[error("block {block}: {kind} goes on after track {last}, the last")]
    BeyondLast {
        /// Which block.
        block: u8,
        /// The kind.
        kind: CdTextKind,
        /// The last track; 0 if only the album has such text.
        last: u8,
    },
    /// A tab says "as before", and there is nothing before. There is no such text.
    #[error("block {block}: {kind} {} is to be as before, and there is nothing before", Of(*.track))]
    NothingToRepeat {
        /// Which block.
        block: u8,
        /// What it says.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
    },
}
