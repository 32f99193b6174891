//! The recorder: a transport and a clock, and how one command goes out and is asked again.

use std::sync::Arc;
use std::time::Duration;

use cd_mmc::{Command, Sense};
use cd_transport::{Clock, Completion, Data, Limits, Status, Transport};

use crate::plan::Purpose;
use crate::policy::{Reaction, ask_again, react};
use crate::{Fault, FaultCause};

#[cfg(test)]
mod tests;

/// A CD recorder behind a transport.
pub struct Recorder<'a> {
    transport: Box<dyn Transport + 'a>,
    pub(crate) clock: Arc<dyn Clock>,
    /// For data that does not lie where the transport can take it.
    aligned: AlignedBuffer,
}

/// How one command ended.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Bytes moved.
    pub(crate) transferred: usize,
    /// What was not GOOD about it. A recovered error is one, and yet the command was carried out.
    pub(crate) fault: Option<Fault>,
}

/// How long a command may take that only asks.
pub(crate) const ASK_TIMEOUT: Duration = Duration::from_secs(60);

impl<'a> Recorder<'a> {
    /// The recorder that `transport` leads to, measuring time by `clock`.
    #[must_use]
    pub fn new(transport: impl Transport + 'a, clock: Arc<dyn Clock>) -> Self {
        Self {
            transport: Box::new(transport),
            clock,
            aligned: AlignedBuffer::default(),
        }
    }

    /// Where the recorder is: a device node, or the name of an emulation.
    #[must_use]
    pub fn description(&self) -> String {
        self.transport.description()
    }

    /// What one command can carry.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.transport.limits()
    }

    /// Sends `command` once.
    pub(crate) fn send(&mut self, command: &Command, data: Data<'_>, timeout: Duration) -> Answer {
        let cdb = command.encode();
        let alignment = self.transport.limits().alignment;
        let Self {
            transport, aligned, ..
        } = self;
        let result = match data {
            Data::Out(bytes) => {
                let bytes = aligned.hold(bytes, alignment);
                transport.execute(cdb.as_bytes(), Data::Out(bytes), timeout)
            }
            Data::In(bytes) if !is_aligned(bytes, alignment) => {
                let place = aligned.place(bytes.len(), alignment);
                let result = transport.execute(cdb.as_bytes(), Data::In(place), timeout);
                bytes.copy_from_slice(place);
                result
            }
            other => transport.execute(cdb.as_bytes(), other, timeout),
        };
        let (transferred, cause) = match result {
            Err(error) => (0, Some(FaultCause::Transport(error))),
            Ok(completion) => (completion.transferred, cause_of(&completion)),
        };
        let fault = cause.map(|cause| Fault::new(command, cause));
        Answer { transferred, fault }
    }

    /// Sends a command that does no harm twice, again while the drive becomes ready or reports what
    /// happened before, and tells how many bytes moved.
    pub(crate) fn insist(&mut self, command: &Command, mut data: Data<'_>) -> Result<usize, Fault> {
        let since = self.clock.now();
        loop {
            let answer = self.send(command, data.reborrow(), ASK_TIMEOUT);
            let Some(fault) = answer.fault else {
                return Ok(answer.transferred);
            };
            let waited = self.clock.now().saturating_sub(since);
            let has_no_answer = matches!(data, Data::In(_)) && answer.transferred == 0;
            let reaction = match react(Purpose::Ask, &fault, waited, Duration::ZERO) {
                Reaction::Accept if has_no_answer => ask_again(waited),
                reaction => reaction,
            };
            match reaction {
                Reaction::Accept => return Ok(answer.transferred),
                Reaction::Retry(pause) => self.clock.sleep(pause),
                Reaction::Restart | Reaction::GiveUp => return Err(fault),
            }
        }
    }

    /// The bytes of the answer to a command that only asks, `n_bytes` at most.
    pub(crate) fn ask(
        &mut self,
        command: impl Into<Command>,
        n_bytes: u16,
    ) -> Result<Vec<u8>, Fault> {
        let mut bytes = vec![0; n_bytes.into()];
        let data = match bytes.as_mut_slice() {
            [] => Data::None,
            bytes => Data::In(bytes),
        };
        let transferred = self.insist(&command.into(), data)?;
        bytes.truncate(transferred);
        Ok(bytes)
    }
}

/// What was not GOOD. Sense data says why a command was refused, and nothing about a drive that is busy.
fn cause_of(completion: &Completion) -> Option<FaultCause> {
    let sense = || Sense::decode(completion.sense.as_slice()).ok();
    match completion.status {
        Status::GOOD => None,
        Status::CHECK_CONDITION => Some(sense().map_or(
            FaultCause::Status(Status::CHECK_CONDITION),
            FaultCause::Sense,
        )),
        status => Some(FaultCause::Status(status)),
    }
}

impl std::fmt::Debug for Recorder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder")
            .field("at", &self.description())
            .finish_non_exhaustive()
    }
}

impl Fault {
    pub(crate) fn new(command: &Command, cause: FaultCause) -> Self {
        Self {
            command: command.name(),
            cdb: command.encode().to_string(),
            cause,
        }
    }

    pub(crate) fn nonsense(command: &Command, what: impl Into<String>) -> Self {
        Self::new(command, FaultCause::Answer(what.into()))
    }
}

/// A place for data whose address must be a multiple of something. Grows once.
#[derive(Debug, Default)]
struct AlignedBuffer(Vec<u8>);

fn is_aligned(bytes: &[u8], alignment: usize) -> bool {
    bytes.as_ptr().addr().is_multiple_of(alignment)
}

impl AlignedBuffer {
    /// `bytes` where they are if that is right, else a copy of them at the right address.
    fn hold<'b>(&'b mut self, bytes: &'b [u8], alignment: usize) -> &'b [u8] {
        if is_aligned(bytes, alignment) {
            return bytes;
        }
        let place = self.place(bytes.len(), alignment);
        place.copy_from_slice(bytes);
        place
    }

    /// Room for `n_bytes` at the right address, with anything in it.
    fn place(&mut self, n_bytes: usize, alignment: usize) -> &mut [u8] {
        self.0.resize(self.0.len().max(n_bytes + alignment), 0);
        let address = self.0.as_ptr().addr();
        let start = address.next_multiple_of(alignment) - address;
        &mut self.0[start..start + n_bytes]
    }
}
