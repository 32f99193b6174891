use std::fs;
use std::path::Path;

use clap::CommandFactory;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::output::tests::Printed;

#[path = "../tests/cli/document.rs"]
mod document;

/// The events printed are all of this kind, with the members that docs/cli.md lists.
pub(crate) fn check_documented(printed: &Printed, event: &str) {
    let documented = document::events();
    let events = printed.events();
    assert!(!events.is_empty(), "no event {event} was printed");
    for found in events {
        assert_eq!(found["event"], event);
        let mut members = document::paths(&found);
        members.remove("event");
        assert_eq!(members, documented[event], "{found}");
    }
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn the_exit_codes_are_those_of_the_document() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let document = fs::read_to_string(path).unwrap();
    let mut last = None;
    for (exit, meaning) in Exit::TABLE {
        let row = format!("| {} | {meaning} |", *exit as u8);
        assert!(document.contains(&row), "docs/cli.md has no row {row:?}");
        assert!(last < Some(*exit as u8), "{exit:?} is out of order");
        last = Some(*exit as u8);
    }
    let n_rows = document.lines().filter(|line| is_exit_row(line)).count();
    assert_eq!(
        n_rows,
        Exit::TABLE.len(),
        "docs/cli.md has rows for codes that do not exist"
    );
}

fn is_exit_row(line: &str) -> bool {
    let cell = line
        .strip_prefix("| ")
        .and_then(|rest| rest.split(" |").next());
    cell.is_some_and(|cell| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()))
}

#[test]
fn the_severities_are_those_of_the_document() {
    let words = cd_image::Severity::WORST_FIRST.map(|severity| severity.to_string());
    assert_eq!(document::words_of("severity"), words.into());
}
