//! A device for this crate's own tests: three commands, no medium, every request remembered.

use std::sync::Arc;
use std::time::Duration;

use crate::{Completion, Data, Limits, Transport, TransportError, VirtualClock, check_request};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const TEST_UNIT_READY: [u8; 6] = [0; 6];
pub(crate) const INQUIRY_36: [u8; 6] = [0x12, 0, 0, 0, 36, 0];
/// WRITE(10) of one sector at the lead-in start of many a CD-R.
pub(crate) const WRITE_10: [u8; 10] = [0x2A, 0, 0xFF, 0xFF, 0xD4, 0xBB, 0, 0, 1, 0];
pub(crate) const ILLEGAL_OPCODE: [u8; 18] =
    [0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0];
pub(crate) const INVALID_FIELD: [u8; 18] =
    [0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0, 0, 0, 0, 0];

/// What INQUIRY gives: 36 bytes, a CD drive, removable.
pub(crate) fn inquiry_data() -> [u8; 36] {
    let mut data = [0; 36];
    data[..5].copy_from_slice(&[5, 0x80, 5, 2, 31]);
    data[8..].copy_from_slice(b"TEST    DEVICE          1.00");
    data
}

/// Answers TEST UNIT READY, INQUIRY, REQUEST SENSE; takes WRITE(10); refuses the rest. Each command
/// takes a millisecond of its clock.
pub(crate) struct TestDevice {
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) commands: Vec<Vec<u8>>,
    pub(crate) written: Vec<u8>,
}

impl TestDevice {
    pub(crate) fn new() -> Self {
        Self {
            limits: Limits {
                max_transfer: 4096,
                alignment: 1,
            },
            clock: Arc::default(),
            commands: Vec::new(),
            written: Vec::new(),
        }
    }

    fn answer(&mut self, command: &[u8], data: Data<'_>) -> Completion {
        let give = |answer: &[u8], allocation: u8, data: Data<'_>| {
            let Data::In(buffer) = data else {
                return Completion::check_condition(&INVALID_FIELD);
            };
            let n = answer.len().min(usize::from(allocation)).min(buffer.len());
            buffer[..n].copy_from_slice(&answer[..n]);
            Completion::good(n)
        };
        match command[0] {
            0x00 => Completion::good(0),
            0x03 => give(&[0x70, 0, 0, 0, 0, 0, 0, 0], command[4], data),
            0x12 if command[1] == 0 && command[2] == 0 => give(&inquiry_data(), command[4], data),
            0x12 => Completion::check_condition(&INVALID_FIELD),
            0x2A => match data {
                Data::Out(bytes) => {
                    self.written.extend_from_slice(bytes);
                    Completion::good(bytes.len())
                }
                _ => Completion::check_condition(&INVALID_FIELD),
            },
            _ => Completion::check_condition(&ILLEGAL_OPCODE),
        }
    }
}

impl Transport for TestDevice {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        _timeout: Duration,
    ) -> Result<Completion, TransportError> {
        check_request(command, &data, self.limits)?;
        self.commands.push(command.to_vec());
        self.clock.advance(Duration::from_millis(1));
        Ok(self.answer(command, data))
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn description(&self) -> String {
        "test device".to_owned()
    }
}

/// Another transport with its answers changed on the way back.
pub(crate) struct Spoiled<T, F> {
    pub(crate) inner: T,
    pub(crate) spoil: F,
}

impl<T, F> Transport for Spoiled<T, F>
where
    T: Transport,
    F: FnMut(
            &[u8],
            &mut Data<'_>,
            Result<Completion, TransportError>,
        ) -> Result<Completion, TransportError>
        + Send,
{
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let result = self.inner.execute(command, data.reborrow(), timeout);
        (self.spoil)(command, &mut data, result)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}
