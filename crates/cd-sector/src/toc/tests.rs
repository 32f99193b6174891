use std::string::ToString;
use std::vec::Vec;

use cd_address::{Lba, Msf, Sectors};
use proptest::prelude::*;

use crate::*;

fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

fn track(number: u8, control: Control, start: &str) -> TocTrack {
    TocTrack {
        track: number,
        control,
        start: msf(start),
    }
}

fn mixed() -> Toc {
    Toc::new(
        DiscType::CD_ROM_OR_DA,
        &[
            track(1, Control::DATA, "00:02:00"),
            track(2, Control::AUDIO, "10:00:00"),
            track(3, Control::COPY_PERMITTED, "14:30:74"),
        ],
        msf("20:00:00"),
    )
    .unwrap()
}

fn frames(toc: &Toc) -> Vec<QFrame> {
    toc.points()
        .map(|(control, point)| {
            Q::Toc {
                control,
                point,
                running: msf("97:34:23"),
            }
            .encode()
        })
        .collect()
}

fn collect(frames: &[QFrame]) -> Result<Toc, TocError> {
    let mut collector = TocCollector::new();
    frames.iter().for_each(|frame| collector.push(frame));
    collector.finish()
}

#[test]
fn points_are_in_the_authors_order_with_their_control() {
    let points: Vec<_> = mixed()
        .points()
        .map(|(control, point)| (control.0, point.point()))
        .collect();
    assert_eq!(
        points,
        [(4, 0xA0), (2, 0xA1), (2, 0xA2), (4, 1), (0, 2), (2, 3)]
    );
}

#[test]
fn a_table_that_cannot_be_is_refused() {
    let check = |tracks: &[TocTrack], lead_out: &str, expect: &str| {
        let error = Toc::new(DiscType::CD_ROM_OR_DA, tracks, msf(lead_out)).unwrap_err();
        assert_eq!(error.to_string(), expect);
    };
    let one = track(1, Control::AUDIO, "00:02:00");
    check(&[], "10:00:00", "table of contents has no track");
    check(
        &[track(0, Control::AUDIO, "00:02:00")],
        "10:00:00",
        "track number 0 is outside 1 to 99",
    );
    check(
        &[
            track(99, Control::AUDIO, "00:02:00"),
            track(100, Control::AUDIO, "00:08:00"),
        ],
        "10:00:00",
        "track number 100 is outside 1 to 99",
    );
    check(
        &[one, track(3, Control::AUDIO, "00:08:00")],
        "10:00:00",
        "track 3 stands where track 2 belongs: numbers must run without a gap",
    );
    check(
        &[one, track(2, Control::AUDIO, "00:02:00")],
        "10:00:00",
        "track 2 starts at 00:02:00, not after the start 00:02:00 of the track before it",
    );
    check(
        &[one],
        "00:02:00",
        "lead-out starts at 00:02:00, not after the start 00:02:00 of the track before it",
    );
    check(
        &[one],
        "97:00:00",
        "lead-out starts at 97:00:00, an address of the lead-in: the last it can have is 89:59:74",
    );
    check(
        &[track(1, Control::AUDIO, "99:59:74")],
        "10:00:00",
        "track 1 starts at 99:59:74, an address of the lead-in: the last it can have is 89:59:74",
    );
}

#[test]
fn a_lead_in_reads_back_equal() {
    let mut shuffled = frames(&mixed());
    shuffled.reverse();
    shuffled.extend(frames(&mixed()));
    // What a collector passes over: a bad CRC, a program frame, an ADR 5 frame, an open point.
    let mut bad_crc = shuffled[0];
    bad_crc.0[7] ^= 1;
    let program = QFrame::with_crc([0x41, 1, 1, 0, 0, 0, 0, 0, 2, 0]);
    let adr_5 = QFrame::with_crc([0x45, 0, 0xB0, 0, 0, 0, 0, 0, 0, 0]);
    let open = QFrame::with_crc([0x41, 0, 0xB0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF]);
    shuffled.extend([bad_crc, program, adr_5, open]);
    assert_eq!(collect(&shuffled), Ok(mixed()));

    let mut collector = TocCollector::default();
    shuffled.iter().for_each(|frame| collector.push(frame));
    assert_eq!(collector.n_frames(), 13);
}

#[test]
fn what_is_missing_is_said() {
    let check = |gone: u8, expect: &str| {
        let left: Vec<_> = frames(&mixed())
            .into_iter()
            .filter(|frame| frame.0[2] != gone)
            .collect();
        assert_eq!(collect(&left).unwrap_err().to_string(), expect);
    };
    check(0xA0, "lead-in has no readable point A0h (first track)");
    check(0xA1, "lead-in has no readable point A1h (last track)");
    check(0xA2, "lead-in has no readable point A2h (lead-out start)");
    check(
        3,
        "lead-in has no readable point for track 3, tracks 1 to 3 are announced",
    );
    assert_eq!(collect(&[]), Err(TocError::Empty));
    assert_eq!(collect(&[QFrame([0; 12])]), Err(TocError::Empty));
}

#[test]
fn what_contradicts_is_said() {
    let check = |extra: [u8; 10], expect: &str| {
        let mut all = frames(&mixed());
        all.push(QFrame::with_crc(extra));
        assert_eq!(collect(&all).unwrap_err().to_string(), expect);
    };
    let differs = "two frames with right CRC differ";
    check(
        [0x41, 0, 2, 0x97, 0, 0, 0, 0x10, 0, 0],
        &std::format!("lead-in contradicts itself at point 02h: {differs}"),
    );
    check(
        [0x41, 0, 0xA2, 0x97, 0, 0, 0, 0x10, 0, 0],
        &std::format!("lead-in contradicts itself at point A2h: {differs}"),
    );
    check(
        [0x41, 0, 0xA0, 0x97, 0, 0, 0, 1, 0x20, 0],
        &std::format!("lead-in contradicts itself at point A0h: {differs}"),
    );
    check(
        [0x41, 0, 4, 0x97, 0, 0, 0, 0x10, 0, 0],
        "lead-in has a point for track 4, tracks 1 to 3 are announced",
    );
    check(
        [0x41, 0, 4, 0x97, 0, 0, 0, 0x10, 0xA0, 0],
        "point 04h of the lead-in: track start of a point: \
         second byte A0h is not binary-coded decimal (each digit 0 to 9)",
    );
    let first_after_last = [
        QFrame::with_crc([0x01, 0, 0xA0, 0x97, 0, 0, 0, 2, 0, 0]),
        QFrame::with_crc([0x01, 0, 0xA1, 0x97, 0, 0, 0, 1, 0, 0]),
        QFrame::with_crc([0x01, 0, 0xA2, 0x97, 0, 0, 0, 9, 0, 0]),
    ];
    assert_eq!(
        collect(&first_after_last),
        Err(TocError::Reversed { first: 2, last: 1 })
    );
}

#[test]
fn equality_is_of_what_counts() {
    let toc = mixed();
    let mut tracks: Vec<_> = toc.tracks().collect();
    assert_eq!(Toc::new(toc.disc_type(), &tracks, toc.lead_out()), Ok(toc));
    assert_eq!(toc.track(2), Some(tracks[1]));
    assert_eq!(toc.track(4), None);
    tracks[1].control = Control::PRE_EMPHASIS;
    assert_ne!(
        Toc::new(toc.disc_type(), &tracks, toc.lead_out()).unwrap(),
        toc
    );
    assert_ne!(
        Toc::new(toc.disc_type(), &tracks[..2], toc.lead_out()).unwrap(),
        toc
    );
}

#[test]
fn a_table_prints_as_one() {
    assert_eq!(
        mixed().to_string(),
        "CD-DA or CD-ROM, tracks 1 to 3\n\
         track 01  00:02:00  lba      0  data\n\
         track 02  10:00:00  lba  44850  audio\n\
         track 03  14:30:74  lba  65174  audio, copy permitted\n\
         lead-out  20:00:00  lba  89850"
    );
}

proptest! {
    #[test]
    fn every_table_reads_back(
        first in 1..=99_u8,
        lengths in proptest::collection::vec((1..4_000_u32, 0..16_u8), 1..=99),
        disc_type in any::<u8>(),
    ) {
        let mut next = Lba::ZERO;
        let mut tracks = Vec::new();
        for (number, (length, control)) in (first..=99).zip(lengths) {
            let start = next.to_msf();
            tracks.push(TocTrack { track: number, control: Control(control), start });
            next = next.add(Sectors::new(length).unwrap()).unwrap();
        }
        let toc = Toc::new(DiscType(disc_type), &tracks, next.to_msf()).unwrap();
        prop_assert_eq!((toc.first_track(), toc.n_tracks()), (first, tracks.len()));
        prop_assert!(toc.tracks().eq(tracks.iter().copied()));
        prop_assert_eq!(collect(&frames(&toc)), Ok(toc));
    }
}
