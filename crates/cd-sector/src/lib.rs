//! One CD sector: main channel, error codes, scrambling and subcode.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(test)]
extern crate std;

mod audio;
mod ecc;
mod edc;
mod ids;
mod layout;
mod main_channel;
mod q;
mod scramble;
mod subcode;
mod toc;

pub use audio::{SAMPLES_PER_SECTOR, decode_audio, encode_audio};
pub use edc::edc;
pub use ids::{Isrc, IsrcError, IsrcPart, Mcn, McnError};
pub use layout::SectorLayout;
pub use main_channel::{
    Header, MODE1_USER_BYTES, MainFault, MainFaults, MainKind, MainLayer, MainSector, Mode1, SYNC,
    check_audio, check_mode1, decode_mode1, detect, encode_mode1, encode_mode1_in_place,
    faults_mode1,
};
pub use q::{Control, DiscType, Q, QError, QField, QFrame, TocPoint};
pub use scramble::scramble;
pub use subcode::PwSubcode;
pub use toc::{Toc, TocCollector, TocError, TocTrack};

/// Bytes of a sector's main channel, sync included.
pub const MAIN_BYTES: usize = 2352;
/// Bytes of a sector's eight subcode channels P to W, without the two sync symbols.
pub const SUBCODE_BYTES: usize = 96;
/// Bytes of a whole raw sector: main channel and raw P-W.
pub const RAW_BYTES: usize = MAIN_BYTES + SUBCODE_BYTES;
