use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextCycle, CdTextKind, CdTextLanguage, CdTextPack,
    CdTextRepeats,
};

use super::*;

fn packs() -> Vec<CdTextPack> {
    let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Ascii, 1, 1).unwrap();
    block
        .set(CdTextKind::TITLE, 0, "A Disc of Silence and Numbers")
        .unwrap();
    block.set(CdTextKind::TITLE, 1, "Numbers").unwrap();
    CdText {
        blocks: vec![block],
    }
    .encode(CdTextRepeats::Tab)
    .unwrap()
}

fn with_packs(packs: &[CdTextPack]) -> Stream {
    let mut stream = Stream::iso();
    let cycle = CdTextCycle::new(packs).unwrap();
    for (sector_idx, at) in (0..).zip(START..-150) {
        let mut subcode = stream.subcode(at);
        subcode.set_cd_text(&cycle.sector(sector_idx));
        stream.set_subcode(at, &subcode);
    }
    stream
}

fn change(stream: &mut Stream, at: i32, change: impl FnOnce(&mut [CdTextPack; 4])) {
    let mut subcode = stream.subcode(at);
    let mut packs = subcode.cd_text();
    change(&mut packs);
    subcode.set_cd_text(&packs);
    stream.set_subcode(at, &subcode);
}

#[test]
fn cd_text_is_clean() {
    assert_eq!(with_packs(&packs()).check().findings, []);
}

#[test]
fn cd_text_crc() {
    let mut stream = with_packs(&packs());
    change(&mut stream, -180, |packs| packs[1].0[7] ^= 0x3C);
    stream.expect(one(-180), FindingKind::CdTextCrc, ("CRC", "cannot be read"));
}

#[test]
fn cd_text_bit() {
    let mut stream = with_packs(&packs());
    change(&mut stream, -180, |packs| packs[1].0[7] ^= 0x04);
    stream.expect(one(-180), FindingKind::CdTextBit, ("CRC", "bit 61"));
}

#[test]
fn cd_text_hole() {
    let mut stream = with_packs(&packs());
    for at in -180..-170 {
        change(&mut stream, at, |packs| *packs = [CdTextPack([0; 18]); 4]);
    }
    stream.expect(
        range(-180, 10),
        FindingKind::CdTextHole,
        ("throughout", "no CD-Text"),
    );
}

/// The pack with these bytes, and the CRC that they ask for.
fn with_crc(pack: &CdTextPack, change: impl FnOnce(&mut [u8; 16])) -> CdTextPack {
    let [mut payload @ .., _, _] = pack.0;
    change(&mut payload);
    CdTextPack::with_crc(payload)
}

#[test]
fn cd_text_contradiction() {
    let mut stream = with_packs(&packs());
    change(&mut stream, -180, |packs| {
        packs[2] = with_crc(&packs[2], |payload| payload[6] ^= 1);
    });
    stream.expect(
        one(-180),
        FindingKind::CdTextContradiction,
        ("same pack", "not what it was"),
    );
}

#[test]
fn cd_text_cycle() {
    let mut stream = with_packs(&packs());
    change(&mut stream, -180, |packs| packs[1] = packs[0]);
    stream.expect(
        one(-180),
        FindingKind::CdTextCycle,
        ("pack after pack", "follows"),
    );
}

#[test]
fn cd_text_content() {
    let mut packs = packs();
    let size_idx = packs.iter().position(|pack| pack.0[0] == 0x8F).unwrap();
    // How many packs of titles there are.
    packs[size_idx] = with_crc(&packs[size_idx], |payload| payload[8] += 1);
    let stream = with_packs(&packs);
    stream.expect(
        range(START, 100),
        FindingKind::CdTextContent,
        ("standard", "size info"),
    );
}
