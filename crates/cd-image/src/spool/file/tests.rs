use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::{CHUNK_BYTES, Spool, sort};
use crate::SpoolError;
use crate::fixtures::{Files, noise};

#[test]
fn what_goes_in_comes_out_and_no_name_is_left() {
    let files = Files::new();
    let bytes = noise(2 * CHUNK_BYTES + 12_345, 3);
    let mut seen = Vec::new();
    let mut progress = |done, expected| {
        seen.push((done, expected));
        ControlFlow::Continue(())
    };
    let all = bytes.len() as u64;
    let mut spool = Spool::new(&files.path(""), Some(all), &mut progress).unwrap();
    for part in bytes.chunks(7_001) {
        spool.push(part).unwrap();
    }
    let file = spool.finish("noise (decoded)".to_owned()).unwrap();
    let mut out = vec![0; bytes.len()];
    file.read_at(0, &mut out).unwrap();
    assert!(out == bytes);
    assert_eq!(file.path(), "noise (decoded)");
    file.verify_unchanged().unwrap();
    assert!(files.names().is_empty());
    assert_eq!(seen.first(), Some(&(0, Some(all))));
    assert_eq!(seen.last(), Some(&(all, Some(all))));
    assert!(seen.len() >= 4);
}

#[test]
fn progress_stops_it() {
    let files = Files::new();
    let mut progress = |done, _| match done {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    let mut spool = Spool::new(&files.path(""), None, &mut progress).unwrap();
    let stopped = spool.push(&[0; CHUNK_BYTES]).unwrap_err();
    assert_eq!(
        stopped.to_string(),
        "decoding was stopped after 1048576 bytes"
    );
}

#[test]
fn each_refusal_says_what_to_do() {
    let files = Files::new();
    let mut on = |_, _| ControlFlow::Continue(());
    let error = Spool::new(&files.path("nowhere"), None, &mut on)
        .err()
        .unwrap();
    assert!(matches!(error, SpoolError::Create { .. }), "{error}");

    let spool = Spool::new(&files.path(""), None, &mut on).unwrap();
    let error = spool.finish("nothing".to_owned()).unwrap_err();
    assert!(matches!(error, SpoolError::Open { .. }), "{error}");

    for kind in [
        io::ErrorKind::StorageFull,
        io::ErrorKind::QuotaExceeded,
        io::ErrorKind::FileTooLarge,
    ] {
        let error = sort(kind.into(), Path::new("/x"), 5, Some(9));
        let text = error.to_string();
        assert!(
            text.starts_with("no room in /x after 5 decoded bytes of 9; free some"),
            "{text}"
        );
    }
    let error = sort(io::ErrorKind::BrokenPipe.into(), Path::new("/x"), 5, None);
    assert!(matches!(error, SpoolError::Write { written: 5, .. }));
}
