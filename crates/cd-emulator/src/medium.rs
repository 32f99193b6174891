//! The blank itself: what a disc says about how it may be recorded, before a byte is on it.
//!
//! Read first: MMC-3 6.25.3.6 (the ATIP as READ TOC/PMA/ATIP returns it).

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_mmc::BinMsf;
use cd_mmc::response::{Atip, DiscSubType, ReferenceSpeed, WritePower};

/// Sectors a disc holds after the last place where a lead-out may start: one lead-out of 90 seconds.
///
/// # Spec
/// MMC-3 4.2.3.8.5: the first session's lead-out is 6,750 sectors.
pub const LEAD_OUT_SECTORS: u32 = 6_750;

/// What a medium can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediumKind {
    /// Recordable once.
    CdR,
    /// Erasable.
    CdRw,
}

/// A recordable medium as its ATIP describes it.
///
/// Every value has a meaning: an ATIP that no factory would press makes a disc that no writer can use,
/// which is what a test of a writer may want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medium {
    /// CD-R or CD-RW.
    pub kind: MediumKind,
    /// Where the lead-in begins, usually 95:00:00..=97:59:74; also names the maker.
    pub lead_in_start: Msf,
    /// The last address where a lead-out may start: the disc's capacity.
    pub last_lead_out: Msf,
    /// Indicative target writing power, 0..=7; higher bits are ignored.
    pub write_power: u8,
    /// Reference speed, 0..=7; higher bits are ignored. Means something on CD-RW only.
    pub reference_speed: u8,
    /// Whether consumers' audio recorders take the disc as well: one sold for music, with a levy.
    pub unrestricted_use: bool,
    /// Disc sub-type, 0..=7; higher bits are ignored.
    pub sub_type: u8,
    /// Additional information 1 to 3, each where the medium has it.
    pub additional: [Option<[u8; 3]>; 3],
}

impl Medium {
    /// A CD-R of 80 minutes, lead-in from 97:34:23, lead-out from 79:59:74 at the latest.
    #[must_use]
    pub const fn cd_r_80() -> Self {
        Self {
            kind: MediumKind::CdR,
            lead_in_start: const_msf(97, 34, 23),
            last_lead_out: const_msf(79, 59, 74),
            write_power: 4,
            reference_speed: 0,
            unrestricted_use: false,
            sub_type: 0,
            additional: [None; 3],
        }
    }

    /// A CD-RW of 74 minutes, lead-in from 97:27:00, lead-out from 74:43:00 at the latest, for 2x to 4x.
    #[must_use]
    pub const fn cd_rw_74() -> Self {
        Self {
            kind: MediumKind::CdRw,
            lead_in_start: const_msf(97, 27, 0),
            last_lead_out: const_msf(74, 43, 0),
            write_power: 5,
            reference_speed: 1,
            unrestricted_use: false,
            sub_type: 0,
            // Lowest usable speed 2x (code 1), highest 4x (code 2); power and pulse figures of a plain 4x disc.
            additional: [Some([0x12, 0x4A, 0xB0]), None, None],
        }
    }

    /// A CD-RW of 80 minutes for 16x to 24x and no other speed (ultra speed): drives of its time and earlier have none
    /// of them.
    #[must_use]
    pub const fn cd_rw_ultra_80() -> Self {
        Self {
            kind: MediumKind::CdRw,
            lead_in_start: const_msf(97, 34, 0),
            last_lead_out: const_msf(79, 59, 74),
            write_power: 5,
            reference_speed: 1,
            unrestricted_use: false,
            sub_type: 2,
            // Codes 6 and 8 of the ultra speed table.
            additional: [Some([0x68, 0x4A, 0xB0]), None, None],
        }
    }

    /// What the groove says, as READ TOC/PMA/ATIP returns it.
    pub(crate) fn atip(&self) -> Atip {
        let [a1, a2, a3] = self.additional;
        let three_bits = |value: u8| value & 0x07;
        Atip {
            write_power: WritePower::new(three_bits(self.write_power))
                .unwrap_or_else(|| unreachable!("three bits")),
            reference_speed: ReferenceSpeed::new(three_bits(self.reference_speed))
                .unwrap_or_else(|| unreachable!("three bits")),
            unrestricted_use: self.unrestricted_use,
            rewritable: self.kind == MediumKind::CdRw,
            sub_type: DiscSubType::new(three_bits(self.sub_type)).unwrap_or(DiscSubType::STANDARD),
            lead_in_start: BinMsf::new(self.lead_in_start),
            last_possible_lead_out: BinMsf::new(self.last_lead_out),
            a1,
            a2,
            a3,
            s4: None,
        }
    }

    /// All addresses that can be recorded: from the lead-in's start through a lead-out that starts as
    /// late as it may. Empty if the medium describes itself backwards.
    #[must_use]
    pub fn recordable(&self) -> LbaRange {
        let start = self.lead_in_start.to_lba();
        let first_sector = self.last_lead_out.to_lba().position();
        let end = first_sector
            .saturating_add(LEAD_OUT_SECTORS)
            .min(Lba::MAX.position() + 1);
        let len = end.saturating_sub(start.position());
        Sectors::new(len)
            .and_then(|len| LbaRange::new(start, len))
            .unwrap_or_else(|_| empty_at(start))
    }
}

/// The run of no sectors at `start`.
pub(crate) fn empty_at(start: Lba) -> LbaRange {
    LbaRange::new(start, Sectors::ZERO)
        .unwrap_or_else(|_| unreachable!("a run of no sectors ends where it starts"))
}

const fn const_msf(minute: u8, second: u8, frame: u8) -> Msf {
    match Msf::new(minute, second, frame) {
        Ok(msf) => msf,
        Err(_) => panic!("a constant of this module is not a time"),
    }
}
