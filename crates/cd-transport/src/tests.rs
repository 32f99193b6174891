use std::sync::Arc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use crate::testing::{INQUIRY_36, SECOND, TestDevice};
use crate::*;

const LIMITS: Limits = Limits {
    max_transfer: 64,
    alignment: 4,
};

#[repr(align(4))]
struct Aligned([u8; 80]);

/// Whether a request of this shape is let through, and if not, what is said.
fn check(command_length: usize, data: &Data<'_>, expect: Result<(), &str>) {
    let command = vec![0; command_length];
    let result = check_request(&command, data, LIMITS);
    match expect {
        Ok(()) => assert_eq!(result, Ok(())),
        Err(text) => {
            let error = result.unwrap_err();
            assert_eq!(error.kind, TransportErrorKind::InvalidRequest);
            assert_eq!(error.detail, text);
        }
    }
}

#[test]
fn commands_of_6_10_12_and_16_bytes_exist_and_no_others() {
    for length in 0..=300 {
        let text = format!("a command of {length} bytes: 6, 10, 12 or 16 exist");
        let expect = match length {
            6 | 10 | 12 | 16 => Ok(()),
            _ => Err(text.as_str()),
        };
        check(length, &Data::None, expect);
    }
}

#[test]
fn data_up_to_the_limit_at_aligned_memory_is_let_through() {
    let mut memory = Aligned([0; 80]);
    let too_long = Err("65 bytes in one command, the transport carries at most 64");
    let crooked = Err("data that does not start at a multiple of 4 bytes in memory");
    check(6, &Data::Out(&memory.0[..64]), Ok(()));
    check(6, &Data::Out(&memory.0[..65]), too_long);
    check(
        6,
        &Data::Out(&memory.0[4..]),
        Err("76 bytes in one command, the transport carries at most 64"),
    );
    for start in 0..8 {
        let expect = if start % 4 == 0 { Ok(()) } else { crooked };
        check(6, &Data::Out(&memory.0[start..start + 5]), expect);
        check(6, &Data::In(&mut memory.0[start..start + 5]), expect);
    }
    check(6, &Data::In(&mut memory.0[..65]), too_long);
    check(6, &Data::In(&mut []), Ok(()));
}

#[test]
fn data_knows_its_length_and_can_be_lent_on() {
    let mut memory = [0_u8; 3];
    let mut data = Data::In(&mut memory);
    assert_eq!((data.len(), data.is_empty()), (3, false));
    if let Data::In(bytes) = data.reborrow() {
        bytes.fill(7);
    }
    assert!(matches!(data, Data::In([7, 7, 7])));
    assert!(matches!(Data::Out(&[1]).reborrow(), Data::Out([1])));
    assert!(matches!(Data::None.reborrow(), Data::None));
    assert!(Data::None.is_empty() && Data::Out(&[]).is_empty());
}

#[test]
fn boxes_and_references_are_transports_too() {
    fn whole<T: Transport>(mut transport: T) {
        let mut buffer = [0; 36];
        let answer = transport.execute(&INQUIRY_36, Data::In(&mut buffer), SECOND);
        assert_eq!(answer, Ok(Completion::good(36)));
        assert_eq!(transport.limits().max_transfer, 4096);
        assert_eq!(transport.description(), "test device");
    }
    let mut device = TestDevice::new();
    whole(&mut device);
    whole(&mut device as &mut dyn Transport);
    whole(Box::new(device) as Box<dyn Transport>);
}

#[test]
fn statuses_are_named_and_unknown_ones_shown() {
    for (status, text) in [
        (Status::GOOD, "GOOD"),
        (Status::CHECK_CONDITION, "CHECK CONDITION"),
        (Status::BUSY, "BUSY"),
        (Status::RESERVATION_CONFLICT, "RESERVATION CONFLICT"),
        (Status::TASK_SET_FULL, "TASK SET FULL"),
        (Status(0x40), "status 40h"),
    ] {
        assert_eq!(status.to_string(), text);
        assert_eq!(format!("{status:?}"), format!("Status({text})"));
    }
}

#[test]
fn errors_say_kind_and_circumstances() {
    let error = TransportError::new(TransportErrorKind::InUse, "/dev/sr0 is mounted");
    assert_eq!(
        error.to_string(),
        "the device is in use by another program: /dev/sr0 is mounted"
    );
}

proptest! {
    #[test]
    fn sense_bytes_keep_the_first_96(sense in proptest::collection::vec(any::<u8>(), 0..300)) {
        let kept = SenseBytes::new(&sense);
        prop_assert_eq!(kept.as_slice(), &sense[..sense.len().min(96)]);
        prop_assert_eq!(kept == SenseBytes::EMPTY, sense.is_empty());
        prop_assert_eq!(Completion::check_condition(&sense).sense, kept);
    }

    #[test]
    fn a_virtual_clock_adds_up_what_is_slept_and_advanced(
        steps in proptest::collection::vec((any::<bool>(), any::<u32>()), 0..50)
    ) {
        let clock = VirtualClock::default();
        let mut expect = Duration::ZERO;
        for (sleeps, nanoseconds) in steps {
            let step = Duration::from_nanos(nanoseconds.into());
            if sleeps { clock.sleep(step) } else { clock.advance(step) }
            expect += step;
            prop_assert_eq!(clock.now(), expect);
        }
    }
}

#[test]
fn a_virtual_clock_stops_at_its_end() {
    let clock = VirtualClock::default();
    let end = Duration::from_nanos(u64::MAX);
    clock.advance(Duration::MAX);
    assert_eq!(clock.now(), end);
    clock.sleep(SECOND);
    assert_eq!(clock.now(), end);
}

#[test]
fn a_virtual_clock_is_shared_by_threads() {
    let clock = Arc::new(VirtualClock::default());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..1000).for_each(|_| clock.sleep(Duration::from_nanos(1))));
        }
    });
    assert_eq!(clock.now(), Duration::from_nanos(4000));
}

#[test]
fn the_system_clock_never_goes_back_and_sleeps_long_enough() {
    let clock = SystemClock::default();
    let before = clock.now();
    clock.sleep(Duration::from_millis(2));
    assert!(clock.now() - before >= Duration::from_millis(2));
}
