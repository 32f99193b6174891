//! Sheets that describe a CD: text to typed sheets and back.
//!
//! What this crate is not: it opens no file and makes no sector; a sheet's files are names to it.
#![forbid(unsafe_code)]

mod error;
mod text;
pub mod toc;

pub use error::{Place, SheetError, SheetFault, Spanned};
pub use text::{SheetEncoding, SheetEncodingError, SheetText, decode_text};
