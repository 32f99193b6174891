use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use super::recording::{self, Answer, Contents, Exchange, RecordedData, RecordingError, fnv1a};
use crate::{
    Clock, Completion, Data, Limits, Transport, TransportError, TransportErrorKind, check_request,
};

#[cfg(test)]
mod tests;

/// A device that answers as a recording says.
///
/// Each command must be the next one of the recording, with data of the same direction, length and
/// contents (or checksum, where the recording holds no more). Then the recorded answer is given:
/// status, count, sense, data, or the error. Any other command is refused as
/// [`TransportErrorKind::Unsupported`] with the line, what was expected and what came, and the
/// recording stays where it is. Timeouts are not compared. Time passes as recorded on the clock of
/// [`Replay::on_clock`], and not at all without one.
pub struct Replay {
    device: String,
    limits: Limits,
    exchanges: Vec<Exchange>,
    /// Index of the exchange to come.
    next_idx: usize,
    /// The device's last word, once it has gone.
    gone: Option<TransportError>,
    /// What waits as long as the device did, and what it showed when the replay began.
    clock: Option<(Arc<dyn Clock>, Duration)>,
}

impl Replay {
    /// Reads a whole recording, in the form described in
    /// [`wrapper`](crate::wrapper#the-form-of-a-recording).
    ///
    /// # Errors
    /// [`RecordingError`] with line and column of the first character that is not of that form.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let recording = recording::parse(text)?;
        Ok(Self {
            device: recording.device,
            limits: recording.limits,
            exchanges: recording.exchanges,
            next_idx: 0,
            gone: None,
            clock: None,
        })
    }

    /// Gives each answer, if the recording holds times, not before its time on `clock`, counted from this moment.
    #[must_use]
    pub fn on_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        let start = clock.now();
        self.clock = Some((clock, start));
        self
    }

    /// How many recorded exchanges were not asked for yet.
    #[must_use]
    pub fn n_unread(&self) -> usize {
        self.exchanges.len() - self.next_idx
    }

    /// The line of the command to come, counted from 1; `None` at the end of the recording.
    #[must_use]
    pub fn next_line(&self) -> Option<usize> {
        self.exchanges.get(self.next_idx).map(|next| next.line)
    }

    fn answer(&mut self, command: &[u8], data: Data<'_>) -> Result<Completion, TransportError> {
        let Some(exchange) = self.exchanges.get(self.next_idx) else {
            return Err(unsupported(format!(
                "the recording has ended after {} exchanges, got {}",
                self.exchanges.len(),
                request_text(command, &data)
            )));
        };
        compare(exchange, command, &data)?;
        let line = exchange.line;
        let Some(answer) = &exchange.answer else {
            return Err(unsupported(format!(
                "line {line}: the recording ends before the answer to {}",
                request_text(command, &data)
            )));
        };
        if let (Some(at), Some((clock, start))) = (exchange.answered_at, &self.clock) {
            clock.sleep(at.saturating_sub(clock.now().saturating_sub(*start)));
        }
        match answer {
            Answer::Failed(error) => {
                self.next_idx += 1;
                Err(error.clone())
            }
            Answer::Completed {
                completion,
                data: received,
            } => {
                if let (Data::In(buffer), Some(received)) = (data, received) {
                    let Contents::Full(bytes) = received else {
                        return Err(unsupported(format!(
                            "line {}: the recording holds only the checksum of the data; record \
                             again with more of the data received",
                            line + 1
                        )));
                    };
                    buffer[..bytes.len()].copy_from_slice(bytes);
                }
                self.next_idx += 1;
                Ok(*completion)
            }
        }
    }
}

impl Transport for Replay {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        _timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let result =
            check_request(command, &data, self.limits).and_then(|()| self.answer(command, data));
        if let Some(gone) = &self.gone {
            return Err(gone.clone());
        }
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
        format!("recording of {}", self.device)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("device", &self.device)
            .field("limits", &self.limits)
            .field("n_unread", &self.n_unread())
            .field("gone", &self.gone)
            .finish_non_exhaustive()
    }
}

fn unsupported(detail: String) -> TransportError {
    TransportError::new(TransportErrorKind::Unsupported, detail)
}

/// Refuses a request that is not the recorded one.
fn compare(exchange: &Exchange, command: &[u8], data: &Data<'_>) -> Result<(), TransportError> {
    let refuse = |expected: String, got: String| {
        Err(unsupported(format!(
            "line {} of the recording expects {expected}, got {got}",
            exchange.line
        )))
    };
    let same_data = match (&exchange.data, data) {
        (RecordedData::None, Data::None) => true,
        (RecordedData::In { length }, Data::In(bytes)) => *length == bytes.len(),
        (RecordedData::Out { length, .. }, Data::Out(bytes)) => *length == bytes.len(),
        _ => false,
    };
    if exchange.command != command || !same_data {
        return refuse(
            recorded_text(&exchange.command, &exchange.data),
            request_text(command, data),
        );
    }
    let (RecordedData::Out { contents, .. }, Data::Out(bytes)) = (&exchange.data, data) else {
        return Ok(());
    };
    match contents {
        Contents::Full(expected) => {
            let differs = expected.iter().zip(*bytes).position(|(a, b)| a != b);
            differs.map_or(Ok(()), |idx| {
                refuse(
                    format!("byte {idx} of the data to be {:02X}h", expected[idx]),
                    format!("{:02X}h", bytes[idx]),
                )
            })
        }
        Contents::Checksum(expected) if *expected == fnv1a(bytes) => Ok(()),
        Contents::Checksum(expected) => refuse(
            format!("data with the checksum {expected:016X}"),
            format!("{:016X}", fnv1a(bytes)),
        ),
    }
}

fn recorded_text(command: &[u8], data: &RecordedData) -> String {
    match data {
        RecordedData::None => text(command, None),
        RecordedData::In { length } => text(command, Some(("in", *length))),
        RecordedData::Out { length, .. } => text(command, Some(("out", *length))),
    }
}

fn request_text(command: &[u8], data: &Data<'_>) -> String {
    match data {
        Data::None => text(command, None),
        Data::In(bytes) => text(command, Some(("in", bytes.len()))),
        Data::Out(bytes) => text(command, Some(("out", bytes.len()))),
    }
}

fn text(command: &[u8], data: Option<(&str, usize)>) -> String {
    let mut text = String::new();
    for byte in command {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02X} ");
    }
    match data {
        None => text.push_str("without data"),
        Some((direction, length)) => {
            let _ = write!(text, "{direction} {length} bytes");
        }
    }
    text
}
