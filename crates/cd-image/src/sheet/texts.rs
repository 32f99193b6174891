//! Texts of a CUE sheet to CD-Text.
//!
//! # Spec
//! MMC-3 annex J (CD-Text in the lead-in).

use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextError, CdTextGenre, CdTextGenreCode, CdTextLanguage,
    CdTextPack,
};
use cd_sheet::cue::{CueField, CueSheet, CueText};
use cd_sheet::{Place, Spanned};

use super::{Context, packs};
use crate::{OpenError, SheetFileError, SourceNote};

/// What to do about a character that ISO 8859-1 does not have.
const WESTERN: &str = "write another character, or take the line out";
/// The same for MS-JIS, and for text that is not Japanese to begin with.
const JAPANESE: &str =
    "CD-Text is in ISO 8859-1, or in MS-JIS where it is Japanese: write another character";

/// The packs of the sheet's texts; none if it has no text.
pub(super) fn encode(
    context: &mut Context<'_, '_>,
    sheet: &CueSheet,
) -> Result<Vec<CdTextPack>, OpenError> {
    let Some(first) = all(sheet).next() else {
        return Ok(Vec::new());
    };
    let (charset, language) = if all(sheet).any(|(_, text)| is_japanese(text.value.as_str())) {
        (
            CdTextCharset::MsJis { double_byte: true },
            CdTextLanguage::JAPANESE,
        )
    } else {
        (CdTextCharset::Iso8859_1, CdTextLanguage::ENGLISH)
    };
    let place = first.1.place;
    let block = match block_of(sheet, charset, language) {
        Err((CdTextError::HalfWidth { .. }, _)) => {
            context.note(SourceNote::MixedWidths);
            let charset = CdTextCharset::MsJis { double_byte: false };
            block_of(sheet, charset, language)
        }
        block => block,
    };
    let block = block.map_err(|(error, place)| context.text_error(error, charset, place))?;
    let charset = block.charset();
    context.say(format!("CD-Text in {charset} from the sheet's texts"));
    let text = CdText {
        blocks: vec![block],
    };
    packs::of_text(&text).map_err(|error| context.text_error(error, charset, place))
}

/// That the texts are not used because packs are.
pub(super) fn note_unused(context: &mut Context<'_, '_>, sheet: &CueSheet) {
    if all(sheet).next().is_some() {
        context.note(SourceNote::TextsUnused);
    }
}

fn all(sheet: &CueSheet) -> impl Iterator<Item = (CueField, &Spanned<CueText>)> {
    let tracks = sheet.tracks.iter().flat_map(|track| &track.texts);
    let said = sheet.texts.iter().chain(tracks);
    said.filter(|(_, text)| !text.value.as_str().is_empty())
        .map(|(field, text)| (*field, text))
}

/// Kana, Chinese characters and their punctuation: MS-JIS has Greek and Cyrillic too, which do not make a text Japanese.
fn is_japanese(text: &str) -> bool {
    let is_of_them = |c: char| matches!(c, '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF61}'..='\u{FF9F}');
    text.chars().any(is_of_them)
}

fn block_of(
    sheet: &CueSheet,
    charset: CdTextCharset,
    language: CdTextLanguage,
) -> Result<CdTextBlock, (CdTextError, Place)> {
    let last = sheet.numbered_tracks().last();
    let last = last.map_or(sheet.first_track, |(number, _)| number);
    let mut block = CdTextBlock::new(language, charset, sheet.first_track, last)
        .map_err(|error| (error, Place::START))?;
    let disc = std::iter::once((0, &sheet.texts));
    let tracks = sheet
        .numbered_tracks()
        .map(|(number, track)| (number, &track.texts));
    for (number, texts) in disc.chain(tracks) {
        for (field, text) in texts {
            let value = text.value.as_str();
            if *field == CueField::Genre {
                block.genre = Some(genre(value));
            } else {
                block
                    .set(field.cd_text_kind(), number, value)
                    .map_err(|error| (error, text.place))?;
            }
        }
    }
    Ok(block)
}

/// The code of this name, or the name as it is.
fn genre(name: &str) -> CdTextGenre {
    let known = (0..=u16::from(u8::MAX)).map(CdTextGenreCode);
    let code = known
        .filter(|code| *code != CdTextGenreCode::NOT_USED)
        .find(|code| {
            code.name()
                .is_some_and(|other| other.eq_ignore_ascii_case(name))
        });
    match code {
        Some(code) => CdTextGenre {
            code,
            text: String::new(),
        },
        None => CdTextGenre {
            code: CdTextGenreCode::NOT_DEFINED,
            text: name.to_owned(),
        },
    }
}

impl Context<'_, '_> {
    fn text_error(&self, source: CdTextError, charset: CdTextCharset, place: Place) -> OpenError {
        let advice = match (source, charset) {
            (CdTextError::Character { .. }, CdTextCharset::Iso8859_1) => WESTERN,
            (CdTextError::Character { .. } | CdTextError::HalfWidth { .. }, _) => JAPANESE,
            _ => "change the sheet's texts",
        };
        self.error(place, SheetFileError::CdText { source, advice })
    }
}
