use std::sync::mpsc;

use super::*;
use crate::testing::{
    ILLEGAL_OPCODE, INQUIRY_36, SECOND, Spoiled, TEST_UNIT_READY, TestDevice, WRITE_10,
};
use crate::{TransportErrorKind, VirtualClock};

/// The lines a trace with `max_data` writes while `requests` run.
fn lines(max_data: usize, requests: impl FnOnce(&mut dyn Transport)) -> String {
    let device = TestDevice::new();
    let clock: Arc<VirtualClock> = Arc::clone(&device.clock);
    let mut trace = Trace::new(device, TextSink::new(Vec::new()), clock).with_max_data(max_data);
    requests(&mut trace);
    let (_, sink) = trace.into_parts();
    String::from_utf8(sink.finish().unwrap()).unwrap()
}

#[test]
fn one_line_an_exchange_with_times_by_its_clock() {
    let text = lines(8, |transport| {
        let mut buffer = [0; 36];
        let _ = transport.execute(&TEST_UNIT_READY, Data::None, SECOND);
        let _ = transport.execute(&INQUIRY_36, Data::In(&mut buffer), SECOND);
        let _ = transport.execute(&WRITE_10, Data::Out(&[0xAB; 4]), SECOND);
        let _ = transport.execute(&[0xFF, 0, 0, 0, 0, 0], Data::In(&mut buffer), SECOND);
        let _ = transport.execute(&[0; 7], Data::None, SECOND);
    });
    assert_eq!(
        text,
        "     0 +0.000000s      1.000ms  00 00 00 00 00 00  GOOD\n     \
         1 +0.001000s      1.000ms  12 00 00 00 24 00  in 36/36  GOOD  data 05 80 05 02 1F 00 00 00 ...\n     \
         2 +0.002000s      1.000ms  2A 00 FF FF D4 BB 00 00 01 00  out 4/4  GOOD  data AB AB AB AB\n     \
         3 +0.003000s      1.000ms  FF 00 00 00 00 00  in 0/36  CHECK CONDITION, \
         sense 70 00 05 00 00 00 00 0A 00 00 00 00 20 00 00 00 00 00\n     \
         4 +0.004000s      0.000ms  00 00 00 00 00 00 00  error: the request is outside the \
         transport's limits: a command of 7 bytes: 6, 10, 12 or 16 exist\n"
    );
}

#[test]
fn no_data_is_shown_when_none_is_wanted() {
    let text = lines(0, |transport| {
        let _ = transport.execute(&WRITE_10, Data::Out(&[0xAB; 4]), SECOND);
    });
    assert!(text.ends_with("out 4/4  GOOD\n"), "{text}");
}

#[test]
fn a_closure_is_a_sink_and_sees_only_what_moved() {
    let (sender, events) = mpsc::channel();
    let sink = move |event: &TraceEvent<'_>| {
        let answer = event.result.clone();
        sender
            .send((
                event.sequence,
                event.direction,
                event.length,
                event.data.to_vec(),
                answer,
            ))
            .unwrap();
    };
    let short = Spoiled {
        inner: TestDevice::new(),
        spoil: |_: &[u8], _: &mut Data<'_>, _| Ok(Completion::good(2)),
    };
    let mut trace = Trace::new(short, sink, Arc::new(VirtualClock::default()));
    let mut buffer = [0; 36];
    let answer = trace.execute(&INQUIRY_36, Data::In(&mut buffer), SECOND);
    assert_eq!(answer, Ok(Completion::good(2)));
    let seen = events.recv().unwrap();
    assert_eq!(seen, (0, Direction::In, 36, vec![5, 0x80], answer));
}

#[test]
fn nothing_is_shown_as_received_when_no_status_came() {
    let lost = Spoiled {
        inner: TestDevice::new(),
        spoil: |_: &[u8], _: &mut Data<'_>, _| {
            Err(TransportError::new(
                TransportErrorKind::Timeout,
                "after 1 s",
            ))
        },
    };
    let mut trace = Trace::new(
        lost,
        TextSink::new(Vec::new()),
        Arc::new(VirtualClock::default()),
    );
    let error = trace
        .execute(&INQUIRY_36, Data::In(&mut [0; 36]), SECOND)
        .unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Timeout);
    let text = String::from_utf8(trace.into_parts().1.finish().unwrap()).unwrap();
    let end = "in ?/36  error: the command timed out: after 1 s\n";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn a_full_disk_disturbs_nothing_and_is_reported_afterwards() {
    let mut room = [0_u8; 100];
    let device = TestDevice::new();
    let clock: Arc<VirtualClock> = Arc::clone(&device.clock);
    let mut trace = Trace::new(device, TextSink::new(room.as_mut_slice()), clock);
    for _ in 0..3 {
        let answer = trace.execute(&[0xFF, 0, 0, 0, 0, 0], Data::None, SECOND);
        assert_eq!(answer, Ok(Completion::check_condition(&ILLEGAL_OPCODE)));
    }
    let failure = trace.into_parts().1.finish().unwrap_err();
    assert_eq!(failure.kind(), io::ErrorKind::WriteZero);
}

#[test]
fn limits_and_description_are_those_of_the_device() {
    let trace = Trace::new(
        TestDevice::new(),
        |_: &TraceEvent<'_>| {},
        Arc::new(VirtualClock::default()),
    );
    assert_eq!(trace.limits(), TestDevice::new().limits);
    assert_eq!(trace.description(), "test device");
}
