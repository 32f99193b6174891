//! The session that the README shows is one that happens.

use std::fs;
use std::path::Path;

use crate::run::{Dir, ruler};

/// Between the heading and the next: every command with what it printed.
fn session() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, section) = text.split_once("\n## A session\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```console\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .flat_map(|block| block.split("$ ").skip(1))
        .map(|exchange| {
            let (command, output) = exchange.split_once('\n').unwrap();
            (command.to_owned(), output.to_owned())
        })
        .collect()
}

/// Whether `shown` is `output`, with something left out where it has a line of three dots.
fn fits(output: &str, shown: &str) -> bool {
    let mut rest = output;
    let parts_are_there = shown.split("...\n").enumerate().all(|(idx, part)| {
        let at = rest.find(part).filter(|&at| idx > 0 || at == 0);
        at.is_some_and(|at| {
            rest = &rest[at + part.len()..];
            true
        })
    });
    parts_are_there && (rest.is_empty() || shown.ends_with("...\n"))
}

#[test]
fn the_session_in_the_readme_happens() {
    let session = session();
    assert!(session.len() > 5, "{session:?}");
    let dir = Dir::new();
    fs::copy(ruler(), dir.path("some.iso")).unwrap();
    for (command, shown) in session {
        let mut words = command.split_whitespace();
        assert_eq!(words.next(), Some("rawcd"), "{command}");
        let output = dir.run(words).succeeds();
        assert!(fits(&output, &shown), "$ {command}\n{output}");
    }
}
