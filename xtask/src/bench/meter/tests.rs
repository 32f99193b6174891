use super::*;

#[test]
fn the_best_round_counts_and_the_first_does_not() {
    let mut n_calls = 0_u32;
    let mut meter = Meter::new();
    meter.enter("group");
    meter.measure("work", 1_000_000, || {
        n_calls += 1;
        // The rounds get slower, and the first is the only quick one.
        std::thread::sleep(Duration::from_millis(if n_calls == 1 { 0 } else { 100 }));
    });
    let [figure] = &meter.into_figures()[..] else {
        panic!("one figure for one bench")
    };
    assert_eq!(
        (figure.group, figure.name, figure.n_rounds),
        ("group", "work", n_calls - 1)
    );
    assert!(figure.n_rounds >= MIN_ROUNDS && figure.best >= Duration::from_millis(100));
    assert!(figure.gb_per_s() <= 0.01, "{}", figure.gb_per_s());
}
