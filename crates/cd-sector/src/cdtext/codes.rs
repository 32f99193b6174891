//! Numbers that stand for words: languages and genres.

use core::fmt;

/// The language of a block. Any byte can stand there.
///
/// # Spec
/// EBU Tech 3264, appendix 3 (language codes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CdTextLanguage(pub u8);

impl CdTextLanguage {
    /// Not known, or not said.
    pub const UNKNOWN: Self = Self(0x00);
    /// German.
    pub const GERMAN: Self = Self(0x08);
    /// English.
    pub const ENGLISH: Self = Self(0x09);
    /// Spanish.
    pub const SPANISH: Self = Self(0x0A);
    /// French.
    pub const FRENCH: Self = Self(0x0F);
    /// Italian.
    pub const ITALIAN: Self = Self(0x15);
    /// Japanese.
    pub const JAPANESE: Self = Self(0x69);

    /// The language's English name; `None` for a code without one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        let idx = usize::from(self.0);
        LANGUAGES
            .get(idx)
            .or_else(|| LANGUAGES_FROM_45.get(idx.checked_sub(0x45)?))
            .copied()
    }
}

impl fmt::Display for CdTextLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "language {:02X}h", self.0),
        }
    }
}

/// Codes 00h to 2Bh.
const LANGUAGES: [&str; 0x2C] = [
    "Unknown",
    "Albanian",
    "Breton",
    "Catalan",
    "Croatian",
    "Welsh",
    "Czech",
    "Danish",
    "German",
    "English",
    "Spanish",
    "Esperanto",
    "Estonian",
    "Basque",
    "Faroese",
    "French",
    "Frisian",
    "Irish",
    "Gaelic",
    "Galician",
    "Icelandic",
    "Italian",
    "Lappish",
    "Latin",
    "Latvian",
    "Luxembourgian",
    "Lithuanian",
    "Hungarian",
    "Maltese",
    "Dutch",
    "Norwegian",
    "Occitan",
    "Polish",
    "Portuguese",
    "Romanian",
    "Romansh",
    "Serbian",
    "Slovak",
    "Slovenian",
    "Finnish",
    "Swedish",
    "Turkish",
    "Flemish",
    "Wallon",
];

/// Codes 45h to 7Fh.
const LANGUAGES_FROM_45: [&str; 0x3B] = [
    "Zulu",
    "Vietnamese",
    "Uzbek",
    "Urdu",
    "Ukrainian",
    "Thai",
    "Telugu",
    "Tatar",
    "Tamil",
    "Tadzhik",
    "Swahili",
    "Sranan Tongo",
    "Somali",
    "Sinhalese",
    "Shona",
    "Serbo-Croat",
    "Ruthenian",
    "Russian",
    "Quechua",
    "Pushtu",
    "Punjabi",
    "Persian",
    "Papamiento",
    "Oriya",
    "Nepali",
    "Ndebele",
    "Marathi",
    "Moldavian",
    "Malaysian",
    "Malagasay",
    "Macedonian",
    "Laotian",
    "Korean",
    "Khmer",
    "Kazakh",
    "Kannada",
    "Japanese",
    "Indonesian",
    "Hindi",
    "Hebrew",
    "Hausa",
    "Gurani",
    "Gujarati",
    "Greek",
    "Georgian",
    "Fulani",
    "Dari",
    "Churash",
    "Chinese",
    "Burmese",
    "Bulgarian",
    "Bengali",
    "Belorussian",
    "Bambora",
    "Azerbaijani",
    "Assamese",
    "Armenian",
    "Arabic",
    "Amharic",
];

/// The genre of a disc. Any two bytes can stand there.
///
/// # Spec
/// MMC-3 annex J, genre code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CdTextGenreCode(pub u16);

impl CdTextGenreCode {
    /// No genre is given.
    pub const NOT_USED: Self = Self(0x00);
    /// A genre that has no code.
    pub const NOT_DEFINED: Self = Self(0x01);
    /// Classical.
    pub const CLASSICAL: Self = Self(0x05);
    /// Folk.
    pub const FOLK: Self = Self(0x0B);
    /// Jazz.
    pub const JAZZ: Self = Self(0x0E);
    /// Pop music.
    pub const POP: Self = Self(0x14);
    /// Rock music.
    pub const ROCK: Self = Self(0x17);

    /// The genre's English name; `None` for a code without one.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        GENRES.get(usize::from(self.0)).copied()
    }
}

impl fmt::Display for CdTextGenreCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "genre {:04X}h", self.0),
        }
    }
}

/// Codes 0000h to 001Bh.
const GENRES: [&str; 0x1C] = [
    "Not Used",
    "Not Defined",
    "Adult Contemporary",
    "Alternative Rock",
    "Childrens Music",
    "Classical",
    "Contemporary Christian",
    "Country",
    "Dance",
    "Easy Listening",
    "Erotic",
    "Folk",
    "Gospel",
    "Hip Hop",
    "Jazz",
    "Latin",
    "Musical",
    "New Age",
    "Opera",
    "Operetta",
    "Pop Music",
    "Rap",
    "Reggae",
    "Rock Music",
    "Rhythm & Blues",
    "Sound Effects",
    "Spoken Word",
    "World Music",
];
