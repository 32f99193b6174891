use proptest::prelude::*;

use crate::*;

/// The clause's polynomial, a bit at a time.
pub(crate) fn slow_edc(bytes: &[u8]) -> u32 {
    // (x^16 + x^15 + x^2 + 1) (x^16 + x^2 + x + 1), carry-less; bit 31 is x^0 in the reflected register.
    let (a, b) = (0x1_8005_u64, 0x1_0007_u64);
    let product = (0..17).fold(0, |sum, i| sum ^ if b >> i & 1 == 1 { a << i } else { 0 });
    let polynomial = u32::try_from(product & 0xFFFF_FFFF).unwrap().reverse_bits();
    bytes.iter().fold(0, |edc, byte| {
        (0..8).fold(edc ^ u32::from(*byte), |edc, _| {
            edc >> 1 ^ if edc & 1 == 1 { polynomial } else { 0 }
        })
    })
}

#[test]
fn check_values() {
    assert_eq!(edc(b"123456789"), 0x6EC2_EDC4);
    assert_eq!(edc(&[0xFF; 32]), 0xFB01_BFFE);
    assert_eq!(edc(&[0; 2064]), 0);
    assert_eq!(edc(&[]), 0);
}

#[test]
fn mode_2_sectors_of_zeros_have_the_known_edc() {
    let check = |submode: u8, n_bytes: usize, expect: [u8; 4]| {
        let mut bytes = [0; 2332];
        (bytes[2], bytes[6]) = (submode, submode);
        assert_eq!(edc(&bytes[..n_bytes]).to_le_bytes(), expect);
    };
    check(0x08, 2056, [0x0B, 0x88, 0x81, 0x94]);
    check(0x20, 2332, [0x3F, 0x13, 0xB0, 0xBE]);
}

proptest! {
    #[test]
    fn edc_is_the_clauses_polynomial(bytes in proptest::collection::vec(any::<u8>(), 0..2_400)) {
        prop_assert_eq!(edc(&bytes), slow_edc(&bytes));
    }
}
