//! Conversions to files that other programs read: what is written, what is refused, and what a stop leaves.

use crate::run::{Dir, RULER_SECTORS, assert_same, ruler};

/// The ruler as a raw stream from 99:59:00, 2448 bytes a sector, LBA -225 first.
fn with_stream() -> Dir {
    let dir = Dir::new();
    dir.run(["convert", "ruler.iso", "stream", "--lead-in", "99:59:00"])
        .succeeds();
    dir
}

/// The same with a byte of P changed in the sector at LBA 40.
fn with_deviation() -> Dir {
    let dir = with_stream();
    let mut bytes = dir.bytes("stream");
    bytes[(225 + 40) * 2448 + 2352] ^= 0x80;
    dir.write("stream", bytes);
    dir
}

#[test]
fn the_ending_decides_what_is_written() {
    let dir = with_stream();
    for (out, files, last) in [
        ("a.ccd", &["a.ccd", "a.img", "a.sub"][..], "as CCD/IMG/SUB"),
        ("b.CUE", &["b.CUE", "b.bin"], "as CUE/BIN"),
        ("c.toc", &["c.bin", "c.toc"], "as cdrdao TOC/BIN"),
        ("d.iso", &["d.iso"], "as ISO"),
    ] {
        let before = dir.names();
        let said = dir.run(["convert", "stream", out]).succeeds();
        let last_line = said.lines().last().unwrap();
        assert!(
            last_line.ends_with(&format!("{RULER_SECTORS} sectors {last}, from lba 0")),
            "{said}"
        );
        let mut after = dir.names();
        after.retain(|name| !before.contains(name));
        assert_eq!(after, files);
    }
    assert_same(&dir.path("d.iso"), &ruler());
    assert_eq!(dir.bytes("a.img").len(), RULER_SECTORS * 2352);
    assert_eq!(dir.bytes("a.sub").len(), RULER_SECTORS * 96);
    assert!(dir.bytes("a.img") == dir.bytes("b.bin") && dir.bytes("b.bin") == dir.bytes("c.bin"));
}

#[test]
fn the_option_decides_before_the_ending() {
    let dir = with_stream();
    dir.run(["convert", "stream", "disc.iso", "--to", "cue", "--sub"])
        .succeeds();
    assert_eq!(dir.names(), ["disc.bin", "disc.iso", "disc.sub", "stream"]);
    let sheet = String::from_utf8(dir.bytes("disc.iso")).unwrap();
    assert!(
        sheet.starts_with("FILE \"disc.bin\" BINARY\n  TRACK 01 MODE1/2352\n"),
        "{sheet}"
    );
    dir.run(["convert", "stream", "copy.ccd", "--to", "raw"])
        .succeeds();
    assert_same(&dir.path("copy.ccd"), &dir.path("stream"));
}

#[test]
fn an_image_that_is_authored_converts_too() {
    let dir = Dir::new();
    dir.run(["convert", "ruler.iso", "disc.cue"]).succeeds();
    dir.run(["convert", "ruler.iso", "again.iso"]).succeeds();
    assert_same(&dir.path("again.iso"), &ruler());
    dir.run(["convert", "disc.bin", "from-bin.iso", "--as", "data"])
        .succeeds();
    assert_same(&dir.path("from-bin.iso"), &ruler());
}

#[test]
fn a_loss_is_told_and_nothing_is_written() {
    let dir = with_deviation();
    let ended = dir.run(["convert", "stream", "disc.cue"]);
    let told = "would be lost: P channel of the program where it is not as it is authored: 1 sector, at lba 40\n";
    assert!(ended.stdout.ends_with(told), "{ended:#?}");
    ended.fails(
        15,
        &[
            "1 thing of the disc would not come back from CUE/BIN",
            "Nothing was written. Add --lossy to write it without them; or convert to ccd, which holds more",
        ],
    );
    assert_eq!(dir.names(), ["stream"]);
    let said = dir
        .run(["convert", "stream", "disc.cue", "--lossy"])
        .succeeds();
    assert!(said.contains("\nlost: P channel of the program"), "{said}");
    // What has a place for subcode loses nothing.
    let said = dir.run(["convert", "stream", "disc.ccd"]).succeeds();
    assert!(!said.contains("lost"), "{said}");
    dir.run(["convert", "stream", "with.cue", "--sub"])
        .succeeds();
}

#[test]
fn losses_are_events() {
    let dir = with_deviation();
    let events = dir
        .run(["convert", "stream", "disc.toc", "--json"])
        .has_code(15)
        .events();
    let loss = events
        .iter()
        .find(|event| event["event"] == "loss")
        .unwrap();
    assert_eq!(
        (&loss["kind"], &loss["lba"]),
        (&"p".into(), &40.into()),
        "{loss}"
    );
    assert_eq!(
        (&loss["sectors"], &loss["track"]),
        (&1.into(), &().into()),
        "{loss}"
    );
    let events = dir
        .run(["convert", "stream", "disc.toc", "--json", "--lossy"])
        .has_code(0)
        .events();
    let result = events.last().unwrap();
    assert_eq!(result["losses"], 1, "{result}");
    assert_eq!(result["files"].as_array().unwrap().len(), 2, "{result}");
}

#[test]
fn options_that_do_not_apply_are_refused() {
    let dir = with_stream();
    for (args, option, to) in [
        (
            ["convert", "stream", "disc.ccd", "--sub"].as_slice(),
            "--sub",
            "ccd",
        ),
        (&["convert", "stream", "copy", "--sub"], "--sub", "raw"),
        (&["convert", "stream", "copy", "--lossy"], "--lossy", "raw"),
        (
            &["convert", "ruler.iso", "disc.cue", "--lead-in", "97:00:00"],
            "--lead-in",
            "cue",
        ),
        (
            &["convert", "ruler.iso", "disc.toc", "--subcode", "pq"],
            "--subcode",
            "toc",
        ),
    ] {
        let said = format!("{option} was given, but does not apply to a conversion to {to}");
        dir.run(args).fails(2, &[&said, "Leave that option out."]);
    }
    assert_eq!(dir.names(), ["stream"]);
}

#[test]
fn discs_that_a_format_cannot_hold_are_refused() {
    let dir = Dir::new();
    dir.sparse("audio", 2352 * 300);
    let args = ["convert", "audio", "disc.iso", "--as", "audio"];
    for lossy in [&[][..], &["--lossy"]] {
        dir.run(args.iter().chain(lossy)).fails(
            15,
            &[
                "an ISO holds a single data track that begins at lba 0, and this track is audio",
                "Nothing was written. Convert to another format",
            ],
        );
    }
    assert_eq!(dir.names(), ["audio"]);
}

#[test]
fn a_stream_without_a_lead_in_is_refused() {
    let dir = with_stream();
    let bytes = dir.bytes("stream");
    dir.write("stream", &bytes[75 * 2448..]);
    dir.run(["convert", "stream", "disc.ccd"]).fails(
        10,
        &[
            "the stream starts at lba -150 (00:00:00), after the lead-in",
            "--to raw copies it as it is",
        ],
    );
    assert_eq!(dir.names(), ["stream"]);
}

#[test]
fn files_that_exist_are_kept_unless_they_may_go() {
    let dir = with_stream();
    for taken in ["disc.ccd", "disc.img", "disc.sub"] {
        dir.write(taken, "mine");
        dir.run(["convert", "stream", "disc.ccd"])
            .fails(14, &[taken, "exists already", "add --force to replace it"]);
        assert_eq!(dir.names(), [taken, "stream"]);
        assert_eq!(dir.bytes(taken), b"mine");
        std::fs::remove_file(dir.path(taken)).unwrap();
    }
    dir.write("disc.img", "mine");
    dir.run(["convert", "stream", "disc.ccd", "--force"])
        .succeeds();
    assert_eq!(dir.bytes("disc.img").len(), RULER_SECTORS * 2352);
}

#[cfg(unix)]
mod stopped {
    use std::fs;
    use std::os::unix::process::ExitStatusExt;

    use rustix::process::Signal;

    use super::Dir;

    /// A conversion to `out` of a long image, stopped by `signal` when some of a file is written. The names in the
    /// directory then, those of temporary files left out.
    fn stop(out: &str, signal: Signal, code: Option<i32>) -> (Vec<String>, usize) {
        let dir = Dir::new();
        dir.sparse("audio", 2352 * 200_000);
        let mut child = dir.start(["convert", "audio", out, "--as", "audio"]);
        let is_part = |name: &String| name.ends_with(".part");
        child.wait_until(|| {
            let parts = dir.names().into_iter().filter(is_part);
            let mut lens =
                parts.map(|name| fs::metadata(dir.path(&name)).map_or(0, |part| part.len()));
            lens.any(|len| len > 1_000_000)
        });
        child.signal(signal);
        let ended = child.end();
        assert_eq!(ended.status.code(), code, "{ended:#?}");
        if code.is_none() {
            assert_eq!(ended.status.signal(), Some(signal.as_raw()));
        }
        let (parts, names): (Vec<_>, Vec<_>) = dir.names().into_iter().partition(is_part);
        (names, parts.len())
    }

    #[test]
    fn ctrl_c_leaves_nothing() {
        for out in ["disc.ccd", "disc.cue", "disc.toc"] {
            assert_eq!(
                stop(out, Signal::INT, Some(31)),
                (vec!["audio".to_owned()], 0),
                "{out}"
            );
        }
    }

    #[test]
    fn a_kill_leaves_no_file_under_its_name() {
        let (names, _) = stop("disc.ccd", Signal::KILL, None);
        assert_eq!(names, ["audio"]);
    }
}
