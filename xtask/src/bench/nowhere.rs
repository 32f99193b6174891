//! Burning without a laser: a drive that takes sectors as fast as they come, or as fast as a disc turns.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use cd_emulator::{Disc, Medium, Profile};
use cd_image::{SectorSource, StreamSurvey};
use cd_transport::{
    Clock, Completion, Data, Limits, SystemClock, Transport, TransportError, VirtualClock,
};
use cd_writer::{
    BurnJob, BurnOptions, CancelToken, Consent, Plan, Progress, ReadAhead, Recorder, burn_all,
};

/// WRITE (10).
const WRITE: u8 = 0x2A;

/// An emulated drive with a blank disc, on a clock of its own.
pub(super) fn drive(medium: &Medium) -> cd_emulator::Recorder {
    let clock = Arc::new(VirtualClock::default());
    let mut drive = cd_emulator::Recorder::new(Profile::faithful(), clock);
    drive.insert(Disc::blank(medium.clone()));
    drive
}

/// Probes, plans and burns, in all drives at once.
pub(super) fn burn(
    transports: &mut [&mut dyn Transport],
    clock: &Arc<dyn Clock>,
    source: &dyn SectorSource,
    survey: &StreamSurvey,
) {
    let mut drives: Vec<_> = transports
        .iter_mut()
        .map(|transport| {
            let mut recorder = Recorder::new(&mut **transport, Arc::clone(clock));
            let drive = recorder.probe().expect("the emulated drive answers");
            let medium = recorder.medium().expect("there is a disc in it");
            let options = BurnOptions::USUAL;
            let plan = Plan::new(&drive, &medium, survey, recorder.limits(), options)
                .expect("the stream was made for this medium");
            (recorder, plan, |_: &Progress| {})
        })
        .collect();
    let Some(read_ahead) = drives
        .first()
        .map(|(_, plan, _)| ReadAhead::for_writes(&plan.writes()))
    else {
        return;
    };
    let cancel = CancelToken::new();
    let jobs = drives.iter_mut().map(|(recorder, plan, progress)| BurnJob {
        recorder,
        plan,
        consent: Consent::to_write_the_disc(),
        cancel: &cancel,
        progress,
    });
    for report in burn_all(jobs.collect(), source, read_ahead) {
        // Whether the disc proves it is no matter here: drives that take everything drop every sector.
        assert_eq!(
            report.last_written,
            source.range().last(),
            "{:?}",
            report.verdict
        );
    }
}

/// A drive in every answer, and no drive for sectors: they are gone as soon as they are sent.
pub(super) struct AcceptsEverything {
    rest: cd_emulator::Recorder,
    n_bytes: u64,
    pace: Option<Pace>,
}

/// Sectors are taken no faster than so many bytes a second.
struct Pace {
    bytes_per_second: u64,
    since: Option<Instant>,
}

impl AcceptsEverything {
    pub(super) fn new(medium: &Medium) -> Self {
        Self {
            rest: drive(medium),
            n_bytes: 0,
            pace: None,
        }
    }

    /// One that takes sectors of 2448 bytes at `speed` times 75 a second, by the wall clock.
    pub(super) fn at_speed(medium: &Medium, speed: u64) -> Self {
        Self {
            pace: Some(Pace {
                bytes_per_second: speed * 75 * 2448,
                since: None,
            }),
            ..Self::new(medium)
        }
    }

    /// Sends it all of `source`.
    pub(super) fn burn(&mut self, source: &dyn SectorSource, survey: &StreamSurvey) {
        let clock: Arc<dyn Clock> = match self.pace {
            Some(_) => Arc::new(SystemClock::new()),
            None => Arc::new(VirtualClock::default()),
        };
        burn(&mut [self], &clock, source, survey);
        self.assert_whole(source);
    }

    /// Sends all of `source` to each of `n_drives` such drives, from one reading of it.
    pub(super) fn burn_in_many(
        n_drives: usize,
        medium: &Medium,
        source: &dyn SectorSource,
        survey: &StreamSurvey,
    ) {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::default());
        let mut drives: Vec<_> = (0..n_drives).map(|_| Self::new(medium)).collect();
        let mut transports: Vec<_> = drives
            .iter_mut()
            .map(|drive| -> &mut dyn Transport { drive })
            .collect();
        burn(&mut transports, &clock, source, survey);
        for drive in &drives {
            drive.assert_whole(source);
        }
    }

    /// Every sector was sent.
    fn assert_whole(&self, source: &dyn SectorSource) {
        assert_eq!(
            self.n_bytes,
            u64::from(source.range().len().count()) * 2448,
            "every sector was sent"
        );
    }
}

impl Pace {
    /// Waits until `n_bytes` may have been taken.
    fn keep(&mut self, n_bytes: u64) {
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = Duration::from_nanos(n_bytes * 1_000_000_000 / self.bytes_per_second);
        thread::sleep(due.saturating_sub(since.elapsed()));
    }
}

impl Transport for AcceptsEverything {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        match data {
            Data::Out(bytes) if command.first() == Some(&WRITE) => {
                self.n_bytes += bytes.len() as u64;
                if let Some(pace) = &mut self.pace {
                    pace.keep(self.n_bytes);
                }
                Ok(Completion::good(bytes.len()))
            }
            data => self.rest.execute(command, data, timeout),
        }
    }

    fn limits(&self) -> Limits {
        self.rest.limits()
    }

    fn description(&self) -> String {
        "accepts everything".to_owned()
    }
}
