use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{bytes, open, refusal};
use crate::fixtures::Files;
use crate::{AudioError, AudioNote, PcmFile, PcmOrigin, SpoolError};

const FLAC: &[u8] = include_bytes!("../../../../../fixtures/sound/20000-samples.flac");
// Within the stream information, in the file.
const TOTAL: usize = 8 + 13;
const MD5: usize = 8 + 18;
/// Where the frames begin: behind the stream information and a comment of 40 bytes.
const FRAMES: usize = 42 + 44;

/// The fixture's samples, by the rule that fixtures/make_sound.py made them by.
fn samples() -> Vec<u8> {
    (0..20_000).flat_map(sample).collect()
}

fn sample(n: u32) -> [u8; 4] {
    let mut x = n.wrapping_mul(0x9E37_79B1);
    x ^= x >> 15;
    x = x.wrapping_mul(0x85EB_CA6B);
    x ^= x >> 13;
    let n = i32::try_from(n).unwrap();
    let tone = |period: i32, height: i32| {
        let (at, half) = (n % period, period / 2);
        let wave = at % half * (half - at % half) * 4 * height / (half * half);
        if at < half { wave } else { -wave }
    };
    let [left, right] = match n {
        0..3_000 => [0, 0],
        3_000..10_000 => [tone(100, 20_000), tone(100, 20_000)],
        10_000..12_000 => [x & 0xFFFF, x >> 16].map(|half| i32::try_from(half).unwrap() - 0x8000),
        _ => [tone(100, 8_000), tone(66, 30_000)],
    };
    let [l0, l1, ..] = left.to_le_bytes();
    let [r0, r1, ..] = right.to_le_bytes();
    [l0, l1, r0, r1]
}

/// The fixture with one change.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut contents = FLAC.to_vec();
    change(&mut contents);
    contents
}

#[test]
fn samples_come_out_exactly() {
    let pcm = open(FLAC).unwrap();
    assert!(bytes(&pcm) == samples());
    assert_eq!(pcm.from, PcmOrigin::Flac { proved: true });
    assert!(pcm.notes.is_empty());
    assert_eq!((pcm.offset, pcm.samples), (0, 20_000));
    assert_eq!(pcm.sectors(), (35, 8));
    assert!(pcm.file.path().ends_with("sound (decoded)"));
}

#[test]
fn tags_around_it_are_left_out() {
    let id3 = [&b"ID3\x04\0\0\0\0\x01\x00"[..], &[0; 128]].concat();
    let id3v1 = [&b"TAG"[..], &[b' '; 125]].concat();
    let pcm = open(&[&id3, FLAC, &id3v1].concat()).unwrap();
    assert!(bytes(&pcm) == samples());
}

#[test]
fn without_md5_or_length_it_is_taken_with_a_note() {
    let without_md5 = changed(|c| c[MD5..MD5 + 16].fill(0));
    let pcm = open(&without_md5).unwrap();
    assert!(bytes(&pcm) == samples());
    assert_eq!(pcm.from, PcmOrigin::Flac { proved: false });
    assert_eq!(pcm.notes, [AudioNote::NoMd5]);

    let without_length = changed(|c| {
        c[TOTAL] &= 0xF0;
        c[TOTAL + 1..TOTAL + 5].fill(0);
    });
    assert!(bytes(&open(&without_length).unwrap()) == samples());
}

#[test]
fn what_it_says_of_itself_is_held_against_it() {
    #[track_caller]
    fn check(contents: &[u8], expect: &str) {
        let text = refusal(contents);
        assert!(text.starts_with(expect), "{text}");
    }
    check(
        &changed(|c| c[MD5 + 5] ^= 1),
        "the samples of PATH do not have the MD5 in it",
    );
    check(
        &changed(|c| c[TOTAL + 4] ^= 1),
        "PATH says it has 20001 samples, 20000 could be decoded",
    );
    check(
        &changed(|c| c[TOTAL] |= 0x0F),
        "PATH holds 64424529440 samples or more; no CD",
    );
    let last_frame_cut = &FLAC[..FLAC.len() - 1];
    check(
        last_frame_cut,
        "PATH says it has 20000 samples, 19584 could be decoded",
    );
    check(
        &FLAC[..FRAMES],
        "PATH is a broken FLAC file: at byte 42, a metadata block of 40 bytes passes its end",
    );
    check(
        &FLAC[..FRAMES + 3],
        "PATH is a broken FLAC file: at byte 86, no frame begins behind the metadata",
    );
    check(
        &changed(|c| c[12_000] ^= 0x10),
        "PATH cannot be decoded from sample",
    );
}

#[test]
fn other_samples_are_refused_by_what_they_are() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<u8>), expect: &str) {
        let text = refusal(&changed(change));
        assert!(
            text.starts_with(&format!("PATH holds {expect}; a CD takes")),
            "{text}"
        );
    }
    // 20 bits of rate, 3 of channels less one, 5 of bits less one.
    check(
        |c| c[18..21].copy_from_slice(&[0x0B, 0xB8, 0x02]),
        "PCM of 16 bits, 2 channels, 48000 Hz",
    );
    check(|c| c[20] &= 0xF1, "PCM of 16 bits, 1 channel, 44100 Hz");
    check(
        |c| (c[20], c[21]) = (c[20] | 1, 0x70),
        "PCM of 24 bits, 2 channels, 44100 Hz",
    );
}

#[test]
fn broken_metadata_is_refused_with_its_place() {
    #[track_caller]
    fn check(change: impl FnOnce(&mut Vec<u8>), expect: &str) {
        let text = refusal(&changed(change));
        assert_eq!(
            text,
            format!("PATH is a broken FLAC file: at byte {expect}")
        );
    }
    check(
        |c| c[4] = 4,
        "4, a metadata block of type 4 comes first; the stream information (type 0) must",
    );
    check(
        |c| c[7] = 33,
        "4, the stream information has 33 bytes, not 34",
    );
    check(
        |c| c[42] = 0,
        "42, a second stream information stands; there is one",
    );
    check(
        |c| c[42] = 0x7F,
        "42, a metadata block of type 127 stands, which is forbidden",
    );
    check(
        |c| c[43] = 0x10,
        "42, a metadata block of 1048616 bytes passes its end, where frames should follow",
    );
}

#[test]
fn progress_is_told_and_stops_it() {
    let files = Files::new();
    let path = files.write("a.flac", FLAC);
    let mut seen = Vec::new();
    let pcm = PcmFile::open_with(&path, &files.path(""), &mut |done, all| {
        seen.push((done, all));
        ControlFlow::Continue(())
    });
    assert!(bytes(&pcm.unwrap()) == samples());
    assert_eq!(seen, [(0, Some(80_000)), (80_000, Some(80_000))]);

    let stopped = PcmFile::open_with(&path, &files.path(""), &mut |_, _| ControlFlow::Break(()));
    let Err(AudioError::Spool { source, .. }) = stopped else {
        panic!("{stopped:?}");
    };
    assert!(matches!(source, SpoolError::Stopped { done: 0, .. }));

    let nowhere = PcmFile::open_with(&path, &files.path("none"), &mut |_, _| {
        ControlFlow::Continue(())
    });
    let Err(AudioError::Spool { source, .. }) = nowhere else {
        panic!("{nowhere:?}");
    };
    assert!(matches!(source, SpoolError::Create { .. }));
    assert_eq!(files.names(), ["a.flac"]);
}

/// The CRC of a frame's footer: polynomial 8005h, start 0, most significant bit first.
fn crc16(bytes: &[u8]) -> [u8; 2] {
    let mut crc = 0_u16;
    for byte in bytes {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            let carry = crc & 0x8000 != 0;
            crc <<= 1;
            if carry {
                crc ^= 0x8005;
            }
        }
    }
    crc.to_be_bytes()
}

#[test]
fn the_crc_of_these_tests_is_that_of_the_frames() {
    // The first frame holds silence: its header of 6 bytes, two subframes of 3, the footer.
    assert_eq!(
        FLAC[FRAMES + 12..FRAMES + 14],
        crc16(&FLAC[FRAMES..FRAMES + 12])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With the MD5 in it, a file is decoded as it was encoded or not at all.
    #[test]
    fn a_changed_byte_is_an_error_or_no_change(
        changes in proptest::collection::vec((0..FLAC.len(), any::<u8>()), 1..6),
        cut in prop_oneof![3 => Just(FLAC.len()), 1 => 0..FLAC.len()],
    ) {
        let mut contents = changed(|c| for (at, byte) in changes { c[at] = byte });
        contents.truncate(cut);
        if let Ok(pcm) = open(&contents) {
            let is_proved = pcm.from == PcmOrigin::Flac { proved: true };
            prop_assert!(!is_proved || bytes(&pcm) == samples());
        }
    }

    /// Frames whose CRC is right and whose contents are not: nothing the decoder does brings the program down.
    #[test]
    fn a_crafted_frame_is_an_error(subframe in proptest::collection::vec(any::<u8>(), 1..60)) {
        let header = &FLAC[FRAMES..FRAMES + 6];
        let mut frame = [header, &subframe].concat();
        frame.extend(crc16(&frame));
        let mut contents = FLAC[..FRAMES].to_vec();
        contents.extend(frame);
        prop_assert!(open(&contents).is_err());
    }
}
