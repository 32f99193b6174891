//! The contract of [`Transport`], checked from outside on any SCSI device.
//!
//! Whoever implements [`Transport`] calls [`conformance`] in a test. It sends TEST UNIT READY, INQUIRY,
//! REQUEST SENSE and commands that no device knows, and changes neither medium nor settings. Of an
//! answer it looks at status and counts, never at the meaning.
//!
//! What it cannot see: whether memory is touched after the return (clause 1), whether a refused
//! request was sent all the same (2, 3), whether BUSY was retried (7), whether a time that runs out is
//! told (8: it would take a device that hangs).
//!
//! Read first: the contract at [`Transport`]; SPC-4 clauses 6.4 (INQUIRY) and 6.39 (REQUEST SENSE).

use std::fmt;

use crate::{Limits, Transport};
use probe::Probe;

mod probe;
#[cfg(test)]
mod tests;

/// What was checked of a transport that keeps its contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConformanceReport {
    /// What stands at the other end.
    pub description: String,
    /// What it can carry.
    pub limits: Limits,
    /// How many requests were made.
    pub n_requests: usize,
    /// What was seen to be kept.
    pub checked: Vec<Check>,
    /// What could not be checked with this device, or with any.
    pub not_checked: Vec<Check>,
}

/// One thing a clause of the contract demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Check {
    /// Number of the clause, 1 to 10.
    pub clause: u8,
    /// What was looked at, or why it was not.
    pub what: &'static str,
}

impl fmt::Display for ConformanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: keeps the transport contract ({} requests, {} bytes at most)",
            self.description, self.n_requests, self.limits.max_transfer
        )?;
        for Check { clause, what } in &self.checked {
            writeln!(f, "  clause {clause:>2}: {what}")?;
        }
        for Check { clause, what } in &self.not_checked {
            writeln!(f, "  clause {clause:>2} not checked: {what}")?;
        }
        Ok(())
    }
}

/// A clause of the contract that a transport breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("clause {clause} of the transport contract, {request}: expected {expected}, got {got}")]
pub struct ConformanceFault {
    /// Number of the clause, 1 to 10.
    pub clause: u8,
    /// What was asked.
    pub request: String,
    /// What the clause demands.
    pub expected: String,
    /// What came instead.
    pub got: String,
}

/// Checks the contract for `transport`, as far as it can be seen from outside.
///
/// # Errors
/// [`ConformanceFault`] with the first clause that is broken. A device that goes away meanwhile is one
/// too (clause 4).
pub fn conformance(transport: &mut dyn Transport) -> Result<ConformanceReport, ConformanceFault> {
    let mut probe = Probe::new(transport);
    probe.limits_are_possible()?;
    probe.command_lengths()?;
    probe.data_lengths()?;
    probe.data_alignment()?;
    probe.statuses()?;
    let standard_data = probe.counts()?;
    probe.sense()?;
    probe.timeouts()?;
    probe.threads(standard_data.as_deref())?;
    probe.limits_are_constant()?;
    Ok(probe.report())
}
