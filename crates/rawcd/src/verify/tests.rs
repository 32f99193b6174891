use cd_address::{LbaRange, Sectors};
use cd_writer::{Fault, FaultCause, Habit, MainPart};

use super::*;
use crate::output::tests::Printed;
use crate::tests::check_documented;

fn range(start: i32, count: u32) -> LbaRange {
    LbaRange::new(Lba::new(start).unwrap(), Sectors::new(count).unwrap()).unwrap()
}

/// A disc without MCN, ISRC and CD-Text, equal in all else.
fn equal() -> VerifyReport {
    let layers = Layer::ALL.map(|layer| LayerReport {
        layer,
        n_equal: match layer {
            Layer::Toc => 4,
            Layer::Main | Layer::P | Layer::Q | Layer::Rw => 100,
            Layer::Mcn | Layer::Isrc | Layer::CdText => 0,
        },
        n_equal_later: 0,
        n_different: 0,
        n_unreadable: 0,
        n_at_edges: 0,
        n_withheld: 0,
        most_readings: 0,
        read_once_from: None,
        not_compared: None,
    });
    VerifyReport {
        range: range(0, 100),
        options: VerifyOptions::STRICT,
        layers,
        findings: Vec::new(),
        n_findings: [0; 8],
        habits: Vec::new(),
        without_pregap: None,
    }
}

fn finding(layer: Layer) -> VerifyFinding {
    VerifyFinding {
        layer,
        kind: FindingKind::Different,
        range: Some(range(5, 1)),
        track: Some(1),
        parts: [].into_iter().collect(),
        byte: Some(7),
        expected: "01h".to_owned(),
        got: "02h (1 byte differs)".to_owned(),
        n_readings: 9,
    }
}

fn different() -> VerifyReport {
    let mut report = equal();
    let main = &mut report.layers[Layer::Main as usize];
    (main.n_equal, main.n_equal_later, main.most_readings) = (90, 4, 3);
    (main.n_different, main.n_unreadable) = (1, 5);
    report.layers[Layer::CdText as usize].n_different = 1;
    report.findings = vec![
        VerifyFinding {
            parts: [MainPart::UserData, MainPart::Edc].into_iter().collect(),
            ..finding(Layer::Main)
        },
        VerifyFinding {
            kind: FindingKind::Unreadable,
            range: Some(range(50, 5)),
            byte: None,
            expected: String::new(),
            got: "READ CD: nothing came".to_owned(),
            n_readings: 1,
            ..finding(Layer::Main)
        },
        VerifyFinding {
            range: None,
            track: None,
            n_readings: 1,
            ..finding(Layer::CdText)
        },
    ];
    report.n_findings = [0, 2, 0, 0, 0, 0, 0, 1];
    report.habits = vec![Habit::AudioOffset {
        samples: -6,
        is_accepted: false,
    }];
    report
}

fn shown(report: &VerifyReport, json: bool) -> (Printed, Option<Failure>) {
    let (output, printed) = Output::printed(json);
    let result = told(report, &output);
    (printed, result.err())
}

#[test]
fn an_equal_disc_is_told_layer_by_layer() {
    let (printed, failure) = shown(&equal(), false);
    assert!(failure.is_none());
    assert_eq!(
        printed.lines(),
        [
            "TOC          4 points: 4 equal",
            "main channel 100 sectors: 100 equal",
            "P            100 sectors: 100 equal",
            "Q            100 frames: 100 equal",
            "MCN          none, in the image or on the disc",
            "ISRC         none, in the image or on the disc",
            "R-W          100 sectors: 100 equal",
            "CD-Text      none, in the image or on the disc",
            "all 100 sectors from lba 0 and all that the drive tells of the disc read back equal",
        ]
    );
}

#[test]
fn what_differs_is_counted_and_named() {
    let (printed, failure) = shown(&different(), false);
    let failure = failure.unwrap();
    assert_eq!(failure.exit, Exit::VerifyDiffers);
    assert_eq!(
        failure.what,
        "the disc differs from the image: main channel, 1 different, 5 unreadable of 100 sectors; \
         CD-Text, 1 different of 1 packs"
    );
    let lines = printed.lines();
    assert_eq!(
        lines[1],
        "main channel 100 sectors: 90 equal, 4 equal after up to 3 readings, 1 different, 5 unreadable"
    );
    assert_eq!(
        lines[8..],
        [
            "  main channel 00:02:05 (lba 5), track 1, different in user data, EDC in 9 readings, from byte 7: 02h \
             (1 byte differs); expected: 01h",
            "  main channel 00:02:50 (lba 50 to 54, 5 sectors), track 1, unreadable: READ CD: nothing came",
            "  CD-Text      different, from byte 7: 02h (1 byte differs); expected: 01h",
            "drive: sound is read 6 samples too late, the offsets of reading and writing together: not accepted",
        ]
    );
}

#[test]
fn the_list_for_people_is_short() {
    let mut report = different();
    report.findings = vec![finding(Layer::Main); 200];
    report.n_findings[1] = 300;
    let (printed, _) = shown(&report, false);
    let lines = printed.lines();
    assert_eq!(lines.len(), 8 + MAX_LINES + 1 + 1);
    assert_eq!(lines[8 + MAX_LINES], "  ... 261 more");
}

#[test]
fn what_was_not_compared_is_no_success() {
    let mut report = equal();
    let why = "READ CD: no".to_owned();
    report.layers[Layer::Rw as usize].not_compared = Some(why);
    report.layers[Layer::Rw as usize].n_equal = 0;
    report.layers[Layer::Main as usize].n_withheld = 2;
    let (printed, failure) = shown(&report, false);
    let failure = failure.unwrap();
    assert_eq!(failure.exit, Exit::NotAllCompared);
    assert_eq!(
        failure.what,
        "nothing differs, but not compared: 2 sectors of the main channel (the image's own codes do not fit, and no \
         drive gives them); R-W (READ CD: no)"
    );
    let lines = printed.lines();
    assert_eq!(lines[6], "R-W          not compared: READ CD: no");
    assert_eq!(lines[1], "main channel 100 sectors: 100 equal, 2 withheld");
}

#[test]
fn json_has_all_of_it_as_documented() {
    let (printed, _) = shown(&different(), true);
    let events = printed.events();
    for (name, n) in [
        ("layer", 8),
        ("difference", 3),
        ("habit", 1),
        ("verified", 1),
    ] {
        let (output, printed) = Output::printed(true);
        let of_kind = events.iter().filter(|event| event["event"] == name);
        for event in of_kind.clone() {
            output.event(name, event.clone());
        }
        assert_eq!(of_kind.count(), n, "{name}");
        check_documented(&printed, name);
    }
}

#[test]
fn a_comparison_without_a_result_has_the_code_of_its_cause() {
    let gone = Fault {
        command: "READ CD",
        cdb: String::new(),
        cause: FaultCause::Answer("nothing came".to_owned()),
    };
    for (error, exit) in [
        (VerifyError::Cancelled, Exit::CancelledUntouched),
        (VerifyError::Drive(gone), Exit::DiscUnreadable),
        (VerifyError::NothingToCompare, Exit::ImageNotSupported),
        (VerifyError::NoToc(String::new()), Exit::ImageNotSupported),
    ] {
        let failure = not_compared(&error);
        assert_eq!(failure.exit, exit, "{error}");
        assert!(failure.advice.is_some(), "{error}");
    }
}

#[test]
fn options_without_verify_are_a_mistake() {
    let none = VerifyOptionArgs {
        rereads: None,
        q_tolerance: None,
        accept: Vec::new(),
    };
    assert!(none.refuse_without_verify().is_ok());
    assert_eq!(none.options(), VerifyOptions::STRICT);
    let some = VerifyOptionArgs {
        accept: vec![AcceptArg::AudioOffset],
        ..none
    };
    assert!(some.refuse_without_verify().is_err());
    assert!(some.options().accept_audio_offset);
}
