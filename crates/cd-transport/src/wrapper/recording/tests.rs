use proptest::prelude::*;

use super::*;
use crate::{SenseBytes, Status};

const HEADER: &str = "cd-transport recording 1\ndevice d\nlimits max_transfer=100 alignment=4\n";
const READY: &str = "command cdb=000000000000 timeout_ms=1 none\n";
const INQUIRY: &str = "command cdb=120000002400 timeout_ms=1 in=36\n";

/// Where and how `text` is refused.
fn check(text: &str, expect: &str) {
    assert_eq!(parse(text).unwrap_err().to_string(), expect, "{text:?}");
}

/// The same for lines after a sound beginning, which is three lines long.
fn check_after(lines: &str, expect: &str) {
    check(&format!("{HEADER}{lines}"), expect);
}

#[test]
fn the_checksum_is_the_published_one() {
    assert_eq!(fnv1a(b""), 0xCBF2_9CE4_8422_2325);
    assert_eq!(fnv1a(b"a"), 0xAF63_DC4C_8601_EC8C);
    assert_eq!(fnv1a(b"foobar"), 0x8594_4171_F739_67E8);
}

#[test]
fn a_recording_without_exchanges_is_one() {
    let limits = Limits {
        max_transfer: 100,
        alignment: 4,
    };
    let empty = Recording {
        device: "d".to_owned(),
        limits,
        exchanges: Vec::new(),
    };
    assert_eq!(parse(HEADER), Ok(empty));
    assert_eq!(header_lines("d", limits), HEADER);
}

#[test]
fn every_line_of_the_documentation_is_read() {
    let documentation = include_str!("../../wrapper.rs");
    let example: String = documentation
        .lines()
        .map(|line| line.trim_start_matches("//!").trim_start())
        .skip_while(|line| *line != FIRST_LINE)
        .take_while(|line| *line != "```")
        .map(|line| format!("{}\n", line.replace("1F...", &"1F".repeat(32))))
        .collect();
    let recording = parse(&example).unwrap();
    assert_eq!(recording.device, "/dev/sr0");
    assert_eq!(recording.exchanges.len(), 3);
}

#[test]
fn a_wrong_beginning_is_named() {
    let form = "\"cd-transport recording 1\"";
    check(
        "",
        &format!(
            "line 1, column 1 of the recording: found the end of the file, expected the line {form}"
        ),
    );
    check(
        "cd-transport recording 2\n",
        &format!(
            "line 1, column 1 of the recording: found \"cd-transport recording 2\", expected {form}"
        ),
    );
    check(
        "cd-transport recording 10\n",
        "line 1, column 25 of the recording: found \"0\", expected the end of the line",
    );
    check(
        "cd-transport recording 1\r\n",
        "line 1, column 25 of the recording: found \"\\r\", expected the end of the line",
    );
    check(
        "cd-transport recording 1\n",
        "line 2, column 1 of the recording: found the end of the file, expected a line that begins \
         with \"device \"",
    );
    check(
        "cd-transport recording 1\ndevice d\nlimits max_transfer=1 alignment=3\n",
        "line 3, column 33 of the recording: found \"3\", expected a power of two",
    );
}

#[test]
fn a_wrong_command_is_named_by_line_and_column() {
    let at = "of the recording: found";
    check_after(
        "answer status=00 transferred=0 sense=\n",
        &format!("line 4, column 1 {at} \"answer status=00 transfe\", expected \"command \""),
    );
    check_after(
        "command at_us=-1 cdb=000000000000 timeout_ms=1 none\n",
        &format!(
            "line 4, column 15 {at} \"-1 cdb=000000000000 time\", expected a number from 0 to {}",
            u64::MAX
        ),
    );
    check_after(
        "command cdb=00000000000 timeout_ms=1 none\n",
        &format!("line 4, column 23 {at} \"0 timeout_ms=1 none\", expected two digits 0-9 or A-F"),
    );
    check_after(
        "command cdb=0000000000ab timeout_ms=1 none\n",
        &format!("line 4, column 23 {at} \"ab timeout_ms=1 none\", expected two digits 0-9 or A-F"),
    );
    check_after(
        "command cdb=00000000000000 timeout_ms=1 none\n",
        &format!(
            "line 4, column 13 {at} \"00000000000000 timeout_m\", expected 6, 10, 12 or 16 bytes"
        ),
    );
    check_after(
        "command cdb=000000000000 timeout_ms=1 some\n",
        &format!("line 4, column 39 {at} \"some\", expected \"none\" or \"in=\" or \"out=\""),
    );
    check_after(
        "command cdb=000000000000 timeout_ms=1 none \n",
        &format!("line 4, column 43 {at} \" \", expected the end of the line"),
    );
    for length in ["101", "01", "", "-1", "+1", "99999999999999999999999999"] {
        let found = match length {
            "" => "the end of the line".to_owned(),
            length => format!("{:?}", length.chars().take(24).collect::<String>()),
        };
        check_after(
            &format!("command cdb=000000000000 timeout_ms=1 in={length}\n"),
            &format!("line 4, column 42 {at} {found}, expected a number from 0 to 100"),
        );
    }
    check_after(
        "command cdb=000000000000 timeout_ms=1 out=2 data=AABBCC\n",
        &format!("line 4, column 50 {at} \"AABBCC\", expected 2 bytes, not 3"),
    );
    check_after(
        "command cdb=000000000000 timeout_ms=1 out=2 fnv1a=AABB\n",
        &format!("line 4, column 51 {at} \"AABB\", expected 8 bytes"),
    );
}

#[test]
fn a_wrong_answer_is_named_by_line_and_column() {
    let at = "of the recording: found";
    check_after(
        &format!("{READY}{READY}"),
        &format!(
            "line 5, column 1 {at} \"command cdb=000000000000\", expected \"answer \" or \
             \"error \""
        ),
    );
    check_after(
        &format!("{READY}answer status=0000 transferred=0 sense=\n"),
        &format!("line 5, column 15 {at} \"0000 transferred=0 sense\", expected one byte"),
    );
    check_after(
        &format!("{READY}answer status=00 transferred=1 sense=\n"),
        &format!("line 5, column 30 {at} \"1 sense=\", expected a number from 0 to 0"),
    );
    check_after(
        &format!("{INQUIRY}answer status=00 transferred=37 sense= data=\n"),
        &format!("line 5, column 30 {at} \"37 sense= data=\", expected a number from 0 to 36"),
    );
    check_after(
        &format!("{INQUIRY}answer status=00 transferred=2 sense= data=AA\n"),
        &format!("line 5, column 44 {at} \"AA\", expected 2 bytes, not 1"),
    );
    check_after(
        &format!("{INQUIRY}answer status=00 transferred=2 sense=\n"),
        &format!("line 5, column 38 {at} the end of the line, expected \" \""),
    );
    check_after(
        &format!(
            "{READY}answer status=02 transferred=0 sense={}\n",
            "00".repeat(97)
        ),
        &format!("line 5, column 38 {at} \"000000000000000000000000\", expected at most 96 bytes"),
    );
    check_after(
        &format!("{READY}error kind=tired detail=\n"),
        &format!(
            "line 5, column 12 {at} \"tired detail=\", expected \"timeout\" or \"device_gone\" or \
             \"permission_denied\" or \"in_use\" or \"host\" or \"invalid_request\" or \
             \"no_such_device\" or \"unsupported\""
        ),
    );
}

#[test]
fn escapes_have_one_form() {
    for bad in [
        "\\",
        "\\n",
        "\\u{a}",
        "\\u{0A}",
        "\\u{41}",
        "\\u{110000}",
        "\\u{A",
        "\\u{}",
        "\\u{+A}",
    ] {
        let text = format!("{HEADER}{READY}error kind=host detail=äx{bad}\n");
        let error = parse(&text).unwrap_err();
        assert_eq!((error.line, error.column), (5, 26), "{bad}");
        assert!(error.found.starts_with(&format!("{bad:?}")[..3]), "{error}");
    }
    let text = format!("{HEADER}{READY}error kind=host detail=a\tb\n");
    assert_eq!(parse(&text).unwrap_err().expected, "no control character");
}

fn any_contents(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=max)
}

/// A command, its data, its answer.
type Any = (
    Vec<u8>,
    u8,
    Vec<u8>,
    Result<(u8, usize, Vec<u8>), (usize, String)>,
    Option<u64>,
);

fn any_exchange() -> impl Strategy<Value = Any> {
    let command = prop::sample::select(vec![6_usize, 10, 12, 16])
        .prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
    let answer = prop_oneof![
        (any::<u8>(), 0..200_usize, any_contents(96)).prop_map(Ok),
        (0..KINDS.len(), any::<String>()).prop_map(Err),
    ];
    (
        command,
        0..3_u8,
        any_contents(100),
        answer,
        any::<Option<u64>>(),
    )
}

/// Writes one exchange as `Record` does, and gives what must be read.
fn written(text: &mut String, exchange: Any, max: usize) -> Exchange {
    let (command, direction, mut bytes, answer, at) = exchange;
    let at = at.map(Duration::from_micros);
    let line = text.lines().count() + 1;
    let contents = |bytes: &[u8]| {
        if bytes.len() <= max {
            Contents::Full(bytes.to_vec())
        } else {
            Contents::Checksum(fnv1a(bytes))
        }
    };
    let length = bytes.len();
    let received = bytes.clone();
    let (data, recorded) = match direction {
        0 => (Data::None, RecordedData::None),
        1 => (Data::In(&mut bytes), RecordedData::In { length }),
        _ => {
            let contents = contents(&bytes);
            (Data::Out(&bytes), RecordedData::Out { length, contents })
        }
    };
    let most = data.len();
    text.push_str(&command_line(
        At(at),
        (&command, &data),
        Duration::from_micros(1),
        max,
    ));
    let result = match answer {
        Ok((status, transferred, sense)) => Ok(Completion {
            status: Status(status),
            transferred: transferred.min(most),
            sense: SenseBytes::new(&sense),
        }),
        Err((kind_idx, detail)) => Err(TransportError::new(KINDS[kind_idx].0, detail)),
    };
    let moved = match &result {
        Ok(answer) if direction == 1 => Some(&received[..answer.transferred]),
        _ => None,
    };
    text.push_str(&answer_line(At(at), &result, moved, max));
    let answer = match result {
        Err(error) => Answer::Failed(error),
        Ok(completion) => Answer::Completed {
            completion,
            data: moved.map(contents),
        },
    };
    Exchange {
        line,
        command,
        data: recorded,
        answer: Some(answer),
        answered_at: at,
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        device: String,
        exchanges in prop::collection::vec(any_exchange(), 0..6),
        max in 0..120_usize,
    ) {
        let limits = Limits { max_transfer: 100, alignment: 512 };
        let mut text = header_lines(&device, limits);
        let exchanges: Vec<_> =
            exchanges.into_iter().map(|exchange| written(&mut text, exchange, max)).collect();
        prop_assert_eq!(parse(&text), Ok(Recording { device, limits, exchanges }));
    }

    #[test]
    fn a_recording_that_is_cut_is_read_up_to_a_line_end_and_refused_elsewhere(
        exchanges in prop::collection::vec(any_exchange(), 0..3),
    ) {
        let mut text = HEADER.to_owned();
        for exchange in exchanges {
            written(&mut text, exchange, 50);
        }
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let cut = &text[..end];
            let whole_lines = cut.ends_with('\n') && cut.lines().count() >= 3;
            prop_assert_eq!(parse(cut).is_ok(), whole_lines, "{:?}", cut);
        }
    }

    #[test]
    fn changed_text_is_read_or_refused_but_never_stops_the_program(
        exchange in any_exchange(),
        changes in prop::collection::vec((any::<usize>(), any::<char>()), 1..4),
    ) {
        let mut text = HEADER.to_owned();
        written(&mut text, exchange, 50);
        let mut characters: Vec<_> = text.chars().collect();
        for (idx, c) in changes {
            let idx = idx % characters.len();
            characters[idx] = c;
        }
        let changed: String = characters.into_iter().collect();
        if let Err(error) = parse(&changed) {
            let line = changed.split('\n').nth(error.line - 1);
            prop_assert!(line.is_some_and(|line| error.column <= line.chars().count() + 1));
        }
    }
}
