use cd_sector::{Control, Q};

use super::IndexTable;
use crate::fixtures::{lba, sectors};
use crate::{Track, TrackKind};

fn track(kind: TrackKind) -> Track {
    Track::new(kind, Vec::new())
}

/// Track 1 from 0, track 2 from 400 without a pause, lead-out from 800.
fn table() -> IndexTable {
    let mut table = IndexTable::default();
    table.push_track(1, &track(TrackKind::Mode1), lba(-150), lba(0));
    table.push_track(2, &track(TrackKind::Audio), lba(400), lba(400));
    table.push_lead_out(Control::AUDIO, lba(800));
    table
}

#[test]
fn relative_time_runs_down_to_zero_and_up_from_zero() {
    let check = |at: i32, track: u8, index: u8, relative: &str| {
        let Q::Position {
            track: t,
            index: i,
            relative: r,
            ..
        } = table().pq(lba(at)).1
        else {
            unreachable!("lba {at} is no position frame")
        };
        assert_eq!((t, i, r.to_string().as_str()), (track, index, relative));
    };
    check(-150, 1, 0, "00:01:74");
    check(-1, 1, 0, "00:00:00");
    check(0, 1, 1, "00:00:00");
    check(399, 1, 1, "00:05:24");
    check(400, 2, 1, "00:00:00");
}

#[test]
fn a_start_flag_lasts_two_seconds_at_least() {
    let on: Vec<_> = (-150..800).filter(|at| table().pq(lba(*at)).0).collect();
    let expect: Vec<_> = (-150..=0).chain(250..=400).collect();
    assert_eq!(on, expect);
}

#[test]
fn catalogue_frames_due_on_a_first_frame_are_put_off() {
    let mut table = IndexTable::default();
    // The beat falls on -101 + 98 k, so on 193 and 291.
    table.push_track(1, &track(TrackKind::Mode1), lba(-150), lba(0));
    table.push_track(2, &track(TrackKind::Mode1), lba(193), lba(194));
    table.push_lead_out(Control::DATA, lba(800));
    table.set_mcn(Some("4006381333931".parse().unwrap()));
    let seen: Vec<_> = (100..300)
        .filter(|at| matches!(table.pq(lba(*at)).1, Q::Mcn { .. }))
        .collect();
    assert_eq!(seen, [195, 291]);
}

#[test]
fn recording_codes_stand_in_the_program_of_their_track() {
    let mut table = IndexTable::default();
    let mut song = track(TrackKind::Audio);
    song.isrc = Some("USABC0212345".parse().unwrap());
    song.indexes = vec![sectors(144), sectors(145)];
    // The beat falls on -150 + 98 k: -52 is in the pregap, 46 the first, 144 and 145 are the first of an index.
    table.push_track(1, &song, lba(-150), lba(0));
    table.push_track(2, &track(TrackKind::Audio), lba(500), lba(650));
    table.push_lead_out(Control::AUDIO, lba(1_000));
    let seen: Vec<_> = (-150..1_100)
        .filter(|at| matches!(table.pq(lba(*at)).1, Q::Isrc { .. }))
        .collect();
    assert_eq!(seen, [46, 146, 242, 340, 438]);
}

#[test]
fn the_copy_bit_alternates_under_serial_copy_management() {
    let mut table = IndexTable::default();
    let mut song = track(TrackKind::Audio);
    song.control = Control::COPY_PERMITTED | Control::PRE_EMPHASIS;
    song.scms = true;
    table.push_track(1, &song, lba(-150), lba(0));
    table.push_lead_out(song.toc_control(), lba(800));
    let control = |at: i32| match table.pq(lba(at)).1 {
        Q::Position { control, .. } | Q::LeadOut { control, .. } => control.0,
        other => unreachable!("{other:?}"),
    };
    let seen: String = (-9..9).map(|at| control(at).to_string()).collect();
    assert_eq!(seen, "133331111333311113");
    assert_eq!(control(800), 1);
}
