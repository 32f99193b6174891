//! One CD sector: main channel, error codes, scrambling and subcode.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod ids;
mod layout;
mod q;
mod subcode;
mod toc;

pub use ids::{Isrc, IsrcError, IsrcPart, Mcn, McnError};
pub use layout::SectorLayout;
pub use q::{Control, DiscType, Q, QError, QField, QFrame, TocPoint};
pub use subcode::PwSubcode;
pub use toc::{Toc, TocCollector, TocError, TocTrack};

/// Bytes of a sector's main channel, sync included.
pub const MAIN_BYTES: usize = 2352;
/// Bytes of a sector's eight subcode channels P to W, without the two sync symbols.
pub const SUBCODE_BYTES: usize = 96;
/// Bytes of a whole raw sector: main channel and raw P-W.
pub const RAW_BYTES: usize = MAIN_BYTES + SUBCODE_BYTES;
