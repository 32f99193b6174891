use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use std::thread;
use std::time::Duration;

use super::probe::{RESERVED_OPCODE, TIMEOUT};
use super::*;
use crate::testing::{ILLEGAL_OPCODE, Spoiled, TestDevice};
use crate::wrapper::{
    Effect, FaultPlan, Faulty, Moment, Occasion, Record, Replay, Rule, TextSink, Trace,
};
use crate::{
    Completion, Data, SenseBytes, Status, TransportError, TransportErrorKind, VirtualClock,
};

type Answer = Result<Completion, TransportError>;

fn clock() -> Arc<VirtualClock> {
    Arc::default()
}

/// The clauses seen to be kept.
fn clauses(report: &ConformanceReport) -> Vec<u8> {
    let mut clauses: Vec<_> = report.checked.iter().map(|check| check.clause).collect();
    clauses.sort_unstable();
    clauses.dedup();
    clauses
}

/// Passes, with all that can be seen of a device that refuses what it should.
fn check_kept(transport: &mut dyn Transport) -> ConformanceReport {
    let report = conformance(transport).unwrap_or_else(|fault| panic!("{fault}"));
    assert_eq!(clauses(&report), [2, 3, 4, 5, 6, 7, 8, 10], "{report}");
    report
}

/// Fails at `clause`, with `got` in the text.
fn check_broken(clause: u8, got: &str, mut transport: impl Transport) {
    let fault = conformance(&mut transport).unwrap_err();
    assert_eq!(fault.clause, clause, "{fault}");
    assert!(fault.to_string().contains(got), "{fault}");
}

fn spoilt<F>(spoil: F) -> Spoiled<TestDevice, F>
where
    F: FnMut(&[u8], &mut Data<'_>, Answer) -> Answer + Send,
{
    Spoiled {
        inner: TestDevice::new(),
        spoil,
    }
}

fn with_limits(max_transfer: usize, alignment: usize) -> TestDevice {
    let mut device = TestDevice::new();
    device.limits = Limits {
        max_transfer,
        alignment,
    };
    device
}

#[test]
fn a_sound_device_keeps_the_contract_whatever_its_limits() {
    for alignment in [1, 2, 512, 4096, 1 << 20] {
        for max_transfer in [96, 4096, 100_001] {
            let report = check_kept(&mut with_limits(max_transfer, alignment));
            assert!(report.n_requests > 60);
            assert_eq!(report.description, "test device");
        }
    }
    let report = check_kept(&mut with_limits(usize::MAX, 1));
    let text = report.to_string();
    let line = "clause  3 not checked: a transfer past the limit would need too much memory";
    assert!(text.contains(line), "{text}");
}

#[test]
fn only_the_commands_named_are_sent() {
    let mut device = TestDevice::new();
    check_kept(&mut device);
    for command in device.commands {
        assert!(
            matches!(command[0], 0x00 | 0x03 | 0x12 | 0x6F),
            "{command:02X?}"
        );
    }
}

#[test]
fn the_wrappers_keep_the_contract() {
    let mut trace = Trace::new(TestDevice::new(), TextSink::new(Vec::new()), clock());
    let report = check_kept(&mut trace);
    let lines = String::from_utf8(trace.into_parts().1.finish().unwrap()).unwrap();
    assert_eq!(lines.lines().count(), report.n_requests);

    let no_fault = FaultPlan {
        seed: 1,
        rules: Vec::new(),
    };
    check_kept(&mut Faulty::new(TestDevice::new(), &no_fault, clock()));

    for device in [TestDevice::new(), with_limits(200, 64)] {
        let mut record = Record::new(device, Vec::new());
        let live = check_kept(&mut record);
        let text = String::from_utf8(record.into_parts().1).unwrap();
        let mut replay = Replay::parse(&text).unwrap();
        let played = check_kept(&mut replay);
        assert_eq!(replay.n_unread(), 0);
        assert_eq!(played.checked, live.checked);
    }
}

#[test]
fn all_wrappers_at_once_keep_the_contract() {
    let delay = Rule {
        opcode: None,
        occasion: Occasion::PerMillion(300_000),
        moment: Moment::After,
        effect: Effect::Delay(Duration::from_secs(1)),
    };
    let busy = Rule {
        opcode: Some(0x00),
        occasion: Occasion::Nth(1),
        moment: Moment::Before,
        effect: Effect::Busy { n_times: 5 },
    };
    let plan = FaultPlan {
        seed: 7,
        rules: vec![delay, busy],
    };
    let faulty = Faulty::new(TestDevice::new(), &plan, clock());
    let record = Record::new(faulty, Vec::new());
    check_kept(&mut Trace::new(record, TextSink::new(Vec::new()), clock()));
}

/// Sends whatever it is given.
struct Unchecked<F: Fn(&[u8], &Data<'_>) -> bool + Send> {
    device: TestDevice,
    lets_through: F,
}

impl<F: Fn(&[u8], &Data<'_>) -> bool + Send> Transport for Unchecked<F> {
    fn execute(&mut self, command: &[u8], data: Data<'_>, timeout: Duration) -> Answer {
        if (self.lets_through)(command, &data) {
            return Ok(Completion::good(0));
        }
        self.device.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.device.limits()
    }

    fn description(&self) -> String {
        self.device.description()
    }
}

#[test]
fn clause_2_other_command_lengths_must_be_refused() {
    for length in [0, 5, 7, 9, 11, 13, 15, 17, 32, 255, 256, 262] {
        let broken = Unchecked {
            device: TestDevice::new(),
            lets_through: move |command, _| command.len() == length,
        };
        check_broken(2, "expected the error InvalidRequest, got GOOD", broken);
    }
}

#[test]
fn clause_3_data_outside_the_limits_must_be_refused() {
    type LetsThrough = fn(&[u8], &Data<'_>) -> bool;
    let wrong: [LetsThrough; 3] = [
        |_, data| matches!(data, Data::In(bytes) if bytes.len() > 4096),
        |_, data| matches!(data, Data::Out(bytes) if bytes.len() > 4096),
        |_, data| matches!(data, Data::Out(bytes) if !bytes.as_ptr().addr().is_multiple_of(512)),
    ];
    for lets_through in wrong {
        let broken = Unchecked {
            device: with_limits(4096, 512),
            lets_through,
        };
        check_broken(3, "expected the error InvalidRequest, got GOOD", broken);
    }
}

#[test]
fn clause_3_limits_must_be_possible_and_constant() {
    struct Wavering(TestDevice, AtomicUsize);
    impl Transport for Wavering {
        fn execute(&mut self, command: &[u8], data: Data<'_>, timeout: Duration) -> Answer {
            self.0.execute(command, data, timeout)
        }

        fn limits(&self) -> Limits {
            Limits {
                max_transfer: 4096 - self.1.fetch_add(1, Ordering::Relaxed),
                ..self.0.limits
            }
        }

        fn description(&self) -> String {
            self.0.description()
        }
    }
    check_broken(
        3,
        "as at first",
        Wavering(TestDevice::new(), AtomicUsize::new(0)),
    );
    check_broken(3, "got 3", with_limits(4096, 3));
    check_broken(3, "got 0", with_limits(4096, 0));
    check_broken(3, "got 2097152", with_limits(4096, 1 << 21));
    check_broken(3, "got 95", with_limits(95, 1));
}

#[test]
fn clause_4_a_refusal_by_the_device_is_no_error() {
    let broken = spoilt(|_, _, result| match result {
        Ok(answer) if answer.status == Status::CHECK_CONDITION => Err(TransportError::new(
            TransportErrorKind::Host,
            "check condition",
        )),
        other => other,
    });
    check_broken(
        4,
        "expected a status, got the link to the device failed",
        broken,
    );
}

#[test]
fn clause_4_a_status_must_exist() {
    let broken = spoilt(|command, _, result| match command[..] {
        [0x00, ..] if result.is_ok() => Ok(Completion {
            status: Status(0xFF),
            ..Completion::good(0)
        }),
        _ => result,
    });
    check_broken(4, "got status FFh", broken);
}

#[test]
fn clause_5_counts_must_be_true() {
    for (wrong, got) in [
        (97, "got 97"),
        (96, "got byte 36 as it was before the command"),
    ] {
        let broken = spoilt(move |command, _, result| match result {
            Ok(answer) if command[0] == 0x12 && answer.status == Status::GOOD => {
                Ok(Completion::good(wrong))
            }
            other => other,
        });
        check_broken(5, got, broken);
    }
    let mut n_inquiries = 0;
    let broken = spoilt(move |command, _, result| match result {
        Ok(answer) if command[0] == 0x12 && answer.status == Status::GOOD => {
            n_inquiries += 1;
            Ok(Completion::good(37 - n_inquiries))
        }
        other => other,
    });
    check_broken(
        5,
        "expected 36 bytes moved, as the first time, got 35",
        broken,
    );
}

#[test]
fn clause_6_sense_must_be_that_of_the_command() {
    let mut last = SenseBytes::EMPTY;
    let broken = spoilt(move |_, _, result| {
        result.map(|mut answer| {
            if answer.status == Status::CHECK_CONDITION {
                last = answer.sense;
            }
            answer.sense = last;
            answer
        })
    });
    check_broken(6, "got that of the command before", broken);
}

#[test]
fn clause_7_a_refusal_must_be_told_each_time() {
    let mut n_refusals = 0;
    let broken = spoilt(move |command, _, result| match result {
        Ok(answer) if answer.sense.as_slice() == ILLEGAL_OPCODE && command.len() == 10 => {
            n_refusals += 1;
            // The first is that of another test.
            Ok(if n_refusals < 3 {
                answer
            } else {
                Completion::good(0)
            })
        }
        other => other,
    });
    check_broken(
        7,
        "expected CHECK CONDITION, as the first time, got GOOD",
        broken,
    );
}

#[test]
fn clause_8_any_time_must_be_accepted() {
    for limit in [
        TIMEOUT,
        Duration::from_secs(3600),
        Duration::from_secs(u64::MAX),
    ] {
        struct Impatient(TestDevice, Duration);
        impl Transport for Impatient {
            fn execute(&mut self, command: &[u8], data: Data<'_>, timeout: Duration) -> Answer {
                let result = self.0.execute(command, data, timeout);
                if timeout <= self.1 {
                    return result;
                }
                result.and(Err(TransportError::new(
                    TransportErrorKind::InvalidRequest,
                    "too long",
                )))
            }

            fn limits(&self) -> Limits {
                self.0.limits()
            }

            fn description(&self) -> String {
                self.0.description()
            }
        }
        check_broken(8, "too long", Impatient(TestDevice::new(), limit));
    }
}

#[test]
fn clause_9_gone_is_final() {
    let gone_at = |n| {
        let mut n_commands = 0;
        spoilt(move |_, _, result| {
            n_commands += 1;
            match result {
                Ok(_) if n_commands == n => Err(TransportError::new(
                    TransportErrorKind::DeviceGone,
                    "unplugged",
                )),
                other => other,
            }
        })
    };
    for n in [60, 62] {
        check_broken(9, "expected the device to stay gone, got GOOD", gone_at(n));
    }
    let unplugged = Rule {
        opcode: Some(0x12),
        occasion: Occasion::Nth(1),
        moment: Moment::After,
        effect: Effect::Error(TransportErrorKind::DeviceGone),
    };
    let plan = FaultPlan {
        seed: 0,
        rules: vec![unplugged],
    };
    let gone = Faulty::new(TestDevice::new(), &plan, clock());
    check_broken(4, "the device is gone", gone);
}

#[test]
fn clause_10_any_thread_may_call() {
    let home = thread::current().id();
    let broken = spoilt(move |_, _, result| {
        if thread::current().id() == home {
            return result;
        }
        Err(TransportError::new(
            TransportErrorKind::Host,
            "another thread",
        ))
    });
    check_broken(10, "another thread", broken);
    let panicking = spoilt(move |_, _, result| {
        assert_eq!(thread::current().id(), home);
        result
    });
    check_broken(10, "a panic", panicking);
}

#[test]
fn what_a_device_does_not_show_is_not_claimed() {
    let forbidden = spoilt(|command, _, result| match command {
        [RESERVED_OPCODE, ..] if result.is_ok() => Err(TransportError::new(
            TransportErrorKind::PermissionDenied,
            "no",
        )),
        _ => result,
    });
    check_kept(&mut { forbidden });
    let yes_to_all = spoilt(|_, _, result| result.and(Ok(Completion::good(0))));
    let report = conformance(&mut { yes_to_all }).unwrap();
    assert_eq!(clauses(&report), [2, 3, 4, 5, 8, 10], "{report}");
    let always_busy = spoilt(|_, _, result| {
        result.map(|_| Completion {
            status: Status::BUSY,
            ..Completion::good(0)
        })
    });
    let report = conformance(&mut { always_busy }).unwrap();
    assert_eq!(clauses(&report), [2, 3, 4, 8, 10], "{report}");
}
