//! Which speeds a drive writes at, and which of them comes nearest to a wish.
//!
//! # Spec
//! MMC-3 6.3.11 (page 2Ah), MMC-5 6.26.3.6 (ATIP, additional information 1). Read those first.

use cd_mmc::mode_page::{Capabilities, ModeParameters, WriteSpeed};
use cd_mmc::{ModeSense10, PageCode, RotationControl, SetCdSpeed, Speed};

use super::error::{DiscFormatError, DriveError, MediumError};
use super::types::{Adjustment, PhysicalMediaType, WriteSpeedDescriptor};
use crate::recorder::Recorder;
use crate::{Fault, MediumInfo};

/// The writing speeds in page 2Ah.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Speeds {
    pub(super) current: WriteSpeed,
    /// In the drive's order; perhaps none.
    pub(super) possible: Vec<WriteSpeed>,
}

/// What the caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// Sectors a second; `None` for the fastest.
    pub(super) speed: Option<u32>,
    pub(super) is_pure_cav: bool,
}

/// What the drive is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) speed: WriteSpeed,
    pub(super) adjustment: Adjustment,
}

const PAGE_BYTES: u16 = 256;
const SECTORS_PER_SECOND: u32 = 75;

impl Recorder<'_> {
    /// # Errors
    /// [`DriveError::NoSuchModePage`] if the drive has no page 2Ah.
    pub(super) fn speeds(&mut self) -> Result<Speeds, DiscFormatError> {
        let command = ModeSense10::current(PageCode::CAPABILITIES, PAGE_BYTES);
        let answer = self
            .ask(command, PAGE_BYTES)
            .map_err(DiscFormatError::of_fault)?;
        let page = ModeParameters::decode_sense(&answer)
            .and_then(|parameters| parameters.capabilities())
            .ok()
            .flatten();
        page.map(|page| Speeds::of(&page)).ok_or_else(|| {
            let what = "MODE SENSE answered without the capabilities page";
            DiscFormatError::new(DriveError::NoSuchModePage)
                .with_fault(Fault::nonsense(&command.into(), what))
        })
    }

    /// Tells the drive the speed. One that knows no such command has a single speed.
    pub(super) fn set_speed(&mut self, speed: WriteSpeed) -> Result<(), DiscFormatError> {
        let command = SetCdSpeed {
            rotation: speed.rotation,
            read: Speed::MAX,
            write: speed.speed,
        };
        match self.ask(command, 0) {
            Err(fault) if !fault.is_refusal() => Err(DiscFormatError::of_fault(fault)),
            _ => Ok(()),
        }
    }
}

impl Speeds {
    fn of(page: &Capabilities<'_>) -> Self {
        let plain = |speed| WriteSpeed {
            rotation: RotationControl::DEFAULT,
            speed,
        };
        let (current, mut possible) = match &page.write_speeds {
            Some(speeds) => (
                WriteSpeed {
                    rotation: speeds.rotation,
                    speed: speeds.current,
                },
                speeds.possible.iter().collect(),
            ),
            None => (plain(page.old_write_speed), Vec::new()),
        };
        if possible.is_empty() {
            possible.push(plain(page.max_write_speed));
        }
        possible.retain(|entry| entry.speed != Speed(0) && entry.speed != Speed::MAX);
        Self { current, possible }
    }

    /// Sectors a second, the fastest first, each once.
    pub(super) fn sectors_per_second(&self) -> Vec<u32> {
        let mut speeds: Vec<_> = self.possible.iter().copied().map(rate).collect();
        speeds.sort_unstable_by(|a, b| b.cmp(a));
        speeds.dedup();
        speeds
    }

    pub(super) fn descriptors(&self, media_type: PhysicalMediaType) -> Vec<WriteSpeedDescriptor> {
        let describe = |entry: &WriteSpeed| WriteSpeedDescriptor {
            media_type,
            rotation_type_is_pure_cav: is_cav(entry),
            write_speed: rate(*entry),
        };
        self.possible.iter().map(describe).collect()
    }

    pub(super) fn choose(&self, wish: Wish) -> Choice {
        let fits = |entry: &&WriteSpeed| is_cav(entry) == wish.is_pure_cav;
        let mut candidates: Vec<_> = self.possible.iter().filter(fits).copied().collect();
        // A drive that names no speed at all turns as it likes.
        let is_other_rotation = if self.possible.is_empty() {
            wish.is_pure_cav
        } else {
            candidates.is_empty()
        };
        if candidates.is_empty() {
            candidates.clone_from(&self.possible);
        }
        let speed = match wish.speed {
            None => WriteSpeed {
                rotation: candidates
                    .first()
                    .map_or(RotationControl::DEFAULT, |entry| entry.rotation),
                speed: Speed::MAX,
            },
            Some(asked) => candidates
                .into_iter()
                .min_by_key(|entry| (rate(*entry).abs_diff(asked), rate(*entry)))
                .unwrap_or_else(|| whole_multiple(asked)),
        };
        let is_other_speed = wish.speed.is_some_and(|asked| rate(speed) != asked);
        Choice {
            speed,
            adjustment: Adjustment::new(is_other_speed, is_other_rotation),
        }
    }

    /// # Errors
    /// [`MediumError::SpeedMismatch`] if the medium is for none of the drive's speeds. Only CD-RW say what they are for.
    pub(super) fn check_medium(&self, medium: &MediumInfo) -> Result<(), MediumError> {
        let Some(rated) = medium.atip.and_then(|atip| atip.recording_speeds()) else {
            return Ok(());
        };
        let (lowest, highest) = (
            u32::from(rated.0) * SECTORS_PER_SECOND,
            u32::from(rated.1) * SECTORS_PER_SECOND,
        );
        let speeds = self.sectors_per_second();
        if speeds.is_empty()
            || speeds
                .iter()
                .any(|speed| (lowest..=highest).contains(speed))
        {
            return Ok(());
        }
        let names: Vec<_> = speeds.iter().map(ToString::to_string).collect();
        Err(MediumError::SpeedMismatch {
            lowest,
            highest,
            drive: names.join(", "),
        })
    }
}

/// The speed a drive without a list is asked for: the nearest whole multiple of 75 sectors a second.
fn whole_multiple(asked: u32) -> WriteSpeed {
    let times = asked.saturating_add(SECTORS_PER_SECOND / 2) / SECTORS_PER_SECOND;
    WriteSpeed {
        rotation: RotationControl::DEFAULT,
        speed: Speed::from_x(u8::try_from(times).unwrap_or(u8::MAX).max(1)),
    }
}

pub(super) fn is_cav(entry: &WriteSpeed) -> bool {
    entry.rotation == RotationControl::CAV
}

/// Sectors a second; drives round the 176.4 kB/s of 1x down, which is undone here.
pub(super) fn rate(entry: WriteSpeed) -> u32 {
    let sectors = entry.speed.sectors_per_second().unwrap_or(u32::MAX);
    let times = sectors.saturating_add(SECTORS_PER_SECOND / 2) / SECTORS_PER_SECOND;
    let whole = times.saturating_mul(SECTORS_PER_SECOND);
    if whole.abs_diff(sectors) <= times.div_ceil(2) {
        whole
    } else {
        sectors
    }
}
