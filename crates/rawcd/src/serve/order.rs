//! What can be typed while the recorder is plugged in.

use std::path::PathBuf;

#[cfg(test)]
mod tests;

/// For people.
pub(super) const HELP: &str =
    "load FILE      put the disc in FILE into the drive; it is made if it does not exist
eject          take the disc out; refused while a program locks it in
eject force    take it out all the same, as with a paper clip
status         what disc is in the drive, and how it is
quit           unplug the drive and end (Ctrl-C too)";

/// One line that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Load(PathBuf),
    Eject {
        /// Whether or not a program has locked the tray.
        is_forced: bool,
    },
    Status,
    Help,
    Quit,
}

impl Order {
    /// What `line` asks for; `None` for an empty one.
    ///
    /// # Errors
    /// What is not understood, for people.
    pub(super) fn parse(line: &str) -> Option<Result<Self, String>> {
        let line = line.trim();
        let (word, rest) = line
            .split_once(char::is_whitespace)
            .map_or((line, ""), |(word, rest)| (word, rest.trim()));
        Some(match (word, rest) {
            ("", _) => return None,
            ("load", "") => Err("load what? `load FILE`".to_owned()),
            ("load", file) => Ok(Self::Load(file.into())),
            ("eject", "") => Ok(Self::Eject { is_forced: false }),
            ("eject", "force") => Ok(Self::Eject { is_forced: true }),
            ("status", "") => Ok(Self::Status),
            ("help", "") => Ok(Self::Help),
            ("quit", "") => Ok(Self::Quit),
            _ => Err(format!("`{line}` is not understood; `help` lists what is")),
        })
    }
}
