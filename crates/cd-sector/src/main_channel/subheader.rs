use core::fmt;
use core::ops::BitOr;

/// The submode byte of a subheader: eight bits, any of them.
///
/// # Spec
/// System Description CD-ROM XA, 4.3.2.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Submode(pub u8);

impl Submode {
    /// Last sector of a record.
    pub const END_OF_RECORD: Self = Self(0x01);
    /// Video.
    pub const VIDEO: Self = Self(0x02);
    /// Audio.
    pub const AUDIO: Self = Self(0x04);
    /// Data.
    pub const DATA: Self = Self(0x08);
    /// Meant for the application when it passes.
    pub const TRIGGER: Self = Self(0x10);
    /// Set in form 2, clear in form 1.
    pub const FORM_2: Self = Self(0x20);
    /// To be played without stopping, errors or not.
    pub const REAL_TIME: Self = Self(0x40);
    /// Last sector of a file.
    pub const END_OF_FILE: Self = Self(0x80);

    /// Whether every bit of `other` is set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Submode {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The four bytes that a sector of Mode 2 form 1 or 2 begins with after the header, there twice; any values.
///
/// # Spec
/// System Description CD-ROM XA, 4.3.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subheader {
    /// Number of the file that the sector belongs to when files are interleaved, otherwise 0.
    pub file: u8,
    /// Number of the channel within that file.
    pub channel: u8,
    /// What is in the sector, and its form.
    pub submode: Submode,
    /// How sound or pictures are coded; 0 for data.
    pub coding: u8,
}

impl Subheader {
    /// Plain data in form 1: `00 00 08 00`.
    pub const DATA: Self = Self {
        file: 0,
        channel: 0,
        submode: Submode::DATA,
        coding: 0,
    };

    /// An empty sector of form 2: `00 00 20 00`.
    pub const EMPTY_FORM_2: Self = Self {
        submode: Submode::FORM_2,
        ..Self::DATA
    };

    /// The subheader in these bytes.
    #[must_use]
    pub const fn from_bytes([file, channel, submode, coding]: [u8; 4]) -> Self {
        Self {
            file,
            channel,
            submode: Submode(submode),
            coding,
        }
    }

    /// The bytes of this subheader, one copy of it.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        [self.file, self.channel, self.submode.0, self.coding]
    }

    /// The form that the submode says, 1 or 2.
    #[must_use]
    pub const fn form(self) -> u8 {
        if self.submode.contains(Submode::FORM_2) {
            2
        } else {
            1
        }
    }

    /// The same with the form bit as form `form` has it.
    pub(crate) const fn with_form(mut self, form: u8) -> Self {
        let rest = self.submode.0 & !Submode::FORM_2.0;
        self.submode = Submode(if form == 2 {
            rest | Submode::FORM_2.0
        } else {
            rest
        });
        self
    }
}

impl fmt::Display for Subheader {
    /// Eight hexadecimal digits, as the bytes stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08X}", u32::from_be_bytes(self.to_bytes()))
    }
}
