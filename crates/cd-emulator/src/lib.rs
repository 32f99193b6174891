//! A CD recorder made of code, with a disc that keeps every byte.
//!
//! [`Recorder`] is a drive, not a mock: it takes the commands a burning program sends, through
//! [`Transport`](cd_transport::Transport), and stores what they record on a [`Disc`]. Whatever it is asked later it
//! answers from those bytes alone. A disc whose lead-in nobody could read has no table of contents here, data
//! that were recorded unscrambled are unreadable, and a recording that was broken off leaves a disc no drive plays.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use cd_emulator::{Disc, DiscState, Medium, Profile, Recorder};
//! use cd_mmc::{Command, TestUnitReady};
//! use cd_transport::{Data, Status, Transport, VirtualClock};
//!
//! let mut recorder = Recorder::new(Profile::faithful(), Arc::new(VirtualClock::default()));
//! recorder.insert(Disc::blank(Medium::cd_r_80()));
//!
//! let ready = Command::from(TestUnitReady).encode();
//! let mut statuses = Vec::new();
//! for _ in 0..2 {
//!     let completion = recorder.execute(ready.as_bytes(), Data::None, Duration::from_secs(1))?;
//!     statuses.push(completion.status);
//! }
//! // The first command is told that the medium may have changed.
//! assert_eq!(statuses, [Status::CHECK_CONDITION, Status::GOOD]);
//! assert_eq!(recorder.disc().map(Disc::state), Some(DiscState::Blank));
//! # Ok::<(), cd_transport::TransportError>(())
//! ```
//!
//! - A [`Disc`] lives in memory, growing with what is recorded, or in a file that outlives the process (see
//!   [`disc_file`]).
//! - A [`Medium`] is the blank: what the ATIP says, above all where the lead-in begins.
//! - A [`Profile`] is the drive: its name, its buffer and speeds, which block types it takes, and by its [`Quirk`]s
//!   in what it is not as the standard has it. [`Profile::named`] has one for each temper.
//! - A [`Condition`] is what befalls it for a time: see [`Recorder::afflict`].
//! - A [`BufferHistory`] tells how the buffer fared in a recording.
//! - Time is whatever clock the drive is given; on a [`VirtualClock`](cd_transport::VirtualClock) a whole disc is burnt
//!   in a moment that shows as minutes.
//!
//! # What it plays
//! Raw recording (write type 3) with P-Q (data block type 1), packed (type 2) or raw P-W (type 3), from the medium's
//! lead-in to its lead-out, once; session at once (write type 2) from a cue sheet, with lead-in, subcode, lead-out and
//! what data sectors need made by the drive, CD-Text sent by the host; track at once (write type 1), its sessions closed by
//! CLOSE TRACK SESSION, so that others may follow, as the write parameters say; test write; reading of sectors with any choice of
//! their parts, R to W corrected too, in a session that is still open as well; table of contents, CD-Text, MCN, ISRC and
//! position from the subcode; an audio output that plays, as far as its position tells; mode pages 01h, 05h, 08h, 0Dh, 0Eh,
//! 1Ah, 1Dh and 2Ah; the commands that burning and reading programs and kernels send. Refusals are a drive's: each has its
//! sense data, and none changes the disc.
//!
//! - **CD-RW** is erased by BLANK, whole or the quick way, in the time that takes, with progress in REQUEST SENSE.
//! - **Speeds** are those that drive and medium have in common, in GET PERFORMANCE and page 2Ah; with CLV or CAV; what
//!   is set is felt in the time of a recording.
//! - **The buffer** fills and drains. If it runs empty, the laser stops and goes on when it is full again, or without
//!   underrun protection the disc is spoiled (03/0C/09).
//!
//! # What it is not
//! It records no packets: MODE SELECT and the features say so. It reserves no tracks. It corrects no errors of the main
//! channel, reads no lead-in or lead-out through commands (use [`Disc::sector`]), and a power failure finds what is in the
//! buffer on the disc already, as blocks are stored when they arrive.
//!
//! # Spec
//! MMC-3 and MMC-5 throughout; each module names its clauses. Read first: MMC-3 4.2.3 (the CD's areas and
//! addresses) and 4.2.3.8 (recording).
#![forbid(unsafe_code)]

mod authoring;
mod closing;
mod commands;
mod condition;
mod contents;
mod disc;
pub mod disc_file;
mod expanding;
mod features;
mod host_block;
mod linking;
mod medium;
mod mode_pages;
mod open_session;
mod pending;
mod player;
mod pma;
mod profile;
mod quirk;
mod readable;
mod reading;
mod recorder;
mod recording;
mod session;
mod speeds;
mod state;
#[cfg(test)]
mod tests;
mod timing;
mod track_at_once;
mod write_modes;

pub use condition::Condition;
pub use disc::{Disc, DiscState};
pub use disc_file::DiscFileError;
pub use medium::{LEAD_OUT_SECTORS, Medium, MediumKind};
pub use profile::Profile;
pub use quirk::{Quirk, Spoiling};
pub use recorder::Recorder;
pub use timing::BufferHistory;
