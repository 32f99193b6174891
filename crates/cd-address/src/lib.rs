//! CD addresses: every one of the 450,000, lead-in included, and no others.
//!
//! A Compact Disc counts its sectors ("frames", 75 to the second) in minutes, seconds and frames.
//! The clock of the program area starts at 00:00:00; the lead-in before it counts up to 99:59:74,
//! so that the address line of a whole session looks like this:
//!
//! ```text
//!  MSF   90:00:00          99:59:74 00:00:00   00:02:00             89:59:74
//!  LBA     -45150              -151     -150          0               404849
//!           |<------ lead-in ----->|<-pregap->|<-- program, lead-out -->|
//!  position      0            44999    45000      45150               449999
//! ```
//!
//! The types keep apart what is easy to mix up: [`Lba`] (signed block address), [`Msf`] (absolute
//! time, as numbers), [`BcdMsf`] (the same three bytes as subcode and sector headers carry them,
//! unchecked), [`RelMsf`] (a time since some start, not an address), [`Sectors`] (a length) and
//! [`LbaRange`] (a half-open run of addresses). Conversions are total and `const`; where a value can
//! be out of range the conversion returns [`AddressError`], which names the limit.
//!
//! What this crate is not: it knows no track, no table of contents and no sector contents.
//!
//! ```
//! use cd_address::{Lba, Msf};
//!
//! let lead_in_start: Msf = "97:34:23".parse()?;
//! assert_eq!(lead_in_start.to_lba(), Lba::new(-11_077)?);
//! assert_eq!(Lba::ZERO.to_msf().to_string(), "00:02:00");
//! # Ok::<(), cd_address::AddressError>(())
//! ```
//!
//! # Spec
//! ECMA-130 clause 14 (addressing) and 22.3 (Q channel times); MMC-3 4.2.3 and table 9
//! (logical block address to MSF). Read those first.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod error;
mod lba;
mod length;
mod msf;
mod range;
#[cfg(test)]
mod tests;

pub use error::{AddressError, MsfField};
pub use lba::Lba;
pub use length::{RelMsf, Sectors};
pub use msf::{BcdMsf, Msf, bcd_decode, bcd_encode};
pub use range::{Chunks, LbaRange, Lbas};

/// Sectors ("frames") in one second of a disc that turns at 1x.
pub const FRAMES_PER_SECOND: u32 = 75;
/// Sectors in one minute.
pub const FRAMES_PER_MINUTE: u32 = 60 * FRAMES_PER_SECOND;
/// How many addresses there are: 100 minutes of 4,500 frames.
pub const ADDRESS_COUNT: u32 = 100 * FRAMES_PER_MINUTE;
/// Sectors between 00:00:00 and LBA 0: the two-second pregap of the first track.
pub const PREGAP_SECTORS: Sectors = Sectors::from_const(150);
