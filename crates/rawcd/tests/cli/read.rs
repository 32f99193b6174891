//! What is read goes into a file that is whole or not there.

use std::fs;

use crate::run::Dir;

/// A disc with the ruler on it.
fn with_ruler() -> Dir {
    let dir = Dir::with_small_disc();
    dir.run(["burn", "ruler.iso", "--disc", "small"]).succeeds();
    dir
}

#[test]
fn the_output_is_not_overwritten_unasked() {
    let dir = with_ruler();
    dir.write("out", "precious");
    let args = ["read", "out", "--disc", "small", "--user-data"];
    dir.run(args).fails(
        14,
        &[
            "out exists already",
            "It is left as it is. Name another file, or add --force to replace it.",
        ],
    );
    assert_eq!(dir.bytes("out"), b"precious");
    dir.run(args.iter().chain(&["--force"])).succeeds();
    assert_eq!(dir.bytes("out").len(), 330 * 2048);

    let args = ["convert", "ruler.iso", "out", "--lead-in", "99:59:00"];
    dir.run(args)
        .fails(14, &["out exists already", "add --force to replace it."]);
    assert_eq!(dir.bytes("out").len(), 330 * 2048);
    dir.run(args.iter().chain(&["--force"])).succeeds();
    assert_eq!(dir.bytes("out").len(), 7305 * 2448);
    assert_eq!(dir.names(), ["out", "small"]);
}

#[test]
fn an_output_that_cannot_be_is_refused_at_once() {
    let dir = with_ruler();
    let before = dir.bytes("small");
    let check = |output: &str, saying: &str| {
        dir.run(["read", output, "--disc", "small", "--force"])
            .fails(14, &[saying]);
    };
    check(".", ". is a directory");
    check("no/out", "cannot write no/out: ");
    check("small", "small is the disc itself");
    if cfg!(unix) {
        check(
            "/dev/null",
            "/dev/null is a device, pipe or socket, not a file",
        );
    }
    assert_eq!(dir.names(), ["small"]);
    assert_eq!(dir.bytes("small"), before);
}

#[test]
fn the_output_is_a_file_like_any_other() {
    let dir = with_ruler();
    dir.write("other", "x");
    dir.run(["read", "out", "--disc", "small"]).succeeds();
    let permissions = |name| fs::metadata(dir.path(name)).unwrap().permissions();
    assert_eq!(permissions("out"), permissions("other"));
}

#[cfg(unix)]
#[test]
fn a_link_is_followed() {
    let dir = with_ruler();
    dir.write("target", "old");
    std::os::unix::fs::symlink("target", dir.path("link")).unwrap();
    dir.run(["read", "link", "--disc", "small", "--force"])
        .succeeds();
    assert!(dir.path("link").is_symlink());
    assert_eq!(dir.bytes("target").len(), 330 * 2448);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_a_name() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let dir = with_ruler();
    let name = OsStr::from_bytes(b"n\xFFame");
    let args = ["read", "--json", "--disc", "small"].map(OsStr::new);
    dir.run(args.iter().chain(&[name])).succeeds();
    let args = [
        "convert",
        "ruler.iso",
        "--lead-in",
        "99:59:00",
        "--json",
        "--force",
    ]
    .map(OsStr::new);
    dir.run(args.iter().chain(&[name])).succeeds();
    let args = ["check", "--json"].map(OsStr::new);
    dir.run(args.iter().chain(&[name])).succeeds();
    let args = ["new-disc", "--json"].map(OsStr::new);
    let disc = OsStr::from_bytes(b"d\xFFisc");
    dir.run(args.iter().chain(&[disc])).succeeds();
}

#[test]
fn what_is_not_on_the_disc_is_said() {
    let dir = with_ruler();
    dir.run(["new-disc", "blank"]).succeeds();
    let check = |args: &[&str], sayings: &[&str]| {
        dir.run([["read", "out"].as_slice(), args].concat())
            .fails(27, sayings);
    };
    check(
        &["--disc", "blank"],
        &["the disc is blank: there is nothing to read"],
    );
    check(
        &["--disc", "small", "--track", "7"],
        &[
            "there is no track 7: the disc has tracks 1 to 1",
            "`rawcd info` shows",
        ],
    );
    dir.run(["read", "out"])
        .fails(2, &["no disc was named", "--disc FILE"]);
    dir.run(["read", "out", "--disc", "small", "--track", "100"])
        .has_code(2);
    dir.run(["read", "out", "--disc", "small", "--main", "--user-data"])
        .has_code(2);
    assert_eq!(dir.names(), ["blank", "small"]);
}

#[test]
fn audio_comes_back_as_samples() {
    let dir = Dir::with_small_disc();
    let samples: Vec<u8> = (0..2352 * 300_u32)
        .map(|at| at.to_le_bytes()[0] ^ at.to_le_bytes()[1])
        .collect();
    dir.write("audio", &samples);
    dir.run([
        "burn", "audio", "--as", "audio", "--disc", "small", "--verify",
    ])
    .succeeds();
    dir.run(["read", "out", "--disc", "small", "--user-data"])
        .fails(
            27,
            &[
                "track 1 is audio: it has no user data",
                "take --main for the samples alone",
            ],
        );
    dir.run(["read", "out", "--disc", "small", "--main"])
        .succeeds();
    assert_eq!(dir.bytes("out"), samples);
}
