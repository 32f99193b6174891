//! Which recorder a command works on: the emulated one with a disc file, a drive, or the trace of one.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_emulator::{Disc, DiscState, Medium, Profile};
use cd_transport::os::open_device;
use cd_transport::wrapper::Replay;
use cd_transport::{Clock, SystemClock, Transport, VirtualClock};
use cd_writer::Recorder;

use crate::cli::TargetArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::line::{Line, TraceFile};

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

    /// The way to the drive; with `trace`, every exchange is written there.
    pub(crate) fn line(&mut self, trace: Option<TraceFile>) -> Line<'_> {
        Line::new(self.transport(), trace)
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
        let mut line = self.line(trace.map(TraceFile::create).transpose()?);
        let result = work(&mut line.recorder());
        let traced = line.finish();
        // What failed itself is the greater news.
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
