//! At which speeds a drive records which medium, and how fast the disc passes the laser then.
//!
//! Read first: MMC-5 6.8 (GET PERFORMANCE) and clause 6, SET CD SPEED.

use cd_address::Lba;
use cd_mmc::{RotationControl, Speed};

use crate::medium::Medium;
use crate::profile::{Profile, kilobytes_at, multiple_of};

/// Where the program area begins, in micrometres from the disc's centre.
const PROGRAM_RADIUS: u64 = 25_000;
/// What a sector adds to the square of the radius, in square micrometres: 1/75 s at 1.2 m/s on tracks 1.6 µm apart.
const SECTOR_AREA: i64 = 8_149;

/// A speed with the way the disc turns at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    /// Multiples of 75 sectors a second; at the outer rim if the disc turns evenly.
    pub(crate) speed: u16,
    /// Constant angular velocity: the disc turns evenly, and passes the laser slower inside than outside.
    pub(crate) is_cav: bool,
}

impl Offer {
    pub(crate) const fn rotation(self) -> RotationControl {
        if self.is_cav {
            RotationControl::CAV
        } else {
            RotationControl::DEFAULT
        }
    }
}

/// What the drive offers for this medium, the fastest first; for all it can do if there is none. Empty if medium and
/// drive have no speed in common.
pub(crate) fn offers(profile: &Profile, medium: Option<&Medium>) -> Vec<Offer> {
    let (slowest, fastest) = medium
        .and_then(|medium| medium.atip().recording_speeds())
        .map_or((1, u16::MAX), |(low, high)| (low.into(), high.into()));
    let of = |is_cav| {
        move |speed: &u16| Offer {
            speed: *speed,
            is_cav,
        }
    };
    let mut all: Vec<_> = profile.write_speeds.iter().map(of(false)).collect();
    all.extend(profile.cav_speeds.iter().map(of(true)));
    all.retain(|offer| offer.speed > 0);
    if all.is_empty() {
        all.push(of(false)(&1));
    }
    all.retain(|offer| (slowest..=fastest).contains(&offer.speed));
    all.sort_by_key(|offer| (std::cmp::Reverse(offer.speed), offer.is_cav));
    all
}

/// What a host has asked for with SET CD SPEED or SET STREAMING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) speed: Speed,
    pub(crate) is_cav: bool,
}

impl Asked {
    /// As at power on.
    pub(crate) const FASTEST: Self = Self {
        speed: Speed::MAX,
        is_cav: false,
    };
}

/// The offer that comes nearest to what was asked: of the right way of turning if there is one, the fastest that is not
/// faster than asked, else the slowest. 1x if nothing is offered.
///
/// Hosts count 1x as 176, 177 or 176.4; the nearest whole multiple is meant.
pub(crate) fn choose(offers: &[Offer], asked: Asked) -> Offer {
    let limit = match asked.speed {
        Speed::MAX => u16::MAX,
        Speed(kilobytes) => multiple_of(kilobytes),
    };
    let of_kind = |is_cav| {
        let mut of_kind: Vec<_> = offers.to_vec();
        of_kind.retain(|offer| offer.is_cav == is_cav);
        of_kind
    };
    let mut candidates = of_kind(asked.is_cav);
    if candidates.is_empty() {
        candidates = of_kind(!asked.is_cav);
    }
    let not_faster = candidates.iter().find(|offer| offer.speed <= limit);
    not_faster.or(candidates.last()).copied().unwrap_or(Offer {
        speed: 1,
        is_cav: false,
    })
}

/// A disc that turns under the laser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turning {
    pub(crate) offer: Offer,
    /// The last address, where a disc that turns evenly is at its full speed.
    pub(crate) outer: Lba,
}

impl Turning {
    /// Thousandths of a sector a second that pass the laser at `lba`; at least one.
    pub(crate) fn rate_at(self, lba: Lba) -> u64 {
        let full = u64::from(self.offer.speed.max(1)) * 75_000;
        if self.offer.is_cav {
            (full * radius(lba) / radius(self.outer)).max(1)
        } else {
            full
        }
    }

    /// Kilobytes a second at `lba`, as drives report it.
    pub(crate) fn kilobytes_at(self, lba: Lba) -> u32 {
        let full = u64::from(kilobytes_at(self.offer.speed));
        if !self.offer.is_cav {
            return u32::try_from(full).unwrap_or(u32::MAX);
        }
        u32::try_from(full * radius(lba) / radius(self.outer)).unwrap_or(u32::MAX)
    }
}

/// Micrometres from the disc's centre.
fn radius(lba: Lba) -> u64 {
    let program = i64::try_from(PROGRAM_RADIUS * PROGRAM_RADIUS).unwrap_or(i64::MAX);
    let square = program + SECTOR_AREA * i64::from(lba.value());
    u64::try_from(square).unwrap_or(0).isqrt().max(1)
}
