use super::*;
use crate::VirtualClock;
use crate::testing::{
    ILLEGAL_OPCODE, INQUIRY_36, SECOND, TEST_UNIT_READY, TestDevice, WRITE_10, inquiry_data,
};
use crate::wrapper::{Record, RecordOptions};

const HEADER: &str = "cd-transport recording 1\ndevice d\nlimits max_transfer=4096 alignment=1\n";

fn replay(lines: &str) -> Replay {
    Replay::parse(&format!("{HEADER}{lines}")).unwrap()
}

/// What the next command is refused with.
fn check(replay: &mut Replay, command: &[u8], data: Data<'_>, expect: &str) {
    let before = replay.next_line();
    let error = replay.execute(command, data, SECOND).unwrap_err();
    assert_eq!(
        error,
        TransportError::new(TransportErrorKind::Unsupported, expect)
    );
    assert_eq!(replay.next_line(), before, "stays where it is");
}

/// Everything a device said, in order.
fn conversation(
    transport: &mut dyn Transport,
) -> Vec<(Result<Completion, TransportError>, Vec<u8>)> {
    let mut said = Vec::new();
    let mut ask = |command: &[u8], length: usize| {
        let mut buffer = vec![0; length];
        let answer = transport.execute(command, Data::In(&mut buffer), SECOND);
        said.push((answer, buffer));
    };
    ask(&INQUIRY_36, 36);
    ask(&[0x12, 0, 0, 0, 100, 0], 100);
    ask(&[0xFF; 12], 7);
    ask(&[0; 5], 7);
    ask(&[0xFF; 12], 5000);
    said.push((
        transport.execute(&TEST_UNIT_READY, Data::None, SECOND),
        Vec::new(),
    ));
    for length in [0, 100, 2000] {
        let sectors = vec![0x5A; length];
        let answer = transport.execute(&WRITE_10, Data::Out(&sectors), SECOND);
        said.push((answer, sectors));
    }
    said
}

#[test]
fn a_replay_says_what_the_device_said() {
    let mut record = Record::new(TestDevice::new(), Vec::new());
    let live = conversation(&mut record);
    let text = String::from_utf8(record.into_parts().1).unwrap();
    let mut replay = Replay::parse(&text).unwrap();
    assert_eq!(
        replay.n_unread(),
        7,
        "two requests never reached the device"
    );
    assert_eq!(conversation(&mut replay), live);
    assert_eq!((replay.n_unread(), replay.next_line()), (0, None));
    assert_eq!(replay.limits(), TestDevice::new().limits);
    assert_eq!(replay.description(), "recording of test device");
    assert_eq!(
        live[1].0,
        Ok(Completion::good(36)),
        "short answers are among them"
    );
    assert_eq!(live[1].1[..36], inquiry_data());
    assert_eq!(live[2].0, Ok(Completion::check_condition(&ILLEGAL_OPCODE)));
}

#[test]
fn a_recording_of_a_replay_is_the_recording() {
    let mut record = Record::new(TestDevice::new(), Vec::new());
    conversation(&mut record);
    let text = String::from_utf8(record.into_parts().1).unwrap();
    let mut again = Record::new(Replay::parse(&text).unwrap(), Vec::new());
    conversation(&mut again);
    let again = String::from_utf8(again.into_parts().1).unwrap();
    assert_eq!(again.replace("recording of ", ""), text);
}

#[test]
fn another_command_is_refused_with_line_and_both() {
    let mut replay = replay(
        "command cdb=120000002400 timeout_ms=1000 in=36\n\
         answer status=08 transferred=0 sense= data=\n",
    );
    let expected = "line 4 of the recording expects 12 00 00 00 24 00 in 36 bytes, got ";
    let mut buffer = [0; 40];
    check(
        &mut replay,
        &TEST_UNIT_READY,
        Data::None,
        &format!("{expected}00 00 00 00 00 00 without data"),
    );
    check(
        &mut replay,
        &INQUIRY_36,
        Data::In(&mut buffer),
        &format!("{expected}12 00 00 00 24 00 in 40 bytes"),
    );
    check(
        &mut replay,
        &INQUIRY_36,
        Data::Out(&buffer[..36]),
        &format!("{expected}12 00 00 00 24 00 out 36 bytes"),
    );
    let answer = replay.execute(&INQUIRY_36, Data::In(&mut buffer[..36]), SECOND);
    assert_eq!(answer.unwrap().status, crate::Status::BUSY);
    check(
        &mut replay,
        &TEST_UNIT_READY,
        Data::None,
        "the recording has ended after 1 exchanges, got 00 00 00 00 00 00 without data",
    );
}

#[test]
fn other_data_is_refused_by_byte_or_checksum() {
    let mut in_full = replay("command cdb=2A00FFFFD4BB00000100 timeout_ms=1 out=3 data=616263\n");
    check(
        &mut in_full,
        &WRITE_10,
        Data::Out(b"abd"),
        "line 4 of the recording expects byte 2 of the data to be 63h, got 64h",
    );
    let mut by_checksum = replay(
        "command cdb=2A00FFFFD4BB00000100 timeout_ms=1 out=6 fnv1a=85944171F73967E8\n\
         answer status=00 transferred=6 sense=\n",
    );
    check(
        &mut by_checksum,
        &WRITE_10,
        Data::Out(b"foobas"),
        "line 4 of the recording expects data with the checksum 85944171F73967E8, got \
         85944271F739699B",
    );
    let answer = by_checksum.execute(&WRITE_10, Data::Out(b"foobar"), SECOND);
    assert_eq!(answer, Ok(Completion::good(6)));
}

#[test]
fn what_is_not_in_the_recording_is_not_made_up() {
    let mut replay = replay("command cdb=000000000000 timeout_ms=1 none\n");
    check(
        &mut replay,
        &TEST_UNIT_READY,
        Data::None,
        "line 4: the recording ends before the answer to 00 00 00 00 00 00 without data",
    );
    let mut record = Record::new(TestDevice::new(), Vec::new()).with_options(RecordOptions {
        max_out: 0,
        max_in: 0,
    });
    conversation(&mut record);
    let text = String::from_utf8(record.into_parts().1).unwrap();
    check(
        &mut Replay::parse(&text).unwrap(),
        &INQUIRY_36,
        Data::In(&mut [0; 36]),
        "line 5: the recording holds only the checksum of the data; record again with more of the \
         data received",
    );
}

#[test]
fn errors_are_played_too_and_gone_is_final() {
    let mut replay = replay(
        "command cdb=000000000000 timeout_ms=1 none\n\
         error kind=timeout detail=after a \\\\ and a \\u{A}\n\
         command cdb=000000000000 timeout_ms=1 none\n\
         error kind=device_gone detail=unplugged\n\
         command cdb=000000000000 timeout_ms=1 none\n\
         answer status=00 transferred=0 sense=\n",
    );
    let mut ready = || replay.execute(&TEST_UNIT_READY, Data::None, SECOND);
    let timeout = TransportError::new(TransportErrorKind::Timeout, "after a \\ and a \n");
    let gone = TransportError::new(TransportErrorKind::DeviceGone, "unplugged");
    assert_eq!(ready(), Err(timeout));
    for _ in 0..4 {
        assert_eq!(ready(), Err(gone.clone()));
    }
    assert_eq!(replay.n_unread(), 0);
    assert_eq!(replay.execute(&[0; 7], Data::None, SECOND), Err(gone));
}

#[test]
fn a_file_that_is_no_recording_is_refused() {
    let error = Replay::parse("a log\n").unwrap_err();
    assert_eq!((error.line, error.column), (1, 1));
}

#[test]
fn answers_come_when_the_device_gave_them() {
    let lines = "command at_us=0 cdb=000000000000 timeout_ms=1000 none\n\
                 answer at_us=250000 status=00 transferred=0 sense=\n\
                 command at_us=300000 cdb=000000000000 timeout_ms=1000 none\n\
                 error at_us=1300000 kind=timeout detail=late\n\
                 command cdb=000000000000 timeout_ms=1000 none\n\
                 answer status=00 transferred=0 sense=\n";
    let clock = Arc::new(VirtualClock::default());
    clock.advance(SECOND);
    let mut replay = replay(lines).on_clock(Arc::<VirtualClock>::clone(&clock));
    let mut ask = || replay.execute(&TEST_UNIT_READY, Data::None, SECOND).is_ok();
    assert!(ask());
    assert_eq!(clock.now(), Duration::from_millis(1250));
    // A program that waits in between does not make the device slower.
    clock.advance(Duration::from_millis(700));
    assert!(!ask());
    assert_eq!(clock.now(), Duration::from_millis(2300));
    assert!(ask(), "a line without a time is answered at once");
    assert_eq!(clock.now(), Duration::from_millis(2300));
}
