//! Characters to tokens.

use crate::{Place, SheetError, SheetFault};

/// A token and where it begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) place: Place,
    pub(super) kind: TokenKind<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'a> {
    /// Letters, digits and underscores, not digits alone.
    Word(&'a str),
    /// Digits.
    Number(&'a str),
    /// What stands between two quotes, escapes as they are.
    Text(&'a str),
    /// Any other character.
    Mark(char),
    /// The end of the sheet.
    End,
}

impl Token<'_> {
    /// The token as messages repeat it.
    pub(super) fn show(&self) -> String {
        match self.kind {
            TokenKind::Word(text) | TokenKind::Number(text) => SheetFault::show(text),
            TokenKind::Text("") => "empty text".to_owned(),
            TokenKind::Text(text) => format!("the text {}", SheetFault::show(text)),
            TokenKind::Mark(mark) => SheetFault::show(mark.encode_utf8(&mut [0; 4])),
            TokenKind::End => "the end of the sheet".to_owned(),
        }
    }

    pub(super) fn error(&self, fault: SheetFault) -> SheetError {
        SheetError::new(self.place, fault)
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> SheetError {
        self.error(SheetFault::Unexpected {
            found: self.show(),
            expected: expected.into(),
        })
    }
}

/// The rest of a sheet.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    place: Place,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            place: Place::START,
        }
    }

    /// The next token; the end again and again once it is reached.
    pub(super) fn next(&mut self) -> Result<Token<'a>, SheetError> {
        self.skip_blank()?;
        let place = self.place;
        let Some(first) = self.rest.chars().next() else {
            let kind = TokenKind::End;
            return Ok(Token { place, kind });
        };
        let kind = match first {
            '"' => self.text()?,
            c if is_word(c) => {
                let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
                let word = self.take(end);
                if word.bytes().all(|b| b.is_ascii_digit()) {
                    TokenKind::Number(word)
                } else {
                    TokenKind::Word(word)
                }
            }
            mark => {
                self.take(mark.len_utf8());
                TokenKind::Mark(mark)
            }
        };
        Ok(Token { place, kind })
    }

    fn text(&mut self) -> Result<TokenKind<'a>, SheetError> {
        let inside = &self.rest[1..];
        let mut is_escaped = false;
        let end = inside.find(|c| match c {
            _ if is_line_end(c) => true,
            '"' if !is_escaped => true,
            _ => {
                is_escaped = c == '\\' && !is_escaped;
                false
            }
        });
        match end {
            Some(end) if inside[end..].starts_with('"') => {
                self.take(end + 2);
                Ok(TokenKind::Text(&inside[..end]))
            }
            _ => Err(SheetError::new(self.place, SheetFault::Unterminated)),
        }
    }

    fn skip_blank(&mut self) -> Result<(), SheetError> {
        loop {
            let rest = self.rest;
            if rest.starts_with("//") {
                self.take(rest.find(is_line_end).unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                return Err(SheetError::new(self.place, no_block_comments()));
            } else if rest.starts_with(is_blank) {
                self.take(rest.find(|c| !is_blank(c)).unwrap_or(rest.len()));
            } else {
                return Ok(());
            }
        }
    }

    /// Takes the first `n_bytes` and moves the place past them.
    fn take(&mut self, n_bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(n_bytes);
        // CR and LF of one line end are never taken apart: blanks are taken together.
        let mut is_after_cr = false;
        for c in taken.chars() {
            match c {
                '\n' if is_after_cr => {}
                '\n' | '\r' => {
                    self.place.line = self.place.line.saturating_add(1);
                    self.place.column = 1;
                }
                _ => self.place.column = self.place.column.saturating_add(1),
            }
            is_after_cr = c == '\r';
        }
        self.rest = rest;
        taken
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn no_block_comments() -> SheetFault {
    SheetFault::Unsupported {
        what: "a comment in /* */".into(),
        why: "cdrdao does not have them; begin each line of it with //".into(),
    }
}
