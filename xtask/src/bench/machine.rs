//! The machine under measurement: its name for vectors, its cores, the memory in use.

use std::time::Duration;

/// What a reader of the figures has to know about the machine.
pub(super) struct Machine {
    pub(super) os: &'static str,
    pub(super) arch: &'static str,
    /// The vectors that cd-sector chose.
    pub(super) vector_level: &'static str,
    pub(super) n_cores: usize,
}

impl Machine {
    pub(super) fn probe() -> Self {
        Self {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            vector_level: cd_sector::vector_level().name(),
            n_cores: std::thread::available_parallelism().map_or(1, Into::into),
        }
    }
}

/// What the cores have worked for this process, all its threads together; `None` where the system does not say.
pub(super) fn cpu_time() -> Option<Duration> {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};
        let time = clock_gettime(ClockId::ProcessCPUTime);
        let seconds = u64::try_from(time.tv_sec).ok()?;
        let nanoseconds = u32::try_from(time.tv_nsec).ok()?;
        Some(Duration::new(seconds, nanoseconds))
    }
    #[cfg(not(unix))]
    None
}

/// Starts a new measurement of the peak; where the system cannot, the peak is the process's.
pub(super) fn reset_peak_memory() {
    // "5" resets the high-water mark (proc_pid_clear_refs(5)); a refusal leaves a peak that is too
    // high, never one that is too low.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// The most memory this process has held at once, in bytes; `None` where the system does not say.
pub(super) fn peak_memory() -> Option<u64> {
    parse_peak(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// The line `VmHWM: 12345 kB` of Linux' `/proc/PID/status`, in bytes.
fn parse_peak(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests;
