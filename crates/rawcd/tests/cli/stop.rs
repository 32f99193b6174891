//! Ctrl-C, and worse, at the wrong moment.

use std::fs;

use rustix::process::Signal;

use crate::run::{Dir, Running};

/// A burn of it takes many times as long as it takes to see it begun.
const LONG: u64 = 2352 * 300_000;

/// Where a burn of a long image onto `d` has come some megabytes far.
fn in_mid_burn(options: &[&str]) -> (Dir, Running) {
    let dir = Dir::new();
    dir.sparse("audio", LONG);
    let args = [
        ["burn", "audio", "--as", "audio", "--disc", "d"].as_slice(),
        options,
    ]
    .concat();
    let mut child = dir.start(args);
    child.wait_until(|| fs::metadata(dir.path("d")).is_ok_and(|disc| disc.len() > 4_000_000));
    (dir, child)
}

/// `d` is what a real disc would be: no longer blank, and of no use.
fn check_spoiled(dir: &Dir) {
    let said = dir.run(["info", "--disc", "d"]).succeeds();
    for saying in [
        "medium: CD-R (appendable)",
        "table of contents: none can be read",
        "note: the recording was broken off: lba -11077..",
        "this one is unusable",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    let events = dir
        .run(["info", "--disc", "d", "--json"])
        .has_code(0)
        .events();
    assert!(events.last().unwrap()["toc"].is_null(), "{events:?}");
    let before = dir.bytes("d");
    dir.run(["read", "out", "--disc", "d"]).fails(
        27,
        &[
            "the table of contents cannot be read",
            "whose recording was broken off",
        ],
    );
    dir.run(["burn", "ruler.iso", "--disc", "d"]).fails(
        23,
        &[
            "the disc is not blank",
            "The disc was not touched. Use a blank one",
        ],
    );
    assert!(before == dir.bytes("d"), "the disc was changed");
    assert_eq!(dir.names(), ["audio", "d"]);
}

#[test]
fn ctrl_c_in_mid_burn_spoils_the_disc_and_says_so() {
    let (dir, child) = in_mid_burn(&[]);
    child.signal(Signal::INT);
    child.end().fails(
        40,
        &[
            "cancelled; the last sector the drive took is lba ",
            "The disc is spoiled: begun and not whole. Use a new one.",
        ],
    );
    check_spoiled(&dir);
}

#[test]
fn a_cancelled_burn_is_a_failure_in_json_too() {
    let (_dir, child) = in_mid_burn(&["--json"]);
    child.signal(Signal::TERM);
    let events = child.end().has_code(40).events();
    let names: Vec<_> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(&names[names.len() - 2..], ["burned", "failure"]);
    let (burned, failure) = (&events[events.len() - 2], &events[events.len() - 1]);
    assert_eq!(burned["success"], false);
    assert!(burned["last_lba"].as_i64().unwrap() > -11_077);
    assert_eq!(failure["exit"], 40);
}

#[test]
fn a_program_that_is_killed_in_mid_burn_leaves_a_spoiled_disc() {
    let (dir, child) = in_mid_burn(&[]);
    child.signal(Signal::KILL);
    assert_eq!(child.end().status.code(), None);
    check_spoiled(&dir);
}

#[test]
fn a_cancelled_simulation_spoils_nothing() {
    let dir = Dir::new();
    dir.sparse("audio", LONG);
    let args = [
        "burn",
        "audio",
        "--as",
        "audio",
        "--disc",
        "d",
        "--simulate",
        "--trace",
        "t",
    ];
    let mut child = dir.start(args);
    // The disc does not grow; what is sent shows in the trace.
    child.wait_until(|| {
        fs::read_to_string(dir.path("t")).is_ok_and(|trace| trace.contains("cdb=2A"))
    });
    child.signal(Signal::INT);
    child.end().fails(
        31,
        &["cancelled", "The drive says the disc is still blank."],
    );
    assert_eq!(dir.names(), ["audio", "t"]);
}

/// Stops the program once it has begun a file of its own; it must leave none.
fn check_stopped(dir: &Dir, args: &[&str]) {
    let names = dir.names();
    let mut child = dir.start(args);
    child.wait_until(|| {
        let parts = dir
            .names()
            .into_iter()
            .filter(|name| name.ends_with(".part"));
        let mut lens = parts.map(|name| fs::metadata(dir.path(&name)).map_or(0, |part| part.len()));
        lens.any(|len| len > 1_000_000)
    });
    child.signal(Signal::INT);
    let ended = child.end().has_code(31);
    assert!(ended.stderr.contains("rawcd: "), "{ended:#?}");
    assert_eq!(dir.names(), names, "after {args:?}");
}

#[test]
fn ctrl_c_while_a_file_is_written_leaves_none() {
    let dir = Dir::with_small_disc();
    dir.sparse("audio", 2352 * 40_000);
    check_stopped(&dir, &["convert", "audio", "out", "--as", "audio"]);
    dir.run(["burn", "audio", "--as", "audio", "--disc", "small"])
        .succeeds();
    check_stopped(&dir, &["read", "out", "--disc", "small"]);
}
