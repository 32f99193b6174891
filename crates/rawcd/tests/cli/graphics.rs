//! CD+G: what a karaoke file holds is on the disc, protected and interleaved.

use cd_sector::{
    MAIN_BYTES, PwSubcode, RAW_BYTES, RW_PACKS_PER_SECTOR, RwDeinterleaver, RwMode, RwPack,
    RwRepair, RwSymbols,
};

use crate::run::{Dir, wav};

const N_SECTORS: usize = 400;
const PACK_BYTES: usize = 24;

/// Packets of graphics as `.cdg` files have them: symbols of six bits under two that mean nothing, no parity.
fn packets() -> Vec<[u8; PACK_BYTES]> {
    let mut state = 17_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    let packet = |_| {
        let mut packet = [0; PACK_BYTES];
        packet[0] = 9 | (next() & 0xC0);
        packet[1] = 6;
        packet[4..20].fill_with(&mut next);
        packet
    };
    (0..N_SECTORS * RW_PACKS_PER_SECTOR).map(packet).collect()
}

/// A blank disc, and silence with these graphics beside it.
fn with_song(packets: &[[u8; PACK_BYTES]]) -> Dir {
    let dir = Dir::with_small_disc();
    dir.write("song.wav", wav(&vec![0; N_SECTORS * MAIN_BYTES]));
    dir.write("song.cdg", packets.as_flattened());
    dir.write(
        "song.cue",
        "FILE \"song.wav\" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n",
    );
    dir
}

#[test]
fn packs_come_back_from_the_disc_also_with_errors() {
    let packets = packets();
    let dir = with_song(&packets);
    dir.run(["burn", "song.cue", "--disc", "small", "--verify"])
        .succeeds();
    dir.run(["read", "--disc", "small", "--track", "1", "sectors"])
        .succeeds();
    let sectors = dir.bytes("sectors");
    let (sectors, rest) = sectors.as_chunks::<RAW_BYTES>();
    assert!(rest.is_empty());
    assert_eq!(sectors.len(), N_SECTORS);

    // Sixteen wrong symbols in a row, as of a scratch, so far apart that no pack has two of them.
    for spoil in [false, true] {
        let mut deinterleaver = RwDeinterleaver::new();
        let mut found = Vec::new();
        for (sector_idx, sector) in sectors.iter().enumerate() {
            let mut subcode = PwSubcode(sector[MAIN_BYTES..].try_into().unwrap());
            if spoil && sector_idx % 4 == 0 {
                subcode.0[40..56].iter_mut().for_each(|byte| *byte ^= 0x15);
            }
            if let Some(packed) = deinterleaver.push(&subcode) {
                found.extend(packed.packs());
            }
        }
        // The last two sectors' packs reach into the lead-out.
        assert_eq!(found.len(), (N_SECTORS - 2) * RW_PACKS_PER_SECTOR);
        let mut n_repaired = 0;
        for (pack, packet) in found.iter().zip(&packets) {
            let data = std::array::from_fn(|idx| packet[4 + idx] & 0x3F);
            let expect = RwPack::with_parity(RwMode(packet[0] & 0x3F), packet[1], &data);
            let repair = pack.repair(RwSymbols(0));
            n_repaired += usize::from(repair != RwRepair::Sound);
            let right = repair.pack(pack).expect("two wrong symbols at the most");
            assert_eq!(right, expect);
        }
        assert_eq!(n_repaired > 0, spoil);
    }
}

#[test]
fn graphics_that_were_given_up_are_told_before_and_found_missing_after() {
    let dir = with_song(&packets());
    dir.run(["convert", "song.cue", "song.raw"]).succeeds();
    let burn = ["burn", "song.raw", "--disc", "small", "--subcode", "pq"];
    let ended = dir
        .run(burn.iter().chain(&["--verify", "--json"]))
        .has_code(43);
    let events = ended.events();
    let of = |name: &'static str| events.iter().filter(move |event| event["event"] == name);
    // Two sectors more than the sound has: packs reach that far into the lead-out.
    let lost = "402 sectors lose what they have in P or in R to W, the first of them lba 0";
    assert!(of("note").any(|note| note["text"].as_str().unwrap().contains(lost)));
    for layer in of("layer") {
        let different = u64::from(layer["layer"] == "rw") * 400;
        assert_eq!(layer["different"], different, "{layer}");
        assert_eq!(layer["unreadable"], 0, "{layer}");
    }
    assert_eq!(of("verified").count(), 1);
    assert_eq!(of("verified").next().unwrap()["outcome"], "different");
    assert_eq!(events.last().unwrap()["exit"], 43);
}
