//! Makes a second of CD+G as it lies on the disc, scratches it, reads the packs back and draws what they say.
//!
//! `cargo run -p cd-sector --example cdg -- 16` (how many symbols in a row are scratched; 16 are always corrected)

use std::error::Error;

use cd_sector::{
    Cdg, CdgColor, PwPacked, PwSubcode, RwDeinterleaver, RwInterleaver, RwPack, RwRepair, RwSymbols,
};

/// Tiles of a row of this picture.
const COLUMNS: usize = 12;
const DOTS_PER_TILE: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let scratch: usize = std::env::args().nth(1).as_deref().unwrap_or("16").parse()?;

    // Four packs a sector; what is left of the last sector are packs of zeros, and so are two sectors more.
    let mut packs: Vec<RwPack> = picture().iter().map(Cdg::encode).collect();
    packs.resize(packs.len().next_multiple_of(4) + 8, RwPack::ZERO);
    let quiet = PwSubcode([0; 96]);
    let mut interleaver = RwInterleaver::new();
    let (sectors, _) = packs.as_chunks::<4>();
    let mut disc: Vec<PwSubcode> = sectors
        .iter()
        .map(|packs| interleaver.push(&PwPacked::new(&quiet, packs)))
        .collect();
    println!("{} packs in {} sectors", packs.len(), disc.len());

    let symbols = disc.iter_mut().flat_map(|sector| &mut sector.0);
    for symbol in symbols.skip(200).take(scratch) {
        *symbol ^= 0x2A;
    }

    let mut deinterleaver = RwDeinterleaver::new();
    let mut screen = vec![[0; COLUMNS * DOTS_PER_TILE]; 12];
    let packed = disc.iter().filter_map(|sector| deinterleaver.push(sector));
    for (pack_idx, pack) in packed.flat_map(|sector| sector.packs()).enumerate() {
        match pack.repair(RwSymbols::NONE) {
            RwRepair::Sound => {}
            RwRepair::Repaired { changed, .. } => {
                println!("pack {pack_idx}: {} symbols corrected", changed.count());
            }
            RwRepair::Beyond => println!("pack {pack_idx}: beyond repair"),
        }
        let sound = pack.repair(RwSymbols::NONE).pack(&pack);
        if let Some(cdg) = sound.as_ref().and_then(Cdg::decode) {
            draw(&cdg, &mut screen);
        }
    }
    for line in screen {
        let line: String = line
            .iter()
            .map(|&color| if color == 0 { ' ' } else { '#' })
            .collect();
        println!("{}", line.trim_end());
    }
    Ok(())
}

/// Colours, a clear screen, and a wave of tiles.
fn picture() -> Vec<Cdg> {
    let gray = |level| CdgColor {
        red: level,
        green: level,
        blue: level,
    };
    let mut picture = vec![
        Cdg::Colors {
            high: false,
            colors: [0, 15, 0, 0, 0, 0, 0, 0].map(gray),
        },
        Cdg::MemoryPreset {
            color: 0,
            repeat: 0,
        },
        Cdg::BorderPreset { color: 0 },
    ];
    for column in 0..COLUMNS {
        let mut dots = [0; 12];
        for dot in 0..DOTS_PER_TILE {
            let place = (column * DOTS_PER_TILE + dot) % 22;
            dots[place.min(22 - place)] |= 0x20 >> dot;
        }
        picture.push(Cdg::Tile {
            xor: false,
            colors: [0, 1],
            channel: [0, 0],
            row: 1,
            column: u8::try_from(column + 1).unwrap_or(0),
            dots,
        });
    }
    picture
}

fn draw(cdg: &Cdg, screen: &mut [[u8; COLUMNS * DOTS_PER_TILE]]) {
    match *cdg {
        Cdg::MemoryPreset { color, .. } => screen.iter_mut().for_each(|line| line.fill(color)),
        Cdg::Tile {
            colors,
            column,
            dots,
            ..
        } => {
            let left = usize::from(column).saturating_sub(1) * DOTS_PER_TILE;
            for (line, dots) in screen.iter_mut().zip(dots) {
                let places = line.iter_mut().skip(left).take(DOTS_PER_TILE);
                for (bit, place) in places.enumerate() {
                    *place = colors[usize::from(dots >> (5 - bit) & 1)];
                }
            }
        }
        _ => println!("{}", cdg.instruction()),
    }
}
