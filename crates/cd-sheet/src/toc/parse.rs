//! Tokens to a sheet.

use std::borrow::Cow;

use cd_address::RelMsf;
use cd_sector::Isrc;

use super::lexer::{Lexer, Token, TokenKind};
use super::mode::{TocDiscType, TocMode, TocSubchannel};
use super::string::{plain_text, text_of};
use super::{TocLength, TocSheet, TocSheetTrack, TocStatement};
use crate::text::check_characters;
use crate::{Place, SheetError, SheetFault, Spanned};

mod track;

/// The most tracks of a disc, and the highest number of one.
const MAX_TRACK: u8 = 99;

const HEADER_WORDS: &str =
    "CD_DA, CD_ROM, CD_ROM_XA, CD_I, CATALOG, FIRST_TRACK_NO, CD_TEXT or TRACK";

/// The sheet that a toc-file's text is.
///
/// # Errors
/// [`SheetError`] with the first fault and its place, which may be any but those of bytes.
pub fn parse(text: &str) -> Result<TocSheet, SheetError> {
    check_characters(text)?;
    let mut parser = Parser::new(text)?;
    let mut sheet = TocSheet::default();
    header(&mut parser, &mut sheet)?;
    while let TokenKind::Word("TRACK") = parser.token.kind {
        let number = sheet.tracks.len() + usize::from(sheet.first_track_number());
        if number > usize::from(MAX_TRACK) {
            let value = number.to_string();
            return Err(parser
                .token
                .error(out_of_range("number of the track", value, 1, 99)));
        }
        let track = track::parse(&mut parser, &sheet.cd_text)?;
        sheet.tracks.push(track);
    }
    if sheet.tracks.is_empty() {
        return Err(parser.token.error(SheetFault::Missing {
            what: "TRACK".into(),
            of: "the sheet".into(),
        }));
    }
    Ok(sheet)
}

/// Where a word may stand before the first track: cdrdao has an order there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Disc,
    FirstTrack,
    CdText,
}

impl Phase {
    fn of(word: &str) -> Option<Self> {
        match word {
            "CATALOG" => Some(Self::Disc),
            "FIRST_TRACK_NO" => Some(Self::FirstTrack),
            "CD_TEXT" => Some(Self::CdText),
            _ => TocDiscType::from_word(word).map(|_| Self::Disc),
        }
    }
}

fn header(parser: &mut Parser<'_>, sheet: &mut TocSheet) -> Result<(), SheetError> {
    let mut seen = Seen::default();
    let mut reached = Phase::Disc;
    loop {
        let token = parser.token;
        let word = match token.kind {
            TokenKind::End | TokenKind::Word("TRACK") => return Ok(()),
            TokenKind::Word(word) => word,
            _ => return Err(token.unexpected(HEADER_WORDS)),
        };
        let Some(phase) = Phase::of(word) else {
            return Err(parser.unexpected_statement(HEADER_WORDS));
        };
        let disc_type = TocDiscType::from_word(word);
        seen.once(&token, disc_type.map_or(word, |_| "the type of the disc"))?;
        if phase < reached {
            let rule = "stands too late: CATALOG and the disc's type come first, then FIRST_TRACK_NO, then CD_TEXT";
            return Err(token.error(order(word, rule)));
        }
        reached = phase;
        parser.advance()?;
        match (word, disc_type) {
            (_, Some(disc_type)) => sheet.disc_type = Some(disc_type),
            ("CATALOG", _) => {
                let (token, text) = parser.text("the catalogue number, 13 digits in quotes")?;
                let mcn = text
                    .parse()
                    .map_err(|error| token.error(SheetFault::Mcn(error)))?;
                sheet.catalog = Some(Spanned::new(token.place, mcn));
            }
            ("FIRST_TRACK_NO", _) => {
                let number = parser.small_number("number of the first track", 1, MAX_TRACK)?;
                sheet.first_track = Some(number);
            }
            _ => sheet.cd_text = super::cd_text::of_disc(parser)?,
        }
    }
}

/// What was given already, and where.
#[derive(Default)]
pub(super) struct Seen<'a>(Vec<(&'a str, Place)>);

impl<'a> Seen<'a> {
    /// Remembers `what`, which begins at `token`.
    pub(super) fn once(&mut self, token: &Token<'_>, what: &'a str) -> Result<(), SheetError> {
        if let Some(&(_, first)) = self.0.iter().find(|(seen, _)| *seen == what) {
            return Err(token.error(duplicate(what.to_owned(), first)));
        }
        self.0.push((what, token.place));
        Ok(())
    }
}

pub(super) fn duplicate(what: impl Into<Cow<'static, str>>, first: Place) -> SheetFault {
    SheetFault::Duplicate {
        what: what.into(),
        first,
    }
}

pub(super) fn order(word: &str, rule: &'static str) -> SheetFault {
    SheetFault::Order {
        what: word.to_owned().into(),
        rule: rule.into(),
    }
}

pub(super) const fn out_of_range(
    what: &'static str,
    value: String,
    min: i64,
    max: i64,
) -> SheetFault {
    SheetFault::OutOfRange {
        what,
        value,
        min,
        max,
    }
}

/// The tokens of a sheet, one of them looked at.
pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The next token.
    pub(super) token: Token<'a>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, SheetError> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next()?;
        Ok(Self { lexer, token })
    }

    /// Moves on; the token that was the next one.
    pub(super) fn advance(&mut self) -> Result<Token<'a>, SheetError> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    pub(super) const fn is_mark(&self, mark: char) -> bool {
        matches!(self.token.kind, TokenKind::Mark(found) if found == mark)
    }

    /// Takes `mark` if it is next.
    pub(super) fn take_mark(&mut self, mark: char) -> Result<bool, SheetError> {
        let found = self.is_mark(mark);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes `mark`.
    pub(super) fn mark(&mut self, mark: char, expected: &'static str) -> Result<(), SheetError> {
        if self.take_mark(mark)? {
            Ok(())
        } else {
            Err(self.token.unexpected(expected))
        }
    }

    /// Takes `word` if it is next.
    pub(super) fn take_word(&mut self, word: &str) -> Result<bool, SheetError> {
        let found = matches!(self.token.kind, TokenKind::Word(found) if found == word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    /// Takes a text, escapes as they are.
    pub(super) fn text(
        &mut self,
        expected: &'static str,
    ) -> Result<(Token<'a>, &'a str), SheetError> {
        let raw = text_of(&self.token).ok_or_else(|| self.token.unexpected(expected))?;
        Ok((self.advance()?, raw))
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self.token.kind, TokenKind::Number(_))
    }

    /// Takes a number from `min` to `max`.
    pub(super) fn number(
        &mut self,
        what: &'static str,
        min: u64,
        max: u64,
    ) -> Result<u64, SheetError> {
        let TokenKind::Number(digits) = self.token.kind else {
            return Err(self.token.error(SheetFault::Unexpected {
                found: self.token.show(),
                expected: format!("{what}, {min} to {max}").into(),
            }));
        };
        let number = digits.parse().ok().filter(|n| (min..=max).contains(n));
        let number = number.ok_or_else(|| {
            let limit = |limit| i64::try_from(limit).unwrap_or(i64::MAX);
            let fault = out_of_range(what, digits.to_owned(), limit(min), limit(max));
            self.token.error(fault)
        })?;
        self.advance()?;
        Ok(number)
    }

    /// Takes a number from `min` to `max`.
    pub(super) fn small_number(
        &mut self,
        what: &'static str,
        min: u8,
        max: u8,
    ) -> Result<u8, SheetError> {
        let number = self.number(what, min.into(), max.into())?;
        Ok(u8::try_from(number).unwrap_or(max))
    }

    /// Takes a time `mm:ss:ff`, blanks between or not, as cdrdao does.
    pub(super) fn time(&mut self) -> Result<Spanned<RelMsf>, SheetError> {
        const EXPECTED: &str = "a time mm:ss:ff";
        let first = self.token;
        match self.length(EXPECTED)? {
            TocLength::Time(time) => Ok(Spanned::new(first.place, time)),
            TocLength::Units(_) => Err(first.unexpected(EXPECTED)),
        }
    }

    /// Takes a length or a position: a time, or a plain number.
    pub(super) fn length(&mut self, expected: &'static str) -> Result<TocLength, SheetError> {
        let first = self.token;
        if !self.is_number() {
            return Err(first.unexpected(expected));
        }
        let number = self.number("length", 0, TocLength::MAX_UNITS)?;
        if !self.take_mark(':')? {
            return Ok(TocLength::Units(number));
        }
        let minute = u8::try_from(number).ok().filter(|minute| *minute <= 99);
        let minute = minute.ok_or_else(|| {
            let value = number.to_string();
            first.error(out_of_range("minute of the time", value, 0, 99))
        })?;
        let second = self.small_number("second of the time", 0, 59)?;
        self.mark(':', "\":\" and the frames of a time mm:ss:ff")?;
        let frame = self.small_number("frame of the time", 0, 74)?;
        let time = RelMsf::new(minute, second, frame);
        let time = time.map_err(|_| first.unexpected("a time mm:ss:ff"))?;
        Ok(TocLength::Time(time))
    }

    /// Takes a length that must not be zero.
    pub(super) fn length_above_zero(
        &mut self,
        expected: &'static str,
    ) -> Result<TocLength, SheetError> {
        let first = self.token;
        let length = self.length(expected)?;
        if length.is_zero() {
            let max = i64::try_from(TocLength::MAX_UNITS).unwrap_or(i64::MAX);
            return Err(first.error(out_of_range("length", "0".to_owned(), 1, max)));
        }
        Ok(length)
    }

    /// What the next token is where a statement has to begin: a word that there is not, or no word at all.
    pub(super) fn unexpected_statement(&self, words: &'static str) -> SheetError {
        match self.token.kind {
            TokenKind::Word(word) => self.token.error(SheetFault::UnknownWord {
                what: "statement",
                found: SheetFault::show(word),
                expected: words.into(),
            }),
            _ => self.token.unexpected(words),
        }
    }
}
