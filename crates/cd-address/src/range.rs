use core::fmt;
use core::iter::FusedIterator;

use crate::{ADDRESS_COUNT, AddressError, Lba, Sectors};

/// A half-open run of addresses: `start` is in it, the end is not. It may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LbaRange {
    start: Lba,
    len: u32,
}

impl LbaRange {
    /// `length` sectors from `start`.
    ///
    /// # Errors
    /// [`AddressError::RangePastEnd`] if the run would pass [`Lba::MAX`].
    pub const fn new(start: Lba, length: Sectors) -> Result<Self, AddressError> {
        if start.position() + length.count() > ADDRESS_COUNT {
            return Err(AddressError::RangePastEnd {
                start: start.value(),
                sectors: length.count(),
            });
        }
        Ok(Self {
            start,
            len: length.count(),
        })
    }

    /// The addresses from `start` up to `end`, `end` not included.
    ///
    /// # Errors
    /// [`AddressError::RangeReversed`] if `end` lies before `start`.
    pub const fn from_bounds(start: Lba, end: Lba) -> Result<Self, AddressError> {
        match end.since(start) {
            Some(length) => Ok(Self {
                start,
                len: length.count(),
            }),
            None => Err(AddressError::RangeReversed {
                start: start.value(),
                end: end.value(),
            }),
        }
    }

    /// The first address; of an empty range, the place where it stands.
    #[must_use]
    pub const fn start(self) -> Lba {
        self.start
    }

    /// How many addresses there are.
    #[must_use]
    pub const fn len(self) -> Sectors {
        Sectors::from_const(self.len)
    }

    /// Whether there is no address in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The first address after the run; `None` when the run ends with [`Lba::MAX`].
    #[must_use]
    pub const fn end(self) -> Option<Lba> {
        match Lba::from_position(self.start.position() + self.len) {
            Ok(lba) => Some(lba),
            Err(_) => None,
        }
    }

    /// The last address in the run; `None` when it is empty.
    #[must_use]
    pub const fn last(self) -> Option<Lba> {
        if self.len == 0 {
            return None;
        }
        match Lba::from_position(self.start.position() + self.len - 1) {
            Ok(lba) => Some(lba),
            Err(_) => None,
        }
    }

    /// Whether `lba` is in the run.
    #[must_use]
    pub const fn contains(self, lba: Lba) -> bool {
        self.offset_of(lba).is_some()
    }

    /// Whether every address of `other` is in the run. An empty `other` must stand inside or at an end.
    #[must_use]
    pub const fn contains_range(self, other: Self) -> bool {
        match other.start.since(self.start) {
            Some(offset) => offset.count() + other.len <= self.len,
            None => false,
        }
    }

    /// How far into the run `lba` lies; `None` if it is not in it.
    #[must_use]
    pub const fn offset_of(self, lba: Lba) -> Option<Sectors> {
        match lba.since(self.start) {
            Some(offset) if offset.count() < self.len => Some(offset),
            _ => None,
        }
    }

    /// The addresses in both runs; `None` if there is none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        let start = self.start.max(other.start);
        let end = self.end_position().min(other.end_position());
        let len = end.checked_sub(start.position()).filter(|len| *len > 0)?;
        Some(Self { start, len })
    }

    /// The run without its first `count` sectors; `None` if nothing would be left.
    #[must_use]
    pub fn skip(self, count: Sectors) -> Option<Self> {
        let len = self.len.checked_sub(count.count()).filter(|len| *len > 0)?;
        let start = Lba::from_position(self.start.position() + count.count()).ok()?;
        Some(Self { start, len })
    }

    /// The run's first `count` sectors, or all of it if it is shorter.
    #[must_use]
    pub fn take(self, count: Sectors) -> Self {
        Self {
            start: self.start,
            len: self.len.min(count.count()),
        }
    }

    /// The addresses one by one.
    #[must_use]
    pub const fn iter(self) -> Lbas {
        Lbas {
            next: self.start.position(),
            end: self.end_position(),
        }
    }

    /// The run cut into pieces of `size` sectors, the last one perhaps shorter.
    ///
    /// # Panics
    /// If `size` is zero.
    #[must_use]
    pub fn chunks(self, size: Sectors) -> Chunks {
        assert!(!size.is_zero(), "chunks of zero sectors");
        Chunks {
            rest: (!self.is_empty()).then_some(self),
            size,
        }
    }

    const fn end_position(self) -> u32 {
        self.start.position() + self.len
    }
}

impl IntoIterator for LbaRange {
    type Item = Lba;
    type IntoIter = Lbas;

    fn into_iter(self) -> Lbas {
        self.iter()
    }
}

impl fmt::Display for LbaRange {
    /// `-11077..-150 (10927 sectors)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = i64::from(self.start.value()) + i64::from(self.len);
        write!(f, "{}..{end} ({} sectors)", self.start, self.len)
    }
}

/// The addresses of an [`LbaRange`], in order.
#[derive(Clone, Debug)]
pub struct Lbas {
    next: u32,
    end: u32,
}

impl Iterator for Lbas {
    type Item = Lba;

    fn next(&mut self) -> Option<Lba> {
        if self.next == self.end {
            return None;
        }
        let lba = Lba::from_position(self.next).ok();
        self.next += 1;
        lba
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end - self.next).ok();
        (left.unwrap_or(usize::MAX), left)
    }
}

impl DoubleEndedIterator for Lbas {
    fn next_back(&mut self) -> Option<Lba> {
        if self.next == self.end {
            return None;
        }
        self.end -= 1;
        Lba::from_position(self.end).ok()
    }
}

impl ExactSizeIterator for Lbas {}
impl FusedIterator for Lbas {}

/// Consecutive pieces of an [`LbaRange`].
#[derive(Clone, Debug)]
pub struct Chunks {
    rest: Option<LbaRange>,
    size: Sectors,
}

impl Iterator for Chunks {
    type Item = LbaRange;

    fn next(&mut self) -> Option<LbaRange> {
        let rest = self.rest?;
        self.rest = rest.skip(self.size);
        Some(rest.take(self.size))
    }
}

impl FusedIterator for Chunks {}
