use std::time::Duration;

use super::figures::{Figures, table};
use super::{BURNERS, CASES};

/// Two WRITEs of half the disc each, with other commands around them.
const TRACE: &str = "\
cd-transport recording 1
device some recorder
limits max_transfer=1048576 alignment=1
command at_us=10 cdb=000000000000 timeout_ms=1 none
answer at_us=20 status=00 transferred=0 sense= data=
command at_us=1000000 cdb=2A00FFFFD4BB00001A00 timeout_ms=1 out=440211600 fnv1a=0000000000000000
answer at_us=2000000 status=00 transferred=440211600 sense=
command at_us=2010000 cdb=5C000000000000000C00 timeout_ms=1 in=12
answer at_us=2011000 status=00 transferred=0 sense=
command at_us=2250000 cdb=2A00FFFFD4D500001A00 timeout_ms=1 out=440211601 fnv1a=0000000000000000
answer at_us=3000000 status=00 transferred=440211601 sense=
";

#[test]
fn figures_are_read_from_a_trace_and_a_line() {
    let trace = TRACE.replace("440211601", "440211600");
    let figures = Figures::read(&trace, "5.25 1.50 0.25 14936\n").unwrap();
    let expect = Figures {
        n_sectors: 2 * 440_211_600 / 2448,
        writing: Duration::from_secs(2),
        longest_gap: Duration::from_millis(250),
        elapsed: Duration::from_millis(5250),
        cpu: Duration::from_millis(1750),
        peak_memory_bytes: 14936 * 1024,
    };
    assert_eq!(figures, expect);
    let json = figures.json("some program");
    assert_eq!(json["sectors_per_second"], 179_825.0);
    assert_eq!(json["cpu_seconds"], 1.75);
    let text = table(&[("a", figures), ("b", expect)]);
    assert!(text.contains("179825 (1.00)"), "{text}");
    assert!(text.contains("14.6 (1.00)"), "{text}");
}

#[test]
fn figures_of_a_burn_that_went_wrong_are_none() {
    let check = |trace: &str, time: &str, expect: &str| {
        let error = Figures::read(trace, time).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    let good = TRACE.replace("440211601", "440211600");
    check("", "1 1 1 1", "it wrote nothing");
    check(TRACE, "1 1 1 1", "no whole sectors");
    check(
        &good.replace("440211600", "24480"),
        "1 1 1 1",
        "it wrote 20 sectors",
    );
    let failed = good.replacen(
        "status=00 transferred=440211600",
        "status=02 transferred=0",
        1,
    );
    check(&failed, "1 1 1 1", "a WRITE failed: answer at_us=2000000");
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
