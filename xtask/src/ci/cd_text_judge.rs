//! The CD-Text case: `cdrskin`, a program of others, reads the packs that are made here, and finds the same text.

use std::collections::BTreeMap;
use std::path::Path;

use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextCollector, CdTextCycle, CdTextGenre, CdTextGenreCode,
    CdTextKind, CdTextLanguage, CdTextPack, CdTextRepeats, PwSubcode,
};
use xshell::Shell;

use super::judge::{ask, require};
use crate::{Result, project};

/// What is said of an album, by the purpose specifiers of the input sheet that `cdrskin` prints; values in the block's
/// own bytes. What is empty is not there.
type Sheet = BTreeMap<String, Vec<u8>>;

/// Writes CD-Text of several kinds into a lead-in, reads the packs out of it, and has `cdrskin` say what they say.
pub(super) fn check(_: &Shell) -> Result<()> {
    require("cdrskin", "cdrskin")?;
    let mut scratch = project::Scratch::new("cd-text")?;
    let mut outcome = Ok(());
    for (name, text) in [
        (
            "one-block",
            CdText {
                blocks: vec![every_kind()?],
            },
        ),
        (
            "three-blocks",
            CdText {
                blocks: vec![every_kind()?, ascii()?, katakana()?],
            },
        ),
        (
            "98-tracks",
            CdText {
                blocks: vec![ninety_eight_tracks()?],
            },
        ),
    ] {
        for (repeats, how) in [(CdTextRepeats::Tab, "tab"), (CdTextRepeats::InFull, "full")] {
            let path = scratch.path().join(format!("{name}-{how}.cdt"));
            let judged = judge(&text, repeats, &path);
            outcome = outcome.and(judged.map_err(|error| format!("{}: {error}", path.display())));
        }
    }
    if outcome.is_err() {
        scratch.keep();
    }
    Ok(outcome?)
}

fn judge(text: &CdText, repeats: CdTextRepeats, path: &Path) -> Result<()> {
    let packs = through_a_lead_in(&text.encode(repeats)?)?;
    std::fs::write(
        path,
        packs.iter().flat_map(|pack| pack.0).collect::<Vec<_>>(),
    )?;
    // No configuration of this machine's.
    let packs_file = format!("textfile_to_v07t={}", path.display());
    let found = sheets(&ask("cdrskin", &["--no_rc", &packs_file])?);
    let expect: Vec<Sheet> = text.blocks.iter().map(sheet).collect();
    if found.len() != expect.len() {
        return Err(format!("{} blocks, not {}", found.len(), expect.len()).into());
    }
    for (number, (found, expect)) in found.iter().zip(&expect).enumerate() {
        for purpose in found.keys().chain(expect.keys()) {
            let [found, expect] = [found, expect].map(|sheet| sheet.get(purpose));
            if found != expect {
                let [found, expect] = [found, expect].map(|value| shown(value));
                return Err(format!("block {number}, {purpose}: {found}, not {expect}").into());
            }
        }
        println!("block {number}: all {} values are the same", expect.len());
    }
    Ok(())
}

/// The packs after a way through the subcode of a lead-in, with one wrong bit on it.
fn through_a_lead_in(packs: &[CdTextPack]) -> Result<Vec<CdTextPack>> {
    let cycle = CdTextCycle::new(packs).ok_or("no packs")?;
    let mut collector = CdTextCollector::new();
    for sector_idx in 0..cycle.n_sectors() + 1 {
        let mut subcode = PwSubcode([0; 96]);
        subcode.set_cd_text(&cycle.sector(sector_idx));
        if sector_idx == 0 {
            subcode.0[50] ^= 0x08;
        }
        for pack in subcode.cd_text() {
            collector.push(&pack);
        }
    }
    Ok(collector.packs())
}

fn shown(value: Option<&Vec<u8>>) -> String {
    value.map_or("nothing".into(), |bytes| {
        format!("\"{}\"", bytes.escape_ascii())
    })
}

/// The sheets in `cdrskin`'s output, one for each block.
fn sheets(output: &[u8]) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for line in output.split(|&byte| byte == b'\n') {
        let Some(at) = line.windows(2).position(|pair| pair == b"= ") else {
            continue;
        };
        let purpose = String::from_utf8_lossy(line[..at].trim_ascii()).into_owned();
        let value = line[at + 2..].to_vec();
        match (&*purpose, sheets.last_mut()) {
            ("Input Sheet Version", _) => sheets.push(Sheet::new()),
            ("Remarks", _) | (_, None) => {}
            (_, Some(_)) if value.is_empty() => {}
            (_, Some(sheet)) => {
                sheet.insert(purpose, value);
            }
        }
    }
    sheets
}

/// The sheet that says what the block says.
fn sheet(block: &CdTextBlock) -> Sheet {
    let code = match block.charset() {
        CdTextCharset::Iso8859_1 => "8859",
        CdTextCharset::Ascii => "ASCII",
        CdTextCharset::MsJis { .. } => "MS-JIS",
        CdTextCharset::Other(_) => "",
    };
    let copy_protection = if block.copyright == 0 { "OFF" } else { "ON" };
    let mut sheet = Sheet::from(
        [
            ("Text Code", code.to_string()),
            ("Language Code", block.language.to_string()),
            ("Text Data Copy Protection", copy_protection.into()),
            ("First Track Number", block.first_track().to_string()),
            ("Last Track Number", block.last_track().to_string()),
        ]
        .map(|(purpose, value)| (purpose.to_owned(), value.into_bytes())),
    );
    if let Some(CdTextGenre { code, text }) = &block.genre {
        sheet.insert("Genre Code".into(), code.to_string().into_bytes());
        sheet.insert("Genre Information".into(), text.clone().into_bytes());
    }
    for (kind, track, text) in block.texts() {
        let charset = block.charset().of_kind(kind);
        let value = text
            .chars()
            .flat_map(|character| bytes(character, charset))
            .collect();
        sheet.insert(purpose(kind, track), value);
    }
    sheet
}

/// What the input sheet calls a text.
fn purpose(kind: CdTextKind, track: u8) -> String {
    let (album, of_track) = match kind {
        CdTextKind::TITLE => ("Album Title", "Title"),
        CdTextKind::PERFORMER => ("Artist Name", "Artist"),
        CdTextKind::SONGWRITER => ("Songwriter", "Songwriter"),
        CdTextKind::COMPOSER => ("Composer", "Composer"),
        CdTextKind::ARRANGER => ("Arranger", "Arranger"),
        CdTextKind::MESSAGE => ("Album Message", "Message"),
        CdTextKind::DISC_ID => ("Catalog Number", ""),
        CdTextKind::CLOSED_INFO => ("Closed Information", ""),
        _ => ("UPC / EAN", "ISRC"),
    };
    match (track, kind) {
        (0, _) => album.to_owned(),
        (track, CdTextKind::UPC_ISRC) => format!("ISRC {track:02}"),
        (track, _) => format!("Track {track:02} {of_track}"),
    }
}

/// A character's bytes, not by way of any table: ISO 8859-1 is the first 256 characters, katakana are in a row in MS-JIS.
fn bytes(character: char, charset: CdTextCharset) -> Vec<u8> {
    let code = u32::from(character);
    let code = match charset {
        CdTextCharset::MsJis { .. } => {
            let place = code - 0x30A1;
            // Byte 7Fh is left out in the row.
            let place = if place >= 0x3F { place + 1 } else { place };
            return [0x83, 0x40 + place]
                .iter()
                .flat_map(|&byte| u8::try_from(byte))
                .collect();
        }
        _ => code,
    };
    u8::try_from(code).into_iter().collect()
}

/// The same in every block, because the judge prints the first one's for all.
const PROTECTED: u8 = 3;

const PER_TRACK: [CdTextKind; 6] = [
    CdTextKind::TITLE,
    CdTextKind::PERFORMER,
    CdTextKind::SONGWRITER,
    CdTextKind::COMPOSER,
    CdTextKind::ARRANGER,
    CdTextKind::MESSAGE,
];

fn every_kind() -> Result<CdTextBlock> {
    let charset = CdTextCharset::Iso8859_1;
    let mut block = CdTextBlock::new(CdTextLanguage::GERMAN, charset, 1, 4)?;
    for kind in PER_TRACK {
        for track in 0..=4 {
            // Two tracks in a row say the same, one says nothing; lengths end in all places of a pack.
            let text = match track {
                2 => String::new(),
                3 | 4 => format!("Fünf Gründe für {kind}"),
                _ => format!(
                    "Größe {track}: {}",
                    "äöü ".repeat(usize::from(track + kind.0 - 0x80))
                ),
            };
            block.set(kind, track, text.trim_end())?;
        }
    }
    block.set(CdTextKind::DISC_ID, 0, "ABC-1234567890")?;
    block.set(
        CdTextKind::CLOSED_INFO,
        0,
        "Für niemanden, am wenigsten für Spieler",
    )?;
    block.set(CdTextKind::UPC_ISRC, 0, "1234567890128")?;
    block.set(CdTextKind::UPC_ISRC, 1, "USABC0212345")?;
    block.set(CdTextKind::UPC_ISRC, 4, "USABC0212346")?;
    block.genre = Some(CdTextGenre {
        code: CdTextGenreCode::CLASSICAL,
        text: "Chamber music for one chamber".into(),
    });
    block.copyright = PROTECTED;
    Ok(block)
}

fn ascii() -> Result<CdTextBlock> {
    let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Ascii, 1, 4)?;
    block.set(CdTextKind::TITLE, 0, "Twelve chars")?;
    block.set(CdTextKind::TITLE, 4, "The last, and nothing before it")?;
    block.copyright = PROTECTED;
    Ok(block)
}

fn katakana() -> Result<CdTextBlock> {
    let charset = CdTextCharset::MsJis { double_byte: true };
    let mut block = CdTextBlock::new(CdTextLanguage::JAPANESE, charset, 1, 4)?;
    block.copyright = PROTECTED;
    block.set(CdTextKind::TITLE, 0, "ピアノノタメノキョク")?;
    for track in 1..=3 {
        block.set(CdTextKind::TITLE, track, "ミムメモ")?;
        block.set(
            CdTextKind::PERFORMER,
            track,
            &"ア".repeat(usize::from(5 + track)),
        )?;
    }
    Ok(block)
}

/// As many as the judge takes: it calls 1 to 99 an illegal range.
fn ninety_eight_tracks() -> Result<CdTextBlock> {
    let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Iso8859_1, 1, 98)?;
    for track in 0..=98 {
        let title = format!("Piece {}", "I".repeat(usize::from(track % 7)));
        block.set(CdTextKind::TITLE, track, title.trim_end())?;
        block.set(
            CdTextKind::PERFORMER,
            track,
            if track < 50 { "Left" } else { "Right" },
        )?;
    }
    Ok(block)
}
