//! Mode pages, and the list that MODE SENSE (10) and MODE SELECT (10) carry them in.
//!
//! # Spec
//! SPC-3 7.4 (the list, the form of pages); MMC-5 clause 7 (pages of recorders) and MMC-3 6.3.11 (page
//! 2Ah). Read those first.

mod capabilities;
mod error_recovery;
mod list;
mod plain;
#[cfg(test)]
mod tests;
mod write_parameters;

pub use capabilities::{Capabilities, CapabilityFlags, WriteSpeed, WriteSpeeds};
pub use error_recovery::{ErrorRecovery, RecoveryFlags};
pub use list::{ModePage, ModeParameters, RawPage};
pub use plain::{AudioControl, Caching, CdParameters, PowerConditionPage, TimeoutAndProtect};
pub use write_parameters::{
    DataBlockType, HostApplicationCode, IsrcField, McnField, MultiSession, PageTail, SessionFormat,
    TrackMode, WriteParameters, WriteType,
};
