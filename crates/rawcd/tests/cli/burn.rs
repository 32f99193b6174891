//! From an image to a disc, and everything that is refused before a disc is touched.

use std::fs;

use sha2::{Digest, Sha256};

use crate::run::{Dir, Ended, RULER_SECTORS, assert_same, ruler};

#[test]
fn an_iso_goes_onto_a_disc_and_comes_back() {
    let dir = Dir::new();
    let said = dir
        .run(["burn", "ruler.iso", "--disc", "d", "--verify"])
        .succeeds();
    for saying in [
        "ISO, 2048 bytes of user data a sector",
        "wrote 18157 sectors",
        "all 480 sectors from lba -150 and all that the drive tells of the disc read back equal",
        "all 18157 sectors on the emulated disc equal the image, lead-in and lead-out included",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    let said = dir.run(["info", "--disc", "d"]).succeeds();
    for saying in [
        "CD-R (complete)",
        "track 01  00:02:00  lba      0  data",
        "lead-out  00:06:30",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }

    dir.run(["read", "user", "--disc", "d", "--user-data"])
        .succeeds();
    dir.run(["read", "main", "--disc", "d", "--main"])
        .succeeds();
    dir.run(["read", "all", "--disc", "d", "--track", "1"])
        .succeeds();
    let (iso, user) = (fs::read(ruler()).unwrap(), dir.bytes("user"));
    assert_eq!(Sha256::digest(&user), Sha256::digest(&iso));
    let (main, all) = (dir.bytes("main"), dir.bytes("all"));
    assert_eq!(main.len(), RULER_SECTORS * 2352);
    assert_eq!(all.len(), RULER_SECTORS * 2448);
    let sectors = iso
        .chunks(2048)
        .zip(main.chunks(2352))
        .zip(all.chunks(2448));
    for (lba, ((user, main), all)) in sectors.enumerate() {
        assert_eq!(
            &main[..12],
            b"\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x00"
        );
        assert_eq!(&main[16..2064], user);
        assert_eq!(&all[..2352], main);
        // P is on up to the first sector of the track; Q begins with CONTROL 4, ADR 1.
        let p_and_q = |symbol: &u8| (symbol >> 7, symbol >> 6 & 1);
        let first: Vec<_> = all[2352..2360].iter().map(p_and_q).collect();
        let p = u8::from(lba == 0);
        assert_eq!(first, [0, 1, 0, 0, 0, 0, 0, 1].map(|q| (p, q)), "lba {lba}");
    }
}

#[test]
fn a_plan_sends_nothing() {
    let dir = Dir::with_small_disc();
    let before = dir.bytes("small");
    let said = dir.run(["plan", "ruler.iso", "--disc", "small"]).succeeds();
    for saying in [
        "2A 00 FF FF FF 1F 00 00 1A 00  (26 sectors at 99:59:00, lba -225)",
        "281 WRITEs in all, without a gap",
        "Nothing was sent to the disc.",
    ] {
        assert!(said.contains(saying), "nothing of {saying:?} in {said}");
    }
    assert_eq!(dir.bytes("small"), before);
    dir.run(["plan", "ruler.iso", "--disc", "missing"])
        .succeeds();
    dir.run(["plan", "ruler.iso"]).succeeds();
    assert_eq!(dir.names(), ["small"]);
}

#[test]
fn a_disc_that_is_not_blank_is_refused() {
    let dir = Dir::with_small_disc();
    dir.run(["burn", "ruler.iso", "--disc", "small"]).succeeds();
    let before = dir.bytes("small");
    dir.run(["burn", "ruler.iso", "--disc", "small"]).fails(
        23,
        &[
            "the disc is not blank",
            "complete",
            "The disc was not touched. Use a blank one",
        ],
    );
    assert_eq!(dir.bytes("small"), before);
}

#[test]
fn an_image_too_large_for_the_medium_is_refused() {
    let dir = Dir::new();
    dir.run(["new-disc", "tiny", "--last-lead-out", "00:05:00"])
        .succeeds();
    let before = dir.bytes("tiny");
    dir.run(["burn", "ruler.iso", "--disc", "tiny"]).fails(
        12,
        &[
            "the image's lead-out begins at 00:06:30, on this medium it may begin at 00:05:00 at the latest: 105 \
             sectors (1.4 s) too many",
            "The disc was not touched. Use a medium with more room, or a smaller image.",
        ],
    );
    assert_eq!(dir.bytes("tiny"), before);
}

#[test]
fn a_stream_whose_lead_in_is_too_short_is_refused() {
    let dir = Dir::new();
    dir.run(["convert", "ruler.iso", "stream", "--lead-in", "99:59:00"])
        .succeeds();
    let check = || {
        dir.run(["burn", "stream", "--disc", "d"]).fails(
            11,
            &[
                "the stream begins at 99:59:00, the medium's lead-in at 97:34:23: 10852 sectors of lead-in are \
                 missing",
                "The disc was not touched. Make the stream again with a lead-in from 97:34:23 or earlier",
            ],
        )
    };
    check();
    assert_eq!(dir.names(), ["stream"]);
    dir.run(["new-disc", "d"]).succeeds();
    let before = dir.bytes("d");
    check();
    assert_eq!(dir.bytes("d"), before);
}

#[test]
fn a_file_cut_in_mid_sector_is_refused() {
    let dir = Dir::with_small_disc();
    let iso = fs::read(ruler()).unwrap();
    dir.write("cut.iso", &iso[..iso.len() - 1000]);
    let before = dir.bytes("small");
    let check = |disc: &str| {
        dir.run(["burn", "cut.iso", "--disc", disc]).fails(
            10,
            &[
                "cut.iso is 674840 bytes: 329 sectors of 2048 bytes and 1048 bytes more; it was cut or has \
                 something added, get it again whole",
                "Nothing was written.",
            ],
        )
    };
    check("small");
    check("missing");
    assert_eq!(dir.bytes("small"), before);
    assert_eq!(dir.names(), ["cut.iso", "small"]);
}

/// Converts the ruler with `convert`, burns that, and compares with the ruler burned with `burn`.
fn check_converted(dir: &Dir, disc: &[&str], burn: &[&str], convert: &[&[&str]]) {
    let new = |name: &str| {
        dir.run([["new-disc", name].as_slice(), disc].concat())
            .succeeds();
    };
    new("direct");
    dir.run([["burn", "ruler.iso", "--disc", "direct"].as_slice(), burn].concat())
        .succeeds();
    for options in convert {
        new("via");
        dir.run(
            [
                ["convert", "ruler.iso", "stream", "--force"].as_slice(),
                options,
            ]
            .concat(),
        )
        .succeeds();
        dir.run(["burn", "stream", "--disc", "via"]).succeeds();
        assert_same(&dir.path("direct"), &dir.path("via"));
        fs::remove_file(dir.path("via")).unwrap();
    }
}

#[test]
fn a_converted_stream_makes_the_same_disc() {
    // From 95:00:00, and from the lead-in of the medium itself.
    check_converted(&Dir::new(), &[], &[], &[&[], &["--lead-in", "97:34:23"]]);
}

#[test]
fn a_converted_stream_with_p_and_q_makes_the_same_disc() {
    check_converted(
        &Dir::new(),
        &["--lead-in", "99:59:00"],
        &["--subcode", "pq"],
        &[
            &["--subcode", "pq", "--lead-in", "99:00:00"],
            &["--subcode", "pq", "--lead-in", "99:59:00"],
        ],
    );
}

#[test]
fn a_simulation_leaves_no_trace_on_the_disc() {
    let dir = Dir::with_small_disc();
    let before = dir.bytes("small");
    let said = dir
        .run(["burn", "ruler.iso", "--disc", "small", "--simulate"])
        .succeeds();
    assert!(
        said.contains("simulated: every sector was taken, the disc is still blank"),
        "{said}"
    );
    assert_eq!(dir.bytes("small"), before);
    dir.run(["burn", "ruler.iso", "--disc", "new", "--simulate"])
        .succeeds();
    assert_eq!(dir.names(), ["small"]);
    dir.run(["burn", "ruler.iso", "--simulate", "--verify"])
        .has_code(2);
}

#[test]
fn what_is_decided_for_the_user_is_said() {
    let dir = Dir::with_small_disc();
    let check = |args: &[&str], note: &str| {
        let said = dir.run(args).succeeds();
        assert!(said.contains(note), "nothing of {note:?} in {said}");
    };
    check(
        &["plan", "ruler.iso", "--speed", "7"],
        "note: the drive does not write at 7x; the nearest it has is 8x",
    );
    check(
        &["burn", "ruler.iso"],
        "note: no disc was named: this burns one in memory, and it is gone afterwards",
    );
    dir.sparse("short", 2352 * 20);
    check(
        &["burn", "short", "--as", "audio", "--disc", "small"],
        "note: 20 sectors are less than a track's four seconds: filled up with zero sectors to 300",
    );
}

#[test]
fn options_that_would_do_nothing_are_refused() {
    let dir = Dir::with_small_disc();
    dir.run(["convert", "ruler.iso", "s", "--lead-in", "99:59:00"])
        .succeeds();
    let pq = [
        "convert",
        "ruler.iso",
        "pq",
        "--lead-in",
        "99:59:00",
        "--subcode",
        "pq",
    ];
    dir.run(pq).succeeds();
    let raw = "is a raw stream of sectors 2352+96 (raw P-W), which stays as it is";
    for (args, sayings) in [
        (
            ["burn", "pq", "--subcode", "packed"],
            [
                "is a stream of sectors 2352+16 (P-Q), which cannot be turned into",
                "Leave --subcode out.",
            ],
        ),
        (
            ["burn", "ruler.iso", "--start", "95:00:00"],
            [
                "a start address was given, but does not apply",
                "Leave that option out",
            ],
        ),
    ] {
        dir.run(args).fails(2, &sayings);
    }
    for [option, value] in [["--subcode", "pq"], ["--lead-in", "97:00:00"]] {
        dir.run(["convert", "s", "t", option, value])
            .fails(2, &[option, raw, "Leave"]);
    }
    assert_eq!(dir.names(), ["pq", "s", "small"]);
}

#[test]
fn a_raw_stream_is_sent_in_another_form_if_asked() {
    let dir = Dir::with_small_disc();
    dir.run(["convert", "ruler.iso", "s", "--lead-in", "99:59:00"])
        .succeeds();
    let burn = [
        "burn",
        "s",
        "--disc",
        "small",
        "--subcode",
        "pq",
        "--verify",
    ];
    let said = dir.run(burn).succeeds();
    let note = "note: the stream is sent as 2352+16 (P-Q), in which nothing of it is lost";
    assert!(said.contains(note), "{said}");
    assert!(
        said.contains("equal the image, lead-in and lead-out included"),
        "{said}"
    );
}

/// Nothing in a stream tells packed from raw R to W: what was stated is what the drive is told.
#[test]
fn a_stream_is_sent_as_it_was_stated() {
    let dir = Dir::with_small_disc();
    dir.run(["convert", "ruler.iso", "s", "--lead-in", "99:59:00"])
        .succeeds();
    for (kind, layout) in [("raw96", "raw P-W"), ("packed96", "packed P-W")] {
        let said = dir
            .run(["plan", "s", "--as", kind, "--disc", "small"])
            .succeeds();
        assert!(said.contains(&format!("2352+96 ({layout})")), "{said}");
    }
}

#[test]
fn a_trace_keeps_commands_but_no_sectors() {
    let dir = Dir::with_small_disc();
    dir.run([
        "burn",
        "ruler.iso",
        "--disc",
        "small",
        "--verify",
        "--trace",
        "trace",
    ])
    .succeeds();
    let trace = String::from_utf8(dir.bytes("trace")).unwrap();
    assert!(
        trace.starts_with("cd-transport recording 1\n"),
        "{trace:.200}"
    );
    assert_eq!(trace.matches(" cdb=2A00").count(), 281);
    assert!(trace.len() < 100_000, "{} bytes", trace.len());

    let before = dir.bytes("trace");
    dir.run(["burn", "ruler.iso", "--disc", "new", "--trace", "trace"])
        .fails(
            14,
            &[
                "trace exists already",
                "It is left as it is. Name another file.",
            ],
        );
    assert_eq!(dir.bytes("trace"), before);
    assert_eq!(dir.names(), ["small", "trace"]);

    for (name, args) in [
        (
            "a",
            ["info", "--disc", "small", "--trace", "a", "--json"].as_slice(),
        ),
        ("b", &["read", "--disc", "small", "out", "--trace", "b"]),
        ("c", &["plan", "ruler.iso", "--trace", "c"]),
    ] {
        dir.run(args).succeeds();
        assert!(dir.bytes(name).starts_with(b"cd-transport recording 1\n"));
    }
}

#[test]
fn a_trace_is_a_drive_that_answers_again() {
    let dir = Dir::with_small_disc();
    let burn = ["burn", "ruler.iso", "--disc", "small", "--json", "--trace"];
    let once = dir.run(burn.into_iter().chain(["trace"]));
    let again = dir.run(["burn", "ruler.iso", "--replay", "trace", "--json"]);
    // The same commands are answered, in the same time by the drive's clock, to the microsecond a trace has.
    let burned = |ended: &Ended| {
        let events = ended.events();
        let mut found = events
            .into_iter()
            .find(|event| event["event"] == "burned")
            .unwrap();
        let seconds = found["drive_seconds"].take().as_f64().unwrap();
        (found, seconds)
    };
    let ((again, seconds_again), (once, seconds)) = (burned(&again), burned(&once));
    assert_eq!(again, once);
    assert!((seconds_again - seconds).abs() < 1e-3, "{seconds_again} s");

    // Another image is another talk, which the drive never had.
    dir.write("zeros", vec![0; 2352 * 400]);
    dir.run(["burn", "zeros", "--as", "audio", "--replay", "trace"])
        .fails(41, &["of the recording expects"]);
    dir.run(["info", "--replay", "ruler.iso"])
        .fails(20, &["ruler.iso cannot be replayed", "--trace wrote"]);
    dir.run(["info", "--replay", "nothing"])
        .fails(20, &["nothing cannot be replayed"]);
}
