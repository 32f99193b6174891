//! Channels R to W in the program area: packs of 24 symbols, as CD+G has them.
//!
//! Six bits of each of the 96 bytes of subcode are a symbol, R in bit 5. A sector has the room of four packs of 24
//! symbols; a pack is protected by two Reed-Solomon codes over GF(2^6):
//!
//! ```text
//!  0           1            2       4                        20        24
//!  | mode/item | instruction | Q (2) | data (16)              | P (4)   |
//!  |<-------- RS(4, 2) ------------>|                                   |
//!  |<--------------------------- RS(24, 20) -------------------------->|
//! ```
//!
//! On the disc the symbols of a pack are swapped and spread over eight packs, so a pack lies in two or three sectors:
//! see [`RwInterleaver`] and [`RwDeinterleaver`]. CD-Text in the lead-in has neither these codes nor the interleave
//! ([`CdTextPack`](crate::CdTextPack)).
//!
//! # Spec
//! IEC 60908, subcode channels R to W (pack, error protection, interleaving; graphics instructions). Read that first.

use core::fmt;

mod code;
mod field;
mod graphics;
mod interleave;
#[cfg(test)]
mod tests;

pub use graphics::{Cdg, CdgColor, CdgInstruction};
pub use interleave::{PwPacked, RwDeinterleaver, RwInterleaver, raw_place};

/// Symbols of a pack.
pub const RW_PACK_SYMBOLS: usize = 24;
/// Packs of a sector.
pub const RW_PACKS_PER_SECTOR: usize = 4;

/// The lower six bits of a byte.
const SYMBOL: u8 = 0x3F;

/// Symbol 0 of a pack: what the pack is for. Only the lower six bits count, and any can stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RwMode(pub u8);

impl RwMode {
    /// Nothing: all symbols of the pack are zero.
    pub const ZERO: Self = Self(0);
    /// Graphics drawn line by line, 288 by 24 dots.
    pub const LINE_GRAPHICS: Self = Self(0o10);
    /// Graphics on a television, 288 by 192 dots in 16 colours: CD+G.
    pub const TV_GRAPHICS: Self = Self(0o11);
    /// The same in 256 colours: CD+EG.
    pub const EXTENDED_TV_GRAPHICS: Self = Self(0o12);
    /// Messages for musical instruments.
    pub const MIDI: Self = Self(0o30);
    /// Mode 7 with item 0: the user's own. All items of mode 7 are.
    pub const USER: Self = Self(0o70);

    /// The upper three of the six bits, 0..=7.
    #[must_use]
    pub const fn mode(self) -> u8 {
        self.0 >> 3 & 7
    }

    /// The lower three bits, 0..=7.
    #[must_use]
    pub const fn item(self) -> u8 {
        self.0 & 7
    }
}

impl fmt::Display for RwMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ZERO => f.write_str("zero mode"),
            Self::LINE_GRAPHICS => f.write_str("line graphics"),
            Self::TV_GRAPHICS => f.write_str("TV graphics"),
            Self::EXTENDED_TV_GRAPHICS => f.write_str("extended TV graphics"),
            Self::MIDI => f.write_str("MIDI"),
            other if other.mode() == 7 => write!(f, "user mode, item {}", other.item()),
            other => write!(f, "mode {}, item {}", other.mode(), other.item()),
        }
    }
}

/// Some of the 24 symbols of a pack: bit `n` stands for symbol `n`. Bits 24 to 31 do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RwSymbols(pub u32);

impl RwSymbols {
    /// No symbol.
    pub const NONE: Self = Self(0);

    /// Whether symbol `symbol_idx` is among them; `false` from 24 on.
    #[must_use]
    pub const fn contains(self, symbol_idx: usize) -> bool {
        symbol_idx < RW_PACK_SYMBOLS && self.0 >> symbol_idx & 1 == 1
    }

    /// How many, 0..=24.
    #[must_use]
    pub const fn count(self) -> u32 {
        (self.0 & ((1 << RW_PACK_SYMBOLS) - 1)).count_ones()
    }
}

/// One pack of R to W: 24 symbols of six bits, with or without right parity.
///
/// ```
/// use cd_sector::{RwMode, RwPack, RwRepair, RwSymbols};
///
/// let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, 1, &[0; 16]);
/// assert!(pack.q_fits() && pack.p_fits());
///
/// let mut symbols = *pack.symbols();
/// symbols[0] ^= 1;
/// symbols[9] ^= 0x20;
/// let broken = RwPack::new(symbols);
/// let changed = RwSymbols(1 << 0 | 1 << 9);
/// assert_eq!(broken.repair(RwSymbols::NONE), RwRepair::Repaired { pack, changed });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RwPack([u8; RW_PACK_SYMBOLS]);

impl RwPack {
    /// The pack of zeros, which stands where there is nothing. Its parity is right.
    pub const ZERO: Self = Self([0; RW_PACK_SYMBOLS]);

    /// The pack with these symbols, R in bit 5. Bits 7 and 6 (P and Q of the sector) are left behind.
    #[must_use]
    pub fn new(symbols: [u8; RW_PACK_SYMBOLS]) -> Self {
        Self(symbols.map(|symbol| symbol & SYMBOL))
    }

    /// The pack with this meaning and the parity that belongs to it. Of each byte the lower six bits count.
    #[must_use]
    pub fn with_parity(mode: RwMode, instruction: u8, data: &[u8; 16]) -> Self {
        let mut symbols = [0; RW_PACK_SYMBOLS];
        symbols[0] = mode.0;
        symbols[1] = instruction;
        symbols[4..20].copy_from_slice(data);
        let Self(mut symbols) = Self::new(symbols);
        let [q0, q1] = code::parity(&symbols[..2]);
        symbols[2..4].copy_from_slice(&[q0, q1]);
        let parity: [u8; 4] = code::parity(&symbols[..20]);
        symbols[20..].copy_from_slice(&parity);
        Self(symbols)
    }

    /// The 24 symbols, each 0..=63.
    #[must_use]
    pub const fn symbols(&self) -> &[u8; RW_PACK_SYMBOLS] {
        &self.0
    }

    /// Symbol 0.
    #[must_use]
    pub const fn mode(&self) -> RwMode {
        RwMode(self.0[0])
    }

    /// Symbol 1, 0..=63: what to do; what it means depends on the mode.
    #[must_use]
    pub const fn instruction(&self) -> u8 {
        self.0[1]
    }

    /// Symbols 4 to 19, each 0..=63.
    #[must_use]
    pub fn data(&self) -> [u8; 16] {
        let mut data = [0; 16];
        data.copy_from_slice(&self.0[4..20]);
        data
    }

    /// Whether all symbols are zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Whether Q parity (symbols 2 and 3) fits symbols 0 and 1.
    #[must_use]
    pub fn q_fits(&self) -> bool {
        code::syndromes::<2>(&self.0[..4]) == [0; 2]
    }

    /// Whether P parity (symbols 20 to 23) fits the twenty symbols before it.
    #[must_use]
    pub fn p_fits(&self) -> bool {
        code::syndromes::<4>(&self.0) == [0; 4]
    }

    /// Corrects the pack by its P parity, and lets Q parity confirm the outcome.
    ///
    /// `erasures` are symbols known to be bad, such as those of sectors that could not be read. With `e` of them and `n`
    /// other wrong symbols the pack comes back as it was made whenever `e + 2 n <= 4`: two wrong symbols anywhere, or four
    /// erased ones. Beyond that no code of this size can promise anything: most such packs are refused, but one can lie
    /// as close to another sound pack and is then taken for that. `changed` tells how far that would have to be: without
    /// erasures, an outcome with `c` changed symbols is the wrong one only if at least `5 - c` were wrong, so a caller that
    /// takes no outcome with two changed symbols is safe against three wrong ones.
    #[must_use]
    pub fn repair(&self, erasures: RwSymbols) -> RwRepair {
        let mut symbols = self.0;
        let Some(changed) = code::correct::<24, 4>(&mut symbols, erasures) else {
            return RwRepair::Beyond;
        };
        let pack = Self(symbols);
        if !pack.q_fits() {
            return RwRepair::Beyond;
        }
        verdict(pack, changed)
    }

    /// Corrects symbols 0 to 3 alone by Q parity: one wrong symbol of these four always; with two or more, the outcome
    /// is [`RwRepair::Beyond`] or another code word. P parity is not looked at.
    ///
    /// For a pack that is beyond [`RwPack::repair`] and whose mode and instruction are wanted all the same.
    #[must_use]
    pub fn repair_head(&self) -> RwRepair {
        let [a, b, c, d, ..] = self.0;
        let mut head = [a, b, c, d];
        let Some(changed) = code::correct::<4, 2>(&mut head, RwSymbols::NONE) else {
            return RwRepair::Beyond;
        };
        let mut symbols = self.0;
        symbols[..4].copy_from_slice(&head);
        verdict(Self(symbols), changed)
    }
}

const fn verdict(pack: RwPack, changed: RwSymbols) -> RwRepair {
    if changed.count() == 0 {
        return RwRepair::Sound;
    }
    RwRepair::Repaired { pack, changed }
}

/// What came of correcting a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RwRepair {
    /// The parity fits as it is.
    Sound,
    /// It fits now.
    Repaired {
        /// The pack after the change.
        pack: RwPack,
        /// The symbols that were changed.
        changed: RwSymbols,
    },
    /// More is wrong than can be corrected; nothing is known of the pack.
    Beyond,
}

impl RwRepair {
    /// The sound pack, given the one that was looked at; `None` if there is none.
    #[must_use]
    pub const fn pack(self, looked_at: &RwPack) -> Option<RwPack> {
        match self {
            Self::Sound => Some(*looked_at),
            Self::Repaired { pack, .. } => Some(pack),
            Self::Beyond => None,
        }
    }
}
