//! R to W: CD-Text in the lead-in, packs with parity and interleave, symbols as they are.
//!
//! # Spec
//! IEC 60908, subcode channels R to W; MMC-3 annex J (CD-Text). Read the module `rw` of `cd-sector` first.

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{
    CdTextCycle, MAIN_BYTES, PwPacked, RAW_BYTES, RW_PACK_SYMBOLS, RwInterleaver, RwPack,
    SUBCODE_BYTES,
};

use super::subcode::read_each;
use super::{AuthoredStream, BATCH_SECTORS, read_to_end, to_usize};
use crate::track::Segment;
use crate::{RunSubcode, RwForm, SourceError};

/// Sectors after the one it begins in that a pack reaches into.
const PACK_REACH: u32 = 2;
/// The lower six bits of a byte of subcode.
const RW: u8 = 0x3F;

impl AuthoredStream {
    /// Puts R to W into `out`, the sectors `range` of `segment` in raw P-W, where they are zero so far.
    pub(super) fn put_rw(
        &self,
        segment: &Segment,
        range: LbaRange,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        if let Some(cycle) = CdTextCycle::new(self.disc.cd_text())
            && range.start().is_lead_in()
        {
            put_cd_text(cycle, range, out);
        }
        match &segment.subcode {
            RunSubcode::RwFile {
                file,
                offset,
                stride,
                form: RwForm::Raw,
            } => {
                let offset = offset + segment.bytes_before(range, *stride);
                read_each(file, (offset, *stride), subcodes(out), put)?;
            }
            _ if segment.has_rw() && !segment.has_packs() => {}
            _ => {
                if self.disc.has_packs() {
                    self.put_packs(segment, range, out)?;
                }
                self.put_overlay(range, out)?;
            }
        }
        Ok(())
    }

    fn put_overlay(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        let Some((overlay, overlaid)) = self.disc.overlay() else {
            return Ok(());
        };
        let Some(both) = overlaid.intersection(range) else {
            return Ok(());
        };
        let n_before = |from: LbaRange| both.start().position() - from.start().position();
        let offset = overlay.offset + u64::from(n_before(overlaid)) * u64::from(RwForm::BYTES);
        let first = to_usize(n_before(range));
        let sectors = subcodes(out).skip(first).take(to_usize(both.len().count()));
        read_each(&overlay.file, (offset, RwForm::BYTES), sectors, put)
    }

    /// The symbols of packs that lie in `range`: of those that begin in it, and in the two sectors before it.
    fn put_packs(
        &self,
        segment: &Segment,
        range: LbaRange,
        out: &mut [u8],
    ) -> Result<(), SourceError> {
        let mut interleaver = RwInterleaver::new();
        let mut has_before = false;
        for back in (1..=PACK_REACH).rev() {
            let packs = self.packs_before(range.start(), back)?;
            has_before |= packs.is_some();
            interleaver.push(&packs.unwrap_or(PwPacked([0; SUBCODE_BYTES])));
        }
        let n_sectors = match (segment.has_packs(), has_before) {
            (true, _) => range.len().count(),
            (false, true) => PACK_REACH,
            (false, false) => 0,
        };
        let mut packs = [[0; SUBCODE_BYTES]; BATCH_SECTORS];
        segment.read_packs(range, &mut packs)?;
        for (packs, subcode) in packs.iter().zip(subcodes(out)).take(to_usize(n_sectors)) {
            put(&interleaver.push(&PwPacked(*packs)).0, subcode);
        }
        Ok(())
    }

    /// The packs that begin in the sector `back` before `lba`; `None` if its R to W are no packs.
    fn packs_before(&self, lba: Lba, back: u32) -> Result<Option<PwPacked>, SourceError> {
        let one = Sectors::new(back).and_then(|back| LbaRange::from_bounds(lba.sub(back)?, lba));
        let Ok(range) = one else {
            return Ok(None);
        };
        let (segment, range) = self.disc.segment_at(range.take(ONE));
        let mut packs = [[0; SUBCODE_BYTES]];
        let has_packs = segment.read_packs(range, &mut packs)?;
        Ok(has_packs.then_some(PwPacked(packs[0])))
    }
}

/// One sector.
const ONE: Sectors = match Sectors::new(1) {
    Ok(one) => one,
    Err(_) => unreachable!(),
};

impl Segment {
    /// Puts the packs that begin in each sector of `range` into `out`, which is zero so far and for no fewer sectors;
    /// whether R to W of the segment are packs at all.
    fn read_packs(
        &self,
        range: LbaRange,
        out: &mut [[u8; SUBCODE_BYTES]],
    ) -> Result<bool, SourceError> {
        let RunSubcode::RwFile {
            file,
            offset,
            stride,
            form,
        } = &self.subcode
        else {
            return Ok(false);
        };
        if *form == RwForm::Raw {
            return Ok(false);
        }
        let out = &mut out[..to_usize(range.len().count())];
        let offset = offset.saturating_add(self.bytes_before(range, *stride));
        if *stride == RwForm::BYTES {
            read_to_end(file, offset, out.as_flattened_mut())?;
        } else {
            for (packs, n) in out.iter_mut().zip(0_u64..) {
                let offset = offset.saturating_add(n * u64::from(*stride));
                read_to_end(file, offset, packs)?;
            }
        }
        if *form == RwForm::CdgPacks {
            let (packs, _) = out.as_flattened_mut().as_chunks_mut();
            packs.iter_mut().for_each(make_parity);
        }
        Ok(true)
    }
}

fn make_parity(pack: &mut [u8; RW_PACK_SYMBOLS]) {
    let given = RwPack::new(*pack);
    *pack = *RwPack::with_parity(given.mode(), given.instruction(), &given.data()).symbols();
}

/// The packs of each sector, tied to the address and not to the stream's start, as the table of contents is.
fn put_cd_text(cycle: CdTextCycle<'_>, range: LbaRange, out: &mut [u8]) {
    for (lba, subcode) in range.iter().zip(subcodes(out)) {
        let packs = cycle.sector(to_usize(lba.position()));
        for (pack, symbols) in packs.iter().zip(subcode.chunks_exact_mut(RW_PACK_SYMBOLS)) {
            add(&pack.to_symbols(), symbols);
        }
    }
}

/// The subcode of each sector in `out`, 96 bytes.
fn subcodes(out: &mut [u8]) -> impl ExactSizeIterator<Item = &mut [u8]> {
    let sectors = out.chunks_exact_mut(RAW_BYTES);
    sectors.map(|sector| &mut sector[MAIN_BYTES..])
}

/// Adds R to W of `symbols` to subcode that has none.
fn put(symbols: &[u8; SUBCODE_BYTES], subcode: &mut [u8]) {
    add(symbols, subcode);
}

fn add(symbols: &[u8], subcode: &mut [u8]) {
    for (to, symbol) in subcode.iter_mut().zip(symbols) {
        *to |= symbol & RW;
    }
}
