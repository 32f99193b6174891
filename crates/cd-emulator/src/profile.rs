//! Which drive is played: its name, what it can do, and how fast.

use std::time::Duration;

use cd_sector::SectorLayout;

use crate::quirk::Quirk;

/// A drive's identity and abilities; constant while the drive exists.
///
/// [`Profile::faithful`] is a drive that does what the standard says. Others are made from it by changing a field:
///
/// ```
/// use cd_emulator::Profile;
/// use cd_sector::SectorLayout;
///
/// let without_raw_pw = Profile {
///     block_types: vec![SectorLayout::Pq16],
///     ..Profile::faithful()
/// };
/// assert_eq!(without_raw_pw.vendor, Profile::faithful().vendor);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Vendor in INQUIRY; the first 8 characters count.
    pub vendor: String,
    /// Product in INQUIRY; the first 16 characters count.
    pub product: String,
    /// Firmware revision in INQUIRY; the first 4 characters count.
    pub revision: String,
    /// Serial number of the unit, printable ASCII; none has no page of vital product data for it.
    pub serial_number: String,
    /// Size of the drive's buffer, in bytes.
    pub buffer_bytes: u32,
    /// The speeds it records at, as multiples of 75 sectors a second. With none, it records at 1x.
    pub write_speeds: Vec<u16>,
    /// The speeds it can record at with the disc turning evenly (CAV), as multiples of 75 sectors a second at the
    /// outer rim.
    pub cav_speeds: Vec<u16>,
    /// The speed it reads at, as a multiple of 75 sectors a second; 0 counts as 1.
    pub read_speed: u16,
    /// The data block types it takes in raw recording. Of [`SectorLayout::PackedPw96`] it makes the parity and the
    /// interleave of R to W itself. [`Profile::faithful`] has all three; of real drives some are without packs, others
    /// without raw P-W.
    pub block_types: Vec<SectorLayout>,
    /// Whether it records sessions at once, from a cue sheet.
    pub has_session_at_once: bool,
    /// Whether it records tracks at once, and closes sessions.
    pub has_track_at_once: bool,
    /// Whether it can stop and go on when its buffer runs empty (BUF, "burn-proof").
    pub has_underrun_protection: bool,
    /// Whether a WRITE that finds the buffer full is refused with 02/04/08 (long write in progress) at once,
    /// instead of waiting until there is room.
    pub reports_long_write: bool,
    /// Most bytes one command may move on its way to the drive.
    pub max_transfer: usize,
    /// What data addresses in memory must be a multiple of; a power of two.
    pub alignment: usize,
    /// Bytes a second between computer and drive; 0 takes no time.
    pub interface_rate: u32,
    /// What each command takes, whatever it does.
    pub command_time: Duration,
    /// What the power calibration of SEND OPC INFORMATION takes.
    pub calibration_time: Duration,
    /// In what the drive is not as the standard has it.
    pub quirks: Vec<Quirk>,
}

impl Profile {
    /// A drive that does what MMC says: 48x, 2 MiB of buffer, track at once, session at once, raw recording with P-Q, with
    /// packs and with raw P-W, underrun protection.
    #[must_use]
    pub fn faithful() -> Self {
        Self {
            vendor: "RAWCD".to_owned(),
            product: "VIRTUAL RECORDER".to_owned(),
            revision: "1.00".to_owned(),
            serial_number: "0001".to_owned(),
            buffer_bytes: 2 << 20,
            write_speeds: vec![4, 8, 16, 24, 32, 40, 48],
            cav_speeds: Vec::new(),
            read_speed: 48,
            block_types: vec![
                SectorLayout::Pq16,
                SectorLayout::PackedPw96,
                SectorLayout::RawPw96,
            ],
            has_session_at_once: true,
            has_track_at_once: true,
            has_underrun_protection: true,
            reports_long_write: false,
            max_transfer: 1 << 20,
            alignment: 1,
            interface_rate: 60_000_000,
            command_time: Duration::from_micros(200),
            calibration_time: Duration::from_secs(2),
            quirks: Vec::new(),
        }
    }

    /// Whether raw recording with this layout is offered.
    pub(crate) fn takes(&self, layout: SectorLayout) -> bool {
        self.block_types.contains(&layout)
    }

    /// Takes `layout` from what is offered.
    pub(crate) fn refuse(&mut self, layout: SectorLayout) {
        self.block_types.retain(|taken| *taken != layout);
    }

    /// The fastest speed it records at.
    pub(crate) fn max_write_speed(&self) -> u16 {
        self.write_speeds.iter().copied().max().unwrap_or(1).max(1)
    }
}

/// The speed factor nearest to `kilobytes` a second.
pub(crate) fn multiple_of(kilobytes: u16) -> u16 {
    let factor = (u32::from(kilobytes) * 10 + 882) / 1764;
    u16::try_from(factor).unwrap_or(u16::MAX)
}

/// Kilobytes of 1000 bytes a second at `factor`, as drives report it: 176.4 a step, rounded down.
pub(crate) fn kilobytes_at(factor: u16) -> u16 {
    let kilobytes = u32::from(factor) * 1764 / 10;
    u16::try_from(kilobytes).unwrap_or(u16::MAX)
}
