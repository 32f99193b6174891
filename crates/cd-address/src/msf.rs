use core::fmt;
use core::str::FromStr;

use crate::{ADDRESS_COUNT, AddressError, FRAMES_PER_MINUTE, FRAMES_PER_SECOND, Lba, MsfField};

/// An absolute time on the disc, 00:00:00..=99:59:74, as plain numbers.
///
/// Times from 90:00:00 up are the lead-in's and lie *before* 00:00:00, so `Msf` has no order of its
/// own: compare [`Lba`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Msf {
    minute: u8,
    second: u8,
    frame: u8,
}

impl Msf {
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

    /// 0..=99
    #[must_use]
    pub const fn minute(self) -> u8 {
        self.minute
    }

    /// 0..=59
    #[must_use]
    pub const fn second(self) -> u8 {
        self.second
    }

    /// 0..=74
    #[must_use]
    pub const fn frame(self) -> u8 {
        self.frame
    }

    /// The address at this time: every time has exactly one.
    ///
    /// # Spec
    /// MMC-3 table 9: `(60 M + S) * 75 + F - 150` below 90:00:00, `- 450150` from there up.
    #[must_use]
    pub const fn to_lba(self) -> Lba {
        let count = count_of(self.minute, self.second, self.frame);
        let first = Lba::MIN.to_msf_count();
        // Position 0 is 90:00:00; the clock wraps once on the way.
        let position = (count + ADDRESS_COUNT - first) % ADDRESS_COUNT;
        match Lba::from_position(position) {
            Ok(lba) => lba,
            Err(_) => unreachable!(),
        }
    }

    /// The three bytes as a sector header or the Q channel carries them.
    #[must_use]
    pub const fn to_bcd(self) -> BcdMsf {
        BcdMsf(fields_to_bcd(self.minute, self.second, self.frame))
    }

    /// The time `count` frames after 00:00:00; the caller keeps `count` below [`ADDRESS_COUNT`].
    pub(crate) const fn from_count(count: u32) -> Self {
        let [minute, second, frame] = fields_of(count);
        Self {
            minute,
            second,
            frame,
        }
    }
}

impl Lba {
    const fn to_msf_count(self) -> u32 {
        let msf = self.to_msf();
        count_of(msf.minute, msf.second, msf.frame)
    }
}

impl fmt::Display for Msf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.minute, self.second, self.frame)
    }
}

impl FromStr for Msf {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let [minute, second, frame] = parse_fields(text)?;
        Self::new(minute, second, frame)
    }
}

/// Three bytes that ought to be a time in binary-coded decimal, exactly as they were read.
///
/// Any bytes are allowed: what a disc carries need not be valid. [`BcdMsf::to_msf`] is the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BcdMsf(pub [u8; 3]);

impl BcdMsf {
    /// The time the bytes stand for.
    ///
    /// # Errors
    /// [`AddressError::NotBcd`] for a digit above 9, [`AddressError::FieldOutOfRange`] for a second
    /// above 59 or a frame above 74.
    pub const fn to_msf(self) -> Result<Msf, AddressError> {
        match bcd_fields(self.0) {
            Ok([minute, second, frame]) => Msf::new(minute, second, frame),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Display for BcdMsf {
    /// The hexadecimal digits, which for valid bytes read as the time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}:{:02X}:{:02X}", self.0[0], self.0[1], self.0[2])
    }
}

/// `value` as two decimal digits in one byte; `None` above 99.
#[must_use]
pub const fn bcd_encode(value: u8) -> Option<u8> {
    if value > 99 {
        None
    } else {
        Some(to_bcd_digit_pair(value))
    }
}

/// The number two decimal digits in `byte` stand for; `None` if a digit is above 9.
#[must_use]
pub const fn bcd_decode(byte: u8) -> Option<u8> {
    let (tens, ones) = (byte >> 4, byte & 0x0F);
    if tens > 9 || ones > 9 {
        None
    } else {
        Some(tens * 10 + ones)
    }
}

const fn to_bcd_digit_pair(value: u8) -> u8 {
    ((value / 10) << 4) | (value % 10)
}

pub(crate) const fn fields_to_bcd(minute: u8, second: u8, frame: u8) -> [u8; 3] {
    [
        to_bcd_digit_pair(minute),
        to_bcd_digit_pair(second),
        to_bcd_digit_pair(frame),
    ]
}

pub(crate) const fn bcd_fields(bytes: [u8; 3]) -> Result<[u8; 3], AddressError> {
    let fields = [MsfField::Minute, MsfField::Second, MsfField::Frame];
    let mut values = [0; 3];
    let mut i = 0;
    while i < 3 {
        match bcd_decode(bytes[i]) {
            Some(value) => values[i] = value,
            None => {
                return Err(AddressError::NotBcd {
                    field: fields[i],
                    byte: bytes[i],
                });
            }
        }
        i += 1;
    }
    Ok(values)
}

pub(crate) const fn check_fields(minute: u8, second: u8, frame: u8) -> Result<(), AddressError> {
    let fields = [
        (MsfField::Minute, minute),
        (MsfField::Second, second),
        (MsfField::Frame, frame),
    ];
    let mut i = 0;
    while i < 3 {
        let (field, value) = fields[i];
        if value > field.max() {
            return Err(AddressError::FieldOutOfRange { field, value });
        }
        i += 1;
    }
    Ok(())
}

pub(crate) const fn count_of(minute: u8, second: u8, frame: u8) -> u32 {
    minute as u32 * FRAMES_PER_MINUTE + second as u32 * FRAMES_PER_SECOND + frame as u32
}

/// Minute, second and frame of a count below [`ADDRESS_COUNT`].
#[expect(
    clippy::cast_possible_truncation,
    reason = "each quotient is below 100"
)]
pub(crate) const fn fields_of(count: u32) -> [u8; 3] {
    debug_assert!(count < ADDRESS_COUNT);
    [
        (count / FRAMES_PER_MINUTE) as u8,
        (count / FRAMES_PER_SECOND % 60) as u8,
        (count % FRAMES_PER_SECOND) as u8,
    ]
}

/// Splits `MM:SS:FF`, each field one or two decimal digits.
pub(crate) fn parse_fields(text: &str) -> Result<[u8; 3], AddressError> {
    let mut parts = text.split(':');
    let mut values = [0; 3];
    for value in &mut values {
        let part = parts.next().ok_or(AddressError::NotMsf)?;
        let digits = matches!(part.len(), 1 | 2) && part.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(AddressError::NotMsf);
        }
        *value = part.parse().map_err(|_| AddressError::NotMsf)?;
    }
    if parts.next().is_some() {
        Err(AddressError::NotMsf)
    } else {
        Ok(values)
    }
}
