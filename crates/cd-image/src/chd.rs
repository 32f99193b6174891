//! CHD files: CDs in compressed frames, with a table of their tracks.
//!
//! The files are those that chdman writes (version 5). A frame is 2448 bytes: what the track's type says, filled up with zeros to
//! 2352, and 96 bytes that are R to W or zeros. Audio is big-endian. Frames are decoded once into a temporary file and used from
//! there; their SHA-1, and that of the track table, are held to those in the file, which uncompressed files do not have.
//!
//! # Spec
//! None is published; the format is that of MAME's `chdman` 0.251, found out by what it makes of known sheets.

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
#[cfg(feature = "chd")]
use std::sync::Arc;

use crate::{MappedFile, SpoolProgress, Track, spool_directory};

mod error;
#[cfg(feature = "chd")]
mod header;
#[cfg(feature = "chd")]
mod hunks;
#[cfg(feature = "chd")]
mod table;
#[cfg(all(test, feature = "chd"))]
mod tests;
#[cfg(feature = "chd")]
mod tracks;

pub use error::{ChdError, ChdKind};

/// Bytes of a frame.
#[cfg(feature = "chd")]
const CHD_FRAME_BYTES: u32 = 2448;
const MAGIC: &[u8; 8] = b"MComprHD";

/// Something about a CHD file its owner should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChdNote {
    /// There is no SHA-1 in it, as in every uncompressed one: that it is as it was made is not proved.
    NoSha1,
    /// A track's subcode is called R to W, and P and Q are in it too. They are made anew, R to W are taken.
    PAndQ {
        /// The track, from 1.
        track: u8,
    },
}

impl fmt::Display for ChdNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSha1 => f.write_str(
                "the CHD file holds no SHA-1, as it is not compressed: that it is as it was made is not proved",
            ),
            Self::PAndQ { track } => write!(
                f,
                "the subcode of track {track} has P and Q in it, and is marked as R to W: P and Q are made anew"
            ),
        }
    }
}

/// The CD in a CHD file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChdImage {
    /// Its tracks, 1 to 99, whose frames lie in a temporary file. The first one's pregap begins at LBA -150: a PREGAP that the file does
    /// not hold is part of those 150 sectors, one that it holds comes after them.
    pub tracks: Vec<Track>,
    /// What its owner should know.
    pub notes: Vec<ChdNote>,
}

impl ChdImage {
    /// Whether `file` begins as a CHD file does.
    pub(crate) fn is_chd(file: &MappedFile) -> Result<bool, ChdError> {
        let mut head = [0; MAGIC.len()];
        if file.len() < head.len() as u64 {
            return Ok(false);
        }
        file.read_at(0, &mut head).map_err(ChdError::Source)?;
        Ok(head == *MAGIC)
    }

    /// Opens the CHD file at `path` and decodes it into [`spool_directory`].
    ///
    /// # Errors
    /// As [`ChdImage::open_with`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ChdError> {
        Self::open_with(path, &spool_directory(), &mut |_, _| {
            ControlFlow::Continue(())
        })
    }

    /// Opens the CHD file at `path`: its frames are decoded into a temporary file in `directory` that has no name and takes 2448
    /// bytes a sector. `progress` is told of it, and stops it when it breaks.
    ///
    /// # Errors
    /// [`ChdError`]: the file itself; what is no CD, or needs another file; a file that is damaged, which is known by the CRC of
    /// each hunk and the SHA-1 of the whole; no room for what is decoded; a build without the feature `chd`.
    pub fn open_with(
        path: impl AsRef<Path>,
        directory: &Path,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, ChdError> {
        let file = MappedFile::open(path).map_err(ChdError::Open)?;
        let path = || file.path().to_owned();
        if !Self::is_chd(&file)? {
            return Err(ChdError::NotChd { path: path() });
        }
        #[cfg(feature = "chd")]
        return Self::decode(&Arc::new(file), directory, progress);
        #[cfg(not(feature = "chd"))]
        {
            let _ = (directory, progress);
            Err(ChdError::NotBuilt { path: path() })
        }
    }

    #[cfg(feature = "chd")]
    fn decode(
        file: &Arc<MappedFile>,
        directory: &Path,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, ChdError> {
        header::check_version(file)?;
        let metadata = header::metadata(file)?;
        table::check_kind(file, &metadata)?;
        let header = header::Header::read(file)?;
        let rows = table::read(file, &metadata, header.n_frames)?;
        let (decoded, sha1) = hunks::decode(file, &header, directory, progress)?;
        let mut no_sha1 = Vec::new();
        if header.has_sha1() {
            header.check_sha1(file, sha1, &metadata)?;
        } else {
            no_sha1.push(ChdNote::NoSha1);
        }
        let (tracks, notes) =
            tracks::tracks(&Arc::new(decoded), &rows).map_err(ChdError::Source)?;
        let notes = [no_sha1, notes].concat();
        Ok(Self { tracks, notes })
    }
}

#[cfg(feature = "chd")]
fn malformed(file: &MappedFile, offset: u64, problem: String) -> ChdError {
    ChdError::Malformed {
        path: file.path().to_owned(),
        offset,
        problem,
    }
}
