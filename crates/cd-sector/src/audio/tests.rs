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
