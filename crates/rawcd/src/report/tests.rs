use cd_address::{LbaRange, Sectors};
use cd_writer::{Difference, Fault, FaultCause, Unreadable};

use super::*;
use crate::output::tests::Printed;
use crate::tests::check_documented;

fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

fn fault(what: &str) -> Fault {
    Fault {
        command: "READ CD",
        cdb: String::new(),
        cause: FaultCause::Answer(what.to_owned()),
    }
}

fn equal() -> VerifyReport {
    VerifyReport {
        range: LbaRange::new(Lba::ZERO, Sectors::new(100).unwrap()).unwrap(),
        n_equal: 100,
        n_different: [0; 4],
        differences: Vec::new(),
        n_unreadable: 0,
        unreadable: Vec::new(),
        without_subcode: None,
        without_pregap: None,
        without_rw: false,
    }
}

/// Two sectors different, in three places; thirty unreadable.
fn different() -> VerifyReport {
    VerifyReport {
        n_equal: 68,
        n_different: [1, 0, 2, 0],
        differences: [(5, Layer::Main), (5, Layer::Q), (6, Layer::Q)]
            .map(|(at, layer)| Difference {
                lba: lba(at),
                layer,
            })
            .to_vec(),
        n_unreadable: 30,
        unreadable: (50..80)
            .map(|at| Unreadable {
                lba: lba(at),
                fault: fault("nothing came"),
            })
            .collect(),
        ..equal()
    }
}

fn shown(report: &VerifyReport, json: bool) -> (Printed, Option<Failure>) {
    let (output, printed) = Output::printed(json);
    let result = verified(report, &output);
    (printed, result.err())
}

#[test]
fn an_equal_disc_is_one_line() {
    let (printed, failure) = shown(&equal(), false);
    assert!(failure.is_none());
    assert_eq!(
        printed.lines(),
        ["all 100 sectors from lba 0 read back equal (main channel and P-W)"]
    );
}

#[test]
fn what_was_not_compared_is_said() {
    let report = VerifyReport {
        without_subcode: Some(fault("no subcode")),
        without_pregap: Some(fault("no pregap")),
        ..equal()
    };
    let (printed, failure) = shown(&report, false);
    assert!(failure.is_none());
    assert_eq!(
        printed.lines(),
        [
            "note: subcode was not compared: READ CD: the answer makes no sense: no subcode",
            "note: the first pregap was not compared: READ CD: the answer makes no sense: no pregap",
            "all 100 sectors from lba 0 read back equal (main channel)",
        ]
    );
}

#[test]
fn differences_are_counted_by_layer_and_the_first_are_named() {
    let (printed, failure) = shown(&different(), false);
    let failure = failure.unwrap();
    assert_eq!(failure.exit, Exit::VerifyDiffers);
    assert_eq!(
        failure.what,
        "68 of 100 sectors read back equal; different: 1 in main, 2 in q; unreadable: 30"
    );
    let lines = printed.lines();
    assert_eq!(lines.len(), 3 + MAX_LINES);
    assert_eq!(lines[1], "differs at lba 5: q");
    assert_eq!(
        lines[3],
        "cannot read lba 50: READ CD: the answer makes no sense: nothing came"
    );
}

#[test]
fn json_names_every_difference_as_documented() {
    let (printed, _) = shown(&different(), true);
    let events = printed.events();
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!(
        ["verified", "different", "unreadable"].map(count),
        [1, 3, 30]
    );
    for name in ["different", "unreadable"] {
        let (output, printed) = Output::printed(true);
        for event in events.iter().filter(|event| event["event"] == name) {
            output.event(name, event.clone());
        }
        check_documented(&printed, name);
    }
}

#[test]
fn each_phase_is_begun_once() {
    let (mut output, printed) = Output::printed(true);
    let told = |action, done| Progress {
        action,
        range: equal().range,
        last_read: None,
        last_done: Some(lba(done)),
        buffer_total: 0,
        buffer_used: 0,
        elapsed: std::time::Duration::ZERO,
        remaining: None,
    };
    for (action, done) in [
        (Action::Preparing, 0),
        (Action::Writing, 0),
        (Action::Writing, 1),
        (Action::Writing, 99),
        (Action::Finishing, 99),
        (Action::Finishing, 99),
        (Action::Verifying, 9),
    ] {
        progress(&told(action, done), &mut output);
    }
    let phases: Vec<_> = printed
        .events()
        .iter()
        .map(|event| {
            (
                event["phase"].as_str().unwrap().to_owned(),
                event["done"].clone(),
            )
        })
        .collect();
    let expected = [
        (PREPARING, 1),
        (WRITING, 1),
        (WRITING, 100),
        (FINISHING, 100),
        (VERIFYING, 10),
    ];
    assert_eq!(
        phases,
        expected.map(|(phase, done)| (phase.to_owned(), done.into()))
    );
}
