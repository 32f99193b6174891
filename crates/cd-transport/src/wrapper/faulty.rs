use std::sync::Arc;
use std::time::Duration;

use crate::{
    Clock, Completion, Data, Limits, SenseBytes, Status, Transport, TransportError,
    TransportErrorKind, check_request,
};

#[cfg(test)]
mod tests;

/// When the transport fails, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultPlan {
    /// Where chance begins; the same seed and the same commands give the same faults.
    pub seed: u64,
    /// What can happen. Where several rules would change one command, the first does; delays add up.
    pub rules: Vec<Rule>,
}

/// One thing that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Only commands with this first byte count, or all.
    pub opcode: Option<u8>,
    /// Which of those.
    pub occasion: Occasion,
    /// Whether the device still executes the command.
    pub moment: Moment,
    /// What happens.
    pub effect: Effect,
}

/// Which of the commands that a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// This one, counted from 1.
    Nth(u64),
    /// This one, counted from 1, and all after it.
    From(u64),
    /// Any, with this probability in millionths. More than 1,000,000 is always.
    PerMillion(u32),
}

/// On which side of the device's work a fault lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The command never reaches the device.
    Before,
    /// The device executes the command; what it answers is changed or lost.
    After,
}

/// What happens instead of what would have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This status and sense data. No byte counts as moved if the device was not reached.
    Answer {
        /// The status.
        status: Status,
        /// The sense data.
        sense: SenseBytes,
    },
    /// No status at all.
    ///
    /// `Timeout` lasts as long as the command was given. `DeviceGone` is final: the device is not
    /// reached again. `InvalidRequest` says that nothing was sent, so nothing is, whatever the moment.
    Error(TransportErrorKind),
    /// At most so many bytes count as moved; what else the device gave is overwritten. If the device was
    /// not reached, GOOD.
    Short {
        /// Most bytes that count.
        transferred: usize,
    },
    /// The command or its answer is under way so much longer. One that is not back in the time it was
    /// given is a `Timeout`.
    Delay(Duration),
    /// BUSY, for this command and the next `n_times - 1` that the rule counts. 0 is as 1.
    Busy {
        /// How many commands.
        n_times: u32,
    },
}

/// A fault that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fired {
    /// Number of the command, counted from 0 over all that a device would see.
    pub sequence: u64,
    /// Its first byte.
    pub opcode: u8,
    /// Index of the rule in the plan.
    pub rule_idx: usize,
}

/// Fails as planned round a transport that may be sound.
///
/// Requests that no device would see ([`check_request`]) go through untouched and do not count.
pub struct Faulty<T> {
    inner: T,
    clock: Arc<dyn Clock>,
    rules: Vec<RuleState>,
    sequence: u64,
    fired: Vec<Fired>,
    gone: Option<TransportError>,
}

/// A rule and how far it has come.
struct RuleState {
    rule: Rule,
    random: SplitMix,
    n_seen: u64,
    n_busy_left: u32,
}

/// What the rules make of one command.
#[derive(Default)]
struct Verdict {
    delay_before: Duration,
    delay_after: Duration,
    change: Option<(Moment, Effect)>,
}

impl<T: Transport> Faulty<T> {
    /// `inner`, failing as `plan` says. Delays and timeouts pass on `clock`.
    pub fn new(inner: T, plan: &FaultPlan, clock: Arc<dyn Clock>) -> Self {
        let mut seeds = SplitMix(plan.seed);
        let rules = plan
            .rules
            .iter()
            .map(|&rule| RuleState {
                rule,
                // A row of its own for each rule: none depends on what the others count.
                random: SplitMix(seeds.next()),
                n_seen: 0,
                n_busy_left: 0,
            })
            .collect();
        Self {
            inner,
            clock,
            rules,
            sequence: 0,
            fired: Vec::new(),
            gone: None,
        }
    }

    /// The faults that happened, in order.
    #[must_use]
    pub fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// The transport inside, and the faults that happened.
    pub fn into_parts(self) -> (T, Vec<Fired>) {
        (self.inner, self.fired)
    }

    /// The error of a command that began at `start`, when its time is over.
    fn time_out(&self, start: Duration, timeout: Duration) -> TransportError {
        let spent = self.clock.now().saturating_sub(start);
        self.clock.sleep(timeout.saturating_sub(spent));
        planned(TransportErrorKind::Timeout)
    }

    /// Asks every rule, so that each counts every command, and notes which take effect.
    fn judge(&mut self, opcode: u8) -> Verdict {
        let add = |sum: &mut Duration, delay| *sum = sum.saturating_add(delay);
        let mut verdict = Verdict::default();
        for (rule_idx, state) in self.rules.iter_mut().enumerate() {
            if !state.strikes(opcode) {
                continue;
            }
            let Rule { moment, effect, .. } = state.rule;
            match (effect, moment) {
                (Effect::Delay(delay), Moment::Before) => add(&mut verdict.delay_before, delay),
                (Effect::Delay(delay), Moment::After) => add(&mut verdict.delay_after, delay),
                _ if verdict.change.is_some() => continue,
                _ => verdict.change = Some((moment, effect)),
            }
            self.fired.push(Fired {
                sequence: self.sequence,
                opcode,
                rule_idx,
            });
        }
        self.sequence += 1;
        verdict
    }
}

impl RuleState {
    /// Whether the rule takes effect on the next command.
    fn strikes(&mut self, opcode: u8) -> bool {
        if self.rule.opcode.is_some_and(|wanted| wanted != opcode) {
            return false;
        }
        self.n_seen += 1;
        let chosen = match self.rule.occasion {
            Occasion::Nth(n) => self.n_seen == n,
            Occasion::From(n) => self.n_seen >= n,
            Occasion::PerMillion(parts) => self.random.below(1_000_000) < u64::from(parts),
        };
        if self.n_busy_left > 0 {
            self.n_busy_left -= 1;
            return true;
        }
        if chosen && let Effect::Busy { n_times } = self.rule.effect {
            self.n_busy_left = n_times.saturating_sub(1);
        }
        chosen
    }
}

impl<T: Transport> Transport for Faulty<T> {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        if let Some(gone) = &self.gone {
            return Err(gone.clone());
        }
        check_request(command, &data, self.inner.limits())?;
        let verdict = self.judge(command[0]);
        let start = self.clock.now();
        if verdict.delay_before > timeout {
            return Err(self.time_out(start, timeout));
        }
        self.clock.sleep(verdict.delay_before);
        let reached = !matches!(
            verdict.change,
            Some((Moment::Before, _) | (_, Effect::Error(TransportErrorKind::InvalidRequest)))
        );
        let answer = if reached {
            self.inner.execute(command, data.reborrow(), timeout)?
        } else {
            Completion::good(0)
        };
        let answer = match verdict.change {
            None => answer,
            Some((_, Effect::Error(TransportErrorKind::Timeout))) => {
                return Err(self.time_out(start, timeout));
            }
            Some((_, Effect::Error(kind))) => {
                let error = planned(kind);
                if kind == TransportErrorKind::DeviceGone {
                    self.gone = Some(error.clone());
                }
                return Err(error);
            }
            Some((_, effect)) => changed(effect, answer, reached, &mut data),
        };
        let spent = self.clock.now().saturating_sub(start);
        if !verdict.delay_after.is_zero() && spent.saturating_add(verdict.delay_after) > timeout {
            return Err(self.time_out(start, timeout));
        }
        self.clock.sleep(verdict.delay_after);
        Ok(answer)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

fn planned(kind: TransportErrorKind) -> TransportError {
    TransportError::new(kind, "as the fault plan has it")
}

/// What becomes of an answer. `reached` tells whether it is the device's.
fn changed(effect: Effect, answer: Completion, reached: bool, data: &mut Data<'_>) -> Completion {
    match effect {
        Effect::Answer { status, sense } => Completion {
            status,
            sense,
            ..answer
        },
        Effect::Busy { .. } => Completion {
            status: Status::BUSY,
            transferred: 0,
            sense: SenseBytes::EMPTY,
        },
        Effect::Short { transferred } => {
            let most = if reached {
                answer.transferred
            } else {
                data.len()
            };
            let transferred = transferred.min(most);
            if let Data::In(bytes) = data {
                // Whoever reads past the count shall not find what it hoped for.
                let kept = if reached { transferred } else { 0 };
                bytes[kept..].fill(0xA5);
            }
            Completion {
                transferred,
                ..answer
            }
        }
        Effect::Delay(_) | Effect::Error(_) => answer,
    }
}

/// The splitmix64 generator: one 64-bit state, any seed is good.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    fn below(&mut self, end: u32) -> u64 {
        // The upper half of a 32 by 32 bit product spreads evenly enough over any range.
        ((self.next() >> 32) * u64::from(end)) >> 32
    }
}
