use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use crate::*;

/// The disc's order of symbols, as two steps over the whole stream: pairs change places, each place has a delay line.
fn slow_interleave(packed: &[PwPacked]) -> Vec<PwSubcode> {
    let mut lines: Vec<Vec<u8>> = (0..24).map(|place| vec![0; place % 8]).collect();
    let mut out = Vec::new();
    for sector in packed {
        let mut rw = Vec::new();
        for pack in sector.packs() {
            let mut symbols = *pack.symbols();
            symbols.swap(1, 18);
            symbols.swap(2, 5);
            symbols.swap(3, 23);
            for (line, symbol) in lines.iter_mut().zip(symbols) {
                line.push(symbol);
                rw.push(line.remove(0));
            }
        }
        let mut raw = sector.pq();
        raw.set_rw(&rw.try_into().unwrap());
        out.push(raw);
    }
    out
}

fn interleave(packed: &[PwPacked]) -> Vec<PwSubcode> {
    let mut interleaver = RwInterleaver::new();
    packed
        .iter()
        .map(|sector| interleaver.push(sector))
        .collect()
}

fn any_sectors() -> impl Strategy<Value = Vec<[u8; 96]>> {
    prop::collection::vec(any::<[u8; 96]>(), 0..12)
}

#[test]
fn every_symbol_of_a_window_has_a_place_of_its_own() {
    let mut seen = [[false; 24]; 12];
    for pack_idx in 0..4 {
        for symbol_idx in 0..24 {
            let (sector, byte) = raw_place(pack_idx, symbol_idx).unwrap();
            assert!(sector <= if pack_idx == 0 { 1 } else { 2 });
            let place = &mut seen[4 * sector + byte / 24][byte % 24];
            assert!(!*place);
            *place = true;
        }
    }
    assert_eq!((raw_place(4, 0), raw_place(0, 24)), (None, None));
}

#[test]
fn p_and_q_stay_where_they_are() {
    let frame = |n| QFrame::with_crc([n; 10]);
    let pack = RwPack::with_parity(RwMode::MIDI, 5, &[7; 16]);
    let sector = |n| PwPacked::new(&PwSubcode::from_pq(n == 1, &frame(n)), &[pack; 4]);
    let raw = interleave(&[sector(0), sector(1), sector(2)]);
    for (n, raw) in (0..).zip(raw) {
        assert_eq!((raw.q(), raw.p_level()), (frame(n), Some(n == 1)));
        assert_eq!(sector(n).q(), frame(n));
    }
    let (with, without) = (PwSubcode([0xFF; 96]), PwSubcode([0xC0; 96]));
    let packed = PwPacked::new(&with, &[RwPack::ZERO; 4]);
    assert_eq!((packed.0, packed.pq()), (without.0, without));
}

/// What the interleave is for, at every place where a scratch can begin.
#[test]
fn a_scratch_is_spread_over_packs() {
    let pack = |n: u8| {
        let data = core::array::from_fn(|i| n.wrapping_mul(29) ^ i.to_le_bytes()[0]);
        RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &data)
    };
    let sector = |n: u8| PwPacked::new(&PwSubcode([0; 96]), &[0, 1, 2, 3].map(|k| pack(4 * n + k)));
    let packed: Vec<_> = (0..8).map(sector).collect();
    let sound = interleave(&packed);
    for (start, n_symbols, n_at_most) in (0..96).flat_map(|start| [(start, 16, 2), (start, 32, 4)])
    {
        let mut raw = sound.clone();
        let all = raw.iter_mut().skip(3).flat_map(|sector| &mut sector.0);
        for symbol in all.skip(start).take(n_symbols) {
            *symbol ^= 0x15;
        }
        let mut deinterleaver = RwDeinterleaver::new();
        let back: Vec<_> = raw
            .iter()
            .filter_map(|sector| deinterleaver.push(sector))
            .collect();
        let mut n_wrong = 0;
        for (back, expect) in back.iter().zip(&packed) {
            for (back, expect) in back.packs().iter().zip(expect.packs()) {
                let is_wrong = |i: &usize| back.symbols()[*i] != expect.symbols()[*i];
                let wrong = RwSymbols((0..24).filter(is_wrong).fold(0, |bits, i| bits | 1 << i));
                assert!(wrong.count() <= n_at_most);
                n_wrong += wrong.count() as usize;
                let known = if n_at_most > 2 {
                    wrong
                } else {
                    RwSymbols::NONE
                };
                assert_eq!(back.repair(known).pack(back), Some(expect));
            }
        }
        assert_eq!(n_wrong, n_symbols);
    }
}

proptest! {
    #[test]
    fn the_order_on_the_disc_is_as_the_standard_draws_it(sectors in any_sectors()) {
        let packed: Vec<_> = sectors.into_iter().map(PwPacked).collect();
        prop_assert_eq!(interleave(&packed), slow_interleave(&packed));
    }

    #[test]
    fn packed_sectors_come_back_two_sectors_late(sectors in any_sectors()) {
        let mut packed: Vec<_> = sectors.into_iter().map(PwPacked).collect();
        let n_sectors = packed.len();
        packed.extend([PwPacked([0; 96]); 2]);
        let raw = interleave(&packed);
        let mut deinterleaver = RwDeinterleaver::new();
        let back: Vec<_> = raw.iter().map(|sector| deinterleaver.push(sector)).collect();
        prop_assert_eq!(&back[..2], &[None, None]);
        let back: Vec<_> = back[2..].iter().map(|sector| sector.unwrap()).collect();
        prop_assert_eq!(&back[..], &packed[..n_sectors]);
        for (window, expect) in raw.windows(3).zip(&packed) {
            prop_assert_eq!(RwDeinterleaver::one_sector(window.try_into().unwrap()), *expect);
        }
    }

    /// Raw subcode that is any bytes, not made by an interleaver: all but what belongs to packs before it comes back.
    #[test]
    fn raw_sectors_come_back(sectors in any_sectors()) {
        let raw: Vec<_> = sectors.into_iter().map(PwSubcode).collect();
        let mut deinterleaver = RwDeinterleaver::new();
        let packed: Vec<_> = raw.iter().filter_map(|sector| deinterleaver.push(sector)).collect();
        let back = interleave(&packed);
        // From the third sector on, all packs that lie in a sector begin in the stream.
        for (back, raw) in back.iter().zip(&raw).skip(2) {
            prop_assert_eq!(back, raw);
        }
    }
}
