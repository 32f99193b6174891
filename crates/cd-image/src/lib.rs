//! Image files to CD sectors: memory maps, and DAO-96 streams made on request.
//!
//! A recorder in raw mode takes a whole session as one gap-free run of sectors: lead-in, first pregap, tracks, lead-out,
//! each sector with its subcode. This crate turns what people have into such a run and calls it a [`SectorSource`]:
//!
//! | the file holds | [`ImageKind`] | becomes |
//! | --- | --- | --- |
//! | 2352+96 bytes a sector, raw P-W | `raw96` | the stream as it is, mapped: never copied, never mended |
//! | 2352+96 bytes a sector, packed P-W | `packed96` | the same; must be stated |
//! | 2352+16 bytes a sector, P-Q | `pq16` | the same |
//! | 2048 bytes a sector | `iso` | one Mode 1 track, authored |
//! | 2352 bytes a sector, plain data | `data` | one track, scrambled and authored |
//! | 2352 bytes a sector, scrambled data | `scrambled` | one track, authored |
//! | 2352 bytes a sector, samples | `audio` | one audio track, authored; must be stated |
//! | WAV or FLAC: 16 bits, stereo, 44,100 Hz | `wav`, `flac` | one audio track, authored; with graphics from a `.cdg` file beside it |
//! | a CHD file | `chd` | the disc that it holds, authored |
//! | a CUE sheet, a toc-file of cdrdao | `cue`, `toc` | the disc that it describes, authored from the files it names |
//! | a control file of CloneCD | `ccd` | the disc in the `.img` beside it, with the subcode of the `.sub` if there is one |
//!
//! [`Image::open`] finds out which it is, says how it knows ([`Image::describe`]) and what its owner should know
//! ([`Note`]). [`Image::stream`] gives the sectors. For anything else, describe the disc in a [`DiscSpec`] ([`Track`]s made of [`Run`]s of
//! sectors), have it laid out as a [`DiscLayout`] and make an [`AuthoredStream`] of that: every sector of that follows from its address alone, so nothing is kept that grows with the disc.
//! [`survey`] reads what a stream says about itself before it is written; [`check_stream`] looks at every sector of it and at how
//! they go together, on all cores; [`write_stream`] puts it into a file. [`PcmFile`] opens files of sound, [`CdgFile`] the
//! graphics beside them, [`ChdImage`] compressed discs.
//!
//! [`RawCdImageCreator`] is IMAPI2's way to describe a disc. [`recover()`] finds the disc in a stream, [`losses`] says what of it a format of
//! others cannot hold, and [`convert()`] writes the files of one.
//!
//! What this crate is not: it talks to no drive, prints nothing, and mends nothing in a raw stream.
//!
//! ```
//! use cd_address::Msf;
//! use cd_image::{Image, OpenOptions, SectorSource, survey};
//! use cd_sector::SectorLayout;
//!
//! # let mut file = tempfile::NamedTempFile::new()?;
//! # let mut bytes = vec![0; 2048 * 400];
//! # bytes[32768..32774].copy_from_slice(b"\x01CD001");
//! # std::io::Write::write_all(&mut file, &bytes)?;
//! # let path = file.path();
//! let image = Image::open(path, &OpenOptions::default())?;
//! let lead_in_start: Msf = "97:34:23".parse()?;
//! let stream = image.stream(lead_in_start.to_lba(), SectorLayout::RawPw96)?;
//! // Lead-in and pregap, 400 sectors of the file, lead-out.
//! assert_eq!(stream.range().len().count(), 11_077 + 400 + 6_750);
//!
//! let mut sector = vec![0; stream.layout().sector_bytes()];
//! stream.render(stream.range().take("1".parse()?), &mut sector)?;
//! assert!(survey(&*stream)?.is_sound());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Spec
//! ECMA-130 clauses 14 (sectors), 20 (layout), 22 (subcode); MMC-3 4.2.3 and table 326 (data block types). Read those
//! first.
#![deny(unsafe_code)]

mod audio;
mod author;
mod cdg;
mod chd;
mod check;
mod convert;
mod creator;
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
mod parallel;
mod plain;
mod raw_stream;
mod recover;
mod sheet;
mod source;
mod spool;
mod subcode;
mod survey;
mod track;

pub use audio::{
    AudioError, AudioFormat, AudioNote, ByteOrder, ByteOrderFound, PcmFile, PcmFormat, PcmOrigin,
};
pub use author::AuthoredStream;
pub use cdg::{CdgError, CdgFile, CdgNote};
pub use chd::{ChdError, ChdImage, ChdKind, ChdNote};
pub use check::{
    CheckReport, CheckedLayer, CheckedSession, Finding, FindingKind, KindCount, MAX_RUNS, Severity,
    check_stream, check_stream_on,
};
pub use convert::{ConvertError, ConvertTarget, Loss, LossKind, UnknownTarget, convert, losses};
pub use creator::{
    AddedIndex, CdSectorType, CreatorError, DigitalAudioCopySetting, HResult, RawCdImageCreator,
    TrackInfo, TrackInfoMut, TrackSource,
};
pub use error::OpenError;
pub use export::{ExportError, write_stream};
pub use mapped::MappedFile;
pub use note::Note;
pub use open::{DataForm, Image, ImageKind, OpenOptions, UnknownKind, UnknownWord};
pub use raw_stream::{Found, RawStream};
pub use recover::{Deviation, DiscArea, DiscMap, RecoverError, SectorLayer, TrackMap, recover};
pub use sheet::{error::SheetFileError, note::SourceNote};
pub use source::{SectorSource, SourceError};
pub use spool::{SpoolError, SpoolProgress, spool_directory};
pub use survey::{StreamProblem, StreamSurvey, survey};
pub use track::{
    DiscLayout, DiscSpec, FileForm, FilePayload, LATER_LEAD_IN_SECTORS, LATER_LEAD_OUT_SECTORS,
    LEAD_OUT_SECTORS, LayoutError, MIN_TRACK_SECTORS, Run, RunMain, RunSubcode, RwForm, RwOverlay,
    SubcodeForm, Track, TrackKind,
};
