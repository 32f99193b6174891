use cd_mmc::{PreventAllowMediumRemoval, ReadDiscInformation, TestUnitReady};
use cd_transport::{SenseBytes, TransportError, TransportErrorKind, VirtualClock, check_request};

use super::*;

#[test]
fn data_is_copied_only_to_reach_its_alignment() {
    let mut buffer = AlignedBuffer::default();
    let bytes: Vec<u8> = (0..=255).collect();
    for alignment in [1, 2, 4, 512, 4096] {
        for start in 0..16 {
            let held = buffer.hold(&bytes[start..], alignment);
            assert_eq!(held, &bytes[start..]);
            assert!(held.as_ptr().addr().is_multiple_of(alignment));
            if alignment == 1 {
                assert_eq!(held.as_ptr(), bytes[start..].as_ptr());
            }
        }
    }
}

/// Answers from a list, and puts 7s into what it is given to fill.
struct Scripted {
    answers: Vec<Result<Completion, TransportError>>,
    alignment: usize,
}

impl Transport for Scripted {
    fn execute(
        &mut self,
        command: &[u8],
        mut data: Data<'_>,
        _timeout: Duration,
    ) -> Result<Completion, TransportError> {
        check_request(command, &data, self.limits())?;
        if let Data::In(bytes) = &mut data {
            bytes.fill(7);
        }
        self.answers.remove(0)
    }

    fn limits(&self) -> Limits {
        Limits {
            max_transfer: 65_536,
            alignment: self.alignment,
        }
    }

    fn description(&self) -> String {
        "script".to_owned()
    }
}

fn recorder(
    answers: impl IntoIterator<Item = Result<Completion, TransportError>>,
) -> Recorder<'static> {
    let script = Scripted {
        answers: answers.into_iter().collect(),
        alignment: 4096,
    };
    Recorder::new(script, Arc::new(VirtualClock::default()))
}

fn sense(key: u8, asc: u8, ascq: u8) -> SenseBytes {
    let mut bytes = [0; 18];
    (bytes[0], bytes[2], bytes[7], bytes[12], bytes[13]) = (0x70, key, 10, asc, ascq);
    SenseBytes::new(&bytes)
}

fn check_condition(sense: SenseBytes, transferred: usize) -> Completion {
    Completion {
        status: Status::CHECK_CONDITION,
        transferred,
        sense,
    }
}

#[test]
fn data_in_is_aligned_as_data_out() {
    for start in 0..3 {
        let mut recorder = recorder([Ok(Completion::good(34))]);
        let mut bytes = [0; 64];
        let command = ReadDiscInformation::standard(34).into();
        let place = &mut bytes[start..start + 34];
        let answer = recorder.send(&command, Data::In(place), ASK_TIMEOUT);
        assert!(answer.fault.is_none(), "{:?}", answer.fault);
        assert_eq!(&bytes[start..start + 34], [7; 34]);
        assert_eq!(bytes[start + 34], 0);
    }
}

#[test]
fn sense_counts_with_check_condition_alone() {
    let cause = |completion: Completion| {
        let mut recorder = recorder([Ok(completion)]);
        let answer = recorder.send(&TestUnitReady.into(), Data::None, ASK_TIMEOUT);
        answer.fault.map(|fault| fault.cause)
    };
    assert_eq!(cause(Completion::good(0)), None);
    // Sense data with GOOD is about something else.
    let informed = Completion {
        sense: sense(3, 0x11, 0),
        ..Completion::good(0)
    };
    assert_eq!(cause(informed), None);
    let refused = cause(check_condition(sense(5, 0x24, 0), 0));
    assert!(matches!(refused, Some(FaultCause::Sense(sense)) if sense.asc == 0x24));
    let mute = cause(check_condition(SenseBytes::EMPTY, 0));
    assert_eq!(mute, Some(FaultCause::Status(Status::CHECK_CONDITION)));
    let busy = Completion {
        status: Status::BUSY,
        transferred: 0,
        sense: sense(5, 0x24, 0),
    };
    assert_eq!(cause(busy), Some(FaultCause::Status(Status::BUSY)));
}

#[test]
fn questions_are_asked_until_there_is_an_answer() {
    let answers = [
        Ok(check_condition(sense(6, 0x28, 0), 0)),
        Ok(check_condition(sense(6, 0x29, 0), 0)),
        Ok(check_condition(sense(2, 4, 1), 0)),
        Ok(Completion {
            status: Status::BUSY,
            ..Completion::good(0)
        }),
        // Recovered, and no byte came.
        Ok(check_condition(sense(1, 0x17, 0), 0)),
        // Recovered, and here it is.
        Ok(check_condition(sense(1, 0x17, 0), 34)),
    ];
    let mut recorder = recorder(answers);
    let answer = recorder.ask(ReadDiscInformation::standard(36), 36).unwrap();
    assert_eq!(answer, [7; 34]);
}

#[test]
fn a_recovered_command_without_data_is_done() {
    let mut recorder = recorder([Ok(check_condition(sense(1, 0x17, 0), 0))]);
    recorder.ask(PreventAllowMediumRemoval::ALLOW, 0).unwrap();
}

#[test]
fn what_does_not_pass_is_not_waited_for() {
    for answer in [
        Ok(check_condition(sense(2, 0x3A, 0), 0)),
        Ok(check_condition(sense(5, 0x20, 0), 0)),
        Err(TransportError::new(TransportErrorKind::Timeout, "")),
    ] {
        let mut recorder = recorder([answer]);
        recorder.ask(TestUnitReady, 0).unwrap_err();
        assert_eq!(recorder.clock.now(), Duration::ZERO);
    }
}

#[test]
fn a_drive_that_never_becomes_ready_is_left_after_a_minute() {
    let answers = vec![Ok(check_condition(sense(2, 4, 1), 0)); 1000];
    let mut recorder = recorder(answers);
    recorder.ask(TestUnitReady, 0).unwrap_err();
    let waited = recorder.clock.now();
    let minute = Duration::from_secs(60);
    assert!((minute..minute * 2).contains(&waited), "{waited:?}");
}
