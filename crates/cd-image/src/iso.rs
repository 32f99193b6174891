//! Images of a file system: 2048 bytes of user data a sector and nothing else.
//!
//! # Spec
//! ECMA-119 8.1 and 8.4 (volume descriptors). Read those first.

use std::sync::Arc;

use cd_address::Lba;

use crate::raw_stream::whole_sectors;
use crate::subcode::array;
use crate::{FileForm, FilePayload, MappedFile, Note, OpenError, Run, Track, TrackKind};

const SECTOR: u64 = 2048;
/// Where the first volume descriptor stands.
const DESCRIPTOR: u64 = 16 * SECTOR;
/// Bytes of it that are looked at.
const HEAD: usize = 132;
const STANDARD_IDENTIFIER: &[u8] = b"CD001";
/// Type of the primary volume descriptor.
const PRIMARY: u8 = 1;

/// Whether a volume descriptor stands where it must.
pub(crate) fn is_iso(file: &MappedFile) -> Result<bool, OpenError> {
    Ok(descriptor(file)?.is_some())
}

/// The one Mode 1 track of the image.
pub(crate) fn track(file: Arc<MappedFile>) -> Result<(Track, Vec<Note>), OpenError> {
    let sectors = whole_sectors(&file, 2048, Lba::ZERO)?;
    let volume = descriptor(&file)?.and_then(volume_sectors);
    let cut = volume
        .filter(|volume| *volume > sectors.count())
        .map(|volume| Note::VolumeCut {
            volume,
            file: sectors,
        });
    let form = FileForm::packed(FilePayload::Mode1User);
    let track = Track::new(TrackKind::Mode1, vec![Run::file(file, 0, form, sectors)]);
    Ok((track, cut.into_iter().collect()))
}

fn descriptor(file: &MappedFile) -> Result<Option<[u8; HEAD]>, OpenError> {
    if file.len() < DESCRIPTOR + SECTOR {
        return Ok(None);
    }
    let mut head = [0; HEAD];
    file.read_at(DESCRIPTOR, &mut head)?;
    Ok((head[1..6] == *STANDARD_IDENTIFIER).then_some(head))
}

/// Volume space size, if the descriptor is the primary one and says the same in both byte orders.
///
/// # Spec
/// ECMA-119 8.4.8 and 8.4.12.
fn volume_sectors(head: [u8; HEAD]) -> Option<u32> {
    let little = u32::from_le_bytes(array(&head[80..]));
    let big = u32::from_be_bytes(array(&head[84..]));
    let block = u16::from_le_bytes(array(&head[128..]));
    (head[0] == PRIMARY && little == big && u64::from(block) == SECTOR).then_some(little)
}
