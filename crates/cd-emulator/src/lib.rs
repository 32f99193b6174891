//! A CD recorder made of code, with a disc that keeps every byte.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    expect(dead_code, reason = "the drive that records comes next")
)]

mod disc;
pub mod disc_file;
mod medium;
mod profile;
#[cfg(test)]
mod tests;

pub use disc::{Disc, DiscState};
pub use disc_file::DiscFileError;
pub use medium::{LEAD_OUT_SECTORS, Medium, MediumKind};
pub use profile::Profile;
