//! What docs/cli.md says of the JSON, read from its tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Paths of members, `a.b[].c` with all that lead to it.
pub(crate) type Members = BTreeSet<String>;

/// The members of every event, by its name.
pub(crate) fn events() -> BTreeMap<String, Members> {
    table("| event | members | when |")
        .into_iter()
        .map(|row| (quoted(&row[0]).remove(0), members(&row[1])))
        .collect()
}

/// The words that `member` may have, from the list under the tables.
pub(crate) fn words_of(member: &str) -> BTreeSet<String> {
    let start = format!("- `{member}` is ");
    let text = document();
    let item = text
        .split(&start)
        .nth(1)
        .unwrap_or_else(|| panic!("nothing is said of {member}"));
    // Up to the next item or, behind a semicolon, another subject.
    let item = item
        .split("\n- ")
        .next()
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    quoted(item).into_iter().collect()
}

/// The paths of all members of a JSON object.
pub(crate) fn paths(value: &Value) -> Members {
    let mut found = Members::new();
    collect("", value, &mut found);
    found
}

fn collect(path: &str, value: &Value, found: &mut Members) {
    if !path.is_empty() {
        found.insert(path.to_owned());
    }
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let dot = if path.is_empty() { "" } else { "." };
                collect(&format!("{path}{dot}{name}"), value, found);
            }
        }
        Value::Array(elements) => {
            for element in elements.iter().filter(|element| element.is_object()) {
                collect(&format!("{path}[]"), element, found);
            }
        }
        _ => {}
    }
}

/// The paths in a cell, with all that lead to them.
pub(crate) fn members(cell: &str) -> Members {
    let mut all = Members::new();
    for path in quoted(cell) {
        for (at, _) in path.match_indices('.').chain(path.match_indices("[]")) {
            all.insert(path[..at].to_owned());
        }
        all.insert(path);
    }
    all
}

/// The cells of the rows under this head.
pub(crate) fn table(head: &str) -> Vec<Vec<String>> {
    let text = document();
    let rows: Vec<_> = text
        .lines()
        .skip_while(|line| *line != head)
        .skip(2)
        .take_while(|line| line.starts_with("| "))
        .map(|line| {
            let cells = line.trim_matches('|').split(" | ");
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "docs/cli.md has no table {head:?}");
    rows
}

/// What stands between backticks.
pub(crate) fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    fs::read_to_string(path).unwrap()
}
