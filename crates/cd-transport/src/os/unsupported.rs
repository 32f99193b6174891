//! Systems whose pass-through is not there yet.

use std::path::Path;

use super::DeviceListing;
use crate::{Transport, TransportError, TransportErrorKind};

#[cfg(test)]
mod tests;

fn unsupported() -> TransportError {
    TransportError::new(
        TransportErrorKind::Unsupported,
        format!(
            "real drives work on Linux only so far, this is {}; emulated drives work everywhere",
            std::env::consts::OS
        ),
    )
}

/// Nothing interrupts a command here.
#[derive(Debug)]
pub(super) struct SignalsHeld;

impl SignalsHeld {
    pub(super) const fn new() -> Self {
        Self
    }
}

pub(super) fn open_device(_path: &Path) -> Result<Box<dyn Transport>, TransportError> {
    Err(unsupported())
}

pub(super) fn list_devices() -> Result<Vec<DeviceListing>, TransportError> {
    Err(unsupported())
}
