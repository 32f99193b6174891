use std::fmt;

/// Why no status came back. New kinds may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The time allowed ran out; what the device did is unknown.
    Timeout,
    /// The device is no longer there. Final.
    DeviceGone,
    /// The operating system does not let this user do it.
    PermissionDenied,
    /// Another program holds the device.
    InUse,
    /// The way to the device failed: host adapter, driver, reset, bridge.
    Host,
    /// The request itself is outside the transport's limits; nothing was sent.
    InvalidRequest,
    /// There is no such device, or it is not one that takes SCSI commands.
    NoSuchDevice,
    /// This operating system has no such transport, or a recording holds no such command.
    Unsupported,
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "the command timed out",
            Self::DeviceGone => "the device is gone",
            Self::PermissionDenied => "permission denied",
            Self::InUse => "the device is in use by another program",
            Self::Host => "the link to the device failed",
            Self::InvalidRequest => "the request is outside the transport's limits",
            Self::NoSuchDevice => "no such device",
            Self::Unsupported => "not supported here",
        })
    }
}

/// A command that ended without a status from the device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct TransportError {
    /// What went wrong, to act on.
    pub kind: TransportErrorKind,
    /// The circumstances, for people.
    pub detail: String,
}

impl TransportError {
    /// An error of this kind.
    pub fn new(kind: TransportErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}
