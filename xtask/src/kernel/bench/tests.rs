use std::time::Duration;

use super::figures::{Figures, table};
use super::{BURNERS, CASES};

/// Six WRITEs of as many sectors as one can have, 0.1 s each and 0.25 s apart at most, with other commands around them.
fn trace() -> String {
    let mut trace = "cd-transport recording 1\ndevice some recorder\n".to_owned();
    for (idx, asked) in [
        1_000_000, 1_100_000, 1_250_000, 1_600_000, 1_700_000, 1_800_000,
    ]
    .into_iter()
    .enumerate()
    {
        let answered = asked + 100_000;
        trace += &format!(
            "command at_us={asked} cdb=2A00000{idx}000000FFFF00 timeout_ms=1 out=9 fnv1a=0\n\
             answer at_us={answered} status=00 transferred=9 sense=\n\
             command at_us={answered} cdb=5C000000000000000C00 timeout_ms=1 in=12\n\
             answer at_us={answered} status=02 transferred=0 sense=\n"
        );
    }
    trace
}

#[test]
fn figures_are_read_from_a_trace_and_a_line() {
    let read = || Figures::read(&trace(), "5.25 1.50 0.25 14936\n").unwrap();
    let expect = Figures {
        n_sectors: 6 * 65_535,
        writing: Duration::from_millis(900),
        longest_gap: Duration::from_millis(250),
        elapsed: Duration::from_millis(5250),
        cpu: Duration::from_millis(1750),
        peak_memory_bytes: 14_936 * 1024,
    };
    assert_eq!(read(), expect);
    let json = read().json("some program");
    assert_eq!(json["sectors_per_second"], 436_900.0);
    assert_eq!(json["cpu_seconds"], 1.75);
    let text = table(&[("a", read()), ("b", expect)]);
    assert!(text.contains("436900 (1.00)"), "{text}");
    assert!(text.contains("14.6 (1.00)"), "{text}");
}

#[test]
fn figures_of_a_burn_that_went_wrong_are_none() {
    let check = |trace: &str, time: &str, expect: &str| {
        let error = Figures::read(trace, time).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    let good = trace();
    check("", "1 1 1 1", "it wrote nothing");
    check(
        &good.replace("FFFF00", "000A00"),
        "1 1 1 1",
        "it wrote 60 sectors",
    );
    check(&good.replace("FFFF00", ""), "1 1 1 1", "is no WRITE (10)");
    let failed = good.replacen("status=00 transferred=9", "status=02 transferred=0", 1);
    check(&failed, "1 1 1 1", "a WRITE failed: answer at_us=1100000");
    check(&good.replace("at_us=", "at="), "1 1 1 1", "no times");
    check(&good, "1 1 1", "`1 1 1`");
    check(&good, "", "");
}

#[test]
fn each_burner_is_run_once() {
    for burner in &BURNERS {
        let n_runs = CASES.iter().filter(|case| case.name == burner.case.name);
        assert_eq!(n_runs.count(), 1, "{}", burner.title);
        // What is read afterwards is what the script writes.
        for ending in ["trace", "time"] {
            let file = format!("/run/out/{}.{ending}", burner.case.name);
            assert!(burner.case.script.contains(&file), "{}", burner.title);
        }
    }
}
