//! The 2352 bytes of a sector's main channel: what they are, made, taken apart and checked, for every kind of sector.
//!
//! [`SectorKind`] has the picture of the fields. A sector of data is plain or scrambled: [`PlainSector`] and
//! [`ScrambledSector`] are the two ways to look at it.
//!
//! # Spec
//! ECMA-130 clause 14 (sectors), annex A (parity), annex B (scrambler). Read clause 14 first. The forms of Mode 2 are
//! in the System Description CD-ROM XA.

use cd_address::BcdMsf;

mod check;
pub(crate) mod codec;
mod detect;
mod fault;
mod kind;
mod lens;
mod subheader;

pub use check::{EdcVerdict, Verdict, check, check_audio, check_mode1};
pub use codec::{Decoded, Payload, encode, encode_in_place, encode_mode1, encode_mode1_in_place};
pub use detect::{MainKind, detect};
pub use fault::{MainFault, MainFaults, MainLayer};
pub use kind::SectorKind;
pub use lens::{PlainSector, ScrambledSector};
pub use subheader::{Subheader, Submode};

/// The first twelve bytes of every data sector.
///
/// # Spec
/// ECMA-130 14.1.
pub const SYNC: [u8; 12] = [
    0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00,
];

/// Bytes of user data in a Mode 1 sector.
pub const MODE1_USER_BYTES: usize = 2048;

/// Where the fields lie that are in the same place in every kind that has them; the others are in [`SectorKind`].
mod field {
    use core::ops::Range;

    pub(super) const SYNC: Range<usize> = 0..12;
    pub(super) const HEADER: Range<usize> = 12..16;
    pub(super) const SUBHEADER: Range<usize> = 16..20;
    pub(super) const SECOND_SUBHEADER: Range<usize> = 20..24;
    pub(super) const P: Range<usize> = 2076..2248;
    pub(super) const Q: Range<usize> = 2248..2352;
    pub(super) const FORM_2_EDC: Range<usize> = 2348..2352;

    /// What the P parity is made of, and its own place; the Q parity is made of both.
    pub(super) const UNDER_PARITY: Range<usize> = 12..2248;
}

/// The header of a data sector, any four bytes.
///
/// # Spec
/// ECMA-130 14.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The sector's address, unchecked.
    pub address: BcdMsf,
    /// The mode byte: 0, 1 or 2, with marks of packet recording in the upper three bits.
    pub mode: u8,
}

impl Header {
    /// The header in these bytes.
    #[must_use]
    pub const fn from_bytes([minute, second, frame, mode]: [u8; 4]) -> Self {
        Self {
            address: BcdMsf([minute, second, frame]),
            mode,
        }
    }

    /// The bytes of this header.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        let BcdMsf([minute, second, frame]) = self.address;
        [minute, second, frame, self.mode]
    }

    /// Whether the address is one and the mode is 0, 1 or 2.
    ///
    /// A header and the same header scrambled are never both plausible: the scrambler turns the top bit of the second,
    /// and no second above 59 is an address.
    #[must_use]
    pub const fn is_plausible(self) -> bool {
        self.mode <= 2 && self.address.to_msf().is_ok()
    }
}
