//! One pack: its CRC, its symbols, its place in a sector.

use std::collections::BTreeSet;
use std::string::ToString;
use std::vec::Vec;

use proptest::prelude::*;

use super::pack;
use crate::*;

/// Packs as other programs and the standard's makers have them.
const KNOWN: [&str; 10] = [
    "8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65",
    "8F 01 2B 00 00 00 00 00 00 00 06 03 2C 00 00 00 C0 20",
    "8F 02 2C 00 00 00 00 00 09 00 00 00 00 00 00 00 11 45",
    "8F 00 2B 00 01 01 0D 03 0C 0C 00 00 00 00 01 00 7B 3D",
    "88 00 23 00 01 0E 00 3F 02 12 00 00 00 00 00 00 12 00",
    "88 01 24 00 00 02 00 04 0B 19 08 02 32 0B 2F 3E 67 2D",
    "88 0D 27 00 35 18 19 39 03 19 00 00 00 00 00 00 EA AF",
    "89 01 28 00 01 04 00 00 00 00 02 29 30 02 34 3A F3 0C",
    "89 07 2A 00 03 04 00 00 00 00 1C 1E 27 1C 2A 1E 72 20",
    "89 0D 2B 00 04 04 00 00 00 00 37 0D 1A 37 1F 32 0B 62",
];

#[test]
fn known_packs_have_the_right_crc() {
    for hex in KNOWN {
        let pack = pack(hex);
        assert!(pack.crc_ok(), "{hex}");
        assert_eq!(pack.repair(), CdTextRepair::Sound);
        assert_eq!(CdTextPack::with_crc(*pack.0.first_chunk().unwrap()), pack);
    }
}

#[test]
fn a_pack_is_24_symbols_of_six_bits() {
    let symbols = [
        0x23, 0x30, 0x00, 0x2A, 0x00, 0x00, 0x04, 0x01, 0x00, 0x30, 0x00, 0x06, 0x01, 0x10, 0x10,
        0x05, 0x01, 0x30, 0x18, 0x01, 0x00, 0x24, 0x21, 0x25,
    ];
    let known = pack(KNOWN[0]);
    assert_eq!(known.to_symbols(), symbols);
    assert_eq!(CdTextPack::from_symbols(&symbols), known);
    assert_eq!(
        CdTextPack::from_symbols(&symbols.map(|symbol| symbol | 0xC0)),
        known
    );
}

#[test]
fn header_fields_are_where_they_belong() {
    let pack = pack("81 85 2A D7 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    assert_eq!(pack.kind(), CdTextKind::PERFORMER);
    assert_eq!((pack.track(), pack.is_extension()), (5, true));
    assert_eq!(
        (pack.sequence(), pack.block(), pack.position()),
        (0x2A, 5, 7)
    );
    assert!(pack.is_double_byte() && !pack.crc_ok());
}

#[test]
fn every_single_wrong_bit_is_corrected() {
    let sound = pack(KNOWN[5]);
    for bit in 0..144_u8 {
        let mut broken = sound;
        broken.0[usize::from(bit / 8)] ^= 0x80 >> (bit % 8);
        assert!(!broken.crc_ok());
        assert_eq!(broken.repair(), CdTextRepair::Repaired { pack: sound, bit });
    }
}

#[test]
fn every_two_wrong_bits_are_refused() {
    let sound = pack(KNOWN[0]);
    for first in 0..144 {
        for second in first + 1..144 {
            let mut broken = sound;
            for bit in [first, second] {
                broken.0[bit / 8] ^= 0x80 >> (bit % 8);
            }
            assert_eq!(broken.repair(), CdTextRepair::Beyond, "{first} {second}");
        }
    }
    assert_eq!(CdTextPack([0; 18]).repair(), CdTextRepair::Beyond);
}

#[test]
fn a_cycle_is_whole_after_whole_sectors() {
    let packs: Vec<CdTextPack> = (0..100).map(|n| CdTextPack::with_crc([n; 16])).collect();
    for n_packs in 1..=packs.len() {
        let packs = &packs[..n_packs];
        let cycle = CdTextCycle::new(packs).unwrap();
        let n_sectors = cycle.n_sectors();
        let expect = match n_packs % 4 {
            0 => n_packs / 4,
            2 => n_packs / 2,
            _ => n_packs,
        };
        assert_eq!(n_sectors, expect);
        let mut endless = packs.iter().cycle();
        for sector_idx in 0..2 * n_sectors + 1 {
            let expect: Vec<_> = endless.by_ref().take(4).copied().collect();
            assert_eq!(cycle.sector(sector_idx)[..], expect);
        }
        assert_eq!(cycle.sector(n_sectors), cycle.sector(0));
        assert!(n_packs < 4 || (1..n_sectors).all(|n| cycle.sector(n) != cycle.sector(0)));
    }
    assert!(CdTextCycle::new(&[]).is_none());
}

#[test]
fn codes_have_names() {
    let language = |code: u8| CdTextLanguage(code).to_string();
    assert_eq!(language(0x09), "English");
    assert_eq!(language(0x2B), "Wallon");
    assert_eq!(language(0x2C), "language 2Ch");
    assert_eq!(language(0x45), "Zulu");
    assert_eq!(language(0x69), "Japanese");
    assert_eq!(language(0x7F), "Amharic");
    assert_eq!(language(0x80), "language 80h");
    let names: Vec<_> = (0..=255)
        .filter_map(|code| CdTextLanguage(code).name())
        .collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    let genre = |code: u16| CdTextGenreCode(code).to_string();
    assert_eq!(genre(0x05), "Classical");
    assert_eq!(genre(0x1B), "World Music");
    assert_eq!(genre(0x1C), "genre 001Ch");
    let kind = |code: u8| CdTextKind(code).to_string();
    assert_eq!(
        (kind(0x80), kind(0x8A)),
        ("title".into(), "pack type 8Ah".into())
    );
}

proptest! {
    #[test]
    fn symbols_lose_nothing(bytes in any::<[u8; 18]>()) {
        let pack = CdTextPack(bytes);
        let symbols = pack.to_symbols();
        prop_assert!(symbols.iter().all(|&symbol| symbol < 64));
        prop_assert_eq!(CdTextPack::from_symbols(&symbols), pack);
        // Most significant bit first, one bit at a time.
        for bit in 0..144 {
            prop_assert_eq!(symbols[bit / 6] >> (5 - bit % 6) & 1, bytes[bit / 8] >> (7 - bit % 8) & 1);
        }
    }

    #[test]
    fn a_sector_holds_four_packs_beside_p_and_q(bytes in any::<[[u8; 18]; 4]>(), subcode in any::<[u8; 96]>()) {
        let packs = bytes.map(CdTextPack);
        let before = PwSubcode(subcode);
        let mut after = before;
        after.set_cd_text(&packs);
        prop_assert_eq!(after.cd_text(), packs);
        prop_assert_eq!((after.p(), after.q()), (before.p(), before.q()));
        let mut again = after;
        again.set_cd_text(&before.cd_text());
        prop_assert_eq!(again, before);
    }

    #[test]
    fn what_was_corrected_has_the_right_crc_one_bit_away(bytes in any::<[u8; 18]>()) {
        let pack = CdTextPack(bytes);
        match pack.repair() {
            CdTextRepair::Sound => prop_assert!(pack.crc_ok()),
            CdTextRepair::Repaired { pack: repaired, .. } => {
                prop_assert!(repaired.crc_ok());
                let n_bits: u32 = repaired.0.iter().zip(bytes).map(|(a, b)| (a ^ b).count_ones()).sum();
                prop_assert_eq!(n_bits, 1);
            }
            CdTextRepair::Beyond => prop_assert!(!pack.crc_ok()),
        }
    }
}
