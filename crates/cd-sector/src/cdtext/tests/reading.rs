//! Packs by others: what is said of them, and what is read all the same.

use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::{changed, encode, pack, titles};
use crate::*;

const LATIN: CdTextCharset = CdTextCharset::Iso8859_1;

/// Two packs of titles and three of size info.
fn packs() -> Vec<CdTextPack> {
    encode(
        [titles(LATIN, &["Album", "One", "2", "Three"])],
        CdTextRepeats::Tab,
    )
}

/// The titles that are read, and what is said of the packs.
fn check(packs: &[CdTextPack], expect_titles: &[(u8, &str)], expect_findings: &[&str]) {
    let (text, findings) = CdText::decode(packs);
    let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, expect_findings);
    let titles = text
        .blocks
        .iter()
        .flat_map(|block| block.texts().map(|(_, track, text)| (track, text)));
    assert_eq!(titles.collect::<Vec<_>>(), expect_titles);
}

const ALL: [(u8, &str); 4] = [(0, "Album"), (1, "One"), (2, "2"), (3, "Three")];

#[test]
fn sound_packs_have_no_findings_in_any_order() {
    check(&packs(), &ALL, &[]);
    let twice = [packs(), packs()].concat();
    check(&twice, &ALL, &[]);
    let mut mixed = packs();
    mixed.swap(0, 1);
    check(
        &mixed,
        &ALL,
        &["block 0, pack 0 does not follow the pack before it"],
    );
    check(&[], &[], &[]);
}

#[test]
fn size_info_of_a_known_disc_is_read() {
    let hex = [
        "8F 00 2A 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65",
        "8F 01 2B 00 00 00 00 00 00 00 06 03 2C 00 00 00 C0 20",
        "8F 02 2C 00 00 00 00 00 09 00 00 00 00 00 00 00 11 45",
    ];
    let (text, findings) = CdText::decode(&hex.map(pack));
    let [block] = &text.blocks[..] else { panic!() };
    assert_eq!(block.charset(), CdTextCharset::Ascii);
    assert_eq!((block.first_track(), block.last_track()), (1, 3));
    assert_eq!(
        (block.language, block.copyright),
        (CdTextLanguage::ENGLISH, 0)
    );
    // The text packs are not there.
    let findings: Vec<_> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings[0], "block 0: packs 0 to 41 are missing");
    assert_eq!(
        findings[1],
        "block 0: size info counts 6 packs of title, there are 0"
    );
    assert_eq!(findings.len(), 1 + 9);
}

#[test]
fn a_wrong_crc_leaves_a_pack_out() {
    let mut packs = packs();
    packs[0].0[17] ^= 1;
    check(
        &packs,
        &[(3, "Three")],
        &[
            "pack 0: CRC does not fit, the pack was left out",
            "block 0: packs 0 to 0 are missing",
            "block 0: size info counts 2 packs of title, there are 1",
        ],
    );
}

#[test]
fn size_info_is_held_to_the_packs() {
    let mut wrong = packs();
    wrong[2] = changed(wrong[2], |bytes| (bytes[6], bytes[8]) = (2, 7));
    wrong[3] = changed(wrong[3], |bytes| (bytes[12], bytes[13]) = (9, 8));
    check(
        &wrong,
        &ALL[..3],
        &[
            "block 0: size info counts 7 packs of title, there are 2",
            "block 0: size info says the last pack of block 0 is 9, it is 4",
            "block 0: size info says the last pack of block 1 is 8, it is 0",
            "block 0: title goes on after track 2, the last",
        ],
    );
    let mut wrong = packs();
    wrong[2] = changed(wrong[2], |bytes| (bytes[4], bytes[6]) = (0x81, 100));
    check(
        &wrong,
        &ALL,
        &[
            "block 0: size info says tracks 1 to 100",
            "block 0: character code 81h is none of 00h (ISO 8859-1), 01h (ASCII), 80h (MS-JIS)",
        ],
    );
    let (text, _) = CdText::decode(&wrong);
    assert_eq!(text.blocks[0].last_track(), 3, "the last that has text");
    check(
        &packs()[..2],
        &ALL,
        &["block 0 has no whole size info: character code and tracks are guessed"],
    );
}

#[test]
fn headers_are_held_to_the_texts() {
    let mut wrong = packs();
    wrong[1] = changed(wrong[1], |bytes| (bytes[1], bytes[3]) = (0x82, 0x85));
    check(
        &wrong,
        &ALL,
        &[
            "block 0, pack 1: the extension flag is set, which nothing is defined for",
            "block 0, pack 1: the double byte flag does not go with the rest of the block",
            "block 0, pack 1: begins with track 2 by its header, with 3 by the texts",
            "block 0, pack 1: character position is 5, it is 0",
        ],
    );
    let mut unknown = packs();
    unknown[0] = changed(unknown[0], |bytes| bytes[0] = 0x7F);
    check(
        &unknown,
        &[(0, "Three")],
        &[
            "block 0, pack 0: pack type 7Fh is no pack of CD-Text",
            "block 0: size info counts 2 packs of title, there are 1",
            "block 0, pack 1: begins with track 3 by its header, with 0 by the texts",
        ],
    );
    let mut two = packs();
    two.push(changed(two[0], |bytes| bytes[4] = b'a'));
    check(&two, &ALL, &["block 0 has two different packs 0"]);
}

#[test]
fn both_readings_of_the_character_position_are_accepted() {
    // One character in the first pack, twelve in the second: "13", or "not in the pack before".
    let title = "x".repeat(20);
    let packs = encode([titles(LATIN, &["0123456789", &title])], CdTextRepeats::Tab);
    assert_eq!((packs[1].position(), packs[2].position()), (1, 13));
    let mut other = packs.clone();
    other[2] = changed(other[2], |bytes| bytes[3] = 15);
    let expect = [(0, "0123456789"), (1, &title)];
    check(&other, &expect, &[]);
    other[1] = changed(other[1], |bytes| bytes[3] = 15);
    check(
        &other,
        &expect,
        &["block 0, pack 1: character position is 15, it is 1"],
    );
}

#[test]
fn tabs_repeat_what_is_there() {
    let with = |text: &[u8; 12]| {
        let mut packs = packs();
        packs[0] = changed(packs[0], |bytes| bytes[4..].copy_from_slice(text));
        packs[1] = changed(packs[1], |bytes| {
            bytes[4..].copy_from_slice(b"\tX\0\0\0\0\0\0\0\0\0\0");
        });
        packs
    };
    // The album's, for the first track, is read too; a tab with something behind it is text.
    check(
        &with(b"A\0\t\0BBBBBB\0\0"),
        &[(0, "A"), (1, "A"), (2, "BBBBBB")],
        &[
            "block 0, pack 1: begins with track 3 by its header, with 4 by the texts",
            "block 0: title goes on after track 3, the last",
        ],
    );
    check(
        &with(b"\t\0B\0\t\0CCCCC\0"),
        &[(1, "B"), (2, "B"), (3, "CCCCC")],
        &[
            "block 0: title of the album is to be as before, and there is nothing before",
            "block 0, pack 1: begins with track 3 by its header, with 4 by the texts",
            "block 0: title goes on after track 3, the last",
        ],
    );
}

#[test]
fn texts_without_an_end_are_taken_as_far_as_they_go() {
    let mut packs = packs();
    packs[1] = changed(packs[1], |bytes| {
        bytes[4..].copy_from_slice(b"no zero here");
    });
    check(
        &packs,
        &[ALL[0], ALL[1], ALL[2], (3, "no zero here")],
        &["block 0: title of track 3 has no end"],
    );
}

#[test]
fn bytes_without_a_character_are_named() {
    let mut packs = packs();
    packs[0] = changed(packs[0], |bytes| bytes[4] = 0xC1);
    packs[2] = changed(packs[2], |bytes| bytes[4] = 1);
    check(
        &packs,
        &[(0, "\u{fffd}lbum"), ALL[1], ALL[2], ALL[3]],
        &["block 0: title of the album is not all ASCII"],
    );
}

#[test]
fn the_genre_code_may_stand_in_each_pack() {
    let mut block = titles(LATIN, &["", ""]);
    let text = String::from("Fourteen chars");
    let code = CdTextGenreCode(0x0107);
    block.genre = Some(CdTextGenre {
        code: CdTextGenreCode::FOLK,
        text: text.clone(),
    });
    let once = encode([block.clone()], CdTextRepeats::Tab);
    let mut each = once.clone();
    each[1] = changed(each[1], |bytes| {
        bytes[4..].copy_from_slice(b"\x00\x0Bhars\0\0\0\0\0\0");
    });
    for packs in [once, each] {
        let (read, findings) = CdText::decode(&packs);
        assert_eq!(
            (read.blocks[0].genre.clone(), findings),
            (block.genre.clone(), vec![])
        );
    }
    // Not with a code that could be text.
    block.genre = Some(CdTextGenre { code, text });
    let packs = encode([block.clone()], CdTextRepeats::Tab);
    assert_eq!(CdText::decode(&packs).0.blocks[0].genre, block.genre);
}

#[test]
fn half_a_character_can_be_zero() {
    let wide = CdTextCharset::MsJis { double_byte: true };
    let mut packs = encode(
        [titles(wide, &["\u{3042}\u{3044}", "\u{3046}"])],
        CdTextRepeats::Tab,
    );
    packs[0] = changed(packs[0], |bytes| bytes[6..8].copy_from_slice(&[0x00, 0x0D]));
    check(
        &packs,
        &[(0, "\u{3042}\u{FFFD}\r"), (1, "\u{3046}")],
        &["block 0: title of the album is not all MS-JIS, double byte"],
    );
}

#[test]
fn a_missing_block_is_named() {
    let both = encode(
        [titles(LATIN, &["A", ""]), titles(LATIN, &["B", ""])],
        CdTextRepeats::Tab,
    );
    let second: Vec<_> = both
        .iter()
        .copied()
        .filter(|pack| pack.block() == 1)
        .collect();
    check(
        &second,
        &[(0, "B")],
        &[
            "block 0 is missing, blocks after it are there",
            "block 1: size info says the last pack of block 0 is 3, it is 0",
        ],
    );
}

proptest! {
    /// Any bytes with a right CRC, most of them in kinds and blocks that there are.
    #[test]
    fn any_packs_are_read(
        packs in prop::collection::vec((0x7E..=0x90_u8, 0..4_u8, 0..20_u8, any::<u8>(), any::<[u8; 12]>(), any::<u16>()), 0..40),
    ) {
        let packs: Vec<_> = packs.into_iter().map(|(kind, track, sequence, flags, mut payload, zeros)| {
            for (n, byte) in payload.iter_mut().enumerate() {
                // Zeros end texts, and there have to be some.
                *byte *= u8::from(zeros >> n & 1 == 0);
            }
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&[kind, track, sequence, flags & 0x9F]);
            bytes[4..].copy_from_slice(&payload);
            CdTextPack::with_crc(bytes)
        }).collect();
        let (text, _) = CdText::decode(&packs);
        prop_assert!(text.blocks.len() <= 8);
        for (_, _, text) in text.blocks.iter().flat_map(CdTextBlock::texts) {
            prop_assert!(!text.is_empty());
        }
        // What was read either encodes, or says why not.
        let _ = text.encode(CdTextRepeats::Tab);
    }
}
