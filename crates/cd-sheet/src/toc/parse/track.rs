//! `TRACK` and what belongs to it.

use super::{
    Isrc, Parser, Phase as HeaderPhase, Place, Seen, SheetError, SheetFault, Spanned, TocLength,
    TocMode, TocSheetTrack, TocStatement, TocSubchannel, Token, TokenKind, duplicate, order,
    out_of_range, plain_text,
};
use crate::toc::TocCdText;
use crate::toc::cd_text;

/// The most `INDEX` statements: index 2 to 99.
const MAX_INDEXES: usize = 98;

const WORDS: &str = "COPY, NO COPY, PRE_EMPHASIS, NO PRE_EMPHASIS, TWO_CHANNEL_AUDIO, FOUR_CHANNEL_AUDIO, \
     ISRC, CD_TEXT, PREGAP, FILE, AUDIOFILE, DATAFILE, FIFO, SILENCE, ZERO, START, END, INDEX or TRACK";
const MODES: &str =
    "AUDIO, MODE1, MODE1_RAW, MODE2, MODE2_RAW, MODE2_FORM1, MODE2_FORM2 or MODE2_FORM_MIX";

/// Where a word may stand in a track.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Flags,
    CdText,
    Pregap,
    Data,
    Index,
}

impl Phase {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "NO" | "COPY" | "PRE_EMPHASIS" | "TWO_CHANNEL_AUDIO" | "FOUR_CHANNEL_AUDIO"
            | "ISRC" => Self::Flags,
            "CD_TEXT" => Self::CdText,
            "PREGAP" => Self::Pregap,
            "FILE" | "AUDIOFILE" | "DATAFILE" | "FIFO" | "SILENCE" | "ZERO" | "START" | "END" => {
                Self::Data
            }
            "INDEX" => Self::Index,
            _ => return None,
        })
    }
}

/// Takes a track, from `TRACK` to the next one or the end of the sheet.
pub(super) fn parse(
    parser: &mut Parser<'_>,
    disc: &TocCdText,
) -> Result<TocSheetTrack, SheetError> {
    let start = parser.advance()?;
    let mut track = TocSheetTrack::new(mode(parser)?);
    track.mode.place = start.place;
    track.subchannel = subchannel(parser)?;
    let mut seen = Seen::default();
    let mut reached = Phase::Flags;
    while let TokenKind::Word(word) = parser.token.kind {
        let Some(phase) = Phase::of(word) else { break };
        if phase < reached {
            let rule = "stands too late: in a track come flags and ISRC, CD_TEXT, PREGAP, data with START and END, INDEX";
            return Err(parser.token.error(order(word, rule)));
        }
        reached = phase;
        let token = parser.advance()?;
        match phase {
            Phase::Flags => flag(parser, &mut track, &mut seen, &token, word)?,
            Phase::CdText => {
                seen.once(&token, word)?;
                track.cd_text = cd_text::of_track(parser, disc)?;
            }
            Phase::Pregap => {
                seen.once(&token, word)?;
                track.pregap = Some(pregap(parser, &token)?);
            }
            Phase::Data => {
                let statement = statement(parser, word)?;
                track.statements.push(Spanned::new(token.place, statement));
            }
            Phase::Index => index(parser, &mut track)?,
        }
    }
    check_end(parser)?;
    check(&track, &start)?;
    Ok(track)
}

/// What follows a track is another one, or nothing.
fn check_end(parser: &Parser<'_>) -> Result<(), SheetError> {
    match parser.token.kind {
        TokenKind::End | TokenKind::Word("TRACK") => Ok(()),
        TokenKind::Word(word) if HeaderPhase::of(word).is_some() => {
            let rule = "stands after a track; what is said of the disc comes before the first one";
            Err(parser.token.error(order(word, rule)))
        }
        _ => Err(parser.unexpected_statement(WORDS)),
    }
}

fn mode(parser: &mut Parser<'_>) -> Result<TocMode, SheetError> {
    let token = parser.token;
    let TokenKind::Word(word) = token.kind else {
        return Err(token.unexpected(MODES));
    };
    match TocMode::from_word(word) {
        Some(TocMode::Mode0) => Err(token.error(SheetFault::Unsupported {
            what: "a track of MODE0".into(),
            why: "cdrdao has MODE0 in ZERO statements only".into(),
        })),
        Some(mode) => {
            parser.advance()?;
            Ok(mode)
        }
        None => Err(token.error(SheetFault::UnknownWord {
            what: "track mode",
            found: SheetFault::show(word),
            expected: MODES.into(),
        })),
    }
}

fn subchannel(parser: &mut Parser<'_>) -> Result<Option<TocSubchannel>, SheetError> {
    let TokenKind::Word(word) = parser.token.kind else {
        return Ok(None);
    };
    let subchannel = TocSubchannel::from_word(word);
    if subchannel.is_some() {
        parser.advance()?;
    }
    Ok(subchannel)
}

fn flag(
    parser: &mut Parser<'_>,
    track: &mut TocSheetTrack,
    seen: &mut Seen<'_>,
    token: &Token<'_>,
    word: &str,
) -> Result<(), SheetError> {
    let is_set = word != "NO";
    let word = match (is_set, parser.token.kind) {
        (false, TokenKind::Word(flag @ ("COPY" | "PRE_EMPHASIS"))) => {
            parser.advance()?;
            flag
        }
        (false, _) => return Err(parser.token.unexpected("COPY or PRE_EMPHASIS")),
        (true, _) => word,
    };
    let audio_only = |what: &'static str| {
        if track.mode.value == TocMode::Audio {
            return Ok(());
        }
        Err(token.error(conflict_with_track(what, track)))
    };
    match word {
        "COPY" => {
            seen.once(token, "COPY or NO COPY")?;
            track.copy_permitted = is_set;
        }
        "PRE_EMPHASIS" => {
            seen.once(token, "PRE_EMPHASIS or NO PRE_EMPHASIS")?;
            if is_set {
                audio_only("PRE_EMPHASIS")?;
            }
            track.pre_emphasis = is_set;
        }
        "ISRC" => {
            seen.once(token, "ISRC")?;
            let (token, text) = parser.text("the recording code, CCOOOYYNNNNN in quotes")?;
            let isrc: Isrc = text
                .parse()
                .map_err(|error| token.error(SheetFault::Isrc(error)))?;
            track.isrc = Some(Spanned::new(token.place, isrc));
        }
        _ => {
            seen.once(token, "the number of channels")?;
            let is_four = word == "FOUR_CHANNEL_AUDIO";
            if is_four {
                audio_only("FOUR_CHANNEL_AUDIO")?;
            }
            track.four_channel = is_four;
        }
    }
    Ok(())
}

fn pregap(
    parser: &mut Parser<'_>,
    token: &Token<'_>,
) -> Result<Spanned<cd_address::RelMsf>, SheetError> {
    let time = parser.time()?;
    if time.value.to_sectors().is_zero() {
        let value = time.value.to_string();
        let expected = "a pregap of one sector at least; leave PREGAP out for none";
        return Err(time.error(SheetFault::unexpected(&value, expected)));
    }
    Ok(Spanned::new(token.place, time.value))
}

fn statement(parser: &mut Parser<'_>, word: &str) -> Result<TocStatement, SheetError> {
    const LENGTH: &str = "a length, mm:ss:ff or a number";
    Ok(match word {
        "FILE" | "AUDIOFILE" => {
            let name = file_name(parser)?;
            TocStatement::AudioFile {
                name,
                swap: parser.take_word("SWAP")?,
                offset: offset(parser)?,
                start: parser
                    .length("where in the file to start, mm:ss:ff or a number of samples")?,
                length: optional_length(parser)?,
            }
        }
        "DATAFILE" => TocStatement::DataFile {
            name: file_name(parser)?,
            offset: offset(parser)?,
            length: optional_length(parser)?,
        },
        "FIFO" => TocStatement::Fifo {
            name: file_name(parser)?,
            length: parser.length_above_zero(LENGTH)?,
        },
        "SILENCE" => TocStatement::Silence {
            length: parser.length_above_zero(LENGTH)?,
        },
        "ZERO" => zero(parser)?,
        "START" => TocStatement::Start(optional_time(parser)?),
        _ => TocStatement::End(optional_time(parser)?),
    })
}

fn zero(parser: &mut Parser<'_>) -> Result<TocStatement, SheetError> {
    let mode = match parser.token.kind {
        TokenKind::Word(word) => TocMode::from_word(word),
        _ => None,
    };
    if mode.is_some() {
        parser.advance()?;
    }
    Ok(TocStatement::Zero {
        mode,
        subchannel: subchannel(parser)?,
        length: parser.length_above_zero("a mode, RW, RW_RAW or a length, mm:ss:ff or a number")?,
    })
}

fn file_name(parser: &mut Parser<'_>) -> Result<String, SheetError> {
    let (token, raw) = parser.text("the name of a file, in quotes")?;
    let name = plain_text(&token, raw)?;
    match name.as_str() {
        "" => Err(token.unexpected("the name of a file, in quotes")),
        "-" => Err(token.error(SheetFault::Unsupported {
            what: "the file \"-\", standard input".into(),
            why: "a disc is made from files, whose length is known; write the data to one".into(),
        })),
        _ => Ok(name),
    }
}

fn offset(parser: &mut Parser<'_>) -> Result<Option<u64>, SheetError> {
    if !parser.take_mark('#')? {
        return Ok(None);
    }
    let offset = parser.number("byte in the file", 0, TocLength::MAX_UNITS)?;
    Ok(Some(offset))
}

/// A length if one follows; zero is none, as in cdrdao.
fn optional_length(parser: &mut Parser<'_>) -> Result<Option<TocLength>, SheetError> {
    if !parser.is_number() {
        return Ok(None);
    }
    let length = parser.length("a length, mm:ss:ff or a number")?;
    Ok(Some(length).filter(|length| !length.is_zero()))
}

fn optional_time(parser: &mut Parser<'_>) -> Result<Option<cd_address::RelMsf>, SheetError> {
    if !parser.is_number() {
        return Ok(None);
    }
    Ok(Some(parser.time()?.value))
}

fn index(parser: &mut Parser<'_>, track: &mut TocSheetTrack) -> Result<(), SheetError> {
    let time = parser.time()?;
    let number = track.indexes.len() + 2;
    if track.indexes.len() == MAX_INDEXES {
        return Err(time.error(out_of_range(
            "number of the index",
            number.to_string(),
            2,
            99,
        )));
    }
    let start = Spanned::new(track.mode.place, cd_address::RelMsf::ZERO);
    let previous = track.indexes.last().unwrap_or(&start);
    if time.value <= previous.value {
        return Err(time.error(SheetFault::NotAscending {
            what: "index",
            value: time.value.to_string(),
            previous: previous.value.to_string(),
            at: previous.place,
        }));
    }
    track.indexes.push(time);
    Ok(())
}

fn conflict_with_track(what: &'static str, track: &TocSheetTrack) -> SheetFault {
    let mode = track.mode.value;
    let other = match track.subchannel {
        Some(subchannel) => format!("TRACK {mode} {subchannel}"),
        None => format!("TRACK {mode}"),
    };
    SheetFault::Conflict {
        what: what.into(),
        other: other.into(),
        at: track.mode.place,
    }
}

/// What only the whole track shows.
fn check(track: &TocSheetTrack, start: &Token<'_>) -> Result<(), SheetError> {
    let is_audio = track.mode.value == TocMode::Audio;
    let takes_samples = is_audio && track.subchannel.is_none();
    let are_samples = |word| matches!(word, "FILE" | "SILENCE" | "PREGAP");
    // PREGAP of an audio track is silence.
    let pregap = track.pregap.filter(|_| is_audio);
    let mut first = pregap.map(|pregap| ("PREGAP", pregap.place));
    let mut has_data = false;
    for statement in &track.statements {
        if !statement.value.is_data() {
            continue;
        }
        has_data = true;
        let word = statement.value.word();
        if are_samples(word) && !takes_samples {
            return Err(statement.error(conflict_with_track(word, track)));
        }
        let (other, at) = *first.get_or_insert((word, statement.place));
        if is_audio && are_samples(word) != are_samples(other) {
            return Err(statement.error(conflict(word, other, at)));
        }
    }
    if !has_data {
        return Err(start.error(SheetFault::Missing {
            what: "data (FILE, DATAFILE, FIFO, SILENCE or ZERO)".into(),
            of: "the track".into(),
        }));
    }
    check_gaps(track)
}

fn conflict(what: &'static str, other: &'static str, at: Place) -> SheetFault {
    SheetFault::Conflict {
        what: what.into(),
        other: other.into(),
        at,
    }
}

/// `START` and `END` stand once, and `START` not beside `PREGAP`.
fn check_gaps(track: &TocSheetTrack) -> Result<(), SheetError> {
    let mut seen: Vec<(&str, Place)> = Vec::new();
    for statement in track
        .statements
        .iter()
        .filter(|statement| !statement.value.is_data())
    {
        let word = statement.value.word();
        if let Some(&(_, first)) = seen.iter().find(|(other, _)| *other == word) {
            return Err(statement.error(duplicate(word, first)));
        }
        if let (TocStatement::Start(_), Some(pregap)) = (&statement.value, track.pregap) {
            return Err(statement.error(conflict(word, "PREGAP", pregap.place)));
        }
        seen.push((word, statement.place));
    }
    Ok(())
}
