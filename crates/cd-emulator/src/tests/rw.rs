//! R to W: packs that a host sends for the drive to encode, and that it reads back mended.

use cd_mmc::{C2Selection, MainChannelSelection, SubChannelSelection};
use cd_sector::{
    MAIN_BYTES, PwPacked, PwSubcode, RAW_BYTES, RwInterleaver, RwMode, RwPack, SUBCODE_BYTES,
    SectorLayout,
};

use super::host::{Host, short_medium};
use super::image::Session;

const START: i32 = -225;

fn subcode_of(sector: &[u8]) -> PwSubcode {
    let mut symbols = [0; SUBCODE_BYTES];
    symbols.copy_from_slice(&sector[MAIN_BYTES..RAW_BYTES]);
    PwSubcode(symbols)
}

/// Four packs that are different in each sector, with parity or with zeros in its place.
fn packs(lba: i32, with_parity: bool) -> [RwPack; 4] {
    [0, 1, 2, 3].map(|pack_idx| {
        let [.., low] = lba.to_be_bytes();
        let data = [
            low & 0x3F,
            pack_idx,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
        ];
        let pack = RwPack::with_parity(RwMode::TV_GRAPHICS, 6, &data);
        let mut symbols = *pack.symbols();
        if !with_parity {
            symbols[2..4].fill(0);
            symbols[20..].fill(0);
        }
        RwPack::new(symbols)
    })
}

/// A disc of audio and data with graphics from -150 to the lead-out, as packed blocks without parity, and as it must
/// lie on the disc.
fn packed_and_raw() -> (Vec<u8>, Vec<u8>) {
    let mut packed = Session::MIXED.stream(&short_medium());
    let mut raw = packed.clone();
    let mut interleaver = RwInterleaver::new();
    let sectors = packed.chunks_mut(RAW_BYTES).zip(raw.chunks_mut(RAW_BYTES));
    for ((packed, raw), lba) in sectors.zip(START..) {
        let pq = subcode_of(packed);
        if lba < -150 {
            // CD-Text is not spread: any symbols come through as they are.
            let mut text = pq;
            text.set_rw(&[0x15; SUBCODE_BYTES]);
            packed[MAIN_BYTES..].copy_from_slice(&text.0);
            raw[MAIN_BYTES..].copy_from_slice(&text.0);
            continue;
        }
        let is_program = lba < Session::MIXED.lead_out();
        let of = |with_parity| match is_program {
            true => packs(lba, with_parity),
            false => [RwPack::ZERO; 4],
        };
        packed[MAIN_BYTES..].copy_from_slice(&PwPacked::new(&pq, &of(false)).0);
        let spread = interleaver.push(&PwPacked::new(&pq, &of(true)));
        raw[MAIN_BYTES..].copy_from_slice(&spread.0);
    }
    (packed, raw)
}

#[test]
fn packs_are_encoded_and_spread_by_the_drive() {
    let (packed, raw) = packed_and_raw();
    for n_blocks in [1, 7, 26] {
        let mut host = Host::blank();
        host.select_raw(SectorLayout::PackedPw96).unwrap();
        host.write_all(START, &packed, SectorLayout::PackedPw96, n_blocks)
            .unwrap();
        host.flush().unwrap();
        let disc = host.recorder.disc().unwrap();
        let mut sector = [0; RAW_BYTES];
        for (lba, expect) in disc.recorded().unwrap().iter().zip(raw.chunks(RAW_BYTES)) {
            assert!(disc.sector(lba, &mut sector).unwrap());
            assert!(
                sector == *expect,
                "{lba:?} with {n_blocks} blocks a command"
            );
        }
    }
}

#[test]
fn packs_are_read_back_mended() {
    let (_, mut raw) = packed_and_raw();
    // Sixteen symbols in a row: two of each of eight packs.
    let at = usize::try_from(350 - START).unwrap() * RAW_BYTES + MAIN_BYTES;
    for symbol in &mut raw[at + 30..at + 46] {
        *symbol ^= 0x2A;
    }
    let mut host = Host::blank();
    host.burn(START, &raw);
    for lba in [0, 299, 348, 349, 350, 351, 399] {
        let read = host
            .read_cd(lba, 1, |command| {
                command.main_channel = MainChannelSelection::NONE;
                command.c2 = C2Selection::NONE;
                command.sub_channel = SubChannelSelection::RW;
            })
            .unwrap();
        let expect = PwPacked::new(&PwSubcode([0; SUBCODE_BYTES]), &packs(lba, true));
        assert_eq!(read, expect.0, "{lba}");
    }
    // Behind the main channel, and in READ CD MSF as well.
    let read = host
        .ask("B9 04 00 00 06 32 00 06 34 10 04 00", 2 * 2448)
        .unwrap();
    assert_eq!(read.len(), 2 * 2448);
    let expect = PwPacked::new(&PwSubcode([0; SUBCODE_BYTES]), &packs(350, true));
    assert_eq!(read[MAIN_BYTES..RAW_BYTES], expect.0);
}
