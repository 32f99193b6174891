use std::fmt;

use cd_address::Lba;

use crate::{AudioNote, ByteOrder, ByteOrderFound, CdgNote, DataForm};

/// Something that their owner should know about a sheet and the files that it names, or about a file of sound.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceNote {
    /// A file of sound ends within a sector, the rest of which is silence.
    Filled {
        /// The file.
        path: String,
        /// Stereo samples of silence, 1 to 587.
        samples: u64,
    },
    /// A track ends within a sector, the rest of which is silence or zeros.
    TrackFilled {
        /// Which track.
        track: u8,
        /// Bytes of it.
        n_bytes: u64,
    },
    /// Something about a file of sound.
    Sound {
        /// The file.
        path: String,
        /// What.
        note: AudioNote,
    },
    /// Samples without a header are taken in an order of bytes in which they do not look like sound.
    ByteOrder {
        /// The file.
        path: String,
        /// The order they are taken in.
        taken: ByteOrder,
        /// What they look like.
        found: ByteOrderFound,
    },
    /// A name in a sheet has Windows' separators, and the file was found with the system's own.
    Backslashes {
        /// The name as it stands in the sheet.
        name: String,
        /// What was opened.
        path: String,
    },
    /// The first track of a sheet has a pregap, which stands behind the 150 sectors before LBA 0.
    FirstPregap {
        /// How long it is, as a time.
        length: String,
        /// Whether it is made, by PREGAP, or lies in a file.
        is_made: bool,
    },
    /// A sheet of the same name lies beside a file of sectors.
    SheetBeside {
        /// The sheet.
        path: String,
    },
    /// A file of subcode lies beside the sectors and is not used.
    SubBeside {
        /// The file of subcode.
        path: String,
    },
    /// Something about a file of graphics.
    Graphics {
        /// The file.
        path: String,
        /// What.
        note: CdgNote,
    },
    /// The Q channel in a file does not say what the entries say.
    SubContradicts {
        /// Which track.
        track: u8,
        /// Where its index 1 begins by the entries.
        start: Lba,
        /// What Q says.
        said: String,
    },
    /// Data sectors are not in the form that the control file says.
    FormContradicted {
        /// Which track.
        track: u8,
        /// What its sectors are, and are taken for.
        taken: DataForm,
    },
    /// Points of the lead-in that are not authored.
    PointsLeftOut {
        /// Which, in hexadecimal.
        points: String,
    },
    /// Packs of CD-Text from a file are not as the standard has them.
    CdTextFindings {
        /// The file.
        path: String,
        /// How many things were found.
        n_findings: usize,
        /// The first of them.
        first: String,
    },
    /// Japanese CD-Text has characters of one byte among those of two.
    MixedWidths,
    /// A sheet has texts besides a file of CD-Text packs.
    TextsUnused,
}

impl fmt::Display for SourceNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filled { path, samples } => write!(
                f,
                "{path} ends within a sector: {samples} samples of silence fill it up"
            ),
            Self::TrackFilled { track, n_bytes } => write!(
                f,
                "track {track:02} ends within a sector: {n_bytes} bytes of zeros fill it up"
            ),
            Self::Sound { path, note } => write!(f, "{path}: {note}"),
            Self::ByteOrder { path, taken, found } => write!(
                f,
                "the samples of {path} are taken to be {taken} and look {found}: a disc of them would hiss; if so, state the byte order"
            ),
            Self::Backslashes { name, path } => write!(
                f,
                "{name:?} in the sheet was taken for {path}: its separators are Windows'"
            ),
            Self::FirstPregap { length, is_made } => {
                let whence = if *is_made { "made" } else { "from the file" };
                write!(
                    f,
                    "the first track has a pregap of {length} ({whence}) behind the 00:02:00 that every disc has: it begins at \
                     00:02:00 + {length}"
                )
            }
            Self::SheetBeside { path } => write!(
                f,
                "{path} lies beside these sectors: open it if it describes them, it knows of tracks, gaps and codes"
            ),
            Self::SubBeside { path } => write!(
                f,
                "{path} holds subcode for these sectors and is not used: the sheet does not name it, ask for it"
            ),
            Self::Graphics { path, note } => write!(f, "{path}: {note}"),
            Self::SubContradicts { track, start, said } => write!(
                f,
                "track {track:02} begins at lba {start} by the entries, the subcode says {said}; both are left as they are"
            ),
            Self::FormContradicted { track, taken } => write!(
                f,
                "the data of track {track:02} is {taken}, the sheet says the other; it is taken as it is"
            ),
            Self::PointsLeftOut { points } => write!(
                f,
                "points {points} of the lead-in are left out: the lead-in is authored for one session"
            ),
            Self::CdTextFindings {
                path,
                n_findings,
                first,
            } => write!(
                f,
                "{path} has {n_findings} deviations from the standard for CD-Text and is used as it is; the first: {first}"
            ),
            Self::MixedWidths => f.write_str(
                "the CD-Text has characters of one byte among those of two, which the standard does not have: players may \
                 show it wrongly",
            ),
            Self::TextsUnused => f.write_str(
                "the sheet names a file of CD-Text packs: its own texts are not used",
            ),
        }
    }
}
