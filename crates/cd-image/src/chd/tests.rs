use std::ops::ControlFlow;

use cd_sector::{MAIN_BYTES, encode_mode1};

use super::{ChdError, ChdImage, ChdNote};
use crate::fixtures::{Files, lba};
use crate::{FilePayload, Run, RunMain, RunSubcode, RwForm, TrackKind};

mod broken;

macro_rules! chd {
    ($name:literal) => {
        include_bytes!(concat!("../../../../fixtures/chd/", $name))
    };
}

const CDLZ: &[u8] = chd!("cdlz-data-101-audio-5+104-audio-150+40+7.chd");
const CDZL: &[u8] = chd!("cdzl-data-101-audio-5+104-audio-150+40+7.chd");
const CDZS: &[u8] = chd!("cdzs-data-101-audio-5+104-audio-150+40+7.chd");
const CDFL: &[u8] = chd!("cdfl-audio-32+128-audio-90.chd");
const NONE: &[u8] = chd!("none-data-5-audio-3.chd");
const RW: &[u8] = chd!("cdzl-audio-80-rw.chd");

fn open(contents: &[u8]) -> Result<ChdImage, ChdError> {
    let files = Files::new();
    let path = files.write("disc.chd", contents);
    ChdImage::open_with(path, &files.path(""), &mut |_, _| ControlFlow::Continue(()))
}

/// Sector `n` of the data, by the rule that fixtures/make_chd.py made it by.
fn data_sector(n: u8) -> Vec<u8> {
    let mut sector = [0; MAIN_BYTES];
    encode_mode1(lba(i32::from(n)).to_msf(), &[n + 1; 2048], &mut sector);
    sector.to_vec()
}

/// Sector `n` of the audio, by the rule that fixtures/make_chd.py made it by.
fn audio_sector(n: u16) -> Vec<u8> {
    let (left, right) = ((n / 8 * 771) & 0x7FFF, (n / 8).wrapping_neg());
    [left.to_le_bytes(), right.to_le_bytes()]
        .concat()
        .repeat(588)
}

/// Sectors, in the file, the payload and what it must be as the disc has it: each sector of a run.
#[track_caller]
fn check_run(run: &Run, payload: FilePayload, expect: impl IntoIterator<Item = Vec<u8>>) {
    let RunMain::File { file, offset, form } = &run.main else {
        panic!("{run:?}");
    };
    assert_eq!((form.payload, form.stride), (payload, 2448));
    let mut n_sectors = 0;
    for (idx, expect) in (0..).zip(expect) {
        let mut sector = vec![0; MAIN_BYTES];
        file.read_at(offset + idx * 2448, &mut sector).unwrap();
        if payload == FilePayload::SamplesSwapped {
            for sample in sector.as_chunks_mut::<2>().0 {
                sample.reverse();
            }
        }
        assert!(sector == expect, "sector {idx}");
        n_sectors += 1;
    }
    assert_eq!(run.sectors.count(), n_sectors);
}

/// A run of so many sectors from nowhere.
#[track_caller]
fn check_made(run: &Run, sectors: u32) {
    assert!(matches!(run.main, RunMain::Made), "{run:?}");
    assert_eq!(run.sectors.count(), sectors);
}

#[test]
fn every_compression_gives_the_same_disc() {
    for contents in [CDLZ, CDZL, CDZS] {
        let ChdImage { tracks, notes } = open(contents).unwrap();
        let [data, audio, last] = &tracks[..] else {
            panic!("{tracks:?}");
        };
        assert!(notes.is_empty());

        assert_eq!(data.kind, TrackKind::Mode1);
        check_made(&data.pregap[0], 150);
        check_run(
            &data.body[0],
            FilePayload::PlainSector,
            (0..101).map(data_sector),
        );

        // INDEX 00 in the sheet: the pregap is in the file.
        assert_eq!(audio.kind, TrackKind::Audio);
        let swapped = FilePayload::SamplesSwapped;
        check_run(&audio.pregap[0], swapped, (101..106).map(audio_sector));
        check_run(&audio.body[0], swapped, (106..210).map(audio_sector));
        assert_eq!((audio.pregap.len(), audio.body.len()), (1, 1));

        // PREGAP and POSTGAP in the sheet: they are not.
        check_made(&last.pregap[0], 150);
        check_run(&last.body[0], swapped, (210..250).map(audio_sector));
        check_made(&last.body[1], 7);
        assert_eq!((last.pregap.len(), last.body.len()), (1, 2));
    }
}

#[test]
fn a_first_pregap_in_the_file_comes_after_the_two_seconds() {
    let tracks = open(CDFL).unwrap().tracks;
    let swapped = FilePayload::SamplesSwapped;
    check_made(&tracks[0].pregap[0], 150);
    check_run(&tracks[0].pregap[1], swapped, (0..32).map(audio_sector));
    check_run(&tracks[0].body[0], swapped, (32..160).map(audio_sector));
    assert!(tracks[1].pregap.is_empty());
    check_run(&tracks[1].body[0], swapped, (160..250).map(audio_sector));
}

#[test]
fn an_uncompressed_file_is_taken_with_a_note() {
    let ChdImage { tracks, notes } = open(NONE).unwrap();
    assert_eq!(notes, [ChdNote::NoSha1]);
    let plain = FilePayload::PlainSector;
    check_run(&tracks[0].body[0], plain, (0..5).map(data_sector));
    let swapped = FilePayload::SamplesSwapped;
    check_run(&tracks[1].body[0], swapped, (5..8).map(audio_sector));
}

#[test]
fn r_to_w_come_with_the_frames() {
    let ChdImage { tracks, notes } = open(RW).unwrap();
    assert!(notes.is_empty());
    let run = &tracks[0].body[0];
    let RunSubcode::RwFile {
        file,
        offset,
        stride: 2448,
        form: RwForm::Raw,
    } = &run.subcode
    else {
        panic!("{run:?}");
    };
    for n in 0..80_u8 {
        let mut symbols = [0; 96];
        file.read_at(offset + u64::from(n) * 2448, &mut symbols)
            .unwrap();
        let expect = std::array::from_fn(|i| (n + u8::try_from(i).unwrap()) & 0x3F);
        assert_eq!(symbols, expect, "sector {n}");
    }
}
