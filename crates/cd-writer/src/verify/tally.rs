//! Counts what was compared, and joins what is not equal to runs.

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{PwSubcode, Toc};

use super::case::{Case, Closed};
use super::layer::{Layer, MainParts};
use super::numbers::Numbers;
use super::report::{FindingKind, LayerReport, VerifyFinding};

#[cfg(test)]
mod tests;

/// Runs of one layer that are kept.
const MAX_RUNS: usize = 200;

/// What was found so far.
pub(super) struct Tally {
    toc: Toc,
    layers: [LayerReport; Layer::ALL.len()],
    runs: [Runs; Layer::ALL.len()],
    /// What the image has of MCN and ISRC.
    pub(super) numbers: Numbers,
    pub(super) seen: Seen,
}

#[derive(Default)]
struct Runs {
    kept: Vec<VerifyFinding>,
    /// The last one, to which the next sector may belong.
    open: Option<VerifyFinding>,
    n: u32,
}

/// What all sectors read had in common.
#[derive(Default)]
pub(super) struct Seen {
    n_subcodes: u32,
    n_p_clear: u32,
    n_p_set: u32,
    n_with_rw: u32,
    /// Data sectors that came scrambled.
    pub(super) n_scrambled: u32,
    /// Q frames that were read as regular ones where the image has others.
    pub(super) n_rebuilt: u32,
}

impl Seen {
    pub(super) fn note(&mut self, subcode: &PwSubcode) {
        self.n_subcodes += 1;
        match subcode.p_level() {
            Some(false) => self.n_p_clear += 1,
            Some(true) => self.n_p_set += 1,
            None => {}
        }
        self.n_with_rw += u32::from(!subcode.rw_is_zero());
    }

    /// The level that P had in all sectors, if it was the same.
    pub(super) fn constant_p(&self) -> Option<bool> {
        match self.n_subcodes {
            0 => None,
            n if n == self.n_p_clear => Some(false),
            n if n == self.n_p_set => Some(true),
            _ => None,
        }
    }

    /// Whether R to W were zero in all sectors.
    pub(super) fn has_no_rw(&self) -> bool {
        self.n_subcodes > 0 && self.n_with_rw == 0
    }
}

impl Tally {
    pub(super) fn new(toc: Toc) -> Self {
        Self {
            toc,
            layers: Layer::ALL.map(LayerReport::new),
            runs: Default::default(),
            numbers: Numbers::default(),
            seen: Seen::default(),
        }
    }

    pub(super) fn toc(&self) -> &Toc {
        &self.toc
    }

    pub(super) fn layer(&mut self, layer: Layer) -> &mut LayerReport {
        &mut self.layers[layer as usize]
    }

    /// The track of a sector, by the table of contents.
    pub(super) fn track_at(&self, lba: Lba) -> Option<u8> {
        let mut tracks = self.toc.tracks().rev();
        tracks
            .find(|track| track.start.to_lba() <= lba)
            .map(|track| track.track)
    }

    /// Takes in what became of a sector, in the order of addresses.
    pub(super) fn close(&mut self, case: Case) {
        for closed in case.close() {
            let Closed {
                layer,
                lba,
                n_readings,
                fault,
                is_rebuilt,
            } = closed;
            self.seen.n_rebuilt += u32::from(is_rebuilt);
            let report = self.layer(layer);
            let Some(fault) = fault else {
                if n_readings > 1 {
                    report.n_equal_later += 1;
                    report.most_readings = report.most_readings.max(n_readings);
                } else {
                    report.n_equal += 1;
                }
                continue;
            };
            match fault.kind {
                FindingKind::Different | FindingKind::Unstable => report.n_different += 1,
                FindingKind::Unreadable => report.n_unreadable += 1,
                FindingKind::Withheld => report.n_withheld += 1,
            }
            let track = self.track_at(lba);
            self.add(VerifyFinding {
                layer,
                kind: fault.kind,
                range: Sectors::new(1).and_then(|one| LbaRange::new(lba, one)).ok(),
                track,
                parts: fault.parts,
                byte: fault.byte,
                expected: fault.expected,
                got: fault.got,
                n_readings,
            });
        }
    }

    /// Something without an address that is not equal.
    pub(super) fn differs(
        &mut self,
        (layer, track): (Layer, Option<u8>),
        byte: Option<usize>,
        expected: String,
        got: String,
    ) {
        self.layer(layer).n_different += 1;
        self.add(VerifyFinding {
            layer,
            kind: FindingKind::Different,
            range: None,
            track,
            parts: MainParts::NONE,
            byte,
            expected,
            got,
            n_readings: 1,
        });
    }

    fn add(&mut self, finding: VerifyFinding) {
        let runs = &mut self.runs[finding.layer as usize];
        if let Some(open) = &mut runs.open
            && let Some(longer) = joined(open, &finding)
        {
            open.range = Some(longer);
            open.parts = open.parts.iter().chain(finding.parts.iter()).collect();
            return;
        }
        runs.n += 1;
        runs.keep(Some(finding));
    }

    /// Takes a layer back: what was read of it says nothing of the disc.
    pub(super) fn withdraw(&mut self, layer: Layer, why: String) {
        self.runs[layer as usize] = Runs::default();
        self.layer(layer).withdraw(why);
    }

    pub(super) fn finish(
        mut self,
    ) -> (
        [LayerReport; Layer::ALL.len()],
        Vec<VerifyFinding>,
        [u32; Layer::ALL.len()],
    ) {
        let n_findings = self.runs.each_ref().map(|runs| runs.n);
        let findings = self.runs.iter_mut().flat_map(|runs| {
            runs.keep(None);
            std::mem::take(&mut runs.kept)
        });
        let findings = findings.collect();
        (self.layers, findings, n_findings)
    }
}

impl Runs {
    /// Puts the last run away, and `next` in its place.
    fn keep(&mut self, next: Option<VerifyFinding>) {
        let last = std::mem::replace(&mut self.open, next);
        if self.kept.len() < MAX_RUNS {
            self.kept.extend(last);
        }
    }
}

/// The range of both, if the second follows the first and is of the same sort.
fn joined(first: &VerifyFinding, next: &VerifyFinding) -> Option<LbaRange> {
    let (range, added) = (first.range?, next.range?);
    let follows = range.end() == Some(added.start());
    let is_same = first.kind == next.kind && first.track == next.track;
    let len = range.len().add(added.len()).ok()?;
    (follows && is_same)
        .then(|| LbaRange::new(range.start(), len).ok())
        .flatten()
}
