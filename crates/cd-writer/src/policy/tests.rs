use super::*;
use crate::testing::{fault as cause_fault, sense_fault, transport_fault};

const FLUSH_LIMIT: Duration = Duration::from_secs(300);

#[track_caller]
fn check(purpose: Purpose, (key, asc, ascq): (u8, u8, u8), waited_s: u64, expect: Reaction) {
    let fault = sense_fault((key, asc, ascq));
    let got = react(purpose, &fault, Duration::from_secs(waited_s), FLUSH_LIMIT);
    assert_eq!(
        got, expect,
        "{purpose:?} {key:X}/{asc:02X}/{ascq:02X} after {waited_s} s"
    );
}

#[test]
fn a_full_buffer_is_waited_for_but_not_for_ever() {
    for ascq in [4, 7, 8] {
        check(Purpose::Write, (2, 4, ascq), 0, Reaction::Retry(BUSY_STEP));
        check(
            Purpose::Write,
            (2, 4, ascq),
            119,
            Reaction::Retry(BUSY_STEP),
        );
        check(Purpose::Write, (2, 4, ascq), 120, Reaction::GiveUp);
    }
}

#[test]
fn what_a_write_does_not_survive() {
    for triple in [
        (2, 0x04, 0x00),
        (2, 0x04, 0x01),
        (2, 0x3A, 0x00),
        (3, 0x0C, 0x00),
        (3, 0x0C, 0x09),
        (3, 0x02, 0x00),
        (4, 0x09, 0x00),
        (5, 0x21, 0x00),
        (5, 0x21, 0x02),
        (5, 0x24, 0x00),
        (5, 0x2C, 0x00),
        (5, 0x64, 0x00),
        (6, 0x28, 0x00),
        (6, 0x29, 0x00),
        (0xB, 0x00, 0x00),
    ] {
        check(Purpose::Write, triple, 0, Reaction::GiveUp);
    }
}

#[test]
fn recovered_errors_are_noted_everywhere() {
    for purpose in ALL {
        check(purpose, (1, 0x73, 0x01), 1_000, Reaction::Accept);
    }
}

const ALL: [Purpose; 16] = [
    Purpose::Ask,
    Purpose::Lock,
    Purpose::Speed,
    Purpose::SetWriteParameters,
    Purpose::SetSessionFormat,
    Purpose::ConfirmWriteParameters,
    Purpose::Calibrate,
    Purpose::ConfirmBlank,
    Purpose::Write,
    Purpose::Flush,
    Purpose::AwaitFlush,
    Purpose::ConfirmWritten,
    Purpose::ConfirmToc,
    Purpose::Unlock,
    Purpose::Erase,
    Purpose::AwaitErase,
];

/// No fault is waited for longer than the longest limit, whatever it is and whatever it befalls.
#[test]
fn nothing_is_retried_for_ever() {
    let mut faults: Vec<_> = [BUSY_STATUS, Status::TASK_SET_FULL, Status::CHECK_CONDITION]
        .map(|status| cause_fault(FaultCause::Status(status)))
        .into();
    for kind in [
        TransportErrorKind::Timeout,
        TransportErrorKind::DeviceGone,
        TransportErrorKind::Host,
        TransportErrorKind::InvalidRequest,
    ] {
        faults.push(transport_fault(kind));
    }
    for key in 0..16 {
        for asc in 0..=255 {
            for ascq in 0..16 {
                faults.push(sense_fault((key, asc, ascq)));
            }
        }
    }
    let longest = FLUSH_LIMIT.max(UNLOCK_LIMIT);
    for purpose in ALL {
        for fault in &faults {
            let late = react(purpose, fault, longest, FLUSH_LIMIT);
            assert!(
                !matches!(late, Reaction::Retry(_)),
                "{purpose:?} {fault}: {late:?}"
            );
        }
    }
    assert_eq!(ask_again(longest), Reaction::GiveUp);
}

const BUSY_STATUS: Status = Status::BUSY;

#[test]
fn a_deferred_recovered_error_is_about_another_command() {
    let mut fault = sense_fault((1, 0x0C, 0));
    if let FaultCause::Sense(sense) = &mut fault.cause {
        sense.deferred = true;
    }
    for purpose in ALL {
        assert_eq!(
            react(purpose, &fault, Duration::ZERO, FLUSH_LIMIT),
            Reaction::Retry(ATTENTION_STEP)
        );
    }
}

#[test]
fn a_reset_is_survived_before_the_first_write_only() {
    for asc in [0x29, 0x2A] {
        check(
            Purpose::SetWriteParameters,
            (6, asc, 0),
            0,
            Reaction::Restart,
        );
        check(Purpose::ConfirmBlank, (6, asc, 1), 0, Reaction::Restart);
        check(Purpose::Write, (6, asc, 0), 0, Reaction::GiveUp);
        check(
            Purpose::ConfirmToc,
            (6, asc, 0),
            0,
            Reaction::Retry(ATTENTION_STEP),
        );
        check(
            Purpose::Ask,
            (6, asc, 0),
            0,
            Reaction::Retry(ATTENTION_STEP),
        );
    }
}

#[test]
fn the_unlocking_is_not_given_up_for_what_may_pass() {
    check(
        Purpose::Unlock,
        (6, 0x28, 0),
        0,
        Reaction::Retry(ATTENTION_STEP),
    );
    check(
        Purpose::Unlock,
        (4, 0x09, 0),
        0,
        Reaction::Retry(READY_STEP),
    );
    check(Purpose::Unlock, (5, 0x20, 0), 0, Reaction::Accept);
    // Two commands that ran out of their minute, and a third.
    let timeout = transport_fault(TransportErrorKind::Timeout);
    for (waited_s, expect) in [
        (60, Reaction::Retry(READY_STEP)),
        (121, Reaction::Retry(READY_STEP)),
        (182, Reaction::GiveUp),
    ] {
        let waited = Duration::from_secs(waited_s);
        assert_eq!(
            react(Purpose::Unlock, &timeout, waited, FLUSH_LIMIT),
            expect
        );
    }
    let gone = transport_fault(TransportErrorKind::DeviceGone);
    assert_eq!(
        react(Purpose::Unlock, &gone, Duration::ZERO, FLUSH_LIMIT),
        Reaction::GiveUp
    );
}

#[test]
fn calibration_may_be_missing_but_not_fail() {
    check(Purpose::Calibrate, (5, 0x20, 0), 0, Reaction::Accept);
    check(Purpose::Calibrate, (6, 0x5A, 3), 0, Reaction::Accept);
    check(Purpose::Calibrate, (3, 0x73, 1), 0, Reaction::Accept);
    check(Purpose::Calibrate, (3, 0x73, 3), 0, Reaction::GiveUp);
}

#[test]
fn write_protection_is_no_missing_calibration() {
    for key in [5, 7] {
        for ascq in [0, 2] {
            check(Purpose::Calibrate, (key, 0x27, ascq), 0, Reaction::GiveUp);
        }
    }
}

#[test]
fn a_drive_need_not_know_lock_and_speed() {
    check(Purpose::Lock, (5, 0x24, 0), 0, Reaction::Accept);
    check(Purpose::Speed, (5, 0x20, 0), 0, Reaction::Accept);
    check(
        Purpose::SetWriteParameters,
        (5, 0x26, 0),
        0,
        Reaction::GiveUp,
    );
}

#[test]
fn a_medium_that_was_changed_ends_the_burn() {
    for purpose in [
        Purpose::Lock,
        Purpose::SetWriteParameters,
        Purpose::ConfirmBlank,
    ] {
        check(purpose, (6, 0x28, 0), 0, Reaction::GiveUp);
    }
    check(
        Purpose::Ask,
        (6, 0x28, 0),
        0,
        Reaction::Retry(ATTENTION_STEP),
    );
}

#[test]
fn the_flush_has_its_own_limit() {
    check(
        Purpose::AwaitFlush,
        (2, 4, 8),
        299,
        Reaction::Retry(READY_STEP),
    );
    check(Purpose::AwaitFlush, (2, 4, 8), 300, Reaction::GiveUp);
    check(Purpose::Flush, (5, 0x24, 0), 0, Reaction::GiveUp);
}

#[test]
fn without_sense_only_busy_is_waited_for() {
    let wait = Duration::ZERO;
    let busy = cause_fault(FaultCause::Status(Status::BUSY));
    assert_eq!(
        react(Purpose::Write, &busy, wait, FLUSH_LIMIT),
        Reaction::Retry(BUSY_STEP)
    );
    let conflict = cause_fault(FaultCause::Status(Status::RESERVATION_CONFLICT));
    assert_eq!(
        react(Purpose::Write, &conflict, wait, FLUSH_LIMIT),
        Reaction::GiveUp
    );
    for kind in [TransportErrorKind::Timeout, TransportErrorKind::DeviceGone] {
        let gone = transport_fault(kind);
        assert_eq!(
            react(Purpose::Write, &gone, wait, FLUSH_LIMIT),
            Reaction::GiveUp
        );
    }
}
