use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{CDFL, CDLZ, CDZL, CDZS, NONE, RW, open};
use crate::fixtures::Files;
use crate::{ChdError, ChdImage, ChdNote, OpenError, Run, RunMain, SpoolError, Track};

const ALL: [&[u8]; 6] = [CDLZ, CDZL, CDZS, CDFL, NONE, RW];
// In the uncompressed fixture.
const FIRST_ENTRY: usize = 0x84;

/// The message of the error that `contents` gives, the path taken out.
fn refusal(contents: &[u8]) -> String {
    let files = Files::new();
    let path = files.write("disc.chd", contents);
    let error = ChdImage::open(&path).unwrap_err();
    error
        .to_string()
        .replace(&path.display().to_string(), "PATH")
}

/// What a change of `contents` is refused with.
#[track_caller]
fn check(contents: &[u8], change: impl FnOnce(&mut Vec<u8>), expect: &str) {
    let mut contents = contents.to_vec();
    change(&mut contents);
    let text = refusal(&contents);
    assert!(text.starts_with(expect), "{text}");
}

/// Puts `text` over the bytes from `at`.
fn put(contents: &mut [u8], at: usize, text: &[u8]) {
    contents[at..at + text.len()].copy_from_slice(text);
}

/// Puts `to` over the first `from`.
fn replace(contents: &mut [u8], from: &str, to: &str) {
    let mut windows = contents.windows(from.len());
    let at = windows
        .position(|window| window == from.as_bytes())
        .unwrap();
    put(contents, at, to.as_bytes());
}

#[test]
fn the_uncompressed_fixture_has_its_metadata_where_these_tests_take_it() {
    assert_eq!(&NONE[FIRST_ENTRY..FIRST_ENTRY + 4], b"CHT2");
}

#[test]
fn what_is_no_cd_is_refused_by_name() {
    check(
        NONE,
        |c| c[0] = b'm',
        "PATH is no CHD file: it does not begin with \"MComprHD\"",
    );
    check(NONE, |c| c.truncate(7), "PATH is no CHD file");
    check(
        NONE,
        |c| c[15] = 4,
        "PATH is a CHD file of version 4; version 5 is read: convert it",
    );
    check(
        NONE,
        |c| c[104] = 0xAB,
        "PATH holds only what differs from its parent (SHA-1 ab00",
    );
    check(
        NONE,
        |c| put(c, 16, b"avhu"),
        "PATH is compressed with \"avhu\", which is not read",
    );
    for (tag, kind) in [
        (b"GDDD", "a hard disk; no CD can be made of it"),
        (b"DVD ", "a DVD; no CD can be made of it"),
        (b"CHGD", "a GD-ROM; its second area has more"),
        (b"CHGT", "a GD-ROM; its second area has more"),
        (b"AVAV", "video; no CD can be made of it"),
        (
            b"CHCD",
            "a CD with a track table of the first kind (CHCD); convert it",
        ),
        (
            b"ABCD",
            "nothing that its metadata names; no CD can be made of it",
        ),
    ] {
        let both = |c: &mut Vec<u8>| {
            replace(c, "CHT2", std::str::from_utf8(tag).unwrap());
            replace(c, "CHT2", std::str::from_utf8(tag).unwrap());
        };
        check(NONE, both, &format!("PATH holds {kind}"));
    }
}

#[test]
fn a_broken_header_is_refused_with_its_place() {
    let at = |expect: &str| format!("PATH is a broken CHD file: at byte {expect}");
    check(
        NONE,
        |c| c[63] = 0,
        &at("60, a frame has 2304 bytes; that of a CD has 2448"),
    );
    check(
        NONE,
        |c| c[59] = 0x81,
        &at("56, hunks have 19585 bytes, not 1 to 256 times 2448"),
    );
    check(NONE, |c| c[56] = 0xFF, &at("56, hunks have"));
    check(NONE, |c| c[39] = 1, &at("32, the disc has"));
    check(NONE, |c| c[33] = 1, &at("32, the disc has"));
    check(
        NONE,
        |c| c[40] = 0x80,
        &at("40, the map of 8 bytes at byte"),
    );
    check(CDLZ, |c| c[42] = 0x80, &at("140737488"));
    check(
        NONE,
        |c| c[48] = 0x80,
        &at("9223372036854775940, the file has ended"),
    );
    check(
        NONE,
        |c| c[FIRST_ENTRY + 5] = 0xFF,
        &at("132, metadata of 16711768 bytes passes the file's end"),
    );
    // An entry that says that it is followed by itself.
    check(
        NONE,
        |c| put(c, FIRST_ENTRY + 8, &(FIRST_ENTRY as u64).to_be_bytes()),
        &at("132, metadata goes on after 1000 entries"),
    );
}

#[test]
fn a_track_table_that_makes_no_cd_is_refused() {
    #[track_caller]
    fn check(from: &str, to: &str, expect: &str) {
        let expect = format!("the track table of PATH makes no CD: {expect}");
        super::broken::check(NONE, |c| replace(c, from, to), &expect);
    }
    check(
        "TRACK:1",
        "TRACK:2",
        "track 1 is expected where 2 stands in \"TRACK:2 TYPE:MODE1_RAW",
    );
    check("TYPE:AUDIO", "TYPE:OTHER", "type OTHER is not known");
    check("SUBTYPE:NONE", "SUBTYPE:LATE", "subtype LATE is not known");
    check(
        "SUBTYPE:",
        "SUBTYPES",
        "SUBTYPE: is expected where SUBTYPESNONE stands",
    );
    check(
        "FRAMES:5",
        "FRAMES:x",
        "FRAMES x is no number of frames of a CD",
    );
    check(
        "FRAMES:5",
        "FRAMES:+",
        "FRAMES + is no number of frames of a CD",
    );
    check("FRAMES:5", "FRAMES:0", "no frame follows the pregap");
    check(
        "FRAMES:5",
        "FRAMES:9",
        "its tracks take 16 frames, the file holds 12",
    );
    check("PGSUB:NONE ", "PGSUB NONE ", "9 words stand, not 4 or 8");
    check(
        "PREGAP:0 PGTYPE:MODE1",
        "PREGAP:5 PGTYPE:VMODE",
        "no frame follows the pregap",
    );
}

#[test]
fn a_table_of_the_second_kind_has_four_words() {
    let text = "TRACK:2 TYPE:AUDIO SUBTYPE:NONE FRAMES:3";
    let mut contents = NONE.to_vec();
    replace(&mut contents, "CHT2", "CHTR");
    replace(&mut contents, "CHT2", "CHTR");
    let mut windows = contents.windows(8);
    let at = windows.position(|window| window == b"TRACK:2 ").unwrap();
    contents[at..at + 86].fill(0);
    put(&mut contents, at, text.as_bytes());
    let tracks = open(&contents).unwrap().tracks;
    assert!(tracks[1].pregap.is_empty());
    assert_eq!(tracks[1].body[0].sectors.count(), 3);
}

#[test]
fn damage_is_found() {
    let decode = "PATH cannot be decoded at frame";
    // The map is the last thing in the file, from byte 4086 on; before it are the hunks.
    check(CDLZ, |c| c[4_110] ^= 1, decode);
    check(CDLZ, |c| c[2_000] ^= 1, decode);
    check(CDFL, |c| c[1_000] ^= 1, decode);
    check(
        CDLZ,
        |c| c[64] ^= 1,
        "the frames of PATH do not have the SHA-1 in it",
    );
    check(
        CDLZ,
        |c| c[84] ^= 1,
        "the frames and the track table of PATH do not have the SHA-1 in it",
    );
    check(
        CDLZ,
        |c| replace(c, "POSTGAP:7", "POSTGAP:8"),
        "the frames and the track table of PATH do not have the SHA-1 in it",
    );
    check(NONE, |c| c.truncate(NONE.len() - 1), decode);
}

#[test]
fn progress_stops_it_and_files_are_refused_as_everywhere() {
    let files = Files::new();
    let path = files.write("disc.chd", CDLZ);
    let stopped = ChdImage::open_with(&path, &files.path(""), &mut |_, all| {
        assert_eq!(all, Some(256 * 2448));
        ControlFlow::Break(())
    });
    let Err(ChdError::Spool { source, .. }) = stopped else {
        panic!("{stopped:?}");
    };
    assert!(matches!(source, SpoolError::Stopped { done: 0, .. }));
    let error = ChdImage::open(files.path("none.chd")).unwrap_err();
    assert!(matches!(error, ChdError::Open(OpenError::NotFound { .. })));
}

/// All that a file gives: what its runs are, and their bytes.
fn contents(image: &ChdImage) -> Vec<(String, Vec<u8>)> {
    let run = |run: &Run| {
        let RunMain::File { file, offset, form } = &run.main else {
            return (format!("{run:?}"), Vec::new());
        };
        let mut bytes = vec![0; run.sectors.count() as usize * 2448];
        file.read_at(*offset, &mut bytes).unwrap();
        (format!("{form:?}"), bytes)
    };
    image.tracks.iter().flat_map(Track::runs).map(run).collect()
}

#[test]
fn every_file_cut_short_is_refused() {
    for fixture in [CDLZ, CDFL] {
        for len in (1..fixture.len()).step_by(37) {
            assert!(open(&fixture[..len]).is_err(), "cut to {len} bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// A compressed file is decoded as it was made or not at all, but that its SHA-1 can be taken out of it.
    #[test]
    fn a_changed_byte_is_an_error_or_no_change(
        fixture in 0..ALL.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        is_near: bool,
    ) {
        let fixture = ALL[fixture];
        let mut changed = fixture.to_vec();
        let len = if is_near { 300 } else { changed.len() };
        for (at, byte) in changes {
            changed[at.index(len)] = byte;
        }
        if let Ok(image) = open(&changed)
            && !image.notes.contains(&ChdNote::NoSha1)
        {
            prop_assert!(contents(&image) == contents(&open(fixture).unwrap()));
        }
    }
}
