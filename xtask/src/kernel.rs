//! `cargo xtask kernel-test`: our programs and others' against a real Linux kernel, with the emulated recorder as its drive.
//!
//! The kernel is User Mode Linux, a kernel that runs as a program: it sees this computer's files read-only, and nothing of
//! its own outlives it. In it `rawcd serve` plugs the recorder in, and each case is a shell script with a new recorder,
//! a time limit and a log of its own.
//!
//! A case is a file in `kernel/cases/` and a line in the list there.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::flags::KernelTest;
use crate::{Result, project};
pub(crate) use bench::bench;
use cases::Case;
use machine::Machine;

mod bench;
mod cases;
mod guest;
mod machine;
mod needs;
#[cfg(test)]
mod tests;

/// How cases are run.
struct Plan {
    /// How many kernels run at once, since much of the cases' time is waiting.
    n_kernels: usize,
    /// Memory of each, its discs included: they lie in a file system in memory.
    memory_mib: u32,
    /// All cases together, and the kernels' start and end, take no longer.
    bound: Duration,
    /// Whether logs and scripts are kept even if all goes well.
    keeps_logs: bool,
    /// Where it is said how each case ended.
    tell: fn(&str),
}

impl Plan {
    const BY_HAND: Self = Self {
        n_kernels: 4,
        memory_mib: 1536,
        bound: Duration::from_secs(115),
        keeps_logs: false,
        tell: |line| println!("{line}"),
    };
    /// The gate's computer may be slow or busy: there a case that hangs has a limit of its own, and what only takes its time
    /// is no fault.
    const IN_THE_GATE: Self = Self {
        bound: Duration::from_secs(420),
        ..Self::BY_HAND
    };
}

/// What is shown of the log of a case that failed.
const TAIL_LINES: usize = 25;
/// How often it is looked for results.
const STEP: Duration = Duration::from_millis(50);

/// Runs the cases that `flags` name, or all.
///
/// # Errors
/// When a name is no case's, a program is missing, or the kernel does not start.
pub(crate) fn run(flags: &KernelTest) -> Result<ExitCode> {
    let chosen = choose(&flags.cases)?;
    if flags.list {
        for case in &chosen {
            println!("{:24} {}", case.name, case.what);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let plan = Plan {
        keeps_logs: flags.keep,
        ..Plan::BY_HAND
    };
    let n_failed = run_cases(&chosen, &plan, |_| Ok(()))?;
    Ok(if n_failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The gate's step: all cases.
///
/// # Errors
/// As [`run`], and when a case fails.
pub(crate) fn check() -> Result<()> {
    match run_cases(&choose(&[])?, &Plan::IN_THE_GATE, |_| Ok(()))? {
        0 => Ok(()),
        n_failed => Err(format!("{n_failed} cases failed").into()),
    }
}

fn choose(names: &[String]) -> Result<Vec<&'static Case>> {
    if names.is_empty() {
        return Ok(cases::CASES.to_vec());
    }
    let find = |name: &String| {
        let found = cases::CASES.iter().find(|case| case.name == name);
        found.copied().ok_or_else(|| {
            let known: Vec<_> = cases::CASES.iter().map(|case| case.name).collect();
            format!("no case is called `{name}`; there are {}", known.join(", ")).into()
        })
    };
    names.iter().map(find).collect()
}

/// Runs `cases` as `plan` says; `take` may then read the files they left, in the folder it is given. Returns how many
/// failed.
fn run_cases(
    cases: &[&'static Case],
    plan: &Plan,
    take: impl FnOnce(&Path) -> Result<()>,
) -> Result<usize> {
    let kernel = needs::check(cases)?;
    let programs = needs::build()?;
    let mut scratch = project::Scratch::new("kernel-test")?;
    guest::write(scratch.path(), &kernel, &programs, cases)?;
    let shares = share(cases, plan.n_kernels);
    let start = Instant::now();
    let deadline = start + plan.bound;
    let mut machines = Vec::new();
    for (idx, share) in shares.iter().enumerate() {
        let script = guest::write_init(scratch.path(), idx, share)?;
        machines.push(Machine::start(scratch.path(), idx, &script, plan)?);
    }
    let mut n_failed = 0;
    for case in cases {
        let is_here = |share: &Vec<&Case>| share.iter().any(|here| here.name == case.name);
        let here = shares.iter().position(is_here).unwrap_or(0);
        let ended = wait_for(case, scratch.path(), &mut machines[here], deadline)?;
        n_failed += usize::from(!ended.is_good());
        (plan.tell)(&ended.describe(case, scratch.path()));
    }
    if plan.keeps_logs || n_failed > 0 {
        scratch.keep();
    }
    for machine in machines {
        machine.end(deadline)?;
    }
    if n_failed == 0 {
        take(&guest::left(scratch.path()))?;
    }
    let seconds = start.elapsed().as_secs_f32();
    (plan.tell)(&format!(
        "kernel-test: {} of {} cases passed in {seconds:.1} s, Linux {}",
        cases.len() - n_failed,
        cases.len(),
        kernel.version
    ));
    Ok(n_failed)
}

/// Which kernel runs which cases: each case, the longest first, goes to the one that has least to do; each kernel runs
/// its own in the order of the list.
fn share(cases: &[&'static Case], n_kernels: usize) -> Vec<Vec<&'static Case>> {
    let mut order: Vec<_> = (0..cases.len()).collect();
    order.sort_by_key(|&idx| std::cmp::Reverse(cases[idx].seconds));
    let mut shares = vec![(0, Vec::new()); n_kernels.min(cases.len())];
    for idx in order {
        if let Some((seconds, share)) = shares.iter_mut().min_by_key(|(seconds, _)| *seconds) {
            *seconds += cases[idx].seconds;
            share.push(idx);
        }
    }
    let in_order = |(_, mut share): (u32, Vec<usize>)| {
        share.sort_unstable();
        share.into_iter().map(|idx| cases[idx]).collect()
    };
    shares.into_iter().map(in_order).collect()
}

/// How a case ended.
enum Ended {
    /// With this exit code, after so many seconds.
    With { code: i32, seconds: String },
    /// Not at all: the kernel was gone, or the time was up.
    Not(&'static str),
}

/// What `timeout` ends with when the time is up.
const TIME_UP: [i32; 2] = [124, 137];

impl Ended {
    const fn is_good(&self) -> bool {
        matches!(self, Self::With { code: 0, .. })
    }

    /// What is said of it: a line, and the end of the log of a case that failed.
    fn describe(&self, case: &Case, dir: &Path) -> String {
        let mut text = match self {
            Self::With { code: 0, seconds } => {
                return format!("ok    {:>6} s  {:24} {}", seconds, case.name, case.what);
            }
            Self::With { code, seconds } if TIME_UP.contains(code) => format!(
                "FAIL  {seconds:>6} s  {:24} time up ({} s)",
                case.name, case.seconds
            ),
            Self::With { code, seconds } => {
                format!("FAIL  {seconds:>6} s  {:24} exit code {code}", case.name)
            }
            Self::Not(why) => format!("FAIL            {:24} {why}", case.name),
        };
        let log = fs::read(guest::log(dir, case)).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        for line in &lines[lines.len().saturating_sub(TAIL_LINES)..] {
            text += "\n      | ";
            text += line;
        }
        text
    }
}

fn wait_for(case: &Case, dir: &Path, machine: &mut Machine, deadline: Instant) -> Result<Ended> {
    loop {
        // Looked at first: a kernel that ended has left its results.
        let is_over = machine.is_over()?;
        if let Ok(text) = fs::read_to_string(guest::result(dir, case))
            && let Some((code, seconds)) = text.trim().split_once(' ')
            && let Ok(code) = code.parse()
        {
            let seconds = seconds.to_owned();
            return Ok(Ended::With { code, seconds });
        }
        if is_over {
            return Ok(Ended::Not("the kernel ended before this case did"));
        }
        if Instant::now() > deadline {
            return Ok(Ended::Not("not done when the time for all was up"));
        }
        std::thread::sleep(STEP);
    }
}
