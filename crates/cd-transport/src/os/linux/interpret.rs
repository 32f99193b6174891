//! What the kernel's answer to one `SG_IO` means: five things, any of which can be the one that
//! failed. Pure, so that every case is tested by table.
//!
//! Read first: Linux `include/scsi/sg.h` (the answer's fields), `include/scsi/scsi_status.h` (host
//! status).

use std::path::Path;

use rustix::io::Errno;

use crate::{Completion, SenseBytes, Status, TransportError, TransportErrorKind};

#[cfg(test)]
mod tests;

/// The fields of the kernel's answer, when the call itself succeeded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outcome {
    /// The device's status byte.
    pub(super) status: u8,
    /// What the host adapter or the mid-layer says (`DID_...`).
    pub(super) host_status: u16,
    /// What the driver says (`DRIVER_...`); the high nibble holds suggestions of old kernels.
    pub(super) driver_status: u16,
    /// Bytes asked for less bytes moved; some drivers count below zero.
    pub(super) resid: i32,
    /// Bytes asked for.
    pub(super) length: usize,
    /// Sense data written by the kernel for this command.
    pub(super) sense: SenseBytes,
}

/// What a host status amounts to.
enum Host {
    /// The link worked.
    Ok,
    /// The link worked; the mid-layer marked the device's own answer for other layers.
    DeviceAnswered(&'static str),
    /// No status came.
    Failed(TransportErrorKind, &'static str),
}

fn host(host_status: u16) -> Host {
    use TransportErrorKind::{DeviceGone, Host as Link, Timeout};
    match host_status {
        0x00 => Host::Ok,
        0x01 => Host::Failed(DeviceGone, "DID_NO_CONNECT"),
        0x02 => Host::Failed(Link, "DID_BUS_BUSY"),
        0x03 => Host::Failed(Timeout, "DID_TIME_OUT"),
        0x04 => Host::Failed(DeviceGone, "DID_BAD_TARGET"),
        0x05 => Host::Failed(Link, "DID_ABORT"),
        0x06 => Host::Failed(Link, "DID_PARITY"),
        0x07 => Host::Failed(Link, "DID_ERROR"),
        0x08 => Host::Failed(Link, "DID_RESET"),
        0x09 => Host::Failed(Link, "DID_BAD_INTR"),
        0x0A => Host::Failed(Link, "DID_PASSTHROUGH"),
        0x0B => Host::Failed(Link, "DID_SOFT_ERROR"),
        0x0C => Host::Failed(Link, "DID_IMM_RETRY"),
        0x0D => Host::Failed(Link, "DID_REQUEUE"),
        0x0E => Host::Failed(Link, "DID_TRANSPORT_DISRUPTED"),
        0x0F => Host::Failed(Link, "DID_TRANSPORT_FAILFAST"),
        0x10 => Host::DeviceAnswered("DID_TARGET_FAILURE"),
        0x11 => Host::DeviceAnswered("DID_NEXUS_FAILURE"),
        0x12 => Host::DeviceAnswered("DID_ALLOC_FAILURE"),
        0x13 => Host::DeviceAnswered("DID_MEDIUM_ERROR"),
        0x14 => Host::Failed(Link, "DID_TRANSPORT_MARGINAL"),
        _ => Host::Failed(Link, "unknown"),
    }
}

/// What a driver status amounts to; `None` if nothing failed.
fn driver(driver_status: u16) -> Option<(TransportErrorKind, &'static str)> {
    use TransportErrorKind::{Host as Link, Timeout};
    match driver_status & 0x0F {
        // 8 only says that there is sense data.
        0x00 | 0x08 => None,
        0x01 => Some((Link, "DRIVER_BUSY")),
        0x02 => Some((Link, "DRIVER_SOFT")),
        0x03 => Some((Link, "DRIVER_MEDIA")),
        0x04 => Some((Link, "DRIVER_ERROR")),
        0x05 => Some((Link, "DRIVER_INVALID")),
        0x06 => Some((Timeout, "DRIVER_TIMEOUT")),
        0x07 => Some((Link, "DRIVER_HARD")),
        _ => Some((Link, "unknown")),
    }
}

/// The kernel's answer as a completion, or as the reason why the device gave none.
///
/// After CHECK CONDITION the count is what the host adapter reported, and some report that all bytes
/// moved when none did: trust the sense data there.
///
/// # Errors
/// `Timeout`, `DeviceGone` or `Host`, with the names and numbers of the statuses.
pub(super) fn interpret(outcome: &Outcome) -> Result<Completion, TransportError> {
    let fail = |kind, by: &str, name: &str, code: u16| {
        Err(TransportError::new(
            kind,
            format!(
                "{by} status {code:02X}h ({name}), scsi status {:02X}h",
                outcome.status
            ),
        ))
    };
    match host(outcome.host_status) {
        Host::Ok => {}
        Host::DeviceAnswered(_) if outcome.status != Status::GOOD.0 => {}
        Host::DeviceAnswered(name) => {
            return fail(TransportErrorKind::Host, "host", name, outcome.host_status);
        }
        Host::Failed(kind, name) => return fail(kind, "host", name, outcome.host_status),
    }
    if let Some((kind, name)) = driver(outcome.driver_status) {
        return fail(kind, "driver", name, outcome.driver_status);
    }
    let not_moved = usize::try_from(outcome.resid).unwrap_or(0);
    Ok(Completion {
        status: Status(outcome.status),
        transferred: outcome.length.saturating_sub(not_moved),
        sense: outcome.sense,
    })
}

/// The error for a call that the kernel itself refused or broke off. `sg_node` is the drive's other node, if `path` is its
/// block node and it has one.
pub(super) fn refused(errno: Errno, path: &str, sg_node: Option<&Path>) -> TransportError {
    use TransportErrorKind as Kind;
    if let (Errno::PERM | Errno::ACCESS, Some(node)) = (errno, sg_node) {
        let node = node.display();
        let detail = format!(
            "{path}: the kernel lets through only some commands here; open {node}, the same drive, or run with the \
             capability CAP_SYS_RAWIO ({errno})"
        );
        return TransportError::new(Kind::PermissionDenied, detail);
    }
    let (kind, what) = match errno {
        Errno::NODEV | Errno::NXIO | Errno::SHUTDOWN => (Kind::DeviceGone, "unplugged"),
        Errno::PERM | Errno::ACCESS => (
            Kind::PermissionDenied,
            "the kernel lets through only some commands here; open the /dev/sgN node of the drive, \
             or run with the capability CAP_SYS_RAWIO",
        ),
        Errno::INVAL => (
            Kind::InvalidRequest,
            "the kernel refused the request before sending it; transfer less at once",
        ),
        Errno::FAULT => (
            Kind::InvalidRequest,
            "the data's memory cannot be reached; was a mapped file cut short?",
        ),
        Errno::TIMEDOUT => (Kind::Timeout, "the kernel gave up waiting"),
        Errno::INTR => (
            Kind::Host,
            "interrupted; whether the device has executed the command is unknown",
        ),
        Errno::NOMEM => (Kind::Host, "the kernel has no memory for the transfer"),
        _ => (Kind::Host, "the kernel could not pass the command on"),
    };
    TransportError::new(kind, format!("{path}: {what} ({errno})"))
}
