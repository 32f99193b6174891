use cd_sector::{
    CdText, CdTextCharset, CdTextGenreCode, CdTextKind, CdTextLanguage, Control, DiscType,
};

use crate::fixtures::{Files, iso_bytes, noise, packed, plain_sectors, sectors};
use crate::sheet::tests::{
    is_clean, notes, open, open_with, refusal, same_disc, song, sound, turned, wav,
};
use crate::{
    ByteOrder, DiscSpec, FileForm, FilePayload, ImageKind, OpenOptions, Run, RunSubcode, RwForm,
    SourceNote, Track, TrackKind,
};

fn made(count: u32) -> Run {
    Run::made(sectors(count))
}

fn one(track: Track) -> DiscSpec {
    DiscSpec::new(vec![track])
}

#[test]
fn audio_with_everything_a_track_can_say() {
    let files = Files::new();
    let bin = files.open("song.bin", &turned(&song(1200, 0)));
    let text = "CD_DA CATALOG \"4006381333931\"\n\
                TRACK AUDIO COPY PRE_EMPHASIS ISRC \"DEABC2600001\"\n\
                FILE \"song.bin\" 0 00:05:00 INDEX 00:01:25 INDEX 00:03:00\n\
                TRACK AUDIO FOUR_CHANNEL_AUDIO\n\
                FILE \"song.bin\" 00:05:00 00:01:05 START FILE \"song.bin\" 00:06:05 00:05:00 END SILENCE 00:00:10\n\
                TRACK AUDIO PREGAP 00:02:00 FILE \"song.bin\" 00:11:05 INDEX 00:00:10\n";
    let image = open(&files, "x.toc", text);
    assert_eq!((image.kind(), notes(&image)), (ImageKind::Toc, vec![]));
    let samples = |range| packed(&bin, FilePayload::SamplesSwapped, range);
    let mut first = Track::new(TrackKind::Audio, vec![samples(0..375)]);
    first.control = Control::COPY_PERMITTED | Control::PRE_EMPHASIS;
    first.isrc = Some("DEABC2600001".parse().unwrap());
    first.indexes = vec![sectors(100), sectors(225)];
    let mut second = Track::new(TrackKind::Audio, vec![samples(455..830), made(10)]);
    second.pregap = vec![samples(375..455)];
    second.control = Control::FOUR_CHANNEL;
    second.indexes = vec![sectors(375)];
    let mut third = Track::new(TrackKind::Audio, vec![samples(830..1200)]);
    third.pregap = vec![made(150)];
    third.indexes = vec![sectors(10)];
    let mut spec = DiscSpec::new(vec![first, second, third]);
    spec.mcn = Some("4006381333931".parse().unwrap());
    same_disc(&image, spec);
    is_clean(&image);
    assert_eq!(
        image.describe(),
        "toc-file of cdrdao (detected: the type of session); 3 tracks, 1360 sectors; audio big-endian (raw files of cdrdao; so its \
         samples look)"
    );
}

#[test]
fn the_order_of_bytes_is_by_header_by_rule_or_as_stated() {
    let files = Files::new();
    let little = song(300, 0);
    let expect = files.open("expect", &little);
    let expect = one(Track::new(
        TrackKind::Audio,
        vec![packed(&expect, FilePayload::Samples, 0..300)],
    ));
    let check = |bytes: &[u8], statement: &str, stated| {
        files.write("x.bin", bytes);
        let options = OpenOptions {
            byte_order: stated,
            ..OpenOptions::default()
        };
        let text = format!("CD_DA TRACK AUDIO {statement}");
        let image = open_with(&files, "x.toc", text, &options);
        same_disc(&image, expect.clone());
        assert_eq!(notes(&image), []);
    };
    let big = turned(&little);
    check(&big, "FILE \"x.bin\" 0", None);
    check(&big, "DATAFILE \"x.bin\"", None);
    check(&little, "FILE \"x.bin\" SWAP 0", None);
    check(&little, "FILE \"x.bin\" 0", Some(ByteOrder::Little));
    check(&wav(&little), "FILE \"x.bin\" 0", None);
    check(&wav(&big), "FILE \"x.bin\" SWAP 0", None);
    let behind = [&[9; 46][..], &big].concat();
    check(&behind, "FILE \"x.bin\" #46 0", None);
    check(&behind, "DATAFILE \"x.bin\" #46", None);
    let image = open(
        &files,
        "x.toc",
        "CD_DA TRACK AUDIO FILE \"x.bin\" #46 SWAP 0".replace("#46 SWAP", "SWAP #46"),
    );
    assert!(matches!(*notes(&image), [SourceNote::ByteOrder { .. }]));
}

#[test]
fn parts_are_joined_at_samples_and_tracks_filled_up_at_their_ends() {
    let files = Files::new();
    let samples = sound(400 * 588, 0);
    files.write("x.wav", &wav(&samples));
    files.write("x.bin", &turned(&samples));
    let text = "CD_DA TRACK AUDIO FILE \"x.wav\" 0 1000 SILENCE 7 START FILE \"x.bin\" 5 FILE \"x.wav\" 00:00:01 100\n\
                TRACK AUDIO FILE \"x.wav\" 1";
    let image = open(&files, "x.toc", text);
    let byte = |sample: usize| sample * 4;
    let mut joined = samples[..byte(1000)].to_vec();
    joined.extend([0; 28]);
    joined.extend(&samples[byte(5)..]);
    joined.extend(&samples[byte(588)..byte(688)]);
    let n_sectors = joined.len().div_ceil(2352);
    let missing = n_sectors * 2352 - joined.len();
    joined.resize(n_sectors * 2352, 0);
    let n_sectors = u32::try_from(n_sectors).unwrap();
    let joined = files.open("joined", &joined);
    let of_joined = |range| packed(&joined, FilePayload::Samples, range);
    // 1007 samples are more than one sector.
    let mut first = Track::new(TrackKind::Audio, vec![of_joined(2..n_sectors)]);
    first.pregap = vec![made(150), of_joined(0..2)];
    let rest = files.open("rest", &samples[4..]);
    let second = Track::new(
        TrackKind::Audio,
        vec![packed(&rest, FilePayload::Samples, 0..400)],
    );
    same_disc(&image, DiscSpec::new(vec![first, second]));
    let filled = |track, n_bytes| SourceNote::TrackFilled { track, n_bytes };
    let notes = notes(&image);
    assert!(notes.contains(&filled(1, missing as u64)), "{notes:?}");
    assert!(notes.contains(&filled(2, 4)), "{notes:?}");
    assert!(
        image
            .describe()
            .contains("track 01 put together from 4 parts")
    );
}

#[test]
fn every_mode_of_data() {
    let files = Files::new();
    let check = |mode: &str, bytes: &[u8], kind, payload: FilePayload| {
        let bin = files.open("x.bin", &[&[1; 7][..], bytes].concat());
        let n_sectors = u32::try_from(bytes.len()).unwrap() / payload.bytes();
        let text = format!(
            "CD_ROM_XA FIRST_TRACK_NO 3 TRACK {mode} COPY DATAFILE \"x.bin\" #7 00:04:00 DATAFILE \"x.bin\" #{} ZERO 00:00:05",
            7 + 300 * payload.bytes()
        );
        let image = open(&files, "x.toc", text);
        let run = |range: std::ops::Range<u32>| {
            let offset = 7 + u64::from(range.start) * u64::from(payload.bytes());
            let count = sectors(range.end - range.start);
            Run::file(bin.clone(), offset, FileForm::packed(payload), count)
        };
        let body = vec![run(0..300), run(300..n_sectors), made(5)];
        let mut track = Track::new(kind, body);
        track.control = Control::DATA | Control::COPY_PERMITTED;
        let mut spec = one(track);
        spec.first_track = 3;
        spec.disc_type = Some(DiscType::CD_ROM_XA);
        same_disc(&image, spec);
    };
    use FilePayload as F;
    use TrackKind as K;
    check("MODE1", &iso_bytes(310), K::Mode1, F::Mode1User);
    check(
        "MODE1_RAW",
        &plain_sectors(310, 0),
        K::Mode1,
        F::PlainSector,
    );
    check(
        "MODE2",
        &noise(2336 * 310, 1),
        K::Mode2Formless,
        F::Mode2User,
    );
    check(
        "MODE2_FORM1",
        &noise(2048 * 310, 1),
        K::Mode2Xa,
        F::Mode2Form1User,
    );
    check(
        "MODE2_FORM2",
        &noise(2324 * 310, 1),
        K::Mode2Xa,
        F::Mode2Form2User,
    );
    let mut mixed = noise(2336 * 310, 1);
    for sector in mixed.as_chunks_mut::<2336>().0 {
        sector[..4].copy_from_slice(&[0, 0, 8, 0]);
    }
    check("MODE2_FORM_MIX", &mixed, K::Mode2Xa, F::Mode2FormMixMade);
}

#[test]
fn data_that_is_cut_is_filled_up_as_cdrdao_does() {
    let files = Files::new();
    let iso = iso_bytes(301);
    files.write("x.iso", &iso[..300 * 2048 + 5]);
    let image = open(&files, "x.toc", "CD_ROM TRACK MODE1 DATAFILE \"x.iso\"");
    let mut filled = iso[..300 * 2048 + 5].to_vec();
    filled.resize(301 * 2048, 0);
    let filled = files.open("filled", &filled);
    let run = packed(&filled, FilePayload::Mode1User, 0..301);
    same_disc(&image, one(Track::new(TrackKind::Mode1, vec![run])));
    let note = SourceNote::TrackFilled {
        track: 1,
        n_bytes: 2043,
    };
    assert_eq!(notes(&image), [note]);
}

#[test]
fn r_to_w_behind_each_sector() {
    let files = Files::new();
    let big = turned(&song(300, 0));
    let pack = cd_sector::RwPack::with_parity(cd_sector::RwMode::TV_GRAPHICS, 6, &[5; 16]);
    let mut bare = *pack.symbols();
    for idx in [2, 3, 20, 21, 22, 23] {
        bare[idx] = 0;
    }
    let with_parity = pack.symbols().repeat(4);
    let without = bare.repeat(4);
    for (word, symbols, form) in [
        ("RW_RAW", &with_parity, RwForm::Raw),
        ("RW", &with_parity, RwForm::Packs),
        ("RW", &without, RwForm::CdgPacks),
    ] {
        let blocks = big.chunks(2352).flat_map(|sector| [sector, symbols]);
        let bin = files.open("x.bin", &blocks.collect::<Vec<_>>().concat());
        let text = format!("CD_DA TRACK AUDIO {word} DATAFILE \"x.bin\"");
        let image = open(&files, "x.toc", text);
        let form_of = FileForm::with_subcode(FilePayload::SamplesSwapped);
        let run = Run::file(bin.clone(), 0, form_of, sectors(300));
        let run = run.with_subcode(RunSubcode::RwFile {
            file: bin,
            offset: 2352,
            stride: 2448,
            form,
        });
        same_disc(&image, one(Track::new(TrackKind::Audio, vec![run])));
    }
}

#[test]
fn cd_text_in_languages() {
    let files = Files::new();
    files.write("x.bin", &turned(&song(300, 0)));
    let text = "CD_DA CD_TEXT { LANGUAGE_MAP { 0 : EN 1 : 105 3 : 8 }\n\
        LANGUAGE 0 { TITLE \"Caf\\351\" GENRE { 0, 14, 66, 101, 98, 111, 112, 0 } DISC_ID \"XY 1\" SIZE_INFO { 0, 1, 1, 3 } }\n\
        LANGUAGE 1 { ENCODING_MS_JIS TITLE \"\\211\\271\\212\\171\" } }\n\
        TRACK AUDIO CD_TEXT { LANGUAGE 0 { TITLE \"One\" PERFORMER { 65, 233, 0 } } LANGUAGE 1 { TITLE \"\" } } FILE \"x.bin\" 0";
    let image = open(&files, "x.toc", text);
    let (text, findings) = CdText::decode(image.disc().unwrap().cd_text());
    assert_eq!(findings, []);
    let [english, japanese] = text.blocks.as_slice() else {
        unreachable!("{text:?}")
    };
    assert_eq!(english.language, CdTextLanguage::ENGLISH);
    assert_eq!(english.text(CdTextKind::TITLE, 0), Some("Caf\u{E9}"));
    assert_eq!(english.text(CdTextKind::TITLE, 1), Some("One"));
    assert_eq!(english.text(CdTextKind::PERFORMER, 1), Some("A\u{E9}"));
    assert_eq!(english.text(CdTextKind::DISC_ID, 0), Some("XY 1"));
    assert_eq!(english.copyright, 3);
    let genre = english.genre.as_ref().unwrap();
    assert_eq!(
        (genre.code, genre.text.as_str()),
        (CdTextGenreCode::JAZZ, "Bebop")
    );
    assert_eq!(
        japanese.charset(),
        CdTextCharset::MsJis { double_byte: true }
    );
    assert_eq!(
        japanese.text(CdTextKind::TITLE, 0),
        Some("\u{97F3}\u{697D}")
    );
    assert!(
        image
            .describe()
            .contains("; CD-Text in ISO 8859-1 and MS-JIS, double byte")
    );
    is_clean(&image);
}

#[test]
fn what_is_refused() {
    let files = Files::new();
    files.write("x.bin", &turned(&song(310, 0)));
    files.write("odd.bin", &song(310, 0)[1..]);
    files.write("data.bin", &plain_sectors(310, 0)[..2352 * 309 + 7]);
    let check = |text: &str, expect: &str| {
        let said = refusal(&files, "x.toc", text, &OpenOptions::default());
        assert!(said.starts_with(expect), "\n{said}\n{expect}");
    };
    check(
        "CD_DA TRACK AUDIO\nFILE \"x.wav\" 0",
        "x.toc:2:1: there is no \"x.wav\" in FOLDER; there is \"x.bin\"",
    );
    check(
        "CD_DA TRACK AUDIO\nFILE \"x.bin\" 00:04:10",
        "x.toc:2:1: track 01 takes 729121 bytes of x.bin, which has 729120",
    );
    check(
        "CD_DA TRACK AUDIO\nFILE \"x.bin\" 10 00:04:10",
        "x.toc:2:1: track 01 takes 729160 bytes of x.bin, which has 729120",
    );
    check(
        "CD_DA\nTRACK AUDIO FILE \"odd.bin\" 0",
        "x.toc:2:1: track 01 has 729119 bytes of odd.bin: 182279 times 4 bytes (a stereo sample) and 3 bytes more",
    );
    check(
        "CD_ROM\nTRACK MODE1_RAW DATAFILE \"data.bin\"",
        "x.toc:2:1: track 01 has 726775 bytes of data.bin: 309 times 2352 bytes (a sector of MODE1_RAW) and 7 bytes more",
    );
    check(
        "CD_ROM TRACK MODE1 DATAFILE \"x.bin\"\nZERO AUDIO 00:00:10",
        "x.toc:2:1: ZERO AUDIO is not supported: a track is of one kind, this one of MODE1; use ZERO without a mode",
    );
    check(
        "CD_DA TRACK AUDIO\nFIFO \"pipe\" 00:04:00",
        "x.toc:2:1: FIFO (a pipe) is not supported: a disc is made from files",
    );
    check(
        "CD_DA TRACK AUDIO FILE \"x.bin\" 0\nINDEX 00:05:00",
        "x.toc:2:7: index 02 of track 01 begins 00:05:00 after the track's beginning, but the track ends after 00:04:10",
    );
    check(
        "CD_DA TRACK AUDIO\nSTART 00:04:10 FILE \"x.bin\" 0",
        "x.toc:2:1: index 01 of track 01 begins 00:04:10 after the track's beginning, but the track ends after 00:04:10",
    );
    check(
        "CD_DA TRACK AUDIO SILENCE 00:04:75",
        "x.toc:1:33: frame of the time is 75, expected 0 to 74",
    );
}
