use std::string::ToString;

use proptest::prelude::*;

use crate::*;

fn msf(text: &str) -> cd_address::Msf {
    text.parse().unwrap()
}

#[test]
fn points_of_a_first_session_encode_and_decode() {
    let check = |point: Multisession, payload: [u8; 10]| {
        let frame = point.encode(Control::DATA);
        assert_eq!(frame, QFrame::with_crc(payload));
        assert_eq!(frame.multisession(), Some(Ok(point)));
        assert_eq!(frame.decode(), Ok(Q::Other(frame)));
        assert!(frame.findings().is_empty());
    };
    check(
        Multisession::NextProgram {
            next: Some(msf("06:28:35")),
            n_pointers: 2,
            outermost_lead_out: msf("79:59:73"),
        },
        [0x45, 0, 0xB0, 0x06, 0x28, 0x35, 2, 0x79, 0x59, 0x73],
    );
    check(
        Multisession::FirstLeadIn {
            special: [0xA0, 0x40, 0, 0],
            start: msf("97:34:23"),
        },
        [0x45, 0, 0xC0, 0xA0, 0x40, 0, 0, 0x97, 0x34, 0x23],
    );
    check(
        Multisession::NextProgram {
            next: None,
            n_pointers: 1,
            outermost_lead_out: msf("79:59:73"),
        },
        [0x45, 0, 0xB0, 0xFF, 0xFF, 0xFF, 1, 0x79, 0x59, 0x73],
    );
    check(
        Multisession::Other {
            point: Point::ATIP_COPY,
            bytes: [1, 2, 3, 4, 5, 6, 7],
        },
        [0x45, 0, 0xC1, 1, 2, 3, 4, 5, 6, 7],
    );
}

#[test]
fn frames_of_other_kinds_are_not_taken_for_points() {
    let frame = |head, tno| QFrame::with_crc([head, tno, 0xB0, 0, 2, 0, 0, 0, 2, 0]);
    assert_eq!(frame(0x41, 0).multisession(), None, "ADR 1");
    assert_eq!(frame(0x45, 0xAA).multisession(), None, "lead-out");
    assert!(matches!(frame(0x45, 0).multisession(), Some(Ok(_))));
}

#[test]
fn a_time_that_is_none_is_named() {
    let check = |point: u8, offset: usize, text: &str| {
        let mut payload = [0x45, 0, point, 0, 2, 0, 2, 0x79, 0x59, 0x73];
        payload[offset] = 0x6A;
        let error = QFrame::with_crc(payload)
            .multisession()
            .unwrap()
            .unwrap_err();
        assert_eq!(error.to_string(), text);
    };
    let not = "byte 6Ah is not binary-coded decimal (each digit 0 to 9)";
    check(
        0xB0,
        3,
        &std::format!("next program area of point B0h: minute {not}"),
    );
    check(
        0xB0,
        9,
        &std::format!("outermost lead-out of point B0h: frame {not}"),
    );
    check(
        0xC0,
        8,
        &std::format!("first lead-in of point C0h: second {not}"),
    );
}

#[test]
fn points_have_names() {
    let check = |point: Point, expect: &str| assert_eq!(point.to_string(), expect);
    check(Point::FIRST_TRACK, "point A0h (first track)");
    check(Point::NEXT_PROGRAM, "point B0h (next program area)");
    check(Point(0xB4), "point B4h (tracks to skip)");
    check(Point(0x17), "point 17h");
    assert_eq!((Point(0x17).track(), Point(0x1A).track()), (Some(17), None));
}

proptest! {
    #[test]
    fn any_bytes_decode_and_come_back_or_are_refused(point in any::<u8>(), bytes in any::<[u8; 7]>()) {
        let [a, b, c, d, e, f, g] = bytes;
        let frame = QFrame::with_crc([0x45, 0, point, a, b, c, d, e, f, g]);
        match frame.multisession() {
            Some(Ok(decoded)) => prop_assert_eq!(decoded.encode(Control::DATA), frame),
            Some(Err(_)) => prop_assert!(matches!(point, 0xB0 | 0xC0)),
            None => prop_assert!(false),
        }
    }
}
