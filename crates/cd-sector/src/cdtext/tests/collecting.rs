//! The packs of a lead-in.

use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::{changed, encode, titles};
use crate::*;

const LATIN: CdTextCharset = CdTextCharset::Iso8859_1;

/// Two blocks: six packs and five.
fn packs() -> Vec<CdTextPack> {
    let long = titles(LATIN, &["A long title of the album", "One", "Two"]);
    encode([long, titles(LATIN, &["B", "B"])], CdTextRepeats::Tab)
}

/// Faults of the packs in their order, each with its place.
fn faults(packs: &[CdTextPack]) -> Vec<(usize, CdTextFault)> {
    let mut collector = CdTextCollector::new();
    let found = packs.iter().enumerate();
    found
        .filter_map(|(n, pack)| Some((n, collector.push(pack)?)))
        .collect()
}

fn rounds(n: usize) -> Vec<CdTextPack> {
    let packs = packs();
    packs
        .iter()
        .copied()
        .cycle()
        .take(n * packs.len())
        .collect()
}

#[test]
fn whole_rounds_have_no_faults_wherever_they_begin() {
    let all = rounds(4);
    for start in 0..packs().len() {
        assert_eq!(faults(&all[start..]), []);
    }
}

#[test]
fn a_cycle_with_a_hole_is_found() {
    let n_packs = packs().len();
    for lost in 0..n_packs {
        let mut all = rounds(3);
        all.remove(n_packs + lost);
        let found = faults(&all);
        let [(at, CdTextFault::Jump { .. })] = found[..] else {
            panic!("{lost}: {found:?}")
        };
        assert_eq!(at, n_packs + lost);
    }
    let mut all = rounds(3);
    all[n_packs + 2] = CdTextPack([0; 18]);
    assert_eq!(faults(&all), [(n_packs + 2, CdTextFault::Empty)]);
    assert_eq!(
        faults(&[CdTextPack([0; 18]); 8]),
        [],
        "a disc without CD-Text"
    );
}

#[test]
fn bits_are_corrected_and_contradictions_told() {
    let n_packs = packs().len();
    let mut all = rounds(3);
    // Broken before it was ever seen whole, and once more afterwards.
    all[1].0[9] ^= 2;
    all[n_packs + 1].0[2] ^= 1;
    all[n_packs + 4].0[5] ^= 3;
    let other = changed(all[2 * n_packs], |bytes| bytes[4] = b'Z');
    all[2 * n_packs] = other;
    let repaired = |bit| CdTextFault::Repaired {
        block: 0,
        sequence: 1,
        bit,
    };
    let contradiction = CdTextFault::Contradiction {
        block: 0,
        sequence: 0,
    };
    assert_eq!(
        faults(&all),
        [
            (1, repaired(9 * 8 + 6)),
            (n_packs + 1, repaired(2 * 8 + 7)),
            (n_packs + 4, CdTextFault::Unreadable),
            (2 * n_packs, contradiction),
        ]
    );
    let mut collector = CdTextCollector::new();
    assert!(collector.is_empty());
    for pack in &all {
        collector.push(pack);
    }
    assert_eq!(collector.packs(), packs());
}

#[test]
fn a_correction_that_was_none_does_not_stay() {
    // So many wrong bits that they look like one other: made by hand, from a pack with another text.
    let sound = packs()[0];
    let other = changed(sound, |bytes| bytes[4] ^= 0x7F);
    let mut broken = other;
    broken.0[6] ^= 1;
    let mut collector = CdTextCollector::new();
    assert!(matches!(
        collector.push(&broken),
        Some(CdTextFault::Repaired { .. })
    ));
    assert_eq!(collector.push(&sound), None);
    assert_eq!(collector.packs(), [sound]);
    assert_eq!(collector.push(&broken), Some(CdTextFault::Unreadable));
    assert_eq!(collector.packs(), [sound]);
}

#[test]
fn faults_in_words() {
    let fault = CdTextFault::Jump {
        from: (0, 5),
        to: (1, 2),
    };
    assert_eq!(
        fault.to_string(),
        "CD-Text pack of block 1, number 2, follows number 5 of block 0"
    );
}

proptest! {
    #[test]
    fn any_packs_are_collected(bytes in prop::collection::vec(any::<[u8; 18]>(), 0..60), sound in any::<u64>()) {
        let mut collector = CdTextCollector::new();
        for (n, bytes) in bytes.into_iter().enumerate() {
            let mut pack = CdTextPack(bytes);
            if sound >> n & 1 == 1 {
                pack = CdTextPack::with_crc(*pack.0.first_chunk().unwrap());
            }
            collector.push(&pack);
        }
        prop_assert!(collector.packs().iter().all(CdTextPack::crc_ok));
    }
}
