//! A CD recorder made of code, with a disc that keeps every byte.
#![forbid(unsafe_code)]

mod commands;
mod contents;
mod disc;
pub mod disc_file;
mod features;
mod medium;
mod mode_pages;
mod profile;
mod reading;
mod recorder;
mod recording;
mod state;
#[cfg(test)]
mod tests;
mod timing;

pub use disc::{Disc, DiscState};
pub use disc_file::DiscFileError;
pub use medium::{LEAD_OUT_SECTORS, Medium, MediumKind};
pub use profile::Profile;
pub use recorder::Recorder;
