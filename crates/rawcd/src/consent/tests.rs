use std::io::Cursor;

use super::*;

#[test]
fn only_a_real_burn_that_nobody_agreed_to_is_asked_about() {
    for bits in 0..16_u8 {
        let [is_real, is_simulation, said_yes, can_be_asked] =
            [1, 2, 4, 8].map(|bit| bits & bit != 0);
        let circumstances = Circumstances {
            is_real,
            is_simulation,
            said_yes,
            can_be_asked,
        };
        let expected = match (is_real, is_simulation || said_yes, can_be_asked) {
            (false, ..) | (_, true, _) => Decision::GoOn,
            (true, false, true) => Decision::Ask,
            (true, false, false) => Decision::Refuse,
        };
        assert_eq!(circumstances.decision(), expected, "{circumstances:?}");
    }
}

#[test]
fn without_an_answer_a_real_disc_is_refused_with_a_sentence() {
    let circumstances = Circumstances {
        is_real: true,
        is_simulation: false,
        said_yes: false,
        can_be_asked: false,
    };
    let failure = require(Act::Write, circumstances, "/dev/sr0", &CancelToken::new()).unwrap_err();
    assert_eq!(failure.exit, Exit::NoConsent);
    assert_eq!(
        failure.what,
        "the disc in /dev/sr0 would be written, and nobody said yes"
    );
    assert_eq!(
        failure.advice.as_deref(),
        Some("The disc was not touched. --yes says it beforehand.")
    );
}

#[test]
fn only_yes_is_yes() {
    let check = |answer: &'static str, expect: Option<Exit>| {
        let got = ask(
            Act::Write,
            Cursor::new(answer),
            "/dev/sr0",
            &CancelToken::new(),
        );
        assert_eq!(got.err().map(|failure| failure.exit), expect, "{answer:?}");
    };
    check("yes\n", None);
    check(" YES \r\n", None);
    check("yes", None);
    check("y\n", Some(Exit::NoConsent));
    check("yes please\n", Some(Exit::NoConsent));
    check("\n", Some(Exit::NoConsent));
    check("", Some(Exit::NoConsent));
}

/// A terminal at which nobody types.
struct Silent;

impl io::Read for Silent {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        loop {
            thread::park();
        }
    }
}

#[test]
fn ctrl_c_ends_the_question() {
    let cancel = CancelToken::new();
    cancel.cancel();
    let failure = ask(Act::Erase, io::BufReader::new(Silent), "/dev/sr0", &cancel).unwrap_err();
    assert_eq!(failure.exit, Exit::CancelledUntouched);
}
