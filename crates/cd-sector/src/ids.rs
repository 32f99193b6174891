//! The two identities the Q channel can carry: the disc's catalogue number and a track's recording code.
//!
//! # Spec
//! IEC 60908, subcode Q mode 2 (catalogue number) and mode 3 (recording code); ISO 3901 for the recording code's form.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::QFrame;

#[cfg(test)]
mod tests;

/// Why a text, or the bytes of a Q frame, are no media catalogue number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum McnError {
    /// Not 13 characters.
    #[error("media catalogue number has {len} characters, 13 digits are needed")]
    Length {
        /// Bytes of the text.
        len: usize,
    },
    /// Something that is not a digit.
    #[error("digit {position} of the media catalogue number is not 0 to 9")]
    Digit {
        /// 1..=13
        position: u8,
    },
    /// The thirteenth digit is not the check digit of the other twelve.
    #[error("media catalogue number ends with {got}, its check digit is {expected}")]
    CheckDigit {
        /// The right one, 0..=9.
        expected: u8,
        /// The one that stands there, 0..=9.
        got: u8,
    },
}

/// A media catalogue number: 13 digits as under a bar code, the last one right.
///
/// ```
/// use cd_sector::Mcn;
///
/// assert_eq!("1234567890128".parse::<Mcn>()?.to_string(), "1234567890128");
/// assert!("1234567890123".parse::<Mcn>().is_err());
/// # Ok::<(), cd_sector::McnError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mcn([u8; 13]);

impl Mcn {
    /// The number with these digits, each 0..=9.
    ///
    /// # Errors
    /// [`McnError::Digit`] for a value above 9, [`McnError::CheckDigit`] if the last digit is not the check digit.
    pub const fn new(digits: [u8; 13]) -> Result<Self, McnError> {
        let mut i = 0;
        while i < 13 {
            if digits[i] > 9 {
                #[expect(clippy::cast_possible_truncation, reason = "at most 13")]
                return Err(McnError::Digit {
                    position: i as u8 + 1,
                });
            }
            i += 1;
        }
        let [first @ .., got] = digits;
        let expected = Self::check_digit(&first);
        if got != expected {
            return Err(McnError::CheckDigit { expected, got });
        }
        Ok(Self(digits))
    }

    /// The thirteenth digit that belongs to twelve digits, each 0..=9; of larger values only the last digit counts.
    ///
    /// Odd places count once and even places three times; the check digit makes the sum a multiple of ten.
    #[must_use]
    pub const fn check_digit(first: &[u8; 12]) -> u8 {
        let mut sum = 0;
        let mut i = 0;
        while i < 12 {
            sum += first[i] % 10 * if i % 2 == 0 { 1 } else { 3 };
            i += 1;
        }
        (10 - sum % 10) % 10
    }

    /// The 13 digits, each 0..=9.
    #[must_use]
    pub const fn digits(&self) -> &[u8; 13] {
        &self.0
    }

    /// Bytes 1 to 8 of a Q frame: 13 digits and twelve zero bits.
    pub(crate) fn to_q(self) -> [u8; 8] {
        let mut digits = [0; 16];
        digits[..13].copy_from_slice(&self.0);
        core::array::from_fn(|i| digits[2 * i] << 4 | digits[2 * i + 1])
    }

    pub(crate) fn from_q(frame: &QFrame) -> Result<Self, McnError> {
        Self::new(core::array::from_fn(|i| nibble(&frame.0[1..], i)))
    }
}

impl FromStr for Mcn {
    type Err = McnError;

    fn from_str(text: &str) -> Result<Self, McnError> {
        let digits: [u8; 13] = text
            .as_bytes()
            .try_into()
            .map_err(|_| McnError::Length { len: text.len() })?;
        // A character that is no digit wraps to a value above 9.
        Self::new(digits.map(|digit| digit.wrapping_sub(b'0')))
    }
}

impl fmt::Display for Mcn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

/// What one character of a recording code may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IsrcPart {
    /// Characters 1 and 2: the country, letters.
    Country,
    /// Characters 3 to 5: the owner, letters or digits.
    Owner,
    /// Characters 6 and 7: the year, digits.
    Year,
    /// Characters 8 to 12: the serial number, digits.
    Serial,
}

impl IsrcPart {
    const fn at(idx: usize) -> Self {
        match idx {
            0..2 => Self::Country,
            2..5 => Self::Owner,
            5..7 => Self::Year,
            _ => Self::Serial,
        }
    }

    const fn allows(self, character: u8) -> bool {
        match self {
            Self::Country => character.is_ascii_uppercase(),
            Self::Owner => character.is_ascii_uppercase() || character.is_ascii_digit(),
            Self::Year | Self::Serial => character.is_ascii_digit(),
        }
    }
}

impl fmt::Display for IsrcPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Country => "country, letters A to Z",
            Self::Owner => "owner, letters A to Z or digits",
            Self::Year => "year, digits",
            Self::Serial => "serial number, digits",
        })
    }
}

/// Why a text, or the bytes of a Q frame, are no recording code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum IsrcError {
    /// Not 12 characters, hyphens not counted.
    #[error("ISRC has {len} characters, 12 are needed (CC-OOO-YY-NNNNN, hyphens optional)")]
    Length {
        /// Bytes of the text without hyphens at their places.
        len: usize,
    },
    /// A character that its place does not allow.
    #[error("character {position} of the ISRC is not allowed there ({part})")]
    Character {
        /// 1..=12, hyphens not counted.
        position: u8,
        /// What belongs there.
        part: IsrcPart,
    },
}

/// An international standard recording code: country, owner, year, serial number.
///
/// Parsed with or without the hyphens of its printed form `CC-OOO-YY-NNNNN`; letters are capitals.
///
/// ```
/// use cd_sector::Isrc;
///
/// let isrc: Isrc = "USABC0212345".parse()?;
/// assert_eq!(isrc.to_string(), "US-ABC-02-12345");
/// # Ok::<(), cd_sector::IsrcError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Isrc([u8; 12]);

impl Isrc {
    /// The code with these twelve characters (ASCII).
    ///
    /// # Errors
    /// [`IsrcError::Character`] for the first one that its place does not allow.
    pub const fn new(characters: [u8; 12]) -> Result<Self, IsrcError> {
        let mut i = 0;
        while i < 12 {
            let part = IsrcPart::at(i);
            if !part.allows(characters[i]) {
                #[expect(clippy::cast_possible_truncation, reason = "at most 12")]
                return Err(IsrcError::Character {
                    position: i as u8 + 1,
                    part,
                });
            }
            i += 1;
        }
        Ok(Self(characters))
    }

    /// The twelve characters (ASCII), no hyphens.
    #[must_use]
    pub const fn characters(&self) -> &[u8; 12] {
        &self.0
    }

    /// Bytes 1 to 8 of a Q frame: five characters of six bits, two zero bits, seven digits, four zero bits.
    pub(crate) fn to_q(self) -> [u8; 8] {
        let (letters, digits) = self.0.split_at(5);
        let letters = letters
            .iter()
            .fold(0_u32, |bits, &c| bits << 6 | u32::from(six_bit(c)))
            << 2;
        let digits = digits
            .iter()
            .fold(0_u32, |bits, &c| bits << 4 | u32::from(c - b'0'))
            << 4;
        let both = u64::from(letters) << 32 | u64::from(digits);
        both.to_be_bytes()
    }

    pub(crate) fn from_q(frame: &QFrame) -> Result<Self, IsrcError> {
        let bytes = &frame.0[1..9];
        let letters = bytes[..4]
            .iter()
            .fold(0_u32, |bits, &b| bits << 8 | u32::from(b));
        Self::new(core::array::from_fn(|i| match i {
            0..5 => from_six_bit(letters >> (26 - 6 * i)),
            _ => b'0' + nibble(&bytes[4..], i - 5),
        }))
    }
}

impl FromStr for Isrc {
    type Err = IsrcError;

    fn from_str(text: &str) -> Result<Self, IsrcError> {
        let mut characters = [0; 12];
        let mut len = 0;
        let mut hyphen_allowed = false;
        for byte in text.bytes() {
            if byte == b'-' && hyphen_allowed {
                hyphen_allowed = false;
                continue;
            }
            if let Some(place) = characters.get_mut(len) {
                *place = byte;
            }
            len += 1;
            hyphen_allowed = matches!(len, 2 | 5 | 7);
        }
        if len != 12 {
            return Err(IsrcError::Length { len });
        }
        Self::new(characters)
    }
}

impl fmt::Display for Isrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, &character) in self.0.iter().enumerate() {
            if matches!(i, 2 | 5 | 7) {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(character))?;
        }
        Ok(())
    }
}

/// The Q channel's code of a capital or a digit: the distance from ASCII 0.
const fn six_bit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        _ => character - b'A' + 17,
    }
}

/// The character of the lower six bits; 0, which no place allows, for a code without one.
const fn from_six_bit(bits: u32) -> u8 {
    let code = (bits & 0x3F) as u8;
    match code {
        0..=9 => code + b'0',
        17..=42 => code - 17 + b'A',
        _ => 0,
    }
}

/// Half byte `idx` of `bytes`, the upper half first.
const fn nibble(bytes: &[u8], idx: usize) -> u8 {
    let byte = bytes[idx / 2];
    if idx.is_multiple_of(2) {
        byte >> 4
    } else {
        byte & 0x0F
    }
}
