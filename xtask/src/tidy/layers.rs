//! Which crate may use which: the table, and the rules that hold the workspace to it.

use super::Finding;
use super::tree::{Package, Tree};

/// One crate of the workspace and what it may use.
struct Layer {
    /// A crate may use crates of lower rows only.
    row: u8,
    name: &'static str,
    /// Packages from outside that the crate may use, tests aside.
    outside: &'static [&'static str],
}

const fn row(row: u8, name: &'static str, outside: &'static [&'static str]) -> Layer {
    Layer { row, name, outside }
}

/// Every crate. [`DOCUMENTS`] show the same rows to people.
const LAYERS: &[Layer] = &[
    row(1, "cd-address", &[]),
    row(
        2,
        "cd-sector",
        &["cpufeatures", "crc", "encoding_rs", "thiserror"],
    ),
    row(2, "cd-mmc", &["thiserror"]),
    row(3, "cd-sheet", &["encoding_rs", "thiserror"]),
    row(
        3,
        "cd-transport",
        &["libc", "parking_lot", "rustix", "thiserror"],
    ),
    row(
        4,
        "cd-image",
        &[
            "chd",
            "memmap2",
            "sha1",
            "symphonia",
            "tempfile",
            "thiserror",
        ],
    ),
    row(4, "cd-tcmu", &["rustix", "thiserror"]),
    row(5, "cd-emulator", &["crc", "parking_lot", "thiserror"]),
    row(
        5,
        "cd-writer",
        &["crossbeam-channel", "parking_lot", "thiserror"],
    ),
    row(
        6,
        "rawcd",
        &[
            "clap",
            "ctrlc",
            "indicatif",
            "serde",
            "serde_json",
            "tempfile",
        ],
    ),
];

const TABLE: &str = "xtask/src/tidy/layers.rs";

/// Documents that show the table to people.
const DOCUMENTS: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// Dependencies go down the rows, outside packages are those of the table, the table is complete.
///
/// Dependencies of tests and examples are free: they reach no user of the crate.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in tree.crate_folders() {
        if layer(name).is_none() {
            let text = format!("crate {name} has no row in the layer table; give it one");
            findings.push(Finding::new(TABLE, 0, text));
        }
        let manifest = format!("crates/{name}/Cargo.toml");
        let text = tree.bytes(&manifest).unwrap_or_default();
        if !String::from_utf8_lossy(text)
            .replace('\r', "")
            .contains("[lints]\nworkspace = true")
        {
            findings.push(Finding::new(
                &manifest,
                0,
                "does not inherit the workspace's lints",
            ));
        }
    }
    for layer in LAYERS {
        if !tree.has(&format!("crates/{}", layer.name)) {
            let text = format!(
                "the layer table names {}, which is no crate in crates/",
                layer.name
            );
            findings.push(Finding::new(TABLE, 0, text));
        }
    }
    findings.extend(tree.packages.iter().flat_map(check_package));
    findings
}

fn check_package(package: &Package) -> Vec<Finding> {
    let Some(user) = layer(&package.name) else {
        return Vec::new();
    };
    let path = format!("crates/{}/Cargo.toml", user.name);
    let mut findings = Vec::new();
    for dependency in package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.is_dev)
    {
        let name = dependency.name.as_str();
        let text = match layer(name) {
            Some(used) if used.row < user.row => continue,
            Some(used) => format!(
                "{} (row {}) may not use {name} (row {}): only lower rows",
                user.name, user.row, used.row
            ),
            None if user.outside.contains(&name) => continue,
            None => format!(
                "{} may not use {name}: it is not in the layer table",
                user.name
            ),
        };
        findings.push(Finding::new(&path, 0, text));
    }
    findings
}

/// Documents with a layer table name every crate, in the row that it has here.
pub(super) fn check_documents(tree: &Tree) -> Vec<Finding> {
    let shown = tree
        .texts(".md")
        .filter(|(path, _)| DOCUMENTS.contains(path));
    shown
        .flat_map(|(path, text)| check_document(path, text))
        .collect()
}

fn check_document(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for layer in LAYERS {
        if !text.contains(&format!("`{}`", layer.name)) {
            let missing = format!("crate `{}` is not named", layer.name);
            findings.push(Finding::new(path, 0, missing));
        }
    }
    for (line_idx, line) in text.lines().enumerate() {
        // "| 4 | `cd-writer`, `cd-emulator` | ..."
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, row, names, ..] = cells[..] else {
            continue;
        };
        let Ok(row) = row.parse::<u8>() else { continue };
        for name in names.split('`').skip(1).step_by(2) {
            let fault = match layer(name) {
                None => format!("`{name}` is no crate of the layer table"),
                Some(layer) if layer.row != row => {
                    format!(
                        "`{name}` is in row {} of the layer table, not {row}",
                        layer.row
                    )
                }
                Some(_) => continue,
            };
            findings.push(Finding::new(path, line_idx + 1, fault));
        }
    }
    findings
}

#[cfg(test)]
mod tests;
