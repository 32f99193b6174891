use core::fmt;

use cd_address::{AddressError, BcdMsf, Msf};

use crate::Field;

/// Three bytes that ought to be a time as plain binary numbers, exactly as the drive answered.
///
/// Answers to READ TOC/PMA/ATIP and READ DISC INFORMATION carry times like this, not in BCD as the disc
/// does. Any bytes are allowed: some of the fields hold other things than times, and some drives
/// answer BCD all the same; [`BinMsf::to_msf`] is the check, [`BinMsf::as_bcd`] the other reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BinMsf(pub [u8; 3]);

impl BinMsf {
    /// The bytes for `time`.
    #[must_use]
    pub const fn new(time: Msf) -> Self {
        Self([time.minute(), time.second(), time.frame()])
    }

    /// What a field of three bytes holds.
    pub(crate) fn of(field: Field, message: &[u8]) -> Self {
        let [_, minute, second, frame] = field.get(message).to_be_bytes();
        Self([minute, second, frame])
    }

    pub(crate) fn put(self, field: Field, message: &mut [u8]) {
        let [minute, second, frame] = self.0;
        field.put(message, u32::from_be_bytes([0, minute, second, frame]));
    }

    /// The time the bytes stand for.
    ///
    /// # Errors
    /// [`AddressError::FieldOutOfRange`] for a minute above 99, a second above 59, a frame above 74.
    pub const fn to_msf(self) -> Result<Msf, AddressError> {
        Msf::new(self.0[0], self.0[1], self.0[2])
    }

    /// The same bytes read as BCD.
    #[must_use]
    pub const fn as_bcd(self) -> BcdMsf {
        BcdMsf(self.0)
    }
}

impl From<Msf> for BinMsf {
    fn from(time: Msf) -> Self {
        Self::new(time)
    }
}

impl fmt::Display for BinMsf {
    /// The three numbers in decimal, which for valid bytes reads as the time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [minute, second, frame] = self.0;
        write!(f, "{minute:02}:{second:02}:{frame:02}")
    }
}
