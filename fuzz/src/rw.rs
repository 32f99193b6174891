use cd_sector::{
    Cdg, PwPacked, PwSubcode, RW_PACK_SYMBOLS, RwDeinterleaver, RwInterleaver, RwMode, RwPack,
    RwRepair, RwSymbols,
};

/// Packs of R to W: eight bytes that say what to break, then packs of 24 symbols, then sectors of four of them.
///
/// A repair gives what is sound, and gives the pack as it was made as long as no more is broken than the code promises to
/// mend. Sectors come out of the interleave as they went in.
pub fn rw(bytes: &[u8]) {
    let mut rest = bytes;
    let damage: [u8; 8] = crate::take(&mut rest);
    for chunk in rest.chunks(RW_PACK_SYMBOLS) {
        let pack = RwPack::new(crate::padded(chunk));
        graphics(&pack);
        repair_is_sound(&pack, RwSymbols(u32::from(damage[0])));
        let made = RwPack::with_parity(pack.mode(), pack.instruction(), &pack.data());
        assert!(made.p_fits() && made.q_fits());
        assert_eq!(made.repair(RwSymbols::NONE), RwRepair::Sound);
        repair_is_right(&made, damage);
    }
    interleave(rest);
}

fn graphics(pack: &RwPack) {
    assert!(!pack.mode().to_string().is_empty());
    let drawn = Cdg::decode(pack);
    assert_eq!(drawn.is_some(), pack.mode() == RwMode::TV_GRAPHICS);
    if let Some(drawn) = drawn {
        let written = drawn.encode();
        assert!(written.p_fits() && written.q_fits());
        assert_eq!(Cdg::decode(&written), Some(drawn));
    }
}

fn repair_is_sound(pack: &RwPack, erasures: RwSymbols) {
    match pack.repair(erasures) {
        RwRepair::Sound => assert!(pack.p_fits() && pack.q_fits()),
        RwRepair::Repaired {
            pack: repaired,
            changed,
        } => {
            assert!(repaired.p_fits() && repaired.q_fits());
            assert_eq!(changed, differences(pack, &repaired));
            assert!(changed.count() > 0);
        }
        RwRepair::Beyond => assert!(!(pack.p_fits() && pack.q_fits())),
    }
    if let RwRepair::Repaired {
        pack: repaired,
        changed,
    } = pack.repair_head()
    {
        assert!(repaired.q_fits() && changed.count() == 1);
        assert_eq!(changed, differences(pack, &repaired));
    }
}

/// Breaks as many symbols, erased or not, as the code mends.
fn repair_is_right(made: &RwPack, [n_erased, values @ .., spread]: [u8; 8]) {
    let n_erased = usize::from(n_erased) % 5;
    let n_errors = (4 - n_erased) / 2;
    let mut symbols = *made.symbols();
    let mut erasures = RwSymbols::NONE;
    // Steps of a number that 24 has no factor of come to a new symbol each time.
    let step = [1, 5, 7, 11][usize::from(spread & 3)];
    for n in 0..n_erased + n_errors {
        let symbol_idx = (usize::from(spread >> 2) + n * step) % RW_PACK_SYMBOLS;
        symbols[symbol_idx] ^= values[n];
        if n < n_erased {
            erasures.0 |= 1 << symbol_idx;
        }
    }
    let broken = RwPack::new(symbols);
    assert_eq!(broken.repair(erasures).pack(&broken), Some(*made));
}

fn differences(a: &RwPack, b: &RwPack) -> RwSymbols {
    let pairs = a.symbols().iter().zip(b.symbols());
    let different = (0..).zip(pairs).filter(|(_, (a, b))| a != b);
    RwSymbols(different.map(|(symbol_idx, _)| 1 << symbol_idx).sum())
}

fn interleave(bytes: &[u8]) {
    let mut sectors: Vec<_> = bytes
        .chunks(96)
        .map(|chunk| PwPacked(crate::padded(chunk)))
        .collect();
    // Symbols of the last sector lie in the two after it as well.
    sectors.extend([PwPacked([0; 96]); 2]);
    let (mut raw, mut packed) = (RwInterleaver::new(), RwDeinterleaver::new());
    let out: Vec<_> = sectors
        .iter()
        .map(|sector| packed.push(&raw.push(sector)))
        .collect();
    assert_eq!(out[..2], [None; 2]);
    for (sector, out) in sectors.iter().zip(&out[2..]) {
        assert_eq!(out.as_ref(), Some(sector));
        assert_eq!(out.map(|out| out.q()), Some(PwSubcode(sector.0).q()));
    }
}
