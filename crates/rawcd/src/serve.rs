//! `rawcd serve`: the emulated recorder as a drive of this computer, for any program.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use cd_emulator::{Disc, DiscState, Medium, Profile, Recorder};
use cd_tcmu::{Drive, Event, Nodes, Options, Reset};
use cd_transport::{SystemClock, Transport, VirtualClock};
use cd_writer::CancelToken;
use serde_json::json;

use crate::cli::ServeArgs;
use crate::exit::{Exit, Failure};
use crate::explain;
use crate::line::{TraceFile, Traced};
use crate::output::Output;
use order::Order;
use shared::{Shared, SharedRecorder};

mod order;
mod shared;
#[cfg(test)]
mod tests;

/// Between two looks at whether the user or the kernel wants an end.
const STEP: Duration = Duration::from_millis(100);
/// How long the recorder itself may take over a command: longer than the slowest disc takes to be erased.
const TRANSPORT_TIMEOUT: Duration = Duration::from_secs(4 * 3600);
/// When the kernel gives up a command, unless the user says otherwise: in real time a disc may take an hour to be erased.
const KERNEL_TIMEOUT: Duration = Duration::from_secs(2 * 3600);
/// The same where nothing takes time.
const KERNEL_TIMEOUT_UNLIMITED: Duration = Duration::from_secs(60);
/// The buffer of a drive that takes everything at once: more than a disc.
const LARGEST_BUFFER: u32 = 1 << 30;
/// A data block of a disc drive.
const BLOCK_BYTES: u32 = 2048;

pub(crate) fn run(
    args: &ServeArgs,
    cancel: &CancelToken,
    output: &Output,
) -> Result<Exit, Failure> {
    let profile = profile(args)?;
    let disc = args.disc.as_deref();
    let is_new = disc.is_some_and(|path| !path.exists());
    let disc = disc.map(|path| open_disc(path, args.rw)).transpose()?;
    let shared = if args.unlimited {
        let clock = Arc::new(VirtualClock::default());
        Shared::new(Recorder::new(profile, Arc::clone(&clock)), Some(clock))
    } else {
        Shared::new(Recorder::new(profile, Arc::new(SystemClock::new())), None)
    };
    let shared = Arc::new(Mutex::new(shared));
    if let Some(disc) = disc {
        lock(&shared).recorder.insert(disc);
    }
    let transport = SharedRecorder(Arc::clone(&shared));
    let mut session = Session {
        shared,
        disc: args.disc.clone(),
        makes_cd_rw: args.rw,
        was_made: is_new,
        output,
    };
    let Some(path) = args.trace.path() else {
        return session.serve(transport, args, cancel).map(|(exit, _)| exit);
    };
    let trace = TraceFile::create(path)?;
    // What programs waited is worth knowing even where the recorder's own clock is a made-up one.
    let Traced { record, path } = trace.record(transport, Arc::new(SystemClock::new()));
    let (exit, record) = session.serve(record, args, cancel)?;
    Traced { record, path }.finish()?;
    Ok(exit)
}

/// The drive that is played.
fn profile(args: &ServeArgs) -> Result<Profile, Failure> {
    let name = &args.profile;
    let Some(mut profile) = Profile::named(name) else {
        let what = format!("no drive is called {name}");
        let known = Profile::NAMES.join(", ");
        return Err(Failure::new(Exit::Unreadable, what).advise(format!("There are {known}.")));
    };
    if let Some(speed) = args.speed {
        profile.write_speeds = vec![speed];
        profile.read_speed = speed;
    }
    if args.unlimited {
        // It takes whole discs at once, and says so: nobody shall wonder that it was faster than its laser.
        profile.buffer_bytes = LARGEST_BUFFER;
        profile.interface_rate = 0;
    }
    Ok(profile)
}

/// The disc in this file, or a new one.
fn open_disc(path: &Path, is_cd_rw: bool) -> Result<Disc, Failure> {
    let disc = if path.exists() {
        Disc::open_file(path)
    } else if is_cd_rw {
        Disc::create_file(path, Medium::cd_rw_74())
    } else {
        Disc::create_file(path, Medium::cd_r_80())
    };
    disc.map_err(|error| explain::disc_file(&error))
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    // What a panic left behind is still a drive.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A recorder that is plugged in.
struct Session<'a> {
    shared: Arc<Mutex<Shared>>,
    /// The file of the disc in the drive.
    disc: Option<PathBuf>,
    makes_cd_rw: bool,
    /// Whether that file was made by this command.
    was_made: bool,
    output: &'a Output,
}

impl Session<'_> {
    fn serve<T: Transport + 'static>(
        &mut self,
        transport: T,
        args: &ServeArgs,
        cancel: &CancelToken,
    ) -> Result<(Exit, T), Failure> {
        let kernel_timeout = args.kernel_timeout.map(Duration::from_secs);
        let options = Options {
            name: args.name.clone(),
            block_bytes: BLOCK_BYTES,
            kernel_timeout: kernel_timeout.unwrap_or(match args.unlimited {
                true => KERNEL_TIMEOUT_UNLIMITED,
                false => KERNEL_TIMEOUT,
            }),
            transport_timeout: TRANSPORT_TIMEOUT,
            take_over: args.take_over,
        };
        let (tell, events) = mpsc::channel();
        let shared = Arc::clone(&self.shared);
        let drive = Drive::plug_in(transport, &options, move |_, event| {
            if *event == Event::Reset(Reset::Device) {
                lock(&shared).recorder.reset();
            }
            // Nobody listens any more once the drive is being unplugged.
            let _ = tell.send(told(event));
        })
        .map_err(|error| {
            self.put_back_unused();
            explain::plug(&error)
        })?;
        self.show_plugged(drive.nodes());
        let ended = self.obey(&drive, &events, cancel);
        let unplugged = drive.unplug().map_err(|error| explain::plug(&error))?;
        ended?;
        self.output.line("unplugged");
        let fields = json!({ "exit": 0, "commands": unplugged.n_commands });
        self.output.event("result", fields);
        Ok((Exit::Done, unplugged.transport))
    }

    /// Takes a disc file that this command made away again: the drive was never there.
    fn put_back_unused(&mut self) {
        drop(lock(&self.shared).recorder.eject());
        if let Some(path) = self.disc.take_if(|_| self.was_made) {
            // It stays as a blank disc if it cannot be removed: no harm done.
            let _ = fs::remove_file(path);
        }
    }

    fn show_plugged(&self, nodes: &Nodes) {
        let shown = |node: &Option<PathBuf>| node.as_ref().map(|node| node.display().to_string());
        let names: Vec<_> = nodes
            .iter()
            .map(|node| node.display().to_string())
            .collect();
        let mut line = format!("plugged in: {}", names.join(" "));
        if let Some(disc) = &self.disc {
            line += &format!(", with the disc {}", disc.display());
        }
        let fields = json!({
            "sg": shown(&nodes.sg),
            "block": shown(&nodes.block),
            "disc": self.disc.as_ref().map(|disc| disc.display().to_string()),
        });
        // One or the other: in JSON there is no text.
        self.output.event("plugged", fields);
        self.output.line(line);
        self.output
            .line("`help` lists what can be typed; Ctrl-C or `quit` unplugs");
    }

    /// Does what is typed until the user has enough, or the drive fails.
    fn obey<T: Transport + 'static>(
        &mut self,
        drive: &Drive<T>,
        events: &Receiver<String>,
        cancel: &CancelToken,
    ) -> Result<(), Failure> {
        let lines = typed_lines();
        while !cancel.is_cancelled() && drive.is_serving() {
            while let Ok(text) = events.try_recv() {
                self.output.note(&text);
            }
            let line = match lines.recv_timeout(STEP) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => continue,
                // Nothing more will be typed; programs go on using the drive.
                Err(RecvTimeoutError::Disconnected) => {
                    thread::sleep(STEP);
                    continue;
                }
            };
            match Order::parse(&line) {
                None => {}
                Some(Ok(Order::Quit)) => return Ok(()),
                Some(Ok(order)) => self.carry_out(order, drive.n_commands()),
                Some(Err(what)) => self.refuse(&what),
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, order: Order, n_commands: u64) {
        match order {
            Order::Load(path) => self.load(path),
            Order::Eject { is_forced } => self.eject(is_forced),
            Order::Status => self.show_status(n_commands),
            Order::Help => self.output.line(order::HELP),
            Order::Quit => {}
        }
    }

    fn load(&mut self, path: PathBuf) {
        let mut shared = lock(&self.shared);
        if let Some(disc) = &self.disc {
            let what = format!("{} is in the drive; eject it first", disc.display());
            return self.refuse(&what);
        }
        match open_disc(&path, self.makes_cd_rw) {
            Ok(disc) => {
                shared.recorder.insert(disc);
                let shown = path.display().to_string();
                self.output.line(format!("loaded {shown}"));
                self.output.event("loaded", json!({ "disc": shown }));
                self.disc = Some(path);
            }
            Err(failure) => self.refuse(&failure.what),
        }
    }

    fn eject(&mut self, is_forced: bool) {
        let mut shared = lock(&self.shared);
        if shared.recorder.is_locked() && !is_forced {
            return self.refuse("a program has locked the disc in; `eject force` takes it out");
        }
        drop(shared.recorder.eject());
        match self.disc.take() {
            Some(disc) => {
                let shown = disc.display().to_string();
                self.output.line(format!("ejected {shown}"));
                self.output.event("ejected", json!({ "disc": shown }));
            }
            None => self.refuse("there is no disc in the drive"),
        }
    }

    fn show_status(&self, n_commands: u64) {
        let shared = lock(&self.shared);
        let recorder = &shared.recorder;
        let state = recorder.disc().map(|disc| match disc.state() {
            DiscState::Blank => "blank",
            DiscState::Interrupted { .. } => "interrupted",
            DiscState::Appendable => "appendable",
            DiscState::Complete => "complete",
        });
        let disc = self.disc.as_ref().map(|disc| disc.display().to_string());
        let (is_open, is_locked) = (recorder.is_tray_open(), recorder.is_locked());
        self.output.line(format!(
            "{}, tray {}{}, {n_commands} commands",
            match (&disc, state) {
                (Some(disc), Some(state)) => format!("{disc}: {state}"),
                _ => "no disc".to_owned(),
            },
            if is_open { "open" } else { "closed" },
            if is_locked { " and locked" } else { "" },
        ));
        let fields = json!({
            "disc": disc,
            "state": state,
            "tray_open": is_open,
            "locked": is_locked,
            "commands": n_commands,
        });
        self.output.event("status", fields);
    }

    /// Something typed that cannot be done; the drive goes on.
    fn refuse(&self, what: &str) {
        self.output.line(format!("not done: {what}"));
        self.output.event("refused", json!({ "what": what }));
    }
}

/// What is told of an event of the drive.
fn told(event: &Event) -> String {
    match event {
        Event::Reset(Reset::Device) => "the host has reset the drive".to_owned(),
        Event::Reset(_) => "the host has given up a command".to_owned(),
        Event::NoStatus(error) => format!("the recorder gave no status: {error}"),
        Event::Malformed { why } => format!("a command was refused: {why}"),
        other => format!("{other:?}"),
    }
}

/// The lines of the standard input, from a thread that ends with the program.
fn typed_lines() -> Receiver<String> {
    let (tell, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { return };
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    lines
}
