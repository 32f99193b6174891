use super::*;
use TransportErrorKind::{DeviceGone, Host as Link, InvalidRequest, PermissionDenied, Timeout};

const FINE: Outcome = Outcome {
    status: 0,
    host_status: 0,
    driver_status: 0,
    resid: 0,
    length: 100,
    sense: SenseBytes::EMPTY,
};
const NOT_READY: &[u8] = &[0x70, 0, 2, 0, 0, 0, 0, 10, 0, 0, 0, 0, 4, 8];

fn kind(outcome: &Outcome) -> Option<TransportErrorKind> {
    interpret(outcome).err().map(|error| error.kind)
}

#[test]
fn every_status_byte_is_handed_up_as_given() {
    for status in 0..=0xFF {
        let sense = SenseBytes::new(NOT_READY);
        let outcome = Outcome {
            status,
            sense,
            ..FINE
        };
        let expect = Completion {
            status: Status(status),
            transferred: 100,
            sense,
        };
        assert_eq!(interpret(&outcome), Ok(expect));
    }
}

#[test]
fn every_host_status_with_every_status_byte() {
    for host_status in 0..=0x1FF {
        for status in 0..=0xFF {
            let expect = match host_status {
                0x00 => None,
                0x01 | 0x04 => Some(DeviceGone),
                0x03 => Some(Timeout),
                0x10..=0x13 if status != 0 => None,
                _ => Some(Link),
            };
            let outcome = Outcome {
                status,
                host_status,
                ..FINE
            };
            assert_eq!(kind(&outcome), expect, "{host_status:02X}h {status:02X}h");
        }
    }
}

#[test]
fn every_driver_status_with_every_suggestion() {
    for driver_status in 0..=0xFF {
        let expect = match driver_status & 0x0F {
            0x00 | 0x08 => None,
            0x06 => Some(Timeout),
            _ => Some(Link),
        };
        for status in [0x00, 0x02, 0x08] {
            let outcome = Outcome {
                status,
                driver_status,
                ..FINE
            };
            assert_eq!(kind(&outcome), expect, "{driver_status:02X}h {status:02X}h");
        }
    }
}

#[test]
fn the_host_status_is_named_before_the_driver_status() {
    let outcome = Outcome {
        host_status: 8,
        driver_status: 6,
        ..FINE
    };
    assert_eq!(
        interpret(&outcome).unwrap_err(),
        TransportError::new(Link, "host status 08h (DID_RESET), scsi status 00h")
    );
    let outcome = Outcome {
        driver_status: 0x26,
        ..FINE
    };
    assert_eq!(
        interpret(&outcome).unwrap_err(),
        TransportError::new(
            Timeout,
            "driver status 26h (DRIVER_TIMEOUT), scsi status 00h"
        )
    );
}

#[test]
fn the_residual_never_leads_outside_the_buffer() {
    for (resid, length, expect) in [
        (0, 100, 100),
        (1, 100, 99),
        (99, 100, 1),
        (100, 100, 0),
        (101, 100, 0),
        (i32::MAX, 100, 0),
        (-1, 100, 100),
        (i32::MIN, 100, 100),
        (0, 0, 0),
        (5, 0, 0),
    ] {
        let outcome = Outcome {
            resid,
            length,
            ..FINE
        };
        assert_eq!(
            interpret(&outcome),
            Ok(Completion::good(expect)),
            "{resid} of {length}"
        );
    }
}

#[test]
fn check_condition_comes_with_its_sense_or_with_none() {
    for sense in [NOT_READY, &[]] {
        for driver_status in [0, 8] {
            let outcome = Outcome {
                status: 2,
                driver_status,
                resid: 100,
                sense: SenseBytes::new(sense),
                ..FINE
            };
            assert_eq!(interpret(&outcome), Ok(Completion::check_condition(sense)));
        }
    }
}

#[test]
fn refusals_of_the_kernel_keep_their_meaning() {
    for (errno, expect) in [
        (Errno::NODEV, DeviceGone),
        (Errno::NXIO, DeviceGone),
        (Errno::SHUTDOWN, DeviceGone),
        (Errno::PERM, PermissionDenied),
        (Errno::ACCESS, PermissionDenied),
        (Errno::INVAL, InvalidRequest),
        (Errno::FAULT, InvalidRequest),
        (Errno::TIMEDOUT, Timeout),
        (Errno::INTR, Link),
        (Errno::NOMEM, Link),
        (Errno::IO, Link),
        (Errno::BUSY, Link),
    ] {
        let error = refused(errno, "/dev/sg1", None);
        assert_eq!(error.kind, expect, "{errno}");
        assert!(error.detail.starts_with("/dev/sg1: "), "{error}");
    }
}

#[test]
fn who_may_not_send_a_command_is_told_of_the_drives_other_node() {
    let error = refused(Errno::PERM, "/dev/sr0", Some(Path::new("/dev/sg3")));
    assert_eq!(error.kind, PermissionDenied);
    assert!(error.detail.contains("open /dev/sg3"), "{error}");
    let other = refused(Errno::INVAL, "/dev/sr0", Some(Path::new("/dev/sg3")));
    assert_eq!(other, refused(Errno::INVAL, "/dev/sr0", None));
}
