//! The 2352 bytes of a sector's main channel: their fields, and Mode 1 sectors whole.
//!
//! ```text
//!      0    12       16         2064  2068   2076     2248     2352
//!      | sync | header | user data | EDC | zero | P parity | Q parity |     Mode 1
//!               address (3), mode (1)
//! ```
//!
//! # Spec
//! ECMA-130 clause 14 (sectors), annex A (parity), annex B (scrambler). Read clause 14 first.

use cd_address::{BcdMsf, Msf};

use crate::{MAIN_BYTES, ecc, edc};

mod check;
mod detect;
#[cfg(test)]
mod tests;

pub use check::{MainFault, MainFaults, MainLayer, check_audio, check_mode1, faults_mode1};
pub use detect::{MainKind, detect};

/// The first twelve bytes of every data sector.
///
/// # Spec
/// ECMA-130 14.1.
pub const SYNC: [u8; 12] = [
    0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00,
];

/// Bytes of user data in a Mode 1 sector.
pub const MODE1_USER_BYTES: usize = 2048;

/// Where the fields of a Mode 1 sector lie. Sync and header are where they are in every data sector.
mod field {
    use core::ops::Range;

    pub(super) const SYNC: Range<usize> = 0..12;
    pub(super) const HEADER: Range<usize> = 12..16;
    pub(super) const USER: Range<usize> = 16..2064;
    pub(super) const EDC: Range<usize> = 2064..2068;
    pub(super) const ZERO: Range<usize> = 2068..2076;
    pub(super) const P: Range<usize> = 2076..2248;
    pub(super) const Q: Range<usize> = 2248..2352;

    /// What the EDC is made of.
    pub(super) const UNDER_EDC: Range<usize> = 0..2064;
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

/// A look at the fields of a plain sector's main channel, whatever the bytes are.
#[derive(Clone, Copy, Debug)]
pub struct MainSector<'a>(pub &'a [u8; MAIN_BYTES]);

impl<'a> MainSector<'a> {
    /// Bytes 0..12, [`SYNC`] in a sound data sector.
    #[must_use]
    pub fn sync(self) -> &'a [u8; 12] {
        self.array(field::SYNC.start)
    }

    /// Bytes 12..16.
    #[must_use]
    pub fn header(self) -> Header {
        Header::from_bytes(*self.array(field::HEADER.start))
    }

    /// The header's mode byte.
    #[must_use]
    pub fn mode(self) -> u8 {
        self.header().mode
    }

    /// Bytes 16..2064, the user data of Mode 1.
    #[must_use]
    pub fn user(self) -> &'a [u8; MODE1_USER_BYTES] {
        self.array(field::USER.start)
    }

    /// Bytes 2064..2068, the EDC of Mode 1, as a number.
    #[must_use]
    pub fn edc(self) -> u32 {
        u32::from_le_bytes(*self.array(field::EDC.start))
    }

    /// Bytes 2068..2076, zero in Mode 1.
    #[must_use]
    pub fn zero(self) -> &'a [u8; 8] {
        self.array(field::ZERO.start)
    }

    /// Bytes 2076..2248, the P parity of Mode 1.
    #[must_use]
    pub fn p_parity(self) -> &'a [u8; 172] {
        self.array(field::P.start)
    }

    /// Bytes 2248..2352, the Q parity of Mode 1.
    #[must_use]
    pub fn q_parity(self) -> &'a [u8; 104] {
        self.array(field::Q.start)
    }

    /// The EDC that bytes 0..2064 ask for.
    fn expected_edc(self) -> u32 {
        edc(&self.0[field::UNDER_EDC])
    }

    fn under_parity(self) -> &'a [u8; ecc::COVERED] {
        self.array(field::UNDER_PARITY.start)
    }

    /// The `N` bytes at `start`, which the callers take from the table of fields.
    fn array<const N: usize>(self, start: usize) -> &'a [u8; N] {
        match self.0[start..].first_chunk() {
            Some(bytes) => bytes,
            None => unreachable!(),
        }
    }
}

/// Makes a whole plain Mode 1 sector: sync, header, user data, EDC, zeros, P and Q parity.
///
/// Every byte of `out` is written.
///
/// A recorder wants it scrambled: [`scramble`](crate::scramble()).
///
/// # Spec
/// ECMA-130 14.2 to 14.6, sector mode (01).
pub fn encode_mode1(address: Msf, user: &[u8; MODE1_USER_BYTES], out: &mut [u8; MAIN_BYTES]) {
    out[field::USER].copy_from_slice(user);
    encode_mode1_in_place(address, out);
}

/// Makes a whole plain Mode 1 sector round the user data that lies in bytes 16..2064 of it.
///
/// All other bytes are written.
///
/// For readers that can put the data there at once.
pub fn encode_mode1_in_place(address: Msf, sector: &mut [u8; MAIN_BYTES]) {
    let header = Header {
        address: address.to_bcd(),
        mode: 1,
    };
    sector[field::SYNC].copy_from_slice(&SYNC);
    sector[field::HEADER].copy_from_slice(&header.to_bytes());
    let edc = MainSector(sector).expected_edc();
    sector[field::EDC].copy_from_slice(&edc.to_le_bytes());
    sector[field::ZERO].fill(0);
    let p = ecc::p_parity(MainSector(sector).under_parity());
    sector[field::P].copy_from_slice(&p);
    let q = ecc::q_parity(MainSector(sector).under_parity());
    sector[field::Q].copy_from_slice(&q);
}

/// A Mode 1 sector taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode1<'a> {
    /// The address in the header.
    pub address: Msf,
    /// The user data.
    pub user: &'a [u8; MODE1_USER_BYTES],
}

/// Takes a plain Mode 1 sector apart. EDC and parity are not looked at: that is [`check_mode1`].
///
/// # Errors
/// [`MainFault::Sync`], [`MainFault::Header`] for an address that is none, [`MainFault::Mode`].
pub fn decode_mode1(sector: &[u8; MAIN_BYTES]) -> Result<Mode1<'_>, MainFault> {
    let lens = MainSector(sector);
    check::sync(lens)?;
    let header = lens.header();
    let address = header.address.to_msf().map_err(|error| MainFault::Header {
        got: header.address,
        error,
    })?;
    check::mode(lens, 1)?;
    Ok(Mode1 {
        address,
        user: lens.user(),
    })
}
