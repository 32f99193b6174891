//! Images of discs in formats that are known by name and not read.

use crate::{MappedFile, OpenError};

/// What an image of Alcohol 120% begins with (`.mds`; its `.mdf` has no header).
const MDS: &[u8] = b"MEDIA DESCRIPTOR";
/// What stands before the place of the table at an image of Nero's end, with the bytes of both: version 2 and 1.
const NRG: [(&[u8], u64); 2] = [(b"NER5", 12), (b"NERO", 8)];

/// That `file` is in such a format, if it is.
pub(super) fn find(file: &MappedFile) -> Result<Option<OpenError>, OpenError> {
    let format = if has(file, 0, MDS)? {
        "the table of an MDS/MDF image"
    } else {
        let mut is_nrg = false;
        for (mark, n_bytes) in NRG {
            let at = file.len().checked_sub(n_bytes);
            is_nrg |= at.map_or(Ok(false), |at| has(file, at, mark))?;
        }
        if !is_nrg {
            return Ok(None);
        }
        "an image of Nero (NRG)"
    };
    let path = file.path().to_owned();
    Ok(Some(OpenError::NotYet { path, format }))
}

/// Whether `bytes` stand at `offset`.
fn has(file: &MappedFile, offset: u64, bytes: &[u8]) -> Result<bool, OpenError> {
    if file.len() < offset + bytes.len() as u64 {
        return Ok(false);
    }
    let mut found = vec![0; bytes.len()];
    file.read_at(offset, &mut found)?;
    Ok(found == bytes)
}
