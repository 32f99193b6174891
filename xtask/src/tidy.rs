//! `cargo xtask tidy`: rules that the compiler cannot check. Each is a test as well.
//!
//! A rule is a function from a [`Tree`] to findings, so its tests plant a fault in a tree made of
//! strings and see it found. A new rule is a function and a line in [`RULES`].

use std::fmt;
use std::process::ExitCode;

use crate::{Result, project};

mod documents;
mod fixtures;
mod house;
mod layers;
mod mask;
mod tree;

use tree::Tree;

/// One fault: where, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    path: String,
    /// Line in the file, from 1; 0 when the fault is the whole file's.
    line: usize,
    text: String,
}

impl Finding {
    fn new(path: &str, line: usize, text: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            text: text.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, text } = self;
        match line {
            0 => write!(f, "{path}: {text}"),
            line => write!(f, "{path}:{line}: {text}"),
        }
    }
}

/// What a rule is called, and the rule.
type Rule = (&'static str, fn(&Tree) -> Vec<Finding>);

/// By name, in the order of checking.
const RULES: &[Rule] = &[
    ("layers", layers::check),
    ("documents show the layers", layers::check_documents),
    ("paths in documents exist", documents::check_paths),
    ("links in documents resolve", documents::check_links),
    ("commands in documents exist", documents::check_commands),
    ("nothing unfinished", house::check_unfinished),
    ("no test is skipped", house::check_skipped_tests),
    ("unsafe code says why", house::check_unsafe),
    ("libraries fence unsafe code", house::check_crate_attributes),
    ("files are of one piece", house::check_sizes),
    ("no path of one machine", house::check_host_paths),
    ("no registry but the standard one", house::check_registries),
    ("fixtures are what they were", fixtures::check),
];

/// Checks the repository and prints every finding.
///
/// # Errors
/// When the repository cannot be read.
pub(crate) fn run() -> Result<ExitCode> {
    match check() {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            println!("xtask tidy: FAILED: {error}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// As [`run`], with the findings' number as the error.
pub(crate) fn check() -> Result<()> {
    let tree = Tree::load(&project::root())?;
    let mut n_findings = 0;
    for (name, rule) in RULES {
        for finding in rule(&tree) {
            println!("{finding} [{name}]");
            n_findings += 1;
        }
    }
    if n_findings > 0 {
        return Err(format!("{n_findings} findings").into());
    }
    println!(
        "xtask tidy: {} rules hold over {} files",
        RULES.len(),
        tree.n_files()
    );
    Ok(())
}

#[cfg(test)]
mod tests;
