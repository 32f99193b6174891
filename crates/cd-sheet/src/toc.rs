//! The toc-file of cdrdao: what it says, read strictly and printed so that cdrdao reads it the same.
//!
//! The format is what cdrdao(1) describes under "TOC FILES", with the words that later versions have: `CD_I`,
//! `FIRST_TRACK_NO`, `END`, `FIFO`, `SWAP`, `#` and a byte offset, modes in `ZERO`, `ENCODING_...` in CD-Text.
//!
//! **Accepted.** Before the first track: `CD_DA`, `CD_ROM`, `CD_ROM_XA`, `CD_I` and `CATALOG`, then `FIRST_TRACK_NO`, then
//! `CD_TEXT` with `LANGUAGE_MAP` and `LANGUAGE` blocks. In a track, in this order: `TRACK` with its mode and `RW` or `RW_RAW`;
//! the flags `COPY`, `PRE_EMPHASIS` (each also with `NO`), `TWO_CHANNEL_AUDIO`, `FOUR_CHANNEL_AUDIO` and `ISRC`; `CD_TEXT`;
//! `PREGAP`; any number of `FILE` or `AUDIOFILE`, `DATAFILE`, `FIFO`, `SILENCE`, `ZERO`, and among them `START` and `END`;
//! `INDEX`. Line ends mean nothing, and `//` begins a comment that ends with its line. Comments are not kept.
//!
//! **Strings** have `\"`, `\\` and `\ooo` (three octal digits). In CD-Text an octal escape is a byte in the encoding of its
//! language block, as cdrdao reads it; in a file's name it is an ASCII character. A backslash before anything else stands
//! for itself: cdrdao 1.2.4 and older wrote it so. All CD-Text is printed in ASCII with escapes, which every version of
//! cdrdao reads as the same bytes.
//!
//! **Stricter than cdrdao**, which takes the last of two or ignores what it cannot use: what is given twice is refused,
//! as are catalogue numbers with a wrong check digit, recording codes whose country is not letters, `PRE_EMPHASIS` and
//! `FOUR_CHANNEL_AUDIO` on data tracks, indexes that do not ascend, CD-Text in a language without a number in the map, and
//! characters that the block's encoding does not have.
//!
//! **Refused as not supported**: `ENCODING_KOREAN` and `ENCODING_MANDARIN`, which no version of cdrdao can convert;
//! `TRACK MODE0`, which it has not; comments in `/* */`; the file name `-` (standard input).
//!
//! A toc-file describes one session and cannot say more.
//!
//! # Spec
//! cdrdao(1), "TOC FILES". Read it first.

mod cd_text;
mod lexer;
mod mode;
mod parse;
mod print;
mod string;
#[cfg(test)]
mod tests;

use cd_address::RelMsf;
use cd_sector::{CdTextKind, CdTextLanguage, Control, Isrc, Mcn, SAMPLES_PER_SECTOR};

use crate::Spanned;

pub use mode::{TocDiscType, TocEncoding, TocMode, TocSubchannel};
pub use parse::parse;

/// What a toc-file says.
///
/// ```
/// use cd_sheet::toc;
///
/// let sheet = toc::parse("CD_DA TRACK AUDIO PREGAP 0:2:0 FILE \"one.wav\" 0 // all of it")?;
/// assert_eq!(sheet.tracks.len(), 1);
/// assert_eq!(toc::parse(&sheet.to_string())?, sheet);
///
/// let error = toc::parse("CD_DA\nTRACK AUDIO\nSILENCE 0:0:75").unwrap_err();
/// assert_eq!(error.to_string(), "3:13: frame of the time is 75, expected 0 to 74");
/// # Ok::<(), cd_sheet::SheetError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TocSheet {
    /// Type of the session, which decides the disc type in point A0h; [`TocDiscType::CdDa`] to cdrdao where it is not said.
    pub disc_type: Option<TocDiscType>,
    /// `CATALOG`.
    pub catalog: Option<Spanned<Mcn>>,
    /// `FIRST_TRACK_NO`, 1..=99: number of the first track; the last one's is not above 99.
    pub first_track: Option<u8>,
    /// CD-Text of the disc and the languages of all CD-Text.
    pub cd_text: TocCdText,
    /// The tracks, 1..=99 of them.
    pub tracks: Vec<TocSheetTrack>,
}

impl TocSheet {
    /// Number of the first track, 1..=99: that of `FIRST_TRACK_NO`, or 1.
    #[must_use]
    pub const fn first_track_number(&self) -> u8 {
        match self.first_track {
            Some(number) => number,
            None => 1,
        }
    }
}

/// `CD_TEXT` of the disc.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TocCdText {
    /// `LANGUAGE_MAP`: block numbers 0..=7, each once, and their languages.
    pub languages: Vec<(u8, CdTextLanguage)>,
    /// `LANGUAGE` blocks, each number once and in the map.
    pub blocks: Vec<TocTextBlock>,
}

impl TocCdText {
    /// Encoding of the text of block `number`, the tracks' text included.
    #[must_use]
    pub fn encoding(&self, number: u8) -> TocEncoding {
        let mut blocks = self.blocks.iter();
        blocks
            .find(|block| block.number == number)
            .and_then(|block| block.encoding)
            .unwrap_or_default()
    }
}

/// A `LANGUAGE` block: what is said in one language of the disc or of a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocTextBlock {
    /// 0..=7
    pub number: u8,
    /// `ENCODING_...`; on a track it is the one of the disc's block or not given.
    pub encoding: Option<TocEncoding>,
    /// The items in their order, each kind once.
    pub items: Vec<TocTextItem>,
}

/// One item of CD-Text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocTextItem {
    /// What it is: 80h to 8Fh. `UPC_EAN` and `ISRC` are both [`CdTextKind::UPC_ISRC`], `CLOSED` and `RESERVED4` both
    /// [`CdTextKind::CLOSED_INFO`].
    pub kind: CdTextKind,
    /// What it says.
    pub value: Spanned<TocTextValue>,
}

/// What an item of CD-Text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TocTextValue {
    /// Text, which may be empty, of characters that the block's encoding has, without U+0000.
    Text(String),
    /// The bytes of the packs, at most [`TocTextValue::MAX_BYTES`].
    Bytes(Vec<u8>),
}

impl TocTextValue {
    /// The most bytes an item can have: 256 packs of 12.
    pub const MAX_BYTES: usize = 256 * 12;
}

/// A `TRACK` and what follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TocSheetTrack {
    /// What its sectors are; not [`TocMode::Mode0`]. The place is that of `TRACK`.
    pub mode: Spanned<TocMode>,
    /// R to W after each sector in the files.
    pub subchannel: Option<TocSubchannel>,
    /// `COPY` or `NO COPY`.
    pub copy_permitted: bool,
    /// `PRE_EMPHASIS` or `NO PRE_EMPHASIS`; only an audio track has it.
    pub pre_emphasis: bool,
    /// `FOUR_CHANNEL_AUDIO` or `TWO_CHANNEL_AUDIO`; only an audio track has four.
    pub four_channel: bool,
    /// `ISRC`.
    pub isrc: Option<Spanned<Isrc>>,
    /// CD-Text of the track: `LANGUAGE` blocks whose numbers are in the disc's map.
    pub cd_text: Vec<TocTextBlock>,
    /// `PREGAP`: silence, or zeros, before what the statements add. Not beside a [`TocStatement::Start`], and in an audio
    /// track only beside `FILE` and `SILENCE`.
    pub pregap: Option<Spanned<RelMsf>>,
    /// What the track is made of, in order; one at least adds data.
    pub statements: Vec<Spanned<TocStatement>>,
    /// `INDEX`: where index 2, 3 and so on begin, counted from index 1, ascending; at most 98.
    pub indexes: Vec<Spanned<RelMsf>>,
}

impl TocSheetTrack {
    /// A track of this mode without flags and without data.
    #[must_use]
    pub fn new(mode: TocMode) -> Self {
        Self {
            mode: mode.into(),
            subchannel: None,
            copy_permitted: false,
            pre_emphasis: false,
            four_channel: false,
            isrc: None,
            cd_text: Vec::new(),
            pregap: None,
            statements: Vec::new(),
            indexes: Vec::new(),
        }
    }

    /// CONTROL of the track's Q frames.
    #[must_use]
    pub fn control(&self) -> Control {
        let flags = [
            (self.mode.value != TocMode::Audio, Control::DATA),
            (self.copy_permitted, Control::COPY_PERMITTED),
            (self.pre_emphasis, Control::PRE_EMPHASIS),
            (self.four_channel, Control::FOUR_CHANNEL),
        ];
        let set = flags.into_iter().filter(|(is_set, _)| *is_set);
        set.fold(Control::AUDIO, |control, (_, flag)| control | flag)
    }

    /// Bytes that one sector of the track takes in a file, subchannel included.
    #[must_use]
    pub const fn block_bytes(&self) -> u32 {
        self.mode.value.block_bytes(self.subchannel)
    }
}

/// Something between a track's flags and its indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TocStatement {
    /// `FILE` or `AUDIOFILE`: samples of a raw, WAVE or other sound file. Only in an audio track without subchannel.
    AudioFile {
        /// Name of the file.
        name: String,
        /// `SWAP`: the samples' bytes are the other way round than the kind of file has them.
        swap: bool,
        /// `#`: the file is raw and its samples begin at this byte.
        offset: Option<u64>,
        /// Where the part that is taken begins, counted from the first sample.
        start: TocLength,
        /// How much is taken, never zero; `None` is all that follows.
        length: Option<TocLength>,
    },
    /// `DATAFILE`: blocks of a file.
    DataFile {
        /// Name of the file.
        name: String,
        /// `#`: the byte at which the part that is taken begins.
        offset: Option<u64>,
        /// How much is taken, never zero; `None` is all that follows.
        length: Option<TocLength>,
    },
    /// `FIFO`: as `DATAFILE`, from a named pipe.
    Fifo {
        /// Path of the pipe.
        name: String,
        /// How much is read, never zero.
        length: TocLength,
    },
    /// `SILENCE`: zero samples. Only in an audio track without subchannel.
    Silence {
        /// How much, never zero.
        length: TocLength,
    },
    /// `ZERO`: zero data.
    Zero {
        /// What the sectors are; `None` is as the track's.
        mode: Option<TocMode>,
        /// What R to W are; `None` is as the track's.
        subchannel: Option<TocSubchannel>,
        /// How much, never zero.
        length: TocLength,
    },
    /// `START`: index 1 begins here, or at this time in the track if one is given. Within a sector it is rounded up.
    Start(Option<RelMsf>),
    /// `END`: the post-gap begins here, or at this time in the track (pregap counted) if one is given. It begins an index
    /// of its own, numbered among those of [`TocSheetTrack::indexes`] in the order of time.
    End(Option<RelMsf>),
}

impl TocStatement {
    /// Whether the statement adds to the track; `START` and `END` do not.
    #[must_use]
    pub const fn is_data(&self) -> bool {
        !matches!(self, Self::Start(_) | Self::End(_))
    }

    /// The word it begins with.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::AudioFile { .. } => "FILE",
            Self::DataFile { .. } => "DATAFILE",
            Self::Fifo { .. } => "FIFO",
            Self::Silence { .. } => "SILENCE",
            Self::Zero { .. } => "ZERO",
            Self::Start(_) => "START",
            Self::End(_) => "END",
        }
    }
}

/// A length or a position in a track's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TocLength {
    /// In sectors, as `mm:ss:ff`.
    Time(RelMsf),
    /// In stereo samples for [`TocStatement::AudioFile`] and [`TocStatement::Silence`], in bytes for all others, those in
    /// audio tracks too; at most [`TocLength::MAX_UNITS`].
    Units(u64),
}

impl TocLength {
    /// The most samples or bytes: more than any file of a disc has.
    pub const MAX_UNITS: u64 = 1 << 40;

    /// The length in stereo samples, where a plain number counts samples.
    #[must_use]
    pub const fn samples(self) -> u64 {
        match self {
            Self::Time(time) => time.to_sectors().count() as u64 * SAMPLES_PER_SECTOR as u64,
            Self::Units(samples) => samples,
        }
    }

    /// The length in bytes, where a plain number counts bytes and a sector has `block_bytes`.
    #[must_use]
    pub const fn bytes(self, block_bytes: u32) -> u64 {
        match self {
            Self::Time(time) => time.to_sectors().bytes(block_bytes),
            Self::Units(bytes) => bytes,
        }
    }

    /// Whether it is nothing at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        match self {
            Self::Time(time) => time.to_sectors().is_zero(),
            Self::Units(units) => units == 0,
        }
    }
}
