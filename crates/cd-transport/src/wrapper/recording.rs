//! The text of a recording, in the form that the module above describes.

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::{Completion, Data, Limits, TransportError, TransportErrorKind};

mod parser;
#[cfg(test)]
mod tests;

pub(super) use parser::parse;

pub(super) const FIRST_LINE: &str = "cd-transport recording 1";

/// The words for the kinds of error.
const KINDS: [(TransportErrorKind, &str); 8] = [
    (TransportErrorKind::Timeout, "timeout"),
    (TransportErrorKind::DeviceGone, "device_gone"),
    (TransportErrorKind::PermissionDenied, "permission_denied"),
    (TransportErrorKind::InUse, "in_use"),
    (TransportErrorKind::Host, "host"),
    (TransportErrorKind::InvalidRequest, "invalid_request"),
    (TransportErrorKind::NoSuchDevice, "no_such_device"),
    (TransportErrorKind::Unsupported, "unsupported"),
];

/// A recording that is not of the documented form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the recording: found {found}, expected {expected}")]
pub struct RecordingError {
    /// Line, counted from 1.
    pub line: usize,
    /// Character in the line, counted from 1.
    pub column: usize,
    /// What stands there, in quotation marks, or where the text ends.
    pub found: String,
    /// What should.
    pub expected: String,
}

/// A whole recording.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recording {
    pub(super) device: String,
    pub(super) limits: Limits,
    pub(super) exchanges: Vec<Exchange>,
}

/// One command and what came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    /// Where the command stands; the answer stands in the next line.
    pub(super) line: usize,
    pub(super) command: Vec<u8>,
    pub(super) data: RecordedData,
    /// `None` if the recording ends here.
    pub(super) answer: Option<Answer>,
    /// When the answer came, since the recording began; `None` if it holds no times.
    pub(super) answered_at: Option<Duration>,
}

/// The data of a recorded command, as far as known before the answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RecordedData {
    None,
    In { length: usize },
    Out { length: usize, contents: Contents },
}

/// Bytes, or what is left of them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Contents {
    Full(Vec<u8>),
    Checksum(u64),
}

/// How a recorded command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Completed {
        completion: Completion,
        /// `None` unless the command was an `in` command.
        data: Option<Contents>,
    },
    Failed(TransportError),
}

/// 64-bit FNV-1a: tells data apart, is no protection against forgery.
pub(super) fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// The three lines at the top.
pub(super) fn header_lines(device: &str, limits: Limits) -> String {
    format!(
        "{FIRST_LINE}\ndevice {}\nlimits max_transfer={} alignment={}\n",
        Escaped(device),
        limits.max_transfer,
        limits.alignment
    )
}

/// The line of a command; data longer than `max_out` as length and checksum.
pub(super) fn command_line(
    at: At,
    (command, data): (&[u8], &Data<'_>),
    timeout: Duration,
    max_out: usize,
) -> String {
    let timeout_ms = timeout.as_nanos().div_ceil(1_000_000);
    let data = match data {
        Data::None => "none".to_owned(),
        Data::In(bytes) => format!("in={}", bytes.len()),
        Data::Out(bytes) => format!("out={} {}", bytes.len(), Shown(bytes, max_out)),
    };
    format!(
        "command {at}cdb={} timeout_ms={timeout_ms} {data}\n",
        Hex(command)
    )
}

/// The line of an answer. `received` is what moved, for an `in` command.
pub(super) fn answer_line(
    at: At,
    result: &Result<Completion, TransportError>,
    received: Option<&[u8]>,
    max_in: usize,
) -> String {
    let completion = match result {
        Ok(completion) => completion,
        Err(error) => {
            let word = KINDS.iter().find(|(kind, _)| *kind == error.kind);
            return format!(
                "error {at}kind={} detail={}\n",
                word.map_or("host", |(_, word)| word),
                Escaped(&error.detail)
            );
        }
    };
    let mut line = format!(
        "answer {at}status={:02X} transferred={} sense={}",
        completion.status.0,
        completion.transferred,
        Hex(completion.sense.as_slice())
    );
    if let Some(bytes) = received {
        line.push(' ');
        line.push_str(&Shown(bytes, max_in).to_string());
    }
    line.push('\n');
    line
}

/// When a line was written, since the recording began, if it holds times.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) Option<Duration>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .map_or(Ok(()), |at| write!(f, "at_us={} ", at.as_micros()))
    }
}

/// Pairs of digits without anything between.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

/// Bytes in full up to so many, else their checksum.
struct Shown<'a>(&'a [u8], usize);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.len() <= self.1 {
            write!(f, "data={}", Hex(self.0))
        } else {
            write!(f, "fnv1a={:016X}", fnv1a(self.0))
        }
    }
}

/// Text that stays on one line.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '\\' => f.write_str("\\\\"),
            c if c.is_control() => write!(f, "\\u{{{:X}}}", u32::from(c)),
            c => f.write_char(c),
        })
    }
}
