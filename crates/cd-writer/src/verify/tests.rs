use cd_address::Msf;
use cd_sector::{Control, Q, QFrame, encode_mode1};

use super::*;

const NONE: [bool; 4] = [false; 4];

fn msf() -> Msf {
    Msf::new(0, 2, 0).unwrap()
}

fn q() -> QFrame {
    let q = Q::Position {
        control: Control::DATA,
        track: 1,
        index: 1,
        relative: Sectors::ZERO.to_rel_msf().unwrap(),
        absolute: msf(),
    };
    q.encode()
}

/// A scrambled data sector with raw P-W, as in an image, and as a drive reads it back.
fn sector() -> (Vec<u8>, Vec<u8>) {
    let mut main = [0; MAIN_BYTES];
    encode_mode1(msf(), &[0x55; 2048], &mut main);
    let subcode = PwSubcode::from_pq(true, &q());
    let read = [&main[..], &subcode.0].concat();
    scramble(&mut main);
    let image = [&main[..], &subcode.0].concat();
    (image, read)
}

#[track_caller]
fn check(layout: SectorLayout, image: &[u8], read: &[u8], expect: [bool; 4]) {
    assert_eq!(differing_layers(layout, image, read), expect);
}

#[test]
fn a_data_sector_reads_back_descrambled() {
    let (image, read) = sector();
    check(SectorLayout::RawPw96, &image, &read, NONE);
    // A drive that gives it as it lies on the disc gives the same.
    check(SectorLayout::RawPw96, &image, &image, NONE);
    // An audio sector that happens to begin like data is compared as it is.
    check(SectorLayout::RawPw96, &read, &read, NONE);
}

#[test]
fn every_bit_of_subcode_belongs_to_its_layer() {
    let (image, read) = sector();
    for byte_idx in [0, 1, 50, 95] {
        for bit in 0..8 {
            let mut read = read.clone();
            read[MAIN_BYTES + byte_idx] ^= 1 << bit;
            let expect = match bit {
                7 => [false, true, false, false],
                6 => [false, false, true, false],
                _ => [false, false, false, true],
            };
            check(SectorLayout::RawPw96, &image, &read, expect);
        }
    }
}

#[test]
fn every_byte_of_the_main_channel_counts() {
    let (image, read) = sector();
    for byte_idx in (0..MAIN_BYTES).step_by(7) {
        let mut read = read.clone();
        read[byte_idx] ^= 0x10;
        check(
            SectorLayout::RawPw96,
            &image,
            &read,
            [true, false, false, false],
        );
    }
}

#[test]
fn without_subcode_only_the_main_channel_is_compared() {
    let (image, mut read) = sector();
    read.truncate(MAIN_BYTES);
    check(SectorLayout::RawPw96, &image, &read, NONE);
    read[2000] ^= 1;
    check(
        SectorLayout::RawPw96,
        &image,
        &read,
        [true, false, false, false],
    );
}

#[test]
fn of_p_and_q_the_drive_makes_the_crc() {
    let (image, read) = sector();
    let mut image = image[..MAIN_BYTES].to_vec();
    image.extend(PwSubcode::from_pq(true, &q()).to_pq16());
    check(SectorLayout::Pq16, &image, &read, NONE);
    // Whatever stands in the CRC's place of the image.
    image[MAIN_BYTES + 10] ^= 0xFF;
    check(SectorLayout::Pq16, &image, &read, NONE);
    image[MAIN_BYTES + 3] ^= 1;
    check(
        SectorLayout::Pq16,
        &image,
        &read,
        [false, false, true, false],
    );
}

#[test]
fn packs_are_not_compared_with_what_the_drive_made_of_them() {
    let (mut image, read) = sector();
    image[MAIN_BYTES + 20] |= 0x3F;
    check(SectorLayout::PackedPw96, &image, &read, NONE);
    image[MAIN_BYTES + 20] ^= 0x40;
    check(
        SectorLayout::PackedPw96,
        &image,
        &read,
        [false, false, true, false],
    );
}

#[test]
fn a_sector_of_another_size_differs_in_everything() {
    let (image, read) = sector();
    let all = [true; 4];
    check(SectorLayout::RawPw96, &image[..2000], &read, all);
    check(
        SectorLayout::RawPw96,
        &image[..2400],
        &read,
        [false, true, true, true],
    );
}
