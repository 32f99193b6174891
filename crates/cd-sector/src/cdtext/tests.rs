use std::string::String;
use std::vec::Vec;

use crate::*;

mod collecting;
mod packs;
mod reading;
mod writing;

fn pack(hex: &str) -> CdTextPack {
    let digits: String = hex.split_whitespace().collect();
    let byte = |i: usize| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap();
    CdTextPack(core::array::from_fn(byte))
}

fn block(charset: CdTextCharset, last_track: u8) -> CdTextBlock {
    CdTextBlock::new(CdTextLanguage::ENGLISH, charset, 1, last_track).unwrap()
}

/// Titles of the album and the tracks after it; an empty one is none.
fn titles(charset: CdTextCharset, titles: &[&str]) -> CdTextBlock {
    let last_track = u8::try_from(titles.len() - 1).unwrap();
    let mut block = block(charset, last_track);
    for (track, title) in (0..).zip(titles) {
        block.set(CdTextKind::TITLE, track, title).unwrap();
    }
    block
}

fn encode(blocks: impl Into<Vec<CdTextBlock>>, repeats: CdTextRepeats) -> Vec<CdTextPack> {
    let blocks = blocks.into();
    CdText { blocks }.encode(repeats).unwrap()
}

/// The pack again, after a change to its first sixteen bytes.
fn changed(pack: CdTextPack, change: impl FnOnce(&mut [u8; 16])) -> CdTextPack {
    let mut bytes = *pack.0.first_chunk().unwrap();
    change(&mut bytes);
    CdTextPack::with_crc(bytes)
}
