//! `CD_TEXT` of a toc-file to packs.
//!
//! # Spec
//! MMC-3 annex J (CD-Text in the lead-in).

use cd_sector::{
    CdText, CdTextBinary, CdTextBlock, CdTextCharset, CdTextError, CdTextGenre, CdTextGenreCode,
    CdTextKind, CdTextLanguage, CdTextPack,
};
use cd_sheet::Place;
use cd_sheet::toc::{TocSheet, TocTextBlock, TocTextItem, TocTextValue};

use crate::sheet::{Context, packs};
use crate::{OpenError, SheetFileError, SourceNote};

/// Bytes of text in a pack.
const PAYLOAD: usize = 12;

/// The packs of all blocks in which anything is said; none if nothing is.
pub(super) fn encode(
    context: &mut Context<'_, '_>,
    sheet: &TocSheet,
) -> Result<Vec<CdTextPack>, OpenError> {
    let mut languages = sheet.cd_text.languages.clone();
    languages.sort_by_key(|(number, _)| *number);
    let mut text = CdText::default();
    let mut place = None;
    for (number, language) in languages {
        let items: Vec<_> = items(sheet, number).collect();
        let Some((_, first)) = items.iter().find(|(_, item)| says_something(item)) else {
            continue;
        };
        place.get_or_insert(first.value.place);
        let charset = sheet.cd_text.encoding(number).charset();
        let block = match block(sheet, (charset, language), &items) {
            Err((Refused::Text(CdTextError::HalfWidth { .. }), _)) => {
                context.note(SourceNote::MixedWidths);
                let charset = CdTextCharset::MsJis { double_byte: false };
                block(sheet, (charset, language), &items)
            }
            block => block,
        };
        text.blocks
            .push(block.map_err(|(refused, place)| refused.at(context, place))?);
    }
    let Some(place) = place else {
        return Ok(Vec::new());
    };
    let charsets = text.blocks.iter().map(|block| block.charset().to_string());
    let charsets: Vec<_> = charsets.collect();
    context.say(format!("CD-Text in {}", charsets.join(" and ")));
    packs::of_text(&text).map_err(|error| Refused::Text(error).at(context, place))
}

/// What is said in block `number`, of the disc (0) and of each track.
fn items(sheet: &TocSheet, number: u8) -> impl Iterator<Item = (u8, &TocTextItem)> {
    let disc = std::iter::once((0, sheet.cd_text.blocks.as_slice()));
    let first = sheet.first_track_number();
    let tracks = (first..=99).zip(&sheet.tracks);
    let tracks = tracks.map(|(track, toc)| (track, toc.cd_text.as_slice()));
    let of_number = move |block: &&TocTextBlock| block.number == number;
    disc.chain(tracks).flat_map(move |(track, blocks)| {
        let items = blocks
            .iter()
            .filter(of_number)
            .flat_map(|block| &block.items);
        items.map(move |item| (track, item))
    })
}

/// Size info alone is made anew.
fn says_something(item: &TocTextItem) -> bool {
    let is_empty = match &item.value.value {
        TocTextValue::Text(text) => text.is_empty(),
        TocTextValue::Bytes(bytes) => bytes.is_empty(),
    };
    item.kind != CdTextKind::SIZE && !is_empty
}

/// Why an item cannot be on a disc.
enum Refused {
    Text(CdTextError),
    /// Bytes where text belongs.
    Bytes(CdTextKind),
    /// Bytes that are no whole number of packs.
    Length(CdTextKind, usize),
}

impl Refused {
    fn at(self, context: &Context<'_, '_>, place: Place) -> OpenError {
        let error = match self {
            Self::Text(source) => SheetFileError::CdText {
                source,
                advice: "change the sheet's CD_TEXT",
            },
            Self::Bytes(kind) => SheetFileError::CdTextItem {
                kind,
                problem: "is given as bytes, expected text in quotes".to_owned(),
            },
            Self::Length(kind, len) => SheetFileError::CdTextItem {
                kind,
                problem: format!("has {len} bytes, expected a multiple of 12"),
            },
        };
        context.error(place, error)
    }
}

fn block(
    sheet: &TocSheet,
    (charset, language): (CdTextCharset, CdTextLanguage),
    items: &[(u8, &TocTextItem)],
) -> Result<CdTextBlock, (Refused, Place)> {
    let first = sheet.first_track_number();
    let n_tracks = u8::try_from(sheet.tracks.len()).unwrap_or(u8::MAX);
    let last = first.saturating_add(n_tracks.saturating_sub(1));
    let mut block = CdTextBlock::new(language, charset, first, last)
        .map_err(|error| (Refused::Text(error), Place::START))?;
    for (track, item) in items {
        put(&mut block, *track, item).map_err(|refused| (refused, item.value.place))?;
    }
    Ok(block)
}

fn put(block: &mut CdTextBlock, track: u8, item: &TocTextItem) -> Result<(), Refused> {
    match (item.kind, &item.value.value) {
        (CdTextKind::SIZE, TocTextValue::Bytes(bytes)) => {
            // All of it is made anew but the one byte that follows from nothing else.
            block.copyright = bytes.get(3).copied().unwrap_or(0);
        }
        (CdTextKind::SIZE, TocTextValue::Text(_)) => {}
        (CdTextKind::GENRE, TocTextValue::Bytes(bytes)) => {
            if let [high, low, text @ ..] = bytes.as_slice() {
                let text = text.iter().take_while(|byte| **byte != 0);
                block.genre = Some(CdTextGenre {
                    code: CdTextGenreCode(u16::from_be_bytes([*high, *low])),
                    text: text.copied().map(char::from).collect(),
                });
            }
        }
        (CdTextKind::GENRE, TocTextValue::Text(text)) if !text.is_empty() => {
            block.genre = Some(CdTextGenre {
                code: CdTextGenreCode::NOT_DEFINED,
                text: text.clone(),
            });
        }
        (CdTextKind::GENRE, TocTextValue::Text(_)) => {}
        (kind, TocTextValue::Text(text)) => {
            block.set(kind, track, text).map_err(Refused::Text)?;
        }
        (kind, TocTextValue::Bytes(bytes)) if kind.is_text() => {
            // cdrdao writes text as bytes where it has some that are not ASCII.
            let is_single = matches!(
                block.charset().of_kind(kind),
                CdTextCharset::Iso8859_1 | CdTextCharset::Ascii
            );
            let is_empty = bytes.iter().all(|byte| *byte == 0);
            if !is_single && !is_empty {
                return Err(Refused::Bytes(kind));
            }
            let text = bytes.iter().take_while(|byte| **byte != 0);
            let text: String = text.copied().map(char::from).collect();
            block.set(kind, track, &text).map_err(Refused::Text)?;
        }
        (kind, TocTextValue::Bytes(bytes)) => {
            let (packs, rest) = bytes.as_chunks::<PAYLOAD>();
            if !rest.is_empty() {
                return Err(Refused::Length(kind, bytes.len()));
            }
            let first_track = block.first_track();
            let number = |idx: usize| match (kind, u8::try_from(idx)) {
                // The first is the disc's, each other four tracks'.
                (CdTextKind::TOC_INFO, Ok(idx @ 1..)) => {
                    first_track.saturating_add((idx - 1).saturating_mul(4))
                }
                _ => track,
            };
            let packs = packs.iter().enumerate();
            block
                .binary
                .extend(packs.map(|(idx, payload)| CdTextBinary {
                    kind,
                    track: number(idx),
                    payload: *payload,
                }));
        }
    }
    Ok(())
}
