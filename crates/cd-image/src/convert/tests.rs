use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;

use cd_address::Sectors;
use cd_sector::{Control, DiscType, PwRows, PwSubcode, SectorLayout};
use proptest::prelude::*;

use super::*;
use crate::fixtures::{
    Files, Memory, authored, disc_of, iso_bytes, iso_disc, mixed_disc, noise, packed, render_all,
    sectors,
};
use crate::recover::tests::discs;
use crate::{
    DiscArea, DiscLayout, DiscSpec, FilePayload, Image, ImageKind, OpenOptions, Run, RunSubcode,
    RwForm, SectorLayer, Track, recover,
};

const TARGETS: [ConvertTarget; 5] = [
    ConvertTarget::Ccd,
    ConvertTarget::Cue { with_sub: false },
    ConvertTarget::Cue { with_sub: true },
    ConvertTarget::Toc,
    ConvertTarget::Iso,
];
const RAW: SectorLayout = SectorLayout::RawPw96;

fn quiet(_: Sectors, _: Sectors) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn map_of(source: &dyn SectorSource) -> DiscMap {
    recover(source, &mut quiet).unwrap()
}

/// Converts `stream` and makes a stream of the files again. The losses that were told, and whether it is the same bytes.
fn there_and_back(stream: &Memory, target: ConvertTarget) -> Option<(Vec<Loss>, bool)> {
    let map = map_of(stream);
    let losses = losses(&map, target).ok()?;
    let files = Files::new();
    let path = files.path("disc").with_extension(target.word());
    let written = convert(stream, &map, target, (&path, false), &mut quiet).unwrap();
    assert_eq!(written.len(), files.names().len());
    let again = open_again(&written, target, &map);
    let is_same = again.range() == stream.range() && render_all(&*again) == stream.bytes;
    Some((losses, is_same))
}

fn open_again(written: &[PathBuf], target: ConvertTarget, map: &DiscMap) -> Box<dyn SectorSource> {
    let options = OpenOptions {
        with_sub: target == ConvertTarget::Cue { with_sub: true },
        // Its bytes are at random, so no file system says what it is.
        kind: (target == ConvertTarget::Iso).then_some(ImageKind::Iso),
        ..OpenOptions::default()
    };
    let image = Image::open(&written[0], &options).unwrap();
    image.stream(map.range().start(), RAW).unwrap()
}

/// A disc, and what is changed in its stream.
#[derive(Debug)]
struct Damaged {
    spec: DiscSpec,
    /// Which sector of a thousand, which byte, with what.
    damage: Vec<(usize, usize, u8)>,
    graphics: Option<usize>,
    n_cut: usize,
}

prop_compose! {
    fn damaged()(
        mut spec in discs::disc(),
        has_mode_0 in proptest::bool::weighted(0.1),
        damage in proptest::collection::vec((0..1000_usize, 0..2448_usize, 1..=u8::MAX), 0..3),
        graphics in proptest::option::of(0..3000_usize),
        n_cut in prop_oneof![3 => Just(0_usize), 1 => 1..100_usize],
    ) -> Damaged {
        if !has_mode_0 {
            let mode_0 = spec.tracks.iter_mut().filter(|track| track.kind == TrackKind::Mode0);
            mode_0.for_each(|track| track.kind = TrackKind::Mode1);
        }
        Damaged { spec, damage, graphics, n_cut }
    }
}

impl Damaged {
    fn stream(self) -> Memory {
        let stream = discs::stream(self.spec);
        let mut memory = Memory::new(stream.range().start().value(), RAW, render_all(&stream));
        let n_sectors = memory.bytes.len() / 2448;
        for (at, byte, change) in self.damage {
            memory.bytes[at * n_sectors / 1000 * 2448 + byte] ^= change;
        }
        if let Some(at) = self.graphics {
            memory.bytes[at % n_sectors * 2448 + 2352] ^= 0x3F;
        }
        memory.bytes.truncate((n_sectors - self.n_cut) * 2448);
        memory
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_is_not_told_lost_comes_back_and_what_is_told_does_not(damaged in damaged()) {
        let stream = damaged.stream();
        for target in TARGETS {
            if let Some((losses, is_same)) = there_and_back(&stream, target) {
                prop_assert_eq!(is_same, losses.is_empty(), "{}: {:#?}", target, losses);
            }
        }
    }
}

fn memory(disc: &Arc<DiscLayout>, layout: SectorLayout) -> Memory {
    let start = -250;
    Memory::new(start, layout, render_all(&authored(disc, start, layout)))
}

/// The losses' words for `stream` and each target, and that they are true.
fn check(stream: &Memory, expected: [&[&str]; 5]) {
    for (target, expected) in TARGETS.into_iter().zip(expected) {
        let Some((losses, is_same)) = there_and_back(stream, target) else {
            assert_eq!(expected, ["refused"], "{target}");
            continue;
        };
        let words: Vec<_> = losses.iter().map(|loss| loss.kind.word()).collect();
        assert_eq!(words, expected, "{target}");
        assert_eq!(is_same, losses.is_empty(), "{target}");
    }
}

#[test]
fn an_iso_comes_back_from_every_target() {
    let stream = memory(&iso_disc(&Files::new(), 320), RAW);
    check(&stream, [&[]; 5]);
}

#[test]
fn a_mixed_disc_comes_back_from_sheets() {
    let stream = memory(&mixed_disc(&Files::new()), RAW);
    check(&stream, [&[], &[], &[], &[], &["refused"]]);
}

#[test]
fn the_files_are_those_that_programs_expect() {
    let files = Files::new();
    let stream = memory(&iso_disc(&files, 320), RAW);
    let map = map_of(&stream);
    let main = |lba: usize| {
        let mut main: [u8; 2352] = stream.bytes[(250 + lba) * 2448..][..2352]
            .try_into()
            .unwrap();
        cd_sector::scramble(&mut main);
        main
    };
    let out = Files::new();
    let written = |name: &str, target| {
        convert(&stream, &map, target, (&out.path(name), false), &mut quiet).unwrap()
    };
    assert_eq!(
        written("a.ccd", ConvertTarget::Ccd),
        [out.path("a.ccd"), out.path("a.img"), out.path("a.sub")]
    );
    let img = fs::read(out.path("a.img")).unwrap();
    assert_eq!(img.len(), 320 * 2352);
    assert!(img[5 * 2352..6 * 2352] == main(5), "descrambled");
    let sub = fs::read(out.path("a.sub")).unwrap();
    let symbols: [u8; 96] = stream.bytes[255 * 2448 + 2352..][..96].try_into().unwrap();
    assert_eq!(sub.len(), 320 * 96);
    assert_eq!(sub[5 * 96..6 * 96], PwRows::from(&PwSubcode(symbols)).0);
    written("a.iso", ConvertTarget::Iso);
    assert!(fs::read(out.path("a.iso")).unwrap() == iso_bytes(320));
    assert_eq!(out.names(), ["a.ccd", "a.img", "a.iso", "a.sub"]);
}

#[test]
fn sound_is_big_endian_for_cdrdao_and_little_for_others() {
    let files = Files::new();
    let sound = noise(2352 * 300, 9);
    let audio = files.open("audio", &sound);
    let run = packed(&audio, FilePayload::Samples, 0..300);
    let disc = disc_of(vec![Track::new(TrackKind::Audio, vec![run])]);
    let stream = memory(&disc, RAW);
    let map = map_of(&stream);
    for (target, is_swapped) in [
        (ConvertTarget::Cue { with_sub: false }, false),
        (ConvertTarget::Toc, true),
    ] {
        let out = Files::new();
        let path = out.path("a.sheet");
        convert(&stream, &map, target, (&path, false), &mut quiet).unwrap();
        let mut bin = fs::read(out.path("a.bin")).unwrap();
        if is_swapped {
            bin.chunks_exact_mut(2).for_each(<[u8]>::reverse);
        }
        assert!(bin == sound, "{target}");
    }
}

#[test]
fn graphics_are_lost_where_there_is_no_place_for_them() {
    let files = Files::new();
    let audio = files.open("audio", &noise(2352 * 600, 9));
    let graphics = files.open("cdg", &noise(96 * 300, 4));
    let run = |range| packed(&audio, FilePayload::Samples, range);
    let rw = RunSubcode::RwFile {
        file: graphics,
        offset: 0,
        stride: 96,
        form: RwForm::CdgPacks,
    };
    let first = Track::new(TrackKind::Audio, vec![run(0..300).with_subcode(rw)]);
    let second = Track::new(TrackKind::Audio, vec![run(300..600)]);
    let stream = memory(&disc_of(vec![first, second]), RAW);
    check(&stream, [&[], &["rw"], &[], &[], &["refused"]]);
    let map = map_of(&stream);
    let lost = losses(&map, ConvertTarget::Cue { with_sub: false }).unwrap();
    let said = "channels R to W of the program (graphics): 302 sectors, the first at lba 0";
    assert_eq!(lost[0].to_string(), said);
}

#[test]
fn every_named_loss_is_named() {
    let files = Files::new();
    let iso = files.open("iso", &iso_bytes(300));
    let run = packed(&iso, FilePayload::Mode1User, 0..300);
    let mut track = Track::new(TrackKind::Mode1, vec![run]);
    track.control = Control::DATA | Control::COPY_PERMITTED;
    track.indexes = vec![sectors(100)];
    let mut spec = DiscSpec::new(vec![track]);
    spec.first_track = 3;
    spec.mcn = Some("4006381333931".parse().unwrap());
    spec.disc_type = Some(DiscType(0x42));
    spec.cd_text = discs::packs(3, "A title");
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let all = [
        "mcn",
        "first-track",
        "cd-text",
        "control",
        "indexes",
        "disc-type",
    ];
    check(
        &memory(&disc, RAW),
        [
            &[],
            &["disc-type"],
            &["disc-type"],
            &["cd-text", "disc-type"],
            &all,
        ],
    );
}

#[test]
fn mode_2_in_an_iso_is_a_loss_of_all_its_sectors() {
    let files = Files::new();
    let iso = files.open("iso", &iso_bytes(300));
    let run = packed(&iso, FilePayload::Mode2Form1User, 0..300);
    let stream = memory(
        &disc_of(vec![Track::new(TrackKind::Mode2Xa, vec![run])]),
        RAW,
    );
    let words: &[&str] = &["track-kind", "disc-type", "codes"];
    check(&stream, [&[], &[], &[], &[], words]);
    let out = Files::new();
    let path = out.path("a.iso");
    let map = map_of(&stream);
    convert(
        &stream,
        &map,
        ConvertTarget::Iso,
        (&path, false),
        &mut quiet,
    )
    .unwrap();
    assert!(
        fs::read(path).unwrap() == iso_bytes(300),
        "the user data is all there"
    );
}

#[test]
fn subcode_that_is_not_as_authored_is_lost_without_a_place_for_it() {
    let mut stream = memory(&mixed_disc(&Files::new()), RAW);
    for at in [300, 301, 700] {
        stream.bytes[(at + 250) * 2448 + 2352 + 40] ^= 0xC0;
    }
    check(&stream, [&[], &["p", "q"], &[], &["p", "q"], &["refused"]]);
    let map = map_of(&stream);
    let lost = losses(&map, ConvertTarget::Toc).unwrap();
    let said = "Q channel of the program where it is not as it is authored: 3 sectors, the first at lba 300";
    assert_eq!(lost[1].to_string(), said);
    assert_eq!(
        lost[1].kind,
        LossKind::Layer(DiscArea::Program, SectorLayer::Q)
    );
}

#[test]
fn data_that_is_not_scrambled_stays_readable_and_is_told() {
    let mut stream = memory(&iso_disc(&Files::new(), 320), RAW);
    let main = &mut stream.bytes[(250 + 7) * 2448..][..2352];
    cd_sector::scramble(main.try_into().unwrap());
    let words: &[&str] = &["not-scrambled"];
    let in_iso: &[&str] = &["not-scrambled", "codes"];
    check(&stream, [words, words, words, words, in_iso]);
}

#[test]
fn a_lead_out_of_another_length_is_told() {
    let stream = memory(&iso_disc(&Files::new(), 320), RAW);
    let n_sectors = stream.bytes.len() / 2448;
    for n in [n_sectors - 10, n_sectors - 6000] {
        let short = Memory::new(-250, RAW, stream.bytes[..n * 2448].to_vec());
        check(&short, [&["lead-out-length"]; 5]);
    }
    let mut long = stream;
    let last = long.bytes[(n_sectors - 1) * 2448..].to_vec();
    long.bytes.extend(last);
    check(&long, [&["lead-out-length"]; 5]);
    let lost = losses(&map_of(&long), ConvertTarget::Ccd).unwrap();
    let said = "the lead-out's length, 6751 sectors, comes back as 6750: 1 sector, at lba 7070";
    assert_eq!(lost[0].to_string(), said);
}

#[test]
fn other_layouts_convert_too() {
    for layout in [SectorLayout::Pq16, SectorLayout::PackedPw96] {
        let disc = mixed_disc(&Files::new());
        let map = map_of(&memory(&disc, layout));
        for target in [ConvertTarget::Ccd, ConvertTarget::Cue { with_sub: true }] {
            assert_eq!(losses(&map, target).unwrap(), []);
            let (out, raw) = (Files::new(), Files::new());
            let write = |files: &Files, stream: &Memory| {
                let path = files.path("a.sheet");
                let map = map_of(stream);
                convert(stream, &map, target, (&path, false), &mut quiet).unwrap();
                fs::read(files.path("a.sub")).unwrap()
            };
            let same = write(&out, &memory(&disc, layout)) == write(&raw, &memory(&disc, RAW));
            assert!(same, "{layout} {target}");
        }
    }
}

#[test]
fn an_existing_file_is_kept_unless_it_may_go() {
    let stream = memory(&iso_disc(&Files::new(), 320), RAW);
    let map = map_of(&stream);
    for taken in ["a.ccd", "a.img", "a.sub"] {
        let out = Files::new();
        let path = out.path("a.ccd");
        out.write(taken, b"mine");
        let write = |overwrite| {
            convert(
                &stream,
                &map,
                ConvertTarget::Ccd,
                (&path, overwrite),
                &mut quiet,
            )
        };
        let error = write(false).unwrap_err();
        assert!(
            matches!(error, ConvertError::Export(ExportError::Exists { .. })),
            "{error}"
        );
        assert_eq!(out.names(), [taken]);
        assert_eq!(fs::read(out.path(taken)).unwrap(), b"mine");
        write(true).unwrap();
        assert_eq!(out.names(), ["a.ccd", "a.img", "a.sub"]);
    }
    // One that appears while the files are written is kept, and none of the others stays.
    let out = Files::new();
    let mut late = |done: Sectors, total: Sectors| {
        if done == total {
            out.write("a.ccd", b"mine");
        }
        ControlFlow::Continue(())
    };
    let path = out.path("a.ccd");
    convert(&stream, &map, ConvertTarget::Ccd, (&path, false), &mut late).unwrap_err();
    assert_eq!(out.names(), ["a.ccd"]);
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[test]
fn a_stop_or_a_failure_leaves_nothing() {
    let mut stream = memory(&mixed_disc(&Files::new()), RAW);
    let map = map_of(&stream);
    for target in TARGETS
        .into_iter()
        .filter(|target| *target != ConvertTarget::Iso)
    {
        let out = Files::new();
        let path = out.path("a").with_extension(target.word());
        let mut stop = |done: Sectors, _| {
            if done.count() >= 512 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let error = convert(&stream, &map, target, (&path, false), &mut stop).unwrap_err();
        assert!(
            matches!(error, ConvertError::Export(ExportError::Stopped { .. })),
            "{error}"
        );
        assert_eq!(out.names(), [""; 0]);
        stream.fails_from = Some(600);
        let error = convert(&stream, &map, target, (&path, false), &mut quiet).unwrap_err();
        assert!(
            matches!(error, ConvertError::Export(ExportError::Source { .. })),
            "{error}"
        );
        assert_eq!(out.names(), [""; 0]);
        stream.fails_from = None;
    }
}

#[test]
fn names_that_no_sheet_holds_are_refused() {
    let stream = memory(&iso_disc(&Files::new(), 320), RAW);
    let map = map_of(&stream);
    let refusal = |name: &str, target| {
        let out = Files::new();
        let path = out.path(name);
        let error = convert(&stream, &map, target, (&path, false), &mut quiet).unwrap_err();
        assert_eq!(out.names(), [""; 0]);
        error.to_string()
    };
    let said = refusal("a\"b.cue", ConvertTarget::Cue { with_sub: false });
    assert!(
        said.contains("text of a cue sheet cannot hold '\"'"),
        "{said}"
    );
    let said = refusal("a.bin", ConvertTarget::Toc);
    assert!(
        said.ends_with(
            "a.bin would be two of the cdrdao TOC/BIN files; give the first another ending"
        ),
        "{said}"
    );
}

#[test]
fn what_an_iso_cannot_be_is_refused_with_the_reason() {
    let refusal = |disc: &Arc<DiscLayout>| {
        let map = map_of(&memory(disc, RAW));
        losses(&map, ConvertTarget::Iso).unwrap_err().to_string()
    };
    let files = Files::new();
    let track =
        |kind, pregap| Track::new(kind, vec![Run::made(sectors(300))]).with_pregap(sectors(pregap));
    for (tracks, words) in [
        (vec![track(TrackKind::Audio, 150)], "this track is audio"),
        (
            vec![track(TrackKind::Mode1, 160)],
            "this one begins at lba 10",
        ),
        (
            vec![track(TrackKind::Mode1, 150), track(TrackKind::Mode1, 0)],
            "there are 2 tracks",
        ),
        (
            vec![track(TrackKind::Mode0, 150)],
            "track 1 is mode 0, which no ISO can hold",
        ),
    ] {
        let said = refusal(&disc_of(tracks));
        assert!(said.ends_with(words), "{said}");
    }
    assert_eq!(files.names(), [""; 0]);
    assert_eq!("iso".parse(), Ok(ConvertTarget::Iso));
    let unknown = "nrg".parse::<ConvertTarget>().unwrap_err().to_string();
    assert_eq!(
        unknown,
        "\"nrg\" is nothing to convert to: ccd, cue, toc or iso is"
    );
}
