//! One line of a CUE sheet, taken apart from left to right.

use std::borrow::Cow;

use cd_address::RelMsf;

use crate::text::column_after;
use crate::{Place, SheetError, SheetFault, Spanned};

const BLANKS: [char; 2] = [' ', '\t'];

/// What is left of a line.
pub(super) struct Line<'a> {
    line: u32,
    /// The whole line.
    text: &'a str,
    /// How many bytes of it were taken.
    taken: usize,
    /// Whether text was taken that stood in no quotes.
    has_bare_text: bool,
}

impl<'a> Line<'a> {
    pub(super) fn new(line: u32, text: &'a str) -> Self {
        Self {
            line,
            text,
            taken: 0,
            has_bare_text: false,
        }
    }

    /// What was not taken yet, blanks at its beginning left away.
    fn skip_blanks(&mut self) -> &'a str {
        let rest = self.text[self.taken..].trim_start_matches(BLANKS);
        self.taken = self.text.len() - rest.len();
        rest
    }

    fn place_at(&self, offset: usize) -> Place {
        Place {
            line: self.line,
            column: column_after(&self.text[..offset]),
        }
    }

    /// Where a missing argument belongs: after the last one, not after blanks at the line's end.
    fn place(&self) -> Place {
        let end = self.text.trim_end_matches(BLANKS).len();
        self.place_at(self.taken.min(end))
    }

    /// Takes the characters up to the next blank; empty at the line's end.
    pub(super) fn word(&mut self) -> Spanned<&'a str> {
        let rest = self.skip_blanks();
        let word = &rest[..rest.find(BLANKS).unwrap_or(rest.len())];
        let place = self.place();
        self.taken += word.len();
        Spanned::new(place, word)
    }

    /// Takes text: what stands between quotes, else a word.
    pub(super) fn text(&mut self, what: &'static str) -> Result<Spanned<&'a str>, SheetError> {
        let rest = self.skip_blanks();
        let place = self.place();
        let Some(quoted) = rest.strip_prefix('"') else {
            let word = self.word();
            if word.value.is_empty() {
                return Err(word.error(SheetFault::unexpected("", what)));
            }
            return match word.value.find('"') {
                Some(at) => {
                    let place = self.place_at(self.taken - word.value.len() + at);
                    let fault = SheetFault::Unexpected {
                        found: "a quote within a word".to_owned(),
                        expected: "quotes round the whole text or none".into(),
                    };
                    Err(SheetError::new(place, fault))
                }
                None => {
                    self.has_bare_text = true;
                    Ok(word)
                }
            };
        };
        let Some(end) = quoted.find('"') else {
            return Err(SheetError::new(place, SheetFault::Unterminated));
        };
        self.taken += end + 2;
        let after = &self.text[self.taken..];
        if !after.is_empty() && !after.starts_with(BLANKS) {
            let expected = "a blank after the closing quote: text between quotes cannot hold one";
            let fault = SheetFault::unexpected(after.trim_end_matches(BLANKS), expected);
            return Err(SheetError::new(self.place(), fault));
        }
        Ok(Spanned::new(place, &quoted[..end]))
    }

    /// Takes a number of `min` to 99.
    pub(super) fn number(
        &mut self,
        what: &'static str,
        min: u8,
    ) -> Result<Spanned<u8>, SheetError> {
        let word = self.word();
        if !is_digits(word.value) {
            let expected = Cow::from(format!("{what}, {min:02} to 99"));
            return Err(word.error(SheetFault::unexpected(word.value, expected)));
        }
        in_range(what, word, min, 99)
    }

    /// Takes a time, minutes, seconds and frames.
    pub(super) fn time(&mut self) -> Result<Spanned<RelMsf>, SheetError> {
        let word = self.word();
        let unexpected = || {
            word.error(SheetFault::unexpected(
                word.value,
                "a time, minutes:seconds:frames",
            ))
        };
        let fields: Vec<&str> = word.value.split(':').collect();
        let &[minute, second, frame] = fields.as_slice() else {
            return Err(unexpected());
        };
        if !fields.iter().all(|field| is_digits(field)) {
            return Err(unexpected());
        }
        let mut place = word.place;
        let mut field = |what, text: &'a str, max| {
            let value = in_range(what, Spanned::new(place, text), 0, max)?.value;
            // Digits, each a character of one byte.
            place.column = place.column.saturating_add(column_after(text));
            Ok(value)
        };
        let minute = field("the minute", minute, 99)?;
        let second = field("the second", second, 59)?;
        let frame = field("the frame", frame, 74)?;
        let time = RelMsf::new(minute, second, frame).map_err(|_| unexpected())?;
        Ok(Spanned::new(word.place, time))
    }

    /// Everything after one blank, as it is.
    pub(super) fn remark(&self) -> &'a str {
        let rest = &self.text[self.taken..];
        rest.strip_prefix(BLANKS).unwrap_or(rest)
    }

    /// That nothing is left.
    pub(super) fn end(&mut self) -> Result<(), SheetError> {
        let rest = self.skip_blanks().trim_end_matches(BLANKS);
        if rest.is_empty() {
            return Ok(());
        }
        let expected = match self.has_bare_text {
            true => "the end of the line (quotes stand round text with blanks)",
            false => "the end of the line",
        };
        let fault = SheetFault::unexpected(rest, expected);
        Err(SheetError::new(self.place(), fault))
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number that the digits `word` are.
fn in_range(
    what: &'static str,
    word: Spanned<&str>,
    min: u8,
    max: u8,
) -> Result<Spanned<u8>, SheetError> {
    match word.value.parse::<u8>() {
        Ok(value) if (min..=max).contains(&value) => Ok(Spanned::new(word.place, value)),
        _ => Err(word.error(SheetFault::OutOfRange {
            what,
            value: SheetFault::show(word.value),
            min: min.into(),
            max: max.into(),
        })),
    }
}
