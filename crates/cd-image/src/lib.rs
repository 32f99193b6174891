//! Image files to CD sectors: memory maps and authored DAO-96 streams.

mod source;

pub use source::{SectorSource, SourceError};
