//! WAV: chunks, of which two matter.
//!
//! # Spec
//! Multimedia Programming Interface and Data Specifications 1.0, chapter 3 (RIFF: a chunk is an identifier, a length of 32
//! bits, the bytes, and one more if the length is odd; WAVE: `fmt ` before `data`).

use std::ops::Range;
use std::sync::Arc;

use super::SAMPLE_BYTES;
use crate::{AudioError, AudioFormat, AudioNote, MappedFile, PcmFile, PcmFormat, PcmOrigin};

// Of the file.
const RIFF_LEN: Range<u64> = 4..8;
const FIRST_CHUNK: u64 = 12;
// Of a chunk.
const CHUNK_HEAD_BYTES: u64 = 8;
// Of the contents of `fmt `.
const FMT_BYTES: usize = 16;
const EXTENSIBLE_BYTES: usize = 40;
const EXTENSIBLE_TAG: u16 = 0xFFFE;
/// All of a subformat's GUID but its first two bytes, which are a format tag.
const GUID_TAIL: [u8; 14] = [
    0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
];

/// Chunks before the samples, at most: what a crafted file may cost.
const MAX_CHUNKS: usize = 1_000;
/// From here on a length that passes the file's end is a placeholder: some programs leave a little less than 2 GiB when
/// they cannot go back to correct it, and no CD holds so much.
const PLACEHOLDER: u32 = 0x7FFF_0000;

/// Finds the samples of the WAV file `file`.
pub(super) fn open(file: MappedFile) -> Result<PcmFile, AudioError> {
    let found = Chunks::find(&file)?;
    if found.format != PcmFormat::CD {
        return Err(AudioError::Samples {
            path: file.path().to_owned(),
            samples: found.format,
        });
    }
    let mut notes = Vec::new();
    let n_bytes = found.data_bytes(&file, &mut notes)?;
    let samples = n_bytes / SAMPLE_BYTES;
    if let Ok(n_bytes @ 1..) = u8::try_from(n_bytes % SAMPLE_BYTES) {
        notes.push(AudioNote::PartSample { n_bytes });
    }
    if samples == 0 {
        return Err(AudioError::NoSamples {
            path: file.path().to_owned(),
        });
    }
    let file = file.ending_at(found.data + samples * SAMPLE_BYTES);
    Ok(PcmFile {
        file: Arc::new(file),
        offset: found.data,
        samples,
        from: PcmOrigin::Wav,
        notes,
    })
}

/// What stands in a WAV file's chunks up to its samples.
struct Chunks {
    /// Length in the file's head.
    riff_len: u32,
    format: PcmFormat,
    /// Where the samples begin.
    data: u64,
    /// Bytes of them, as stated.
    data_len: u32,
}

impl Chunks {
    fn find(file: &MappedFile) -> Result<Self, AudioError> {
        let riff_len = u32::from_le_bytes(read(file, RIFF_LEN.start)?);
        let mut format = None;
        let mut at = FIRST_CHUNK;
        for _ in 0..MAX_CHUNKS {
            if at + CHUNK_HEAD_BYTES > file.len() {
                let problem = "it ends before a chunk \"data\" with samples".to_owned();
                return Err(malformed(file, at, problem));
            }
            let id: [u8; 4] = read(file, at)?;
            let len = u32::from_le_bytes(read(file, at + 4)?);
            let contents = at + CHUNK_HEAD_BYTES;
            match &id {
                b"fmt " if format.is_some() => {
                    let problem = "a second chunk \"fmt \" stands; there is one".to_owned();
                    return Err(malformed(file, at, problem));
                }
                b"fmt " => format = Some(read_format(file, contents, len)?),
                b"data" => {
                    let Some(format) = format else {
                        let problem =
                            "the samples come before the chunk \"fmt \" that says what they are";
                        return Err(malformed(file, at, problem.to_owned()));
                    };
                    return Ok(Self {
                        riff_len,
                        format,
                        data: contents,
                        data_len: len,
                    });
                }
                _ => {}
            }
            at = contents + u64::from(len) + u64::from(len % 2);
        }
        let problem = format!("{MAX_CHUNKS} chunks stand before it and none holds samples");
        Err(malformed(file, at, problem))
    }

    /// Bytes of samples, the file's end looked at.
    fn data_bytes(&self, file: &MappedFile, notes: &mut Vec<AudioNote>) -> Result<u64, AudioError> {
        let stated = self.data_len;
        let has = file.len() - self.data;
        let is_cut = u64::from(stated) > has;
        // A length of 0 is true where the head's length agrees with the file's, odd chunks padded or not.
        let by_head = u64::from(self.riff_len) + RIFF_LEN.end;
        let is_unset = stated == 0 && has > 0 && by_head.abs_diff(file.len()) > 1;
        if (is_cut && stated >= PLACEHOLDER) || is_unset {
            notes.push(AudioNote::LengthUnknown { stated, taken: has });
            return Ok(has);
        }
        if is_cut {
            return Err(AudioError::Cut {
                path: file.path().to_owned(),
                stated: u64::from(stated),
                has,
            });
        }
        Ok(u64::from(stated))
    }
}

/// The contents of a chunk `fmt ` of `len` bytes at `offset`.
fn read_format(file: &MappedFile, offset: u64, len: u32) -> Result<PcmFormat, AudioError> {
    let too_short = |needed: usize| {
        let problem = format!("the chunk \"fmt \" has {len} bytes; it needs {needed}");
        malformed(file, offset, problem)
    };
    let has = |n_bytes: usize| usize::try_from(len).is_ok_and(|len| len >= n_bytes);
    if !has(FMT_BYTES) {
        return Err(too_short(FMT_BYTES));
    }
    let word = |idx: u64| read(file, offset + idx).map(u16::from_le_bytes);
    let (mut tag, channels, bits) = (word(0)?, word(2)?, word(14)?);
    let rate = u32::from_le_bytes(read(file, offset + 4)?);
    let sample_bytes = word(12)?;
    if tag == EXTENSIBLE_TAG {
        if !has(EXTENSIBLE_BYTES) {
            return Err(too_short(EXTENSIBLE_BYTES));
        }
        tag = word(24)?;
        let tail: [u8; 14] = read(file, offset + 26)?;
        if tail != GUID_TAIL {
            let problem = "the subformat is a private one, no format of samples".to_owned();
            return Err(malformed(file, offset + 24, problem));
        }
        // That fewer bits count than a sample has is of no interest: they stand at its upper end.
    }
    let format = PcmFormat {
        tag,
        rate,
        bits,
        channels,
    };
    let expected = u32::from(channels) * u32::from(bits.div_ceil(8));
    if tag == PcmFormat::CD.tag && u32::from(sample_bytes) != expected {
        let problem = format!(
            "a sample of {bits} bits and {channels} channels takes {expected} bytes, not {sample_bytes}"
        );
        return Err(malformed(file, offset + 12, problem));
    }
    Ok(format)
}

fn read<const N: usize>(file: &MappedFile, offset: u64) -> Result<[u8; N], AudioError> {
    let mut bytes = [0; N];
    if offset + N as u64 > file.len() {
        let problem = format!("it ends where {N} bytes are needed");
        return Err(malformed(file, file.len(), problem));
    }
    file.read_at(offset, &mut bytes)
        .map_err(AudioError::Source)?;
    Ok(bytes)
}

fn malformed(file: &MappedFile, offset: u64, problem: String) -> AudioError {
    AudioError::Malformed {
        path: file.path().to_owned(),
        format: AudioFormat::Wav,
        offset,
        problem,
    }
}
