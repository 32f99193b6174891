use std::sync::Arc;

use cd_address::{Lba, LbaRange};
use cd_sector::{
    DiscType, MAIN_BYTES, MainKind, PwSubcode, SectorLayout, TocCollector, check_mode1, detect,
    scramble,
};
use proptest::prelude::*;
use sha2::Digest;

use super::AuthoredStream;
use super::naive::Naive;
use crate::fixtures::{
    Files, authored, disc_of, iso_bytes, iso_disc, lba, mixed_disc, noise, packed, plain_sectors,
    range, render, render_all,
};
use crate::subcode::{array, q_of};
use crate::{FilePayload, LayoutError, SectorSource, SourceError, Track, TrackKind};

mod random;

const RAW: SectorLayout = SectorLayout::RawPw96;

/// Every sector's subcode against the second author's, and the main channel of every 61st.
fn check_subcode(stream: &AuthoredStream) {
    let lead_in = (-150 - stream.range().start().value()).cast_unsigned();
    let expect = Naive::walk(stream.disc().spec(), lead_in);
    assert_eq!(stream.range().len().count() as usize, expect.len());
    for (lba, expect) in stream.range().iter().zip(expect) {
        let sector = render(stream, range(lba.value(), 1));
        let subcode = expect.subcode(stream.layout());
        assert!(sector[MAIN_BYTES..] == subcode, "{lba} {:x?}", expect.q);
        if lba.value() % 61 == 0 {
            assert!(sector == expect.bytes(stream.layout()), "{lba}");
        }
    }
}

#[test]
fn every_sector_is_what_a_second_author_writes() {
    let files = Files::new();
    let disc = mixed_disc(&files);
    for layout in [RAW, SectorLayout::Pq16, SectorLayout::PackedPw96] {
        check_subcode(&authored(&disc, -600, layout));
    }
    check_subcode(&authored(&disc, -11_077, RAW));
    check_subcode(&authored(&iso_disc(&files, 320), -151, RAW));
}

#[test]
fn catalogue_numbers_come_once_in_100_frames_and_never_first() {
    let files = Files::new();
    let disc = mixed_disc(&files);
    let stream = authored(&disc, -151, RAW);
    let mut last = -151;
    let mut seen = 0;
    let firsts = [-150, 0, 300, 525, 826, 1226, 1227, 1527];
    for lba in stream.range().iter().skip(1) {
        let (q, _) = q_of(RAW, &render(&stream, range(lba.value(), 1)));
        if q.adr() == 2 {
            assert!(!firsts.contains(&lba.value()), "{lba}");
            assert!(lba.value() - last <= 100, "{last} then {lba}");
            (last, seen) = (lba.value(), seen + 1);
        }
    }
    assert!(seen > 80 && disc.lead_out_start() == lba(1527));
}

#[test]
fn borders_of_the_areas() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let stream = authored(&disc, -11_077, RAW);
    let check = |lba: i32, expect: &str, p: bool| {
        let sector = render(&stream, range(lba, 1));
        let subcode = PwSubcode(array(&sector[MAIN_BYTES..]));
        let hex: String = subcode.q().0[..10]
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        assert_eq!(
            (hex.as_str(), subcode.p_level()),
            (expect, Some(p)),
            "lba {lba}"
        );
    };
    check(-11_077, "4100A197342300010000", false);
    check(-11_074, "4100A297342600000620", false);
    check(-11_071, "41000197342900000200", false);
    check(-11_068, "4100A097343200010000", false);
    check(-11_065, "4100A197343500010000", false);
    check(-151, "41000199597400000200", false);
    check(-150, "41010000017400000000", true);
    check(-1, "41010000000000000174", true);
    check(0, "41010100000000000200", true);
    check(1, "41010100000100000201", false);
    check(319, "41010100041900000619", false);
    check(320, "41AA0100000000000620", false);
    check(469, "41AA0100017400000819", false);
    check(470, "41AA0100020000000820", true);
    check(488, "41AA0100021800000838", true);
    check(489, "41AA0100021900000839", false);
    check(508, "41AA0100023800000858", true);
    check(320 + 6_749, "41AA0101297400013619", false);
    assert_eq!(stream.range().last(), Some(lba(320 + 6_749)));
}

#[test]
fn data_sectors_hold_the_user_data_and_their_own_address() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let user = iso_bytes(320);
    let stream = authored(&disc, -700, RAW);
    for lba in stream.range() {
        let sector = render(&stream, range(lba.value(), 1));
        let mut main: [u8; MAIN_BYTES] = array(&sector);
        let scrambled = MainKind::Data {
            mode: 1,
            scrambled: true,
        };
        assert_eq!(detect(&main), scrambled, "lba {lba}");
        scramble(&mut main);
        check_mode1(&main, lba.to_msf()).unwrap();
        let expect = match usize::try_from(lba.value()) {
            Ok(n) if n < 320 => &user[n * 2048..][..2048],
            _ => &[0; 2048],
        };
        assert_eq!(&main[16..2064], expect, "lba {lba}");
    }
}

#[test]
fn the_first_sector_of_zeros_is_the_known_one() {
    let files = Files::new();
    let zeros = files.open("zeros", &[0; 300 * 2048]);
    let run = packed(&zeros, FilePayload::Mode1User, 0..300);
    let disc = disc_of(vec![Track::new(TrackKind::Mode1, vec![run])]);
    let sector = render(&authored(&disc, -151, RAW), range(0, 1));
    let digest = sha2::Sha256::digest(&sector[..MAIN_BYTES]);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "b2c91211b98919e43eb75d5d1eba18821c607badf31e60af4d166883a96cd68f"
    );
}

#[test]
fn every_kind_of_track_keeps_its_bytes() {
    let files = Files::new();
    let disc = mixed_disc(&files);
    let stream = authored(&disc, -151, SectorLayout::Pq16);
    let mut main = render_all(&stream);
    let mains: Vec<_> = main
        .chunks_exact_mut(2368)
        .map(|s| &mut s[..2352])
        .collect();
    let at = |value: i32| usize::try_from(value + 151).unwrap();
    let audio = noise(800 * 2352, 3);
    assert_eq!(mains[at(525)..at(1226)].concat(), audio[..701 * 2352]);
    // Pauses and the lead-out are of the kind of their track.
    assert!(mains[at(300)..at(525)].concat().iter().all(|b| *b == 0));
    for value in [-151, -150, -1, 250, 299, 1226, 1527, 1527 + 6_749] {
        let mut sector: [u8; MAIN_BYTES] = array(mains[at(value)]);
        scramble(&mut sector);
        check_mode1(&sector, lba(value).to_msf()).unwrap();
        assert_eq!(sector[16..2064], [0; 2048], "lba {value}");
    }
    let plain = plain_sectors(300, 1227);
    for (n, expect) in plain.chunks_exact(MAIN_BYTES).enumerate() {
        let mut sector: [u8; MAIN_BYTES] = array(mains[at(1227) + n]);
        scramble(&mut sector);
        assert_eq!(sector, expect);
    }
}

#[test]
fn scrambled_and_mode_2_sources_go_out_as_they_are() {
    let files = Files::new();
    let bytes = noise(300 * 2352, 9);
    let file = files.open("m2", &bytes);
    let run = packed(&file, FilePayload::ScrambledSector, 0..300);
    let disc = disc_of(vec![Track::new(TrackKind::Mode2Xa, vec![run])]);
    assert_eq!(disc.toc().disc_type(), DiscType::CD_ROM_XA);
    let stream = authored(&disc, -151, SectorLayout::Pq16);
    let main = render(&stream, range(0, 300));
    let main = main.chunks_exact(2368).flat_map(|sector| &sector[..2352]);
    assert!(main.eq(&bytes));

    // The vector of an empty form 2 sector: header, sub-header twice, zeros, EDC.
    let mut gap: [u8; MAIN_BYTES] = array(&render(&stream, range(-1, 1)));
    scramble(&mut gap);
    assert_eq!(gap[12..24], [0, 1, 0x74, 2, 0, 0, 0x20, 0, 0, 0, 0x20, 0]);
    assert_eq!(
        gap[2340..],
        [0, 0, 0, 0, 0, 0, 0, 0, 0x3F, 0x13, 0xB0, 0xBE]
    );
}

#[test]
fn the_lead_ins_table_of_contents_is_the_layouts() {
    let files = Files::new();
    for disc in [mixed_disc(&files), iso_disc(&files, 300)] {
        let stream = authored(&disc, -700, RAW);
        let mut collector = TocCollector::new();
        for sector in render(&stream, range(-700, 550)).chunks_exact(2448) {
            collector.push(&q_of(RAW, sector).0);
        }
        assert_eq!(collector.finish().as_ref(), Ok(disc.toc()));
    }
}

#[test]
fn the_lead_in_start_changes_nothing_from_there_on() {
    let files = Files::new();
    let disc = mixed_disc(&files);
    let program = range(-150, 150 + 1527 + 6_750);
    let expect = render(&authored(&disc, -11_077, RAW), program);
    for start in ["95:00:00", "97:26:66", "90:00:00", "99:59:74"] {
        let start: cd_address::Msf = start.parse().unwrap();
        let stream = AuthoredStream::new(Arc::clone(&disc), start.to_lba(), RAW).unwrap();
        assert_eq!(stream.range().start(), start.to_lba());
        assert_eq!(stream.range().last(), program.last());
        assert!(render(&stream, program) == expect, "{}", stream.range());
        assert!(stream.mapped(program).unwrap().is_none());
    }
    // One image from 95:00:00 gives any medium the lead-in that is authored for it.
    let from_95 = authored(&disc, -22_650, RAW);
    for start in [-11_077, -11_634, -11_849] {
        let lead_in = LbaRange::from_bounds(lba(start), Lba::PREGAP_START).unwrap();
        let for_medium = authored(&disc, start, RAW);
        assert!(
            render(&from_95, lead_in) == render(&for_medium, lead_in),
            "{start}"
        );
    }
    for start in [Lba::PREGAP_START, Lba::ZERO] {
        let error = AuthoredStream::new(Arc::clone(&disc), start, RAW).unwrap_err();
        assert_eq!(error, LayoutError::NotInLeadIn { start });
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let files = Files::new();
    let disc = iso_disc(&files, 300);
    let stream = authored(&disc, -151, RAW);
    let held = stream.range();
    for asked in [range(-152, 2), range(7_049, 2), range(7_051, 1)] {
        let mut out = vec![0; asked.len().count() as usize * 2448];
        let error = stream.render(asked, &mut out).unwrap_err();
        assert!(
            matches!(error, SourceError::OutOfRange { .. }),
            "{asked} {held}"
        );
        stream.mapped(asked).unwrap_err();
    }
    let error = stream.render(range(0, 2), &mut [0; 4_895]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "sectors 0..2 (2 sectors) take 4896 bytes, the buffer has 4895"
    );
    stream.render(range(0, 0), &mut []).unwrap();
}

#[test]
fn a_source_that_is_cut_is_an_error() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let stream = authored(&disc, -151, RAW);
    stream.verify_unchanged().unwrap();
    crate::fixtures::cut(&files.path("disc.iso"), 310 * 2048 + 5);
    assert!(matches!(
        stream.verify_unchanged(),
        Err(SourceError::Changed { .. })
    ));
    let error = stream
        .render(range(300, 20), &mut [0; 20 * 2448])
        .unwrap_err();
    assert!(matches!(error, SourceError::Changed { .. }), "{error}");
    // What comes from no file is still there.
    stream.render(range(320, 20), &mut [0; 20 * 2448]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pieces_are_parts_of_the_whole(cuts in proptest::collection::vec(0_u32..8_500, 1..6), pq in any::<bool>()) {
        let files = Files::new();
        let disc = mixed_disc(&files);
        let stream = authored(&disc, -400, if pq { SectorLayout::Pq16 } else { RAW });
        let whole = range(-400, 2_600);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut % 2_600).chain([0, 2_600]).collect();
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts
            .windows(2)
            .flat_map(|pair| render(&stream, range(-400 + pair[0].cast_signed(), pair[1] - pair[0])))
            .collect();
        prop_assert!(pieces == render(&stream, whole));
    }
}
