//! The kernel as a process of this computer: started, watched, and gone in the end, whatever happens.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::Plan;
use crate::Result;

/// Where its memory is best kept: a file there is not written to any disk.
const SHARED_MEMORY: &str = "/dev/shm";
const MIB: u64 = 1 << 20;
/// How long a kernel that was told to end gets.
const PATIENCE: Duration = Duration::from_secs(3);

/// A running kernel. When it is dropped, no process of it is left.
pub(super) struct Machine {
    process: Child,
    console: PathBuf,
    /// What every process of it has on its command line, and no other.
    mark: String,
}

impl Machine {
    /// Starts kernel number `idx` of those that `plan` is about, with `script` as its first process.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(super) fn start(dir: &Path, idx: usize, script: &Path, plan: &Plan) -> Result<Self> {
        let console = dir.join(format!("console-{idx}.log"));
        let log = File::create(&console)?;
        let mark = format!("umid=rawcd-kernel-test-{}-{idx}", std::process::id());
        let all_memory = u64::from(plan.memory_mib) * plan.n_kernels as u64 * MIB;
        let memory_folder = match can_hold(Path::new(SHARED_MEMORY), all_memory) {
            true => PathBuf::from(SHARED_MEMORY),
            false => std::env::temp_dir(),
        };
        let _pinned = Pinned::new(idx);
        let process = Command::new("linux.uml")
            .arg(format!("mem={}M", plan.memory_mib))
            .args(["root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"])
            .arg(format!("init={}", script.display()))
            .args([
                "con=null",
                "con0=null,fd:1",
                "con1=null",
                "ssl=null",
                "quiet",
            ])
            .arg(format!("uml_dir={}/uml/", dir.display()))
            .arg(&mark)
            .env("TMPDIR", memory_folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // A group of its own, which can be ended as a whole.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot run linux.uml: {error}"))?;
        Ok(Self {
            process,
            console,
            mark,
        })
    }

    /// Whether the kernel has ended.
    ///
    /// # Errors
    /// When the system does not say.
    pub(super) fn is_over(&mut self) -> Result<bool> {
        Ok(self.process.try_wait()?.is_some())
    }

    /// Waits until the kernel has ended by itself, until `deadline` at most.
    ///
    /// # Errors
    /// When a process of it is left after that and has to be killed, or it did not start at all.
    pub(super) fn end(mut self, deadline: Instant) -> Result<()> {
        // It has nothing left to do but to halt.
        let deadline = deadline.min(Instant::now() + PATIENCE);
        while !self.is_over()? && Instant::now() < deadline {
            std::thread::sleep(super::STEP);
        }
        let was_over = self.is_over()?;
        self.kill();
        if was_over && self.processes().is_empty() {
            return Ok(());
        }
        let console = fs::read_to_string(&self.console).unwrap_or_default();
        Err(format!("the kernel did not halt by itself; its console:\n{console}").into())
    }

    /// Ends every process of this kernel.
    fn kill(&mut self) {
        let group = format!("-{}", self.process.id());
        let processes = self.processes();
        let is_over = self.is_over().unwrap_or(false);
        if is_over && processes.is_empty() {
            return;
        }
        let mut command = Command::new("kill");
        command.arg("-KILL").arg("--");
        if !is_over {
            command.arg(group);
        }
        let _ = command.args(&processes).stderr(Stdio::null()).status();
        let _ = self.process.wait();
    }

    /// The numbers of the processes with this kernel's mark.
    fn processes(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let is_ours = |name: &String| {
            let command_line = fs::read(format!("/proc/{name}/cmdline")).unwrap_or_default();
            let mut arguments = command_line.split(|byte| *byte == 0);
            name.chars().all(|c| c.is_ascii_digit())
                && arguments.any(|argument| argument == self.mark.as_bytes())
        };
        names.filter(is_ours).collect()
    }
}

/// Keeps this thread, and what it starts meanwhile, on one processor until dropped.
///
/// The kernel has one processor, but is several processes that take turns, at each call of its programs into it: turns from
/// one processor to another cost five times as much, and vary.
struct Pinned {
    /// Where it may run else; `None` if it could not be pinned, which costs time and nothing else.
    allowed: Option<CpuSet>,
}

impl Pinned {
    fn new(idx: usize) -> Self {
        let pin = |allowed: &CpuSet| {
            let cpus = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu));
            let mut one = CpuSet::new();
            if let Some(cpu) = cpus.cycle().nth(idx) {
                one.set(cpu);
            }
            sched_setaffinity(None, &one).is_ok()
        };
        Self {
            allowed: sched_getaffinity(None).ok().filter(pin),
        }
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        if let Some(allowed) = &self.allowed {
            let _ = sched_setaffinity(None, allowed);
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Whether kernels can keep `n_bytes` of memory there. In containers the folder is often a few megabytes, and a kernel whose memory
/// does not fit dies in the middle.
fn can_hold(folder: &Path, n_bytes: u64) -> bool {
    let is_large = rustix::fs::statvfs(folder)
        .is_ok_and(|space| space.f_bavail.saturating_mul(space.f_frsize) >= n_bytes);
    let probe = folder.join(format!("rawcd-{}", std::process::id()));
    let is_writable = File::create_new(&probe).is_ok();
    let _ = fs::remove_file(probe);
    is_large && is_writable
}
