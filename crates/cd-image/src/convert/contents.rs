//! What stands in the files of sectors.

use cd_address::{LbaRange, Sectors};
use cd_sector::{PwPacked, PwRows, PwSubcode, SectorLayout, scramble};

use super::{MAIN_BYTES, MODE1_USER_BYTES, SUBCODE_BYTES};
use crate::recover::is_plain;
use crate::subcode::array;

/// The bits of R to W.
const RW: u8 = 0x3F;

/// What a file of sectors has of them.
#[derive(Debug)]
pub(super) enum Content {
    /// The main channel, and of some tracks R to W.
    Main(Vec<Stretch>),
    /// All subcode, channel by channel.
    Sub,
    /// 2048 bytes of user data.
    User,
}

/// The sectors of one track in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) range: LbaRange,
    /// Where in the file they begin.
    pub(super) offset: u64,
    pub(super) is_data: bool,
    /// Whether the two bytes of each sample change places.
    pub(super) is_swapped: bool,
    /// Whether 96 symbols of R to W follow each sector.
    pub(super) has_rw: bool,
}

impl Stretch {
    pub(super) const fn sector_bytes(&self) -> u32 {
        if self.has_rw { 2448 } else { 2352 }
    }
}

impl Content {
    /// Bytes that the file has for `program`.
    pub(super) fn n_bytes(&self, program: LbaRange) -> u64 {
        match self {
            Self::Main(stretches) => stretches
                .iter()
                .map(|stretch| stretch.range.len().bytes(stretch.sector_bytes()))
                .sum(),
            Self::Sub => program.len().bytes(96),
            Self::User => program.len().bytes(2048),
        }
    }

    /// Adds to `out` what the file has of the sectors `chunk`, which are `bytes`.
    pub(super) fn put(
        &self,
        (chunk, layout): (LbaRange, SectorLayout),
        bytes: &[u8],
        out: &mut Vec<u8>,
    ) {
        let sectors = |bytes| <[u8]>::chunks_exact(bytes, layout.sector_bytes());
        match self {
            Self::Main(stretches) => {
                for stretch in stretches {
                    let Some(part) = stretch.range.intersection(chunk) else {
                        continue;
                    };
                    let skipped = part.start().since(chunk.start());
                    let skipped = count(skipped.unwrap_or(Sectors::ZERO));
                    for sector in sectors(bytes).skip(skipped).take(count(part.len())) {
                        put_main(stretch, layout, sector, out);
                    }
                }
            }
            Self::Sub => {
                for sector in sectors(bytes) {
                    let subcode = raw(layout, &sector[MAIN_BYTES..]);
                    out.extend_from_slice(&PwRows::from(&subcode).0);
                }
            }
            Self::User => {
                for sector in sectors(bytes) {
                    put_user(&array(sector), out);
                }
            }
        }
    }
}

fn count(sectors: Sectors) -> usize {
    usize::try_from(sectors.count()).unwrap_or(usize::MAX)
}

fn put_main(stretch: &Stretch, layout: SectorLayout, sector: &[u8], out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&sector[..MAIN_BYTES]);
    if let Some(main) = out[at..].first_chunk_mut::<MAIN_BYTES>() {
        if stretch.is_data && !is_plain(main) {
            scramble(main);
        }
        if stretch.is_swapped {
            main.as_chunks_mut::<2>()
                .0
                .iter_mut()
                .for_each(|sample| sample.reverse());
        }
    }
    if stretch.has_rw {
        let subcode = raw(layout, &sector[MAIN_BYTES..]);
        out.extend(subcode.0.map(|symbol| symbol & RW));
    }
}

/// The subcode as it lies on the disc; without R to W if they are packs, whose interleave reaches over sectors.
fn raw(layout: SectorLayout, subcode: &[u8]) -> PwSubcode {
    match layout {
        SectorLayout::RawPw96 => PwSubcode(array(subcode)),
        SectorLayout::PackedPw96 => PwPacked(array::<SUBCODE_BYTES>(subcode)).pq(),
        SectorLayout::Pq16 => PwSubcode::from_pq16(&array(subcode)),
    }
}

/// The user data of a sector of Mode 1, or of Mode 2 where it says so; of more than 2048 bytes the first.
fn put_user(sector: &[u8; MAIN_BYTES], out: &mut Vec<u8>) {
    let mut main = *sector;
    if !is_plain(&main) {
        scramble(&mut main);
    }
    let start = if main[15] == 2 { 24 } else { 16 };
    out.extend_from_slice(&main[start..start + MODE1_USER_BYTES]);
}
