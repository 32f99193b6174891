//! Which way round the two bytes of samples are that carry no header.
//!
//! Sound is smooth: neighbouring samples differ little. With the bytes of each swapped it is noise. Silence, noise, and sound of
//! eight bits look the same either way, and nothing is said of them.

use std::fmt;
use std::ops::Range;

use cd_sector::MAIN_BYTES;

use crate::check::samples::Roughness;
use crate::raw_stream::sample;
use crate::{FilePayload, MappedFile, SourceError};

#[cfg(test)]
mod tests;

/// Which byte of a sample comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// The less significant one, as on a CD's way to the recorder: WAV files, BINARY in CUE sheets.
    Little,
    /// The more significant one: MOTOROLA in CUE sheets, raw files of cdrdao.
    Big,
}

impl ByteOrder {
    /// Sectors of such samples in a file.
    #[must_use]
    pub const fn payload(self) -> FilePayload {
        match self {
            Self::Little => FilePayload::Samples,
            Self::Big => FilePayload::SamplesSwapped,
        }
    }
}

impl fmt::Display for ByteOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Little => "little-endian",
            Self::Big => "big-endian",
        })
    }
}

/// What samples in a file say of their byte order, and on what evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteOrderFound {
    /// What they say; nothing where both orders are about as likely.
    pub order: Option<ByteOrder>,
    /// Sectors of samples that were looked at, 128 at most.
    pub looked_at: u32,
    /// How much one sample differs from the next on the average, taken as little-endian and as big-endian; nothing where there is
    /// too little sound.
    pub mean_steps: Option<(u64, u64)>,
}

impl ByteOrderFound {
    /// Looks at samples in the bytes `range` of `file`, in places all over it. A part of a sector at the end is left out.
    ///
    /// # Errors
    /// [`SourceError`] if `range` passes the file's end, or the file does not give its bytes.
    pub fn look(file: &MappedFile, range: Range<u64>) -> Result<Self, SourceError> {
        let n_bytes = range.end.saturating_sub(range.start);
        let mut all = Roughness::default();
        let mut looked_at = 0;
        for sector_idx in sample(n_bytes / MAIN_BYTES as u64) {
            let mut sector = [0; MAIN_BYTES];
            file.read_at(range.start + sector_idx * MAIN_BYTES as u64, &mut sector)?;
            all.add(Roughness::of(&sector));
            looked_at += 1;
        }
        let order = match (all.is_right(), all.is_swapped()) {
            (true, _) => Some(ByteOrder::Little),
            (_, true) => Some(ByteOrder::Big),
            _ => None,
        };
        Ok(Self {
            order,
            looked_at,
            mean_steps: all.mean_steps(),
        })
    }
}

impl fmt::Display for ByteOrderFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.order {
            Some(order) => write!(f, "{order}")?,
            None => f.write_str("unclear")?,
        }
        let looked_at = self.looked_at;
        match self.mean_steps {
            Some((little, big)) => write!(
                f,
                " (in {looked_at} sectors looked at, a sample differs from the next by {little} as little-endian and by {big} as \
                 big-endian)"
            ),
            None => write!(f, " (too little sound in {looked_at} sectors looked at)"),
        }
    }
}
