use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use crate::*;

fn payload(hex: &str) -> [u8; 10] {
    let digits: String = hex.split_whitespace().collect();
    let byte = |i: usize| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap();
    core::array::from_fn(byte)
}

fn texts(frame: &QFrame) -> Vec<String> {
    frame
        .findings()
        .iter()
        .map(|finding| finding.to_string())
        .collect()
}

fn check(hex: &str, expect: &[&str]) {
    assert_eq!(texts(&QFrame::with_crc(payload(hex))), expect, "{hex}");
}

#[test]
fn frames_of_sound_discs_have_no_findings() {
    for hex in [
        "0100A0980612 00 010000",
        "0100A1980614 00 130000",
        "0100A2980617 00 704073",
        "010001980620 00 000200",
        "4100A0000000 00 012000",
        "012200000000 00 801910",
        "012201000000 00 801911",
        "012300000158 00 801727",
        "61AA01013074 00 801727",
        "02123456789012800042",
        "039634524C0212345074",
        "4500B0062835 02 795973",
        "4500C0A04000 00 973423",
    ] {
        check(hex, &[]);
    }
}

#[test]
fn the_crc_is_right_not_inverted_or_wrong() {
    let good = QFrame::with_crc(payload("012201000000 00 801911"));
    let mut frame = good;
    frame.0[10] = !frame.0[10];
    frame.0[11] = !frame.0[11];
    assert_eq!(
        texts(&frame),
        ["CRC is C9ACh, which is right but not inverted as on a disc"]
    );
    for bit in 0..16 {
        let mut frame = good;
        frame.0[10 + bit / 8] ^= 1 << (bit % 8);
        let (expected, got) = (0x3653, frame.crc());
        assert!(
            frame
                .findings()
                .iter()
                .eq([QFinding::Crc { expected, got }])
        );
    }
    assert_eq!(
        texts(&QFrame([0; 12])),
        ["Q is empty: all twelve bytes are zero, as where nobody filled in the subcode"]
    );
}

#[test]
fn each_field_of_a_position_is_looked_at() {
    let no = "is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)";
    check(
        "C1 1A F0 00 60 00 12 00 02 75",
        &[
            "CONTROL Ch is both data and four-channel audio, which is reserved",
            &std::format!("track number byte 1Ah {no}"),
            &std::format!("index byte F0h {no}"),
            "relative time: second 60 is above its limit 59",
            "ZERO (byte 6) is 12h",
            "absolute time: frame 75 is above its limit 74",
        ],
    );
    check(
        "41 AA 02 00 00 00 00 80 00 00",
        &["lead-out frame has INDEX 02h, the lead-out has index 01h only"],
    );
}

#[test]
fn each_field_of_a_point_is_looked_at() {
    let no = "is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)";
    check(
        "C1 00 A0 98 06 80 01 00 30 01",
        &[
            "CONTROL Ch is both data and four-channel audio, which is reserved",
            "running time: frame 80 is above its limit 74",
            "ZERO (byte 6) is 01h",
            &std::format!("first track of point A0h byte 00h {no}"),
            "point A0h says disc type 30h, known are 00h, 10h and 20h",
            "byte 9 is 01h, its reserved bits FFh are not zero",
        ],
    );
    check(
        "41 00 A1 98 06 00 00 AA 01 02",
        &[
            &std::format!("last track of point A1h byte AAh {no}"),
            "byte 8 is 01h, its reserved bits FFh are not zero",
            "byte 9 is 02h, its reserved bits FFh are not zero",
        ],
    );
    check(
        "41 00 A2 98 06 00 00 80 60 00",
        &["lead-out start of point A2h: second 60 is above its limit 59"],
    );
    check(
        "41 00 12 98 06 00 00 80 00 7F",
        &["track start of a point: frame byte 7Fh is not binary-coded decimal (each digit 0 to 9)"],
    );
    check(
        "41 00 B0 98 06 00 00 00 00 00",
        &["point B0h (next program area) is no point of ADR 1"],
    );
    check(
        "45 00 A0 98 06 00 00 00 00 00",
        &["point A0h (first track) is no point of ADR 5"],
    );
    check(
        "45 00 41 98 06 00 00 00 00 00",
        &["point 41h is no point of ADR 5"],
    );
}

#[test]
fn numbers_and_codes_are_looked_at() {
    check(
        "02 12 34 56 78 90 12 91 23 75",
        &[
            "media catalogue number ends with 9, its check digit is 8",
            "byte 7 is 91h, its reserved bits 0Fh are not zero",
            "byte 8 is 23h, its reserved bits FFh are not zero",
            "absolute frame byte 75h is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)",
        ],
    );
    check(
        "02 12 34 5F 78 90 12 80 00 00",
        &["digit 6 of the media catalogue number is not 0 to 9"],
    );
    check(
        "03 96 34 52 4F 02 12 34 51 74",
        &[
            "byte 4 is 4Fh, its reserved bits 03h are not zero",
            "byte 8 is 51h, its reserved bits 0Fh are not zero",
        ],
    );
    check(
        "03 00 00 00 00 02 12 34 50 7A",
        &[
            "character 1 of the ISRC is not allowed there (country, letters A to Z)",
            "absolute frame byte 7Ah is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)",
        ],
    );
    for adr in [0, 4, 6, 15] {
        let mut bytes = payload("41 01 01 00 00 00 00 00 02 00");
        bytes[0] = 0x40 | adr;
        assert!(
            QFrame::with_crc(bytes)
                .findings()
                .iter()
                .eq([QFinding::Adr { adr }])
        );
    }
}

proptest! {
    #[test]
    fn the_strict_reading_finds_at_least_what_decoding_refuses(bytes in any::<[u8; 12]>(), adr in 0..6_u8, tno in any::<u8>()) {
        let mut frame = QFrame(bytes);
        frame.0[0] = frame.0[0] & 0xF0 | adr;
        // The areas are as likely as all tracks together.
        if tno < 128 {
            frame.0[1] = [0, 0xAA, tno][usize::from(tno % 3)];
        }
        let findings = frame.findings();
        prop_assert_eq!(findings.is_empty(), findings.iter().count() == 0);
        prop_assert!(findings.into_iter().eq(findings.iter()));
        let has_field = findings.iter().any(|finding| matches!(finding, QFinding::Field(_)));
        match frame.decode() {
            Err(_) => prop_assert!(has_field),
            Ok(Q::Other(_)) => {}
            // The index of a lead-out, which has a finding of its own, is a number to the decoder.
            Ok(q) if findings.is_empty() => prop_assert_eq!(q.encode(), frame),
            Ok(_) => prop_assert!(!has_field),
        }
    }

    #[test]
    fn every_flipped_bit_of_a_sound_frame_is_found(bit in 0..96_usize) {
        let mut frame = QFrame::with_crc(payload("012201000000 00 801911"));
        frame.0[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!frame.findings().is_empty());
    }
}
