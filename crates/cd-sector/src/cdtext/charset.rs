//! Characters to bytes and back.

use alloc::string::String;
use alloc::vec::Vec;

use core::fmt;

use encoding_rs::SHIFT_JIS;

use super::{CdTextKind, pack::PAYLOAD_BYTES};

/// How the text of a block's titles, names and messages is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CdTextCharset {
    /// ISO 8859-1, one byte a character (code 00h).
    Iso8859_1,
    /// ASCII, one byte a character, 00h to 7Fh (code 01h).
    Ascii,
    /// MS-JIS, that is Shift_JIS as Windows has it (code 80h).
    MsJis {
        /// Whether every character has two bytes, zeros at the end and tabs too, and packs say so. That is what the
        /// standard wants; there are discs with characters of one byte among them, which is `false`.
        double_byte: bool,
    },
    /// A code without a meaning here; only its characters up to 7Fh are read, as ASCII, and written.
    Other(u8),
}

impl CdTextCharset {
    /// The character code in size info; for a code of its own, whether packs say "double byte".
    #[must_use]
    pub const fn from_code(code: u8, double_byte: bool) -> Self {
        match code {
            0x00 => Self::Iso8859_1,
            0x01 => Self::Ascii,
            0x80 => Self::MsJis { double_byte },
            other => Self::Other(other),
        }
    }

    /// The character code in size info.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Iso8859_1 => 0x00,
            Self::Ascii => 0x01,
            Self::MsJis { .. } => 0x80,
            Self::Other(other) => other,
        }
    }

    /// What text of this kind has in a block of this one: only titles, names and messages have the block's own.
    #[must_use]
    pub const fn of_kind(self, kind: CdTextKind) -> Self {
        match kind {
            CdTextKind::CLOSED_INFO => Self::Iso8859_1,
            kind if kind.has_block_charset() => self,
            _ => Self::Ascii,
        }
    }

    /// Bytes of a character as packs count them.
    pub(super) const fn unit(self) -> usize {
        match self {
            Self::MsJis { double_byte: true } => 2,
            _ => 1,
        }
    }

    /// The text's bytes, no zeros at the end; or the first character that has no code.
    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        let mut bytes = Vec::with_capacity(text.len());
        for character in text.chars() {
            let code = u32::from(character);
            let single = u8::try_from(code).ok();
            match (self, single) {
                (Self::Iso8859_1, Some(byte)) => bytes.push(byte),
                (Self::MsJis { double_byte }, _) => {
                    bytes.extend(ms_jis(character, double_byte).ok_or(character)?);
                }
                (Self::Ascii | Self::Other(_), Some(byte @ 0..=0x7F)) => bytes.push(byte),
                _ => return Err(character),
            }
        }
        Ok(bytes)
    }

    /// The text, and whether each byte had a meaning; what has none is U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, bool) {
        match self {
            Self::Iso8859_1 => (bytes.iter().copied().map(char::from).collect(), true),
            Self::Ascii | Self::Other(_) => {
                let ascii = |&byte: &u8| match byte {
                    0..=0x7F => char::from(byte),
                    _ => char::REPLACEMENT_CHARACTER,
                };
                (bytes.iter().map(ascii).collect(), bytes.is_ascii())
            }
            Self::MsJis { .. } => {
                let (text, had_errors) = SHIFT_JIS.decode_without_bom_handling(bytes);
                // Half of a character of two bytes can be zero, which no text has.
                let has_nul = text.contains('\0');
                let text = text.replace('\0', "\u{FFFD}");
                (text, !had_errors && !has_nul)
            }
        }
    }
}

impl fmt::Display for CdTextCharset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iso8859_1 => f.write_str("ISO 8859-1"),
            Self::Ascii => f.write_str("ASCII"),
            Self::MsJis { double_byte: true } => f.write_str("MS-JIS, double byte"),
            Self::MsJis { double_byte: false } => f.write_str("MS-JIS, bytes mixed"),
            Self::Other(code) => write!(f, "character code {code:02X}h"),
        }
    }
}

/// The character's one or two bytes, if there are any that come back as the same character.
fn ms_jis(character: char, double_byte: bool) -> Option<Vec<u8>> {
    let mut utf8 = [0; 4];
    let text = &*character.encode_utf8(&mut utf8);
    let (bytes, _, had_errors) = SHIFT_JIS.encode(text);
    let comes_back = || SHIFT_JIS.decode_without_bom_handling(&bytes).0 == text;
    let fits = !had_errors && (!double_byte || bytes.len() == 2) && comes_back();
    fits.then(|| bytes.into_owned())
}

/// The full-width form of a character of ASCII, which MS-JIS has two bytes for.
pub(super) const fn full_width(character: char) -> Option<char> {
    match character {
        ' ' => Some('\u{3000}'),
        '!'..='~' => char::from_u32(character as u32 + 0xFEE0),
        _ => None,
    }
}

const _: () = assert!(PAYLOAD_BYTES.is_multiple_of(2));
