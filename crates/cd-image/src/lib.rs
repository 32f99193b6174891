//! Image files to CD sectors: memory maps and authored DAO-96 streams.
#![deny(unsafe_code)]

mod author;
mod error;
mod export;
#[cfg(test)]
mod fixtures;
mod gap;
mod index;
mod iso;
mod mapped;
mod note;
mod open;
mod plain;
mod raw_stream;
mod source;
mod subcode;
mod survey;
mod track;

pub use author::AuthoredStream;
pub use error::OpenError;
pub use export::{ExportError, write_stream};
pub use mapped::MappedFile;
pub use note::Note;
pub use open::{Image, ImageKind, OpenOptions, UnknownKind};
pub use raw_stream::{Found, RawStream};
pub use source::{SectorSource, SourceError};
pub use survey::{StreamProblem, StreamSurvey, survey};
pub use track::{DiscLayout, LEAD_OUT_SECTORS, LayoutError, MIN_TRACK_SECTORS, Track, TrackMode};
