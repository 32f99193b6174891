use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::field;
use crate::*;

/// Multiplication in GF(2^6) as written in the standard: shift, reduce by x^6 + x + 1, add.
pub(super) fn slow_mul(a: u8, b: u8) -> u8 {
    let mut product = 0_u16;
    for bit in 0..6 {
        if b >> bit & 1 == 1 {
            product ^= u16::from(a) << bit;
        }
    }
    for bit in (6..12).rev() {
        if product >> bit & 1 == 1 {
            product ^= 0b100_0011 << (bit - 6);
        }
    }
    u8::try_from(product).unwrap()
}

/// The word's value at x^n, every power of x made anew: zero at the code's roots.
fn slow_value(word: &[u8], n: usize) -> u8 {
    let pow = |n: usize| (0..n).fold(1, |power, _| slow_mul(power, 2));
    let terms = word.iter().rev().enumerate();
    terms.fold(0, |sum, (degree, &symbol)| {
        sum ^ slow_mul(symbol, pow(n * degree))
    })
}

fn is_sound(pack: &RwPack) -> bool {
    let symbols = pack.symbols();
    (0..2).all(|n| slow_value(&symbols[..4], n) == 0) && (0..4).all(|n| slow_value(symbols, n) == 0)
}

fn pack_of(head: [u8; 2], data: [u8; 16]) -> RwPack {
    RwPack::with_parity(RwMode(head[0]), head[1], &data)
}

#[test]
fn the_field_is_that_of_the_standard() {
    for a in 0..64 {
        for b in 0..64 {
            let product = slow_mul(a, b);
            assert_eq!(field::mul(a, b), product, "{a} * {b}");
            if b != 0 {
                assert_eq!(field::div(product, b), a, "{product} / {b}");
            }
        }
    }
    assert_eq!(field::power(6), 0b11);
    assert_eq!(field::power(63), 1);
}

#[test]
fn parity_is_as_other_programs_make_it() {
    // Computed from the coefficient tables of another program.
    let check = |head, data, q: [u8; 2], p: [u8; 4]| {
        let pack = pack_of(head, data);
        assert_eq!(pack.symbols()[2..4], q);
        assert_eq!(pack.symbols()[20..], p);
        assert!(pack.q_fits() && pack.p_fits() && is_sound(&pack));
    };
    check([9, 1], [0; 16], [60, 52], [13, 7, 42, 32]);
    let counting = core::array::from_fn(|i| i.to_le_bytes()[0]);
    check([9, 6], counting, [53, 58], [6, 60, 32, 26]);
    assert!(RwPack::ZERO.q_fits() && RwPack::ZERO.p_fits() && RwPack::ZERO.is_zero());
    assert_eq!(pack_of([0, 0], [0; 16]), RwPack::ZERO);
}

#[test]
fn modes_have_names() {
    let check = |mode: RwMode, name: &str| assert_eq!(mode.to_string(), name);
    check(RwMode(0), "zero mode");
    check(RwMode(8), "line graphics");
    check(RwMode(9), "TV graphics");
    check(RwMode(10), "extended TV graphics");
    check(RwMode(24), "MIDI");
    check(RwMode(56), "user mode, item 0");
    check(RwMode(63), "user mode, item 7");
    check(RwMode(0o25), "mode 2, item 5");
    assert_eq!(RwPack::new([0xFF; 24]).mode(), RwMode(63));
}

/// Every pattern of one wrong symbol.
#[test]
fn every_single_wrong_symbol_is_corrected() {
    let pack = pack_of([9, 38], core::array::from_fn(|i| i.to_le_bytes()[0] * 3));
    for symbol_idx in 0..24 {
        for error in 1..64 {
            let mut symbols = *pack.symbols();
            symbols[symbol_idx] ^= error;
            let broken = RwPack::new(symbols);
            let expect = RwRepair::Repaired {
                pack,
                changed: RwSymbols(1 << symbol_idx),
            };
            assert_eq!(broken.repair(RwSymbols::NONE), expect);
            assert!(!broken.p_fits());
            assert_eq!(broken.q_fits(), symbol_idx >= 4);
            if symbol_idx < 4 {
                assert_eq!(broken.repair_head(), expect);
            } else {
                assert_eq!(broken.repair_head(), RwRepair::Sound);
            }
        }
    }
}

/// Every pattern of two wrong symbols of the head is refused, or lands on a head that is a code word: never on one
/// that is not, never on the right one by more than one change.
#[test]
fn the_head_is_corrected_by_one_symbol_at_most() {
    let pack = pack_of([9, 6], [0; 16]);
    for (a, b) in (0..4).flat_map(|a| (a + 1..4).map(move |b| (a, b))) {
        for (x, y) in (1..64).flat_map(|x| (1..64).map(move |y| (x, y))) {
            let mut symbols = *pack.symbols();
            symbols[a] ^= x;
            symbols[b] ^= y;
            match RwPack::new(symbols).repair_head() {
                RwRepair::Beyond => {}
                RwRepair::Sound => panic!("two wrong symbols make no code word"),
                RwRepair::Repaired { pack, changed } => {
                    assert!(pack.q_fits());
                    assert_eq!(changed.count(), 1);
                }
            }
        }
    }
}

/// All code words within two symbols of the word, by trying every place and every value.
fn slow_neighbours(word: &RwPack) -> Vec<RwPack> {
    // A change of `value` at a place adds this to the word's values at the four roots.
    let effects: Vec<Vec<[u8; 4]>> = (0..24)
        .map(|place| {
            let effect = |value: u8| {
                let mut alone = [0; 24];
                alone[place] = value;
                core::array::from_fn(|n| slow_value(&alone, n))
            };
            (0..64).map(effect).collect()
        })
        .collect();
    let wrong: [u8; 4] = core::array::from_fn(|n| slow_value(word.symbols(), n));
    let add = |a: [u8; 4], b: [u8; 4]| core::array::from_fn(|n| a[n] ^ b[n]);
    let mut found = Vec::new();
    for a in 0..24 {
        for b in a + 1..24 {
            for x in 0..64 {
                let rest: [u8; 4] = add(wrong, effects[a][x]);
                for (y, effect) in effects[b].iter().enumerate() {
                    if *effect == rest {
                        let mut symbols = *word.symbols();
                        symbols[a] ^= x.to_le_bytes()[0];
                        symbols[b] ^= y.to_le_bytes()[0];
                        found.push(RwPack::new(symbols));
                    }
                }
            }
        }
    }
    found.sort_by_key(|pack| *pack.symbols());
    found.dedup();
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// An independent judge: the one code word within two symbols, if there is one and its Q parity fits, else none.
    #[test]
    fn correction_is_the_nearest_code_word(
        head in any::<[u8; 2]>(),
        data in any::<[u8; 16]>(),
        errors in prop::collection::vec((0..24_usize, 1..64_u8), 0..6),
    ) {
        let mut symbols = *pack_of(head, data).symbols();
        for (place, error) in errors {
            symbols[place] ^= error;
        }
        let word = RwPack::new(symbols);
        let expect = match slow_neighbours(&word)[..] {
            [] => None,
            [one] => is_sound(&one).then_some(one),
            _ => panic!("two code words are within two symbols of one word"),
        };
        prop_assert_eq!(word.repair(RwSymbols::NONE).pack(&word), expect);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn up_to_its_power_the_code_always_corrects(
        head in any::<[u8; 2]>(),
        data in any::<[u8; 16]>(),
        places in prop::sample::subsequence((0..24_usize).collect::<Vec<_>>(), 4),
        values in any::<[u8; 4]>(),
        order in Just([0, 1, 2, 3]).prop_shuffle(),
        n_erased in 0..=4_usize,
    ) {
        let pack = pack_of(head, data);
        let places: [usize; 4] = order.map(|i| places[i]);
        let n_errors = (4 - n_erased) / 2;
        let mut symbols = *pack.symbols();
        let mut erasures = RwSymbols::NONE;
        for (&place, value) in places[..n_erased].iter().zip(values) {
            erasures.0 |= 1 << place;
            symbols[place] ^= value & 0x3F;
        }
        for (&place, value) in places[n_erased..][..n_errors].iter().zip(values) {
            symbols[place] ^= value & 0x3F;
        }
        let broken = RwPack::new(symbols);
        prop_assert_eq!(broken.repair(erasures).pack(&broken), Some(pack));
        if let RwRepair::Repaired { changed, .. } = broken.repair(erasures) {
            let differs = |i: &usize| symbols[*i] != pack.symbols()[*i];
            let expect = (0..24).filter(differs).fold(0, |bits, i| bits | 1 << i);
            prop_assert_eq!(changed, RwSymbols(expect));
        }
    }

    /// Whatever comes in, what comes out as sound is sound, and not further away than the code allows.
    #[test]
    fn beyond_its_power_the_verdict_is_sound_or_none(
        symbols in any::<[u8; 24]>(),
        erasures in any::<u32>(),
        few in any::<bool>(),
    ) {
        let word = RwPack::new(symbols);
        // Sixteen random places are almost always too many.
        let erasures = RwSymbols(if few { erasures & erasures >> 8 & erasures >> 16 } else { 0 });
        match word.repair(erasures) {
            RwRepair::Sound => prop_assert!(is_sound(&word)),
            RwRepair::Repaired { pack, changed } => {
                prop_assert!(is_sound(&pack));
                let n_others = (0..24).filter(|&i| changed.contains(i) && !erasures.contains(i)).count();
                prop_assert!(2 * n_others <= 4_usize.saturating_sub(erasures.count() as usize));
                prop_assert!((0..24).all(|i| changed.contains(i) == (pack.symbols()[i] != word.symbols()[i])));
            }
            RwRepair::Beyond => prop_assert!(!is_sound(&word)),
        }
        prop_assert_eq!(word.p_fits() && word.q_fits(), is_sound(&word));
    }

    #[test]
    fn three_wrong_symbols_are_never_taken_for_one(
        head in any::<[u8; 2]>(),
        data in any::<[u8; 16]>(),
        places in prop::sample::subsequence((0..24_usize).collect::<Vec<_>>(), 3),
        values in prop::array::uniform3(1..64_u8),
    ) {
        let mut symbols = *pack_of(head, data).symbols();
        for (place, value) in places.into_iter().zip(values) {
            symbols[place] ^= value;
        }
        match RwPack::new(symbols).repair(RwSymbols::NONE) {
            RwRepair::Sound => prop_assert!(false),
            RwRepair::Repaired { changed, .. } => prop_assert_eq!(changed.count(), 2),
            RwRepair::Beyond => {}
        }
    }

    #[test]
    fn a_made_pack_is_sound_and_keeps_its_meaning(head in any::<[u8; 2]>(), data in any::<[u8; 16]>()) {
        let pack = pack_of(head, data);
        prop_assert!(is_sound(&pack));
        prop_assert_eq!(pack.mode(), RwMode(head[0] & 0x3F));
        prop_assert_eq!(pack.instruction(), head[1] & 0x3F);
        prop_assert_eq!(pack.data(), data.map(|symbol| symbol & 0x3F));
        prop_assert_eq!(pack.repair(RwSymbols(0xFF_FFFF)), RwRepair::Sound);
    }
}
