//! The header and the metadata of a CHD file, looked at before the decoder sees them.

use sha1::{Digest, Sha1};

use super::{CHD_FRAME_BYTES, malformed};
use crate::{ChdError, MappedFile};

// Of the file.
const VERSION: u64 = 12;
const COMPRESSION: u64 = 16;
const LOGICAL_BYTES: u64 = 32;
const MAP: u64 = 40;
const META: u64 = 48;
const HUNK_BYTES: u64 = 56;
const UNIT_BYTES: u64 = 60;
const RAW_SHA1: u64 = 64;
const SHA1: u64 = 84;
const PARENT_SHA1: u64 = 104;
const HEADER_BYTES: u64 = 124;

/// Bytes of an entry's head: tag, flags, a length of 24 bits, where the next entry is.
const ENTRY_HEAD_BYTES: u64 = 16;
/// The flag of an entry that the header's SHA-1 covers.
const HASHED: u8 = 0x01;
/// Entries at most: what a crafted file may cost.
const MAX_ENTRIES: usize = 1_000;

/// Frames that are stored together, at most. Programs write 8.
const MAX_HUNK_FRAMES: u32 = 256;
/// Frames at most: 450,000 addresses, and what fills up 99 tracks.
const MAX_FRAMES: u64 = 450_000 + 99 * 3;

const KNOWN_CODECS: [&[u8; 4]; 9] = [
    b"cdlz", b"cdzl", b"cdfl", b"cdzs", b"lzma", b"zlib", b"flac", b"huff", b"zstd",
];

/// What the header says.
pub(super) struct Header {
    pub(super) is_compressed: bool,
    /// Frames in all, those that fill up tracks included.
    pub(super) n_frames: u64,
    /// Frames in a hunk.
    pub(super) hunk_frames: u32,
    /// SHA-1 of all frames; zeros where it was never computed.
    raw_sha1: [u8; 20],
    /// SHA-1 of that and of the metadata.
    sha1: [u8; 20],
}

/// Refuses files of other versions and those that need another file.
pub(super) fn check_version(file: &MappedFile) -> Result<(), ChdError> {
    let path = file.path().to_owned();
    let version = u32::from_be_bytes(read(file, VERSION)?);
    if version != 5 {
        return Err(ChdError::Version { path, version });
    }
    let parent: [u8; 20] = read(file, PARENT_SHA1)?;
    if parent != [0; 20] {
        let parent = parent.iter().map(|byte| format!("{byte:02x}")).collect();
        return Err(ChdError::Parent { path, parent });
    }
    Ok(())
}

impl Header {
    pub(super) fn read(file: &MappedFile) -> Result<Self, ChdError> {
        let path = || file.path().to_owned();
        let codecs: [u8; 16] = read(file, COMPRESSION)?;
        for codec in codecs.as_chunks::<4>().0 {
            if *codec != [0; 4] && !KNOWN_CODECS.contains(&codec) {
                let codec = codec.escape_ascii().to_string();
                return Err(ChdError::Codec {
                    path: path(),
                    codec,
                });
            }
        }
        let unit_bytes = u32::from_be_bytes(read(file, UNIT_BYTES)?);
        if unit_bytes != CHD_FRAME_BYTES {
            let problem = format!("a frame has {unit_bytes} bytes; that of a CD has 2448");
            return Err(malformed(file, UNIT_BYTES, problem));
        }
        let hunk_bytes = u32::from_be_bytes(read(file, HUNK_BYTES)?);
        let hunk_frames = hunk_bytes / CHD_FRAME_BYTES;
        if hunk_bytes % CHD_FRAME_BYTES != 0 || !(1..=MAX_HUNK_FRAMES).contains(&hunk_frames) {
            let problem =
                format!("hunks have {hunk_bytes} bytes, not 1 to {MAX_HUNK_FRAMES} times 2448");
            return Err(malformed(file, HUNK_BYTES, problem));
        }
        let n_bytes = u64::from_be_bytes(read(file, LOGICAL_BYTES)?);
        let n_frames = n_bytes / u64::from(CHD_FRAME_BYTES);
        if n_bytes % u64::from(CHD_FRAME_BYTES) != 0 || !(1..=MAX_FRAMES).contains(&n_frames) {
            let problem = format!("the disc has {n_bytes} bytes, not 1 to {MAX_FRAMES} times 2448");
            return Err(malformed(file, LOGICAL_BYTES, problem));
        }
        let is_compressed = codecs[..4] != [0; 4];
        let header = Self {
            is_compressed,
            n_frames,
            hunk_frames,
            raw_sha1: read(file, RAW_SHA1)?,
            sha1: read(file, SHA1)?,
        };
        header.check_map(file)?;
        Ok(header)
    }

    /// The decoder makes room for the map before it reads it.
    fn check_map(&self, file: &MappedFile) -> Result<(), ChdError> {
        let map = u64::from_be_bytes(read(file, MAP)?);
        let n_bytes = if self.is_compressed {
            u64::from(u32::from_be_bytes(read(file, map)?))
        } else {
            4 * self.n_hunks()
        };
        if map < HEADER_BYTES || map.saturating_add(n_bytes) > file.len() {
            let problem =
                format!("the map of {n_bytes} bytes at byte {map} is not within the file");
            return Err(malformed(file, MAP, problem));
        }
        Ok(())
    }

    pub(super) fn n_hunks(&self) -> u64 {
        self.n_frames.div_ceil(u64::from(self.hunk_frames))
    }

    /// Whether there is a SHA-1 of the frames.
    pub(super) fn has_sha1(&self) -> bool {
        self.raw_sha1 != [0; 20]
    }

    /// Holds `raw`, the SHA-1 of all frames, and the metadata to the header's.
    pub(super) fn check_sha1(
        &self,
        file: &MappedFile,
        raw: [u8; 20],
        metadata: &[Entry],
    ) -> Result<(), ChdError> {
        let wrong = |part| ChdError::Sha1 {
            path: file.path().to_owned(),
            part,
        };
        if raw != self.raw_sha1 {
            return Err(wrong("frames"));
        }
        let mut hashed: Vec<_> = metadata
            .iter()
            .filter(|entry| entry.flags & HASHED != 0)
            .map(|entry| (entry.tag, <[u8; 20]>::from(Sha1::digest(&entry.contents))))
            .collect();
        hashed.sort_unstable();
        let mut all = Sha1::new_with_prefix(self.raw_sha1);
        for (tag, sha1) in hashed {
            all.update(tag);
            all.update(sha1);
        }
        if all.finalize() != self.sha1 {
            return Err(wrong("frames and the track table"));
        }
        Ok(())
    }
}

/// Everything that is said beside the frames.
pub(super) fn metadata(file: &MappedFile) -> Result<Vec<Entry>, ChdError> {
    let mut entries = Vec::new();
    let mut at = u64::from_be_bytes(read(file, META)?);
    while at != 0 {
        if entries.len() == MAX_ENTRIES {
            let problem = format!("metadata goes on after {MAX_ENTRIES} entries");
            return Err(malformed(file, at, problem));
        }
        let [t0, t1, t2, t3, flags, len @ ..]: [u8; 8] = read(file, at)?;
        let len = len.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let contents = at + ENTRY_HEAD_BYTES;
        if contents + len > file.len() {
            let problem = format!("metadata of {len} bytes passes the file's end");
            return Err(malformed(file, at, problem));
        }
        let mut entry = Entry {
            tag: [t0, t1, t2, t3],
            flags,
            contents: vec![0; usize::try_from(len).unwrap_or(0)],
        };
        let next = u64::from_be_bytes(read(file, at + 8)?);
        file.read_at(contents, &mut entry.contents)
            .map_err(ChdError::Source)?;
        entries.push(entry);
        at = next;
    }
    Ok(entries)
}

/// One entry of metadata.
pub(super) struct Entry {
    pub(super) tag: [u8; 4],
    flags: u8,
    pub(super) contents: Vec<u8>,
}

fn read<const N: usize>(file: &MappedFile, offset: u64) -> Result<[u8; N], ChdError> {
    let mut bytes = [0; N];
    if offset.saturating_add(N as u64) > file.len() {
        let problem = format!("the file has ended where {N} bytes are needed");
        return Err(malformed(file, offset, problem));
    }
    file.read_at(offset, &mut bytes).map_err(ChdError::Source)?;
    Ok(bytes)
}
