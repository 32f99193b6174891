//! MMC commands, mode pages, responses and sense data, bytes both ways.
//!
//! A program that drives a CD recorder encodes [`Command`]s and decodes responses; a target that
//! plays a recorder decodes commands and encodes responses. Both find the same types here.
//!
//! ```
//! use cd_address::Lba;
//! use cd_mmc::{Command, Sense, Write10};
//!
//! let write = Command::from(Write10::new(Lba::new(-11_077)?, 26));
//! assert_eq!(write.encode().to_string(), "2A 00 FF FF D4 BB 00 00 1A 00");
//! assert_eq!(Command::decode(write.encode().as_bytes())?, write);
//!
//! let sense = Sense::decode(&[0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0])?;
//! assert!(sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS));
//! assert_eq!(sense.to_string(), "2/04/08 NOT READY: long write in progress");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What this crate is not: it does no I/O, knows no sequence of commands, no retry and no timeout, and
//! decides nothing.
//!
//! # How bytes become values
//! - **Commands** are strict: the exact length, no reserved bit, no value outside its field's meaning.
//!   The error says which byte and bit ([`DecodeError::field_pointer`]).
//! - **Everything else** is tolerant of more (newer standards append) and strict about less.
//!   Reserved bits are ignored on reading and zero on writing.
//! - **Codes are open**: a profile, page or sense code that has no name here is carried unharmed.
//! - **Encoders of answers** write into the caller's memory, as much as there is room for, and return the
//!   number of bytes written; lengths inside the answer stay those of the whole, as a drive does it
//!   with an allocation length that is too small.
//!
//! # Spec
//! MMC-5 (clauses 5 to 7: features, commands, mode pages of recorders), MMC-3 where MMC-5 no longer has it;
//! SPC-3 and SPC-4 (common commands, sense data). Read first: MMC-5 4.2 (the CD) and 6.1, SPC-4 4.5 (sense
//! data). Drives of the CD's time keep to MMC-1 to MMC-3: what those lack is optional here.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod bin_msf;
mod cdb;
mod code;
mod command;
mod cue_sheet;
mod error;
mod field;
mod flags;
mod list;
pub mod mode_page;
pub mod response;
mod sense;
#[cfg(test)]
mod testing;
mod wire;

pub use bin_msf::BinMsf;
pub use cdb::Cdb;
pub use command::*;
pub use cue_sheet::{CueEntry, CueMain, CueSub};
pub use error::DecodeError;
pub use field::Field;
pub use list::{Element, Elements, List};
pub use sense::{FieldPointer, KeySpecific, Sense, SenseKey};
