//! From a path to an image: what a file is, found from its bytes.

use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use cd_address::{Lba, Sectors};
use cd_sector::{MainKind, Mcn, SectorLayout};

use crate::raw_stream::{Found, Probe};
use crate::{
    AuthoredStream, DiscLayout, DiscSpec, LayoutError, MIN_TRACK_SECTORS, MappedFile, Note,
    OpenError, RawStream, Run, SectorSource, Track, iso, plain,
};

#[cfg(test)]
mod tests;

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImageKind {
    /// Whole sectors with subcode, lead-in and lead-out included: written as they are.
    Raw(SectorLayout),
    /// User data of 2048 bytes a sector: one Mode 1 track.
    Iso,
    /// Data sectors of 2352 bytes, not scrambled: one track.
    PlainData,
    /// Data sectors of 2352 bytes, scrambled: one track.
    ScrambledData,
    /// Samples, 2352 bytes a sector, no header: one audio track.
    Audio,
}

impl ImageKind {
    /// Every kind, in the order of the list in the crate's documentation.
    pub const ALL: [Self; 7] = [
        Self::Raw(SectorLayout::RawPw96),
        Self::Raw(SectorLayout::PackedPw96),
        Self::Raw(SectorLayout::Pq16),
        Self::Iso,
        Self::PlainData,
        Self::ScrambledData,
        Self::Audio,
    ];

    /// One word for it: `raw96`, `packed96`, `pq16`, `iso`, `data`, `scrambled` or `audio`. [`FromStr`] takes it back.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Raw(SectorLayout::RawPw96) => "raw96",
            Self::Raw(SectorLayout::PackedPw96) => "packed96",
            Self::Raw(SectorLayout::Pq16) => "pq16",
            Self::Iso => "iso",
            Self::PlainData => "data",
            Self::ScrambledData => "scrambled",
            Self::Audio => "audio",
        }
    }
}

impl fmt::Display for ImageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raw(layout) => write!(f, "raw stream of sectors {layout}"),
            Self::Iso => f.write_str("ISO, 2048 bytes of user data a sector"),
            Self::PlainData => f.write_str("data sectors of 2352 bytes, not scrambled"),
            Self::ScrambledData => f.write_str("data sectors of 2352 bytes, scrambled"),
            Self::Audio => f.write_str("audio samples, 2352 bytes a sector"),
        }
    }
}

/// A word that names no [`ImageKind`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no kind of image: raw96, packed96, pq16, iso, data, scrambled or audio is")]
pub struct UnknownKind {
    /// What stood there.
    pub word: String,
}

impl FromStr for ImageKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.word() == word)
            .ok_or_else(|| UnknownKind {
                word: word.to_owned(),
            })
    }
}

/// What the caller knows of a file. The default is to find out everything.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// What the file is; otherwise found from its bytes.
    pub kind: Option<ImageKind>,
    /// The address of a raw stream's first sector; otherwise found from its Q channel. Not for other kinds.
    pub start: Option<Lba>,
    /// A media catalogue number to be authored. Not for raw streams, which carry their own.
    pub mcn: Option<Mcn>,
}

/// An opened image: a raw stream, or tracks of which a stream can be authored.
#[derive(Clone, Debug)]
pub struct Image {
    path: String,
    kind: ImageKind,
    kind_found: Found,
    contents: Contents,
    notes: Vec<Note>,
}

#[derive(Clone, Debug)]
enum Contents {
    Raw(RawStream),
    Disc(Arc<DiscLayout>),
}

impl Image {
    /// Opens `path` and finds out what it is, as far as `options` do not say.
    ///
    /// A raw stream is known by the CRCs of its Q channel, an ISO by its volume descriptor, data sectors by their sync.
    /// Audio without a header looks like anything and must be stated.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the file, or what was expected in it.
    pub fn open(path: impl AsRef<Path>, options: &OpenOptions) -> Result<Self, OpenError> {
        let file = Arc::new(MappedFile::open(path)?);
        match options.kind {
            Some(kind) => Self::open_as(file, kind, options),
            None => Self::find(file, options),
        }
    }

    fn find(file: Arc<MappedFile>, options: &OpenOptions) -> Result<Self, OpenError> {
        match Probe::best(&file) {
            Ok(probe) => {
                let evidence = probe.layout_evidence();
                let found = Found::Detected { evidence };
                let raw = RawStream::from_probe(file, &probe, found, options.start)?;
                return Self::of_raw(raw, options);
            }
            Err(OpenError::NoSubcode { .. }) => {}
            Err(error) => return Err(error),
        }
        let path = file.path().to_owned();
        let detected = |evidence: &str| Found::Detected {
            evidence: evidence.to_owned(),
        };
        if iso::is_iso(&file)? {
            let found = detected("a volume descriptor stands in sector 16");
            let kind = (ImageKind::Iso, found);
            return Self::of_track(path, kind, iso::track(file)?, options);
        }
        let Some(sectors) = plain::find(&file)? else {
            return Err(OpenError::Unknown {
                path: file.path().to_owned(),
                len: file.len(),
            });
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
        let found = detected(evidence);
        Self::of_track(path, (kind, found), plain::track(file, sectors)?, options)
    }

    fn open_as(
        file: Arc<MappedFile>,
        kind: ImageKind,
        options: &OpenOptions,
    ) -> Result<Self, OpenError> {
        let path = file.path().to_owned();
        let track = match kind {
            ImageKind::Raw(layout) => {
                let raw = RawStream::open(file, Some(layout), options.start)?;
                return Self::of_raw(raw, options);
            }
            ImageKind::Iso => iso::track(file)?,
            ImageKind::PlainData | ImageKind::ScrambledData => {
                let sectors = plain::stated(&file, kind == ImageKind::ScrambledData)?;
                plain::track(file, sectors)?
            }
            ImageKind::Audio => plain::track(file, MainKind::Audio)?,
        };
        Self::of_track(path, (kind, Found::Given), track, options)
    }

    fn of_raw(raw: RawStream, options: &OpenOptions) -> Result<Self, OpenError> {
        let path = raw.file().path().to_owned();
        let kind = ImageKind::Raw(raw.layout());
        if options.mcn.is_some() {
            let option = "a media catalogue number";
            return Err(OpenError::NotForKind { path, option, kind });
        }
        Ok(Self {
            path,
            kind,
            kind_found: raw.layout_found().clone(),
            notes: raw.notes().to_vec(),
            contents: Contents::Raw(raw),
        })
    }

    fn of_track(
        path: String,
        (kind, kind_found): (ImageKind, Found),
        (mut track, mut notes): (Track, Vec<Note>),
        options: &OpenOptions,
    ) -> Result<Self, OpenError> {
        if options.start.is_some() {
            let option = "a start address";
            return Err(OpenError::NotForKind { path, option, kind });
        }
        let from = track.body.first().map_or(Sectors::ZERO, |run| run.sectors);
        let to = MIN_TRACK_SECTORS;
        if let Some(padding) = to.checked_sub(from).filter(|padding| !padding.is_zero()) {
            track.body.push(Run::made(padding));
            notes.push(Note::Padded { from, to });
        }
        let mut spec = DiscSpec::new(vec![track]);
        spec.mcn = options.mcn;
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
            Contents::Disc(_) => format!("{kind}; one track of {sectors} sectors"),
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
