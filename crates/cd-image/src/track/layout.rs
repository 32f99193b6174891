use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{CdTextPack, Mcn, SectorLayout, Toc, TocTrack};

use super::{
    DiscSpec, LayoutError, Run, RunMain, RunSubcode, RwForm, RwOverlay, SubcodeForm, Track,
    TrackKind, limits,
};
use crate::MappedFile;
use crate::index::IndexTable;

/// A disc's tracks with their places: all that is needed to make any of its sectors.
///
/// It holds no sector data; its size depends on the number of tracks, runs and indexes only.
#[derive(Clone, Debug)]
pub struct DiscLayout {
    spec: DiscSpec,
    /// Runs of sectors of one making, each up to the start of the next, the first from [`Lba::MIN`].
    segments: Vec<Segment>,
    /// The addresses at which the tracks begin.
    pregap_starts: Vec<Lba>,
    index: IndexTable,
    toc: Toc,
    /// The addresses of the overlay.
    overlaid: Option<LbaRange>,
    has_packs: bool,
}

/// Sectors that are made in one way.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) start: Lba,
    pub(crate) kind: TrackKind,
    pub(crate) main: RunMain,
    pub(crate) subcode: RunSubcode,
}

impl DiscLayout {
    /// The disc of `spec`, the first track's pregap beginning at LBA -150, the lead-out following the last track.
    ///
    /// # Errors
    /// [`LayoutError`], for the first thing found that no disc can have, that a file has not got, or that would be lost.
    pub fn new(mut spec: DiscSpec) -> Result<Self, LayoutError> {
        limits::check(&mut spec)?;
        let mut building = Building::default();
        for (number, track) in (spec.first_track..).zip(&spec.tracks) {
            building.push_track(number, track)?;
        }
        let Building {
            mut segments,
            runs,
            pregap_starts,
            index,
            toc,
            at: lead_out,
        } = building;
        let rw_runs = runs
            .iter()
            .map(|(number, range, run)| (*number, *range, *run));
        limits::check_rw(&spec, rw_runs)?;
        drop(runs);
        let mut index = index;
        if let Some(last) = spec.tracks.last() {
            segments.push(Segment::lead(lead_out, last.kind));
            index.push_lead_out(last.toc_control(), lead_out);
        }
        if let Some(first) = spec.tracks.first() {
            segments.insert(0, Segment::lead(Lba::MIN, first.kind));
        }
        index.set_mcn(spec.mcn);
        let toc = Toc::new(spec.disc_type(), &toc, lead_out.to_msf()).map_err(LayoutError::Toc)?;
        Ok(Self {
            has_packs: segments.iter().any(Segment::has_packs),
            overlaid: spec.rw.as_ref().map(overlaid).transpose()?,
            spec,
            segments,
            pregap_starts,
            index,
            toc,
        })
    }

    /// What it was made of; the first track's pregap is there even if it was not given.
    #[must_use]
    pub const fn spec(&self) -> &DiscSpec {
        &self.spec
    }

    /// The tracks, the first being track [`DiscLayout::first_track`].
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.spec.tracks
    }

    /// The first track's number, 1..=99.
    #[must_use]
    pub const fn first_track(&self) -> u8 {
        self.spec.first_track
    }

    /// Where index 1 of the track with this number begins; `None` if there is no such track.
    #[must_use]
    pub fn track_start(&self, track: u8) -> Option<Lba> {
        self.toc.track(track).map(|track| track.start.to_lba())
    }

    /// Where the track with this number begins, its pregap included; `None` if there is no such track.
    #[must_use]
    pub fn pregap_start(&self, track: u8) -> Option<Lba> {
        let track_idx = track.checked_sub(self.spec.first_track)?;
        self.pregap_starts.get(usize::from(track_idx)).copied()
    }

    /// The media catalogue number, if one was given.
    #[must_use]
    pub const fn mcn(&self) -> Option<Mcn> {
        self.spec.mcn
    }

    /// The packs of CD-Text that go through the lead-in; none, if there is no CD-Text.
    #[must_use]
    pub fn cd_text(&self) -> &[CdTextPack] {
        &self.spec.cd_text
    }

    /// The table of contents its lead-in will hold.
    #[must_use]
    pub const fn toc(&self) -> &Toc {
        &self.toc
    }

    /// The first address of the lead-out.
    #[must_use]
    pub const fn lead_out_start(&self) -> Lba {
        self.toc.lead_out().to_lba()
    }

    /// All files it is made from, some more than once.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Arc<MappedFile>> {
        let runs = self.spec.tracks.iter().flat_map(Track::runs);
        let of_runs = runs.flat_map(|run| [run.main.file(), run.subcode.file()]);
        let overlay = self.spec.rw.as_ref().map(|overlay| &overlay.file);
        of_runs.chain([overlay]).flatten()
    }

    pub(crate) const fn index(&self) -> &IndexTable {
        &self.index
    }

    /// Whether R to W of any sector are packs that are to be interleaved.
    pub(crate) const fn has_packs(&self) -> bool {
        self.has_packs
    }

    /// The overlay and the addresses it has something for.
    pub(crate) fn overlay(&self) -> Option<(&RwOverlay, LbaRange)> {
        self.spec.rw.as_ref().zip(self.overlaid)
    }

    /// The run that `range`'s first sector lies in, and how much of `range` lies in it.
    pub(crate) fn segment_at(&self, range: LbaRange) -> (&Segment, LbaRange) {
        let after = self
            .segments
            .partition_point(|segment| segment.start <= range.start());
        let left = match self.segments.get(after) {
            Some(next) => next.start.since(range.start()).unwrap_or(Sectors::ZERO),
            None => Sectors::MAX,
        };
        (&self.segments[after - 1], range.take(left))
    }

    /// Whether sectors of `layout` can carry the disc's R to W.
    pub(crate) fn check_layout(&self, layout: SectorLayout) -> Result<(), LayoutError> {
        let what = match layout {
            SectorLayout::RawPw96 => None,
            _ if !self.spec.cd_text.is_empty() => Some("CD-Text in the lead-in"),
            _ if self.spec.rw.is_some() => Some("from a file for the whole disc"),
            _ if self.segments.iter().any(Segment::has_rw) => Some("from files of tracks"),
            _ => None,
        };
        what.map_or(Ok(()), |what| Err(LayoutError::RwLost { what, layout }))
    }
}

/// Tracks as they are put one behind the other.
struct Building<'a> {
    segments: Vec<Segment>,
    runs: Vec<(u8, LbaRange, &'a Run)>,
    pregap_starts: Vec<Lba>,
    index: IndexTable,
    toc: Vec<TocTrack>,
    at: Lba,
}

impl Default for Building<'_> {
    fn default() -> Self {
        Self {
            segments: Vec::new(),
            runs: Vec::new(),
            pregap_starts: Vec::new(),
            index: IndexTable::default(),
            toc: Vec::new(),
            at: Lba::PREGAP_START,
        }
    }
}

impl<'a> Building<'a> {
    fn push_track(&mut self, number: u8, track: &'a Track) -> Result<(), LayoutError> {
        let pregap = self.at;
        self.pregap_starts.push(pregap);
        self.push_runs(number, track.kind, &track.pregap)?;
        let start = self.at;
        self.push_runs(number, track.kind, &track.body)?;
        self.toc.push(TocTrack {
            track: number,
            control: track.toc_control(),
            start: start.to_msf(),
        });
        self.index.push_track(number, track, pregap, start);
        Ok(())
    }

    fn push_runs(
        &mut self,
        number: u8,
        kind: TrackKind,
        runs: &'a [Run],
    ) -> Result<(), LayoutError> {
        for run in runs.iter().filter(|run| !run.sectors.is_zero()) {
            self.segments.push(Segment {
                start: self.at,
                kind,
                main: run.main.clone(),
                subcode: run.subcode.clone(),
            });
            let too_long = |_| LayoutError::too_long(self.at);
            let range = LbaRange::new(self.at, run.sectors).map_err(too_long)?;
            self.runs.push((number, range, run));
            self.at = self.at.add(run.sectors).map_err(too_long)?;
        }
        Ok(())
    }
}

fn overlaid(overlay: &RwOverlay) -> Result<LbaRange, LayoutError> {
    let n_sectors = limits::overlay_end(overlay) - overlay.start.position();
    Sectors::new(n_sectors)
        .and_then(|length| LbaRange::new(overlay.start, length))
        .map_err(|_| LayoutError::too_long(overlay.start))
}

impl Segment {
    /// Lead-in or lead-out, which are filled like the track beside them.
    const fn lead(start: Lba, kind: TrackKind) -> Self {
        Self {
            start,
            kind,
            main: RunMain::Made,
            subcode: RunSubcode::Authored,
        }
    }

    /// Bytes of a file that has `stride` for each of the segment's sectors before `range`.
    pub(crate) fn bytes_before(&self, range: LbaRange, stride: u32) -> u64 {
        let n_sectors = range.start().position() - self.start.position();
        u64::from(n_sectors) * u64::from(stride)
    }

    /// Whether R to W are packs that are to be interleaved.
    pub(crate) const fn has_packs(&self) -> bool {
        matches!(
            self.subcode,
            RunSubcode::RwFile {
                form: RwForm::Packs | RwForm::CdgPacks,
                ..
            }
        )
    }

    /// Whether R to W come from a file of the run's own.
    pub(crate) const fn has_rw(&self) -> bool {
        !matches!(
            self.subcode,
            RunSubcode::Authored
                | RunSubcode::File {
                    form: SubcodeForm::Pq16,
                    ..
                }
        )
    }
}

impl RunMain {
    const fn file(&self) -> Option<&Arc<MappedFile>> {
        match self {
            Self::Made => None,
            Self::File { file, .. } => Some(file),
        }
    }
}

impl RunSubcode {
    const fn file(&self) -> Option<&Arc<MappedFile>> {
        match self {
            Self::Authored => None,
            Self::File { file, .. } | Self::RwFile { file, .. } => Some(file),
        }
    }
}
