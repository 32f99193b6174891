use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use cd_address::Lba;
use cd_sector::Mcn;
use cd_sheet::SheetEncoding;

use crate::{ByteOrder, ImageKind, OpenError, spool_directory};

/// What the caller knows of a file. The default is to find out everything.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// What the file is; otherwise found from its bytes.
    pub kind: Option<ImageKind>,
    /// The address of a raw stream's first sector; otherwise found from its Q channel. Not for other kinds.
    pub start: Option<Lba>,
    /// A media catalogue number to be authored, whatever a sheet says. Not for raw streams, which carry their own.
    pub mcn: Option<Mcn>,
    /// How the text of a sheet is encoded; otherwise found from its bytes. For sheets only.
    pub encoding: Option<SheetEncoding>,
    /// The order of the bytes of samples that have no header; otherwise what the sheet says, or little-endian. For sheets
    /// and [`ImageKind::Audio`] only.
    pub byte_order: Option<ByteOrder>,
    /// Whether data sectors of 2352 bytes are scrambled; otherwise found from each track's sectors. For sheets only: of a file of
    /// sectors its kind says it.
    pub data_form: Option<DataForm>,
    /// Whether subcode in a `.sub` file beside the file of sectors is put on the disc, instead of authored subcode. For CUE sheets only,
    /// which do not speak of it.
    pub with_sub: bool,
    /// Where decoded samples and sectors are kept; otherwise in [`spool_directory()`].
    pub spool_directory: Option<PathBuf>,
}

impl OpenOptions {
    /// Where decoded samples and sectors are to be kept.
    pub(crate) fn spool_directory(&self) -> PathBuf {
        let stated = self.spool_directory.clone();
        stated.unwrap_or_else(spool_directory)
    }

    /// Refuses what says nothing of the file at `path`, which is `kind`.
    pub(super) fn check(&self, path: &str, kind: ImageKind) -> Result<(), OpenError> {
        let is_raw = matches!(kind, ImageKind::Raw(_));
        let is_sheet = kind.is_sheet();
        let options = [
            (self.start.is_some(), is_raw, "a start address"),
            (self.mcn.is_some(), !is_raw, "a media catalogue number"),
            (self.encoding.is_some(), is_sheet, "an encoding of text"),
            (
                self.byte_order.is_some(),
                is_sheet || kind == ImageKind::Audio,
                "an order of bytes",
            ),
            (self.data_form.is_some(), is_sheet, "a form of data"),
            (
                self.with_sub,
                kind == ImageKind::Cue,
                "subcode in a file beside it",
            ),
        ];
        match options
            .iter()
            .find(|(is_given, fits, _)| *is_given && !fits)
        {
            None => Ok(()),
            Some(&(_, _, option)) => Err(OpenError::NotForKind {
                path: path.to_owned(),
                option,
                kind,
            }),
        }
    }
}

/// Reads `little` and `big`.
impl FromStr for ByteOrder {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "little" => Ok(Self::Little),
            "big" => Ok(Self::Big),
            _ => Err(UnknownWord::new("byte order", word, "little or big")),
        }
    }
}

/// How data sectors of 2352 bytes lie in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataForm {
    /// As they are read: not scrambled.
    Plain,
    /// As they stand on the disc: scrambled.
    Scrambled,
}

impl fmt::Display for DataForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Scrambled => "scrambled",
        })
    }
}

/// Reads `plain` and `scrambled`.
impl FromStr for DataForm {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        match word {
            "plain" => Ok(Self::Plain),
            "scrambled" => Ok(Self::Scrambled),
            _ => Err(UnknownWord::new("form of data", word, "plain or scrambled")),
        }
    }
}

/// A word that is none of an option's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no {what}, expected {expected}")]
pub struct UnknownWord {
    /// What the option is about.
    pub what: &'static str,
    /// What stood there.
    pub word: String,
    /// The words there are.
    pub expected: &'static str,
}

impl UnknownWord {
    fn new(what: &'static str, word: &str, expected: &'static str) -> Self {
        Self {
            what,
            word: word.to_owned(),
            expected,
        }
    }
}
