use std::vec::Vec;

use proptest::prelude::*;

use super::{COVERED, divide_by_alpha_plus_1, double, p_parity, q_parity};

/// Product in the field, a bit at a time.
fn times(a: u8, b: u8) -> u8 {
    (0..8).fold(0, |sum, bit| {
        let shifted = (0..bit).fold(a, |a, _| double(a));
        sum ^ if b >> bit & 1 == 1 { shifted } else { 0 }
    })
}

/// The codeword as a polynomial, its first element the highest coefficient, at `x`.
fn value_at(codeword: &[u8], x: u8) -> u8 {
    codeword.iter().fold(0, |sum, c| times(sum, x) ^ c)
}

/// The standard's own wording: word numbers of each codeword, whose polynomial is zero at 1 and at alpha.
pub(crate) fn is_codeword_everywhere(bytes: &[u8; 2340]) -> Result<(), (char, usize)> {
    let check = |kind, n, words: Vec<usize>| {
        for plane in 0..2 {
            let codeword: Vec<u8> = words.iter().map(|word| bytes[2 * word + plane]).collect();
            if value_at(&codeword, 1) != 0 || value_at(&codeword, 2) != 0 {
                return Err((kind, 2 * n + plane));
            }
        }
        Ok(())
    };
    for n in 0..43 {
        check('P', n, (0..26).map(|m| 43 * m + n).collect())?;
    }
    for n in 0..26 {
        let data = (0..43).map(|m| (44 * m + 43 * n) % 1118);
        check('Q', n, data.chain([1118 + n, 1144 + n]).collect())?;
    }
    Ok(())
}

fn with_parity(data: &[u8]) -> [u8; 2340] {
    let mut bytes = [0; 2340];
    bytes[..2064].copy_from_slice(data);
    // Left over from an earlier use: must not count.
    bytes[2064..].fill(0xA5);
    let p = p_parity(bytes.first_chunk().unwrap());
    bytes[2064..2236].copy_from_slice(&p);
    let covered: &[u8; COVERED] = bytes.first_chunk().unwrap();
    let q = q_parity(covered);
    bytes[2236..].copy_from_slice(&q);
    bytes
}

#[test]
fn field_arithmetic_is_right_for_every_byte() {
    for a in 0..=255 {
        assert_eq!(
            double(divide_by_alpha_plus_1(a)) ^ divide_by_alpha_plus_1(a),
            a
        );
    }
    let powers: Vec<u8> = core::iter::successors(Some(1), |a| Some(double(*a)))
        .take(255)
        .collect();
    let mut sorted = powers.clone();
    sorted.sort_unstable();
    assert!(
        sorted.into_iter().eq(1..=255),
        "alpha makes every element but zero"
    );
    assert_eq!(double(powers[254]), 1);
}

#[test]
fn each_single_byte_has_the_parity_the_standard_says() {
    // The code is linear: right for every unit vector is right for all data.
    for place in 0..2064 {
        let mut data = [0; 2064];
        data[place] = 1;
        let bytes = with_parity(&data);
        assert_eq!(is_codeword_everywhere(&bytes), Ok(()), "byte {place}");
    }
}

#[test]
fn the_judge_notices() {
    let good = with_parity(&[0x5A; 2064]);
    assert_eq!(is_codeword_everywhere(&good), Ok(()));
    for (place, first) in [
        (0, ('P', 0)),
        (87, ('P', 1)),
        (2235, ('P', 85)),
        (2236, ('Q', 0)),
        (2339, ('Q', 51)),
    ] {
        let mut bad = good;
        bad[place] ^= 0x80;
        assert_eq!(is_codeword_everywhere(&bad), Err(first), "byte {place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_data_has_the_parity_the_standard_says(data in proptest::collection::vec(any::<u8>(), 2064)) {
        prop_assert_eq!(is_codeword_everywhere(&with_parity(&data)), Ok(()));
    }
}
