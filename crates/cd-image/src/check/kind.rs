//! Every kind of finding there is, with its word, its layer and how bad it is.

use std::fmt;

/// Which part of a stream a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckedLayer {
    /// The stream as a whole: its areas, and its table of contents against its program.
    Stream,
    /// The 2352 bytes of the main channel.
    Main,
    /// The P channel.
    P,
    /// The Q channel.
    Q,
    /// Channels R to W of the program area.
    Rw,
    /// Channels R to W of the lead-in.
    CdText,
}

impl fmt::Display for CheckedLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stream => "stream",
            Self::Main => "main",
            Self::P => "P",
            Self::Q => "Q",
            Self::Rw => "R-W",
            Self::CdText => "CD-Text",
        })
    }
}

/// How bad a finding is, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// One of several ways in which sound discs are made, and not the commonest.
    Convention,
    /// Not as the standard has it, and read all the same.
    Deviation,
    /// A drive or player will misread it.
    Misread,
    /// A drive will refuse the stream, or the disc cannot be read in whole or in part.
    Refused,
}

impl Severity {
    /// All of them, the worst first.
    pub const WORST_FIRST: [Self; 4] = [
        Self::Refused,
        Self::Misread,
        Self::Deviation,
        Self::Convention,
    ];
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Convention => "convention",
            Self::Deviation => "deviation",
            Self::Misread => "misread",
            Self::Refused => "refused",
        })
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $layer:ident, $severity:ident;)*) => {
        /// What is wrong, apart from where and how exactly.
        ///
        /// docs/check.md tells of each what it means for a disc.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $name,)*
        }

        impl FindingKind {
            /// All kinds, by layer.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word: always the same for the same thing, made of lower-case letters and hyphens.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it is about.
            #[must_use]
            pub const fn layer(self) -> CheckedLayer {
                match self { $(Self::$name => CheckedLayer::$layer,)* }
            }

            /// How bad it is.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

kinds! {
    /// The stream starts after the lead-in.
    NoLeadIn = "no-lead-in", Stream, Refused;
    /// The lead-in holds no table of contents that can be used.
    TocUnusable = "toc-unusable", Stream, Refused;
    /// The stream ends before any lead-out.
    NoLeadOut = "no-lead-out", Stream, Refused;
    /// The lead-out is shorter than a minute and a half, in a later session than half a minute.
    LeadOutShort = "lead-out-short", Stream, Deviation;
    /// The lead-in of a later session is shorter than a minute.
    LeadInShort = "lead-in-short", Stream, Deviation;
    /// A lead-in frame outside the lead-in, or another in it.
    WrongArea = "wrong-area", Stream, Misread;
    /// The table of contents and the program have different tracks.
    TocTracks = "toc-tracks", Stream, Misread;
    /// The table of contents has a track begin where it does not.
    TocTrackStart = "toc-track-start", Stream, Misread;
    /// The table of contents gives a track another CONTROL.
    TocControl = "toc-control", Stream, Misread;
    /// The table of contents has the lead-out begin where it does not.
    TocLeadOut = "toc-lead-out", Stream, Misread;
    /// The session before does not say that this one follows, or not where.
    NextSession = "next-session", Stream, Refused;
    /// The lead-out begins later than the lead-in says that one may.
    OutermostLeadOut = "outermost-lead-out", Stream, Deviation;

    /// A data sector that is not scrambled.
    NotScrambled = "not-scrambled", Main, Refused;
    /// A data sector in an audio track.
    DataUnderAudio = "data-under-audio", Main, Misread;
    /// A sector of a data track or lead-in without the sync pattern.
    MainSync = "main-sync", Main, Misread;
    /// The header has another address than the sector.
    MainAddress = "main-address", Main, Misread;
    /// The header's address in the lead-in counts from zero.
    LeadInHeaderFromZero = "lead-in-header-from-zero", Main, Convention;
    /// The mode byte is none, or not that of the sector.
    MainMode = "main-mode", Main, Misread;
    /// A link, run-in or run-out block of a track that was recorded at once.
    LinkingBlock = "linking-block", Main, Convention;
    /// A track has sectors of Mode 1 and of Mode 2.
    TrackMode = "track-mode", Main, Deviation;
    /// The two copies of the subheader differ, or say the wrong form.
    MainSubheader = "main-subheader", Main, Misread;
    /// The EDC does not fit.
    MainEdc = "main-edc", Main, Misread;
    /// A form 2 sector without EDC.
    Form2NoEdc = "form-2-no-edc", Main, Convention;
    /// A byte that has to be zero is not.
    MainZero = "main-zero", Main, Deviation;
    /// The P parity does not fit.
    MainPParity = "main-p-parity", Main, Misread;
    /// The Q parity does not fit.
    MainQParity = "main-q-parity", Main, Misread;
    /// The samples of a track are most likely byte-swapped.
    ByteOrder = "byte-order", Main, Misread;

    /// P is not the same in all 96 symbols.
    PUneven = "p-uneven", P, Deviation;
    /// P is set where it is to be clear, or clear where it is to be set.
    PLevel = "p-level", P, Deviation;
    /// P of the lead-out keeps a level too short or too long.
    PBlinkLength = "p-blink-length", P, Deviation;
    /// P of the lead-out does not blink.
    PNoBlink = "p-no-blink", P, Deviation;
    /// P is clear in the first sector of index 1.
    PFirstSectorClear = "p-first-sector-clear", P, Convention;
    /// P is not set in the two seconds before a track whose pregap is shorter.
    PNotAnnounced = "p-not-announced", P, Convention;
    /// P is set in the first sector of the lead-out.
    PLeadOutFirstSet = "p-lead-out-first-set", P, Convention;
    /// P of the lead-out blinks once in two seconds.
    PLeadOutSlow = "p-lead-out-slow", P, Convention;

    /// All of a Q frame is zero.
    QEmpty = "q-empty", Q, Deviation;
    /// The CRC of a Q frame does not fit.
    QCrc = "q-crc", Q, Deviation;
    /// The CRC in 16-byte subcode is not inverted.
    QCrcNotInverted = "q-crc-not-inverted", Q, Convention;
    /// CONTROL has bits that exclude each other.
    QControlReserved = "q-control-reserved", Q, Deviation;
    /// ADR is none that is known.
    QAdr = "q-adr", Q, Deviation;
    /// The ZERO byte is not zero.
    QZero = "q-zero", Q, Deviation;
    /// A reserved bit is set.
    QReserved = "q-reserved", Q, Deviation;
    /// A POINT that there is none of.
    QPoint = "q-point", Q, Deviation;
    /// A disc type that there is none of.
    QDiscType = "q-disc-type", Q, Deviation;
    /// The lead-out has another index than 1.
    QLeadOutIndex = "q-lead-out-index", Q, Deviation;
    /// A number, time or code that cannot be.
    QValue = "q-value", Q, Misread;
    /// A point of the lead-in says something else than before.
    TocContradiction = "toc-contradiction", Q, Misread;
    /// A point does not stand in three frames in a row.
    TocRepeat = "toc-repeat", Q, Deviation;
    /// Point B0h says another number of pointers than the lead-in has.
    PointerCount = "pointer-count", Q, Deviation;
    /// Point C0h says of the first lead-in what cannot be, or stands in a later one.
    FirstLeadIn = "first-lead-in", Q, Deviation;
    /// The lead-in's time does not run by one.
    RunningTime = "running-time", Q, Deviation;
    /// The lead-in's time counts from zero.
    RunningTimeFromZero = "running-time-from-zero", Q, Convention;
    /// The absolute time is not the sector's address.
    AbsoluteTime = "absolute-time", Q, Misread;
    /// The relative time does not run by one.
    RelativeTime = "relative-time", Q, Misread;
    /// The pregap's countdown ends elsewhere than the pregap.
    PregapLength = "pregap-length", Q, Misread;
    /// The pregap's countdown ends with one.
    PregapCountsToOne = "pregap-counts-to-one", Q, Convention;
    /// Tracks do not follow each other by one, or something follows the lead-out.
    TrackOrder = "track-order", Q, Misread;
    /// Indices do not follow each other by one.
    IndexOrder = "index-order", Q, Misread;
    /// CONTROL changes within a track.
    Control = "control", Q, Misread;
    /// An MCN or ISRC frame has CONTROL 0 in a track with another.
    IdentityControlZero = "identity-control-zero", Q, Convention;
    /// An MCN or ISRC frame stands on the first frame of an index.
    IdentityOnIndex = "identity-on-index", Q, Deviation;
    /// An MCN or ISRC frame has another address than the sector.
    AbsoluteFrame = "absolute-frame", Q, Misread;
    /// The disc has two catalogue numbers.
    McnChanged = "mcn-changed", Q, Misread;
    /// Hundred sectors in a row without the catalogue number that the disc has.
    McnSpacing = "mcn-spacing", Q, Deviation;
    /// A track has two recording codes.
    IsrcChanged = "isrc-changed", Q, Misread;
    /// Hundred sectors in a row without the recording code that the track has.
    IsrcSpacing = "isrc-spacing", Q, Deviation;

    /// A pack of R to W whose parity does not fit, and that can be corrected.
    RwCorrectable = "rw-correctable", Rw, Deviation;
    /// A pack of R to W that cannot be corrected.
    RwUncorrectable = "rw-uncorrectable", Rw, Misread;

    /// A pack of CD-Text whose CRC does not fit.
    CdTextCrc = "cd-text-crc", CdText, Deviation;
    /// A pack of CD-Text with one wrong bit, which its CRC corrects.
    CdTextBit = "cd-text-bit", CdText, Deviation;
    /// No CD-Text in a part of the lead-in that has it before.
    CdTextHole = "cd-text-hole", CdText, Deviation;
    /// A pack of CD-Text is another than before.
    CdTextContradiction = "cd-text-contradiction", CdText, Misread;
    /// Packs of CD-Text do not follow each other.
    CdTextCycle = "cd-text-cycle", CdText, Deviation;
    /// The packs of CD-Text together do not say what they should.
    CdTextContent = "cd-text-content", CdText, Deviation;
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
