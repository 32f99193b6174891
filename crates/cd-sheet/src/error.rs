use std::borrow::Cow;
use std::fmt;

use cd_sector::{IsrcError, McnError};

use crate::SheetEncoding;

#[cfg(test)]
mod tests;

/// The longest stretch of a sheet that a message repeats, in characters.
const MAX_SHOWN: usize = 40;

/// A place in a sheet: line and column, both from 1; columns count characters, a tab is one.
///
/// A line ends with LF, CR LF or CR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

impl Place {
    /// The first character of a sheet.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A value of a sheet and the place where it stands, for complaints that only a later look at the files can give rise to.
///
/// Two are equal when their values are, wherever they stand: a sheet equals itself printed and parsed again.
#[derive(Clone, Copy, Debug)]
pub struct Spanned<T> {
    /// What stands there.
    pub value: T,
    /// Where its text begins.
    pub place: Place,
}

impl<T> Spanned<T> {
    /// `value`, found at `place`.
    pub const fn new(place: Place, value: T) -> Self {
        Self { value, place }
    }

    /// The error that `fault` is at this place.
    pub const fn error(&self, fault: SheetFault) -> SheetError {
        SheetError::new(self.place, fault)
    }
}

/// A value of a sheet that was never text: its place is [`Place::START`].
impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Self::new(Place::START, value)
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

/// A fault of a sheet, and where it stands. Printed as `LINE:COLUMN: FAULT`; the caller puts the file's name before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {fault}")]
pub struct SheetError {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// What is wrong there.
    pub fault: SheetFault,
}

impl SheetError {
    /// The error that `fault` is at `place`.
    #[must_use]
    pub const fn new(place: Place, fault: SheetFault) -> Self {
        Self {
            line: place.line,
            column: place.column,
            fault,
        }
    }

    /// Where the fault stands.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place {
            line: self.line,
            column: self.column,
        }
    }
}

/// What can be wrong with a sheet, one variant a class.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SheetFault {
    /// Something else than what belongs there.
    #[error("found {found}, expected {expected}")]
    Unexpected {
        /// As [`SheetFault::show`] gives it.
        found: String,
        /// What may stand there.
        expected: Cow<'static, str>,
    },
    /// A command, key or mode that the format does not have.
    #[error("unknown {what} {found}, expected {expected}")]
    UnknownWord {
        /// What kind of word it is.
        what: &'static str,
        /// As [`SheetFault::show`] gives it.
        found: String,
        /// The words there are.
        expected: Cow<'static, str>,
    },
    /// Text whose closing quote is not on its line.
    #[error("the quote that opens here is not closed on this line")]
    Unterminated,
    /// Something that has to be there is not.
    #[error("{of} has no {what}")]
    Missing {
        /// What is not there.
        what: Cow<'static, str>,
        /// What it belongs to.
        of: Cow<'static, str>,
    },
    /// Something that may be there once is there again.
    #[error("{what} is given a second time, first at {first}; leave one")]
    Duplicate {
        /// What it is.
        what: Cow<'static, str>,
        /// Where it was given before.
        first: Place,
    },
    /// A number past its limits.
    #[error("{what} is {value}, expected {min} to {max}")]
    OutOfRange {
        /// What the number is.
        what: &'static str,
        /// The number as it stands there.
        value: String,
        /// The lowest allowed.
        min: i64,
        /// The highest allowed.
        max: i64,
    },
    /// A number that does not follow the one before.
    #[error("{what} {found} stands here, expected {expected}: numbers follow each other by one")]
    Sequence {
        /// What is numbered.
        what: &'static str,
        /// The number that stands there.
        found: u32,
        /// What may stand there.
        expected: Cow<'static, str>,
    },
    /// A time or address that is not after the one before it.
    #[error("{what} {value} is not after {previous} at {at}")]
    NotAscending {
        /// What it is.
        what: &'static str,
        /// The value that stands there.
        value: String,
        /// The value before it.
        previous: String,
        /// Where that one stands.
        at: Place,
    },
    /// A file whose first index is not at its beginning.
    #[error(
        "the file's first INDEX is at {time}, so that what lies before it is in no track; expected 00:00:00 \
         (INDEX 00 makes it the track's pregap)"
    )]
    FileStart {
        /// Where the index is.
        time: String,
    },
    /// Something in the wrong place of the sheet.
    #[error("{what} {rule}")]
    Order {
        /// What stands in the wrong place.
        what: Cow<'static, str>,
        /// Where it has to stand: the rest of the sentence.
        rule: Cow<'static, str>,
    },
    /// Two things that exclude each other.
    #[error("{what} does not go with {other} at {at}")]
    Conflict {
        /// The later one.
        what: Cow<'static, str>,
        /// The earlier one.
        other: Cow<'static, str>,
        /// Where the earlier one stands.
        at: Place,
    },
    /// No media catalogue number.
    #[error("{0}")]
    Mcn(McnError),
    /// No recording code.
    #[error("{0}")]
    Isrc(IsrcError),
    /// A disc of more than one session.
    #[error(
        "{what}: this sheet describes a disc of several sessions, and only discs of one session are made; \
         take the first session's tracks into a sheet of their own"
    )]
    MultiSession {
        /// What says so.
        what: Cow<'static, str>,
    },
    /// Something well known that is not made here.
    #[error("{what} is not supported: {why}")]
    Unsupported {
        /// What it is.
        what: Cow<'static, str>,
        /// Why, and what to do.
        why: Cow<'static, str>,
    },
    /// A character that cannot be written where it is to go.
    #[error("{character:?} has no code in {encoding}; {instead}")]
    Character {
        /// The character.
        character: char,
        /// The encoding that is in force there.
        encoding: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// A character that is no part of text.
    #[error("control character {code:02X}h is no text; is this file a sheet?")]
    ControlCharacter {
        /// 00h..=1Fh without tab, LF and CR, or 7Fh..=9Fh.
        code: u32,
    },
    /// The text is UTF-16.
    #[error("the text is UTF-16; save it as UTF-8")]
    Utf16,
    /// Bytes that are no character of the encoding that was stated, or that the byte order mark states.
    #[error("byte {byte:02X}h begins no character of {encoding}; state another encoding")]
    NotInEncoding {
        /// The first of them.
        byte: u8,
        /// The encoding.
        encoding: SheetEncoding,
    },
    /// Bytes that are text in none of the encodings known here.
    #[error(
        "byte {byte:02X}h: the text is none of UTF-8, ISO-8859-1, Windows-1252 and Shift-JIS; save it as UTF-8"
    )]
    UnknownEncoding {
        /// The first byte that is not ASCII.
        byte: u8,
    },
    /// Bytes that are different text in two encodings.
    #[error(
        "byte {byte:02X}h: the text may be {first} or {second}, which read it differently; state the encoding, {first} or {second}"
    )]
    EncodingUnclear {
        /// The first byte that is not ASCII.
        byte: u8,
        /// One of them.
        first: SheetEncoding,
        /// The other.
        second: SheetEncoding,
    },
}

impl SheetFault {
    /// The class of the fault as one word of letters and hyphens, the same in every version.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Unexpected { .. } => "unexpected",
            Self::UnknownWord { .. } => "unknown-word",
            Self::Unterminated => "unterminated",
            Self::Missing { .. } => "missing",
            Self::Duplicate { .. } => "duplicate",
            Self::OutOfRange { .. } => "out-of-range",
            Self::Sequence { .. } => "sequence",
            Self::NotAscending { .. } => "not-ascending",
            Self::FileStart { .. } => "file-start",
            Self::Order { .. } => "order",
            Self::Conflict { .. } => "conflict",
            Self::Mcn(_) => "mcn",
            Self::Isrc(_) => "isrc",
            Self::MultiSession { .. } => "multi-session",
            Self::Unsupported { .. } => "unsupported",
            Self::Character { .. } => "character",
            Self::ControlCharacter { .. } => "control-character",
            Self::Utf16 => "utf-16",
            Self::NotInEncoding { .. } => "not-in-encoding",
            Self::UnknownEncoding { .. } => "unknown-encoding",
            Self::EncodingUnclear { .. } => "encoding-unclear",
        }
    }

    /// Text of a sheet as messages repeat it: in quotes, cut after 40 characters; nothing at all is the end of the line.
    #[must_use]
    pub fn show(text: &str) -> String {
        if text.is_empty() {
            return "the end of the line".to_owned();
        }
        match text.char_indices().nth(MAX_SHOWN) {
            Some((cut, _)) => format!("\"{}...\"", &text[..cut]),
            None => format!("\"{text}\""),
        }
    }

    /// [`SheetFault::Unexpected`] of the text `found`, shown as [`SheetFault::show`] does.
    #[must_use]
    pub fn unexpected(found: &str, expected: impl Into<Cow<'static, str>>) -> Self {
        Self::Unexpected {
            found: Self::show(found),
            expected: expected.into(),
        }
    }
}
