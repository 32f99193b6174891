//! Answers what waits in the ring, with a transport as the device behind it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cd_transport::{Completion, Data, Status, Transport, TransportError, TransportErrorKind};

use crate::direction::Direction;
use crate::event::{Event, Reset};
use crate::ring::{Request, Ring, RingError, Waiting};

#[cfg(test)]
mod tests;

/// Fixed-format sense data: key, additional sense code and its qualifier.
///
/// # Spec
/// SPC-4 4.5.3.
const fn sense(key: u8, asc: u8, ascq: u8) -> [u8; 18] {
    [
        0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0,
    ]
}

/// NOT READY, logical unit communication failure: as the kernel itself says it of a handler that does not answer.
const GONE: [u8; 18] = sense(0x02, 0x08, 0x00);
/// HARDWARE ERROR, logical unit communication failure.
const LINK_FAILED: [u8; 18] = sense(0x04, 0x08, 0x00);
/// HARDWARE ERROR, logical unit communication time-out.
const TIMED_OUT: [u8; 18] = sense(0x04, 0x08, 0x01);
/// ILLEGAL REQUEST, invalid command operation code.
const UNKNOWN_COMMAND: [u8; 18] = sense(0x05, 0x20, 0x00);
/// ILLEGAL REQUEST, invalid field in CDB.
const INVALID_FIELD: [u8; 18] = sense(0x05, 0x24, 0x00);

/// What the host is told when the transport gave no status.
///
/// The ring carries a status and sense data, nothing else: a lost link has to be told as a device would.
pub(crate) fn told(error: &TransportError) -> Completion {
    use TransportErrorKind as Kind;
    match error.kind {
        Kind::Timeout => Completion::check_condition(&TIMED_OUT),
        Kind::DeviceGone | Kind::NoSuchDevice => Completion::check_condition(&GONE),
        Kind::InUse => Completion {
            status: Status::BUSY,
            ..Completion::good(0)
        },
        Kind::InvalidRequest => Completion::check_condition(&INVALID_FIELD),
        Kind::Unsupported | Kind::PermissionDenied => Completion::check_condition(&UNKNOWN_COMMAND),
        _ => Completion::check_condition(&LINK_FAILED),
    }
}

/// The transport, the ring it answers, and what has been done.
pub(crate) struct Server<T> {
    pub(crate) ring: Ring,
    pub(crate) transport: T,
    /// How long the transport may take over one command.
    pub(crate) timeout: Duration,
    /// Memory for data that do not lie in one piece; as large as was needed so far.
    buffer: Vec<u8>,
}

/// Who is told of what happens beside commands.
pub(crate) type Observer<T> = Box<dyn FnMut(&mut T, &Event) + Send>;

impl<T: Transport> Server<T> {
    pub(crate) fn new(ring: Ring, transport: T, timeout: Duration) -> Self {
        Self {
            ring,
            transport,
            timeout,
            buffer: Vec::new(),
        }
    }

    /// Answers what waits, one after the other, until nothing does or `stop` is set; `answered` after each, so that
    /// the kernel can be told. Returns how many commands there were.
    ///
    /// # Errors
    /// When the ring does not hold together, or `answered` fails.
    pub(crate) fn answer_waiting<E: From<RingError>>(
        &mut self,
        stop: &AtomicBool,
        observer: &mut Observer<T>,
        mut answered: impl FnMut() -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut n_commands = 0;
        while !stop.load(Ordering::Acquire) {
            let Some(waiting) = self.ring.next()? else {
                break;
            };
            match waiting {
                Waiting::Command(request) => {
                    let completion = self.execute(&request, observer)?;
                    let is_read = request.direction() == Some(Direction::In);
                    self.ring.answer(&completion, is_read)?;
                    n_commands += 1;
                }
                Waiting::Malformed(why) => {
                    self.ring
                        .answer(&Completion::check_condition(&UNKNOWN_COMMAND), false)?;
                    observer(&mut self.transport, &Event::Malformed { why });
                }
                Waiting::Reset(kind) => {
                    self.ring.pass()?;
                    let event = Event::Reset(Reset::of_kernel(kind));
                    observer(&mut self.transport, &event);
                }
                Waiting::Unknown(op) => {
                    self.ring.refuse_unknown()?;
                    observer(&mut self.transport, &Event::UnknownEntry { op });
                }
            }
            answered()?;
        }
        Ok(n_commands)
    }

    /// Has the transport carry out `request`; its data are in their place afterwards.
    fn execute(
        &mut self,
        request: &Request,
        observer: &mut Observer<T>,
    ) -> Result<Completion, RingError> {
        let result = self.run(request)?;
        Ok(match result {
            Ok(mut completion) => {
                completion.transferred = completion.transferred.min(request.data_len);
                completion
            }
            Err(error) => {
                let completion = told(&error);
                observer(&mut self.transport, &Event::NoStatus(error));
                completion
            }
        })
    }

    fn run(&mut self, request: &Request) -> Result<Result<Completion, TransportError>, RingError> {
        let (command, timeout) = (request.command(), self.timeout);
        let Some(direction) = request.direction() else {
            return Ok(self.transport.execute(command, Data::None, timeout));
        };
        let alignment = self.transport.limits().alignment.max(1);
        if let Some(data) = self.ring.lend(request, alignment) {
            return Ok(match direction {
                Direction::Out => self.transport.execute(command, Data::Out(data), timeout),
                Direction::In => {
                    let result = self.transport.execute(command, Data::In(data), timeout);
                    clear_rest(data, &result);
                    result
                }
            });
        }
        // Enough that an aligned place for all of it can be found.
        let room = request.data_len.saturating_add(alignment - 1);
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        let skipped = self
            .buffer
            .as_ptr()
            .align_offset(alignment)
            .min(alignment - 1);
        let data = &mut self.buffer[skipped..skipped + request.data_len];
        match direction {
            Direction::Out => {
                self.ring.gather(request, data)?;
                Ok(self.transport.execute(command, Data::Out(data), timeout))
            }
            Direction::In => {
                let result = self.transport.execute(command, Data::In(data), timeout);
                clear_rest(data, &result);
                self.ring.scatter(request, data)?;
                Ok(result)
            }
        }
    }
}

/// Clears what the device did not fill: what lies there is of an earlier command, perhaps of another program.
fn clear_rest(data: &mut [u8], result: &Result<Completion, TransportError>) {
    let n_filled = result.as_ref().map_or(0, |answer| answer.transferred);
    let start = n_filled.min(data.len());
    data[start..].fill(0);
}
