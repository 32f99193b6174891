//! CD-Text as sheets have it.

use cd_sector::{CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextPack};
use cd_sheet::cue::{CueField, CueText, CueTexts};
use cd_sheet::toc::{TocCdText, TocEncoding, TocTextBlock, TocTextItem, TocTextValue};

use crate::sheet::packs;

/// The texts that CDRWIN has, which programs read that do not know files of packs.
const CUE_FIELDS: [CueField; 3] = [CueField::Title, CueField::Performer, CueField::Songwriter];

/// What `packs` say of a track, or of the disc (track 0), in their first language.
pub(super) fn cue_texts(packs: &[CdTextPack], track: u8) -> CueTexts {
    let (text, _) = CdText::decode(packs);
    let Some(block) = text.blocks.first() else {
        return CueTexts::new();
    };
    let texts = CUE_FIELDS.into_iter().filter_map(|field| {
        let text = block.text(field.cd_text_kind(), track)?;
        // The packs have what a sheet cannot hold.
        Some((field, CueText::new(text).ok()?.into()))
    });
    texts.collect()
}

/// The disc's part of `text` in a toc-file.
pub(super) fn toc_disc(text: &CdText) -> TocCdText {
    let numbered = || (0..=7).zip(&text.blocks);
    TocCdText {
        languages: numbered()
            .map(|(number, block)| (number, block.language))
            .collect(),
        blocks: numbered()
            .map(|(number, block)| {
                let mut items = items(block, 0);
                items.extend(binary(block));
                TocTextBlock {
                    number,
                    encoding: encoding(block.charset()),
                    items,
                }
            })
            .collect(),
    }
}

/// A track's part of it.
pub(super) fn toc_track(text: &CdText, track: u8) -> Vec<TocTextBlock> {
    let blocks = (0..=7)
        .zip(&text.blocks)
        .map(|(number, block)| TocTextBlock {
            number,
            encoding: None,
            items: items(block, track),
        });
    blocks.filter(|block| !block.items.is_empty()).collect()
}

fn items(block: &CdTextBlock, track: u8) -> Vec<TocTextItem> {
    let texts = block.texts().filter(|(_, of, _)| *of == track);
    let items = texts.map(|(kind, _, text)| TocTextItem {
        kind,
        value: TocTextValue::Text(text.to_owned()).into(),
    });
    items.collect()
}

/// What is no text: the genre.
fn binary(block: &CdTextBlock) -> Option<TocTextItem> {
    let genre = block.genre.as_ref()?;
    let mut bytes = genre.code.0.to_be_bytes().to_vec();
    bytes.extend(genre.text.bytes());
    bytes.push(0);
    Some(TocTextItem {
        kind: CdTextKind::GENRE,
        value: TocTextValue::Bytes(bytes).into(),
    })
}

const fn encoding(charset: CdTextCharset) -> Option<TocEncoding> {
    match charset {
        // What is meant without a word; and versions of cdrdao before 1.2.5 know none.
        CdTextCharset::Iso8859_1 => None,
        CdTextCharset::Ascii => Some(TocEncoding::Ascii),
        CdTextCharset::MsJis { .. } => Some(TocEncoding::MsJis),
        CdTextCharset::Other(_) => None,
    }
}

/// The packs that are made again of what a toc-file has of `packs`; none if they cannot be.
pub(super) fn through_toc(packs: &[CdTextPack]) -> Vec<CdTextPack> {
    let (text, _) = CdText::decode(packs);
    packs::of_text(&text).unwrap_or_default()
}
