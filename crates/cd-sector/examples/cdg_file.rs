//! Makes a `.cdg` file that has every instruction of CD+G in it, and takes one out of sectors that were read from a disc.
//!
//! - `cargo run -p cd-sector --example cdg_file -- make 450 song.cdg` makes graphics for so many sectors, 75 a second.
//! - `cargo run -p cd-sector --example cdg_file -- take sectors song.cdg` takes the packs out of sectors of 2352 bytes and 96 of raw
//!   P-W. The packs of the last two sectors are not whole in them and are left out; one whose parity does not fit is an error.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;

use cd_sector::{
    Cdg, CdgColor, MAIN_BYTES, PwPacked, PwSubcode, RAW_BYTES, RW_PACK_SYMBOLS,
    RW_PACKS_PER_SECTOR, RwDeinterleaver, RwPack,
};

const ROWS: u8 = 18;
const COLUMNS: u8 = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let packs = match arguments[..] {
        ["make", n_sectors, _] => made(n_sectors.parse()?),
        ["take", sectors, _] => taken(&fs::read(sectors)?)?,
        _ => return Err("make N_SECTORS OUT.cdg, or take SECTORS OUT.cdg".into()),
    };
    let symbols: Vec<[u8; RW_PACK_SYMBOLS]> = packs.iter().map(|pack| *pack.symbols()).collect();
    if let Some(out) = arguments.last() {
        fs::write(out, symbols.as_flattened())?;
    }
    let mut counts = BTreeMap::new();
    for pack in &packs {
        let what = Cdg::decode(pack)
            .map_or_else(|| "nothing".to_owned(), |cdg| cdg.instruction().to_string());
        *counts.entry(what).or_insert(0) += 1;
    }
    for (what, count) in counts {
        println!("{count:6} {what}");
    }
    Ok(())
}

/// A picture that is drawn, moved and drawn over, and a pack of nothing now and then.
fn made(n_sectors: usize) -> Vec<RwPack> {
    let drawn = (0_u32..).map(|step| {
        if step % 11 == 10 {
            return RwPack::ZERO;
        }
        cdg(step).encode()
    });
    drawn.take(n_sectors * RW_PACKS_PER_SECTOR).collect()
}

fn cdg(step: u32) -> Cdg {
    let [_, _, high, low] = step.to_be_bytes();
    let color = low & 15;
    match step % 128 {
        0 | 1 => Cdg::Colors {
            high: step % 128 == 1,
            colors: std::array::from_fn(|idx| CdgColor {
                red: low >> idx & 15,
                green: high.wrapping_add(color) & 15,
                blue: 15 - color,
            }),
        },
        2..=5 => Cdg::MemoryPreset {
            color,
            repeat: (low & 127) - 2,
        },
        6 => Cdg::BorderPreset { color },
        7 => Cdg::Transparent {
            levels: [0, 1, 2, 4, 8, 16, 32, 63, 62, 61, 59, 55, 47, 31, 21, 42],
        },
        8 | 9 => Cdg::Scroll {
            copy: step % 128 == 9,
            color,
            horizontal: 0x10 | (color % 6),
            vertical: 0x20 | (color % 12),
        },
        _ => tile(step),
    }
}

fn tile(step: u32) -> Cdg {
    let place = step % (u32::from(ROWS) * u32::from(COLUMNS));
    let [.., low] = step.to_be_bytes();
    let within = |value: u32| u8::try_from(value).unwrap_or(0);
    Cdg::Tile {
        xor: step.is_multiple_of(3),
        colors: [low & 15, low >> 4],
        channel: [0, within(step % 4)],
        row: within(place / u32::from(COLUMNS)),
        column: within(place % u32::from(COLUMNS)),
        dots: [3, 5, 9, 17, 33, 18, 12, 12, 18, 33, 21, 42].map(|line| line ^ low & 63),
    }
}

fn taken(sectors: &[u8]) -> Result<Vec<RwPack>, Box<dyn Error>> {
    let (sectors, rest) = sectors.as_chunks::<RAW_BYTES>();
    if !rest.is_empty() {
        return Err(format!("not whole sectors of {RAW_BYTES} bytes").into());
    }
    let mut deinterleaver = RwDeinterleaver::new();
    let mut packs = Vec::new();
    for sector in sectors {
        let subcode = PwSubcode(sector[MAIN_BYTES..].try_into()?);
        packs.extend(
            deinterleaver
                .push(&subcode)
                .iter()
                .flat_map(PwPacked::packs),
        );
    }
    for (idx, pack) in packs.iter().enumerate() {
        if !pack.q_fits() || !pack.p_fits() {
            return Err(format!("pack {idx} has wrong parity").into());
        }
    }
    Ok(packs)
}
