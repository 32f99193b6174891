//! Discs of several sessions: sound and then data, recorded track by track as other programs do.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use cd_address::Lba;
use cd_emulator::disc_file::DISC_FILE_HEADER_BYTES;
use cd_emulator::{Disc, Profile, Recorder};
use cd_mmc::mode_page::{
    DataBlockType, ModePage, ModeParameters, MultiSession, TrackMode, WriteParameters, WriteType,
};
use cd_mmc::response::TrackInformation;
use cd_mmc::{
    CloseFunction, CloseTrackSession, Command, ModeSelect10, ModeSense10, PageCode,
    ReadTrackInformation, Sense, SynchronizeCache, TrackSelector, Write10,
};
use cd_transport::{Data, Status, Transport, VirtualClock};

use crate::run::{Dir, ruler};

/// Sectors of sound, of the ruler, and what ends a track that is recorded at once.
const SOUND: i32 = 300;
const RULER: i32 = 330;
const RUN_OUT: i32 = 2;
/// Where the second session's lead-in, its track and its lead-out begin.
const SECOND: i32 = SOUND + RUN_OUT + 6_750;
const TRACK_2: i32 = SECOND + 4_500 + 150;
const LAST_LEAD_OUT: i32 = TRACK_2 + RULER + RUN_OUT;

/// A program that records track by track.
struct Burner {
    drive: Recorder,
    clock: Arc<VirtualClock>,
}

impl Burner {
    fn open(dir: &Dir) -> Self {
        let clock = Arc::new(VirtualClock::default());
        let mut drive = Recorder::new(Profile::faithful(), Arc::clone(&clock));
        drive.insert(Disc::open_file(dir.path("disc")).unwrap());
        Self { drive, clock }
    }

    /// Sends a command until the drive has the time for it, a minute at most.
    fn send(&mut self, command: impl Into<Command>, mut data: Data<'_>) -> usize {
        let cdb = command.into().encode();
        let patience = Duration::from_secs(60);
        for _ in 0..6_000 {
            let cdb = cdb.as_bytes();
            let ended = self.drive.execute(cdb, data.reborrow(), patience).unwrap();
            if ended.status == Status::GOOD {
                return ended.transferred;
            }
            let sense = Sense::decode(ended.sense.as_slice()).unwrap();
            let is_passing = sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS)
                || sense.same_code(&Sense::MEDIUM_MAY_HAVE_CHANGED);
            assert!(is_passing, "{sense}");
            self.clock.advance(Duration::from_millis(10));
        }
        panic!("the drive is busy for more than a minute");
    }

    fn select(&mut self, change: impl FnOnce(&mut WriteParameters)) {
        let mut answer = [0; 512];
        let sense = ModeSense10::current(PageCode::WRITE_PARAMETERS, 512);
        let len = self.send(sense, Data::In(&mut answer));
        let parameters = ModeParameters::decode_sense(&answer[..len]).unwrap();
        let mut page = parameters.write_parameters().unwrap().unwrap();
        change(&mut page);
        let pages = [ModePage::WriteParameters(page)];
        let mut list = [0; 512];
        let len = ModeParameters::of(&pages).encode_select_into(&mut list);
        let command = ModeSelect10::new(u16::try_from(len).unwrap());
        self.send(command, Data::Out(&list[..len]));
    }

    /// A track of these blocks, each of `block_bytes`; where it begins.
    fn track(&mut self, bytes: &[u8], block_bytes: usize, multi_session: MultiSession) -> i32 {
        let is_data = block_bytes == 2048;
        self.select(|page| {
            page.write_type = WriteType::TRACK_AT_ONCE;
            page.multi_session = multi_session;
            (page.track_mode, page.data_block_type) = match is_data {
                true => (TrackMode::DATA, DataBlockType::MODE_1),
                false => (TrackMode::AUDIO, DataBlockType::RAW),
            };
        });
        let command = ReadTrackInformation {
            open: false,
            track: TrackSelector::INVISIBLE,
            allocation_length: 36,
        };
        let mut answer = [0; 36];
        let len = self.send(command, Data::In(&mut answer));
        let next = TrackInformation::decode(&answer[..len]).unwrap();
        let start = next.next_writable.unwrap();
        let mut at = start;
        for blocks in bytes.chunks(25 * block_bytes) {
            let n_blocks = u16::try_from(blocks.len() / block_bytes).unwrap();
            let write = Write10::new(Lba::new(at).unwrap(), n_blocks);
            self.send(write, Data::Out(blocks));
            at += i32::from(n_blocks);
        }
        self.send(SynchronizeCache::all(false), Data::None);
        start
    }

    fn close_session(&mut self) {
        let command = CloseTrackSession {
            immediate: false,
            function: CloseFunction::SESSION,
            track: 0,
        };
        self.send(command, Data::None);
        self.send(SynchronizeCache::all(false), Data::None);
    }
}

fn sound() -> Vec<u8> {
    let n_bytes = u32::try_from(SOUND * 2352).unwrap();
    let bytes = (0..n_bytes).map(|at| at.wrapping_mul(at / 7).to_be_bytes()[2]);
    bytes.collect()
}

/// `disc` with sound in its first session and the ruler in a second, which is closed or not, and `stream`, all its sectors.
fn with_two_sessions(is_closed: bool) -> Dir {
    let dir = Dir::new();
    dir.run(["new-disc", "disc", "--lead-in", "99:59:00"])
        .succeeds();
    let mut burner = Burner::open(&dir);
    assert_eq!(burner.track(&sound(), 2352, MultiSession::OPEN), 0);
    burner.close_session();
    let start = burner.track(&fs::read(ruler()).unwrap(), 2048, MultiSession::OPEN);
    assert_eq!(start, TRACK_2);
    if is_closed {
        burner.close_session();
    }
    drop(burner);
    let bytes = dir.bytes("disc");
    dir.write("stream", &bytes[DISC_FILE_HEADER_BYTES..]);
    dir
}

#[test]
fn a_check_tells_the_sessions_apart() {
    let dir = with_two_sessions(true);
    let said = dir.run(["check", "stream"]).succeeds();
    let expect = [
        "session 1 from 99:59:00 (lba -225): track 1, lead-out at 00:06:02 (lba 302): nothing wrong",
        // Link and run-in, run-out.
        "session 2 from 01:36:02 (lba 7052): track 2, lead-out at 02:42:34 (lba 12034): 2 findings, convention at worst",
        "linking-block (main): 7 sectors in 2 runs",
    ];
    for line in expect {
        assert!(said.contains(line), "nothing of {line:?} in {said}");
    }
    let events = dir.run(["check", "stream", "--json"]).has_code(0).events();
    let sessions: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "session")
        .map(|event| {
            (
                event["session"].as_i64(),
                event["start"].as_i64(),
                event["lead_out"].as_i64(),
            )
        })
        .collect();
    let some = |n: i32| Some(i64::from(n));
    let expect = [
        (some(1), some(-225), some(SOUND + RUN_OUT)),
        (some(2), some(SECOND), some(LAST_LEAD_OUT)),
    ];
    assert_eq!(sessions, expect);

    // A fault is told with its session.
    let mut bytes = dir.bytes("stream");
    bytes[usize::try_from(TRACK_2 + 10 + 225).unwrap() * 2448 + 1000] ^= 1;
    dir.write("stream", bytes);
    let ended = dir.run(["check", "stream"]).has_code(1);
    assert!(
        ended
            .stdout
            .contains("  main    session 2, 02:38:12 (lba 11712): main-edc: "),
        "{ended:#?}"
    );
    assert!(
        ended.stdout.contains(": 3 findings, misread at worst\n"),
        "{ended:#?}"
    );
}

#[test]
fn a_session_that_is_still_open_is_told_so() {
    let dir = with_two_sessions(false);
    let ended = dir.run(["check", "stream"]).has_code(1);
    for saying in [
        "toc-unusable: not one frame of one, as where a session is still open",
        "session 2 from 01:36:02 (lba 7052): track 2, no lead-out: ",
    ] {
        assert!(
            ended.stdout.contains(saying),
            "nothing of {saying:?} in {ended:#?}"
        );
    }
    let said = dir.run(["info", "--disc", "disc"]).succeeds();
    for saying in [
        "  1 session is closed; session 2 is not closed, and counts tracks 2 to 3\n",
        "table of contents:\nCD-DA or CD-ROM, tracks 1 to 1\n",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    assert!(!said.contains("two answers"), "{said}");
    // What is closed can be read.
    dir.run(["read", "out", "--disc", "disc", "--main"])
        .succeeds();
    assert!(dir.bytes("out").starts_with(&sound()));
}

#[test]
fn information_lists_every_session() {
    let dir = with_two_sessions(true);
    let said = dir.run(["info", "--disc", "disc"]).succeeds();
    let expect = [
        "  2 sessions are closed; session 3 can follow, from track 3 on\n",
        "table of contents of session 1:\nCD-DA or CD-ROM, tracks 1 to 1\n",
        "lead-out  00:06:02  lba    302\n  session 2 may have its program from 02:36:02 (lba 11552) on\n",
        "table of contents of session 2:\nCD-DA or CD-ROM, tracks 2 to 2\n",
        "lead-out  02:42:34  lba  12034\n  session 3 may have its program from ",
    ];
    for saying in expect {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    assert!(!said.contains("two answers"), "{said}");
    let events = dir
        .run(["info", "--disc", "disc", "--json"])
        .has_code(0)
        .events();
    let result = events.last().unwrap();
    assert_eq!(result["toc"]["tracks"][1]["session"], 2);
    assert_eq!(result["toc"]["lead_out"], LAST_LEAD_OUT);
    assert_eq!(result["sessions"][0]["next_program"], SECOND + 4_500);
    assert_eq!(result["sessions"][1]["lead_out"], LAST_LEAD_OUT);
    let medium = events
        .iter()
        .find(|event| event["event"] == "medium")
        .unwrap();
    assert_eq!(medium["closed_sessions"], 2);
}

#[test]
fn sessions_and_their_tracks_are_read_one_by_one() {
    let dir = with_two_sessions(true);
    let read = |args: &[&str]| {
        dir.run(
            [
                ["read", "out", "--disc", "disc", "--force"].as_slice(),
                args,
            ]
            .concat(),
        )
    };
    read(&[]).fails(
        27,
        &[
            "the disc has 2 sessions, and no drive reads what lies between them",
            "--session 1 to 2",
        ],
    );
    read(&["--session", "3"]).fails(27, &["there is no session 3", "sessions 1 to 2"]);
    read(&["--track", "3"]).fails(27, &["there is no track 3: the disc has tracks 1 to 2"]);
    read(&["--track", "1", "--session", "1"]).has_code(2);
    read(&["--session", "1", "--user-data"]).fails(27, &["track 1 is audio"]);

    let ruler = fs::read(ruler()).unwrap();
    for way in [["--session", "1"], ["--track", "1"]] {
        read(&[way.as_slice(), &["--main"]].concat()).succeeds();
        let bytes = dir.bytes("out");
        assert_eq!(bytes.len(), 302 * 2352);
        assert!(bytes.starts_with(&sound()));
    }
    for way in [["--session", "2"], ["--track", "2"]] {
        read(&[way.as_slice(), &["--user-data"]].concat()).succeeds();
        let bytes = dir.bytes("out");
        assert_eq!(bytes.len(), 332 * 2048);
        assert!(bytes.starts_with(&ruler));
    }
}

/// What works on one session says so, and drops none.
#[test]
fn a_stream_of_several_sessions_is_refused_in_words() {
    let dir = with_two_sessions(true);
    dir.run(["new-disc", "blank", "--lead-in", "99:59:00"])
        .succeeds();
    let refused = ["the stream holds more than one session: lba "];
    dir.run(["burn", "stream", "--disc", "blank"])
        .fails(10, &refused);
    dir.run(["plan", "stream", "--disc", "blank"])
        .fails(10, &refused);
    dir.run(["verify", "stream", "--disc", "disc"])
        .fails(10, &refused);
    for output in ["out.ccd", "out.cue", "out.toc", "out.iso"] {
        dir.run(["convert", "stream", output]).fails(10, &refused);
        dir.run(["convert", "stream", output, "--lossy"])
            .fails(10, &refused);
    }
    assert_eq!(dir.names(), ["blank", "disc", "stream"]);
    // A raw stream of it is all of it.
    dir.run(["convert", "stream", "copy"]).succeeds();
    assert_eq!(dir.bytes("copy"), dir.bytes("stream"));

    let sheets = [
        (
            "s.cue",
            "FILE \"a.bin\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nREM SESSION 02\n",
        ),
        (
            "s.ccd",
            "[CloneCD]\nVersion=3\n[Disc]\nTocEntries=7\nSessions=2\n",
        ),
    ];
    for (name, text) in sheets {
        dir.write(name, text);
        let ended = dir.run(["check", name]).has_code(2);
        assert!(
            ended
                .failure()
                .contains("only discs of one session are made"),
            "{ended:#?}"
        );
    }
}

#[test]
fn a_comparison_is_with_the_first_session_and_says_so() {
    let dir = with_two_sessions(true);
    dir.write("song.bin", sound());
    let ended = dir.run(["verify", "song.bin", "--as", "audio", "--disc", "disc"]);
    let ended = ended.has_code(43);
    assert!(
        ended
            .stdout
            .contains("2 sessions, the first of which is compared"),
        "{ended:#?}"
    );
}
