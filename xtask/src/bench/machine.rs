//! The machine under measurement: its name for vectors, its cores, the memory in use.

/// What a reader of the figures has to know about the machine.
pub(super) struct Machine {
    pub(super) os: &'static str,
    pub(super) arch: &'static str,
    /// The widest vector level that this project's code could choose at run time.
    pub(super) vector_level: &'static str,
    pub(super) n_cores: usize,
}

impl Machine {
    pub(super) fn probe() -> Self {
        Self {
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            vector_level: vector_level(),
            n_cores: std::thread::available_parallelism().map_or(1, Into::into),
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn vector_level() -> &'static str {
    let has_avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
    match () {
        () if has_avx512 && is_x86_feature_detected!("gfni") => "AVX-512 with GFNI",
        () if has_avx512 => "AVX-512",
        () if is_x86_feature_detected!("avx2") => "AVX2",
        () if is_x86_feature_detected!("ssse3") => "SSSE3",
        () => "SSE2",
    }
}

#[cfg(target_arch = "aarch64")]
fn vector_level() -> &'static str {
    if std::arch::is_aarch64_feature_detected!("sve") {
        "SVE"
    } else {
        "NEON"
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn vector_level() -> &'static str {
    "not known"
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
