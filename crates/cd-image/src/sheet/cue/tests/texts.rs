//! CD-Text, from texts and from files of packs.

use cd_sector::{CdText, CdTextCharset, CdTextGenreCode, CdTextKind, CdTextLanguage, CdTextPack};

use super::{Files, is_clean, notes, open, refusal, song};
use crate::{Image, OpenOptions, SourceNote};

fn files() -> Files {
    let files = Files::new();
    files.write("x.bin", &song(600, 0));
    files
}

/// A disc of two tracks with these lines before the file, and after the first and the second track.
fn sheet(disc: &str, first: &str, second: &str) -> String {
    format!(
        "{disc}\nFILE x.bin BINARY\nTRACK 01 AUDIO\n{first}\nINDEX 01 00:00:00\nTRACK 02 AUDIO\n{second}\nINDEX 01 00:04:00\n"
    )
}

fn packs(image: &Image) -> &[CdTextPack] {
    image.disc().unwrap().cd_text()
}

fn decoded(image: &Image) -> CdText {
    let (text, findings) = CdText::decode(packs(image));
    assert_eq!(findings, []);
    text
}

#[test]
fn texts_become_cd_text() {
    let files = files();
    let text = sheet(
        "TITLE \"Two Pieces\"\nPERFORMER \"Caf\u{E9}\"\nDISC_ID \"XY 12\"\nGENRE \"jazz\"\nUPC_EAN 4006381333931",
        "TITLE \"First\"\nSONGWRITER \"A\"",
        "TITLE \"First\"\nMESSAGE \"to you\"",
    );
    let image = open(&files, "x.cue", &text);
    let text = decoded(&image);
    let block = &text.blocks[0];
    assert_eq!(block.charset(), CdTextCharset::Iso8859_1);
    assert_eq!(block.language, CdTextLanguage::ENGLISH);
    assert_eq!((block.first_track(), block.last_track()), (1, 2));
    for (kind, track, expect) in [
        (CdTextKind::TITLE, 0, "Two Pieces"),
        (CdTextKind::TITLE, 1, "First"),
        (CdTextKind::TITLE, 2, "First"),
        (CdTextKind::PERFORMER, 0, "Caf\u{E9}"),
        (CdTextKind::SONGWRITER, 1, "A"),
        (CdTextKind::MESSAGE, 2, "to you"),
        (CdTextKind::DISC_ID, 0, "XY 12"),
        (CdTextKind::UPC_ISRC, 0, "4006381333931"),
    ] {
        assert_eq!(block.text(kind, track), Some(expect), "{kind} {track}");
    }
    assert_eq!(block.genre.as_ref().unwrap().code, CdTextGenreCode::JAZZ);
    // The same text twice is written twice.
    let first: Vec<_> = packs(&image).iter().flat_map(CdTextPack::payload).collect();
    let n_first = first.windows(5).filter(|five| five == b"First").count();
    assert_eq!(n_first, 2);
    assert!(
        image
            .describe()
            .contains("; CD-Text in ISO 8859-1 from the sheet's texts")
    );
    is_clean(&image);
}

#[test]
fn a_sheet_without_text_makes_no_cd_text() {
    let image = open(&files(), "x.cue", sheet("TITLE \"\"", "", ""));
    assert_eq!(packs(&image), []);
}

#[test]
fn japanese_is_ms_jis() {
    let files = files();
    let text = sheet(
        "TITLE \"\u{97F3}\u{697D}\"",
        "TITLE \"\u{30A2}\u{FF21}\"",
        "",
    );
    let image = open(&files, "x.cue", &text);
    let block = &decoded(&image).blocks[0];
    assert_eq!(block.charset(), CdTextCharset::MsJis { double_byte: true });
    assert_eq!(block.language, CdTextLanguage::JAPANESE);
    assert_eq!(notes(&image), []);
    is_clean(&image);
    let text = sheet("TITLE \"\u{97F3}\u{697D} No. 1\"", "", "");
    let image = open(&files, "x.cue", &text);
    let block = &decoded(&image).blocks[0];
    assert_eq!(
        block.text(CdTextKind::TITLE, 0),
        Some("\u{97F3}\u{697D} No. 1")
    );
    assert_eq!(notes(&image), [SourceNote::MixedWidths]);
}

#[test]
fn characters_without_a_code_are_named() {
    let files = files();
    let check = |text: String, expect: &str| {
        assert_eq!(
            refusal(&files, "x.cue", text, &OpenOptions::default()),
            expect
        );
    };
    check(
        sheet("", "", "TITLE \"\u{201C}So\u{201D}\""),
        "x.cue:7:7: title of track 2: ISO 8859-1 has no '\u{201C}'; write another character, or take the line out",
    );
    check(
        sheet("", "TITLE \"\u{97F3} \u{1F3B5}\"", ""),
        "x.cue:4:7: title of track 1: MS-JIS, bytes mixed has no '\u{1F3B5}'; CD-Text is in ISO 8859-1, or in MS-JIS where it is \
         Japanese: write another character",
    );
    let long = format!("TITLE \"{}\"", "x".repeat(3100));
    check(
        sheet(&long, "", ""),
        "x.cue:1:7: CD-Text of block 0 has 262 packs of twelve bytes, 256 are the most: shorten the texts; change the sheet's texts",
    );
}

#[test]
fn files_of_packs_with_or_without_what_stands_round_them() {
    let files = files();
    let text = open(&files, "x.cue", sheet("TITLE \"Disc\"", "", ""));
    let packs = packs(&text).to_vec();
    let bytes: Vec<u8> = packs.iter().flat_map(|pack| pack.0).collect();
    let head = [0, u8::try_from(bytes.len() + 2).unwrap(), 0, 0];
    for (before, after) in [(&[][..], &[][..]), (&head, &[]), (&[], &[0]), (&head, &[0])] {
        files.write("x.cdt", &[before, &bytes, after].concat());
        let image = open(&files, "x.cue", sheet("CDTEXTFILE x.cdt", "", ""));
        assert_eq!(self::packs(&image), packs);
        assert_eq!(notes(&image), []);
        let said = image.describe();
        assert!(said.contains("x.cdt: 4 packs, 1 language(s)"), "{said}");
    }
    let both = sheet("CDTEXTFILE x.cdt\nTITLE \"Other\"", "", "");
    let image = open(&files, "x.cue", both);
    assert_eq!(notes(&image), [SourceNote::TextsUnused]);

    let check = |bytes: &[u8], expect: &str| {
        files.write("x.cdt", bytes);
        let text = sheet("CDTEXTFILE x.cdt", "", "");
        let said = refusal(&files, "x.cue", text, &OpenOptions::default());
        assert!(said.starts_with(expect), "{said}");
    };
    let mut wrong = bytes.clone();
    wrong[20] ^= 1;
    check(
        &wrong,
        "x.cue:1:12: x.cdt is no file of CD-Text packs: the CRC of pack 1 (counted from 0) is ",
    );
    check(
        &bytes[..43],
        "x.cue:1:12: x.cdt is no file of CD-Text packs: it has 43 bytes, expected a multiple of 18",
    );
    let mut other = bytes.clone();
    other.push(1);
    check(
        &other,
        "x.cue:1:12: x.cdt is no file of CD-Text packs: it has ",
    );
}

#[test]
fn packs_with_faults_of_their_own_are_used_and_said() {
    let files = files();
    let text = open(&files, "x.cue", sheet("TITLE \"Disc\"", "", ""));
    // Without size info.
    let bytes: Vec<u8> = packs(&text)[..1].iter().flat_map(|pack| pack.0).collect();
    files.write("x.cdt", &bytes);
    let image = open(&files, "x.cue", sheet("CDTEXTFILE x.cdt", "", ""));
    assert_eq!(packs(&image).len(), 1);
    assert!(matches!(
        *notes(&image),
        [SourceNote::CdTextFindings { .. }]
    ));
}
