//! The frames of a FLAC file to samples, by way of `symphonia`.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use cd_address::Lba;
use symphonia::core::audio::{AudioBufferRef, Signal};
use symphonia::core::codecs::{Decoder, DecoderOptions};
use symphonia::core::errors::Error as Symphonia;
use symphonia::core::formats::FormatReader;
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::default::codecs::FlacDecoder;
use symphonia::default::formats::FlacReader;

use super::{Flac, ID3V1_BYTES, INFO_BYTES, malformed};
use crate::audio::{SAMPLE_BYTES, SECTOR_SAMPLES};
use crate::spool::Spool;
use crate::{AudioError, AudioNote, MappedFile, PcmFile, PcmOrigin, SpoolProgress};

/// Samples of a disc as long as there are addresses, before and after LBA 0.
const MAX_SAMPLES: u64 = (Lba::MAX.position() as u64 + 1) * SECTOR_SAMPLES;

/// Decodes the frames of `flac` in `file` into a temporary file in `directory`.
pub(super) fn decode(
    file: &Arc<MappedFile>,
    flac: &Flac,
    directory: &Path,
    progress: &mut SpoolProgress<'_>,
) -> Result<PcmFile, AudioError> {
    let path = || file.path().to_owned();
    let failed = |source| AudioError::Spool {
        path: path(),
        source,
    };
    let stated = flac.samples();
    check_length(file, stated.unwrap_or(0))?;
    let expected = stated.map(|samples| samples * SAMPLE_BYTES);
    let mut spool = Spool::new(directory, expected, progress).map_err(failed)?;
    let mut frames = Frames::open(file, flac)?;
    while let Some(bytes) = frames.next(spool.len() / SAMPLE_BYTES)? {
        spool.push(bytes).map_err(failed)?;
        check_length(file, spool.len() / SAMPLE_BYTES)?;
    }
    file.verify_unchanged().map_err(AudioError::Source)?;
    let samples = spool.len() / SAMPLE_BYTES;
    if let Some(stated) = stated.filter(|stated| *stated != samples) {
        return Err(AudioError::SampleCount {
            path: path(),
            stated,
            decoded: samples,
        });
    }
    if samples == 0 {
        return Err(AudioError::NoSamples { path: path() });
    }
    let proved = flac.has_md5();
    if proved && !frames.md5_is_right() {
        return Err(AudioError::Md5 { path: path() });
    }
    let name = format!("{} (decoded)", file.path());
    Ok(PcmFile {
        file: Arc::new(spool.finish(name).map_err(failed)?),
        offset: 0,
        samples,
        from: PcmOrigin::Flac { proved },
        notes: if proved {
            Vec::new()
        } else {
            vec![AudioNote::NoMd5]
        },
    })
}

fn check_length(file: &MappedFile, samples: u64) -> Result<(), AudioError> {
    if samples <= MAX_SAMPLES {
        return Ok(());
    }
    Err(AudioError::TooLong {
        path: file.path().to_owned(),
        samples,
        limit: MAX_SAMPLES,
    })
}

/// The frames of a file, one after the other.
struct Frames<'a> {
    file: &'a MappedFile,
    reader: FlacReader,
    decoder: FlacDecoder,
    samples: Vec<u8>,
}

impl<'a> Frames<'a> {
    fn open(file: &'a Arc<MappedFile>, flac: &Flac) -> Result<Self, AudioError> {
        let stream = MediaSourceStream::new(
            Box::new(Stream::new(file, flac)?),
            symphonia::core::io::MediaSourceStreamOptions::default(),
        );
        let opened = guarded(|| {
            let reader = FlacReader::try_new(stream, &Default::default())?;
            let params = &reader.tracks()[0].codec_params;
            let decoder = FlacDecoder::try_new(params, &DecoderOptions { verify: true })?;
            Ok((reader, decoder))
        });
        let (reader, decoder) = opened.map_err(|problem| {
            let problem = format!("no frame begins behind the metadata ({problem})");
            malformed(file, flac.frames, problem)
        })?;
        Ok(Self {
            file,
            reader,
            decoder,
            samples: Vec::new(),
        })
    }

    /// The next frame's samples as bytes, of which `done` came before; `None` at the end.
    fn next(&mut self, done: u64) -> Result<Option<&[u8]>, AudioError> {
        let Self {
            reader,
            decoder,
            samples,
            ..
        } = self;
        samples.clear();
        let decoded = guarded(|| {
            let packet = match reader.next_packet() {
                Ok(packet) => packet,
                Err(Symphonia::IoError(e)) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            };
            let AudioBufferRef::S32(buffer) = decoder.decode(&packet)? else {
                return Err(Symphonia::Unsupported("samples of another kind"));
            };
            if buffer.spec().channels.count() != 2 {
                return Err(Symphonia::Unsupported("a frame without two channels"));
            }
            for (left, right) in buffer.chan(0).iter().zip(buffer.chan(1)) {
                // The decoder gives 32 bits, of which the upper 16 are the sample.
                let ([_, _, l0, l1], [_, _, r0, r1]) = (left.to_le_bytes(), right.to_le_bytes());
                samples.extend([l0, l1, r0, r1]);
            }
            Ok(Some(packet.ts()))
        });
        let failed = |problem| AudioError::Decode {
            path: self.file.path().to_owned(),
            sample: done,
            problem,
        };
        match decoded.map_err(failed)? {
            None => Ok(None),
            Some(sample) if sample == done => Ok(Some(samples)),
            Some(sample) => Err(failed(format!(
                "the next whole frame begins at sample {sample}"
            ))),
        }
    }

    fn md5_is_right(&mut self) -> bool {
        self.decoder.finalize().verify_ok == Some(true)
    }
}

/// Runs the decoder, whose arithmetic is not proof against every crafted frame: a panic in it is a broken file.
fn guarded<T>(run: impl FnOnce() -> Result<T, Symphonia>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err("the decoder gave up on a frame that cannot be".to_owned()),
    }
}

/// What the decoder reads: marker and stream information from memory, then the frames from the file.
struct Stream {
    head: Cursor<Vec<u8>>,
    file: Arc<MappedFile>,
    at: u64,
    end: u64,
}

impl Stream {
    fn new(file: &Arc<MappedFile>, flac: &Flac) -> Result<Self, AudioError> {
        let mut head = b"fLaC\x80\x00\x00".to_vec();
        head.extend(INFO_BYTES.to_le_bytes().first());
        head.extend(flac.info);
        let mut end = file.len();
        if let Some(tag) = end
            .checked_sub(ID3V1_BYTES)
            .filter(|tag| *tag >= flac.frames)
        {
            let mut bytes = [0; 3];
            file.read_at(tag, &mut bytes).map_err(AudioError::Source)?;
            if bytes == *b"TAG" {
                end = tag;
            }
        }
        Ok(Self {
            head: Cursor::new(head),
            file: Arc::clone(file),
            at: flac.frames,
            end,
        })
    }
}

impl Read for Stream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_bytes = self.head.read(out)?;
        if n_bytes > 0 {
            return Ok(n_bytes);
        }
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let n_bytes = out.len().min(left);
        let read = self.file.read_at(self.at, &mut out[..n_bytes]);
        read.map_err(io::Error::other)?;
        self.at += n_bytes as u64;
        Ok(n_bytes)
    }
}

impl Seek for Stream {
    fn seek(&mut self, _to: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl MediaSource for Stream {
    fn is_seekable(&self) -> bool {
        false
    }

    fn byte_len(&self) -> Option<u64> {
        None
    }
}
