use std::error::Error;

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, PwSubcode, SectorLayout, encode_mode1, scramble};
use proptest::prelude::*;

use super::{Image, ImageKind, OpenOptions};
use crate::fixtures::{
    Files, authored, iso_bytes, iso_disc, lba, noise, render, render_all, sectors,
};
use crate::{Note, OpenError, SourceNote, TrackKind};

const RAW: SectorLayout = SectorLayout::RawPw96;

fn open(files: &Files, bytes: &[u8]) -> Result<Image, OpenError> {
    Image::open(files.write("image", bytes), &OpenOptions::default())
}

fn open_as(files: &Files, bytes: &[u8], kind: ImageKind) -> Result<Image, OpenError> {
    let options = OpenOptions {
        kind: Some(kind),
        ..OpenOptions::default()
    };
    Image::open(files.write("image", bytes), &options)
}

/// Data sectors from `first` on, as a dump has them.
fn dump(n_sectors: i32, first: i32, scrambled: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..n_sectors {
        let mut sector = [0; MAIN_BYTES];
        encode_mode1(lba(first + n).to_msf(), &[7; 2048], &mut sector);
        if scrambled {
            scramble(&mut sector);
        }
        bytes.extend(sector);
    }
    bytes
}

#[test]
fn an_iso_becomes_one_mode_1_track() {
    let files = Files::new();
    let image = open(&files, &iso_bytes(400)).unwrap();
    assert_eq!(image.kind(), ImageKind::Iso);
    assert_eq!(
        (image.sectors(), image.notes()),
        (sectors(400), [].as_slice())
    );
    assert_eq!(
        image.describe(),
        "ISO, 2048 bytes of user data a sector (detected: a volume descriptor stands in sector 16); one track of 400 \
         sectors"
    );
    let disc = image.disc().unwrap();
    assert_eq!(disc.tracks()[0].kind, TrackKind::Mode1);
    assert!(image.raw().is_none());
    let stream = image.stream(lba(-11_077), SectorLayout::Pq16).unwrap();
    assert_eq!(stream.range().start(), lba(-11_077));
    assert_eq!(stream.layout(), SectorLayout::Pq16);
    assert!(image.stream(Lba::ZERO, RAW).is_err());
}

#[test]
fn a_short_iso_is_filled_up_to_four_seconds() {
    let files = Files::new();
    for (count, padded) in [(17, true), (299, true), (300, false)] {
        let image = open(&files, &iso_bytes(count)).unwrap();
        let note = Note::Padded {
            from: sectors(count),
            to: sectors(300),
        };
        assert_eq!(image.notes().contains(&note), padded);
        assert_eq!(image.disc().unwrap().lead_out_start(), lba(300));
        assert_eq!(image.sectors(), sectors(300));
    }
}

#[test]
fn an_iso_shorter_than_its_volume_is_said() {
    let files = Files::new();
    let bytes = &iso_bytes(400)[..390 * 2048];
    let image = open(&files, bytes).unwrap();
    let note = Note::VolumeCut {
        volume: 400,
        file: sectors(390),
    };
    assert_eq!(image.notes(), [note]);
    // Other file systems in 2048-byte sectors are taken when they are stated.
    let image = open_as(&files, &noise(2048 * 300, 1), ImageKind::Iso).unwrap();
    assert_eq!(image.kind_found().to_string(), "as given");
}

#[test]
fn a_raw_stream_is_known_and_stays_as_it_is() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    for layout in [RAW, SectorLayout::Pq16] {
        let bytes = render_all(&authored(&disc, -11_634, layout));
        let image = open(&files, &bytes).unwrap();
        assert_eq!(image.kind(), ImageKind::Raw(layout));
        assert!(image.disc().is_none());
        let said = image.describe();
        assert!(
            said.contains(" from 97:26:66 = lba -11634 (detected: "),
            "{said}"
        );
        // What is asked for does not matter to a stream that exists.
        let stream = image.stream(Lba::ZERO, SectorLayout::PackedPw96).unwrap();
        assert_eq!(
            (stream.layout(), stream.range().start()),
            (layout, lba(-11_634))
        );
        assert!(render_all(&*stream) == bytes);
        assert_eq!(image.sectors(), stream.range().len());
    }
}

#[test]
fn data_sectors_of_2352_bytes_are_scrambled_if_they_are_not() {
    let files = Files::new();
    let expect = dump(310, 0, true);
    for scrambled in [false, true] {
        let image = open(&files, &dump(310, 0, scrambled)).unwrap();
        let kind = if scrambled {
            ImageKind::ScrambledData
        } else {
            ImageKind::PlainData
        };
        assert_eq!((image.kind(), image.notes()), (kind, [].as_slice()));
        let stream = image.stream(lba(-151), RAW).unwrap();
        let bytes = render(&*stream, crate::fixtures::range(0, 310));
        let main = bytes.chunks_exact(2448).flat_map(|sector| &sector[..2352]);
        assert!(main.eq(&expect));

        let image = open(&files, &dump(310, 100, scrambled)).unwrap();
        let [Note::HeaderAddress { lba: at, header }] = image.notes() else {
            unreachable!("{:?}", image.notes())
        };
        assert_eq!((*at, header.to_lba()), (Lba::ZERO, lba(100)));
    }
}

#[test]
fn audio_is_taken_when_it_is_stated() {
    let files = Files::new();
    let samples = noise(2352 * 310, 4);
    let error = open(&files, &samples).unwrap_err();
    assert!(
        matches!(error, OpenError::Unknown { len: 729_120, .. }),
        "{error}"
    );
    let image = open_as(&files, &samples, ImageKind::Audio).unwrap();
    assert_eq!(image.disc().unwrap().tracks()[0].kind, TrackKind::Audio);
    let stream = image.stream(lba(-151), SectorLayout::Pq16).unwrap();
    let bytes = render(&*stream, crate::fixtures::range(0, 310));
    let main = bytes.chunks_exact(2368).flat_map(|sector| &sector[..2352]);
    assert!(main.eq(&samples));
}

#[test]
fn files_of_several_kinds_of_sectors_are_refused() {
    let files = Files::new();
    let mut mixed = dump(200, 0, false);
    mixed.extend(noise(2352 * 200, 2));
    let error = open(&files, &mixed).unwrap_err().to_string();
    assert!(
        error.contains("sector 0 is plain data of mode 1, sector "),
        "{error}"
    );
    assert!(error.contains(" is audio; only a sheet"), "{error}");
}

#[test]
fn a_file_cut_in_a_sector_is_refused_whatever_it_is() {
    let files = Files::new();
    let check = |bytes: &[u8], kind: Option<ImageKind>, expect: &str| {
        let options = OpenOptions {
            kind,
            ..OpenOptions::default()
        };
        let error = Image::open(files.write("image", bytes), &options).unwrap_err();
        let said = error.to_string();
        assert!(
            matches!(error, OpenError::CutInSector { .. }) && said.contains(expect),
            "{said}"
        );
    };
    check(
        &iso_bytes(400)[..800_000],
        None,
        "390 sectors of 2048 bytes and 1280 bytes more",
    );
    check(
        &dump(310, 0, false)[..729_000],
        None,
        "309 sectors of 2352 bytes and 2232 bytes more",
    );
    let audio = Some(ImageKind::Audio);
    check(
        &noise(2353, 1),
        audio,
        "1 sectors of 2352 bytes and 1 bytes more",
    );
    check(
        &[0; 5],
        Some(ImageKind::PlainData),
        "0 sectors of 2352 bytes and 5 bytes more",
    );
    check(
        &[0; 5],
        Some(ImageKind::Iso),
        "0 sectors of 2048 bytes and 5 bytes more",
    );
    check(
        &[0; 5],
        Some(ImageKind::Raw(RAW)),
        "0 sectors of 2448 bytes and 5 bytes more",
    );
}

#[test]
fn unknown_contents_say_what_was_expected() {
    let files = Files::new();
    for bytes in [noise(1, 1), noise(2048 * 400, 1), b"RIFF".repeat(10_000)] {
        let error = open(&files, &bytes).unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, OpenError::Unknown { .. }), "{said}");
        for expect in ["CD001", "2352", "2448 or 2368", "state its kind"] {
            assert!(said.contains(expect), "{said}");
        }
    }
    assert!(matches!(open(&files, b""), Err(OpenError::Empty { .. })));
}

#[test]
fn formats_that_are_not_read_yet_are_named() {
    let files = Files::new();
    let check = |bytes: &[u8], expect: &str| {
        let error = open(&files, bytes).unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, OpenError::NotYet { .. }), "{said}");
        assert!(said.contains(expect), "{said}");
    };
    check(b"MEDIA DESCRIPTOR\x01\x05", "MDS/MDF");
    // An ISO as far as its first sectors go.
    let mut nero = iso_bytes(320);
    nero.extend_from_slice(b"NER5");
    nero.extend_from_slice(&655_360_u64.to_be_bytes());
    check(&nero, "Nero (NRG)");
    check(b"NERO\x00\x00\x00\x00", "Nero (NRG)");
    // Not at the end, and not whole.
    for bytes in [&b"NERO\x00\x00\x00\x00\x00"[..], b"MEDIA DESCRIPTO"] {
        let error = open(&files, bytes).unwrap_err();
        assert!(matches!(error, OpenError::Unknown { .. }), "{error}");
    }
}

#[test]
fn subcode_channel_by_channel_is_named() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let mut bytes = render_all(&authored(&disc, -151, RAW));
    for sector in bytes.chunks_exact_mut(2448) {
        let subcode = &mut sector[MAIN_BYTES..];
        let symbols = PwSubcode((&*subcode).try_into().unwrap());
        subcode.fill(0);
        subcode[..12].copy_from_slice(&symbols.p());
        subcode[12..24].copy_from_slice(&symbols.q().0);
    }
    let error = open(&files, &bytes).unwrap_err();
    assert!(matches!(error, OpenError::Deinterleaved { .. }), "{error}");

    // Sectors of 2448 bytes whose subcode is no use are no mixture of sectors of 2352.
    for sector in bytes.chunks_exact_mut(2448) {
        sector[MAIN_BYTES..].fill(0);
    }
    bytes.truncate(2448 * 1000);
    let error = open(&files, &bytes).unwrap_err();
    assert!(matches!(error, OpenError::Unknown { .. }), "{error}");
}

#[test]
fn a_file_larger_than_any_disc_is_refused() {
    let files = Files::new();
    let path = files.write("dvd", &iso_bytes(300));
    let check = |sectors: u64, expect: &str| {
        // Sparse: only its length is large.
        crate::fixtures::cut(&path, sectors * 2048);
        let error = Image::open(&path, &OpenOptions::default()).unwrap_err();
        let source = error.source().map_or_else(String::new, ToString::to_string);
        let said = format!("{error}: {source}");
        assert!(said.contains(expect), "{said}");
    };
    check(
        2_295_104,
        "holds 2295104 sectors; from lba 0 there are addresses for 404850 only",
    );
    check(
        400_000,
        "the lead-out would start at lba 400000; to hold its 6750 sectors",
    );
}

#[test]
fn options_that_do_not_apply_are_refused() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let raw = files.write("raw", &render_all(&authored(&disc, -151, RAW)));
    let mcn = OpenOptions {
        mcn: Some("4006381333931".parse().unwrap()),
        ..OpenOptions::default()
    };
    let start = OpenOptions {
        start: Some(lba(-151)),
        ..OpenOptions::default()
    };
    let iso = files.path("disc.iso");
    assert_eq!(
        Image::open(&iso, &mcn).unwrap().disc().unwrap().mcn(),
        mcn.mcn
    );
    Image::open(&raw, &start).unwrap();
    for (path, options, expect) in [
        (
            &raw,
            &mcn,
            "a media catalogue number was given, but does not apply to ",
        ),
        (
            &iso,
            &start,
            "a start address was given, but does not apply to ",
        ),
    ] {
        let error = Image::open(path, options).unwrap_err();
        assert!(matches!(error, OpenError::NotForKind { .. }));
        assert!(error.to_string().starts_with(expect), "{error}");
    }
}

#[test]
fn every_kind_has_its_word() {
    for kind in ImageKind::ALL {
        assert_eq!(kind.word().parse(), Ok(kind));
    }
    assert_eq!(
        "vinyl".parse::<ImageKind>().unwrap_err().to_string(),
        "\"vinyl\" is no kind of image, expected one of raw96, packed96, pq16, cue, toc, ccd, chd, iso, data, scrambled, audio, wav, flac"
    );
}

#[test]
fn sound_with_a_header_is_one_track_with_the_graphics_beside_it() {
    let files = Files::new();
    let samples = crate::sheet::tests::sound(310 * 588 - 3, 0);
    files.write("x.cdg", &[9; 24 * 40]);
    let path = files.write("x", &crate::sheet::tests::wav(&samples));
    let image = Image::open(&path, &OpenOptions::default()).unwrap();
    assert_eq!(image.kind(), ImageKind::Wav);
    let path = path.display().to_string();
    assert_eq!(
        image.describe(),
        format!(
            "WAV file (detected: its header); one track of 310 sectors; WAV; CD+G from {path}.cdg"
        )
    );
    let filled = Note::Source(SourceNote::Filled { path, samples: 3 });
    assert_eq!(image.notes(), [filled]);
    let stream = image.stream(lba(-151), RAW).unwrap();
    let bytes = render(&*stream, crate::fixtures::range(0, 310));
    let mut main: Vec<u8> = bytes
        .chunks(2448)
        .flat_map(|sector| sector[..2352].to_vec())
        .collect();
    assert_eq!(main.split_off(samples.len()), [0; 12]);
    assert!(main == samples);
    assert!(image.stream(lba(-151), SectorLayout::Pq16).is_err());
}

#[test]
fn parts_of_an_image_say_what_to_open() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    let stream = authored(&disc, -151, RAW);
    let bytes = render(&stream, crate::fixtures::range(0, 320));
    let rows = bytes.chunks(2448).flat_map(|sector| {
        let subcode: [u8; 96] = sector[2352..].try_into().unwrap();
        cd_sector::PwRows::from(&PwSubcode(subcode)).0
    });
    let rows: Vec<u8> = rows.collect();
    let mut mixed = dump(200, 0, false);
    mixed.extend(noise(2352 * 200, 2));
    let check = |name: &str, bytes: &[u8], expect: &str| {
        let path = files.write(name, bytes);
        let error = Image::open(&path, &OpenOptions::default()).unwrap_err();
        let expect = expect.replace("DISC", &files.path("disc").display().to_string());
        assert_eq!(error.to_string(), format!("{} is {expect}", path.display()));
    };
    let alone = "subcode of 96 bytes a sector, no disc by itself: open the sheet or the file of sound that it goes with";
    check("disc.sub", &rows, alone);
    let alone =
        "graphics (CD+G), no disc by itself: open the sheet or the file of sound that it goes with";
    check("disc.cdg", &[9; 96 * 40], alone);
    files.write("disc.cue", b"");
    check(
        "disc.sub",
        &rows,
        "subcode of 96 bytes a sector, no disc by itself: open DISC.cue",
    );
    check(
        "disc.bin",
        &mixed,
        "the sectors of several tracks, no disc by itself: open DISC.cue",
    );
    check(
        "disc.bin",
        &noise(2352 * 300, 2),
        "the sectors of a disc, no disc by itself: open DISC.cue",
    );
    files.write("disc.ccd", b"");
    let path = files.write("disc.img", &dump(310, 0, false));
    let image = Image::open(path, &OpenOptions::default()).unwrap();
    let path = files.path("disc.ccd").display().to_string();
    let note = Note::Source(SourceNote::SheetBeside { path });
    assert_eq!(image.notes(), [note]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_file_panics(
        bytes in proptest::collection::vec(any::<u8>(), 1..3_000),
        times in 1_usize..40,
        kind in proptest::option::of(proptest::sample::select(&ImageKind::ALL)),
        start in proptest::option::of(-45_150..=404_849),
    ) {
        let files = Files::new();
        let options = OpenOptions { kind, start: start.map(lba), ..OpenOptions::default() };
        if let Ok(image) = Image::open(files.write("image", &bytes.repeat(times)), &options) {
            prop_assert!(!image.describe().is_empty());
            let stream = image.stream(lba(-151), RAW).unwrap();
            let first = stream.range().take(sectors(2));
            prop_assert!(!render(&*stream, first).is_empty());
        }
    }
}
