//! Looks at every sector of a stream and tells what a drive, a player or the standard will object to.
//!
//! One pass in bounded memory: equal findings in neighbouring sectors are folded into one run, and at
//! most [`MAX_RUNS`] runs are kept, however bad the stream is.
//!
//! # Spec
//! ECMA-130 clauses 14 (sectors), 16 (scrambling), 22 (subcode). Read those first.

use std::fmt;
use std::ops::ControlFlow;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{MAIN_BYTES, PwSubcode, Q, QFrame, SectorKind, SectorLayout, check};

use crate::source::Reader;
use crate::survey::{StreamProblem, survey};
use crate::{SectorSource, SourceError};

#[cfg(test)]
mod tests;

/// How many runs of findings a report keeps.
pub const MAX_RUNS: usize = 1_000;

/// Sectors looked at before progress is told.
const CHUNK: Sectors = match Sectors::new(256) {
    Ok(chunk) => chunk,
    Err(_) => unreachable!(),
};

/// Which part of a sector a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckedLayer {
    /// The stream as a whole: its lead-in's table of contents, its addresses, its lead-out.
    Stream,
    /// 2352 bytes.
    Main,
    /// The P channel.
    P,
    /// The Q channel.
    Q,
}

impl fmt::Display for CheckedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stream => "stream",
            Self::Main => "main",
            Self::P => "P",
            Self::Q => "Q",
        })
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Not as the standard has it, and read all the same.
    Deviation,
    /// A drive or player will misread it.
    Misread,
    /// The disc will be unreadable in whole or in part.
    Spoils,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Deviation => "deviates",
            Self::Misread => "misread",
            Self::Spoils => "spoils",
        })
    }
}

/// One thing found in a run of neighbouring sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The sectors; for the stream as a whole, all of it.
    pub range: LbaRange,
    /// Which part of them.
    pub layer: CheckedLayer,
    /// What kind of finding: the same word whenever the same thing is wrong.
    pub kind: String,
    /// How bad it is.
    pub severity: Severity,
    /// What was found in the first of them, with what was expected.
    pub detail: String,
}

/// What a check found.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// The sectors looked at.
    pub range: LbaRange,
    /// Data sectors among them.
    pub n_data: u32,
    /// Mode 1 sectors among those; of every data sector all fields its kind has are checked.
    pub n_mode1: u32,
    /// The first [`MAX_RUNS`] findings, by address within a layer.
    pub findings: Vec<Finding>,
    /// How many runs of findings there are in all.
    pub n_runs: u64,
}

impl CheckReport {
    /// The worst severity found; `None` if nothing was.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// Checks every sector of `source`. `progress` is told the sectors done and in all, and may break.
///
/// # Errors
/// [`SourceError`] if the sectors cannot be had. A stopped check gives the report so far.
pub fn check_stream(
    source: &dyn SectorSource,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<CheckReport, SourceError> {
    let range = source.range();
    let mut checker = Checker::new(range, source.layout());
    for problem in survey(source)?.problems {
        checker.stream_problem(&problem);
    }
    let mut reader = Reader::new(source);
    let mut done = Sectors::ZERO;
    for piece in range.chunks(CHUNK) {
        let bytes = reader.read(piece)?;
        for (lba, sector) in piece
            .iter()
            .zip(bytes.chunks_exact(source.layout().sector_bytes()))
        {
            checker.sector(lba, sector);
        }
        done = done.add(piece.len()).unwrap_or(range.len());
        if progress(done, range.len()).is_break() {
            break;
        }
    }
    Ok(checker.finish())
}

/// What kind of finding it is, apart from where and what exactly.
#[derive(Clone, Copy)]
struct Kind<'a> {
    layer: CheckedLayer,
    name: &'a str,
    severity: Severity,
}

impl<'a> Kind<'a> {
    const fn new(layer: CheckedLayer, name: &'a str, severity: Severity) -> Self {
        Self {
            layer,
            name,
            severity,
        }
    }
}

/// A run that may still grow, one for each kind of finding.
type OpenRun = (u32, Finding);

struct Checker {
    layout: SectorLayout,
    report: CheckReport,
    /// Runs whose last sector is the one before the current, with the position after it.
    open: Vec<OpenRun>,
}

impl Checker {
    fn new(range: LbaRange, layout: SectorLayout) -> Self {
        let report = CheckReport {
            range,
            n_data: 0,
            n_mode1: 0,
            findings: Vec::new(),
            n_runs: 0,
        };
        Self {
            layout,
            report,
            open: Vec::new(),
        }
    }

    fn stream_problem(&mut self, problem: &StreamProblem) {
        let kind = match problem {
            StreamProblem::NoLeadIn { .. } => "no lead-in",
            StreamProblem::NoToc(_) => "no table of contents",
            StreamProblem::EndsBeforeLeadOut { .. } => "ends before its lead-out",
            StreamProblem::ShortLeadOut { .. } => "short lead-out",
            StreamProblem::AddressContradicted { .. } => "other addresses in Q",
        };
        let severity = if problem.spoils_disc() {
            Severity::Spoils
        } else {
            Severity::Deviation
        };
        self.report.n_runs += 1;
        self.report.findings.push(Finding {
            range: self.report.range,
            layer: CheckedLayer::Stream,
            kind: kind.to_owned(),
            severity,
            detail: problem.to_string(),
        });
    }

    fn sector(&mut self, lba: Lba, sector: &[u8]) {
        let Some((main, subcode)) = sector.split_first_chunk::<MAIN_BYTES>() else {
            return;
        };
        let is_data = self.main(lba, main);
        let subcode = match (self.layout, subcode.try_into(), subcode.try_into()) {
            (SectorLayout::Pq16, Ok(pq), _) => PwSubcode::from_pq16(pq),
            (_, _, Ok(pw)) => PwSubcode(pw),
            _ => return,
        };
        if subcode.p_level().is_none() {
            self.found(
                lba,
                Kind::new(CheckedLayer::P, "P not level", Severity::Deviation),
                || {
                    format!(
                        "P is {:02X?}, the same bit in all 96 symbols is expected",
                        subcode.p()
                    )
                },
            );
        }
        self.q(lba, &subcode.q(), is_data);
    }

    /// Checks the main channel and tells whether the sector is data.
    fn main(&mut self, lba: Lba, main: &[u8; MAIN_BYTES]) -> bool {
        let verdict = check(main, lba.to_msf());
        if verdict.kind == SectorKind::Audio {
            return false;
        }
        self.report.n_data += 1;
        if verdict.kind == SectorKind::Mode1 {
            self.report.n_mode1 += 1;
        }
        if !verdict.scrambled {
            let kind = Kind::new(CheckedLayer::Main, "not scrambled", Severity::Spoils);
            self.found(lba, kind, || {
                "a data sector must be scrambled in a raw stream; no drive will read it as data"
                    .to_owned()
            });
        }
        if let Some(fault) = verdict.faults.first() {
            let name = fault.layer().to_string();
            let kind = Kind::new(CheckedLayer::Main, &name, Severity::Misread);
            self.found(lba, kind, || fault.to_string());
        }
        true
    }

    fn q(&mut self, lba: Lba, frame: &QFrame, is_data: bool) {
        // Some writers of 16-byte subcode leave the CRC's inversion to the drive.
        let uninverted = self.layout == SectorLayout::Pq16 && frame.crc() == !frame.expected_crc();
        if !frame.crc_ok() && !uninverted {
            self.found(
                lba,
                Kind::new(CheckedLayer::Q, "CRC", Severity::Deviation),
                || {
                    format!(
                        "CRC {:04X}, expected {:04X}",
                        frame.crc(),
                        frame.expected_crc()
                    )
                },
            );
            // Nothing in a frame with a wrong CRC can be held against it.
            return;
        }
        let q = match frame.decode() {
            Ok(q) => q,
            Err(error) => {
                self.found(
                    lba,
                    Kind::new(CheckedLayer::Q, "illegal value", Severity::Misread),
                    || error.to_string(),
                );
                return;
            }
        };
        if let Q::Position { absolute, .. } | Q::LeadOut { absolute, .. } = q
            && absolute != lba.to_msf()
        {
            self.found(
                lba,
                Kind::new(CheckedLayer::Q, "absolute time", Severity::Misread),
                || format!("{absolute}, expected {}", lba.to_msf()),
            );
        }
        if matches!(q, Q::Position { .. }) && is_data && !frame.control().is_data() {
            self.found(
                lba,
                Kind::new(CheckedLayer::Q, "CONTROL", Severity::Misread),
                || "CONTROL says audio, the sector has a data sector's sync and header".to_owned(),
            );
        }
    }

    /// Adds a finding to the run it continues, or begins a run.
    fn found(&mut self, lba: Lba, kind: Kind<'_>, detail: impl FnOnce() -> String) {
        let position = lba.position();
        let same = |run: &&mut OpenRun| run.1.layer == kind.layer && run.1.kind == kind.name;
        let known = self.open.iter_mut().find(same);
        let finding = || Finding {
            range: one(lba),
            layer: kind.layer,
            kind: kind.name.to_owned(),
            severity: kind.severity,
            detail: detail(),
        };
        match known {
            Some((next, open)) if *next == position => {
                *next += 1;
                open.range = grown(open.range);
            }
            Some(run) => {
                let (_, closed) = std::mem::replace(run, (position + 1, finding()));
                self.close(closed);
            }
            None => self.open.push((position + 1, finding())),
        }
    }

    fn close(&mut self, finding: Finding) {
        self.report.n_runs += 1;
        if self.report.findings.len() < MAX_RUNS {
            self.report.findings.push(finding);
        }
    }

    fn finish(mut self) -> CheckReport {
        for (_, finding) in std::mem::take(&mut self.open) {
            self.close(finding);
        }
        self.report
            .findings
            .sort_by_key(|finding| (finding.layer != CheckedLayer::Stream, finding.range.start()));
        self.report
    }
}

fn one(lba: Lba) -> LbaRange {
    run(lba, 1)
}

fn grown(range: LbaRange) -> LbaRange {
    run(range.start(), range.len().count() + 1)
}

/// A run that lies within the stream, and so within the addresses there are.
fn run(start: Lba, count: u32) -> LbaRange {
    Sectors::new(count)
        .and_then(|count| LbaRange::new(start, count))
        .unwrap_or_else(|_| unreachable!("a run of checked sectors has addresses"))
}
