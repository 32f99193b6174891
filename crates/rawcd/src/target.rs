//! Which recorder a command works on: the emulated one with a disc file, a drive, or the trace of one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_emulator::{Disc, DiscState, Medium, Profile};
use cd_transport::os::open_device;
use cd_transport::wrapper::{Record, RecordOptions, Replay};
use cd_transport::{Clock, SystemClock, Transport, VirtualClock};
use cd_writer::Recorder;

use crate::cli::TargetArgs;
use crate::exit::{Exit, Failure};
use crate::explain;

/// The longest answer a trace keeps in full: every answer that tells something, and a sector or two.
const LONGEST_ANSWER: usize = 8 * 1024;

/// What to do when a disc file does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoDisc {
    /// A blank disc is taken from the shelf: what is burned needs a new one.
    TakeBlank,
    /// A blank disc is imagined: nothing will be written, no file is made.
    Imagine,
    /// That is a mistake: what is read must be there.
    Fail,
}

pub(crate) enum Target {
    Emulated {
        drive: Box<cd_emulator::Recorder>,
        clock: Arc<VirtualClock>,
        /// The disc's file; none for a disc in memory.
        path: Option<PathBuf>,
        /// Whether this command made the file.
        is_new: bool,
    },
    Device {
        transport: Box<dyn Transport>,
        path: PathBuf,
    },
    /// A drive that once was asked the same.
    Recorded {
        replay: Box<Replay>,
        clock: Arc<VirtualClock>,
        path: PathBuf,
    },
}

impl Target {
    pub(crate) fn open(args: &TargetArgs, no_disc: NoDisc) -> Result<Self, Failure> {
        if let Some(path) = &args.device {
            let transport = open_device(path).map_err(|error| explain::transport(&error))?;
            return Ok(Self::Device {
                transport,
                path: path.clone(),
            });
        }
        if let Some(path) = &args.replay {
            return Self::recorded(path);
        }
        let Some(path) = &args.disc else {
            return Ok(Self::emulated(Disc::blank(Medium::cd_r_80()), None, false));
        };
        let missing = !path.exists();
        let disc = match no_disc {
            _ if !missing => Disc::open_file(path),
            NoDisc::TakeBlank => Disc::create_file(path, Medium::cd_r_80()),
            NoDisc::Imagine => Ok(Disc::blank(Medium::cd_r_80())),
            NoDisc::Fail => {
                let what = format!("there is no disc file {}", path.display());
                return Err(Failure::new(Exit::DiscFile, what).advise(
                    "`rawcd burn IMAGE --disc FILE` makes one, `rawcd new-disc FILE` a blank one.",
                ));
            }
        };
        let disc = disc.map_err(|error| explain::disc_file(&error))?;
        let is_new = missing && no_disc == NoDisc::TakeBlank;
        Ok(Self::emulated(disc, Some(path.clone()), is_new))
    }

    fn recorded(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| explain::trace_file(path, &error))?;
        let replay = Replay::parse(&text).map_err(|error| explain::trace_file(path, &error))?;
        let clock = Arc::new(VirtualClock::default());
        Ok(Self::Recorded {
            replay: Box::new(replay.on_clock(Arc::<VirtualClock>::clone(&clock))),
            clock,
            path: path.to_owned(),
        })
    }

    fn emulated(disc: Disc, path: Option<PathBuf>, is_new: bool) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let mut drive = cd_emulator::Recorder::new(Profile::faithful(), Arc::clone(&clock));
        drive.insert(disc);
        Self::Emulated {
            drive: Box::new(drive),
            clock,
            path,
            is_new,
        }
    }

    pub(crate) fn is_real(&self) -> bool {
        matches!(self, Self::Device { .. })
    }

    /// Whether nothing will be left of what is recorded.
    pub(crate) fn is_fleeting(&self) -> bool {
        matches!(self, Self::Emulated { path: None, .. })
    }

    /// The emulated disc in the drive.
    pub(crate) fn disc(&self) -> Option<&Disc> {
        match self {
            Self::Emulated { drive, .. } => drive.disc(),
            Self::Device { .. } | Self::Recorded { .. } => None,
        }
    }

    /// How a user names it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Emulated {
                path: Some(path), ..
            } => format!("the emulated disc {}", path.display()),
            Self::Emulated { path: None, .. } => "an emulated disc in memory".to_owned(),
            Self::Device { path, .. } => path.display().to_string(),
            Self::Recorded { path, .. } => format!("the drive in {}", path.display()),
        }
    }

    /// The recorder, for as long as this is borrowed.
    pub(crate) fn recorder(&mut self) -> Recorder<'_> {
        let (transport, clock) = self.transport();
        Recorder::new(transport, clock)
    }

    fn transport(&mut self) -> (&mut dyn Transport, Arc<dyn Clock>) {
        match self {
            Self::Emulated { drive, clock, .. } => {
                (drive.as_mut(), Arc::<VirtualClock>::clone(clock))
            }
            Self::Device { transport, .. } => (transport, Arc::new(SystemClock::new())),
            Self::Recorded { replay, clock, .. } => {
                (replay.as_mut(), Arc::<VirtualClock>::clone(clock))
            }
        }
    }

    /// Runs `work` on the recorder; with `trace`, every exchange is written there.
    pub(crate) fn with_recorder<R>(
        &mut self,
        trace: Option<&Path>,
        work: impl FnOnce(&mut Recorder<'_>) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let (transport, clock) = self.transport();
        let Some(path) = trace else {
            return work(&mut Recorder::new(transport, clock));
        };
        let file = File::create_new(path).map_err(|error| explain::output_file(path, &error))?;
        // Sectors read back would make it larger than the disc; of those, length and checksum will do.
        let options = RecordOptions {
            max_in: LONGEST_ANSWER,
            ..RecordOptions::default()
        };
        let mut record = Record::new(transport, file)
            .with_options(options)
            .with_clock(Arc::clone(&clock));
        let result = work(&mut Recorder::new(&mut record, clock));
        let traced = record.finish().map_err(|error| {
            let what = format!("the trace {} is not whole: {error}", path.display());
            Failure::new(Exit::Failed, what)
                .advise("Everything else went well; what was burned is on the disc.")
        });
        // What failed itself is the greater news; what went well without its trace is not as asked.
        result.and_then(|value| traced.map(|()| value))
    }

    /// Puts a blank disc file that this command took from the shelf back, if nothing was recorded on it.
    pub(crate) fn put_back_unused(self) {
        if let Self::Emulated {
            mut drive,
            path: Some(path),
            is_new: true,
            ..
        } = self
            && let Some(disc) = drive.eject()
            && disc.state() == DiscState::Blank
        {
            drop(disc);
            // It stays as a blank disc if it cannot be removed: no harm done.
            let _ = fs::remove_file(path);
        }
    }
}
