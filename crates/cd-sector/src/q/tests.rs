use std::string::ToString;
use std::vec::Vec;

use cd_address::{AddressError, MsfField};
use proptest::prelude::*;

use crate::*;

fn frame(hex: &str) -> QFrame {
    let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
    let bytes: Vec<u8> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    QFrame(bytes.try_into().unwrap())
}

/// Ten bytes without the CRC.
fn payload(hex: &str) -> QFrame {
    let bytes = frame(&(hex.to_string() + "0000"));
    Q::Other(bytes).encode()
}

fn msf(text: &str) -> cd_address::Msf {
    text.parse().unwrap()
}

fn rel(text: &str) -> cd_address::RelMsf {
    text.parse().unwrap()
}

#[test]
fn crc_is_the_catalogues_gsm() {
    assert_eq!(super::CRC.checksum(b"123456789"), 0xCE3C);
}

#[test]
fn frames_of_real_discs_decode_and_encode() {
    let check = |hex: &str, expect: Q| {
        let frame = frame(hex);
        assert!(frame.crc_ok(), "{hex}");
        assert_eq!(frame.decode(), Ok(expect), "{hex}");
        assert_eq!(expect.encode(), frame, "{hex}");
    };
    let toc = |point, running| Q::Toc {
        control: Control::AUDIO,
        point,
        running: msf(running),
    };
    let position = |track, index, relative, absolute| Q::Position {
        control: Control::AUDIO,
        track,
        index,
        relative: rel(relative),
        absolute: msf(absolute),
    };
    check(
        "0100A0980612 00 010000 E374",
        toc(
            TocPoint::FirstTrack {
                track: 1,
                disc_type: DiscType::CD_ROM_OR_DA,
            },
            "98:06:12",
        ),
    );
    check(
        "0100A1980614 00 130000 4421",
        toc(TocPoint::LastTrack { track: 13 }, "98:06:14"),
    );
    check(
        "0100A2980617 00 704073 E385",
        toc(
            TocPoint::LeadOut {
                start: msf("70:40:73"),
            },
            "98:06:17",
        ),
    );
    check(
        "010001980620 00 000200 3B71",
        toc(
            TocPoint::Track {
                track: 1,
                start: msf("00:02:00"),
            },
            "98:06:20",
        ),
    );
    check(
        "012200000000 00 801910 61A1",
        position(22, 0, "00:00:00", "80:19:10"),
    );
    check(
        "012201000000 00 801911 3653",
        position(22, 1, "00:00:00", "80:19:11"),
    );
    check(
        "01220100 0001 00 801912 AC61",
        position(22, 1, "00:00:01", "80:19:12"),
    );
    check(
        "015401032941 00 641001 0D09",
        position(54, 1, "03:29:41", "64:10:01"),
    );
    check(
        "012300000158 00 801727 BD86",
        position(23, 0, "00:01:58", "80:17:27"),
    );
}

#[test]
fn mcn_and_isrc_frames_are_as_other_writers_make_them() {
    let mcn = Q::Mcn {
        control: Control::AUDIO,
        mcn: "1234567890128".parse().unwrap(),
        absolute_frame: 42,
    };
    assert_eq!(mcn.encode(), payload("02123456789012800042"));
    assert_eq!(mcn.encode().decode(), Ok(mcn));
    let isrc = Q::Isrc {
        control: Control::AUDIO,
        isrc: "US-ABC-02-12345".parse().unwrap(),
        absolute_frame: 74,
    };
    assert_eq!(isrc.encode(), payload("039634524C0212345074"));
    assert_eq!(isrc.encode().decode(), Ok(isrc));
}

#[test]
fn lead_out_and_open_frames() {
    let lead_out = Q::LeadOut {
        control: Control::DATA,
        index: 1,
        relative: rel("00:00:10"),
        absolute: msf("05:00:10"),
    };
    assert_eq!(lead_out.encode(), payload("41AA0100001000050010"));
    assert_eq!(lead_out.encode().decode(), Ok(lead_out));

    let b0 = payload("4500B002260000602233");
    assert_eq!(b0.decode(), Ok(Q::Other(b0)));
    assert_eq!(b0.adr(), 5);

    let open_point = payload("4100B1982700 01 020304".replace(' ', "").as_str());
    let expect = Q::Toc {
        control: Control::DATA,
        point: TocPoint::Other {
            point: 0xB1,
            bytes: [1, 2, 3, 4],
        },
        running: msf("98:27:00"),
    };
    assert_eq!(open_point.decode(), Ok(expect));
    assert_eq!(expect.encode(), open_point);
}

#[test]
fn faults_are_named() {
    let check = |hex: &str, expect: QError, text: &str| {
        let error = payload(hex).decode().unwrap_err();
        assert_eq!(error, expect, "{hex}");
        assert_eq!(error.to_string(), text, "{hex}");
    };
    let legal = "is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)";
    check(
        "010A0100000000000000",
        QError::Field {
            field: QField::Track,
            byte: 0x0A,
        },
        &std::format!("track number byte 0Ah {legal}"),
    );
    check(
        "0101FF00000000000000",
        QError::Field {
            field: QField::Index,
            byte: 0xFF,
        },
        &std::format!("index byte FFh {legal}"),
    );
    check(
        "01010100600000000000",
        QError::Time {
            field: QField::Relative,
            error: AddressError::FieldOutOfRange {
                field: MsfField::Second,
                value: 60,
            },
        },
        "relative time: second 60 is above its limit 59",
    );
    check(
        "0101010000000000007A",
        QError::Time {
            field: QField::Absolute,
            error: AddressError::NotBcd {
                field: MsfField::Frame,
                byte: 0x7A,
            },
        },
        "absolute time: frame byte 7Ah is not binary-coded decimal (each digit 0 to 9)",
    );
    check(
        "0100A098061200000000",
        QError::Field {
            field: QField::FirstTrack,
            byte: 0,
        },
        &std::format!("first track of point A0h byte 00h {legal}"),
    );
    check(
        "02123456789012800075",
        QError::Field {
            field: QField::AbsoluteFrame,
            byte: 0x75,
        },
        &std::format!("absolute frame byte 75h {legal}"),
    );
    check(
        "02123456789012900000",
        QError::Mcn(McnError::CheckDigit {
            expected: 8,
            got: 9,
        }),
        "media catalogue number ends with 9, its check digit is 8",
    );
    check(
        "03000000000000000000",
        QError::Isrc(IsrcError::Character {
            position: 1,
            part: IsrcPart::Country,
        }),
        "character 1 of the ISRC is not allowed there (country, letters A to Z)",
    );
}

#[test]
fn stray_bits_do_not_hide_a_position() {
    // Writers exist that leave a byte of the last MCN frame in ZERO, with a CRC that fits.
    let stray = payload("01220100000112801912");
    let clean = frame("01220100 0001 00 801912 AC61");
    assert_eq!(stray.decode(), clean.decode());
    assert_ne!(stray.decode().unwrap().encode(), stray);
}

#[test]
fn numbers_without_a_code_are_written_as_no_number() {
    let position = |track, index| {
        let q = Q::Position {
            control: Control::DATA,
            track,
            index,
            relative: rel("00:00:00"),
            absolute: msf("00:02:00"),
        };
        q.encode().0
    };
    for track in [0, 100, 170, 255] {
        assert_eq!(position(track, 1)[1], 0xFF);
    }
    assert_eq!(position(1, 100)[2], 0xFF);
    let mcn = Q::Mcn {
        control: Control(0xFF),
        mcn: "0000000000000".parse().unwrap(),
        absolute_frame: 75,
    };
    assert_eq!(mcn.encode().0[9], 0xFF);
    assert_eq!(mcn.encode().0[0], 0xF2);
}

#[test]
fn control_in_words() {
    let check = |control: Control, expect: &str| assert_eq!(control.to_string(), expect);
    check(Control::AUDIO, "audio");
    check(
        Control::DATA | Control::COPY_PERMITTED,
        "data, copy permitted",
    );
    check(Control::PRE_EMPHASIS, "audio, pre-emphasis");
    check(Control::DATA | Control::PRE_EMPHASIS, "data, incremental");
    check(Control(8), "audio, four channels");
    assert!(!Control(0xF0).is_data());
}

#[test]
fn every_single_bit_error_breaks_the_crc() {
    let good = frame("012201000000 00 801911 3653");
    for bit in 0..96 {
        let mut bad = good;
        bad.0[bit / 8] ^= 1 << (bit % 8);
        assert!(!bad.crc_ok(), "bit {bit}");
    }
}

prop_compose! {
    fn any_msf()(minute in 0..100_u8, second in 0..60_u8, frame in 0..75_u8) -> cd_address::Msf {
        cd_address::Msf::new(minute, second, frame).unwrap()
    }
}

prop_compose! {
    fn any_rel()(minute in 0..100_u8, second in 0..60_u8, frame in 0..75_u8) -> cd_address::RelMsf {
        cd_address::RelMsf::new(minute, second, frame).unwrap()
    }
}

prop_compose! {
    fn any_mcn()(digits in any::<[u8; 12]>()) -> Mcn {
        let mut all = [0; 13];
        for (digit, any) in all.iter_mut().zip(digits) {
            *digit = any % 10;
        }
        let [right] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].into_iter().filter_map(|last| {
            all[12] = last;
            Mcn::new(all).ok()
        }).collect::<Vec<_>>().try_into().unwrap();
        right
    }
}

fn any_isrc() -> impl Strategy<Value = Isrc> {
    "[A-Z]{2}[A-Z0-9]{3}[0-9]{7}".prop_map(|text| text.parse().unwrap())
}

fn any_point() -> impl Strategy<Value = TocPoint> {
    prop_oneof![
        (1..100_u8, any::<u8>()).prop_map(|(track, disc_type)| TocPoint::FirstTrack {
            track,
            disc_type: DiscType(disc_type)
        }),
        (1..100_u8).prop_map(|track| TocPoint::LastTrack { track }),
        any_msf().prop_map(|start| TocPoint::LeadOut { start }),
        (1..100_u8, any_msf()).prop_map(|(track, start)| TocPoint::Track { track, start }),
        (0xA3..=0xFF_u8, any::<[u8; 4]>())
            .prop_map(|(point, bytes)| TocPoint::Other { point, bytes }),
    ]
}

fn any_q() -> impl Strategy<Value = Q> {
    let control = || (0..16_u8).prop_map(Control);
    prop_oneof![
        (control(), any_point(), any_msf()).prop_map(|(control, point, running)| Q::Toc {
            control,
            point,
            running
        }),
        (control(), 1..100_u8, 0..100_u8, any_rel(), any_msf()).prop_map(
            |(control, track, index, relative, absolute)| Q::Position {
                control,
                track,
                index,
                relative,
                absolute
            }
        ),
        (control(), 0..100_u8, any_rel(), any_msf()).prop_map(
            |(control, index, relative, absolute)| Q::LeadOut {
                control,
                index,
                relative,
                absolute
            }
        ),
        (control(), any_mcn(), 0..75_u8).prop_map(|(control, mcn, absolute_frame)| Q::Mcn {
            control,
            mcn,
            absolute_frame
        }),
        (control(), any_isrc(), 0..75_u8).prop_map(|(control, isrc, absolute_frame)| Q::Isrc {
            control,
            isrc,
            absolute_frame
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_decodes(q in any_q()) {
        let frame = q.encode();
        prop_assert!(frame.crc_ok());
        prop_assert_eq!(frame.decode(), Ok(q));
    }

    #[test]
    fn any_bytes_decode_or_are_refused(bytes in any::<[u8; 12]>(), adr in 0..6_u8) {
        let mut bytes = bytes;
        bytes[0] = bytes[0] & 0xF0 | adr;
        if let Ok(q) = QFrame(bytes).decode() {
            let again = q.encode();
            prop_assert!(again.crc_ok());
            prop_assert_eq!(again.decode().map(|q| q.encode()), Ok(again));
        }
    }
}
