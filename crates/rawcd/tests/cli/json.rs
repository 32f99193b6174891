//! The JSON is what docs/cli.md says, no more and no less.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use crate::document::{self, Members};
use crate::run::{Dir, Ended};

/// Events that take a drive, or one that lies; unit tests hold their members to the document.
const NOT_HERE: [&str; 2] = ["device", "habit"];

/// Everything that prints JSON, run well and badly; with each its command.
fn everything() -> &'static [(&'static str, Ended)] {
    static EVERYTHING: OnceLock<Vec<(&str, Ended)>> = OnceLock::new();
    EVERYTHING.get_or_init(run_everything)
}

fn run_everything() -> Vec<(&'static str, Ended)> {
    let dir = Dir::with_small_disc();
    let mut ended = Vec::new();
    let mut run = |args: &[&'static str]| {
        ended.push((args[0], dir.run(args.iter().chain(&["--json"]))));
    };
    run(&["plan", "ruler.iso", "--disc", "small", "--speed", "7"]);
    run(&["info", "--disc", "small"]);
    run(&["burn", "ruler.iso", "--disc", "small", "--verify"]);
    run(&["verify", "ruler.iso", "--disc", "small"]);
    run(&[
        "verify",
        "ruler.iso",
        "--disc",
        "small",
        "--start",
        "95:00:00",
    ]);
    run(&["burn", "ruler.iso", "--disc", "small"]);
    run(&["info", "--disc", "small"]);
    run(&["info"]);
    run(&["info", "--disc", "missing"]);
    run(&["read", "iso", "--disc", "small", "--user-data"]);
    run(&["read", "iso", "--disc", "small"]);
    run(&["convert", "ruler.iso", "stream", "--lead-in", "99:59:00"]);
    run(&["convert", "ruler.iso", "stream"]);
    run(&["convert", "ruler.iso", "disc.cue"]);
    dir.write("song.bin", vec![0; 2352 * 320]);
    dir.write(
        "joined.toc",
        "CD_DA TRACK AUDIO FILE \"song.bin\" 0 1000 FILE \"song.bin\" 0",
    );
    run(&["plan", "joined.toc", "--disc", "other"]);
    run(&["check", "stream"]);
    let mut bytes = dir.bytes("stream");
    bytes[2448 * 300 + 100] ^= 1;
    dir.write("stream", bytes);
    run(&["check", "stream"]);
    run(&["verify", "stream", "--disc", "small"]);
    run(&["convert", "stream", "spoiled.iso"]);
    run(&["convert", "stream", "spoiled.iso", "--lossy"]);
    run(&["check", "missing"]);
    run(&["new-disc", "new"]);
    run(&["new-disc", "new"]);
    run(&["burn", "ruler.iso", "--disk", "small"]);
    run(&["new-disc", "rw", "--rw", "--lead-in", "99:59:00"]);
    run(&["blank", "--disc", "rw"]);
    run(&["blank", "--disc", "small"]);
    ended
}

/// The paths of an event's members, its name left out.
fn paths(event: &Value) -> Members {
    let mut paths = document::paths(event);
    paths.remove("event");
    paths
}

#[test]
fn events_are_in_order_and_end_with_the_exit_code() {
    for (command, ended) in everything() {
        let events = ended.events();
        let names: Vec<_> = events
            .iter()
            .map(|event| event["event"].as_str().unwrap())
            .collect();
        let last = events.last().unwrap();
        let expected = if matches!(ended.status.code(), Some(0 | 1)) {
            "result"
        } else {
            "failure"
        };
        assert_eq!(
            names
                .iter()
                .filter(|name| ["result", "failure"].contains(*name))
                .count(),
            1
        );
        assert_eq!(last["event"], expected, "{ended:#?}");
        assert_eq!(
            last["exit"].as_i64(),
            ended.status.code().map(i64::from),
            "{ended:#?}"
        );
        let takes_image = ["burn", "plan", "verify", "check", "convert"].contains(command);
        if takes_image && expected == "result" {
            let first = names.iter().find(|name| **name != "progress");
            assert_eq!(first, Some(&"image"), "{ended:#?}");
        }
        assert_eq!(ended.stderr, "", "{ended:#?}");
    }
}

#[test]
fn events_and_members_are_those_of_the_document() {
    let mut found: BTreeMap<String, Members> = BTreeMap::new();
    let mut results: BTreeMap<&str, Members> = BTreeMap::new();
    let mut phases = BTreeSet::new();
    for (command, ended) in everything() {
        for event in ended.events() {
            let name = event["event"].as_str().unwrap();
            if name == "result" {
                results.entry(command).or_default().extend(paths(&event));
                continue;
            }
            if name == "progress" {
                phases.insert(event["phase"].as_str().unwrap().to_owned());
            }
            found
                .entry(name.to_owned())
                .or_default()
                .extend(paths(&event));
        }
    }
    let mut documented = document::events();
    for name in NOT_HERE {
        assert!(
            documented.remove(name).is_some(),
            "docs/cli.md has no {name}"
        );
    }
    documented.remove("result").unwrap();
    assert_eq!(found, documented);
    assert_eq!(phases, document::words_of("phase"));

    let head = "| command | members of `result` besides `exit` |";
    let documented: BTreeMap<_, _> = document::table(head)
        .iter()
        .map(|row| {
            let mut members = document::members(&row[1]);
            members.insert("exit".to_owned());
            (document::quoted(&row[0]).remove(0), members)
        })
        .collect();
    let results: BTreeMap<_, _> = results
        .into_iter()
        .map(|(name, paths)| (name.to_owned(), paths))
        .collect();
    assert_eq!(results, documented);
}

#[test]
fn an_event_of_one_kind_has_the_same_members_each_time() {
    let mut seen: BTreeMap<String, Members> = BTreeMap::new();
    for (command, ended) in everything() {
        for event in ended.events() {
            let name = event["event"].as_str().unwrap();
            // Of a burn progress tells more, and each command has a result of its own.
            if ["result", "progress"].contains(&name) {
                continue;
            }
            let expected = seen.entry(name.to_owned()).or_insert_with(|| paths(&event));
            assert_eq!(&paths(&event), expected, "{command}: {event}");
        }
    }
}
