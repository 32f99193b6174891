//! What a stream is against what authoring it again would make.

use std::fmt;
use std::sync::Arc;

use cd_address::Lba;
use cd_sector::{CdTextCycle, PwSubcode, QFrame, SectorKind, SectorLayout};

use super::{SectorTrace, Trace, TrackMap};
use crate::{AuthoredStream, DiscLayout, DiscSpec, LayoutError, SectorSource, TrackKind};

/// A part of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiscArea {
    /// Up to LBA -151.
    LeadIn,
    /// The first pregap's 150 sectors before LBA 0.
    Pregap,
    /// From LBA 0 to the lead-out.
    Program,
    /// From there on.
    LeadOut,
}

/// A part of a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectorLayer {
    /// The 2352 bytes of the main channel.
    Main,
    /// The P channel.
    P,
    /// The Q channel.
    Q,
    /// Channels R to W.
    Rw,
}

/// In how many sectors of an area one layer is not what authoring the disc again would make.
///
/// Authoring makes the main channel outside the program. Within it, a deviation of the main channel is a sector that is
/// not of its track's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// Where.
    pub area: DiscArea,
    /// Of what.
    pub layer: SectorLayer,
    /// How many sectors, 1 at least.
    pub n_sectors: u32,
    /// The first of them.
    pub first: Lba,
}

impl DiscArea {
    /// All, by their addresses.
    pub const ALL: [Self; 4] = [Self::LeadIn, Self::Pregap, Self::Program, Self::LeadOut];

    const fn index(self) -> usize {
        match self {
            Self::LeadIn => 0,
            Self::Pregap => 1,
            Self::Program => 2,
            Self::LeadOut => 3,
        }
    }
}

impl fmt::Display for DiscArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::LeadIn => "lead-in",
            Self::Pregap => "first pregap",
            Self::Program => "program",
            Self::LeadOut => "lead-out",
        })
    }
}

impl SectorLayer {
    /// All, in the order in which they stand.
    pub const ALL: [Self; 4] = [Self::Main, Self::P, Self::Q, Self::Rw];

    const fn index(self) -> usize {
        match self {
            Self::Main => 0,
            Self::P => 1,
            Self::Q => 2,
            Self::Rw => 3,
        }
    }
}

impl fmt::Display for SectorLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Main => "main channel",
            Self::P => "P channel",
            Self::Q => "Q channel",
            Self::Rw => "channels R to W",
        })
    }
}

/// Deviations as they are counted.
#[derive(Debug, Default)]
pub(crate) struct Tally([[Option<(u32, Lba)>; 4]; 4]);

impl Tally {
    /// Counts the sector at `lba`; within an area they come by ascending addresses.
    pub(crate) fn add(&mut self, area: DiscArea, layer: SectorLayer, lba: Lba) {
        let place = &mut self.0[area.index()][layer.index()];
        let (n_sectors, _) = place.get_or_insert((0, lba));
        *n_sectors += 1;
    }

    /// What was counted, by area and layer.
    pub(crate) fn finish(self) -> Vec<Deviation> {
        let mut deviations = Vec::new();
        for (area, layers) in DiscArea::ALL.into_iter().zip(self.0) {
            for (layer, place) in SectorLayer::ALL.into_iter().zip(layers) {
                deviations.extend(place.map(|(n_sectors, first)| Deviation {
                    area,
                    layer,
                    n_sectors,
                    first,
                }));
            }
        }
        deviations
    }
}

/// The stream that a disc would be authored as: all of it but the main channel of the program.
#[derive(Debug)]
pub(crate) struct Expected {
    stream: AuthoredStream,
    /// The numbers of the lead-in's R to W, by the address's place in the cycle of CD-Text.
    cycle: Vec<u16>,
    first_kind: TrackKind,
    last_kind: TrackKind,
    lead_out: Lba,
}

/// What one sector would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ExpectedSector {
    pub(crate) area: DiscArea,
    /// `None` in the program, where it comes from a file.
    main: Option<TrackKind>,
    p: bool,
    q: QFrame,
    rw: u16,
}

impl Expected {
    /// What `spec` would be authored as, from the first address of `trace` on.
    pub(super) fn new(spec: DiscSpec, trace: &Trace) -> Result<Self, LayoutError> {
        let disc = Arc::new(DiscLayout::new(spec)?);
        let start = trace.range.start();
        let stream = AuthoredStream::new(Arc::clone(&disc), start, SectorLayout::RawPw96)?;
        let kinds = |track: Option<&crate::Track>| track.map_or(TrackKind::Audio, |t| t.kind);
        Ok(Self {
            stream,
            cycle: cycle(&disc, trace),
            first_kind: kinds(disc.tracks().first()),
            last_kind: kinds(disc.tracks().last()),
            lead_out: disc.lead_out_start(),
        })
    }

    /// The first address after the stream.
    pub(crate) fn end_position(&self) -> u32 {
        let range = self.stream.range();
        range.start().position() + range.len().count()
    }

    /// What the sector at `lba` would be.
    pub(crate) fn at(&self, lba: Lba) -> ExpectedSector {
        let area = if lba.is_lead_in() {
            DiscArea::LeadIn
        } else if lba < Lba::ZERO {
            DiscArea::Pregap
        } else if lba < self.lead_out {
            DiscArea::Program
        } else {
            DiscArea::LeadOut
        };
        let main = match area {
            DiscArea::LeadIn | DiscArea::Pregap => Some(self.first_kind),
            DiscArea::Program => None,
            DiscArea::LeadOut => Some(self.last_kind),
        };
        let (p, q) = self.stream.pq(lba);
        ExpectedSector {
            area,
            main,
            p,
            q,
            rw: self.rw(area, lba),
        }
    }

    fn rw(&self, area: DiscArea, lba: Lba) -> u16 {
        if area != DiscArea::LeadIn || self.cycle.is_empty() {
            return SectorTrace::NO_RW;
        }
        let at = usize::try_from(lba.position()).unwrap_or(0) % self.cycle.len();
        self.cycle[at]
    }
}

/// The numbers that `trace` has for the sectors of the disc's CD-Text.
fn cycle(disc: &DiscLayout, trace: &Trace) -> Vec<u16> {
    let Some(cycle) = CdTextCycle::new(disc.cd_text()) else {
        return Vec::new();
    };
    let numbers = (0..cycle.n_sectors()).map(|sector_idx| {
        let mut subcode = PwSubcode([0; 96]);
        subcode.set_cd_text(&cycle.sector(sector_idx));
        let number = trace.lead_in_rw.get(&subcode.rw());
        // What was never seen is the number of no sector.
        number.copied().unwrap_or(SectorTrace::OTHER_RW - 1)
    });
    numbers.collect()
}

impl ExpectedSector {
    /// The layers in which it is another than `other`.
    pub(crate) fn differs(&self, other: &Self) -> [bool; 4] {
        [
            self.main != other.main,
            self.p != other.p,
            self.q != other.q,
            self.rw != other.rw,
        ]
    }

    /// The layers in which `sector` is another.
    fn differs_from(&self, sector: &SectorTrace) -> [bool; 4] {
        [
            self.main.is_some_and(|kind| sector.made != Some(kind)),
            sector.p != Some(self.p),
            sector.q != self.q,
            sector.rw != self.rw,
        ]
    }
}

impl Trace {
    /// Counts where the stream is not what is expected, as far as both reach.
    pub(crate) fn compare(&self, expected: &Expected, tally: &mut Tally) {
        let sectors = self.between(self.range.start(), Lba::MAX);
        for (lba, sector) in sectors.take_while(|(lba, _)| lba.position() < expected.end_position())
        {
            let wanted = expected.at(lba);
            let layers = SectorLayer::ALL
                .into_iter()
                .zip(wanted.differs_from(sector));
            for (layer, _) in layers.filter(|(_, differs)| *differs) {
                tally.add(wanted.area, layer, lba);
            }
        }
    }

    /// Counts the sectors of `track` that are not of its kind.
    pub(super) fn note_other_kinds(&self, track: &TrackMap, tally: &mut Tally) {
        let first = track.pregap_start.max(Lba::ZERO);
        for (lba, sector) in self.between(first, track.end) {
            if !is_of_kind(sector.kind, track.kind) {
                tally.add(DiscArea::Program, SectorLayer::Main, lba);
            }
        }
    }
}

const fn is_of_kind(sector: SectorKind, track: TrackKind) -> bool {
    match track {
        TrackKind::Audio => matches!(sector, SectorKind::Audio),
        TrackKind::Mode0 => matches!(sector, SectorKind::Mode0),
        TrackKind::Mode1 => matches!(sector, SectorKind::Mode1),
        TrackKind::Mode2Formless => matches!(
            sector,
            SectorKind::Mode2Formless | SectorKind::Mode2Form1 | SectorKind::Mode2Form2
        ),
        TrackKind::Mode2Xa => matches!(sector, SectorKind::Mode2Form1 | SectorKind::Mode2Form2),
    }
}
