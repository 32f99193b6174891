//! Compares an emulated disc with what was burned to it, lead-in and lead-out included. No drive can
//! be asked for those; the emulated disc keeps them.

use cd_address::{Lba, LbaRange, Sectors};
use cd_emulator::Disc;
use cd_image::SectorSource;
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, RAW_BYTES, SectorLayout};

use crate::exit::{Exit, Failure};
use crate::explain;

/// The first sector of `range` on `disc` that is not the source's, if there is one.
pub(crate) fn first_difference(
    disc: &Disc,
    source: &dyn SectorSource,
    range: LbaRange,
) -> Result<Option<Lba>, Failure> {
    const CHUNK: u32 = 256;
    let layout = source.layout();
    let mut buffer = vec![0; CHUNK as usize * layout.sector_bytes()];
    let chunk =
        Sectors::new(CHUNK).map_err(|error| Failure::new(Exit::Failed, error.to_string()))?;
    let mut recorded = [0; RAW_BYTES];
    for piece in range.chunks(chunk) {
        let out = &mut buffer[..piece.len().count() as usize * layout.sector_bytes()];
        source
            .render(piece, out)
            .map_err(|error| explain::source(&error))?;
        for (lba, sector) in piece.iter().zip(out.chunks_exact(layout.sector_bytes())) {
            let found = disc
                .sector(lba, &mut recorded)
                .map_err(|error| explain::disc_file(&error))?;
            if !found || !same(layout, sector, &recorded) {
                return Ok(Some(lba));
            }
        }
    }
    Ok(None)
}

fn same(layout: SectorLayout, sent: &[u8], recorded: &[u8; RAW_BYTES]) -> bool {
    let (main, subcode) = sent.split_at(MAIN_BYTES);
    if main != &recorded[..MAIN_BYTES] {
        return false;
    }
    let expected = match (layout, <&[u8; 16]>::try_from(subcode)) {
        (SectorLayout::Pq16, Ok(pq)) => {
            // The recorder makes the CRC itself.
            let mut expected = PwSubcode::from_pq16(pq);
            let [payload @ .., _, _] = expected.q().0;
            expected.set_q(&QFrame::with_crc(payload));
            expected.0
        }
        _ => match subcode.try_into() {
            Ok(symbols) => symbols,
            Err(_) => return false,
        },
    };
    expected == recorded[MAIN_BYTES..]
}
