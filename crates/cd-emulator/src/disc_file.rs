//! A disc kept in a file, version 1.
//!
//! Nothing in it depends on when, where or by whom it was made: equal recordings are equal files. All
//! numbers are little-endian, all times binary (not BCD) minute, second, frame.
//!
//! ```text
//! offset  bytes  header
//!      0     16  "rawcd disc file\n"
//!     16      4  version: 1
//!     20      4  bytes of this header: 4096
//!     24      4  bytes of a sector: 2448
//!     28      1  medium: 0 = CD-R, 1 = CD-RW
//!     29      1  mark: 0 = blank, 1 = recording, 2 = complete, 3 = appendable
//!     30      4  sectors recorded, if complete or appendable; else 0
//!     34      3  ATIP: start of the lead-in
//!     37      3  ATIP: last possible start of the lead-out
//!     40      1  ATIP: indicative target writing power
//!     41      1  ATIP: reference speed
//!     42      1  ATIP: 1 = unrestricted use
//!     43      1  ATIP: disc sub-type
//!     44     12  ATIP: additional information 1, 2, 3, each one byte (1 = there is some) and its three bytes
//!     56      4  lead-in that is still to be recorded: its first sector, counted from the start of the first lead-in
//!     60      4  lead-in that is still to be recorded: sectors; 0 = none
//!     64      1  tracks in the PMA, up to 99
//!     65   1188  the PMA: 12 bytes of Q each, as READ TOC/PMA/ATIP finds them
//!   1253   2839  zero
//!   4092      4  CRC-32 (ISO-HDLC) of bytes 0..4092
//!
//!   4096 + 2448 n  sector n, counted from the start of the lead-in:
//!                  2352 bytes of main channel, then 96 bytes of raw P-W
//! ```
//!
//! The header says `recording` before the first sector is stored or dropped, and `complete` or `appendable` only after the last, so a
//! process that dies in between leaves a disc that shows as interrupted; the file's length tells how
//! far it came. A tail shorter than a sector is dropped when the file is opened.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use cd_address::Msf;
use cd_sector::{QFrame, RAW_BYTES};
use crc::{CRC_32_ISO_HDLC, Crc};
use parking_lot::Mutex;

use crate::disc::{Mark, Progress};
use crate::medium::{Medium, MediumKind};
use crate::pma::PmaTrack;

/// The version this crate writes and reads.
pub const DISC_FILE_VERSION: u32 = 1;
/// Bytes before the first sector.
pub const DISC_FILE_HEADER_BYTES: usize = 4096;

const MAGIC: &[u8; 16] = b"rawcd disc file\n";
const CHECKSUM_AT: usize = DISC_FILE_HEADER_BYTES - 4;
const PMA_AT: usize = 65;
const PMA_ITEM_BYTES: usize = 12;
const MAX_TRACKS: usize = 99;
const CHECKSUM: Crc<u32> = Crc::<u32>::new(&CRC_32_ISO_HDLC);

/// Why a disc file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscFileError {
    /// A new disc was asked for where there is a file already.
    #[error("{} already exists and is left as it is: name another file for the new disc", .path.display())]
    AlreadyExists {
        /// The file.
        path: PathBuf,
    },
    /// Another process, or another drive of this one, has the disc.
    #[error("the disc {} is in use by another drive", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The file may be read but not written: a drive must be able to record.
    #[error("the disc {} is read-only: allow writing to the file, or copy it", .path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The file does not begin as disc files do.
    #[error("{} is not a disc file", .path.display())]
    NotDiscFile {
        /// The file.
        path: PathBuf,
    },
    /// The file was made by another version of this program.
    #[error("the disc {} is of version {version}, this program reads version {DISC_FILE_VERSION}", .path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
    /// The file ends within its header.
    #[error("the disc {} ends after {bytes} bytes, its header alone has {DISC_FILE_HEADER_BYTES}", .path.display())]
    HeaderTruncated {
        /// The file.
        path: PathBuf,
        /// Its length.
        bytes: u64,
    },
    /// The header's checksum or a value in it is wrong.
    #[error("the header of the disc {} is damaged: {what}", .path.display())]
    HeaderDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The file does not hold as many sectors as its header says.
    #[error("the disc {} should hold {expected} sectors, its file holds {found}", .path.display())]
    WrongLength {
        /// The file.
        path: PathBuf,
        /// Sectors by the header.
        expected: u64,
        /// Sectors by the length.
        found: u64,
    },
    /// The operating system could not do it.
    #[error("cannot {action} the disc {}: {error}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: "open", "read", …
        action: &'static str,
        /// What the operating system said.
        #[source]
        error: io::Error,
    },
}

/// An open, locked disc file.
#[derive(Debug)]
pub(crate) struct DiscFile {
    path: PathBuf,
    // Shared readers of a disc move one file position: seek and read must not be torn apart.
    file: Mutex<File>,
}

/// What a disc file holds.
pub(crate) struct Opened {
    pub(crate) file: DiscFile,
    pub(crate) medium: Medium,
    pub(crate) progress: Progress,
}

impl DiscFile {
    pub(crate) fn create(path: &Path, medium: &Medium) -> Result<Self, DiscFileError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(path)
            .map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => DiscFileError::AlreadyExists {
                    path: path.to_owned(),
                },
                _ => io_error(path, "create")(error),
            })?;
        let locked = lock(&file, path);
        let mut disc = Self {
            path: path.to_owned(),
            file: Mutex::new(file),
        };
        let made = locked.and_then(|()| disc.put_progress(medium, &Progress::BLANK));
        if made.is_err() {
            // What was just made is no disc; the error that led here is the one to tell.
            let _ = fs::remove_file(path);
        }
        made.map(|()| disc)
    }

    pub(crate) fn open(path: &Path) -> Result<Opened, DiscFileError> {
        let mut file = open_for_writing(path)?;
        lock(&file, path)?;
        let len = file.metadata().map_err(io_error(path, "examine"))?.len();
        let header = read_header(&mut file, len, path)?;
        let (medium, progress) = decode_header(&header, path)?;

        let body = len - DISC_FILE_HEADER_BYTES as u64;
        let found = body / RAW_BYTES as u64;
        let wrong_length = |expected| DiscFileError::WrongLength {
            path: path.to_owned(),
            expected,
            found,
        };
        let n_complete = progress.n_sectors;
        match progress.mark {
            Mark::Blank if body != 0 => return Err(wrong_length(0)),
            Mark::Complete | Mark::Appendable
                if body != u64::from(n_complete) * RAW_BYTES as u64 =>
            {
                return Err(wrong_length(u64::from(n_complete)));
            }
            _ => {}
        }
        let limit = medium.recordable().len().count();
        let n_sectors = u32::try_from(found)
            .ok()
            .filter(|n_sectors| *n_sectors <= limit)
            .ok_or_else(|| wrong_length(u64::from(limit)))?;
        if !body.is_multiple_of(RAW_BYTES as u64) {
            file.set_len(offset_of(found))
                .map_err(io_error(path, "drop the torn last sector of"))?;
        }
        Ok(Opened {
            file: Self {
                path: path.to_owned(),
                file: Mutex::new(file),
            },
            medium,
            progress: Progress {
                n_sectors,
                ..progress
            },
        })
    }

    pub(crate) fn read(&self, sector_idx: usize, out: &mut [u8]) -> Result<(), DiscFileError> {
        let mut file = self.file.lock();
        file.seek(SeekFrom::Start(offset_of(sector_idx as u64)))
            .and_then(|_| file.read_exact(out))
            .map_err(io_error(&self.path, "read"))
    }

    /// Stores whole sectors with one write. If that fails, none of them is kept.
    pub(crate) fn append(&mut self, sector_idx: usize, bytes: &[u8]) -> Result<(), DiscFileError> {
        let offset = offset_of(sector_idx as u64);
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(bytes))
            .map_err(|error| {
                // If this fails too, the next opening counts a few sectors more: they were sent.
                let _ = file.set_len(offset);
                io_error(&self.path, "record on")(error)
            })
    }

    /// Drops all sectors.
    pub(crate) fn clear(&mut self) -> Result<(), DiscFileError> {
        let file = self.file.get_mut();
        file.set_len(offset_of(0))
            .map_err(io_error(&self.path, "erase"))
    }

    pub(crate) fn put_progress(
        &mut self,
        medium: &Medium,
        progress: &Progress,
    ) -> Result<(), DiscFileError> {
        let header = encode_header(medium, progress);
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&header))
            .map_err(io_error(&self.path, "mark"))
    }
}

fn offset_of(sector_idx: u64) -> u64 {
    DISC_FILE_HEADER_BYTES as u64 + sector_idx * RAW_BYTES as u64
}

fn io_error<'a>(
    path: &'a Path,
    action: &'static str,
) -> impl FnOnce(io::Error) -> DiscFileError + 'a {
    move |error| DiscFileError::Io {
        path: path.to_owned(),
        action,
        error,
    }
}

fn open_for_writing(path: &Path) -> Result<File, DiscFileError> {
    let read_only = || DiscFileError::ReadOnly {
        path: path.to_owned(),
    };
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(|error| {
            let is_write_refused = matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            );
            if is_write_refused && File::open(path).is_ok() {
                read_only()
            } else {
                io_error(path, "open")(error)
            }
        })?;
    // A superuser may write anything; a file somebody made read-only stays protected all the same.
    let metadata = file.metadata().map_err(io_error(path, "examine"))?;
    if metadata.permissions().readonly() {
        return Err(read_only());
    }
    Ok(file)
}

fn lock(file: &File, path: &Path) -> Result<(), DiscFileError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => DiscFileError::InUse {
            path: path.to_owned(),
        },
        TryLockError::Error(error) => io_error(path, "lock")(error),
    })
}

fn read_header(
    file: &mut File,
    len: u64,
    path: &Path,
) -> Result<[u8; DISC_FILE_HEADER_BYTES], DiscFileError> {
    let mut header = [0; DISC_FILE_HEADER_BYTES];
    let n_there = usize::try_from(len).map_or(header.len(), |len| len.min(header.len()));
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.read_exact(&mut header[..n_there]))
        .map_err(io_error(path, "read"))?;
    let n_magic = n_there.min(MAGIC.len());
    if header[..n_magic] != MAGIC[..n_magic] {
        return Err(DiscFileError::NotDiscFile {
            path: path.to_owned(),
        });
    }
    if n_there < header.len() {
        return Err(DiscFileError::HeaderTruncated {
            path: path.to_owned(),
            bytes: len,
        });
    }
    Ok(header)
}

fn encode_header(medium: &Medium, progress: &Progress) -> [u8; DISC_FILE_HEADER_BYTES] {
    let mut header = [0; DISC_FILE_HEADER_BYTES];
    header[..16].copy_from_slice(MAGIC);
    header[16..20].copy_from_slice(&DISC_FILE_VERSION.to_le_bytes());
    header[20..24].copy_from_slice(&4096_u32.to_le_bytes());
    header[24..28].copy_from_slice(&2448_u32.to_le_bytes());
    header[28] = match medium.kind {
        MediumKind::CdR => 0,
        MediumKind::CdRw => 1,
    };
    header[29] = match progress.mark {
        Mark::Blank => 0,
        Mark::Recording => 1,
        Mark::Complete => 2,
        Mark::Appendable => 3,
    };
    if matches!(progress.mark, Mark::Complete | Mark::Appendable) {
        header[30..34].copy_from_slice(&progress.n_sectors.to_le_bytes());
    }
    header[34..37].copy_from_slice(&msf_bytes(medium.lead_in_start));
    header[37..40].copy_from_slice(&msf_bytes(medium.last_lead_out));
    header[40] = medium.write_power;
    header[41] = medium.reference_speed;
    header[42] = u8::from(medium.unrestricted_use);
    header[43] = medium.sub_type;
    for (slot, additional) in header[44..56].chunks_exact_mut(4).zip(medium.additional) {
        if let Some(bytes) = additional {
            slot[0] = 1;
            slot[1..].copy_from_slice(&bytes);
        }
    }
    let (first, n_sectors) = progress.unrecorded.unwrap_or_default();
    header[56..60].copy_from_slice(&first.to_le_bytes());
    header[60..64].copy_from_slice(&n_sectors.to_le_bytes());
    let slots = header[PMA_AT..CHECKSUM_AT].chunks_exact_mut(PMA_ITEM_BYTES);
    let mut n_tracks = 0;
    for (slot, track) in slots.take(MAX_TRACKS).zip(&progress.pma) {
        slot.copy_from_slice(&track.to_frame().0);
        n_tracks += 1;
    }
    header[64] = n_tracks;
    let checksum = CHECKSUM.checksum(&header[..CHECKSUM_AT]);
    header[CHECKSUM_AT..].copy_from_slice(&checksum.to_le_bytes());
    header
}

fn decode_header(
    header: &[u8; DISC_FILE_HEADER_BYTES],
    path: &Path,
) -> Result<(Medium, Progress), DiscFileError> {
    let damaged = |what| DiscFileError::HeaderDamaged {
        path: path.to_owned(),
        what,
    };
    // The version comes before the checksum: another version may keep its checksum elsewhere.
    let version = number(header, 16);
    if version != DISC_FILE_VERSION {
        return Err(DiscFileError::OtherVersion {
            path: path.to_owned(),
            version,
        });
    }
    if number(header, CHECKSUM_AT) != CHECKSUM.checksum(&header[..CHECKSUM_AT]) {
        return Err(damaged("its checksum does not fit"));
    }
    if (number(header, 20), number(header, 24)) != (4096, 2448) {
        return Err(damaged("the sizes in it are not those of this version"));
    }
    let kind = match header[28] {
        0 => MediumKind::CdR,
        1 => MediumKind::CdRw,
        _ => return Err(damaged("unknown kind of medium")),
    };
    let mark = match header[29] {
        0 => Mark::Blank,
        1 => Mark::Recording,
        2 => Mark::Complete,
        3 => Mark::Appendable,
        _ => return Err(damaged("unknown mark")),
    };
    let msf = |at: usize| {
        Msf::new(header[at], header[at + 1], header[at + 2])
            .map_err(|_| damaged("a time in it is out of range"))
    };
    let additional =
        |at: usize| (header[at] != 0).then(|| [header[at + 1], header[at + 2], header[at + 3]]);
    let medium = Medium {
        kind,
        lead_in_start: msf(34)?,
        last_lead_out: msf(37)?,
        write_power: header[40],
        reference_speed: header[41],
        unrestricted_use: header[42] != 0,
        sub_type: header[43],
        additional: [additional(44), additional(48), additional(52)],
    };
    let unrecorded = (number(header, 56), number(header, 60));
    let progress = Progress {
        mark,
        n_sectors: number(header, 30),
        unrecorded: Some(unrecorded).filter(|(_, n_sectors)| *n_sectors > 0),
        pma: decode_pma(header).ok_or_else(|| damaged("a track of the PMA is none"))?,
    };
    Ok((medium, progress))
}

fn decode_pma(header: &[u8; DISC_FILE_HEADER_BYTES]) -> Option<Vec<PmaTrack>> {
    let slots = header[PMA_AT..CHECKSUM_AT].as_chunks::<PMA_ITEM_BYTES>().0;
    let slots = slots.get(..usize::from(header[64]))?.iter();
    slots
        .map(|slot| PmaTrack::from_frame(QFrame(*slot)))
        .collect()
}

fn number(header: &[u8; DISC_FILE_HEADER_BYTES], at: usize) -> u32 {
    u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}

const fn msf_bytes(msf: Msf) -> [u8; 3] {
    [msf.minute(), msf.second(), msf.frame()]
}
