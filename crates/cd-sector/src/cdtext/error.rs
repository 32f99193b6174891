use core::fmt;

use thiserror::Error;

use super::{CdTextCharset, CdTextKind};

/// Why a text cannot be CD-Text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CdTextError {
    /// The tracks of a block are none.
    #[error(
        "CD-Text for tracks {first} to {last}: tracks are 1 to 99, the first not after the last"
    )]
    Tracks {
        /// The first.
        first: u8,
        /// The last.
        last: u8,
    },
    /// No block, or more than a disc has room for.
    #[error("CD-Text in {n_blocks} languages: one to eight are possible")]
    Blocks {
        /// How many.
        n_blocks: usize,
    },
    /// A block has more packs than it has numbers.
    #[error(
        "CD-Text of block {block} has {n_packs} packs of twelve bytes, 256 are the most: shorten the texts"
    )]
    Packs {
        /// Which, 0..=7.
        block: u8,
        /// How many.
        n_packs: usize,
    },
    /// A kind of pack that holds no plain text.
    #[error("{kind} is not plain text")]
    Kind {
        /// The kind.
        kind: CdTextKind,
    },
    /// A kind of pack that is not binary among the binary ones.
    #[error("{kind} is not binary: TOC info, second TOC info and pack types 8Ah to 8Ch are")]
    NotBinary {
        /// The kind.
        kind: CdTextKind,
    },
    /// A track that the block does not have, or a track where only the album can have the text.
    #[error("{kind} of track {track}: {}", if .kind.is_per_track() { Where::Tracks(*.first, *.last) } else { Where::Album })]
    Track {
        /// What was to be said.
        kind: CdTextKind,
        /// Of which track.
        track: u8,
        /// The block's first track.
        first: u8,
        /// The block's last track.
        last: u8,
    },
    /// A text with NUL, or that is a tab.
    #[error("{kind} {}: NUL ends a text and a tab alone means \"as before\", write something else", Of(*.track))]
    Reserved {
        /// What was to be said.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
    },
    /// A character that the character code does not have.
    #[error("{kind} {}: {charset} has no {character:?}", Of(*.track))]
    Character {
        /// What was to be said.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
        /// The first such character.
        character: char,
        /// What has no code for it.
        charset: CdTextCharset,
    },
    /// A character of one byte where all have two.
    #[error("{kind} {}: {character:?} has one byte, double byte text needs the full-width {instead:?}", Of(*.track))]
    HalfWidth {
        /// What was to be said.
        kind: CdTextKind,
        /// Of which track; 0 is the album.
        track: u8,
        /// The first such character.
        character: char,
        /// The same with two bytes.
        instead: char,
    },
}

/// "of track 3", or "of the album".
pub(super) struct Of(pub(super) u8);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("of the album"),
            track => write!(f, "of track {track}"),
        }
    }
}

enum Where {
    Album,
    Tracks(u8, u8),
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Album => f.write_str("only the album (track 0) has it"),
            Self::Tracks(first, last) => write!(f, "the block is for tracks {first} to {last}"),
        }
    }
}
