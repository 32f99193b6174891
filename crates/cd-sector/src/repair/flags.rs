use core::fmt;

use crate::MAIN_BYTES;

/// One flag for each byte of a main channel, in the order of the C2 error bits that a drive reads with a sector: bit 7 of
/// the first byte is for byte 0.
///
/// Scrambling moves no byte: the flags of a sector are the same plain and scrambled.
///
/// # Spec
/// MMC-5 6.18, C2 error block data, without the two bytes of block error flags.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByteFlags(pub [u8; MAIN_BYTES / 8]);

impl ByteFlags {
    /// No byte.
    pub const NONE: Self = Self([0; MAIN_BYTES / 8]);

    /// Whether byte `place` is flagged; no byte past the last one is.
    #[must_use]
    pub const fn contains(&self, place: usize) -> bool {
        place < MAIN_BYTES && self.0[place / 8] & bit(place) != 0
    }

    /// Flags byte `place`; past the last byte, nothing.
    pub const fn insert(&mut self, place: usize) {
        if place < MAIN_BYTES {
            self.0[place / 8] |= bit(place);
        }
    }

    /// Takes the flag off byte `place`.
    pub const fn remove(&mut self, place: usize) {
        if place < MAIN_BYTES {
            self.0[place / 8] &= !bit(place);
        }
    }

    /// How many bytes are flagged.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether no byte is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::NONE
    }

    /// The flagged bytes, from the first.
    pub fn iter(&self) -> impl Iterator<Item = usize> {
        (0..MAIN_BYTES).filter(|place| self.contains(*place))
    }
}

const fn bit(place: usize) -> u8 {
    0x80 >> (place % 8)
}

impl Default for ByteFlags {
    fn default() -> Self {
        Self::NONE
    }
}

impl FromIterator<usize> for ByteFlags {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut flags = Self::NONE;
        places.into_iter().for_each(|place| flags.insert(place));
        flags
    }
}

impl fmt::Debug for ByteFlags {
    /// The places of the flagged bytes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
