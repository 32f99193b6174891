//! The words of a CUE sheet: kinds of files, modes of tracks, kinds of text, flags.

use std::fmt;

/// An enum whose variants are words of the format, read in capitals or not.
macro_rules! words {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every one of them.
            pub(super) const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word, in capitals.
            #[must_use]
            $vis const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            pub(super) fn from_word(word: &str) -> Option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|one| one.word().eq_ignore_ascii_case(word))
            }

            /// All words, for messages.
            pub(super) fn list() -> String {
                let words: Vec<_> = Self::ALL.iter().map(|one| one.word()).collect();
                words.join(", ")
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// What a sheet says of a file.
    pub CueFileKind {
        /// Sectors as they are, samples of sound with the least significant byte first.
        Binary = "BINARY",
        /// Sectors as they are, samples of sound with the most significant byte first.
        Motorola = "MOTOROLA",
        /// A file of sound. Many sheets say so of any file of sound that a program can read.
        Wave = "WAVE",
        /// A file of sound, AIFF.
        Aiff = "AIFF",
        /// A file of sound, MP3.
        Mp3 = "MP3",
        /// A file of sound, FLAC.
        Flac = "FLAC",
    }
}

impl CueFileKind {
    /// Whether the file holds sectors as they are, and so may hold data.
    #[must_use]
    pub const fn is_raw(self) -> bool {
        matches!(self, Self::Binary | Self::Motorola)
    }
}

words! {
    /// What a track's sectors are, and how many bytes of each the file has.
    pub CueTrackMode {
        /// Sound, 2352 bytes a sector.
        Audio = "AUDIO",
        /// Sound with graphics: 2352 bytes of sound and 96 of subcode.
        Cdg = "CDG",
        /// Mode 1, the 2048 bytes of user data.
        Mode1User = "MODE1/2048",
        /// Mode 1, complete sectors of 2352 bytes.
        Mode1Raw = "MODE1/2352",
        /// Mode 2 form 1, the 2048 bytes of user data.
        Mode2Form1User = "MODE2/2048",
        /// Mode 2 form 2, the 2324 bytes of user data.
        Mode2Form2User = "MODE2/2324",
        /// Mode 2, the 2336 bytes after the header.
        Mode2User = "MODE2/2336",
        /// Mode 2, complete sectors of 2352 bytes.
        Mode2Raw = "MODE2/2352",
        /// Mode 2 of a CD-i disc, the 2336 bytes after the header.
        CdiUser = "CDI/2336",
        /// Mode 2 of a CD-i disc, complete sectors of 2352 bytes.
        CdiRaw = "CDI/2352",
    }
}

impl CueTrackMode {
    /// Bytes that a sector takes in the file.
    #[must_use]
    pub const fn sector_bytes(self) -> u32 {
        match self {
            Self::Cdg => 2448,
            Self::Audio | Self::Mode1Raw | Self::Mode2Raw | Self::CdiRaw => 2352,
            Self::Mode1User | Self::Mode2Form1User => 2048,
            Self::Mode2Form2User => 2324,
            Self::Mode2User | Self::CdiUser => 2336,
        }
    }

    /// Whether it is a data track.
    #[must_use]
    pub const fn is_data(self) -> bool {
        !matches!(self, Self::Audio | Self::Cdg)
    }
}

words! {
    /// A kind of text that a disc or a track has.
    pub CueField {
        /// The title.
        Title = "TITLE",
        /// Who performs it.
        Performer = "PERFORMER",
        /// Who wrote the song.
        Songwriter = "SONGWRITER",
        /// Who composed it.
        Composer = "COMPOSER",
        /// Who arranged it.
        Arranger = "ARRANGER",
        /// A message to the listener.
        Message = "MESSAGE",
        /// The maker's number of the disc; of discs only.
        DiscId = "DISC_ID",
        /// The genre in words; of discs only.
        Genre = "GENRE",
        /// The number under the bar code, as text; of discs only.
        UpcEan = "UPC_EAN",
    }
}

impl CueField {
    /// Whether a track can have it.
    #[must_use]
    pub const fn is_per_track(self) -> bool {
        !matches!(self, Self::DiscId | Self::Genre | Self::UpcEan)
    }
}

words! {
    /// One word of `FLAGS`. [`CueFlags`] is what they say together.
    pub(super) Flag {
        /// Digital copying permitted.
        CopyPermitted = "DCP",
        /// Four channels.
        FourChannel = "4CH",
        /// Pre-emphasis.
        PreEmphasis = "PRE",
        /// Serial copy management.
        Scms = "SCMS",
        /// A data track.
        Data = "DATA",
    }
}

/// What `FLAGS` says of a track. That it is a data track is said by its mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CueFlags {
    /// `DCP`: digital copying permitted.
    pub copy_permitted: bool,
    /// `4CH`: four channels; sound only.
    pub four_channel: bool,
    /// `PRE`: pre-emphasis; sound only.
    pub pre_emphasis: bool,
    /// `SCMS`: serial copy management; sound only.
    pub scms: bool,
}

impl CueFlags {
    /// The flags that are set, in the order of printing.
    pub(super) fn set(self) -> impl Iterator<Item = Flag> {
        [
            (self.copy_permitted, Flag::CopyPermitted),
            (self.four_channel, Flag::FourChannel),
            (self.pre_emphasis, Flag::PreEmphasis),
            (self.scms, Flag::Scms),
        ]
        .into_iter()
        .filter_map(|(is_set, flag)| is_set.then_some(flag))
    }

    /// These, and `flag`.
    pub(super) const fn with(mut self, flag: Flag) -> Self {
        match flag {
            Flag::CopyPermitted => self.copy_permitted = true,
            Flag::FourChannel => self.four_channel = true,
            Flag::PreEmphasis => self.pre_emphasis = true,
            Flag::Scms => self.scms = true,
            Flag::Data => {}
        }
        self
    }
}
