//! The seam between SCSI commands and whatever carries them.
//!
//! [`Transport`] takes the bytes of one command, moves the data the caller lends, and tells in one
//! [`Completion`] what the device answered. It understands none of it: encoding commands and reading
//! answers is for the crate above. Behind the seam stand an operating system's pass-through, an
//! emulated drive, a recording, or a wrapper round any of these.
//!
//! - [`os`] opens the drives of this computer;
//! - [`wrapper`] holds transports round a transport: trace, record, replay, faulty;
//! - [`conformance`] checks the contract for any implementation, in its own tests.
//!
//! They stand together because each is written against the contract alone, and whoever implements
//! the trait needs the one, whoever uses it the others.
//!
//! What this crate is not: it interprets no answer beyond status and counts, retries nothing, and
//! knows no sense code. The few commands of the conformance test are the only ones in it.
//!
//! ```
//! use std::time::Duration;
//! use cd_transport::{Completion, Data, Limits, Transport, TransportError, check_request};
//!
//! /// A device that finds everything good.
//! struct Agreeable;
//!
//! impl Transport for Agreeable {
//!     fn execute(
//!         &mut self,
//!         command: &[u8],
//!         data: Data<'_>,
//!         _timeout: Duration,
//!     ) -> Result<Completion, TransportError> {
//!         check_request(command, &data, self.limits())?;
//!         Ok(Completion::good(0))
//!     }
//!
//!     fn limits(&self) -> Limits {
//!         Limits { max_transfer: 65_536, alignment: 1 }
//!     }
//!
//!     fn description(&self) -> String {
//!         "agreeable device".to_owned()
//!     }
//! }
//!
//! let report = cd_transport::conformance::conformance(&mut Agreeable)?;
//! println!("{report}");
//! # Ok::<(), cd_transport::conformance::ConformanceFault>(())
//! ```
//!
//! Read first: SAM-5 clause 5.3 (status), SPC-4 clause 4.5 (sense data).
#![deny(unsafe_code)]

mod clock;
mod completion;
pub mod conformance;
mod error;
pub mod os;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod wrapper;

use std::time::Duration;

pub use clock::{Clock, SystemClock, VirtualClock};
pub use completion::{Completion, SenseBytes, Status};
pub use error::{TransportError, TransportErrorKind};

/// The caller's memory for the data of one command, with the direction it moves in.
///
/// The length is exact: a command moves as many bytes as its own fields say, and no buffer may be
/// longer. (Kernels have been seen to reset the link when it was.)
#[derive(Debug)]
pub enum Data<'a> {
    /// The command moves no data.
    None,
    /// From the device into this memory.
    In(&'a mut [u8]),
    /// From this memory to the device.
    Out(&'a [u8]),
}

impl Data<'_> {
    /// How many bytes the command may move.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::In(bytes) => bytes.len(),
            Self::Out(bytes) => bytes.len(),
        }
    }

    /// The same memory and direction, lent on for a shorter time.
    ///
    /// A transport round another one hands this down and can look at the bytes afterwards.
    pub fn reborrow(&mut self) -> Data<'_> {
        match self {
            Self::None => Data::None,
            Self::In(bytes) => Data::In(bytes),
            Self::Out(bytes) => Data::Out(bytes),
        }
    }

    /// Whether no byte can move.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What a transport can carry at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes one command may move.
    pub max_transfer: usize,
    /// The address of a data buffer must be a multiple of this (a power of two; 1 is any address).
    pub alignment: usize,
}

/// Carries SCSI commands to one device.
///
/// # Contract
/// Callers rely on these; the conformance test of this crate checks them for any implementation.
///
/// 1. **One at a time, whole.** `execute` returns when the command has ended; from then on the
///    device touches none of the borrowed memory.
/// 2. **The command is 6, 10, 12 or 16 bytes** and goes out as given. Any other length is
///    [`TransportErrorKind::InvalidRequest`], and nothing is sent.
/// 3. **The data length is exact.** More than [`Limits::max_transfer`], or memory that is not
///    aligned as [`Limits::alignment`] says, is `InvalidRequest`, and nothing is sent.
/// 4. **`Ok` means the device gave a status**, whichever. Whatever else went wrong (host adapter,
///    driver, operating system, time) is `Err`: a lost link is never a success.
/// 5. **`transferred` counts the bytes that really moved**, at most the length lent. Of an `In`
///    buffer only that many bytes mean anything, the rest may hold anything.
/// 6. **CHECK CONDITION comes with the sense of that very command**, as the device gave it;
///    empty if it gave none. Other statuses come with empty sense unless the device sent some.
/// 7. **No retry, no interpretation, no hidden command.** BUSY, unit attentions and recovered errors
///    are handed up like anything else.
/// 8. **`timeout` is the least time** the device is given; a transport whose unit is coarser rounds
///    up. Running out is [`TransportErrorKind::Timeout`]; what the device did is then unknown.
/// 9. **[`TransportErrorKind::DeviceGone`] is final**: every later call says so again.
/// 10. **Any thread may call**, one at a time (`Send`, and `&mut self`).
pub trait Transport: Send {
    /// Sends `command`, moves `data`, waits for the end.
    ///
    /// # Errors
    /// [`TransportError`] when no status came back (clause 4), its kind saying why.
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError>;

    /// What may be asked of [`Transport::execute`]; constant while the transport lives.
    fn limits(&self) -> Limits;

    /// What stands at the other end, for people: a device node, or a name.
    fn description(&self) -> String;
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        (**self).execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        (**self).limits()
    }

    fn description(&self) -> String {
        (**self).description()
    }
}

impl<T: Transport + ?Sized> Transport for &mut T {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        (**self).execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        (**self).limits()
    }

    fn description(&self) -> String {
        (**self).description()
    }
}

/// Checks clauses 2 and 3 of the [`Transport`] contract for an implementation.
///
/// # Errors
/// [`TransportErrorKind::InvalidRequest`] with the value and the limit.
pub fn check_request(
    command: &[u8],
    data: &Data<'_>,
    limits: Limits,
) -> Result<(), TransportError> {
    let invalid = |detail| {
        Err(TransportError::new(
            TransportErrorKind::InvalidRequest,
            detail,
        ))
    };
    if !matches!(command.len(), 6 | 10 | 12 | 16) {
        return invalid(format!(
            "a command of {} bytes: 6, 10, 12 or 16 exist",
            command.len()
        ));
    }
    if data.len() > limits.max_transfer {
        return invalid(format!(
            "{} bytes in one command, the transport carries at most {}",
            data.len(),
            limits.max_transfer
        ));
    }
    let address = match data {
        // Memory without a byte may have any address.
        _ if data.is_empty() => 0,
        Data::None => 0,
        Data::In(bytes) => bytes.as_ptr().addr(),
        Data::Out(bytes) => bytes.as_ptr().addr(),
    };
    if !address.is_multiple_of(limits.alignment) {
        return invalid(format!(
            "data that does not start at a multiple of {} bytes in memory",
            limits.alignment
        ));
    }
    Ok(())
}
