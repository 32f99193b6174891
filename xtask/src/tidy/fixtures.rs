//! Fixtures are the bytes that fixtures/README.md says they are.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::Tree;
use crate::digest::sha256;

const README: &str = "fixtures/README.md";

/// Files in the folder that are no fixtures: text that git and people read.
const NO_FIXTURES: [&str; 3] = [".md", ".py", ".gitattributes"];

/// Every fixture has a row with its SHA-256 in the README, every row a file, and the sums agree.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let readme = String::from_utf8_lossy(tree.bytes(README).unwrap_or_default()).into_owned();
    let rows: BTreeMap<String, &str> = readme.lines().filter_map(row).collect();
    let mut findings = Vec::new();
    for path in tree.paths().filter(|path| path.starts_with("fixtures/")) {
        let is_fixture = !NO_FIXTURES.iter().any(|suffix| path.ends_with(suffix));
        if is_fixture && !rows.contains_key(path) {
            findings.push(Finding::new(
                path,
                0,
                format!("has no row with its SHA-256 in {README}"),
            ));
        }
    }
    for (path, expect) in rows {
        let text = match tree.bytes(&path).map(sha256) {
            None => format!("{path} does not exist"),
            Some(found) if found != expect => {
                format!("{path} has the SHA-256 {found}, not {expect}")
            }
            Some(_) => continue,
        };
        findings.push(Finding::new(README, 0, text));
    }
    findings
}

/// Path and SHA-256 of a row like "| `name` | ... | `sum` | ... |".
fn row(line: &str) -> Option<(String, &str)> {
    let mut cells = line.split('|').map(|cell| cell.trim().trim_matches('`'));
    let name = cells.nth(1).filter(|name| !name.is_empty())?;
    let is_sum = |cell: &&str| cell.len() == 64 && cell.bytes().all(|c| c.is_ascii_hexdigit());
    Some((format!("fixtures/{name}"), cells.find(is_sum)?))
}

#[cfg(test)]
mod tests;
