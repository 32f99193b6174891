use std::string::ToString;
use std::vec::Vec;

use cd_address::Msf;
use proptest::prelude::*;

use crate::ecc::tests::is_codeword_everywhere;
use crate::main_channel::codec::put_parity;
use crate::main_channel::codec::tests::{noise, sector};
use crate::*;

const KINDS: [SectorKind; 2] = [SectorKind::Mode1, SectorKind::Mode2Form1];

fn address() -> Msf {
    "12:34:56".parse().unwrap()
}

/// Bytes of the sector that a code or the standard lets be made right.
fn first_mendable(kind: SectorKind) -> usize {
    if kind == SectorKind::Mode1 { 12 } else { 16 }
}

/// Repairs `bad`, which was `good`, and wants `good` back and the difference told.
#[track_caller]
fn check_repaired(kind: SectorKind, good: &[u8; 2352], bad: &[u8; 2352], suspect: &ByteFlags) {
    let mut repaired = *bad;
    let changed = repair(kind, &mut repaired, suspect).unwrap();
    assert!(repaired == *good, "{kind}: not what it was");
    let differ: Vec<usize> = (0..2352).filter(|n| good[*n] != bad[*n]).collect();
    assert!(changed.iter().eq(differ), "{kind}: {changed:?}");
}

/// Repairs `bad`, which was `good`: `good` comes back, or an unchanged refusal. Gives back whether it was repaired.
#[track_caller]
fn check_right_or_refused(
    kind: SectorKind,
    good: &[u8; 2352],
    bad: &[u8; 2352],
    suspect: &ByteFlags,
) -> bool {
    let mut repaired = *bad;
    match repair(kind, &mut repaired, suspect) {
        Ok(_) => {
            assert!(repaired == *good, "{kind}: silently wrong");
            true
        }
        Err(error) => {
            assert!(repaired == *bad, "{kind}: refused and changed: {error}");
            false
        }
    }
}

#[test]
fn a_right_sector_is_left_alone() {
    for kind in KINDS {
        let good = sector(kind, address(), 1);
        for suspect in [ByteFlags::NONE, ByteFlags([0xFF; 294])] {
            check_repaired(kind, &good, &good, &suspect);
        }
    }
}

#[test]
fn every_single_wrong_byte_is_repaired() {
    for kind in KINDS {
        let good = sector(kind, address(), 2);
        for place in (0..12).chain(first_mendable(kind)..2352) {
            for pattern in [0x01, 0x80, 0xFF] {
                let mut bad = good;
                bad[place] ^= pattern;
                check_repaired(kind, &good, &bad, &ByteFlags::NONE);
            }
            // Flags that say nothing do no harm.
            let mut bad = good;
            bad[place] ^= 0x42;
            check_repaired(kind, &good, &bad, &ByteFlags([0xFF; 294]));
        }
    }
}

#[test]
fn the_header_of_form_1_is_nobodys_to_repair() {
    let kind = SectorKind::Mode2Form1;
    let mut bad = sector(kind, address(), 3);
    bad[12..16].copy_from_slice(&[0xAA; 4]);
    check_repaired(kind, &bad, &bad, &ByteFlags([0xFF; 294]));
    let with_header = bad;
    bad[1000] ^= 1;
    check_repaired(kind, &with_header, &bad, &(12..16).collect());
}

#[test]
fn kinds_without_parity_are_refused() {
    for kind in SectorKind::ALL
        .into_iter()
        .filter(|kind| !KINDS.contains(kind))
    {
        let mut sector = noise(1);
        let error = repair(kind, &mut sector, &ByteFlags::NONE).unwrap_err();
        assert_eq!(error, RepairError::NoParity { kind });
        assert_eq!(
            error.to_string(),
            std::format!("a sector of kind {kind} has no parity to be repaired by")
        );
        assert_eq!(sector, noise(1));
    }
}

#[test]
fn what_is_beyond_is_said_in_codewords() {
    let mut bad = sector(SectorKind::Mode1, address(), 4);
    bad[300..1500].copy_from_slice(&noise(5)[300..1500]);
    let before = bad;
    let error = repair(SectorKind::Mode1, &mut bad, &ByteFlags::NONE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "beyond repair: 86 of 86 P and 52 of 52 Q codewords do not fit, and nothing they ask for makes the EDC right"
    );
    assert_eq!(bad, before);
}

#[test]
fn a_sector_of_the_other_kind_is_refused() {
    for (is, asked) in [(KINDS[0], KINDS[1]), (KINDS[1], KINDS[0])] {
        let mut sector = sector(is, address(), 6);
        assert!(
            repair(asked, &mut sector, &ByteFlags::NONE).is_err(),
            "{is} as {asked}"
        );
    }
}

#[test]
fn lost_parity_is_made_again_round_data_that_the_edc_vouches_for() {
    for kind in KINDS {
        let good = sector(kind, address(), 7);
        for lost in [2076..2248, 2248..2352, 2076..2352] {
            let mut bad = good;
            bad[lost.clone()].copy_from_slice(&noise(8)[lost]);
            check_repaired(kind, &good, &bad, &ByteFlags::NONE);
        }
    }
    let good = sector(SectorKind::Mode1, address(), 7);
    let mut bad = good;
    bad[2068..].copy_from_slice(&noise(8)[2068..]);
    check_repaired(SectorKind::Mode1, &good, &bad, &ByteFlags::NONE);
}

/// Parity and EDC can fit round anything in the zero field; repair never puts anything there.
#[test]
fn the_zero_field_stays_zero() {
    let good = sector(SectorKind::Mode1, address(), 9);
    let mut other = good;
    other[2070] = 0x55;
    put_parity(SectorKind::Mode1, &mut other);
    assert_eq!(is_codeword_everywhere(other.last_chunk().unwrap()), Ok(()));
    // As it was made: nothing to repair.
    check_repaired(SectorKind::Mode1, &other, &other, &ByteFlags::NONE);
    // One byte from it, but that is the zero.
    let mut bad = other;
    bad[2070] = 0;
    check_repaired(SectorKind::Mode1, &good, &bad, &ByteFlags::NONE);
}

#[test]
fn a_burst_of_two_rows_is_repaired_when_flagged_and_of_one_always() {
    for kind in KINDS {
        let good = sector(kind, address(), 10);
        for start in first_mendable(kind)..2352 {
            let check = |length: usize, is_flagged: bool| {
                let places = start..(start + length).min(2352);
                let mut bad = good;
                for place in places.clone() {
                    bad[place] ^= noise(11)[place] | 1;
                }
                let flags = if is_flagged {
                    places.collect()
                } else {
                    ByteFlags::NONE
                };
                check_repaired(kind, &good, &bad, &flags);
            };
            if start % 7 == 0 || !(40..2000).contains(&start) {
                check(86, false);
                check(172, true);
            }
        }
    }
}

#[test]
fn two_whole_lines_of_one_plane_are_repaired_though_nobody_flags_them() {
    for kind in KINDS {
        let good = sector(kind, address(), 12);
        for (is_p, n_lines) in [(true, 86), (false, 52)] {
            for (first, second) in (0..n_lines).map(|n| (n, (n + 14) % n_lines)) {
                let mut bad = good;
                for place in places(is_p, first).into_iter().chain(places(is_p, second)) {
                    if place >= first_mendable(kind) {
                        bad[place] ^= noise(13)[place] | 1;
                    }
                }
                check_repaired(kind, &good, &bad, &ByteFlags::NONE);
            }
        }
    }
}

#[test]
fn flags_are_in_the_order_of_c2_bits() {
    let mut flags = ByteFlags::default();
    assert!(flags.is_empty());
    for place in [0, 9, 2351, 2352, usize::MAX] {
        flags.insert(place);
    }
    assert_eq!((flags.0[0], flags.0[1], flags.0[293]), (0x80, 0x40, 0x01));
    assert_eq!(flags.len(), 3);
    assert!(flags.contains(9) && !flags.contains(8) && !flags.contains(2352));
    assert_eq!(std::format!("{flags:?}"), "{0, 9, 2351}");
    assert_eq!(flags.iter().collect::<ByteFlags>(), flags);
    flags.remove(9);
    flags.remove(2352);
    assert_eq!(flags.iter().collect::<Vec<_>>(), [0, 2351]);
}

/// The places of a codeword, from the standard's wording and not the crate's.
fn places(is_p: bool, n: usize) -> Vec<usize> {
    let words: Vec<usize> = if is_p {
        (0..26).map(|m| 43 * m + n / 2).collect()
    } else {
        let data = (0..43).map(|m| (44 * m + 43 * (n / 2)) % 1118);
        data.chain([1118 + n / 2, 1144 + n / 2]).collect()
    };
    words
        .into_iter()
        .map(|word| 12 + 2 * word + n % 2)
        .collect()
}

/// What befalls one codeword: which two of its elements, what they are changed by, and whether they are flagged.
type Blow = (
    proptest::sample::Index,
    proptest::sample::Index,
    u8,
    u8,
    bool,
);

fn blow() -> impl Strategy<Value = Blow> {
    any::<Blow>()
}

/// Damages each codeword of one code within its power, and flags what has to be flagged.
fn damage_within_power(
    kind: SectorKind,
    is_p: bool,
    blows: &[Blow],
    sector: &mut [u8; 2352],
) -> ByteFlags {
    // What is known to be right takes no part, flagged or not.
    let mut flags: ByteFlags = (0..first_mendable(kind)).collect();
    for (n, (a, b, by_a, by_b, is_flagged)) in blows.iter().enumerate() {
        let mendable: Vec<usize> = places(is_p, n)
            .into_iter()
            .filter(|place| *place >= first_mendable(kind))
            .collect();
        let (a, b) = (*a.get(&mendable), *b.get(&mendable));
        sector[a] ^= by_a;
        if *is_flagged {
            sector[b] ^= by_b;
            flags.insert(a);
            flags.insert(b);
        }
    }
    flags
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn within_the_power_of_either_code_is_always_repaired(
        is_mode1 in any::<bool>(),
        is_p in any::<bool>(),
        seed in any::<u32>(),
        blows in proptest::collection::vec(blow(), 1..=86),
        all_flagged in any::<Option<bool>>(),
    ) {
        let kind = KINDS[usize::from(is_mode1)];
        let good = sector(kind, address(), seed);
        let mut bad = good;
        let n_codewords = if is_p { 86 } else { 52 };
        let blows: Vec<Blow> = blows
            .into_iter()
            .take(n_codewords)
            .map(|(a, b, by_a, by_b, is)| (a, b, by_a, by_b, all_flagged.unwrap_or(is)))
            .collect();
        let flags = damage_within_power(kind, is_p, &blows, &mut bad);
        check_repaired(kind, &good, &bad, &flags);
    }

    /// Two sectors that are right differ in nine bytes at least: four wrong ones, or eight flagged ones, leave no choice.
    #[test]
    fn what_leaves_one_sector_only_is_always_repaired(
        is_mode1 in any::<bool>(),
        seed in any::<u32>(),
        columns in any::<[proptest::sample::Index; 3]>(),
        diagonals in any::<[proptest::sample::Index; 3]>(),
        elsewhere in 2076..2352_usize,
        picked in any::<u16>(),
        by in any::<[u8; 9]>(),
    ) {
        let kind = KINDS[usize::from(is_mode1)];
        let good = sector(kind, address(), seed);
        // Where few lines cross, none can be repaired by its own code alone.
        let diagonals = diagonals.map(|n| places(false, n.index(52)));
        let crossings = columns.iter().flat_map(|n| {
            let column = places(true, n.index(86));
            diagonals.clone().into_iter().filter_map(move |diagonal| {
                diagonal.into_iter().find(|place| column.contains(place))
            })
        });
        let damaged = |n_most: usize| {
            let mut bad = good;
            let mut wrong = ByteFlags::NONE;
            let places = crossings.clone().chain([elsewhere]).enumerate();
            for (n, place) in places.filter(|(n, _)| picked >> n & 1 == 1).take(n_most) {
                if place >= first_mendable(kind) {
                    bad[place] ^= by[n % 9] | 1;
                    wrong.insert(place);
                }
            }
            (bad, wrong)
        };
        let (bad, _) = damaged(4);
        check_repaired(kind, &good, &bad, &ByteFlags::NONE);
        let (bad, wrong) = damaged(8);
        check_repaired(kind, &good, &bad, &wrong);
    }

    #[test]
    fn p_within_its_power_is_repaired_whatever_became_of_q(
        is_mode1 in any::<bool>(),
        seed in any::<u32>(),
        blows in proptest::collection::vec(blow(), 86),
    ) {
        let kind = KINDS[usize::from(is_mode1)];
        let good = sector(kind, address(), seed);
        let mut bad = good;
        let flags = damage_within_power(kind, true, &blows, &mut bad);
        bad[2248..].copy_from_slice(&noise(!seed)[2248..]);
        check_repaired(kind, &good, &bad, &flags);
    }

    #[test]
    fn scattered_bytes_come_back_right_or_not_at_all(
        is_mode1 in any::<bool>(),
        seed in any::<u32>(),
        wrong in proptest::collection::vec((0..2352_usize, 1..=255_u8, any::<bool>()), 0..260),
        falsely_flagged in proptest::collection::vec(0..2352_usize, 0..60),
        share_flagged in 0..3,
    ) {
        let kind = KINDS[usize::from(is_mode1)];
        let good = sector(kind, address(), seed);
        let (mut bad, mut flags) = (good, falsely_flagged.into_iter().collect::<ByteFlags>());
        for (place, by, is_flagged) in wrong {
            // Header bytes of form 1 have no right value to come back.
            if place < 12 || place >= first_mendable(kind) {
                bad[place] ^= by;
                if share_flagged == 2 || share_flagged == 1 && is_flagged {
                    flags.insert(place);
                }
            }
        }
        check_right_or_refused(kind, &good, &bad, &flags);
        check_right_or_refused(kind, &good, &bad, &ByteFlags::NONE);
    }

    #[test]
    fn crossing_lines_come_back_right_or_not_at_all(
        is_mode1 in any::<bool>(),
        seed in any::<u32>(),
        columns in proptest::collection::vec((0..86_usize, any::<u32>()), 0..5),
        diagonals in proptest::collection::vec((0..52_usize, any::<u32>()), 0..5),
        bursts in proptest::collection::vec((16..2352_usize, 0..300_usize), 0..3),
        are_flagged in any::<bool>(),
    ) {
        // Whole codewords, and parts of them where the mask has a bit.
        let kind = KINDS[usize::from(is_mode1)];
        let good = sector(kind, address(), seed);
        let lines = columns.iter().map(|(n, mask)| (places(true, *n), *mask))
            .chain(diagonals.iter().map(|(n, mask)| (places(false, *n), *mask)));
        let of_lines = lines.flat_map(|(line, mask)| {
            line.into_iter().enumerate().filter(move |(m, _)| mask >> (m % 32) & 1 == 1).map(|(_, place)| place)
        });
        let of_bursts = bursts.iter().flat_map(|(start, length)| *start..(start + length).min(2352));
        let wrong: ByteFlags = of_lines.chain(of_bursts).filter(|place| *place >= first_mendable(kind)).collect();
        let mut bad = good;
        let other = noise(!seed);
        wrong.iter().for_each(|place| bad[place] ^= other[place]);
        let flags = if are_flagged { wrong } else { ByteFlags::NONE };
        check_right_or_refused(kind, &good, &bad, &flags);
    }

    #[test]
    fn bytes_that_are_no_sector_are_refused(
        is_mode1 in any::<bool>(),
        seed in any::<u32>(),
        flag_seed in any::<u32>(),
    ) {
        let kind = KINDS[usize::from(is_mode1)];
        let mut sector = noise(seed);
        let flags = ByteFlags(*noise(flag_seed).first_chunk().unwrap());
        prop_assert!(repair(kind, &mut sector, &flags).is_err());
        prop_assert_eq!(sector, noise(seed));
    }
}
