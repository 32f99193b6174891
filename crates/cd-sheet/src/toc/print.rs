//! A sheet to text.

use std::fmt;

use cd_sector::CdTextLanguage;

use super::cd_text::word_of;
use super::string::{CdTextText, NameText};
use super::{
    TocCdText, TocEncoding, TocLength, TocMode, TocSheet, TocSheetTrack, TocStatement,
    TocTextBlock, TocTextValue,
};

/// The toc-file, as cdrdao lays one out; lines end with LF.
///
/// Parsed again it is the same sheet, if all values are as their documentation says.
impl fmt::Display for TocSheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(disc_type) = self.disc_type {
            writeln!(f, "{disc_type}\n")?;
        }
        if let Some(catalog) = &self.catalog {
            writeln!(f, "CATALOG \"{}\"\n", catalog.value)?;
        }
        if let Some(number) = self.first_track {
            writeln!(f, "FIRST_TRACK_NO {number}\n")?;
        }
        if self.cd_text != TocCdText::default() {
            cd_text_of_disc(f, &self.cd_text)?;
        }
        for (number, track) in (self.first_track_number()..).zip(&self.tracks) {
            writeln!(f, "// Track {number}")?;
            print_track(f, track, &self.cd_text)?;
        }
        Ok(())
    }
}

fn cd_text_of_disc(f: &mut fmt::Formatter<'_>, text: &TocCdText) -> fmt::Result {
    f.write_str("CD_TEXT {\n")?;
    if !text.languages.is_empty() {
        f.write_str("  LANGUAGE_MAP {\n")?;
        for (number, language) in &text.languages {
            match *language {
                CdTextLanguage::ENGLISH => writeln!(f, "    {number} : EN")?,
                CdTextLanguage(code) => writeln!(f, "    {number} : {code}")?,
            }
        }
        f.write_str("  }\n")?;
    }
    for block in &text.blocks {
        print_block(f, block, text.encoding(block.number), false)?;
    }
    f.write_str("}\n\n")
}

fn print_block(
    f: &mut fmt::Formatter<'_>,
    block: &TocTextBlock,
    encoding: TocEncoding,
    is_track: bool,
) -> fmt::Result {
    writeln!(f, "  LANGUAGE {} {{", block.number)?;
    if let Some(encoding) = block.encoding {
        writeln!(f, "    {encoding}")?;
    }
    for item in &block.items {
        let Some(word) = word_of(item.kind, is_track) else {
            continue;
        };
        match &item.value.value {
            TocTextValue::Text(text) => writeln!(f, "    {word} {}", CdTextText(text, encoding))?,
            TocTextValue::Bytes(bytes) => {
                let bytes: Vec<_> = bytes.iter().map(u8::to_string).collect();
                writeln!(f, "    {word} {{ {} }}", bytes.join(", "))?;
            }
        }
    }
    f.write_str("  }\n")
}

fn print_track(f: &mut fmt::Formatter<'_>, track: &TocSheetTrack, disc: &TocCdText) -> fmt::Result {
    write!(f, "TRACK {}", track.mode.value)?;
    if let Some(subchannel) = track.subchannel {
        write!(f, " {subchannel}")?;
    }
    f.write_str("\n")?;
    f.write_str(if track.copy_permitted {
        "COPY\n"
    } else {
        "NO COPY\n"
    })?;
    if track.mode.value == TocMode::Audio {
        let no = if track.pre_emphasis { "" } else { "NO " };
        let channels = if track.four_channel { "FOUR" } else { "TWO" };
        writeln!(f, "{no}PRE_EMPHASIS\n{channels}_CHANNEL_AUDIO")?;
    }
    if let Some(isrc) = &track.isrc {
        // cdrdao takes no hyphens here.
        let characters = isrc.value.characters().iter().copied().map(char::from);
        writeln!(f, "ISRC \"{}\"", characters.collect::<String>())?;
    }
    if !track.cd_text.is_empty() {
        f.write_str("CD_TEXT {\n")?;
        for block in &track.cd_text {
            print_block(f, block, disc.encoding(block.number), true)?;
        }
        f.write_str("}\n")?;
    }
    if let Some(pregap) = &track.pregap {
        writeln!(f, "PREGAP {}", pregap.value)?;
    }
    for statement in &track.statements {
        writeln!(f, "{}", statement.value)?;
    }
    for index in &track.indexes {
        writeln!(f, "INDEX {}", index.value)?;
    }
    f.write_str("\n")
}

/// The statement as it stands in a toc-file.
impl fmt::Display for TocStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())?;
        match self {
            Self::AudioFile {
                name,
                swap,
                offset,
                start,
                length,
            } => {
                write!(f, " {}", NameText(name))?;
                f.write_str(if *swap { " SWAP" } else { "" })?;
                print_offset(f, *offset)?;
                write!(f, " {start}")?;
                print_length(f, *length)
            }
            Self::DataFile {
                name,
                offset,
                length,
            } => {
                write!(f, " {}", NameText(name))?;
                print_offset(f, *offset)?;
                print_length(f, *length)
            }
            Self::Fifo { name, length } => write!(f, " {} {length}", NameText(name)),
            Self::Silence { length } => write!(f, " {length}"),
            Self::Zero {
                mode,
                subchannel,
                length,
            } => {
                if let Some(mode) = mode {
                    write!(f, " {mode}")?;
                }
                if let Some(subchannel) = subchannel {
                    write!(f, " {subchannel}")?;
                }
                write!(f, " {length}")
            }
            Self::Start(time) | Self::End(time) => match time {
                Some(time) => write!(f, " {time}"),
                None => Ok(()),
            },
        }
    }
}

fn print_offset(f: &mut fmt::Formatter<'_>, offset: Option<u64>) -> fmt::Result {
    offset.map_or(Ok(()), |offset| write!(f, " #{offset}"))
}

fn print_length(f: &mut fmt::Formatter<'_>, length: Option<TocLength>) -> fmt::Result {
    length.map_or(Ok(()), |length| write!(f, " {length}"))
}

/// `mm:ss:ff`, or the number.
impl fmt::Display for TocLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => time.fmt(f),
            Self::Units(units) => units.fmt(f),
        }
    }
}
