use std::fs::File;

use cd_address::Msf;
use cd_sector::{MAIN_BYTES, PwSubcode, Q};
use proptest::prelude::*;

use super::*;
use crate::fixtures::{Files, lba, noise, sectors};
use crate::{LEAD_OUT_SECTORS, MappedFile, SectorSource, check_stream};

const AUDIO: u64 = 2352;
/// Sectors of the stream before LBA 0.
const BEFORE_0: u32 = 22_650;

/// A file of `len` bytes that takes no room on the disk.
fn hollow(files: &Files, name: &str, len: u64) -> TrackSource {
    let path = files.path(name);
    File::create(&path).unwrap().set_len(len).unwrap();
    TrackSource::new(Arc::new(MappedFile::open(path).unwrap()))
}

fn song(files: &Files, n_sectors: u64) -> TrackSource {
    hollow(files, &format!("song-{n_sectors}"), n_sectors * AUDIO)
}

/// A creator with these tracks of sound.
fn with_songs(files: &Files, songs: &[u64]) -> RawCdImageCreator {
    let mut creator = RawCdImageCreator::new();
    for n_sectors in songs {
        creator
            .add_track(CdSectorType::Audio, song(files, *n_sectors))
            .unwrap();
    }
    creator
}

/// The call failed with this value, and says `words`.
#[track_caller]
fn fails<T>(outcome: Result<T, CreatorError>, value: u32, words: &str) {
    let error = outcome.err().expect("a failure");
    assert_eq!(error.hresult().value, value, "{error}");
    let said = error.to_string();
    assert!(said.contains(words), "{said:?} does not say {words:?}");
}

const READ_ONLY: u32 = 0x80AA_0A00;
const TOO_MANY_TRACKS: u32 = 0x80AA_0A01;
const SECTOR_TYPE: u32 = 0x80AA_0A02;
const NO_TRACKS: u32 = 0x80AA_0A03;
const TRACKS_ADDED: u32 = 0x80AA_0A04;
const NO_SPACE: u32 = 0x80AA_0A05;
const TOO_MANY_INDEXES: u32 = 0x80AA_0A06;
const NOT_FOUND: u32 = 0x80AA_0A07;
const OFFSET_ZERO: u32 = 0x80AA_0A09;
const TOO_CLOSE: u32 = 0x80AA_0A0A;
const INVALID: u32 = 0x8007_0057;

#[test]
fn an_image_is_made_once_and_nothing_changes_afterwards() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[300]);
    creator.create_result_image().unwrap();
    let words = "made already";
    fails(creator.create_result_image(), READ_ONLY, words);
    fails(
        creator.add_track(CdSectorType::Audio, song(&files, 300)),
        READ_ONLY,
        words,
    );
    fails(
        creator.add_special_pregap(song(&files, 150)),
        READ_ONLY,
        words,
    );
    fails(creator.add_subcode_rw_generator(None), READ_ONLY, words);
    fails(creator.set_media_catalog_number(""), READ_ONLY, words);
    fails(creator.set_starting_track_number(1), READ_ONLY, words);
    fails(creator.set_disable_gapless_audio(true), READ_ONLY, words);
    fails(
        creator.set_start_of_leadout_limit(lba(1000)),
        READ_ONLY,
        words,
    );
    fails(
        creator.set_resulting_image_type(SectorLayout::Pq16),
        READ_ONLY,
        words,
    );
    fails(creator.track_info_mut(1), READ_ONLY, words);
    // What can be read still is.
    assert_eq!(creator.track_info(1).unwrap().starting_lba(), Lba::ZERO);
    assert_eq!(creator.start_of_leadout().unwrap(), lba(300));
    assert_eq!(creator.expected_table_of_contents().unwrap().n_tracks(), 1);
}

#[test]
fn a_failure_leaves_the_creator_open() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[300]);
    creator
        .add_subcode_rw_generator(Some(hollow(&files, "rw", 96)))
        .unwrap();
    fails(creator.create_result_image(), INVALID, "96 bytes of R to W");
    creator.add_subcode_rw_generator(None).unwrap();
    creator.create_result_image().unwrap();
}

#[test]
fn nothing_comes_of_no_tracks() {
    let mut creator = RawCdImageCreator::new();
    fails(creator.create_result_image(), NO_TRACKS, "add one");
    fails(creator.start_of_leadout(), NO_TRACKS, "add one");
    fails(
        creator.last_used_user_sector_in_image(),
        NO_TRACKS,
        "add one",
    );
    fails(creator.expected_table_of_contents(), NO_TRACKS, "add one");
    assert_eq!(creator.number_of_existing_tracks(), 0);
    fails(creator.track_info(0), INVALID, "1 to 0");
    fails(creator.track_info(1), INVALID, "1 to 0");
}

#[test]
fn track_numbers_end_at_99() {
    let files = Files::new();
    let one = song(&files, 300);
    for (start, n_tracks) in [(1, 99), (98, 2), (99, 1)] {
        let mut creator = RawCdImageCreator::new();
        creator.set_starting_track_number(start).unwrap();
        for n in 1..=n_tracks {
            assert_eq!(
                creator.add_track(CdSectorType::Audio, one.clone()).unwrap(),
                n
            );
        }
        let words = "number 100";
        fails(
            creator.add_track(CdSectorType::Audio, one.clone()),
            TOO_MANY_TRACKS,
            words,
        );
        assert_eq!(creator.number_of_existing_tracks(), n_tracks);
        assert_eq!(creator.track_info(n_tracks).unwrap().track_number(), 99);
        let toc = creator.expected_table_of_contents().unwrap();
        assert_eq!((toc.first_track(), toc.last_track()), (start, 99));
    }
    let mut creator = RawCdImageCreator::new();
    for number in [0, 100, 255] {
        fails(
            creator.set_starting_track_number(number),
            INVALID,
            "1 to 99",
        );
    }
}

#[test]
fn what_belongs_before_the_tracks_is_refused_behind_them() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[300]);
    fails(
        creator.add_special_pregap(song(&files, 150)),
        TRACKS_ADDED,
        "1 tracks",
    );
    fails(
        creator.set_starting_track_number(2),
        TRACKS_ADDED,
        "1 tracks",
    );
    fails(
        creator.set_disable_gapless_audio(true),
        TRACKS_ADDED,
        "1 tracks",
    );
}

#[test]
fn sector_types_mix_as_documented() {
    use CdSectorType::{
        Audio, Mode1, Mode1Raw, Mode2Form0, Mode2Form0Raw, Mode2Form1, Mode2Form1Raw, Mode2Form2,
        Mode2Form2Raw, ModeZero,
    };
    let files = Files::new();
    let families: [&[CdSectorType]; 4] = [
        &[Audio],
        &[ModeZero],
        &[Mode1, Mode1Raw],
        &[
            Mode2Form0,
            Mode2Form1,
            Mode2Form2,
            Mode2Form0Raw,
            Mode2Form1Raw,
            Mode2Form2Raw,
        ],
    ];
    let family = |of: CdSectorType| families.iter().position(|members| members.contains(&of));
    let source = |of: CdSectorType| {
        let len = u64::from(of.bytes_per_sector()) * 300;
        hollow(&files, &format!("{of:?}"), len)
    };
    for first in CdSectorType::ALL {
        for second in CdSectorType::ALL {
            let mut creator = RawCdImageCreator::new();
            creator.add_track(first, source(first)).unwrap();
            let added = creator.add_track(second, source(second));
            if family(first) == family(second) {
                assert_eq!(added.unwrap(), 2, "{first:?}, {second:?}");
                creator.create_result_image().unwrap();
            } else {
                fails(added, SECTOR_TYPE, "the first track is");
            }
        }
    }
    for of in CdSectorType::ALL.into_iter().filter(|of| *of != Audio) {
        let mut creator = RawCdImageCreator::new();
        creator.set_starting_track_number(2).unwrap();
        fails(
            creator.add_track(of, source(of)),
            SECTOR_TYPE,
            "first track is 2",
        );
        let mut creator = RawCdImageCreator::new();
        creator.add_special_pregap(song(&files, 150)).unwrap();
        fails(
            creator.add_track(of, source(of)),
            SECTOR_TYPE,
            "special pregap",
        );
    }
}

#[test]
fn a_track_is_whole_sectors_and_four_seconds() {
    let files = Files::new();
    let mut creator = RawCdImageCreator::new();
    for of in CdSectorType::ALL {
        let len = u64::from(of.bytes_per_sector()) * 300;
        let mut check = |len, words: &str| {
            let source = hollow(&files, "track", len);
            fails(creator.add_track(of, source), INVALID, words);
        };
        check(len - 1, "no whole number of sectors");
        check(len + 1, "no whole number of sectors");
        check(len / 300 * 299, "299 sectors; 300 is the least");
    }
    let mut check = |n_sectors, words: &str| {
        fails(
            creator.add_special_pregap(song(&files, n_sectors)),
            INVALID,
            words,
        );
    };
    check(149, "149 sectors; 150 is the least");
    let bytes = hollow(&files, "pregap", 150 * AUDIO + 4);
    fails(
        creator.add_special_pregap(bytes),
        INVALID,
        "no whole number",
    );
}

#[test]
fn mode_zero_is_all_zero() {
    let files = Files::new();
    let mut bytes = vec![0; 2336 * 300];
    bytes[700_000] = 7;
    let source = TrackSource::new(files.open("zeros", &bytes));
    let mut creator = RawCdImageCreator::new();
    fails(
        creator.add_track(CdSectorType::ModeZero, source),
        INVALID,
        "byte 700000",
    );
}

#[test]
fn the_lead_out_has_a_limit() {
    let files = Files::new();
    // To 88:29:74, the last sector a track can have; one more is one too many.
    let mut creator = with_songs(&files, &[398_100]);
    assert_eq!(
        creator.last_used_user_sector_in_image().unwrap(),
        lba(398_099)
    );
    assert_eq!(lba(398_099).to_msf(), "88:29:74".parse::<Msf>().unwrap());
    let stream = creator.create_result_image().unwrap();
    assert_eq!(stream.range().last(), Some(Lba::MAX));
    let mut creator = RawCdImageCreator::new();
    let too_long = song(&files, 398_101);
    fails(
        creator.add_track(CdSectorType::Audio, too_long),
        NO_SPACE,
        "398101; the limit is lba 398100",
    );
    let addresses = song(&files, 449_999);
    fails(
        creator.add_track(CdSectorType::Audio, addresses),
        NO_SPACE,
        "lba 404849",
    );

    creator.set_start_of_leadout_limit(lba(999)).unwrap();
    creator
        .add_track(CdSectorType::Audio, song(&files, 400))
        .unwrap();
    fails(
        creator.add_track(CdSectorType::Audio, song(&files, 600)),
        NO_SPACE,
        "lba 1000; the limit is lba 999",
    );
    fails(
        creator.set_start_of_leadout_limit(lba(399)),
        NO_SPACE,
        "lba 400",
    );
    assert_eq!(creator.start_of_leadout_limit(), lba(999));
    creator.set_start_of_leadout_limit(lba(1000)).unwrap();
    creator
        .add_track(CdSectorType::Audio, song(&files, 600))
        .unwrap();
    for limit in [lba(-1), lba(398_101)] {
        fails(
            creator.set_start_of_leadout_limit(limit),
            INVALID,
            "88:30:00",
        );
    }

    // A special pregap leaves room for one track.
    let mut creator = RawCdImageCreator::new();
    let check = |creator: &mut RawCdImageCreator, n_sectors| {
        creator.add_special_pregap(song(&files, n_sectors))
    };
    check(&mut creator, 397_950).unwrap();
    fails(check(&mut creator, 397_951), NO_SPACE, "398101");
    let track_index = creator
        .add_track(CdSectorType::Audio, song(&files, 300))
        .unwrap();
    let track = creator.track_info(track_index).unwrap();
    assert_eq!(track.starting_lba(), lba(397_800));
    assert_eq!(creator.start_of_leadout().unwrap(), lba(398_100));
}

#[test]
fn indexes_have_ten_sectors_and_are_99_at_most() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[2000]);
    let mut track = creator.track_info_mut(1).unwrap();
    assert_eq!(track.add_track_index(0).unwrap(), AddedIndex::AlreadyExists);
    assert_eq!(track.add_track_index(100).unwrap(), AddedIndex::Added);
    assert_eq!(
        track.add_track_index(100).unwrap(),
        AddedIndex::AlreadyExists
    );
    fails(
        track.add_track_index(9),
        TOO_CLOSE,
        "9 sectors from the index at offset 0",
    );
    fails(
        track.add_track_index(91),
        TOO_CLOSE,
        "9 sectors from the index at offset 100",
    );
    fails(
        track.add_track_index(109),
        TOO_CLOSE,
        "9 sectors from the index at offset 100",
    );
    fails(track.add_track_index(1991), TOO_CLOSE, "the track's end");
    fails(track.add_track_index(2000), INVALID, "past the end");
    fails(track.add_track_index(0x7FFF_FFFF), INVALID, "past the end");
    for offset in [10, 90, 110, 1990] {
        assert_eq!(track.add_track_index(offset).unwrap(), AddedIndex::Added);
    }
    fails(track.clear_track_index(0), OFFSET_ZERO, "index 1");
    fails(track.clear_track_index(50), NOT_FOUND, "50 sectors");
    track.clear_track_index(110).unwrap();
    for n in 0..94 {
        let added = track.add_track_index(120 + 10 * n).unwrap();
        assert_eq!(added, AddedIndex::Added);
    }
    fails(track.add_track_index(1500), TOO_MANY_INDEXES, "99 indexes");
    assert_eq!(
        track.add_track_index(100).unwrap(),
        AddedIndex::AlreadyExists
    );
    let info = creator.track_info(1).unwrap();
    assert_eq!(info.track_indexes().count(), 99);
    assert!(info.track_indexes().is_sorted());
    creator.create_result_image().unwrap();
}

#[test]
fn texts_are_checked() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[300]);
    for wrong in ["1234567890129", "12345678901234", "letters", "-1"] {
        fails(
            creator.set_media_catalog_number(wrong),
            INVALID,
            "media catalogue number",
        );
    }
    // Leading zeros may be left out.
    creator.set_media_catalog_number("17").unwrap();
    let mcn = creator.media_catalog_number().map(|mcn| mcn.to_string());
    assert_eq!(mcn.as_deref(), Some("0000000000017"));
    creator.set_media_catalog_number("").unwrap();
    assert_eq!(creator.media_catalog_number(), None);

    let mut track = creator.track_info_mut(1).unwrap();
    fails(track.set_isrc("US-ABC"), INVALID, "no ISRC for track 1");
    track.set_isrc("USABC0212345").unwrap();
    let isrc = creator
        .track_info(1)
        .unwrap()
        .isrc()
        .map(|isrc| isrc.to_string());
    assert_eq!(isrc.as_deref(), Some("US-ABC-02-12345"));
    creator.track_info_mut(1).unwrap().set_isrc("").unwrap();
    assert_eq!(creator.track_info(1).unwrap().isrc(), None);
}

#[test]
fn data_has_nothing_that_only_sound_has() {
    let files = Files::new();
    let mut creator = RawCdImageCreator::new();
    let data = hollow(&files, "data", 2048 * 300);
    let track_index = creator.add_track(CdSectorType::Mode1, data).unwrap();
    let mut track = creator.track_info_mut(track_index).unwrap();
    fails(
        track.set_isrc("USABC0212345"),
        INVALID,
        "an ISRC is for audio",
    );
    fails(
        track.set_audio_has_preemphasis(true),
        INVALID,
        "pre-emphasis",
    );
    fails(
        track.set_digital_audio_copy_setting(DigitalAudioCopySetting::Scms),
        INVALID,
        "a copy setting",
    );
}

#[test]
fn r_to_w_have_a_length_and_a_place() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[300]);
    let n_sectors = BEFORE_0 + 300 + LEAD_OUT_SECTORS.count();
    let len = usize::try_from(n_sectors).unwrap() * 96;
    let mut rw: Vec<_> = noise(len, 5).iter().map(|byte| byte & 0x3F).collect();
    rw[1000] = 0x40;
    creator
        .add_subcode_rw_generator(Some(TrackSource::new(files.open("wrong", &rw))))
        .unwrap();
    fails(creator.create_result_image(), INVALID, "byte 1000");
    for layout in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        fails(
            creator.set_resulting_image_type(layout),
            SECTOR_TYPE,
            "R to W",
        );
    }
    rw[1000] = 0;
    let source = TrackSource::new(files.open("rw", &rw));
    creator.add_subcode_rw_generator(None).unwrap();
    for layout in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        creator.set_resulting_image_type(layout).unwrap();
        let added = creator.add_subcode_rw_generator(Some(source.clone()));
        fails(added, SECTOR_TYPE, "R to W");
    }
    creator
        .set_resulting_image_type(SectorLayout::RawPw96)
        .unwrap();
    creator.add_subcode_rw_generator(Some(source)).unwrap();
    let stream = creator.create_result_image().unwrap();
    for at in [-22_650, -150, 0, 299, 7_049] {
        let at = lba(at);
        let idx = usize::try_from(at.position() - stream.range().start().position()).unwrap();
        let subcode = PwSubcode(subcode_at(&stream, at));
        assert_eq!(subcode.rw(), rw[idx * 96..][..96], "lba {at}");
    }
}

fn subcode_at(stream: &AuthoredStream, at: Lba) -> [u8; 96] {
    let one = cd_address::LbaRange::new(at, sectors(1)).unwrap();
    let mut sector = vec![0; stream.layout().sector_bytes()];
    stream.render(one, &mut sector).unwrap();
    sector[MAIN_BYTES..].try_into().unwrap()
}

fn q_at(stream: &AuthoredStream, at: i32) -> Q {
    PwSubcode(subcode_at(stream, lba(at))).q().decode().unwrap()
}

#[test]
fn gaps_are_silent_and_gapless_lends_the_end() {
    let files = Files::new();
    let first = noise(2352 * 500, 1);
    let second = noise(2352 * 300, 2);
    let make = |disable_gapless| {
        let mut creator = RawCdImageCreator::new();
        creator.set_disable_gapless_audio(disable_gapless).unwrap();
        for (name, bytes) in [("first", &first), ("second", &second)] {
            let source = TrackSource::new(files.open(name, bytes));
            creator.add_track(CdSectorType::Audio, source).unwrap();
        }
        let start = creator.track_info(2).unwrap().starting_lba();
        let stream = creator.create_result_image().unwrap();
        assert_eq!(stream.disc().track_start(2), Some(start));
        assert_eq!(
            creator.start_of_leadout().unwrap(),
            stream.disc().lead_out_start()
        );
        assert_eq!(
            creator.expected_table_of_contents().unwrap(),
            *stream.disc().toc()
        );
        (start, stream)
    };
    let main_at = |stream: &AuthoredStream, at: i32| {
        let one = cd_address::LbaRange::new(lba(at), sectors(1)).unwrap();
        let mut sector = vec![0; 2448];
        stream.render(one, &mut sector).unwrap();
        sector.truncate(2352);
        sector
    };
    let index_at = |stream: &AuthoredStream, at: i32| match q_at(stream, at) {
        Q::Position { track, index, .. } => (track, index),
        other => panic!("{other:?} at lba {at}"),
    };

    let (start, gapless) = make(false);
    assert_eq!(start, lba(500));
    // The last 150 of the 500 are the second track's pregap.
    assert_eq!(index_at(&gapless, 349), (1, 1));
    assert_eq!(index_at(&gapless, 350), (2, 0));
    assert_eq!(index_at(&gapless, 500), (2, 1));
    for at in [0, 349, 350, 499] {
        let from = usize::try_from(at).unwrap() * 2352;
        assert_eq!(main_at(&gapless, at), first[from..][..2352], "lba {at}");
    }
    assert_eq!(main_at(&gapless, 500), second[..2352]);

    let (start, with_gaps) = make(true);
    assert_eq!(start, lba(650));
    assert_eq!(index_at(&with_gaps, 499), (1, 1));
    assert_eq!(index_at(&with_gaps, 500), (2, 0));
    assert_eq!(main_at(&with_gaps, 499), first[499 * 2352..]);
    assert_eq!(main_at(&with_gaps, 500), [0; 2352]);
    assert_eq!(main_at(&with_gaps, 650), second[..2352]);
}

#[test]
fn a_gapless_track_keeps_what_it_needs() {
    let check = |n_sectors: u64, index: Option<u32>, kept: i32| {
        let files = Files::new();
        let mut creator = with_songs(&files, &[n_sectors, 300]);
        if let Some(offset) = index {
            let added = creator.track_info_mut(1).unwrap().add_track_index(offset);
            assert_eq!(added.unwrap(), AddedIndex::Added);
        }
        let stream = creator.create_result_image().unwrap();
        assert_eq!(stream.disc().pregap_start(2), Some(lba(kept)));
    };
    check(300, None, 300);
    check(301, None, 300);
    check(449, None, 300);
    check(450, None, 300);
    check(1000, None, 850);
    check(1000, Some(900), 910);
    check(1000, Some(990), 1000);
}

#[test]
fn what_is_said_of_a_track_stands_in_its_subcode() {
    let files = Files::new();
    let mut creator = with_songs(&files, &[600, 600]);
    creator.set_media_catalog_number("17").unwrap();
    let mut track = creator.track_info_mut(1).unwrap();
    track.set_isrc("USABC0212345").unwrap();
    track.set_audio_has_preemphasis(true).unwrap();
    track
        .set_digital_audio_copy_setting(DigitalAudioCopySetting::Permitted)
        .unwrap();
    let mut track = creator.track_info_mut(2).unwrap();
    track
        .set_digital_audio_copy_setting(DigitalAudioCopySetting::Scms)
        .unwrap();
    let stream = creator.create_result_image().unwrap();
    let qs: Vec<_> = (0..1200).map(|at| q_at(&stream, at)).collect();
    assert!(
        qs[..450]
            .iter()
            .any(|q| matches!(q, Q::Isrc { isrc, .. } if isrc.to_string() == "US-ABC-02-12345"))
    );
    assert!(
        qs.iter()
            .any(|q| matches!(q, Q::Mcn { mcn, .. } if mcn.to_string() == "0000000000017"))
    );
    let toc = stream.disc().toc();
    let controls: Vec<_> = toc.tracks().map(|track| track.control.0).collect();
    assert_eq!(controls, [3, 0]);
    // The copy bit of the second one alternates.
    let copy_bits = qs[600..]
        .iter()
        .filter(|q| matches!(q, Q::Position { control, .. } if control.0 == 2))
        .count();
    assert!((280..=320).contains(&copy_bits), "{copy_bits}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn figures_told_before_are_those_of_the_stream(
        songs in prop::collection::vec(300_u64..700, 1..6),
        disable_gapless: bool,
        special_pregap in prop::option::of(150_u64..400),
        start in 1_u8..90,
    ) {
        let files = Files::new();
        let mut creator = RawCdImageCreator::new();
        creator.set_disable_gapless_audio(disable_gapless).unwrap();
        creator.set_starting_track_number(start).unwrap();
        if let Some(n_sectors) = special_pregap {
            creator.add_special_pregap(song(&files, n_sectors)).unwrap();
        }
        for n_sectors in &songs {
            creator.add_track(CdSectorType::Audio, song(&files, *n_sectors)).unwrap();
        }
        let lead_out = creator.start_of_leadout().unwrap();
        let toc = creator.expected_table_of_contents().unwrap();
        let stream = creator.create_result_image().unwrap();
        prop_assert_eq!(toc, *stream.disc().toc());
        prop_assert_eq!(lead_out, stream.disc().lead_out_start());
        prop_assert_eq!(stream.range().start(), Lba::IMAGE_START_95_00_00);
        for track_index in 1..=songs.len() {
            let info = creator.track_info(track_index).unwrap();
            let in_toc = toc.track(info.track_number()).unwrap();
            prop_assert_eq!(in_toc.start, info.starting_lba().to_msf());
        }
        let mut keep_on = |_, _| std::ops::ControlFlow::Continue(());
        let report = check_stream(&stream, &mut keep_on).unwrap();
        let worse = report.findings.iter().filter(|f| f.kind.severity() >= crate::Severity::Deviation);
        prop_assert_eq!(worse.count(), 0, "{:?}", report.findings);
    }
}
