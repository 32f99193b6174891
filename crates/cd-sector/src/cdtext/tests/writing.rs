//! Text to packs, and back.

use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::{block, encode, pack, titles};
use crate::*;

const LATIN: CdTextCharset = CdTextCharset::Iso8859_1;
const KANJI: CdTextCharset = CdTextCharset::MsJis { double_byte: true };

/// Headers (first four bytes) and payloads; a zero is shown as `_`.
fn shown(packs: &[CdTextPack]) -> Vec<String> {
    let shown = |pack: &CdTextPack| {
        let [kind, track, sequence, flags, ..] = pack.0;
        let text: String = pack
            .payload()
            .map(|b| if b == 0 { '_' } else { char::from(b) })
            .iter()
            .collect();
        format!("{kind:02X} {track:02X} {sequence:02X} {flags:02X} {text}")
    };
    packs
        .iter()
        .filter(|pack| pack.kind() != CdTextKind::SIZE)
        .map(shown)
        .collect()
}

#[test]
fn texts_run_through_packs() {
    // As packs of an album of that name begin in the documents of others.
    let mut block = titles(
        LATIN,
        &["Joyful Nights", "Song of Joy", "Humpty Dumpty", "Mee Owwww"],
    );
    block.set(CdTextKind::PERFORMER, 0, "Twelve chars").unwrap();
    let packs = encode([block.clone()], CdTextRepeats::Tab);
    assert_eq!(
        shown(&packs),
        [
            "80 00 00 00 Joyful Night",
            "80 00 01 0C s_Song of Jo",
            "80 01 02 0A y_Humpty Dum",
            "80 02 03 0A pty_Mee Owww",
            "80 03 04 08 w___________",
            "81 00 05 00 Twelve chars",
            "81 00 06 0C ____________",
        ]
    );
    // 5 and 2 packs of text, 3 of size info; block 0 ends with number 9 and is in English.
    assert_eq!(
        packs[7..],
        [
            pack("8F 00 07 00 00 01 03 00 05 02 00 00 00 00 00 00 0000").with_right_crc(),
            pack("8F 01 08 00 00 00 00 00 00 00 00 03 09 00 00 00 0000").with_right_crc(),
            pack("8F 02 09 00 00 00 00 00 09 00 00 00 00 00 00 00 0000").with_right_crc(),
        ]
    );
    assert_eq!(
        CdText::decode(&packs),
        (
            CdText {
                blocks: vec![block]
            },
            vec![]
        )
    );
}

impl CdTextPack {
    fn with_right_crc(self) -> Self {
        Self::with_crc(*self.0.first_chunk().unwrap())
    }
}

#[test]
fn long_texts_count_up_to_fifteen() {
    let long = "x".repeat(40);
    let packs = encode([titles(LATIN, &["ab", &long])], CdTextRepeats::Tab);
    let positions: Vec<_> = packs.iter().map(CdTextPack::position).collect();
    assert_eq!(positions[..4], [0, 9, 15, 15]);
    assert!(packs[1..4].iter().all(|pack| pack.track() == 1));
}

#[test]
fn repeated_texts_are_a_tab_or_in_full() {
    let block = titles(LATIN, &["Same", "Same", "Same", "", "Same", "Other"]);
    let tab = encode([block.clone()], CdTextRepeats::Tab);
    // The first track's text is written out even if it is the album's.
    assert_eq!(
        shown(&tab),
        ["80 00 00 00 Same_Same_\t_", "80 03 01 00 _Same_Other_"]
    );
    let full = encode([block.clone()], CdTextRepeats::InFull);
    assert_eq!(shown(&full)[0], "80 00 00 00 Same_Same_Sa");
    let text = CdText {
        blocks: vec![block],
    };
    for packs in [tab, full] {
        assert_eq!(CdText::decode(&packs), (text.clone(), vec![]));
    }
}

#[test]
fn double_byte_text_has_two_of_everything() {
    let mut block = titles(KANJI, &["\u{30D4}\u{30A2}\u{30CE}", "\u{66F2}", "\u{66F2}"]);
    block.set(CdTextKind::UPC_ISRC, 0, "1234567890128").unwrap();
    let packs = encode([block.clone()], CdTextRepeats::Tab);
    let payload = |hex: &str| pack(&format!("80 00 00 80 {hex} 0000")).with_right_crc();
    assert_eq!(packs[0], payload("83 73 83 41 83 6D 00 00 8B C8 00 00"));
    assert_eq!(packs[1].payload(), [9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!((packs[1].track(), packs[1].position()), (2, 0));
    assert!(
        !packs[2].is_double_byte(),
        "numbers are ASCII in every block"
    );
    assert_eq!(
        CdText::decode(&packs),
        (
            CdText {
                blocks: vec![block]
            },
            vec![]
        )
    );

    let long = "\u{3042}".repeat(20);
    let packs = encode([titles(KANJI, &[&long, ""])], CdTextRepeats::Tab);
    let positions: Vec<_> = packs[..4].iter().map(CdTextPack::position).collect();
    assert_eq!(positions, [0, 6, 12, 15], "characters, not bytes");
}

#[test]
fn every_kind_of_pack_is_written_in_order() {
    let mut block = block(LATIN, 2);
    let kinds = [0x8E, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85].map(CdTextKind);
    for (kind, track) in kinds
        .into_iter()
        .flat_map(|kind| (0..3).map(move |track| (kind, track)))
    {
        block.set(kind, track, &format!("{kind} {track}")).unwrap();
    }
    block.set(CdTextKind::DISC_ID, 0, "ABC-123").unwrap();
    block.set(CdTextKind::CLOSED_INFO, 0, "caf\u{e9}").unwrap();
    block.genre = Some(CdTextGenre {
        code: CdTextGenreCode::JAZZ,
        text: "A good deal of it, all without a score".into(),
    });
    block.copyright = 3;
    let start = |text: &str| text.parse().unwrap();
    let track = |track, text| TocTrack {
        track,
        control: Control::AUDIO,
        start: start(text),
    };
    let toc = Toc::new(
        DiscType::CD_ROM_OR_DA,
        &[track(1, "00:02:00"), track(2, "04:11:25")],
        start("63:02:18"),
    );
    block.binary = CdTextBinary::of_toc(&toc.unwrap());
    block.binary.push(CdTextBinary {
        kind: CdTextKind::TOC_INFO_2,
        track: 1,
        payload: [7; 12],
    });
    let packs = encode([block.clone()], CdTextRepeats::Tab);
    let mut kinds: Vec<_> = packs.iter().map(|pack| pack.kind().0).collect();
    assert!(kinds.is_sorted());
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8D, 0x8E, 0x8F
        ]
    );
    assert!(
        packs
            .iter()
            .enumerate()
            .all(|(n, pack)| usize::from(pack.sequence()) == n && pack.crc_ok())
    );
    assert_eq!(
        CdText::decode(&packs),
        (
            CdText {
                blocks: vec![block]
            },
            vec![]
        )
    );
}

#[test]
fn toc_info_is_the_table_in_binary() {
    // The tracks whose starts are known from the example of the standard's makers; the others are in between.
    let starts = [
        "00:02:00", "04:11:25", "08:02:50", "11:47:62", "15:00:00", "20:00:00", "25:00:00",
        "30:00:00", "35:00:00", "40:00:00", "45:00:00", "50:00:00", "53:24:25", "57:03:25",
    ];
    let tracks: Vec<_> = (1..)
        .zip(starts)
        .map(|(track, start)| TocTrack {
            track,
            control: Control::AUDIO,
            start: start.parse().unwrap(),
        })
        .collect();
    let toc = Toc::new(DiscType::CD_ROM_OR_DA, &tracks, "63:02:18".parse().unwrap()).unwrap();
    let binary = CdTextBinary::of_toc(&toc);
    let tracks: Vec<_> = binary.iter().map(|binary| binary.track).collect();
    assert_eq!(tracks, [0, 1, 5, 9, 13]);
    for (idx, hex) in [
        (0, "88 00 23 00 01 0E 00 3F 02 12 00 00 00 00 00 00 12 00"),
        (1, "88 01 24 00 00 02 00 04 0B 19 08 02 32 0B 2F 3E 67 2D"),
        (4, "88 0D 27 00 35 18 19 39 03 19 00 00 00 00 00 00 EA AF"),
    ] {
        assert_eq!(binary[idx].payload, pack(hex).payload());
    }
}

#[test]
fn what_cannot_be_written_is_refused_in_words() {
    let check = |outcome: Result<(), CdTextError>, text: &str| {
        assert_eq!(outcome.unwrap_err().to_string(), text);
    };
    let mut latin = block(LATIN, 2);
    let title = CdTextKind::TITLE;
    check(
        latin.set(title, 1, "\u{3042}"),
        "title of track 1: ISO 8859-1 has no '\u{3042}'",
    );
    check(
        latin.set(CdTextKind::DISC_ID, 0, "\u{e9}"),
        "disc id of the album: ASCII has no '\u{e9}'",
    );
    check(
        block(KANJI, 2).set(title, 0, "\u{3042}A"),
        "title of the album: 'A' has one byte, double byte text needs the full-width '\u{ff21}'",
    );
    check(
        block(KANJI, 2).set(title, 0, "\u{1F600}"),
        "title of the album: MS-JIS, double byte has no '\u{1F600}'",
    );
    check(
        latin.set(title, 3, "x"),
        "title of track 3: the block is for tracks 1 to 2",
    );
    check(
        latin.set(CdTextKind::CLOSED_INFO, 1, "x"),
        "closed info of track 1: only the album (track 0) has it",
    );
    check(
        latin.set(CdTextKind::GENRE, 0, "x"),
        "genre is not plain text",
    );
    let reserved = "title of the album: NUL ends a text and a tab alone means \"as before\", write something else";
    check(latin.set(title, 0, "a\0"), reserved);
    check(latin.set(title, 0, "\t"), reserved);
    // Two tabs are "as before" in double byte text only.
    assert_eq!(latin.set(title, 1, "\t\t"), Ok(()));
    check(
        CdTextBlock::new(CdTextLanguage::ENGLISH, LATIN, 3, 2).map(|_| ()),
        "CD-Text for tracks 3 to 2: tracks are 1 to 99, the first not after the last",
    );
    for (first, last) in [(0, 1), (1, 100)] {
        assert!(CdTextBlock::new(CdTextLanguage::ENGLISH, LATIN, first, last).is_err());
    }
    let outcome =
        |blocks: Vec<CdTextBlock>| CdText { blocks }.encode(CdTextRepeats::Tab).map(|_| ());
    check(
        outcome(vec![]),
        "CD-Text in 0 languages: one to eight are possible",
    );
    check(
        outcome(vec![latin.clone(); 9]),
        "CD-Text in 9 languages: one to eight are possible",
    );
    latin.binary.push(CdTextBinary {
        kind: title,
        track: 0,
        payload: [0; 12],
    });
    check(
        outcome(vec![latin]),
        "title is not binary: TOC info, second TOC info and pack types 8Ah to 8Ch are",
    );
}

#[test]
fn a_block_has_256_packs() {
    // With size info, 253 are left: 3,036 bytes.
    let of = |n: usize| CdText {
        blocks: vec![titles(LATIN, &[&"x".repeat(n - 2), ""])],
    };
    let packs = of(3036).encode(CdTextRepeats::Tab).unwrap();
    assert_eq!((packs.len(), packs[255].sequence()), (256, 255));
    assert_eq!(CdText::decode(&packs), (of(3036), vec![]));
    assert_eq!(
        of(3037).encode(CdTextRepeats::Tab).unwrap_err().to_string(),
        "CD-Text of block 0 has 257 packs of twelve bytes, 256 are the most: shorten the texts"
    );
}

/// A text of each charset, often short, often the one before.
fn any_text(charset: CdTextCharset) -> impl Strategy<Value = String> {
    let pattern = match charset {
        CdTextCharset::Iso8859_1 => "[ -~\u{a0}-\u{ff}]{0,30}",
        CdTextCharset::MsJis { double_byte: true } => {
            "[\u{3041}-\u{3093}\u{30a1}-\u{30f6}\u{ff21}-\u{ff3a}\u{4e00}\u{4e8c}]{0,15}"
        }
        CdTextCharset::MsJis { .. } => "[ -~\u{3041}-\u{3093}\u{ff61}-\u{ff9f}]{0,15}",
        _ => "[ -~]{0,30}",
    };
    prop_oneof![pattern.boxed(), Just(String::new()).boxed()]
}

fn any_charset() -> impl Strategy<Value = CdTextCharset> {
    prop_oneof![
        Just(LATIN),
        Just(CdTextCharset::Ascii),
        Just(KANJI),
        Just(CdTextCharset::MsJis { double_byte: false }),
    ]
}

prop_compose! {
    fn any_block()(charset in any_charset(), first in 1..50_u8, n_tracks in 0..6_u8)(
        texts in prop::collection::vec((0x80..=0x85_u8, 0..=n_tracks, any_text(charset)), 0..10),
        others in prop::collection::vec((prop::sample::select(vec![0x86_u8, 0x8D, 0x8E]), "[A-Z0-9 ]{0,14}"), 0..3),
        genre in prop::option::of((any::<u16>(), "[ -~]{0,30}")),
        binary in prop::collection::vec((0x88..=0x8C_u8, 0..128_u8, any::<[u8; 12]>()), 0..3),
        language in any::<u8>(), copyright in any::<u8>(), charset in Just(charset), first in Just(first), n_tracks in Just(n_tracks),
    ) -> CdTextBlock {
        let mut block = CdTextBlock::new(CdTextLanguage(language), charset, first, first + n_tracks).unwrap();
        block.copyright = copyright;
        for (kind, track, text) in texts {
            // The same text for two tracks in a row.
            for track in [track, track + 1] {
                let track = if track == 0 { 0 } else { first + track - 1 };
                if track <= first + n_tracks {
                    block.set(CdTextKind(kind), track, &text).unwrap();
                }
            }
        }
        for (kind, text) in others {
            block.set(CdTextKind(kind), 0, &text).unwrap();
        }
        block.genre = genre.map(|(code, text)| CdTextGenre { code: CdTextGenreCode(code), text });
        block.binary = binary.into_iter().map(|(kind, track, payload)| CdTextBinary { kind: CdTextKind(kind), track, payload }).collect();
        block.binary.sort_by_key(|binary| binary.kind);
        block
    }
}

proptest! {
    #[test]
    fn text_comes_back(blocks in prop::collection::vec(any_block(), 1..=8), tab in any::<bool>()) {
        let text = CdText { blocks };
        let repeats = if tab { CdTextRepeats::Tab } else { CdTextRepeats::InFull };
        let packs = text.encode(repeats).unwrap();
        prop_assert!(packs.iter().all(CdTextPack::crc_ok));
        let (mut read, mut findings) = CdText::decode(&packs);
        // Without one text in it a block does not show whether its characters would have had one byte or two.
        for (read, block) in read.blocks.iter_mut().zip(&text.blocks) {
            if block.charset() == (CdTextCharset::MsJis { double_byte: false }) && !block.texts().any(|(kind, ..)| kind.has_block_charset()) {
                prop_assert_eq!(read.charset(), KANJI);
                *read = block.clone();
            }
        }
        findings.retain(|finding| !matches!(finding, CdTextFinding::Undecodable { .. }));
        prop_assert_eq!(read, text);
        prop_assert_eq!(findings, vec![]);
    }

    /// A pack that is lost takes only the texts with it that it holds a part of.
    #[test]
    fn a_lost_pack_spares_other_texts(block in any_block(), lost in any::<prop::sample::Index>()) {
        let text = CdText { blocks: vec![block] };
        let mut packs = text.encode(CdTextRepeats::InFull).unwrap();
        prop_assume!(packs.len() > 3);
        let n_lost = lost.index(packs.len() - 3);
        let gone = packs.remove(n_lost);
        let (read, findings) = CdText::decode(&packs);
        prop_assert!(!findings.is_empty());
        // Texts in the lost pack: from its track on, as many as zeros end in it.
        let unit = if gone.is_double_byte() { 2 } else { 1 };
        let n_ends = gone.payload().chunks(unit).filter(|c| c.iter().all(|&b| b == 0)).count();
        let block = &text.blocks[0];
        let after = |track: u8| if track == 0 { block.first_track() } else { track + 1 };
        let touched: Vec<u8> = core::iter::successors(Some(gone.track()), |&track| Some(after(track))).take(n_ends + 1).collect();
        for (kind, track, expect) in block.texts() {
            if kind != gone.kind() || !touched.contains(&track) {
                prop_assert_eq!(read.blocks[0].text(kind, track), Some(expect), "{} {}", kind, track);
            }
        }
    }
}
