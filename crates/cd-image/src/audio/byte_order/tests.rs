use super::{ByteOrder, ByteOrderFound};
use crate::FilePayload;
use crate::fixtures::{Files, noise};

const N_SECTORS: u64 = 400;

/// Samples of a tone of `height`, left and right, in sectors of which `silent` is said.
fn tone(height: f64, silent: impl Fn(u32) -> bool) -> Vec<i16> {
    let n_samples = u32::try_from(N_SECTORS * 588).unwrap();
    let value = |n: u32| match silent(n / 588) {
        true => 0,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounded, and within 16 bits"
        )]
        false => (height * (f64::from(n) * 0.05).sin()) as i16,
    };
    (0..n_samples).flat_map(|n| [value(n); 2]).collect()
}

#[track_caller]
fn check(bytes: &[u8], expect: Option<ByteOrder>) -> ByteOrderFound {
    let file = Files::new().open("samples", bytes);
    let found = ByteOrderFound::look(&file, 0..file.len()).unwrap();
    assert_eq!(found.order, expect, "{found}");
    found
}

/// The samples in both orders, of which each must be known.
#[track_caller]
fn check_both(samples: &[i16], is_clear: bool) {
    let little: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let big: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
    check(&little, is_clear.then_some(ByteOrder::Little));
    check(&big, is_clear.then_some(ByteOrder::Big));
}

#[test]
fn sound_is_known_loud_and_quiet_and_between_silences() {
    check_both(&tone(20_000.0, |_| false), true);
    check_both(&tone(60.0, |_| false), true);
    check_both(&tone(9_000.0, |sector| sector % 3 > 0), true);
    check_both(&tone(9_000.0, |sector| sector < 250), true);
}

#[test]
fn silence_noise_and_eight_bits_are_unclear() {
    check_both(&tone(0.0, |_| true), false);
    check_both(&tone(20_000.0, |sector| sector > 3), false);
    check(&noise(2352 * 400, 5), None);
    let eight_bits: Vec<i16> = tone(100.0, |_| false).iter().map(|s| s << 8).collect();
    check_both(&eight_bits, false);
    check(&[0; 2351], None);
}

#[test]
fn only_the_range_is_looked_at() {
    let samples = tone(20_000.0, |_| false);
    let little = samples.iter().flat_map(|s| s.to_le_bytes());
    let big = samples.iter().flat_map(|s| s.to_be_bytes());
    let bytes: Vec<u8> = little.chain([0; 100]).chain(big).collect();
    let file = Files::new().open("samples", &bytes);
    let first = N_SECTORS * 2352;
    let look = |range| ByteOrderFound::look(&file, range);
    assert_eq!(look(0..first).unwrap().order, Some(ByteOrder::Little));
    assert_eq!(
        look(first + 100..file.len()).unwrap().order,
        Some(ByteOrder::Big)
    );
    assert!(look(0..file.len() + 2352).is_err());
    assert_eq!(look(5..2_000).unwrap().looked_at, 0);
}

#[test]
fn the_evidence_is_told() {
    let found = ByteOrderFound {
        order: Some(ByteOrder::Big),
        looked_at: 128,
        mean_steps: Some((21_000, 300)),
    };
    assert_eq!(
        found.to_string(),
        "big-endian (in 128 sectors looked at, a sample differs from the next by 21000 as little-endian and by 300 as big-endian)"
    );
    let found = ByteOrderFound {
        order: None,
        looked_at: 9,
        mean_steps: None,
    };
    assert_eq!(
        found.to_string(),
        "unclear (too little sound in 9 sectors looked at)"
    );
    assert_eq!(ByteOrder::Big.payload(), FilePayload::SamplesSwapped);
    assert_eq!(ByteOrder::Little.payload(), FilePayload::Samples);
}
