//! House rules: see CONTRIBUTING.md for what they are for.

use super::Finding;
use super::tree::Tree;
use crate::ci::NO_STD_CRATES;

/// Lines that a file may have, tests aside, before it has to say why it is one thing.
const MAX_LINES: usize = 500;

/// How far above an unsafe block its reason may begin.
const SAFETY_REACH: usize = 8;

/// Findings for every line of Rust code, comments and strings aside, that `fault` objects to.
fn each_line(tree: &Tree, fault: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _, code) in tree.rust() {
        for (line_idx, line) in code.lines().enumerate() {
            findings.extend(fault(line).map(|text| Finding::new(path, line_idx + 1, text)));
        }
    }
    findings
}

/// No placeholder for code to be written.
pub(super) fn check_unfinished(tree: &Tree) -> Vec<Finding> {
    each_line(tree, |line| {
        let found = ["todo!", "unimplemented!", "dbg!"]
            .into_iter()
            .find(|name| has_word(line, name))?;
        Some(format!("{found} is left in the code"))
    })
}

/// No test is left out, and none is content with any panic.
pub(super) fn check_skipped_tests(tree: &Tree) -> Vec<Finding> {
    each_line(tree, |line| {
        let line: String = line.split_whitespace().collect();
        if line.contains("#[ignore") {
            return Some("a test that is not run proves nothing: mend or remove it".to_owned());
        }
        let text = "should_panic is content with any panic: compare the error instead";
        line.contains("#[should_panic").then(|| text.to_owned())
    })
}

/// Whether `word` stands in `line` and is not the end of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Every unsafe block, function, impl has a SAFETY comment or a Safety section close above.
pub(super) fn check_unsafe(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text, code) in tree.rust() {
        let lines: Vec<_> = text.lines().collect();
        for (line_idx, line) in code.lines().enumerate() {
            let opens = ["unsafe {", "unsafe impl", "unsafe fn"]
                .iter()
                .any(|what| has_word(line, what));
            // The type of a function that is unsafe to call promises nothing itself.
            if !opens || line.contains("unsafe fn(") {
                continue;
            }
            let near = &lines[line_idx.saturating_sub(SAFETY_REACH)..=line_idx];
            if !near
                .iter()
                .any(|line| line.contains("SAFETY") || line.contains("# Safety"))
            {
                let text = "unsafe code without a SAFETY comment that says why it is sound";
                findings.push(Finding::new(path, line_idx + 1, text));
            }
        }
    }
    findings
}

/// Names of crates in crates/ with a lib.rs that holds code, and that file's code.
fn libraries(tree: &Tree) -> impl Iterator<Item = (&str, String)> {
    tree.rust().filter_map(|(path, _, code)| {
        let name = path.strip_prefix("crates/")?.strip_suffix("/src/lib.rs")?;
        (!code.trim().is_empty()).then_some((name, code))
    })
}

/// Libraries forbid or deny unsafe code; those for programs without an operating system say so.
pub(super) fn check_crate_attributes(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, code) in libraries(tree) {
        let path = format!("crates/{name}/src/lib.rs");
        if !["#![forbid(unsafe_code)]", "#![deny(unsafe_code)]"]
            .iter()
            .any(|a| code.contains(a))
        {
            let text = "a library forbids unsafe code, or denies it and fences one file";
            findings.push(Finding::new(&path, 0, text));
        }
        if NO_STD_CRATES.contains(&name) && !code.contains("#![no_std]") {
            findings.push(Finding::new(&path, 0, "this crate is no_std"));
        }
    }
    findings
}

/// A file of more than [`MAX_LINES`] lines says in its header why it is one thing.
pub(super) fn check_sizes(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts(".rs") {
        let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
        let n_lines = text.lines().count();
        let mut header = text.lines().take_while(|line| line.starts_with("//!"));
        if !is_test && n_lines > MAX_LINES && !header.any(|line| line.contains("one thing")) {
            let text = format!(
                "{n_lines} lines, over {MAX_LINES}: cut it, or say in the header why it is one thing"
            );
            findings.push(Finding::new(path, 0, text));
        }
    }
    findings
}

/// No text names a folder that exists on one machine only.
pub(super) fn check_host_paths(tree: &Tree) -> Vec<Finding> {
    // Put together here, so that this file does not name them.
    let folders = ["work", "root", "home", "Users", "tmp"].map(|name| format!("/{name}/"));
    let mut findings = Vec::new();
    for (path, text) in tree.texts("") {
        for (line_idx, line) in text.lines().enumerate() {
            for folder in &folders {
                let is_absolute = |at| !line[..at].ends_with(is_path_part);
                if line
                    .match_indices(folder.as_str())
                    .any(|(at, _)| is_absolute(at))
                {
                    let text = format!("{folder} is a folder of one machine");
                    findings.push(Finding::new(path, line_idx + 1, text));
                }
            }
        }
    }
    findings
}

fn is_path_part(c: char) -> bool {
    c.is_alphanumeric() || ".-_~})".contains(c)
}

/// Packages come from the standard registry; no configuration points anywhere else.
pub(super) fn check_registries(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts("Cargo.lock") {
        let sources = text
            .lines()
            .enumerate()
            .filter_map(|(line_idx, line)| Some((line_idx, line.strip_prefix("source = ")?)));
        // Cargo writes the standard registry's source the same way for every package: one that differs from
        // the first, or is no registry at all, was put there.
        let first = sources.clone().map(|(_, source)| source).next();
        for (line_idx, source) in sources {
            if Some(source) != first || !source.starts_with("\"registry+") {
                let text = "a package from elsewhere than the standard registry";
                findings.push(Finding::new(path, line_idx + 1, text));
            }
        }
    }
    let configurations = tree
        .texts(".toml")
        .filter(|(path, _)| !path.starts_with("fixtures/"));
    for (path, text) in configurations {
        for (line_idx, line) in text.lines().enumerate() {
            let key = line.split('=').next().unwrap_or_default();
            let is_foreign = ["[source", "[registries", "[registry", "git ="]
                .iter()
                .any(|word| line.trim_start().starts_with(word))
                || ["registry", "replace-with", "registry-index"].contains(&key.trim())
                || line.contains("registry = ");
            if is_foreign {
                let text = "packages come from the standard registry; this names another source";
                findings.push(Finding::new(path, line_idx + 1, text));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
