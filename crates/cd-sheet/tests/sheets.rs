//! Every sheet in `tests/malformed` has the fault its name tells, every sheet in `tests/wellformed` comes through.
//!
//! A malformed sheet is called `NAME--LINE-COLUMN-FAULT.EXTENSION`, FAULT being the word of the fault's class
//! (`SheetFault::word`). It has that fault and no other, so that nothing else can be found first.

use std::fs;
use std::path::{Path, PathBuf};

use cd_sheet::{SheetError, ccd, cue, decode_text, toc};

/// Parses a sheet; gives what it is when printed.
type Parse = fn(&str) -> Result<String, SheetError>;

/// The formats by the name of their folders, which is their files' extension.
const FORMATS: &[(&str, Parse)] = &[
    ("ccd", |text| Ok(ccd::parse(text)?.to_string())),
    ("cue", |text| Ok(cue::parse(text)?.to_string())),
    ("toc", |text| Ok(toc::parse(text)?.to_string())),
];

/// How many malformed sheets each format has at least.
const MIN_MALFORMED: usize = 15;

#[test]
fn every_malformed_sheet_has_its_own_error() {
    for_each_format("malformed", |parse, sheets| {
        assert!(sheets.len() >= MIN_MALFORMED, "{} sheets", sheets.len());
        let faults: Vec<_> = sheets
            .iter()
            .filter_map(|path| misjudged(parse, path))
            .collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    });
}

#[test]
fn every_wellformed_sheet_comes_through() {
    for_each_format("wellformed", |parse, sheets| {
        assert!(!sheets.is_empty());
        for path in sheets {
            let printed = read(parse, path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            assert_eq!(parse(&printed).as_ref(), Ok(&printed), "{path:?}");
        }
    });
}

/// How a malformed sheet's error is not the one that its name tells.
fn misjudged(parse: Parse, path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?;
    let Err(error) = read(parse, path) else {
        return Some(format!("{name}: no error"));
    };
    check_message(&error);
    let (line, column, word) = (error.line, error.column, error.fault.word());
    let is_told = name.ends_with(&format!("--{line}-{column}-{word}"));
    (!is_told).then(|| format!("{name}: {error} ({word})"))
}

/// One line, a sentence that goes on after the place: no capital (but of a word of the sheet), no full stop.
fn check_message(error: &SheetError) {
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("{}:{}: ", error.line, error.column)),
        "{message}"
    );
    assert!(
        !message.contains(['\n', '\r']) && !message.ends_with('.'),
        "{message}"
    );
}

fn read(parse: Parse, path: &Path) -> Result<String, SheetError> {
    let bytes = fs::read(path).unwrap();
    parse(&decode_text(&bytes, None)?.text)
}

/// Calls `check` for each format with its sheets in `kind`; no folder and no file is passed over.
fn for_each_format(kind: &str, check: impl Fn(Parse, &[PathBuf])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(kind);
    let mut found: Vec<_> = entries(&folder);
    found.sort();
    let mut expect: Vec<_> = FORMATS.iter().map(|(name, _)| folder.join(name)).collect();
    expect.sort();
    assert_eq!(found, expect, "one folder a format");
    for (name, parse) in FORMATS {
        let sheets = entries(&folder.join(name));
        for sheet in &sheets {
            assert_eq!(sheet.extension(), Some((*name).as_ref()), "{sheet:?}");
        }
        check(*parse, &sheets);
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}
