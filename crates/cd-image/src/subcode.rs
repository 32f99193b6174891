//! Subcode in a stream's sectors, whatever form it has there.

use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, SectorLayout};

/// The Q frame of a whole sector of `layout`, and whether its CRC is right.
pub(crate) fn q_of(layout: SectorLayout, sector: &[u8]) -> (QFrame, QCrc) {
    let subcode = &sector[MAIN_BYTES..];
    let frame = match layout {
        SectorLayout::Pq16 => QFrame(array(subcode)),
        SectorLayout::PackedPw96 | SectorLayout::RawPw96 => PwSubcode(array(subcode)).q(),
    };
    judge(frame)
}

/// State of a Q frame's CRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QCrc {
    Right,
    /// Right but for the inversion: the frame comes back with it mended.
    Uninverted,
    Wrong,
}

/// `frame` and the state of its CRC.
pub(crate) fn judge(frame: QFrame) -> (QFrame, QCrc) {
    if frame.crc_ok() {
        return (frame, QCrc::Right);
    }
    let mut inverted = frame;
    inverted.0[10] = !inverted.0[10];
    inverted.0[11] = !inverted.0[11];
    // Subcode that was never filled in would pass as un-inverted.
    if inverted.crc_ok() && frame.0 != [0; 12] {
        return (inverted, QCrc::Uninverted);
    }
    (frame, QCrc::Wrong)
}

/// The first `N` bytes.
pub(crate) fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[..N]);
    out
}
