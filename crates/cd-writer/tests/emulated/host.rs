//! Images small enough for thousands of burns, a drive to burn them in, and looking at the disc past it.

use std::io::Write;
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_emulator::{Disc, DiscState, Medium, Profile};
use cd_image::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, MappedFile, Run, SectorSource,
    SourceError, StreamSurvey, Track, TrackKind, survey,
};
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, RAW_BYTES, SectorLayout};
use cd_transport::{Transport, VirtualClock};
use cd_writer::{
    BurnControl, BurnOptions, CancelToken, Consent, DiscAfter, Plan, PlanError, Progress,
    ReadAhead, Recorder, Report, Verdict,
};

pub(crate) const OPTIONS: BurnOptions = BurnOptions::USUAL;

/// Sectors of the data track: the fewest there may be.
pub(crate) const N_DATA: u32 = 300;
/// Of the lead-out: two seconds are enough for the emulated drive, and a note for the plan.
const N_LEAD_OUT: u32 = 160;

pub(crate) fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

pub(crate) fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

/// A CD-R of 80 minutes but for a lead-in of two seconds.
pub(crate) fn short_medium() -> Medium {
    Medium {
        lead_in_start: Msf::new(99, 58, 0).unwrap(),
        ..Medium::cd_r_80()
    }
}

/// Sectors in memory, mapped; a byte can be changed, and a sector be made to fail.
#[derive(Clone)]
pub(crate) struct Image {
    pub(crate) range: LbaRange,
    pub(crate) layout: SectorLayout,
    pub(crate) bytes: Vec<u8>,
    /// The first sector that cannot be read.
    pub(crate) fails_at: Option<Lba>,
    /// Whether it changed since it was opened.
    pub(crate) has_changed: bool,
}

impl Image {
    /// One data track of [`N_DATA`] sectors whose user data is `seed` over and over, from the lead-in of
    /// [`short_medium`] on.
    pub(crate) fn new(seed: u8, layout: SectorLayout) -> Self {
        let start = short_medium().lead_in_start.to_lba();
        let stream = authored(seed, start, layout);
        let range = stream
            .range()
            .take(sectors(start.value().unsigned_abs() + N_DATA + N_LEAD_OUT));
        let mut bytes = vec![0; range.len().count() as usize * layout.sector_bytes()];
        stream.render(range, &mut bytes).unwrap();
        Self {
            range,
            layout,
            bytes,
            fails_at: None,
            has_changed: false,
        }
    }

    /// A track of [`N_DATA`] sectors of data and one of sound, with raw P-W.
    pub(crate) fn two_tracks(seed: u8) -> Self {
        let start = short_medium().lead_in_start.to_lba();
        let sound = Track::new(TrackKind::Audio, vec![Run::made(sectors(N_DATA))]);
        let tracks = vec![data_track(seed), sound];
        let disc = Arc::new(DiscLayout::new(DiscSpec::new(tracks)).unwrap());
        let stream = AuthoredStream::new(disc, start, SectorLayout::RawPw96).unwrap();
        let lead_out = survey(&stream).unwrap().lead_out_start.unwrap();
        let n_sectors = lead_out.since(start).unwrap().count() + N_LEAD_OUT;
        let range = stream.range().take(sectors(n_sectors));
        let mut image = Self::new(seed, SectorLayout::RawPw96);
        image.range = range;
        image.bytes = vec![0; range.len().count() as usize * RAW_BYTES];
        stream.render(range, &mut image.bytes).unwrap();
        image
    }

    /// With raw P-W.
    pub(crate) fn raw() -> Self {
        Self::new(0x5A, SectorLayout::RawPw96)
    }

    /// The bytes of one sector.
    pub(crate) fn sector_mut(&mut self, lba: Lba) -> &mut [u8] {
        let idx = self.range.offset_of(lba).unwrap().count() as usize;
        let n_bytes = self.layout.sector_bytes();
        &mut self.bytes[idx * n_bytes..][..n_bytes]
    }

    /// What a recorder makes of a sector: 2448 bytes. Of P and Q alone the CRC is its own, and R to W are zero.
    pub(crate) fn recorded(&self, lba: Lba) -> [u8; RAW_BYTES] {
        let idx = self.range.offset_of(lba).unwrap().count() as usize;
        let n_bytes = self.layout.sector_bytes();
        let (main, subcode) = self.bytes[idx * n_bytes..][..n_bytes].split_at(MAIN_BYTES);
        let mut out = [0; RAW_BYTES];
        out[..MAIN_BYTES].copy_from_slice(main);
        let subcode: [u8; 96] = match subcode.try_into() {
            Ok(raw) => raw,
            Err(_) => {
                let pq: [u8; 16] = subcode.try_into().unwrap();
                let mut pw = PwSubcode::from_pq16(&pq);
                let mut payload = [0; 10];
                payload.copy_from_slice(&pq[..10]);
                pw.set_q(&QFrame::with_crc(payload));
                pw.0
            }
        };
        out[MAIN_BYTES..].copy_from_slice(&subcode);
        out
    }
}

/// A Mode 1 track of [`N_DATA`] sectors.
fn data_track(seed: u8) -> Track {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for sector_idx in 0..N_DATA {
        let mut user = [seed; 2048];
        user[..4].copy_from_slice(&sector_idx.to_be_bytes());
        file.write_all(&user).unwrap();
    }
    let mapped = Arc::new(MappedFile::open(file.path()).unwrap());
    let form = FileForm::packed(FilePayload::Mode1User);
    let run = Run::file(mapped, 0, form, sectors(N_DATA));
    Track::new(TrackKind::Mode1, vec![run])
}

/// The whole stream of one Mode 1 track, lead-out included.
pub(crate) fn authored(seed: u8, start: Lba, layout: SectorLayout) -> AuthoredStream {
    let spec = DiscSpec::new(vec![data_track(seed)]);
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    AuthoredStream::new(disc, start, layout).unwrap()
}

impl SectorSource for Image {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        let is_held = self.range.contains_range(range);
        let fails = self.fails_at.is_some_and(|lba| range.contains(lba));
        if !is_held || fails {
            return Err(SourceError::OutOfRange {
                asked: range,
                held: self.range,
            });
        }
        let n_bytes = self.layout.sector_bytes();
        let start = range.start().since(self.range.start()).unwrap().count() as usize;
        let bytes = &self.bytes[start * n_bytes..][..range.len().count() as usize * n_bytes];
        Ok(Some(bytes))
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        if let Some(bytes) = self.mapped(range)? {
            out.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        if self.has_changed {
            return Err(SourceError::Changed {
                path: "the test's image".to_owned(),
                what: "as the test has it".to_owned(),
            });
        }
        Ok(())
    }
}

/// A drive with a blank disc of [`short_medium`], and the clock it lives by.
pub(crate) struct Rig {
    pub(crate) drive: cd_emulator::Recorder,
    pub(crate) clock: Arc<VirtualClock>,
}

impl Rig {
    pub(crate) fn new(profile: Profile) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let mut drive = cd_emulator::Recorder::new(profile, Arc::clone(&clock));
        drive.insert(Disc::blank(short_medium()));
        Self { drive, clock }
    }

    pub(crate) fn faithful() -> Self {
        Self::new(small_buffer())
    }

    pub(crate) fn writer(&mut self) -> Recorder<'_> {
        writer(&mut self.drive, &self.clock)
    }

    pub(crate) fn plan(&mut self, image: &dyn SectorSource, options: BurnOptions) -> Plan {
        plan(&mut self.writer(), image, options).unwrap()
    }

    /// Plans and burns.
    pub(crate) fn burn(&mut self, image: &dyn SectorSource, options: BurnOptions) -> Report {
        let mut writer = self.writer();
        let plan = plan(&mut writer, image, options).unwrap();
        burn(&mut writer, &plan, image)
    }

    pub(crate) fn disc(&self) -> &Disc {
        self.drive.disc().unwrap()
    }
}

/// A drive whose buffer holds a WRITE and little more, so that the laser's time counts in a small image.
pub(crate) fn small_buffer() -> Profile {
    Profile {
        buffer_bytes: 128 << 10,
        ..Profile::faithful()
    }
}

pub(crate) fn writer<'t>(
    transport: impl Transport + 't,
    clock: &Arc<VirtualClock>,
) -> Recorder<'t> {
    let clock: Arc<VirtualClock> = Arc::clone(clock);
    Recorder::new(transport, clock)
}

pub(crate) fn plan(
    writer: &mut Recorder<'_>,
    image: &dyn SectorSource,
    options: BurnOptions,
) -> Result<Plan, PlanError> {
    let drive = writer.probe().unwrap();
    let medium = writer.medium().unwrap();
    let survey: StreamSurvey = survey(image).unwrap();
    Plan::new(&drive, &medium, &survey, writer.limits(), options)
}

pub(crate) fn burn(writer: &mut Recorder<'_>, plan: &Plan, image: &dyn SectorSource) -> Report {
    burn_watched(writer, plan, image, &CancelToken::new(), &mut |_| {})
}

pub(crate) fn burn_watched(
    writer: &mut Recorder<'_>,
    plan: &Plan,
    image: &dyn SectorSource,
    cancel: &CancelToken,
    progress: &mut dyn FnMut(&Progress),
) -> Report {
    let control = BurnControl {
        cancel,
        progress,
        read_ahead: ReadAhead::for_writes(&plan.writes()),
    };
    writer.burn(plan, Consent::to_write_the_disc(), image, control)
}

/// `got` is the text in the file: comments, trailing blanks and empty lines at the ends aside.
#[track_caller]
pub(crate) fn check_text(got: &str, file: &str) {
    let lines = |text: &str| -> Vec<String> {
        text.trim_matches('\n')
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    assert!(lines(got) == lines(file), "the text is now\n{got}");
}

/// The disc holds every sector of the image from `range` on, and nothing else.
#[track_caller]
pub(crate) fn check_holds(disc: &Disc, image: &Image, range: LbaRange) {
    assert_eq!(disc.state(), DiscState::Complete);
    assert_eq!(disc.recorded(), Some(range));
    assert_eq!(first_difference(disc, image, range), None);
}

fn first_difference(disc: &Disc, image: &Image, range: LbaRange) -> Option<Lba> {
    let mut sector = [0; RAW_BYTES];
    range
        .iter()
        .find(|lba| !disc.sector(*lba, &mut sector).unwrap() || sector != image.recorded(*lba))
}

/// What a report claims is true of the disc. `image` is what was burned, `range` what was to be written of it.
#[track_caller]
pub(crate) fn check_truth(report: &Report, disc: &Disc, image: &Image, range: LbaRange) {
    let state = disc.state();
    let on_disc = disc.recorded();
    match &report.verdict {
        Verdict::Proved => check_holds(disc, image, range),
        Verdict::Simulated => assert_eq!(state, DiscState::Blank),
        Verdict::Doubtful(doubts) => assert!(!doubts.is_empty()),
        Verdict::Stopped { disc: after, .. } => match after {
            DiscAfter::Untouched | DiscAfter::Blank => assert_eq!(state, DiscState::Blank),
            // A lead-out that is nearly whole is enough for a drive to call the disc complete; and one that has all
            // sectors and lost the laser on the way is not.
            DiscAfter::Spoiled => {
                assert_ne!(state, DiscState::Blank);
                assert!(state != DiscState::Complete || on_disc != Some(range));
            }
            DiscAfter::Complete => assert_eq!(state, DiscState::Complete),
            DiscAfter::Unknown => {}
        },
    }
    // Whatever was acknowledged is on the disc, and is the image's.
    if let (Some(last), false) = (report.last_written, state == DiscState::Blank) {
        let on_disc = on_disc.unwrap();
        assert!(on_disc.contains(last), "{last} is not in {on_disc}");
        assert_eq!(first_difference(disc, image, on_disc), None);
    }
}
