//! Statements to parts of a track, and parts to one file where they do not end on sectors.

use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_sheet::toc::{TocLength, TocMode, TocSheetTrack, TocStatement};
use cd_sheet::{Place, SheetError, SheetFault, Spanned};

use crate::audio::SAMPLE_BYTES;
use crate::sheet::Context;
use crate::sheet::look::Stretch;
use crate::spool::Spool;
use crate::{
    AudioFormat, ByteOrder, FilePayload, MappedFile, OpenError, SheetFileError, SourceNote,
};

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 16;

/// A part of a track.
pub(super) struct Part {
    /// Where it comes from; zeros if it is from nowhere.
    pub(super) source: Option<Source>,
    /// Bytes in the file, or of zeros.
    len: u64,
}

/// Bytes in a file.
pub(super) struct Source {
    pub(super) file: Arc<MappedFile>,
    pub(super) offset: u64,
    /// Of samples.
    pub(super) order: ByteOrder,
}

impl Part {
    /// Its sectors of `block` bytes, the last of which need not be whole.
    pub(super) fn sectors(&self, block: u32) -> Result<Sectors, OpenError> {
        let sectors = self.len.div_ceil(u64::from(block));
        let count = u32::try_from(sectors).unwrap_or(u32::MAX);
        let path = self.source.as_ref().map(|source| source.file.path());
        Sectors::new(count).map_err(|_| OpenError::TooManySectors {
            path: path.unwrap_or("the sheet").to_owned(),
            sectors,
            start: Lba::ZERO,
        })
    }

    /// The same for looking into; nothing of what comes from nowhere.
    pub(super) fn stretch(&self, toc: &TocSheetTrack) -> Option<Stretch> {
        let source = self.source.as_ref()?;
        Some(Stretch {
            file: Arc::clone(&source.file),
            offset: source.offset,
            stride: toc.block_bytes(),
            n_sectors: self.len / u64::from(toc.block_bytes()),
        })
    }
}

/// The parts of a track in their order, and where `START` and `END` stand in sectors from its beginning, `PREGAP` counted.
pub(super) struct Parts {
    pub(super) parts: Vec<Part>,
    pub(super) start: Option<Spanned<u64>>,
    pub(super) end: Option<Spanned<u64>>,
}

impl Parts {
    pub(super) fn open(
        context: &mut Context<'_, '_>,
        number: u8,
        toc: &TocSheetTrack,
    ) -> Result<Self, OpenError> {
        let block = u64::from(toc.block_bytes());
        let pregap = toc.pregap.map(|pregap| {
            let sectors = pregap.value.to_sectors();
            Spanned::new(pregap.place, u64::from(sectors.count()))
        });
        let before = pregap.map_or(0, |pregap| pregap.value);
        let (mut parts, mut start, mut end) = (Vec::new(), pregap, None);
        let mut bytes = 0_u64;
        for statement in &toc.statements {
            // Within a sector it is rounded up.
            let here = before + bytes.div_ceil(block);
            let mark = |stated: Option<cd_address::RelMsf>| {
                let stated = stated.map(|time| u64::from(time.to_sectors().count()));
                Some(Spanned::new(statement.place, stated.unwrap_or(here)))
            };
            match &statement.value {
                TocStatement::Start(stated) => start = mark(*stated),
                TocStatement::End(stated) => end = mark(*stated),
                _ => {
                    let part = part(context, (number, toc), statement)?;
                    bytes = bytes.saturating_add(part.len);
                    parts.push(part);
                }
            }
        }
        Ok(Self { parts, start, end })
    }
}

fn part(
    context: &mut Context<'_, '_>,
    (number, toc): (u8, &TocSheetTrack),
    statement: &Spanned<TocStatement>,
) -> Result<Part, OpenError> {
    let place = statement.place;
    let block = toc.block_bytes();
    match &statement.value {
        TocStatement::AudioFile {
            name,
            swap,
            offset,
            start,
            length,
        } => {
            let all = All::sound(context, (name, place), *offset, *swap)?;
            let bytes = |length: &TocLength| length.samples().saturating_mul(SAMPLE_BYTES);
            let taken = (bytes(start), length.as_ref().map(bytes));
            all.part(context, (number, place), taken)
        }
        TocStatement::DataFile {
            name,
            offset,
            length,
        } => {
            let all = All::data(context, (name, place), toc)?;
            let length = length.map(|length| length.bytes(block));
            all.part(context, (number, place), (offset.unwrap_or(0), length))
        }
        TocStatement::Silence { length } => Ok(Part {
            source: None,
            len: length.samples().saturating_mul(SAMPLE_BYTES),
        }),
        TocStatement::Zero { mode, length, .. } => {
            if let Some(mode) = mode.filter(|mode| !is_alike(*mode, toc.mode.value)) {
                let why = format!(
                    "a track is of one kind, this one of {}; use ZERO without a mode",
                    toc.mode.value
                );
                return Err(unsupported(context, place, format!("ZERO {mode}"), why));
            }
            let len = length.bytes(block);
            Ok(Part { source: None, len })
        }
        other => {
            let why = "a disc is made from files, whose length is known; write the data to one";
            let what = format!("{} (a pipe)", other.word());
            Err(unsupported(context, place, what, why.to_owned()))
        }
    }
}

/// Whether sectors of zeros of mode `one` are what a track of mode `other` has.
fn is_alike(one: TocMode, other: TocMode) -> bool {
    let family = |mode| match mode {
        TocMode::Audio => 0,
        TocMode::Mode0 => 1,
        TocMode::Mode1 | TocMode::Mode1Raw => 2,
        TocMode::Mode2 => 3,
        TocMode::Mode2Raw | TocMode::Mode2Form1 | TocMode::Mode2Form2 | TocMode::Mode2FormMix => 4,
    };
    family(one) == family(other)
}

fn unsupported(context: &Context<'_, '_>, place: Place, what: String, why: String) -> OpenError {
    let fault = SheetFault::Unsupported {
        what: what.into(),
        why: why.into(),
    };
    OpenError::Sheet {
        path: context.path.to_owned(),
        source: Box::new(SheetError::new(place, fault)),
    }
}

/// A file of which a part is taken.
struct All {
    file: Arc<MappedFile>,
    /// Where its samples or sectors begin.
    offset: u64,
    /// Bytes of them.
    len: u64,
    order: ByteOrder,
    /// Why samples have this order, and bytes from one sector of them to the next; `None` if a header says it, or if they are none.
    rule: Option<(&'static str, u32)>,
}

impl All {
    fn sound(
        context: &mut Context<'_, '_>,
        (name, place): (&str, Place),
        raw_from: Option<u64>,
        swap: bool,
    ) -> Result<Self, OpenError> {
        let (by_header, by_rule, rule) = match swap {
            false => (ByteOrder::Little, ByteOrder::Big, "raw files of cdrdao"),
            true => (ByteOrder::Big, ByteOrder::Little, "SWAP"),
        };
        let file = context.open(name, place)?;
        let format = AudioFormat::find(&file)
            .map_err(|error| context.error(place, SheetFileError::Sound(Box::new(error))))?;
        if raw_from.is_none() && matches!(format, AudioFormat::Wav | AudioFormat::Flac) {
            let sound = context.open_sound(name, place)?;
            return Ok(Self {
                len: sound.n_bytes(),
                file: sound.file,
                offset: sound.offset,
                order: by_header,
                rule: None,
            });
        }
        let offset = raw_from.unwrap_or(0);
        Ok(Self {
            len: file.len().saturating_sub(offset),
            file,
            offset,
            order: by_rule,
            rule: Some((rule, FilePayload::Samples.bytes())),
        })
    }

    fn data(
        context: &mut Context<'_, '_>,
        (name, place): (&str, Place),
        toc: &TocSheetTrack,
    ) -> Result<Self, OpenError> {
        let file = context.open(name, place)?;
        let is_sound = toc.mode.value == TocMode::Audio;
        Ok(Self {
            len: file.len(),
            file,
            offset: 0,
            order: ByteOrder::Big,
            rule: is_sound.then_some(("raw files of cdrdao", toc.block_bytes())),
        })
    }

    /// `length` bytes from byte `from` on, or all that follow.
    fn part(
        self,
        context: &mut Context<'_, '_>,
        (track, place): (u8, Place),
        (from, length): (u64, Option<u64>),
    ) -> Result<Part, OpenError> {
        let rest = self.len.saturating_sub(from);
        let len = length.unwrap_or(rest);
        if len == 0 || len > rest {
            let end = from.saturating_add(len.max(1));
            let error = SheetFileError::TooShort {
                track,
                path: self.file.path().to_owned(),
                needed: self.offset.saturating_add(end),
                has: self.file.len(),
            };
            return Err(context.error(place, error));
        }
        let Self { file, order, .. } = self;
        let offset = self.offset + from;
        let order = match self.rule {
            None => order,
            Some((rule, stride)) => {
                let stretch = Stretch {
                    file: Arc::clone(&file),
                    offset,
                    stride,
                    n_sectors: len / u64::from(stride),
                };
                let path = file.path().to_owned();
                context.byte_order((&path, &[stretch]), (order, rule))?
            }
        };
        let source = Some(Source {
            file,
            offset,
            order,
        });
        Ok(Part { source, len })
    }
}

/// The parts of a track as they are, if all of them are whole sectors; else one part, put together in a temporary file and
/// filled up with zeros.
pub(super) fn join(
    context: &mut Context<'_, '_>,
    (number, toc): (u8, &TocSheetTrack),
    parts: Vec<Part>,
) -> Result<Vec<Part>, OpenError> {
    let block = u64::from(toc.block_bytes());
    let is_sound = toc.mode.value == TocMode::Audio;
    let total: u64 = parts.iter().map(|part| part.len).sum();
    let missing = total.next_multiple_of(block) - total;
    // cdrdao fills up whatever is short; sectors that bring their own codes cannot be filled up.
    let unit = match toc.mode.value {
        TocMode::Audio if toc.subchannel.is_none() => SAMPLE_BYTES,
        TocMode::Audio | TocMode::Mode1Raw | TocMode::Mode2Raw | TocMode::Mode2FormMix => block,
        _ if toc.subchannel.is_some() => block,
        _ => 1,
    };
    if !total.is_multiple_of(unit) {
        let what = match unit {
            SAMPLE_BYTES => "a stereo sample".to_owned(),
            _ => format!("a sector of {}", toc.mode.value),
        };
        let path = parts.iter().rev().find_map(|part| part.source.as_ref());
        let path = path.map_or("its parts", |source| source.file.path());
        let error = SheetFileError::NotWhole {
            track: number,
            path: path.to_owned(),
            len: total,
            unit,
            what,
        };
        return Err(context.error(toc.mode.place, error));
    }
    if missing > 0 {
        context.note(SourceNote::TrackFilled {
            track: number,
            n_bytes: missing,
        });
    }
    let n_parts = parts.len();
    let ends_on_sector = |(idx, part): (usize, &Part)| {
        let ends_with_file = || {
            let source = part.source.as_ref();
            source.is_some_and(|source| source.offset + part.len == source.file.len())
        };
        let is_cut_sound = is_sound && toc.subchannel.is_none() && idx + 1 == n_parts;
        part.len.is_multiple_of(block) || is_cut_sound && ends_with_file()
    };
    if parts.iter().enumerate().all(ends_on_sector) {
        return Ok(parts);
    }
    let file = copy(context, &parts, (total, missing), is_sound)
        .map_err(|error| context.error(toc.mode.place, error))?;
    context.say(format!(
        "track {number:02} put together from {n_parts} parts"
    ));
    let source = Some(Source {
        file: Arc::new(file),
        offset: 0,
        order: ByteOrder::Little,
    });
    let len = total + missing;
    Ok(vec![Part { source, len }])
}

fn copy(
    context: &mut Context<'_, '_>,
    parts: &[Part],
    (total, missing): (u64, u64),
    is_sound: bool,
) -> Result<MappedFile, SheetFileError> {
    let spool_error = |error| SheetFileError::Spool(Box::new(error));
    let directory = context.options.spool_directory();
    let expected = Some(total + missing);
    let mut spool = Spool::new(&directory, expected, context.progress).map_err(spool_error)?;
    let zeros = Part {
        source: None,
        len: missing,
    };
    let mut chunk = vec![0; CHUNK];
    for part in parts.iter().chain([&zeros]) {
        let mut done = 0;
        while done < part.len {
            let n = usize::try_from(part.len - done).map_or(CHUNK, |left| left.min(CHUNK));
            let bytes = &mut chunk[..n];
            match &part.source {
                None => bytes.fill(0),
                Some(source) => {
                    let read = source.file.read_at(source.offset + done, bytes);
                    read.map_err(|error| SheetFileError::File(Box::new(error.into())))?;
                    if is_sound && source.order == ByteOrder::Big {
                        bytes
                            .as_chunks_mut::<2>()
                            .0
                            .iter_mut()
                            .for_each(|two| two.reverse());
                    }
                }
            }
            spool.push(bytes).map_err(spool_error)?;
            done += n as u64;
        }
    }
    spool
        .finish("a track put together".to_owned())
        .map_err(spool_error)
}
