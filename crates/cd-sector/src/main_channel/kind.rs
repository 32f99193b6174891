use core::fmt;
use core::ops::Range;

use super::lens::Head;
use super::{PlainSector, ScrambledSector};
use crate::{MAIN_BYTES, ParityForm};

/// What a sector's main channel carries, by which its bytes have their places.
///
/// ```text
///                    0      12       16          24                        2064  2068   2072   2076       2248      2352
/// audio              |                     588 stereo samples                                                        |
/// mode 0             | sync | header |                      2336 zeros                                               |
/// mode 1             | sync | header |           user data (2048)         | EDC | zero (8)  | P parity | Q parity    |
/// mode 2 formless    | sync | header |                   user data (2336)                                            |
/// mode 2 form 1      | sync | header | subheader |      user data (2048)         |   EDC    | P parity | Q parity    |
/// mode 2 form 2      | sync | header | subheader |      user data (2324)                                       | EDC |
/// ```
///
/// # Spec
/// ECMA-130 14 for all but the forms; System Description CD-ROM XA, 4.3 to 4.6, for the forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorKind {
    /// Sound. Never scrambled.
    Audio,
    /// Mode 0: no user data, all zeros.
    Mode0,
    /// Mode 1: 2048 bytes of user data with EDC and parity.
    Mode1,
    /// Mode 2 on a disc that knows no forms: 2336 bytes of user data that nothing protects.
    Mode2Formless,
    /// Mode 2 form 1: a subheader and 2048 bytes of user data with EDC and parity.
    Mode2Form1,
    /// Mode 2 form 2: a subheader and 2324 bytes of user data with an EDC that may be left out.
    Mode2Form2,
}

/// Where an EDC stands and what it is made of, in bytes of the sector.
pub(crate) struct EdcPlace {
    pub(crate) covered: Range<usize>,
    pub(crate) at: usize,
}

impl SectorKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Audio,
        Self::Mode0,
        Self::Mode1,
        Self::Mode2Formless,
        Self::Mode2Form1,
        Self::Mode2Form2,
    ];

    /// The mode byte of the header, 0..=2; sound has none.
    #[must_use]
    pub const fn mode(self) -> Option<u8> {
        match self {
            Self::Audio => None,
            Self::Mode0 => Some(0),
            Self::Mode1 => Some(1),
            Self::Mode2Formless | Self::Mode2Form1 | Self::Mode2Form2 => Some(2),
        }
    }

    /// Where the user data lies, in bytes of the sector; empty in Mode 0.
    #[must_use]
    pub const fn user(self) -> Range<usize> {
        match self {
            Self::Audio => 0..MAIN_BYTES,
            Self::Mode0 => 16..16,
            Self::Mode1 => 16..2064,
            Self::Mode2Formless => 16..2352,
            Self::Mode2Form1 => 24..2072,
            Self::Mode2Form2 => 24..2348,
        }
    }

    /// The form, 1 or 2, of a kind that has a subheader in bytes 16..24.
    #[must_use]
    pub const fn form(self) -> Option<u8> {
        match self {
            Self::Mode2Form1 => Some(1),
            Self::Mode2Form2 => Some(2),
            _ => None,
        }
    }

    /// Whether there is P and Q parity, in bytes 2076..2352: what can be repaired.
    #[must_use]
    pub const fn has_parity(self) -> bool {
        self.parity_form().is_some()
    }

    /// How the codes lie in a kind that has parity, for [`Kernel`](crate::Kernel).
    #[must_use]
    pub const fn parity_form(self) -> Option<ParityForm> {
        match self {
            Self::Mode1 => Some(ParityForm::Mode1),
            Self::Mode2Form1 => Some(ParityForm::Mode2Form1),
            _ => None,
        }
    }

    /// The bytes that have to be zero; empty but in Mode 0 and 1.
    pub(crate) const fn zero(self) -> Range<usize> {
        match self {
            Self::Mode0 => 16..2352,
            Self::Mode1 => 2068..2076,
            _ => 0..0,
        }
    }

    pub(crate) const fn edc(self) -> Option<EdcPlace> {
        let (covered, at) = match self {
            Self::Mode1 => (0..2064, 2064),
            Self::Mode2Form1 => (16..2072, 2072),
            Self::Mode2Form2 => (16..2348, 2348),
            Self::Audio | Self::Mode0 | Self::Mode2Formless => return None,
        };
        Some(EdcPlace { covered, at })
    }

    /// The kind in which Mode 2 has form `form`.
    pub(crate) const fn of_form(form: u8) -> Self {
        if form == 2 {
            Self::Mode2Form2
        } else {
            Self::Mode2Form1
        }
    }
}

impl fmt::Display for SectorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audio => "audio",
            Self::Mode0 => "mode 0",
            Self::Mode1 => "mode 1",
            Self::Mode2Formless => "mode 2 formless",
            Self::Mode2Form1 => "mode 2 form 1",
            Self::Mode2Form2 => "mode 2 form 2",
        })
    }
}

impl PlainSector<'_> {
    /// The kind of sector this is, by the bytes alone.
    ///
    /// 1. Without the whole sync pattern it is sound.
    /// 2. Header mode 0 and 1 are believed, and mode 2 with two equal copies of the subheader, of which the form bit
    ///    decides; provided that the EDC of that kind fits or is left out, and that mode 0 is all zeros.
    /// 3. Otherwise a byte of the header or the subheader is damaged, or it is formless, or more is. If an EDC fits, if
    ///    need be with the mode taken as 1 or one copy of the subheader as both, that decides.
    /// 4. If none fits: the header is believed all the same. Mode 2 without equal subheaders is formless, and of another
    ///    mode the lower two bits count, of which 3 is taken as 1.
    ///
    /// Formless user data that begins with four bytes twice looks like a form. Whoever knows what the disc is
    /// (CONTROL, the lead-in's disc type, the sectors around) asks for the kind by name and not for a guess.
    #[must_use]
    pub fn kind(self) -> SectorKind {
        if !self.has_sync() {
            return SectorKind::Audio;
        }
        let by_header = self.head().kind();
        if let Some(kind) = by_header.filter(|kind| self.bears_out(*kind)) {
            return kind;
        }
        self.kind_by_edc()
            .or(by_header)
            .unwrap_or(match self.mode() & 3 {
                0 => SectorKind::Mode0,
                2 => SectorKind::Mode2Formless,
                _ => SectorKind::Mode1,
            })
    }

    /// Whether nothing after the header speaks against `kind`.
    fn bears_out(self, kind: SectorKind) -> bool {
        match (self.edc(kind), kind) {
            (Some(0), SectorKind::Mode2Form2) => true,
            (Some(edc), _) => self.expected_edc(kind) == Some(edc),
            (None, kind) => self.0[kind.zero()].iter().all(|byte| *byte == 0),
        }
    }

    /// The kind whose EDC fits, if need be but for a damaged mode byte or one damaged copy of the subheader.
    pub(crate) fn kind_by_edc(self) -> Option<SectorKind> {
        [
            SectorKind::Mode1,
            SectorKind::Mode2Form1,
            SectorKind::Mode2Form2,
        ]
        .into_iter()
        .find(|kind| self.proves(*kind))
        .or_else(|| self.kind_but_for_a_byte())
    }

    fn kind_but_for_a_byte(self) -> Option<SectorKind> {
        let mut mended = *self.0;
        mended[15] = 1;
        if PlainSector(&mended).proves(SectorKind::Mode1) {
            return Some(SectorKind::Mode1);
        }
        self.subheaders().into_iter().find_map(|subheader| {
            let copy = subheader.to_bytes();
            mended[16..20].copy_from_slice(&copy);
            mended[20..24].copy_from_slice(&copy);
            let kind = SectorKind::of_form(subheader.form());
            PlainSector(&mended).proves(kind).then_some(kind)
        })
    }

    /// Whether the EDC of `kind` fits and is not zero, which zeros have and which proves nothing.
    fn proves(self, kind: SectorKind) -> bool {
        self.edc(kind)
            .is_some_and(|edc| edc != 0 && self.expected_edc(kind) == Some(edc))
    }
}

impl ScrambledSector<'_> {
    /// The kind of sector this is, by the bytes alone, as [`PlainSector::kind`] finds it.
    #[must_use]
    pub fn kind(self) -> SectorKind {
        PlainSector(&self.to_plain()).kind()
    }
}

impl Head {
    /// The kind, if nothing in the header and the subheaders makes it doubtful.
    fn kind(self) -> Option<SectorKind> {
        let [first, second] = self.subheaders;
        match self.header.mode {
            0 => Some(SectorKind::Mode0),
            1 => Some(SectorKind::Mode1),
            2 if first == second => Some(SectorKind::of_form(first.form())),
            _ => None,
        }
    }
}
