//! Sheets that describe a CD: text to typed sheets and back.
//!
//! | sheet | module | written by | made into |
//! | --- | --- | --- | --- |
//! | control file of CloneCD | [`ccd`] | CloneCD, with an `.img` and a `.sub` beside it | [`ccd::CcdSheet`] |
//! | CUE | [`cue`] | CDRWIN and nearly every program since, each with its dialect | [`cue::CueSheet`] |
//! | toc-file | [`toc`] | cdrdao | [`toc::TocSheet`] |
//!
//! Each format has a `parse` that takes text and gives a typed sheet with public fields, or the first fault with its line
//! and column; and the typed sheet prints ([`Display`](std::fmt::Display)) as a sheet that parses to the same.
//!
//! - **Strict.** A word that the format does not have, a command in the wrong place, a number out of range, a check digit
//!   that does not fit: each is an error that says what stands there and what was expected. What programs write beyond the
//!   format is read where its meaning is sure; the module's head lists it. Nothing is guessed.
//! - **Encodings.** [`decode_text`] makes text of a file's bytes: UTF-8 shows by itself, ISO-8859-1, Windows-1252 and
//!   Shift-JIS are told apart where the bytes allow it, and where they do not the caller is asked.
//! - **Places.** Values that only a look at the files can judge are [`Spanned`]: they know their line and column, so that
//!   "this index is past the file's end" can be said of a place in the sheet.
//! - **Sessions.** A sheet of a disc of several sessions is known as such and refused ([`SheetFault::MultiSession`]).
//!
//! What this crate is not: it opens no file and makes no sector; a sheet's files are names to it. Whether they exist and are
//! long enough, and what the disc is that they make, is for the crates above.
//!
//! ```
//! use cd_sheet::{SheetEncoding, cue, decode_text};
//!
//! let bytes = b"TITLE \"Caf\xE9\"\nFILE disc.bin BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n";
//! let text = decode_text(bytes, None)?;
//! assert_eq!(text.encoding, SheetEncoding::Iso8859_1);
//!
//! let sheet = cue::parse(&text.text)?;
//! assert_eq!(sheet.texts[&cue::CueField::Title].value.as_str(), "Caf\u{E9}");
//! assert_eq!(cue::parse(&sheet.to_string())?, sheet);
//!
//! let error = cue::parse("FILE disc.bin BINARY\nTRACK 01 AUDIO\nINDEX 01 00:75:00\n").unwrap_err();
//! assert_eq!(error.to_string(), "3:13: the second is \"75\", expected 0 to 59");
//! # Ok::<(), cd_sheet::SheetError>(())
//! ```
#![forbid(unsafe_code)]

pub mod ccd;
pub mod cue;
mod error;
mod text;
pub mod toc;

pub use error::{Place, SheetError, SheetFault, Spanned};
pub use text::{SheetEncoding, SheetEncodingError, SheetText, decode_text};
