use cd_mmc::BinMsf;
use cd_mmc::response::{AdrControl, CdMastering, MasteringFlags, SessionState, TocAddress};
use cd_sector::{Control, DiscType, Toc, TocTrack};

use super::*;
use crate::testing::{drive, medium, msf};

#[track_caller]
fn check_drive(change: impl FnOnce(&mut DriveInfo), expect: &[&str]) {
    let mut drive = drive();
    change(&mut drive);
    assert_eq!(drive.disagreements(), expect);
}

#[test]
fn sources_that_agree_say_nothing() {
    check_drive(|_| {}, &[]);
    // Rounded down and up; another order.
    check_drive(|drive| drive.performance = Some(vec![706, 1412, 2823]), &[]);
    check_drive(|drive| drive.recording = None, &[]);
    assert!(medium().disagreements().is_empty());
}

#[test]
fn speeds_by_page_and_by_command() {
    check_drive(
        |drive| drive.performance = Some(vec![1411]),
        &["write speeds are 4x 8x 16x by page 2Ah, 8x by GET PERFORMANCE; page 2Ah counts"],
    );
    check_drive(
        |drive| {
            drive.recording.as_mut().unwrap().write_speeds = Vec::new();
            drive.performance = Some(vec![1411]);
            assert_eq!(drive.write_speeds().collect::<Vec<_>>(), [Speed(1411)]);
        },
        &["write speeds are not named by page 2Ah, 8x by GET PERFORMANCE; GET PERFORMANCE counts"],
    );
}

#[test]
fn buffer_by_page_and_by_command() {
    check_drive(
        |drive| {
            drive.buffer_capacity = Some(8 << 20);
            assert_eq!(drive.buffer_bytes(), 8 << 20);
        },
        &[
            "the buffer is 2048 KiB by page 2Ah, 8192 KiB by READ BUFFER CAPACITY; the larger counts",
        ],
    );
}

#[test]
fn feature_against_page_and_trial() {
    let flags = MasteringFlags {
        buffer_underrun_free: false,
        session_at_once: true,
        raw_multi_session: false,
        raw: false,
        test_write: true,
        cd_rw: true,
        rw_subcode: false,
    };
    check_drive(
        |drive| {
            drive.mastering = Some(CdMastering {
                flags,
                max_cue_sheet_bytes: 0,
            });
        },
        &[
            "underrun protection: yes by page 2Ah, no by feature 002Eh; it is tried",
            "raw recording: no by feature 002Eh, yes when it is tried; the trial counts",
        ],
    );
}

#[test]
fn disc_by_atip_and_by_drive() {
    let mut medium = medium();
    medium.information.last_session_lead_in = Some(BinMsf::new(msf("97:26:66")));
    medium.information.last_possible_lead_out = Some(BinMsf::new(msf("74:43:00")));
    assert_eq!(
        medium.disagreements(),
        [
            "the lead-in begins at 97:34:23 by the ATIP, 97:26:66 by READ DISC INFORMATION; nothing can be recorded",
            "a lead-out may begin until 79:59:74 by the ATIP, 74:43:00 by READ DISC INFORMATION; the earlier counts",
        ]
    );
}

#[test]
fn sessions_by_each_source() {
    let session = |number, track| SessionToc {
        number,
        toc: Toc::new(
            DiscType::CD_ROM_OR_DA,
            &[TocTrack {
                track,
                control: Control::DATA,
                start: msf("00:02:00"),
            }],
            msf("00:06:00"),
        )
        .unwrap(),
        next_program: None,
    };
    let by_command = |last_session, track| SessionInformation {
        first_session: 1,
        last_session,
        first_track: cd_mmc::response::TocTrack {
            adr_control: AdrControl::new(1, 4),
            track,
            address: TocAddress::from_lba(Lba::ZERO),
        },
    };
    let sessions = [session(1, 1), session(2, 2)];
    let mut medium = medium();
    let check = |medium: &MediumInfo, information, expect: &[&str]| {
        assert_eq!(
            medium.session_disagreements(&sessions, Some(&information)),
            expect
        );
    };
    // Two are closed, a third may follow.
    medium.information.last_session = SessionState::EMPTY;
    medium.information.n_sessions = 3;
    assert_eq!(medium.n_closed_sessions(), 2);
    check(&medium, by_command(2, 2), &[]);
    assert!(medium.session_disagreements(&sessions, None).is_empty());
    let other = "the last closed session is session 2 from track 2 on by format 2 of READ TOC/PMA/ATIP, session 1 from \
        track 1 on by format 1; format 2 counts";
    check(&medium, by_command(1, 1), &[other]);
    medium.information.last_session = SessionState::COMPLETE;
    let other = "2 sessions are closed by READ TOC/PMA/ATIP format 2, 3 by READ DISC INFORMATION; the tables of \
        contents count";
    check(&medium, by_command(2, 2), &[other]);
}
