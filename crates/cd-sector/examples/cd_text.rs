//! Shows what packs of CD-Text say, or makes some.
//!
//! `cargo run -p cd-sector --example cd_text -- make packs.bin`, then `... -- show packs.bin`: the file is packs of 18
//! bytes one after the other, as drives return them behind the four bytes of their answer's header.

use std::error::Error;

use cd_sector::{
    CD_TEXT_PACK_BYTES, CdText, CdTextBlock, CdTextCharset, CdTextCollector, CdTextCycle,
    CdTextGenre, CdTextGenreCode, CdTextKind, CdTextLanguage, CdTextPack, CdTextRepeats, PwSubcode,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", path] => {
            let packs = text()?.encode(CdTextRepeats::Tab)?;
            let bytes: Vec<u8> = packs.iter().flat_map(|pack| pack.0).collect();
            std::fs::write(path, &bytes)?;
            println!("{} packs in {path}", packs.len());
        }
        ["show", path] => show(&std::fs::read(path)?),
        [] => show_in_lead_in(&text()?)?,
        _ => return Err("say nothing, or `make FILE`, or `show FILE`".into()),
    }
    Ok(())
}

/// Two languages; the second is in MS-JIS.
fn text() -> Result<CdText, Box<dyn Error>> {
    let mut english = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Iso8859_1, 1, 3)?;
    english.set(CdTextKind::TITLE, 0, "Caf\u{e9} Pieces for a Single Finger")?;
    for (track, title) in [
        (1, "Up"),
        (2, "Down"),
        (3, "Up Again, and Longer than One Pack"),
    ] {
        english.set(CdTextKind::TITLE, track, title)?;
        english.set(CdTextKind::PERFORMER, track, "The Finger")?;
    }
    english.set(CdTextKind::UPC_ISRC, 0, "1234567890128")?;
    english.set(CdTextKind::UPC_ISRC, 2, "USABC0212345")?;
    english.genre = Some(CdTextGenre {
        code: CdTextGenreCode::CLASSICAL,
        text: "Piano, if one insists".into(),
    });
    let mut japanese = CdTextBlock::new(
        CdTextLanguage::JAPANESE,
        CdTextCharset::MsJis { double_byte: true },
        1,
        3,
    )?;
    japanese.set(
        CdTextKind::TITLE,
        0,
        "\u{30d4}\u{30a2}\u{30ce}\u{66f2}\u{96c6}",
    )?;
    Ok(CdText {
        blocks: vec![english, japanese],
    })
}

/// Puts the packs into a lead-in's subcode, as an author of discs does, and reads them out of it.
fn show_in_lead_in(text: &CdText) -> Result<(), Box<dyn Error>> {
    let packs = text.encode(CdTextRepeats::Tab)?;
    let cycle = CdTextCycle::new(&packs).ok_or("no packs")?;
    println!(
        "{} packs, {} sectors a round",
        packs.len(),
        cycle.n_sectors()
    );

    let mut collector = CdTextCollector::new();
    for sector_idx in 0..2 * cycle.n_sectors() {
        let mut subcode = PwSubcode([0; 96]);
        subcode.set_cd_text(&cycle.sector(sector_idx));
        if sector_idx == 0 {
            println!("the first 24 of 96 symbols: {:02X?}", &subcode.rw()[..24]);
            // One scratch.
            subcode.0[7] ^= 0x10;
        }
        for pack in subcode.cd_text() {
            if let Some(fault) = collector.push(&pack) {
                println!("sector {sector_idx} of the lead-in: {fault}");
            }
        }
    }
    let bytes: Vec<u8> = collector.packs().iter().flat_map(|pack| pack.0).collect();
    show(&bytes);
    Ok(())
}

fn show(bytes: &[u8]) {
    let (packs, rest) = bytes.as_chunks::<CD_TEXT_PACK_BYTES>();
    let packs: Vec<CdTextPack> = packs.iter().copied().map(CdTextPack).collect();
    let (text, findings) = CdText::decode(&packs);
    for (number, block) in text.blocks.iter().enumerate() {
        println!(
            "block {number}: {}, {}, tracks {} to {}",
            block.language,
            block.charset(),
            block.first_track(),
            block.last_track()
        );
        if let Some(CdTextGenre { code, text }) = &block.genre {
            println!("  genre: {code} ({text})");
        }
        for (kind, track, text) in block.texts() {
            match track {
                0 => println!("  album {kind}: {text}"),
                _ => println!("  track {track} {kind}: {text}"),
            }
        }
    }
    for finding in findings {
        println!("finding: {finding}");
    }
    if !rest.is_empty() {
        println!("{} bytes at the end are no pack", rest.len());
    }
}
