//! A drive that tests can reach past the object that uses it.

use std::sync::Arc;
use std::time::Duration;

use cd_address::Sectors;
use cd_emulator::{Condition, Disc, Medium, Profile};
use cd_image::SectorSource;
use cd_sector::SectorLayout;
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{
    Completion, Data, Limits, SenseBytes, Status, Transport, TransportError, VirtualClock,
};
use cd_writer::imapi::{DiscFormat2RawCd, DiscFormatError, DiscRecorder};
use cd_writer::{Recorder, Report};
use parking_lot::Mutex;

use crate::host::{sectors, short_medium, small_buffer};

/// Sectors of the test's images before LBA 0.
pub(crate) const LEAD_IN: u32 = 300;

pub(crate) const TEST_UNIT_READY: u8 = 0x00;
pub(crate) const WRITE: u8 = 0x2A;
pub(crate) const OPC: u8 = 0x54;
pub(crate) const SET_CD_SPEED: u8 = 0xBB;
pub(crate) const DISC_INFORMATION: u8 = 0x51;
pub(crate) const MODE_SELECT: u8 = 0x55;
pub(crate) const MODE_SENSE: u8 = 0x5A;

/// An object, its drive, and what lies between them.
pub(crate) struct Bench {
    pub(crate) format: Arc<DiscFormat2RawCd>,
    pub(crate) recorder: DiscRecorder,
    pub(crate) drive: Arc<Mutex<cd_emulator::Recorder>>,
    pub(crate) clock: Arc<VirtualClock>,
    line: Arc<Mutex<Box<dyn Transport>>>,
}

/// The emulated drive itself.
struct Drive(Arc<Mutex<cd_emulator::Recorder>>);

/// The way to it, which can be changed while it is used.
struct Line(Arc<Mutex<Box<dyn Transport>>>);

impl Transport for Drive {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.0.lock().execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.0.lock().limits()
    }

    fn description(&self) -> String {
        self.0.lock().description()
    }
}

impl Transport for Line {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.0.lock().execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.0.lock().limits()
    }

    fn description(&self) -> String {
        self.0.lock().description()
    }
}

impl Bench {
    /// A drive with this disc, and an object that does not know it.
    pub(crate) fn bare(profile: Profile, medium: Option<Medium>) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let mut drive = cd_emulator::Recorder::new(profile, Arc::clone(&clock));
        if let Some(medium) = medium {
            drive.insert(Disc::blank(medium));
        }
        let drive = Arc::new(Mutex::new(drive));
        let direct: Box<dyn Transport> = Box::new(Drive(Arc::clone(&drive)));
        let line = Arc::new(Mutex::new(direct));
        let recorder = Recorder::new(Line(Arc::clone(&line)), clock.clone());
        Self {
            format: Arc::new(DiscFormat2RawCd::new()),
            recorder: DiscRecorder::new(recorder),
            drive,
            clock,
            line,
        }
    }

    /// With recorder and client name.
    pub(crate) fn new(profile: Profile, medium: Option<Medium>) -> Self {
        let bench = Self::bare(profile, medium);
        bench.format.set_recorder(bench.recorder.clone()).unwrap();
        bench.format.set_client_name("a test").unwrap();
        bench
    }

    /// With a blank disc of a short lead-in.
    pub(crate) fn blank() -> Self {
        Self::new(small_buffer(), Some(short_medium()))
    }

    /// With that prepared for raw P-W.
    pub(crate) fn prepared() -> Self {
        Self::prepared_as(small_buffer())
    }

    /// Prepared, and nothing requested.
    pub(crate) fn prepared_as_is(profile: Profile) -> Self {
        let bench = Self::new(profile, Some(short_medium()));
        let _ = bench.format.prepare_media().unwrap();
        bench
    }

    pub(crate) fn prepared_as(profile: Profile) -> Self {
        let bench = Self::prepared_as_is(profile);
        bench
            .format
            .set_requested_sector_type(SectorLayout::RawPw96)
            .unwrap();
        bench
    }

    /// Has `effect` happen to commands that begin with `opcode`, from now on.
    pub(crate) fn fault(&self, opcode: u8, occasion: Occasion, moment: Moment, effect: Effect) {
        let rule = Rule {
            opcode: Some(opcode),
            occasion,
            moment,
            effect,
        };
        let plan = FaultPlan {
            seed: 1,
            rules: vec![rule],
        };
        let drive = Drive(Arc::clone(&self.drive));
        *self.line.lock() = Box::new(Faulty::new(drive, &plan, self.clock.clone()));
    }

    /// The same before every such command reaches the drive.
    pub(crate) fn always(&self, opcode: u8, effect: Effect) {
        self.fault(opcode, Occasion::From(1), Moment::Before, effect);
    }

    /// Puts a transport of the test's own between.
    pub(crate) fn between<T: Transport + 'static>(
        &self,
        make: impl FnOnce(Box<dyn Transport>) -> T,
    ) {
        let drive: Box<dyn Transport> = Box::new(Drive(Arc::clone(&self.drive)));
        *self.line.lock() = Box::new(make(drive));
    }

    pub(crate) fn write(&self, image: &dyn SectorSource) -> Result<Report, DiscFormatError> {
        self.format.write_media2(image, lead_in())
    }

    /// Has this be wrong with the drive from now on.
    pub(crate) fn afflict(&self, condition: Condition) {
        self.drive.lock().afflict(condition);
    }

    pub(crate) fn is_locked(&self) -> bool {
        self.drive.lock().is_locked()
    }
}

pub(crate) fn lead_in() -> Sectors {
    sectors(LEAD_IN)
}

/// The call was refused with this return value.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, DiscFormatError>,
    name: &str,
) -> DiscFormatError {
    let error = result.unwrap_err();
    assert_eq!(error.hresult().name, name, "{error}");
    error
}

/// CHECK CONDITION with this sense data.
pub(crate) fn sense(key: u8, asc: u8, ascq: u8) -> Effect {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (0x70, key, 10, asc, ascq);
    Effect::Answer {
        status: Status::CHECK_CONDITION,
        sense: SenseBytes::new(&bytes),
    }
}

/// A status without sense data.
pub(crate) fn status(status: Status) -> Effect {
    Effect::Answer {
        status,
        sense: SenseBytes::EMPTY,
    }
}
