//! Compares an emulated disc with what was burned to it, lead-in and lead-out included. No drive can
//! be asked for those; the emulated disc keeps them.

use cd_address::{Lba, LbaRange, Sectors};
use cd_emulator::Disc;
use cd_image::SectorSource;
use cd_sector::{MAIN_BYTES, RAW_BYTES, SectorLayout};
use cd_writer::{CancelToken, RecordedSubcode};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::explain;
use crate::output::Output;

#[cfg(test)]
mod tests;

/// Sectors compared at once: about 600 KB.
const CHUNK: u32 = 256;

/// Compares `range` of the source with `disc` and tells the outcome.
pub(crate) fn disc_with_source(
    disc: &Disc,
    source: &dyn SectorSource,
    range: LbaRange,
    cancel: &CancelToken,
    output: &mut Output,
) -> Result<(), Failure> {
    output.begin("comparing", range.len().count().into());
    let difference = first_difference(disc, source, range, &mut |done| {
        output.progress(done.count().into(), json!({}));
        if cancel.is_cancelled() {
            return Err("cancelled".to_owned());
        }
        Ok(())
    });
    output.finish();
    let difference = difference.map_err(|why| explain::not_compared(&why))?;
    output.event(
        "disc_compared",
        json!({
            "sectors": range.len().count(),
            "equal": difference.is_none(),
            "first_different": difference.map(Lba::value),
        }),
    );
    match difference {
        None => {
            output.line(format!(
                "all {} sectors on the emulated disc equal the image, lead-in and lead-out included",
                range.len()
            ));
            Ok(())
        }
        Some(lba) => {
            let what = format!("the emulated disc differs from the image, first at lba {lba}");
            Err(Failure::new(Exit::VerifyDiffers, what)
                .advise("The disc does not hold the image as it is: do not rely on it."))
        }
    }
}

/// The first sector of `range` on `disc` that is not the source's, if there is one; else why that cannot
/// be said. `go_on` is told the sectors done and may end it.
fn first_difference(
    disc: &Disc,
    source: &dyn SectorSource,
    range: LbaRange,
    go_on: &mut dyn FnMut(Sectors) -> Result<(), String>,
) -> Result<Option<Lba>, String> {
    let layout = source.layout();
    let mut buffer = vec![0; CHUNK as usize * layout.sector_bytes()];
    let chunk = Sectors::new(CHUNK).map_err(|error| error.to_string())?;
    let mut recorded = [0; RAW_BYTES];
    let mut expected = Recorded::new(layout);
    let mut done = Sectors::ZERO;
    for piece in range.chunks(chunk) {
        go_on(done)?;
        let out = &mut buffer[..piece.len().count() as usize * layout.sector_bytes()];
        source
            .render(piece, out)
            .map_err(|error| explain::with_causes(&error))?;
        for (lba, sector) in piece.iter().zip(out.chunks_exact(layout.sector_bytes())) {
            let found = disc
                .sector(lba, &mut recorded)
                .map_err(|error| explain::with_causes(&error))?;
            if !found || !expected.is(lba, sector, &recorded) {
                return Ok(Some(lba));
            }
        }
        done = done.add(piece.len()).unwrap_or(range.len());
    }
    go_on(done)?;
    Ok(None)
}

/// What the recorder makes of the stream's sectors, one after the other.
struct Recorded {
    subcode: RecordedSubcode,
    layout: SectorLayout,
}

impl Recorded {
    fn new(layout: SectorLayout) -> Self {
        Self {
            subcode: RecordedSubcode::new(layout),
            layout,
        }
    }

    fn is(&mut self, lba: Lba, sent: &[u8], found: &[u8; RAW_BYTES]) -> bool {
        if lba == Lba::PREGAP_START {
            // Packs are spread over sectors of the program; those of the lead-in are CD-Text.
            self.subcode = RecordedSubcode::new(self.layout);
        }
        let (main, subcode) = sent.split_at(MAIN_BYTES);
        let expected = match self.layout {
            SectorLayout::PackedPw96 if lba.is_lead_in() => {
                RecordedSubcode::new(SectorLayout::RawPw96).push(subcode)
            }
            _ => self.subcode.push(subcode),
        };
        main == &found[..MAIN_BYTES]
            && expected.is_some_and(|expected| expected.0 == found[MAIN_BYTES..])
    }
}
