//! A file that holds sectors for raw recording already, subcode and all.
//!
//! Such files carry no header. What they are is found from the Q channel: for each possible sector size the CRCs of
//! sampled sectors come out right or they do not, and the absolute times in them say where the stream starts.
//!
//! # Spec
//! MMC-3 table 326 (data block types); ECMA-130 22.3 (channel Q). Read those first.

use std::fmt;
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::SectorLayout;

use crate::source::{bytes_of, check_buffer, check_range};
use crate::{MappedFile, Note, OpenError, SectorSource, SourceError};

mod probe;
#[cfg(test)]
mod tests;

pub(crate) use probe::{Probe, sample};

/// How something about an image came to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The caller said so.
    Given,
    /// It was found in the bytes.
    Detected {
        /// What in them says so, in words.
        evidence: String,
    },
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as given"),
            Self::Detected { evidence } => write!(f, "detected: {evidence}"),
        }
    }
}

/// A raw stream in a file: whole sectors with subcode, used exactly as they are.
///
/// Clones share the file.
#[derive(Clone, Debug)]
pub struct RawStream {
    file: Arc<MappedFile>,
    range: LbaRange,
    layout: SectorLayout,
    layout_found: Found,
    start_found: Found,
    notes: Vec<Note>,
}

impl RawStream {
    /// The sectors of `file`, in the layout and from the address that are given, or else from those that are found.
    ///
    /// Packed P-W cannot be told from raw P-W by its P and Q and is never found: it must be given.
    ///
    /// # Errors
    /// [`OpenError::NoSubcode`] or [`OpenError::Deinterleaved`] if no layout fits, [`OpenError::AmbiguousLayout`] if two do, [`OpenError::CutInSector`]
    /// if the file is not whole sectors, [`OpenError::StartUnknown`] or [`OpenError::StartUnclear`] if the Q channel does
    /// not say where it starts, [`OpenError::TooManySectors`], [`OpenError::Source`] if the file cannot be read.
    pub fn open(
        file: Arc<MappedFile>,
        layout: Option<SectorLayout>,
        start: Option<Lba>,
    ) -> Result<Self, OpenError> {
        let probe = match layout {
            Some(layout) => Probe::read(&file, layout)?,
            None => Probe::best(&file)?,
        };
        let layout_found = match layout {
            Some(_) => Found::Given,
            None => Found::Detected {
                evidence: probe.layout_evidence(),
            },
        };
        Self::from_probe(file, &probe, layout_found, start)
    }

    pub(crate) fn from_probe(
        file: Arc<MappedFile>,
        probe: &Probe,
        layout_found: Found,
        start: Option<Lba>,
    ) -> Result<Self, OpenError> {
        let layout = probe.layout();
        let sectors = whole_sectors(&file, layout.sector_bytes(), start.unwrap_or(Lba::MIN))?;
        let by_q = probe.start(file.path());
        let mut notes = Vec::new();
        let (start, start_found) = match (start, by_q) {
            (None, by_q) => {
                let (start, evidence) = by_q?;
                (start, Found::Detected { evidence })
            }
            (Some(given), by_q) => {
                if let Ok((by_q, _)) = by_q
                    && by_q != given
                {
                    notes.push(Note::StartContradicted { given, by_q });
                }
                (given, Found::Given)
            }
        };
        let too_many = |_| OpenError::TooManySectors {
            path: file.path().to_owned(),
            sectors: u64::from(sectors.count()),
            start,
        };
        let range = LbaRange::new(start, sectors).map_err(too_many)?;
        notes.extend(probe.notes(start));
        Ok(Self {
            file,
            range,
            layout,
            layout_found,
            start_found,
            notes,
        })
    }

    /// The file.
    #[must_use]
    pub const fn file(&self) -> &Arc<MappedFile> {
        &self.file
    }

    /// How [`SectorSource::layout`] came to be known.
    #[must_use]
    pub const fn layout_found(&self) -> &Found {
        &self.layout_found
    }

    /// How the start of [`SectorSource::range`] came to be known.
    #[must_use]
    pub const fn start_found(&self) -> &Found {
        &self.start_found
    }

    /// What was noticed in the sampled sectors.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Where the bytes of `range`, which the stream holds, lie in the file.
    fn bytes(&self, range: LbaRange) -> std::ops::Range<u64> {
        let before = range.start().since(self.range.start());
        let start = bytes_of(before.unwrap_or(Sectors::ZERO), self.layout);
        start..start + bytes_of(range.len(), self.layout)
    }
}

impl SectorSource for RawStream {
    fn range(&self) -> LbaRange {
        self.range
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        check_range(range, self.range)?;
        self.file.pages(self.bytes(range))
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        check_range(range, self.range)?;
        check_buffer(range, self.layout, out)?;
        self.file.read_at(self.bytes(range).start, out)
    }

    fn will_need(&self, range: LbaRange) {
        if check_range(range, self.range).is_ok() {
            self.file.will_need(self.bytes(range));
        }
    }

    fn release(&self, range: LbaRange) {
        if check_range(range, self.range).is_ok() {
            self.file.release(self.bytes(range));
        }
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        self.file.verify_unchanged()
    }
}

/// How many sectors of `sector_bytes` bytes `file` is; the first will have the address `start`.
pub(crate) fn whole_sectors(
    file: &MappedFile,
    sector_bytes: usize,
    start: Lba,
) -> Result<Sectors, OpenError> {
    let unit = sector_bytes as u64;
    let (sectors, remainder) = (file.len() / unit, file.len() % unit);
    if remainder != 0 {
        return Err(OpenError::CutInSector {
            path: file.path().to_owned(),
            len: file.len(),
            sector_bytes: unit,
            sectors,
            remainder,
        });
    }
    let count = u32::try_from(sectors).unwrap_or(u32::MAX);
    Sectors::new(count).map_err(|_| OpenError::TooManySectors {
        path: file.path().to_owned(),
        sectors,
        start,
    })
}
