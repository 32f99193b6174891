use super::*;

/// First, last, beat, sectors, words.
type Folded = (u32, u32, u32, u32, String);

fn folded(positions: impl IntoIterator<Item = u32>) -> (Vec<Folded>, u64) {
    let mut fold = Fold::new();
    for position in positions {
        fold.add(FindingKind::QCrc, position, || Words::new("", position));
    }
    let (findings, counts) = fold.finish();
    let runs = findings
        .into_iter()
        .map(|finding| {
            let first = finding.range.start().position();
            let last = finding.range.last().unwrap().position();
            (first, last, finding.every, finding.n_sectors, finding.got)
        })
        .collect();
    (runs, counts.iter().map(|count| count.n_sectors).sum())
}

#[track_caller]
fn check(positions: &[u32], expect: &[(u32, u32, u32, u32)]) {
    let (runs, n_sectors) = folded(positions.iter().copied());
    let found: Vec<_> = runs
        .iter()
        .map(|(first, last, every, n, _)| (*first, *last, *every, *n))
        .collect();
    assert_eq!(found, expect, "{positions:?}");
    for (first, _, _, _, got) in runs {
        assert_eq!(
            got,
            first.to_string(),
            "a run has the words of its first sector"
        );
    }
    let mut distinct = positions.to_vec();
    distinct.dedup();
    assert_eq!(n_sectors, distinct.len() as u64);
}

#[test]
fn neighbours_and_beats_are_folded() {
    check(&[], &[]);
    check(&[7], &[(7, 7, 1, 1)]);
    check(&[7, 7, 7], &[(7, 7, 1, 1)]);
    check(&[7, 8, 9], &[(7, 9, 1, 3)]);
    check(&[7, 8, 8, 9, 20], &[(7, 9, 1, 3), (20, 20, 1, 1)]);
    check(&[0, 26, 52, 78], &[(0, 78, 26, 4)]);
    check(&[0, 26], &[(0, 0, 1, 1), (26, 26, 1, 1)]);
    check(&[0, 26, 27, 28], &[(0, 0, 1, 1), (26, 28, 1, 3)]);
    check(&[0, 100, 126, 152], &[(0, 0, 1, 1), (100, 152, 26, 3)]);
    check(
        &[0, 5, 5000, 5001],
        &[(0, 0, 1, 1), (5, 5, 1, 1), (5000, 5001, 1, 2)],
    );
    check(&[0, 1, 5, 6], &[(0, 1, 1, 2), (5, 6, 1, 2)]);
    check(&[0, 1000], &[(0, 0, 1, 1), (1000, 1000, 1, 1)]);
}

#[test]
fn counts_are_exact_where_runs_are_too_many() {
    let squares: Vec<u32> = (0..600).map(|n| n * n).collect();
    let (runs, n_sectors) = folded(squares);
    assert_eq!(runs.len(), MAX_RUNS);
    assert_eq!(n_sectors, 600);
}

#[test]
fn a_range_stands_by_itself() {
    let mut fold = Fold::new();
    fold.add_range(FindingKind::ByteOrder, (100, 399), Words::new("a", "b"));
    fold.add_range(FindingKind::ByteOrder, (400, 401), Words::new("a", "b"));
    // Something else of the same sectors.
    fold.add_range(FindingKind::ByteOrder, (400, 401), Words::new("a", "c"));
    let (findings, counts) = fold.finish();
    assert_eq!(findings.len(), 3);
    assert_eq!(findings[0].range, range(100, 399));
    assert_eq!(findings[0].n_sectors, 300);
    assert_eq!((counts[0].n_sectors, counts[0].n_runs), (302, 3));
}
