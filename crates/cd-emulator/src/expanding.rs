//! From blocks of raw recording as a host sends them to sectors as they lie on the disc.
//!
//! Read first: MMC-3 table 326 (data block types 1 to 3); IEC 60908, subcode channels R to W.

use cd_address::Lba;
use cd_sector::{
    MAIN_BYTES, PwPacked, PwSubcode, QFrame, RAW_BYTES, RwInterleaver, RwPack, SUBCODE_BYTES,
    SectorLayout,
};

/// Appends blocks with P and Q alone, 2368 bytes each, as sectors of 2448. The drive makes the CRC of Q itself, whatever
/// the host sent in its place, and R to W are zero.
pub(crate) fn expand_pq16(blocks: &[u8], out: &mut Vec<u8>) {
    for block in blocks.chunks_exact(SectorLayout::Pq16.sector_bytes()) {
        let (main, pq) = block.split_at(MAIN_BYTES);
        let mut pq16 = [0; 16];
        pq16.copy_from_slice(pq);
        let mut payload = [0; 10];
        payload.copy_from_slice(&pq16[..10]);
        pq16[..12].copy_from_slice(&QFrame::with_crc(payload).0);
        out.extend_from_slice(main);
        out.extend_from_slice(&PwSubcode::from_pq16(&pq16).0);
    }
}

/// Appends blocks with packed R to W from `first` on, 2448 bytes each, as sectors.
///
/// The drive makes the parity of the packs and spreads them over the sectors; `spread` remembers those of the blocks
/// before. The lead-in's packs are CD-Text, which has neither parity nor interleave.
pub(crate) fn expand_packed(
    first: Lba,
    blocks: &[u8],
    spread: &mut RwInterleaver,
    out: &mut Vec<u8>,
) {
    let pregap = Lba::PREGAP_START.position();
    let positions = first.position()..;
    for (block, position) in blocks.as_chunks::<RAW_BYTES>().0.iter().zip(positions) {
        let (main, packed) = block.split_at(MAIN_BYTES);
        let mut subcode = [0; SUBCODE_BYTES];
        subcode.copy_from_slice(packed);
        if position >= pregap {
            subcode = spread.push(&with_parity(&PwPacked(subcode))).0;
        }
        out.extend_from_slice(main);
        out.extend_from_slice(&subcode);
    }
}

fn with_parity(packed: &PwPacked) -> PwPacked {
    let packs = packed
        .packs()
        .map(|pack| RwPack::with_parity(pack.mode(), pack.instruction(), &pack.data()));
    PwPacked::new(&packed.pq(), &packs)
}
