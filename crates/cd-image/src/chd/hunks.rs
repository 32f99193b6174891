//! The frames of a CHD file into a temporary one, by way of `chd`.

use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use chd::Chd;
use chd::map::{CompressionTypeV5, MapEntry};
use sha1::{Digest, Sha1};

use super::CHD_FRAME_BYTES;
use super::header::Header;
use crate::spool::Spool;
use crate::{ChdError, MappedFile, SpoolProgress};

/// All frames of `file` in a temporary file in `directory`, 2448 bytes each, and the SHA-1 of them.
pub(super) fn decode(
    file: &Arc<MappedFile>,
    header: &Header,
    directory: &Path,
    progress: &mut SpoolProgress<'_>,
) -> Result<(MappedFile, [u8; 20]), ChdError> {
    let spooled = |source| ChdError::Spool {
        path: file.path().to_owned(),
        source,
    };
    let expected = header.n_frames * u64::from(CHD_FRAME_BYTES);
    let mut spool = Spool::new(directory, Some(expected), progress).map_err(spooled)?;
    let mut hunks = Hunks::open(file, header)?;
    let mut sha1 = Sha1::new();
    for hunk_idx in 0..hunks.stored_at.len() {
        let left = usize::try_from(expected - spool.len()).unwrap_or(usize::MAX);
        let bytes = hunks.read(hunk_idx)?;
        let bytes = &bytes[..bytes.len().min(left)];
        sha1.update(bytes);
        spool.push(bytes).map_err(spooled)?;
    }
    file.verify_unchanged().map_err(ChdError::Source)?;
    let name = format!("{} (decoded)", file.path());
    let decoded = spool.finish(name).map_err(spooled)?;
    Ok((decoded, sha1.finalize().into()))
}

/// The decoder and what it needs.
struct Hunks<'a> {
    file: &'a MappedFile,
    chd: Chd<Stream>,
    is_compressed: bool,
    hunk_frames: u32,
    /// For each hunk the one whose bytes it has, mostly itself. Hunks refer to others without limit, and the decoder would
    /// follow them by calling itself.
    stored_at: Vec<u32>,
    compressed: Vec<u8>,
    bytes: Vec<u8>,
}

impl<'a> Hunks<'a> {
    fn open(file: &'a Arc<MappedFile>, header: &Header) -> Result<Self, ChdError> {
        let stream = Stream {
            file: Arc::clone(file),
            at: 0,
        };
        let broken = |frame, problem: String| ChdError::Decode {
            path: file.path().to_owned(),
            frame,
            problem,
        };
        let chd = guarded(|| Chd::open(stream, None)).map_err(|problem| broken(0, problem))?;
        let n_hunks = usize::try_from(header.n_hunks()).unwrap_or(usize::MAX);
        if chd.map().len() < n_hunks {
            let problem = format!("its map has {} hunks, not {n_hunks}", chd.map().len());
            return Err(broken(0, problem));
        }
        let mut stored_at: Vec<u32> = Vec::with_capacity(n_hunks);
        for (hunk_idx, entry) in (0..).zip(chd.map().iter().take(n_hunks)) {
            let of = match self_reference(&entry) {
                None => hunk_idx,
                Some(other) => {
                    let other = usize::try_from(other).ok();
                    *other
                        .and_then(|other| stored_at.get(other))
                        .ok_or_else(|| {
                            let frame = u64::from(hunk_idx) * u64::from(header.hunk_frames);
                            broken(frame, "it refers to frames that come after it".to_owned())
                        })?
                }
            };
            stored_at.push(of);
        }
        Ok(Self {
            file,
            bytes: chd.get_hunksized_buffer(),
            is_compressed: header.is_compressed,
            hunk_frames: header.hunk_frames,
            chd,
            stored_at,
            compressed: Vec::new(),
        })
    }

    fn read(&mut self, hunk_idx: usize) -> Result<&[u8], ChdError> {
        let stored_at = self.stored_at[hunk_idx];
        let Self {
            chd,
            compressed,
            bytes,
            ..
        } = self;
        let read = guarded(|| chd.hunk(stored_at)?.read_hunk_in(compressed, bytes));
        let problem = match read {
            // What is compressed has a CRC; what is not can be cut.
            Ok(n_bytes) if self.is_compressed || n_bytes == bytes.len() => return Ok(bytes),
            Ok(n_bytes) => format!("{n_bytes} bytes are there, {} should be", bytes.len()),
            Err(problem) => problem,
        };
        Err(ChdError::Decode {
            path: self.file.path().to_owned(),
            frame: hunk_idx as u64 * u64::from(self.hunk_frames),
            problem,
        })
    }
}

/// The hunk that `entry` refers to instead of having bytes.
fn self_reference(entry: &MapEntry<'_>) -> Option<u64> {
    match entry {
        MapEntry::V5Compressed(entry) => match entry.hunk_type() {
            Ok(CompressionTypeV5::CompressionSelf) => Some(entry.block_offset()),
            _ => None,
        },
        _ => None,
    }
}

/// Runs the decoder, whose arithmetic is not proof against every crafted file: a panic in it is a broken file.
fn guarded<T>(run: impl FnOnce() -> Result<T, chd::Error>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the decoder gave up on something that cannot be".to_owned()),
    }
}

/// What the decoder reads.
struct Stream {
    file: Arc<MappedFile>,
    at: u64,
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = self.file.len().saturating_sub(self.at);
        let n_bytes = out.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.file.read_at(self.at, &mut out[..n_bytes]);
        read.map_err(io::Error::other)?;
        self.at += n_bytes as u64;
        Ok(n_bytes)
    }
}

impl Seek for Stream {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.len().checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
