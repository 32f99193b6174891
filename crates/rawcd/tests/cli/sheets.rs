//! Sheets, and files of sound, from the command line to a proved disc.

use crate::run::{Dir, wav};

/// Samples of sound, little-endian.
fn song(n_sectors: u32) -> Vec<u8> {
    let samples = (0..n_sectors * 588).flat_map(|n| {
        let [low, high, ..] = (n.wrapping_mul(37) & 0x3FFF).to_le_bytes();
        [low, high, high, low & 0x0F]
    });
    samples.collect()
}

/// A disc of an ISO and two tracks of sound, with text and codes.
const MIXED: &str = "CATALOG 4006381333931\nTITLE \"Mixed\"\nFILE ruler.iso BINARY\n  TRACK 01 MODE1/2048\n    INDEX 01 00:00:00\n    \
                     POSTGAP 00:02:00\nFILE song.wav WAVE\n  TRACK 02 AUDIO\n    TITLE \"Song\"\n    ISRC DEABC2600001\n    PREGAP 00:02:00\n    \
                     INDEX 01 00:00:00\n    INDEX 02 00:02:00\n  TRACK 03 AUDIO\n    INDEX 00 00:05:00\n    INDEX 01 00:05:10\n";

fn mixed() -> Dir {
    let dir = Dir::with_small_disc();
    dir.write("ruler.iso", std::fs::read(crate::run::ruler()).unwrap());
    dir.write("song.wav", wav(&song(800)));
    dir.write("disc.cue", MIXED);
    dir
}

#[test]
fn a_cue_sheet_becomes_a_proved_disc() {
    let dir = mixed();
    let said = dir
        .run(["burn", "disc.cue", "--disc", "small", "--verify"])
        .succeeds();
    assert!(
        said.contains(
            "disc.cue: CUE sheet (detected: a TRACK with a number); 3 tracks, 1430 sectors; CD-Text in ISO 8859-1 from the \
             sheet's texts\n"
        ),
        "{said}"
    );
    assert!(said.contains("read back equal"), "{said}");
    dir.run(["read", "back", "--disc", "small", "--track", "2", "--main"])
        .succeeds();
    assert!(dir.bytes("back")[..2352 * 375] == song(800)[..2352 * 375]);
    dir.run(["check", "disc.cue"]).succeeds();
}

#[test]
fn a_plan_tells_the_tracks() {
    let dir = mixed();
    let ended = dir.run(["plan", "disc.cue", "--disc", "small", "--json"]);
    let events = ended.events();
    assert_eq!(events[0]["kind"], "cue");
    assert_eq!(events[0]["mcn"], "4006381333931");
    let tracks: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "track")
        .collect();
    let told = |idx: usize, member: &str| tracks[idx][member].clone();
    assert_eq!(tracks.len(), 3);
    for (idx, kind, pregap, start, sectors) in [
        (0, "mode 1", -150, 0, 480),
        (1, "audio", 480, 630, 375),
        (2, "audio", 1005, 1015, 415),
    ] {
        assert_eq!(told(idx, "track"), idx + 1);
        assert_eq!(told(idx, "kind"), kind);
        assert_eq!(told(idx, "pregap"), pregap);
        assert_eq!(told(idx, "start"), start);
        assert_eq!(told(idx, "sectors"), sectors);
    }
    assert_eq!(told(1, "isrc"), "DE-ABC-26-00001");
    assert_eq!(told(1, "indexes"), serde_json::json!([150]));
}

#[test]
fn what_is_written_as_a_sheet_is_burned_as_one() {
    let dir = mixed();
    for name in ["out.ccd", "out.toc", "out2.cue"] {
        dir.run(["convert", "disc.cue", name]).succeeds();
        dir.run(["burn", name, "--verify"]).succeeds();
    }
    let whole = ["convert", "disc.cue", "one", "--to", "raw"];
    dir.run(whole).succeeds();
    let again = ["convert", "out.ccd", "two", "--to", "raw"];
    dir.run(again).succeeds();
    assert!(dir.bytes("one") == dir.bytes("two"));
}

#[test]
fn a_file_of_sound_is_burned_by_itself() {
    let dir = Dir::with_small_disc();
    dir.write("song.wav", wav(&song(310)));
    let said = dir
        .run(["burn", "song.wav", "--disc", "small", "--verify"])
        .succeeds();
    assert!(
        said.contains("song.wav: WAV file (detected: its header); one track of 310 sectors; WAV")
    );
}

#[test]
fn faults_of_sheets_have_their_places_and_codes() {
    let dir = mixed();
    let check = |text: &str, args: &[&str], code, expect: &[&str]| {
        dir.write("x.cue", text);
        let all = ["check", "x.cue"].iter().chain(args);
        dir.run(all).fails(2, expect);
        let all = ["plan", "x.cue", "--disc", "small"].iter().chain(args);
        dir.run(all).fails(code, expect);
    };
    check(
        "FILE song.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:75",
        &[],
        10,
        &["x.cue:3:16: the frame is \"75\", expected 0 to 74"],
    );
    check(
        "FILE SONG.WAV WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00",
        &[],
        2,
        &[
            "x.cue:1:6: there is no \"SONG.WAV\" in .; there is \"song.wav\"",
            "Put the file where the sheet says",
        ],
    );
    check(
        "FILE song.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nINDEX 02 01:00:00",
        &[],
        10,
        &[
            "x.cue:4:10: index 02 of track 01 begins at 01:00:00, but song.wav ends at 00:10:50 (800 sectors)",
        ],
    );
    check(
        MIXED,
        &["--start", "97:34:23"],
        2,
        &["a start address was given, but does not apply to x.cue: CUE sheet"],
    );
    let all = ["plan", "x.cue", "--disc", "small", "--byte-order", "middle"];
    dir.run(all).has_code(2);
}
