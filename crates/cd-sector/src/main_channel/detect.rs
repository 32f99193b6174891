use core::fmt;

use cd_address::bcd_decode;

use super::{PlainSector, ScrambledSector};
use crate::MAIN_BYTES;
use crate::ecc::Code;

#[cfg(test)]
mod tests;

/// What the 2352 bytes of a main channel look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MainKind {
    /// Sound: no sync pattern.
    Audio,
    /// Data: a sync pattern.
    Data {
        /// The header's mode byte, plain; 0..=2 unless the header is damaged or of a packet's link.
        mode: u8,
        /// Whether bytes 12..2352 are scrambled, as they are in a stream for raw recording.
        scrambled: bool,
    },
}

impl fmt::Display for MainKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Audio => f.write_str("audio"),
            Self::Data { mode, scrambled } => {
                let form = if scrambled { "scrambled" } else { "plain" };
                write!(f, "data, mode {mode}, {form}")
            }
        }
    }
}

/// Tells sound from data, and plain data from scrambled, by the bytes alone.
///
/// 1. Without the whole sync pattern the sector is sound. So is a data sector with a broken sync: a drive sees it no
///    other way.
/// 2. If the header is plausible ([`Header::is_plausible`](crate::Header::is_plausible)) as it stands, the data is plain; if it is when descrambled,
///    scrambled. It is never both.
/// 3. If it is neither, an EDC that fits decides, as it stands first; one damaged byte of mode or subheader is overlooked.
/// 4. If none fits, that counts for which more of P parity fits, then of the header's four fields, then the mode.
/// 5. If all that is the same, the sector counts as plain.
#[must_use]
pub fn detect(sector: &[u8; MAIN_BYTES]) -> MainKind {
    let lens = PlainSector(sector);
    if !lens.has_sync() {
        return MainKind::Audio;
    }
    let (plain, descrambled) = (lens.header(), ScrambledSector(sector).header());
    let scrambled = if plain.is_plausible() {
        false
    } else if descrambled.is_plausible() {
        true
    } else {
        lens.kind_by_edc().is_none() && {
            let other = ScrambledSector(sector).to_plain();
            let other = PlainSector(&other);
            other.kind_by_edc().is_some() || other.likeness() > lens.likeness()
        }
    };
    let mode = if scrambled {
        descrambled.mode
    } else {
        plain.mode
    };
    MainKind::Data { mode, scrambled }
}

impl PlainSector<'_> {
    /// How much it looks like a plain sector whose header is damaged: P codewords that fit (all of them fit zeros), fields
    /// of the header that can be, and whether the mode is among these.
    fn likeness(self) -> (u8, u8, bool) {
        let header = self.header();
        let [minute, second, frame, mode] = header.to_bytes();
        let is_below = |byte, limit| bcd_decode(byte).is_some_and(|number| number < limit);
        let has_mode = mode <= 2;
        let fields = [
            is_below(minute, 100),
            is_below(second, 60),
            is_below(frame, 75),
            has_mode,
        ];
        let n_fields = fields.into_iter().map(u8::from).sum();
        (86 - Code::P.n_unfit(self.0), n_fields, has_mode)
    }
}
