//! One image in several drives at once.

use std::collections::BTreeSet;

use crate::document;
use crate::run::{Dir, assert_same};

const BURN: [&str; 8] = [
    "burn",
    "ruler.iso",
    "--disc",
    "a",
    "--disc",
    "b",
    "--disc",
    "c",
];

/// Three blank discs, each with a lead-in of a second.
fn with_discs() -> Dir {
    let dir = Dir::new();
    for name in ["a", "b", "c"] {
        dir.run(["new-disc", name, "--lead-in", "99:59:00"])
            .succeeds();
    }
    dir
}

#[test]
fn several_discs_are_burned_and_compared() {
    let dir = with_discs();
    let said = dir.run(BURN.iter().chain(&["--verify"])).succeeds();
    for name in ["a", "b", "c"] {
        for saying in [
            "wrote 7305 sectors in ",
            "read back equal",
            "lead-out included",
        ] {
            let start = format!("the emulated disc {name}: ");
            let has = |line: &str| line.starts_with(&start) && line.contains(saying);
            assert!(
                said.lines().any(has),
                "nothing of {saying:?} for {name} in {said}"
            );
        }
    }
    assert_same(&dir.path("a"), &dir.path("b"));
    assert_same(&dir.path("a"), &dir.path("c"));
}

#[test]
fn discs_that_do_not_exist_are_made_whatever_their_lead_in() {
    let dir = with_discs();
    let args = [
        "burn",
        "ruler.iso",
        "--disc",
        "a",
        "--disc",
        "new",
        "--verify",
    ];
    dir.run(args).succeeds();
    assert_eq!(dir.names(), ["a", "b", "c", "new"]);
}

#[test]
fn events_name_their_drive_and_have_the_members_of_the_document() {
    let dir = with_discs();
    let events = dir
        .run(BURN.iter().chain(&["--verify", "--json"]))
        .has_code(0)
        .events();
    let documented = document::events();
    let mut drives = BTreeSet::new();
    let (result, events) = events.split_last().unwrap();
    assert_eq!(result["event"], "result");
    for event in events {
        let name = event["event"].as_str().unwrap();
        if let Some(drive) = event.get("target").and_then(|target| target.as_str()) {
            drives.insert(drive.to_owned());
            let mut members = document::paths(event);
            members.remove("event");
            members.remove("target");
            let known = &documented[name];
            assert!(members.is_subset(known), "{name}: {members:?}");
        } else {
            assert!(
                ["image", "track", "note", "result"].contains(&name),
                "{event}"
            );
        }
    }
    let expect = ["a", "b", "c"].map(|name| format!("the emulated disc {name}"));
    assert_eq!(drives, BTreeSet::from(expect));
    let burned = events.iter().filter(|event| event["event"] == "burned");
    assert!(burned.clone().all(|event| event["success"] == true));
    assert_eq!(burned.count(), 3);
}

#[test]
fn nothing_is_burned_if_one_disc_cannot_be() {
    let dir = with_discs();
    dir.run(["burn", "ruler.iso", "--disc", "b"]).succeeds();
    let before = dir.bytes("a");
    dir.run(BURN).fails(23, &["the disc is not blank"]);
    assert!(before == dir.bytes("a"), "the disc was changed");
    dir.run(["burn", "ruler.iso", "--disc", "a", "--disc", "a"])
        .fails(21, &["the disc a is in use"]);
}

#[test]
fn each_drive_has_a_trace_of_its_own_that_plays_it_again() {
    let dir = with_discs();
    dir.run(["new-disc", "longer", "--lead-in", "99:58:00"])
        .succeeds();
    let discs = ["--disc", "a", "--disc", "longer"];
    dir.run(["burn", "ruler.iso", "--trace", "t"].iter().chain(&discs))
        .succeeds();
    assert_eq!(dir.names(), ["a", "b", "c", "longer", "t.1", "t.2"]);
    // In the order of the drives: each begins to write where its own medium does.
    for (trace, first) in [("t.1", "2A00FFFFFF1F"), ("t.2", "2A00FFFFFED4")] {
        let text = String::from_utf8(dir.bytes(trace)).unwrap();
        let writes: Vec<_> = text
            .lines()
            .filter(|line| line.contains(" cdb=2A00"))
            .collect();
        assert!(writes[0].contains(first), "{trace}: {}", writes[0]);
        dir.run(["burn", "ruler.iso", "--replay", trace]).succeeds();
    }
}

#[test]
fn a_trace_that_is_there_already_is_kept_and_nothing_is_burned() {
    let dir = with_discs();
    dir.write("t.2", "mine");
    let before = dir.bytes("a");
    dir.run(BURN.iter().chain(&["--trace", "t"]))
        .fails(14, &["t.2 exists already"]);
    assert_eq!(dir.names(), ["a", "b", "c", "t.2"]);
    assert_eq!(dir.bytes("t.2"), b"mine");
    assert!(before == dir.bytes("a"), "the disc was changed");
}

#[test]
fn a_burn_that_is_refused_leaves_the_traces_of_what_was_asked() {
    let dir = with_discs();
    dir.run(["burn", "ruler.iso", "--disc", "b"]).succeeds();
    dir.run(BURN.iter().chain(&["--trace", "t"]))
        .fails(23, &["the disc is not blank"]);
    for trace in ["t.1", "t.2", "t.3"] {
        let text = String::from_utf8(dir.bytes(trace)).unwrap();
        assert!(text.contains(" cdb=5100"), "{trace}: {text}");
        assert!(!text.contains(" cdb=2A00"), "{trace}: {text}");
    }
}
