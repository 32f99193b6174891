//! Packs to text.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::pack::PAYLOAD_BYTES;
use super::size::{MAX_BLOCKS, SIZE_PACKS, Size, kind_idx};
use super::{
    CdText, CdTextBinary, CdTextBlock, CdTextCharset, CdTextFinding, CdTextGenre, CdTextGenreCode,
    CdTextKind, CdTextLanguage, CdTextPack,
};

/// Says "as the track before".
const TAB: u8 = 0x09;
/// A position that is this or more.
const MAX_POSITION: usize = 15;

/// One block's packs by sequence number.
type Packs = BTreeMap<u8, CdTextPack>;

impl CdText {
    /// What the packs say, and everything about them that is not as the standard wants it.
    ///
    /// Packs may come in any order and more than once; those with a wrong CRC are left out
    /// ([`CdTextPack::repair`] comes first). No text is lost to a fault in another; what was made of each fault stands at
    /// its finding.
    ///
    /// # Spec
    /// MMC-3 annex J.
    #[must_use]
    pub fn decode(packs: &[CdTextPack]) -> (Self, Vec<CdTextFinding>) {
        let mut findings = Vec::new();
        let blocks = sort(packs, &mut findings);
        let last = blocks.iter().rposition(|packs| !packs.is_empty());
        let n_blocks = last.map_or(0, |last| last + 1);
        let last_sequences = blocks
            .each_ref()
            .map(|packs| packs.keys().next_back().copied().unwrap_or(0));

        let mut text = Self::default();
        for (number, packs) in (0..).zip(&blocks[..n_blocks]) {
            if packs.is_empty() {
                findings.push(CdTextFinding::NoBlock { block: number });
                continue;
            }
            let reader = BlockReader::new(number, packs, &mut findings);
            text.blocks.push(reader.read(&last_sequences));
        }
        (text, findings)
    }
}

/// The packs by block and number.
fn sort(packs: &[CdTextPack], findings: &mut Vec<CdTextFinding>) -> [Packs; MAX_BLOCKS] {
    let mut blocks: [Packs; MAX_BLOCKS] = Default::default();
    let mut before: Option<(u8, u8)> = None;
    for (pack_idx, pack) in packs.iter().enumerate() {
        if !pack.crc_ok() {
            findings.push(CdTextFinding::Crc { pack_idx });
            continue;
        }
        let (block, sequence) = (pack.block(), pack.sequence());
        match blocks[usize::from(block)].entry(sequence) {
            alloc::collections::btree_map::Entry::Vacant(place) => {
                place.insert(*pack);
                if before.is_some_and(|before| (block, sequence) < before) {
                    findings.push(CdTextFinding::Order { block, sequence });
                }
            }
            alloc::collections::btree_map::Entry::Occupied(first) => {
                if first.get() != pack {
                    findings.push(CdTextFinding::Contradiction { block, sequence });
                }
            }
        }
        before = before.max(Some((block, sequence)));
    }
    blocks
}

/// Reads one block.
struct BlockReader<'a> {
    number: u8,
    packs: &'a Packs,
    findings: &'a mut Vec<CdTextFinding>,
    size: Option<Size>,
    /// Whether the block's tracks are guessed.
    is_guessed: bool,
    block: CdTextBlock,
}

impl<'a> BlockReader<'a> {
    fn new(number: u8, packs: &'a Packs, findings: &'a mut Vec<CdTextFinding>) -> Self {
        let size = size_of(packs);
        let charset = charset_of(packs, size);
        let mut tracks = None;
        match size.map(|size| (size.first_track, size.last_track)) {
            None => findings.push(CdTextFinding::NoSize { block: number }),
            Some((first @ 1..=99, last @ 1..=99)) if first <= last => tracks = Some((first, last)),
            Some((first, last)) => findings.push(CdTextFinding::Tracks {
                block: number,
                first,
                last,
            }),
        }
        let (first_track, last_track) = tracks.unwrap_or((1, 99));
        if let CdTextCharset::Other(_) = charset {
            findings.push(CdTextFinding::CharacterCode {
                block: number,
                charset,
            });
        }
        let block = CdTextBlock {
            language: size.map_or(CdTextLanguage::UNKNOWN, |size| {
                size.languages[usize::from(number)]
            }),
            copyright: size.map_or(0, |size| size.copyright),
            genre: None,
            binary: Vec::new(),
            charset,
            first_track,
            last_track,
            texts: BTreeMap::new(),
        };
        Self {
            number,
            packs,
            findings,
            size,
            is_guessed: tracks.is_none(),
            block,
        }
    }

    fn read(mut self, last_sequences: &[u8; MAX_BLOCKS]) -> CdTextBlock {
        self.look_for_gaps();
        self.look_at_headers();
        self.look_at_size(last_sequences);
        for kind in (0x80..CdTextKind::SIZE.0).map(CdTextKind) {
            if kind.is_text() {
                self.read_texts(kind);
            } else if kind == CdTextKind::GENRE {
                self.read_genre();
            } else {
                self.read_binary(kind);
            }
        }
        if self.is_guessed {
            let last = self.block.texts.keys().map(|&(_, track)| track).max();
            self.block.last_track = last.unwrap_or(1).max(1);
        }
        self.block
    }

    fn look_for_gaps(&mut self) {
        let mut expected = 0;
        for &sequence in self.packs.keys() {
            if sequence > expected {
                self.findings.push(CdTextFinding::Missing {
                    block: self.number,
                    first: expected,
                    last: sequence - 1,
                });
            }
            expected = sequence.saturating_add(1);
        }
    }

    fn look_at_headers(&mut self) {
        let block = self.number;
        for (&sequence, pack) in self.packs {
            let kind = pack.kind();
            if kind_idx(kind).is_none() {
                self.findings.push(CdTextFinding::UnknownKind {
                    block,
                    sequence,
                    kind,
                });
            }
            if pack.is_extension() {
                self.findings
                    .push(CdTextFinding::Extension { block, sequence });
            }
            let unit = self.block.charset.of_kind(kind).unit();
            if pack.is_double_byte() != (unit == 2) {
                self.findings
                    .push(CdTextFinding::DoubleByte { block, sequence });
            }
        }
    }

    fn look_at_size(&mut self, last_sequences: &[u8; MAX_BLOCKS]) {
        let Some(size) = self.size else { return };
        let block = self.number;
        for (code, got) in (0x80..).zip(size.n_packs) {
            let kind = CdTextKind(code);
            let expected = self
                .packs
                .values()
                .filter(|pack| pack.kind() == kind)
                .count();
            if expected != usize::from(got) {
                self.findings.push(CdTextFinding::Count {
                    block,
                    kind,
                    expected,
                    got,
                });
            }
        }
        for (of_block, (&expected, got)) in (0..).zip(last_sequences.iter().zip(size.last_sequence))
        {
            if expected != got {
                self.findings.push(CdTextFinding::LastSequence {
                    block,
                    of_block,
                    expected,
                    got,
                });
            }
        }
    }

    fn read_binary(&mut self, kind: CdTextKind) {
        let of_kind = self.packs.values().filter(|pack| pack.kind() == kind);
        self.block.binary.extend(of_kind.map(|pack| CdTextBinary {
            kind,
            track: pack.track(),
            payload: pack.payload(),
        }));
    }

    fn read_genre(&mut self) {
        let kind = CdTextKind::GENRE;
        let mut packs = self.packs.values().filter(|pack| pack.kind() == kind);
        let Some(first) = packs.next() else { return };
        let [upper, lower, text @ ..] = first.payload();
        let mut bytes = Vec::from(text);
        for pack in packs {
            let payload = pack.payload();
            // Some writers begin every pack with the code. Text cannot be mistaken for it: the code's first byte is zero,
            // and after the zero that ends a text there is nothing but zeros.
            let is_repeated = payload[..2] == [upper, lower]
                && upper == 0
                && payload[2..].iter().any(|&b| b != 0);
            bytes.extend_from_slice(&payload[if is_repeated { 2 } else { 0 }..]);
        }
        let end = bytes.iter().position(|&byte| byte == 0);
        if end.is_none() {
            self.findings.push(CdTextFinding::Unterminated {
                block: self.number,
                kind,
                track: 0,
            });
        }
        let text = self.decode(kind, 0, &bytes[..end.unwrap_or(bytes.len())]);
        let code = CdTextGenreCode(u16::from_be_bytes([upper, lower]));
        self.block.genre = Some(CdTextGenre { code, text });
    }

    fn read_texts(&mut self, kind: CdTextKind) {
        let mut texts = TextReader::new(kind, self.block.charset.of_kind(kind).unit());
        for (&sequence, pack) in self.packs.iter().filter(|(_, pack)| pack.kind() == kind) {
            let is_after_gap = sequence
                .checked_sub(1)
                .is_some_and(|before| !self.packs.contains_key(&before));
            if is_after_gap {
                self.end_text(&mut texts);
                texts.resume(pack);
            } else {
                self.look_at_place(&texts, pack);
            }
            let payload = pack.payload();
            for character in payload.chunks(texts.unit) {
                if character.iter().any(|&byte| byte != 0) {
                    texts.push(character);
                } else {
                    if !texts.is_rest {
                        self.take(&mut texts);
                    }
                    texts.next_track(self.block.first_track);
                }
            }
            texts.n_packs += 1;
        }
        self.end_text(&mut texts);
    }

    /// Says where a pack's header has another track or position than the texts before it.
    fn look_at_place(&mut self, texts: &TextReader, pack: &CdTextPack) {
        let (block, sequence) = (self.number, pack.sequence());
        // After the last track there is only padding, whoever's it is said to be.
        let is_padding = texts.bytes.is_empty() && pack.payload() == [0; PAYLOAD_BYTES];
        if is_padding {
            return;
        }
        if pack.track() != texts.track {
            self.findings.push(CdTextFinding::Track {
                block,
                sequence,
                expected: texts.track,
                got: pack.track(),
            });
        }
        let n_before = texts.bytes.len() / texts.unit;
        #[expect(clippy::cast_possible_truncation, reason = "at most 15")]
        let expected = n_before.min(MAX_POSITION) as u8;
        let got = pack.position();
        // By one reading of the standard 15 is "before the last pack", by the other "15 or more": both exist.
        let is_other_reading = texts.n_packs >= 2 && usize::from(got) == MAX_POSITION;
        if got != expected && !is_other_reading {
            self.findings.push(CdTextFinding::Position {
                block,
                sequence,
                expected,
                got,
            });
        }
    }

    /// A text that nothing comes after, though no zero ends it.
    fn end_text(&mut self, texts: &mut TextReader) {
        if texts.bytes.is_empty() {
            return;
        }
        let track = texts.track;
        if self.has_text(texts.kind, track) {
            self.findings.push(CdTextFinding::Unterminated {
                block: self.number,
                kind: texts.kind,
                track,
            });
        }
        self.take(texts);
    }

    fn has_text(&self, kind: CdTextKind, track: u8) -> bool {
        track == 0 || kind.is_per_track() && self.block.has_track(track)
    }

    /// Puts a text that is whole in its place.
    fn take(&mut self, texts: &mut TextReader) {
        let bytes = core::mem::take(&mut texts.bytes);
        let (block, kind, track) = (self.number, texts.kind, texts.track);
        if !self.has_text(kind, track) {
            if !bytes.is_empty() {
                let last = if kind.is_per_track() {
                    self.block.last_track
                } else {
                    0
                };
                self.findings
                    .push(CdTextFinding::BeyondLast { block, kind, last });
            }
            return;
        }
        let text = if bytes == [TAB; 2][..texts.unit] {
            if texts.before.is_none() {
                self.findings
                    .push(CdTextFinding::NothingToRepeat { block, kind, track });
            }
            texts.before.take()
        } else {
            Some(self.decode(kind, track, &bytes)).filter(|text| !text.is_empty())
        };
        if let Some(text) = &text {
            self.block.texts.insert((kind, track), text.clone());
        }
        texts.before = text;
    }

    fn decode(&mut self, kind: CdTextKind, track: u8, bytes: &[u8]) -> String {
        let charset = self.block.charset.of_kind(kind);
        let (text, is_all) = charset.decode(bytes);
        if !is_all {
            self.findings.push(CdTextFinding::Undecodable {
                block: self.number,
                kind,
                track,
                charset,
            });
        }
        text
    }
}

/// The size info, if its three packs are there.
fn size_of(packs: &Packs) -> Option<Size> {
    let mut payloads = [None; SIZE_PACKS];
    for pack in packs
        .values()
        .filter(|pack| pack.kind() == CdTextKind::SIZE)
    {
        if let Some(place) = payloads.get_mut(usize::from(pack.track())) {
            *place = Some(pack.payload());
        }
    }
    let [first, second, third] = payloads;
    Some(Size::from_payloads([first?, second?, third?]))
}

/// The character code in size info; where packs of text have the double byte flag, that it is of two bytes.
fn charset_of(packs: &Packs, size: Option<Size>) -> CdTextCharset {
    let mut flags = packs
        .values()
        .filter(|pack| pack.kind().has_block_charset())
        .map(CdTextPack::is_double_byte);
    let is_double_byte = flags.next();
    match (size, is_double_byte) {
        (Some(size), is_double_byte) => {
            CdTextCharset::from_code(size.code, is_double_byte.unwrap_or(true))
        }
        (None, Some(true)) => CdTextCharset::MsJis { double_byte: true },
        (None, _) => CdTextCharset::Iso8859_1,
    }
}

/// Where the reading of the texts of one kind is.
struct TextReader {
    kind: CdTextKind,
    /// Bytes of a character.
    unit: usize,
    /// Whose text it is.
    track: u8,
    /// What there is of it.
    bytes: Vec<u8>,
    /// In how many packs before this one.
    n_packs: usize,
    /// The text of the track before.
    before: Option<String>,
    /// Whether this is the rest of a text whose beginning is lost.
    is_rest: bool,
}

impl TextReader {
    const fn new(kind: CdTextKind, unit: usize) -> Self {
        Self {
            kind,
            unit,
            track: 0,
            bytes: Vec::new(),
            n_packs: 0,
            before: None,
            is_rest: false,
        }
    }

    /// Goes on after a gap, where this pack's header says.
    fn resume(&mut self, pack: &CdTextPack) {
        self.track = pack.track();
        self.bytes.clear();
        self.n_packs = 0;
        self.before = None;
        self.is_rest = pack.position() > 0;
    }

    fn push(&mut self, character: &[u8]) {
        if !self.is_rest {
            self.bytes.extend_from_slice(character);
        }
    }

    fn next_track(&mut self, first_track: u8) {
        self.track = if self.track == 0 {
            first_track
        } else {
            self.track.saturating_add(1)
        };
        self.n_packs = 0;
        self.is_rest = false;
    }
}
