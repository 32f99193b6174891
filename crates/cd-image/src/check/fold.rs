//! Findings of one kind in neighbouring sectors, or in every n-th, become one.

use std::collections::BTreeMap;

use cd_address::{Lba, LbaRange, Sectors};

use super::{Finding, FindingKind, KindCount, MAX_RUNS, Severity};

/// The longest distance that counts as a beat: runs with a longer one are no runs.
const LONGEST_BEAT: u32 = 512;

/// What is wrong in one sector, in words.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub(super) expected: String,
    pub(super) got: String,
}

impl Words {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "most callers have made the value for this"
    )]
    pub(super) fn new(expected: impl ToString, got: impl ToString) -> Self {
        Self {
            expected: expected.to_string(),
            got: got.to_string(),
        }
    }
}

/// Takes findings one by one, those of a kind by ascending position, and folds them.
#[derive(Debug)]
pub(super) struct Fold {
    /// The session that findings come from.
    session: u8,
    /// The runs in it, and the worst of them.
    of_session: (u64, Option<Severity>),
    open: BTreeMap<FindingKind, Run>,
    counts: BTreeMap<FindingKind, KindCount>,
    closed: Vec<Finding>,
}

/// Findings at `first`, `first + beat` and so on to `last`.
#[derive(Debug)]
struct Run {
    first: u32,
    last: u32,
    /// Only the first sector's, so that a long run costs no words.
    words: Words,
    n_sectors: u32,
    beat: u32,
    /// The second's, as long as it may turn out to be no run.
    second: Option<Words>,
}

impl Run {
    const fn one(at: u32, words: Words) -> Self {
        Self {
            first: at,
            last: at,
            words,
            n_sectors: 1,
            beat: 1,
            second: None,
        }
    }
}

impl Fold {
    /// Of the first session.
    pub(super) const fn new() -> Self {
        Self {
            session: 1,
            of_session: (0, None),
            open: BTreeMap::new(),
            counts: BTreeMap::new(),
            closed: Vec::new(),
        }
    }

    /// Notes `kind` at the sector at `position`; `words` are asked for only when they are needed.
    pub(super) fn add(&mut self, kind: FindingKind, position: u32, words: impl FnOnce() -> Words) {
        let Some(run) = self.open.get_mut(&kind) else {
            self.count(kind, 1);
            self.open.insert(kind, Run::one(position, words()));
            return;
        };
        let distance = position.saturating_sub(run.last);
        if distance == 0 {
            // A second fault of the kind in the same sector: the first speaks for both.
            return;
        }
        if run.n_sectors == 1 && distance <= LONGEST_BEAT {
            run.beat = distance;
            run.second = (distance > 1).then(words);
        } else if distance == run.beat {
            run.second = None;
        } else {
            let second = run.second.take();
            let old = std::mem::replace(run, Run::one(position, words()));
            self.count(kind, 1);
            self.part(kind, old, second);
            return;
        }
        run.n_sectors += 1;
        run.last = position;
        self.count(kind, 1);
    }

    /// Notes `kind` for all sectors from `first` to `last`. Those of one kind do not overlap, or are the same range.
    pub(super) fn add_range(&mut self, kind: FindingKind, (first, last): (u32, u32), words: Words) {
        self.close_open(kind);
        let n_sectors = last - first + 1;
        let before = self.closed.iter().rfind(|finding| finding.kind == kind);
        if before.is_none_or(|before| before.range != range(first, last)) {
            self.count(kind, n_sectors.into());
        }
        let run = Run {
            last,
            n_sectors,
            ..Run::one(first, words)
        };
        self.close(kind, run);
    }

    /// No run goes on into the next session. How many runs the one that ends has, and the worst of them.
    pub(super) fn end_session(&mut self) -> (u64, Option<Severity>) {
        let kinds: Vec<_> = self.open.keys().copied().collect();
        for kind in kinds {
            self.close_open(kind);
        }
        self.session = self.session.saturating_add(1);
        std::mem::take(&mut self.of_session)
    }

    /// Everything, by address.
    pub(super) fn finish(mut self) -> (Vec<Finding>, Vec<KindCount>) {
        // One that was stopped is open still.
        self.end_session();
        self.closed
            .sort_by_key(|finding| (finding.range.start(), finding.kind));
        (self.closed, self.counts.into_values().collect())
    }

    fn count(&mut self, kind: FindingKind, n_sectors: u64) {
        let none = KindCount {
            kind,
            n_sectors: 0,
            n_runs: 0,
        };
        self.counts.entry(kind).or_insert(none).n_sectors += n_sectors;
    }

    fn close_open(&mut self, kind: FindingKind) {
        if let Some(mut run) = self.open.remove(&kind) {
            let second = run.second.take();
            match second {
                Some(second) => {
                    self.close_pair(kind, run, second);
                }
                None => self.close(kind, run),
            }
        }
    }

    /// Two sectors far from each other, with the third at another distance still: the second may begin a run.
    fn part(&mut self, kind: FindingKind, old: Run, second: Option<Words>) {
        let Some(second) = second else {
            self.close(kind, old);
            return;
        };
        let last = old.last;
        self.close(kind, Run::one(old.first, old.words));
        let Some(newest) = self.open.get_mut(&kind) else {
            return;
        };
        let distance = newest.first - last;
        if distance > LONGEST_BEAT {
            self.close(kind, Run::one(last, second));
            return;
        }
        let third = std::mem::replace(&mut newest.words, second);
        newest.first = last;
        newest.beat = distance;
        newest.n_sectors = 2;
        newest.second = (distance > 1).then_some(third);
    }

    fn close_pair(&mut self, kind: FindingKind, run: Run, second: Words) {
        let last = run.last;
        self.close(kind, Run::one(run.first, run.words));
        self.close(kind, Run::one(last, second));
    }

    fn close(&mut self, kind: FindingKind, run: Run) {
        let Some(count) = self.counts.get_mut(&kind) else {
            return;
        };
        count.n_runs += 1;
        let (n_runs, worst) = &mut self.of_session;
        *n_runs += 1;
        *worst = (*worst).max(Some(kind.severity()));
        if count.n_runs > MAX_RUNS as u64 {
            return;
        }
        self.closed.push(Finding {
            session: self.session,
            range: range(run.first, run.last),
            every: run.beat,
            n_sectors: run.n_sectors,
            kind,
            expected: run.words.expected,
            got: run.words.got,
        });
    }
}

/// From `first` to `last`, both positions of sectors of the stream.
pub(super) fn range(first: u32, last: u32) -> LbaRange {
    Lba::from_position(first)
        .and_then(|start| LbaRange::new(start, Sectors::new(last - first + 1)?))
        .unwrap_or_else(|_| unreachable!("a run of checked sectors has addresses"))
}

#[cfg(test)]
mod tests;
