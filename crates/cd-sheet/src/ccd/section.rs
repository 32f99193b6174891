//! Lines to sections.

use crate::text::{column_after, lines};
use crate::{Place, SheetError, SheetFault, Spanned};

/// A `[SECTION]` and its lines.
pub(super) struct Section<'a> {
    /// Where `[` stands.
    pub(super) place: Place,
    pub(super) kind: SectionKind,
    /// The number behind the name; 0 for a section without one.
    pub(super) number: u32,
    lines: Vec<Line<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionKind {
    CloneCd,
    Disc,
    CdText,
    Session,
    Entry,
    Track,
}

const SECTIONS: &str = "[CloneCD], [Disc], [CDText], [Session n], [Entry n] or [TRACK n]";

impl SectionKind {
    const ALL: [Self; 6] = [
        Self::CloneCd,
        Self::Disc,
        Self::CdText,
        Self::Session,
        Self::Entry,
        Self::Track,
    ];

    /// The name, and the keys that such a section can have. A number stands behind names and keys that end with a blank.
    const fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::CloneCd => ("CloneCD", &["Version"]),
            Self::Disc => (
                "Disc",
                &[
                    "TocEntries",
                    "Sessions",
                    "DataTracksScrambled",
                    "CDTextLength",
                    "CATALOG",
                ],
            ),
            Self::CdText => ("CDText", &["Entries", "Entry "]),
            Self::Session => ("Session ", &["PreGapMode", "PreGapSubC"]),
            Self::Entry => (
                "Entry ",
                &[
                    "Session", "Point", "ADR", "Control", "TrackNo", "AMin", "ASec", "AFrame",
                    "ALBA", "Zero", "PMin", "PSec", "PFrame", "PLBA",
                ],
            ),
            Self::Track => ("TRACK ", &["MODE", "ISRC", "FLAGS", "INDEX "]),
        }
    }
}

/// A line `KEY=VALUE`.
struct Line<'a> {
    key: &'static str,
    /// The number behind the key; 0 for a key without one.
    number: u32,
    /// Where the key stands.
    place: Place,
    value: Spanned<&'a str>,
}

/// The sections of a sheet in their order, each with a name and number of its own, `[CloneCD]` first.
pub(super) fn sections(text: &str) -> Result<Vec<Section<'_>>, SheetError> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for (number, whole) in lines(text) {
        let content = trimmed(number, whole, 0);
        if content.value.is_empty() {
            continue;
        }
        if content.value.starts_with('[') {
            let section = Section::begin(content)?;
            if let Some(first) = sections.iter().find(|other| other.is_same(&section)) {
                return Err(section.error(SheetFault::Duplicate {
                    what: section.name().into(),
                    first: first.place,
                }));
            }
            sections.push(section);
        } else if let Some(section) = sections.last_mut() {
            section.push(number, whole, content)?;
        } else {
            return Err(content.error(SheetFault::unexpected(content.value, "[CloneCD]")));
        }
        if let [first] = &sections[..]
            && first.kind != SectionKind::CloneCd
        {
            return Err(first.error(SheetFault::Order {
                what: first.name().into(),
                rule: "stands before [CloneCD], with which a control file begins".into(),
            }));
        }
    }
    if sections.is_empty() {
        let fault = SheetFault::Missing {
            what: "[CloneCD]".into(),
            of: "the sheet".into(),
        };
        return Err(SheetError::new(Place::START, fault));
    }
    Ok(sections)
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// What stands in the line `whole` from byte `start` on, without blanks round it.
fn trimmed(line: u32, whole: &str, start: usize) -> Spanned<&str> {
    let part = &whole[start..];
    let value = part.trim_start_matches(is_blank);
    let column = column_after(&whole[..whole.len() - value.len()]);
    Spanned::new(Place { line, column }, value.trim_end_matches(is_blank))
}

/// The number behind `name`, or 0 for a name without one; `None` if `text` is not that name.
fn number_of(text: &str, name: &str) -> Option<u32> {
    let (head, rest) = text.split_at_checked(name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    if !name.ends_with(' ') {
        return rest.is_empty().then_some(0);
    }
    let is_number = rest.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| rest.parse().ok())?
}

impl<'a> Section<'a> {
    fn begin(header: Spanned<&str>) -> Result<Self, SheetError> {
        let Some(name) = header.value[1..].strip_suffix(']') else {
            let expected = "a section, with \"]\" at the end";
            return Err(header.error(SheetFault::unexpected(header.value, expected)));
        };
        let mut kinds = SectionKind::ALL.into_iter();
        let found = kinds.find_map(|kind| Some((kind, number_of(name, kind.names().0)?)));
        let Some((kind, number)) = found else {
            return Err(header.error(SheetFault::UnknownWord {
                what: "section",
                found: SheetFault::show(header.value),
                expected: SECTIONS.into(),
            }));
        };
        Ok(Self {
            place: header.place,
            kind,
            number,
            lines: Vec::new(),
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.kind, self.number) == (other.kind, other.number)
    }

    /// The name as it is printed.
    pub(super) fn name(&self) -> String {
        let (name, _) = self.kind.names();
        if name.ends_with(' ') {
            format!("[{name}{}]", self.number)
        } else {
            format!("[{name}]")
        }
    }

    pub(super) const fn error(&self, fault: SheetFault) -> SheetError {
        SheetError::new(self.place, fault)
    }

    fn push(
        &mut self,
        line: u32,
        whole: &'a str,
        content: Spanned<&'a str>,
    ) -> Result<(), SheetError> {
        let Some((before, _)) = whole.split_once('=') else {
            let expected = "KEY=VALUE or a section";
            return Err(content.error(SheetFault::unexpected(content.value, expected)));
        };
        let name = before.trim_matches(is_blank);
        let (_, keys) = self.kind.names();
        let mut known = keys.iter();
        let found = known.find_map(|key| Some((*key, number_of(name, key)?)));
        let Some((key, number)) = found else {
            let keys = keys.iter().map(|key| match key.strip_suffix(' ') {
                Some(key) => format!("{key} n"),
                None => (*key).to_owned(),
            });
            return Err(content.error(SheetFault::UnknownWord {
                what: "key",
                found: SheetFault::show(name),
                expected: keys.collect::<Vec<_>>().join(", ").into(),
            }));
        };
        let is_same = |other: &&Line<'_>| (other.key, other.number) == (key, number);
        if let Some(first) = self.lines.iter().find(is_same) {
            return Err(content.error(SheetFault::Duplicate {
                what: name.to_owned().into(),
                first: first.place,
            }));
        }
        self.lines.push(Line {
            key,
            number,
            place: content.place,
            value: trimmed(line, whole, before.len() + 1),
        });
        Ok(())
    }

    /// The value of a key, if the section has it.
    pub(super) fn value(&self, key: &str) -> Option<Spanned<&'a str>> {
        let mut lines = self.lines.iter();
        lines.find(|line| line.key == key).map(|line| line.value)
    }

    /// The value of a key that the section has to have.
    pub(super) fn required(&self, key: &'static str) -> Result<Spanned<&'a str>, SheetError> {
        self.value(key).ok_or_else(|| self.missing(key))
    }

    pub(super) fn missing(&self, key: &'static str) -> SheetError {
        self.error(SheetFault::Missing {
            what: key.into(),
            of: self.name().into(),
        })
    }

    /// The numbers of all keys of this name, at the places of the keys, and the values, in the order of the file.
    pub(super) fn numbered(
        &self,
        key: &'static str,
    ) -> impl Iterator<Item = (Spanned<u32>, Spanned<&'a str>)> {
        let lines = self.lines.iter().filter(move |line| line.key == key);
        lines.map(|line| (Spanned::new(line.place, line.number), line.value))
    }
}

/// The number that a value is, decimal or hexadecimal after `0x`.
pub(super) fn number(
    value: Spanned<&str>,
    what: &'static str,
    min: i32,
    max: i32,
) -> Result<i32, SheetError> {
    let text = value.value;
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text.strip_prefix('-').unwrap_or(text), 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        let expected = format!("{what}, {min} to {max}");
        return Err(value.error(SheetFault::unexpected(text, expected)));
    }
    let magnitude = i32::from_str_radix(digits, radix).ok();
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let number = magnitude.map(|magnitude| sign * magnitude);
    let number = number.filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| {
        value.error(SheetFault::OutOfRange {
            what,
            value: text.to_owned(),
            min: min.into(),
            max: max.into(),
        })
    })
}

/// The words of a value, parted by blanks.
pub(super) fn words(value: Spanned<&str>) -> impl Iterator<Item = Spanned<&str>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = value.value.get(start..)?;
        let word = rest.trim_start_matches(is_blank);
        let before = &value.value[..value.value.len() - word.len()];
        let word = word
            .split(is_blank)
            .next()
            .filter(|word| !word.is_empty())?;
        start = before.len() + word.len();
        let column = value.place.column.saturating_add(column_after(before) - 1);
        let line = value.place.line;
        Some(Spanned::new(Place { line, column }, word))
    })
}

/// The number that a value is, of one byte.
pub(super) fn byte(
    value: Spanned<&str>,
    what: &'static str,
    min: u8,
    max: u8,
) -> Result<u8, SheetError> {
    let number = number(value, what, min.into(), max.into())?;
    Ok(u8::try_from(number).unwrap_or(max))
}
