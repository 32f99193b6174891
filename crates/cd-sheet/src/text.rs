//! Bytes of a sheet to text.
//!
//! No sheet says how its text is encoded. UTF-8 shows by itself: other text with characters beyond ASCII is hardly ever
//! valid UTF-8. Western text (ISO-8859-1, or Windows-1252, which is the same but for 80h to 9Fh) and Shift-JIS are told
//! apart by which of them the bytes can be, and where they can be both, the user is asked: a wrong guess would end in a
//! disc's CD-Text.

use std::fmt;
use std::str::{self, FromStr};

use encoding_rs::{SHIFT_JIS, WINDOWS_1252};

use crate::{Place, SheetError, SheetFault};

#[cfg(test)]
mod tests;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF16_MARKS: [&[u8]; 2] = [b"\xFE\xFF", b"\xFF\xFE"];

/// How a sheet's text is encoded. ASCII text is UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SheetEncoding {
    /// UTF-8.
    Utf8,
    /// ISO-8859-1: 20h to 7Eh and A0h to FFh, one byte a character.
    Iso8859_1,
    /// Windows-1252: ISO-8859-1 with quotes, dashes and more in 80h to 9Fh. Programs on Windows write it for the former.
    Windows1252,
    /// Shift-JIS as Windows has it (code page 932), without characters for private use.
    ShiftJis,
}

impl SheetEncoding {
    const ALL: [Self; 4] = [
        Self::Utf8,
        Self::Iso8859_1,
        Self::Windows1252,
        Self::ShiftJis,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Iso8859_1 => "iso-8859-1",
            Self::Windows1252 => "windows-1252",
            Self::ShiftJis => "shift-jis",
        }
    }
}

impl fmt::Display for SheetEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that names no encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding {word:?}, expected utf-8, iso-8859-1, windows-1252 or shift-jis")]
pub struct SheetEncodingError {
    /// The word.
    pub word: String,
}

/// Reads `utf-8`, `iso-8859-1`, `windows-1252`, `shift-jis`, in capitals or not.
impl FromStr for SheetEncoding {
    type Err = SheetEncodingError;

    fn from_str(word: &str) -> Result<Self, SheetEncodingError> {
        let mut all = Self::ALL.into_iter();
        all.find(|encoding| encoding.word().eq_ignore_ascii_case(word))
            .ok_or_else(|| SheetEncodingError {
                word: word.to_owned(),
            })
    }
}

/// The text of a sheet, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetText {
    /// The text, without byte order mark; no control characters but tab, LF and CR.
    pub text: String,
    /// How it was encoded: as stated, or as the bytes show. UTF-8 for ASCII.
    pub encoding: SheetEncoding,
    /// Whether the mark of UTF-8 (EF BB BF) stood before it.
    pub had_bom: bool,
}

/// The text that `bytes` are: in the encoding `stated`, or without one in the only encoding that they can be.
///
/// ```
/// use cd_sheet::{SheetEncoding, decode_text};
///
/// assert_eq!(decode_text(b"TITLE \"Beyonc\xE9\"", None)?.encoding, SheetEncoding::Iso8859_1);
/// assert_eq!(decode_text(b"TITLE \"\x81\x5B\"", None)?.text, "TITLE \"\u{30FC}\"");
///
/// let unclear = decode_text(b"TITLE \"Oc\xE9ane\"", None).unwrap_err();
/// assert!(unclear.to_string().starts_with("1:10: byte E9h: the text may be iso-8859-1 or shift-jis"));
/// assert_eq!(decode_text(b"Oc\xE9ane", Some(SheetEncoding::Iso8859_1))?.text, "Oc\u{E9}ane");
/// # Ok::<(), cd_sheet::SheetError>(())
/// ```
///
/// # Errors
/// [`SheetFault::Utf16`] and [`SheetFault::ControlCharacter`] for what is no sheet at all;
/// [`SheetFault::NotInEncoding`] at the first character that the stated encoding, or UTF-8 after its mark, does not have;
/// [`SheetFault::Unexpected`] for UTF-8's mark where another encoding is stated; [`SheetFault::UnknownEncoding`] and
/// [`SheetFault::EncodingUnclear`] at the first character beyond ASCII, when none is stated.
pub fn decode_text(bytes: &[u8], stated: Option<SheetEncoding>) -> Result<SheetText, SheetError> {
    if UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(SheetError::new(Place::START, SheetFault::Utf16));
    }
    let unmarked = bytes.strip_prefix(UTF8_MARK);
    let had_bom = unmarked.is_some();
    let bytes = unmarked.unwrap_or(bytes);
    refuse_controls(bytes)?;
    let encoding = match stated {
        Some(other) if had_bom && other != SheetEncoding::Utf8 => {
            let fault = SheetFault::Unexpected {
                found: "the byte order mark of utf-8".to_owned(),
                expected: format!("text in {other}, as stated").into(),
            };
            return Err(SheetError::new(Place::START, fault));
        }
        Some(stated) => stated,
        None if had_bom => SheetEncoding::Utf8,
        None => detect(bytes)?,
    };
    let text = decode(encoding, bytes).map_err(|(before, byte)| {
        let fault = SheetFault::NotInEncoding { byte, encoding };
        SheetError::new(place_after(&before), fault)
    })?;
    check_characters(&text)?;
    Ok(SheetText {
        text,
        encoding,
        had_bom,
    })
}

/// Control characters below 80h are themselves in every encoding, and Shift-JIS has none in its second bytes: a file that
/// is no text at all is told from text before anything is made of its other bytes.
fn refuse_controls(bytes: &[u8]) -> Result<(), SheetError> {
    let found = bytes
        .iter()
        .position(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let Some(idx) = found else { return Ok(()) };
    let place = place_after(&String::from_utf8_lossy(&bytes[..idx]));
    let code = u32::from(bytes[idx]);
    Err(SheetError::new(
        place,
        SheetFault::ControlCharacter { code },
    ))
}

/// No control characters but tabs and line ends, for text that may come from elsewhere than [`decode_text`].
pub(crate) fn check_characters(text: &str) -> Result<(), SheetError> {
    let Some((idx, character)) = text.char_indices().find(|(_, c)| is_refused(*c)) else {
        return Ok(());
    };
    let code = u32::from(character);
    let fault = SheetFault::ControlCharacter { code };
    Err(SheetError::new(place_after(&text[..idx]), fault))
}

fn is_refused(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r')
}

fn detect(bytes: &[u8]) -> Result<SheetEncoding, SheetError> {
    let fits = |encoding: &SheetEncoding| decode(*encoding, bytes).is_ok();
    if fits(&SheetEncoding::Utf8) {
        return Ok(SheetEncoding::Utf8);
    }
    let western = [SheetEncoding::Iso8859_1, SheetEncoding::Windows1252]
        .into_iter()
        .find(fits);
    let japanese = Some(SheetEncoding::ShiftJis).filter(fits);
    // Text that is not UTF-8 has a byte beyond ASCII.
    let idx = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let byte = bytes.get(idx).copied().unwrap_or(0);
    let fault = match (western, japanese) {
        (Some(only), None) | (None, Some(only)) => return Ok(only),
        (Some(first), Some(second)) => SheetFault::EncodingUnclear {
            byte,
            first,
            second,
        },
        (None, None) => SheetFault::UnknownEncoding { byte },
    };
    let place = place_after(&String::from_utf8_lossy(&bytes[..idx]));
    Err(SheetError::new(place, fault))
}

/// The text, or what stands before the first bytes that are no character, and the first of those.
fn decode(encoding: SheetEncoding, bytes: &[u8]) -> Result<String, (String, u8)> {
    if encoding == SheetEncoding::Utf8 {
        return str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
            let (good, rest) = bytes.split_at(error.valid_up_to());
            (
                String::from_utf8_lossy(good).into_owned(),
                rest.first().copied().unwrap_or(0),
            )
        });
    }
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let is_double =
            encoding == SheetEncoding::ShiftJis && matches!(first, 0x81..=0x9F | 0xE0..=0xFC);
        let length = 1 + usize::from(is_double);
        let Some(character) = rest.get(..length).and_then(|one| character(encoding, one)) else {
            return Err((text, first));
        };
        text.push(character);
        rest = &rest[length..];
    }
    Ok(text)
}

/// The character that the bytes of one are.
fn character(encoding: SheetEncoding, bytes: &[u8]) -> Option<char> {
    let table = match (encoding, bytes) {
        (SheetEncoding::Iso8859_1, &[byte]) => {
            let character = char::from(byte);
            return Some(character).filter(|_| !matches!(byte, 0x80..=0x9F));
        }
        (SheetEncoding::ShiftJis, _) => SHIFT_JIS,
        _ => WINDOWS_1252,
    };
    let text = table.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut characters = text.chars();
    let only = characters.next()?;
    // Where the codes have no character the tables of the web give control characters, and room for private use.
    let is_meant = !matches!(only, '\u{80}'..='\u{9F}' | '\u{E000}'..='\u{F8FF}');
    (is_meant && characters.next().is_none()).then_some(only)
}

/// The lines of a sheet with their numbers from 1, without their ends, which are LF, CR LF or CR.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut rest = Some(text);
    let split = std::iter::from_fn(move || {
        let whole = rest?;
        let Some(end) = whole.find(['\n', '\r']) else {
            rest = None;
            return Some(whole);
        };
        let after = &whole[end..];
        let after = after.strip_prefix("\r\n").unwrap_or_else(|| &after[1..]);
        rest = Some(after);
        Some(&whole[..end])
    });
    (1..).zip(split)
}

/// The place that follows `before`, the beginning of a sheet.
pub(crate) fn place_after(before: &str) -> Place {
    let (line, last) = lines(before).last().unwrap_or((1, ""));
    Place {
        line,
        column: column_after(last),
    }
}

/// The column that follows `before`, the beginning of a line.
pub(crate) fn column_after(before: &str) -> u32 {
    u32::try_from(before.chars().count()).map_or(u32::MAX, |n| n.saturating_add(1))
}
