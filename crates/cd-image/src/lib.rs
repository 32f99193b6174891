//! Image files to CD sectors: memory maps and authored DAO-96 streams.
#![deny(unsafe_code)]

mod error;
mod mapped;
mod source;

pub use error::OpenError;
pub use mapped::MappedFile;
pub use source::{SectorSource, SourceError};
