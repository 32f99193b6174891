use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::recording::{self, At};
use crate::{Clock, Completion, Data, Limits, Transport, TransportError, check_request};

#[cfg(test)]
mod tests;

/// How much of the data a recording holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordOptions {
    /// Data sent is kept in full up to so many bytes, else as length and checksum.
    pub max_out: usize,
    /// Data received is kept in full up to so many bytes, else as length and checksum. What is not kept
    /// in full cannot be given back by [`Replay`](super::Replay).
    pub max_in: usize,
}

impl Default for RecordOptions {
    /// Mode pages sent are kept, sectors sent are not (a disc would fill gigabytes), everything
    /// received is.
    fn default() -> Self {
        Self {
            max_out: 1024,
            max_in: usize::MAX,
        }
    }
}

/// Writes every exchange with the transport inside to a file that [`Replay`](super::Replay) can play.
///
/// The form is text, described in [`wrapper`](crate::wrapper#the-form-of-a-recording). It holds times if a clock is
/// given ([`Record::with_clock`]); without one the same exchanges give the same recording. A command is written and flushed before it is
/// handed down and its answer after, so that a program or computer that dies leaves a file that can
/// be read and that ends with the command it died in. Requests that no device would see
/// ([`check_request`]) are not written.
///
/// Writing never disturbs an exchange: the first failure is kept, nothing is written after it, and
/// [`Record::finish`] reports it. It does take its time; give a file on a local disk, not a pipe.
pub struct Record<T, W> {
    inner: T,
    out: W,
    options: RecordOptions,
    /// What the times are read from, and what it showed when the recording began.
    clock: Option<(Arc<dyn Clock>, Duration)>,
    failure: Option<(io::ErrorKind, String)>,
}

impl<T: Transport, W: Write + Send> Record<T, W> {
    /// A recording of `inner` in `out`, which must be empty; the first lines are written at once.
    pub fn new(inner: T, out: W) -> Self {
        let header = recording::header_lines(&inner.description(), inner.limits());
        let mut record = Self {
            inner,
            out,
            options: RecordOptions::default(),
            clock: None,
            failure: None,
        };
        record.write(&header);
        record
    }

    /// Keeps as much of the data as `options` say.
    #[must_use]
    pub fn with_options(mut self, options: RecordOptions) -> Self {
        self.options = options;
        self
    }

    /// Writes when each command went out and each answer came, counted by `clock` from this moment.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        let start = clock.now();
        self.clock = Some((clock, start));
        self
    }

    /// Whether the recording is whole up to now.
    ///
    /// # Errors
    /// The first failure to write, if there was one; the recording ends before it.
    pub fn finish(&mut self) -> io::Result<()> {
        match &self.failure {
            None => Ok(()),
            Some((kind, text)) => Err(io::Error::new(*kind, text.clone())),
        }
    }

    /// The transport inside, and the writer.
    pub fn into_parts(self) -> (T, W) {
        (self.inner, self.out)
    }

    fn at(&self) -> At {
        let now = |(clock, start): &(Arc<dyn Clock>, Duration)| clock.now().saturating_sub(*start);
        At(self.clock.as_ref().map(now))
    }

    fn write(&mut self, lines: &str) {
        if self.failure.is_none() {
            let written = self.out.write_all(lines.as_bytes());
            self.failure = written
                .and_then(|()| self.out.flush())
                .err()
                .map(|error| (error.kind(), format!("the recording is cut short: {error}")));
        }
    }
}

impl<T: Transport, W: Write + Send> Transport for Record<T, W> {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        if self.failure.is_some() || check_request(command, &data, self.inner.limits()).is_err() {
            return self.inner.execute(command, data, timeout);
        }
        let options = self.options;
        let request = (command, &data);
        let line = recording::command_line(self.at(), request, timeout, options.max_out);
        self.write(&line);
        let result = self.inner.execute(command, data.reborrow(), timeout);
        let received = match (&data, &result) {
            (Data::In(bytes), Ok(answer)) => Some(&bytes[..answer.transferred.min(bytes.len())]),
            _ => None,
        };
        let line = recording::answer_line(self.at(), &result, received, options.max_in);
        self.write(&line);
        result
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

impl<T: fmt::Debug, W: fmt::Debug> fmt::Debug for Record<T, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("inner", &self.inner)
            .field("options", &self.options)
            .field("has_times", &self.clock.is_some())
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
