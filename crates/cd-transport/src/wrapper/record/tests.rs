use super::*;
use crate::testing::{
    ILLEGAL_OPCODE, INQUIRY_36, SECOND, Spoiled, TEST_UNIT_READY, TestDevice, WRITE_10,
};
use crate::{TransportErrorKind, VirtualClock};

fn text_of(record: Record<impl Transport, Vec<u8>>) -> String {
    String::from_utf8(record.into_parts().1).unwrap()
}

fn some_exchanges(transport: &mut dyn Transport) {
    let mut buffer = [0; 5];
    let inquiry_5 = [0x12, 0, 0, 0, 5, 0];
    let _ = transport.execute(&TEST_UNIT_READY, Data::None, Duration::from_nanos(1));
    let _ = transport.execute(&inquiry_5, Data::In(&mut buffer), SECOND);
    let _ = transport.execute(&WRITE_10, Data::Out(b"abc"), SECOND);
    let _ = transport.execute(&WRITE_10, Data::Out(b"foobar"), SECOND);
    let _ = transport.execute(&[0xFF; 16], Data::In(&mut buffer), SECOND);
    let _ = transport.execute(&[0; 7], Data::None, SECOND);
}

#[test]
fn the_documented_form_is_written() {
    let options = RecordOptions {
        max_out: 5,
        max_in: 5,
    };
    let mut record = Record::new(TestDevice::new(), Vec::new()).with_options(options);
    some_exchanges(&mut record);
    assert!(record.finish().is_ok());
    assert_eq!(
        text_of(record),
        "cd-transport recording 1\n\
         device test device\n\
         limits max_transfer=4096 alignment=1\n\
         command cdb=000000000000 timeout_ms=1 none\n\
         answer status=00 transferred=0 sense=\n\
         command cdb=120000000500 timeout_ms=1000 in=5\n\
         answer status=00 transferred=5 sense= data=058005021F\n\
         command cdb=2A00FFFFD4BB00000100 timeout_ms=1000 out=3 data=616263\n\
         answer status=00 transferred=3 sense=\n\
         command cdb=2A00FFFFD4BB00000100 timeout_ms=1000 out=6 fnv1a=85944171F73967E8\n\
         answer status=00 transferred=6 sense=\n\
         command cdb=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF timeout_ms=1000 in=5\n\
         answer status=02 transferred=0 sense=700005000000000A00000000200000000000 data=\n"
    );
}

#[test]
fn long_data_received_is_kept_as_checksum_when_asked() {
    let options = RecordOptions {
        max_in: 4,
        ..RecordOptions::default()
    };
    let mut record = Record::new(TestDevice::new(), Vec::new()).with_options(options);
    some_exchanges(&mut record);
    let text = text_of(record);
    assert!(text.contains(" transferred=5 sense= fnv1a="), "{text}");
}

#[test]
fn errors_are_kept_with_kind_and_text() {
    let lost = Spoiled {
        inner: TestDevice::new(),
        spoil: |_: &[u8], _: &mut Data<'_>, _| {
            let detail = "cable\nor \\ bridge";
            Err(TransportError::new(TransportErrorKind::DeviceGone, detail))
        },
    };
    let mut record = Record::new(lost, Vec::new());
    let _ = record.execute(&INQUIRY_36, Data::In(&mut [0; 36]), SECOND);
    let text = text_of(record);
    let end = "in=36\nerror kind=device_gone detail=cable\\u{A}or \\\\ bridge\n";
    assert!(text.ends_with(end), "{text}");
}

/// Notes what had been written at each flush.
#[derive(Default)]
struct Flushed {
    text: Vec<u8>,
    at_flush: Vec<String>,
}

impl Write for Flushed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = String::from_utf8_lossy(&self.text);
        let last = text.lines().last().unwrap_or_default();
        let word = last.split(' ').next().unwrap_or_default();
        self.at_flush.push(word.to_owned());
        Ok(())
    }
}

#[test]
fn each_line_is_flushed_as_soon_as_it_is_known() {
    let mut record = Record::new(TestDevice::new(), Flushed::default());
    let _ = record.execute(&TEST_UNIT_READY, Data::None, SECOND);
    assert_eq!(
        record.into_parts().1.at_flush,
        ["limits", "command", "answer"]
    );
}

#[test]
fn a_full_disk_disturbs_nothing_and_is_reported_afterwards() {
    for room in 0..300 {
        let mut memory = vec![0; room];
        let mut record = Record::new(TestDevice::new(), memory.as_mut_slice());
        for _ in 0..3 {
            let answer = record.execute(&[0xFF; 6], Data::None, SECOND);
            assert_eq!(answer, Ok(Completion::check_condition(&ILLEGAL_OPCODE)));
        }
        let failure = record.finish().unwrap_err();
        assert_eq!(failure.kind(), io::ErrorKind::WriteZero);
        assert!(
            failure
                .to_string()
                .starts_with("the recording is cut short: ")
        );
        assert!(record.finish().is_err(), "told again");
        assert_eq!(record.into_parts().0.commands.len(), 3);
    }
}

#[test]
fn times_count_from_the_beginning_of_the_recording() {
    let clock = Arc::new(VirtualClock::default());
    clock.advance(Duration::from_secs(1000));
    let mut record =
        Record::new(TestDevice::new(), Vec::new()).with_clock(Arc::<VirtualClock>::clone(&clock));
    clock.advance(Duration::from_micros(1500));
    let _ = record.execute(&TEST_UNIT_READY, Data::None, SECOND);
    let text = text_of(record);
    assert!(
        text.ends_with(
            "command at_us=1500 cdb=000000000000 timeout_ms=1000 none\n\
             answer at_us=1500 status=00 transferred=0 sense=\n"
        ),
        "{text}"
    );
}
