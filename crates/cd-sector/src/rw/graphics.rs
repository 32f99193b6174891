//! CD+G: the packs of mode TV graphics.

use core::fmt;

use super::{RwMode, RwPack};

#[cfg(test)]
mod tests;

/// The lower four bits.
const COLOR: u8 = 0x0F;

/// Symbol 1 of a pack of TV graphics: what to draw. Only the lower six bits count, and any can stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdgInstruction(pub u8);

impl CdgInstruction {
    /// Fill the whole screen with one colour.
    pub const MEMORY_PRESET: Self = Self(1);
    /// Fill the border with one colour.
    pub const BORDER_PRESET: Self = Self(2);
    /// Draw a tile of 6 by 12 dots.
    pub const TILE_BLOCK: Self = Self(6);
    /// Move the screen, and fill what comes in with one colour.
    pub const SCROLL_PRESET: Self = Self(20);
    /// Move the screen, and fill what comes in with what went out.
    pub const SCROLL_COPY: Self = Self(24);
    /// Make colours transparent.
    pub const DEFINE_TRANSPARENT: Self = Self(28);
    /// Set colours 0 to 7 of the colour table.
    pub const LOAD_CLUT_LOW: Self = Self(30);
    /// Set colours 8 to 15 of the colour table.
    pub const LOAD_CLUT_HIGH: Self = Self(31);
    /// Draw a tile by exclusive or with what is there.
    pub const TILE_BLOCK_XOR: Self = Self(38);
}

impl fmt::Display for CdgInstruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::MEMORY_PRESET => "memory preset",
            Self::BORDER_PRESET => "border preset",
            Self::TILE_BLOCK => "tile block",
            Self::SCROLL_PRESET => "scroll preset",
            Self::SCROLL_COPY => "scroll copy",
            Self::DEFINE_TRANSPARENT => "define transparent colour",
            Self::LOAD_CLUT_LOW => "load colour table, 0 to 7",
            Self::LOAD_CLUT_HIGH => "load colour table, 8 to 15",
            Self::TILE_BLOCK_XOR => "tile block, XOR",
            Self(other) => return write!(f, "instruction {other}"),
        })
    }
}

/// A colour of the colour table, four bits each: 0..=15, of larger values the lower four bits count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CdgColor {
    /// 0..=15
    pub red: u8,
    /// 0..=15
    pub green: u8,
    /// 0..=15
    pub blue: u8,
}

impl CdgColor {
    const fn from_symbols([upper, lower]: [u8; 2]) -> Self {
        Self {
            red: upper >> 2 & COLOR,
            green: (upper << 2 | lower >> 4 & 3) & COLOR,
            blue: lower & COLOR,
        }
    }

    const fn to_symbols(self) -> [u8; 2] {
        let Self { red, green, blue } = self;
        [
            (red & COLOR) << 2 | (green & COLOR) >> 2,
            (green & 3) << 4 | blue & COLOR,
        ]
    }
}

/// What a pack of TV graphics draws. Colours are 0..=15, an index into the colour table; of larger values the lower four
/// bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cdg {
    /// The whole screen in one colour.
    MemoryPreset {
        /// The colour.
        color: u8,
        /// Which repetition this is, 0..=15; players that have seen 0 ignore the others.
        repeat: u8,
    },
    /// The border in one colour.
    BorderPreset {
        /// The colour.
        color: u8,
    },
    /// A tile of 6 by 12 dots.
    Tile {
        /// Whether colours are combined with what is there by exclusive or.
        xor: bool,
        /// The colours of dots that are 0 and 1.
        colors: [u8; 2],
        /// Two bits each (0..=3) of the number of the channel that the tile is drawn in, as they stand.
        channel: [u8; 2],
        /// Counted in tiles from above, 0..=17; the border is row 0 and row 17.
        row: u8,
        /// Counted in tiles from the left, 0..=49; the border is column 0 and column 49.
        column: u8,
        /// Twelve lines of six dots, the leftmost in bit 5.
        dots: [u8; 12],
    },
    /// The screen moved.
    Scroll {
        /// Whether what goes out comes in on the other side; else a colour does.
        copy: bool,
        /// That colour.
        color: u8,
        /// Symbol 5: bits 5 and 4 are 1 for a tile's width to the right and 2 for one to the left, bits 2 to 0 the offset
        /// in dots.
        horizontal: u8,
        /// Symbol 6: bits 5 and 4 are 1 for a tile's height down and 2 for one up, bits 3 to 0 the offset in dots.
        vertical: u8,
    },
    /// How transparent colours are.
    Transparent {
        /// For each colour, 0 (opaque) ..= 63 (transparent).
        levels: [u8; 16],
    },
    /// Half of the colour table.
    Colors {
        /// Whether colours 8 to 15; else 0 to 7.
        high: bool,
        /// The colours.
        colors: [CdgColor; 8],
    },
    /// An instruction without a meaning here, as it stands.
    Other {
        /// The instruction.
        instruction: CdgInstruction,
        /// Symbols 4 to 19.
        data: [u8; 16],
    },
}

impl Cdg {
    /// What the pack draws; `None` unless its mode is [`RwMode::TV_GRAPHICS`].
    ///
    /// Parity is not looked at; repair first ([`RwPack::repair`]). Bits that have no meaning are passed over.
    #[must_use]
    pub fn decode(pack: &RwPack) -> Option<Self> {
        if pack.mode() != RwMode::TV_GRAPHICS {
            return None;
        }
        let data = pack.data();
        let [first, second, third, fourth, dots @ ..] = data;
        let instruction = CdgInstruction(pack.instruction());
        Some(match instruction {
            CdgInstruction::MEMORY_PRESET => Self::MemoryPreset {
                color: first & COLOR,
                repeat: second & COLOR,
            },
            CdgInstruction::BORDER_PRESET => Self::BorderPreset {
                color: first & COLOR,
            },
            CdgInstruction::TILE_BLOCK | CdgInstruction::TILE_BLOCK_XOR => Self::Tile {
                xor: instruction == CdgInstruction::TILE_BLOCK_XOR,
                colors: [first & COLOR, second & COLOR],
                channel: [first >> 4, second >> 4],
                row: third & 0x1F,
                column: fourth,
                dots,
            },
            CdgInstruction::SCROLL_PRESET | CdgInstruction::SCROLL_COPY => Self::Scroll {
                copy: instruction == CdgInstruction::SCROLL_COPY,
                color: first & COLOR,
                horizontal: second,
                vertical: third,
            },
            CdgInstruction::DEFINE_TRANSPARENT => Self::Transparent { levels: data },
            CdgInstruction::LOAD_CLUT_LOW | CdgInstruction::LOAD_CLUT_HIGH => {
                let (pairs, _) = data.as_chunks();
                Self::Colors {
                    high: instruction == CdgInstruction::LOAD_CLUT_HIGH,
                    colors: core::array::from_fn(|i| CdgColor::from_symbols(pairs[i])),
                }
            }
            instruction => Self::Other { instruction, data },
        })
    }

    /// The pack that draws this, with right parity. Of values larger than their field the lower bits count.
    #[must_use]
    pub fn encode(&self) -> RwPack {
        let mut data = [0; 16];
        match *self {
            Self::MemoryPreset { color, repeat } => {
                data[..2].copy_from_slice(&[color & COLOR, repeat & COLOR]);
            }
            Self::BorderPreset { color } => data[0] = color & COLOR,
            Self::Tile {
                colors: [off, on],
                channel: [upper, lower],
                row,
                column,
                dots,
                ..
            } => {
                let off = (upper & 3) << 4 | off & COLOR;
                let on = (lower & 3) << 4 | on & COLOR;
                data[..4].copy_from_slice(&[off, on, row & 0x1F, column]);
                data[4..].copy_from_slice(&dots);
            }
            Self::Scroll {
                color,
                horizontal,
                vertical,
                ..
            } => data[..3].copy_from_slice(&[color & COLOR, horizontal, vertical]),
            Self::Transparent { levels } => data = levels,
            Self::Colors { colors, .. } => {
                for (pair, color) in data.as_chunks_mut().0.iter_mut().zip(colors) {
                    *pair = color.to_symbols();
                }
            }
            Self::Other { data: symbols, .. } => data = symbols,
        }
        RwPack::with_parity(RwMode::TV_GRAPHICS, self.instruction().0, &data)
    }

    /// The instruction of the pack that draws this.
    #[must_use]
    pub const fn instruction(&self) -> CdgInstruction {
        match *self {
            Self::MemoryPreset { .. } => CdgInstruction::MEMORY_PRESET,
            Self::BorderPreset { .. } => CdgInstruction::BORDER_PRESET,
            Self::Tile { xor: false, .. } => CdgInstruction::TILE_BLOCK,
            Self::Tile { xor: true, .. } => CdgInstruction::TILE_BLOCK_XOR,
            Self::Scroll { copy: false, .. } => CdgInstruction::SCROLL_PRESET,
            Self::Scroll { copy: true, .. } => CdgInstruction::SCROLL_COPY,
            Self::Transparent { .. } => CdgInstruction::DEFINE_TRANSPARENT,
            Self::Colors { high: false, .. } => CdgInstruction::LOAD_CLUT_LOW,
            Self::Colors { high: true, .. } => CdgInstruction::LOAD_CLUT_HIGH,
            Self::Other { instruction, .. } => instruction,
        }
    }
}
