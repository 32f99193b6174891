//! What is refused, and how it is said.

use crate::OpenOptions;
use crate::fixtures::{Files, noise, plain_sectors};
use crate::sheet::tests::{refusal, song, wav};

/// A folder with the files that the sheets name.
fn folder() -> Files {
    let files = Files::new();
    files.write("song.bin", &song(310, 0));
    files.write("song.wav", &wav(&song(310, 0)));
    files.write("odd.bin", &song(310, 0)[..310 * 2352 - 2]);
    files.write("data.bin", &plain_sectors(310, 0));
    files.write("cut.bin", &plain_sectors(310, 0)[..309 * 2352 + 1000]);
    files.write(
        "noise.mp3",
        &[b"ID3\x04\0\0\0\0\0\0\xFF\xFB\x90\x64", &noise(5000, 1)[..]].concat(),
    );
    files.write("empty.bin", &[]);
    files
}

fn check(text: &str, expect: &str) {
    let said = refusal(&folder(), "x.cue", text, &OpenOptions::default());
    assert!(said.starts_with(expect), "\n{said}\n{expect}");
}

#[test]
fn faults_of_the_text() {
    check(
        "FILE song.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:75",
        "x.cue:3:16: the frame is \"75\", expected 0 to 74",
    );
    check(
        "FILE song.bin BINARY\nTRACK 01 AUDIO\nREM SESSION 02\n",
        "x.cue:3:1: REM SESSION 02: this sheet describes a disc of several sessions",
    );
}

#[test]
fn files_that_are_not_there() {
    let one = |name: &str| format!("FILE \"{name}\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00");
    check(
        &one("none.bin"),
        "x.cue:1:6: there is no \"none.bin\" in FOLDER",
    );
    check(
        &one("SONG.BIN"),
        "x.cue:1:6: there is no \"SONG.BIN\" in FOLDER; there is \"song.bin\": if it is that, write its name",
    );
    check(
        &one("data.img"),
        "x.cue:1:6: there is no \"data.img\" in FOLDER; there is \"data.bin\": if it is that, write its name",
    );
    check(
        &one("C:\\rips\\song.bin"),
        "x.cue:1:6: there is no \"song.bin\" in C:/rips; there is \"song.bin\": if it is that, write its name",
    );
    check(&one("empty.bin"), "x.cue:1:6: empty.bin is empty (0 bytes)");
    check(&one("."), "x.cue:1:6: ");
}

#[test]
fn files_that_are_something_else() {
    let one =
        |name: &str, kind: &str| format!("FILE {name} {kind}\nTRACK 01 AUDIO\nINDEX 01 00:00:00");
    check(
        &one("song.wav", "BINARY"),
        "x.cue:1:6: song.wav is a WAVE file, expected samples without a header; say WAVE in the sheet",
    );
    check(&one("song.bin", "WAVE"), "x.cue:1:6: song.bin is ");
    check(
        &one("noise.mp3", "MP3"),
        "x.cue:1:6: noise.mp3 is MPEG audio (MP3), which is not read; it is mostly lossy",
    );
    check(
        "FILE song.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00",
        "x.cue:2:10: track 01 is data, but none of 128 of its sectors in song.bin that were looked at has the sync pattern",
    );
    check(
        "FILE data.bin BINARY\nTRACK 01 MODE2/2352\nINDEX 01 00:00:00",
        "x.cue:2:10: track 01 is to be mode 2, but its sectors in data.bin say mode 1 in their headers",
    );
}

#[test]
fn files_of_another_length() {
    check(
        "FILE song.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:04:10",
        "x.cue:5:10: index 01 of track 02 begins at 00:04:10, but song.bin ends at 00:04:10 (310 sectors)",
    );
    check(
        "FILE song.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nINDEX 02 00:10:00\nINDEX 03 00:11:00",
        "x.cue:4:10: index 02 of track 01 begins at 00:10:00, but song.wav ends at 00:04:10 (310 sectors)",
    );
    check(
        "FILE odd.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00",
        "x.cue:3:10: track 01 has 729118 bytes of odd.bin: 182279 times 4 bytes (a stereo sample) and 2 bytes more",
    );
    check(
        "FILE cut.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00",
        "x.cue:3:10: track 01 has 727768 bytes of cut.bin: 309 times 2352 bytes (a sector of MODE1/2352) and 1000 bytes more",
    );
    check(
        "FILE data.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00",
        "x.cue:3:10: track 01 has 729120 bytes of data.bin: 356 times 2048 bytes",
    );
}

#[test]
fn what_no_disc_can_be() {
    check(
        "FILE data.bin BINARY\nTRACK 01 MODE1/2352\nISRC DEABC2600001\nINDEX 01 00:00:00",
        "x.cue:3:6: track 01 is data, and only audio tracks have a recording code (ISRC)",
    );
    check(
        "FILE song.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:03:00",
        "no disc can be made of x.cue",
    );
}
