//! CD-Text: what an audio disc says about itself in R to W of its lead-in.
//!
//! Text becomes packs of 18 bytes ([`CdText::encode`]); the packs run through the lead-in over and over
//! ([`CdTextCycle`]), four a sector, as 96 symbols of six bits ([`PwSubcode::set_cd_text`](crate::PwSubcode::set_cd_text)). There is no
//! parity and no interleave: each pack has a CRC, by which one wrong bit can be corrected ([`CdTextPack::repair`]). The way
//! back collects the packs of a lead-in ([`CdTextCollector`]) and reads them ([`CdText::decode`]).
//!
//! This is the one part of the crate that allocates.
//!
//! # Spec
//! MMC-3 annex J (CD-Text in the lead-in). Read that first.

mod charset;
mod codes;
mod collector;
mod decode;
mod encode;
mod error;
mod finding;
mod pack;
mod sector;
mod size;
#[cfg(test)]
mod tests;
mod text;

pub use charset::CdTextCharset;
pub use codes::{CdTextGenreCode, CdTextLanguage};
pub use collector::{CdTextCollector, CdTextFault};
pub use encode::CdTextRepeats;
pub use error::CdTextError;
pub use finding::CdTextFinding;
pub use pack::{CD_TEXT_PACK_BYTES, CdTextKind, CdTextPack, CdTextRepair};
pub use sector::{CD_TEXT_PACKS_PER_SECTOR, CdTextCycle};
pub use text::{CdText, CdTextBinary, CdTextBlock, CdTextGenre};
