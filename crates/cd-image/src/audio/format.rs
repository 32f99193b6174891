//! What a file of sound is, from its first bytes.

use std::fmt;

use crate::{AudioError, MappedFile};

/// Bytes that tell one format from another.
const HEAD_BYTES: usize = 16;
/// Bytes of an ID3v2 tag's header, which stands before what it belongs to.
const ID3_BYTES: u64 = 10;

/// A format that files of sound have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AudioFormat {
    /// RIFF WAVE.
    Wav,
    /// FLAC in its own container.
    Flac,
    /// RIFF with lengths of 64 bits, for more than 4 GiB: RF64 or BW64.
    Rf64,
    /// RIFF WAVE with everything the other way round.
    Rifx,
    /// Sony Wave64.
    Wave64,
    /// AIFF or AIFF-C.
    Aiff,
    /// Sun or NeXT `.au`.
    Au,
    /// Apple's Core Audio Format.
    Caf,
    /// MPEG audio, mostly MP3.
    Mpeg,
    /// Ogg: Vorbis, Opus, or FLAC within Ogg.
    Ogg,
    /// MPEG-4: AAC or Apple Lossless.
    Mp4,
    /// Windows Media.
    Asf,
    /// Monkey's Audio.
    Ape,
    /// WavPack.
    WavPack,
    /// True Audio.
    Tta,
    /// Samples of one bit, as on SACD.
    Dsd,
    /// None of these; headerless samples among others.
    Unknown {
        /// The file's first four bytes; zeros where it has fewer.
        head: [u8; 4],
    },
}

impl AudioFormat {
    /// The format of `file`, and for one behind an ID3 tag of what follows the tag.
    pub(crate) fn find(file: &MappedFile) -> Result<Self, AudioError> {
        let head = head(file, 0)?;
        match id3_bytes(&head) {
            // MPEG is what such a tag is made for.
            Some(n_bytes) => Ok(match Self::of(&self::head(file, n_bytes)?) {
                Self::Unknown { .. } => Self::Mpeg,
                format => format,
            }),
            None => Ok(Self::of(&head)),
        }
    }

    fn of(head: &[u8; HEAD_BYTES]) -> Self {
        match head {
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'A',
                b'V',
                b'E',
                ..,
            ] => Self::Wav,
            [b'f', b'L', b'a', b'C', ..] => Self::Flac,
            [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..] => Self::Rf64,
            [b'R', b'I', b'F', b'X', ..] => Self::Rifx,
            [b'r', b'i', b'f', b'f', 0x2E, 0x91, ..] => Self::Wave64,
            [
                b'F',
                b'O',
                b'R',
                b'M',
                _,
                _,
                _,
                _,
                b'A',
                b'I',
                b'F',
                b'F' | b'C',
                ..,
            ] => Self::Aiff,
            [b'.', b's', b'n', b'd', ..] => Self::Au,
            [b'c', b'a', b'f', b'f', ..] => Self::Caf,
            [b'O', b'g', b'g', b'S', ..] => Self::Ogg,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Mp4,
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => Self::Asf,
            [b'M', b'A', b'C', b' ', ..] => Self::Ape,
            [b'w', b'v', b'p', b'k', ..] => Self::WavPack,
            [b'T', b'T', b'A', b'1', ..] => Self::Tta,
            [b'D', b'S', b'D', b' ', ..] | [b'F', b'R', b'M', b'8', ..] => Self::Dsd,
            // Eleven bits of sync, a version and a layer that exist, a bit rate and a sampling rate that exist.
            [0xFF, b, c, ..]
                if *b >= 0xE0
                    && b & 0x18 != 0x08
                    && b & 0x06 != 0
                    && c & 0xF0 != 0xF0
                    && c & 0x0C != 0x0C =>
            {
                Self::Mpeg
            }
            [a, b, c, d, ..] => Self::Unknown {
                head: [*a, *b, *c, *d],
            },
        }
    }

    /// What to do about one that is not read.
    #[must_use]
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Wav | Self::Flac => "it is read",
            Self::Rf64 => "no CD holds so much: cut it into WAV files first",
            Self::Mpeg | Self::Mp4 | Self::Asf | Self::Ogg => {
                "it is mostly lossy: decode it to WAV or FLAC first, and listen to that"
            }
            Self::Dsd => "it must be filtered and resampled: convert it to WAV or FLAC first",
            Self::Unknown { .. } => {
                "WAV and FLAC are; samples without a header are named in a sheet as BINARY or MOTOROLA"
            }
            Self::Rifx
            | Self::Wave64
            | Self::Aiff
            | Self::Au
            | Self::Caf
            | Self::Ape
            | Self::WavPack
            | Self::Tta => "convert it to WAV or FLAC first, which loses nothing",
        }
    }
}

impl fmt::Display for AudioFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wav => "WAV",
            Self::Flac => "FLAC",
            Self::Rf64 => "RF64 (a WAV file for more than 4 GiB)",
            Self::Rifx => "RIFX (a big-endian WAV file)",
            Self::Wave64 => "Wave64",
            Self::Aiff => "AIFF",
            Self::Au => "AU",
            Self::Caf => "CAF",
            Self::Mpeg => "MPEG audio (MP3)",
            Self::Ogg => "Ogg (Vorbis, Opus or FLAC in Ogg)",
            Self::Mp4 => "MPEG-4 (AAC or Apple Lossless)",
            Self::Asf => "Windows Media",
            Self::Ape => "Monkey's Audio",
            Self::WavPack => "WavPack",
            Self::Tta => "True Audio",
            Self::Dsd => "DSD (samples of one bit)",
            Self::Unknown { head } => {
                f.write_str("no known format of sound (it begins")?;
                for byte in head {
                    write!(f, " {byte:02X}")?;
                }
                return f.write_str(")");
            }
        })
    }
}

/// Bytes of the ID3v2 tag that `head` begins, its header included.
pub(super) fn id3_bytes(head: &[u8; HEAD_BYTES]) -> Option<u64> {
    let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *head else {
        return None;
    };
    let size = [a, b, c, d];
    if size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let size = size.iter().fold(0, |sum, byte| sum << 7 | u64::from(*byte));
    let has_footer = flags & 0x10 != 0;
    Some(size + if has_footer { 2 * ID3_BYTES } else { ID3_BYTES })
}

/// The bytes from `offset`, zeros where the file has ended.
pub(super) fn head(file: &MappedFile, offset: u64) -> Result<[u8; HEAD_BYTES], AudioError> {
    let mut head = [0; HEAD_BYTES];
    let left = file.len().saturating_sub(offset);
    let n_bytes = usize::try_from(left).map_or(HEAD_BYTES, |left| left.min(HEAD_BYTES));
    if n_bytes > 0 {
        file.read_at(offset, &mut head[..n_bytes])
            .map_err(AudioError::Source)?;
    }
    Ok(head)
}

/// The form of a file's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PcmFormat {
    /// A WAV file's format tag, 1 for integer PCM; of an extensible one the tag within it. 1 for FLAC.
    pub tag: u16,
    /// Samples a second.
    pub rate: u32,
    /// Bits of a sample in the file.
    pub bits: u16,
    /// Channels.
    pub channels: u16,
}

impl PcmFormat {
    /// What a CD holds.
    pub(crate) const CD: Self = Self {
        tag: 1,
        rate: 44_100,
        bits: 16,
        channels: 2,
    };

    /// A word for what [`PcmFormat::tag`] says, where there is one.
    #[must_use]
    pub const fn codec(&self) -> Option<&'static str> {
        Some(match self.tag {
            0x0001 => "PCM",
            0x0002 => "Microsoft ADPCM",
            0x0003 => "floating-point samples",
            0x0006 => "A-law",
            0x0007 => "mu-law",
            0x0011 => "IMA ADPCM",
            0x0031 => "GSM 6.10",
            0x0050 => "MPEG layer 1 or 2",
            0x0055 => "MP3",
            0x0092 => "AC-3",
            0x2001 => "DTS",
            _ => return None,
        })
    }
}

impl fmt::Display for PcmFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.codec() {
            Some(codec) => f.write_str(codec)?,
            None => write!(f, "format {:04X}h", self.tag)?,
        }
        let Self {
            rate,
            bits,
            channels,
            ..
        } = self;
        let channel = if *channels == 1 {
            "channel"
        } else {
            "channels"
        };
        write!(f, " of {bits} bits, {channels} {channel}, {rate} Hz")
    }
}
