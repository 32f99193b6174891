use std::fs::File;
use std::os::fd::AsFd;

use super::*;

#[test]
fn timeouts_are_rounded_up_to_milliseconds_and_kept_in_range() {
    let largest = 0x7FFF_FFFF;
    for (timeout, expect) in [
        (Duration::ZERO, 1),
        (Duration::from_nanos(1), 1),
        (Duration::from_nanos(999_999), 1),
        (Duration::from_millis(1), 1),
        (Duration::from_nanos(1_000_001), 2),
        (Duration::from_secs(50), 50_000),
        (
            Duration::from_millis(largest) - Duration::from_nanos(1),
            0x7FFF_FFFF,
        ),
        (Duration::from_millis(largest), 0x7FFF_FFFF),
        (Duration::from_millis(largest + 1), 0x7FFF_FFFF),
        (Duration::from_millis(1 << 32), 0x7FFF_FFFF),
        (Duration::MAX, 0x7FFF_FFFF),
    ] {
        assert_eq!(timeout_ms(timeout), expect, "{timeout:?}");
    }
}

#[test]
fn a_file_that_is_no_device_answers_none_of_the_calls() {
    let file = File::open("/dev/null").unwrap();
    let fd = file.as_fd();
    assert_eq!(version(fd), Err(Errno::NOTTY));
    assert_eq!(reserved_size(fd), Err(Errno::NOTTY));
    assert_eq!(set_reserved_size(fd, 4096), Err(Errno::NOTTY));
    assert_eq!(max_request(fd, NodeKind::Block), Err(Errno::NOTTY));
    assert_eq!(max_request(fd, NodeKind::Sg), Err(Errno::NOTTY));
    for data in [Data::None, Data::In(&mut [0; 36]), Data::Out(&[0; 36])] {
        let answer = sg_io(fd, &[0; 6], data, Duration::from_secs(1));
        assert_eq!(answer.unwrap_err(), Errno::NOTTY);
    }
    let too_long = sg_io(fd, &[0; 256], Data::None, Duration::from_secs(1));
    assert_eq!(too_long.unwrap_err(), Errno::INVAL);
}
