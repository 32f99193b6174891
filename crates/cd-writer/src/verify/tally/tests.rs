use super::*;
use crate::testing::{lba, toc};

fn finding(layer: Layer, at: i32) -> VerifyFinding {
    VerifyFinding {
        layer,
        kind: FindingKind::Different,
        range: LbaRange::new(lba(at), Sectors::new(1).unwrap()).ok(),
        track: Some(1),
        parts: MainParts::NONE,
        byte: None,
        expected: String::new(),
        got: String::new(),
        n_readings: 1,
    }
}

#[test]
fn runs_are_counted_all_and_kept_in_part() {
    let mut tally = Tally::new(toc());
    for run_idx in 0..250 {
        for at in 0..3 {
            tally.add(finding(Layer::P, run_idx * 10 + at));
        }
        tally.add(finding(Layer::Main, run_idx * 2));
    }
    // Another kind begins a run of its own.
    tally.add(VerifyFinding {
        kind: FindingKind::Unstable,
        ..finding(Layer::Q, 5)
    });
    tally.add(finding(Layer::Q, 6));
    let (_, findings, n_findings) = tally.finish();
    let n = |layer| n_findings[layer as usize];
    assert_eq!(
        [Layer::Main, Layer::P, Layer::Q, Layer::Rw].map(n),
        [250, 250, 2, 0]
    );
    assert_eq!(findings.len(), 200 + 200 + 2);
    let of_p: Vec<_> = findings
        .iter()
        .filter(|finding| finding.layer == Layer::P)
        .map(|finding| finding.range.unwrap().len().count())
        .collect();
    assert_eq!(of_p, [3; 200]);
}

#[test]
fn a_layer_that_is_taken_back_leaves_nothing_but_the_reason() {
    let mut tally = Tally::new(toc());
    tally.add(finding(Layer::P, 1));
    tally.layer(Layer::P).n_different = 1;
    tally.withdraw(Layer::P, "not given".to_owned());
    let (layers, findings, n_findings) = tally.finish();
    let layer = &layers[Layer::P as usize];
    assert_eq!(layer.n_compared(), 0);
    assert_eq!(layer.not_compared.as_deref(), Some("not given"));
    assert_eq!((findings.len(), n_findings[Layer::P as usize]), (0, 0));
}
