use std::sync::Arc;
use std::time::Duration;

use cd_mmc::{Command, Sense};
use cd_transport::{Clock, Data, Limits, Status, Transport};

use crate::plan::Purpose;
use crate::policy::{Reaction, react};
use crate::{Fault, FaultCause};

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
        let data = match data {
            Data::Out(bytes) => Data::Out(self.aligned.hold(bytes, alignment)),
            other => other,
        };
        let (transferred, cause) = match self.transport.execute(cdb.as_bytes(), data, timeout) {
            Err(error) => (0, Some(FaultCause::Transport(error))),
            Ok(completion) => {
                let sense = Sense::decode(completion.sense.as_slice()).ok();
                let cause = match (completion.status, sense) {
                    (Status::GOOD, _) => None,
                    (_, Some(sense)) => Some(FaultCause::Sense(sense)),
                    (status, None) => Some(FaultCause::Status(status)),
                };
                (completion.transferred, cause)
            }
        };
        let fault = cause.map(|cause| Fault::new(command, cause));
        Answer { transferred, fault }
    }

    /// Sends a command that only asks, again while the drive becomes ready or reports what happened
    /// before, and gives the answer's bytes.
    pub(crate) fn ask(
        &mut self,
        command: impl Into<Command>,
        n_bytes: u16,
    ) -> Result<Vec<u8>, Fault> {
        let command = command.into();
        let mut bytes = vec![0; n_bytes.into()];
        let since = self.clock.now();
        loop {
            let data = if bytes.is_empty() {
                Data::None
            } else {
                Data::In(&mut bytes)
            };
            let answer = self.send(&command, data, ASK_TIMEOUT);
            if let Some(fault) = answer.fault {
                let waited = self.clock.now().saturating_sub(since);
                match react(Purpose::Ask, &fault, waited, Duration::ZERO) {
                    Reaction::Accept => {}
                    Reaction::Retry(pause) => {
                        self.clock.sleep(pause);
                        continue;
                    }
                    Reaction::GiveUp => return Err(fault),
                }
            }
            bytes.truncate(answer.transferred);
            return Ok(bytes);
        }
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

impl AlignedBuffer {
    /// `bytes` where they are if that is right, else a copy of them at the right address.
    fn hold<'b>(&'b mut self, bytes: &'b [u8], alignment: usize) -> &'b [u8] {
        if bytes.as_ptr().addr().is_multiple_of(alignment) {
            return bytes;
        }
        self.0.resize(self.0.len().max(bytes.len() + alignment), 0);
        let start = self.0.as_ptr().addr().next_multiple_of(alignment) - self.0.as_ptr().addr();
        let place = &mut self.0[start..start + bytes.len()];
        place.copy_from_slice(bytes);
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_copied_only_to_reach_its_alignment() {
        let mut buffer = AlignedBuffer::default();
        let bytes: Vec<u8> = (0..=255).collect();
        for alignment in [1, 2, 4, 512, 4096] {
            for start in 0..16 {
                let held = buffer.hold(&bytes[start..], alignment);
                assert_eq!(held, &bytes[start..]);
                assert!(held.as_ptr().addr().is_multiple_of(alignment));
                if alignment == 1 {
                    assert_eq!(held.as_ptr(), bytes[start..].as_ptr());
                }
            }
        }
    }
}
