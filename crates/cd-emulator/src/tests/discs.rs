//! Discs without a drive: in memory and in files.

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_sector::RAW_BYTES;
use proptest::prelude::*;
use tempfile::TempDir;

use crate::disc_file::DISC_FILE_VERSION;
use crate::{Disc, DiscFileError, DiscState, Medium, MediumKind};

const START: i32 = -11_077;

fn sectors(n_sectors: usize, seed: u8) -> Vec<u8> {
    let bytes = (0..=250).cycle().take(n_sectors * RAW_BYTES);
    bytes.map(|byte: u8| byte ^ seed).collect()
}

fn range(start: i32, count: u32) -> LbaRange {
    LbaRange::new(Lba::new(start).unwrap(), Sectors::new(count).unwrap()).unwrap()
}

fn in_new_dir() -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.disc");
    (dir, path)
}

/// A disc file with `n_sectors` recorded and the recording not ended.
fn interrupted(path: &Path, n_sectors: usize) {
    let mut disc = Disc::create_file(path, Medium::cd_r_80()).unwrap();
    disc.begin_recording().unwrap();
    disc.append(&sectors(n_sectors, 0)).unwrap();
}

fn patch(path: &Path, at: usize, bytes: &[u8]) {
    let mut file = fs::read(path).unwrap();
    file[at..at + bytes.len()].copy_from_slice(bytes);
    fs::write(path, file).unwrap();
}

#[test]
fn eighty_minutes_are_what_the_figures_say() {
    let recordable = Medium::cd_r_80().recordable();
    assert_eq!(recordable.start().value(), START);
    // 79:59:74 is LBA 359849; 6,750 sectors of lead-out follow.
    assert_eq!(recordable.end().unwrap().value(), 359_849 + 6_750);
}

#[test]
fn a_medium_that_is_backwards_takes_nothing() {
    let backwards = Medium {
        lead_in_start: Msf::new(60, 0, 0).unwrap(),
        last_lead_out: Msf::new(10, 0, 0).unwrap(),
        ..Medium::cd_r_80()
    };
    assert!(backwards.recordable().is_empty());
    let to_the_end = Medium {
        last_lead_out: Msf::new(89, 59, 74).unwrap(),
        ..Medium::cd_r_80()
    };
    assert_eq!(to_the_end.recordable().last(), Some(Lba::MAX));
}

#[test]
fn memory_and_file_keep_the_same() {
    let (_dir, path) = in_new_dir();
    let on_file = Disc::create_file(&path, Medium::cd_r_80()).unwrap();
    for mut disc in [Disc::blank(Medium::cd_r_80()), on_file] {
        assert_eq!(disc.state(), DiscState::Blank);
        assert_eq!(disc.recorded(), None);
        disc.begin_recording().unwrap();
        assert_eq!(
            disc.state(),
            DiscState::Interrupted {
                recorded: range(START, 0)
            }
        );
        // Sizes that cross the chunks of a disc in memory.
        let data = sectors(700, 7);
        for piece in data.chunks(RAW_BYTES * 97) {
            disc.append(piece).unwrap();
        }
        assert_eq!(disc.recorded(), Some(range(START, 700)));

        let mut sector = [0; RAW_BYTES];
        for (lba, expect) in (START..).zip(data.chunks_exact(RAW_BYTES)) {
            assert!(disc.sector(Lba::new(lba).unwrap(), &mut sector).unwrap());
            assert_eq!(sector[..], *expect, "{lba}");
        }
        for lba in [Lba::MIN.value(), START - 1, START + 700, 404_849] {
            assert!(!disc.sector(Lba::new(lba).unwrap(), &mut sector).unwrap());
        }
        let mut all = vec![0; data.len()];
        assert!(disc.read(Lba::new(START).unwrap(), &mut all).unwrap());
        assert_eq!(all, data);
        assert!(!disc.read(Lba::new(START + 1).unwrap(), &mut all).unwrap());

        disc.end_recording(false).unwrap();
        assert_eq!(disc.state(), DiscState::Complete);
    }
}

#[test]
fn a_disc_survives_its_process() {
    let (_dir, path) = in_new_dir();
    let medium = Medium {
        kind: MediumKind::CdRw,
        lead_in_start: Msf::new(96, 1, 2).unwrap(),
        additional: [Some([1, 2, 3]), None, Some([0, 0, 9])],
        ..Medium::cd_rw_74()
    };
    let mut disc = Disc::create_file(&path, medium.clone()).unwrap();
    disc.begin_recording().unwrap();
    disc.append(&sectors(3, 1)).unwrap();
    drop(disc);

    let mut disc = Disc::open_file(&path).unwrap();
    assert_eq!(disc.medium(), &medium);
    let start = medium.lead_in_start.to_lba().value();
    let recorded = range(start, 3);
    assert_eq!(disc.state(), DiscState::Interrupted { recorded });
    disc.end_recording(false).unwrap();
    drop(disc);

    let disc = Disc::open_file(&path).unwrap();
    assert_eq!(disc.state(), DiscState::Complete);
    assert_eq!(disc.recorded(), Some(recorded));
}

#[test]
fn a_torn_last_sector_is_dropped() {
    let (_dir, path) = in_new_dir();
    interrupted(&path, 5);
    let whole = fs::metadata(&path).unwrap().len();
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(whole - 1).unwrap();
    drop(file);

    let disc = Disc::open_file(&path).unwrap();
    let recorded = range(START, 4);
    assert_eq!(disc.state(), DiscState::Interrupted { recorded });
    drop(disc);
    assert_eq!(fs::metadata(&path).unwrap().len(), whole - 2448);
}

#[test]
fn nothing_is_overwritten() {
    let (_dir, path) = in_new_dir();
    fs::write(&path, "precious").unwrap();
    let error = Disc::create_file(&path, Medium::cd_r_80()).unwrap_err();
    assert!(matches!(error, DiscFileError::AlreadyExists { .. }));
    assert_eq!(fs::read(&path).unwrap(), b"precious");
}

#[test]
fn two_drives_cannot_have_one_disc() {
    let (_dir, path) = in_new_dir();
    let disc = Disc::create_file(&path, Medium::cd_r_80()).unwrap();
    let error = Disc::open_file(&path).unwrap_err();
    assert!(matches!(error, DiscFileError::InUse { .. }));
    drop(disc);
    Disc::open_file(&path).unwrap();
}

#[test]
fn what_is_no_disc_is_refused_by_name() {
    type Spoil = fn(&Path);
    let cases: [(&str, Spoil); 10] = [
        ("no such disc", |path| fs::remove_file(path).unwrap()),
        ("is a directory", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        ("is not a disc file", |path| fs::write(path, "ISO").unwrap()),
        ("its header alone has 4096", |path| {
            fs::write(path, "").unwrap();
        }),
        ("ends after 4095 bytes", |path| {
            let file = fs::read(path).unwrap();
            fs::write(path, &file[..4095]).unwrap();
        }),
        ("is of version 2, this program reads version 1", |path| {
            patch(path, 16, &(DISC_FILE_VERSION + 1).to_le_bytes());
        }),
        ("checksum", |path| patch(path, 50, &[1])),
        ("should hold 0 sectors", |path| {
            // The header of a blank disc before sectors: not what a drive leaves.
            let blank = path.with_extension("blank");
            drop(Disc::create_file(&blank, Medium::cd_r_80()).unwrap());
            patch(path, 0, &fs::read(blank).unwrap());
        }),
        ("should hold 4 sectors, its file holds 3", |path| {
            let mut disc = Disc::open_file(path).unwrap();
            disc.end_recording(false).unwrap();
            drop(disc);
            let file = fs::read(path).unwrap();
            fs::write(path, &file[..file.len() - 2448]).unwrap();
        }),
        ("is read-only", |path| {
            let mut permissions = fs::metadata(path).unwrap().permissions();
            permissions.set_readonly(true);
            fs::set_permissions(path, permissions).unwrap();
        }),
    ];
    for (expect, spoil) in cases {
        let (_dir, path) = in_new_dir();
        interrupted(&path, 4);
        spoil(&path);
        let message = Disc::open_file(&path).unwrap_err().to_string();
        let is_io = message.contains("cannot open the disc");
        assert!(
            message.contains(expect) || is_io && !path.is_file(),
            "{expect}: {message}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A header that is not as it was written is noticed, whichever byte it is.
    #[test]
    fn no_byte_of_the_header_can_change(at in 0..4096_usize, bits in 1..=255_u8) {
        let (_dir, path) = in_new_dir();
        interrupted(&path, 1);
        let byte = fs::read(&path).unwrap()[at];
        patch(&path, at, &[byte ^ bits]);
        prop_assert!(Disc::open_file(&path).is_err());
    }
}

#[test]
fn equal_recordings_are_equal_files() {
    let (_dir, one) = in_new_dir();
    let two = one.with_extension("other");
    interrupted(&one, 9);
    let mut disc = Disc::create_file(&two, Medium::cd_r_80()).unwrap();
    disc.begin_recording().unwrap();
    for piece in sectors(9, 0).chunks(RAW_BYTES) {
        disc.append(piece).unwrap();
    }
    drop(disc);
    assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap());
}
