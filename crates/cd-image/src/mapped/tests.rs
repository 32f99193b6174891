use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::MappedFile;
use crate::{OpenError, SourceError};

fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i * 7 + i / 251).to_le_bytes()[0]).collect()
}

fn file_of(n: usize) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("image.bin");
    std::fs::write(&path, bytes(n)).unwrap();
    (dir, path)
}

fn cut(path: &Path, len: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(len).unwrap();
}

/// Each way a file gives its bytes: mapped (where the platform can), and by positioned reads.
fn both_ways(path: &Path) -> [MappedFile; 2] {
    let mut unmapped = MappedFile::open(path).unwrap();
    unmapped.map = None;
    [MappedFile::open(path).unwrap(), unmapped]
}

#[test]
fn any_range_is_the_file() {
    let (_dir, path) = file_of(20_000);
    let want = bytes(20_000);
    for file in both_ways(&path) {
        assert_eq!(file.len(), 20_000);
        for (start, end) in [(0, 20_000), (1, 2), (4095, 4097), (19_999, 20_000), (5, 5)] {
            let part = &want[start..end];
            let mut out = vec![0; part.len()];
            file.read_at(start as u64, &mut out).unwrap();
            assert_eq!(out, part);
            let pages = file.pages(start as u64..end as u64).unwrap();
            assert_eq!(pages, file.is_mapped().then_some(part));
        }
        file.verify_unchanged().unwrap();
    }
}

/// What it asks the system for is not seen from here; that no bytes of a range are too many, is.
#[test]
fn any_range_may_be_asked_for_ahead() {
    let (_dir, path) = file_of(20_000);
    for file in both_ways(&path) {
        for (start, end) in [
            (0, 20_000),
            (4097, 4097),
            (19_999, 1 << 40),
            (1 << 40, 2 << 40),
        ] {
            file.will_need(start..end);
        }
        cut(&path, 10);
        file.will_need(0..20_000);
        cut(&path, 20_000);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn linux_maps() {
    let (_dir, path) = file_of(1);
    assert!(MappedFile::open(&path).unwrap().is_mapped());
}

#[test]
fn past_the_end_is_refused() {
    let (_dir, path) = file_of(100);
    for file in both_ways(&path) {
        let error = file.pages(90..101).unwrap_err();
        assert!(matches!(error, SourceError::Read { offset: 90, .. }));
        let error = file.read_at(u64::MAX, &mut [0; 4]).unwrap_err();
        assert!(matches!(error, SourceError::Read { .. }));
    }
}

#[test]
fn a_file_cut_under_the_map_is_an_error_and_no_signal() {
    for len in [0, 1, 4096, 500_000, 999_999] {
        let (_dir, path) = file_of(1_000_000);
        let files = both_ways(&path);
        cut(&path, len);
        for file in files {
            let is_changed = |error| matches!(error, SourceError::Changed { .. });
            assert!(is_changed(file.verify_unchanged().unwrap_err()));
            let mut out = vec![0; 1_000_000];
            assert!(is_changed(file.read_at(0, &mut out).unwrap_err()));
            if file.is_mapped() {
                let error = file.pages(0..1_000_000).unwrap_err();
                let said = format!("it had 1000000 bytes and now has {len}");
                assert!(error.to_string().ends_with(&said), "{error}");
            }
        }
    }
}

#[test]
fn growth_and_rewriting_are_noticed() {
    let (_dir, path) = file_of(5_000);
    let file = MappedFile::open(&path).unwrap();
    let mut writer = OpenOptions::new().append(true).open(&path).unwrap();
    writer.write_all(b"more").unwrap();
    let error = file.verify_unchanged().unwrap_err().to_string();
    assert!(
        error.ends_with("it had 5000 bytes and now has 5004"),
        "{error}"
    );
    // What was there is still there.
    assert_eq!(
        file.pages(0..5_000).unwrap().map_or(5_000, <[u8]>::len),
        5_000
    );

    cut(&path, 5_000);
    let later = SystemTime::now() + Duration::from_secs(5);
    writer.set_modified(later).unwrap();
    let error = file.verify_unchanged().unwrap_err().to_string();
    assert!(error.contains("was written to"), "{error}");
}

#[test]
fn a_replaced_path_leaves_the_opened_file() {
    let (dir, path) = file_of(5_000);
    let file = MappedFile::open(&path).unwrap();
    let other = dir.path().join("other");
    std::fs::write(&other, b"short").unwrap();
    std::fs::rename(&other, &path).unwrap();
    file.verify_unchanged().unwrap();
    let mut out = vec![0; 5_000];
    file.read_at(0, &mut out).unwrap();
    assert_eq!(out, bytes(5_000));
}

#[test]
fn what_cannot_be_opened_says_why() {
    let dir = tempfile::tempdir().unwrap();
    let check = |name: &str, expect: &str| {
        let path = dir.path().join(name);
        let error = MappedFile::open(&path).unwrap_err().to_string();
        let shown = path.display().to_string();
        assert!(error.contains(&shown) && error.contains(expect), "{error}");
    };
    std::fs::write(dir.path().join("none"), b"").unwrap();
    check("missing.iso", "does not exist");
    check("", "is a directory");
    check("none", "is empty (0 bytes)");

    let missing_dir = MappedFile::open(dir.path().join("none/x")).unwrap_err();
    assert!(matches!(missing_dir, OpenError::Io { .. }), "{missing_dir}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_is_not_read_and_a_pipe_not_waited_for() {
    let error = MappedFile::open("/dev/null").unwrap_err();
    assert!(matches!(error, OpenError::NotAFile { .. }), "{error}");
    let (ours, _theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let fd = std::os::fd::AsRawFd::as_raw_fd(&ours);
    let error = MappedFile::open(format!("/dev/fd/{fd}")).unwrap_err();
    assert!(matches!(error, OpenError::NotAFile { .. }), "{error}");
}

#[test]
fn the_operating_systems_answers_are_told_apart() {
    let check = |kind: io::ErrorKind, expect: &str| {
        let error = OpenError::from_io("a.iso".into(), kind.into());
        assert!(error.to_string().contains(expect), "{error}");
    };
    check(io::ErrorKind::NotFound, "a.iso does not exist");
    check(
        io::ErrorKind::PermissionDenied,
        "no permission to read a.iso",
    );
    check(io::ErrorKind::IsADirectory, "a.iso is a directory");
    check(io::ErrorKind::TimedOut, "cannot open a.iso");
}

#[cfg(target_os = "linux")]
#[test]
fn released_pages_leave_memory_and_come_back_the_same() {
    const LEN: u64 = 64 << 20;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("image.bin");
    std::fs::write(&path, vec![0xA5; 64 << 20]).unwrap();
    let file = MappedFile::open(&path).unwrap();
    let before = resident_file_kib();
    assert!(file.pages(0..LEN).unwrap().is_some());
    let held = resident_file_kib() - before;
    // Other tests map files too, but none of this size.
    assert!(held > 48 << 10, "{held} KiB are resident");
    for piece in 0..64 {
        file.release(piece << 20..(piece + 1) << 20);
    }
    let left = resident_file_kib() - before;
    assert!(left < 16 << 10, "{left} KiB are still resident");
    assert!(
        file.pages(0..LEN)
            .unwrap()
            .unwrap()
            .iter()
            .all(|byte| *byte == 0xA5)
    );
}

#[cfg(target_os = "linux")]
fn resident_file_kib() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssFile:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_file_that_ends_early_keeps_watch_over_the_rest() {
    let (_dir, path) = file_of(1_000);
    let file = MappedFile::open(&path).unwrap().ending_at(600);
    assert_eq!(file.len(), 600);
    assert!(file.read_at(599, &mut [0; 2]).is_err());
    assert!(file.pages(0..601).is_err());
    file.verify_unchanged().unwrap();
    cut(&path, 999);
    assert!(matches!(
        file.verify_unchanged(),
        Err(SourceError::Changed { .. })
    ));
    let past_its_end = MappedFile::open(&path).unwrap().ending_at(2_000);
    assert_eq!(past_its_end.len(), 999);
}
