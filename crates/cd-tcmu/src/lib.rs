//! Shows any [`Transport`](cd_transport::Transport) to the Linux kernel as a drive, with `/dev/sgN` and `/dev/srN`.
//!
//! The kernel's target core hands each SCSI command of the drive to this process through a ring in shared memory
//! (TCMU, `target_core_user`), and its loopback fabric (`tcm_loop`) shows the drive to the same computer. Both modules
//! come with the kernels of distributions. So every program of the computer can use what a transport plays.
//!
//! ```no_run
//! use std::time::Duration;
//! use cd_tcmu::{Drive, Options};
//! # fn transport() -> Box<dyn cd_transport::Transport> { unreachable!() }
//!
//! let options = Options {
//!     name: "recorder".to_owned(),
//!     block_bytes: 2048,
//!     kernel_timeout: Duration::from_secs(30),
//!     transport_timeout: Duration::from_secs(30),
//!     take_over: false,
//! };
//! let drive = Drive::plug_in(transport(), &options, |_, event| eprintln!("{event:?}"))?;
//! for node in drive.nodes().iter() {
//!     println!("{}", node.display());
//! }
//! drive.unplug()?;
//! # Ok::<(), cd_tcmu::PlugError>(())
//! ```
//!
//! - It needs root, Linux on a 64-bit processor, and the modules `target_core_user`, `tcm_loop`, and `sg` or `sr_mod`.
//!   Where one of these is missing, [`PlugError`] says which. It loads no module itself.
//! - What it sets up it takes away again, and nothing else. A process that was killed leaves its drive behind, which
//!   the next one can take over ([`Options::take_over`]).
//! - Commands are answered one after the other, in their order, by one thread. Data that lie in one piece are lent to
//!   the transport as they are.
//!
//! # What the way through the kernel changes
//! The target core answers RESERVE, RELEASE, PERSISTENT RESERVE and REPORT LUNS itself. It tells neither the length of
//! a command nor the direction of its data: both follow from the operation code here. Of vendors' commands (C0h..=FFh)
//! ten bytes arrive. Commands of 60h..=7Fh are refused, as no [`Transport`](cd_transport::Transport) takes them. A command that is to read
//! and succeeds with no byte read shows as having read everything (zeros). A transport that gives no status cannot be told
//! as such: the host gets sense data instead (02/08/00 for a device that is gone, 04/08/01 for a time-out, 04/08/00
//! for a link that failed).
//!
//! # What it is not
//! It knows no command of any kind of device, and no format of a disc.
//!
//! Read first: Linux `Documentation/target/tcmu-design.rst`.
#![deny(unsafe_code)]

mod error;
mod event;
mod options;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod configfs;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod direction;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod drive;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod entry;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
#[expect(unsafe_code, reason = "memory shared with the kernel, all in one file")]
mod memory;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod ring;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod serve;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod uio;
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
mod unsupported;

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub use drive::{Drive, Unplugged};
pub use error::PlugError;
pub use event::{Event, Reset};
pub use options::{Nodes, Options};
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub use unsupported::{Drive, Unplugged};
