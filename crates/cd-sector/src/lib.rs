//! One CD sector: what its bytes say, whether they are right, and how to make them.
//!
//! A sector of a stream for raw recording is 2352 bytes of main channel and 96 (or 16) of subcode:
//!
//! ```text
//!  main channel, data (Mode 1), scrambled from byte 12 on            subcode, one symbol a byte
//!  0    12       16         2064  2068   2076     2248     2352      0                      96
//!  | sync | header | user data | EDC | zero | P parity | Q parity |  | bit 7 P, 6 Q, 5..0 R-W |
//! ```
//!
//! - **Main channel**: [`SectorKind`] names what a sector can be, sound and the modes with their fields. [`encode`]
//!   makes a whole sector from a [`Payload`], [`PlainSector::decode`] takes one apart, [`PlainSector::check`] says which
//!   layers are broken and how; [`ScrambledSector`] does the same as the sector lies in a stream for recording, and
//!   [`check`] for a sector of which nothing is known. [`scramble`](scramble()) is the scrambler both ways, [`detect`]
//!   tells sound from data and plain from scrambled; [`encode_audio`] and [`decode_audio`] are for samples, and
//!   [`SampleSteps`] knows sound whose bytes are swapped; [`edc`](edc()) is the error detection code by itself.
//! - **Repair**, on request only: [`repair`](repair()) mends what the parity can mend, helped by a drive's C2 flags if
//!   there are any, and says which bytes it changed. The EDC decides; what it does not vouch for is refused.
//! - **Subcode**, a type a form: [`PwSubcode`] is the 96 bytes as they lie on the disc, [`PwRows`] the same by channel as
//!   in `.sub` files, [`Pq16`] P and Q alone, [`PwPacked`] with R to W as packs. What loses nothing converts; what would
//!   lose something is refused, or done on request ([`PwSubcode::to_pq16`]).
//! - **Q**: [`QFrame`] is the twelve bytes, [`Q`] their meaning, [`QFrame::findings`] the strict reading that lists
//!   everything the standard does not allow; [`Multisession`] is the points of ADR 5. **P**: [`expected_p`] is the rule,
//!   [`PChecker`] tells known conventions from mistakes.
//! - **R to W** in the program area: [`RwPack`] makes, checks and corrects packs, [`RwInterleaver`] and
//!   [`RwDeinterleaver`] spread them over the disc and back, [`Cdg`] is what packs of CD+G draw.
//! - **CD-Text** in the lead-in: [`CdText::encode`] and [`CdText::decode`] between text and packs, [`CdTextCycle`] and
//!   [`CdTextCollector`] between packs and a lead-in's subcode.
//! - **Table of contents**: [`Toc`] is what the lead-in says, [`Toc::points`] what to write there, [`TocCollector`]
//!   reads it back.
//! - **Speed**: [`Kernel`] answers with the machine's widest vectors whether all codes of a sector fit, as it lies, and what
//!   its P and Q say; the checks above ask it first. [`vector_level`] names the vectors.
//!
//! Bytes that came from somewhere and meanings that were checked are different types: `QFrame` and `Q`,
//! [`PlainSector`] and [`Payload`]. Nothing here allocates but CD-Text, and no input
//! makes it panic.
//!
//! What this crate is not: it knows one sector at a time, or a run of them where a code reaches over several. Which
//! sector follows which and where a catalogue number goes is for an author of discs; files and drives are for others
//! still. It mends nothing unasked: a check says what is wrong.
//!
//! ```
//! use cd_address::Lba;
//! use cd_sector::{Payload, ScrambledSector, SectorKind, encode, scramble};
//!
//! let (mut sector, address) = ([0; 2352], Lba::ZERO.to_msf());
//! encode(address, Payload::Mode1(&[0; 2048]), &mut sector);
//! scramble(&mut sector);
//!
//! assert!(ScrambledSector(&sector).check(SectorKind::Mode1, address).is_right());
//! sector[1000] ^= 1;
//! let verdict = ScrambledSector(&sector).check(SectorKind::Mode1, address);
//! assert_eq!(verdict.faults.to_string(), "EDC, P parity, Q parity");
//! ```
//!
//! # Spec
//! ECMA-130 clause 14 (sectors), clause 22 (subcode), annexes A (parity) and B (scrambler); MMC-3 annex J
//! (CD-Text). Read the first two clauses first.
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod audio;
mod cdtext;
mod ecc;
mod edc;
mod ids;
mod kernel;
mod layout;
mod main_channel;
mod p_channel;
mod q;
mod repair;
mod rw;
mod scramble;
mod subcode;
mod toc;

pub use audio::{SAMPLES_PER_SECTOR, SampleSteps, decode_audio, encode_audio};
pub use cdtext::{
    CD_TEXT_PACK_BYTES, CD_TEXT_PACKS_PER_SECTOR, CdText, CdTextBinary, CdTextBlock, CdTextCharset,
    CdTextCollector, CdTextCycle, CdTextError, CdTextFault, CdTextFinding, CdTextGenre,
    CdTextGenreCode, CdTextKind, CdTextLanguage, CdTextPack, CdTextRepair, CdTextRepeats,
};
pub use edc::edc;
pub use ids::{Isrc, IsrcError, IsrcPart, Mcn, McnError};
pub use kernel::{Kernel, ParityForm, SubcodeLook, VectorLevel, vector_level};
pub use layout::SectorLayout;
pub use main_channel::{
    Decoded, EdcVerdict, Header, MODE1_USER_BYTES, MainFault, MainFaults, MainKind, MainLayer,
    Payload, PlainSector, SYNC, ScrambledSector, SectorKind, Subheader, Submode, Verdict, check,
    check_audio, check_mode1, detect, encode, encode_in_place, encode_mode1, encode_mode1_in_place,
};
pub use p_channel::{PChecker, PConvention, PFinding, PPlace, expected_p};
pub use q::{
    Control, DiscType, Multisession, Point, Q, QError, QField, QFinding, QFindings, QFrame,
    TocPoint,
};
pub use repair::{ByteFlags, RepairError, repair};
pub use rw::{
    Cdg, CdgColor, CdgInstruction, PwPacked, RW_PACK_SYMBOLS, RW_PACKS_PER_SECTOR, RwDeinterleaver,
    RwInterleaver, RwMode, RwPack, RwRepair, RwSymbols, raw_place,
};
pub use scramble::scramble;
pub use subcode::{Pq16, PwRows, PwSubcode, SubcodeLoss};
pub use toc::{Toc, TocCollector, TocError, TocTrack};

/// Bytes of a sector's main channel, sync included.
pub const MAIN_BYTES: usize = 2352;
/// Bytes of a sector's eight subcode channels P to W, without the two sync symbols.
pub const SUBCODE_BYTES: usize = 96;
/// Bytes of a whole raw sector: main channel and raw P-W.
pub const RAW_BYTES: usize = MAIN_BYTES + SUBCODE_BYTES;
