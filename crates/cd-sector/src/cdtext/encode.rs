//! Text to packs.

use alloc::string::String;
use alloc::vec::Vec;

use super::pack::PAYLOAD_BYTES;
use super::size::{MAX_BLOCKS, SIZE_PACKS, Size, kind_idx};
use super::{CdText, CdTextBlock, CdTextError, CdTextKind, CdTextLanguage, CdTextPack};

/// Packs of a block: sequence numbers have one byte.
const MAX_PACKS: usize = 256;
/// A position that is this or more.
const MAX_POSITION: usize = 15;
/// Says "as the track before".
const TAB: u8 = 0x09;

/// How a text that is the same as the track's before it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CdTextRepeats {
    /// As a tab (two in double byte text), which the standard has for it. Saves room: a block has 3 KiB.
    Tab,
    /// In full, for players that show the tab.
    InFull,
}

impl CdText {
    /// The packs of all blocks in the order in which they run through the lead-in, CRC right, size info at each block's end.
    ///
    /// Where a kind is said of one track it is written for the album and all tracks, empty where nothing is said.
    ///
    /// # Errors
    /// [`CdTextError::Blocks`], [`CdTextError::Packs`] or [`CdTextError::NotBinary`]; and, for the genre's text only, what
    /// [`CdTextBlock::set`] says.
    ///
    /// # Spec
    /// MMC-3 annex J.
    pub fn encode(&self, repeats: CdTextRepeats) -> Result<Vec<CdTextPack>, CdTextError> {
        let n_blocks = self.blocks.len();
        if !(1..=MAX_BLOCKS).contains(&n_blocks) {
            return Err(CdTextError::Blocks { n_blocks });
        }
        let mut last_sequence = [0; MAX_BLOCKS];
        let mut languages = [CdTextLanguage::UNKNOWN; MAX_BLOCKS];
        let mut contents = Vec::with_capacity(n_blocks);
        for (number, block) in (0_u8..).zip(&self.blocks) {
            let content = BlockWriter::new(number, block).write(repeats)?;
            let n_packs = content.len() + SIZE_PACKS;
            if n_packs > MAX_PACKS {
                return Err(CdTextError::Packs {
                    block: number,
                    n_packs,
                });
            }
            last_sequence[usize::from(number)] = low_byte(n_packs - 1);
            languages[usize::from(number)] = block.language;
            contents.push(content);
        }
        let mut packs = Vec::new();
        for ((number, block), mut content) in (0_u8..).zip(&self.blocks).zip(contents) {
            let size = Size {
                code: block.charset.code(),
                first_track: block.first_track,
                last_track: block.last_track,
                copyright: block.copyright,
                n_packs: count(&content),
                last_sequence,
                languages,
            };
            for (track, payload) in (0..).zip(size.to_payloads()) {
                content.push(Unnumbered {
                    kind: CdTextKind::SIZE,
                    track,
                    flags: number << 4,
                    payload,
                });
            }
            packs.extend(
                (0..=u8::MAX)
                    .zip(content)
                    .map(|(sequence, pack)| pack.number(sequence)),
            );
        }
        Ok(packs)
    }
}

/// How many packs there are of each kind, size info included.
fn count(content: &[Unnumbered]) -> [u8; 16] {
    let mut n_packs = [0; 16];
    for idx in content.iter().filter_map(|pack| kind_idx(pack.kind)) {
        n_packs[idx] += 1;
    }
    n_packs[15] = low_byte(SIZE_PACKS);
    n_packs
}

#[expect(clippy::cast_possible_truncation, reason = "callers keep it below 256")]
const fn low_byte(number: usize) -> u8 {
    number as u8
}

/// A pack before it has its place in the block.
struct Unnumbered {
    kind: CdTextKind,
    track: u8,
    /// Byte 3.
    flags: u8,
    payload: [u8; PAYLOAD_BYTES],
}

impl Unnumbered {
    fn number(&self, sequence: u8) -> CdTextPack {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&[self.kind.0, self.track, sequence, self.flags]);
        bytes[4..].copy_from_slice(&self.payload);
        CdTextPack::with_crc(bytes)
    }
}

/// Makes one block's packs, size info left out.
struct BlockWriter<'a> {
    number: u8,
    block: &'a CdTextBlock,
    packs: Vec<Unnumbered>,
    /// Bytes of the last pack that are in use; all of them if the next byte begins a pack.
    n_used: usize,
}

impl<'a> BlockWriter<'a> {
    const fn new(number: u8, block: &'a CdTextBlock) -> Self {
        Self {
            number,
            block,
            packs: Vec::new(),
            n_used: PAYLOAD_BYTES,
        }
    }

    fn write(mut self, repeats: CdTextRepeats) -> Result<Vec<Unnumbered>, CdTextError> {
        if let Some(binary) = self
            .block
            .binary
            .iter()
            .find(|b| !matches!(b.kind.0, 0x88..=0x8C))
        {
            return Err(CdTextError::NotBinary { kind: binary.kind });
        }
        for kind in (0x80..CdTextKind::SIZE.0).map(CdTextKind) {
            if kind.is_text() {
                self.write_texts(kind, repeats)?;
            } else if kind == CdTextKind::GENRE {
                self.write_genre()?;
            } else {
                self.write_binary(kind);
            }
        }
        Ok(self.packs)
    }

    fn write_texts(&mut self, kind: CdTextKind, repeats: CdTextRepeats) -> Result<(), CdTextError> {
        let block = self.block;
        let of_kind = (kind, 0)..=(kind, u8::MAX);
        if block.texts.range(of_kind).next().is_none() {
            return Ok(());
        }
        let unit = block.charset.of_kind(kind).unit();
        let mut before: Option<&String> = None;
        // For a kind of the album alone the range of tracks is empty.
        let last = if kind.is_per_track() {
            block.last_track
        } else {
            0
        };
        for track in core::iter::once(0).chain(block.first_track..=last) {
            let text = block.texts.get(&(kind, track));
            let repeated = repeats == CdTextRepeats::Tab
                && track > block.first_track
                && text.is_some()
                && text == before;
            let bytes = match text {
                Some(_) if repeated => [TAB; 2][..unit].to_vec(),
                Some(text) => block.check(kind, track, text)?,
                None => Vec::new(),
            };
            self.push_text(kind, track, unit, &bytes);
            before = text;
        }
        // The next kind begins a pack of its own.
        self.n_used = PAYLOAD_BYTES;
        Ok(())
    }

    fn write_genre(&mut self) -> Result<(), CdTextError> {
        let kind = CdTextKind::GENRE;
        if let Some(genre) = &self.block.genre {
            let text = self.block.check(kind, 0, &genre.text)?;
            self.begin(kind, 0, 1, 0);
            self.push_unit(&genre.code.0.to_be_bytes());
            self.push_text(kind, 0, 1, &text);
            self.n_used = PAYLOAD_BYTES;
        }
        Ok(())
    }

    fn write_binary(&mut self, kind: CdTextKind) {
        for binary in self
            .block
            .binary
            .iter()
            .filter(|binary| binary.kind == kind)
        {
            self.packs.push(Unnumbered {
                kind,
                track: binary.track & 0x7F,
                flags: self.number << 4,
                payload: binary.payload,
            });
        }
    }

    /// The characters and the zero that ends them, each `unit` bytes, in this pack and as many more as it takes.
    fn push_text(&mut self, kind: CdTextKind, track: u8, unit: usize, text: &[u8]) {
        let end = [0; 2];
        let units = text.chunks(unit).chain(core::iter::once(&end[..unit]));
        for (position, character) in units.enumerate() {
            if self.n_used == PAYLOAD_BYTES {
                self.begin(kind, track, unit, position);
            }
            self.push_unit(character);
        }
    }

    fn begin(&mut self, kind: CdTextKind, track: u8, unit: usize, position: usize) {
        let double_byte = if unit == 2 { 0x80 } else { 0 };
        let position = low_byte(position.min(MAX_POSITION));
        self.packs.push(Unnumbered {
            kind,
            track,
            flags: double_byte | self.number << 4 | position,
            payload: [0; PAYLOAD_BYTES],
        });
        self.n_used = 0;
    }

    fn push_unit(&mut self, bytes: &[u8]) {
        if let Some(pack) = self.packs.last_mut() {
            let end = self.n_used + bytes.len();
            pack.payload[self.n_used..end].copy_from_slice(bytes);
            self.n_used = end;
        }
    }
}
