use super::{bytes, open, refusal};
use crate::fixtures::noise;
use crate::{AudioError, AudioNote, PcmOrigin};

/// A chunk, padded to an even length.
fn chunk(id: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    let len = u32::try_from(contents.len()).unwrap();
    let mut chunk = [&id[..], &len.to_le_bytes(), contents].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn riff(chunks: &[&[u8]]) -> Vec<u8> {
    chunk(b"RIFF", &[&b"WAVE"[..], &chunks.concat()].concat())
}

/// The chunk `fmt ` of 16 bytes.
fn fmt(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let sample_bytes = channels * bits.div_ceil(8);
    let mut contents = [tag, channels].map(u16::to_le_bytes).concat();
    contents.extend(rate.to_le_bytes());
    contents.extend((rate * u32::from(sample_bytes)).to_le_bytes());
    contents.extend([sample_bytes, bits].map(u16::to_le_bytes).concat());
    chunk(b"fmt ", &contents)
}

/// The chunk `fmt ` of 40 bytes.
fn extensible(tag: u16, bits: u16, valid_bits: u16) -> Vec<u8> {
    let mut contents = fmt(0xFFFE, 2, 44_100, bits)[8..].to_vec();
    contents.extend([22, valid_bits, 3, 0, tag].map(u16::to_le_bytes).concat());
    contents.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    chunk(b"fmt ", &contents)
}

fn cd() -> Vec<u8> {
    fmt(1, 2, 44_100, 16)
}

/// A WAV file of a CD's samples.
pub(super) fn file(samples: &[u8]) -> Vec<u8> {
    riff(&[&cd(), &chunk(b"data", samples)])
}

#[track_caller]
fn check(contents: &[u8], samples: &[u8], notes: &[AudioNote]) {
    let pcm = open(contents).unwrap();
    assert!(bytes(&pcm) == samples);
    assert_eq!(pcm.from, PcmOrigin::Wav);
    assert_eq!(pcm.notes, notes);
    assert_eq!(pcm.samples, samples.len() as u64 / 4);
}

#[test]
fn samples_are_mapped_where_they_lie() {
    let samples = noise(4 * 1_000, 5);
    check(&file(&samples), &samples, &[]);
    let pcm = open(&file(&samples)).unwrap();
    assert_eq!(pcm.offset, 44);
    assert_eq!(pcm.sectors(), (2, 412));
}

#[test]
fn other_chunks_before_and_after_do_not_matter() {
    let samples = noise(400, 6);
    let data = chunk(b"data", &samples);
    let odd = chunk(b"junk", &noise(33, 1));
    let list = chunk(b"LIST", b"INFOIART\x04\0\0\0Name");
    check(&riff(&[&odd, &cd(), &list, &data, &list]), &samples, &[]);
    let with_extra = [&cd()[8..], &[0, 0]].concat();
    check(
        &riff(&[&chunk(b"fmt ", &with_extra), &data, &odd]),
        &samples,
        &[],
    );
    check(&riff(&[&extensible(1, 16, 16), &data]), &samples, &[]);
    check(&riff(&[&extensible(1, 16, 12), &data]), &samples, &[]);
    check(&riff(&[&extensible(1, 16, 0), &data]), &samples, &[]);
}

#[test]
fn a_length_never_filled_in_means_all_the_rest() {
    let samples = noise(400, 7);
    for stated in [0, u32::MAX, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000] {
        let mut contents = file(&samples);
        contents[40..44].copy_from_slice(&stated.to_le_bytes());
        contents[4..8].copy_from_slice(&stated.saturating_add(36).to_le_bytes());
        let note = AudioNote::LengthUnknown { stated, taken: 400 };
        check(&contents, &samples, &[note]);
    }
}

#[test]
fn a_length_of_zero_that_is_true_is_no_sound() {
    assert_eq!(refusal(&file(&[])), "PATH holds no samples");
    let list = chunk(b"LIST", b"INFO");
    let contents = riff(&[&cd(), &chunk(b"data", &[]), &list]);
    assert_eq!(refusal(&contents), "PATH holds no samples");
    assert_eq!(refusal(&file(&[1, 2, 3])), "PATH holds no samples");
}

#[test]
fn a_part_of_a_sample_is_left_out_with_a_note() {
    let samples = noise(403, 8);
    let note = AudioNote::PartSample { n_bytes: 3 };
    check(&file(&samples), &samples[..400], &[note]);
}

#[test]
fn a_file_that_was_cut_is_refused() {
    let whole = file(&noise(4_000, 9));
    let text = refusal(&whole[..3_000]);
    assert_eq!(
        text,
        "PATH says it has 4000 bytes of samples, 2956 are there; it was cut, get it again whole"
    );
}

#[test]
fn other_samples_are_refused_by_what_they_are() {
    #[track_caller]
    fn check(fmt: &[u8], expect: &str) {
        let text = refusal(&riff(&[fmt, &chunk(b"data", &[0; 96])]));
        let advice = "a CD takes PCM of 16 bits, 2 channels, 44100 Hz: convert it to that first";
        assert_eq!(text, format!("PATH holds {expect}; {advice}"));
    }
    check(
        &fmt(1, 2, 48_000, 16),
        "PCM of 16 bits, 2 channels, 48000 Hz",
    );
    check(
        &fmt(1, 1, 44_100, 16),
        "PCM of 16 bits, 1 channel, 44100 Hz",
    );
    check(
        &fmt(1, 6, 44_100, 16),
        "PCM of 16 bits, 6 channels, 44100 Hz",
    );
    check(
        &fmt(1, 2, 44_100, 24),
        "PCM of 24 bits, 2 channels, 44100 Hz",
    );
    check(&fmt(1, 2, 44_100, 8), "PCM of 8 bits, 2 channels, 44100 Hz");
    check(
        &fmt(3, 2, 44_100, 32),
        "floating-point samples of 32 bits, 2 channels, 44100 Hz",
    );
    check(
        &fmt(0x11, 2, 44_100, 4),
        "IMA ADPCM of 4 bits, 2 channels, 44100 Hz",
    );
    check(
        &fmt(0x55, 2, 44_100, 0),
        "MP3 of 0 bits, 2 channels, 44100 Hz",
    );
    check(
        &fmt(0x1234, 2, 44_100, 16),
        "format 1234h of 16 bits, 2 channels, 44100 Hz",
    );
    check(
        &extensible(1, 24, 16),
        "PCM of 24 bits, 2 channels, 44100 Hz",
    );
    check(
        &extensible(3, 32, 32),
        "floating-point samples of 32 bits, 2 channels, 44100 Hz",
    );
}

#[test]
fn a_broken_structure_is_refused_with_its_place() {
    #[track_caller]
    fn check(contents: &[u8], expect: &str) {
        let text = refusal(contents);
        assert_eq!(text, format!("PATH is a broken WAV file: at byte {expect}"));
    }
    let data = chunk(b"data", &[0; 8]);
    check(
        &riff(&[&data, &cd()]),
        "12, the samples come before the chunk \"fmt \" that says what they are",
    );
    check(
        &riff(&[&cd(), &cd(), &data]),
        "36, a second chunk \"fmt \" stands; there is one",
    );
    check(
        &riff(&[&cd()]),
        "36, it ends before a chunk \"data\" with samples",
    );
    check(
        &riff(&[&chunk(b"fmt ", &cd()[8..22]), &data]),
        "20, the chunk \"fmt \" has 14 bytes; it needs 16",
    );
    let short = &extensible(1, 16, 16)[8..46];
    check(
        &riff(&[&chunk(b"fmt ", short), &data]),
        "20, the chunk \"fmt \" has 38 bytes; it needs 40",
    );
    let mut private = extensible(1, 16, 16);
    private[47] = 0;
    check(
        &riff(&[&private, &data]),
        "44, the subformat is a private one, no format of samples",
    );
    let mut wide = cd();
    wide[20] = 6;
    check(
        &riff(&[&wide, &data]),
        "32, a sample of 16 bits and 2 channels takes 4 bytes, not 6",
    );
    let junk: Vec<u8> = chunk(b"junk", &[]).repeat(1_000);
    check(
        &riff(&[&junk, &cd(), &data]),
        "8012, 1000 chunks stand before it and none holds samples",
    );
}

#[test]
fn every_file_cut_short_is_refused_or_has_its_length_unknown() {
    let samples = noise(64, 4);
    let whole = riff(&[
        &chunk(b"junk", &[7; 9]),
        &extensible(1, 16, 16),
        &chunk(b"data", &samples),
    ]);
    for len in 1..whole.len() {
        assert!(open(&whole[..len]).is_err(), "cut to {len} bytes");
    }
    assert!(open(&whole).is_ok());
}

#[test]
fn a_change_of_the_file_is_noticed() {
    let files = crate::fixtures::Files::new();
    let path = files.write("a.wav", &file(&[1; 400]));
    let pcm = crate::PcmFile::open(&path).unwrap();
    crate::fixtures::cut(&path, 100);
    assert!(pcm.file.verify_unchanged().is_err());
    assert!(matches!(
        crate::PcmFile::open(&path),
        Err(AudioError::Cut { .. })
    ));
}
