use std::fmt;

use cd_sector::{CdTextCharset, DiscType};
use encoding_rs::SHIFT_JIS;

/// Gives an enum its words: `word`, `from_word` and `Display`, from one list.
macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word as it stands in a toc-file.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            pub(super) fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

/// Type of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TocDiscType {
    /// Audio tracks only.
    CdDa,
    /// Tracks of Mode 1, audio tracks beside them or not.
    CdRom,
    /// Tracks of Mode 2 in both forms, audio tracks beside them or not.
    CdRomXa,
    /// CD-i.
    CdI,
}

words!(TocDiscType {
    CdDa = "CD_DA",
    CdRom = "CD_ROM",
    CdRomXa = "CD_ROM_XA",
    CdI = "CD_I",
});

impl TocDiscType {
    /// What point A0h of the lead-in says of such a disc.
    #[must_use]
    pub const fn disc_type(self) -> DiscType {
        match self {
            Self::CdDa | Self::CdRom => DiscType::CD_ROM_OR_DA,
            Self::CdRomXa => DiscType::CD_ROM_XA,
            Self::CdI => DiscType::CD_I,
        }
    }
}

/// What a sector is, and how much of it stands in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TocMode {
    /// 2352 bytes: 588 stereo samples.
    Audio,
    /// 2336 bytes of zeros. Only in `ZERO`.
    Mode0,
    /// 2048 bytes of user data.
    Mode1,
    /// 2352 bytes: a whole sector of Mode 1.
    Mode1Raw,
    /// 2336 bytes of user data without form.
    Mode2,
    /// 2352 bytes: a whole sector of Mode 2.
    Mode2Raw,
    /// 2048 bytes of user data.
    Mode2Form1,
    /// 2324 bytes of user data.
    Mode2Form2,
    /// 2336 bytes, subheader included, which says the form.
    Mode2FormMix,
}

words!(TocMode {
    Audio = "AUDIO",
    Mode0 = "MODE0",
    Mode1 = "MODE1",
    Mode1Raw = "MODE1_RAW",
    Mode2 = "MODE2",
    Mode2Raw = "MODE2_RAW",
    Mode2Form1 = "MODE2_FORM1",
    Mode2Form2 = "MODE2_FORM2",
    Mode2FormMix = "MODE2_FORM_MIX",
});

impl TocMode {
    /// Bytes that a sector takes in a file, with those of the subchannel.
    #[must_use]
    pub const fn block_bytes(self, subchannel: Option<TocSubchannel>) -> u32 {
        let main = match self {
            Self::Audio | Self::Mode1Raw | Self::Mode2Raw => 2352,
            Self::Mode0 | Self::Mode2 | Self::Mode2FormMix => 2336,
            Self::Mode1 | Self::Mode2Form1 => 2048,
            Self::Mode2Form2 => 2324,
        };
        main + if subchannel.is_some() { 96 } else { 0 }
    }
}

/// The 96 bytes of R to W that follow each sector in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TocSubchannel {
    /// Packs, parity and interleave still to be made where they are wanted.
    Rw,
    /// As they lie on the disc, parity made and interleaved.
    RwRaw,
}

words!(TocSubchannel {
    Rw = "RW",
    RwRaw = "RW_RAW",
});

/// How a block's CD-Text is written on the disc. Without a word it is ISO-8859-1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TocEncoding {
    /// ISO-8859-1, one byte a character.
    #[default]
    Iso8859_1,
    /// ASCII.
    Ascii,
    /// MS-JIS, that is Shift_JIS as Windows has it.
    MsJis,
}

words!(TocEncoding {
    Iso8859_1 = "ENCODING_ISO_8859_1",
    Ascii = "ENCODING_ASCII",
    MsJis = "ENCODING_MS_JIS",
});

impl TocEncoding {
    /// The same for a block of CD-Text; MS-JIS with two bytes a character, as the standard wants it.
    #[must_use]
    pub const fn charset(self) -> CdTextCharset {
        match self {
            Self::Iso8859_1 => CdTextCharset::Iso8859_1,
            Self::Ascii => CdTextCharset::Ascii,
            Self::MsJis => CdTextCharset::MsJis { double_byte: true },
        }
    }

    /// What the encoding is called outside of toc-files.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Iso8859_1 => "ISO-8859-1",
            Self::Ascii => "ASCII",
            Self::MsJis => "MS-JIS",
        }
    }

    /// The bytes of a character, one or two; `None` for one that the encoding does not have.
    pub(super) fn encode(self, character: char) -> Option<Vec<u8>> {
        let single = u8::try_from(u32::from(character)).ok();
        match (self, single) {
            (_, Some(byte)) if byte.is_ascii() => Some(vec![byte]),
            (Self::Iso8859_1, Some(byte)) => Some(vec![byte]),
            (Self::MsJis, _) => {
                let text = character.to_string();
                let (bytes, _, has_replaced) = SHIFT_JIS.encode(&text);
                // The table knows two characters that it reads back as others: yen sign and overline.
                let is_same = self.decode(&bytes).as_deref() == Some(text.as_str());
                (!has_replaced && is_same).then(|| bytes.into_owned())
            }
            _ => None,
        }
    }

    /// The characters of bytes; `None` if they are none.
    pub(super) fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Iso8859_1 => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Ascii => bytes
                .is_ascii()
                .then(|| bytes.iter().copied().map(char::from).collect()),
            Self::MsJis => SHIFT_JIS
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }
}
