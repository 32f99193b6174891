use core::error::Error;
use core::fmt;

/// Which of the three numbers of an MSF time is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MsfField {
    /// 0..=99
    Minute,
    /// 0..=59
    Second,
    /// 0..=74
    Frame,
}

impl MsfField {
    /// The largest value the field may hold.
    #[must_use]
    pub const fn max(self) -> u8 {
        match self {
            Self::Minute => 99,
            Self::Second => 59,
            Self::Frame => 74,
        }
    }
}

impl fmt::Display for MsfField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Second => "second",
            Self::Frame => "frame",
        })
    }
}

/// Why a number, three bytes or a text is not a CD address or length.
///
/// Every message carries the value and the limit it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// A logical block address outside -45150..=404849.
    LbaOutOfRange {
        /// The address asked for.
        lba: i64,
    },
    /// A minute above 99, a second above 59 or a frame above 74.
    FieldOutOfRange {
        /// Which field.
        field: MsfField,
        /// What it held.
        value: u8,
    },
    /// A byte with a digit above 9 where binary-coded decimal is required.
    NotBcd {
        /// Which field.
        field: MsfField,
        /// The byte as it stood.
        byte: u8,
    },
    /// A length above the 450,000 addresses that exist.
    LengthOutOfRange {
        /// The length asked for.
        sectors: u64,
    },
    /// A run of sectors that would pass the last address.
    RangePastEnd {
        /// First address of the run.
        start: i32,
        /// Its length.
        sectors: u32,
    },
    /// A range whose end lies before its start.
    RangeReversed {
        /// First address.
        start: i32,
        /// The address it should have ended before.
        end: i32,
    },
    /// A text that is not `MM:SS:FF`.
    NotMsf,
    /// A text that is not a whole number.
    NotNumber,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LbaOutOfRange { lba } if lba < 0 => {
                write!(f, "lba {lba} is before the first address -45150 (90:00:00)")
            }
            Self::LbaOutOfRange { lba } => {
                write!(f, "lba {lba} is past the last address 404849 (89:59:74)")
            }
            Self::FieldOutOfRange { field, value } => {
                write!(f, "{field} {value} is above its limit {}", field.max())
            }
            Self::NotBcd { field, byte } => {
                write!(
                    f,
                    "{field} byte {byte:02X}h is not binary-coded decimal (each digit 0 to 9)"
                )
            }
            Self::LengthOutOfRange { sectors } => {
                write!(
                    f,
                    "{sectors} sectors are more than the 450000 addresses of a disc"
                )
            }
            Self::RangePastEnd { start, sectors } => write!(
                f,
                "{sectors} sectors from lba {start} pass the last address 404849 (89:59:74)"
            ),
            Self::RangeReversed { start, end } => {
                write!(f, "range end {end} lies before its start {start}")
            }
            Self::NotMsf => f.write_str(
                "not a time of the form MM:SS:FF (minutes 00-99, seconds 00-59, frames 00-74)",
            ),
            Self::NotNumber => f.write_str("not a whole number"),
        }
    }
}

impl Error for AddressError {}
