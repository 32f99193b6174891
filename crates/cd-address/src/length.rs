use core::fmt;
use core::str::FromStr;

use crate::msf::{bcd_fields, check_fields, count_of, fields_of, fields_to_bcd, parse_fields};
use crate::{ADDRESS_COUNT, AddressError, BcdMsf};

/// A number of sectors, 0..=450000: a length, never an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sectors(u32);

impl Sectors {
    /// No sector at all.
    pub const ZERO: Self = Self(0);
    /// All addresses there are.
    pub const MAX: Self = Self(ADDRESS_COUNT);

    /// The length `count`.
    ///
    /// # Errors
    /// [`AddressError::LengthOutOfRange`] above 450000.
    pub const fn new(count: u32) -> Result<Self, AddressError> {
        if count > ADDRESS_COUNT {
            return Err(AddressError::LengthOutOfRange {
                sectors: count as u64,
            });
        }
        Ok(Self(count))
    }

    /// For counts known to be in range where this crate writes them.
    pub(crate) const fn from_const(count: u32) -> Self {
        assert!(count <= ADDRESS_COUNT);
        Self(count)
    }

    /// The number itself.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }

    /// Bytes that this many sectors of `sector_bytes` bytes take; `sector_bytes` is a few thousand.
    #[must_use]
    pub const fn bytes(self, sector_bytes: u32) -> u64 {
        self.0 as u64 * sector_bytes as u64
    }

    /// Whether there is no sector.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Both lengths together.
    ///
    /// # Errors
    /// [`AddressError::LengthOutOfRange`] above 450000.
    pub const fn add(self, other: Self) -> Result<Self, AddressError> {
        Self::new(self.0 + other.0)
    }

    /// What is left after `other`; `None` if `other` is longer.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(count) => Some(Self(count)),
            None => None,
        }
    }

    /// The length as minutes, seconds and frames; `None` for 450000, which no MSF can show.
    #[must_use]
    pub const fn to_rel_msf(self) -> Option<RelMsf> {
        if self.0 == ADDRESS_COUNT {
            return None;
        }
        let [minute, second, frame] = fields_of(self.0);
        Some(RelMsf {
            minute,
            second,
            frame,
        })
    }
}

impl fmt::Display for Sectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Sectors {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let sectors: u64 = text.parse().map_err(|_| AddressError::NotNumber)?;
        let count =
            u32::try_from(sectors).map_err(|_| AddressError::LengthOutOfRange { sectors })?;
        Self::new(count)
    }
}

/// A time since some start, 00:00:00..=99:59:74, in the notation of [`Msf`](crate::Msf) but not an address: the
/// running time of a track, or the length of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelMsf {
    minute: u8,
    second: u8,
    frame: u8,
}

impl RelMsf {
    /// 00:00:00
    pub const ZERO: Self = Self {
        minute: 0,
        second: 0,
        frame: 0,
    };

    /// The time `minute`:`second`:`frame`.
    ///
    /// # Errors
    /// [`AddressError::FieldOutOfRange`] for a minute above 99, a second above 59, a frame above 74.
    pub const fn new(minute: u8, second: u8, frame: u8) -> Result<Self, AddressError> {
        match check_fields(minute, second, frame) {
            Ok(()) => Ok(Self {
                minute,
                second,
                frame,
            }),
            Err(error) => Err(error),
        }
    }

    /// The same as a number of sectors, 0..=449999.
    #[must_use]
    pub const fn to_sectors(self) -> Sectors {
        Sectors::from_const(count_of(self.minute, self.second, self.frame))
    }

    /// The three bytes as the Q channel carries them.
    #[must_use]
    pub const fn to_bcd(self) -> BcdMsf {
        BcdMsf(fields_to_bcd(self.minute, self.second, self.frame))
    }

    /// The time three binary-coded decimal bytes stand for.
    ///
    /// # Errors
    /// [`AddressError::NotBcd`] for a digit above 9, [`AddressError::FieldOutOfRange`] for a second
    /// above 59 or a frame above 74.
    pub const fn from_bcd(bytes: BcdMsf) -> Result<Self, AddressError> {
        match bcd_fields(bytes.0) {
            Ok([minute, second, frame]) => Self::new(minute, second, frame),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Display for RelMsf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.minute, self.second, self.frame)
    }
}

impl FromStr for RelMsf {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let [minute, second, frame] = parse_fields(text)?;
        Self::new(minute, second, frame)
    }
}
