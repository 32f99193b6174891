use std::io;

use cd_address::Lba;
use cd_sheet::{Place, SheetError};

use crate::{AudioError, CdgError, ChdError, ImageKind, LayoutError, SheetFileError, SourceError};

/// Why a file cannot be opened as an image.
///
/// The first group is about the file itself, the second about what is in it; nothing of the file has
/// been used when one of these is returned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no such file.
    #[error("{path} does not exist")]
    NotFound {
        /// The file asked for.
        path: String,
    },
    /// A directory was named.
    #[error("{path} is a directory; name the image file in it")]
    Directory {
        /// What was asked for.
        path: String,
    },
    /// A device, a pipe or a socket was named.
    #[error("{path} is a device, pipe or socket, not a file; copy its bytes to a file first")]
    NotAFile {
        /// What was asked for.
        path: String,
    },
    /// The operating system does not let this user read it.
    #[error("no permission to read {path}; ask its owner, or change its mode")]
    Permission {
        /// The file asked for.
        path: String,
    },
    /// The file holds no bytes.
    #[error("{path} is empty (0 bytes)")]
    Empty {
        /// The file asked for.
        path: String,
    },
    /// Anything else the operating system answered.
    #[error("cannot open {path}")]
    Io {
        /// The file asked for.
        path: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It was opened, but looking into it failed.
    #[error("cannot read the image")]
    Source(#[source] SourceError),
    /// The last sector is not whole.
    #[error(
        "{path} is {len} bytes: {sectors} sectors of {sector_bytes} bytes and {remainder} bytes more; it was cut or has \
         something added, get it again whole"
    )]
    CutInSector {
        /// The file.
        path: String,
        /// Its bytes.
        len: u64,
        /// Bytes of one sector of its kind.
        sector_bytes: u64,
        /// Whole sectors in it.
        sectors: u64,
        /// Bytes after them.
        remainder: u64,
    },
    /// Nothing known was found in it.
    #[error(
        "{path} ({len} bytes) is nothing known: no ISO file system (\"CD001\" at byte 32769, 2048 bytes a sector), no data \
         sectors of 2352 bytes, no Q channel in sectors of 2448 or 2368 bytes; if it is audio (16-bit stereo at 44.1 kHz, \
         little-endian, no header) or another of these, state its kind"
    )]
    Unknown {
        /// The file.
        path: String,
        /// Its bytes.
        len: u64,
    },
    /// It is a part of an image that another file describes.
    #[error("{path} is {what}, no disc by itself: open {sheet}")]
    NotByItself {
        /// The file.
        path: String,
        /// What it is.
        what: &'static str,
        /// What to open: a file, if one lies beside it.
        sheet: String,
    },
    /// An image in a format that is not read yet.
    #[error(
        "{path} is {format}, a format that is not read yet: convert it to CUE/BIN or CCD/IMG/SUB with the program that made it"
    )]
    NotYet {
        /// The file.
        path: String,
        /// What it is.
        format: &'static str,
    },
    /// A file of 2352-byte sectors holds different kinds.
    #[error(
        "{path} is sectors of 2352 bytes of more than one kind: sector 0 is {first}, sector {sector_idx} is {other}; only a \
         sheet that came with it can say where its tracks are"
    )]
    Mixed {
        /// The file.
        path: String,
        /// What its first sector is.
        first: String,
        /// A sector that is something else, from 0.
        sector_idx: u64,
        /// What that is.
        other: String,
    },
    /// It was to be a raw stream, and no Q channel was found.
    #[error(
        "no Q channel with right CRCs in {path} ({len} bytes), neither in sectors of 2448 bytes nor of 2368; if it is a raw \
         stream even so, state its kind and its start"
    )]
    NoSubcode {
        /// The file.
        path: String,
        /// Its bytes.
        len: u64,
    },
    /// The subcode lies channel by channel.
    #[error(
        "the subcode of {path} is de-interleaved (12 bytes each of P, Q and so on, as in SUB files), not as a recorder takes \
         it; it must be interleaved first"
    )]
    Deinterleaved {
        /// The file.
        path: String,
    },
    /// The file's Q channel comes out right in two sector sizes.
    #[error("{path} could be sectors of 2448 bytes or of 2368: state its kind")]
    AmbiguousLayout {
        /// The file.
        path: String,
    },
    /// The Q channel names no address.
    #[error(
        "the Q channel of {path} does not say at which address the stream starts: state it, like 97:34:23"
    )]
    StartUnknown {
        /// The file.
        path: String,
    },
    /// The Q channel's addresses do not agree with each other.
    #[error(
        "the Q channel of {path} does not agree on the address the stream starts at: {agree} of {total} frames looked at \
         say lba {start} ({}); state it", .start.to_msf()
    )]
    StartUnclear {
        /// The file.
        path: String,
        /// What most of the frames say.
        start: Lba,
        /// How many say so.
        agree: u32,
        /// How many say anything.
        total: u32,
    },
    /// More sectors than there are addresses from its start.
    #[error("{path} holds {sectors} sectors; from lba {start} there are addresses for {} only", room(*.start))]
    TooManySectors {
        /// The file.
        path: String,
        /// Its sectors.
        sectors: u64,
        /// The address of the first.
        start: Lba,
    },
    /// Something was asked for that does not apply to what the file is.
    #[error("{option} was given, but does not apply to {path}: {kind}")]
    NotForKind {
        /// The file.
        path: String,
        /// What was given.
        option: &'static str,
        /// What the file is.
        kind: ImageKind,
    },
    /// The text of a sheet is not right; printed as `FILE:LINE:COLUMN: FAULT`.
    #[error("{path}:{source}")]
    Sheet {
        /// The sheet.
        path: String,
        /// What is wrong, and where.
        source: Box<SheetError>,
    },
    /// What a sheet says does not go with its files; printed as `FILE:LINE:COLUMN: WHAT`.
    #[error("{path}:{place}: {source}")]
    InSheet {
        /// The sheet.
        path: String,
        /// Where it says so.
        place: Place,
        /// What does not go with what.
        source: Box<SheetFileError>,
    },
    /// Too long to be the text of a sheet.
    #[error("{path} has {len} bytes; no sheet has more than {limit}")]
    SheetTooLong {
        /// The file.
        path: String,
        /// Its bytes.
        len: u64,
        /// The most there can be.
        limit: u64,
    },
    /// It is a file of sound that cannot be used.
    #[error(transparent)]
    Sound(Box<AudioError>),
    /// There are graphics beside a file of sound, and they cannot be had.
    #[error(transparent)]
    Graphics(Box<CdgError>),
    /// It is a CHD file that cannot be used.
    #[error(transparent)]
    Chd(Box<ChdError>),
    /// Its sectors make no disc.
    #[error("no disc can be made of {path}")]
    Layout {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: LayoutError,
    },
}

impl From<SourceError> for OpenError {
    fn from(source: SourceError) -> Self {
        Self::Source(source)
    }
}

fn room(start: Lba) -> u32 {
    Lba::MAX.position() - start.position() + 1
}

impl OpenError {
    /// Sorts what the operating system answered to an attempt to open `path`.
    pub(crate) fn from_io(path: String, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound { path },
            io::ErrorKind::PermissionDenied => Self::Permission { path },
            io::ErrorKind::IsADirectory => Self::Directory { path },
            _ => Self::Io { path, source },
        }
    }
}
