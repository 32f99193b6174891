use core::fmt;
use core::iter::FusedIterator;

use crate::wire::{Codec, Sink};

/// What may stand in a [`List`]: the elements of this crate's answers and no others.
pub trait Element<'a>: Codec<'a> {}

impl<'a, E: Codec<'a>> Element<'a> for E {}

/// Elements of an answer: either as they lie in the bytes that were read, or as a slice to be written.
///
/// Both look the same, so that one struct serves both directions without memory of its own. Two lists
/// are equal if their elements are.
#[derive(Clone, Copy)]
pub struct List<'a, E>(Source<'a, E>);

#[derive(Clone, Copy)]
enum Source<'a, E> {
    Bytes(&'a [u8]),
    Elements(&'a [E]),
}

impl<'a, E> List<'a, E> {
    /// No elements.
    pub const EMPTY: Self = Self(Source::Bytes(&[]));

    /// These elements, to be written.
    #[must_use]
    pub const fn of(elements: &'a [E]) -> Self {
        Self(Source::Elements(elements))
    }

    /// The elements in `bytes`; an incomplete one at the end is none.
    pub(crate) const fn in_bytes(bytes: &'a [u8]) -> Self {
        Self(Source::Bytes(bytes))
    }
}

impl<'a, E: Element<'a>> List<'a, E> {
    /// The elements in order.
    #[must_use]
    pub const fn iter(&self) -> Elements<'a, E> {
        Elements(self.0)
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    pub(crate) fn n_bytes(&self) -> usize {
        self.iter().map(|element| element.n_bytes()).sum()
    }

    pub(crate) fn write(&self, sink: &mut Sink<'_>) {
        for element in self {
            element.write(sink);
        }
    }
}

impl<'a, E> From<&'a [E]> for List<'a, E> {
    fn from(elements: &'a [E]) -> Self {
        Self::of(elements)
    }
}

impl<'a, E: Element<'a>> IntoIterator for List<'a, E> {
    type Item = E;
    type IntoIter = Elements<'a, E>;

    fn into_iter(self) -> Elements<'a, E> {
        self.iter()
    }
}

impl<'a, E: Element<'a>> IntoIterator for &List<'a, E> {
    type Item = E;
    type IntoIter = Elements<'a, E>;

    fn into_iter(self) -> Elements<'a, E> {
        self.iter()
    }
}

impl<'a, E: Element<'a> + PartialEq> PartialEq for List<'a, E> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, E: Element<'a> + Eq> Eq for List<'a, E> {}

impl<'a, E: Element<'a> + fmt::Debug> fmt::Debug for List<'a, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// The elements of a [`List`], one by one.
#[derive(Clone)]
pub struct Elements<'a, E>(Source<'a, E>);

impl<'a, E: Element<'a>> Iterator for Elements<'a, E> {
    type Item = E;

    fn next(&mut self) -> Option<E> {
        let (element, rest) = match self.0 {
            Source::Bytes(bytes) => {
                let (element, rest) = E::take(bytes)?;
                (element, Source::Bytes(rest))
            }
            Source::Elements(elements) => {
                let (element, rest) = elements.split_first()?;
                (*element, Source::Elements(rest))
            }
        };
        self.0 = rest;
        Some(element)
    }
}

impl<'a, E: Element<'a>> FusedIterator for Elements<'a, E> {}
