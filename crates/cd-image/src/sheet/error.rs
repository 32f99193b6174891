use cd_address::{RelMsf, Sectors};
use cd_sector::{CdTextError, CdTextKind};

use crate::{AudioError, CdgError, OpenError, SpoolError};

/// Why what a sheet says does not go with the files it names, or cannot be on a disc.
///
/// Tracks are named by their numbers in the sheet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SheetFileError {
    /// A file that the sheet names is not there.
    #[error("there is no {name:?} in {folder}{}", hint(.similar.as_deref()))]
    Missing {
        /// The name as it stands in the sheet, without its folders.
        name: String,
        /// The folder that was looked in.
        folder: String,
        /// A name of a file that may be meant.
        similar: Option<String>,
    },
    /// The file is there and cannot be used.
    #[error(transparent)]
    File(Box<OpenError>),
    /// The file is there, and its sound cannot be had.
    #[error(transparent)]
    Sound(Box<AudioError>),
    /// There are graphics beside a file of sound, and they cannot be had.
    #[error(transparent)]
    Graphics(Box<CdgError>),
    /// The parts of a track cannot be put together in a temporary file.
    #[error("cannot put the track together")]
    Spool(#[source] Box<SpoolError>),
    /// A file of samples without a header is said to be there, and it has one.
    #[error(
        "{path} is a {found} file, expected samples without a header; say {found} in the sheet"
    )]
    HasHeader {
        /// The file.
        path: String,
        /// What it is: the word for it in a sheet.
        found: &'static str,
    },
    /// Something begins where the file has ended.
    #[error("{what} begins at {at}, but {path} ends at {} ({sectors} sectors)", time(*.sectors))]
    PastEnd {
        /// What: an index and its track.
        what: String,
        /// Where it is to begin, from the file's beginning.
        at: RelMsf,
        /// The file.
        path: String,
        /// Its sectors as far as they are whole, each of the size that its tracks have.
        sectors: u64,
    },
    /// Something begins where its track has ended.
    #[error(
        "{what} of track {track:02} begins {at} after the track's beginning, but the track ends after {total}"
    )]
    PastTrack {
        /// Which track.
        track: u8,
        /// What: an index.
        what: String,
        /// Where it is to begin.
        at: String,
        /// Where the track ends.
        total: String,
    },
    /// The file has less than what is taken from it.
    #[error("track {track:02} takes {needed} bytes of {path}, which has {has}")]
    TooShort {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// Bytes from the file's beginning to the last that is taken.
        needed: u64,
        /// Bytes of the file.
        has: u64,
    },
    /// What a track has of a file is no whole number of sectors, or of samples.
    #[error(
        "track {track:02} has {len} bytes of {path}: {} times {unit} bytes ({what}) and {} bytes more; the mode is another or the file \
         was cut", len / unit, len % unit
    )]
    NotWhole {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// Bytes from the track's beginning to the file's end.
        len: u64,
        /// Bytes of what there must be a whole number of.
        unit: u64,
        /// What that is.
        what: String,
    },
    /// A data track's sectors are none.
    #[error(
        "track {track:02} is data, but none of {looked_at} of its sectors in {path} that were looked at has the sync pattern of \
         data"
    )]
    NotData {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// How many sectors were looked at.
        looked_at: u32,
    },
    /// A data track's sectors are of another mode.
    #[error(
        "track {track:02} is to be mode {expected}, but its sectors in {path} say mode {found} in their headers"
    )]
    OtherMode {
        /// Which track.
        track: u8,
        /// The mode in the sheet.
        expected: u8,
        /// The mode in the sectors' headers.
        found: u8,
        /// The file.
        path: String,
    },
    /// Some of a data track's sectors are scrambled and some are not.
    #[error(
        "track {track:02}: of the sectors of {path} that were looked at {plain} are plain and {scrambled} are scrambled; state which \
         they are to be taken for"
    )]
    MixedForms {
        /// Which track.
        track: u8,
        /// The file.
        path: String,
        /// How many are plain.
        plain: u32,
        /// How many are scrambled.
        scrambled: u32,
    },
    /// A text that no disc can hold.
    #[error("{source}; {advice}")]
    CdText {
        /// What is wrong with it.
        source: CdTextError,
        /// What to do.
        advice: &'static str,
    },
    /// An item of CD-Text that no disc can hold.
    #[error("{kind} {problem}")]
    CdTextItem {
        /// Which.
        kind: CdTextKind,
        /// What is wrong with it.
        problem: String,
    },
    /// A file of CD-Text packs is none.
    #[error("{path} is no file of CD-Text packs: {problem}")]
    CdTextFile {
        /// The file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The entries of a control file make no table of contents.
    #[error("the entries make no table of contents")]
    NoToc,
    /// An image is not as long as its control file says.
    #[error("{path} has {has} bytes; {n_sectors} sectors up to the lead-out take {needed}")]
    ImageLength {
        /// The file.
        path: String,
        /// Its bytes.
        has: u64,
        /// Sectors from LBA 0 to the lead-out.
        n_sectors: u64,
        /// Bytes of them.
        needed: u64,
    },
    /// A recording code on a track that is not sound.
    #[error(
        "track {track:02} is data, and only audio tracks have a recording code (ISRC); take the line out"
    )]
    IsrcOnData {
        /// Which track.
        track: u8,
    },
    /// Subcode was asked for and does not go with the sectors.
    #[error("the subcode in {path} has {has} bytes; {n_sectors} sectors of {main} take {needed}")]
    SubLength {
        /// The file of subcode.
        path: String,
        /// Its bytes.
        has: u64,
        /// The file of sectors.
        main: String,
        /// Its sectors.
        n_sectors: u64,
        /// 96 bytes for each.
        needed: u64,
    },
    /// Subcode was asked for, and the file's sectors are not of one size, or sound in another form.
    #[error("{path} can have no subcode in a file beside it: {why}")]
    NoSub {
        /// The file of sectors or sound.
        path: String,
        /// Why not.
        why: String,
    },
}

fn hint(similar: Option<&str>) -> String {
    similar.map_or_else(String::new, |name| {
        format!("; there is {name:?}: if it is that, write its name")
    })
}

/// A number of sectors as minutes, seconds and frames.
pub(crate) fn time(sectors: u64) -> String {
    let count = u32::try_from(sectors).unwrap_or(u32::MAX);
    match Sectors::new(count).ok().and_then(Sectors::to_rel_msf) {
        Some(time) => time.to_string(),
        None => format!("{sectors} sectors"),
    }
}
