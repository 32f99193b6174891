use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::{Clock, Completion, Data, Limits, Transport, TransportError};

#[cfg(test)]
mod tests;

/// Which way the data of a command moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// No data.
    None,
    /// From the device.
    In,
    /// To the device.
    Out,
}

impl Direction {
    /// The direction of `data`.
    #[must_use]
    pub const fn of(data: &Data<'_>) -> Self {
        match data {
            Data::None => Self::None,
            Data::In(_) => Self::In,
            Data::Out(_) => Self::Out,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::In => "in",
            Self::Out => "out",
        })
    }
}

/// One exchange with the device, shown when it has ended.
#[derive(Debug)]
pub struct TraceEvent<'a> {
    /// Number of the exchange, counted from 0.
    pub sequence: u64,
    /// When the command was handed down, by the trace's clock.
    pub start: Duration,
    /// How long it took.
    pub duration: Duration,
    /// The command's bytes.
    pub command: &'a [u8],
    /// Which way data was to move.
    pub direction: Direction,
    /// How many bytes were lent for it.
    pub length: usize,
    /// The first of the bytes sent ([`Direction::Out`]) or received ([`Direction::In`]), at most as
    /// many as the trace was told to show. Nothing received is shown beyond what really moved.
    pub data: &'a [u8],
    /// How it ended.
    pub result: &'a Result<Completion, TransportError>,
}

impl fmt::Display for TraceEvent<'_> {
    /// `sequence +start duration  command  direction transferred/length  outcome`, one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>6} +{:.6}s {:>10.3}ms ",
            self.sequence,
            self.start.as_secs_f64(),
            self.duration.as_secs_f64() * 1e3
        )?;
        write_hex(f, self.command)?;
        if self.direction != Direction::None {
            write!(f, "  {} ", self.direction)?;
            match self.result {
                Ok(completion) => write!(f, "{}/{}", completion.transferred, self.length)?,
                Err(_) => write!(f, "?/{}", self.length)?,
            }
        }
        match self.result {
            Ok(completion) => {
                write!(f, "  {}", completion.status)?;
                if !completion.sense.as_slice().is_empty() {
                    f.write_str(", sense")?;
                    write_hex(f, completion.sense.as_slice())?;
                }
            }
            Err(error) => write!(f, "  error: {error}")?,
        }
        if !self.data.is_empty() {
            f.write_str("  data")?;
            write_hex(f, self.data)?;
            let moved = match (self.direction, self.result) {
                (Direction::In, Ok(completion)) => completion.transferred,
                _ => self.length,
            };
            if moved > self.data.len() {
                f.write_str(" ...")?;
            }
        }
        Ok(())
    }
}

/// Each byte as a space and two digits.
fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, " {byte:02X}"))
}

/// Whoever wants to see the exchanges. A closure over a [`TraceEvent`] is one.
pub trait TraceSink: Send {
    /// Called once an exchange, after it, in order. The device waits meanwhile.
    fn event(&mut self, event: &TraceEvent<'_>);
}

impl<F: FnMut(&TraceEvent<'_>) + Send> TraceSink for F {
    fn event(&mut self, event: &TraceEvent<'_>) {
        self(event);
    }
}

/// Writes one readable line an exchange.
///
/// The lines are for people and may change; [`Record`](crate::wrapper::Record) is for programs.
/// A line that cannot be written never disturbs the exchange: the first failure is kept, nothing is
/// written after it, and [`TextSink::finish`] reports it.
#[derive(Debug)]
pub struct TextSink<W> {
    out: W,
    failure: Option<io::Error>,
}

impl<W: Write> TextSink<W> {
    /// A sink that writes to `out`, one `write` call a line.
    pub const fn new(out: W) -> Self {
        Self { out, failure: None }
    }

    /// Flushes, and gives the writer back.
    ///
    /// # Errors
    /// The first failure to write, if there was one.
    pub fn finish(mut self) -> io::Result<W> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.out.flush().map(|()| self.out),
        }
    }
}

impl<W: Write + Send> TraceSink for TextSink<W> {
    fn event(&mut self, event: &TraceEvent<'_>) {
        if self.failure.is_none() {
            let line = format!("{event}\n");
            self.failure = self.out.write_all(line.as_bytes()).err();
        }
    }
}

/// Shows every exchange with the transport inside to a [`TraceSink`].
///
/// Requests that the transport inside refuses are shown too.
///
/// ```no_run
/// use std::path::Path;
/// use std::sync::Arc;
/// use cd_transport::{SystemClock, TransportError};
/// use cd_transport::wrapper::{TextSink, Trace};
///
/// # fn main() -> Result<(), TransportError> {
/// let device = cd_transport::os::open_device(Path::new("/dev/sr0"))?;
/// let traced = Trace::new(device, TextSink::new(std::io::stderr()), Arc::new(SystemClock::new()));
/// # Ok(())
/// # }
/// ```
pub struct Trace<T, S> {
    inner: T,
    sink: S,
    clock: Arc<dyn Clock>,
    max_data: usize,
    sequence: u64,
}

impl<T: Transport, S: TraceSink> Trace<T, S> {
    /// How many bytes of data an event shows unless told otherwise.
    pub const DEFAULT_MAX_DATA: usize = 32;

    /// A trace round `inner`, with times by `clock`.
    pub fn new(inner: T, sink: S, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            sink,
            clock,
            max_data: Self::DEFAULT_MAX_DATA,
            sequence: 0,
        }
    }

    /// Shows at most `max_data` bytes of data an event; 0 shows none.
    #[must_use]
    pub fn with_max_data(mut self, max_data: usize) -> Self {
        self.max_data = max_data;
        self
    }

    /// The transport inside, and the sink.
    pub fn into_parts(self) -> (T, S) {
        (self.inner, self.sink)
    }
}

impl<T: Transport, S: TraceSink> Transport for Trace<T, S> {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let start = self.clock.now();
        let result = self.inner.execute(command, data.reborrow(), timeout);
        let duration = self.clock.now().saturating_sub(start);
        let transferred = result.as_ref().map_or(0, |answer| answer.transferred);
        let moved = match &data {
            Data::None => &[],
            Data::In(bytes) => &bytes[..transferred.min(bytes.len())],
            Data::Out(bytes) => *bytes,
        };
        self.sink.event(&TraceEvent {
            sequence: self.sequence,
            start,
            duration,
            command,
            direction: Direction::of(&data),
            length: data.len(),
            data: &moved[..moved.len().min(self.max_data)],
            result: &result,
        });
        self.sequence += 1;
        result
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}
