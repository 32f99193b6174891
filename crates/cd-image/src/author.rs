//! A whole DAO-96 stream made on request: lead-in with table of contents, pregap, program, lead-out.
//!
//! Every sector follows from its address alone, so any range can be asked for, in any order, by any number of threads.
//!
//! # Spec
//! ECMA-130 clauses 14 to 16 (sectors), 20 (layout), 22 (subcode); MMC-3 4.2.3. Read those first.

use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{
    Control, MAIN_BYTES, MODE1_USER_BYTES, PwSubcode, Q, QFrame, SectorLayout, TocPoint,
    encode_mode1_in_place, scramble,
};

use crate::gap;
use crate::source::{check_buffer, check_range};
use crate::track::Content;
use crate::{DiscLayout, LEAD_OUT_SECTORS, LayoutError, SectorSource, SourceError, TrackMode};

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

/// Successive frames in which each point of the table of contents stands.
const POINT_REPEATS: u32 = 3;
/// Sectors whose file bytes are read at once: they stay in the processor's cache until they are encoded.
const BATCH: Sectors = match Sectors::new(32) {
    Ok(batch) => batch,
    Err(_) => unreachable!(),
};

/// User data follows sync and header.
const MODE1_USER_OFFSET: usize = 16;

/// The stream of a [`DiscLayout`] from one lead-in start, 6,750 sectors of lead-out included.
///
/// Nothing of it is kept: each call makes its sectors anew, straight into the caller's buffer. R to W are zero, so
/// packed and raw P-W are the same bytes.
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
    /// [`LayoutError::NotInLeadIn`].
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

    /// Whether P is on at `lba`, and its Q frame.
    fn subcode(&self, lba: Lba) -> (bool, QFrame) {
        if !lba.is_lead_in() {
            let index = self.disc.index();
            return (index.p(lba), index.q(lba).encode());
        }
        // Tied to the address and not to the stream's start: a stream that begins earlier than the medium's lead-in
        // and is entered there gives the disc that one made for this medium gives.
        let point_idx = to_usize(lba.position() / POINT_REPEATS) % self.points.len();
        let (control, point) = self.points[point_idx];
        let running = lba.to_msf();
        let q = Q::Toc {
            control,
            point,
            running,
        };
        (false, q.encode())
    }

    /// Fills `out`, the subcode's place in one sector.
    fn put_subcode(&self, lba: Lba, out: &mut [u8]) {
        let (p, q) = self.subcode(lba);
        match self.layout {
            SectorLayout::Pq16 => {
                out[..12].copy_from_slice(&q.0);
                out[12..].copy_from_slice(&[0, 0, 0, u8::from(p) << 7]);
            }
            SectorLayout::PackedPw96 | SectorLayout::RawPw96 => {
                out.copy_from_slice(&PwSubcode::from_pq(p, &q).0);
            }
        }
    }

    /// Fills `out` with the sectors `range`, which `content` (its first sector at `start`) holds.
    fn render_piece(
        &self,
        (start, content): (Lba, &Content),
        range: LbaRange,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        let sector_bytes = self.layout.sector_bytes();
        match content {
            Content::Gap(kind) => {
                for (lba, sector) in range.iter().zip(out.chunks_exact_mut(sector_bytes)) {
                    let (main, subcode) = split(sector);
                    gap::put(*kind, lba, main);
                    self.put_subcode(lba, subcode);
                }
            }
            Content::File { file, offset, mode } => {
                let before = range.start().position() - start.position();
                let unit = mode.file_sector_bytes();
                let offset = offset + u64::from(before) * unit as u64;
                // The file's bytes are read into the end of the buffer, and sectors grow towards them from its front: a
                // sector is no shorter than its bytes in the file, so none reaches into those of one still to come.
                let mut from = out.len() - to_usize(range.len().count()) * unit;
                file.read_at(offset, &mut out[from..])?;
                for (lba, at) in range.iter().zip((0..).step_by(sector_bytes)) {
                    put_main(*mode, lba, out, (from, at));
                    self.put_subcode(lba, &mut out[at + MAIN_BYTES..at + sector_bytes]);
                    from += unit;
                }
            }
        }
        Ok(())
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
            let (start, content, piece) = self.disc.content_at(range.take(BATCH));
            let n_bytes = to_usize(piece.len().count()) * self.layout.sector_bytes();
            let (now, later) = out.split_at_mut(n_bytes);
            self.render_piece((start, content), piece, now)?;
            out = later;
            rest = range.skip(piece.len());
        }
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        let mut tracks = self.disc.tracks().iter();
        tracks.try_for_each(|track| track.file.verify_unchanged())
    }
}

/// Makes the main channel at `to` of `buffer` from a sector's bytes in the file, which lie at `from`.
fn put_main(mode: TrackMode, lba: Lba, buffer: &mut [u8], (from, to): (usize, usize)) {
    match mode {
        TrackMode::Mode1 => {
            buffer.copy_within(from..from + MODE1_USER_BYTES, to + MODE1_USER_OFFSET);
            let (main, _) = split(&mut buffer[to..]);
            encode_mode1_in_place(lba.to_msf(), main);
            scramble(main);
        }
        TrackMode::PlainData { .. } => {
            buffer.copy_within(from..from + MAIN_BYTES, to);
            scramble(split(&mut buffer[to..]).0);
        }
        TrackMode::Audio | TrackMode::ScrambledData { .. } => {
            buffer.copy_within(from..from + MAIN_BYTES, to);
        }
    }
}

/// The main channel of the sector at the front of `bytes`, and what follows it.
fn split(bytes: &mut [u8]) -> (&mut [u8; MAIN_BYTES], &mut [u8]) {
    match bytes.split_first_chunk_mut() {
        Some(parts) => parts,
        None => unreachable!("a sector's place is longer than its main channel"),
    }
}

/// A count of sectors, which is below 450,000, as an index.
fn to_usize(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
