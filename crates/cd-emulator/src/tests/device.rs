//! The device as a device: units, mechanism, memory, power, events.

use std::time::Duration;

use cd_mmc::response::{BufferDescriptor, MechanismState, MechanismStatus};
use cd_mmc::{EventClasses, GetEventStatusNotification, Sense};
use cd_transport::Data;

use super::host::{Host, check_refused, short_medium};
use super::image::Session;
use crate::{Disc, Medium, Profile};

const START: i32 = -225;

#[test]
fn there_is_one_unit() {
    let mut host = Host::blank();
    let one = [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let asked = |select| format!("A0 00 {select} 00 00 00 00 00 01 00 00 00");
    assert_eq!(host.ask(&asked("00"), 256).unwrap(), one);
    assert_eq!(host.ask(&asked("02"), 256).unwrap(), one);
    assert_eq!(host.ask(&asked("01"), 256).unwrap(), [0; 8]);
    check_refused(host.ask(&asked("03"), 256), Sense::INVALID_FIELD_IN_CDB);
    let short = "A0 00 00 00 00 00 00 00 00 08 00 00";
    check_refused(host.ask(short, 8), Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn vital_product_data_name_the_unit() {
    let mut host = Host::blank();
    assert_eq!(
        host.ask("12 01 00 00 FF 00", 255).unwrap(),
        [5, 0, 0, 3, 0x00, 0x80, 0x83]
    );
    assert_eq!(
        host.ask("12 01 80 00 FF 00", 255).unwrap(),
        b"\x05\x80\x00\x040001"
    );
    let page = host.ask("12 01 83 00 FF 00", 255).unwrap();
    assert_eq!(page[4..], *b"\x02\x01\x00\x1CRAWCD   VIRTUAL RECORDER0001");
    assert_eq!(usize::from(page[3]), page.len() - 4);
    check_refused(
        host.ask("12 01 B1 00 FF 00", 255),
        Sense::INVALID_FIELD_IN_CDB,
    );
    let mut host = Host::with_blank(Profile {
        serial_number: String::new(),
        ..Profile::faithful()
    });
    assert_eq!(host.ask("12 01 00 00 FF 00", 255).unwrap(), [5, 0, 0, 1, 0]);
    check_refused(
        host.ask("12 01 80 00 FF 00", 255),
        Sense::INVALID_FIELD_IN_CDB,
    );
}

#[test]
fn the_buffer_keeps_what_is_put_into_it() {
    let mut host = Host::blank();
    let answer = host.ask("3C 03 00 00 00 00 00 00 04 00", 4).unwrap();
    let descriptor = BufferDescriptor::decode(&answer).unwrap();
    assert_eq!(descriptor.capacity, 2 << 20);
    let put = "3B 02 00 00 00 02 00 00 03 00";
    assert_eq!(host.send_hex(put, Data::Out(b"abc")), Ok(3));
    let expect = [0, 0, b'a', b'b', b'c', 0];
    assert_eq!(
        host.ask("3C 02 00 00 00 00 00 00 06 00", 6).unwrap(),
        expect
    );
    assert_eq!(
        host.ask("3C 02 00 00 00 03 00 00 06 00", 6).unwrap(),
        [b'b', b'c', 0, 0, 0, 0]
    );
    let with_header = host.ask("3C 00 00 00 00 00 00 00 0A 00", 10).unwrap();
    assert_eq!(with_header[..4], answer);
    assert_eq!(with_header[4..], expect);
    for (hex, n_bytes) in [
        ("3C 02 01 00 00 00 00 00 06 00", 6),
        ("3C 02 00 20 00 00 00 00 06 00", 6),
        ("3C 0A 00 00 00 00 00 00 06 00", 6),
    ] {
        check_refused(host.ask(hex, n_bytes), Sense::INVALID_FIELD_IN_CDB);
    }
    // Microcode is not taken.
    check_refused(
        host.send_hex("3B 05 00 00 00 00 00 00 03 00", Data::Out(b"abc")),
        Sense::INVALID_FIELD_IN_CDB,
    );
    check_refused(
        host.send_hex("3B 02 00 1F FF FE 00 00 03 00", Data::Out(b"abc")),
        Sense::INVALID_FIELD_IN_CDB,
    );
}

#[test]
fn the_mechanism_tells_where_it_is() {
    let mut host = Host::blank();
    let status = |host: &mut Host| {
        let answer = host.ask("BD 00 00 00 00 00 00 00 00 08 00 00", 8).unwrap();
        MechanismStatus::decode(&answer).unwrap()
    };
    assert_eq!(status(&mut host).state, MechanismState::IDLE);
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    host.ask("2B 00 00 00 00 64 00 00 00 00", 0).unwrap();
    assert_eq!(status(&mut host).current, 100);
    host.ask("01 00 00 00 00 00", 0).unwrap();
    assert_eq!(status(&mut host).current, 0);
    check_refused(
        host.ask("2B 00 00 00 01 90 00 00 00 00", 0),
        Sense::LBA_OUT_OF_RANGE,
    );
    check_refused(
        host.ask("2B 00 7F FF FF FF 00 00 00 00", 0),
        Sense::LBA_OUT_OF_RANGE,
    );
    // Out with the tray, and in again.
    host.ask("A6 00 00 00 02 00 00 00 00 00 00 00", 0).unwrap();
    assert!(status(&mut host).door_open && host.recorder.is_tray_open());
    host.ask("A6 00 00 00 03 00 00 00 00 00 00 00", 0).unwrap();
    assert!(!host.recorder.is_tray_open());
    check_refused(
        host.ask("A6 00 00 00 03 00 00 00 01 00 00 00", 0),
        Sense::MEDIUM_MAY_HAVE_CHANGED,
    );
    check_refused(
        host.ask("A6 00 00 00 03 00 00 00 01 00 00 00", 0),
        Sense::INVALID_FIELD_IN_CDB,
    );
}

#[test]
fn events_of_all_classes() {
    let mut host = Host::with_profile(Profile::faithful());
    let event = |host: &mut Host, classes: u8| {
        let command = GetEventStatusNotification {
            polled: true,
            classes: EventClasses(classes),
            allocation_length: 8,
        };
        host.read(command, 8).unwrap()
    };
    for (classes, expect) in [
        (0b10, [0, 6, 1, 0x5E, 0, 0, 0, 0]),
        (0b100, [0, 6, 2, 0x5E, 0, 1, 0, 0]),
        (0b1000, [0, 6, 3, 0x5E, 0, 0, 0, 0]),
        (0b1_0000, [0, 6, 4, 0x5E, 0, 0, 0, 0]),
        (0b100_0000, [0, 6, 6, 0x5E, 0, 0, 0, 0]),
        // Of several the lowest.
        (0b101_1110, [0, 6, 1, 0x5E, 0, 0, 0, 0]),
    ] {
        assert_eq!(event(&mut host, classes), expect, "{classes:b}");
    }
    assert_eq!(event(&mut host, 0b10_0001), [0, 2, 0x80, 0x5E]);
    // But one in which something happened goes first.
    host.recorder.insert(Disc::blank(Medium::cd_rw_74()));
    // Who has no room for it does not lose it.
    assert_eq!(
        host.ask("4A 01 00 00 5E 00 00 00 04 00", 8).unwrap(),
        [0, 6, 4, 0x5E]
    );
    assert_eq!(event(&mut host, 0b101_1110), [0, 6, 4, 0x5E, 2, 2, 0, 0]);
    assert_eq!(event(&mut host, 0b101_1110), [0, 6, 1, 0x5E, 0, 0, 0, 0]);

    // A quick erasure that goes on by itself.
    check_refused(
        host.ask("00 00 00 00 00 00", 0),
        Sense::MEDIUM_MAY_HAVE_CHANGED,
    );
    host.ask("A1 11 00 00 00 00 00 00 00 00 00 00", 0).unwrap();
    let busy = event(&mut host, 0b101_1110);
    assert_eq!(busy[2..6], [6, 0x5E, 1, 2]);
    let tenths = u64::from(u16::from_be_bytes([busy[6], busy[7]]));
    host.recorder.reset();
    assert!(Duration::from_millis(tenths * 100) > Duration::from_secs(10));
}

#[test]
fn rest_is_over_with_the_next_command() {
    let mut host = Host::blank();
    for power in ["10", "20", "30"] {
        let hex = format!("1B 00 00 00 {power} 00");
        host.ask(&hex, 0).unwrap();
        host.ask("00 00 00 00 00 00", 0).unwrap();
    }
}
