//! The devices of this computer: one module per operating system, one door for all of them.
//!
//! Works today: Linux (`SG_IO`). Elsewhere [`open_device`] and [`list_devices`] say that they do not.

use std::path::{Path, PathBuf};

use crate::{Transport, TransportError};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod unsupported;

#[cfg(not(target_os = "linux"))]
use unsupported as system;

#[cfg(target_os = "linux")]
pub use linux::SgDevice;

#[cfg(target_os = "linux")]
use linux as system;

/// Signals of the thread that made it, held back while it lives: no handler runs on this thread, and what comes for it
/// alone comes afterwards.
///
/// A command through a Linux sg node must not be interrupted, or the kernel sends it twice. Each sees to that by itself, by
/// two calls into the kernel; a thread that sends many in a row makes one of these and saves them. Let go of it every
/// second or so: a program whose other threads have all ended gets no signal, Ctrl-C among them, meanwhile. More than one on
/// a thread end together, with the first.
///
/// On systems without such signals it does nothing.
#[derive(Debug)]
pub struct SignalsHeld {
    _held: system::SignalsHeld,
}

impl SignalsHeld {
    /// Holds them back from now on.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "it does something, which a default value should not"
    )]
    pub fn new() -> Self {
        Self {
            _held: system::SignalsHeld::new(),
        }
    }
}

/// A CD device the operating system knows of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceListing {
    /// The node of the disc drive, `/dev/srN` on Linux.
    pub block_node: Option<PathBuf>,
    /// The node of the bare SCSI device, `/dev/sgN` on Linux.
    pub sg_node: Option<PathBuf>,
    /// Vendor as INQUIRY gave it, without the blanks round it; may be empty.
    pub vendor: String,
    /// Model, likewise.
    pub model: String,
    /// Firmware revision, likewise.
    pub revision: String,
}

impl DeviceListing {
    /// The node to hand to [`open_device`]: the block node where there is one, since whoever may open
    /// it can also keep the drive from being mounted and polled. `None` if the device has no node.
    #[must_use]
    pub fn node(&self) -> Option<&Path> {
        self.block_node.as_deref().or(self.sg_node.as_deref())
    }
}

/// Opens the device at `path` for this program alone.
///
/// On Linux that is a `/dev/srN` or `/dev/sgN`, or a link to one (`/dev/cdrom`).
///
/// # Errors
/// - [`NoSuchDevice`](crate::TransportErrorKind::NoSuchDevice): nothing there, or not a device of
///   this kind; the text says what it is.
/// - [`PermissionDenied`](crate::TransportErrorKind::PermissionDenied): the text says which group
///   to join or which rule to set.
/// - [`InUse`](crate::TransportErrorKind::InUse): mounted, or another program has it.
/// - [`Unsupported`](crate::TransportErrorKind::Unsupported): not on this operating system.
pub fn open_device(path: &Path) -> Result<Box<dyn Transport>, TransportError> {
    system::open_device(path)
}

/// The CD devices of this computer in the order of their addresses, without opening any.
///
/// Needs no rights. Empty if there is none.
///
/// # Errors
/// - [`Host`](crate::TransportErrorKind::Host): the system's list cannot be read.
/// - [`Unsupported`](crate::TransportErrorKind::Unsupported): not on this operating system.
pub fn list_devices() -> Result<Vec<DeviceListing>, TransportError> {
    system::list_devices()
}
