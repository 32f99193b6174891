//! Files of CD-Text packs: 18 bytes a pack, as they stand in the lead-in.
//!
//! There are two dialects round the packs: four bytes before them, as a drive answers READ TOC with (a length and two
//! zeros), and a zero after them. Both are left off.
//!
//! # Spec
//! MMC-3 annex J, and 6.25.2.6 (READ TOC/PMA/ATIP, format 5).

use std::sync::Arc;

use cd_sector::{CD_TEXT_PACK_BYTES, CdText, CdTextError, CdTextPack, CdTextRepeats};
use cd_sheet::Place;

use super::Context;
use crate::{MappedFile, OpenError, SheetFileError, SourceNote};

const PACK: u64 = CD_TEXT_PACK_BYTES as u64;
/// What a drive's answer begins with.
const HEADER: u64 = 4;
/// Eight blocks of 256 packs, header and zero.
const MAX_BYTES: u64 = HEADER + 8 * 256 * PACK + 1;

/// The packs in the file called `name`, their CRCs right.
pub(super) fn read(
    context: &mut Context<'_, '_>,
    name: &str,
    place: Place,
) -> Result<Vec<CdTextPack>, OpenError> {
    let file = context.open(name, place)?;
    let refuse = |problem: String| {
        let path = file.path().to_owned();
        context.error(place, SheetFileError::CdTextFile { path, problem })
    };
    let bytes = bytes(&file)?.ok_or_else(|| {
        refuse(format!(
            "it has {} bytes, expected a multiple of 18, with 4 before and a zero after them or without, and no more than \
             {MAX_BYTES}",
            file.len()
        ))
    })?;
    let (packs, _) = bytes.as_chunks::<CD_TEXT_PACK_BYTES>();
    let packs: Vec<_> = packs.iter().copied().map(CdTextPack).collect();
    if let Some(wrong) = packs.iter().position(|pack| !pack.crc_ok()) {
        let pack = packs[wrong];
        return Err(refuse(format!(
            "the CRC of pack {wrong} (counted from 0) is {:04X}h, expected {:04X}h",
            pack.crc(),
            pack.expected_crc()
        )));
    }
    let (text, findings) = CdText::decode(&packs);
    let n_languages = text.blocks.len();
    context.say(format!(
        "CD-Text from {}: {} packs, {n_languages} language(s)",
        file.path(),
        packs.len()
    ));
    if let Some(first) = findings.first() {
        context.note(SourceNote::CdTextFindings {
            path: file.path().to_owned(),
            n_findings: findings.len(),
            first: first.to_string(),
        });
    }
    Ok(packs)
}

/// The bytes of the packs alone; `None` if they are no whole number of packs.
fn bytes(file: &Arc<MappedFile>) -> Result<Option<Vec<u8>>, OpenError> {
    let len = file.len();
    let (before, after) = match len % PACK {
        0 => (0, 0),
        1 => (0, 1),
        4 => (HEADER, 0),
        5 => (HEADER, 1),
        _ => return Ok(None),
    };
    if len > MAX_BYTES || len - before - after == 0 {
        return Ok(None);
    }
    let mut bytes = vec![0; usize::try_from(len - before).unwrap_or(0)];
    file.read_at(before, &mut bytes)?;
    let has_zero = after == 0 || bytes.pop() == Some(0);
    Ok(has_zero.then_some(bytes))
}

/// The packs of `text`: in full where there is room, since some players show the sign for "as before".
pub(crate) fn of_text(text: &CdText) -> Result<Vec<CdTextPack>, CdTextError> {
    let in_full = text.encode(CdTextRepeats::InFull);
    in_full.or_else(|_| text.encode(CdTextRepeats::Tab))
}
