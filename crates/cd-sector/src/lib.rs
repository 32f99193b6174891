//! One CD sector: main channel, error codes, scrambling and subcode.
#![no_std]
#![forbid(unsafe_code)]

mod layout;

pub use layout::SectorLayout;

/// Bytes of a sector's main channel, sync included.
pub const MAIN_BYTES: usize = 2352;
/// Bytes of a sector's eight subcode channels P to W, without the two sync symbols.
pub const SUBCODE_BYTES: usize = 96;
/// Bytes of a whole raw sector: main channel and raw P-W.
pub const RAW_BYTES: usize = MAIN_BYTES + SUBCODE_BYTES;
