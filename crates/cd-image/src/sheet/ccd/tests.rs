use std::ops::ControlFlow;
use std::sync::Arc;

use cd_address::Sectors;
use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextLanguage, CdTextRepeats, Control,
    SectorLayout,
};

use crate::fixtures::{Files, authored, lba, packed, plain_sectors, render_all, sectors};
use crate::sheet::tests::{notes, refusal, same_disc, song};
use crate::{
    AuthoredStream, ConvertTarget, DiscLayout, DiscSpec, FilePayload, Image, ImageKind,
    OpenOptions, Run, SourceNote, Track, TrackKind, convert, recover,
};

fn quiet(_: Sectors, _: Sectors) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Data, then sound with a pregap and indexes, a catalogue number, a recording code and CD-Text.
fn spec(files: &Files) -> DiscSpec {
    let data = files.open("data", &plain_sectors(300, 0));
    let audio = files.open("audio", &song(900, 0));
    let data = packed(&data, FilePayload::PlainSector, 0..300);
    let data = Track::new(TrackKind::Mode1, vec![data, Run::made(sectors(150))]);
    let samples = |range| packed(&audio, FilePayload::Samples, range);
    let mut first = Track::new(TrackKind::Audio, vec![samples(0..400)]);
    first = first.with_pregap(sectors(150));
    first.indexes = vec![sectors(100), sectors(200)];
    first.isrc = Some("DEABC2600001".parse().unwrap());
    first.control = Control::COPY_PERMITTED;
    let mut second = Track::new(TrackKind::Audio, vec![samples(450..900)]);
    second.pregap = vec![samples(400..450)];
    let mut spec = DiscSpec::new(vec![data, first, second]);
    spec.mcn = Some("4006381333931".parse().unwrap());
    let (language, charset) = (CdTextLanguage::ENGLISH, CdTextCharset::Iso8859_1);
    let mut block = CdTextBlock::new(language, charset, 1, 3).unwrap();
    block.set(CdTextKind::TITLE, 2, "Song").unwrap();
    let text = CdText {
        blocks: vec![block],
    };
    spec.cd_text = text.encode(CdTextRepeats::InFull).unwrap();
    spec
}

fn stream(spec: DiscSpec) -> AuthoredStream {
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    authored(&disc, -400, SectorLayout::RawPw96)
}

/// The stream of `spec` in `disc.ccd`, `disc.img` and `disc.sub`.
fn write(files: &Files, spec: &DiscSpec) {
    let stream = stream(spec.clone());
    let map = recover(&stream, &mut quiet).unwrap();
    let path = files.path("disc.ccd");
    convert(&stream, &map, ConvertTarget::Ccd, (&path, true), &mut quiet).unwrap();
}

fn open(files: &Files) -> Image {
    Image::open(files.path("disc.ccd"), &OpenOptions::default()).unwrap()
}

fn edit(files: &Files, from: &str, to: &str) {
    let text = std::fs::read_to_string(files.path("disc.ccd")).unwrap();
    assert!(text.contains(from), "{text}");
    files.write("disc.ccd", text.replacen(from, to, 1).as_bytes());
}

#[test]
fn with_subcode_and_without() {
    let files = Files::new();
    let spec = spec(&files);
    write(&files, &spec);
    let image = open(&files);
    assert_eq!((image.kind(), notes(&image)), (ImageKind::Ccd, vec![]));
    same_disc(&image, spec.clone());
    assert!(
        image.describe().contains("disc.sub; "),
        "{}",
        image.describe()
    );

    std::fs::remove_file(files.path("disc.sub")).unwrap();
    let image = open(&files);
    assert_eq!(notes(&image), []);
    same_disc(&image, spec);
    assert!(image.describe().contains("no .sub file, subcode authored"));
}

#[test]
fn pregaps_that_no_index_names_are_found() {
    let files = Files::new();
    let spec = spec(&files);
    write(&files, &spec);
    edit(&files, "INDEX 0=450", "");
    edit(&files, "INDEX 0=1000", "");
    same_disc(&open(&files), spec.clone());
    // Without Q, beside a track of another kind, by the sectors; between two of sound nothing says it.
    std::fs::remove_file(files.path("disc.sub")).unwrap();
    let disc = open(&files);
    let disc = disc.disc().unwrap();
    assert_eq!(disc.pregap_start(2), Some(lba(450)));
    assert_eq!(disc.pregap_start(3), Some(lba(1050)));
}

#[test]
fn subcode_goes_out_as_it_is() {
    let files = Files::new();
    let spec = spec(&files);
    write(&files, &spec);
    let mut sub = std::fs::read(files.path("disc.sub")).unwrap();
    for sector in sub.as_chunks_mut::<96>().0.iter_mut().skip(600).take(5) {
        // Q first, the track's number in it.
        sector[13] ^= 0x01;
        sector[40] ^= 0xFF;
    }
    files.write("disc.sub", &sub);
    let image = open(&files);
    let bytes = |image: &Image| {
        let stream = image.stream(lba(-400), SectorLayout::RawPw96).unwrap();
        render_all(&*stream)
    };
    let changed = bytes(&image);
    let whole = render_all(&stream(spec));
    let differ = |(a, b): (&[u8], &[u8])| a != b;
    let pairs = changed.chunks(2448).zip(whole.chunks(2448));
    assert_eq!(pairs.filter(|pair| differ(*pair)).count(), 5);
}

#[test]
fn subcode_of_another_disc_is_said() {
    let files = Files::new();
    let spec = spec(&files);
    write(&files, &spec);
    let mut sub = std::fs::read(files.path("disc.sub")).unwrap();
    sub.rotate_left(96 * 7);
    files.write("disc.sub", &sub);
    let notes = notes(&open(&files));
    assert_eq!(notes.len(), 3);
    let SourceNote::SubContradicts {
        track: 2,
        start,
        said,
    } = &notes[1]
    else {
        unreachable!("{notes:?}")
    };
    assert_eq!(*start, lba(600));
    assert_eq!(
        said,
        "track 02 index 01 at lba 607 in the sector of lba 600"
    );
}

#[test]
fn scrambled_data_is_seen_whatever_the_sheet_says() {
    let files = Files::new();
    let spec = spec(&files);
    write(&files, &spec);
    let mut img = std::fs::read(files.path("disc.img")).unwrap();
    for sector in img.as_chunks_mut::<2352>().0.iter_mut().take(450) {
        cd_sector::scramble(sector);
    }
    files.write("disc.img", &img);
    let image = open(&files);
    same_disc(&image, spec.clone());
    let taken = crate::DataForm::Scrambled;
    assert_eq!(
        notes(&image),
        [SourceNote::FormContradicted { track: 1, taken }]
    );
    edit(&files, "DataTracksScrambled=0", "DataTracksScrambled=1");
    let image = open(&files);
    same_disc(&image, spec);
    assert_eq!(notes(&image), []);
}

#[test]
fn files_that_are_missing_or_of_another_length() {
    let files = Files::new();
    write(&files, &spec(&files));
    let text = std::fs::read(files.path("disc.ccd")).unwrap();
    let check = |expect: &str| {
        let said = refusal(&files, "disc.ccd", &text, &OpenOptions::default());
        assert!(said.contains(expect), "{said}");
    };
    let sub = std::fs::read(files.path("disc.sub")).unwrap();
    for len in [sub.len() - 96, sub.len() - 1] {
        files.write("disc.sub", &sub[..len]);
        check(&format!(
            ": the subcode in disc.sub has {len} bytes; 1500 sectors of disc.img take 144000"
        ));
    }
    files.write("disc.sub", &[&sub[..], &[0; 96]].concat());
    check(": the subcode in disc.sub has 144096 bytes; 1500 sectors of disc.img take 144000");
    let img = std::fs::read(files.path("disc.img")).unwrap();
    files.write("disc.img", &img[2352..]);
    check(": disc.img has 3525648 bytes; 1500 sectors up to the lead-out take 3528000");
    std::fs::remove_file(files.path("disc.img")).unwrap();
    check("disc.ccd:1:1: there is no \"disc.img\" in FOLDER");
}
