use std::fmt;

use cd_address::{Lba, LbaRange};

use super::layer::{Layer, MainParts};
use super::options::VerifyOptions;
use crate::Fault;

/// What became of one layer. What was compared is equal, equal after further readings, different, or unreadable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerReport {
    /// Which.
    pub layer: Layer,
    /// Equal at the first reading.
    pub n_equal: u32,
    /// Equal at a later reading.
    pub n_equal_later: u32,
    /// Not equal at any reading, though it could be read.
    pub n_different: u32,
    /// Not read, at any try; of Q also frames with no reading whose CRC is right.
    pub n_unreadable: u32,
    /// Left out at the edges of a shift or an offset that was accepted: what belongs there was not read.
    pub n_at_edges: u32,
    /// Not to be had from any drive: the image's own codes do not fit, and a drive withholds such a sector.
    pub n_withheld: u32,
    /// The reading that made the last of [`LayerReport::n_equal_later`] equal, at its greatest; 0 if none did.
    pub most_readings: u32,
    /// From here on nothing was read again in this layer, because that had helped too seldom.
    pub read_once_from: Option<Lba>,
    /// Why none of it was compared, if none was although the image has it.
    pub not_compared: Option<String>,
}

impl LayerReport {
    pub(super) const fn new(layer: Layer) -> Self {
        Self {
            layer,
            n_equal: 0,
            n_equal_later: 0,
            n_different: 0,
            n_unreadable: 0,
            n_at_edges: 0,
            n_withheld: 0,
            most_readings: 0,
            read_once_from: None,
            not_compared: None,
        }
    }

    /// How many were compared, in [`Layer::unit`]; 0 also if there was nothing to compare.
    #[must_use]
    pub const fn n_compared(&self) -> u32 {
        self.n_equal + self.n_equal_later + self.n_different + self.n_unreadable
    }

    /// Whether there is nothing of it, neither in the image nor on the disc.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        self.n_compared() == 0 && self.n_withheld == 0 && self.not_compared.is_none()
    }

    /// Forgets all counts: the drive does not give the layer.
    pub(super) fn withdraw(&mut self, why: String) {
        *self = Self {
            not_compared: Some(why),
            ..Self::new(self.layer)
        };
    }
}

/// In what way something is not equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// It differs, and every reading was the same.
    Different,
    /// It differs, and not all readings were the same.
    Unstable,
    /// It could not be read; of a Q frame: no reading has a right CRC.
    Unreadable,
    /// No drive gives it, because the image's own codes do not fit: nothing is known of it.
    Withheld,
}

impl FindingKind {
    /// Its name, for people and in machine-readable reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Different => "different",
            Self::Unstable => "unstable",
            Self::Unreadable => "unreadable",
            Self::Withheld => "withheld",
        }
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Something that is not equal: a run of sectors with the same fault, or a thing without an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyFinding {
    /// In which layer.
    pub layer: Layer,
    /// In what way.
    pub kind: FindingKind,
    /// Where; `None` for what has no address: points, packs, and the drive's own answers.
    pub range: Option<LbaRange>,
    /// In which track, by the image's table of contents; `None` before the first, and for the whole disc.
    pub track: Option<u8>,
    /// Of the main channel: in which fields, over the whole run.
    pub parts: MainParts,
    /// The first byte that differs, in the first sector: of the sector's 2352, of P's or Q's 12, of R-W's 96
    /// symbols, of a pack's 18.
    pub byte: Option<usize>,
    /// What the image has there, for people.
    pub expected: String,
    /// What was read, for people; in the last reading if they differ.
    pub got: String,
    /// How often the first sector was read.
    pub n_readings: u32,
}

/// A way of a drive's own that was seen while reading. None of them makes anything equal that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Habit {
    /// The subcode that comes with a sector is that of the sector so many later (negative: earlier).
    SubcodeShift {
        /// How many sectors, not 0.
        sectors: i32,
        /// Whether it was compared shifted.
        is_accepted: bool,
    },
    /// At each address the sound is read that belongs so many samples later (negative: earlier): the sum of the
    /// drive's offset in reading and the recorder's in writing.
    AudioOffset {
        /// How many stereo samples, not 0.
        samples: i32,
        /// Whether it was compared shifted.
        is_accepted: bool,
    },
    /// The drive gives zeros for the CRC of Q.
    QWithoutCrc {
        /// Whether the rest was compared alone.
        is_accepted: bool,
    },
    /// The drive gives zeros for the CRC of CD-Text.
    CdTextWithoutCrc {
        /// Whether the rest was compared alone.
        is_accepted: bool,
    },
    /// Where the image has another Q frame, the drive gave a regular one with the sector's own address: it makes Q
    /// itself, or the disc has it so.
    QRebuilt {
        /// In how many sectors.
        n_sectors: u32,
    },
    /// P is the same in every sector, whatever the image has.
    ConstantP {
        /// The level of all its bits.
        level: bool,
    },
    /// R to W are zero in every sector, whatever the image has.
    NoRw,
    /// The drive gives data sectors scrambled, as they lie on the disc.
    DataScrambled {
        /// In how many sectors.
        n_sectors: u32,
    },
    /// READ SUB-CHANNEL does not tell a number that the Q channel has.
    NumberNotTold {
        /// MCN or ISRC.
        layer: Layer,
        /// What it answered.
        why: String,
    },
}

impl Habit {
    /// Its name in machine-readable reports.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::SubcodeShift { .. } => "subcode-shift",
            Self::AudioOffset { .. } => "audio-offset",
            Self::QWithoutCrc { .. } => "q-without-crc",
            Self::CdTextWithoutCrc { .. } => "cd-text-without-crc",
            Self::QRebuilt { .. } => "q-rebuilt",
            Self::ConstantP { .. } => "constant-p",
            Self::NoRw => "no-rw",
            Self::DataScrambled { .. } => "data-scrambled",
            Self::NumberNotTold { .. } => "number-not-told",
        }
    }
}

impl fmt::Display for Habit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = |is_accepted: &bool| {
            if *is_accepted {
                "accepted, and compared accordingly"
            } else {
                "not accepted"
            }
        };
        match self {
            Self::SubcodeShift {
                sectors,
                is_accepted,
            } => write!(
                f,
                "with each sector comes the subcode of the one {} {}: {}",
                counted(sectors.unsigned_abs(), "sector"),
                if *sectors > 0 { "later" } else { "earlier" },
                how(is_accepted)
            ),
            Self::AudioOffset {
                samples,
                is_accepted,
            } => write!(
                f,
                "sound is read {} too {}, the offsets of reading and writing together: {}",
                counted(samples.unsigned_abs(), "sample"),
                if *samples > 0 { "early" } else { "late" },
                how(is_accepted)
            ),
            Self::QWithoutCrc { is_accepted } => {
                write!(f, "Q comes with zeros for its CRC: {}", how(is_accepted))
            }
            Self::CdTextWithoutCrc { is_accepted } => write!(
                f,
                "CD-Text comes with zeros for its CRCs: {}",
                how(is_accepted)
            ),
            Self::QRebuilt { n_sectors } => write!(
                f,
                "in {} a regular Q frame was read where the image has another: either the drive makes Q itself, or the \
                 disc has it so",
                counted(*n_sectors, "sector")
            ),
            Self::ConstantP { level } => write!(
                f,
                "P reads {} in every sector, whatever the image has",
                if *level { "FFh" } else { "00h" }
            ),
            Self::NoRw => f.write_str("R-W reads zero in every sector, whatever the image has"),
            Self::DataScrambled { n_sectors } => write!(
                f,
                "{} of data came scrambled, as on the disc",
                counted(*n_sectors, "sector")
            ),
            Self::NumberNotTold { layer, why } => write!(
                f,
                "READ SUB-CHANNEL does not tell the {layer}, which Q has: {why}"
            ),
        }
    }
}

pub(super) fn counted(n: u32, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VerifyOutcome {
    /// All layers were compared, and are equal within what was accepted.
    Equal,
    /// Nothing differs, and something of the image could not be compared.
    Incomplete,
    /// Something differs or cannot be read.
    Different,
}

/// What a comparison found.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// The sectors compared: the program area, and the first pregap if the drive reads it.
    pub range: LbaRange,
    /// What was accepted.
    pub options: VerifyOptions,
    /// Each layer, in the order of [`Layer::ALL`].
    pub layers: [LayerReport; Layer::ALL.len()],
    /// What is not equal: of each layer the first 200 runs.
    pub findings: Vec<VerifyFinding>,
    /// How many runs there are of each layer, those that are not in the list included.
    pub n_findings: [u32; Layer::ALL.len()],
    /// What was seen of the drive's own ways.
    pub habits: Vec<Habit>,
    /// Why the first track's pregap was not compared, if it was not: few drives read it. It does not count
    /// against [`VerifyOutcome::Equal`], and no more do lead-in and lead-out, which no drive gives.
    pub without_pregap: Option<Fault>,
}

impl VerifyReport {
    /// One layer's part.
    #[must_use]
    pub const fn layer(&self, layer: Layer) -> &LayerReport {
        &self.layers[layer as usize]
    }

    /// What it comes to.
    #[must_use]
    pub fn outcome(&self) -> VerifyOutcome {
        let is_within = |layer: &LayerReport| {
            layer.n_different == 0
                && (layer.n_unreadable == 0 || layer.layer.is_q() && self.tolerates_q())
        };
        if !self.layers.iter().all(is_within) {
            return VerifyOutcome::Different;
        }
        let is_whole = |layer: &LayerReport| layer.not_compared.is_none() && layer.n_withheld == 0;
        if self.layers.iter().all(is_whole) {
            VerifyOutcome::Equal
        } else {
            VerifyOutcome::Incomplete
        }
    }

    /// Whether everything was compared and is equal, within what was accepted.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.outcome() == VerifyOutcome::Equal
    }

    /// Whether the Q frames without a right CRC are within [`VerifyOptions::q_tolerance_ppm`].
    #[must_use]
    pub fn tolerates_q(&self) -> bool {
        let of_q = self.layers.iter().filter(|layer| layer.layer.is_q());
        let (n_unreadable, n_compared) = of_q.fold((0, 0), |(unreadable, compared), layer| {
            (
                unreadable + layer.n_unreadable,
                compared + layer.n_compared(),
            )
        });
        self.options.tolerates_q(n_unreadable, n_compared)
    }
}
