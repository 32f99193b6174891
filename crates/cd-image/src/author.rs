//! A whole DAO-96 stream made on request: lead-in with table of contents, pregap, program, lead-out.
//!
//! Every sector follows from its address alone, so any range can be asked for, in any order, by any number of threads.
//!
//! # Spec
//! ECMA-130 clauses 14 to 16 (sectors), 20 (layout), 22 (subcode); MMC-3 4.2.3. Read those first.

use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Control, MAIN_BYTES, SectorLayout, TocPoint};

use crate::source::{check_buffer, check_range};
use crate::{DiscLayout, LEAD_OUT_SECTORS, LayoutError, MappedFile, SectorSource, SourceError};

mod main;
#[cfg(test)]
mod naive;
mod rw;
mod subcode;
#[cfg(test)]
mod tests;

/// Sectors that are made at once: what is read for them stays in the processor's cache until they are encoded.
const BATCH_SECTORS: usize = 32;
const BATCH: Sectors = match Sectors::new(32) {
    Ok(batch) => batch,
    Err(_) => unreachable!(),
};

/// The stream of a [`DiscLayout`] from one lead-in start, 6,750 sectors of lead-out included.
///
/// Nothing of it is kept: each call makes its sectors anew, straight into the caller's buffer. Where R to W are zero
/// throughout, packed and raw P-W are the same bytes; R to W that are not can be had as raw P-W alone.
#[derive(Clone, Debug)]
pub struct AuthoredStream {
    disc: Arc<DiscLayout>,
    range: LbaRange,
    layout: SectorLayout,
    points: Arc<[(Control, TocPoint)]>,
}

impl AuthoredStream {
    /// The stream of `disc` whose lead-in starts at `lead_in_start`, an address of -45150 (90:00:00) to -151
    /// (99:59:74): for a burn the one that the medium's ATIP gives.
    ///
    /// # Errors
    /// [`LayoutError::NotInLeadIn`]; [`LayoutError::RwLost`] if the disc has R to W and `layout` is not raw P-W.
    pub fn new(
        disc: Arc<DiscLayout>,
        lead_in_start: Lba,
        layout: SectorLayout,
    ) -> Result<Self, LayoutError> {
        if !lead_in_start.is_lead_in() {
            return Err(LayoutError::NotInLeadIn {
                start: lead_in_start,
            });
        }
        disc.check_layout(layout)?;
        let program_end = disc.lead_out_start();
        let sectors = program_end.position() - lead_in_start.position() + LEAD_OUT_SECTORS.count();
        let range = Sectors::new(sectors)
            .and_then(|length| LbaRange::new(lead_in_start, length))
            .map_err(|_| LayoutError::too_long(program_end))?;
        Ok(Self {
            points: disc.toc().points().collect(),
            range,
            layout,
            disc,
        })
    }

    /// What the stream is made from.
    #[must_use]
    pub fn disc(&self) -> &DiscLayout {
        &self.disc
    }
}

impl SectorSource for AuthoredStream {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        check_range(range, self.range)?;
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        check_range(range, self.range)?;
        check_buffer(range, self.layout, out)?;
        let mut out = out;
        let mut rest = Some(range);
        while let Some(range) = rest.filter(|range| !range.is_empty()) {
            let (segment, piece) = self.disc.segment_at(range.take(BATCH));
            let sector_bytes = self.layout.sector_bytes();
            let n_bytes = to_usize(piece.len().count()) * sector_bytes;
            let (now, later) = out.split_at_mut(n_bytes);
            main::render(segment, piece, sector_bytes, now)?;
            self.put_subcode(segment, piece, now)?;
            out = later;
            rest = range.skip(piece.len());
        }
        Ok(())
    }

    fn will_need(&self, range: LbaRange) {
        let mut rest = self.range.intersection(range);
        while let Some(range) = rest.filter(|range| !range.is_empty()) {
            let (segment, piece) = self.disc.segment_at(range);
            main::will_need(segment, piece);
            rest = range.skip(piece.len());
        }
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        self.disc
            .files()
            .try_for_each(|file| file.verify_unchanged())
    }
}

/// The main channel of the sector at the front of `bytes`, and what follows it.
fn split(bytes: &mut [u8]) -> (&mut [u8; MAIN_BYTES], &mut [u8]) {
    match bytes.split_first_chunk_mut() {
        Some(parts) => parts,
        None => unreachable!("a sector's place is longer than its main channel"),
    }
}

/// Fills `out` from `offset`, with zeros after the file's end: a layout lets only sound and packs of R to W end there.
fn read_to_end(file: &MappedFile, offset: u64, out: &mut [u8]) -> Result<(), SourceError> {
    let left = usize::try_from(file.len().saturating_sub(offset)).unwrap_or(usize::MAX);
    let (there, missing) = out.split_at_mut(left.min(out.len()));
    missing.fill(0);
    if there.is_empty() {
        return Ok(());
    }
    file.read_at(offset, there)
}

/// A count of sectors, which is below 450,000, as an index.
fn to_usize(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
