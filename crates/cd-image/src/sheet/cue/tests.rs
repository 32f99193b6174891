use cd_address::Sectors;
use cd_sector::{
    Control, DiscType, Payload, PwSubcode, RwMode, RwPack, Subheader, encode, scramble,
};

use crate::fixtures::{Files, iso_bytes, lba, noise, packed, plain_sectors, sectors};
use crate::sheet::tests::{
    is_clean, notes, open, open_with, refusal, same_disc, song, sound, turned, wav,
};
use crate::{
    ByteOrder, CdgNote, DataForm, DiscSpec, FileForm, FilePayload, ImageKind, Note, OpenOptions,
    Run, RunSubcode, RwForm, SourceNote, SubcodeForm, Track, TrackKind,
};

mod errors;
mod texts;

fn made(count: u32) -> Run {
    Run::made(sectors(count))
}

#[test]
fn audio_in_one_file_with_everything_a_sheet_can_say() {
    let files = Files::new();
    let text = "CATALOG 4006381333931\r\nFILE \"disc.bin\" BINARY\r\n\
                  TRACK 01 AUDIO\r\n FLAGS DCP PRE\r\n ISRC DEABC2600001\r\n INDEX 01 00:00:00\r\n INDEX 02 00:01:25\r\n INDEX 03 00:03:00\r\n\
                  TRACK 02 AUDIO\r\n FLAGS SCMS\r\n INDEX 00 00:05:00\r\n INDEX 01 00:06:05\r\n\
                  TRACK 03 AUDIO\r\n FLAGS 4CH\r\n PREGAP 00:02:00\r\n INDEX 01 00:11:00\r\n POSTGAP 00:00:10\r\n";
    let bin = files.open("disc.bin", &song(1200, 0));
    let image = open(&files, "disc.cue", text);
    assert_eq!((image.kind(), notes(&image)), (ImageKind::Cue, vec![]));

    let samples = |range| packed(&bin, FilePayload::Samples, range);
    let mut first = Track::new(TrackKind::Audio, vec![samples(0..375)]);
    first.control = Control::COPY_PERMITTED | Control::PRE_EMPHASIS;
    first.isrc = Some("DEABC2600001".parse().unwrap());
    first.indexes = vec![sectors(100), sectors(225)];
    let mut second = Track::new(TrackKind::Audio, vec![samples(455..825)]);
    second.pregap = vec![samples(375..455)];
    second.scms = true;
    let mut third = Track::new(TrackKind::Audio, vec![samples(825..1200), made(10)]);
    third.pregap = vec![made(150)];
    third.control = Control::FOUR_CHANNEL;
    let mut spec = DiscSpec::new(vec![first, second, third]);
    spec.mcn = Some("4006381333931".parse().unwrap());
    same_disc(&image, spec);
    is_clean(&image);
    assert_eq!(
        image.describe(),
        "CUE sheet (detected: a TRACK with a number); 3 tracks, 1360 sectors; audio little-endian (BINARY; so its samples look)"
    );
}

#[test]
fn data_and_audio_in_one_file_plain_or_scrambled() {
    let files = Files::new();
    let text = "FILE disc.bin BINARY\nTRACK 1 MODE1/2352\nINDEX 1 0:0:0\nPOSTGAP 00:02:00\n\
                TRACK 2 AUDIO\nPREGAP 00:02:00\nINDEX 1 0:4:0\n";
    let plain = plain_sectors(300, 0);
    let mut scrambled = plain.clone();
    for sector in scrambled.as_chunks_mut().0 {
        scramble(sector);
    }
    for (data, form, payload) in [
        (plain, "plain", FilePayload::PlainSector),
        (scrambled, "scrambled", FilePayload::ScrambledSector),
    ] {
        let bin = files.open("disc.bin", &[data, song(310, 0)].concat());
        let image = open(&files, "disc.cue", text);
        let data = vec![packed(&bin, payload, 0..300), made(150)];
        let song = Track::new(
            TrackKind::Audio,
            vec![packed(&bin, FilePayload::Samples, 300..610)],
        );
        let song = song.with_pregap(sectors(150));
        same_disc(
            &image,
            DiscSpec::new(vec![Track::new(TrackKind::Mode1, data), song]),
        );
        is_clean(&image);
        assert_eq!(image.notes(), []);
        let said = image.describe();
        let expect = format!("track 01 mode 1, {form} (128 of 128 sectors looked at)");
        assert!(said.contains(&expect), "{said}");
    }
}

#[test]
fn files_one_after_the_other_and_gaps_in_the_file_before() {
    let files = Files::new();
    let text = "FILE one.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\n\
                TRACK 02 AUDIO\nINDEX 00 00:04:00\nFILE two.wav WAVE\nINDEX 01 00:00:00\n\
                FILE three.wav WAVE\nINDEX 02 00:00:00\n";
    let one = sound(400 * 588, 0);
    let two = sound(300 * 588 - 1, 7);
    let three = sound(10 * 588 + 1, 9);
    let image = {
        files.write("one.wav", &wav(&one));
        files.write("two.wav", &wav(&two));
        files.write("three.wav", &wav(&three));
        open(&files, "x.cue", text)
    };
    let shown = |name: &str| files.path(name).display().to_string();
    let filled = |name, samples| SourceNote::Filled {
        path: shown(name),
        samples,
    };
    assert_eq!(
        notes(&image),
        [filled("two.wav", 1), filled("three.wav", 587)]
    );
    let raw = |name: &str, bytes: &[u8], n_sectors: usize| {
        let mut bytes = bytes.to_vec();
        bytes.resize(n_sectors * 2352, 0);
        files.open(name, &bytes)
    };
    let (one, two) = (raw("1", &one, 400), raw("2", &two, 300));
    let three = raw("3", &three, 11);
    let samples = |file, range| packed(file, FilePayload::Samples, range);
    let first = Track::new(TrackKind::Audio, vec![samples(&one, 0..300)]);
    let body = vec![samples(&two, 0..300), samples(&three, 0..11)];
    let mut second = Track::new(TrackKind::Audio, body);
    second.pregap = vec![samples(&one, 300..400)];
    second.indexes = vec![sectors(300)];
    same_disc(&image, DiscSpec::new(vec![first, second]));
    is_clean(&image);
}

#[test]
fn a_track_hidden_before_the_first() {
    let files = Files::new();
    let bin = files.open("x.bin", &song(700, 0));
    let samples = |range| packed(&bin, FilePayload::Samples, range);
    let in_file = "FILE x.bin BINARY\nTRACK 01 AUDIO\nINDEX 00 00:00:00\nINDEX 01 00:04:25";
    let image = open(&files, "x.cue", in_file);
    let mut track = Track::new(TrackKind::Audio, vec![samples(325..700)]);
    track.pregap = vec![made(150), samples(0..325)];
    same_disc(&image, DiscSpec::new(vec![track]));
    let note = |is_made| SourceNote::FirstPregap {
        length: "00:04:25".to_owned(),
        is_made,
    };
    assert_eq!(notes(&image), [note(false)]);
    assert_eq!(image.disc().unwrap().track_start(1), Some(lba(325)));

    let made_up = "FILE x.bin BINARY\nTRACK 01 AUDIO\nPREGAP 00:04:25\nINDEX 01 00:00:00";
    let image = open(&files, "x.cue", made_up);
    let track = Track::new(TrackKind::Audio, vec![samples(0..700)]);
    same_disc(&image, DiscSpec::new(vec![track.with_pregap(sectors(475))]));
    assert_eq!(notes(&image), [note(true)]);
}

/// Sectors of Mode 2 form 1 without their first `skip` bytes.
fn xa(n_sectors: u32, first: i32, skip: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..n_sectors.cast_signed() {
        let mut sector = [0; 2352];
        let subheader = Subheader::DATA;
        let user = &[3; 2048];
        encode(
            lba(first + n).to_msf(),
            Payload::Mode2Form1 { subheader, user },
            &mut sector,
        );
        bytes.extend(&sector[skip..]);
    }
    bytes
}

#[test]
fn every_mode() {
    let files = Files::new();
    let check = |mode: &str, bytes: &[u8], kind, payload| {
        let bin = files.open("x.bin", bytes);
        let text = format!("FILE x.bin BINARY\nTRACK 05 {mode}\nINDEX 01 00:00:00");
        let image = open(&files, "x.cue", text);
        let n_sectors = u32::try_from(bytes.len()).unwrap() / FilePayload::bytes(payload);
        let run = packed(&bin, payload, 0..n_sectors);
        let mut spec = DiscSpec::new(vec![Track::new(kind, vec![run])]);
        spec.first_track = 5;
        spec.disc_type = mode.starts_with("CDI").then_some(DiscType::CD_I);
        same_disc(&image, spec);
        is_clean(&image);
        assert_eq!(image.notes(), []);
    };
    use FilePayload as F;
    use TrackKind as K;
    check("MODE1/2048", &iso_bytes(300), K::Mode1, F::Mode1User);
    check("MODE2/2048", &iso_bytes(300), K::Mode2Xa, F::Mode2Form1User);
    let form2 = noise(2324 * 300, 1);
    check("MODE2/2324", &form2, K::Mode2Xa, F::Mode2Form2User);
    let formless = noise(2336 * 300, 1);
    check("MODE2/2336", &formless, K::Mode2Formless, F::Mode2User);
    let forms = xa(300, 0, 16);
    check("MODE2/2336", &forms, K::Mode2Xa, F::Mode2FormMix);
    check("CDI/2336", &forms, K::Mode2Xa, F::Mode2FormMix);
    let whole = xa(300, 0, 0);
    check("MODE2/2352", &whole, K::Mode2Xa, F::PlainSector);
    check("CDI/2352", &whole, K::Mode2Xa, F::PlainSector);
    let plain = plain_sectors(300, 0);
    check("MODE1/2352", &plain, K::Mode1, F::PlainSector);
    check("AUDIO", &song(300, 0), K::Audio, F::Samples);
}

#[test]
fn tracks_of_several_sizes_in_one_file() {
    let files = Files::new();
    let (data, audio) = (iso_bytes(300), song(300, 0));
    files.write("x.bin", &[data.clone(), audio.clone()].concat());
    let text = "FILE x.bin BINARY\nTRACK 01 MODE1/2048\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:04:00";
    let image = open(&files, "x.cue", text);
    let (data, audio) = (files.open("1", &data), files.open("2", &audio));
    let data = packed(&data, FilePayload::Mode1User, 0..300);
    let audio = packed(&audio, FilePayload::Samples, 0..300);
    let tracks = vec![
        Track::new(TrackKind::Mode1, vec![data]),
        Track::new(TrackKind::Audio, vec![audio]),
    ];
    same_disc(&image, DiscSpec::new(tracks));
}

#[test]
fn the_order_of_bytes_is_the_sheets_or_the_callers_and_what_it_looks_like_is_said() {
    let files = Files::new();
    let (little, quiet) = (song(300, 0), vec![0; 300 * 2352]);
    let big = turned(&little);
    let check = |bytes: &[u8], word: &str, stated, taken: ByteOrder, said: &str, is_noted| {
        let bin = files.open("x.bin", bytes);
        let text = format!("FILE x.bin {word}\nTRACK 01 AUDIO\nINDEX 01 00:00:00");
        let options = OpenOptions {
            byte_order: stated,
            ..OpenOptions::default()
        };
        let image = open_with(&files, "x.cue", text, &options);
        let run = packed(&bin, taken.payload(), 0..300);
        same_disc(
            &image,
            DiscSpec::new(vec![Track::new(TrackKind::Audio, vec![run])]),
        );
        assert!(image.describe().ends_with(said), "{}", image.describe());
        let noted = matches!(*notes(&image), [SourceNote::ByteOrder { .. }]);
        assert_eq!(
            (noted, notes(&image).len()),
            (is_noted, usize::from(is_noted))
        );
    };
    use ByteOrder::{Big, Little};
    let said = "audio little-endian (BINARY; so its samples look)";
    check(&little, "BINARY", None, Little, said, false);
    let said = "audio big-endian (MOTOROLA; so its samples look)";
    check(&big, "MOTOROLA", None, Big, said, false);
    let said = "audio little-endian (BINARY; its samples look the other way round)";
    check(&big, "BINARY", None, Little, said, true);
    let said = "audio big-endian (as given; so its samples look)";
    check(&big, "BINARY", Some(Big), Big, said, false);
    let said = "audio big-endian (as given; its samples look the other way round)";
    check(&little, "BINARY", Some(Big), Big, said, true);
    let said = "audio little-endian (BINARY; its samples do not tell)";
    check(&quiet, "BINARY", None, Little, said, false);
}

#[test]
fn data_of_an_unclear_form_is_taken_as_stated_and_its_addresses_are_said() {
    let files = Files::new();
    let mut bytes = plain_sectors(310, 40);
    for sector in bytes.as_chunks_mut().0.iter_mut().skip(1) {
        scramble(sector);
    }
    let bin = files.open("x.bin", &bytes);
    let text = "FILE x.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00";
    for (form, payload) in [
        (DataForm::Plain, FilePayload::PlainSector),
        (DataForm::Scrambled, FilePayload::ScrambledSector),
    ] {
        let options = OpenOptions {
            data_form: Some(form),
            ..OpenOptions::default()
        };
        let image = open_with(&files, "x.cue", text, &options);
        let run = packed(&bin, payload, 0..310);
        same_disc(
            &image,
            DiscSpec::new(vec![Track::new(TrackKind::Mode1, vec![run])]),
        );
        if form == DataForm::Plain {
            let note = Note::HeaderAddress {
                lba: lba(0),
                header: lba(40).to_msf(),
            };
            assert_eq!(image.notes(), [note]);
        }
    }
    let said = refusal(&files, "x.cue", text, &OpenOptions::default());
    assert!(said.contains("1 are plain and 127 are scrambled"), "{said}");
}

/// Four packs a sector of a drawing that never ends.
fn graphics(n_sectors: u8) -> Vec<RwPack> {
    let packs = (0..n_sectors).flat_map(|n| (0..4).map(move |m| [n & 0x3F, m]));
    packs
        .map(|[n, m]| {
            let mut data = [0; 16];
            data[..2].copy_from_slice(&[n, m]);
            RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &data)
        })
        .collect()
}

#[test]
fn cdg_tracks_have_their_subcode_behind_each_sector() {
    let files = Files::new();
    let audio = song(300, 0);
    let (packs, zero) = (graphics(200), vec![RwPack::ZERO; 400]);
    let whole: Vec<_> = packs.iter().chain(&zero).copied().collect();
    let mut interleaver = cd_sector::RwInterleaver::new();
    let (mut as_packs, mut as_raw) = (Vec::new(), Vec::new());
    for (four, sector) in whole.as_chunks::<4>().0.iter().zip(audio.chunks(2352)) {
        let none = PwSubcode([0; 96]);
        let packed = cd_sector::PwPacked::new(&none, four);
        as_packs.extend(sector);
        as_packs.extend(packed.0);
        as_raw.extend(sector);
        as_raw.extend(interleaver.push(&packed).0);
    }
    let text = "FILE x.bin BINARY\nTRACK 01 CDG\nINDEX 01 00:00:00";
    for (bytes, form, said) in [
        (as_packs, RwForm::Packs, "(whole packs, "),
        (as_raw, RwForm::Raw, "(interleaved, "),
    ] {
        let bin = files.open("x.bin", &bytes);
        let image = open(&files, "x.cue", text);
        let form_of = FileForm::with_subcode(FilePayload::Samples);
        let run = Run::file(bin.clone(), 0, form_of, sectors(300));
        let run = run.with_subcode(RunSubcode::RwFile {
            file: bin,
            offset: 2352,
            stride: 2448,
            form,
        });
        same_disc(
            &image,
            DiscSpec::new(vec![Track::new(TrackKind::Audio, vec![run])]),
        );
        assert!(image.describe().contains(said), "{}", image.describe());
        is_clean(&image);
    }
}

#[test]
fn graphics_beside_the_sound_are_used_and_said() {
    let files = Files::new();
    let text =
        "FILE x.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:05:00";
    files.write("x.wav", &wav(&song(700, 0)));
    let packs: Vec<u8> = graphics(250)
        .iter()
        .flat_map(|pack| *pack.symbols())
        .collect();
    let packs = [packs.clone(), packs.clone(), packs].concat();
    let graphics = files.open("x.cdg", &packs);
    let image = open(&files, "x.cue", text);
    let bin = files.open("raw", &song(700, 0));
    let run = |range: std::ops::Range<u32>| {
        let offset = u64::from(range.start) * 96;
        packed(&bin, FilePayload::Samples, range).with_subcode(RunSubcode::RwFile {
            file: graphics.clone(),
            offset,
            stride: 96,
            form: RwForm::CdgPacks,
        })
    };
    let tracks = [0..375, 375..700];
    let tracks = tracks.map(|range| Track::new(TrackKind::Audio, vec![run(range)]));
    same_disc(&image, DiscSpec::new(tracks.to_vec()));
    let path = graphics.path().to_owned();
    assert!(image.describe().contains(&format!("CD+G from {path}")));
    let note = CdgNote::LongerThanSound {
        graphics: 750,
        sound: 700,
    };
    assert_eq!(notes(&image), [SourceNote::Graphics { path, note }]);
}

#[test]
fn subcode_beside_the_sectors_is_said_and_used_when_asked_for() {
    let files = Files::new();
    let bin = files.open("x.bin", &song(310, 0));
    let sub = files.open("x.sub", &noise(310 * 96, 5));
    let text = "FILE x.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00";
    let image = open(&files, "x.cue", text);
    let track = |run| Track::new(TrackKind::Audio, vec![run]);
    let run = packed(&bin, FilePayload::Samples, 0..310);
    same_disc(&image, DiscSpec::new(vec![track(run.clone())]));
    let path = sub.path().to_owned();
    assert_eq!(notes(&image), [SourceNote::SubBeside { path }]);

    let options = OpenOptions {
        with_sub: true,
        ..OpenOptions::default()
    };
    let image = open_with(&files, "x.cue", text, &options);
    let run = run.with_subcode(RunSubcode::File {
        file: sub,
        offset: 0,
        stride: 96,
        form: SubcodeForm::Rows,
    });
    same_disc(&image, DiscSpec::new(vec![track(run)]));
    assert_eq!(notes(&image), []);

    files.write("x.sub", &[0; 96 * 309]);
    let said = refusal(&files, "x.cue", text, &options);
    let expect = "x.cue:1:6: the subcode in x.sub has 29664 bytes; 310 sectors of x.bin take 29760";
    assert_eq!(said, expect);
    assert_eq!(notes(&open(&files, "x.cue", text)), []);
    std::fs::remove_file(files.path("x.sub")).unwrap();
    let said = refusal(&files, "x.cue", text, &options);
    assert!(
        said.ends_with("there is no .sub file of its name"),
        "{said}"
    );
}

#[test]
fn words_make_a_sheet_and_not_its_name() {
    let files = Files::new();
    files.write("x.bin", &song(300, 0));
    let text = "FILE x.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00";
    assert_eq!(open(&files, "sheet", text).kind(), ImageKind::Cue);
    let marked = [
        b"\xEF\xBB\xBF".as_slice(),
        b"REM \xC3\xA4\n",
        text.as_bytes(),
    ]
    .concat();
    let image = open(&files, "sheet.txt", marked);
    assert!(
        image
            .describe()
            .contains("; text in utf-8 with a byte order mark; ")
    );
    let options = OpenOptions {
        kind: Some(ImageKind::Cue),
        ..OpenOptions::default()
    };
    assert_eq!(
        refusal(&files, "letter", "Dear reader\n", &options),
        "letter:1:1: unknown command \"Dear\", expected FILE, TRACK, INDEX, PREGAP, POSTGAP, FLAGS, ISRC, CATALOG, \
         CDTEXTFILE, REM, TITLE, PERFORMER, SONGWRITER, COMPOSER, ARRANGER, MESSAGE, DISC_ID, GENRE, UPC_EAN"
    );
    let said = refusal(
        &files,
        "disc.cue",
        b"\xFF\xFEF\0I\0",
        &OpenOptions::default(),
    );
    assert_eq!(said, "disc.cue:1:1: the text is UTF-16; save it as UTF-8");
}

#[test]
fn names_lead_anywhere_from_the_sheet_on() {
    let files = Files::new();
    std::fs::create_dir(files.path("in")).unwrap();
    let bin = files.write("in/x.bin", &song(300, 0));
    let sheet = |name: &str| format!("FILE \"{name}\" BINARY\nTRACK 01 AUDIO\nINDEX 01 00:00:00");
    let absolute = bin.display().to_string();
    for (at, name) in [
        ("x.cue", "in/x.bin"),
        ("in/y.cue", "../in/x.bin"),
        ("z.cue", &absolute),
    ] {
        let image = open(&files, at, sheet(name));
        assert_eq!(
            (image.sectors(), image.notes()),
            (sectors(300), [].as_slice())
        );
    }
    let image = open(&files, "x.cue", sheet("in\\x.bin"));
    let note = SourceNote::Backslashes {
        name: "in\\x.bin".to_owned(),
        path: absolute,
    };
    assert_eq!(notes(&image), [note]);
    assert_eq!(image.sectors(), Sectors::new(300).unwrap());
}
