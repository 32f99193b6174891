//! What a disc is authored from: tracks, the runs of sectors they are made of, and how they follow each other.
//!
//! # Spec
//! ECMA-130 clause 20 (tracks, pregap, pause); IEC 60908 clause 17.

use std::fmt;

use cd_address::{PREGAP_SECTORS, Sectors};
use cd_sector::{Control, Isrc, SectorKind};

mod error;
mod layout;
mod limits;
mod run;
mod spec;
#[cfg(test)]
mod tests;

pub use error::LayoutError;
pub use layout::DiscLayout;
pub(crate) use layout::Segment;
pub use run::{FileForm, FilePayload, Run, RunMain, RunSubcode, RwForm, SubcodeForm};
pub use spec::{DiscSpec, RwOverlay};

/// The fewest sectors a track may have from index 1 on: four seconds.
///
/// # Spec
/// IEC 60908 clause 17.
pub const MIN_TRACK_SECTORS: Sectors = sectors(300);

/// Sectors of the lead-out of a first session: a minute and a half.
///
/// # Spec
/// Orange Book part II: 1.5 minutes, later sessions 0.5.
pub const LEAD_OUT_SECTORS: Sectors = sectors(6_750);

/// Sectors of the lead-out of a later session: half a minute.
///
/// # Spec
/// Orange Book part II: as [`LEAD_OUT_SECTORS`].
pub const LATER_LEAD_OUT_SECTORS: Sectors = sectors(2_250);

/// Sectors of the lead-in of a later session: a minute. That of the first begins where the medium has it.
///
/// # Spec
/// Orange Book part II: a minute between the lead-out before and the program area.
pub const LATER_LEAD_IN_SECTORS: Sectors = sectors(4_500);

const fn sectors(count: u32) -> Sectors {
    match Sectors::new(count) {
        Ok(sectors) => sectors,
        Err(_) => unreachable!(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "bytes of a sector")]
const fn to_u32(n_bytes: usize) -> u32 {
    n_bytes as u32
}

/// What a track is on the disc, and with it what is made where nothing comes from a file.
///
/// Lead-in and lead-out are filled like the tracks beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TrackKind {
    /// Sound. Made sectors are silence.
    Audio,
    /// Data sectors of Mode 0: zeros after the header, from files too if they are to be right.
    Mode0,
    /// Data sectors of Mode 1. Made sectors have zeros for user data.
    Mode1,
    /// Data sectors of Mode 2 without forms. Made sectors are 2336 zeros after the header.
    Mode2Formless,
    /// Data sectors of Mode 2 form 1 and 2, which may follow each other in any order. Made sectors are empty ones of form 2.
    Mode2Xa,
}

impl TrackKind {
    /// CONTROL of such a track when nothing else is known: audio without pre-emphasis, or data; copying not permitted.
    #[must_use]
    pub const fn control(self) -> Control {
        match self {
            Self::Audio => Control::AUDIO,
            Self::Mode0 | Self::Mode1 | Self::Mode2Formless | Self::Mode2Xa => Control::DATA,
        }
    }

    /// The kind of data track whose sectors say `mode` in their headers; Mode 2 is taken to have forms, and what is no
    /// mode to be Mode 1.
    pub(crate) const fn of_mode(mode: u8) -> Self {
        match mode {
            0 => Self::Mode0,
            2 => Self::Mode2Xa,
            _ => Self::Mode1,
        }
    }

    /// The kind of a sector that is made.
    pub(crate) const fn made(self) -> SectorKind {
        match self {
            Self::Audio => SectorKind::Audio,
            Self::Mode0 => SectorKind::Mode0,
            Self::Mode1 => SectorKind::Mode1,
            Self::Mode2Formless => SectorKind::Mode2Formless,
            Self::Mode2Xa => SectorKind::Mode2Form2,
        }
    }
}

impl fmt::Display for TrackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Audio => "audio",
            Self::Mode0 => "mode 0",
            Self::Mode1 => "mode 1",
            Self::Mode2Formless => "mode 2 without forms",
            Self::Mode2Xa => "mode 2 with forms (XA)",
        })
    }
}

/// One track of a disc to be authored.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Track {
    /// What the track is on the disc; says what made sectors are.
    pub kind: TrackKind,
    /// CONTROL in all its Q frames and in the table of contents, unless [`Track::scms`] has a say.
    pub control: Control,
    /// Serial copy management, for audio: the copy bit of CONTROL is set in four sectors and clear in four, and clear in
    /// the table of contents, whatever [`Track::control`] has there. It says that this is a copy which must not be copied.
    pub scms: bool,
    /// The recording code, for audio.
    pub isrc: Option<Isrc>,
    /// What stands before index 1, as index 0, in its order. Of the first track it begins at LBA -150 and is 150 sectors at
    /// the least; left empty there, it is 150 made ones.
    pub pregap: Vec<Run>,
    /// What stands from index 1 to the track's end, in its order; postgaps and padding are made runs here.
    pub body: Vec<Run>,
    /// Where index 2, 3 and so on begin, counted from index 1: each after the one before it, all within the body, 98 at
    /// most.
    pub indexes: Vec<Sectors>,
}

impl Track {
    /// A track of these sectors from index 1 on, with its kind's CONTROL, no recording code, no pregap of its own and
    /// no further index.
    #[must_use]
    pub const fn new(kind: TrackKind, body: Vec<Run>) -> Self {
        Self {
            kind,
            control: kind.control(),
            scms: false,
            isrc: None,
            pregap: Vec::new(),
            body,
            indexes: Vec::new(),
        }
    }

    /// The same after a pregap of `sectors` made ones.
    #[must_use]
    pub fn with_pregap(mut self, sectors: Sectors) -> Self {
        self.pregap = vec![Run::made(sectors)];
        self
    }

    /// CONTROL as the table of contents and the lead-out have it.
    #[must_use]
    pub const fn toc_control(&self) -> Control {
        if self.scms {
            Control(self.control.0 & !Control::COPY_PERMITTED.0)
        } else {
            self.control
        }
    }

    /// All its runs, the pregap's first.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.pregap.iter().chain(&self.body)
    }
}

/// Sectors of `runs`, as a plain number since the sum may be past every address.
pub(crate) fn count(runs: &[Run]) -> u64 {
    runs.iter().map(|run| u64::from(run.sectors.count())).sum()
}

/// The pregap of a first track that was given none.
pub(crate) const FIRST_PREGAP: Run = Run::made(PREGAP_SECTORS);
