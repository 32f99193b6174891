use super::*;

#[test]
fn summaries_are_added_up() {
    let mut tally = Tally::default();
    for line in [
        "running 3 tests\n",
        "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
        "test result: FAILED. 39 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 1.20s\n",
        "test a::test_result ... ok\n",
    ] {
        tally.add(line);
    }
    assert_eq!(
        tally,
        Tally {
            n_passed: 42,
            n_failed: 2
        }
    );
}

#[test]
fn packages_are_the_callers_choice() {
    let check = |args: &[&str], expect| {
        let args: Vec<OsString> = args.iter().map(OsString::from).collect();
        assert_eq!(chooses_packages(&args), expect, "{args:?}");
    };
    check(&[], false);
    check(&["pregap"], false);
    check(&["-p", "cd-sector"], true);
    check(&["--package=cd-sector"], true);
    check(&["--", "-p"], false);
}
