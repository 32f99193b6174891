//! Reads the form described one level up, and nothing else.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::{
    Answer, Contents, Exchange, FIRST_LINE, KINDS, RecordedData, Recording, RecordingError,
};
use crate::{Completion, Limits, SenseBytes, Status, TransportError};

/// How much of what stands there an error shows.
const MAX_FOUND: usize = 24;
const TIME: &str = "at_us=";

/// Reads a whole recording.
pub(in crate::wrapper) fn parse(text: &str) -> Result<Recording, RecordingError> {
    let mut lines = Lines { text, line: 0 };
    let mut line = lines.required("the line \"cd-transport recording 1\"")?;
    line.literal(FIRST_LINE)?;
    line.end()?;
    let mut line = lines.required("a line that begins with \"device \"")?;
    line.literal("device ")?;
    let device = line.escaped_rest()?;
    let limits = limits(lines.required("a line that begins with \"limits \"")?)?;
    let mut exchanges = Vec::new();
    while let Some(line) = lines.next()? {
        let mut exchange = command(line, limits)?;
        if let Some(line) = lines.next()? {
            let (answered_at, answer) = answer(line, &exchange.data)?;
            exchange.answered_at = answered_at;
            exchange.answer = Some(answer);
        }
        exchanges.push(exchange);
    }
    Ok(Recording {
        device,
        limits,
        exchanges,
    })
}

fn limits(mut line: Line<'_>) -> Result<Limits, RecordingError> {
    line.literal("limits max_transfer=")?;
    let max_transfer = line.decimal(0..=usize::MAX)?;
    line.literal(" alignment=")?;
    let at = line.column;
    let alignment: usize = line.decimal(1..=usize::MAX)?;
    if !alignment.is_power_of_two() {
        return Err(line.error_at(at, "a power of two"));
    }
    line.end()?;
    Ok(Limits {
        max_transfer,
        alignment,
    })
}

fn command(mut line: Line<'_>, limits: Limits) -> Result<Exchange, RecordingError> {
    line.literal("command ")?;
    line.time()?;
    line.literal("cdb=")?;
    let at = line.column;
    let command = line.hex()?;
    if !matches!(command.len(), 6 | 10 | 12 | 16) {
        return Err(line.error_at(at, "6, 10, 12 or 16 bytes"));
    }
    line.literal(" timeout_ms=")?;
    line.decimal(0..=u128::MAX)?;
    line.literal(" ")?;
    let lengths = 0..=limits.max_transfer;
    let data = match line.one_of(&["none", "in=", "out="])? {
        0 => RecordedData::None,
        1 => RecordedData::In {
            length: line.decimal(lengths)?,
        },
        _ => {
            let length = line.decimal(lengths)?;
            line.literal(" ")?;
            RecordedData::Out {
                length,
                contents: line.contents(length)?,
            }
        }
    };
    line.end()?;
    Ok(Exchange {
        line: line.number,
        command,
        data,
        answer: None,
        answered_at: None,
    })
}

fn answer(
    mut line: Line<'_>,
    asked: &RecordedData,
) -> Result<(Option<Duration>, Answer), RecordingError> {
    let is_error = line.one_of(&["answer ", "error "])? == 1;
    let at = line.time()?;
    let answer = if is_error {
        failed(line)
    } else {
        completed(line, asked)
    };
    answer.map(|answer| (at, answer))
}

fn failed(mut line: Line<'_>) -> Result<Answer, RecordingError> {
    line.literal("kind=")?;
    let words = KINDS.map(|(_, word)| word);
    let (kind, _) = KINDS[line.one_of(&words)?];
    line.literal(" detail=")?;
    Ok(Answer::Failed(TransportError::new(
        kind,
        line.escaped_rest()?,
    )))
}

fn completed(mut line: Line<'_>, asked: &RecordedData) -> Result<Answer, RecordingError> {
    line.literal("status=")?;
    let at = line.column;
    let [status] = line.hex()?[..] else {
        return Err(line.error_at(at, "one byte"));
    };
    line.literal(" transferred=")?;
    let (length, has_data) = match asked {
        RecordedData::None => (0, false),
        RecordedData::In { length } => (*length, true),
        RecordedData::Out { length, .. } => (*length, false),
    };
    let transferred = line.decimal(0..=length)?;
    line.literal(" sense=")?;
    let at = line.column;
    let sense = line.hex()?;
    if sense.len() > SenseBytes::MAX {
        return Err(line.error_at(at, "at most 96 bytes"));
    }
    let data = if has_data {
        line.literal(" ")?;
        Some(line.contents(transferred)?)
    } else {
        None
    };
    line.end()?;
    Ok(Answer::Completed {
        completion: Completion {
            status: Status(status),
            transferred,
            sense: SenseBytes::new(&sense),
        },
        data,
    })
}

/// What is left of the text.
struct Lines<'a> {
    text: &'a str,
    /// Number of the line given last.
    line: usize,
}

impl<'a> Lines<'a> {
    /// The next line, `None` at the end of the text.
    fn next(&mut self) -> Result<Option<Line<'a>>, RecordingError> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.line += 1;
        let Some((line, rest)) = self.text.split_once('\n') else {
            return Err(RecordingError {
                line: self.line,
                column: self.text.chars().count() + 1,
                found: "the end of the file".to_owned(),
                expected: "the end of the line; the recording is cut, remove this line".to_owned(),
            });
        };
        self.text = rest;
        Ok(Some(Line {
            number: self.line,
            whole: line,
            rest: line,
            column: 1,
        }))
    }

    fn required(&mut self, expected: &str) -> Result<Line<'a>, RecordingError> {
        self.next()?.ok_or_else(|| RecordingError {
            line: self.line + 1,
            column: 1,
            found: "the end of the file".to_owned(),
            expected: expected.to_owned(),
        })
    }
}

/// One line, read from left to right.
struct Line<'a> {
    number: usize,
    whole: &'a str,
    rest: &'a str,
    /// Of the first character of `rest`.
    column: usize,
}

impl<'a> Line<'a> {
    fn error(&self, expected: impl Into<String>) -> RecordingError {
        self.error_at(self.column, expected)
    }

    fn error_at(&self, column: usize, expected: impl Into<String>) -> RecordingError {
        let standing: String = self
            .whole
            .chars()
            .skip(column - 1)
            .take(MAX_FOUND)
            .collect();
        RecordingError {
            line: self.number,
            column,
            found: if standing.is_empty() {
                "the end of the line".to_owned()
            } else {
                format!("{standing:?}")
            },
            expected: expected.into(),
        }
    }

    /// Goes on behind the next `length` bytes.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.column += taken.chars().count();
        taken
    }

    fn literal(&mut self, text: &str) -> Result<(), RecordingError> {
        self.one_of(&[text]).map(|_| ())
    }

    /// Which of `texts` stands here.
    fn one_of(&mut self, texts: &[&str]) -> Result<usize, RecordingError> {
        let found = texts.iter().position(|text| self.rest.starts_with(text));
        let Some(idx) = found else {
            let texts: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
            return Err(self.error(texts.join(" or ")));
        };
        self.take(texts[idx].len());
        Ok(idx)
    }

    fn end(&self) -> Result<(), RecordingError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.error("the end of the line"))
        }
    }

    /// `at_us=` and a space, if that stands here.
    fn time(&mut self) -> Result<Option<Duration>, RecordingError> {
        if !self.rest.starts_with(TIME) {
            return Ok(None);
        }
        self.literal(TIME)?;
        let microseconds = self.decimal(0..=u64::MAX)?;
        self.literal(" ")?;
        Ok(Some(Duration::from_micros(microseconds)))
    }

    /// A decimal count without sign or leading zero, within `limits`.
    fn decimal<T>(&mut self, limits: RangeInclusive<T>) -> Result<T, RecordingError>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        let at = self.column;
        let n_digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.take(n_digits);
        let number = digits.parse().ok().filter(|number| limits.contains(number));
        match number {
            Some(number) if digits == "0" || !digits.starts_with('0') => Ok(number),
            _ => Err(self.error_at(
                at,
                format!("a number from {} to {}", limits.start(), limits.end()),
            )),
        }
    }

    /// Pairs of upper-case digits, as many as stand here.
    fn hex(&mut self) -> Result<Vec<u8>, RecordingError> {
        let mut bytes = Vec::new();
        while let [first, second, ..] = self.rest.as_bytes()
            && let (Some(high), Some(low)) = (digit(*first), digit(*second))
        {
            bytes.push(high << 4 | low);
            self.take(2);
        }
        match self.rest.as_bytes().first() {
            None | Some(b' ') => Ok(bytes),
            Some(_) => Err(self.error("two digits 0-9 or A-F")),
        }
    }

    /// `data=` with so many bytes, or `fnv1a=`.
    fn contents(&mut self, length: usize) -> Result<Contents, RecordingError> {
        if self.one_of(&["data=", "fnv1a="])? == 0 {
            let at = self.column;
            let bytes = self.hex()?;
            return if bytes.len() == length {
                Ok(Contents::Full(bytes))
            } else {
                Err(self.error_at(at, format!("{length} bytes, not {}", bytes.len())))
            };
        }
        let at = self.column;
        <[u8; 8]>::try_from(self.hex()?)
            .map(|bytes| Contents::Checksum(u64::from_be_bytes(bytes)))
            .map_err(|_| self.error_at(at, "8 bytes"))
    }

    /// The rest of the line, with its escapes undone.
    fn escaped_rest(&mut self) -> Result<String, RecordingError> {
        let mut text = String::new();
        while let Some(c) = self.rest.chars().next() {
            if c.is_control() {
                return Err(self.error("no control character"));
            }
            if c != '\\' {
                self.take(c.len_utf8());
                text.push(c);
            } else if self.rest.starts_with("\\\\") {
                self.take(2);
                text.push('\\');
            } else {
                text.push(self.code_point()?);
            }
        }
        Ok(text)
    }

    /// `\u{...}` for a control character.
    fn code_point(&mut self) -> Result<char, RecordingError> {
        let at = self.column;
        let expected = "\"\\\\\" or a control character as \"\\u{A}\"";
        let found = self.rest.strip_prefix("\\u{").and_then(|rest| {
            let (digits, _) = rest.split_once('}')?;
            let code = u32::from_str_radix(digits, 16).ok()?;
            let canonical = format!("{code:X}") == digits;
            let c = char::from_u32(code).filter(|c| c.is_control() && canonical)?;
            Some((c, digits.len() + 4))
        });
        let Some((c, length)) = found else {
            return Err(self.error_at(at, expected));
        };
        self.take(length);
        Ok(c)
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
