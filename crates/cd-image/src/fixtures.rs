//! What the tests of this crate are made of.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cd_address::{Lba, LbaRange, Sectors};
use cd_sector::SectorLayout;

use crate::{AuthoredStream, DiscLayout, MappedFile, SectorSource, SourceError, Track, TrackMode};

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
    let track = Track::new(TrackMode::Mode1, file, sectors(n_sectors));
    Arc::new(DiscLayout::new(vec![track]).unwrap())
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
