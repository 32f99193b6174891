//! What documents name must exist: paths, links, commands.

use super::Finding;
use super::tree::Tree;
use crate::flags::SUBCOMMANDS;

/// Folders at the top of the repository: `folder/...` in backticks is a path.
const FOLDERS: [&str; 7] = [
    "crates", "docs", "xtask", "fixtures", "fuzz", ".ci", ".github",
];

/// Paths in backticks that begin with a folder of the repository exist.
pub(super) fn check_paths(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, line_idx, line) in prose(tree) {
        for span in line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|span| is_path(span))
        {
            // `file.rs:12` names a line of the file.
            let named = span.split_once(':').map_or(span, |(file, _)| file);
            if !tree.has(named) {
                findings.push(Finding::new(
                    path,
                    line_idx + 1,
                    format!("`{named}` does not exist"),
                ));
            }
        }
    }
    findings
}

/// Whether `span` is a path in the repository, and not a pattern or a placeholder of one.
fn is_path(span: &str) -> bool {
    let is_ours = span
        .split_once('/')
        .is_some_and(|(folder, _)| FOLDERS.contains(&folder));
    is_ours && !span.contains(|c: char| c.is_whitespace() || "*?{}<>$…".contains(c))
}

/// Links without a scheme lead to a file of the repository.
pub(super) fn check_links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, line_idx, line) in prose(tree) {
        for target in link_targets(line) {
            let file = target.split_once('#').map_or(target, |(file, _)| file);
            let is_elsewhere =
                file.is_empty() || file.contains("://") || file.starts_with("mailto:");
            if !is_elsewhere && !resolve(path, file).is_some_and(|file| tree.has(&file)) {
                let text = format!("the link to {target} leads nowhere");
                findings.push(Finding::new(path, line_idx + 1, text));
            }
        }
    }
    findings
}

/// Targets of `[text](target)` and `[label]: target` in one line.
fn link_targets(line: &str) -> Vec<&str> {
    // In backticks, brackets are code.
    let outside_code: Vec<&str> = line.split('`').step_by(2).collect();
    let inline = outside_code
        .iter()
        .flat_map(|text| text.split("](").skip(1))
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
    let reference = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .filter(|(label, _)| !label.contains(']'))
        .map(|(_, target)| target);
    inline
        .chain(reference)
        .filter_map(|target| target.split_whitespace().next())
        .collect()
}

/// `target` as seen from the file `from`, as a path from the top; `None` above the top.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut folders: Vec<&str> = match target.starts_with('/') {
        true => Vec::new(),
        false => from
            .rsplit_once('/')
            .map_or(Vec::new(), |(dir, _)| dir.split('/').collect()),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(folders.pop()?),
            part => folders.push(part),
        }
    }
    Some(folders.join("/"))
}

/// `cargo xtask WORD` in any document, fenced text included, names a subcommand.
pub(super) fn check_commands(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts(".md") {
        for (line_idx, line) in text.lines().enumerate() {
            for rest in line.split("cargo xtask ").skip(1) {
                let is_word_part = |c: char| c.is_ascii_lowercase() || c == '-';
                let word = rest.split(|c| !is_word_part(c)).next().unwrap_or_default();
                let is_known =
                    word.is_empty() || word.starts_with('-') || SUBCOMMANDS.contains(&word);
                // A command is set off from the sentence round it.
                if !is_known && is_code(line, rest) {
                    let text = format!("`cargo xtask {word}` is no subcommand");
                    findings.push(Finding::new(path, line_idx + 1, text));
                }
            }
        }
    }
    findings
}

/// Whether `rest`, the end of `line`, begins in backticks or right after the command at its start.
fn is_code(line: &str, rest: &str) -> bool {
    let before = &line[..line.len() - rest.len()];
    let is_whole_line = matches!(before.trim_start(), "cargo xtask " | "$ cargo xtask ");
    before.matches('`').count() % 2 == 1 || is_whole_line
}

/// Lines of all documents outside fenced blocks: path, line index, line.
fn prose(tree: &Tree) -> impl Iterator<Item = (&str, usize, &str)> {
    tree.texts(".md").flat_map(|(path, text)| {
        let mut is_fenced = false;
        text.lines()
            .enumerate()
            .filter_map(move |(line_idx, line)| {
                let is_fence = line.trim_start().starts_with("```");
                is_fenced ^= is_fence;
                (!is_fence && !is_fenced).then_some((path, line_idx, line))
            })
    })
}

#[cfg(test)]
mod tests;
