use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

/// A sheet with something of everything.
const WHOLE: &str = r#"
CD_ROM_XA // the type
CATALOG "1234567890128"
FIRST_TRACK_NO 05
CD_TEXT {
  LANGUAGE_MAP { 0 : EN 1:105 }
  LANGUAGE 0 { TITLE "caf\351 \"x\" AC\DC a\\b" GENRE { 0, 14, 65, 0 } UPC_EAN "" TOC_INFO1 {} }
  LANGUAGE 1 { ENCODING_MS_JIS TITLE "\223\372\226\173" CLOSED "\203\134" }
}
TRACK MODE2_FORM_MIX RW_RAW
NO COPY
PREGAP 0:2:0
ZERO MODE2_FORM2 RW 0:0:10
DATAFILE "d\134d.bin" #16 1000000
FIFO "/run/pipe" 00:05:00
TRACK AUDIO
COPY PRE_EMPHASIS FOUR_CHANNEL_AUDIO ISRC "US-ABC-02-12345"
CD_TEXT { LANGUAGE 1 { ENCODING_MS_JIS PERFORMER "日本" ISRC "USABC0212345" } }
SILENCE 588 START
FILE "é ü.wav" SWAP #44 0 0:5:0
AUDIOFILE "b" 0 : 1 : 0 0
END 0:9:0
INDEX 0:1:0 INDEX 0:2:0
"#;

#[test]
fn everything_is_read() {
    let sheet = parse(WHOLE).unwrap();
    assert_eq!(sheet.disc_type, Some(TocDiscType::CdRomXa));
    assert_eq!(sheet.first_track_number(), 5);
    let text = |idx: usize| {
        let items = &sheet.cd_text.blocks[idx].items;
        items
            .iter()
            .map(|item| item.value.value.clone())
            .collect::<Vec<_>>()
    };
    let is = |text: &str| TocTextValue::Text(text.to_owned());
    let bytes = |bytes: &[u8]| TocTextValue::Bytes(bytes.to_vec());
    let expect = [
        is("café \"x\" AC\\DC a\\b"),
        bytes(&[0, 14, 65, 0]),
        is(""),
        bytes(&[]),
    ];
    assert_eq!(text(0), expect);
    assert_eq!(text(1), [is("日本"), is("ソ")]);
    assert_eq!(sheet.cd_text.encoding(1), TocEncoding::MsJis);

    let [data, audio] = &sheet.tracks[..] else {
        panic!()
    };
    assert_eq!(data.control(), Control::DATA);
    assert_eq!(data.block_bytes(), 2432);
    let time = |text: &str| TocLength::Time(text.parse().unwrap());
    let expect = [
        TocStatement::Zero {
            mode: Some(TocMode::Mode2Form2),
            subchannel: Some(TocSubchannel::Rw),
            length: time("0:0:10"),
        },
        TocStatement::DataFile {
            name: "d\\d.bin".into(),
            offset: Some(16),
            length: Some(TocLength::Units(1_000_000)),
        },
        TocStatement::Fifo {
            name: "/run/pipe".into(),
            length: time("0:5:0"),
        },
    ];
    assert_eq!(data.statements, expect.map(Spanned::from));
    assert_eq!(data.statements[1].place.to_string(), "14:1");

    let all = Control::COPY_PERMITTED | Control::PRE_EMPHASIS | Control::FOUR_CHANNEL;
    assert_eq!(audio.control(), all);
    assert_eq!(audio.isrc.unwrap().value.to_string(), "US-ABC-02-12345");
    assert_eq!(audio.cd_text[0].items[0].value.value, is("日本"));
    let expect = [
        TocStatement::Silence {
            length: TocLength::Units(588),
        },
        TocStatement::Start(None),
        TocStatement::AudioFile {
            name: "é ü.wav".into(),
            swap: true,
            offset: Some(44),
            start: TocLength::Units(0),
            length: Some(time("0:5:0")),
        },
        TocStatement::AudioFile {
            name: "b".into(),
            swap: false,
            offset: None,
            start: time("0:1:0"),
            length: None,
        },
        TocStatement::End(Some("0:9:0".parse().unwrap())),
    ];
    assert_eq!(audio.statements, expect.map(Spanned::from));
    assert_eq!(audio.indexes.len(), 2);
}

#[test]
fn print_is_as_cdrdao_lays_it_out() {
    let printed = parse(WHOLE).unwrap().to_string();
    let expect = r#"CD_ROM_XA

CATALOG "1234567890128"

FIRST_TRACK_NO 5

CD_TEXT {
  LANGUAGE_MAP {
    0 : EN
    1 : 105
  }
  LANGUAGE 0 {
    TITLE "caf\351 \"x\" AC\134DC a\134b"
    GENRE { 0, 14, 65, 0 }
    UPC_EAN ""
    TOC_INFO1 {  }
  }
  LANGUAGE 1 {
    ENCODING_MS_JIS
    TITLE "\223\372\226\173"
    RESERVED4 "\203\134"
  }
}

// Track 5
TRACK MODE2_FORM_MIX RW_RAW
NO COPY
PREGAP 00:02:00
ZERO MODE2_FORM2 RW 00:00:10
DATAFILE "d\134d.bin" #16 1000000
FIFO "/run/pipe" 00:05:00

// Track 6
TRACK AUDIO
COPY
PRE_EMPHASIS
FOUR_CHANNEL_AUDIO
ISRC "USABC0212345"
CD_TEXT {
  LANGUAGE 1 {
    ENCODING_MS_JIS
    PERFORMER "\223\372\226\173"
    ISRC "USABC0212345"
  }
}
SILENCE 588
START
FILE "é ü.wav" SWAP #44 0 00:05:00
FILE "b" 00:01:00
END 00:09:00
INDEX 00:01:00
INDEX 00:02:00

"#;
    assert_eq!(printed, expect);
}

#[test]
fn lengths_count_what_their_statement_counts() {
    let check = |length: TocLength, samples: u64, bytes: u64| {
        assert_eq!((length.samples(), length.bytes(2352)), (samples, bytes));
    };
    check(TocLength::Time("0:1:0".parse().unwrap()), 44_100, 176_400);
    check(TocLength::Units(7), 7, 7);
}

fn fault(text: &str) -> String {
    match parse(text) {
        Ok(sheet) => panic!("{text}\nparsed as\n{sheet}"),
        Err(error) => error.to_string(),
    }
}

/// Faults whose wording says more than their class; the malformed sheets of `tests` have one of every class and place.
#[test]
fn errors_say_what_to_do() {
    let check = |text: &str, expect: &str| assert_eq!(fault(text), expect, "{text}");
    check(
        "CD_TEXT { LANGUAGE_MAP { 0 : EN } LANGUAGE 0 { TITLE \"日\" } }",
        "1:55: '日' has no code in ISO-8859-1; name another in the LANGUAGE block of the disc, such as ENCODING_MS_JIS",
    );
    check(
        "TRACK MODE1\nSILENCE 0:4:0",
        "2:1: SILENCE does not go with TRACK MODE1 at 1:1",
    );
    check(
        "TRACK AUDIO RW\nSILENCE 0:4:0",
        "2:1: SILENCE does not go with TRACK AUDIO RW at 1:1",
    );
    check(
        "TRACK AUDIO PREGAP 0:2:0 ZERO 0:4:0",
        "1:26: ZERO does not go with PREGAP at 1:13",
    );
    check(
        "TRACK AUDIO RW_RAW PREGAP 0:2:0 ZERO 0:4:0",
        "1:33: ZERO does not go with PREGAP at 1:20",
    );
    check(
        "TRACK AUDIO FIFO \"a\" 0:2:0 SILENCE 0:4:0",
        "1:28: SILENCE does not go with FIFO at 1:13",
    );
    check(
        "TRACK AUDIO SILENCE 0:4:0 START START",
        "1:33: START is given a second time, first at 1:27; leave one",
    );
    check(
        "/* old */ TRACK AUDIO",
        "1:1: a comment in /* */ is not supported: cdrdao does not have them; begin each line of it with //",
    );
}

#[test]
fn limits_hold_at_both_sides() {
    let sheet = |n_indexes: usize, first: usize, n_tracks: usize| {
        let indexes: String = (1..=n_indexes)
            .map(|n| format!(" INDEX 0:{}:{}", n / 75, n % 75))
            .collect();
        let track = format!("TRACK AUDIO SILENCE 0:4:0{indexes}\n");
        format!("FIRST_TRACK_NO {first}\n{}", track.repeat(n_tracks))
    };
    assert!(parse(&sheet(98, 1, 1)).is_ok());
    assert_eq!(
        fault(&sheet(99, 1, 1)).split_once(": ").unwrap().1,
        "number of the index is 100, expected 2 to 99"
    );
    assert!(parse(&sheet(0, 1, 99)).is_ok());
    assert!(parse(&sheet(0, 99, 1)).is_ok());
    let expect = "number of the track is 100, expected 1 to 99";
    assert_eq!(fault(&sheet(0, 1, 100)), format!("101:1: {expect}"));
    assert_eq!(fault(&sheet(0, 50, 51)), format!("52:1: {expect}"));

    let bytes = |n: usize| {
        let bytes = vec!["1"; n].join(",");
        format!(
            "CD_TEXT {{ LANGUAGE_MAP {{0:9}} LANGUAGE 0 {{ GENRE {{{bytes}}} }} }} TRACK AUDIO SILENCE 1"
        )
    };
    assert!(parse(&bytes(3072)).is_ok());
    assert!(fault(&bytes(3073)).ends_with("number of bytes is 3073, expected 0 to 3072"));
}

#[test]
fn places_survive_every_line_end() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["// c", "TRACK AUDIO // d", "  ", "\tBAD"].join(end);
        assert!(
            fault(&text).starts_with("4:2: unknown statement \"BAD\""),
            "{end:?}"
        );
    }
}

fn rel_msf() -> impl Strategy<Value = RelMsf> {
    (0_u8..100, 0_u8..60, 0_u8..75).prop_map(|(m, s, f)| RelMsf::new(m, s, f).unwrap())
}

fn length() -> impl Strategy<Value = TocLength> {
    prop_oneof![
        rel_msf().prop_map(TocLength::Time),
        (0..=TocLength::MAX_UNITS).prop_map(TocLength::Units),
    ]
}

fn some_length() -> impl Strategy<Value = TocLength> {
    length().prop_filter("zero is no length", |length| !length.is_zero())
}

fn name() -> impl Strategy<Value = String> {
    "[ -~\u{1}-\u{8}é日\\\\\"/]{1,12}".prop_filter("standard input", |name| name != "-")
}

fn mode() -> impl Strategy<Value = TocMode> {
    prop::sample::select(vec![
        TocMode::Audio,
        TocMode::Mode0,
        TocMode::Mode1,
        TocMode::Mode1Raw,
        TocMode::Mode2,
        TocMode::Mode2Raw,
        TocMode::Mode2Form1,
        TocMode::Mode2Form2,
        TocMode::Mode2FormMix,
    ])
}

fn subchannel() -> impl Strategy<Value = Option<TocSubchannel>> {
    option::of(prop::sample::select(vec![
        TocSubchannel::Rw,
        TocSubchannel::RwRaw,
    ]))
}

fn samples() -> impl Strategy<Value = TocStatement> {
    let file = (name(), any::<bool>(), option::of(0..1_u64 << 40), length());
    prop_oneof![
        (file, option::of(some_length())).prop_map(|((name, swap, offset, start), length)| {
            TocStatement::AudioFile {
                name,
                swap,
                offset,
                start,
                length,
            }
        }),
        some_length().prop_map(|length| TocStatement::Silence { length }),
    ]
}

fn blocks() -> impl Strategy<Value = TocStatement> {
    let file = (
        name(),
        option::of(0..1_u64 << 40),
        option::of(some_length()),
    );
    prop_oneof![
        file.prop_map(|(name, offset, length)| TocStatement::DataFile {
            name,
            offset,
            length
        }),
        (name(), some_length()).prop_map(|(name, length)| TocStatement::Fifo { name, length }),
        (option::of(mode()), subchannel(), some_length()).prop_map(|(mode, subchannel, length)| {
            TocStatement::Zero {
                mode,
                subchannel,
                length,
            }
        }),
    ]
}

fn text(encoding: TocEncoding) -> BoxedStrategy<String> {
    match encoding {
        TocEncoding::Iso8859_1 => "[\u{1}-\u{FF}]{0,8}".boxed(),
        TocEncoding::Ascii => "[\u{1}-\u{7F}]{0,8}".boxed(),
        TocEncoding::MsJis => "[ -~日本語ソ表ｱ\\\\\"]{0,8}".boxed(),
    }
}

fn block(number: u8, encoding: TocEncoding, is_disc: bool) -> impl Strategy<Value = TocTextBlock> {
    let disc_only = [0x87, 0x88, 0x89, 0x8F];
    let kinds: Vec<_> = (0x80..=0x8F_u8)
        .filter(|kind| is_disc || !disc_only.contains(kind))
        .map(CdTextKind)
        .collect();
    let value = prop_oneof![
        text(encoding).prop_map(TocTextValue::Text),
        vec(any::<u8>(), 0..20).prop_map(TocTextValue::Bytes),
    ];
    let n_kinds = kinds.len();
    let kinds = prop::sample::subsequence(kinds, 0..=n_kinds.min(4)).prop_shuffle();
    let items = (kinds, vec(value, 4)).prop_map(|(kinds, values)| {
        let items = kinds
            .into_iter()
            .zip(values)
            .map(|(kind, value)| TocTextItem {
                kind,
                value: value.into(),
            });
        items.collect::<Vec<_>>()
    });
    (items, any::<bool>()).prop_map(move |(items, is_said)| TocTextBlock {
        number,
        encoding: (is_said || is_disc && encoding != TocEncoding::default()).then_some(encoding),
        items,
    })
}

const ENCODINGS: [TocEncoding; 3] = [
    TocEncoding::Iso8859_1,
    TocEncoding::MsJis,
    TocEncoding::Ascii,
];

fn cd_text_of(is_disc: bool) -> impl Strategy<Value = Vec<TocTextBlock>> {
    let [a, b, c] = ENCODINGS;
    let all = (
        block(0, a, is_disc),
        block(3, b, is_disc),
        block(7, c, is_disc),
    );
    all.prop_map(|(a, b, c)| vec![a, b, c])
}

fn track() -> impl Strategy<Value = TocSheetTrack> {
    let mode = mode().prop_filter("only in ZERO", |mode| *mode != TocMode::Mode0);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let head = (mode, subchannel(), flags, option::of(cd_text_of(false)));
    let data = (any::<bool>(), vec(samples(), 1..4), vec(blocks(), 1..4));
    let gaps = (
        option::of(rel_msf()),
        option::of(option::of(rel_msf())),
        option::of(option::of(rel_msf())),
    );
    let indexes = prop::collection::btree_set(rel_msf(), 0..5);
    (head, data, gaps, indexes).prop_map(|(head, data, (pregap, start, end), indexes)| {
        let (mode, subchannel, (copy, pre_emphasis, four, isrc), cd_text) = head;
        let (wants_samples, samples, blocks) = data;
        let is_audio = mode == TocMode::Audio;
        let has_samples = is_audio && subchannel.is_none() && wants_samples;
        let mut statements = if has_samples { samples } else { blocks };
        let pregap =
            pregap.filter(|time| !time.to_sectors().is_zero() && (has_samples || !is_audio));
        statements.extend(end.map(TocStatement::End));
        if let (Some(start), None) = (start, pregap) {
            statements.insert(1, TocStatement::Start(start));
        }
        TocSheetTrack {
            mode: mode.into(),
            subchannel,
            copy_permitted: copy,
            pre_emphasis: pre_emphasis && is_audio,
            four_channel: four && is_audio,
            isrc: isrc.then(|| "USABC0212345".parse::<Isrc>().unwrap().into()),
            cd_text: cd_text.unwrap_or_default(),
            pregap: pregap.map(Spanned::from),
            statements: statements.into_iter().map(Spanned::from).collect(),
            indexes: indexes
                .into_iter()
                .filter(|time| !time.to_sectors().is_zero())
                .map(Spanned::from)
                .collect(),
        }
    })
}

fn sheet() -> impl Strategy<Value = TocSheet> {
    let types = [
        TocDiscType::CdDa,
        TocDiscType::CdRom,
        TocDiscType::CdRomXa,
        TocDiscType::CdI,
    ];
    let disc_type = option::of(prop::sample::select(types.to_vec()));
    let head = (disc_type, any::<bool>(), option::of(1_u8..97), any::<u8>());
    (head, cd_text_of(true), vec(track(), 1..4)).prop_map(
        |((disc_type, has_catalog, first_track, language), blocks, tracks)| TocSheet {
            disc_type,
            catalog: has_catalog.then(|| "1234567890128".parse::<Mcn>().unwrap().into()),
            first_track,
            cd_text: TocCdText {
                languages: vec![
                    (0, CdTextLanguage::ENGLISH),
                    (7, CdTextLanguage(language)),
                    (3, CdTextLanguage::JAPANESE),
                ],
                blocks,
            },
            tracks,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn printed_sheets_are_read_the_same(sheet in sheet()) {
        let printed = sheet.to_string();
        prop_assert_eq!(parse(&printed), Ok(sheet), "{}", printed);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn no_order_of_words_panics(
        idxs in vec(any::<prop::sample::Index>(), 0..60),
        sheet in sheet(),
    ) {
        let printed = sheet.to_string();
        let words: Vec<_> = printed.split_ascii_whitespace().collect();
        let text: Vec<_> = idxs.iter().map(|idx| *idx.get(&words)).collect();
        let _ = parse(&text.join(" "));
    }

    /// What is still read after a change is printed and read the same.
    #[test]
    fn changed_sheets_do_not_panic(
        at in any::<prop::sample::Index>(),
        n_gone in 0_usize..8,
        put in "[ -~\n\"{}é日\\\\]{0,4}",
    ) {
        let mut characters: Vec<_> = WHOLE.chars().collect();
        let at = at.index(characters.len());
        let end = characters.len().min(at + n_gone);
        characters.splice(at..end, put.chars());
        let text: String = characters.into_iter().collect();
        if let Ok(sheet) = parse(&text) {
            prop_assert_eq!(parse(&sheet.to_string()), Ok(sheet));
        }
    }
}
