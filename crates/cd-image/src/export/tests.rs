use std::ops::ControlFlow;

use cd_address::Sectors;
use cd_sector::SectorLayout;

use super::{ExportError, write_stream};
use crate::fixtures::{Files, Memory, authored, iso_disc, lba, noise, render_all, sectors};
use crate::{Image, OpenOptions, RawStream, SectorSource};

const RAW: SectorLayout = SectorLayout::RawPw96;

fn quiet(_: Sectors, _: Sectors) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn memory(n_sectors: usize) -> Memory {
    Memory::new(-150, RAW, noise(n_sectors * 2448, 8))
}

#[test]
fn what_is_written_opens_as_the_same_stream() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    for layout in [RAW, SectorLayout::Pq16] {
        let stream = authored(&disc, -11_077, layout);
        let path = files.path("stream.raw");
        write_stream(&stream, &path, true, &mut quiet).unwrap();
        let image = Image::open(&path, &OpenOptions::default()).unwrap();
        let read = image.raw().unwrap();
        assert_eq!((read.layout(), read.range()), (layout, stream.range()));
        assert!(render_all(read) == render_all(&stream));
        // And once more from the mapped file.
        let copy = files.path("copy.raw");
        write_stream(read, &copy, true, &mut quiet).unwrap();
        assert!(std::fs::read(&copy).unwrap() == std::fs::read(&path).unwrap());
    }
    assert_eq!(files.names(), ["copy.raw", "disc.iso", "stream.raw"]);
}

#[test]
fn progress_runs_from_nothing_to_all() {
    let files = Files::new();
    let mut seen = Vec::new();
    let mut note = |done: Sectors, total: Sectors| {
        seen.push((done.count(), total.count()));
        ControlFlow::Continue(())
    };
    write_stream(&memory(600), files.path("a"), false, &mut note).unwrap();
    assert_eq!(seen, [(0, 600), (256, 600), (512, 600), (600, 600)]);
}

#[test]
fn an_existing_file_is_kept_unless_it_may_go() {
    let files = Files::new();
    let path = files.write("old", b"old");
    let error = write_stream(&memory(3), &path, false, &mut quiet).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    // One that appears while the stream is written is kept too.
    let late = files.path("late");
    let mut appear = |_: Sectors, _: Sectors| {
        std::fs::write(&late, b"late").unwrap();
        ControlFlow::Continue(())
    };
    let error = write_stream(&memory(3), &late, false, &mut appear).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read(&late).unwrap(), b"late");

    write_stream(&memory(3), &path, true, &mut quiet).unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), memory(3).bytes);
    assert_eq!(files.names(), ["late", "old"]);
}

#[test]
fn whatever_fails_nothing_is_left() {
    let files = Files::new();
    let old = files.write("old", b"old");
    let mut source = memory(600);
    source.fails_from = Some(300);
    let error = write_stream(&source, &old, true, &mut quiet).unwrap_err();
    assert!(matches!(error, ExportError::Source { .. }), "{error}");

    for stop_at in [0, 256, 600] {
        let mut stop = |done: Sectors, _: Sectors| {
            if done == sectors(stop_at) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let error = write_stream(&memory(600), &old, true, &mut stop).unwrap_err();
        let said = format!("stopped after {stop_at} of 600 sectors; nothing was kept");
        assert!(error.to_string().ends_with(&said), "{error}");
    }
    assert_eq!(std::fs::read(&old).unwrap(), b"old");
    assert_eq!(files.names(), ["old"]);
}

#[test]
fn a_source_that_changed_under_way_is_not_kept() {
    let files = Files::new();
    let bytes = render_all(&authored(&iso_disc(&files, 320), -151, RAW));
    let stream = RawStream::open(files.open("in", &bytes), None, Some(lba(-151))).unwrap();
    let mut grow = |done: Sectors, total: Sectors| {
        if done == total {
            crate::fixtures::cut(&files.path("in"), bytes.len() as u64 + 1);
        }
        ControlFlow::Continue(())
    };
    let error = write_stream(&stream, files.path("out"), false, &mut grow).unwrap_err();
    assert!(matches!(error, ExportError::Source { .. }), "{error}");
    assert_eq!(files.names(), ["disc.iso", "in"]);
}

#[test]
fn places_that_cannot_be_written_say_why() {
    let files = Files::new();
    files.write("file", b"");
    let check = |name: &str, expect: &str| {
        let path = files.path(name);
        let error = write_stream(&memory(1), &path, true, &mut quiet).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}");
    };
    check("", "is a directory");
    check("no/such", "cannot create ");
    check("file/x", "cannot create ");
    let mut left = files.names();
    left.retain(|name| name != "file");
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(unix)]
#[test]
fn devices_are_kept_and_links_followed() {
    let error = write_stream(&memory(1), "/dev/null", true, &mut quiet).unwrap_err();
    assert!(matches!(error, ExportError::NotAFile { .. }), "{error}");

    let files = Files::new();
    let real = files.write("real", b"old");
    let link = files.path("link");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let error = write_stream(&memory(1), &link, false, &mut quiet).unwrap_err();
    assert!(matches!(error, ExportError::Exists { .. }), "{error}");
    write_stream(&memory(1), &link, true, &mut quiet).unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read(&real).unwrap(), memory(1).bytes);
}

#[cfg(unix)]
#[test]
fn new_files_have_the_rights_new_files_get() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    let usual = std::fs::metadata(files.write("usual", b"x")).unwrap();
    write_stream(&memory(1), files.path("out"), false, &mut quiet).unwrap();
    let out = std::fs::metadata(files.path("out")).unwrap();
    assert_eq!(out.permissions().mode(), usual.permissions().mode());
}
