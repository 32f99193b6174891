use std::vec::Vec;

use super::{Code, inverse, times};
use crate::ecc::tests::is_codeword_everywhere;
use crate::*;

#[test]
fn division_undoes_multiplication_for_every_pair() {
    for a in 1..=255 {
        for b in 0..=255 {
            assert_eq!(times(times(b, a), inverse(a)), b);
        }
    }
    assert_eq!(inverse(0), 0);
}

#[test]
fn places_are_the_standards_words() {
    for n in 0..86 {
        let words: Vec<usize> = (0..26).map(|m| 43 * m + n / 2).collect();
        let places: Vec<usize> = (0..26).map(|m| Code::P.place(n, m)).collect();
        assert!(
            places
                .into_iter()
                .eq(words.into_iter().map(|word| 12 + 2 * word + n % 2))
        );
    }
    for n in 0..52 {
        let data = (0..43).map(|m| (44 * m + 43 * (n / 2)) % 1118);
        let words = data.chain([1118 + n / 2, 1144 + n / 2]);
        let places = (0..45).map(|m| Code::Q.place(n, m));
        assert!(places.eq(words.map(|word| 12 + 2 * word + n % 2)));
    }
    for code in [Code::P, Code::Q] {
        for n in 0..code.n_codewords() {
            for place in (0..code.n_elements()).map(|m| code.place(n, m)) {
                assert!(place >= 2248 || code.codeword_at(place) == n);
            }
        }
    }
}

/// Every codeword, with every error of one element and every pair of erasures, is solved.
#[test]
fn one_error_and_two_erasures_are_always_solved() {
    let mut good = [0; 2352];
    encode_mode1("12:34:56".parse().unwrap(), &[0x5A; 2048], &mut good);
    assert_eq!(is_codeword_everywhere(good.last_chunk().unwrap()), Ok(()));
    for code in [Code::P, Code::Q] {
        for n in 0..code.n_codewords() {
            assert!(code.syndromes(n, &good).are_zero());
            let mut bad = good;
            for a in 0..code.n_elements() {
                bad[code.place(n, a)] ^= 0x9D;
                let syndromes = code.syndromes(n, &bad);
                assert!(!syndromes.are_zero());
                assert_eq!(syndromes.one_error(), Some((a, 0x9D)));
                assert_eq!(syndromes.one_erasure(a), Some(0x9D));
                assert_eq!(syndromes.one_erasure((a + 1) % code.n_elements()), None);
                for b in (0..code.n_elements()).filter(|b| *b != a) {
                    assert_eq!(syndromes.two_erasures([a, b]), [0x9D, 0]);
                    bad[code.place(n, b)] ^= 0x41;
                    let both = code.syndromes(n, &bad);
                    assert_eq!(both.two_erasures([a, b]), [0x9D, 0x41]);
                    assert_ne!(both.one_error().map(|(m, _)| m), Some(a));
                    bad[code.place(n, b)] ^= 0x41;
                }
                bad[code.place(n, a)] ^= 0x9D;
            }
        }
    }
}

#[test]
fn an_error_past_the_codewords_first_element_is_none() {
    // The code is a shortened one: most positions of its full length do not exist.
    let none = super::Syndromes {
        plain: 1,
        weighted: super::powers_from(1).nth(26).unwrap(),
        code: Code::P,
    };
    assert_eq!(none.one_error(), None);
    assert_eq!(super::Syndromes { plain: 0, ..none }.one_error(), None);
    assert_eq!(
        super::Syndromes {
            weighted: 0,
            ..none
        }
        .one_error(),
        None
    );
}
