//! Subcode beside an image: 96 bytes a sector, channel by channel.

use std::sync::Arc;

use cd_address::Lba;
use cd_sector::{Q, QFrame};

use super::offset;
use crate::{MappedFile, OpenError, RunSubcode, SubcodeForm};

/// Bytes of a sector.
pub(super) const STRIDE: u64 = 96;
/// Where in them Q is.
const Q_OFFSET: u64 = 12;
/// Sectors after a track's beginning in which its number must have been told.
const SOON: u32 = 4;

pub(super) struct Sub {
    file: Arc<MappedFile>,
}

impl Sub {
    pub(super) const fn new(file: Arc<MappedFile>) -> Self {
        Self { file }
    }

    /// The subcode from `lba` on.
    pub(super) fn subcode(&self, lba: Lba) -> RunSubcode {
        RunSubcode::File {
            file: Arc::clone(&self.file),
            offset: offset(lba, STRIDE),
            stride: SubcodeForm::Rows.bytes(),
            form: SubcodeForm::Rows,
        }
    }

    /// Track and index that Q says at `lba`; `None` where it says something else, or nothing that can be read.
    pub(super) fn position(&self, lba: Lba) -> Result<Option<(u8, u8, Lba)>, OpenError> {
        let mut frame = [0; 12];
        let at = offset(lba, STRIDE) + Q_OFFSET;
        self.file.read_at(at, &mut frame)?;
        let frame = QFrame(frame);
        if !frame.crc_ok() {
            return Ok(None);
        }
        Ok(match frame.decode() {
            Ok(Q::Position {
                track,
                index,
                absolute,
                ..
            }) => Some((track, index, absolute.to_lba())),
            _ => None,
        })
    }

    /// What Q says where index 1 of `track` is to begin, if it says something else.
    pub(super) fn contradiction(&self, track: u8, start: Lba) -> Result<Option<String>, OpenError> {
        for later in 0..SOON {
            let lba = cd_address::Sectors::new(later).and_then(|later| start.add(later));
            let Ok(lba) = lba else { break };
            let Some((other, index, said)) = self.position(lba)? else {
                continue;
            };
            let is_right = (other, said) == (track, lba) && index >= 1;
            return Ok((!is_right).then(|| {
                format!(
                    "track {other:02} index {index:02} at lba {said} in the sector of lba {lba}"
                )
            }));
        }
        Ok(None)
    }
}
