//! The requests of the conformance test, one function a subject.

use std::fmt::Display;
use std::thread;
use std::time::Duration;

use super::{Check, ConformanceFault, ConformanceReport};
use crate::{Completion, Data, Limits, Status, Transport, TransportError, TransportErrorKind};

/// INQUIRY for its standard data, `LENGTH` bytes at most.
const INQUIRY: [u8; 6] = [0x12, 0, 0, 0, INQUIRY_LENGTH, 0];
const INQUIRY_LENGTH: u8 = 96;
/// INQUIRY for a page of the standard data, which has none.
const INQUIRY_INVALID_FIELD: [u8; 6] = [0x12, 0, 0xFF, 0, INQUIRY_LENGTH, 0];
const REQUEST_SENSE: [u8; 6] = [0x03, 0, 0, 0, REQUEST_SENSE_LENGTH, 0];
const REQUEST_SENSE_LENGTH: u8 = 18;
const TEST_UNIT_READY: [u8; 6] = [0; 6];
/// Of the group 60h to 7Dh, in which no standard has put a command of any length.
pub(super) const RESERVED_OPCODE: u8 = 0x6F;

/// What each command is given; far more than any of them needs.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
/// How often a device may have something else to say first (unit attentions, BUSY).
const MAX_ATTEMPTS: usize = 20;
/// Longer transfers are not tried, for want of memory.
const MAX_TRIED_TRANSFER: usize = 64 << 20;
/// No hardware asks for more.
const MAX_ALIGNMENT: usize = 1 << 20;

/// The status codes there are.
///
/// # Spec
/// SAM-5 table 43, with those of older editions.
const STATUSES: [u8; 11] = [
    0x00, 0x02, 0x04, 0x08, 0x10, 0x14, 0x18, 0x22, 0x28, 0x30, 0x40,
];

/// A transport under test.
pub(super) struct Probe<'a> {
    transport: &'a mut dyn Transport,
    limits: Limits,
    n_requests: usize,
    checked: Vec<Check>,
    not_checked: Vec<Check>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(transport: &'a mut dyn Transport) -> Self {
        Self {
            limits: transport.limits(),
            transport,
            n_requests: 0,
            checked: Vec::new(),
            not_checked: Vec::new(),
        }
    }

    pub(super) fn report(mut self) -> ConformanceReport {
        self.not_checked(
            1,
            "memory touched after the return cannot be seen from outside",
        );
        self.not_checked(9, "the device was there all the time");
        ConformanceReport {
            description: self.transport.description(),
            limits: self.limits,
            n_requests: self.n_requests,
            checked: self.checked,
            not_checked: self.not_checked,
        }
    }

    fn checked(&mut self, clause: u8, what: &'static str) {
        self.checked.push(Check { clause, what });
    }

    fn not_checked(&mut self, clause: u8, what: &'static str) {
        self.not_checked.push(Check { clause, what });
    }

    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.n_requests += 1;
        self.transport.execute(command, data, timeout)
    }

    /// A request that the device must get and answer. `Ok(None)` if the system lets only some commands
    /// through, and not this one.
    fn answered(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Option<Completion>, ConformanceFault> {
        let length = data.len();
        let request = describe(command, &data);
        let answer = match self.execute(command, data, timeout) {
            Ok(answer) => answer,
            Err(error) if error.kind == TransportErrorKind::PermissionDenied => return Ok(None),
            Err(error) => {
                if error.kind == TransportErrorKind::DeviceGone {
                    self.stays_gone()?;
                }
                return Err(fault(4, request, "a status", error));
            }
        };
        if !STATUSES.contains(&answer.status.0) {
            return Err(fault(4, request, "a status that exists", answer.status));
        }
        if answer.transferred > length {
            let expected = format!("at most {length} bytes moved");
            return Err(fault(5, request, expected, answer.transferred));
        }
        Ok(Some(answer))
    }

    /// Makes sure that a device said to be gone is not heard of again.
    fn stays_gone(&mut self) -> Result<(), ConformanceFault> {
        let request = describe(&TEST_UNIT_READY, &Data::None);
        match self.execute(&TEST_UNIT_READY, Data::None, TIMEOUT) {
            Err(error) if error.kind == TransportErrorKind::DeviceGone => Ok(()),
            other => Err(fault(
                9,
                request,
                "the device to stay gone",
                outcome(&other),
            )),
        }
    }

    /// A request outside the limits.
    fn refused(
        &mut self,
        clause: u8,
        command: &[u8],
        data: Data<'_>,
    ) -> Result<(), ConformanceFault> {
        let request = describe(command, &data);
        match self.execute(command, data, TIMEOUT) {
            Err(error) if error.kind == TransportErrorKind::InvalidRequest => Ok(()),
            other => Err(fault(
                clause,
                request,
                "the error InvalidRequest",
                outcome(&other),
            )),
        }
    }

    pub(super) fn limits_are_possible(&mut self) -> Result<(), ConformanceFault> {
        let Limits {
            max_transfer,
            alignment,
        } = self.limits;
        let request = "the limits";
        if !alignment.is_power_of_two() || alignment > MAX_ALIGNMENT {
            let expected = format!("an alignment that is a power of two up to {MAX_ALIGNMENT}");
            return Err(fault(3, request, expected, alignment));
        }
        if max_transfer < usize::from(INQUIRY_LENGTH) {
            let expected = format!("transfers of at least {INQUIRY_LENGTH} bytes");
            return Err(fault(3, request, expected, max_transfer));
        }
        Ok(())
    }

    pub(super) fn limits_are_constant(&mut self) -> Result<(), ConformanceFault> {
        let now = self.transport.limits();
        if now != self.limits {
            let expected = format!("{:?} as at first", self.limits);
            return Err(fault(3, "the limits", expected, format!("{now:?}")));
        }
        self.checked(3, "the limits are possible and constant");
        Ok(())
    }

    pub(super) fn command_lengths(&mut self) -> Result<(), ConformanceFault> {
        for length in (0..=40).chain([254, 255, 256, 257, 262, 266]) {
            if !matches!(length, 6 | 10 | 12 | 16) {
                self.refused(2, &vec![0; length], Data::None)?;
            }
        }
        self.checked(
            2,
            "commands of other lengths than 6, 10, 12 and 16 are refused",
        );
        // Not 16: a host adapter for ATAPI carries at most 12.
        let mut sent = true;
        for length in [6, 10, 12] {
            let mut command = vec![0; length];
            command[0] = RESERVED_OPCODE;
            sent &= self.answered(&command, Data::None, TIMEOUT)?.is_some();
        }
        if sent {
            self.checked(2, "commands of 6, 10 and 12 bytes are sent");
        } else {
            self.not_checked(2, "the system does not let unknown commands through");
        }
        Ok(())
    }

    pub(super) fn data_lengths(&mut self) -> Result<(), ConformanceFault> {
        if self.limits.max_transfer >= MAX_TRIED_TRANSFER {
            self.not_checked(3, "a transfer past the limit would need too much memory");
            return Ok(());
        }
        let mut memory = Memory::new(self.limits.max_transfer + 1, self.limits.alignment, 0);
        self.refused(3, &INQUIRY, Data::In(memory.bytes()))?;
        self.refused(3, &INQUIRY, Data::Out(memory.bytes()))?;
        self.checked(3, "data past the limit is refused, both ways");
        Ok(())
    }

    pub(super) fn data_alignment(&mut self) -> Result<(), ConformanceFault> {
        if self.limits.alignment == 1 {
            self.not_checked(3, "memory at any address will do");
            return Ok(());
        }
        let length = usize::from(INQUIRY_LENGTH);
        let mut memory = Memory::new(length + 1, self.limits.alignment, 0);
        self.refused(3, &INQUIRY, Data::In(&mut memory.bytes()[1..]))?;
        self.refused(3, &INQUIRY, Data::Out(&memory.bytes()[1..]))?;
        self.checked(3, "memory that is not aligned is refused, both ways");
        Ok(())
    }

    /// Whatever the device has to say first is heard out.
    pub(super) fn statuses(&mut self) -> Result<(), ConformanceFault> {
        for _ in 0..MAX_ATTEMPTS {
            let answer = self.answered(&TEST_UNIT_READY, Data::None, TIMEOUT)?;
            if answer.is_none_or(|answer| answer.status == Status::GOOD) {
                break;
            }
        }
        self.checked(4, "every answer is a status that exists");
        Ok(())
    }

    /// INQUIRY into memory filled with `fill`: the count and the memory; `None` if it never ends GOOD.
    fn inquiry(&mut self, fill: u8) -> Result<Option<(Completion, Vec<u8>)>, ConformanceFault> {
        let length = usize::from(INQUIRY_LENGTH);
        for _ in 0..MAX_ATTEMPTS {
            let mut memory = Memory::new(length, self.limits.alignment, fill);
            let answer = self.answered(&INQUIRY, Data::In(memory.bytes()), TIMEOUT)?;
            if let Some(answer) = answer
                && answer.status == Status::GOOD
            {
                return Ok(Some((answer, memory.bytes().to_vec())));
            }
        }
        Ok(None)
    }

    /// What INQUIRY gives, if it can be had: bytes that are counted must have come from the device, so
    /// they cannot depend on what stood in the memory before.
    pub(super) fn counts(&mut self) -> Result<Option<Vec<u8>>, ConformanceFault> {
        let (Some(first), Some(second)) = (self.inquiry(0x00)?, self.inquiry(0xFF)?) else {
            self.not_checked(5, "INQUIRY never ended GOOD");
            return Ok(None);
        };
        let counted = first.0.transferred;
        let request = describe(&INQUIRY, &Data::In(&mut []));
        if second.0.transferred != counted {
            let expected = format!("{counted} bytes moved, as the first time");
            return Err(fault(5, request, expected, second.0.transferred));
        }
        let differs = (0..counted).find(|&idx| first.1[idx] != second.1[idx]);
        if let Some(idx) = differs {
            let got = format!("byte {idx} as it was before the command");
            let expected = format!("{counted} bytes from the device, as counted");
            return Err(fault(5, request, expected, got));
        }
        let mut memory = Memory::new(usize::from(REQUEST_SENSE_LENGTH), self.limits.alignment, 0);
        self.answered(&REQUEST_SENSE, Data::In(memory.bytes()), TIMEOUT)?;
        self.checked(
            5,
            "bytes counted as moved have moved, and no more than were lent",
        );
        Ok(Some(first.1[..counted].to_vec()))
    }

    /// The same refusal again and again, each time followed by a command that succeeds.
    pub(super) fn sense(&mut self) -> Result<(), ConformanceFault> {
        let mut reserved = [0; 10];
        reserved[0] = RESERVED_OPCODE;
        let mut refusal = false;
        for command in [&reserved[..], &INQUIRY_INVALID_FIELD] {
            refusal |= self.refusal_and_success(command)?;
        }
        if refusal {
            self.checked(
                6,
                "CHECK CONDITION has its sense, the command after it has not",
            );
            self.checked(7, "the same command gets the same answer each time");
        } else {
            self.not_checked(6, "the device refused no command");
            self.not_checked(7, "the device refused no command");
        }
        Ok(())
    }

    /// Whether `command` is refused by the device at all.
    fn refusal_and_success(&mut self, command: &[u8]) -> Result<bool, ConformanceFault> {
        let is_inquiry = command[0] == INQUIRY[0];
        let mut first: Option<Completion> = None;
        for _ in 0..3 {
            let mut memory = Memory::new(usize::from(INQUIRY_LENGTH), self.limits.alignment, 0);
            let data = if is_inquiry {
                Data::In(memory.bytes())
            } else {
                Data::None
            };
            let request = describe(command, &data);
            let Some(refusal) = self.answered(command, data, TIMEOUT)? else {
                return Ok(false);
            };
            let expected = first.get_or_insert(refusal);
            if expected.status != Status::CHECK_CONDITION {
                return Ok(false);
            }
            if refusal.status != expected.status {
                let expected = format!("{}, as the first time", expected.status);
                return Err(fault(7, request, expected, refusal.status));
            }
            let Some((success, _)) = self.inquiry(0)? else {
                continue;
            };
            let stale = !success.sense.as_slice().is_empty() && success.sense == refusal.sense;
            if stale {
                let request = format!("{} after {request}", describe(&INQUIRY, &Data::None));
                let got = format!("that of the command before, {:?}", success.sense);
                return Err(fault(6, request, "sense of its own or none", got));
            }
        }
        Ok(true)
    }

    /// Times that no operating system's own unit can hold. Times that are too short are not tried: a
    /// kernel answers them with a reset of the device.
    pub(super) fn timeouts(&mut self) -> Result<(), ConformanceFault> {
        for timeout in [
            TIMEOUT + Duration::from_nanos(1),
            Duration::from_secs(u64::from(u32::MAX)),
            Duration::MAX,
        ] {
            self.answered(&TEST_UNIT_READY, Data::None, timeout)
                .map_err(|fault| ConformanceFault {
                    clause: 8,
                    request: format!("{} in {timeout:?}", fault.request),
                    ..fault
                })?;
        }
        self.checked(8, "odd and endless times are accepted");
        Ok(())
    }

    /// Another thread must get the same from INQUIRY.
    pub(super) fn threads(&mut self, standard_data: Option<&[u8]>) -> Result<(), ConformanceFault> {
        let here: &mut Self = self;
        let there = thread::scope(|scope| {
            let mut probe = Probe::new(&mut *here.transport);
            scope
                .spawn(move || (probe.inquiry(0), probe.n_requests))
                .join()
        });
        let request = "INQUIRY from another thread";
        let (answer, n_requests) = there.map_err(|_| fault(10, request, "an answer", "a panic"))?;
        self.n_requests += n_requests;
        let answer = answer.map_err(|fault| ConformanceFault {
            clause: 10,
            request: request.to_owned(),
            ..fault
        })?;
        let same = answer.map(|(answer, memory)| memory[..answer.transferred].to_vec());
        if same.as_deref() != standard_data {
            return Err(fault(10, request, "the same data", "other data"));
        }
        self.checked(10, "another thread gets the same answer");
        Ok(())
    }
}

/// Memory at an address that is a multiple of the alignment, and no more than that.
struct Memory {
    bytes: Vec<u8>,
    start: usize,
    length: usize,
}

impl Memory {
    fn new(length: usize, alignment: usize, fill: u8) -> Self {
        let bytes = vec![fill; length + alignment];
        let address = bytes.as_ptr().addr();
        Self {
            start: address.next_multiple_of(alignment) - address,
            bytes,
            length,
        }
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..][..self.length]
    }
}

fn fault(
    clause: u8,
    request: impl Into<String>,
    expected: impl Into<String>,
    got: impl Display,
) -> ConformanceFault {
    ConformanceFault {
        clause,
        request: request.into(),
        expected: expected.into(),
        got: format!("{got}"),
    }
}

fn outcome(result: &Result<Completion, TransportError>) -> String {
    match result {
        Ok(answer) => answer.status.to_string(),
        Err(error) => format!("the error {error}"),
    }
}

fn describe(command: &[u8], data: &Data<'_>) -> String {
    let what = match *command {
        [] => "an empty command".to_owned(),
        [opcode, ..] => format!("a command {opcode:02X}h of {} bytes", command.len()),
    };
    match data {
        Data::None => what,
        Data::In(bytes) => format!("{what} with {} bytes in", bytes.len()),
        Data::Out(bytes) => format!("{what} with {} bytes out", bytes.len()),
    }
}
