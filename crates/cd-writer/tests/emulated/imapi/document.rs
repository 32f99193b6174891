//! `docs/imapi.md` says what is so: every return value has a row, and every row a variant and a test.

use std::collections::BTreeSet;
use std::path::Path;

use cd_image::HResult;
use cd_writer::imapi::{
    Adjustment, CallError, Cause, ClientNameError, DriveError, HRESULTS, HostError, MediumError,
    StreamError,
};

const DOCUMENT: &str = include_str!("../../../../../docs/imapi.md");

/// The rows of `WriteMedia2`'s own table, success first.
const WRITE_MEDIA2: [&str; 29] = [
    "S_OK",
    "E_POINTER",
    "E_IMAPI_DF2RAW_STREAM_NOT_SUPPORTED",
    "E_IMAPI_DF2RAW_MEDIA_IS_NOT_PREPARED",
    "E_IMAPI_DF2RAW_WRITE_IN_PROGRESS",
    "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK",
    "E_IMAPI_DF2RAW_STREAM_LEADIN_TOO_SHORT",
    "E_INVALIDARG",
    "E_IMAPI_DF2RAW_NOT_ENOUGH_SPACE",
    "E_FAIL",
    "E_OUTOFMEMORY",
    "E_IMAPI_RECORDER_COMMAND_TIMEOUT",
    "E_IMAPI_RECORDER_INVALID_RESPONSE_FROM_DEVICE",
    "E_IMAPI_RECORDER_MEDIA_UPSIDE_DOWN",
    "E_IMAPI_RECORDER_MEDIA_BECOMING_READY",
    "E_IMAPI_RECORDER_MEDIA_NO_MEDIA",
    "E_IMAPI_RECORDER_MEDIA_FORMAT_IN_PROGRESS",
    "E_IMAPI_RECORDER_MEDIA_BUSY",
    "E_IMAPI_LOSS_OF_STREAMING",
    "E_IMAPI_RECORDER_MEDIA_INCOMPATIBLE",
    "E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT",
    "E_IMAPI_RECORDER_NO_SUCH_MODE_PAGE",
    "E_IMAPI_RECORDER_INVALID_MODE_PARAMETERS",
    "E_IMAPI_RECORDER_MEDIA_WRITE_PROTECTED",
    "E_IMAPI_RECORDER_MEDIA_SPEED_MISMATCH",
    "HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE)",
    "HRESULT_FROM_WIN32(ERROR_DEV_NOT_EXIST)",
    "E_IMAPI_RECORDER_LOCKED",
    "E_IMAPI_REQUEST_CANCELLED",
];

/// What no call in Rust raises.
const NOT_RAISED: [&str; 2] = ["E_POINTER", "E_IMAPI_RECORDER_DVD_STRUCTURE_NOT_PRESENT"];

struct Row<'d> {
    name: &'d str,
    is_of_write_media2: bool,
    value: &'d str,
    variant: &'d str,
    condition: &'d str,
    test: &'d str,
}

fn rows() -> Vec<Row<'static>> {
    let rows: Vec<_> = DOCUMENT.lines().filter_map(row).collect();
    assert!(rows.len() > 40, "{} rows", rows.len());
    rows
}

fn row(line: &'static str) -> Option<Row<'static>> {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let [_, name, value, variant, condition, test, _] = cells[..] else {
        return None;
    };
    let is_of_write_media2 = name.ends_with('*');
    Some(Row {
        name: name
            .trim_end_matches([' ', '*'])
            .strip_prefix('`')?
            .strip_suffix('`')?,
        is_of_write_media2,
        value,
        variant: variant.trim_matches('`'),
        condition,
        test: test.trim_matches('`'),
    })
}

/// Every variant there is, by the name the document has for it.
fn variants() -> Vec<(String, HResult)> {
    let text = || String::new();
    let calls = [
        CallError::WriteInProgress,
        CallError::WriteNotInProgress,
        CallError::MediaIsNotPrepared(""),
        CallError::MediaIsPrepared,
        CallError::ClientNameIsNotValid(ClientNameError::Missing),
        CallError::NoRecorderSpecified,
        CallError::RecorderRequired,
        CallError::InvalidArgument(text()),
    ]
    .map(Cause::Call);
    let media = [
        MediumError::NoMedia,
        MediumError::Incompatible,
        MediumError::UpsideDown,
        MediumError::BecomingReady,
        MediumError::FormatInProgress,
        MediumError::Busy,
        MediumError::WriteProtected,
        MediumError::SpeedMismatch {
            lowest: 0,
            highest: 0,
            drive: text(),
        },
        MediumError::NotBlank(text()),
        MediumError::NotSupported(text()),
    ]
    .map(Cause::Medium);
    let streams = [
        StreamError::NotSupported(text()),
        StreamError::LeadInTooShort(text()),
        StreamError::NotEnoughSpace(text()),
        StreamError::Unreadable(text()),
    ]
    .map(Cause::Stream);
    let drives = [
        DriveError::NoSuchModePage,
        DriveError::InvalidModeParameters(text()),
        DriveError::FeatureIsNotCurrent { feature: "" },
        DriveError::CommandTimeout,
        DriveError::InvalidResponse(text()),
        DriveError::LossOfStreaming,
        DriveError::UnexpectedResponse,
        DriveError::DataBlockTypeNotSupported(text()),
        DriveError::RecorderNotSupported(text()),
        DriveError::DeviceGone,
    ]
    .map(Cause::Drive);
    let hosts = [
        HostError::RecorderLocked { owner: None },
        HostError::InvalidHandle,
        HostError::AccessDenied,
        HostError::OutOfMemory(text()),
        HostError::LinkFailed,
    ]
    .map(Cause::Host);
    let causes = calls
        .into_iter()
        .chain(media)
        .chain(streams)
        .chain(drives)
        .chain(hosts)
        .chain([Cause::Cancelled]);
    let adjustments = [
        Adjustment::None,
        Adjustment::Speed,
        Adjustment::Rotation,
        Adjustment::Both,
    ];
    let adjustments = adjustments.map(|adjustment| {
        let name = format!("Adjustment.{adjustment:?}");
        (name, adjustment.hresult())
    });
    causes
        .map(|cause| (name_of(&cause), cause.hresult()))
        .chain(adjustments)
        .collect()
}

/// `Medium(NotBlank(""))` is `Medium.NotBlank`.
fn name_of(cause: &Cause) -> String {
    let debug = format!("{cause:?}");
    let mut words = debug
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    match (cause, words.next(), words.next()) {
        (Cause::Cancelled, Some(name), _) => name.to_owned(),
        (_, Some(group), Some(name)) => format!("{group}.{name}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_return_value_has_a_row() {
    let rows = rows();
    for code in HRESULTS {
        let found = rows.iter().filter(|row| row.name == code.name);
        let values: BTreeSet<_> = found.map(|row| row.value).collect();
        let value = format!("0x{:08X}", code.value);
        let expect = BTreeSet::from([value.as_str()]);
        assert_eq!(values, expect, "{}", code.name);
    }
    for row in &rows {
        let is_known = HRESULTS.iter().any(|code| code.name == row.name);
        assert!(is_known, "{} is no return value", row.name);
        assert!(row.condition.len() > 3, "{}", row.name);
    }
    let marked: BTreeSet<_> = rows
        .iter()
        .filter(|row| row.is_of_write_media2)
        .map(|row| row.name)
        .collect();
    assert_eq!(marked, BTreeSet::from(WRITE_MEDIA2));
}

#[test]
fn every_row_names_the_variant_with_its_return_value() {
    let variants = variants();
    let rows = rows();
    for row in &rows {
        if NOT_RAISED.contains(&row.name) {
            assert_eq!((row.variant, row.test), ("none", "none"), "{}", row.name);
            continue;
        }
        let found = variants.iter().find(|(name, _)| name == row.variant);
        let Some((_, code)) = found else {
            panic!("{}: there is no variant {}", row.name, row.variant)
        };
        assert_eq!(code.name, row.name, "{}", row.variant);
    }
    for (variant, code) in &variants {
        let n_rows = rows.iter().filter(|row| row.variant == variant).count();
        assert_eq!(n_rows, 1, "{variant} ({code})");
    }
}

#[test]
fn every_row_names_a_test_that_looks_for_its_return_value() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/emulated/imapi");
    let mut sources = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        sources.push(std::fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    for row in rows().iter().filter(|row| row.test != "none") {
        let head = format!("#[test]\nfn {}() {{\n", row.test);
        let n_found = sources.iter().filter(|source| source.contains(&head));
        assert_eq!(n_found.count(), 1, "{} names {}", row.name, row.test);
        let source = sources
            .iter()
            .find(|source| source.contains(&head))
            .unwrap();
        // In the test itself, or in a constant beside it.
        let quoted = format!("\"{}\"", row.name);
        assert!(
            source.contains(&quoted),
            "{} does not look for {quoted}",
            row.test
        );
    }
}
