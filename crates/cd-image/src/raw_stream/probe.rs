//! Sampling of a file that may be a raw stream.

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, MainKind, Q, QFrame, RAW_BYTES, SectorLayout, detect};

use crate::subcode::{QCrc, array, q_of};
use crate::{MappedFile, Note, OpenError};

/// Sectors looked at one after the other at the beginning: position frames are rarely more than two apart.
const HEAD: u64 = 24;
/// Sectors looked at between there and the end, evenly spread.
const SPREAD: u64 = 104;

/// What sampled sectors of a file say if its sectors are of one layout.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    layout: SectorLayout,
    sampled: u32,
    right: u32,
    uninverted: u32,
    /// Sectors of plain data, and the index of the first.
    plain: u32,
    first_plain: Option<u64>,
    program: Votes,
    lead_in: Votes,
}

/// Where the stream starts, by each of several frames.
#[derive(Clone, Debug, Default)]
struct Votes(Vec<(Lba, u32)>);

impl Probe {
    /// Samples `file`; a partial sector at its end is passed over.
    pub(crate) fn read(file: &MappedFile, layout: SectorLayout) -> Result<Self, OpenError> {
        let sector_bytes = layout.sector_bytes();
        let mut probe = Self {
            layout,
            sampled: 0,
            right: 0,
            uninverted: 0,
            plain: 0,
            first_plain: None,
            program: Votes::default(),
            lead_in: Votes::default(),
        };
        let mut sector = vec![0; sector_bytes];
        for sector_idx in sample(file.len() / sector_bytes as u64) {
            file.read_at(sector_idx * sector_bytes as u64, &mut sector)?;
            probe.take(sector_idx, &sector);
        }
        Ok(probe)
    }

    /// The probe of the layout that fits.
    pub(crate) fn best(file: &MappedFile) -> Result<Self, OpenError> {
        let raw = Self::read(file, SectorLayout::RawPw96)?;
        let pq = Self::read(file, SectorLayout::Pq16)?;
        let path = || file.path().to_owned();
        match (raw.fits(), pq.fits()) {
            (true, false) => Ok(raw),
            (false, true) => Ok(pq),
            (true, true) => Err(OpenError::AmbiguousLayout { path: path() }),
            (false, false) if is_deinterleaved(file)? => {
                Err(OpenError::Deinterleaved { path: path() })
            }
            (false, false) => Err(OpenError::NoSubcode {
                path: path(),
                len: file.len(),
            }),
        }
    }

    pub(crate) const fn layout(&self) -> SectorLayout {
        self.layout
    }

    /// Whether half of the Q frames are right: by chance it is one in 32,768.
    pub(crate) const fn fits(&self) -> bool {
        let good = self.right + self.uninverted;
        good > 0 && 2 * good >= self.sampled
    }

    pub(crate) fn layout_evidence(&self) -> String {
        let (good, sampled) = (self.right + self.uninverted, self.sampled);
        let bytes = self.layout.sector_bytes();
        format!(
            "{good} of {sampled} Q frames looked at have a right CRC with sectors of {bytes} bytes"
        )
    }

    /// Where the stream starts, and what says so.
    pub(crate) fn start(&self, path: &str) -> Result<(Lba, String), OpenError> {
        for (votes, what) in [
            (&self.program, "absolute times in Q frames of the program"),
            (&self.lead_in, "running times in Q frames of the lead-in"),
        ] {
            let Some((start, agree)) = votes.most() else {
                continue;
            };
            let total = votes.total();
            // One frame alone proves nothing, unless there is no other sector.
            let enough = agree >= 2 || self.sampled == 1;
            if !enough || 4 * agree < 3 * total {
                return Err(OpenError::StartUnclear {
                    path: path.to_owned(),
                    start,
                    agree,
                    total,
                });
            }
            return Ok((start, format!("{agree} of {total} {what} agree")));
        }
        let path = path.to_owned();
        Err(OpenError::StartUnknown { path })
    }

    /// What is worth saying of a stream that starts at `start`.
    pub(crate) fn notes(&self, start: Lba) -> impl Iterator<Item = Note> {
        let sampled = self.sampled;
        let wrong = sampled - self.right - self.uninverted;
        let plain = self.first_plain.and_then(|first| {
            let first = u32::try_from(first).ok()?;
            let first = Lba::from_position(start.position() + first).ok()?;
            let found = self.plain;
            Some(Note::NotScrambled {
                first,
                found,
                sampled,
            })
        });
        let uninverted = (self.uninverted > 0).then_some(Note::UninvertedQCrc {
            found: self.uninverted,
            sampled,
        });
        let wrong = (wrong > 0).then_some(Note::WrongQCrc {
            found: wrong,
            sampled,
        });
        [plain, uninverted, wrong].into_iter().flatten()
    }

    fn take(&mut self, sector_idx: u64, sector: &[u8]) {
        self.sampled += 1;
        let main = array::<MAIN_BYTES>(sector);
        if let MainKind::Data {
            scrambled: false, ..
        } = detect(&main)
        {
            self.plain += 1;
            self.first_plain.get_or_insert(sector_idx);
        }
        let (frame, crc) = q_of(self.layout, sector);
        match crc {
            QCrc::Right => self.right += 1,
            QCrc::Uninverted => self.uninverted += 1,
            QCrc::Wrong => return,
        }
        match frame.decode() {
            Ok(Q::Position { absolute, .. } | Q::LeadOut { absolute, .. }) => {
                self.program.add(absolute.to_lba(), sector_idx);
            }
            // Times from zero are no addresses: they would put the lead-in's frames into the program.
            Ok(Q::Toc { running, .. }) if running.to_lba().is_lead_in() => {
                self.lead_in.add(running.to_lba(), sector_idx);
            }
            _ => {}
        }
    }
}

impl Votes {
    /// Counts a frame of sector `sector_idx` that names the address `lba`.
    fn add(&mut self, lba: Lba, sector_idx: u64) {
        let position = u64::from(lba.position()).checked_sub(sector_idx);
        let position = position.and_then(|position| u32::try_from(position).ok());
        let Some(Ok(start)) = position.map(Lba::from_position) else {
            return;
        };
        match self.0.iter_mut().find(|(known, _)| *known == start) {
            Some((_, count)) => *count += 1,
            None => self.0.push((start, 1)),
        }
    }

    fn most(&self) -> Option<(Lba, u32)> {
        self.0.iter().max_by_key(|(_, count)| *count).copied()
    }

    fn total(&self) -> u32 {
        self.0.iter().map(|(_, count)| count).sum()
    }
}

/// Whether half of the sampled sectors, taken as 2448 bytes, have their Q frame in one piece behind 12 bytes of P.
fn is_deinterleaved(file: &MappedFile) -> Result<bool, OpenError> {
    let unit = RAW_BYTES as u64;
    let mut q = [0; 12];
    let (mut good, mut sampled) = (0, 0);
    for sector_idx in sample(file.len() / unit) {
        file.read_at(sector_idx * unit + MAIN_BYTES as u64 + 12, &mut q)?;
        sampled += 1;
        good += u32::from(QFrame(q).crc_ok());
    }
    Ok(good > 0 && 2 * good >= sampled)
}

/// Indices of sectors to look at, ascending, of `n_sectors`.
pub(crate) fn sample(n_sectors: u64) -> impl Iterator<Item = u64> {
    let head = n_sectors.min(HEAD);
    let rest = n_sectors - head;
    let spread = rest.min(SPREAD);
    // The last of them is the last sector.
    (0..head).chain((1..=spread).map(move |i| head + i * rest / spread - 1))
}
