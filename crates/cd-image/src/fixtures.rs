//! What the tests of this crate are made of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::{Control, MAIN_BYTES, SectorLayout};

use crate::{
    AuthoredStream, DiscLayout, DiscSpec, FileForm, FilePayload, MappedFile, Run, SectorSource,
    SourceError, Track, TrackKind,
};

pub(crate) fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

pub(crate) fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

pub(crate) fn range(start: i32, count: u32) -> LbaRange {
    LbaRange::new(lba(start), sectors(count)).unwrap()
}

/// Bytes that look like nothing, the same for the same seed.
pub(crate) fn noise(n: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[4]
    };
    (0..n).map(|_| next()).collect()
}

/// A directory for one test's files.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn open(&self, name: &str, bytes: &[u8]) -> Arc<MappedFile> {
        Arc::new(MappedFile::open(self.write(name, bytes)).unwrap())
    }

    /// Names of what is in the directory.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn cut(path: &Path, len: u64) {
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(len).unwrap();
}

/// User data of `n_sectors` with a volume descriptor that says so.
pub(crate) fn iso_bytes(n_sectors: u32) -> Vec<u8> {
    let mut bytes = noise(n_sectors as usize * 2048, 7);
    let descriptor = &mut bytes[16 * 2048..17 * 2048];
    descriptor.fill(0);
    descriptor[..7].copy_from_slice(b"\x01CD001\x01");
    descriptor[80..84].copy_from_slice(&n_sectors.to_le_bytes());
    descriptor[84..88].copy_from_slice(&n_sectors.to_be_bytes());
    descriptor[128..132].copy_from_slice(&[0, 8, 8, 0]);
    bytes
}

/// A disc of one Mode 1 track of `n_sectors`.
pub(crate) fn iso_disc(files: &Files, n_sectors: u32) -> Arc<DiscLayout> {
    let file = files.open("disc.iso", &iso_bytes(n_sectors));
    let run = packed(&file, FilePayload::Mode1User, 0..n_sectors);
    disc_of(vec![Track::new(TrackKind::Mode1, vec![run])])
}

/// The sectors `range` of a file that has nothing else.
pub(crate) fn packed(
    file: &Arc<MappedFile>,
    payload: FilePayload,
    range: std::ops::Range<u32>,
) -> Run {
    let offset = u64::from(range.start) * u64::from(payload.bytes());
    let form = FileForm::packed(payload);
    Run::file(
        Arc::clone(file),
        offset,
        form,
        sectors(range.end - range.start),
    )
}

pub(crate) fn disc_of(tracks: Vec<Track>) -> Arc<DiscLayout> {
    Arc::new(DiscLayout::new(DiscSpec::new(tracks)).unwrap())
}

/// The catalogue number of [`mixed_disc`].
pub(crate) const MCN: &str = "4006381333931";

/// Mode 1 from an ISO with padding, audio after a long pregap, audio without one, and Mode 1 from plain sectors. Index 1 is
/// at 0, 525, 826 and 1227, the lead-out at 1527.
pub(crate) fn mixed_disc(files: &Files) -> Arc<DiscLayout> {
    let audio = files.open("audio", &noise(800 * 2352, 3));
    let plain = files.open("plain", &plain_sectors(300, 1227));
    let iso = files.open("iso", &iso_bytes(250));
    let iso = packed(&iso, FilePayload::Mode1User, 0..250);
    let data = Track::new(TrackKind::Mode1, vec![iso, Run::made(sectors(50))]);
    let song = packed(&audio, FilePayload::Samples, 0..301);
    let mut song = Track::new(TrackKind::Audio, vec![song]).with_pregap(sectors(225));
    song.control = Control::PRE_EMPHASIS | Control::COPY_PERMITTED;
    let next = packed(&audio, FilePayload::Samples, 301..701);
    let next = Track::new(TrackKind::Audio, vec![next]);
    let last = packed(&plain, FilePayload::PlainSector, 0..300);
    let last = Track::new(TrackKind::Mode1, vec![last]).with_pregap(sectors(1));
    let mut spec = DiscSpec::new(vec![data, song, next, last]);
    spec.mcn = Some(MCN.parse().unwrap());
    Arc::new(DiscLayout::new(spec).unwrap())
}

/// Whole sectors of Mode 1, not scrambled, as they would stand from `first` on.
pub(crate) fn plain_sectors(n_sectors: u32, first: i32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..n_sectors.cast_signed() {
        let mut sector = [0; MAIN_BYTES];
        cd_sector::encode_mode1(lba(first + n).to_msf(), &[0x5A; 2048], &mut sector);
        bytes.extend(sector);
    }
    bytes
}

pub(crate) fn authored(disc: &Arc<DiscLayout>, start: i32, layout: SectorLayout) -> AuthoredStream {
    AuthoredStream::new(Arc::clone(disc), lba(start), layout).unwrap()
}

/// All bytes of `range`.
pub(crate) fn render(source: &dyn SectorSource, range: LbaRange) -> Vec<u8> {
    let mut bytes = vec![0xEE; range.len().count() as usize * source.layout().sector_bytes()];
    source.render(range, &mut bytes).unwrap();
    bytes
}

pub(crate) fn render_all(source: &dyn SectorSource) -> Vec<u8> {
    render(source, source.range())
}

/// A stream whose bytes lie in a vector. Sectors from `fails_from` on cannot be had.
pub(crate) struct Memory {
    pub(crate) start: i32,
    pub(crate) layout: SectorLayout,
    pub(crate) bytes: Vec<u8>,
    pub(crate) fails_from: Option<i32>,
}

impl Memory {
    pub(crate) fn new(start: i32, layout: SectorLayout, bytes: Vec<u8>) -> Self {
        Self {
            start,
            layout,
            bytes,
            fails_from: None,
        }
    }
}

impl SectorSource for Memory {
    fn range(&self) -> LbaRange {
        let n_sectors = self.bytes.len() / self.layout.sector_bytes();
        range(self.start, u32::try_from(n_sectors).unwrap())
    }

    fn layout(&self) -> SectorLayout {
        self.layout
    }

    fn mapped(&self, _range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        Ok(None)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        let fails = |first| range.last().is_some_and(|last| last.value() >= first);
        if self.fails_from.is_some_and(fails) {
            return Err(SourceError::Changed {
                path: "memory".into(),
                what: "on purpose".into(),
            });
        }
        let from = range.start().since(self.range().start()).unwrap().count();
        let from = from as usize * self.layout.sector_bytes();
        out.copy_from_slice(&self.bytes[from..from + out.len()]);
        Ok(())
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}
