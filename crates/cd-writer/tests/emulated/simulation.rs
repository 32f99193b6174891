//! A source that stalls, against the buffers between it and the laser: what the drive's buffer holds through, what
//! underrun protection mends, what is lost. All in virtual time, by the pipeline that burns real discs: the thread that
//! reads the source moves the clock while the burner waits for it, and at no other time, so that every run of this
//! table gives the same figures.

use std::fmt::Write as _;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use cd_address::{Lba, LbaRange, Msf};
use cd_emulator::{BufferHistory, DiscState, Profile};
use cd_image::{SectorSource, SourceError, StreamSurvey};
use cd_mmc::response::BufferCapacity;
use cd_mmc::{Command, ReadBufferCapacity};
use cd_sector::{Control, DiscType, RAW_BYTES, SectorLayout, Toc, TocTrack};
use cd_transport::{
    Clock, Completion, Data, Limits, Status, Transport, TransportError, VirtualClock,
};
use cd_writer::{
    BurnControl, BurnOptions, CancelToken, Consent, DiscAfter, Plan, ReadAhead, Report, StopCause,
    Verdict,
};
use parking_lot::{Condvar, Mutex};

use super::host::{Image, Rig, check_text, check_truth, lba, sectors, short_medium, writer};

/// Drives' buffers, in KiB.
const BUFFERS: [u32; 4] = [256, 512, 2048, 8192];
/// How long the source gives nothing, in milliseconds.
const STALLS: [u64; 8] = [0, 20, 50, 100, 200, 500, 1000, 2000];
const SPEEDS: [u16; 5] = [4, 8, 16, 24, 52];

/// What a WRITE carries.
const PER_WRITE: u32 = 26;
/// The first stall comes when the largest buffer has long been filled, the next ones about 5 MB apart.
const FIRST_STALL: u32 = 240;
const STALLS_APART: u32 = 80;
const N_WRITES: u32 = 560;
/// Where there is one stall, the largest buffer is refilled once more.
const N_WRITES_OF_ONE: u32 = 400;

const WRITE: u8 = 0x2A;
const SYNCHRONIZE_CACHE: u8 = 0x35;
/// The drive's way to the computer and back for one WRITE: no laser waits for less.
const ONE_WRITE: Duration = Duration::from_micros(1300);

/// When the source stalls.
#[derive(Clone, Copy)]
struct Stalls {
    lasts: Duration,
    /// The WRITE whose sectors come late.
    first: u32,
    is_periodic: bool,
    /// Chunks that are read ahead. Without, each stall begins when the last sector that was read has gone to the drive,
    /// as if none were.
    depth: Option<usize>,
}

impl Stalls {
    fn of_drive_buffer(milliseconds: u64, is_periodic: bool) -> Self {
        Self {
            lasts: Duration::from_millis(milliseconds),
            first: FIRST_STALL,
            is_periodic,
            depth: None,
        }
    }

    fn strike(&self, write_idx: u32) -> bool {
        let after = write_idx.checked_sub(self.first);
        let strikes = after.is_some_and(|after| {
            after == 0 || self.is_periodic && after.is_multiple_of(STALLS_APART)
        });
        strikes && !self.lasts.is_zero()
    }
}

/// What the reading and the burning side know of each other.
struct Line {
    clock: Arc<VirtualClock>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// When each WRITE was taken.
    taken: Vec<Duration>,
    /// When the sectors of the last stall were there.
    delivered: Duration,
    /// When the laser will be through with the last sector.
    laser_done: Duration,
    is_over: bool,
}

/// Longer than any WRITE of a test takes by the wall clock: a burn that stands still is a failure, no deadlock.
const PATIENCE: Duration = Duration::from_secs(60);

impl Line {
    /// Lets the sectors of this WRITE come late. Returns when the burner has sent all before them, waits, and the clock
    /// has moved on: nobody else moves it meanwhile.
    fn stall(&self, write_idx: u32, stalls: &Stalls) -> bool {
        let n_before = write_idx as usize;
        let mut state = self.state.lock();
        while state.taken.len() < n_before && !state.is_over {
            if self.changed.wait_for(&mut state, PATIENCE).timed_out() {
                return false;
            }
        }
        let now = self.clock.now();
        // One chunk is being written, `depth` wait, and one is in the reader's hand: this one was begun when the first
        // of those before them was through.
        let began = stalls.depth.map_or(now, |depth| {
            let before = n_before.checked_sub(depth + 2);
            let began = before.and_then(|idx| state.taken.get(idx));
            state.delivered.max(began.copied().unwrap_or_default())
        });
        let ready = began + stalls.lasts;
        self.clock.advance(ready.saturating_sub(now));
        state.delivered = ready;
        true
    }
}

/// A source that stalls.
struct Stalling<'l> {
    sectors: &'l dyn SectorSource,
    line: &'l Line,
    stalls: Stalls,
}

impl SectorSource for Stalling<'_> {
    fn range(&self) -> LbaRange {
        self.sectors.range()
    }

    fn layout(&self) -> SectorLayout {
        self.sectors.layout()
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        let offset = self.range().offset_of(range.start());
        let write_idx = offset.map_or(u32::MAX, |offset| offset.count() / PER_WRITE);
        if self.stalls.strike(write_idx) && !self.line.stall(write_idx, &self.stalls) {
            return Err(SourceError::OutOfRange {
                asked: range,
                held: self.range(),
            });
        }
        self.sectors.mapped(range)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.sectors.render(range, out)
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        self.sectors.verify_unchanged()
    }
}

/// Sectors that nobody looks at, as the laser is off: all zero.
struct Zeros {
    range: LbaRange,
    one_write: Vec<u8>,
}

impl SectorSource for Zeros {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        SectorLayout::RawPw96
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        Ok(self
            .one_write
            .get(..range.len().count() as usize * RAW_BYTES))
    }

    fn render(&self, _: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        out.fill(0);
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

/// The drive, its WRITEs noted down.
struct Watched<'d> {
    drive: &'d mut cd_emulator::Recorder,
    line: &'d Line,
    sectors_per_second: u64,
}

impl Watched<'_> {
    /// When the laser will have burned what is in the buffer.
    fn laser_done(&mut self) -> Duration {
        let mut answer = [0; BufferCapacity::BYTES];
        let command = Command::from(ReadBufferCapacity {
            in_blocks: false,
            allocation_length: 12,
        });
        let asked =
            self.drive
                .execute(command.encode().as_bytes(), Data::In(&mut answer), PATIENCE);
        assert_eq!(asked.unwrap().status, Status::GOOD);
        let Ok(BufferCapacity::Bytes { total, available }) = BufferCapacity::decode(&answer) else {
            panic!("{answer:02X?}")
        };
        let n_sectors = u64::from(total - available) / RAW_BYTES as u64;
        self.line.clock.now()
            + Duration::from_micros(n_sectors * 1_000_000 / self.sectors_per_second)
    }
}

impl Transport for Watched<'_> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let answer = self.drive.execute(command, data, timeout)?;
        let opcode = command[0];
        let laser_done = (opcode == SYNCHRONIZE_CACHE).then(|| self.laser_done());
        let mut state = self.line.state.lock();
        if opcode == WRITE && answer.status == Status::GOOD {
            state.taken.push(self.line.clock.now());
        } else if !state.taken.is_empty() {
            state.is_over = true;
        }
        if let Some(laser_done) = laser_done {
            state.laser_done = laser_done;
        }
        self.line.changed.notify_all();
        Ok(answer)
    }

    fn limits(&self) -> Limits {
        self.drive.limits()
    }

    fn description(&self) -> String {
        self.drive.description()
    }
}

/// One burn of the table.
#[derive(Clone, Copy)]
struct Case {
    buffer_kib: u32,
    speed: u16,
    is_protected: bool,
    n_writes: u32,
    stalls: Stalls,
}

/// How it went.
struct Fared {
    report: Report,
    history: BufferHistory,
    /// From the first WRITE taken to the laser's end.
    took: Duration,
}

impl Case {
    fn rig(&self) -> Rig {
        Rig::new(Profile {
            buffer_bytes: self.buffer_kib << 10,
            write_speeds: SPEEDS.to_vec(),
            ..Profile::faithful()
        })
    }

    fn options(&self, simulate: bool) -> BurnOptions {
        BurnOptions {
            speed: Some(u32::from(self.speed) * 75),
            simulate,
            underrun_protection: self.is_protected,
            ..BurnOptions::USUAL
        }
    }

    /// Burns a stream of zeros with the laser off.
    fn simulate(&self) -> Fared {
        let n_sectors = sectors(self.n_writes * PER_WRITE);
        let zeros = Zeros {
            range: LbaRange::new(short_medium().lead_in_start.to_lba(), n_sectors).unwrap(),
            one_write: vec![0; PER_WRITE as usize * RAW_BYTES],
        };
        let mut rig = self.rig();
        let mut planner = rig.writer();
        let (drive, medium) = (planner.probe().unwrap(), planner.medium().unwrap());
        let (survey, options) = (survey(zeros.range), self.options(true));
        let plan = Plan::new(&drive, &medium, &survey, planner.limits(), options).unwrap();
        drop(planner);
        let fared = self.burn(&mut rig, &plan, &zeros);
        assert_eq!(rig.disc().state(), DiscState::Blank);
        fared
    }

    fn burn(&self, rig: &mut Rig, plan: &Plan, sectors: &dyn SectorSource) -> Fared {
        assert_eq!(plan.writes().per_command.count(), PER_WRITE);
        let line = Line {
            clock: Arc::clone(&rig.clock),
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        let source = Stalling {
            sectors,
            line: &line,
            stalls: self.stalls,
        };
        let control = BurnControl {
            cancel: &CancelToken::new(),
            progress: &mut |_| {},
            read_ahead: ReadAhead {
                chunk: plan.writes().per_command,
                depth: self.stalls.depth.unwrap_or(1),
                cached: 0,
            },
        };
        let watched = Watched {
            drive: &mut rig.drive,
            line: &line,
            sectors_per_second: u64::from(self.speed) * 75,
        };
        let mut writer = writer(watched, &rig.clock);
        let report = writer.burn(plan, Consent::to_write_the_disc(), &source, control);
        drop(writer);
        let state = line.state.lock();
        let began = state.taken.first().copied().unwrap_or_default();
        Fared {
            report,
            history: rig.drive.buffer_history().unwrap(),
            took: state.laser_done.saturating_sub(began),
        }
    }

    /// How long the laser lives on a full buffer.
    fn holds(&self) -> Duration {
        let n_sectors = (self.buffer_kib << 10) / 2448;
        Duration::from_secs(1) * n_sectors / (u32::from(self.speed) * 75)
    }
}

/// Of a stream of one track: from this lead-in to a lead-out of 160 sectors.
fn survey(range: LbaRange) -> StreamSurvey {
    let lead_out = lba(range.last().unwrap().value() + 1 - 160);
    let track = TocTrack {
        track: 1,
        control: Control::DATA,
        start: Msf::new(0, 2, 0).unwrap(),
    };
    StreamSurvey {
        range,
        layout: SectorLayout::RawPw96,
        lead_in_sectors: Lba::ZERO.since(range.start()).unwrap(),
        toc: Toc::new(DiscType::CD_ROM_OR_DA, &[track], lead_out.to_msf()).ok(),
        lead_out_start: Some(lead_out),
        lead_out_sectors: Some(sectors(160)),
        problems: Vec::new(),
    }
}

/// A burn as a cell: how full the buffer stayed; how often it ran empty, and the seconds that cost; or that the disc
/// would be spoiled.
fn cell(fared: &Fared, undisturbed: Duration) -> String {
    let history = fared.history;
    match &fared.report.verdict {
        Verdict::Simulated if history.n_underruns == 0 => {
            assert!(fared.took.abs_diff(undisturbed) < ONE_WRITE);
            let least = u64::from(history.least_fill_bytes.unwrap());
            format!("{}%", least * 100 / u64::from(history.capacity_bytes))
        }
        Verdict::Simulated => {
            let lost = fared.took.saturating_sub(undisturbed).as_secs_f64();
            format!("{}x {lost:.2}s", history.n_underruns)
        }
        Verdict::Stopped {
            cause: StopCause::Command(fault),
            disc: DiscAfter::Blank,
        } => {
            let sense = fault.sense().unwrap();
            assert_eq!((sense.asc, sense.ascq), (0x0C, 9), "{fault}");
            assert_eq!(history.n_underruns, 1);
            "lost".to_owned()
        }
        verdict => panic!("{verdict:?}"),
    }
}

/// The line above a table's columns.
fn heading(title: &str, stalls: &[u64]) -> String {
    let mut text = format!("\n{title}\n{:>5} {:>9} {:>8}", "speed", "buffer", "holds");
    for stall in stalls {
        write!(text, " {:>9}", format!("{stall} ms")).unwrap();
    }
    text.push('\n');
    text
}

fn row(case: &Case, name: &str, holds: Duration, stalls: &[u64]) -> String {
    let mut text = format!("{:>4}x {name:>9} {:>5} ms", case.speed, holds.as_millis());
    let mut undisturbed = None;
    for &stall in stalls {
        let lasts = Duration::from_millis(stall);
        let case = Case {
            stalls: Stalls {
                lasts,
                ..case.stalls
            },
            ..*case
        };
        let fared = case.simulate();
        let undisturbed = *undisturbed.get_or_insert(fared.took);
        if lasts + ONE_WRITE < holds && !case.stalls.is_periodic {
            assert_eq!(fared.history.n_underruns, 0, "{stall} ms in{text}");
        }
        if lasts > holds {
            assert!(fared.history.n_underruns > 0, "{stall} ms in{text}");
        }
        write!(text, " {:>9}", cell(&fared, undisturbed)).unwrap();
    }
    text.push('\n');
    text
}

/// Every speed and drive's buffer against every stall.
fn drive_buffers(title: &str, is_periodic: bool, is_protected: bool) -> String {
    let mut text = heading(title, &STALLS);
    for speed in SPEEDS {
        for buffer_kib in BUFFERS {
            let case = Case {
                buffer_kib,
                speed,
                is_protected,
                n_writes: if is_periodic {
                    N_WRITES
                } else {
                    N_WRITES_OF_ONE
                },
                stalls: Stalls::of_drive_buffer(0, is_periodic),
            };
            let name = format!("{buffer_kib} KiB");
            text.push_str(&row(&case, &name, case.holds(), &STALLS));
        }
    }
    text
}

/// At full speed, what is read ahead against longer stalls.
fn read_ahead(title: &str) -> String {
    let stalls = [0, 100, 500, 1000, 2000, 4000, 8000];
    let mut text = heading(title, &stalls);
    for depth in [1, 16, 132, 528] {
        // All that is read ahead has been sent once before the stall begins, and there is as much again to follow.
        let first = u32::try_from(depth).unwrap() + FIRST_STALL;
        let case = Case {
            buffer_kib: 2048,
            speed: 52,
            is_protected: true,
            n_writes: first + N_WRITES,
            stalls: Stalls {
                lasts: Duration::ZERO,
                first,
                is_periodic: false,
                depth: Some(depth),
            },
        };
        let waiting = sectors(PER_WRITE * u32::try_from(depth).unwrap());
        let holds = case.holds() + Duration::from_secs(1) * waiting.count() / (52 * 75);
        let name = format!("{} KiB", waiting.bytes(2448) >> 10);
        text.push_str(&row(&case, &name, holds, &stalls));
    }
    text
}

#[test]
fn no_laser_starves_through_a_stall_shorter_than_the_buffer() {
    let tables = thread::scope(|scope| {
        let protected = scope.spawn(|| {
            [
                drive_buffers("One stall, protected", false, true),
                drive_buffers("A stall every 5 MB, protected", true, true),
            ]
        });
        let bare = [
            drive_buffers("One stall, without protection", false, false),
            drive_buffers("A stall every 5 MB, without protection", true, false),
            read_ahead(
                "One stall of the source, a drive's buffer of 2 MiB behind so much read ahead, protected",
            ),
        ];
        protected
            .join()
            .unwrap()
            .into_iter()
            .chain(bare)
            .collect::<String>()
    });
    check_text(&tables, include_str!("simulation.txt"));
}

#[test]
fn a_burn_in_earnest_fares_as_its_simulation() {
    let image = Image::raw();
    for (milliseconds, is_protected, expect) in [
        (0, false, "proved"),
        (20, false, "proved"),
        (500, true, "proved"),
        (500, false, "spoiled"),
    ] {
        let case = Case {
            buffer_kib: 256,
            speed: 24,
            is_protected,
            n_writes: 0,
            stalls: Stalls {
                first: 15,
                ..Stalls::of_drive_buffer(milliseconds, false)
            },
        };
        let fared = [true, false].map(|simulate| {
            let mut rig = case.rig();
            let plan = rig.plan(&image, case.options(simulate));
            let fared = case.burn(&mut rig, &plan, &image);
            check_truth(&fared.report, rig.disc(), &image, image.range);
            fared
        });
        let [simulated, burned] = &fared;
        assert_eq!(simulated.history, burned.history, "{milliseconds} ms");
        assert_eq!(u64::from(burned.history.n_underruns), milliseconds / 500);
        let found = match &burned.report.verdict {
            Verdict::Proved => "proved",
            Verdict::Stopped {
                disc: DiscAfter::Spoiled,
                ..
            } => "spoiled",
            verdict => panic!("{verdict:?}"),
        };
        assert_eq!(found, expect, "{milliseconds} ms");
    }
}
