//! The way to one drive while a command uses it, and the file that keeps what passes on it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_transport::wrapper::{Record, RecordOptions};
use cd_transport::{Clock, Transport};
use cd_writer::Recorder;

use crate::exit::{Exit, Failure};
use crate::explain;

/// The longest answer a trace keeps in full: every answer that tells something, and a sector or two.
const LONGEST_ANSWER: usize = 8 * 1024;

/// The way to one drive.
pub(crate) struct Line<'t> {
    way: Way<'t>,
    clock: Arc<dyn Clock>,
}

enum Way<'t> {
    Plain(&'t mut dyn Transport),
    Traced(Box<Traced<&'t mut dyn Transport>>),
}

impl<'t> Line<'t> {
    /// With `trace`, every exchange is written there.
    pub(crate) fn new(
        (transport, clock): (&'t mut dyn Transport, Arc<dyn Clock>),
        trace: Option<TraceFile>,
    ) -> Self {
        let way = match trace {
            None => Way::Plain(transport),
            Some(trace) => Way::Traced(Box::new(trace.record(transport, Arc::clone(&clock)))),
        };
        Self { way, clock }
    }

    /// The recorder at its end.
    pub(crate) fn recorder(&mut self) -> Recorder<'_> {
        let transport: &mut dyn Transport = match &mut self.way {
            Way::Plain(transport) => *transport,
            Way::Traced(traced) => &mut traced.record,
        };
        Recorder::new(transport, Arc::clone(&self.clock))
    }

    /// Writes what is left of the trace. What went well without its trace is not as asked.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.way {
            Way::Plain(_) => Ok(()),
            Way::Traced(traced) => traced.finish(),
        }
    }
}

/// A transport of which a trace is kept.
pub(crate) struct Traced<T> {
    pub(crate) record: Record<T, File>,
    pub(crate) path: PathBuf,
}

impl<T: Transport> Traced<T> {
    /// Writes what is left of the trace.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.record.finish().map_err(|error| {
            let what = format!("the trace {} is not whole: {error}", self.path.display());
            Failure::new(Exit::Failed, what)
                .advise("Everything else went well; what was burned is on the disc.")
        })
    }
}

/// A new file for a trace.
pub(crate) struct TraceFile {
    path: PathBuf,
    file: File,
}

impl TraceFile {
    /// Makes the file, which must not be there yet.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create_new(path).map_err(|error| explain::output_file(path, &error))?;
        let path = path.to_owned();
        Ok(Self { path, file })
    }

    /// Keeps in it what passes through `transport`, with the times of `clock`.
    pub(crate) fn record<T: Transport>(self, transport: T, clock: Arc<dyn Clock>) -> Traced<T> {
        // Sectors read back would make it larger than the disc; of those, length and checksum will do.
        let options = RecordOptions {
            max_in: LONGEST_ANSWER,
            ..RecordOptions::default()
        };
        let record = Record::new(transport, self.file)
            .with_options(options)
            .with_clock(clock);
        let path = self.path;
        Traced { record, path }
    }

    /// Makes one for each of `n_drives`: at `path` with `.1`, `.2` and so on behind it. All or none.
    pub(crate) fn create_each(path: &Path, n_drives: usize) -> Result<Vec<Self>, Failure> {
        let mut made: Vec<Self> = Vec::with_capacity(n_drives);
        for number in 1..=n_drives {
            let mut name = OsString::from(path);
            name.push(format!(".{number}"));
            match Self::create(Path::new(&name)) {
                Ok(trace) => made.push(trace),
                Err(failure) => {
                    for trace in made {
                        // An empty file that stays does no harm.
                        let _ = fs::remove_file(trace.path);
                    }
                    return Err(failure);
                }
            }
        }
        Ok(made)
    }
}
