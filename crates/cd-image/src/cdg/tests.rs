use cd_sector::{RwMode, RwPack};
use proptest::prelude::*;

use super::{CdgError, CdgFile, CdgNote};
use crate::fixtures::{Files, noise};
use crate::{RunSubcode, RwForm};

fn open(contents: &[u8]) -> Result<CdgFile, CdgError> {
    let files = Files::new();
    CdgFile::open(files.write("song.cdg", contents))
}

/// So many packs of graphics.
fn graphics(packs: usize) -> Vec<u8> {
    let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &[5; 16]);
    pack.symbols().repeat(packs)
}

#[track_caller]
fn check(contents: &[u8], packs: u64, notes: &[CdgNote]) {
    let cdg = open(contents).unwrap();
    assert_eq!(cdg.packs, packs);
    assert_eq!(cdg.notes, notes);
    assert_eq!(cdg.file.len(), packs * 24);
}

#[test]
fn packs_and_sectors_are_counted() {
    check(&graphics(300), 300, &[]);
    check(&graphics(1), 1, &[]);
    // Two bits on top of each symbol belong to nobody.
    let with_top_bits: Vec<u8> = graphics(8).iter().map(|symbol| symbol | 0xC0).collect();
    check(&with_top_bits, 8, &[]);
    let sectors = |packs| open(&graphics(packs)).unwrap().sectors();
    assert_eq!([1, 4, 5, 300].map(sectors), [1, 1, 2, 75]);
}

#[test]
fn what_is_odd_about_it_is_noted() {
    let part = [graphics(10), vec![9; 23]].concat();
    check(&part, 10, &[CdgNote::PartPack { n_bytes: 23 }]);
    check(&[0; 240], 10, &[CdgNote::Empty]);
    let midi = RwPack::with_parity(RwMode::MIDI, 0, &[1; 16]);
    let mixed = [graphics(6), midi.symbols().repeat(2), vec![0; 48]].concat();
    let note = CdgNote::OtherModes {
        found: 2,
        looked_at: 8,
    };
    check(&mixed, 10, &[note]);
}

#[test]
fn what_is_no_graphics_is_refused() {
    let error = open(&[&b"PK\x03\x04"[..], &[0x15; 200]].concat()).unwrap_err();
    let text = error.to_string();
    let expect = "none of 8 packs of 24 bytes that hold anything is graphics";
    assert!(text.contains(expect), "{text}");
    let error = open(&[9; 23]).unwrap_err().to_string();
    assert!(
        error.ends_with("has 23 bytes, not one pack of 24"),
        "{error}"
    );
    assert!(matches!(open(&[]), Err(CdgError::Open(_))));
}

#[test]
fn a_large_file_is_looked_at_in_places() {
    let mut contents = graphics(4 * 3 * 2_048);
    let other = RwPack::with_parity(RwMode::USER, 0, &[1; 16]);
    // Every third sector is looked at, the first among them.
    contents[24..48].copy_from_slice(other.symbols());
    contents[96..120].copy_from_slice(other.symbols());
    let note = CdgNote::OtherModes {
        found: 1,
        looked_at: 8_192,
    };
    check(&contents, 4 * 3 * 2_048, &[note]);
}

#[test]
fn it_stands_beside_sound() {
    let cdg = open(&graphics(401)).unwrap();
    let note = CdgNote::LongerThanSound {
        graphics: 101,
        sound: 100,
    };
    assert_eq!(cdg.beside(100), Some(note));
    assert_eq!(cdg.beside(101), None);
    let RunSubcode::RwFile {
        offset,
        stride,
        form,
        ..
    } = cdg.subcode(7)
    else {
        panic!("R to W come from the file");
    };
    assert_eq!((offset, stride, form), (7 * 96, 96, RwForm::CdgPacks));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_packs_or_an_error(len in 0..5_000_usize, seed: u64, has_one: bool) {
        let mut contents = noise(len, seed);
        if let (true, Some(first)) = (has_one, contents.first_mut()) {
            *first = 9;
        }
        if let Ok(cdg) = open(&contents) {
            prop_assert_eq!(cdg.packs, len as u64 / 24);
        }
    }
}
