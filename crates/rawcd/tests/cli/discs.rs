//! Disc files: made, misused, damaged, locked.

use std::fs::{self, OpenOptions, TryLockError};

use crate::run::Dir;

/// Every command that takes a disc refuses `disc` alike, and leaves it as it was.
fn check(dir: &Dir, code: i32, sayings: &[&str]) {
    let (before, names) = (dir.bytes("disc"), dir.names());
    for args in [
        ["info", "--disc", "disc"].as_slice(),
        &["read", "out", "--disc", "disc"],
        &["burn", "ruler.iso", "--disc", "disc"],
        &["plan", "ruler.iso", "--disc", "disc"],
    ] {
        dir.run(args).fails(code, sayings);
        assert_eq!(dir.bytes("disc"), before, "after {args:?}");
        assert_eq!(dir.names(), names, "after {args:?}");
    }
}

/// A blank disc, with its bytes changed.
fn with_disc(change: impl FnOnce(&mut Vec<u8>)) -> Dir {
    let dir = Dir::new();
    dir.run(["new-disc", "disc"]).succeeds();
    let mut bytes = dir.bytes("disc");
    change(&mut bytes);
    dir.write("disc", bytes);
    dir
}

#[test]
fn another_version() {
    let dir = with_disc(|bytes| bytes[16] = 2);
    check(
        &dir,
        26,
        &[
            "the disc disc is of version 2, this program reads version 1",
            "Use the rawcd that made it, or another disc.",
        ],
    );
}

#[test]
fn a_damaged_header() {
    let dir = with_disc(|bytes| bytes[60] ^= 1);
    let sayings = ["the header of the disc disc is damaged: its checksum does not fit"];
    check(&dir, 26, &sayings);
}

#[test]
fn a_header_cut_short() {
    let dir = with_disc(|bytes| bytes.truncate(100));
    let sayings = ["the disc disc ends after 100 bytes, its header alone has 4096"];
    check(&dir, 26, &sayings);
}

#[test]
fn a_disc_cut_short() {
    let dir = Dir::with_small_disc();
    dir.run(["burn", "ruler.iso", "--disc", "small"]).succeeds();
    let bytes = dir.bytes("small");
    dir.write("disc", &bytes[..bytes.len() - 2448]);
    let sayings = ["the disc disc should hold 7305 sectors, its file holds 7304"];
    check(&dir, 26, &sayings);
}

#[test]
fn something_that_is_no_disc_file() {
    let dir = Dir::new();
    dir.write("disc", "Dear reader, this is no disc.\n".repeat(200));
    check(
        &dir,
        26,
        &[
            "disc is not a disc file",
            "It is left as it is. --disc names a file that rawcd made",
        ],
    );
}

#[test]
fn a_disc_that_may_not_be_written() {
    let dir = with_disc(|_| {});
    let path = dir.path("disc");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(path, permissions).unwrap();
    check(
        &dir,
        26,
        &["the disc disc is read-only: allow writing to the file, or copy it"],
    );
}

#[test]
fn a_disc_that_another_program_has() {
    let dir = with_disc(|_| {});
    let file = OpenOptions::new()
        .write(true)
        .open(dir.path("disc"))
        .unwrap();
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => panic!("the disc is in use though nobody uses it"),
        Err(TryLockError::Error(error)) => panic!("{error}"),
    }
    for args in [
        ["info", "--disc", "disc"].as_slice(),
        &["read", "out", "--disc", "disc"],
        &["burn", "ruler.iso", "--disc", "disc"],
        &["plan", "ruler.iso", "--disc", "disc"],
    ] {
        dir.run(args).fails(
            21,
            &[
                "the disc disc is in use",
                "Wait until the other rawcd has ended",
            ],
        );
    }
    drop(file);
    dir.run(["info", "--disc", "disc"]).succeeds();
}

#[test]
fn a_disc_that_is_missing_is_made_by_burn_alone() {
    let dir = Dir::new();
    for args in [
        ["info", "--disc", "d"].as_slice(),
        &["read", "out", "--disc", "d"],
    ] {
        dir.run(args).fails(
            26,
            &[
                "there is no disc file d",
                "`rawcd new-disc FILE` a blank one",
            ],
        );
    }
    dir.run(["burn", "ruler.iso", "--disc", "no/d"]).fails(
        14,
        &["cannot write no/d: ", "See that its directory exists"],
    );
    dir.run(["info", "--disc", "."])
        .fails(26, &["cannot open the disc .: "]);
    assert!(dir.names().is_empty());
}

#[test]
fn new_disc_makes_what_was_asked_for() {
    let dir = Dir::new();
    let said = dir
        .run([
            "new-disc",
            "d",
            "--lead-in",
            "97:27:00",
            "--last-lead-out",
            "74:43:00",
        ])
        .succeeds();
    assert_eq!(
        said,
        "d is a blank CD-R, lead-in from 97:27:00, lead-out at 74:43:00 at the latest\n"
    );
    let said = dir.run(["info", "--disc", "d"]).succeeds();
    for saying in [
        "medium: CD-R (blank), lead-in from 97:27:00, lead-out at 74:43:00 at the latest",
        "lead-in by ATIP        97:27:00 (lba -11625)",
        "last lead-out by ATIP  74:43:00 (lba 336075)",
        "last lead-out by drive 74:43:00 (lba 336075)",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
}

#[test]
fn new_disc_replaces_nothing_and_makes_nothing_impossible() {
    let dir = with_disc(|_| {});
    let before = dir.bytes("disc");
    dir.run(["new-disc", "disc"]).fails(
        14,
        &["disc already exists and is left as it is: name another file for the new disc"],
    );
    dir.run(["new-disc", "no/d"])
        .fails(14, &["cannot write no/d: "]);
    for (option, time, saying) in [
        (
            "--lead-in",
            "80:00:00",
            "a lead-in cannot begin at 80:00:00",
        ),
        (
            "--last-lead-out",
            "95:00:00",
            "a lead-out cannot begin at 95:00:00",
        ),
        (
            "--last-lead-out",
            "00:00:00",
            "a lead-out cannot begin at 00:00:00",
        ),
    ] {
        dir.run(["new-disc", "d", option, time])
            .fails(2, &[saying, option]);
    }
    dir.run(["new-disc", "d", "--lead-in", "97:60:00"])
        .has_code(2);
    assert_eq!(dir.names(), ["disc"]);
    assert_eq!(dir.bytes("disc"), before);
}

#[test]
fn a_device_that_is_none() {
    let dir = Dir::new();
    dir.write("file", "x");
    for (node, saying) in [
        (
            "file",
            "file is a regular file; a drive is a /dev/srN or a /dev/sgN",
        ),
        ("missing", "there is no missing; is the drive plugged in"),
        (".", ". is a directory; a drive is"),
    ] {
        for args in [
            ["burn", "ruler.iso", "--yes", "--device", node].as_slice(),
            &["plan", "ruler.iso", "--device", node],
            &["info", "--device", node],
            &["read", "out", "--device", node],
        ] {
            let ended = dir.run(args).has_code(20);
            // Elsewhere drives are not supported yet, which is what is said there.
            if cfg!(target_os = "linux") {
                assert!(ended.failure().contains(saying), "{ended:#?}");
            }
        }
    }
    dir.run(["info", "--device", "x", "--disc", "y"])
        .has_code(2);
    assert_eq!(dir.names(), ["file"]);
}
