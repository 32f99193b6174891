//! Q in the program and the lead-out.

use cd_address::{RelMsf, Sectors};
use cd_sector::Isrc;

use super::*;

fn rel(count: u32) -> RelMsf {
    Sectors::new(count).unwrap().to_rel_msf().unwrap()
}

#[test]
fn q_empty() {
    let mut stream = Stream::iso();
    stream.set_q(33, &QFrame([0; 12]));
    stream.expect(one(33), FindingKind::QEmpty, ("frame", "empty"));
}

#[test]
fn q_crc_hides_the_rest_of_the_frame() {
    let mut stream = Stream::iso();
    // A bit of the absolute minute.
    stream.sector(33)[MAIN_BYTES + 60] ^= 0x40;
    stream.expect(one(33), FindingKind::QCrc, ("CRC", "CRC"));
    // Where an index begins, the next frame tells the rest.
    let mut stream = Stream::mixed();
    for at in [
        -150,
        0,
        TRACK_2_PREGAP,
        TRACK_2,
        TRACK_3,
        TRACK_4 - 1,
        TRACK_4,
        1_527,
    ] {
        stream.sector(at)[MAIN_BYTES + 60] ^= 0x40;
    }
    let found = stream.expect_only(FindingKind::QCrc);
    assert_eq!(found.len(), 7, "two are neighbours");
}

#[test]
fn q_crc_not_inverted() {
    let files = Files::new();
    let bytes = render_all(&authored(
        &iso_disc(&files, N_SECTORS),
        START,
        SectorLayout::Pq16,
    ));
    let mut stream = Stream(Memory::new(START, SectorLayout::Pq16, bytes));
    for at in START..stream.end() {
        for byte in &mut stream.sector(at)[MAIN_BYTES + 10..MAIN_BYTES + 12] {
            *byte = !*byte;
        }
    }
    stream.expect(
        stream.0.range(),
        FindingKind::QCrcNotInverted,
        ("CRC", "CRC"),
    );

    let mut stream = Stream::iso();
    let mut frame = stream.q(33);
    frame.0[10] = !frame.0[10];
    frame.0[11] = !frame.0[11];
    stream.set_q(33, &frame);
    stream.expect(one(33), FindingKind::QCrc, ("CRC", "not inverted"));
}

#[test]
fn q_control_reserved() {
    let mut stream = Stream::iso();
    stream.change_q(33, |payload| payload[0] = 0xC5);
    stream.expect(
        one(33),
        FindingKind::QControlReserved,
        ("data or sound", "reserved"),
    );
}

#[test]
fn q_adr() {
    let mut stream = Stream::iso();
    stream.change_q(33, |payload| payload[0] = 0x47);
    stream.expect(one(33), FindingKind::QAdr, ("ADR 1", "ADR 7"));
}

#[test]
fn q_zero() {
    let mut stream = Stream::iso();
    for at in 33..60 {
        stream.change_q(at, |payload| payload[6] = 0x12);
    }
    stream.expect(range(33, 27), FindingKind::QZero, ("00h", "12h"));
}

#[test]
fn q_reserved() {
    let mut stream = Stream::mixed();
    let at = stream.with_adr(2, 100)[0];
    stream.change_q(at, |payload| payload[8] = 1);
    stream.expect(one(at), FindingKind::QReserved, ("zero", "01h"));
}

#[test]
fn q_lead_out_index() {
    let mut stream = Stream::iso();
    stream.change_q(400, |payload| payload[2] = 2);
    stream.expect(one(400), FindingKind::QLeadOutIndex, ("01h", "02h"));
}

#[test]
fn q_value() {
    let mut stream = Stream::iso();
    stream.change_q(44, |payload| payload[9] = 0x4A);
    stream.expect(one(44), FindingKind::QValue, ("legal", "4A"));
}

#[test]
fn absolute_time() {
    let mut stream = Stream::iso();
    stream.change_q(44, |payload| payload[9] ^= 0x01);
    stream.expect(one(44), FindingKind::AbsoluteTime, ("00:02:44", "00:02:45"));
}

#[test]
fn relative_time() {
    let mut stream = Stream::iso();
    stream.change_q(44, |payload| payload[5] ^= 0x01);
    stream.expect(one(44), FindingKind::RelativeTime, ("00:00:44", "00:00:45"));
    // A change for good is told once.
    let mut stream = Stream::iso();
    for at in 100..300 {
        let count = u32::try_from(at + 5).unwrap();
        let cd_address::BcdMsf(time) = rel(count).to_bcd();
        stream.change_q(at, |payload| payload[3..6].copy_from_slice(&time));
    }
    stream.expect(
        one(100),
        FindingKind::RelativeTime,
        ("00:01:25", "00:01:30"),
    );
}

/// Counts the pregaps of `range` as if they were `more` sectors longer.
fn count_more(stream: &mut Stream, range: std::ops::Range<i32>, more: u32) {
    for at in range.clone() {
        if stream.q(at).adr() == 1 {
            let left = u32::try_from(range.end - at - 1).unwrap();
            let cd_address::BcdMsf(time) = rel(left + more).to_bcd();
            stream.change_q(at, |payload| payload[3..6].copy_from_slice(&time));
        }
    }
}

#[test]
fn pregap_length() {
    let mut stream = Stream::mixed();
    count_more(&mut stream, TRACK_2_PREGAP..TRACK_2, 10);
    stream.expect(
        one(TRACK_2),
        FindingKind::PregapLength,
        ("00:09:10", "00:09:00"),
    );
}

#[test]
fn pregap_counts_to_one() {
    let mut stream = Stream::mixed();
    count_more(&mut stream, -150..0, 1);
    stream.expect(
        one(0),
        FindingKind::PregapCountsToOne,
        ("00:00:00", "00:00:01"),
    );
    count_more(&mut stream, TRACK_2_PREGAP..TRACK_2, 1);
    count_more(&mut stream, TRACK_4 - 1..TRACK_4, 1);
    let found = stream.expect_only(FindingKind::PregapCountsToOne);
    assert_eq!(found, [one(0), one(TRACK_2), one(TRACK_4)]);
}

#[test]
fn track_order() {
    let mut stream = Stream::iso();
    stream.change_q(100, |payload| payload[1] = 5);
    stream.expect(one(100), FindingKind::TrackOrder, ("track 1", "track 5"));
    // The lead-out is the end.
    let mut stream = Stream::iso();
    stream.change_q(400, |payload| payload[1] = 2);
    stream.expect(one(400), FindingKind::TrackOrder, ("lead-out", "track 2"));
}

#[test]
fn index_order() {
    let mut stream = Stream::iso();
    stream.change_q(100, |payload| payload[2] = 3);
    stream.expect(
        one(100),
        FindingKind::IndexOrder,
        ("index 1 or 2", "index 3"),
    );
    // Index 2, then 3, are in order.
    let mut stream = Stream::iso();
    for at in 100..300 {
        stream.change_q(at, |payload| payload[2] = if at < 200 { 2 } else { 3 });
    }
    assert_eq!(stream.check().findings, []);
}

#[test]
fn control() {
    let mut stream = Stream::iso();
    stream.change_q(60, |payload| payload[0] &= 0x0F);
    stream.expect(one(60), FindingKind::Control, ("data", "audio"));
    // A change for good is told once; here the sectors do not fit it either.
    let mut stream = Stream::mixed();
    for at in 600..TRACK_3 {
        stream.change_q(at, |payload| payload[0] ^= 0x10);
    }
    stream.expect(one(600), FindingKind::Control, ("3h", "2h"));
}

#[test]
fn the_copy_bit_of_sound_may_come_and_go() {
    let mut stream = Stream::mixed();
    for at in (TRACK_3..1_226).filter(|at| at % 8 < 4) {
        stream.change_q(at, |payload| payload[0] |= 0x20);
    }
    assert_eq!(stream.check().findings, []);
}

/// Its first part may go with the track before: ECMA-130 20.2.
#[test]
fn a_pregap_between_kinds_may_have_two_parts() {
    let mut stream = Stream::mixed();
    for at in TRACK_2_PREGAP..TRACK_2_PREGAP + 75 {
        stream.change_q(at, |payload| payload[0] = 0x40 | payload[0] & 0x0F);
        let main = stream.main(at);
        cd_sector::encode_mode1(msf_of(at), &[0; 2048], main);
        cd_sector::scramble(main);
    }
    assert_eq!(stream.check().findings, []);
}

#[test]
fn identity_control_zero() {
    let mut stream = Stream::mixed();
    let at = stream.with_adr(2, 0)[0];
    stream.change_q(at, |payload| payload[0] &= 0x0F);
    stream.expect(one(at), FindingKind::IdentityControlZero, ("data", "audio"));
}

#[test]
fn identity_on_index() {
    let mut stream = Stream::mixed();
    let mcn = MCN.parse().unwrap();
    let (control, absolute_frame) = (Control(3), msf_of(TRACK_2).frame());
    stream.set_q(
        TRACK_2,
        &Q::Mcn {
            control,
            mcn,
            absolute_frame,
        }
        .encode(),
    );
    stream.expect(one(TRACK_2), FindingKind::IdentityOnIndex, ("index", "MCN"));
}

#[test]
fn absolute_frame() {
    let mut stream = Stream::mixed();
    let at = stream.with_adr(2, 0)[0];
    stream.change_q(at, |payload| payload[9] ^= 1);
    stream.expect(one(at), FindingKind::AbsoluteFrame, ("", ""));
}

#[test]
fn mcn_changed() {
    let mut stream = Stream::mixed();
    let at = stream.with_adr(2, 0)[1];
    let (control, mcn) = (stream.q(at).control(), "1234567890128".parse().unwrap());
    let absolute_frame = msf_of(at).frame();
    stream.set_q(
        at,
        &Q::Mcn {
            control,
            mcn,
            absolute_frame,
        }
        .encode(),
    );
    stream.expect(one(at), FindingKind::McnChanged, (MCN, "1234567890128"));
}

#[test]
fn mcn_spacing() {
    let mut stream = Stream::mixed();
    let found = stream.with_adr(2, TRACK_3);
    let relative = rel(u32::try_from(found[1] - TRACK_3).unwrap());
    let position = Q::Position {
        control: Control::AUDIO,
        track: 3,
        index: 1,
        relative,
        absolute: msf_of(found[1]),
    };
    stream.set_q(found[1], &position.encode());
    stream.expect(one(found[0] + 100), FindingKind::McnSpacing, ("100", "195"));
    // One that cannot be read may have been there.
    stream.sector(found[1])[MAIN_BYTES + 60] ^= 0x40;
    stream.expect(one(found[1]), FindingKind::QCrc, ("", ""));
}

/// Recording codes in track 3, every 90 sectors from the tenth on.
fn with_isrc(stream: &mut Stream, at: i32, isrc: &str, control: Control) {
    let isrc: Isrc = isrc.parse().unwrap();
    let absolute_frame = msf_of(at).frame();
    stream.set_q(
        at,
        &Q::Isrc {
            control,
            isrc,
            absolute_frame,
        }
        .encode(),
    );
}

const ISRC: &str = "USABC0212345";
const ISRC_AT: [i32; 5] = [836, 926, 1_016, 1_106, 1_196];

#[test]
fn isrc_changed() {
    let mut stream = Stream::mixed();
    for at in ISRC_AT {
        with_isrc(&mut stream, at, ISRC, Control::AUDIO);
    }
    assert_eq!(stream.check().findings, []);
    with_isrc(&mut stream, ISRC_AT[2], "USABC0212346", Control::AUDIO);
    stream.expect(
        one(ISRC_AT[2]),
        FindingKind::IsrcChanged,
        ("12345", "12346"),
    );
}

#[test]
fn isrc_spacing() {
    let mut stream = Stream::mixed();
    for at in [836, 926, 1_106, 1_196] {
        with_isrc(&mut stream, at, ISRC, Control::AUDIO);
    }
    stream.expect(one(926 + 100), FindingKind::IsrcSpacing, ("100", "179"));
}

/// A writer that keeps to its beat puts a code where a track begins: it is the new track's.
#[test]
fn a_code_where_a_track_begins_is_that_of_the_new_track() {
    let mut stream = Stream::mixed();
    let next = "USABC0212346";
    for at in [535, 625, 715, 805] {
        with_isrc(&mut stream, at, ISRC, Control(3));
    }
    for at in [TRACK_3 + 74, TRACK_3 + 164, TRACK_3 + 254, TRACK_3 + 344] {
        with_isrc(&mut stream, at, next, Control::AUDIO);
    }
    assert_eq!(stream.check().findings, []);
    with_isrc(&mut stream, TRACK_3, next, Control::AUDIO);
    stream.expect(one(TRACK_3), FindingKind::IdentityOnIndex, ("index", ""));
    // The last frame of a track, and the first of a pregap.
    let mut stream = Stream::mixed();
    for at in [TRACK_3 - 301, TRACK_3 - 201, TRACK_3 - 101, TRACK_3 - 1] {
        with_isrc(&mut stream, at + i32::from(at == TRACK_2), ISRC, Control(3));
    }
    with_isrc(&mut stream, TRACK_2_PREGAP, ISRC, Control(3));
    with_isrc(&mut stream, TRACK_2_PREGAP + 90, ISRC, Control(3));
    with_isrc(&mut stream, TRACK_2_PREGAP + 180, ISRC, Control(3));
    assert_eq!(stream.check().findings, []);
    // A pregap is its track's.
    with_isrc(&mut stream, TRACK_2_PREGAP + 180, next, Control(3));
    stream.expect(
        one(TRACK_2_PREGAP + 180),
        FindingKind::IsrcChanged,
        ("12345", "12346"),
    );
}

#[test]
fn the_lead_out_has_the_catalogue_number_of_the_disc_or_none() {
    let mut stream = Stream::mixed();
    let end = 1_527;
    let put = |stream: &mut Stream, at: i32, mcn: &str| {
        let (control, mcn) = (stream.q(at).control(), mcn.parse().unwrap());
        let absolute_frame = msf_of(at).frame();
        let mcn = Q::Mcn {
            control,
            mcn,
            absolute_frame,
        };
        stream.set_q(at, &mcn.encode());
    };
    for at in stream.with_adr(2, end) {
        let position = Q::LeadOut {
            control: Control::DATA,
            index: 1,
            relative: rel(u32::try_from(at - end).unwrap()),
            absolute: msf_of(at),
        };
        stream.set_q(at, &position.encode());
    }
    assert_eq!(stream.check().findings, []);
    put(&mut stream, end + 500, MCN);
    assert_eq!(stream.check().findings, []);
    put(&mut stream, end + 900, "1234567890128");
    stream.expect(
        one(end + 900),
        FindingKind::McnChanged,
        (MCN, "1234567890128"),
    );
}

/// What stands in the first frame of a track is one finding, and says nothing of the main channel.
#[test]
fn a_wrong_track_where_one_begins_is_told_once() {
    let mut stream = Stream::mixed();
    stream.change_q(TRACK_2_PREGAP, |payload| payload[1] = 0x12);
    stream.expect(
        one(TRACK_2_PREGAP),
        FindingKind::TrackOrder,
        ("track 1, 2", "track 12"),
    );
}
