//! From a stream back to the disc it is of: tracks, indexes, numbers and CD-Text, found in the sectors themselves.
//!
//! One pass on all cores, in memory that does not grow past 9 MB for the fullest disc: 20 bytes a sector are kept, its Q
//! frame and what there is to say of the rest. From those the map is drawn, and the disc that the map describes is compared
//! with what was seen: a [`Deviation`] is what authoring it again would not give back.
//!
//! # Spec
//! ECMA-130 clauses 20 (layout) and 22.3 (channel Q); IEC 60908 clause 17. Read those first.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::thread;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{
    CdTextCollector, CdTextPack, Control, Isrc, Mcn, PwSubcode, SectorLayout, Toc, TocCollector,
};

use crate::subcode::judge;
use crate::survey::{SessionSearch, sectors_from, toc_problem};
use crate::{
    DiscSpec, LayoutError, Run, SectorSource, SourceError, StreamProblem, Track, TrackKind,
    parallel,
};

mod compare;
mod look;
#[cfg(test)]
pub(crate) mod tests;
mod tracks;

pub use compare::{Deviation, DiscArea, SectorLayer};
pub(crate) use compare::{Expected, Tally};
use look::ChunkTrace;
pub(crate) use look::{SectorTrace, is_plain};

/// Why no disc can be made out in a stream.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// Its lead-in or its length does not allow it.
    #[error("{0}")]
    Stream(StreamProblem),
    /// Its table of contents describes a disc that is not authored here.
    #[error("the disc that the stream's table of contents describes cannot be authored")]
    Layout(#[source] LayoutError),
    /// The sectors cannot be had.
    #[error("cannot read the stream")]
    Source(#[source] SourceError),
    /// The progress function asked to stop.
    #[error("reading the stream was stopped after {done} of {total} sectors")]
    Stopped {
        /// Sectors that had been read.
        done: Sectors,
        /// Sectors of the whole stream.
        total: Sectors,
    },
}

/// A disc as its stream tells it.
#[derive(Clone, Debug)]
pub struct DiscMap {
    trace: Trace,
    toc: Toc,
    mcn: Option<Mcn>,
    cd_text: Vec<CdTextPack>,
    tracks: Vec<TrackMap>,
    deviations: Vec<Deviation>,
}

/// One track of a [`DiscMap`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackMap {
    /// Its number, 1..=99.
    pub track: u8,
    /// What most of its sectors are, within what the data bit of its CONTROL allows.
    pub kind: TrackKind,
    /// CONTROL in the table of contents.
    pub control: Control,
    /// Whether the copy bit of its CONTROL comes and goes in the program, as serial copy management has it.
    pub scms: bool,
    /// The recording code that most of its frames with one name.
    pub isrc: Option<Isrc>,
    /// Where index 0 begins; [`TrackMap::start`] if there is none. LBA -150 for the first track.
    pub pregap_start: Lba,
    /// Where index 1 begins, by the table of contents.
    pub start: Lba,
    /// The first address after it: where the next one's pregap begins, or the lead-out.
    pub end: Lba,
    /// Where index 2, 3 and so on begin, counted from index 1.
    pub indexes: Vec<Sectors>,
    /// How many sectors the pregap begins with that are sound although the track is data, or data although it is sound.
    pub pregap_other: Sectors,
}

/// What is kept of every sector.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(crate) range: LbaRange,
    pub(crate) layout: SectorLayout,
    pub(crate) sectors: Vec<SectorTrace>,
    /// R to W that were seen in the lead-in, with the numbers by which [`SectorTrace::rw`] speaks of them.
    pub(crate) lead_in_rw: HashMap<[u8; 96], u16>,
}

/// Finds out what disc `source` is of, on all cores. `progress` is told the sectors done and in all, and may break.
///
/// # Errors
/// [`RecoverError`]: no lead-in, no table of contents in it, no lead-out, or another session behind it; a disc that [`crate::DiscLayout`] refuses; sectors that
/// cannot be had; `progress` has stopped it.
pub fn recover(
    source: &dyn SectorSource,
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<DiscMap, RecoverError> {
    let range = source.range();
    if !range.start().is_lead_in() {
        let start = range.start();
        return Err(RecoverError::Stream(StreamProblem::NoLeadIn { start }));
    }
    let mut gathering = Gathering::new(range, source.layout());
    let (mut done, total) = (Sectors::ZERO, range.len());
    let n_threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut is_stopped = false;
    parallel::look_at_all(source, n_threads, &mut |chunk, found: &ChunkTrace| {
        gathering.take(chunk, found);
        done = done.add(chunk.len()).unwrap_or(total);
        let flow = progress(done, total);
        is_stopped = flow.is_break();
        flow
    })
    .map_err(RecoverError::Source)?;
    if is_stopped && done < total {
        return Err(RecoverError::Stopped { done, total });
    }
    gathering.finish()
}

/// What is put together in the order of the addresses.
struct Gathering {
    trace: Trace,
    toc: TocCollector,
    cd_text: CdTextCollector,
}

impl Gathering {
    fn new(range: LbaRange, layout: SectorLayout) -> Self {
        let n_sectors = usize::try_from(range.len().count()).unwrap_or(0);
        Self {
            trace: Trace {
                range,
                layout,
                sectors: Vec::with_capacity(n_sectors),
                lead_in_rw: HashMap::new(),
            },
            toc: TocCollector::new(),
            cd_text: CdTextCollector::new(),
        }
    }

    fn take(&mut self, chunk: LbaRange, found: &ChunkTrace) {
        let mut rw = found.rw.iter();
        for (lba, sector) in chunk.iter().zip(&found.sectors) {
            let mut sector = *sector;
            if lba.is_lead_in() {
                self.toc.push(&judge(sector.q).0);
                let symbols = if sector.has_rw() { rw.next() } else { None };
                self.take_cd_text(symbols);
                sector.rw = symbols.map_or(SectorTrace::NO_RW, |rw| self.trace.number(rw));
            }
            self.trace.sectors.push(sector);
        }
    }

    fn take_cd_text(&mut self, symbols: Option<&[u8; 96]>) {
        // Packed R to W is no form for CD-Text.
        if self.trace.layout != SectorLayout::RawPw96 {
            return;
        }
        let Some(symbols) = symbols else { return };
        for pack in PwSubcode(*symbols).cd_text() {
            // What is wrong with a pack shows when the lead-in is compared.
            let _ = self.cd_text.push(&pack);
        }
    }

    fn finish(self) -> Result<DiscMap, RecoverError> {
        let Self {
            trace,
            toc,
            cd_text,
        } = self;
        let no_toc = |error| RecoverError::Stream(StreamProblem::NoToc(error));
        let toc = toc.finish().map_err(no_toc)?;
        if let Some(problem) = toc_problem(&toc, trace.range).filter(StreamProblem::spoils_disc) {
            return Err(RecoverError::Stream(problem));
        }
        if let Some(problem) = trace.later_session(toc.lead_out().to_lba()) {
            return Err(RecoverError::Stream(problem));
        }
        let found = tracks::find(&trace, &toc);
        let mut map = DiscMap {
            trace,
            toc,
            mcn: found.mcn,
            cd_text: cd_text.packs(),
            tracks: found.tracks,
            deviations: Vec::new(),
        };
        let expected = map.expect(map.spec()).map_err(RecoverError::Layout)?;
        let mut tally = Tally::default();
        map.trace.compare(&expected, &mut tally);
        for track in &map.tracks {
            map.trace.note_other_kinds(track, &mut tally);
        }
        map.deviations = tally.finish();
        Ok(map)
    }
}

impl Trace {
    /// What is kept of the sector at `lba`, an address of the stream.
    pub(crate) fn at(&self, lba: Lba) -> Option<&SectorTrace> {
        let idx = lba.position().checked_sub(self.range.start().position())?;
        self.sectors.get(usize::try_from(idx).ok()?)
    }

    /// The sectors from `start` up to `end`, as far as the stream has them, with their addresses.
    pub(crate) fn between(
        &self,
        start: Lba,
        end: Lba,
    ) -> impl Iterator<Item = (Lba, &SectorTrace)> {
        let range = LbaRange::from_bounds(start.min(end), end).ok();
        let range = range.and_then(|range| range.intersection(self.range));
        let lbas = range.into_iter().flat_map(LbaRange::iter);
        lbas.filter_map(|lba| Some((lba, self.at(lba)?)))
    }

    /// Another session behind the lead-out at `lead_out`.
    fn later_session(&self, lead_out: Lba) -> Option<StreamProblem> {
        let mut search = SessionSearch::default();
        self.between(lead_out, Lba::MAX).find_map(|(lba, sector)| {
            let (frame, crc) = judge(sector.q);
            search.push(lba, &frame, crc)
        })
    }

    /// The number by which these R to W of a lead-in are known.
    fn number(&mut self, rw: &[u8; 96]) -> u16 {
        let next = u16::try_from(self.lead_in_rw.len() + 1).unwrap_or(SectorTrace::OTHER_RW);
        if next > MAX_LEAD_IN_RW {
            let known = self.lead_in_rw.get(rw).copied();
            return known.unwrap_or(SectorTrace::OTHER_RW);
        }
        *self.lead_in_rw.entry(*rw).or_insert(next)
    }
}

/// The most different R to W of a lead-in that are told apart: more than the longest cycle of CD-Text has.
const MAX_LEAD_IN_RW: u16 = 4096;

impl DiscMap {
    /// The addresses of the stream.
    #[must_use]
    pub const fn range(&self) -> LbaRange {
        self.trace.range
    }

    /// What each of the stream's sectors is made of.
    #[must_use]
    pub const fn layout(&self) -> SectorLayout {
        self.trace.layout
    }

    /// The table of contents in its lead-in.
    #[must_use]
    pub const fn toc(&self) -> &Toc {
        &self.toc
    }

    /// The first address of the lead-out.
    #[must_use]
    pub const fn lead_out_start(&self) -> Lba {
        self.toc.lead_out().to_lba()
    }

    /// Sectors of the lead-out, 1 at least; authored they are [`crate::LEAD_OUT_SECTORS`].
    #[must_use]
    pub fn lead_out_sectors(&self) -> Sectors {
        sectors_from(self.trace.range, self.lead_out_start())
    }

    /// The sectors that files of other kinds hold: from LBA 0 to the lead-out.
    #[must_use]
    pub fn program(&self) -> LbaRange {
        LbaRange::from_bounds(Lba::ZERO, self.lead_out_start())
            .unwrap_or_else(|_| unreachable!("a lead-out begins after index 1 of a track"))
    }

    /// The media catalogue number that most frames with one name.
    #[must_use]
    pub const fn mcn(&self) -> Option<Mcn> {
        self.mcn
    }

    /// The packs of CD-Text in the lead-in, one of each, by block and number.
    #[must_use]
    pub fn cd_text(&self) -> &[CdTextPack] {
        &self.cd_text
    }

    /// The tracks in their order.
    #[must_use]
    pub fn tracks(&self) -> &[TrackMap] {
        &self.tracks
    }

    /// Where the stream is not what authoring the same disc would make, by area and layer. If there are none and the lead-out
    /// has the usual length, authoring gives the same bytes back from the sectors of the program.
    #[must_use]
    pub fn deviations(&self) -> &[Deviation] {
        &self.deviations
    }

    /// The disc as it would be authored again, all its sectors being made ones.
    #[must_use]
    pub fn spec(&self) -> DiscSpec {
        let tracks = self.tracks.iter().map(TrackMap::to_track).collect();
        let mut spec = DiscSpec::new(tracks);
        spec.first_track = self.toc.first_track();
        spec.mcn = self.mcn;
        spec.disc_type = Some(self.toc.disc_type());
        spec.cd_text.clone_from(&self.cd_text);
        spec
    }

    pub(crate) const fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What the stream would be if it were authored from `spec`.
    pub(crate) fn expect(&self, spec: DiscSpec) -> Result<Expected, LayoutError> {
        Expected::new(spec, &self.trace)
    }
}

impl TrackMap {
    fn to_track(&self) -> Track {
        let length = |from: Lba, to: Lba| to.since(from).unwrap_or(Sectors::ZERO);
        let body = vec![Run::made(length(self.start, self.end))];
        let mut track = Track::new(self.kind, body);
        track.pregap = vec![Run::made(length(self.pregap_start, self.start))];
        track.indexes.clone_from(&self.indexes);
        let allowed = if self.kind == TrackKind::Audio {
            Control::FOUR_CHANNEL | Control::COPY_PERMITTED | Control::PRE_EMPHASIS
        } else {
            Control::DATA | Control::COPY_PERMITTED
        };
        track.control = Control(self.control.0 & allowed.0);
        track.scms = self.scms;
        track.isrc = self.isrc.filter(|_| self.kind == TrackKind::Audio);
        track
    }
}
