use core::fmt;
use core::str::FromStr;

use crate::{ADDRESS_COUNT, AddressError, Msf, Sectors};

/// Distance between LBA numbering and the position along the whole address line.
const FIRST: i32 = -45_150;

/// A logical block address: one sector of a CD, from the first of the lead-in's address space
/// (-45150, 90:00:00) to the last of all (404849, 89:59:74).
///
/// Ordered as the spiral runs: the lead-in first.
///
/// # Spec
/// MMC-3 table 9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lba(i32);

impl Lba {
    /// 90:00:00, the first address the lead-in's clock can show.
    pub const MIN: Self = Self(FIRST);
    /// 89:59:74, the last address of all.
    pub const MAX: Self = Self(404_849);
    /// 95:00:00, where images of the Windows raw-CD creator begin.
    pub const IMAGE_START_95_00_00: Self = Self(-22_650);
    /// 99:59:74, the last sector of the lead-in.
    pub const LEAD_IN_END: Self = Self(-151);
    /// 00:00:00, the first sector of the first track's pregap.
    pub const PREGAP_START: Self = Self(-150);
    /// 00:02:00, where the user data of a disc begins.
    pub const ZERO: Self = Self(0);

    /// The address `lba`.
    ///
    /// # Errors
    /// [`AddressError::LbaOutOfRange`] outside -45150..=404849.
    pub const fn new(lba: i32) -> Result<Self, AddressError> {
        if lba < Self::MIN.0 || lba > Self::MAX.0 {
            return Err(AddressError::LbaOutOfRange { lba: lba as i64 });
        }
        Ok(Self(lba))
    }

    /// The number itself, -45150..=404849. As a big-endian two's complement it is what commands carry.
    #[must_use]
    pub const fn value(self) -> i32 {
        self.0
    }

    /// How many addresses lie before this one: 0 for [`Lba::MIN`], 449999 for [`Lba::MAX`].
    #[must_use]
    pub const fn position(self) -> u32 {
        (self.0 - FIRST).cast_unsigned()
    }

    /// The address at `position` (see [`Lba::position`]).
    ///
    /// # Errors
    /// [`AddressError::LbaOutOfRange`] from 450000 up.
    pub const fn from_position(position: u32) -> Result<Self, AddressError> {
        if position >= ADDRESS_COUNT {
            return Err(AddressError::LbaOutOfRange {
                lba: position as i64 + FIRST as i64,
            });
        }
        Ok(Self(position.cast_signed() + FIRST))
    }

    /// The absolute time of this address: every address has exactly one.
    #[must_use]
    pub const fn to_msf(self) -> Msf {
        // The clock starts at 00:00:00 with LBA -150 and wraps after 99:59:74.
        let count = (self.0 + 150)
            .rem_euclid(ADDRESS_COUNT.cast_signed())
            .cast_unsigned();
        Msf::from_count(count)
    }

    /// Whether the address belongs to the lead-in's part of the clock (90:00:00..=99:59:74).
    #[must_use]
    pub const fn is_lead_in(self) -> bool {
        self.0 <= Self::LEAD_IN_END.0
    }

    /// The address `length` further on.
    ///
    /// # Errors
    /// [`AddressError::LbaOutOfRange`] past [`Lba::MAX`].
    pub const fn add(self, length: Sectors) -> Result<Self, AddressError> {
        Self::from_position(self.position() + length.count())
    }

    /// The address `length` earlier.
    ///
    /// # Errors
    /// [`AddressError::LbaOutOfRange`] before [`Lba::MIN`].
    pub const fn sub(self, length: Sectors) -> Result<Self, AddressError> {
        Self::new(self.0 - length.count().cast_signed())
    }

    /// The sectors from `earlier` up to this address, this one not counted; `None` if `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Option<Sectors> {
        if earlier.0 > self.0 {
            return None;
        }
        Some(Sectors::from_const((self.0 - earlier.0).cast_unsigned()))
    }
}

impl fmt::Display for Lba {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Lba {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let wide: i64 = text.parse().map_err(|_| AddressError::NotNumber)?;
        let lba = i32::try_from(wide).map_err(|_| AddressError::LbaOutOfRange { lba: wide })?;
        Self::new(lba)
    }
}
