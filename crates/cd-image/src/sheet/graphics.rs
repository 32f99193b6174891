//! Graphics: beside sound in a `.cdg` file of the same name, and behind each sector of it.

use cd_sector::{PwSubcode, RW_PACK_SYMBOLS, RwDeinterleaver, RwPack, SUBCODE_BYTES};

use crate::sheet::files;
use crate::sheet::look::Stretch;
use crate::{CdgError, CdgFile, OpenError, SourceNote};

/// Sectors in a row that are looked at for packs.
const LOOKED_AT: u64 = 300;

/// The graphics beside the file of `n_sectors` of sound at `path`, if there are any, and what is to be said of them.
pub(crate) fn beside(
    path: &str,
    n_sectors: u64,
) -> Result<Option<(CdgFile, Vec<SourceNote>)>, CdgError> {
    let Some(path) = files::beside(path, "cdg") else {
        return Ok(None);
    };
    let graphics = CdgFile::open(&path)?;
    let notes = graphics.notes.iter().copied();
    let notes = notes
        .chain(graphics.beside(n_sectors))
        .map(|note| SourceNote::Graphics {
            path: graphics.file.path().to_owned(),
            note,
        })
        .collect();
    Ok(Some((graphics, notes)))
}

/// What an image's description says of them.
pub(crate) fn said(graphics: &CdgFile) -> String {
    format!("CD+G from {}", graphics.file.path())
}

/// How many packs with right parity are in the 96 bytes at the end of each sector's room: as whole packs, and spread as on the disc.
pub(crate) fn count_packs(stretches: &[Stretch]) -> Result<(usize, usize), OpenError> {
    let (mut n_whole, mut n_spread) = (0, 0);
    for stretch in stretches {
        let mut deinterleaver = RwDeinterleaver::new();
        for sector_idx in 0..stretch.n_sectors.min(LOOKED_AT) {
            let end = stretch.offset + (sector_idx + 1) * u64::from(stretch.stride);
            let mut symbols = [0; SUBCODE_BYTES];
            let offset = end - SUBCODE_BYTES as u64;
            stretch.file.read_at(offset, &mut symbols)?;
            let packs = symbols.as_chunks::<RW_PACK_SYMBOLS>().0.iter();
            n_whole += packs.filter(|pack| is_pack(&RwPack::new(**pack))).count();
            if let Some(packed) = deinterleaver.push(&PwSubcode(symbols)) {
                n_spread += packed.packs().iter().filter(|pack| is_pack(pack)).count();
            }
        }
    }
    Ok((n_whole, n_spread))
}

fn is_pack(pack: &RwPack) -> bool {
    !pack.is_zero() && pack.q_fits() && pack.p_fits()
}
