//! Where things are: the repository, its target folder, cargo, and the program `rawcd`.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::Result;

/// The image that stands in wherever no other is named, relative to the repository.
pub(crate) const FIXTURE: &str = "fixtures/ruler.iso";

/// A build that takes longer than this is announced, so that nobody takes it for a hang.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The repository's top folder.
pub(crate) fn root() -> PathBuf {
    // Set anew by `cargo run`, so that a repository that was moved since the last build is found.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    let manifest = PathBuf::from(manifest);
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// The cargo that runs this program, so that a toolchain once chosen is kept.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A folder of this process's own in cargo's target folder; removed when dropped, unless kept.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    is_kept: bool,
}

impl Scratch {
    /// An empty folder. Two processes at once get two folders.
    ///
    /// # Errors
    /// When the folder cannot be emptied or created.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let exe = std::env::current_exe()?;
        let target = exe
            .ancestors()
            .nth(2)
            .ok_or("this program is in no target folder")?;
        Self::inside(&target.join("xtask"), name)
    }

    fn inside(folder: &Path, name: &str) -> Result<Self> {
        let path = folder.join(format!("{name}-{}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)
            .map_err(|error| format!("cannot create {}: {error}", path.display()))?;
        Ok(Self {
            path,
            is_kept: false,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the folder in its place, for a person to look at what went wrong; says where it is.
    pub(crate) fn keep(&mut self) {
        self.is_kept = true;
        eprintln!("What there was is kept in {}.", self.path.display());
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.is_kept {
            // Nothing depends on it, and `cargo clean` removes it too.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Builds `rawcd` in release and returns the path of the program.
///
/// Says nothing unless the build takes long or fails.
///
/// # Errors
/// When cargo cannot be run, or the build fails; cargo has then printed why.
pub(crate) fn build_rawcd() -> Result<PathBuf> {
    let mut build = Command::new(cargo())
        .current_dir(root())
        .args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "rawcd",
            "--bin",
            "rawcd",
        ])
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    let (done, wait) = mpsc::channel::<()>();
    let notice = std::thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!("Building rawcd; the first time this takes a minute or two.");
        }
    });
    let mut program = None;
    if let Some(messages) = build.stdout.take() {
        for line in BufReader::new(messages).lines() {
            program = executable(&line?, "rawcd").or(program);
        }
    }
    let status = build.wait()?;
    drop(done);
    notice
        .join()
        .map_err(|_| "the thread that watches the build panicked")?;
    if !status.success() {
        return Err("rawcd does not build; cargo's messages above say why".into());
    }
    program.ok_or_else(|| "cargo built rawcd but did not say where it is".into())
}

/// The program named in one line of cargo's JSON messages, if the line is about binary `name`.
fn executable(message: &str, name: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_it = message["reason"] == "compiler-artifact"
        && message["target"]["name"] == name
        && message["target"]["kind"][0] == "bin";
    is_it.then(|| message["executable"].as_str().map(PathBuf::from))?
}

#[cfg(test)]
mod tests;
