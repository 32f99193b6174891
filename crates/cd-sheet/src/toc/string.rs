//! Texts with their escapes: to characters and back.

use std::fmt::{self, Write};

use super::lexer::{Token, TokenKind};
use super::mode::TocEncoding;
use crate::{Place, SheetError, SheetFault};

/// One unit of a text.
enum Piece {
    /// A character that stands for itself.
    Plain(char),
    /// The number of an octal escape.
    Octal(u8),
}

/// The units of the text `raw` and their places; `first` is the place of its first character.
fn pieces(first: Place, raw: &str) -> Result<Vec<(Place, Piece)>, SheetError> {
    let mut pieces = Vec::with_capacity(raw.len());
    let (mut rest, mut place) = (raw, first);
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let digits = after.bytes().take_while(u8::is_ascii_digit).take(3).count();
        let (piece, n_bytes) = match after.as_bytes().first() {
            Some(&escaped @ (b'"' | b'\\')) if c == '\\' => (Piece::Plain(char::from(escaped)), 2),
            _ if c == '\\' && digits > 0 => {
                let escape = &rest[..=digits];
                (octal(place, escape)?, escape.len())
            }
            _ => (Piece::Plain(c), c.len_utf8()),
        };
        let (taken, left) = rest.split_at(n_bytes);
        pieces.push((place, piece));
        let n_chars = u32::try_from(taken.chars().count()).unwrap_or(u32::MAX);
        place.column = place.column.saturating_add(n_chars);
        rest = left;
    }
    Ok(pieces)
}

fn octal(place: Place, escape: &str) -> Result<Piece, SheetError> {
    let number = Some(&escape[1..]).filter(|digits| digits.len() == 3);
    match number.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
        Some(0) | None => Err(SheetError::new(
            place,
            SheetFault::unexpected(escape, "an octal escape, \\001 to \\377 in three digits"),
        )),
        Some(byte) => Ok(Piece::Octal(byte)),
    }
}

/// The place of a text's first character, behind the quote.
const fn inside(token: &Token<'_>) -> Place {
    Place {
        line: token.place.line,
        column: token.place.column.saturating_add(1),
    }
}

/// The text of a token whose escapes are ASCII characters: a file's name.
pub(super) fn plain_text(token: &Token<'_>, raw: &str) -> Result<String, SheetError> {
    let mut text = String::with_capacity(raw.len());
    for (place, piece) in pieces(inside(token), raw)? {
        match piece {
            Piece::Plain(c) => text.push(c),
            Piece::Octal(byte) if byte.is_ascii() => text.push(char::from(byte)),
            Piece::Octal(byte) => {
                let escape = format!("\\{byte:03o}");
                let expected = "an octal escape up to \\177: write other characters as they are";
                let fault = SheetFault::unexpected(&escape, expected);
                return Err(SheetError::new(place, fault));
            }
        }
    }
    Ok(text)
}

/// The text of a token whose octal escapes are bytes in `encoding`.
///
/// ASCII characters beside an escape count as bytes, too: the second byte of a character in MS-JIS can be one.
pub(super) fn cd_text(
    token: &Token<'_>,
    raw: &str,
    encoding: TocEncoding,
) -> Result<String, SheetError> {
    let undecoded = || {
        let expected = format!("text in {}", encoding.name());
        token.error(SheetFault::Unexpected {
            found: token.show(),
            expected: expected.into(),
        })
    };
    let (mut text, mut bytes) = (String::with_capacity(raw.len()), Vec::new());
    for (place, piece) in pieces(inside(token), raw)? {
        match piece {
            Piece::Octal(byte) => bytes.push(byte),
            Piece::Plain(c) => match u8::try_from(c) {
                Ok(byte) if byte.is_ascii() => bytes.push(byte),
                _ => {
                    text.push_str(&encoding.decode(&bytes).ok_or_else(undecoded)?);
                    bytes.clear();
                    check_character(place, c, encoding)?;
                    text.push(c);
                }
            },
        }
    }
    text.push_str(&encoding.decode(&bytes).ok_or_else(undecoded)?);
    Ok(text)
}

fn check_character(place: Place, c: char, encoding: TocEncoding) -> Result<(), SheetError> {
    if encoding.encode(c).is_some() {
        return Ok(());
    }
    let fault = SheetFault::Character {
        character: c,
        encoding: encoding.name(),
        instead: "name another in the LANGUAGE block of the disc, such as ENCODING_MS_JIS",
    };
    Err(SheetError::new(place, fault))
}

/// Whether the token is a text, and which.
pub(super) const fn text_of<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token.kind {
        TokenKind::Text(raw) => Some(raw),
        _ => None,
    }
}

/// A file's name in quotes: only what would not come back is escaped.
pub(super) struct NameText<'a>(pub(super) &'a str);

impl fmt::Display for NameText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                // Not doubled: cdrdao 1.2.4 reads two backslashes as two.
                '\\' | '\u{1}'..='\u{1F}' | '\u{7F}' => write!(f, "\\{:03o}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_str("\"")
    }
}

/// CD-Text in quotes, in ASCII.
pub(super) struct CdTextText<'a>(pub(super) &'a str, pub(super) TocEncoding);

impl fmt::Display for CdTextText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match (c, self.1.encode(c)) {
                ('"', _) => f.write_str("\\\"")?,
                (' '..='~', _) if c != '\\' => f.write_char(c)?,
                (_, Some(bytes)) => bytes
                    .iter()
                    .try_for_each(|byte| write!(f, "\\{byte:03o}"))?,
                (_, None) => f.write_char(c)?,
            }
        }
        f.write_str("\"")
    }
}
