//! Mode pages, and the list that MODE SENSE (10) and MODE SELECT (10) carry them in.
//!
//! # Spec
//! SPC-3 7.4.3 (the list) and 7.4.5 (pages); MMC-3 clause 5.5 (pages of CD recorders). Read those first.

mod capabilities;
mod error_recovery;
mod list;
#[cfg(test)]
mod tests;
mod write_parameters;

pub use capabilities::{Capabilities, CapabilityFlags, WriteSpeed, WriteSpeeds};
pub use error_recovery::{ErrorRecovery, RecoveryFlags};
pub use list::{ModePage, ModeParameters, RawPage};
pub use write_parameters::{
    DataBlockType, HostApplicationCode, IsrcField, McnField, MultiSession, PageTail, SessionFormat,
    TrackMode, WriteParameters, WriteType,
};
