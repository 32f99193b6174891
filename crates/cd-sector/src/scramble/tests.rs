use std::vec::Vec;

use crate::*;

fn noise() -> Vec<u8> {
    let mut sector = [0; 2352];
    scramble(&mut sector);
    assert_eq!(sector[..12], [0; 12], "the sync stays");
    sector[12..].to_vec()
}

#[test]
fn sequence_begins_and_ends_as_the_standard_draws_it() {
    let noise = noise();
    assert_eq!(
        noise[..16],
        [
            0x01, 0x80, 0x00, 0x60, 0x00, 0x28, 0x00, 0x1E, 0x80, 0x08, 0x60, 0x06, 0xA8, 0x02,
            0xFE, 0x81
        ]
    );
    assert_eq!(noise[2336..], [0x72, 0xDD, 0xE5, 0x99]);
}

#[test]
fn sequence_obeys_the_polynomial() {
    let noise = noise();
    let bits: Vec<u8> = (0..8 * noise.len())
        .map(|k| noise[k / 8] >> (k % 8) & 1)
        .collect();
    let mut preset = [0; 15];
    preset[0] = 1;
    assert_eq!(bits[..15], preset);
    for k in 15..bits.len() {
        assert_eq!(
            bits[k],
            bits[k - 15] ^ bits[k - 14],
            "x^15 = x + 1 at bit {k}"
        );
    }
}

#[test]
fn scrambling_twice_changes_nothing() {
    let plain: [u8; 2352] = core::array::from_fn(|i| u8::try_from(i * 7 % 256).unwrap());
    let mut sector = plain;
    scramble(&mut sector);
    assert_ne!(sector, plain);
    scramble(&mut sector);
    assert_eq!(sector, plain);
}
