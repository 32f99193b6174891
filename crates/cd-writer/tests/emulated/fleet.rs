//! One image in several drives at once: each to its own end, none disturbed by another.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use cd_address::{LbaRange, Msf};
use cd_emulator::{Disc, DiscState, Medium, Profile};
use cd_image::{SectorSource, SourceError};
use cd_sector::{MAIN_BYTES, PwPacked, PwSubcode, RwInterleaver, RwMode, RwPack, SectorLayout};
use cd_transport::wrapper::{Effect, FaultPlan, Faulty, Moment, Occasion, Rule};
use cd_transport::{Completion, Data, Limits, Transport, TransportError, TransportErrorKind};
use cd_writer::{
    BurnJob, BurnOptions, CancelToken, Consent, Conversion, DiscAfter, Plan, Progress, ReadAhead,
    Recorder, Report, StopCause, Verdict, VerifyOptions, VerifyOutcome, burn_all,
};

use super::host::{
    Image, OPTIONS, Rig, check_holds, check_truth, plan, sectors, short_medium, small_buffer,
    writer,
};

const WRITE_10: u8 = 0x2A;
const READ_AHEAD: ReadAhead = ReadAhead {
    chunk: match cd_address::Sectors::new(26) {
        Ok(sectors) => sectors,
        Err(_) => unreachable!(),
    },
    depth: 4,
    cached: 0,
};

/// An image that counts how often its sectors are asked for.
struct Counted {
    image: Image,
    n_read: AtomicU32,
}

impl Counted {
    fn new() -> Self {
        Self {
            image: Image::raw(),
            n_read: AtomicU32::new(0),
        }
    }
}

impl SectorSource for Counted {
    fn range(&self) -> LbaRange {
        self.image.range
    }

    fn layout(&self) -> SectorLayout {
        self.image.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        self.n_read
            .fetch_add(range.len().count(), Ordering::Relaxed);
        self.image.mapped(range)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.image.render(range, out)
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        self.image.verify_unchanged()
    }
}

/// Eight drives, from 4x to 48x.
fn rigs() -> Vec<Rig> {
    let speeds = [4, 8, 12, 16, 24, 32, 40, 48];
    let rig = |speed| {
        Rig::new(Profile {
            write_speeds: vec![speed],
            ..small_buffer()
        })
    };
    speeds.map(rig).into()
}

fn plans(rigs: &mut [Rig], source: &dyn SectorSource) -> Vec<Plan> {
    let plans = rigs.iter_mut().map(|rig| rig.plan(source, OPTIONS));
    plans.collect()
}

/// What each job needs to be borrowed from.
struct Part<'t> {
    recorder: Recorder<'t>,
    cancel: CancelToken,
    told: Box<dyn FnMut(&Progress) + Send + 't>,
}

impl<'t> Part<'t> {
    fn of(rig: &'t mut Rig) -> Self {
        let clock = rig.clock.clone();
        Self::new(writer(&mut rig.drive, &clock))
    }

    fn new(recorder: Recorder<'t>) -> Self {
        Self {
            recorder,
            cancel: CancelToken::new(),
            told: Box::new(|_| {}),
        }
    }
}

fn burn(parts: &mut [Part<'_>], plans: &[Plan], source: &dyn SectorSource) -> Vec<Report> {
    let jobs = parts.iter_mut().zip(plans).map(|(part, plan)| BurnJob {
        recorder: &mut part.recorder,
        plan,
        consent: Consent::to_write_the_disc(),
        cancel: &part.cancel,
        progress: &mut *part.told,
    });
    burn_all(jobs.collect(), source, READ_AHEAD)
}

#[test]
fn eight_drives_get_the_same_disc_each_at_its_speed() {
    let source = Counted::new();
    let mut rigs = rigs();
    let plans = plans(&mut rigs, &source);
    source.n_read.store(0, Ordering::Relaxed);
    let mut parts: Vec<_> = rigs.iter_mut().map(Part::of).collect();
    let reports = burn(&mut parts, &plans, &source);
    drop(parts);
    assert_eq!(reports.len(), 8);
    for (report, rig) in reports.iter().zip(&rigs) {
        assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
        check_holds(rig.disc(), &source.image, source.image.range);
        assert!(!rig.drive.is_locked());
    }
    assert!(reports.is_sorted_by(|a, b| a.write_time > b.write_time));
    // There is room for all 30 chunks, so each is read once, whatever the threads' paces are.
    assert_eq!(
        source.n_read.load(Ordering::Relaxed),
        source.image.range.len().count()
    );
}

/// Does not answer the `n`th WRITE before it is let go.
struct Hanging<T> {
    inner: T,
    n_left: u32,
    gate: Receiver<()>,
}

impl<T: Transport> Transport for Hanging<T> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        if command[0] == WRITE_10 {
            self.n_left = self.n_left.saturating_sub(1);
            if self.n_left == 0 {
                let _ = self.gate.recv();
            }
        }
        self.inner.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

/// The tenth WRITE finds the drive gone.
const GONE: Rule = Rule {
    opcode: Some(WRITE_10),
    occasion: Occasion::Nth(10),
    moment: Moment::Before,
    effect: Effect::Error(TransportErrorKind::DeviceGone),
};

const CANCELLED: usize = 0;
const FAILING: usize = 1;
const HANGING: usize = 3;
const SOUND: [usize; 5] = [2, 4, 5, 6, 7];

#[test]
fn one_fails_one_hangs_one_is_cancelled_and_the_others_do_not_notice() {
    let source = Counted::new();
    let image = &source.image;
    let mut rigs = rigs();
    let plans = plans(&mut rigs, &source);
    let (let_go, gate) = channel::<()>();
    let (done, is_done) = channel();
    let mut gate = Some(gate);
    let mut parts = Vec::new();
    for (idx, rig) in rigs.iter_mut().enumerate() {
        let clock = rig.clock.clone();
        parts.push(match idx {
            FAILING => {
                let rules = vec![GONE];
                let faults = FaultPlan { seed: 1, rules };
                let faulty = Faulty::new(&mut rig.drive, &faults, clock.clone());
                Part::new(writer(faulty, &clock))
            }
            HANGING => {
                let hanging = Hanging {
                    inner: &mut rig.drive,
                    n_left: 12,
                    gate: gate.take().unwrap(),
                };
                Part::new(writer(hanging, &clock))
            }
            _ => Part::of(rig),
        });
    }
    let cancel = parts[CANCELLED].cancel.clone();
    parts[CANCELLED].told = Box::new(move |progress| {
        if progress.n_done() > 200 {
            cancel.cancel();
        }
    });
    for idx in SOUND {
        let (done, last) = (done.clone(), image.range.last());
        parts[idx].told = Box::new(move |progress| {
            if progress.last_done == last {
                let _ = done.send(idx);
            }
        });
    }
    drop(done);
    // The sound ones end while one hangs: only then it is let go.
    let reports = std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut seen = std::collections::BTreeSet::new();
            while seen.len() < SOUND.len() {
                seen.insert(is_done.recv().unwrap());
            }
            drop(let_go);
        });
        burn(&mut parts, &plans, &source)
    });
    drop(parts);
    for (idx, (report, rig)) in reports.iter().zip(&rigs).enumerate() {
        check_end(idx, report, rig, image);
    }
}

#[track_caller]
fn check_end(idx: usize, report: &Report, rig: &Rig, image: &Image) {
    check_truth(report, rig.disc(), image, image.range);
    match (idx, &report.verdict) {
        (FAILING, verdict) => {
            assert!(
                matches!(
                    verdict,
                    Verdict::Stopped {
                        cause: StopCause::Command(_),
                        ..
                    }
                ),
                "{verdict:?}"
            );
            let expect = image.range.take(sectors(9 * 26)).last();
            assert_eq!(report.last_written, expect);
        }
        (CANCELLED, verdict) => {
            assert!(
                matches!(
                    verdict,
                    Verdict::Stopped {
                        cause: StopCause::Cancelled,
                        disc: DiscAfter::Spoiled,
                    }
                ),
                "{verdict:?}"
            );
            assert!(!rig.drive.is_locked());
        }
        (_, verdict) => {
            assert!(matches!(verdict, Verdict::Proved), "{idx}: {verdict:?}");
            check_holds(rig.disc(), image, image.range);
        }
    }
}

#[test]
fn discs_whose_lead_ins_differ_share_one_reader() {
    let source = Counted::new();
    let mut rigs: Vec<_> = ["99:58:00", "99:58:10", "99:59:30"]
        .iter()
        .map(|lead_in| {
            let mut rig = Rig::new(small_buffer());
            rig.drive.insert(Disc::blank(Medium {
                lead_in_start: lead_in.parse::<Msf>().unwrap(),
                ..short_medium()
            }));
            rig
        })
        .collect();
    let plans = plans(&mut rigs, &source);
    source.n_read.store(0, Ordering::Relaxed);
    let mut parts: Vec<_> = rigs.iter_mut().map(Part::of).collect();
    let reports = burn(&mut parts, &plans, &source);
    drop(parts);
    for ((report, rig), plan) in reports.iter().zip(&rigs).zip(&plans) {
        assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
        check_holds(rig.disc(), &source.image, plan.writes().range);
    }
}

#[test]
fn a_plan_of_another_image_stops_its_own_drive_alone() {
    let source = Image::raw();
    let other = Image::new(1, SectorLayout::Pq16);
    let mut rigs = rigs();
    rigs.truncate(3);
    let mut plans = plans(&mut rigs, &source);
    plans[1] = rigs[1].plan(&other, OPTIONS);
    let mut parts: Vec<_> = rigs.iter_mut().map(Part::of).collect();
    let reports = burn(&mut parts, &plans, &source);
    drop(parts);
    let cause = |report: &Report| {
        matches!(
            &report.verdict,
            Verdict::Stopped {
                cause: StopCause::OtherSource(_),
                ..
            }
        )
    };
    assert_eq!(
        reports.iter().map(cause).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert_eq!(rigs[1].disc().state(), DiscState::Blank);
    for idx in [0, 2] {
        check_holds(rigs[idx].disc(), &source, source.range);
    }
}

#[test]
fn a_drive_without_raw_p_w_gets_what_it_takes() {
    let source = Image::raw();
    let conversion = Conversion::survey(&source, SectorLayout::Pq16, &CancelToken::new()).unwrap();
    assert_eq!(conversion.n_lost(), 0);
    let mut rigs = vec![
        Rig::faithful(),
        Rig::new(Profile {
            block_types: vec![SectorLayout::Pq16],
            ..small_buffer()
        }),
    ];
    let converting = BurnOptions {
        conversion: Some(conversion),
        ..OPTIONS
    };
    plan(&mut rigs[1].writer(), &source, OPTIONS).unwrap_err();
    let plans = vec![
        rigs[0].plan(&source, OPTIONS),
        rigs[1].plan(&source, converting),
    ];
    assert_eq!(plans[1].writes().layout, SectorLayout::Pq16);
    let mut parts: Vec<_> = rigs.iter_mut().map(Part::of).collect();
    let reports = burn(&mut parts, &plans, &source);
    drop(parts);
    for (report, rig) in reports.iter().zip(&rigs) {
        assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
        check_holds(rig.disc(), &source, source.range);
    }
    // Alone, it is the same.
    let mut alone = Rig::new(rigs[1].drive.profile().clone());
    assert!(alone.burn(&source, converting).is_success());
    check_holds(alone.disc(), &source, source.range);
}

/// A data track under graphics in R to W, as they lie on a disc.
fn with_graphics() -> Image {
    let mut image = Image::raw();
    let mut interleaver = RwInterleaver::new();
    for lba in image.range.iter().filter(|lba| !lba.is_lead_in()) {
        // What is begun ends two sectors further on: none in the lead-out, so that all of it is there.
        let is_under_data = (0..300 - 3).contains(&lba.value());
        let number = u8::try_from(lba.value().rem_euclid(64)).unwrap();
        let pack = |instruction: u8| match is_under_data {
            true => RwPack::with_parity(RwMode::TV_GRAPHICS, instruction, &[number; 16]),
            false => RwPack::new([0; 24]),
        };
        let subcode = &mut image.sector_mut(lba)[MAIN_BYTES..];
        let raw = PwSubcode(<[u8; 96]>::try_from(&*subcode).unwrap());
        let packed = PwPacked::new(&raw, &[1, 2, 3, 4].map(pack));
        subcode.copy_from_slice(&interleaver.push(&packed).0);
    }
    image
}

#[test]
fn a_drive_that_takes_packs_makes_the_same_graphics_of_them() {
    let source = with_graphics();
    let survey = |to| Conversion::survey(&source, to, &CancelToken::new()).unwrap();
    let profile = Profile {
        block_types: vec![SectorLayout::PackedPw96],
        ..small_buffer()
    };
    let mut rig = Rig::new(profile.clone());
    let converting = |conversion| BurnOptions {
        conversion: Some(conversion),
        ..OPTIONS
    };
    let conversion = survey(SectorLayout::PackedPw96);
    assert_eq!((conversion.n_lost(), conversion.n_corrected()), (0, 0));
    let report = rig.burn(&source, converting(conversion));
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    check_holds(rig.disc(), &source, source.range);

    // P and Q alone leave the graphics out: not unless that is said.
    let alone = survey(SectorLayout::Pq16);
    assert!(alone.n_lost() > 290, "{}", alone.n_lost());
    let mut rig = Rig::new(Profile {
        block_types: vec![SectorLayout::Pq16],
        ..profile
    });
    plan(&mut rig.writer(), &source, converting(alone)).unwrap_err();
    let report = rig.burn(&source, converting(alone.losing()));
    assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
    // What was left out is missed when the disc is compared with the image.
    let clock = rig.clock.clone();
    let verified = writer(&mut rig.drive, &clock).verify(
        &source,
        VerifyOptions::STRICT,
        &CancelToken::new(),
        &mut |_| {},
    );
    assert_eq!(verified.unwrap().outcome(), VerifyOutcome::Different);
}
