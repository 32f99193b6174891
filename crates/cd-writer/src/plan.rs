//! Everything a burn will do, worked out before anything is sent: pure, printable, and refused here
//! where it would spoil a disc later.
//!
//! # Spec
//! MMC-3 4.2.3.8 (raw recording), 5.5.3.11 (write parameters). Read those first.

mod check;
mod print;
#[cfg(test)]
mod tests;

use std::time::Duration;

use cd_address::{Lba, LbaRange, Sectors};
use cd_image::StreamSurvey;
use cd_mmc::mode_page::{SessionFormat, WriteParameters};
use cd_mmc::response::DiscInformation;
use cd_mmc::{
    Command, ModeSense10, PageCode, PreventAllowMediumRemoval, ReadDiscInformation, ReadTocPmaAtip,
    RotationControl, SendOpcInformation, SetCdSpeed, Speed, SynchronizeCache, TestUnitReady,
    TocFormat, Write10,
};
use cd_sector::{SectorLayout, Toc};
use cd_transport::Limits;

use crate::Conversion;
use crate::probe::{DriveInfo, MODE_BYTES, MediumInfo, raw_page, select_command};

pub use check::{PlanError, PlanNote};

/// What a command of a burn is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Learn what drive and medium are.
    Ask,
    /// Keep the tray shut.
    Lock,
    /// Set the speed.
    Speed,
    /// Select raw recording.
    SetWriteParameters,
    /// Say with that selection which kind of disc it will be. No step is for this alone: it is an incident if the drive
    /// refuses it, and the selection goes without.
    SetSessionFormat,
    /// See that the drive took the selection as it was sent.
    ConfirmWriteParameters,
    /// Calibrate the laser's power.
    Calibrate,
    /// See that the disc is still the blank one the plan was made for.
    ConfirmBlank,
    /// Sectors.
    Write,
    /// Have the drive empty its buffer.
    Flush,
    /// Wait until it has.
    AwaitFlush,
    /// See that the disc is no longer blank (or, simulated, that it still is).
    ConfirmWritten,
    /// See that the table of contents is the image's.
    ConfirmToc,
    /// Let the tray open again.
    Unlock,
    /// Erase the disc.
    Erase,
    /// Wait until it is erased.
    AwaitErase,
}

/// One command of a burn that is not a WRITE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is for.
    pub purpose: Purpose,
    /// The command.
    pub command: Command,
    /// What goes with it.
    pub data: StepData,
    /// The least time the drive is given.
    pub timeout: Duration,
}

/// The data of a [`Step`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepData {
    /// None.
    None,
    /// At most this many bytes from the drive.
    In(usize),
    /// These bytes to the drive.
    Out(Vec<u8>),
}

/// The WRITEs of a burn: one gap-free run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writes {
    /// What is written, lead-in and lead-out included.
    pub range: LbaRange,
    /// What each sector is made of.
    pub layout: SectorLayout,
    /// Sectors one WRITE carries; the last may carry fewer.
    pub per_command: Sectors,
    /// The least time the drive is given for one.
    pub timeout: Duration,
}

impl Writes {
    /// The command for the sectors of `piece`, at most 65,535.
    #[must_use]
    pub fn command(&self, piece: LbaRange) -> Command {
        let n_blocks = u16::try_from(piece.len().count()).unwrap_or(u16::MAX);
        Write10::new(piece.start(), n_blocks).into()
    }
}

/// How to burn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BurnOptions {
    /// Sectors a second (75 is 1x); `None` for the fastest. The nearest the drive has is taken, and noted.
    #[doc(alias = "SetWriteSpeed")]
    pub speed: Option<u32>,
    /// Do everything with the laser off.
    pub simulate: bool,
    /// Let the drive pause and go on when data comes too late, if it can.
    #[doc(alias = "BufferUnderrunFreeDisabled")]
    pub underrun_protection: bool,
    /// Burn even a stream whose lead-out begins, or ends, later than the medium says that one can. Most media hold
    /// some seconds more; whether this one does shows at the end, when it is too late for it.
    pub overburn: bool,
    /// What a raw P-W stream is turned into for a drive that does not take it, known from the whole stream.
    pub conversion: Option<Conversion>,
}

impl BurnOptions {
    /// For real, as fast as the drive can, with underrun protection, and nothing that the medium has no room for.
    pub const USUAL: Self = Self {
        speed: None,
        simulate: false,
        underrun_protection: true,
        overburn: false,
        conversion: None,
    };
}

/// A burn, ready to be carried out on the medium it was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub(crate) prepare: Vec<Step>,
    /// The selection with session format 00h, if the one in `prepare` has another.
    pub(crate) select_plain: Option<Step>,
    pub(crate) writes: Writes,
    pub(crate) flush: Step,
    pub(crate) flush_waiting: Step,
    pub(crate) await_flush: Step,
    pub(crate) flush_limit: Duration,
    pub(crate) prove: Vec<Step>,
    pub(crate) unlock: Step,
    pub(crate) expected: Expected,
    pub(crate) conversion: Option<Conversion>,
    /// Sectors of the stream before the medium's lead-in, which are left out.
    pub skipped: Sectors,
    /// The drive and medium, for people.
    pub target: String,
    /// What the user should know that hinders nothing.
    pub notes: Vec<PlanNote>,
}

/// What the answers of a burn are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) write_parameters: WriteParameters,
    pub(crate) lead_in_start: Lba,
    pub(crate) toc: Toc,
    pub(crate) simulate: bool,
    /// The least time the whole run of WRITEs can take on this drive, its buffer allowed for.
    pub(crate) least_time: Duration,
}

/// Ordinary commands are answered at once, or after the disc has spun up.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(60);
/// The first WRITEs of a lead-in have been seen to take longer than 40 s.
const WRITE_TIMEOUT: Duration = Duration::from_secs(180);
/// Some drives ignore the immediate bit, and close for minutes.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(240);
/// A whole drive buffer written at the slowest speed, and a lead-out; never less than two minutes.
const LEAST_FLUSH_LIMIT: Duration = Duration::from_secs(120);
/// What one WRITE may carry whatever the transport allows: older hosts and drives fail above it.
const SAFE_TRANSFER: usize = 64 * 1024;
/// No CD recorder is faster than 56x, give or take what it claims.
const FASTEST_KNOWN: u32 = 60 * 75;

impl Plan {
    /// Works out the burn of a stream on this medium in this drive.
    ///
    /// `drive` and `medium` come from [`Recorder::probe`](crate::Recorder::probe) and
    /// [`Recorder::medium`](crate::Recorder::medium), `survey` from the stream that will be burned.
    ///
    /// # Errors
    /// [`PlanError`] for everything that would end in a refusal or a spoiled disc: nothing was sent.
    #[doc(alias("PrepareMedia", "WriteMedia2"))]
    pub fn new(
        drive: &DriveInfo,
        medium: &MediumInfo,
        survey: &StreamSurvey,
        limits: Limits,
        options: BurnOptions,
    ) -> Result<Self, PlanError> {
        let checked = check::check(drive, medium, survey, options)?;
        let layout = checked.layout;
        let per_command = sectors_per_command(layout, limits)?;
        let page = write_parameters(drive, layout, &checked.toc, options);
        let speed = options
            .speed
            .map_or(Speed::MAX, |asked| drive.nearest_speed(asked));
        let mut prepare = vec![
            Step::plain(Purpose::Lock, PreventAllowMediumRemoval::PREVENT),
            Step::plain(
                Purpose::Speed,
                SetCdSpeed {
                    rotation: RotationControl::DEFAULT,
                    read: Speed::MAX,
                    write: speed,
                },
            ),
        ];
        prepare.extend([select(&page), confirm_selected()]);
        let plain_page = WriteParameters {
            session_format: SessionFormat::CD_DA_OR_CD_ROM,
            ..page
        };
        if !options.simulate {
            let calibrate = SendOpcInformation {
                do_opc: true,
                parameter_list_length: 0,
            };
            prepare.push(Step::plain(Purpose::Calibrate, calibrate));
        }
        prepare.push(disc_information(Purpose::ConfirmBlank));
        let mut prove = vec![disc_information(Purpose::ConfirmWritten)];
        if !options.simulate {
            prove.push(full_toc());
        }
        Ok(Self {
            prepare,
            select_plain: (page != plain_page).then(|| select(&plain_page)),
            writes: Writes {
                range: checked.range,
                layout,
                per_command,
                timeout: WRITE_TIMEOUT,
            },
            flush: Step::plain(Purpose::Flush, SynchronizeCache::all(true)),
            flush_waiting: Step::plain(Purpose::Flush, SynchronizeCache::all(false)),
            await_flush: Step::plain(Purpose::AwaitFlush, TestUnitReady),
            flush_limit: flush_limit(speed),
            prove,
            unlock: Step::plain(Purpose::Unlock, PreventAllowMediumRemoval::ALLOW),
            expected: Expected {
                write_parameters: page,
                lead_in_start: checked.range.start(),
                toc: checked.toc,
                simulate: options.simulate,
                least_time: least_time(checked.range, layout, drive),
            },
            conversion: options.conversion,
            skipped: checked.skipped,
            target: format!("{drive}, {medium}"),
            notes: checked.notes,
        })
    }

    /// The same with the disc turning so.
    pub(crate) fn with_rotation(mut self, rotation: RotationControl) -> Self {
        for step in &mut self.prepare {
            if let Command::SetCdSpeed(command) = &mut step.command {
                command.rotation = rotation;
            }
        }
        self
    }

    /// What will be written, and how it is cut.
    #[must_use]
    pub fn writes(&self) -> Writes {
        self.writes
    }

    /// What the stream is made of: what is written, unless it is converted on the way.
    #[must_use]
    pub fn source_layout(&self) -> SectorLayout {
        match self.conversion {
            Some(_) => SectorLayout::RawPw96,
            None => self.writes.layout,
        }
    }

    /// Every command but the WRITEs, in order. (In place of an immediate flush that the drive refuses, the
    /// same is sent without the immediate bit; in place of a selection with a session format that it refuses, the same
    /// with session format 00h.)
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let after = [&self.flush, &self.await_flush];
        self.prepare
            .iter()
            .chain(after)
            .chain(&self.prove)
            .chain([&self.unlock])
    }

    /// The table of contents the disc must have afterwards.
    #[must_use]
    pub fn toc(&self) -> &Toc {
        &self.expected.toc
    }

    /// Whether the drive is told to wait when data comes too late.
    pub(crate) fn is_protected(&self) -> bool {
        self.expected.write_parameters.buffer_underrun_free
    }

    /// Whether the laser stays off.
    #[must_use]
    pub fn is_simulation(&self) -> bool {
        self.expected.simulate
    }
}

impl Step {
    fn plain(purpose: Purpose, command: impl Into<Command>) -> Self {
        let timeout = match purpose {
            Purpose::Calibrate | Purpose::Flush => FLUSH_TIMEOUT,
            _ => COMMAND_TIMEOUT,
        };
        Self {
            purpose,
            command: command.into(),
            data: StepData::None,
            timeout,
        }
    }

    fn reading(purpose: Purpose, command: impl Into<Command>, n_bytes: u16) -> Self {
        Self {
            data: StepData::In(n_bytes.into()),
            ..Self::plain(purpose, command)
        }
    }
}

fn write_parameters(
    drive: &DriveInfo,
    layout: SectorLayout,
    toc: &Toc,
    options: BurnOptions,
) -> WriteParameters {
    let disc_type = SessionFormat::new(toc.disc_type().0);
    WriteParameters {
        test_write: options.simulate,
        buffer_underrun_free: options.underrun_protection && drive.has_underrun_protection(),
        session_format: disc_type.unwrap_or(SessionFormat::CD_DA_OR_CD_ROM),
        ..raw_page(&drive.write_parameters, layout)
    }
}

fn select(page: &WriteParameters) -> Step {
    let (command, bytes) = select_command(page);
    Step {
        data: StepData::Out(bytes),
        ..Step::plain(Purpose::SetWriteParameters, command)
    }
}

fn confirm_selected() -> Step {
    // As the drive was asked when it was probed: some put block descriptors in front, asked for or not.
    let sense = ModeSense10::current(PageCode::WRITE_PARAMETERS, MODE_BYTES);
    Step::reading(Purpose::ConfirmWriteParameters, sense, MODE_BYTES)
}

fn disc_information(purpose: Purpose) -> Step {
    let n_bytes = u16::try_from(DiscInformation::BYTES).unwrap_or(u16::MAX);
    Step::reading(purpose, ReadDiscInformation::standard(n_bytes), n_bytes)
}

fn full_toc() -> Step {
    let command = full_toc_command();
    Step::reading(Purpose::ConfirmToc, command, command.allocation_length)
}

pub(crate) fn full_toc_command() -> ReadTocPmaAtip {
    ReadTocPmaAtip {
        msf: true,
        format: TocFormat::FULL_TOC,
        track_session: 1,
        // A header, and one entry for each of 99 tracks, A0, A1 and A2, with room for a few more.
        allocation_length: 4 + 11 * 110,
    }
}

fn sectors_per_command(layout: SectorLayout, limits: Limits) -> Result<Sectors, PlanError> {
    let n = limits.max_transfer.min(SAFE_TRANSFER) / layout.sector_bytes();
    match u32::try_from(n).map(Sectors::new) {
        Ok(Ok(sectors)) if !sectors.is_zero() => Ok(sectors),
        _ => Err(PlanError::TransferTooSmall {
            limit: limits.max_transfer,
            needed: layout.sector_bytes(),
        }),
    }
}

/// What the drive may take to empty its buffer and write what it adds, with as much again to spare.
fn flush_limit(speed: Speed) -> Duration {
    let sectors_per_second = speed.sectors_per_second().unwrap_or(75).max(75);
    LEAST_FLUSH_LIMIT.max(Duration::from_secs(420) * 75 / sectors_per_second)
}

/// Less than this, and the sectors cannot have gone through the laser: what does not fit the buffer,
/// at the fastest speed the drive names, a tenth allowed for its counting.
fn least_time(range: LbaRange, layout: SectorLayout, drive: &DriveInfo) -> Duration {
    let buffered = drive.buffer_bytes() / layout.sector_bytes();
    let fastest = drive
        .fastest_write_speed()
        .unwrap_or(FASTEST_KNOWN)
        .clamp(75, FASTEST_KNOWN);
    let n_sectors = range
        .len()
        .count()
        .saturating_sub(u32::try_from(buffered).unwrap_or(u32::MAX));
    Duration::from_secs(1) * n_sectors / fastest * 9 / 10
}
