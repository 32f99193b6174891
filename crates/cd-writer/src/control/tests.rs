use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn progress(last_done: Option<i32>, elapsed: Duration) -> Progress {
    let lba = |value| Lba::new(value).unwrap();
    Progress {
        action: Action::Writing,
        range: LbaRange::from_bounds(lba(-200), lba(800)).unwrap(),
        last_read: None,
        last_done: last_done.map(lba),
        buffer_total: 0,
        buffer_used: 0,
        elapsed,
        remaining: None,
    }
}

#[test]
fn sectors_are_counted_from_the_start_of_the_lead_in() {
    for (last_done, expect) in [
        (None, 0),
        (Some(-200), 1),
        (Some(-1), 200),
        (Some(799), 1000),
    ] {
        assert_eq!(progress(last_done, SECOND).n_done(), expect);
    }
}

#[test]
fn nothing_done_has_no_rate() {
    assert_eq!(progress(None, SECOND).sectors_per_second(), None);
    assert_eq!(
        progress(Some(-1), Duration::ZERO).sectors_per_second(),
        None
    );
    let rate = progress(Some(-1), 2 * SECOND).sectors_per_second().unwrap();
    assert!((rate - 100.0).abs() < 1e-9, "{rate}");
}

#[test]
fn the_rest_takes_as_long_as_so_far() {
    for (n_done, elapsed, expect) in [
        (0, 5, None),
        (1, 1, Some(999)),
        (500, 10, Some(10)),
        (1000, 10, Some(0)),
        // More than there is: nothing remains.
        (1001, 10, Some(0)),
    ] {
        let got = Progress::estimate(n_done, 1000, elapsed * SECOND);
        assert_eq!(got, expect.map(|seconds| seconds * SECOND), "{n_done}");
    }
}

#[test]
fn clones_of_a_token_are_one() {
    let token = CancelToken::new();
    let elsewhere = token.clone();
    assert!(!token.is_cancelled());
    elsewhere.cancel();
    elsewhere.cancel();
    assert!(token.is_cancelled());
    assert!(!CancelToken::default().is_cancelled());
}
