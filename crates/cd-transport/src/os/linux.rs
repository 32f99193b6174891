//! Linux: SCSI commands through the `SG_IO` call on `/dev/srN` and `/dev/sgN`.
//!
//! Read first: the kernel's `include/scsi/sg.h` (the call), `Documentation/cdrom` (what `O_NONBLOCK`
//! and `O_EXCL` do on a drive), systemd's convention on locking block devices.

use std::ffi::c_int;
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{
    FileType, FlockOperation, Mode, OFlags, Stat, flock, fstat, major, minor, open, stat,
};
use rustix::io::{Errno, retry_on_intr};

use super::DeviceListing;
use crate::{
    Completion, Data, Limits, Transport, TransportError, TransportErrorKind, check_request,
};

mod advice;
mod interpret;
mod listing;
#[expect(
    unsafe_code,
    reason = "the calls that have to do with a device, all in one file"
)]
mod sg_io;
#[cfg(test)]
mod tests;
#[expect(unsafe_code, reason = "what a thread asks for itself, all in one file")]
mod thread;

pub(super) use thread::SignalsHeld;

/// Where the kernel shows its devices.
const SYS: &str = "/sys";
/// Where their nodes are.
const DEV: &str = "/dev";
const GROUP_FILE: &str = "/etc/group";
/// Major number of `/dev/srN`.
const SR_MAJOR: u32 = 11;
/// Major number of `/dev/sgN`.
const SG_MAJOR: u32 = 21;
/// The oldest sg interface with the header used here.
const MIN_SG_VERSION: c_int = 30_000;

/// Which of the kernel's two ways to a drive a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NodeKind {
    /// `/dev/srN`.
    Block,
    /// `/dev/sgN`.
    Sg,
}

/// A drive on a Linux SCSI node, opened for this program alone.
///
/// A block node is opened with `O_EXCL` for writing, which keeps it from being mounted and stops the
/// kernel's own polling of the drive, and locked with `flock`, which keeps udev from probing it. For
/// an sg node the same is done to the block node of the drive, if there is one and it may be opened,
/// and held while the sg node is. Nothing can keep others off the sg node of a drive opened by its
/// block node.
///
/// What the kernel does of itself: it may send a command again after a BUSY or a full queue; on a
/// block node it gives every command at least seven seconds, and lets only MMC's own commands through
/// to those without the capability `CAP_SYS_RAWIO`.
#[derive(Debug)]
pub struct SgDevice {
    fd: OwnedFd,
    path: String,
    limits: Limits,
    /// Set once the device has gone, since that is final.
    gone: Option<TransportError>,
    /// The drive's sg node, if this is its block node.
    sg_node: Option<PathBuf>,
    /// The drive's block node, held so that nobody else takes it.
    _block_guard: Option<OwnedFd>,
}

impl SgDevice {
    /// Opens the `/dev/srN` or `/dev/sgN` at `path`, or what a link there points to.
    ///
    /// No other kind of node is even opened, since opening alone makes some devices act.
    ///
    /// # Errors
    /// As [`open_device`](crate::os::open_device).
    pub fn open(path: &Path) -> Result<Self, TransportError> {
        let shown = path.display().to_string();
        let before = stat(path).map_err(|errno| cannot_open(errno, &shown, None))?;
        let node = node_kind(&before, &shown)?;
        let fd = open_exclusive(path)
            .map_err(|errno| cannot_open(errno, &shown, Some((node, &before))))?;
        let opened = fstat(&fd).map_err(|errno| cannot_open(errno, &shown, None))?;
        if (node_kind(&opened, &shown)?, opened.st_rdev) != (node, before.st_rdev) {
            return Err(TransportError::new(
                TransportErrorKind::NoSuchDevice,
                format!("{shown} became another device while it was opened; try again"),
            ));
        }
        check_version(&fd, &shown)?;
        let (major, minor) = (major(opened.st_rdev), minor(opened.st_rdev));
        let (sys, dev) = (Path::new(SYS), Path::new(DEV));
        let (block_path, sg_node) = match node {
            NodeKind::Block => (None, listing::sg_sibling(sys, dev, major, minor)),
            NodeKind::Sg => (listing::block_sibling(sys, dev, major, minor), None),
        };
        Ok(Self {
            limits: Limits {
                max_transfer: max_transfer(&Answers::ask(&fd, node, minor, block_path.as_deref())),
                alignment: 1,
            },
            sg_node,
            _block_guard: guard(block_path.as_deref())?,
            fd,
            path: shown,
            gone: None,
        })
    }
}

impl Transport for SgDevice {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        if let Some(gone) = &self.gone {
            return Err(gone.clone());
        }
        check_request(command, &data, self.limits)?;
        let result = match sg_io::sg_io(self.fd.as_fd(), command, data, timeout) {
            Ok(outcome) => interpret::interpret(&outcome),
            Err(errno) => Err(interpret::refused(
                errno,
                &self.path,
                self.sg_node.as_deref(),
            )),
        };
        if let Err(error) = &result
            && error.kind == TransportErrorKind::DeviceGone
        {
            self.gone = Some(error.clone());
        }
        result
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn description(&self) -> String {
        self.path.clone()
    }
}

pub(super) fn open_device(path: &Path) -> Result<Box<dyn Transport>, TransportError> {
    Ok(Box::new(SgDevice::open(path)?))
}

pub(super) fn list_devices() -> Result<Vec<DeviceListing>, TransportError> {
    listing::list(Path::new(SYS), Path::new(DEV))
}

/// Which node this is, if it is one that is opened here.
fn node_kind(stat: &Stat, path: &str) -> Result<NodeKind, TransportError> {
    let (major, minor) = (major(stat.st_rdev), minor(stat.st_rdev));
    let what = match FileType::from_raw_mode(stat.st_mode) {
        FileType::BlockDevice if major == SR_MAJOR => return Ok(NodeKind::Block),
        FileType::CharacterDevice if major == SG_MAJOR => return Ok(NodeKind::Sg),
        FileType::BlockDevice => format!("block device {major}:{minor}"),
        FileType::CharacterDevice => format!("character device {major}:{minor}"),
        FileType::RegularFile => "regular file".to_owned(),
        FileType::Directory => "directory".to_owned(),
        FileType::Fifo => "pipe".to_owned(),
        FileType::Socket => "socket".to_owned(),
        _ => "file of another kind".to_owned(),
    };
    Err(TransportError::new(
        TransportErrorKind::NoSuchDevice,
        format!("{path} is a {what}; a drive is a /dev/srN or a /dev/sgN"),
    ))
}

/// Opens a node for this program alone, and locks it. Nothing is sent to the drive.
fn open_exclusive(path: &Path) -> Result<OwnedFd, Errno> {
    // NONBLOCK: a drive is opened without a medium, too.
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::EXCL | OFlags::CLOEXEC;
    let fd = retry_on_intr(|| open(path, flags, Mode::empty()))?;
    retry_on_intr(|| flock(&fd, FlockOperation::NonBlockingLockExclusive))?;
    Ok(fd)
}

/// Holds the drive's block node while its sg node is used.
///
/// Only a node in use stands in the way; one that may not be opened is left alone.
fn guard(block_path: Option<&Path>) -> Result<Option<OwnedFd>, TransportError> {
    let Some(path) = block_path else {
        return Ok(None);
    };
    match open_exclusive(path) {
        Ok(fd) => Ok(Some(fd)),
        Err(errno @ (Errno::BUSY | Errno::WOULDBLOCK)) => {
            Err(cannot_open(errno, &path.display().to_string(), None))
        }
        Err(_) => Ok(None),
    }
}

/// The error for a node that could not be opened or locked.
fn cannot_open(errno: Errno, path: &str, found: Option<(NodeKind, &Stat)>) -> TransportError {
    use TransportErrorKind as Kind;
    let (kind, detail) = match errno {
        Errno::NOENT | Errno::NOTDIR => (
            Kind::NoSuchDevice,
            format!(
                "there is no {path}; is the drive plugged in, and the module sr_mod or sg loaded?"
            ),
        ),
        Errno::NXIO | Errno::NODEV => (
            Kind::NoSuchDevice,
            format!("{path} is a node without a device behind it; is the drive plugged in?"),
        ),
        Errno::BUSY | Errno::WOULDBLOCK => (
            Kind::InUse,
            format!(
                "{path} is mounted or open in another program: unmount it (`umount {path}`), close \
                 that program (`fuser -v {path}` names it) and try again"
            ),
        ),
        Errno::ACCESS | Errno::PERM => (
            Kind::PermissionDenied,
            found.map_or_else(
                || format!("{path} lies in a folder that is closed to you"),
                |(node, stat)| {
                    let groups = fs::read_to_string(GROUP_FILE).unwrap_or_default();
                    advice::permission_advice(&advice::Rights {
                        path,
                        node,
                        mode: stat.st_mode & 0o777,
                        group: &advice::group_name(&groups, stat.st_gid),
                    })
                },
            ),
        ),
        _ => (Kind::Host, format!("{path} cannot be opened: {errno}")),
    };
    TransportError::new(kind, detail)
}

/// Makes sure that the node takes SCSI commands of the form used here.
fn check_version(fd: &OwnedFd, path: &str) -> Result<(), TransportError> {
    let detail = match retry_on_intr(|| sg_io::version(fd.as_fd())) {
        Ok(MIN_SG_VERSION..) => return Ok(()),
        Ok(version) => format!(
            "{path} speaks version {version} of the sg interface, at least {MIN_SG_VERSION} is needed"
        ),
        Err(errno) => format!("{path} takes no SCSI commands ({errno})"),
    };
    Err(TransportError::new(
        TransportErrorKind::NoSuchDevice,
        detail,
    ))
}

/// What the kernel says about the largest request, in bytes, where it says something.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    /// By the queue.
    request: Option<usize>,
    /// By the memory an sg node keeps ready.
    reserved: Option<usize>,
    /// By the number of pieces of memory.
    segments: Option<usize>,
}

/// A page on every computer is at least this long.
const PAGE: usize = 4096;
/// What every host adapter carries, when the kernel tells nothing.
const FALLBACK_TRANSFER: usize = 64 * 1024;
/// The kernel's tables for one request hold 256 pages; memory that starts in mid-page touches one
/// page more than its length needs.
const MAX_TRANSFER: usize = 255 * PAGE;

impl Answers {
    fn ask(fd: &OwnedFd, node: NodeKind, minor: u32, block_path: Option<&Path>) -> Self {
        let request = sg_io::max_request(fd.as_fd(), node).ok();
        let reserved = match node {
            NodeKind::Block => None,
            NodeKind::Sg => {
                let wish = request.unwrap_or(FALLBACK_TRANSFER).min(MAX_TRANSFER);
                // Memory kept ready now cannot be lacking in mid-burn. The kernel keeps what it
                // can: what that is, is asked next.
                let _ = sg_io::set_reserved_size(
                    fd.as_fd(),
                    c_int::try_from(wish).unwrap_or(c_int::MAX),
                );
                sg_io::reserved_size(fd.as_fd())
                    .ok()
                    .and_then(|size| usize::try_from(size).ok())
            }
        };
        let block_name = match node {
            NodeKind::Block => Some(format!("sr{minor}")),
            NodeKind::Sg => block_path
                .and_then(Path::file_name)
                .map(|name| name.to_string_lossy().into_owned()),
        };
        let segments = block_name
            .and_then(|name| listing::max_segments(Path::new(SYS), &name))
            .map(|n_segments| n_segments.saturating_sub(1) * PAGE);
        Self {
            request,
            reserved,
            segments,
        }
    }
}

/// The most bytes for one command: the least of what the kernel says.
fn max_transfer(answers: &Answers) -> usize {
    [answers.request, answers.reserved, answers.segments]
        .into_iter()
        .flatten()
        .filter(|&bytes| bytes > 0)
        .min()
        .unwrap_or(FALLBACK_TRANSFER)
        .min(MAX_TRANSFER)
}
