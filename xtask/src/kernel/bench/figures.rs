//! What a burn took, from the trace of the recorder and from what `time` wrote.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;

/// Sectors that a burn has at least: the program area of the sources. Lead-in and lead-out are more or less of them.
const N_SECTORS_AT_LEAST: u64 = 359_650;
const WRITE_10: &str = "2A";
/// Digits of its transfer length.
const TRANSFER_LENGTH: std::ops::Range<usize> = 14..18;

/// One burn.
#[derive(Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) n_sectors: u64,
    /// From the first WRITE to the answer to the last.
    pub(super) writing: Duration,
    /// The longest time that the recorder had nothing to write, from the answer to a WRITE to the next WRITE.
    pub(super) longest_gap: Duration,
    /// The program from its start to its end, with what it asks, waits and looks at besides.
    pub(super) elapsed: Duration,
    /// What the processor worked for the program and for the kernel in its name.
    pub(super) cpu: Duration,
    /// The most memory that the program held at once.
    pub(super) peak_memory_bytes: u64,
}

impl Figures {
    /// From a trace in the form of docs/trace.md, and a line `elapsed user system kibibytes`.
    ///
    /// # Errors
    /// When they are not of this form, a WRITE failed, or they are too few for the disc.
    pub(super) fn read(trace: &str, time: &str) -> Result<Self> {
        let writes = writes(trace)?;
        let (Some(first), Some(last)) = (writes.first(), writes.last()) else {
            return Err("it wrote nothing".into());
        };
        let n_sectors = writes.iter().map(|write| u64::from(write.n_sectors)).sum();
        if n_sectors < N_SECTORS_AT_LEAST {
            let what =
                format!("it wrote {n_sectors} sectors, the disc has {N_SECTORS_AT_LEAST} and more");
            return Err(what.into());
        }
        let pairs = writes.iter().zip(&writes[1..]);
        let gaps = pairs.map(|(write, next)| next.asked.saturating_sub(write.answered));
        // A line before it tells of an exit code that is not 0, which is an error elsewhere.
        let line = time.lines().last().unwrap_or_default();
        let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let [elapsed, user, system, kibibytes] = numbers[..] else {
            return Err(format!("`time` wrote `{line}`, not four numbers").into());
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "kibibytes of a process, from a whole number"
        )]
        let peak_memory_bytes = kibibytes as u64 * 1024;
        Ok(Self {
            n_sectors,
            writing: last.answered.saturating_sub(first.asked),
            longest_gap: gaps.max().unwrap_or_default(),
            elapsed: Duration::try_from_secs_f64(elapsed)?,
            cpu: Duration::try_from_secs_f64(user + system)?,
            peak_memory_bytes,
        })
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a speed with three digits is what is wanted"
    )]
    pub(super) fn sectors_per_second(&self) -> f64 {
        self.n_sectors as f64 / self.writing.as_secs_f64().max(1e-9)
    }

    pub(super) fn json(&self, title: &str) -> Value {
        json!({
            "name": title,
            "sectors": self.n_sectors,
            "writing_seconds": self.writing.as_secs_f64(),
            "sectors_per_second": self.sectors_per_second(),
            "cpu_seconds": self.cpu.as_secs_f64(),
            "elapsed_seconds": self.elapsed.as_secs_f64(),
            "peak_memory_bytes": self.peak_memory_bytes,
            "longest_gap_seconds": self.longest_gap.as_secs_f64(),
        })
    }
}

/// A WRITE that went well.
struct Write10 {
    asked: Duration,
    answered: Duration,
    n_sectors: u16,
}

fn writes(trace: &str) -> Result<Vec<Write10>> {
    let mut writes = Vec::new();
    let mut asked = None;
    for line in trace.lines() {
        let field = |name: &str| {
            let mut words = line.split(' ');
            words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        let at = || -> Result<Duration> {
            let at = field("at_us").ok_or("the trace holds no times")?;
            Ok(Duration::from_micros(at.parse()?))
        };
        if line.starts_with("command ") {
            let write = field("cdb").filter(|cdb| cdb.starts_with(WRITE_10));
            asked = write.map(|cdb| at().map(|at| (at, cdb))).transpose()?;
        } else if let Some((asked, cdb)) = asked.take() {
            // A recorder that takes everything has no reason to refuse.
            if field("status") != Some("00") {
                return Err(format!("a WRITE failed: {line}").into());
            }
            let length = cdb.get(TRANSFER_LENGTH).unwrap_or_default();
            writes.push(Write10 {
                asked,
                answered: at()?,
                n_sectors: u16::from_str_radix(length, 16)
                    .map_err(|_| format!("{cdb} is no WRITE (10)"))?,
            });
        }
    }
    Ok(writes)
}

/// One line a burn, in brackets what it is to the first one's.
pub(super) fn table(rows: &[(&str, Figures)]) -> String {
    const MIB: f64 = 1_048_576.0;
    type Column = (&'static str, fn(&Figures) -> f64);
    #[expect(clippy::cast_precision_loss, reason = "memory in tenths of a MiB")]
    const COLUMNS: [Column; 5] = [
        ("sectors/s", Figures::sectors_per_second),
        ("CPU s", |row| row.cpu.as_secs_f64()),
        ("peak MiB", |row| row.peak_memory_bytes as f64 / MIB),
        ("longest gap ms", |row| row.longest_gap.as_secs_f64() * 1e3),
        ("whole run s", |row| row.elapsed.as_secs_f64()),
    ];
    let width = rows.iter().map(|(title, _)| title.len()).max().unwrap_or(0);
    let mut text = format!("{:width$}", "");
    for (title, _) in COLUMNS {
        let _ = write!(text, "  {title:>18}");
    }
    for (title, row) in rows {
        let _ = write!(text, "\n{title:width$}");
        for (_, value) in COLUMNS {
            let first = rows.first().map_or(1.0, |(_, first)| value(first));
            let value = value(row);
            let digits = usize::from(value < 1000.0);
            let shown = format!("{value:.digits$} ({:.2})", value / first.max(1e-9));
            let _ = write!(text, "  {shown:>18}");
        }
    }
    text + "\n\nsectors/s: from the first WRITE to the last. CPU: user and system. longest gap: the longest time the recorder \
            had nothing to write.\nIn brackets: to the first line.\n"
}
