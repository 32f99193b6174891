use proptest::prelude::*;

use super::*;

fn decoded(bytes: &[u8], stated: Option<SheetEncoding>) -> Result<(String, &'static str), String> {
    match decode_text(bytes, stated) {
        Ok(text) => Ok((text.text, text.encoding.word())),
        Err(error) => Err(format!("{} {}", error.place(), error.fault.word())),
    }
}

fn check(bytes: &[u8], expect: Result<(&str, &'static str), &str>) {
    let expect = expect
        .map(|(text, encoding)| (text.to_owned(), encoding))
        .map_err(str::to_owned);
    assert_eq!(decoded(bytes, None), expect, "{bytes:02X?}");
}

#[test]
fn encodings_are_told_apart() {
    check(b"", Ok(("", "utf-8")));
    check(b"REM a\tb\r\n", Ok(("REM a\tb\r\n", "utf-8")));
    check("Björk".as_bytes(), Ok(("Björk", "utf-8")));
    check(b"\xEF\xBB\xBFTITLE", Ok(("TITLE", "utf-8")));
    check(b"Motorhead \xD6", Err("1:11 encoding-unclear"));
    check(b"Mot\xF6rhead", Ok(("Motörhead", "iso-8859-1")));
    check(b"f\xFCr", Ok(("für", "iso-8859-1")));
    check(b"\"Beyonc\xE9\"", Ok(("\"Beyoncé\"", "iso-8859-1")));
    check(b"x\n Oc\xE9ane", Err("2:4 encoding-unclear"));
    // The apostrophe of Windows-1252: its byte and the next are a character of Shift-JIS as well.
    check(b"don\x92t", Err("1:4 encoding-unclear"));
    check(
        b"\x93Who\x94 \x96",
        Ok(("\u{201C}Who\u{201D} \u{2013}", "windows-1252")),
    );
    // Two kana and the long vowel's mark, whose first byte Windows-1252 does not have.
    check(b"\x83\x4C\x81\x5B", Ok(("キー", "shift-jis")));
    check(b"\x83\x4C", Err("1:1 encoding-unclear"));
    check(b"a\x81\x20", Err("1:2 unknown-encoding"));
    check(b"\xB1\xB2", Err("1:1 encoding-unclear"));
    check(b"\x81", Err("1:1 unknown-encoding"));
}

#[test]
fn what_is_no_text_is_refused() {
    check(b"\xFF\xFET\0", Err("1:1 utf-16"));
    check(b"\xFE\xFF\0T", Err("1:1 utf-16"));
    check(b"T\0I\0", Err("1:2 control-character"));
    check(b"ab\ncd\x1A", Err("2:3 control-character"));
    check("é\u{7F}".as_bytes(), Err("1:2 control-character"));
    check("é\u{85}".as_bytes(), Err("1:2 control-character"));
    check(b"\xEF\xBB\xBFok \xE9\"", Err("1:4 not-in-encoding"));
}

#[test]
fn a_stated_encoding_is_kept_to() {
    let check = |bytes: &[u8], stated: SheetEncoding, expect: Result<&str, &str>| {
        let got = decoded(bytes, Some(stated)).map(|(text, _)| text);
        let expect = expect.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(got, expect, "{bytes:02X?} {stated}");
    };
    check(b"Oc\xE9ane", SheetEncoding::Iso8859_1, Ok("Océane"));
    check(b"don\x92t", SheetEncoding::Windows1252, Ok("don\u{2019}t"));
    check(
        b"don\x92t",
        SheetEncoding::Iso8859_1,
        Err("1:4 not-in-encoding"),
    );
    check(b"\xB1 \x83\x4C", SheetEncoding::ShiftJis, Ok("\u{FF71} キ"));
    check(
        b"\xB1\xFF",
        SheetEncoding::ShiftJis,
        Err("1:2 not-in-encoding"),
    );
    check(
        b"\xF0\x40",
        SheetEncoding::ShiftJis,
        Err("1:1 not-in-encoding"),
    );
    check(b"\x80", SheetEncoding::ShiftJis, Err("1:1 not-in-encoding"));
    check(
        b"\x8D",
        SheetEncoding::Windows1252,
        Err("1:1 not-in-encoding"),
    );
    check(
        b"a\r\nb\xE9\"",
        SheetEncoding::Utf8,
        Err("2:2 not-in-encoding"),
    );
    check(b"\xEF\xBB\xBFT", SheetEncoding::Utf8, Ok("T"));
    check(
        b"\xEF\xBB\xBFT",
        SheetEncoding::ShiftJis,
        Err("1:1 unexpected"),
    );
}

#[test]
fn encodings_have_words() {
    for encoding in SheetEncoding::ALL {
        assert_eq!(encoding.to_string().parse(), Ok(encoding));
        assert_eq!(encoding.to_string().to_uppercase().parse(), Ok(encoding));
    }
    let error = "latin1".parse::<SheetEncoding>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown encoding \"latin1\", expected utf-8, iso-8859-1, windows-1252 or shift-jis"
    );
}

#[test]
fn all_line_ends_count() {
    let numbered: Vec<_> = lines("a\r\nb\rc\n\nd").collect();
    assert_eq!(numbered, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
    let check = |before: &str, line: u32, column: u32| {
        assert_eq!(place_after(before), Place { line, column }, "{before:?}");
    };
    check("", 1, 1);
    check("ab", 1, 3);
    check("a\n", 2, 1);
    check("a\r\n\té", 2, 3);
}

proptest! {
    #[test]
    fn any_bytes_are_text_or_refused(bytes: Vec<u8>, stated in 0..5_usize) {
        let stated = SheetEncoding::ALL.get(stated).copied();
        if let Ok(text) = decode_text(&bytes, stated) {
            prop_assert!(check_characters(&text.text).is_ok());
            prop_assert!(stated.is_none_or(|stated| stated == text.encoding));
        }
    }

    #[test]
    fn utf8_comes_through(text in "[\t\n -~\u{A0}-\u{D7FF}]*") {
        let decoded = decode_text(text.as_bytes(), None).unwrap();
        prop_assert_eq!(decoded.text, text);
    }
}
