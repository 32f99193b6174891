use std::ops::Range;
use std::sync::Arc;

use cd_address::Sectors;

use super::{CdSectorType, CreatorError};
use crate::{FileForm, MappedFile, Run, RunMain};

/// Bytes that are looked at at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// The places of P and Q in a byte of subcode.
const PQ_BITS: u8 = 0xC0;

/// Where the bytes of a track, a pregap or of R to W lie: a file, or a part of one.
#[derive(Clone, Debug)]
pub struct TrackSource {
    pub(super) file: Arc<MappedFile>,
    pub(super) offset: u64,
    len: u64,
}

impl TrackSource {
    /// All of `file`.
    #[must_use]
    pub fn new(file: Arc<MappedFile>) -> Self {
        let len = file.len();
        Self {
            file,
            offset: 0,
            len,
        }
    }

    /// The bytes `part` of `file`, as of a WAV file those behind its header; what is past the file's end is left out.
    #[must_use]
    pub fn part(file: Arc<MappedFile>, part: Range<u64>) -> Self {
        let end = part.end.min(file.len());
        let offset = part.start.min(end);
        Self {
            offset,
            len: end - offset,
            file,
        }
    }

    pub(super) fn path(&self) -> String {
        self.file.path().to_owned()
    }

    /// How many sectors of `sector_bytes` bytes it has.
    pub(super) fn sectors(&self, sector_bytes: u32) -> Result<Sectors, CreatorError> {
        if self.len == 0 || !self.len.is_multiple_of(u64::from(sector_bytes)) {
            return Err(CreatorError::Length {
                path: self.path(),
                len: self.len,
                sector_bytes,
            });
        }
        let sectors = self.len / u64::from(sector_bytes);
        let count = u32::try_from(sectors).ok().map(Sectors::new);
        count
            .and_then(Result::ok)
            .ok_or_else(|| CreatorError::TooLong {
                path: self.path(),
                sectors,
            })
    }

    /// Sectors of a special pregap, whose length was looked at when it was added.
    pub(super) fn whole_sectors(&self) -> Sectors {
        self.sectors(CdSectorType::Audio.bytes_per_sector())
            .unwrap_or(Sectors::ZERO)
    }

    /// `sectors` of it from the sector `from` on.
    pub(super) fn run(&self, sector_type: CdSectorType, from: Sectors, sectors: Sectors) -> Run {
        let Some(payload) = sector_type.payload() else {
            return Run::made(sectors);
        };
        let before = u64::from(from.count()) * u64::from(payload.bytes());
        let main = RunMain::File {
            file: Arc::clone(&self.file),
            offset: self.offset + before,
            form: FileForm::packed(payload),
        };
        Run {
            main,
            ..Run::made(sectors)
        }
    }

    /// Whether all of it is zero.
    pub(super) fn check_zero(&self) -> Result<(), CreatorError> {
        match self.find(|byte| byte != 0)? {
            None => Ok(()),
            Some((offset, byte)) => Err(CreatorError::NotZero {
                path: self.path(),
                offset,
                byte,
            }),
        }
    }

    /// Whether it is R to W of `n_sectors` sectors.
    pub(super) fn check_rw(&self, n_sectors: u64) -> Result<(), CreatorError> {
        let needed = n_sectors * cd_sector::SUBCODE_BYTES as u64;
        if self.len != needed {
            return Err(CreatorError::RwLength {
                path: self.path(),
                len: self.len,
                needed,
            });
        }
        match self.find(|byte| byte & PQ_BITS != 0)? {
            None => Ok(()),
            Some((offset, byte)) => Err(CreatorError::RwTopBits {
                path: self.path(),
                offset,
                byte,
            }),
        }
    }

    /// The first byte that `is_wrong`, and where in the file it lies.
    fn find(&self, is_wrong: impl Fn(u8) -> bool) -> Result<Option<(u64, u8)>, CreatorError> {
        let mut buffer = vec![0; CHUNK_BYTES];
        let mut at = self.offset;
        let end = self.offset + self.len;
        while at < end {
            let n_bytes = usize::try_from(end - at)
                .unwrap_or(CHUNK_BYTES)
                .min(CHUNK_BYTES);
            let chunk = &mut buffer[..n_bytes];
            self.file.read_at(at, chunk).map_err(CreatorError::Source)?;
            if let Some(idx) = chunk.iter().position(|byte| is_wrong(*byte)) {
                return Ok(Some((at + idx as u64, chunk[idx])));
            }
            at += n_bytes as u64;
        }
        Ok(None)
    }
}
