//! Several sessions: each by itself, and what the one says of the next.

use cd_address::{Msf, RelMsf, Sectors};
use cd_sector::{Multisession, PPlace, expected_p};

use super::*;
use crate::{RecoverError, StreamProblem, recover, survey};

/// Of the first session: [`Stream::iso`], with room for what it says of the second.
const FIRST_END: i32 = 300 + 6_750;
const PROGRAM: i32 = FIRST_END + 4_500;
const TRACK: i32 = PROGRAM + 150;
const LEAD_OUT: i32 = TRACK + 300;
const END: i32 = LEAD_OUT + 2_250;
/// An address behind everything.
const OUTERMOST: &str = "79:59:73";

/// What session 2 is to be like.
struct Later {
    track: u8,
    /// What point B0h of the first session says.
    next: Option<Option<i32>>,
    n_lead_in: i32,
    n_lead_out: i32,
    points: Vec<Multisession>,
}

impl Later {
    fn usual() -> Self {
        Self {
            track: 2,
            next: Some(Some(PROGRAM)),
            n_lead_in: 4_500,
            n_lead_out: 2_250,
            points: vec![next_program(None, 1)],
        }
    }

    /// The stream of both sessions.
    fn stream(&self) -> Stream {
        let mut stream = Stream::iso();
        let toc = stream.toc();
        if let Some(next) = self.next {
            let first_lead_in = Multisession::FirstLeadIn {
                special: [0; 4],
                start: msf_of(-11_077),
            };
            let pointers = [next_program(next, 2), first_lead_in];
            put_lead_in(&mut stream, START, -150, (&toc, &pointers));
        }
        let start = PROGRAM - self.n_lead_in;
        for at in FIRST_END..start {
            let frame = lead_out_frame(at, 300, Control::DATA);
            let p = p_of_lead_out(at - 300);
            push(&mut stream, p, &frame);
        }
        let control = Control::AUDIO;
        let entry = cd_sector::TocTrack {
            track: self.track,
            control,
            start: msf_of(TRACK),
        };
        let toc = Toc::new(cd_sector::DiscType(0), &[entry], msf_of(LEAD_OUT)).unwrap();
        for _ in stream.end()..PROGRAM {
            push(&mut stream, false, &QFrame([0; 12]));
        }
        put_lead_in(&mut stream, start, PROGRAM, (&toc, &self.points));
        for at in PROGRAM..LEAD_OUT {
            let (index, left) = if at < TRACK {
                (0, TRACK - 1 - at)
            } else {
                (1, at - TRACK)
            };
            let frame = Q::Position {
                control,
                track: self.track,
                index,
                relative: relative(left),
                absolute: msf_of(at),
            };
            push(&mut stream, at <= TRACK, &frame.encode());
        }
        for at in LEAD_OUT..LEAD_OUT + self.n_lead_out {
            let p = p_of_lead_out(at - LEAD_OUT);
            push(&mut stream, p, &lead_out_frame(at, LEAD_OUT, control));
        }
        stream
    }

    /// One finding in session 2.
    #[track_caller]
    fn expect(&self, at: LbaRange, kind: FindingKind, words: (&str, &str)) {
        let stream = self.stream();
        stream.expect(at, kind, words);
        assert_eq!(stream.check().findings[0].session, 2);
    }
}

fn next_program(next: Option<i32>, n_pointers: u8) -> Multisession {
    Multisession::NextProgram {
        next: next.map(msf_of),
        n_pointers,
        outermost_lead_out: OUTERMOST.parse::<Msf>().unwrap(),
    }
}

fn relative(n: i32) -> RelMsf {
    let n = Sectors::new(u32::try_from(n).unwrap()).unwrap();
    n.to_rel_msf().unwrap()
}

fn lead_out_frame(at: i32, start: i32, control: Control) -> QFrame {
    let frame = Q::LeadOut {
        control,
        index: 1,
        relative: relative(at - start),
        absolute: msf_of(at),
    };
    frame.encode()
}

fn p_of_lead_out(n: i32) -> bool {
    let since_start = Sectors::new(u32::try_from(n).unwrap()).unwrap();
    expected_p(PPlace::LeadOut { since_start })
}

/// A sector of silence behind the last.
fn push(stream: &mut Stream, p: bool, frame: &QFrame) {
    let bytes = &mut stream.0.bytes;
    bytes.resize(bytes.len() + MAIN_BYTES, 0);
    bytes.extend(PwSubcode::from_pq(p, frame).0);
}

fn put_lead_in(stream: &mut Stream, start: i32, end: i32, says: (&Toc, &[Multisession])) {
    let (toc, pointers) = says;
    let last = toc.tracks().next_back().unwrap().control;
    let n_points = toc.points().count();
    for (n, at) in (start..end).enumerate() {
        let turn = n / 3 % (n_points + pointers.len());
        let frame = match toc.points().nth(turn) {
            Some((control, point)) => {
                let running = lba(at).to_msf();
                Q::Toc {
                    control,
                    point,
                    running,
                }
                .encode()
            }
            None => pointers[turn - n_points].encode(last),
        };
        stream.set_q(at, &frame);
    }
}

#[test]
fn two_sessions_are_told_apart() {
    let report = Later::usual().stream().check();
    assert_eq!(report.findings, []);
    let session = |number, range, track, lead_out| CheckedSession {
        number,
        range,
        tracks: Some((track, track)),
        lead_out: Some(lba(lead_out)),
        n_runs: 0,
        worst: None,
    };
    let first = range(START, u32::try_from(FIRST_END - START).unwrap());
    let second = range(FIRST_END, u32::try_from(END - FIRST_END).unwrap());
    let expect = [session(1, first, 1, 300), session(2, second, 2, LEAD_OUT)];
    assert_eq!(report.sessions, expect);
}

#[test]
fn one_session_is_one() {
    let report = Stream::mixed().check();
    let [session] = &report.sessions[..] else {
        panic!("{:?}", report.sessions);
    };
    assert_eq!((session.number, session.range), (1, report.range));
    assert_eq!(
        (session.tracks, session.lead_out),
        (Some((1, 4)), Some(lba(1_527)))
    );
}

#[test]
fn next_session() {
    let check = |next, words| {
        let later = Later {
            next,
            ..Later::usual()
        };
        later.expect(one(PROGRAM), FindingKind::NextSession, words);
    };
    check(Some(Some(PROGRAM - 1)), ("02:35:74", "02:36:00"));
    check(
        Some(None),
        ("nothing behind session 1", "a program from 02:36:00"),
    );
    check(None, ("point B0h in the lead-in of session 1", "none"));
}

#[test]
fn lead_in_short() {
    let later = Later {
        n_lead_in: 4_400,
        ..Later::usual()
    };
    let mut findings = later.stream().check().findings;
    // The lead-out is longer by the rest, and silent where its track has data.
    findings.retain(|finding| finding.kind != FindingKind::MainSync);
    let [finding] = &findings[..] else {
        panic!("{findings:#?}");
    };
    assert_eq!(
        (finding.kind, finding.session),
        (FindingKind::LeadInShort, 2)
    );
    assert_eq!(finding.range, range(PROGRAM - 4_400, 4_400));
    assert_eq!((&*finding.expected, &*finding.got), ("4500", "4400"));
}

#[test]
fn lead_out_short() {
    let later = Later {
        n_lead_out: 2_200,
        ..Later::usual()
    };
    let lead_out = range(LEAD_OUT, 2_200);
    later.expect(lead_out, FindingKind::LeadOutShort, ("2250", "2200"));
    let mut stream = Later::usual().stream();
    stream.cut(FIRST_END);
    assert_eq!(stream.check().findings, []);
    stream.cut(FIRST_END - 1);
    stream.expect(
        range(300, 6_749),
        FindingKind::LeadOutShort,
        ("6750", "6749"),
    );
}

#[test]
fn tracks_are_counted_through() {
    let later = Later {
        track: 1,
        ..Later::usual()
    };
    later.expect(one(TRACK), FindingKind::TrackOrder, ("track 2", "track 1"));
}

#[test]
fn pointer_count() {
    let later = Later {
        points: vec![next_program(None, 2)],
        ..Later::usual()
    };
    let lead_in = range(FIRST_END, 4_500);
    later.expect(lead_in, FindingKind::PointerCount, ("2 points", "1"));
}

#[test]
fn first_lead_in() {
    let point = |start: i32| Multisession::FirstLeadIn {
        special: [0; 4],
        start: msf_of(start),
    };
    let later = Later {
        points: vec![next_program(None, 2), point(-11_077)],
        ..Later::usual()
    };
    let lead_in = range(FIRST_END, 4_500);
    later.expect(
        lead_in,
        FindingKind::FirstLeadIn,
        ("first lead-in only", ""),
    );

    let mut stream = Stream::iso();
    let toc = stream.toc();
    let pointers = [next_program(None, 2), point(7)];
    put_lead_in(&mut stream, START, -150, (&toc, &pointers));
    stream.expect(
        range(START, 100),
        FindingKind::FirstLeadIn,
        ("C0h", "00:02:07"),
    );
}

#[test]
fn outermost_lead_out() {
    let point = Multisession::NextProgram {
        next: None,
        n_pointers: 1,
        outermost_lead_out: msf_of(LEAD_OUT - 1),
    };
    let later = Later {
        points: vec![point],
        ..Later::usual()
    };
    let words = (
        &*msf_of(LEAD_OUT - 1).to_string(),
        &*msf_of(LEAD_OUT).to_string(),
    );
    later.expect(one(LEAD_OUT), FindingKind::OutermostLeadOut, words);
}

#[test]
fn a_pointer_that_changes() {
    let mut stream = Later::usual().stream();
    let frames = FIRST_END..PROGRAM;
    let at = frames
        .clone()
        .filter(|at| stream.q(*at).adr() == 5)
        .nth(40)
        .unwrap();
    stream.set_q(at, &next_program(Some(END), 1).encode(Control::AUDIO));
    stream.expect(
        one(at),
        FindingKind::TocContradiction,
        ("point B0h", "CONTROL 0h"),
    );
}

#[test]
fn the_time_of_a_later_lead_in() {
    let with_time = |time: &dyn Fn(i32) -> i32| {
        let mut stream = Later::usual().stream();
        for at in FIRST_END..PROGRAM {
            if stream.q(at).adr() == 1 {
                let running = msf_of(time(at)).to_bcd().0;
                stream.change_q(at, |payload| payload[3..6].copy_from_slice(&running));
            }
        }
        stream
    };
    // As in the first, up to 99:59:74.
    assert_eq!(with_time(&|at| at - PROGRAM - 150).check().findings, []);
    let found = with_time(&|at| at - FIRST_END - 150).expect_only(FindingKind::RunningTimeFromZero);
    assert_eq!(found[0].start(), lba(FIRST_END));
}

#[test]
fn a_slip_is_no_session() {
    // A point in the lead-out, one in the program, a frame of the program in the later lead-in.
    for at in [1_000, 100, TRACK + 10] {
        let mut stream = Later::usual().stream();
        let point = stream.q(START);
        stream.set_q(at, &point);
        stream.expect(one(at), FindingKind::WrongArea, ("program", "lead-in"));
        assert_eq!(stream.check().sessions.len(), 2);
    }
    let mut stream = Later::usual().stream();
    let frame = stream.q(100);
    stream.set_q(FIRST_END + 1_000, &frame);
    stream.expect(
        one(FIRST_END + 1_000),
        FindingKind::WrongArea,
        ("point", "program"),
    );
}

#[test]
fn unreadable_frames_where_a_session_begins() {
    let mut stream = Later::usual().stream();
    for at in (FIRST_END - 5..FIRST_END + 5).chain(PROGRAM - 5..PROGRAM + 5) {
        let mut frame = stream.q(at);
        frame.0[11] ^= 1;
        stream.set_q(at, &frame);
    }
    let found = stream.expect_only(FindingKind::QCrc);
    let n_sectors: u32 = found.iter().map(|range| range.len().count()).sum();
    assert_eq!(n_sectors, 20);
    assert_eq!(stream.check().sessions.len(), 2);
}

#[test]
fn a_stream_that_ends_in_a_later_session() {
    let ends = |at| {
        let mut stream = Later::usual().stream();
        stream.cut(at);
        let report = stream.check();
        assert_eq!(report.sessions.len(), 2, "{at}");
        assert_eq!(report.sessions[0].worst, None);
        stream.expect(
            one(at - 1),
            FindingKind::NoLeadOut,
            ("a lead-out at", "the end at"),
        );
        report.sessions[1].tracks
    };
    assert_eq!(ends(LEAD_OUT), Some((2, 2)));
    assert_eq!(ends(TRACK + 20), Some((2, 2)));
    assert_eq!(ends(PROGRAM), None);
    assert_eq!(ends(FIRST_END + 20), None);
}

#[test]
fn a_session_that_is_open() {
    let mut stream = Later::usual().stream();
    for at in FIRST_END..PROGRAM {
        stream.set_q(at, &QFrame([0; 12]));
    }
    stream.cut(LEAD_OUT);
    let report = stream.check();
    assert_eq!(report.sessions[0].worst, None);
    let session = &report.sessions[1];
    assert_eq!(
        (session.range.start(), session.tracks),
        (lba(FIRST_END), Some((2, 2)))
    );
    let kinds: Vec<_> = report.findings.iter().map(|finding| finding.kind).collect();
    let expect = [
        FindingKind::TocUnusable,
        FindingKind::QEmpty,
        FindingKind::NoLeadOut,
    ];
    assert_eq!(kinds, expect, "{:#?}", report.findings);
    assert!(report.findings[0].got.contains("still open"));
}

#[test]
fn a_later_session_alone() {
    let mut stream = Later::usual().stream();
    let n_dropped = usize::try_from(FIRST_END - START).unwrap();
    stream.0.bytes.drain(..n_dropped * RAW.sector_bytes());
    stream.0.start = FIRST_END;
    let report = stream.check();
    assert_eq!(report.findings, []);
    assert_eq!(report.sessions.len(), 1);
    assert_eq!(report.sessions[0].number, 1);
}

/// Each session has its numbers of findings, and no finding goes from one into the next.
#[test]
fn findings_are_counted_by_session() {
    let mut stream = Later::usual().stream();
    for at in FIRST_END - 4..FIRST_END + 4 {
        let mut frame = stream.q(at);
        frame.0[11] ^= 1;
        stream.set_q(at, &frame);
    }
    for at in [FIRST_END - 6, FIRST_END + 6] {
        let level = stream.subcode(at).p_level().unwrap();
        stream.set_p(at, !level);
    }
    let report = stream.check();
    assert_eq!(
        report.sessions[0].n_runs + report.sessions[1].n_runs,
        report.n_runs()
    );
    for finding in &report.findings {
        let session = &report.sessions[usize::from(finding.session) - 1];
        assert!(session.range.contains_range(finding.range), "{finding:?}");
        assert!(session.worst >= Some(finding.kind.severity()));
    }
}

/// Neither a burn nor a conversion is of more than one session, and no session is dropped without a word.
#[test]
fn survey_and_recovery_refuse_several_sessions() {
    let check = |stream: &Stream, expect: Option<LbaRange>| {
        let later = survey(&stream.0).unwrap().problems.iter().find_map(later);
        assert_eq!(later.is_some(), expect.is_some());
        let recovered = match recover(&stream.0, &mut |_, _| ControlFlow::Continue(())) {
            Err(RecoverError::Stream(problem)) => self::later(&problem),
            _ => None,
        };
        assert_eq!(recovered.is_some(), expect.is_some());
        for lba in later.into_iter().chain(recovered) {
            assert!(expect.unwrap().contains(lba), "{lba}");
        }
    };
    let mut stream = Later::usual().stream();
    check(&stream, Some(range(FIRST_END, 4_500)));
    let point = stream.q(FIRST_END);
    stream.cut(FIRST_END);
    check(&stream, None);
    // A slip is none.
    stream.set_q(300, &point);
    check(&stream, None);
    stream.set_q(301, &point);
    check(&stream, Some(one(301)));

    // One that is open has no lead-in yet.
    let mut stream = Later::usual().stream();
    for at in FIRST_END..PROGRAM {
        stream.set_q(at, &QFrame([0; 12]));
    }
    check(&stream, Some(range(PROGRAM, 450)));
}

fn later(problem: &StreamProblem) -> Option<Lba> {
    match problem {
        StreamProblem::LaterSession { lba } => Some(*lba),
        _ => None,
    }
}
