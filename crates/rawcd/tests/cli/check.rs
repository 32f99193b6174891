//! `check`: clean images, spoiled ones, and how that is told.

use crate::run::Dir;

/// The ruler as a raw stream from 99:59:00, with some bytes changed: 2448 bytes a sector, LBA -225 first.
fn with_stream(change: impl FnOnce(&mut Vec<u8>)) -> Dir {
    let dir = Dir::new();
    dir.run(["convert", "ruler.iso", "stream", "--lead-in", "99:59:00"])
        .succeeds();
    let mut bytes = dir.bytes("stream");
    change(&mut bytes);
    dir.write("stream", bytes);
    dir
}

/// Where a byte of a sector lies in the stream.
fn offset(lba: i32, byte: usize) -> usize {
    usize::try_from(lba + 225).unwrap() * 2448 + byte
}

#[test]
fn clean_images_have_no_findings() {
    let dir = with_stream(|_| {});
    for image in ["ruler.iso", "stream"] {
        let said = dir.run(["check", image]).succeeds();
        assert!(said.ends_with("of them Mode 1): nothing wrong\n"), "{said}");
    }
}

#[test]
fn findings_say_where_and_what() {
    let dir = with_stream(|bytes| {
        // One byte of user data; a bit of Q in two sectors.
        bytes[offset(10, 1000)] ^= 1;
        for lba in [20, 21] {
            bytes[offset(lba, 2352 + 40)] ^= 0x40;
        }
    });
    let ended = dir.run(["check", "stream"]).has_code(1);
    let lines: Vec<_> = ended.stdout.lines().skip(1).collect();
    assert!(lines[0].starts_with("misread: "), "{ended:#?}");
    assert!(
        lines[1].starts_with("  main    00:02:10 (lba 10): main-edc: "),
        "{ended:#?}"
    );
    assert!(lines[2].starts_with("deviation: "), "{ended:#?}");
    assert!(
        lines[3].starts_with("  Q       00:02:20 (lba 20 to 21, 2 sectors): q-crc: CRC "),
        "{ended:#?}"
    );
    assert_eq!(lines[4], "main-edc (main): 1 sector in 1 run");
    assert_eq!(lines[5], "q-crc (Q): 2 sectors in 1 run");
    assert!(lines[6].ends_with("2 findings"), "{ended:#?}");
    assert_eq!(lines.len(), 7, "{ended:#?}");

    let events = dir.run(["check", "stream", "--json"]).has_code(1).events();
    let found: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "finding")
        .collect();
    let parts = |event: &serde_json::Value| {
        let number = |name| event[name].as_i64().unwrap();
        let word = |name| event[name].as_str().unwrap().to_owned();
        (
            number("lba"),
            number("sectors"),
            word("layer"),
            word("severity"),
        )
    };
    assert_eq!(
        parts(found[0]),
        (10, 1, "main".to_owned(), "misread".to_owned())
    );
    assert_eq!(
        parts(found[1]),
        (20, 2, "Q".to_owned(), "deviation".to_owned())
    );
    assert_eq!(events.last().unwrap()["exit"], 1);
    assert_eq!(events.last().unwrap()["findings"], 2);
    assert_eq!(events.last().unwrap()["worst"], "misread");
}

#[test]
fn the_exit_code_follows_the_severity_asked_for() {
    let dir = with_stream(|bytes| bytes[offset(20, 2352 + 40)] ^= 0x40);
    for (severity, code) in [
        ("refused", 0),
        ("misread", 0),
        ("deviation", 1),
        ("convention", 1),
    ] {
        let args = ["check", "stream", "--fail-on", severity];
        let ended = dir.run(args).has_code(code);
        assert!(ended.stdout.ends_with("1 finding\n"), "{ended:#?}");
    }
    dir.run(["check", "stream"]).has_code(1);
}

#[test]
fn a_stream_without_its_end_is_said_to_spoil_a_disc() {
    let dir = with_stream(|bytes| bytes.truncate(offset(200, 0)));
    let ended = dir.run(["check", "stream"]).has_code(1);
    assert!(ended.stdout.contains("\nrefused: "), "{ended:#?}");
    // And is not burned.
    dir.run(["burn", "stream", "--disc", "d"]).has_code(11);
    dir.run(["new-disc", "d", "--lead-in", "99:59:00"])
        .succeeds();
    let before = dir.bytes("d");
    dir.run(["burn", "stream", "--disc", "d"]).fails(
        10,
        &[
            "the stream is not a disc: ",
            "The disc was not touched. `rawcd check` shows what the stream holds.",
        ],
    );
    assert_eq!(dir.bytes("d"), before);
}

#[test]
fn many_findings_are_cut_in_text_and_counted() {
    // Squares have no beat, so that each is a run of its own.
    let dir = with_stream(|bytes| {
        for lba in (0..80).map(|n| n * n) {
            bytes[offset(lba, 2000)] ^= 1;
        }
    });
    let ended = dir.run(["check", "stream"]).has_code(1);
    assert!(ended.stdout.contains("\n  ... 39 more\n"), "{ended:#?}");
    assert!(ended.stdout.ends_with("79 findings\n"), "{ended:#?}");
    let events = dir.run(["check", "stream", "--json"]).has_code(1).events();
    let findings = events.iter().filter(|event| event["event"] == "finding");
    assert_eq!(findings.count(), 79);
    // Every other sector is one finding.
    let dir = with_stream(|bytes| {
        for lba in (0..330).step_by(2) {
            bytes[offset(lba, 2000)] ^= 1;
        }
    });
    let ended = dir.run(["check", "stream"]).has_code(1);
    let run = "00:02:00 (lba 0 to 328, one in 2, 165 sectors): main-edc: ";
    assert!(ended.stdout.contains(run), "{ended:#?}");
    assert!(ended.stdout.ends_with("1 finding\n"), "{ended:#?}");
}
