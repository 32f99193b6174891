//! Raw CD recording over any transport: probe the drive, plan the burn, carry it out, prove it.
//!
//! ```text
//! Recorder::probe  -> DriveInfo   what the drive can do, found by asking and by trying
//! Recorder::medium -> MediumInfo  what disc is in it, and where its lead-in begins
//! Plan::new        -> Plan        every command of the burn; pure, printable; refuses what would spoil a disc
//! Recorder::burn   -> Report      the plan carried out; says whether the disc proves it
//! burn_all         -> Reports       one image in several drives at once
//! Recorder::verify -> VerifyReport  every sector read back and compared, layer by layer
//! Recorder::blank  -> BlankReport   a CD-RW erased, to begin again
//! ```
//!
//! A burn needs the plan and a [`Consent`]. Sectors come from any
//! [`SectorSource`](cd_image::SectorSource): a thread of its own reads them ahead of the drive through a
//! bounded channel, as slices of a memory map where they lie in one. All sectors go out as the caller made
//! them: nothing is mended, scrambled or renumbered here.
//!
//! ```
//! # use std::sync::Arc;
//! # use cd_emulator::{Disc, Medium, Profile};
//! # use cd_transport::VirtualClock;
//! use cd_writer::Recorder;
//!
//! # let clock = Arc::new(VirtualClock::default());
//! # let mut transport = cd_emulator::Recorder::new(Profile::faithful(), Arc::clone(&clock));
//! # transport.insert(Disc::blank(Medium::cd_r_80()));
//! let mut recorder = Recorder::new(transport, clock);
//! let drive = recorder.probe()?;
//! let medium = recorder.medium()?;
//! println!("{drive}: {medium}");
//! // Where a stream for this medium has to begin.
//! assert_eq!(medium.check_writable()?.to_msf().to_string(), "97:34:23");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/burn.rs` goes on from there to a burned and compared disc. [`imapi`] has the same as one object with
//! properties, as Windows' `IDiscFormat2RawCD` has it.
//!
//! What a [`Report`] says is held to be true of the disc: success means that the disc proves it, and a burn
//! that stops says whether the disc was touched. Every wait for a drive is bounded, and the tray is
//! unlocked at every end.
//!
//! What this crate is not: it opens no device and names no operating system, prints nothing, and reads no
//! clock but the one it was handed.
//!
//! # Spec
//! MMC-3 clauses 4.2.3 (CD recording), 5.5.3.11 (write parameters), 6.34 (WRITE (10)). Read those first.
#![forbid(unsafe_code)]

mod answer;
mod blank;
mod burn;
mod control;
mod conversion;
mod fault;
mod fleet;
pub mod imapi;
mod outcome;
mod pipeline;
mod plan;
mod policy;
mod probe;
mod read;
mod recorder;
mod session;
#[cfg(test)]
mod testing;
mod verify;

pub use blank::{BlankControl, BlankError, BlankKind, BlankProgress, BlankReport, ErasureConsent};
pub use burn::{BurnControl, Consent, Report, Verdict};
pub use control::{Action, CancelToken, Progress};
pub use conversion::{Conversion, ConversionError};
pub use fault::{Fault, FaultCause};
pub use fleet::{BurnJob, burn_all};
pub use outcome::{DiscAfter, Doubt, Incident, StopCause};
pub use pipeline::{Chunk, Feed, Next, ReadAhead, read_ahead, read_ahead_for};
pub use plan::{BurnOptions, Plan, PlanError, PlanNote, Purpose, Step, StepData, Writes};
pub use probe::{
    DriveInfo, MediumInfo, MediumKind, ProbeError, RawMode, RecordingAbilities, SessionToc,
};
pub use read::SectorForm;
pub use recorder::Recorder;
pub use verify::{
    FindingKind, Habit, Layer, LayerReport, MainPart, MainParts, RecordedSubcode, VerifyError,
    VerifyFinding, VerifyOptions, VerifyOutcome, VerifyReport,
};
