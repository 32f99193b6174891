//! The device that wakes the handler, and whose memory is the ring.
//!
//! # Spec
//! Linux `Documentation/driver-api/uio-howto.rst`, `Documentation/target/tcmu-design.rst`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
use rustix::io::{Errno, retry_on_intr};

use crate::memory::SharedMemory;

/// An open `/dev/uioN`. The kernel lets one process at a time open it.
#[derive(Debug)]
pub(crate) struct Uio {
    file: File,
    /// Bytes of its memory.
    len: usize,
}

/// What a wait ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    /// The kernel put something on the ring.
    Ring,
    /// Somebody asked for the end.
    Stop,
}

impl Uio {
    /// The device under `sys` whose name begins with `name`; `None` if there is none.
    pub(crate) fn find(
        sys: &Path,
        dev: &Path,
        name: &str,
    ) -> io::Result<Option<(PathBuf, PathBuf)>> {
        let class = sys.join("class/uio");
        let Ok(entries) = fs::read_dir(&class) else {
            return Ok(None);
        };
        for entry in entries {
            let entry = entry?;
            let Ok(found) = fs::read_to_string(entry.path().join("name")) else {
                continue;
            };
            if found.starts_with(name) {
                return Ok(Some((dev.join(entry.file_name()), entry.path())));
            }
        }
        Ok(None)
    }

    /// Opens the node `path`, whose folder in sysfs is `sysfs`.
    ///
    /// # Errors
    /// What the kernel says; `ResourceBusy` if another handler has it.
    pub(crate) fn open(path: &Path, sysfs: &Path) -> io::Result<Self> {
        let size = fs::read_to_string(sysfs.join("maps/map0/size"))?;
        let digits = size.trim().trim_start_matches("0x");
        let len = usize::from_str_radix(digits, 16).map_err(|_| io::ErrorKind::InvalidData)?;
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Self { file, len })
    }

    /// The memory shared with the kernel.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn map(&self) -> io::Result<SharedMemory> {
        Ok(SharedMemory::map(&self.file, self.len)?)
    }

    /// Waits until the kernel has put something on the ring, or `stop` is given.
    ///
    /// # Errors
    /// What the kernel says; `NotFound` if the device is gone.
    pub(crate) fn wait(&self, stop: &StopSignal) -> io::Result<Woken> {
        let mut fds = [
            PollFd::new(&self.file, PollFlags::IN),
            PollFd::new(&stop.fd, PollFlags::IN),
        ];
        retry_on_intr(|| poll(&mut fds, None))?;
        let [ring, stopped] = fds.map(|fd| fd.revents());
        if !stopped.is_empty() {
            return Ok(Woken::Stop);
        }
        if ring.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL) {
            return Err(Errno::NODEV.into());
        }
        // Read before the ring is looked at: what comes meanwhile wakes again.
        let mut n_events = [0; 4];
        (&self.file).read_exact(&mut n_events)?;
        Ok(Woken::Ring)
    }

    /// Tells the kernel that something was answered.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn answered(&self) -> io::Result<()> {
        (&self.file).write_all(&1_i32.to_ne_bytes())
    }
}

/// A way to end a wait from another thread; once given it stays given.
#[derive(Debug)]
pub(crate) struct StopSignal {
    fd: OwnedFd,
}

impl StopSignal {
    /// # Errors
    /// What the kernel says.
    pub(crate) fn new() -> io::Result<Self> {
        let fd = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { fd })
    }

    pub(crate) fn give(&self) {
        // It fails only when the counter is full: then the signal was given already.
        let _ = rustix::io::write(self.fd.as_fd(), &1_u64.to_ne_bytes());
    }
}
