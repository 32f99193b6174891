//! Sectors that come from no file.

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, Subheader, encode_in_place, scramble};

use crate::TrackKind;

/// Fills `out` with the main channel of a made sector at `lba`: silence, or data that is zeros.
///
/// In a track with forms it is an empty sector of form 2: a reader that knows no forms sees 2336 bytes it has no use for.
pub(crate) fn put(kind: TrackKind, lba: Lba, out: &mut [u8; MAIN_BYTES]) {
    out.fill(0);
    if kind == TrackKind::Audio {
        return;
    }
    if kind == TrackKind::Mode2Xa {
        out[16..20].copy_from_slice(&Subheader::EMPTY_FORM_2.to_bytes());
    }
    encode_in_place(kind.made(), lba.to_msf(), out);
    scramble(out);
}
