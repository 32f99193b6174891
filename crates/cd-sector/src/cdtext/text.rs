//! What CD-Text says, as text.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::pack::PAYLOAD_BYTES;
use super::{CdTextCharset, CdTextError, CdTextGenreCode, CdTextKind, CdTextLanguage};
use crate::Toc;

/// All CD-Text of a disc: up to eight blocks, each the same in another language.
///
/// ```
/// use cd_sector::{CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextLanguage, CdTextRepeats};
///
/// let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Iso8859_1, 1, 2)?;
/// block.set(CdTextKind::TITLE, 0, "Two Pieces")?;
/// block.set(CdTextKind::TITLE, 1, "The First")?;
/// block.set(CdTextKind::PERFORMER, 2, "Nobody")?;
/// let text = CdText { blocks: vec![block] };
///
/// let packs = text.encode(CdTextRepeats::Tab)?;
/// let (read, findings) = CdText::decode(&packs);
/// assert_eq!((read, &findings[..]), (text, &[][..]));
/// # Ok::<(), cd_sector::CdTextError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CdText {
    /// The blocks; the first is number 0, and the one that players show.
    pub blocks: Vec<CdTextBlock>,
}

/// The text of one block: what can be said of the album and its tracks in one language.
///
/// No text is ever empty here: an empty one and none are the same on a disc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdTextBlock {
    /// The language.
    pub language: CdTextLanguage,
    /// Copyright byte of size info: 00h (not protected) or 03h (protected) by most writers.
    pub copyright: u8,
    /// Kind of music, if it is said.
    pub genre: Option<CdTextGenre>,
    /// Packs that hold no text, in the order in which they are written.
    pub binary: Vec<CdTextBinary>,
    pub(super) charset: CdTextCharset,
    pub(super) first_track: u8,
    pub(super) last_track: u8,
    pub(super) texts: BTreeMap<(CdTextKind, u8), String>,
}

/// The genre of a disc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdTextGenre {
    /// One of the known genres.
    pub code: CdTextGenreCode,
    /// What the code cannot say; may be empty.
    pub text: String,
}

/// A pack that holds no text, without what its place in the block adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdTextBinary {
    /// [`CdTextKind::TOC_INFO`], [`CdTextKind::TOC_INFO_2`] or one of the reserved 8Ah to 8Ch; others are refused in encoding.
    pub kind: CdTextKind,
    /// The pack's track byte, 0..=127; the upper bit is not written.
    pub track: u8,
    /// The pack's twelve bytes.
    pub payload: [u8; PAYLOAD_BYTES],
}

impl CdTextBinary {
    /// The packs of TOC info that say what the table of contents says: one for the disc, and one for every four tracks.
    ///
    /// Addresses are binary here, not BCD.
    ///
    /// # Spec
    /// MMC-3 annex J, TOC information.
    #[must_use]
    pub fn of_toc(toc: &Toc) -> Vec<Self> {
        let time = |msf: cd_address::Msf| [msf.minute(), msf.second(), msf.frame()];
        let mut payload = [0; PAYLOAD_BYTES];
        payload[..2].copy_from_slice(&[toc.first_track(), toc.last_track()]);
        payload[3..6].copy_from_slice(&time(toc.lead_out()));
        let kind = CdTextKind::TOC_INFO;
        let mut packs = Vec::from([Self {
            kind,
            track: 0,
            payload,
        }]);
        let mut tracks = toc.tracks();
        while let Some(first) = tracks.next() {
            let four = core::iter::once(first).chain(tracks.by_ref().take(3));
            let mut payload = [0; PAYLOAD_BYTES];
            for (place, track) in payload.as_chunks_mut::<3>().0.iter_mut().zip(four) {
                *place = time(track.start);
            }
            let track = first.track;
            packs.push(Self {
                kind,
                track,
                payload,
            });
        }
        packs
    }
}

impl CdTextBlock {
    /// A block with no text for tracks `first_track` to `last_track`, 1..=99.
    ///
    /// # Errors
    /// [`CdTextError::Tracks`] if those are no tracks of a disc.
    pub fn new(
        language: CdTextLanguage,
        charset: CdTextCharset,
        first_track: u8,
        last_track: u8,
    ) -> Result<Self, CdTextError> {
        if !(1..=99).contains(&first_track) || !(first_track..=99).contains(&last_track) {
            return Err(CdTextError::Tracks {
                first: first_track,
                last: last_track,
            });
        }
        Ok(Self {
            language,
            copyright: 0,
            genre: None,
            binary: Vec::new(),
            charset,
            first_track,
            last_track,
            texts: BTreeMap::new(),
        })
    }

    /// How the text is written.
    #[must_use]
    pub const fn charset(&self) -> CdTextCharset {
        self.charset
    }

    /// Number of the first track, 1..=99.
    #[must_use]
    pub const fn first_track(&self) -> u8 {
        self.first_track
    }

    /// Number of the last track, 1..=99.
    #[must_use]
    pub const fn last_track(&self) -> u8 {
        self.last_track
    }

    /// The text of this kind for a track, or for the album (track 0).
    #[must_use]
    pub fn text(&self, kind: CdTextKind, track: u8) -> Option<&str> {
        self.texts.get(&(kind, track)).map(String::as_str)
    }

    /// All texts by kind and then by track.
    pub fn texts(&self) -> impl Iterator<Item = (CdTextKind, u8, &str)> + '_ {
        self.texts
            .iter()
            .map(|(&(kind, track), text)| (kind, track, text.as_str()))
    }

    /// Says `text` of a track, or of the album (track 0). An empty text takes away what was said.
    ///
    /// # Errors
    /// [`CdTextError::Kind`] for a kind that is not text; [`CdTextError::Track`] for a track the block does not have, or
    /// any track for a kind of the album alone; [`CdTextError::Reserved`] for text that means something else on a disc;
    /// [`CdTextError::Character`] or [`CdTextError::HalfWidth`] for a character without a code.
    pub fn set(&mut self, kind: CdTextKind, track: u8, text: &str) -> Result<(), CdTextError> {
        if !kind.is_text() {
            return Err(CdTextError::Kind { kind });
        }
        if track != 0 && !(kind.is_per_track() && self.has_track(track)) {
            let (first, last) = (self.first_track, self.last_track);
            return Err(CdTextError::Track {
                kind,
                track,
                first,
                last,
            });
        }
        self.check(kind, track, text)?;
        if text.is_empty() {
            self.texts.remove(&(kind, track));
        } else {
            self.texts.insert((kind, track), text.into());
        }
        Ok(())
    }

    pub(super) const fn has_track(&self, track: u8) -> bool {
        self.first_track <= track && track <= self.last_track
    }

    /// The text's bytes without zeros at the end.
    ///
    /// # Errors
    /// As [`CdTextBlock::set`] for the text itself.
    pub(super) fn check(
        &self,
        kind: CdTextKind,
        track: u8,
        text: &str,
    ) -> Result<Vec<u8>, CdTextError> {
        let charset = self.charset.of_kind(kind);
        // What says "as before": a tab alone, in double byte text two.
        let as_before = &"\t\t"[..charset.unit()];
        if text.contains('\0') || text == as_before {
            return Err(CdTextError::Reserved { kind, track });
        }
        charset.encode(text).map_err(|character| {
            let instead = super::charset::full_width(character).filter(|_| charset.unit() == 2);
            match instead {
                Some(instead) => CdTextError::HalfWidth {
                    kind,
                    track,
                    character,
                    instead,
                },
                None => CdTextError::Character {
                    kind,
                    track,
                    character,
                    charset,
                },
            }
        })
    }
}
