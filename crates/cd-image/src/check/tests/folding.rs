use super::*;

#[test]
fn runs_are_folded_and_a_bad_stream_gives_a_page() {
    let mut stream = Stream::iso();
    for at in 100..200 {
        stream.sector(at)[500] ^= 1;
    }
    stream.sector(210)[500] ^= 1;
    let found = stream.expect_only(FindingKind::MainEdc);
    assert_eq!(found, [range(100, 100), one(210)]);

    let mut stream = Stream::iso();
    for at in (0..=6_700).step_by(26) {
        stream.sector(at)[500] ^= 1;
    }
    let report = stream.check();
    let [finding] = &report.findings[..] else {
        panic!("{:#?}", report.findings);
    };
    assert_eq!((finding.every, finding.n_sectors), (26, 258));
    assert_eq!(finding.range, range(0, 257 * 26 + 1));

    let mut stream = Stream::iso();
    let mut n_broken = 0;
    for at in (0..6_900).filter(|at| (at * at) % 7 < 2 && at % 11 < 6) {
        stream.sector(at)[500] ^= 1;
        n_broken += 1;
    }
    let report = stream.check();
    assert_eq!(report.findings.len(), MAX_RUNS);
    assert!(report.n_runs() > MAX_RUNS as u64);
    assert_eq!(report.counts[0].n_sectors, n_broken);
    assert_eq!(report.n_runs_from(Severity::Misread), report.n_runs());
    assert_eq!(report.n_runs_from(Severity::Refused), 0);
}
