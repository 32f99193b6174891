use std::fmt;
use std::str::FromStr;

use cd_sector::SectorLayout;

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageKind {
    /// Whole sectors with subcode, lead-in and lead-out included: written as they are.
    Raw(SectorLayout),
    /// User data of 2048 bytes a sector: one Mode 1 track.
    Iso,
    /// Data sectors of 2352 bytes, not scrambled: one track.
    PlainData,
    /// Data sectors of 2352 bytes, scrambled: one track.
    ScrambledData,
    /// Samples, 2352 bytes a sector, no header: one audio track.
    Audio,
    /// A WAV file: one audio track.
    Wav,
    /// A FLAC file: one audio track.
    Flac,
    /// A CHD file, which holds a compressed disc.
    Chd,
    /// A CUE sheet and the files it names.
    Cue,
    /// A toc-file of cdrdao and the files it names.
    Toc,
    /// A control file of CloneCD, with image and subcode beside it.
    Ccd,
}

impl ImageKind {
    /// Every kind, in the order of the list in the crate's documentation.
    pub const ALL: [Self; 13] = [
        Self::Raw(SectorLayout::RawPw96),
        Self::Raw(SectorLayout::PackedPw96),
        Self::Raw(SectorLayout::Pq16),
        Self::Cue,
        Self::Toc,
        Self::Ccd,
        Self::Chd,
        Self::Iso,
        Self::PlainData,
        Self::ScrambledData,
        Self::Audio,
        Self::Wav,
        Self::Flac,
    ];

    /// One word for it, such as `raw96`, `iso` or `cue`. [`FromStr`] takes it back.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Raw(SectorLayout::RawPw96) => "raw96",
            Self::Raw(SectorLayout::PackedPw96) => "packed96",
            Self::Raw(SectorLayout::Pq16) => "pq16",
            Self::Iso => "iso",
            Self::PlainData => "data",
            Self::ScrambledData => "scrambled",
            Self::Audio => "audio",
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Cue => "cue",
            Self::Toc => "toc",
            Self::Ccd => "ccd",
            Self::Chd => "chd",
        }
    }

    /// Whether it is text that describes a disc and names its files.
    #[must_use]
    pub const fn is_sheet(self) -> bool {
        matches!(self, Self::Cue | Self::Toc | Self::Ccd)
    }
}

impl fmt::Display for ImageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(layout) => write!(f, "raw stream of sectors {layout}"),
            Self::Iso => f.write_str("ISO, 2048 bytes of user data a sector"),
            Self::PlainData => f.write_str("data sectors of 2352 bytes, not scrambled"),
            Self::ScrambledData => f.write_str("data sectors of 2352 bytes, scrambled"),
            Self::Audio => f.write_str("audio samples, 2352 bytes a sector"),
            Self::Wav => f.write_str("WAV file"),
            Self::Flac => f.write_str("FLAC file"),
            Self::Cue => f.write_str("CUE sheet"),
            Self::Toc => f.write_str("toc-file of cdrdao"),
            Self::Ccd => f.write_str("control file of CloneCD"),
            Self::Chd => f.write_str("CHD file"),
        }
    }
}

/// A word that names no [`ImageKind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no kind of image, expected one of {}", words())]
pub struct UnknownKind {
    /// What stood there.
    pub word: String,
}

fn words() -> String {
    ImageKind::ALL.map(ImageKind::word).join(", ")
}

impl FromStr for ImageKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.word() == word)
            .ok_or_else(|| UnknownKind {
                word: word.to_owned(),
            })
    }
}
