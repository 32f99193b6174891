use cd_sheet::{SheetEncoding, SheetError, ccd, cue, decode_text, toc};

/// The encodings that a sheet can be stated to have, and that nothing is stated.
const STATED: [Option<SheetEncoding>; 5] = [
    None,
    Some(SheetEncoding::Utf8),
    Some(SheetEncoding::Iso8859_1),
    Some(SheetEncoding::Windows1252),
    Some(SheetEncoding::ShiftJis),
];

/// A CUE sheet, in any encoding.
///
/// What is read is printed in a form that reads as the same; what is refused has a place in the text.
pub fn cue(bytes: &[u8]) {
    texts(bytes, |text| match cue::parse(text) {
        Ok(sheet) => assert_eq!(cue::parse(&sheet.to_string()), Ok(sheet)),
        Err(error) => stands_in(&error, text),
    });
}

/// A toc-file of cdrdao, as [`cue()`].
pub fn toc(bytes: &[u8]) {
    texts(bytes, |text| match toc::parse(text) {
        Ok(sheet) => assert_eq!(toc::parse(&sheet.to_string()), Ok(sheet)),
        Err(error) => stands_in(&error, text),
    });
}

/// A control file of CloneCD, as [`cue()`].
pub fn ccd(bytes: &[u8]) {
    texts(bytes, |text| match ccd::parse(text) {
        Ok(sheet) => assert_eq!(ccd::parse(&sheet.to_string()), Ok(sheet)),
        Err(error) => stands_in(&error, text),
    });
}

/// The text that `bytes` are in each encoding, as far as they are.
fn texts(bytes: &[u8], look: impl Fn(&str)) {
    for stated in STATED {
        match decode_text(bytes, stated) {
            Ok(decoded) => look(&decoded.text),
            Err(error) => stands_in(&error, &String::from_utf8_lossy(bytes)),
        }
    }
}

/// The place of a fault is one of the text's, or just behind it; its words are one line.
fn stands_in(error: &SheetError, text: &str) {
    let said = error.to_string();
    assert!(!said.is_empty() && !said.contains(['\n', '\r']), "{said:?}");
    let n_lines = text.split(['\n', '\r']).count();
    let line = usize::try_from(error.line).unwrap_or(usize::MAX);
    assert!((1..=n_lines + 1).contains(&line), "{said}: {n_lines} lines");
    let n_characters = text.chars().count() + text.len();
    let column = usize::try_from(error.column).unwrap_or(usize::MAX);
    assert!((1..=n_characters + 1).contains(&column), "{said}");
}
