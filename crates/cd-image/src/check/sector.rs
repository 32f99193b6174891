//! What one sector says by itself: the part of the check that any thread can do for any sector.

use cd_address::{Lba, LbaRange, Msf};
use cd_sector::{
    EdcVerdict, Kernel, MAIN_BYTES, MainFaults, ParityForm, PlainSector, PwSubcode, Q, QFrame,
    SUBCODE_BYTES, SYNC, ScrambledSector, SectorKind, SectorLayout, Verdict, check,
};

use super::samples::{self, Roughness};
use crate::parallel::ChunkLook;
use crate::subcode::{QCrc, array, q_of};

/// What a sector's main channel is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MainFacts {
    pub(crate) kind: SectorKind,
    pub(crate) scrambled: bool,
    /// Whether [`ChunkFacts::faults`] has nothing for it.
    pub(crate) is_right: bool,
    pub(crate) lacks_edc: bool,
}

/// What a sector's Q channel is.
#[derive(Clone, Copy, Debug)]
pub(super) struct QFacts {
    pub(super) frame: QFrame,
    pub(super) crc: QCrc,
    /// What it says, if its CRC is right and its fields are legal.
    pub(super) meaning: Option<Q>,
    /// Whether the strict reading finds nothing.
    pub(super) is_clean: bool,
}

/// All that the rest of the check needs of a sector.
#[derive(Clone, Copy, Debug)]
pub(super) struct SectorFacts {
    pub(super) main: MainFacts,
    /// P's level, if it has one.
    pub(super) p: Option<bool>,
    pub(super) q: QFacts,
    /// Whether [`ChunkFacts::rw`] has R to W of it, which it has not if they are zero.
    pub(super) has_rw: bool,
    /// For some of the sectors of sound.
    pub(super) roughness: Option<Roughness>,
}

/// What there is to say of some sectors in a row.
#[derive(Debug, Default)]
pub(super) struct ChunkFacts {
    pub(super) sectors: Vec<SectorFacts>,
    /// For each sector whose main channel is not right, in their order.
    pub(super) faults: Vec<MainFaults>,
    /// The 96 bytes of each sector whose R to W are not zero, in their order.
    pub(super) rw: Vec<[u8; SUBCODE_BYTES]>,
}

impl ChunkLook for ChunkFacts {
    fn look(&mut self, range: LbaRange, layout: SectorLayout, bytes: &[u8]) {
        self.sectors.clear();
        self.faults.clear();
        self.rw.clear();
        let kernel = Kernel::best();
        for (lba, sector) in range.iter().zip(bytes.chunks_exact(layout.sector_bytes())) {
            let Some((main, subcode)) = sector.split_first_chunk() else {
                continue;
            };
            let (main_facts, faults) = look_at_main(kernel, main, lba.to_msf());
            self.faults.extend(faults);
            let (p, q, rw) = look_at_subcode(kernel, layout, subcode, sector);
            self.rw.extend(rw);
            let is_sampled = main_facts.kind == SectorKind::Audio && samples::is_sampled(lba);
            self.sectors.push(SectorFacts {
                main: main_facts,
                p,
                q,
                has_rw: rw.is_some(),
                roughness: is_sampled.then(|| Roughness::of(main)),
            });
        }
    }
}

/// What the main channel of the sector at `address` is, and what is wrong with it.
pub(crate) fn look_at_main(
    kernel: Kernel,
    main: &[u8; MAIN_BYTES],
    address: Msf,
) -> (MainFacts, Option<MainFaults>) {
    if let Some(kind) = sound_or_clean(kernel, main, address) {
        let facts = MainFacts {
            kind,
            scrambled: kind != SectorKind::Audio,
            is_right: true,
            lacks_edc: false,
        };
        return (facts, None);
    }
    let Verdict {
        kind,
        scrambled,
        edc,
        faults,
    } = check(main, address);
    let facts = MainFacts {
        kind,
        scrambled,
        is_right: faults.is_empty(),
        lacks_edc: edc == EdcVerdict::Absent,
    };
    (facts, (!faults.is_empty()).then_some(faults))
}

/// The kind of a sector of sound, or of a scrambled one with an EDC that is right in every field: nearly all are.
fn sound_or_clean(kernel: Kernel, main: &[u8; MAIN_BYTES], address: Msf) -> Option<SectorKind> {
    if !main.starts_with(&SYNC) {
        return Some(SectorKind::Audio);
    }
    let lens = ScrambledSector(main);
    let header = lens.header();
    if header.address != address.to_bcd() {
        return None;
    }
    match header.mode {
        1 => kernel
            .codes_fit(main, ParityForm::Mode1, true)
            .then_some(SectorKind::Mode1),
        2 => {
            let plain = lens.to_plain();
            let lens = PlainSector(&plain);
            let [first, second] = lens.subheaders();
            let (kind, fits) = if first.form() == 1 {
                let fits = kernel.codes_fit(&plain, ParityForm::Mode2Form1, false);
                (SectorKind::Mode2Form1, fits)
            } else {
                let kind = SectorKind::Mode2Form2;
                (kind, lens.edc(kind) == Some(kernel.edc(&plain[16..2348])))
            };
            (first == second && fits).then_some(kind)
        }
        _ => None,
    }
}

type SubcodeFacts = (Option<bool>, QFacts, Option<[u8; SUBCODE_BYTES]>);

fn look_at_subcode(
    kernel: Kernel,
    layout: SectorLayout,
    subcode: &[u8],
    sector: &[u8],
) -> SubcodeFacts {
    let (p, q, crc, rw) = match layout {
        SectorLayout::Pq16 => {
            let (q, crc) = q_of(layout, sector);
            let pq: [u8; 16] = array(subcode);
            (PwSubcode::from_pq16(&pq).p_level(), q, crc, None)
        }
        SectorLayout::PackedPw96 | SectorLayout::RawPw96 => {
            let symbols: [u8; SUBCODE_BYTES] = array(subcode);
            let look = kernel.look(&symbols);
            let crc = if look.crc_ok {
                QCrc::Right
            } else {
                QCrc::Wrong
            };
            (look.p, look.q, crc, (!look.rw_is_zero).then_some(symbols))
        }
    };
    let meaning = match crc {
        QCrc::Wrong => None,
        QCrc::Right | QCrc::Uninverted => q.decode().ok(),
    };
    let facts = QFacts {
        frame: q,
        crc,
        meaning,
        is_clean: crc == QCrc::Right && q.findings().is_empty(),
    };
    (p, facts, rw)
}

/// The address at `position`; the last one there is for a position past it, where only a wrong frame can point.
pub(super) fn msf(position: u32) -> Msf {
    Lba::from_position(position).unwrap_or(Lba::MAX).to_msf()
}
