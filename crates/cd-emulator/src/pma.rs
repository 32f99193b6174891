//! The program memory area: which tracks were recorded one at a time, as the disc itself has it.
//!
//! Read first: MMC-3 4.2.3.2 and READ TOC/PMA/ATIP, format 3 (PMA).

use cd_address::{BcdMsf, Lba, bcd_decode, bcd_encode};
use cd_sector::{Control, QFrame};

/// A track that was recorded at once and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PmaTrack {
    pub(crate) number: u8,
    pub(crate) control: Control,
    /// The first sector of index 1.
    pub(crate) start: Lba,
    /// The sector after the last of the user's; two sectors of run-out lie there.
    pub(crate) end: Lba,
}

impl PmaTrack {
    /// The frame as it stands in the PMA: stop and start of the track.
    pub(crate) fn to_frame(self) -> QFrame {
        let number = bcd_encode(self.number).unwrap_or(0xFF);
        let BcdMsf([min, sec, frame]) = self.end.to_msf().to_bcd();
        let BcdMsf([pmin, psec, pframe]) = self.start.to_msf().to_bcd();
        let control_adr = self.control.0 << 4 | 1;
        QFrame::with_crc([
            control_adr,
            0,
            number,
            min,
            sec,
            frame,
            0,
            pmin,
            psec,
            pframe,
        ])
    }

    /// The track of a frame of the PMA; `None` for any other frame, or one that was damaged.
    pub(crate) fn from_frame(frame: QFrame) -> Option<Self> {
        let [_, tno, point, min, sec, at, _, pmin, psec, pframe, ..] = frame.0;
        let time = |bytes| Some(BcdMsf(bytes).to_msf().ok()?.to_lba());
        let track = Self {
            number: bcd_decode(point).filter(|number| (1..=99).contains(number))?,
            control: frame.control(),
            start: time([pmin, psec, pframe])?,
            end: time([min, sec, at])?,
        };
        (tno == 0 && frame.adr() == 1 && frame.crc_ok() && track.start < track.end).then_some(track)
    }
}
