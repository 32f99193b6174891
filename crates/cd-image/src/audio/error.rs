use crate::{AudioFormat, OpenError, PcmFormat, SourceError, SpoolError};

/// Why a file's sound cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// The file itself cannot be opened.
    #[error(transparent)]
    Open(OpenError),
    /// It was opened, but its bytes cannot be had.
    #[error("cannot read the sound file")]
    Source(#[source] SourceError),
    /// It is in a format that is not read.
    #[error("{path} is {format}, which is not read; {}", .format.advice())]
    Format {
        /// The file.
        path: String,
        /// What it is.
        format: AudioFormat,
    },
    /// It is in a format that is read, and its samples are not a CD's.
    #[error(
        "{path} holds {samples}; a CD takes PCM of 16 bits, 2 channels, 44100 Hz: convert it to that first"
    )]
    Samples {
        /// The file.
        path: String,
        /// What it holds.
        samples: PcmFormat,
    },
    /// Its structure is broken.
    #[error("{path} is a broken {format} file: at byte {offset}, {problem}")]
    Malformed {
        /// The file.
        path: String,
        /// WAV or FLAC.
        format: AudioFormat,
        /// Where in the file.
        offset: u64,
        /// What is there and what belongs there.
        problem: String,
    },
    /// Samples that the file says it has are not in it.
    #[error(
        "{path} says it has {stated} bytes of samples, {has} are there; it was cut, get it again whole"
    )]
    Cut {
        /// The file.
        path: String,
        /// What its header says.
        stated: u64,
        /// What is there.
        has: u64,
    },
    /// There are no samples in it.
    #[error("{path} holds no samples")]
    NoSamples {
        /// The file.
        path: String,
    },
    /// A FLAC file's frames cannot be decoded.
    #[error(
        "{path} cannot be decoded from sample {sample} on: {problem}; it is damaged, get it again whole"
    )]
    Decode {
        /// The file.
        path: String,
        /// Samples decoded before, from 0.
        sample: u64,
        /// What the decoder says.
        problem: String,
    },
    /// A FLAC file does not decode to as many samples as it says.
    #[error(
        "{path} says it has {stated} samples, {decoded} could be decoded; it is cut or damaged, get it again whole"
    )]
    SampleCount {
        /// The file.
        path: String,
        /// What it says.
        stated: u64,
        /// What was found.
        decoded: u64,
    },
    /// A FLAC file's samples are not those that were encoded.
    #[error("the samples of {path} do not have the MD5 in it: it is damaged, get it again whole")]
    Md5 {
        /// The file.
        path: String,
    },
    /// More than any CD holds.
    #[error(
        "{path} holds {samples} samples or more; no CD holds more than {limit} (100 minutes): cut it first"
    )]
    TooLong {
        /// The file.
        path: String,
        /// Samples it says it has, or that were decoded.
        samples: u64,
        /// The most there can be.
        limit: u64,
    },
    /// Its decoded samples cannot be kept.
    #[error("cannot decode {path}")]
    Spool {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: SpoolError,
    },
    /// This build cannot decode it.
    #[error(
        "{path} is FLAC, and this program was built without the feature \"audio\", which decodes it; decode it to WAV first"
    )]
    NotBuilt {
        /// The file.
        path: String,
    },
}
