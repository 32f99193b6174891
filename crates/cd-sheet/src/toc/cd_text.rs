//! `CD_TEXT` of the disc and of tracks.

use cd_sector::{CdTextKind, CdTextLanguage};

use super::lexer::TokenKind;
use super::mode::TocEncoding;
use super::parse::{Parser, duplicate, order};
use super::string::{cd_text, text_of};
use super::{TocCdText, TocTextBlock, TocTextItem, TocTextValue};
use crate::{Place, SheetError, SheetFault, Spanned};

/// The highest number of a language block.
const MAX_BLOCK: u8 = 7;

const ITEMS: &str = "TITLE, PERFORMER, SONGWRITER, COMPOSER, ARRANGER, MESSAGE, DISC_ID, GENRE, TOC_INFO1, TOC_INFO2, \
     RESERVED1 to RESERVED3, CLOSED, UPC_EAN, ISRC, SIZE_INFO or \"}\"";
const ENCODINGS: &str = "ENCODING_ISO_8859_1, ENCODING_ASCII or ENCODING_MS_JIS";

/// The words of the items, those first that are printed for the disc.
const KINDS: [(&str, CdTextKind); 18] = [
    ("TITLE", CdTextKind::TITLE),
    ("PERFORMER", CdTextKind::PERFORMER),
    ("SONGWRITER", CdTextKind::SONGWRITER),
    ("COMPOSER", CdTextKind::COMPOSER),
    ("ARRANGER", CdTextKind::ARRANGER),
    ("MESSAGE", CdTextKind::MESSAGE),
    ("DISC_ID", CdTextKind::DISC_ID),
    ("GENRE", CdTextKind::GENRE),
    ("TOC_INFO1", CdTextKind::TOC_INFO),
    ("TOC_INFO2", CdTextKind::TOC_INFO_2),
    ("RESERVED1", CdTextKind(0x8A)),
    ("RESERVED2", CdTextKind(0x8B)),
    ("RESERVED3", CdTextKind(0x8C)),
    // cdrdao 1.2.4 does not know CLOSED, later versions know both.
    ("RESERVED4", CdTextKind::CLOSED_INFO),
    ("CLOSED", CdTextKind::CLOSED_INFO),
    ("UPC_EAN", CdTextKind::UPC_ISRC),
    ("ISRC", CdTextKind::UPC_ISRC),
    ("SIZE_INFO", CdTextKind::SIZE),
];

fn kind_of(word: &str) -> Option<CdTextKind> {
    let found = KINDS.iter().find(|(name, _)| *name == word);
    found.map(|(_, kind)| *kind)
}

/// The word that is printed for an item; `None` for a kind that the format does not have.
pub(super) fn word_of(kind: CdTextKind, is_track: bool) -> Option<&'static str> {
    if is_track && kind == CdTextKind::UPC_ISRC {
        return Some("ISRC");
    }
    let found = KINDS.iter().find(|(_, known)| *known == kind);
    found.map(|(name, _)| *name)
}

/// Takes what follows `CD_TEXT` before the first track.
pub(super) fn of_disc(parser: &mut Parser<'_>) -> Result<TocCdText, SheetError> {
    parser.mark('{', "\"{\"")?;
    let mut text = TocCdText::default();
    let mut map_place = None;
    if let TokenKind::Word("LANGUAGE_MAP") = parser.token.kind {
        map_place = Some(parser.advance()?.place);
        text.languages = language_map(parser)?;
    }
    text.blocks = blocks(parser, &Owner::Disc(&text.languages, map_place))?;
    Ok(text)
}

/// Takes what follows `CD_TEXT` in a track.
pub(super) fn of_track(
    parser: &mut Parser<'_>,
    disc: &TocCdText,
) -> Result<Vec<TocTextBlock>, SheetError> {
    parser.mark('{', "\"{\"")?;
    blocks(parser, &Owner::Track(disc))
}

fn language_map(parser: &mut Parser<'_>) -> Result<Vec<(u8, CdTextLanguage)>, SheetError> {
    parser.mark('{', "\"{\"")?;
    let mut languages: Vec<(u8, CdTextLanguage)> = Vec::new();
    let mut places = Vec::new();
    while languages.is_empty() || !parser.is_mark('}') {
        let token = parser.token;
        let number = parser.small_number("number of the language", 0, MAX_BLOCK)?;
        if let Some(idx) = languages.iter().position(|(other, _)| *other == number) {
            let what = format!("language {number}");
            return Err(token.error(duplicate(what, places[idx])));
        }
        parser.mark(':', "\":\" and the language")?;
        let language = if parser.take_word("EN")? {
            CdTextLanguage::ENGLISH
        } else if parser.is_number() {
            CdTextLanguage(parser.small_number("code of the language", 0, u8::MAX)?)
        } else {
            return Err(parser
                .token
                .unexpected("EN or the code of a language, 0 to 255"));
        };
        languages.push((number, language));
        places.push(token.place);
    }
    parser.advance()?;
    Ok(languages)
}

/// What blocks belong to.
enum Owner<'a> {
    /// The disc with these languages, and the place of their map.
    Disc(&'a [(u8, CdTextLanguage)], Option<Place>),
    /// A track of the disc with this text.
    Track(&'a TocCdText),
}

impl Owner<'_> {
    const fn is_track(&self) -> bool {
        matches!(self, Self::Track(_))
    }

    fn has_language(&self, number: u8) -> bool {
        let languages = match self {
            Self::Disc(languages, _) => languages,
            Self::Track(disc) => disc.languages.as_slice(),
        };
        languages.iter().any(|(other, _)| *other == number)
    }
}

/// Takes `LANGUAGE` blocks up to the closing brace.
fn blocks(parser: &mut Parser<'_>, owner: &Owner<'_>) -> Result<Vec<TocTextBlock>, SheetError> {
    let mut blocks: Vec<TocTextBlock> = Vec::new();
    let mut places = Vec::new();
    while !parser.take_mark('}')? {
        let token = parser.token;
        if let TokenKind::Word("LANGUAGE_MAP") = token.kind {
            return Err(token.error(match *owner {
                Owner::Disc(_, Some(first)) => duplicate("LANGUAGE_MAP", first),
                Owner::Disc(_, None) => order("LANGUAGE_MAP", "stands before all LANGUAGE blocks"),
                Owner::Track(_) => order(
                    "LANGUAGE_MAP",
                    "belongs to the disc, before the first track",
                ),
            }));
        }
        if !parser.take_word("LANGUAGE")? {
            return Err(token.unexpected("LANGUAGE or \"}\""));
        }
        let token = parser.token;
        let number = parser.small_number("number of the language", 0, MAX_BLOCK)?;
        if let Some(idx) = blocks.iter().position(|block| block.number == number) {
            let what = format!("LANGUAGE {number}");
            return Err(token.error(duplicate(what, places[idx])));
        }
        if !owner.has_language(number) {
            return Err(token.error(SheetFault::Missing {
                what: format!("language {number}").into(),
                of: "LANGUAGE_MAP of the disc".into(),
            }));
        }
        places.push(token.place);
        blocks.push(block(parser, owner, number)?);
    }
    Ok(blocks)
}

fn block(
    parser: &mut Parser<'_>,
    owner: &Owner<'_>,
    number: u8,
) -> Result<TocTextBlock, SheetError> {
    parser.mark('{', "\"{\"")?;
    let stated = encoding(parser, owner, number)?;
    let encoding = match owner {
        Owner::Disc(..) => stated.unwrap_or_default(),
        Owner::Track(disc) => disc.encoding(number),
    };
    let mut items: Vec<TocTextItem> = Vec::new();
    while !parser.take_mark('}')? {
        let token = parser.token;
        let TokenKind::Word(word) = token.kind else {
            return Err(token.unexpected(ITEMS));
        };
        if word.starts_with("ENCODING_") {
            return Err(token.error(order(word, "stands once, before all items of its block")));
        }
        let kind = kind_of(word).ok_or_else(|| {
            token.error(SheetFault::UnknownWord {
                what: "item of CD-Text",
                found: SheetFault::show(word),
                expected: ITEMS.into(),
            })
        })?;
        if let Some(first) = items.iter().find(|item| item.kind == kind) {
            let what = format!("{word} of this block");
            return Err(token.error(duplicate(what, first.value.place)));
        }
        let is_disc_only = matches!(
            kind,
            CdTextKind::GENRE | CdTextKind::TOC_INFO | CdTextKind::TOC_INFO_2 | CdTextKind::SIZE
        );
        if owner.is_track() && is_disc_only {
            return Err(token.error(order(word, "belongs to the disc, not to a track")));
        }
        parser.advance()?;
        let value = value(parser, encoding)?;
        let value = Spanned::new(token.place, value);
        items.push(TocTextItem { kind, value });
    }
    Ok(TocTextBlock {
        number,
        encoding: stated,
        items,
    })
}

/// Takes `ENCODING_...` if it is next.
fn encoding(
    parser: &mut Parser<'_>,
    owner: &Owner<'_>,
    number: u8,
) -> Result<Option<TocEncoding>, SheetError> {
    let token = parser.token;
    let word = match token.kind {
        TokenKind::Word(word) if word.starts_with("ENCODING_") => word,
        _ => return Ok(None),
    };
    let encoding = match (TocEncoding::from_word(word), word) {
        (Some(encoding), _) => encoding,
        (None, "ENCODING_KOREAN" | "ENCODING_MANDARIN") => {
            return Err(token.error(SheetFault::Unsupported {
                what: word.to_owned().into(),
                why: "CD-Text has no agreed code for these characters; use ENCODING_ISO_8859_1, \
                      ENCODING_ASCII or ENCODING_MS_JIS"
                    .into(),
            }));
        }
        _ => {
            return Err(token.error(SheetFault::UnknownWord {
                what: "encoding",
                found: SheetFault::show(word),
                expected: ENCODINGS.into(),
            }));
        }
    };
    if let Owner::Track(disc) = owner
        && disc.encoding(number) != encoding
    {
        let expected = disc.encoding(number).word();
        return Err(token.error(SheetFault::unexpected(
            word,
            format!("{expected}, as in the disc's block {number}"),
        )));
    }
    parser.advance()?;
    Ok(Some(encoding))
}

fn value(parser: &mut Parser<'_>, encoding: TocEncoding) -> Result<TocTextValue, SheetError> {
    const EXPECTED: &str = "text in quotes, or bytes { 0, 10, 255 }";
    if let Some(raw) = text_of(&parser.token) {
        let token = parser.advance()?;
        return cd_text(&token, raw, encoding).map(TocTextValue::Text);
    }
    parser.mark('{', EXPECTED)?;
    let mut bytes = Vec::new();
    if parser.take_mark('}')? {
        return Ok(TocTextValue::Bytes(bytes));
    }
    loop {
        let token = parser.token;
        let byte = parser.small_number("byte", 0, u8::MAX)?;
        if bytes.len() == TocTextValue::MAX_BYTES {
            let value = (bytes.len() + 1).to_string();
            let fault = super::parse::out_of_range("number of bytes", value, 0, 3072);
            return Err(token.error(fault));
        }
        bytes.push(byte);
        if parser.take_mark('}')? {
            return Ok(TocTextValue::Bytes(bytes));
        }
        parser.mark(',', "\",\" or \"}\"")?;
    }
}
