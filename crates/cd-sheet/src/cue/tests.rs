use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::{SheetError, decode_text};

const AUDIO: &str = "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n";

fn parsed(text: &str) -> CueSheet {
    parse(text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

fn time(text: &str) -> RelMsf {
    text.parse().unwrap()
}

#[test]
fn messages_say_what_stands_there_and_what_belongs_there() {
    let check = |text: &str, expect: &str| {
        assert_eq!(parse(text).unwrap_err().to_string(), expect, "{text}");
    };
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:60:00",
        "3:15: the second is \"60\", expected 0 to 59",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  INDEX 01",
        "3:11: found the end of the line, expected a time, minutes:seconds:frames",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  PREGAP 0:2:0\n  INDEX 00 0:0:0",
        "4:3: INDEX 00 does not go with PREGAP at 3:10",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  INDEX 01 0:0:0\n TRACK 03 AUDIO",
        "4:8: track 3 stands here, expected 02: numbers follow each other by one",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  INDEX 02 0:0:0",
        "3:9: index 2 stands here, expected 00 or 01: numbers follow each other by one",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 MODE1/2352\n  INDEX 01 0:0:0",
        "2:11: track mode MODE1/2352 does not go with FILE of kind WAVE at 1:1",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\nTRACK 02 AUDIO",
        "2:2: track 01 has no INDEX 01",
    );
    check(
        "REM SESSION 02\n",
        "1:1: REM SESSION 02: this sheet describes a disc of several sessions, and only discs of one session are \
         made; take the first session's tracks into a sheet of their own",
    );
    check(
        "TITEL \"x\"",
        "1:1: unknown command \"TITEL\", expected FILE, TRACK, INDEX, PREGAP, POSTGAP, FLAGS, ISRC, CATALOG, \
         CDTEXTFILE, REM, TITLE, PERFORMER, SONGWRITER, COMPOSER, ARRANGER, MESSAGE, DISC_ID, GENRE, UPC_EAN",
    );
    check(
        "FILE a.wav WAVE\n TRACK 01 AUDIO\n  INDEX 01 0:0:0\n  INDEX 02 0:0:0",
        "4:12: time 00:00:00 is not after 00:00:00 at 3:12",
    );
    check(
        "CATALOG 1234567890123",
        "1:9: media catalogue number ends with 3, its check digit is 8",
    );
}

#[test]
fn a_pregap_in_the_file_before() {
    let sheet = parsed(
        "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\n  INDEX 00 03:58:20\n\
         FILE b.wav WAVE\nINDEX 01 00:00:00\nINDEX 02 01:00:00",
    );
    let points: Vec<_> = sheet
        .points()
        .map(|(track, index, at)| (track, index, at.value.file_idx, at.value.time.to_string()))
        .collect();
    let expect = [
        (1, 1, 0, "00:00:00"),
        (2, 0, 0, "03:58:20"),
        (2, 1, 1, "00:00:00"),
        (2, 2, 1, "01:00:00"),
    ]
    .map(|(track, index, file_idx, time)| (track, index, file_idx, time.to_owned()));
    assert_eq!(points, expect);
    let CuePregap::InFile(pregap) = sheet.tracks[1].pregap else {
        panic!("{:?}", sheet.tracks[1].pregap);
    };
    assert_eq!(pregap.place.to_string(), "5:12");
}

#[test]
fn all_fields_of_a_track() {
    let sheet = parsed(
        "CDTEXTFILE \"my disc.cdt\"\nTITLE Disc\nFILE \"a b.bin\" motorola\nTRACK 07 AUDIO\nTITLE \"One\"\nREM x \n\
         FLAGS SCMS 4CH\nISRC US-ABC-02-12345\nPREGAP 00:01:02\nINDEX 01 00:00:00\nPOSTGAP 00:02:00\n\
         CATALOG 1234567890128",
    );
    assert_eq!(sheet.first_track, 7);
    assert_eq!(
        sheet.catalog.as_ref().unwrap().value.to_string(),
        "1234567890128"
    );
    assert_eq!(
        sheet.cd_text_file.as_ref().unwrap().value.as_str(),
        "my disc.cdt"
    );
    assert_eq!(sheet.texts[&CueField::Title].value.as_str(), "Disc");
    assert_eq!(sheet.files[0].name.value.as_str(), "a b.bin");
    assert_eq!(sheet.files[0].kind, CueFileKind::Motorola);
    let track = &sheet.tracks[0];
    assert_eq!(track.mode.value, CueTrackMode::Audio);
    assert_eq!(track.texts[&CueField::Title].value.as_str(), "One");
    assert_eq!(track.rems[0].value.as_str(), "x ");
    let flags = CueFlags {
        copy_permitted: false,
        four_channel: true,
        pre_emphasis: false,
        scms: true,
    };
    assert_eq!(track.flags, flags);
    assert_eq!(track.isrc.unwrap().value.to_string(), "US-ABC-02-12345");
    assert_eq!(track.pregap, CuePregap::Made(time("00:01:02").into()));
    assert_eq!(track.postgap.unwrap().value, time("00:02:00"));
}

#[test]
fn a_sheet_is_printed_in_the_manuals_form() {
    let text = "REM  first\nCATALOG 1234567890128\nCDTEXTFILE \"a.cdt\"\nTITLE \"Disc\"\nFILE \"a.wav\" WAVE\n  \
                REM of the file\n  TRACK 02 AUDIO\n    TITLE \"One\"\n    REM of the track\n    FLAGS DCP 4CH PRE SCMS\n    \
                ISRC USABC0212345\n    PREGAP 00:02:00\n    INDEX 01 00:00:00\n  TRACK 03 AUDIO\n    INDEX 00 01:00:00\n\
                FILE \"b.wav\" WAVE\n  REM between\n    INDEX 01 00:00:00\n    POSTGAP 00:02:00\n";
    assert_eq!(parsed(text).to_string(), text);
}

#[test]
fn no_recording_code_is_twelve_zeros() {
    let check = |isrc: &str, expect: Result<(), &str>| {
        let text = format!("FILE a.wav WAVE\nTRACK 01 AUDIO\nISRC {isrc}\nINDEX 01 0:0:0");
        let got = parse(&text).map(|sheet| assert!(sheet.tracks[0].isrc.is_none()));
        let got = got.map_err(|error| error.to_string());
        assert_eq!(
            got.as_ref().map_err(String::as_str),
            expect.as_ref().map_err(|e| *e)
        );
    };
    check("000000000000", Ok(()));
    check("\"000000000000\"", Ok(()));
    check(
        "000000000001",
        Err("3:6: character 1 of the ISRC is not allowed there (country, letters A to Z)"),
    );
    check(
        "000000000000\nISRC USABC0212345",
        Err("4:1: ISRC is given a second time, first at 3:1; leave one"),
    );
}

#[test]
fn only_a_second_session_is_refused() {
    let check = |rem: &str, expect: bool| {
        let got = parse(&format!("{AUDIO}REM {rem}"));
        assert_eq!(got.is_ok(), expect, "{rem}: {got:?}");
    };
    check("SESSION 01", true);
    check("SESSION 1 ", true);
    check("SESSION", true);
    check("SESSION two", true);
    check("SESSION 02 of the year", true);
    check("SESSION 02", false);
    check("session\t2", false);
    check("LEAD-OUT 10:00:00", true);
    check("high-density area", false);
}

#[test]
fn ninety_nine_tracks_and_no_more() {
    let sheet = |n: u32| {
        let tracks = (1..=n).map(|i| format!("TRACK {i:02} AUDIO\nINDEX 01 {:02}:00:00\n", i - 1));
        format!("FILE a.wav WAVE\n{}", tracks.collect::<String>())
    };
    assert_eq!(parsed(&sheet(99)).numbered_tracks().count(), 99);
    let error = parse(&sheet(100)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "200:7: track number is \"100\", expected 1 to 99"
    );
}

#[test]
fn text_no_sheet_can_hold() {
    let check = |text: &str, in_quotes: bool, in_rem: bool| {
        assert_eq!(CueText::new(text).is_ok(), in_quotes, "{text:?}");
        assert_eq!(CueRem::new(text).is_ok(), in_rem, "{text:?}");
    };
    check("", true, true);
    check("a\tb é 日本", true, true);
    check("a \"b\"", false, true);
    check("a\nb", false, false);
    check("a\rb", false, false);
    check("\u{85}", false, false);
    let error = CueText::new("a\"").unwrap_err();
    assert_eq!(error.to_string(), "text of a cue sheet cannot hold '\"'");
}

/// Every word, through print and parse.
#[test]
fn every_word_comes_through() {
    for &kind in CueFileKind::ALL {
        assert_eq!(CueFileKind::from_word(&kind.to_string()), Some(kind));
    }
    for &mode in CueTrackMode::ALL {
        assert_eq!(
            CueTrackMode::from_word(&mode.word().to_lowercase()),
            Some(mode)
        );
        let suffix = mode.word().rsplit_once('/').map(|(_, bytes)| bytes.parse());
        assert_eq!(
            suffix.map_or(mode.sector_bytes(), Result::unwrap),
            mode.sector_bytes()
        );
    }
    for &field in CueField::ALL {
        assert_eq!(CueField::from_word(field.word()), Some(field));
        let kind = field.cd_text_kind();
        assert_eq!(
            field.is_per_track(),
            kind.is_per_track() && field != CueField::UpcEan
        );
    }
}

fn text() -> impl Strategy<Value = Spanned<CueText>> {
    "[\t -!#-~\u{A0}-\u{2FF}\u{3040}-\u{30FF}]{0,12}"
        .prop_map(|text| CueText::new(text).unwrap().into())
}

fn name() -> impl Strategy<Value = Spanned<CueText>> {
    "[ -!#-~]{1,12}".prop_map(|text| CueText::new(text).unwrap().into())
}

/// No remark that means something.
fn rems() -> impl Strategy<Value = Vec<Spanned<CueRem>>> {
    vec(
        "[a-z\t \"\u{E9}]{0,8}x".prop_map(|text| CueRem::new(text).unwrap().into()),
        0..3,
    )
}

fn texts(is_track: bool) -> impl Strategy<Value = CueTexts> {
    let fields = CueField::ALL.iter().copied();
    let fields: Vec<_> = fields
        .filter(|field| !is_track || field.is_per_track())
        .collect();
    btree_map(select(fields), text(), 0..4)
}

fn gap() -> impl Strategy<Value = Spanned<RelMsf>> {
    (0..100_u8, 0..60_u8, 0..75_u8).prop_map(|(m, s, f)| RelMsf::new(m, s, f).unwrap().into())
}

fn mcn() -> impl Strategy<Value = Mcn> {
    proptest::array::uniform12(0..10_u8).prop_map(|first| {
        let mut digits = [0; 13];
        digits[..12].copy_from_slice(&first);
        digits[12] = Mcn::check_digit(&first);
        Mcn::new(digits).unwrap()
    })
}

/// A track before its indexes have their places: how far each is from the one before, and whether it begins a file.
fn track() -> impl Strategy<Value = (CueTrack, bool, Vec<(u32, bool)>)> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let isrc = option::of(
        "[A-Z]{2}[A-Z0-9]{3}[0-9]{7}".prop_map(|isrc| Spanned::from(isrc.parse::<Isrc>().unwrap())),
    );
    let head = (select(CueTrackMode::ALL), texts(true), rems(), flags, isrc);
    let gaps = (0..3_u8, gap(), option::of(gap()));
    (head, gaps, vec((1..2_000_u32, any::<bool>()), 2..5)).prop_map(|(head, gaps, steps)| {
        let (mode, texts, rems, (copy_permitted, four_channel, pre_emphasis, scms), isrc) = head;
        let is_data = mode.is_data();
        let track = CueTrack {
            mode: mode.into(),
            texts,
            rems,
            flags: CueFlags {
                copy_permitted,
                four_channel: four_channel && !is_data,
                pre_emphasis: pre_emphasis && !is_data,
                scms: scms && !is_data,
            },
            isrc,
            pregap: if gaps.0 == 1 {
                CuePregap::Made(gaps.1)
            } else {
                CuePregap::None
            },
            indexes: Vec::new(),
            postgap: gaps.2,
        };
        (track, gaps.0 == 2, steps)
    })
}

prop_compose! {
    fn sheet()(
        catalog in option::of(mcn().prop_map(Spanned::from)),
        cd_text_file in option::of(name()),
        texts in texts(false),
        rem in rems(),
        first_track in 1..90_u8,
        made in vec(track(), 1..8),
        kinds in vec((name(), select(vec![CueFileKind::Binary, CueFileKind::Motorola]), rems()), 40),
    ) -> CueSheet {
        let mut last: Option<CuePoint> = None;
        let mut tracks = Vec::new();
        for (mut track, has_index_0, steps) in made {
            for (i, (step, is_new_file)) in steps.into_iter().enumerate() {
                let point = match last {
                    Some(CuePoint { file_idx, time }) if !is_new_file => {
                        let sectors = time.to_sectors().count() + step;
                        CuePoint { file_idx, time: cd_address::Sectors::new(sectors).unwrap().to_rel_msf().unwrap() }
                    }
                    _ => CuePoint { file_idx: last.map_or(0, |last| last.file_idx + 1), time: RelMsf::ZERO },
                };
                last = Some(point);
                if i == 0 && has_index_0 {
                    track.pregap = CuePregap::InFile(point.into());
                } else {
                    track.indexes.push(point.into());
                }
            }
            tracks.push(track);
        }
        let n_files = last.unwrap().file_idx + 1;
        let files = kinds.into_iter().take(n_files).map(|(name, kind, rems)| CueFile { name, kind, rems });
        CueSheet { catalog, cd_text_file, texts, rems: rem, files: files.collect(), first_track, tracks }
    }
}

/// The faults that any text may have, but no panic.
fn parse_bytes(bytes: &[u8]) -> Result<CueSheet, SheetError> {
    parse(&decode_text(bytes, None)?.text)
}

proptest! {
    #[test]
    fn a_printed_sheet_parses_to_itself(sheet in sheet()) {
        let text = sheet.to_string();
        prop_assert_eq!(parse(&text), Ok(sheet), "{}", text);
    }

    #[test]
    fn a_spoilt_sheet_is_read_or_refused(
        sheet in sheet(),
        spoils in vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let mut bytes = sheet.to_string().into_bytes();
        for (at, byte, how) in spoils {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.truncate(at.max(1)); }
                _ => { let line = bytes[at..].to_vec(); bytes.extend(line); }
            }
        }
        if let Ok(sheet) = parse_bytes(&bytes) {
            prop_assert_eq!(parse(&sheet.to_string()), Ok(sheet));
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, bytes: Vec<u8>) {
        let (_, _) = (parse(&text), parse_bytes(&bytes));
    }

    #[test]
    fn words_in_any_order_are_read_or_refused(
        words in vec(select(vec![
            "FILE", "a.bin", "BINARY", "WAVE", "TRACK", "01", "02", "AUDIO", "MODE1/2352", "INDEX", "00", "00:00:00",
            "00:02:00", "99:59:74", "PREGAP", "POSTGAP", "FLAGS", "DCP", "REM", "SESSION", "LEAD-OUT", "TITLE", "\"", "\n", "\n",
        ]), 0..60),
    ) {
        if let Ok(sheet) = parse(&words.join(" ")) {
            prop_assert_eq!(parse(&sheet.to_string()), Ok(sheet));
        }
    }
}
