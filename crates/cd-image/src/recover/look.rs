//! What is kept of one sector, found by any thread for any sector.

use cd_address::{Lba, LbaRange};
use cd_sector::{
    Kernel, MAIN_BYTES, PlainSector, Pq16, QFrame, SUBCODE_BYTES, SYNC, ScrambledSector,
    SectorKind, SectorLayout, scramble,
};

use crate::check::sector::look_at_main;
use crate::parallel::ChunkLook;
use crate::subcode::array;
use crate::{TrackKind, gap};

/// What is kept of one sector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SectorTrace {
    /// Q as it stands, its CRC too.
    pub(crate) q: QFrame,
    pub(crate) kind: SectorKind,
    /// Whether every field of its kind is right, and data is scrambled.
    pub(crate) is_right: bool,
    /// Whether it is data and not scrambled.
    pub(crate) is_plain: bool,
    /// Of a sector that says Mode 2: whether its two subheaders are equal.
    pub(crate) has_forms: Option<bool>,
    /// The kind of track that it is a made sector of.
    pub(crate) made: Option<TrackKind>,
    /// P's level, if P and nothing else is there.
    pub(crate) p: Option<bool>,
    /// Which R to W; the numbers are the trace's in the lead-in, and elsewhere all that are not zero are alike.
    pub(crate) rw: u16,
}

impl SectorTrace {
    /// R to W are zero.
    pub(crate) const NO_RW: u16 = 0;
    /// R to W that are not told apart.
    pub(crate) const OTHER_RW: u16 = u16::MAX;

    pub(crate) const fn has_rw(&self) -> bool {
        self.rw != Self::NO_RW
    }
}

/// What there is to keep of some sectors in a row.
#[derive(Debug, Default)]
pub(crate) struct ChunkTrace {
    pub(crate) sectors: Vec<SectorTrace>,
    /// R to W of each sector of the lead-in that has any, in their order; P and Q are clear.
    pub(crate) rw: Vec<[u8; SUBCODE_BYTES]>,
}

/// The bits of R to W.
const RW: u8 = 0x3F;

impl ChunkLook for ChunkTrace {
    fn look(&mut self, range: LbaRange, layout: SectorLayout, bytes: &[u8]) {
        self.sectors.clear();
        self.rw.clear();
        let kernel = Kernel::best();
        for (lba, sector) in range.iter().zip(bytes.chunks_exact(layout.sector_bytes())) {
            let Some((main, subcode)) = sector.split_first_chunk() else {
                continue;
            };
            let (facts, _) = look_at_main(kernel, main, lba.to_msf());
            let (p, q, has_rw) = look_at_subcode(kernel, layout, subcode);
            if has_rw && lba.is_lead_in() {
                let symbols: [u8; SUBCODE_BYTES] = array(subcode);
                self.rw.push(symbols.map(|symbol| symbol & RW));
            }
            self.sectors.push(SectorTrace {
                q,
                kind: facts.kind,
                is_right: facts.is_right && (facts.scrambled || facts.kind == SectorKind::Audio),
                is_plain: is_plain(main),
                has_forms: has_forms(main),
                made: made(main, lba),
                p,
                rw: if has_rw {
                    SectorTrace::OTHER_RW
                } else {
                    SectorTrace::NO_RW
                },
            });
        }
    }
}

fn look_at_subcode(
    kernel: Kernel,
    layout: SectorLayout,
    subcode: &[u8],
) -> (Option<bool>, QFrame, bool) {
    if layout == SectorLayout::Pq16 {
        let pq = Pq16(array(subcode));
        // Reserved bits that are set come back from no P.
        let p = (pq == Pq16::new(pq.p(), &pq.q())).then(|| pq.p());
        return (p, pq.q(), false);
    }
    let look = kernel.look(&array(subcode));
    (look.p, look.q, !look.rw_is_zero)
}

/// Whether a main channel is that of a data sector that is not scrambled, by its header.
pub(crate) fn is_plain(main: &[u8; MAIN_BYTES]) -> bool {
    main.starts_with(&SYNC) && PlainSector(main).header().is_plausible()
}

/// Of a sector that says Mode 2, scrambled or not: whether its two subheaders are equal.
fn has_forms(main: &[u8; MAIN_BYTES]) -> Option<bool> {
    if !main.starts_with(&SYNC) {
        return None;
    }
    let plain = PlainSector(main);
    let (header, [first, second]) = if plain.header().is_plausible() {
        (plain.header(), plain.subheaders())
    } else {
        let scrambled = ScrambledSector(main);
        (scrambled.header(), scrambled.subheaders())
    };
    (header.mode == 2).then_some(first == second)
}

/// The kind of track of which the sector at `lba` is a made one, if it is: silence, or zeros in the place of user data.
fn made(main: &[u8; MAIN_BYTES], lba: Lba) -> Option<TrackKind> {
    if !main.starts_with(&SYNC) {
        return (*main == [0; MAIN_BYTES]).then_some(TrackKind::Audio);
    }
    let is_made = |kind: &TrackKind| {
        let mut sector = [0; MAIN_BYTES];
        gap::put(*kind, lba, &mut sector);
        sector == *main
    };
    if !has_zeros(main) {
        return None;
    }
    let kinds: &[_] = match ScrambledSector(main).header().mode {
        0 => &[TrackKind::Mode0],
        1 => &[TrackKind::Mode1],
        2 => &[TrackKind::Mode2Xa, TrackKind::Mode2Formless],
        _ => &[],
    };
    kinds.iter().find(|kind| is_made(kind)).copied()
}

/// Whether the first bytes that are user data in every kind of sector are zeros, which spares most sectors a comparison.
fn has_zeros(main: &[u8; MAIN_BYTES]) -> bool {
    const PROBED: std::ops::Range<usize> = 24..40;
    static SCRAMBLED_ZEROS: std::sync::LazyLock<[u8; MAIN_BYTES]> =
        std::sync::LazyLock::new(|| {
            let mut zeros = [0; MAIN_BYTES];
            scramble(&mut zeros);
            zeros
        });
    main[PROBED] == SCRAMBLED_ZEROS[PROBED]
}
