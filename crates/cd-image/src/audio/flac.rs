//! FLAC: decoded once, and held to what it says of itself.
//!
//! The decoder is given the stream information and the frames and nothing else: what stands between them (tags, pictures,
//! seek tables) can be broken in many ways and is not needed.
//!
//! # Spec
//! RFC 9639 clauses 8.1 (metadata blocks), 8.2 (stream information), 9 (frames).

use std::path::Path;
use std::sync::Arc;

use super::format::{head, id3_bytes};
use crate::{AudioError, AudioFormat, MappedFile, PcmFile, PcmFormat, SpoolProgress};

#[cfg(feature = "audio")]
mod decode;

// Of the file, an ID3 tag before it left out.
const MARKER_BYTES: u64 = 4;
// Of a metadata block.
const BLOCK_HEAD_BYTES: u64 = 4;
/// Bytes of the stream information without its block's head.
const INFO_BYTES: usize = 34;
/// Bytes of what follows the last frame where an old tag was put there.
#[cfg(feature = "audio")]
const ID3V1_BYTES: u64 = 128;

/// Where a FLAC file's frames are, and what it says of them.
struct Flac {
    info: [u8; INFO_BYTES],
    /// Where the first frame begins.
    #[cfg_attr(
        not(feature = "audio"),
        expect(dead_code, reason = "nothing decodes the frames")
    )]
    frames: u64,
}

/// Decodes the FLAC file `file` into `directory`.
pub(super) fn open(
    file: &Arc<MappedFile>,
    directory: &Path,
    progress: &mut SpoolProgress<'_>,
) -> Result<PcmFile, AudioError> {
    let flac = Flac::find(file)?;
    let samples = flac.format();
    if samples != PcmFormat::CD {
        return Err(AudioError::Samples {
            path: file.path().to_owned(),
            samples,
        });
    }
    #[cfg(feature = "audio")]
    return decode::decode(file, &flac, directory, progress);
    #[cfg(not(feature = "audio"))]
    {
        let _ = (directory, progress);
        Err(AudioError::NotBuilt {
            path: file.path().to_owned(),
        })
    }
}

impl Flac {
    fn find(file: &MappedFile) -> Result<Self, AudioError> {
        let mut at = id3_bytes(&head(file, 0)?).unwrap_or(0) + MARKER_BYTES;
        let mut info = None;
        loop {
            let [kind, len @ .., _, _, _, _, _, _, _, _, _, _, _, _] = head(file, at)?;
            let len = len.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            let contents = at + BLOCK_HEAD_BYTES;
            if contents + len >= file.len() {
                let problem = format!(
                    "a metadata block of {len} bytes passes its end, where frames should follow"
                );
                return Err(malformed(file, at, problem));
            }
            let is_last = kind & 0x80 != 0;
            match (kind & 0x7F, info) {
                (0, None) if len == INFO_BYTES as u64 => {
                    let mut bytes = [0; INFO_BYTES];
                    file.read_at(contents, &mut bytes)
                        .map_err(AudioError::Source)?;
                    info = Some(bytes);
                }
                (0, None) => {
                    let problem = format!("the stream information has {len} bytes, not 34");
                    return Err(malformed(file, at, problem));
                }
                (other, None) => {
                    let problem = format!(
                        "a metadata block of type {other} comes first; the stream information (type 0) must"
                    );
                    return Err(malformed(file, at, problem));
                }
                (0, Some(_)) => {
                    let problem = "a second stream information stands; there is one".to_owned();
                    return Err(malformed(file, at, problem));
                }
                (127, Some(_)) => {
                    let problem =
                        "a metadata block of type 127 stands, which is forbidden".to_owned();
                    return Err(malformed(file, at, problem));
                }
                _ => {}
            }
            at = contents + len;
            if let (true, Some(info)) = (is_last, info) {
                return Ok(Self { info, frames: at });
            }
        }
    }

    /// Bytes 10 to 17 hold 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples.
    fn packed(&self) -> u64 {
        let bytes = &self.info[10..18];
        bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    /// What the samples are.
    fn format(&self) -> PcmFormat {
        let field = |from: u32, bits: u32| self.packed() >> from & ((1 << bits) - 1);
        let small = |value: u64| u16::try_from(value + 1).unwrap_or(u16::MAX);
        PcmFormat {
            tag: PcmFormat::CD.tag,
            rate: u32::try_from(field(44, 20)).unwrap_or(u32::MAX),
            bits: small(field(36, 5)),
            channels: small(field(41, 3)),
        }
    }

    /// How many there are, if it says so.
    #[cfg(feature = "audio")]
    fn samples(&self) -> Option<u64> {
        Some(self.packed() & ((1 << 36) - 1)).filter(|samples| *samples > 0)
    }

    /// Whether it has an MD5 of them.
    #[cfg(feature = "audio")]
    fn has_md5(&self) -> bool {
        self.info[18..] != [0; 16]
    }
}

fn malformed(file: &MappedFile, offset: u64, problem: String) -> AudioError {
    AudioError::Malformed {
        path: file.path().to_owned(),
        format: AudioFormat::Flac,
        offset,
        problem,
    }
}
