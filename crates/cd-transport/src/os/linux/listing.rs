//! The CD devices that sysfs shows.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::os::DeviceListing;
use crate::{TransportError, TransportErrorKind};

#[cfg(test)]
mod tests;

/// The peripheral device type of CD and DVD devices.
///
/// # Spec
/// SPC-4 table 139.
const CD_DEVICE_TYPE: &str = "5";

/// The devices of type 5 under `sys/class/scsi_device`, by address, with their nodes under `dev`.
///
/// # Errors
/// `Host`, if the folder is there and cannot be read. A device that vanishes meanwhile is left out.
pub(super) fn list(sys: &Path, dev: &Path) -> Result<Vec<DeviceListing>, TransportError> {
    let class = sys.join("class/scsi_device");
    let mut found = Vec::new();
    for address in names_in(&class).map_err(|error| {
        TransportError::new(
            TransportErrorKind::Host,
            format!("{} cannot be read: {error}", class.display()),
        )
    })? {
        let device = class.join(&address).join("device");
        if attribute(&device, "type") != CD_DEVICE_TYPE {
            continue;
        }
        let node = |class| {
            let names = names_in(&device.join(class)).unwrap_or_default();
            names.first().map(|name| dev.join(name))
        };
        let listing = DeviceListing {
            block_node: node("block"),
            sg_node: node("scsi_generic"),
            vendor: attribute(&device, "vendor"),
            model: attribute(&device, "model"),
            revision: attribute(&device, "rev"),
        };
        found.push((address_key(&address), listing));
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, listing)| listing).collect())
}

/// The node of the disc drive that shares its device with the sg node of this number.
pub(super) fn block_sibling(sys: &Path, dev: &Path, major: u32, minor: u32) -> Option<PathBuf> {
    let folder = sys.join(format!("dev/char/{major}:{minor}/device/block"));
    names_in(&folder).ok()?.first().map(|name| dev.join(name))
}

/// The sg node of the disc drive whose block node has this number.
pub(super) fn sg_sibling(sys: &Path, dev: &Path, major: u32, minor: u32) -> Option<PathBuf> {
    let folder = sys.join(format!("dev/block/{major}:{minor}/device/scsi_generic"));
    names_in(&folder).ok()?.first().map(|name| dev.join(name))
}

/// How many separate pieces of memory one request of the block node of this number may touch.
pub(super) fn max_segments(sys: &Path, block_name: &str) -> Option<usize> {
    let queue = sys.join("block").join(block_name).join("queue");
    attribute(&queue, "max_segments").parse().ok()
}

/// Host, channel, target and lun as numbers, so that 10 sorts after 9.
fn address_key(address: &str) -> Vec<u64> {
    address
        .split(':')
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

/// The names in a folder, sorted; none if there is no such folder.
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<Vec<_>>>()?;
    names.sort_unstable();
    Ok(names)
}

/// An attribute without the blanks round it; empty if it cannot be read.
fn attribute(folder: &Path, name: &str) -> String {
    fs::read(folder.join(name))
        .map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned())
        .unwrap_or_default()
}
