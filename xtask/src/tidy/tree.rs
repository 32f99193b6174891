//! The repository as the rules see it: paths and contents, and what cargo says of the crates.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::mask::mask;
use crate::{Result, project};

/// Folders that hold nothing of the repository's own.
const NOT_OURS: [&str; 2] = [".git", "target"];

/// One package of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) dependencies: Vec<Dependency>,
}

/// One dependency as a manifest declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// Needed by tests and examples only.
    pub(super) is_dev: bool,
}

/// Files by path relative to the repository, with `/` between folders on every system.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: BTreeMap<String, Vec<u8>>,
    pub(super) packages: Vec<Package>,
}

impl Tree {
    /// The repository at `root`: what git tracks or would track, or, without git, every file.
    ///
    /// # Errors
    /// When a file cannot be read, or cargo cannot say what the packages are.
    pub(super) fn load(root: &Path) -> Result<Self> {
        let paths = match tracked(root) {
            Some(paths) => paths,
            None => walk(root)?,
        };
        let mut files = BTreeMap::new();
        for path in paths {
            let full = root.join(&path);
            // A file that git knows may be deleted in the working tree.
            if full.is_file() {
                let read = std::fs::read(&full);
                files.insert(
                    path,
                    read.map_err(|error| format!("{}: {error}", full.display()))?,
                );
            }
        }
        Ok(Self {
            files,
            packages: packages(root)?,
        })
    }

    /// A tree made of strings, for the rules' own tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let entry = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        Self {
            files: files.iter().map(entry).collect(),
            packages: Vec::new(),
        }
    }

    pub(super) fn n_files(&self) -> usize {
        self.files.len()
    }

    pub(super) fn bytes(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Text files whose path ends in `suffix`, with their text.
    pub(super) fn texts(&self, suffix: &str) -> impl Iterator<Item = (&str, &str)> {
        let files = self
            .files
            .iter()
            .filter(move |(path, _)| path.ends_with(suffix));
        files.filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)))
    }

    /// Rust files with their text and with their code alone: see [`mask`].
    pub(super) fn rust(&self) -> impl Iterator<Item = (&str, &str, String)> {
        self.texts(".rs")
            .map(|(path, text)| (path, text, mask(text)))
    }

    /// Whether `path` is a file, or a folder with a file somewhere in it.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
    }

    /// Names of the folders in `crates`.
    pub(super) fn crate_folders(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .paths()
            .filter_map(|path| path.strip_prefix("crates/")?.split_once('/'))
            .collect();
        names.dedup_by_key(|(name, _)| *name);
        names.into_iter().map(|(name, _)| name).collect()
    }
}

/// Files that git tracks, or would if they were added now; `None` where there is no git.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.split_terminator('\0').map(str::to_owned).collect())
}

fn walk(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let name = entry
                .file_name()
                .into_string()
                .map_err(|name| format!("{name:?}: not text"))?;
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}

fn packages(root: &Path) -> Result<Vec<Package>> {
    let output = Command::new(project::cargo())
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(root)
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(parse_packages(&serde_json::from_slice(&output.stdout)?))
}

/// Packages in the answer of `cargo metadata`.
fn parse_packages(metadata: &Value) -> Vec<Package> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let dependency = |value: &Value| Dependency {
        name: name(value),
        is_dev: value["kind"] == "dev",
    };
    list(&metadata["packages"])
        .iter()
        .map(|package| Package {
            name: name(package),
            dependencies: list(&package["dependencies"])
                .iter()
                .map(dependency)
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests;
