//! Images that cannot be used, and images that change while they are used.

use crate::run::Dir;

/// Every command that takes an image refuses this one alike, and leaves nothing behind.
fn check(dir: &Dir, image: &str, code: i32, sayings: &[&str]) {
    let names = dir.names();
    for args in [
        ["burn", image, "--disc", "d"].as_slice(),
        &["plan", image, "--disc", "d"],
        &["check", image],
        &["convert", image, "out"],
    ] {
        // A check tells 0, 1 and 2.
        let code = if args[0] == "check" { 2 } else { code };
        dir.run(args).fails(code, sayings);
        assert_eq!(dir.names(), names, "after {args:?}");
    }
}

#[test]
fn a_file_that_is_not_there() {
    check(&Dir::new(), "no.iso", 2, &["no.iso does not exist"]);
}

#[test]
fn a_directory() {
    let sayings = ["rawcd: . is a directory; name the image file in it"];
    check(&Dir::new(), ".", 2, &sayings);
}

#[test]
fn a_file_without_a_byte() {
    let dir = Dir::new();
    dir.write("empty.iso", []);
    check(&dir, "empty.iso", 2, &["empty.iso is empty (0 bytes)"]);
}

#[cfg(unix)]
#[test]
fn a_device() {
    let sayings =
        ["/dev/null is a device, pipe or socket, not a file; copy its bytes to a file first"];
    check(&Dir::new(), "/dev/null", 2, &sayings);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere() {
    let dir = Dir::new();
    std::os::unix::fs::symlink("gone.iso", dir.path("link.iso")).unwrap();
    check(&dir, "link.iso", 2, &["link.iso does not exist"]);
}

#[test]
fn a_file_that_is_no_image() {
    let dir = Dir::new();
    dir.write(
        "letter.txt",
        "Dear reader, this is no image.\n".repeat(2000),
    );
    check(
        &dir,
        "letter.txt",
        10,
        &[
            "letter.txt (62000 bytes) is nothing known: no ISO file system",
            "State its kind with --as (iso, data, scrambled, audio, raw96, packed96, pq16; of a sheet cue, toc or ccd)",
        ],
    );
}

#[test]
fn a_kind_that_does_not_fit() {
    let dir = Dir::new();
    dir.write("some.bin", vec![0; 2352 * 2 + 1]);
    dir.run(["check", "some.bin", "--as", "audio"]).fails(
        2,
        &[
            "some.bin is 4705 bytes: 2 sectors of 2352 bytes and 1 bytes more",
            "--as",
        ],
    );
    dir.run(["check", "some.bin", "--as", "vinyl"]).has_code(2);
}

#[cfg(unix)]
mod changing {
    use std::fs::{self, OpenOptions};
    use std::io::Write;

    use rustix::process::Signal;

    use crate::run::{Dir, Ended, Running};

    /// Long enough that a command is seen at work on it.
    const LEN: u64 = 2352 * 40_000;

    fn with_audio() -> Dir {
        let dir = Dir::new();
        dir.sparse("audio", LEN);
        dir
    }

    /// Halts the child once a file that it writes is seen, does `change`, and lets it go on.
    fn change(child: &mut Running, is_at_work: impl Fn() -> bool, change: impl FnOnce()) {
        child.wait_until(is_at_work);
        child.signal(Signal::STOP);
        change();
        child.signal(Signal::CONT);
    }

    fn convert_and(dir: &Dir, alter: impl FnOnce()) -> Ended {
        let mut child = dir.start(["convert", "audio", "out", "--as", "audio"]);
        let is_at_work = || dir.names().iter().any(|name| name.ends_with(".part"));
        change(&mut child, is_at_work, alter);
        child.end()
    }

    fn set_len(dir: &Dir, len: u64) {
        let file = OpenOptions::new().write(true).open(dir.path("audio"));
        file.unwrap().set_len(len).unwrap();
    }

    #[test]
    fn a_file_that_grows() {
        let dir = with_audio();
        let sayings = [
            "changed while it was in use: it had 94080000 bytes and now has 94082352",
            "See that nothing writes to the image, and start again.",
        ];
        convert_and(&dir, || set_len(&dir, LEN + 2352)).fails(13, &sayings);
        assert_eq!(dir.names(), ["audio"]);
    }

    #[test]
    fn a_file_that_shrinks() {
        let dir = with_audio();
        let sayings = ["changed while it was in use: it had 94080000 bytes and now has 2352"];
        convert_and(&dir, || set_len(&dir, 2352)).fails(13, &sayings);
        assert_eq!(dir.names(), ["audio"]);
    }

    #[test]
    fn a_file_that_is_written_to() {
        let dir = with_audio();
        let write = || {
            let file = OpenOptions::new().write(true).open(dir.path("audio"));
            file.unwrap().write_all(b"noise").unwrap();
        };
        let sayings =
            ["changed while it was in use: it was written to, its length stayed the same"];
        convert_and(&dir, write).fails(13, &sayings);
        assert_eq!(dir.names(), ["audio"]);
    }

    #[test]
    fn a_file_that_is_replaced_stays_what_was_opened() {
        let dir = with_audio();
        dir.write("other", "something else");
        let replace = || fs::rename(dir.path("other"), dir.path("audio")).unwrap();
        convert_and(&dir, replace).succeeds();
        // Lead-in from 95:00:00, pregap, program and lead-out.
        let sectors = 22_500 + 150 + 40_000 + 6_750;
        let len = fs::metadata(dir.path("out")).unwrap().len();
        assert_eq!(len, sectors * 2448);
    }

    /// Burns the file onto `d`, and changes it once the disc has grown by a megabyte.
    fn burn_and(dir: &Dir, alter: impl FnOnce()) -> Ended {
        let mut child = dir.start(["burn", "audio", "--as", "audio", "--disc", "d"]);
        let is_at_work = || fs::metadata(dir.path("d")).is_ok_and(|disc| disc.len() > 1_000_000);
        change(&mut child, is_at_work, alter);
        child.end()
    }

    #[test]
    fn a_file_that_shrinks_in_mid_burn_spoils_the_disc() {
        let dir = with_audio();
        burn_and(&dir, || set_len(&dir, 2352)).fails(
            41,
            &[
                "changed while it was in use",
                "The disc is spoiled: begun and not whole. Use a new one.",
            ],
        );
        let said = dir.run(["info", "--disc", "d"]).succeeds();
        assert!(said.contains("the recording was broken off"), "{said}");
    }

    #[test]
    fn a_file_that_grows_in_mid_burn_leaves_a_disc_that_proves_nothing() {
        let dir = with_audio();
        burn_and(&dir, || set_len(&dir, LEN + 2352)).fails(
            42,
            &[
                "changed while it was in use",
                "nothing proves that it holds the image: do not rely on it.",
            ],
        );
        let said = dir.run(["info", "--disc", "d"]).succeeds();
        assert!(said.contains("the disc is complete"), "{said}");
    }
}
