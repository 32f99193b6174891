//! What would not come back from a target's files, found before they are written.
//!
//! A reader of the files authors again what they do not hold. So the disc that it would author is authored here, as far as
//! its subcode and its made sectors go, and compared: what differs is lost. A loss that has a name (a number, an index,
//! CD-Text) is told by it, with the sectors that change for its sake; the rest is told by area and layer.

use std::fmt;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Control, DiscType, SectorKind, SectorLayout};

use super::{ConvertError, ConvertTarget, cd_text, check, sheets};
use crate::raw_stream::sample;
use crate::recover::{Expected, Tally};
use crate::{
    DiscArea, DiscMap, DiscSpec, LEAD_OUT_SECTORS, SectorLayer, Track, TrackKind, TrackMap,
};

/// Something about a stream that does not come back from a target's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// What.
    pub kind: LossKind,
    /// In how many sectors it shows.
    pub n_sectors: u32,
    /// The first of them; `None` if they are sectors that the stream does not have.
    pub first: Option<Lba>,
}

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossKind {
    /// The CD-Text, or, if the target has texts, the way in which they are cut into packs.
    CdText {
        /// Whether the texts come back.
        in_other_packs: bool,
    },
    /// The media catalogue number.
    Mcn,
    /// The number of the first track, which comes back as 1.
    FirstTrack,
    /// The disc type in point A0h.
    DiscType {
        /// What it is.
        from: DiscType,
        /// What comes back.
        to: DiscType,
    },
    /// What a data track's made sectors are.
    TrackKind {
        /// Its number.
        track: u8,
        /// What it is.
        from: TrackKind,
        /// What comes back.
        to: TrackKind,
    },
    /// CONTROL of a track.
    Control {
        /// Its number.
        track: u8,
        /// What it is.
        from: Control,
        /// What comes back.
        to: Control,
    },
    /// Serial copy management of a track.
    Scms {
        /// Its number.
        track: u8,
    },
    /// Index 2 and those after it of a track.
    Indexes {
        /// Its number.
        track: u8,
    },
    /// The length of the lead-out.
    LeadOutLength {
        /// Its sectors; [`LEAD_OUT_SECTORS`] come back.
        from: Sectors,
    },
    /// Data that is not scrambled in the stream, and comes back scrambled.
    NotScrambled,
    /// Sectors whose header, EDC, parity or form does not follow from 2048 bytes of user data.
    Codes,
    /// Whatever else is in a layer of an area: it comes back as it would be authored.
    Layer(DiscArea, SectorLayer),
}

impl LossKind {
    /// One word for it, the same in every version.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::CdText { .. } => "cd-text",
            Self::Mcn => "mcn",
            Self::FirstTrack => "first-track",
            Self::DiscType { .. } => "disc-type",
            Self::TrackKind { .. } => "track-kind",
            Self::Control { .. } => "control",
            Self::Scms { .. } => "scms",
            Self::Indexes { .. } => "indexes",
            Self::LeadOutLength { .. } => "lead-out-length",
            Self::NotScrambled => "not-scrambled",
            Self::Codes => "codes",
            Self::Layer(area, layer) => layer_word(*area, *layer),
        }
    }

    /// The track it is about, if it is about one.
    #[must_use]
    pub const fn track(&self) -> Option<u8> {
        match *self {
            Self::TrackKind { track, .. }
            | Self::Control { track, .. }
            | Self::Scms { track }
            | Self::Indexes { track } => Some(track),
            _ => None,
        }
    }
}

const fn layer_word(area: DiscArea, layer: SectorLayer) -> &'static str {
    use {DiscArea as Area, SectorLayer as Layer};
    match (area, layer) {
        (Area::LeadIn, Layer::Main) => "lead-in-main",
        (Area::LeadIn, Layer::P) => "lead-in-p",
        (Area::LeadIn, Layer::Q) => "lead-in-q",
        (Area::LeadIn, Layer::Rw) => "lead-in-rw",
        (Area::Pregap, Layer::Main) => "pregap-main",
        (Area::Pregap, Layer::P) => "pregap-p",
        (Area::Pregap, Layer::Q) => "pregap-q",
        (Area::Pregap, Layer::Rw) => "pregap-rw",
        (Area::Program, Layer::Main) => "main",
        (Area::Program, Layer::P) => "p",
        (Area::Program, Layer::Q) => "q",
        (Area::Program, Layer::Rw) => "rw",
        (Area::LeadOut, Layer::Main) => "lead-out-main",
        (Area::LeadOut, Layer::P) => "lead-out-p",
        (Area::LeadOut, Layer::Q) => "lead-out-q",
        (Area::LeadOut, Layer::Rw) => "lead-out-rw",
    }
}

impl fmt::Display for LossKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CdText {
                in_other_packs: true,
            } => f.write_str("CD-Text comes back cut into other packs"),
            Self::CdText { .. } => f.write_str("CD-Text"),
            Self::Mcn => f.write_str("the media catalogue number"),
            Self::FirstTrack => f.write_str("the first track's number comes back as 1"),
            Self::DiscType { from, to } => {
                write!(f, "the disc type, {from}, comes back as {to}")
            }
            Self::TrackKind { track, from, to } => {
                write!(f, "track {track}, {from}, comes back as {to}")
            }
            Self::Control { track, from, to } => {
                write!(f, "CONTROL of track {track}, {from}, comes back as {to}")
            }
            Self::Scms { track } => {
                write!(f, "the copy bit of track {track} that comes and goes (serial copy management)")
            }
            Self::Indexes { track } => write!(f, "index 2 and on of track {track}"),
            Self::LeadOutLength { from } => write!(
                f,
                "the lead-out's length, {from} sectors, comes back as {LEAD_OUT_SECTORS}"
            ),
            Self::NotScrambled => {
                f.write_str("data that is not scrambled in the stream comes back scrambled")
            }
            Self::Codes => f.write_str(
                "sectors whose header, EDC, parity or form does not follow from their 2048 bytes of user data",
            ),
            Self::Layer(DiscArea::Program, SectorLayer::Rw) => {
                f.write_str("channels R to W of the program (graphics)")
            }
            Self::Layer(area, layer) => {
                write!(f, "{layer} of the {area} where it is not as it is authored")
            }
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, n_sectors) = (self.kind, self.n_sectors);
        match (n_sectors, self.first) {
            (1, None) => write!(f, "{kind}: 1 sector"),
            (1, Some(first)) => write!(f, "{kind}: 1 sector, at lba {first}"),
            (_, None) => write!(f, "{kind}: {n_sectors} sectors"),
            (_, Some(first)) => {
                write!(f, "{kind}: {n_sectors} sectors, the first at lba {first}")
            }
        }
    }
}

/// What does not come back when the disc of `map` is converted to `target` and a stream that starts at the same address is made
/// of that; nothing, if it is the same bytes.
///
/// # Errors
/// [`ConvertError`] if the target cannot hold such a disc at all.
pub fn losses(map: &DiscMap, target: ConvertTarget) -> Result<Vec<Loss>, ConvertError> {
    check(map, target)?;
    let full = map.expect(map.spec()).map_err(ConvertError::Layout)?;
    let held = Held::new(map, target);
    let mut losses = Vec::new();
    for kind in cuts(map, target) {
        let mut spec = map.spec();
        kind.cut(&mut spec, map);
        let cut = map.expect(spec).map_err(ConvertError::Layout)?;
        losses.extend(held.difference(map, kind, (&full, &cut)));
    }
    let mut tally = Tally::default();
    map.trace().compare(&full, &mut tally);
    for deviation in tally.finish() {
        if held.has(deviation.area, deviation.layer) {
            continue;
        }
        losses.push(Loss {
            kind: LossKind::Layer(deviation.area, deviation.layer),
            n_sectors: deviation.n_sectors,
            first: Some(deviation.first),
        });
    }
    losses.extend(lead_out_length(map));
    losses.extend(not_scrambled(map));
    if target == ConvertTarget::Iso {
        losses.extend(codes(map));
    }
    Ok(losses)
}

/// What a target's files hold of the program besides the main channel.
#[derive(Clone, Copy)]
struct Held {
    pq: bool,
    rw: bool,
}

impl Held {
    fn new(map: &DiscMap, target: ConvertTarget) -> Self {
        let pq = matches!(
            target,
            ConvertTarget::Ccd | ConvertTarget::Cue { with_sub: true }
        );
        // Packs would have to be interleaved, and would not come back as packs.
        let is_raw = map.layout() != SectorLayout::PackedPw96;
        Self {
            pq,
            rw: is_raw && (pq || target == ConvertTarget::Toc),
        }
    }

    const fn has(self, area: DiscArea, layer: SectorLayer) -> bool {
        match (area, layer) {
            (DiscArea::Program, SectorLayer::P | SectorLayer::Q) => self.pq,
            (DiscArea::Program, SectorLayer::Rw) => self.rw,
            _ => false,
        }
    }

    /// The loss that `kind` is if the sectors are authored as the second and not as the first; `None` if they are the same, as
    /// far as the files do not hold them.
    fn difference(
        self,
        map: &DiscMap,
        kind: LossKind,
        (full, cut): (&Expected, &Expected),
    ) -> Option<Loss> {
        let (mut n_sectors, mut first) = (0, None);
        for lba in map.range() {
            if lba.position() >= full.end_position() {
                break;
            }
            let (wanted, got) = (full.at(lba), cut.at(lba));
            let layers = SectorLayer::ALL.into_iter().zip(wanted.differs(&got));
            let lost = |(layer, differs)| differs && !self.has(wanted.area, layer);
            if layers.into_iter().any(lost) {
                n_sectors += 1;
                first.get_or_insert(lba);
            }
        }
        first.map(|first| Loss {
            kind,
            n_sectors,
            first: Some(first),
        })
    }
}

/// What the target has no words for, or a reader finds differently.
fn cuts(map: &DiscMap, target: ConvertTarget) -> Vec<LossKind> {
    let mut cuts = Vec::new();
    let is_iso = target == ConvertTarget::Iso;
    if is_iso {
        cuts.extend(map.mcn().map(|_| LossKind::Mcn));
        cuts.extend((map.toc().first_track() != 1).then_some(LossKind::FirstTrack));
    }
    if !map.cd_text().is_empty() {
        let through_toc = cd_text::through_toc(map.cd_text());
        match target {
            ConvertTarget::Iso => cuts.push(LossKind::CdText {
                in_other_packs: false,
            }),
            ConvertTarget::Toc if through_toc != map.cd_text() => cuts.push(LossKind::CdText {
                in_other_packs: !through_toc.is_empty(),
            }),
            _ => {}
        }
    }
    for track in map.tracks() {
        let number = track.track;
        let authored = authored(map, number).map_or(track.control, |track| track.control);
        let (from, to) = (track.kind, kind_again(map, track, target));
        if from != to {
            cuts.push(LossKind::TrackKind {
                track: number,
                from,
                to,
            });
        }
        if is_iso && authored != Control::DATA {
            cuts.push(LossKind::Control {
                track: number,
                from: authored,
                to: Control::DATA,
            });
        }
        if track.scms && target == ConvertTarget::Toc {
            cuts.push(LossKind::Scms { track: number });
        }
        if is_iso && !track.indexes.is_empty() {
            cuts.push(LossKind::Indexes { track: number });
        }
    }
    let (from, to) = (map.toc().disc_type(), disc_type_again(map, target));
    if from != to {
        cuts.push(LossKind::DiscType { from, to });
    }
    cuts
}

fn authored(map: &DiscMap, number: u8) -> Option<Track> {
    let mut tracks = map.tracks().iter().zip(map.spec().tracks);
    tracks
        .find(|(track, _)| track.track == number)
        .map(|(_, authored)| authored)
}

/// The kind that a track comes back as.
fn kind_again(map: &DiscMap, track: &TrackMap, target: ConvertTarget) -> TrackKind {
    match track.kind {
        TrackKind::Mode2Formless | TrackKind::Mode2Xa if target == ConvertTarget::Iso => {
            TrackKind::Mode1
        }
        TrackKind::Mode2Formless | TrackKind::Mode2Xa => mode_2_again(map, track),
        kind => kind,
    }
}

/// Readers tell the two by sectors that they sample: half of those of Mode 2 with two equal subheaders are a track with
/// forms.
fn mode_2_again(map: &DiscMap, track: &TrackMap) -> TrackKind {
    let starts: Vec<_> = sheets::points(track).map(|(_, at)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([track.end]);
    let (mut n_forms, mut n_sampled) = (0_u32, 0_u32);
    for (start, end) in starts.iter().zip(ends) {
        let piece = LbaRange::from_bounds(*start, end).ok();
        for sector_idx in sample(piece.map_or(0, |piece| piece.len().count().into())) {
            let offset = u32::try_from(sector_idx).ok();
            let lba = offset.and_then(|offset| start.add(Sectors::new(offset).ok()?).ok());
            let sector = lba.and_then(|lba| map.trace().at(lba));
            if let Some(has_forms) = sector.and_then(|sector| sector.has_forms) {
                n_sampled += 1;
                n_forms += u32::from(has_forms);
            }
        }
    }
    if 2 * n_forms >= n_sampled {
        TrackKind::Mode2Xa
    } else {
        TrackKind::Mode2Formless
    }
}

/// The disc type that comes back: as the sheet says, or as it follows from the tracks.
fn disc_type_again(map: &DiscMap, target: ConvertTarget) -> DiscType {
    match target {
        ConvertTarget::Ccd => map.toc().disc_type(),
        ConvertTarget::Toc => sheets::toc_disc_type(map).disc_type(),
        ConvertTarget::Cue { .. } if sheets::is_cdi(map) => DiscType::CD_I,
        ConvertTarget::Cue { .. } | ConvertTarget::Iso => {
            let mut spec = map.spec();
            spec.disc_type = None;
            for (track, of_map) in spec.tracks.iter_mut().zip(map.tracks()) {
                track.kind = kind_again(map, of_map, target);
            }
            spec.disc_type()
        }
    }
}

impl LossKind {
    /// Takes from `spec` what is lost.
    fn cut(&self, spec: &mut DiscSpec, map: &DiscMap) {
        let first_track = spec.first_track;
        let track_idx = |track: u8| usize::from(track.saturating_sub(first_track));
        let mut of_track = |number: u8, change: &dyn Fn(&mut Track)| {
            spec.tracks
                .get_mut(track_idx(number))
                .into_iter()
                .for_each(change);
        };
        match *self {
            Self::CdText { in_other_packs } => {
                spec.cd_text = if in_other_packs {
                    cd_text::through_toc(map.cd_text())
                } else {
                    Vec::new()
                };
            }
            Self::Mcn => spec.mcn = None,
            Self::FirstTrack => spec.first_track = 1,
            Self::DiscType { to, .. } => spec.disc_type = Some(to),
            Self::TrackKind { track, to, .. } => of_track(track, &|track| track.kind = to),
            Self::Control { track, to, .. } => of_track(track, &|track| track.control = to),
            Self::Scms { track } => of_track(track, &|track| track.scms = false),
            Self::Indexes { track } => of_track(track, &|track| track.indexes.clear()),
            Self::LeadOutLength { .. } | Self::NotScrambled | Self::Codes | Self::Layer(_, _) => {}
        }
    }
}

fn lead_out_length(map: &DiscMap) -> Option<Loss> {
    let from = map.lead_out_sectors();
    let kind = LossKind::LeadOutLength { from };
    if let Some(more) = from.checked_sub(LEAD_OUT_SECTORS) {
        let first = map.lead_out_start().add(LEAD_OUT_SECTORS).ok();
        return (!more.is_zero()).then_some(Loss {
            kind,
            n_sectors: more.count(),
            first,
        });
    }
    LEAD_OUT_SECTORS.checked_sub(from).map(|less| Loss {
        kind,
        n_sectors: less.count(),
        first: None,
    })
}

fn not_scrambled(map: &DiscMap) -> Option<Loss> {
    let data = map.tracks().iter();
    let data = data.filter(|track| track.kind != TrackKind::Audio);
    let sectors = data.flat_map(|track| {
        let start = track.pregap_start.max(map.program().start());
        map.trace().between(start, track.end)
    });
    let plain = sectors.filter(|(_, sector)| sector.is_plain);
    count(LossKind::NotScrambled, plain.map(|(lba, _)| lba))
}

/// Sectors that are no sound ones of Mode 1, which alone come back from their user data.
fn codes(map: &DiscMap) -> Option<Loss> {
    let program = map
        .trace()
        .between(map.program().start(), map.lead_out_start());
    let others = program
        .filter(|(_, sector)| sector.kind != SectorKind::Mode1 || !sector.is_right)
        .map(|(lba, _)| lba);
    count(LossKind::Codes, others)
}

fn count(kind: LossKind, mut sectors: impl Iterator<Item = Lba>) -> Option<Loss> {
    let first = sectors.next()?;
    let n_sectors = u32::try_from(sectors.count() + 1).unwrap_or(u32::MAX);
    Some(Loss {
        kind,
        n_sectors,
        first: Some(first),
    })
}
