//! Decoded bytes in a temporary file: the home of what lies compressed in the user's file.
//!
//! A recorder takes sectors at its own speed and in any order they are asked for; a compressed file gives them in one order
//! and at the decoder's speed. So it is decoded once, before anything is written to a disc, into a file that has no name
//! (nothing is left behind, whatever becomes of the process), and from there on it is mapped as every other file is.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use crate::OpenError;

mod file;

pub(crate) use file::Spool;

/// Told how many bytes are decoded, and of how many where that is known; it breaks to stop.
pub type SpoolProgress<'a> = dyn FnMut(u64, Option<u64>) -> ControlFlow<()> + 'a;

/// Where decoded bytes are put when nobody says otherwise: `TMPDIR` if it is set; else `/var/tmp` where there is one,
/// since `/tmp` is often held in memory and a disc's audio is 800 MB; else the system's temporary directory.
#[must_use]
pub fn spool_directory() -> PathBuf {
    let large = Path::new("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && large.is_dir() {
        return large.to_owned();
    }
    std::env::temp_dir()
}

/// Why decoded bytes could not be kept. The temporary file is gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// No temporary file can be made there.
    #[error(
        "cannot create a temporary file in {directory}; name another directory, as with TMPDIR"
    )]
    Create {
        /// The directory.
        directory: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The disk, or this user's share of it, is full.
    #[error(
        "no room in {directory} after {written} decoded bytes{}; free some, or name a directory on another disk, as with \
         TMPDIR", of_all(*.expected)
    )]
    Full {
        /// The directory.
        directory: String,
        /// Bytes that found room.
        written: u64,
        /// Bytes in all, if that is known.
        expected: Option<u64>,
    },
    /// Writing failed otherwise.
    #[error("cannot write to the temporary file in {directory} after {written} bytes")]
    Write {
        /// The directory.
        directory: String,
        /// Bytes that were written.
        written: u64,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It was written and cannot be mapped, or holds nothing.
    #[error("cannot use the temporary file in {directory}")]
    Open {
        /// The directory.
        directory: String,
        /// Why.
        #[source]
        source: Box<OpenError>,
    },
    /// The progress function asked to stop.
    #[error("decoding was stopped after {done} bytes{}", of_all(*.expected))]
    Stopped {
        /// Bytes that had been decoded.
        done: u64,
        /// Bytes in all, if that is known.
        expected: Option<u64>,
    },
}

fn of_all(expected: Option<u64>) -> String {
    expected.map_or_else(String::new, |all| format!(" of {all}"))
}
