//! Random calls from two threads against a simple model: no call waits for ever, and none finds a state that the calls
//! before it do not explain.

use std::sync::Arc;
use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use cd_emulator::{Disc, Profile};
use cd_sector::SectorLayout;
use cd_writer::imapi::{DiscFormat2RawCd, DiscFormatError, DiscRecorder};
use parking_lot::Mutex;
use proptest::prelude::*;

use super::bench::{Bench, lead_in};
use crate::host::{Image, check_holds, short_medium, small_buffer};

/// One call.
#[derive(Clone, Copy, Debug)]
enum Call {
    SetRecorder,
    SetClientName {
        is_valid: bool,
    },
    Prepare,
    Release,
    SetSectorType(SectorLayout),
    SetUnderrunFreeDisabled(bool),
    SetSpeed {
        speed: u32,
        pure_cav: bool,
    },
    Write(SectorLayout, During),
    Cancel,
    SectorType,
    Start,
    Blank,
    MediaType,
    Speed,
    /// Somebody puts a new disc in.
    ChangeDisc,
}

/// What happens while a write runs.
#[derive(Clone, Copy, Debug)]
enum During {
    Nothing,
    /// It is cancelled at its first update.
    CancelAtOnce,
    /// It is cancelled when sectors were sent.
    CancelLater,
    /// Another thread makes this call, and has its answer before the write goes on.
    Call(Question),
}

/// A call that leaves a running write alone.
#[derive(Clone, Copy, Debug)]
enum Question {
    SetRecorder,
    SetClientName,
    Prepare,
    Release,
    SetSectorType,
    SetSpeed,
    Write,
    SectorType,
    Start,
    Blank,
    MediaType,
    Speed,
}

fn layout() -> impl Strategy<Value = SectorLayout> {
    prop_oneof![
        1 => Just(SectorLayout::PackedPw96),
        2 => Just(SectorLayout::Pq16),
        4 => Just(SectorLayout::RawPw96),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let question = prop::sample::select(vec![
        Question::SetRecorder,
        Question::SetClientName,
        Question::Prepare,
        Question::Release,
        Question::SetSectorType,
        Question::SetSpeed,
        Question::Write,
        Question::SectorType,
        Question::Start,
        Question::Blank,
        Question::MediaType,
        Question::Speed,
    ]);
    let during = prop_oneof![
        3 => Just(During::Nothing),
        1 => Just(During::CancelAtOnce),
        2 => Just(During::CancelLater),
        3 => question.prop_map(During::Call),
    ];
    let write = (layout(), during).prop_map(|(layout, during)| Call::Write(layout, during));
    let speed = (0_u32..5, any::<bool>()).prop_map(|(times, pure_cav)| Call::SetSpeed {
        speed: times * 300,
        pure_cav,
    });
    prop_oneof![
        1 => Just(Call::SetRecorder),
        1 => any::<bool>().prop_map(|is_valid| Call::SetClientName { is_valid }),
        4 => Just(Call::Prepare),
        3 => Just(Call::Release),
        3 => layout().prop_map(Call::SetSectorType),
        1 => any::<bool>().prop_map(Call::SetUnderrunFreeDisabled),
        1 => speed,
        4 => write,
        1 => Just(Call::Cancel),
        1 => Just(Call::SectorType),
        1 => Just(Call::Start),
        1 => Just(Call::Blank),
        1 => Just(Call::MediaType),
        1 => Just(Call::Speed),
        2 => Just(Call::ChangeDisc),
    ]
}

/// What the calls so far must have led to.
#[derive(Debug)]
struct Model {
    has_recorder: bool,
    has_name: bool,
    is_prepared: bool,
    layout: SectorLayout,
    is_blank: bool,
    /// The disc was changed, and no command has been sent since that would be told.
    is_changed: bool,
}

const OK: &str = "S_OK";
const NOT_PREPARED: &str = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_PREPARED";
const PREPARED: &str = "E_IMAPI_DF2RAW_MEDIA_IS_PREPARED";
const NO_RECORDER: &str = "E_IMAPI_DF2RAW_NO_RECORDER_SPECIFIED";
const BAD_NAME: &str = "E_IMAPI_DF2RAW_CLIENT_NAME_IS_NOT_VALID";
const NOT_BLANK: &str = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK";
const NOT_RUNNING: &str = "E_IMAPI_DF2RAW_WRITE_NOT_IN_PROGRESS";

impl Model {
    fn needs_prepared(&self) -> &'static str {
        if self.is_prepared { OK } else { NOT_PREPARED }
    }

    /// A question to the drive takes notice of a change.
    fn asks(&mut self) -> &'static str {
        if !self.has_recorder {
            return NO_RECORDER;
        }
        self.is_changed = false;
        OK
    }

    /// What the call must answer.
    fn expect(&mut self, call: Call) -> &'static str {
        match call {
            Call::SetRecorder | Call::SetClientName { .. } if self.is_prepared => PREPARED,
            Call::SetRecorder => {
                (self.has_recorder, self.is_changed) = (true, false);
                OK
            }
            Call::SetClientName { is_valid: false } => BAD_NAME,
            Call::SetClientName { .. } => {
                self.has_name = true;
                OK
            }
            Call::Prepare if !self.has_recorder => NO_RECORDER,
            Call::Prepare if self.is_prepared => PREPARED,
            Call::Prepare if !self.has_name => BAD_NAME,
            Call::Prepare => {
                self.is_changed = false;
                self.is_prepared = self.is_blank;
                if self.is_blank { OK } else { NOT_BLANK }
            }
            Call::Release => {
                let answer = self.needs_prepared();
                if self.is_prepared {
                    // To unlock the tray the drive is sent a command.
                    (self.is_prepared, self.is_changed) = (false, false);
                }
                answer
            }
            Call::SetSectorType(_) if !self.is_prepared => NOT_PREPARED,
            Call::SetSectorType(SectorLayout::PackedPw96) => {
                "E_IMAPI_DF2RAW_DATA_BLOCK_TYPE_NOT_SUPPORTED"
            }
            Call::SetSectorType(layout) => {
                self.layout = layout;
                OK
            }
            Call::SetUnderrunFreeDisabled(_) | Call::SectorType | Call::Start => {
                self.needs_prepared()
            }
            Call::SetSpeed { .. } if !self.has_recorder => "E_IMAPI_RECORDER_REQUIRED",
            Call::SetSpeed { speed: 0, .. } => "E_INVALIDARG",
            Call::SetSpeed { .. } | Call::Blank | Call::MediaType | Call::Speed => self.asks(),
            Call::Write(layout, during) => self.expect_write(layout, during),
            Call::Cancel => NOT_RUNNING,
            Call::ChangeDisc => {
                (self.is_blank, self.is_changed) = (true, true);
                OK
            }
        }
    }

    fn expect_write(&mut self, layout: SectorLayout, during: During) -> &'static str {
        if !self.is_prepared {
            return NOT_PREPARED;
        }
        if std::mem::take(&mut self.is_changed) {
            self.is_prepared = false;
            return NOT_PREPARED;
        }
        if !self.is_blank {
            return NOT_BLANK;
        }
        if layout != self.layout {
            return "E_IMAPI_DF2RAW_STREAM_NOT_SUPPORTED";
        }
        if layout == SectorLayout::PackedPw96 {
            return "E_IMAPI_DF2RAW_DATA_BLOCK_TYPE_NOT_SUPPORTED";
        }
        if let During::CancelAtOnce = during {
            return "E_IMAPI_REQUEST_CANCELLED";
        }
        self.is_blank = false;
        if let During::CancelLater = during {
            return "E_IMAPI_REQUEST_CANCELLED";
        }
        OK
    }
}

impl Question {
    /// What it must be answered while a write runs.
    fn expect(self) -> &'static str {
        match self {
            Self::Prepare => PREPARED,
            Self::SetRecorder
            | Self::SetClientName
            | Self::Release
            | Self::SetSectorType
            | Self::SetSpeed
            | Self::Write => "E_IMAPI_DF2RAW_WRITE_IN_PROGRESS",
            Self::SectorType | Self::Start | Self::Blank | Self::MediaType | Self::Speed => OK,
        }
    }

    fn call(self) -> Call {
        match self {
            Self::SetRecorder => Call::SetRecorder,
            Self::SetClientName => Call::SetClientName { is_valid: true },
            Self::Prepare => Call::Prepare,
            Self::Release => Call::Release,
            Self::SetSectorType => Call::SetSectorType(SectorLayout::Pq16),
            Self::SetSpeed => Call::SetSpeed {
                speed: 300,
                pure_cav: false,
            },
            Self::Write => Call::Write(SectorLayout::RawPw96, During::Nothing),
            Self::SectorType => Call::SectorType,
            Self::Start => Call::Start,
            Self::Blank => Call::Blank,
            Self::MediaType => Call::MediaType,
            Self::Speed => Call::Speed,
        }
    }
}

static IMAGES: LazyLock<[Image; 3]> = LazyLock::new(|| {
    [
        SectorLayout::Pq16,
        SectorLayout::PackedPw96,
        SectorLayout::RawPw96,
    ]
    .map(|layout| Image::new(1, layout))
});

fn image(layout: SectorLayout) -> &'static Image {
    let mut images = IMAGES.iter();
    images.find(|image| image.layout == layout).unwrap()
}

/// The object's surroundings, for calls from any thread.
#[derive(Clone)]
struct Stage {
    recorder: DiscRecorder,
    drive: Arc<Mutex<cd_emulator::Recorder>>,
}

impl Stage {
    /// Makes the call and tells what it returned.
    fn make(&self, format: &DiscFormat2RawCd, call: Call) -> &'static str {
        match call {
            Call::SetRecorder => name(format.set_recorder(self.recorder.clone())),
            Call::SetClientName { is_valid } => {
                name(format.set_client_name(if is_valid { "a test" } else { "" }))
            }
            Call::Prepare => name(format.prepare_media()),
            Call::Release => name(format.release_media()),
            Call::SetSectorType(layout) => name(format.set_requested_sector_type(layout)),
            Call::SetUnderrunFreeDisabled(disabled) => {
                name(format.set_buffer_underrun_free_disabled(disabled))
            }
            Call::SetSpeed { speed, pure_cav } => {
                name(format.set_write_speed(Some(speed), pure_cav))
            }
            Call::Write(layout, _) => name(format.write_media2(image(layout), lead_in())),
            Call::Cancel => name(format.cancel_write()),
            Call::SectorType => name(format.requested_sector_type()),
            Call::Start => name(format.start_of_next_session()),
            Call::Blank => name(format.media_physically_blank()),
            Call::MediaType => name(format.current_physical_media_type()),
            Call::Speed => name(format.current_write_speed()),
            Call::ChangeDisc => {
                self.drive.lock().insert(Disc::blank(short_medium()));
                OK
            }
        }
    }

    /// Has the next write meet this.
    fn arrange(&self, format: &DiscFormat2RawCd, during: During) {
        let stage = self.clone();
        format.on_update(move |format, event| match during {
            During::Nothing => {}
            During::CancelAtOnce => format.cancel_write().unwrap(),
            During::CancelLater => {
                if event.last_written_lba.is_some() {
                    format.cancel_write().unwrap();
                }
            }
            During::Call(question) => {
                let answer = thread::scope(|scope| {
                    let asking = scope.spawn(|| stage.make(format, question.call()));
                    asking.join().unwrap()
                });
                assert_eq!(answer, question.expect(), "{question:?}");
            }
        });
    }
}

/// The name of what the call returned; success has one name here.
fn name<T>(result: Result<T, DiscFormatError>) -> &'static str {
    match result {
        Ok(_) => OK,
        Err(error) => error.hresult().name,
    }
}

/// Long for what takes a second.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs on a thread of its own, and fails if that does not come back.
fn within_patience(run: impl FnOnce() + Send + 'static) {
    let (done, wait) = crossbeam_channel::bounded(1);
    let thread = thread::spawn(move || {
        run();
        let _ = done.send(());
    });
    match wait.recv_timeout(PATIENCE) {
        Err(crossbeam_channel::RecvTimeoutError::Timeout) => panic!("calls wait for each other"),
        _ => thread.join().unwrap(),
    }
}

fn bench() -> (Bench, Stage) {
    let without_packs = Profile {
        block_types: vec![SectorLayout::Pq16, SectorLayout::RawPw96],
        ..small_buffer()
    };
    let bench = Bench::bare(without_packs, Some(short_medium()));
    let stage = Stage {
        recorder: bench.recorder.clone(),
        drive: Arc::clone(&bench.drive),
    };
    (bench, stage)
}

fn follow(calls: &[Call]) {
    let (bench, stage) = bench();
    let mut model = Model {
        has_recorder: false,
        has_name: false,
        is_prepared: false,
        layout: SectorLayout::PackedPw96,
        is_blank: true,
        is_changed: true,
    };
    for (idx, call) in calls.iter().enumerate() {
        if let Call::Write(_, during) = call {
            stage.arrange(&bench.format, *during);
        }
        let expect = model.expect(*call);
        let answer = stage.make(&bench.format, *call);
        assert_eq!(answer, expect, "call {idx} of {calls:?}: {model:?}");
        let is_held = bench.recorder.exclusive_access_owner().is_some();
        assert_eq!(is_held, model.is_prepared, "call {idx} of {calls:?}");
    }
}

/// Whatever was called, the object can be brought back to where a disc is written.
fn check_still_works(bench: &Bench, stage: &Stage) {
    let format = &bench.format;
    format.without_updates();
    let _ = format.release_media();
    assert_eq!(bench.recorder.exclusive_access_owner(), None);
    assert!(!bench.is_locked());
    for call in [
        Call::ChangeDisc,
        Call::SetRecorder,
        Call::SetClientName { is_valid: true },
        Call::Prepare,
        Call::SetSectorType(SectorLayout::RawPw96),
        Call::Write(SectorLayout::RawPw96, During::Nothing),
        Call::Release,
    ] {
        assert_eq!(stage.make(format, call), OK, "{call:?}");
    }
    let image = image(SectorLayout::RawPw96);
    check_holds(bench.drive.lock().disc().unwrap(), image, image.range);
}

/// What two threads can be answered that know nothing of each other: something that some state explains.
fn is_explained(call: Call, answer: &str) -> bool {
    let is_state = answer.starts_with("E_IMAPI_DF2RAW_")
        || matches!(answer, "E_IMAPI_RECORDER_REQUIRED" | "E_INVALIDARG" | OK);
    match call {
        // The disc is changed under it now and then, and the other thread cancels.
        Call::Write(..) => {
            is_state
                || matches!(
                    answer,
                    "E_IMAPI_REQUEST_CANCELLED"
                        | "E_IMAPI_UNEXPECTED_RESPONSE_FROM_DEVICE"
                        | "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE"
                )
        }
        _ => is_state,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_call_is_answered_as_the_model_says(calls in prop::collection::vec(call(), 1..60)) {
        within_patience(move || follow(&calls));
    }

    #[test]
    fn two_threads_never_wait_for_each_other(
        mine in prop::collection::vec(call(), 1..60),
        others in prop::collection::vec(call(), 1..60),
    ) {
        within_patience(move || {
            let (bench, stage) = bench();
            let (format, stage_of_both) = (&bench.format, &stage);
            thread::scope(|scope| {
                for calls in [&mine, &others] {
                    scope.spawn(move || {
                        for call in calls {
                            let answer = stage_of_both.make(format, *call);
                            assert!(is_explained(*call, answer), "{call:?}: {answer}");
                        }
                    });
                }
            });
            check_still_works(&bench, &stage);
        });
    }
}
