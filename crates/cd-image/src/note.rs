use core::fmt;

use cd_address::{Lba, Msf, Sectors};

use crate::{ChdNote, SourceNote};

/// Something about an image its owner should know before a disc is made of it. None of them stops a burn,
/// none is acted on silently.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A track was lengthened with zero sectors to the four seconds a track must have.
    Padded {
        /// Sectors in the file.
        from: Sectors,
        /// Sectors on the disc.
        to: Sectors,
    },
    /// Data sectors of a raw stream are not scrambled: a drive in raw mode writes them so, and no drive
    /// will read them as data.
    NotScrambled {
        /// The first one seen.
        first: Lba,
        /// How many of the sampled sectors.
        found: u32,
        /// How many sectors were sampled.
        sampled: u32,
    },
    /// Q frames whose CRC is right but for its inversion, as some writers leave it in 16-byte subcode.
    UninvertedQCrc {
        /// How many of the sampled sectors.
        found: u32,
        /// How many sectors were sampled.
        sampled: u32,
    },
    /// Q frames whose CRC is wrong.
    WrongQCrc {
        /// How many of the sampled sectors.
        found: u32,
        /// How many sectors were sampled.
        sampled: u32,
    },
    /// The Q frames contradict the start address that was given.
    StartContradicted {
        /// What was given.
        given: Lba,
        /// What the Q frames say.
        by_q: Lba,
    },
    /// A data sector's header does not name the address the sector will have.
    HeaderAddress {
        /// The address the sector will have.
        lba: Lba,
        /// The time in its header.
        header: Msf,
    },
    /// The file system in an ISO image is larger than the file: its end is missing.
    VolumeCut {
        /// Sectors the volume descriptor says.
        volume: u32,
        /// Sectors in the file.
        file: Sectors,
    },
    /// Something about a CHD file.
    Chd(ChdNote),
    /// Something about the files that a disc is made from.
    Source(SourceNote),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Padded { from, to } => write!(
                f,
                "{from} sectors are less than a track's four seconds: filled up with zero sectors to {to}"
            ),
            Self::NotScrambled {
                first,
                found,
                sampled,
            } => write!(
                f,
                "{found} of {sampled} sectors looked at are data sectors that are not scrambled (the first at lba \
                 {first}); written as they are, no drive will read them as data"
            ),
            Self::UninvertedQCrc { found, sampled } => write!(
                f,
                "{found} of {sampled} Q frames looked at carry their CRC un-inverted; it is left as it is"
            ),
            Self::WrongQCrc { found, sampled } => write!(
                f,
                "{found} of {sampled} Q frames looked at have a wrong CRC; they are left as they are"
            ),
            Self::StartContradicted { given, by_q } => write!(
                f,
                "the stream is taken to start at lba {given} as given, its Q frames say lba {by_q} ({})",
                by_q.to_msf()
            ),
            Self::HeaderAddress { lba, header } => write!(
                f,
                "the sector at lba {lba} ({}) says {header} in its header; it is left as it is",
                lba.to_msf()
            ),
            Self::VolumeCut { volume, file } => write!(
                f,
                "the file system is {volume} sectors long, the file only {file}: its end is missing"
            ),
            Self::Chd(note) => note.fmt(f),
            Self::Source(note) => note.fmt(f),
        }
    }
}
