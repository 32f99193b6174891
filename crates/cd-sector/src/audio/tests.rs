use crate::main_channel::codec::tests::noise;
use crate::*;

#[test]
fn samples_are_little_endian_left_first() {
    let mut samples = [[0; 2]; SAMPLES_PER_SECTOR];
    samples[0] = [0x0102, -2];
    samples[587] = [i16::MIN, i16::MAX];
    let mut sector = [0xA5; 2352];
    encode_audio(&samples, &mut sector);
    assert_eq!(sector[..4], [0x02, 0x01, 0xFE, 0xFF]);
    assert_eq!(sector[4..2348], [0; 2344]);
    assert_eq!(sector[2348..], [0x00, 0x80, 0xFF, 0x7F]);
    assert_eq!(decode_audio(&sector), samples);
}

#[test]
fn every_sample_value_survives() {
    let mut sector = [0; 2352];
    for start in (0..=u16::MAX).step_by(SAMPLES_PER_SECTOR) {
        let mut value = start;
        let samples = [(); SAMPLES_PER_SECTOR].map(|()| {
            value = value.wrapping_add(1);
            [value.cast_signed(), (!value).cast_signed()]
        });
        encode_audio(&samples, &mut sector);
        assert_eq!(decode_audio(&sector), samples);
    }
}

/// A sector of a tone of `period` samples and `loudness` at most, made of a parabola's two halves.
fn tone(period: i32, loudness: i32) -> [u8; 2352] {
    let mut n = -1;
    let samples = [(); SAMPLES_PER_SECTOR].map(|()| {
        n += 1;
        let phase = n % period * 4096 / period - 2048;
        let value = phase * (2048 - phase.abs()) / 1024 * loudness / 1024;
        let value = i16::try_from(value).unwrap();
        [value, -value]
    });
    let mut sector = [0; 2352];
    encode_audio(&samples, &mut sector);
    sector
}

fn swapped(mut sector: [u8; 2352]) -> [u8; 2352] {
    let samples = sector.as_chunks_mut::<2>().0;
    samples.iter_mut().for_each(|sample| sample.reverse());
    sector
}

#[test]
fn swapped_tones_of_any_pitch_and_loudness_are_known() {
    // Up to a loud 1 kHz; a full-scale whistle steps as far as noise does.
    for period in [44, 100, 441, 2000] {
        for loudness in [40, 300, 5_000, 32_000] {
            let sector = tone(period, loudness);
            let steps = SampleSteps::of(&sector);
            assert!(!steps.look_swapped(), "{period}, {loudness}: {steps:?}");
            let other = SampleSteps::of(&swapped(sector));
            assert!(other.look_swapped(), "{period}, {loudness}: {other:?}");
            assert_eq!(
                (other.swapped, other.as_given),
                (steps.as_given, steps.swapped)
            );
        }
    }
}

#[test]
fn what_is_no_tone_does_not_look_swapped() {
    let mut sum = SampleSteps::default();
    for sector in [[0; 2352], [0xFF; 2352], noise(1), swapped(noise(2))] {
        let steps = SampleSteps::of(&sector);
        assert!(!steps.look_swapped(), "{steps:?}");
        sum += steps;
    }
    assert_eq!(SampleSteps::of(&[0; 2352]), SampleSteps::default());
    assert!(!sum.look_swapped());
    for _ in 0..20 {
        sum += SampleSteps::of(&swapped(tone(100, 5_000)));
    }
    assert!(sum.look_swapped(), "most of it is");
}
