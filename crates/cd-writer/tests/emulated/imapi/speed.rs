//! Speeds and rotations: what is asked, what is taken, what is told.

use cd_emulator::Profile;
use cd_writer::imapi::PhysicalMediaType;

use super::bench::Bench;
use crate::host::{short_medium, small_buffer};

#[test]
fn the_nearest_speed_is_taken_and_said() {
    let bench = Bench::blank();
    let format = &bench.format;
    let speeds = format.supported_write_speeds().unwrap();
    assert_eq!(speeds, [48, 40, 32, 24, 16, 8, 4].map(|times| times * 75));
    for (asked, taken, name) in [
        (None, 3600, "S_OK"),
        (Some(1200), 1200, "S_OK"),
        (Some(1000), 1200, "S_IMAPI_SPEEDADJUSTED"),
        (Some(1), 300, "S_IMAPI_SPEEDADJUSTED"),
        (Some(u32::MAX), 3600, "S_IMAPI_SPEEDADJUSTED"),
    ] {
        let adjustment = format.set_write_speed(asked, false).unwrap();
        assert_eq!(adjustment.hresult().name, name, "{asked:?}");
        assert_eq!(format.current_write_speed().unwrap(), taken, "{asked:?}");
        assert_eq!(format.requested_write_speed(), asked);
        // Preparing sets it again, and says the same.
        assert_eq!(format.prepare_media().unwrap(), adjustment);
        format.release_media().unwrap();
    }
}

#[test]
fn a_rotation_the_drive_has_not_is_changed_and_said() {
    let bench = Bench::blank();
    let format = &bench.format;
    let adjustment = format.set_write_speed(None, true).unwrap();
    assert_eq!(adjustment.hresult().name, "S_IMAPI_ROTATIONADJUSTED");
    assert!(format.requested_rotation_type_is_pure_cav());
    assert!(!format.current_rotation_type_is_pure_cav().unwrap());
    assert_eq!(format.prepare_media().unwrap(), adjustment);
}

#[test]
fn both_can_be_changed() {
    let bench = Bench::blank();
    let adjustment = bench.format.set_write_speed(Some(500), true).unwrap();
    assert_eq!(adjustment.hresult().name, "S_IMAPI_BOTHADJUSTED");
    assert_eq!(bench.format.current_write_speed().unwrap(), 600);
}

#[test]
fn speeds_are_described_with_the_medium() {
    let bench = Bench::new(
        Profile {
            write_speeds: vec![8],
            ..small_buffer()
        },
        Some(short_medium()),
    );
    let descriptors = bench.format.supported_write_speed_descriptors().unwrap();
    assert_eq!(descriptors.len(), 1);
    assert_eq!(descriptors[0].media_type, PhysicalMediaType::CD_R);
    assert_eq!(descriptors[0].write_speed, 600);
    assert!(!descriptors[0].rotation_type_is_pure_cav);
}

#[test]
fn a_drive_that_turns_evenly_is_told_to() {
    let profile = Profile {
        write_speeds: vec![8, 16],
        cav_speeds: vec![24, 40],
        ..small_buffer()
    };
    let bench = Bench::new(profile, Some(short_medium()));
    let format = &bench.format;
    for (asked, pure_cav, taken, name) in [
        (Some(1800), true, 1800, "S_OK"),
        (Some(1800), false, 1200, "S_IMAPI_SPEEDADJUSTED"),
        (Some(600), true, 1800, "S_IMAPI_SPEEDADJUSTED"),
        (Some(600), false, 600, "S_OK"),
        (None, true, 3000, "S_OK"),
    ] {
        let adjustment = format.set_write_speed(asked, pure_cav).unwrap();
        assert_eq!(adjustment.hresult().name, name, "{asked:?} {pure_cav}");
        assert_eq!(format.current_write_speed().unwrap(), taken);
        let is_cav = format.current_rotation_type_is_pure_cav().unwrap();
        assert_eq!(is_cav, pure_cav, "{asked:?}");
    }
    // And the write turns so too.
    let _ = format.prepare_media().unwrap();
    format
        .set_requested_sector_type(cd_sector::SectorLayout::RawPw96)
        .unwrap();
    assert!(
        bench
            .write(&crate::host::Image::raw())
            .unwrap()
            .is_success()
    );
    assert!(format.current_rotation_type_is_pure_cav().unwrap());
}
