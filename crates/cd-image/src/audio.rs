//! Files of sound: WAV where it lies, FLAC decoded once, and which way round the bytes of samples are.
//!
//! A CD holds samples of 16 bits, two channels, 44,100 a second, and no other. [`PcmFile::open`] takes files that hold exactly
//! these and refuses every other by name: making them into these (resampling, dither) is a decision about the sound, and not
//! ours. Which format a file has is found from its bytes, never from its name.
//!
//! # Spec
//! IEC 60908 clause 4 (samples); Multimedia Programming Interface and Data Specifications 1.0 (RIFF WAVE); RFC 2361 and
//! `WAVEFORMATEXTENSIBLE` (format tags); RFC 9639 (FLAC).

use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use cd_sector::MAIN_BYTES;

use crate::{MappedFile, SpoolProgress, spool_directory};

mod byte_order;
mod error;
mod flac;
mod format;
#[cfg(test)]
mod tests;
mod wav;

pub use byte_order::{ByteOrder, ByteOrderFound};
pub use error::AudioError;
pub use format::{AudioFormat, PcmFormat};

/// Bytes of one stereo sample.
pub(crate) const SAMPLE_BYTES: u64 = 4;
/// Stereo samples of one sector.
const SECTOR_SAMPLES: u64 = MAIN_BYTES as u64 / SAMPLE_BYTES;

/// Where the samples of a [`PcmFile`] were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PcmOrigin {
    /// In a WAV file, mapped where they lie.
    Wav,
    /// In a FLAC file, decoded into a temporary one.
    Flac {
        /// Whether the file held an MD5 of its samples, which was then found right.
        proved: bool,
    },
}

impl fmt::Display for PcmOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wav => "WAV",
            Self::Flac { proved: true } => "FLAC, its MD5 right",
            Self::Flac { proved: false } => "FLAC without an MD5",
        })
    }
}

/// Something about a file of sound its owner should know. None of them changes a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AudioNote {
    /// A WAV file's header gives no usable length, as when it was written to a pipe: all bytes to the file's end were
    /// taken for samples.
    LengthUnknown {
        /// What the header gives, in bytes.
        stated: u32,
        /// Bytes to the end of the file.
        taken: u64,
    },
    /// The last sample is not whole; its bytes were left out.
    PartSample {
        /// Bytes left out, 1 to 3.
        n_bytes: u8,
    },
    /// The file holds no MD5 of its samples: each frame's CRC was right, that no frame is missing is not proved.
    NoMd5,
}

impl fmt::Display for AudioNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LengthUnknown { stated, taken } => write!(
                f,
                "the header gives {stated} bytes of samples, as a program does that writes to a pipe: all {taken} bytes to the \
                 file's end were taken for samples"
            ),
            Self::PartSample { n_bytes } => write!(
                f,
                "the last sample is not whole: its {n_bytes} bytes were left out"
            ),
            Self::NoMd5 => f.write_str(
                "the FLAC file holds no MD5 of its samples: that it is as it was encoded is not proved",
            ),
        }
    }
}

/// Samples as a CD holds them, in a file: 44,100 a second, 16 bits, little-endian, left before right.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PcmFile {
    /// The file they lie in: a WAV file itself, or a temporary file. It ends with the last sample, whatever a WAV file
    /// has behind that.
    pub file: Arc<MappedFile>,
    /// Where in it the first sample begins, in bytes.
    pub offset: u64,
    /// Stereo samples of 4 bytes, 1 at least.
    pub samples: u64,
    /// Where they were.
    pub from: PcmOrigin,
    /// What its owner should know.
    pub notes: Vec<AudioNote>,
}

impl PcmFile {
    /// Opens the WAV or FLAC file at `path`; a FLAC file is decoded into [`spool_directory`].
    ///
    /// # Errors
    /// As [`PcmFile::open_with`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, AudioError> {
        Self::open_with(path, &spool_directory(), &mut |_, _| {
            ControlFlow::Continue(())
        })
    }

    /// Opens the WAV or FLAC file at `path`.
    ///
    /// A WAV file's samples are mapped where they are and `progress` is not called. A FLAC file is decoded into a temporary
    /// file in `directory` that has no name and takes 10 MB a minute; `progress` is told of it, and stops it when it breaks.
    /// A length of 0, of FFFFFFFFh or of about 2 GiB in a WAV file's header is what programs leave that write to a
    /// pipe: such a file is taken to its end, with a note. What stands behind the samples (texts, pictures) is left out.
    ///
    /// # Errors
    /// [`AudioError`]: the file itself; a format or a form of samples that is not a CD's; a file that is cut or damaged,
    /// which for FLAC is known by its CRCs, its number of samples and its MD5; no room for what is decoded; a build
    /// without the feature `audio`.
    pub fn open_with(
        path: impl AsRef<Path>,
        directory: &Path,
        progress: &mut SpoolProgress<'_>,
    ) -> Result<Self, AudioError> {
        let file = MappedFile::open(path).map_err(AudioError::Open)?;
        match AudioFormat::find(&file)? {
            AudioFormat::Wav => wav::open(file),
            AudioFormat::Flac => flac::open(&Arc::new(file), directory, progress),
            format => Err(AudioError::Format {
                path: file.path().to_owned(),
                format,
            }),
        }
    }

    /// Bytes of all samples.
    #[must_use]
    pub const fn n_bytes(&self) -> u64 {
        self.samples * SAMPLE_BYTES
    }

    /// Sectors that the samples take, and how many samples of the last one are there: 1 to 588.
    #[must_use]
    pub const fn sectors(&self) -> (u64, u64) {
        let before_last = (self.samples - 1) / SECTOR_SAMPLES;
        (before_last + 1, self.samples - before_last * SECTOR_SAMPLES)
    }
}
