//! Lead-in, lead-out, table of contents.

use cd_sector::TocTrack;

use super::*;

/// The table of contents with other tracks, lead-out or both.
fn toc_with(stream: &mut Stream, change: impl FnOnce(&mut Vec<TocTrack>, &mut cd_address::Msf)) {
    let toc = stream.toc();
    let (mut tracks, mut lead_out) = (toc.tracks().collect(), toc.lead_out());
    change(&mut tracks, &mut lead_out);
    let toc = Toc::new(toc.disc_type(), &tracks, lead_out).unwrap();
    stream.set_toc(&toc);
}

#[test]
fn no_lead_in() {
    let mut stream = Stream::iso();
    stream.0.bytes.drain(..100 * RAW.sector_bytes());
    stream.0.start = -150;
    stream.expect(one(-150), FindingKind::NoLeadIn, ("99:59:74", "00:00:00"));
}

#[test]
fn toc_unusable() {
    let mut stream = Stream::iso();
    for at in START..-150 {
        stream.change_q(at, |payload| {
            if payload[2] == 0xA2 {
                payload[7..].copy_from_slice(&[0, 0, 1]);
            }
        });
    }
    stream.expect(
        range(START, 100),
        FindingKind::TocUnusable,
        ("whole", "lead-out"),
    );
}

#[test]
fn no_lead_out() {
    let mut stream = Stream::iso();
    stream.cut(200);
    stream.expect(one(199), FindingKind::NoLeadOut, ("00:06:00", "00:04:49"));
    let mut stream = Stream::mixed();
    stream.cut(TRACK_3);
    stream.expect(one(TRACK_3 - 1), FindingKind::NoLeadOut, ("", ""));
}

#[test]
fn lead_out_short() {
    let mut stream = Stream::iso();
    stream.cut(stream.end() - 100);
    stream.expect(
        range(300, 6_650),
        FindingKind::LeadOutShort,
        ("6750", "6650"),
    );
}

#[test]
fn wrong_area() {
    let mut stream = Stream::iso();
    let point = stream.q(START);
    stream.set_q(100, &point);
    stream.expect(one(100), FindingKind::WrongArea, ("program", "lead-in"));

    let mut stream = Stream::iso();
    let frame = stream.q(100);
    stream.set_q(-200, &frame);
    stream.expect(one(-200), FindingKind::WrongArea, ("point", "program"));
}

#[test]
fn toc_tracks() {
    let mut stream = Stream::mixed();
    toc_with(&mut stream, |tracks, _| {
        let track = tracks.pop().unwrap();
        assert_eq!((track.track, track.start), (4, msf_of(TRACK_4)));
    });
    let found = ("tracks 1 to 3", "track 4");
    stream.expect(one(TRACK_4), FindingKind::TocTracks, found);

    let mut stream = Stream::iso();
    toc_with(&mut stream, |tracks, _| {
        tracks.push(TocTrack {
            track: 2,
            control: Control::DATA,
            start: msf_of(150),
        });
    });
    stream.expect(one(150), FindingKind::TocTracks, ("track 2", "no such"));
    toc_with(&mut stream, |tracks, _| {
        tracks.remove(0);
    });
    let found = stream.expect_only(FindingKind::TocTracks);
    assert_eq!(found, [one(0), one(150)]);
}

#[test]
fn toc_track_start() {
    let mut stream = Stream::mixed();
    toc_with(&mut stream, |tracks, _| {
        tracks[1].start = msf_of(TRACK_2 - 5);
    });
    stream.expect(
        one(TRACK_2),
        FindingKind::TocTrackStart,
        ("00:08:70", "00:09:00"),
    );
}

#[test]
fn toc_control() {
    let mut stream = Stream::mixed();
    toc_with(&mut stream, |tracks, _| tracks[1].control = Control::AUDIO);
    stream.expect(one(TRACK_2), FindingKind::TocControl, ("0h", "3h"));
}

#[test]
fn toc_lead_out() {
    let mut stream = Stream::iso();
    toc_with(&mut stream, |_, lead_out| *lead_out = msf_of(310));
    stream.expect(one(300), FindingKind::TocLeadOut, ("00:06:10", "00:06:00"));
}

#[test]
fn toc_contradiction() {
    let mut stream = Stream::iso();
    let at = (-200..-150).find(|at| stream.q(*at).0[2] == 0xA2).unwrap();
    stream.change_q(at + 1, |payload| payload[9] ^= 1);
    stream.expect(
        one(at + 1),
        FindingKind::TocContradiction,
        ("A2h", "00:06:01"),
    );
}

#[test]
fn toc_repeat() {
    let mut stream = Stream::iso();
    // Frames 0 to 2 are of one point; from 3 on each point stands four times.
    let toc = stream.toc();
    let points: Vec<_> = toc.points().collect();
    for (n, at) in (START..-150).enumerate() {
        let (control, point) = points[(n + 1) / 4 % 4];
        let running = msf_of(at);
        stream.set_q(
            at,
            &Q::Toc {
                control,
                point,
                running,
            }
            .encode(),
        );
    }
    let report = stream.check();
    let [finding] = &report.findings[..] else {
        panic!("{:#?}", report.findings);
    };
    assert_eq!((finding.kind, finding.every), (FindingKind::TocRepeat, 4));
    assert_eq!(finding.range.start(), lba(START + 3));
}

#[test]
fn a_point_that_cannot_be_read_may_have_been_there() {
    let mut stream = Stream::iso();
    stream.sector(START + 50)[MAIN_BYTES + 30] ^= 0x40;
    stream.expect(one(START + 50), FindingKind::QCrc, ("CRC", "CRC"));
}

#[test]
fn running_time() {
    let mut stream = Stream::iso();
    stream.change_q(-200, |payload| payload[5] ^= 1);
    stream.expect(
        one(-200),
        FindingKind::RunningTime,
        ("99:59:25", "99:59:24"),
    );
}

#[test]
fn running_time_from_zero() {
    let mut stream = Stream::iso();
    for (n, at) in (0..).zip(START..-150) {
        let cd_address::BcdMsf(time) = msf_of(n - 150).to_bcd();
        stream.change_q(at, |payload| payload[3..6].copy_from_slice(&time));
    }
    stream.expect(
        range(START, 100),
        FindingKind::RunningTimeFromZero,
        ("99:58:50", "00:00:00"),
    );
}

#[test]
fn q_point() {
    let mut stream = Stream::iso();
    stream.change_q(-200, |payload| payload[2] = 0xA7);
    stream.expect(one(-200), FindingKind::QPoint, ("point", "A7h"));
}

#[test]
fn q_disc_type() {
    let mut stream = Stream::iso();
    for at in START..-150 {
        stream.change_q(at, |payload| {
            if payload[2] == 0xA0 {
                payload[8] = 0x30;
            }
        });
    }
    let found = stream.expect_only(FindingKind::QDiscType);
    assert!(found.iter().all(|run| run.len().count() <= 3), "{found:?}");
}

#[test]
fn points_of_adr_5_are_no_fault() {
    let mut stream = Stream::iso();
    let point = cd_sector::Multisession::FirstLeadIn {
        special: [1, 0x80, 0, 0],
        start: "97:34:23".parse().unwrap(),
    };
    // In the place of one point's three frames.
    let is_new = |at: &i32| stream.q(*at).0[2] != stream.q(at - 1).0[2];
    let first = (START + 6..-150).find(is_new).unwrap();
    for at in first..first + 3 {
        stream.set_q(at, &point.encode(Control::DATA));
    }
    assert_eq!(stream.check().findings, []);
    assert!(matches!(
        stream.toc().points().next(),
        Some((_, TocPoint::FirstTrack { .. }))
    ));
}
