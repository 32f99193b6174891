use std::path::Path;

use proptest::prelude::*;

use super::{AudioError, AudioFormat, AudioNote, PcmFile, PcmOrigin};
use crate::OpenError;
use crate::fixtures::{Files, noise};

#[cfg(feature = "audio")]
mod flac;
mod wav;

/// All samples of `pcm` as bytes.
fn bytes(pcm: &PcmFile) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(pcm.n_bytes()).unwrap()];
    pcm.file.read_at(pcm.offset, &mut bytes).unwrap();
    assert_eq!(pcm.offset + pcm.n_bytes(), pcm.file.len());
    bytes
}

/// Opens a file that holds `contents`.
fn open(contents: &[u8]) -> Result<PcmFile, AudioError> {
    let files = Files::new();
    PcmFile::open(files.write("sound", contents))
}

/// The message of the error that `contents` gives, the path taken out.
fn refusal(contents: &[u8]) -> String {
    let files = Files::new();
    let path = files.write("sound", contents);
    let error = PcmFile::open(&path).unwrap_err();
    error
        .to_string()
        .replace(&path.display().to_string(), "PATH")
}

#[test]
fn every_other_format_is_refused_by_name() {
    #[track_caller]
    fn check(head: &[u8], expect: &str) {
        let mut contents = head.to_vec();
        contents.resize(64, 0);
        let text = refusal(&contents);
        assert!(
            text.starts_with(&format!("PATH is {expect}, which is not read; ")),
            "{text}"
        );
    }
    check(
        b"RF64\xFF\xFF\xFF\xFFWAVEds64",
        "RF64 (a WAV file for more than 4 GiB)",
    );
    check(b"RIFX\0\0\0\0WAVE", "RIFX (a big-endian WAV file)");
    check(b"riff\x2E\x91\xCF\x11", "Wave64");
    check(b"FORM\0\0\0\0AIFF", "AIFF");
    check(b"FORM\0\0\0\0AIFC", "AIFF");
    check(b".snd\0\0\0\x18", "AU");
    check(b"caff\0\x01", "CAF");
    check(b"\xFF\xFB\x90\x64", "MPEG audio (MP3)");
    check(b"ID3\x03\0\0\0\0\0\x0A", "MPEG audio (MP3)");
    check(b"OggS\0\x02", "Ogg (Vorbis, Opus or FLAC in Ogg)");
    check(b"\0\0\0\x20ftypM4A ", "MPEG-4 (AAC or Apple Lossless)");
    check(b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media");
    check(b"MAC \x96\x0F", "Monkey's Audio");
    check(b"wvpk", "WavPack");
    check(b"TTA1", "True Audio");
    check(b"DSD \x1C", "DSD (samples of one bit)");
    check(b"FRM8", "DSD (samples of one bit)");
    check(
        b"\x01\x02\xAB\xCD",
        "no known format of sound (it begins 01 02 AB CD)",
    );
    check(
        b"RIFF\0\0\0\0AVI ",
        "no known format of sound (it begins 52 49 46 46)",
    );
}

#[test]
fn mp3_is_told_to_be_decoded_and_raw_samples_to_be_named_in_a_sheet() {
    assert!(refusal(b"\xFF\xFB\x90\x64").contains("mostly lossy: decode it to WAV or FLAC first"));
    assert!(refusal(&[0; 4000]).contains("named in a sheet as BINARY or MOTOROLA"));
}

#[test]
fn what_is_no_file_is_refused_as_everywhere() {
    let files = Files::new();
    let error = PcmFile::open(files.path("none.wav")).unwrap_err();
    assert!(matches!(
        error,
        AudioError::Open(OpenError::NotFound { .. })
    ));
    let error = PcmFile::open(Path::new(&files.path(""))).unwrap_err();
    assert!(matches!(
        error,
        AudioError::Open(OpenError::Directory { .. })
    ));
    let error = PcmFile::open(files.write("empty.wav", b"")).unwrap_err();
    assert!(matches!(error, AudioError::Open(OpenError::Empty { .. })));
}

#[test]
fn sectors_count_the_last_one_that_is_not_whole() {
    let mut pcm = open(&wav::file(&noise(4 * 588 * 2, 1))).unwrap();
    let mut check = |samples, expect| {
        pcm.samples = samples;
        assert_eq!(pcm.sectors(), expect);
    };
    check(1, (1, 1));
    check(588, (1, 588));
    check(589, (2, 1));
    check(1176, (2, 588));
}

proptest! {
    #[test]
    fn any_bytes_are_an_error_or_samples(
        head in prop_oneof![Just(&b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xAC\0\0\x10\xB1\x02\0\x04\0\x10\0data"[..]),
            Just(&b"RIFF\0\0\0\0WAVE"[..]), Just(&b"fLaC"[..]), Just(&b"ID3\x04\0\0\0\0\0\x02"[..]), Just(&b""[..])],
        tail in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let contents = [head, &tail].concat();
        if let Ok(pcm) = open(&contents) {
            prop_assert_eq!(pcm.from, PcmOrigin::Wav);
            prop_assert!(contents.ends_with(&bytes(&pcm)) || pcm.offset > 0);
        }
    }
}

#[test]
fn notes_and_origins_are_sentences() {
    let note = AudioNote::LengthUnknown {
        stated: 0,
        taken: 8,
    };
    assert!(note.to_string().contains("all 8 bytes to the file's end"));
    let note = AudioNote::PartSample { n_bytes: 3 };
    assert_eq!(
        note.to_string(),
        "the last sample is not whole: its 3 bytes were left out"
    );
    assert!(AudioNote::NoMd5.to_string().contains("not proved"));
    assert_eq!(PcmOrigin::Wav.to_string(), "WAV");
    assert_eq!(
        PcmOrigin::Flac { proved: true }.to_string(),
        "FLAC, its MD5 right"
    );
    assert_eq!(AudioFormat::Flac.to_string(), "FLAC");
}
