//! From a stream to the files people have: CCD/IMG/SUB, CUE/BIN, cdrdao TOC/BIN and ISO.
//!
//! Such files hold a disc's program, from LBA 0 to the lead-out, and words about the rest, of which a reader makes a stream
//! again. [`losses`] says beforehand what would not come back; [`convert`] writes, losses or not: that is for its caller to
//! agree to.
//!
//! | target | files | main channel | P and Q | R to W | CD-Text |
//! | --- | --- | --- | --- | --- | --- |
//! | [`ConvertTarget::Ccd`] | `.ccd`, `.img`, `.sub` | 2352 bytes | in `.sub` | in `.sub` | packs |
//! | [`ConvertTarget::Cue`] | `.cue`, `.bin`, with CD-Text `.cdt` | 2352 bytes | - | - | packs |
//! | the same with subcode | the same and `.sub` | 2352 bytes | in `.sub` | in `.sub` | packs |
//! | [`ConvertTarget::Toc`] | `.toc`, `.bin` | 2352 bytes, sound big-endian | - | where there are any | texts |
//! | [`ConvertTarget::Iso`] | `.iso` | 2048 bytes | - | - | - |
//!
//! In a data track bytes 12 to 2351 of every sector are descrambled, also of those that do not begin with a sync pattern,
//! such as the sound in a pregap: a reader that scrambles all sectors of the track makes the same bytes of them again. Only
//! data that is not scrambled in the stream stays as it is, and comes back scrambled.
//!
//! cdrdao takes sound in files without a header to be big-endian, be it `FILE` or `DATAFILE`, with R to W or without (tried
//! with 1.2.4), and makes P and Q itself.
//!
//! # Spec
//! ECMA-130 clauses 14 to 16 (sectors, scrambling). The formats have none; the pages of `cd-sheet` say what is known.

use std::fmt;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use cd_address::{LbaRange, Sectors};
use cd_sector::{CdTextPack, MAIN_BYTES, MODE1_USER_BYTES, SUBCODE_BYTES};

use crate::export::{NewFile, copy, keep};
use crate::recover::SectorTrace;
use crate::{DiscMap, ExportError, LayoutError, SectorSource, TrackKind, TrackMap};

mod cd_text;
mod contents;
mod loss;
mod sheets;
#[cfg(test)]
mod tests;

use contents::{Content, Stretch};
pub use loss::{Loss, LossKind, losses};

/// What a stream is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConvertTarget {
    /// CloneCD's control file with `.img` and `.sub` beside it.
    Ccd,
    /// A CUE sheet with `.bin` beside it, and `.cdt` if there is CD-Text.
    Cue {
        /// Whether subcode is put beside it in a `.sub`.
        with_sub: bool,
    },
    /// cdrdao's toc-file with `.bin` beside it.
    Toc,
    /// The user data of a single data track, 2048 bytes a sector.
    Iso,
}

impl ConvertTarget {
    /// Every target, that of CUE without subcode.
    pub const ALL: [Self; 4] = [
        Self::Ccd,
        Self::Cue { with_sub: false },
        Self::Toc,
        Self::Iso,
    ];

    /// One word for it: `ccd`, `cue`, `toc` or `iso`, which is the ending of its first file too. [`FromStr`] takes it back.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ccd => "ccd",
            Self::Cue { .. } => "cue",
            Self::Toc => "toc",
            Self::Iso => "iso",
        }
    }
}

impl fmt::Display for ConvertTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ccd => "CCD/IMG/SUB",
            Self::Cue { with_sub: false } => "CUE/BIN",
            Self::Cue { with_sub: true } => "CUE/BIN/SUB",
            Self::Toc => "cdrdao TOC/BIN",
            Self::Iso => "ISO",
        })
    }
}

/// A word that names no [`ConvertTarget`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is nothing to convert to: ccd, cue, toc or iso is")]
pub struct UnknownTarget {
    /// What stood there.
    pub word: String,
}

impl FromStr for ConvertTarget {
    type Err = UnknownTarget;

    fn from_str(word: &str) -> Result<Self, UnknownTarget> {
        let mut all = Self::ALL.into_iter();
        all.find(|target| target.word() == word)
            .ok_or_else(|| UnknownTarget {
                word: word.to_owned(),
            })
    }
}

/// Why a stream was not converted. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConvertError {
    /// A kind of track that the target has no word for.
    #[error("track {track} is {kind}, which no {target} can hold")]
    TrackKind {
        /// Its number.
        track: u8,
        /// What it is.
        kind: TrackKind,
        /// The target.
        target: ConvertTarget,
    },
    /// A disc that is not one data track from LBA 0.
    #[error("an ISO holds a single data track that begins at lba 0, and {what}")]
    NotOneTrack {
        /// What there is instead.
        what: String,
    },
    /// A file name that the sheet cannot hold.
    #[error("the name of {path} cannot stand in a {target} sheet: {why}; choose another")]
    FileName {
        /// The path.
        path: String,
        /// The target.
        target: ConvertTarget,
        /// What is in the way.
        why: String,
    },
    /// Two of the files would have one path.
    #[error("{path} would be two of the {target} files; give the first another ending")]
    SamePath {
        /// The path.
        path: String,
        /// The target.
        target: ConvertTarget,
    },
    /// A disc that cannot be authored from the target.
    #[error("no disc can be made of what the target holds")]
    Layout(#[source] LayoutError),
    /// A file could not be written.
    #[error("the files could not be written")]
    Export(#[source] ExportError),
}

/// Writes the files of `target` for the disc of `source`, the first of them at `path`, the others beside it with the same name
/// and endings of their own; answers with their paths, the first one's first.
///
/// `map` is what [`recover`](crate::recover()) has found in `source`. All files get their names when all are whole and on the disk, the
/// sheet last; with `overwrite` files that stand there are replaced at that moment, otherwise they are an error. `progress` is
/// called with the sectors done and in all, from (0, all) to (all, all); when it breaks, nothing is kept. Whatever is in
/// [`losses`] is lost.
///
/// # Errors
/// [`ConvertError`]; whichever it is, nothing is left behind.
pub fn convert(
    source: &dyn SectorSource,
    map: &DiscMap,
    target: ConvertTarget,
    (path, overwrite): (&Path, bool),
    progress: &mut dyn FnMut(Sectors, Sectors) -> ControlFlow<()>,
) -> Result<Vec<PathBuf>, ConvertError> {
    check(map, target)?;
    let plan = Plan::new(map, target, path)?;
    plan.check_paths(target)?;
    let mut files = plan.create(map.program(), overwrite)?;
    let mut buffer = Vec::new();
    let mut write = |chunk: LbaRange, bytes: &[u8]| {
        for (part, file) in plan.parts.iter().zip(&mut files) {
            buffer.clear();
            part.content.put((chunk, map.layout()), bytes, &mut buffer);
            file.write(&buffer)?;
        }
        Ok(())
    };
    let shown = path.display().to_string();
    let copied = copy((source, map.program()), &shown, &mut write, progress);
    copied.map_err(ConvertError::Export)?;
    for (text, file) in plan
        .texts
        .iter()
        .zip(files.iter_mut().skip(plan.parts.len()))
    {
        file.write(&text.bytes).map_err(ConvertError::Export)?;
    }
    keep(files).map_err(ConvertError::Export)?;
    Ok(plan.paths(path))
}

/// Refuses what the target has no form for.
fn check(map: &DiscMap, target: ConvertTarget) -> Result<(), ConvertError> {
    for track in map.tracks() {
        let is_held = match track.kind {
            TrackKind::Audio | TrackKind::Mode1 | TrackKind::Mode2Xa => true,
            TrackKind::Mode2Formless => target != ConvertTarget::Iso,
            TrackKind::Mode0 => false,
        };
        if !is_held {
            return Err(ConvertError::TrackKind {
                track: track.track,
                kind: track.kind,
                target,
            });
        }
    }
    if target != ConvertTarget::Iso {
        return Ok(());
    }
    let what = match map.tracks() {
        [only] if only.kind == TrackKind::Audio => "this track is audio".to_owned(),
        [only] if only.start != map.program().start() => {
            format!("this one begins at lba {}", only.start)
        }
        [_] => return Ok(()),
        tracks => format!("there are {} tracks", tracks.len()),
    };
    Err(ConvertError::NotOneTrack { what })
}

/// What is to be written where.
struct Plan {
    /// Files of sectors.
    parts: Vec<Part>,
    /// Files that are whole already, the sheet last.
    texts: Vec<TextFile>,
}

struct Part {
    path: PathBuf,
    content: Content,
}

struct TextFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Plan {
    fn new(map: &DiscMap, target: ConvertTarget, path: &Path) -> Result<Self, ConvertError> {
        let stretches = stretches(map, target);
        let part = |ending: &str, content| Part {
            path: path.with_extension(ending),
            content,
        };
        let text = |path: PathBuf, bytes: Vec<u8>| TextFile { path, bytes };
        let sheet = |sheet: String| text(path.to_owned(), sheet.into_bytes());
        let bin_name = || name(&path.with_extension("bin"), target);
        Ok(match target {
            ConvertTarget::Ccd => Self {
                parts: vec![
                    part("img", Content::Main(stretches)),
                    part("sub", Content::Sub),
                ],
                texts: vec![sheet(sheets::ccd(map))],
            },
            ConvertTarget::Cue { with_sub } => {
                let mut texts = Vec::new();
                let mut packs_name = None;
                if !map.cd_text().is_empty() {
                    let packs = path.with_extension("cdt");
                    packs_name = Some(name(&packs, target)?);
                    texts.push(text(packs, packs_bytes(map.cd_text())));
                }
                let cue = sheets::cue(map, bin_name()?, packs_name);
                let cue = cue.map_err(|error| not_in_sheet(path, target, error.to_string()))?;
                texts.push(sheet(cue));
                let sub = with_sub.then(|| part("sub", Content::Sub));
                let bin = part("bin", Content::Main(stretches));
                Self {
                    parts: std::iter::once(bin).chain(sub).collect(),
                    texts,
                }
            }
            ConvertTarget::Toc => Self {
                texts: vec![sheet(sheets::toc(map, &bin_name()?, &stretches))],
                parts: vec![part("bin", Content::Main(stretches))],
            },
            ConvertTarget::Iso => Self {
                parts: vec![Part {
                    path: path.to_owned(),
                    content: Content::User,
                }],
                texts: Vec::new(),
            },
        })
    }

    fn check_paths(&self, target: ConvertTarget) -> Result<(), ConvertError> {
        let parts = self.parts.iter().map(|part| &part.path);
        let mut paths: Vec<_> = parts
            .chain(self.texts.iter().map(|text| &text.path))
            .collect();
        paths.sort();
        let mut pairs = paths.windows(2);
        let same = pairs.find(|pair| pair[0] == pair[1]);
        same.map_or(Ok(()), |pair| {
            Err(ConvertError::SamePath {
                path: pair[0].display().to_string(),
                target,
            })
        })
    }

    /// Begins all files, those of sectors first.
    fn create(&self, program: LbaRange, overwrite: bool) -> Result<Vec<NewFile>, ConvertError> {
        let parts = self
            .parts
            .iter()
            .map(|part| (&part.path, part.content.n_bytes(program)));
        let texts = self
            .texts
            .iter()
            .map(|text| (&text.path, text.bytes.len() as u64));
        let files = parts
            .chain(texts)
            .map(|(path, needed)| NewFile::create(path, overwrite, needed));
        files
            .collect::<Result<_, _>>()
            .map_err(ConvertError::Export)
    }

    /// All paths, `first` before the others.
    fn paths(self, first: &Path) -> Vec<PathBuf> {
        let parts = self.parts.into_iter().map(|part| part.path);
        let texts = self.texts.into_iter().map(|text| text.path);
        let mut paths = vec![first.to_owned()];
        paths.extend(parts.chain(texts).filter(|path| path != first));
        paths
    }
}

/// How each track's sectors lie in the file of sectors.
fn stretches(map: &DiscMap, target: ConvertTarget) -> Vec<Stretch> {
    let is_toc = target == ConvertTarget::Toc;
    let mut offset = 0;
    let tracks = map.tracks().iter();
    let stretches = tracks.map(|track| {
        let range = range_in_program(map, track);
        let stretch = Stretch {
            range,
            offset,
            is_data: track.kind != TrackKind::Audio,
            is_swapped: is_toc && track.kind == TrackKind::Audio,
            has_rw: is_toc && has_rw(map, range),
        };
        offset += range.len().bytes(stretch.sector_bytes());
        stretch
    });
    stretches.collect()
}

/// The addresses of a track, its pregap included, from LBA 0 on.
fn range_in_program(map: &DiscMap, track: &TrackMap) -> LbaRange {
    let start = track.pregap_start.max(map.program().start());
    LbaRange::from_bounds(start, track.end).unwrap_or(map.program())
}

fn has_rw(map: &DiscMap, range: LbaRange) -> bool {
    // Packed R to W are not what lies on the disc.
    let is_raw = map.layout() != cd_sector::SectorLayout::PackedPw96;
    let trace = map.trace();
    is_raw
        && range
            .iter()
            .filter_map(|lba| trace.at(lba))
            .any(SectorTrace::has_rw)
}

/// The last part of a path, as a sheet in the same folder names it.
fn name(path: &Path, target: ConvertTarget) -> Result<String, ConvertError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| not_in_sheet(path, target, "it is no text".to_owned()))?;
    Ok(name.to_owned())
}

fn not_in_sheet(path: &Path, target: ConvertTarget, why: String) -> ConvertError {
    ConvertError::FileName {
        path: path.display().to_string(),
        target,
        why,
    }
}

fn packs_bytes(packs: &[CdTextPack]) -> Vec<u8> {
    packs.iter().flat_map(|pack| pack.0).collect()
}
