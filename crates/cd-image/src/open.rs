//! From a path to an image: what a file is, found from its bytes.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_sector::{MainKind, SectorLayout};

use crate::raw_stream::{Found, Probe};
use crate::sheet::{self, Context, recognise};
use crate::{
    AudioError, AudioFormat, AuthoredStream, ChdError, ChdImage, DiscLayout, DiscSpec, LayoutError,
    MIN_TRACK_SECTORS, MappedFile, Note, OpenError, RawStream, Run, SectorSource, SourceNote,
    SpoolProgress, Track, iso, plain,
};

mod beside;
mod foreign;
mod kind;
mod options;
mod sound;
#[cfg(test)]
mod tests;

pub use kind::{ImageKind, UnknownKind};
pub use options::{DataForm, OpenOptions, UnknownWord};

/// An opened image: a raw stream, or tracks of which a stream can be authored.
#[derive(Clone, Debug)]
pub struct Image {
    path: String,
    kind: ImageKind,
    kind_found: Found,
    contents: Contents,
    notes: Vec<Note>,
    /// What the description says besides kind and length.
    said: Vec<String>,
}

#[derive(Clone, Debug)]
enum Contents {
    Raw(RawStream),
    Disc(Arc<DiscLayout>),
}

/// A disc found in files, and what was found out on the way.
pub(crate) struct Opened {
    pub(crate) spec: DiscSpec,
    pub(crate) notes: Vec<Note>,
    /// What the description of the image says besides its kind and its length.
    pub(crate) said: Vec<String>,
}

impl Opened {
    fn of_track((track, notes): (Track, Vec<Note>)) -> Self {
        Self {
            spec: DiscSpec::new(vec![track]),
            notes,
            said: Vec::new(),
        }
    }

    /// Makes a single track as long as a track must be.
    fn pad(&mut self) {
        let Some(body) = self.spec.tracks.first_mut().map(|track| &mut track.body) else {
            return;
        };
        let from = body.first().map_or(Sectors::ZERO, |run| run.sectors);
        let to = MIN_TRACK_SECTORS;
        if let Some(padding) = to.checked_sub(from).filter(|padding| !padding.is_zero()) {
            body.push(Run::made(padding));
            self.notes.push(Note::Padded { from, to });
        }
    }
}

impl Image {
    /// Opens `path` and finds out what it is, as far as `options` do not say.
    ///
    /// A sheet is known by its words, WAV and FLAC by their first bytes, a raw stream by the CRCs of its Q channel, an
    /// ISO by its volume descriptor, data sectors by their sync. Audio without a header looks like anything and must be stated.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file, or what was expected in it.
    pub fn open(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Self, OpenError> {
        Self::open_with(path, options, &mut |_, _| ControlFlow::Continue(()))
    }

    /// The same, telling `progress` of the bytes of each file that is decoded on the way; it is stopped when that breaks.
    ///
    /// # Errors
    /// As [`Image::open`]; when it was stopped, an error whose cause is [`SpoolError::Stopped`](crate::SpoolError::Stopped).
    pub fn open_with(
        path: impl AsRef<Path>,
        options: &OpenOptions,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, OpenError> {
        let file = Arc::new(MappedFile::open(path)?);
        match options.kind {
            Some(kind) => Self::open_as(file, (kind, Found::Given), options, progress),
            None => Self::find(file, options, progress),
        }
    }

    fn find(
        file: Arc<MappedFile>,
        options: &OpenOptions,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, OpenError> {
        let detected = |evidence: &str| Found::Detected {
            evidence: evidence.to_owned(),
        };
        if let Some((kind, evidence)) = Self::find_header(&file)? {
            return Self::open_as(file, (kind, detected(evidence)), options, progress);
        }
        match Probe::best(&file) {
            Ok(probe) => {
                let evidence = probe.layout_evidence();
                let found = Found::Detected { evidence };
                let raw = RawStream::from_probe(file, &probe, found, options.start)?;
                return Self::of_raw(raw, options);
            }
            Err(OpenError::NoSubcode { .. }) => {}
            Err(OpenError::Deinterleaved { .. }) if beside::is_sub(&file)? => {}
            Err(error) => return Err(error),
        }
        if iso::is_iso(&file)? {
            let found = detected("a volume descriptor stands in sector 16");
            return Self::open_as(file, (ImageKind::Iso, found), options, progress);
        }
        let sectors = match plain::find(&file) {
            Err(OpenError::Mixed { .. }) if beside::sheet(file.path()).is_some() => {
                return Err(beside::part(&file, "the sectors of several tracks"));
            }
            sectors => sectors?,
        };
        let Some(sectors) = sectors else {
            return Err(unknown(&file)?);
        };
        let (kind, evidence) = match sectors {
            MainKind::Data {
                scrambled: true, ..
            } => (
                ImageKind::ScrambledData,
                "sectors looked at have sync, and a header once unscrambled",
            ),
            _ => (
                ImageKind::PlainData,
                "sectors looked at have sync and a plain header",
            ),
        };
        let sheet = beside::sheet(file.path());
        let mut image = Self::open_as(file, (kind, detected(evidence)), options, progress)?;
        let note = |sheet: PathBuf| SourceNote::SheetBeside {
            path: sheet.display().to_string(),
        };
        image.notes.extend(sheet.map(note).map(Note::Source));
        Ok(image)
    }

    /// What a file is whose first bytes say it.
    fn find_header(file: &MappedFile) -> Result<Option<(ImageKind, &'static str)>, OpenError> {
        if let Some(error) = foreign::find(file)? {
            return Err(error);
        }
        if ChdImage::is_chd(file).map_err(sort_chd)? {
            return Ok(Some((ImageKind::Chd, "its header")));
        }
        match AudioFormat::find(file).map_err(sound::sort)? {
            AudioFormat::Wav => Ok(Some((ImageKind::Wav, "its header"))),
            AudioFormat::Flac => Ok(Some((ImageKind::Flac, "its header"))),
            _ => recognise::find(file),
        }
    }

    fn open_as(
        file: Arc<MappedFile>,
        (kind, found): (ImageKind, Found),
        options: &OpenOptions,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, OpenError> {
        options.check(file.path(), kind)?;
        let path = file.path().to_owned();
        let opened = match kind {
            ImageKind::Raw(layout) => {
                let raw = RawStream::open(file, Some(layout), options.start)?;
                return Self::of_raw(raw, options);
            }
            ImageKind::Cue | ImageKind::Toc | ImageKind::Ccd => {
                Self::sheet(&file, kind, options, progress)?
            }
            ImageKind::Chd => chd(&path, options, progress)?,
            ImageKind::Wav | ImageKind::Flac => sound::open(&path, options, progress)?,
            ImageKind::Iso => Opened::of_track(iso::track(file)?),
            ImageKind::PlainData | ImageKind::ScrambledData => {
                let sectors = plain::stated(&file, kind == ImageKind::ScrambledData)?;
                Opened::of_track(plain::track(file, sectors)?)
            }
            ImageKind::Audio => plain::audio(file, options.byte_order)?,
        };
        Self::of_disc(path, (kind, found), opened, options)
    }

    /// The disc of the sheet in `file`.
    fn sheet(
        file: &MappedFile,
        kind: ImageKind,
        options: &OpenOptions,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Opened, OpenError> {
        let text = sheet::read_text(file, options)?;
        let mut context = Context::new(file.path(), options, progress);
        context.say_text(&text);
        let fault = |fault| sheet::text_error(file, fault);
        match kind {
            ImageKind::Toc => {
                let toc = cd_sheet::toc::parse(&text.text).map_err(fault)?;
                sheet::toc::resolve(context, &toc)
            }
            ImageKind::Ccd => {
                let ccd = cd_sheet::ccd::parse(&text.text).map_err(fault)?;
                sheet::ccd::resolve(context, &ccd)
            }
            _ => {
                let cue = cd_sheet::cue::parse(&text.text).map_err(fault)?;
                sheet::cue::resolve(context, &cue)
            }
        }
    }

    fn of_raw(raw: RawStream, options: &OpenOptions) -> Result<Self, OpenError> {
        let path = raw.file().path().to_owned();
        let kind = ImageKind::Raw(raw.layout());
        options.check(&path, kind)?;
        Ok(Self {
            path,
            kind,
            kind_found: raw.layout_found().clone(),
            notes: raw.notes().to_vec(),
            contents: Contents::Raw(raw),
            said: Vec::new(),
        })
    }

    fn of_disc(
        path: String,
        (kind, kind_found): (ImageKind, Found),
        mut opened: Opened,
        options: &OpenOptions,
    ) -> Result<Self, OpenError> {
        if !kind.is_sheet() {
            opened.pad();
        }
        let Opened {
            mut spec,
            notes,
            said,
        } = opened;
        spec.mcn = options.mcn.or(spec.mcn);
        let disc = DiscLayout::new(spec).map_err(|source| OpenError::Layout {
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            path,
            kind,
            kind_found,
            contents: Contents::Disc(Arc::new(disc)),
            notes,
            said,
        })
    }

    /// The path as it was given, for messages.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What the file is.
    #[must_use]
    pub const fn kind(&self) -> ImageKind {
        self.kind
    }

    /// How the kind came to be known.
    #[must_use]
    pub const fn kind_found(&self) -> &Found {
        &self.kind_found
    }

    /// What its owner should know before a disc is made of it.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Sectors: of a raw stream all it holds; of tracks what they take from LBA 0 to the lead-out, padding included.
    #[must_use]
    pub fn sectors(&self) -> Sectors {
        match &self.contents {
            Contents::Raw(raw) => raw.range().len(),
            Contents::Disc(disc) => {
                let end = disc.lead_out_start();
                end.since(Lba::ZERO).unwrap_or(Sectors::ZERO)
            }
        }
    }

    /// The raw stream, if it is one.
    #[must_use]
    pub const fn raw(&self) -> Option<&RawStream> {
        match &self.contents {
            Contents::Raw(raw) => Some(raw),
            Contents::Disc(_) => None,
        }
    }

    /// The tracks to be authored, if it is no raw stream.
    #[must_use]
    pub fn disc(&self) -> Option<&DiscLayout> {
        match &self.contents {
            Contents::Raw(_) => None,
            Contents::Disc(disc) => Some(disc),
        }
    }

    /// One line: what it is and how that is known.
    #[must_use]
    pub fn describe(&self) -> String {
        let sectors = self.sectors();
        let kind = format!("{} ({})", self.kind, self.kind_found);
        match &self.contents {
            Contents::Raw(raw) => {
                let start = raw.range().start();
                let (time, found) = (start.to_msf(), raw.start_found());
                format!("{kind}; {sectors} sectors from {time} = lba {start} ({found})")
            }
            Contents::Disc(disc) => {
                let tracks = match disc.tracks().len() {
                    1 => format!("one track of {sectors} sectors"),
                    n_tracks => format!("{n_tracks} tracks, {sectors} sectors"),
                };
                let said = self.said.iter().map(String::as_str);
                let said: Vec<_> = [kind.as_str(), &tracks].into_iter().chain(said).collect();
                said.join("; ")
            }
        }
    }

    /// The sectors to be written: a raw stream as it is, with the start and the layout it has, whatever is asked for;
    /// tracks authored from `lead_in_start` in `layout`.
    ///
    /// # Errors
    /// [`LayoutError::NotInLeadIn`] if tracks are to be authored and `lead_in_start` is no address of a lead-in;
    /// [`LayoutError::RwLost`] if they have R to W that `layout` cannot carry.
    pub fn stream(
        &self,
        lead_in_start: Lba,
        layout: SectorLayout,
    ) -> Result<Box<dyn SectorSource>, LayoutError> {
        Ok(match &self.contents {
            Contents::Raw(raw) => Box::new(raw.clone()),
            Contents::Disc(disc) => Box::new(AuthoredStream::new(
                Arc::clone(disc),
                lead_in_start,
                layout,
            )?),
        })
    }
}

/// The disc of the CHD file at `path`.
fn chd(
    path: &str,
    options: &OpenOptions,
    progress: &mut SpoolProgress<'_>,
) -> Result<Opened, OpenError> {
    let image =
        ChdImage::open_with(path, &options.spool_directory(), progress).map_err(sort_chd)?;
    Ok(Opened {
        spec: DiscSpec::new(image.tracks),
        notes: image.notes.into_iter().map(Note::Chd).collect(),
        said: Vec::new(),
    })
}

/// What is wrong with the file itself is said as of any other.
fn sort_chd(error: ChdError) -> OpenError {
    match error {
        ChdError::Open(error) => error,
        ChdError::Source(error) => OpenError::Source(error),
        error => OpenError::Chd(Box::new(error)),
    }
}

/// The error of a file in which nothing known was found: its format, if it is one of sound that is not read.
fn unknown(file: &MappedFile) -> Result<OpenError, OpenError> {
    if beside::is_sub(file)? {
        return Ok(beside::part(file, "subcode of 96 bytes a sector"));
    }
    if beside::is_graphics(file) {
        return Ok(beside::part(file, "graphics (CD+G)"));
    }
    if beside::sheet(file.path()).is_some() {
        return Ok(beside::part(file, "the sectors of a disc"));
    }
    let path = file.path().to_owned();
    Ok(match AudioFormat::find(file).map_err(sound::sort)? {
        AudioFormat::Unknown { .. } => OpenError::Unknown {
            path,
            len: file.len(),
        },
        format => OpenError::Sound(Box::new(AudioError::Format { path, format })),
    })
}
