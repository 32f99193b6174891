use std::fmt;

/// A part of a disc that is compared by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The table of contents, point by point.
    Toc,
    /// 2352 bytes a sector.
    Main,
    /// 96 bits a sector.
    P,
    /// The Q frames that are neither MCN nor ISRC in the image: 12 bytes a sector, CRC included.
    Q,
    /// The Q frames that have the media catalogue number in the image, and the drive's own answer.
    Mcn,
    /// The Q frames that have a recording code in the image, and the drive's own answer for each track.
    Isrc,
    /// 96 symbols of six bits a sector.
    Rw,
    /// The packs of CD-Text in the lead-in, 18 bytes each.
    CdText,
}

impl Layer {
    /// All layers, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Toc,
        Self::Main,
        Self::P,
        Self::Q,
        Self::Mcn,
        Self::Isrc,
        Self::Rw,
        Self::CdText,
    ];

    /// Its name in machine-readable reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Toc => "toc",
            Self::Main => "main",
            Self::P => "p",
            Self::Q => "q",
            Self::Mcn => "mcn",
            Self::Isrc => "isrc",
            Self::Rw => "rw",
            Self::CdText => "cd-text",
        }
    }

    /// What is counted in it.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Toc => "points",
            Self::Main | Self::P | Self::Rw => "sectors",
            Self::Q => "frames",
            Self::Mcn | Self::Isrc => "frames and answers",
            Self::CdText => "packs",
        }
    }

    /// Whether it lies in the Q channel of the program area.
    pub(super) const fn is_q(self) -> bool {
        matches!(self, Self::Q | Self::Mcn | Self::Isrc)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Toc => "TOC",
            Self::Main => "main channel",
            Self::P => "P",
            Self::Q => "Q",
            Self::Mcn => "MCN",
            Self::Isrc => "ISRC",
            Self::Rw => "R-W",
            Self::CdText => "CD-Text",
        })
    }
}

/// A field of a sector's main channel, in the order of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MainPart {
    /// The samples of a sector of sound.
    Samples,
    /// Bytes 0..12.
    Sync,
    /// Bytes 12..16: address and mode.
    Header,
    /// Bytes 16..24 of Mode 2 form 1 and 2.
    Subheader,
    /// The user data.
    UserData,
    /// The error detection code.
    Edc,
    /// The bytes of Mode 1 that have to be zero.
    Zero,
    /// The P parity.
    PParity,
    /// The Q parity.
    QParity,
}

impl MainPart {
    const ALL: [Self; 9] = [
        Self::Samples,
        Self::Sync,
        Self::Header,
        Self::Subheader,
        Self::UserData,
        Self::Edc,
        Self::Zero,
        Self::PParity,
        Self::QParity,
    ];
}

impl fmt::Display for MainPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Samples => "samples",
            Self::Sync => "sync",
            Self::Header => "header",
            Self::Subheader => "subheader",
            Self::UserData => "user data",
            Self::Edc => "EDC",
            Self::Zero => "zeros",
            Self::PParity => "P parity",
            Self::QParity => "Q parity",
        })
    }
}

/// Some fields of the main channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MainParts(u16);

impl MainParts {
    /// No field.
    pub const NONE: Self = Self(0);

    /// The fields in the order of the bytes.
    pub fn iter(self) -> impl Iterator<Item = MainPart> {
        MainPart::ALL
            .into_iter()
            .filter(move |part| self.0 & 1 << *part as u16 != 0)
    }

    pub(super) fn insert(&mut self, part: MainPart) {
        self.0 |= 1 << part as u16;
    }
}

impl FromIterator<MainPart> for MainParts {
    fn from_iter<I: IntoIterator<Item = MainPart>>(parts: I) -> Self {
        let mut all = Self::NONE;
        parts.into_iter().for_each(|part| all.insert(part));
        all
    }
}

impl fmt::Display for MainParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, part) in self.iter().enumerate() {
            if idx > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}
