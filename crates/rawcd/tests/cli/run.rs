//! A directory to work in, and the program run there.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// Far more than any child takes on a busy computer; one that takes longer hangs.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(60);

/// An ISO of 330 sectors.
pub(crate) fn ruler() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/ruler.iso")
}

pub(crate) const RULER_SECTORS: usize = 330;

/// A WAV file of samples.
pub(crate) fn wav(samples: &[u8]) -> Vec<u8> {
    let len = u32::try_from(samples.len()).unwrap();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((len + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend(176_400_u32.to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(len.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// A directory that is gone after the test, where the program runs.
pub(crate) struct Dir(TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// One with `small`, a blank disc whose lead-in is a second long: 18 MB when the ruler is on it.
    pub(crate) fn with_small_disc() -> Self {
        let dir = Self::new();
        dir.run(["new-disc", "small", "--lead-in", "99:59:00"])
            .succeeds();
        dir
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// A file of `len` zero bytes that take no room.
    pub(crate) fn sparse(&self, name: &str, len: u64) {
        File::create(self.path(name)).unwrap().set_len(len).unwrap();
    }

    /// The names of everything in it, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The program with these arguments, run to its end. `ruler.iso` stands for the fixture.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ended {
        self.start(args).end()
    }

    /// The program with these arguments, running.
    pub(crate) fn start<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Running {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::spawn(command)
    }

    pub(crate) fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawcd"));
        for arg in args {
            if arg.as_ref() == "ruler.iso" {
                command.arg(ruler());
            } else {
                command.arg(arg);
            }
        }
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command
    }
}

/// A child that does not outlive its test.
pub(crate) struct Running {
    child: Child,
    text: String,
    stdout: Option<JoinHandle<String>>,
    stderr: Option<JoinHandle<String>>,
}

impl Running {
    pub(crate) fn spawn(mut command: Command) -> Self {
        let text = format!("{command:?}");
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().map(|out: ChildStdout| collect(out));
        let stderr = child.stderr.take().map(|err: ChildStderr| collect(err));
        Self {
            child,
            text,
            stdout,
            stderr,
        }
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// Waits until `is_so`, which must happen before the child ends.
    #[cfg(unix)]
    pub(crate) fn wait_until(&mut self, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{} ended too early: {ended:?}", self.text);
            assert!(
                start.elapsed() < TIME_LIMIT,
                "{} does not get there",
                self.text
            );
            thread::sleep(Duration::from_millis(1));
        }
    }

    pub(crate) fn end(mut self) -> Ended {
        let status = self.wait();
        let collected = |reader: Option<JoinHandle<String>>| {
            reader.map_or(String::new(), |reader| reader.join().unwrap())
        };
        Ended {
            command: self.text.clone(),
            status,
            stdout: collected(self.stdout.take()),
            stderr: collected(self.stderr.take()),
        }
    }

    fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < TIME_LIMIT, "{} does not end", self.text);
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Of no use once it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}

/// How a child ended, and what it said.
#[derive(Debug)]
pub(crate) struct Ended {
    #[expect(dead_code, reason = "shown when an assertion fails")]
    command: String,
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// It ended with 0; gives its results.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        self.has_code(0).stdout
    }

    #[track_caller]
    pub(crate) fn has_code(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self:#?}");
        self
    }

    /// It ended with this code, and said these things in its two lines of failure.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, sayings: &[&str]) -> Self {
        let ended = self.has_code(code);
        let failure = ended.failure();
        for saying in sayings {
            assert!(
                failure.contains(saying),
                "nothing of {saying:?} in {ended:#?}"
            );
        }
        ended
    }

    /// The lines of failure, progress left out.
    #[track_caller]
    pub(crate) fn failure(&self) -> &str {
        let at = self.stderr.find("rawcd: ");
        &self.stderr[at.unwrap_or_else(|| panic!("no failure in {self:#?}"))..]
    }

    /// Every line of the results as JSON.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| {
                serde_json::from_str(line)
                    .unwrap_or_else(|error| panic!("{error}: {line:?} of {self:#?}"))
            })
            .collect()
    }
}

/// The two files hold the same bytes.
#[track_caller]
pub(crate) fn assert_same(one: &Path, other: &Path) {
    let (one_bytes, other_bytes) = (fs::read(one).unwrap(), fs::read(other).unwrap());
    assert_eq!(one_bytes.len(), other_bytes.len(), "{one:?} and {other:?}");
    let differing = one_bytes.iter().zip(&other_bytes).position(|(a, b)| a != b);
    assert_eq!(differing, None, "{one:?} and {other:?}");
}
