//! Sectors that come from no file.

use cd_address::{BcdMsf, Lba};
use cd_sector::{MAIN_BYTES, SYNC, encode_mode1_in_place, scramble};

/// What lead-in, pregaps, padding and lead-out hold: it follows the track beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Gap {
    /// Zero samples.
    Silence,
    /// Mode 1, zero user data, scrambled.
    Mode1,
    /// Mode 2 form 2, zero user data, scrambled. It stands for all of Mode 2: a reader that knows no forms sees
    /// 2336 bytes it has no use for.
    Mode2Form2,
}

/// Sub-header of an empty form 2 sector, twice over, as the standard wants it.
///
/// # Spec
/// CD-ROM XA, sub-header; only its form bit (20h) is set.
const EMPTY_FORM2: [u8; 8] = [0, 0, 0x20, 0, 0, 0, 0x20, 0];
/// EDC of the sub-header above and 2324 zeros. The header is not covered, so it is the same at every address.
const EMPTY_FORM2_EDC: [u8; 4] = [0x3F, 0x13, 0xB0, 0xBE];

/// Fills `out` with the gap's main channel at `lba`.
pub(crate) fn put(gap: Gap, lba: Lba, out: &mut [u8; MAIN_BYTES]) {
    match gap {
        Gap::Silence => out.fill(0),
        Gap::Mode1 => {
            out.fill(0);
            encode_mode1_in_place(lba.to_msf(), out);
            scramble(out);
        }
        Gap::Mode2Form2 => {
            let BcdMsf([min, sec, frame]) = lba.to_msf().to_bcd();
            out.fill(0);
            out[..12].copy_from_slice(&SYNC);
            out[12..16].copy_from_slice(&[min, sec, frame, 2]);
            out[16..24].copy_from_slice(&EMPTY_FORM2);
            out[2348..].copy_from_slice(&EMPTY_FORM2_EDC);
            scramble(out);
        }
    }
}
