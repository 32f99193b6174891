use core::fmt;

use super::{Header, MainSector, SYNC};
use crate::scramble::scrambled_header;
use crate::{MAIN_BYTES, edc, scramble};

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
/// 2. If the header is plausible ([`Header::is_plausible`]) as it stands, the data is plain; if it is when descrambled,
///    scrambled. It is never both.
/// 3. If it is neither, an EDC that fits decides, as it stands first.
/// 4. If none fits, the sector counts as plain.
#[must_use]
pub fn detect(sector: &[u8; MAIN_BYTES]) -> MainKind {
    let lens = MainSector(sector);
    if *lens.sync() != SYNC {
        return MainKind::Audio;
    }
    let plain = lens.header();
    let descrambled = Header::from_bytes(scrambled_header(plain.to_bytes()));
    let scrambled = if plain.is_plausible() {
        false
    } else if descrambled.is_plausible() {
        true
    } else {
        !has_right_edc(sector) && {
            let mut copy = *sector;
            scramble(&mut copy);
            has_right_edc(&copy)
        }
    };
    let mode = if scrambled {
        descrambled.mode
    } else {
        plain.mode
    };
    MainKind::Data { mode, scrambled }
}

/// Whether a plain sector carries the EDC of its mode, which for zero data in Mode 2 is zero and proves nothing.
fn has_right_edc(sector: &[u8; MAIN_BYTES]) -> bool {
    // The upper bits of the mode byte mark the blocks of a packet.
    const MODE: u8 = 0x07;
    // Byte 18 is the submode of a Mode 2 subheader; this bit is set in form 2.
    const FORM_2: u8 = 0x20;
    let (covered, place) = match (sector[15] & MODE, sector[18] & FORM_2) {
        (1, _) => (0..2064, 2064),
        (2, 0) => (16..2072, 2072),
        (2, _) => (16..2348, 2348),
        _ => return false,
    };
    let expected = edc(&sector[covered]).to_le_bytes();
    expected != [0; 4] && sector[place..].starts_with(&expected)
}
