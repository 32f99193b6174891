//! Helpers of the tests of all sheets: files in a folder, and the stream that must come of them.

use std::ops::ControlFlow;
use std::sync::Arc;

use cd_sector::{MAIN_BYTES, SectorLayout, encode_audio};

use crate::fixtures::{Files, authored, lba, render_all};
use crate::{DiscLayout, DiscSpec, Image, Note, OpenOptions, Severity, SourceNote, check_stream};

const START: i32 = -400;

/// Samples that look like sound, `n_samples` of them, the first being the `at`-th.
pub(crate) fn sound(n_samples: u32, at: u32) -> Vec<u8> {
    let wave = |n: u32| {
        let [low, high, ..] = (n.wrapping_mul(37) & 0x3FFF).abs_diff(0x2000).to_le_bytes();
        i16::from_le_bytes([low, high]) - 0x1000
    };
    let samples = (at..at + n_samples).flat_map(|n| [wave(n), wave(n / 2 + 99)]);
    samples.flat_map(i16::to_le_bytes).collect()
}

/// Sectors of such samples.
pub(super) fn song(n_sectors: u32, at: u32) -> Vec<u8> {
    let bytes = sound(n_sectors * 588, at * 588);
    let (first, _) = bytes.split_first_chunk::<MAIN_BYTES>().unwrap();
    let mut again = [0; MAIN_BYTES];
    encode_audio(&cd_sector::decode_audio(first), &mut again);
    assert_eq!(*first, again);
    bytes
}

/// Each sample's bytes the other way round.
pub(super) fn turned(bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(2).flat_map(|two| [two[1], two[0]]).collect()
}

/// A WAV file of samples.
pub(crate) fn wav(samples: &[u8]) -> Vec<u8> {
    let len = u32::try_from(samples.len()).unwrap();
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((len + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend(176_400_u32.to_le_bytes());
    bytes.extend(b"\x04\0\x10\0data");
    bytes.extend(len.to_le_bytes());
    bytes.extend(samples);
    bytes
}

/// The image of a sheet of this name and text.
pub(super) fn open(files: &Files, name: &str, text: impl AsRef<[u8]>) -> Image {
    open_with(files, name, text, &OpenOptions::default())
}

pub(super) fn open_with(
    files: &Files,
    name: &str,
    text: impl AsRef<[u8]>,
    options: &OpenOptions,
) -> Image {
    let path = files.write(name, text.as_ref());
    Image::open(path, options).unwrap_or_else(|error| unreachable!("{error}: {error:?}"))
}

/// What is said of a sheet that is refused, the folder's name left out.
pub(super) fn refusal(
    files: &Files,
    name: &str,
    text: impl AsRef<[u8]>,
    options: &OpenOptions,
) -> String {
    let path = files.write(name, text.as_ref());
    let error = Image::open(path, options).unwrap_err();
    let folder = format!("{}/", files.path("").display());
    error
        .to_string()
        .replace(&folder.replace("//", "/"), "")
        .replace(folder.trim_end_matches('/'), "FOLDER")
}

/// Holds the disc of `image` to the one that `spec` makes: its lead-in, its subcode, its sectors; and to a check.
pub(super) fn same_disc(image: &Image, spec: DiscSpec) {
    let expect = Arc::new(DiscLayout::new(spec).unwrap());
    let got = image.disc().unwrap();
    assert_eq!(got.toc(), expect.toc());
    let stream = image.stream(lba(START), SectorLayout::RawPw96).unwrap();
    let expect = authored(&expect, START, SectorLayout::RawPw96);
    let (got, expect) = (render_all(&*stream), render_all(&expect));
    let differs = got
        .chunks(2448)
        .zip(expect.chunks(2448))
        .position(|(a, b)| a != b);
    assert_eq!(
        (got.len(), differs),
        (expect.len(), None),
        "counted from lba {START}"
    );
}

/// Whether a check finds nothing that is not as the standard has it.
pub(super) fn is_clean(image: &Image) {
    let stream = image.stream(lba(START), SectorLayout::RawPw96).unwrap();
    let report = check_stream(&*stream, &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert_eq!(
        report.n_runs_from(Severity::Deviation),
        0,
        "{:?}",
        report.findings
    );
}

/// The notes about the sheet.
pub(super) fn notes(image: &Image) -> Vec<SourceNote> {
    let notes = image.notes().iter();
    let of_sheet = notes.map(|note| match note {
        Note::Source(note) => note.clone(),
        other => unreachable!("{other}"),
    });
    of_sheet.collect()
}

/// Sheets written here open as the disc they were written from, wherever the format can hold it.
mod written_here {
    use cd_address::Sectors;

    use super::*;
    use crate::fixtures::{iso_disc, mixed_disc};
    use crate::{ConvertTarget, convert, recover};

    fn quiet(_: Sectors, _: Sectors) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn check(disc: &Arc<DiscLayout>, target: ConvertTarget) {
        let files = Files::new();
        let stream = authored(disc, START, SectorLayout::RawPw96);
        let map = recover(&stream, &mut quiet).unwrap();
        let path = files.path("disc").with_extension(target.word());
        convert(&stream, &map, target, (&path, false), &mut quiet).unwrap();
        let options = OpenOptions {
            with_sub: target == ConvertTarget::Cue { with_sub: true },
            ..OpenOptions::default()
        };
        let image = Image::open(path, &options).unwrap();
        same_disc(&image, disc.spec().clone());
    }

    #[test]
    fn opens_again() {
        let files = Files::new();
        for target in [
            ConvertTarget::Ccd,
            ConvertTarget::Cue { with_sub: false },
            ConvertTarget::Cue { with_sub: true },
            ConvertTarget::Toc,
        ] {
            check(&mixed_disc(&files), target);
            check(&iso_disc(&files, 320), target);
        }
    }
}
