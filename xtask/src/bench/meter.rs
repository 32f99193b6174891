//! One measurement: rounds of the same work, of which the best counts.

use std::time::{Duration, Instant};

use super::machine;

/// The figure that all others are compared with.
pub(super) const BASELINE: &str = "memory read";

/// The best of at least this many rounds counts ...
const MIN_ROUNDS: u32 = 5;
/// ... and of as many more as fit into this time.
const MIN_TIME: Duration = Duration::from_millis(500);

/// What one bench measured.
pub(super) struct Figure {
    pub(super) group: &'static str,
    pub(super) name: &'static str,
    /// Bytes that one round works through.
    pub(super) n_bytes: u64,
    /// The shortest round.
    pub(super) best: Duration,
    /// The least time that the cores worked in a round, all threads of this process together.
    pub(super) least_cpu: Option<Duration>,
    pub(super) n_rounds: u32,
    /// Most memory held at once while it ran, in bytes.
    pub(super) peak_memory: Option<u64>,
}

impl Figure {
    /// Speed in GB/s, of 10^9 bytes.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a speed with three digits is what is wanted"
    )]
    pub(super) fn gb_per_s(&self) -> f64 {
        self.n_bytes as f64 / self.best.as_secs_f64().max(1e-9) / 1e9
    }

    /// How many cores were busy with it, by the least work and the shortest time of a round.
    pub(super) fn cores(&self) -> Option<f64> {
        let cpu = self.least_cpu?.as_secs_f64();
        Some(cpu / self.best.as_secs_f64().max(1e-9))
    }
}

/// Runs and times the benches, in the order in which they are handed in.
pub(super) struct Meter {
    group: &'static str,
    figures: Vec<Figure>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self {
            group: "",
            figures: Vec::new(),
        }
    }

    /// Says which group the measurements to come belong to.
    pub(super) fn enter(&mut self, group: &'static str) {
        self.group = group;
    }

    /// Runs `round`, which works through `n_bytes` each time, until the best time has settled.
    ///
    /// The first round warms up and does not count. What `round` computes must reach
    /// [`std::hint::black_box`], or the compiler drops the work.
    pub(super) fn measure(&mut self, name: &'static str, n_bytes: u64, mut round: impl FnMut()) {
        machine::reset_peak_memory();
        round();
        let mut best = Duration::MAX;
        let mut least_cpu: Option<Duration> = None;
        let mut n_rounds = 0;
        let start = Instant::now();
        while n_rounds < MIN_ROUNDS || start.elapsed() < MIN_TIME {
            let (round_start, cpu_start) = (Instant::now(), machine::cpu_time());
            round();
            best = best.min(round_start.elapsed());
            if let (Some(end), Some(start)) = (machine::cpu_time(), cpu_start) {
                let cpu = end.saturating_sub(start);
                least_cpu = Some(least_cpu.map_or(cpu, |least| least.min(cpu)));
            }
            n_rounds += 1;
        }
        let peak_memory = machine::peak_memory();
        self.figures.push(Figure {
            group: self.group,
            name,
            n_bytes,
            best,
            least_cpu,
            n_rounds,
            peak_memory,
        });
    }

    pub(super) fn into_figures(self) -> Vec<Figure> {
        self.figures
    }
}

#[cfg(test)]
mod tests;
