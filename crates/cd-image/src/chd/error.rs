use std::fmt;

use crate::{OpenError, SourceError, SpoolError};

/// What a CHD file can hold that is no CD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChdKind {
    /// A hard disk (`GDDD`).
    HardDisk,
    /// A DVD (`DVD `).
    Dvd,
    /// A GD-ROM (`CHGD`, `CHGT`).
    GdRom,
    /// A LaserDisc or other video (`AVAV`, `AVLD`).
    Video,
    /// A CD of which the tracks stand in the binary table of the first versions (`CHCD`).
    OldCd,
    /// Nothing that is named in it.
    Unnamed,
}

impl ChdKind {
    const fn advice(self) -> &'static str {
        match self {
            Self::OldCd => "convert it with \"chdman copy\" first",
            Self::GdRom => "its second area has more to a track than any CD can have",
            Self::HardDisk | Self::Dvd | Self::Video | Self::Unnamed => "no CD can be made of it",
        }
    }
}

impl fmt::Display for ChdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HardDisk => "a hard disk",
            Self::Dvd => "a DVD",
            Self::GdRom => "a GD-ROM",
            Self::Video => "video",
            Self::OldCd => "a CD with a track table of the first kind (CHCD)",
            Self::Unnamed => "nothing that its metadata names",
        })
    }
}

/// Why a CHD file's disc cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChdError {
    /// The file itself cannot be opened.
    #[error(transparent)]
    Open(OpenError),
    /// It was opened, but its bytes cannot be had.
    #[error("cannot read the CHD file")]
    Source(#[source] SourceError),
    /// It is no CHD file.
    #[error("{path} is no CHD file: it does not begin with \"MComprHD\"")]
    NotChd {
        /// The file.
        path: String,
    },
    /// It is of another version than 5.
    #[error(
        "{path} is a CHD file of version {version}; version 5 is read: convert it with \"chdman copy\" first"
    )]
    Version {
        /// The file.
        path: String,
        /// Its version.
        version: u32,
    },
    /// It holds no CD.
    #[error("{path} holds {kind}; {}", .kind.advice())]
    Kind {
        /// The file.
        path: String,
        /// What it holds.
        kind: ChdKind,
    },
    /// It holds only what differs from another file.
    #[error(
        "{path} holds only what differs from its parent (SHA-1 {parent}); merge the two with \"chdman copy -ip\" first"
    )]
    Parent {
        /// The file.
        path: String,
        /// The parent's SHA-1, in hexadecimal.
        parent: String,
    },
    /// It is compressed in a way that is not known.
    #[error(
        "{path} is compressed with \"{codec}\", which is not read; convert it with \"chdman copy\" first"
    )]
    Codec {
        /// The file.
        path: String,
        /// The four characters that name it.
        codec: String,
    },
    /// Its structure is broken.
    #[error("{path} is a broken CHD file: at byte {offset}, {problem}")]
    Malformed {
        /// The file.
        path: String,
        /// Where in the file.
        offset: u64,
        /// What is there and what belongs there.
        problem: String,
    },
    /// Its tracks make no CD.
    #[error("the track table of {path} makes no CD: {problem}")]
    Tracks {
        /// The file.
        path: String,
        /// What stands in it and what should.
        problem: String,
    },
    /// A part of it cannot be decoded.
    #[error(
        "{path} cannot be decoded at frame {frame}: {problem}; it is damaged, get it again whole"
    )]
    Decode {
        /// The file.
        path: String,
        /// The first frame, from 0, of those that are stored together.
        frame: u64,
        /// What the decoder says.
        problem: String,
    },
    /// What is in it is not what was put into it.
    #[error("the {part} of {path} do not have the SHA-1 in it: it is damaged, get it again whole")]
    Sha1 {
        /// The file.
        path: String,
        /// Frames, or frames and track table together.
        part: &'static str,
    },
    /// Its frames cannot be kept.
    #[error("cannot decode {path}")]
    Spool {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: SpoolError,
    },
    /// This build cannot decode it.
    #[error(
        "{path} is a CHD file, and this program was built without the feature \"chd\", which reads it; extract it first"
    )]
    NotBuilt {
        /// The file.
        path: String,
    },
}
