use std::string::ToString;

use proptest::prelude::*;

use crate::*;

#[test]
fn instructions_have_their_codes_and_names() {
    let check = |code: u8, name: &str| assert_eq!(CdgInstruction(code).to_string(), name);
    check(1, "memory preset");
    check(2, "border preset");
    check(6, "tile block");
    check(20, "scroll preset");
    check(24, "scroll copy");
    check(28, "define transparent colour");
    check(30, "load colour table, 0 to 7");
    check(31, "load colour table, 8 to 15");
    check(38, "tile block, XOR");
    check(7, "instruction 7");
}

#[test]
fn symbols_are_where_players_look_for_them() {
    let check = |cdg: Cdg, instruction: u8, data: &[u8]| {
        let pack = cdg.encode();
        assert_eq!(pack.mode(), RwMode::TV_GRAPHICS);
        assert_eq!(pack.instruction(), instruction);
        assert_eq!(&pack.data()[..data.len()], data);
        assert!(pack.data()[data.len()..].iter().all(|&symbol| symbol == 0));
        assert_eq!(Cdg::decode(&pack), Some(cdg));
    };
    let repeat = 15;
    check(Cdg::MemoryPreset { color: 3, repeat }, 1, &[3, 15]);
    check(Cdg::BorderPreset { color: 12 }, 2, &[12]);
    let tile = Cdg::Tile {
        xor: true,
        colors: [1, 2],
        channel: [0, 3],
        row: 17,
        column: 49,
        dots: [0x3F, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    };
    check(
        tile,
        38,
        &[1, 0x32, 17, 49, 0x3F, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    );
    let scroll = Cdg::Scroll {
        copy: false,
        color: 4,
        horizontal: 0x23,
        vertical: 0x1B,
    };
    check(scroll, 20, &[4, 0x23, 0x1B]);
    let mut colors = [CdgColor::default(); 8];
    // Red and green lie across the two symbols: RRRRGG GGBBBB.
    colors[0] = CdgColor {
        red: 0b1010,
        green: 0b0110,
        blue: 0b0011,
    };
    check(
        Cdg::Colors { high: true, colors },
        31,
        &[0b10_1001, 0b10_0011],
    );
}

#[test]
fn other_modes_are_not_graphics() {
    for mode in 0..64 {
        let pack = RwPack::with_parity(RwMode(mode), 1, &[0; 16]);
        assert_eq!(Cdg::decode(&pack).is_some(), mode == 9);
    }
}

proptest! {
    #[test]
    fn any_pack_of_graphics_means_something_that_encodes(instruction in 0..64_u8, data in any::<[u8; 16]>()) {
        let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, instruction, &data);
        let cdg = Cdg::decode(&pack).unwrap();
        prop_assert_eq!(cdg.instruction(), CdgInstruction(instruction));
        let again = cdg.encode();
        prop_assert!(again.p_fits() && again.q_fits());
        prop_assert_eq!(Cdg::decode(&again), Some(cdg));
        if let Cdg::Other { .. } = cdg {
            prop_assert_eq!(again, pack);
        }
    }
}
