//! What the tests of answers and pages share.

use std::vec::Vec;

/// The bytes that `hex` spells, with spaces between them. `00*6` is six zeros.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    let words = hex.split_whitespace().flat_map(|word| {
        let (byte, times) = word.split_once('*').unwrap_or((word, "1"));
        let byte = u8::from_str_radix(byte, 16).unwrap();
        std::iter::repeat_n(byte, times.parse().unwrap())
    });
    words.collect()
}

/// Holds one answer against its bytes, both ways: encoded, decoded, with more behind it, with room for
/// only a part of it, and cut off everywhere below `$least` bytes.
macro_rules! check_answer {
    ($value:expr, $hex:expr, $decode:expr, $encode:expr, $least:expr) => {{
        let value = $value;
        let expect = $crate::testing::bytes($hex);
        let mut out = std::vec![0xEE_u8; expect.len() + 40];
        let written = $encode(&value, &mut out[..]);
        assert_eq!(&out[..written], expect, "{value:?}");
        assert!(out[written..].iter().all(|byte| *byte == 0xEE));
        assert_eq!($decode(&expect), Ok(value));
        assert_eq!($decode(&out), Ok(value), "with bytes behind it");
        for room in 0..expect.len() {
            let mut small = std::vec![0xEE_u8; room];
            assert_eq!($encode(&value, &mut small[..]), room);
            assert_eq!(small, &expect[..room]);
            match $decode(&small) {
                Err($crate::DecodeError::TooShort { needed, got, .. }) => {
                    assert!(got == room && needed > got && room < $least, "{room}");
                }
                other => assert!(other.is_ok() && room >= $least, "{room}: {other:?}"),
            }
        }
    }};
}

pub(crate) use check_answer;
