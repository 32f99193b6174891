use core::fmt;

use crate::q::CRC;

/// Bytes of a pack.
pub const CD_TEXT_PACK_BYTES: usize = 18;
/// Bytes of a pack that carry text or data.
pub(super) const PAYLOAD_BYTES: usize = 12;
/// Bytes that the CRC is over.
const CHECKED_BYTES: usize = 16;

/// Byte 0 of a pack: what its text is. Any byte can stand there.
///
/// # Spec
/// MMC-3 annex J, pack type indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CdTextKind(pub u8);

impl CdTextKind {
    /// Title of the album (track 0) or track.
    pub const TITLE: Self = Self(0x80);
    /// Names of the performers.
    pub const PERFORMER: Self = Self(0x81);
    /// Names of the songwriters.
    pub const SONGWRITER: Self = Self(0x82);
    /// Names of the composers.
    pub const COMPOSER: Self = Self(0x83);
    /// Names of the arrangers.
    pub const ARRANGER: Self = Self(0x84);
    /// A message from the makers.
    pub const MESSAGE: Self = Self(0x85);
    /// The maker's number of the disc (ASCII, album only).
    pub const DISC_ID: Self = Self(0x86);
    /// A code of two bytes, and text in ASCII (album only).
    pub const GENRE: Self = Self(0x87);
    /// The table of contents once more, binary (album only).
    pub const TOC_INFO: Self = Self(0x88);
    /// A second table, binary, of intervals (album only).
    pub const TOC_INFO_2: Self = Self(0x89);
    /// Text that players do not show (ISO 8859-1, album only).
    pub const CLOSED_INFO: Self = Self(0x8D);
    /// The catalogue number of the album and the recording codes of tracks (ASCII).
    pub const UPC_ISRC: Self = Self(0x8E);
    /// The last three packs of a block: counts, character code, languages.
    pub const SIZE: Self = Self(0x8F);

    /// Whether packs of this kind hold nothing but text ended by zeros.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self.0, 0x80..=0x86 | 0x8D | 0x8E)
    }

    /// Whether tracks can have text of this kind, not the album alone.
    #[must_use]
    pub const fn is_per_track(self) -> bool {
        matches!(self.0, 0x80..=0x85 | 0x8E)
    }

    /// Whether the text has the block's character code; all other kinds have ASCII or ISO 8859-1 in every block.
    #[must_use]
    pub const fn has_block_charset(self) -> bool {
        matches!(self.0, 0x80..=0x85)
    }
}

impl fmt::Display for CdTextKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Self::TITLE => "title",
            Self::PERFORMER => "performer",
            Self::SONGWRITER => "songwriter",
            Self::COMPOSER => "composer",
            Self::ARRANGER => "arranger",
            Self::MESSAGE => "message",
            Self::DISC_ID => "disc id",
            Self::GENRE => "genre",
            Self::TOC_INFO => "TOC info",
            Self::TOC_INFO_2 => "second TOC info",
            Self::CLOSED_INFO => "closed info",
            Self::UPC_ISRC => "UPC or ISRC",
            Self::SIZE => "size info",
            Self(other) => return write!(f, "pack type {other:02X}h"),
        })
    }
}

/// One pack of CD-Text: 18 bytes, CRC included, any values.
///
/// ```text
///  0     1      2         3                            4             16
///  kind  track  sequence  double | block | position    12 of payload CRC
/// ```
///
/// # Spec
/// MMC-3 annex J.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CdTextPack(pub [u8; CD_TEXT_PACK_BYTES]);

impl CdTextPack {
    /// The pack with these sixteen bytes and the CRC that belongs to them.
    #[must_use]
    pub const fn with_crc(bytes: [u8; CHECKED_BYTES]) -> Self {
        let mut pack = [0; CD_TEXT_PACK_BYTES];
        pack.split_at_mut(CHECKED_BYTES).0.copy_from_slice(&bytes);
        [pack[16], pack[17]] = CRC.checksum(&bytes).to_be_bytes();
        Self(pack)
    }

    /// The CRC that belongs to bytes 0 to 15: that of the Q channel.
    #[must_use]
    pub const fn expected_crc(&self) -> u16 {
        CRC.checksum(self.0.split_at(CHECKED_BYTES).0)
    }

    /// The CRC in bytes 16 and 17.
    #[must_use]
    pub const fn crc(&self) -> u16 {
        u16::from_be_bytes([self.0[16], self.0[17]])
    }

    /// Whether the CRC is the one that belongs to the other sixteen bytes.
    #[must_use]
    pub const fn crc_ok(&self) -> bool {
        self.crc() == self.expected_crc()
    }

    /// What the pack's text is.
    #[must_use]
    pub const fn kind(&self) -> CdTextKind {
        CdTextKind(self.0[0])
    }

    /// The track that the first character of the payload belongs to, 0 for the album, 0..=127; of size info the number
    /// of the pack, 0..=2.
    #[must_use]
    pub const fn track(&self) -> u8 {
        self.0[1] & 0x7F
    }

    /// Whether the extension flag of the track number is set, which nobody uses.
    #[must_use]
    pub const fn is_extension(&self) -> bool {
        self.0[1] & 0x80 != 0
    }

    /// The pack's number in its block, from 0.
    #[must_use]
    pub const fn sequence(&self) -> u8 {
        self.0[2]
    }

    /// Whether the payload's characters have two bytes each.
    #[must_use]
    pub const fn is_double_byte(&self) -> bool {
        self.0[3] & 0x80 != 0
    }

    /// The block (language) that the pack belongs to, 0..=7.
    #[must_use]
    pub const fn block(&self) -> u8 {
        self.0[3] >> 4 & 7
    }

    /// How many characters of the first text of the payload stand in packs before, 0..=15; 15 is "15 or more".
    #[must_use]
    pub const fn position(&self) -> u8 {
        self.0[3] & 0x0F
    }

    /// The twelve bytes of text or data.
    #[must_use]
    pub fn payload(&self) -> [u8; PAYLOAD_BYTES] {
        let mut payload = [0; PAYLOAD_BYTES];
        payload.copy_from_slice(&self.0[4..CHECKED_BYTES]);
        payload
    }

    /// Corrects a single wrong bit by the CRC. Two wrong bits are always refused; more can look like one.
    ///
    /// ```
    /// use cd_sector::{CdTextPack, CdTextRepair};
    ///
    /// let pack = CdTextPack::with_crc(*b"\x80\0\0\0Twelve bytes");
    /// let mut broken = pack;
    /// broken.0[5] ^= 0x20;
    /// assert_eq!(broken.repair(), CdTextRepair::Repaired { pack, bit: 5 * 8 + 2 });
    /// ```
    #[must_use]
    pub fn repair(&self) -> CdTextRepair {
        let syndrome = self.crc() ^ self.expected_crc();
        if syndrome == 0 {
            return CdTextRepair::Sound;
        }
        // What the lowest bit of byte 15 does to the CRC, then the bit above it, and so on to the first bit of all. The
        // polynomial has order 32767 and the factor x + 1: no two of the 144 effects are the same, and no two of
        // them add up to a third.
        let data_bits = (0..CHECKED_BYTES * 8).rev();
        let crc_bits = (CHECKED_BYTES * 8..CD_TEXT_PACK_BYTES * 8).rev();
        let effects = core::iter::successors(Some(1_u16), |effect| {
            Some(effect << 1 ^ if effect & 0x8000 == 0 { 0 } else { 0x1021 })
        });
        let found = crc_bits.chain(data_bits).zip(effects);
        let Some((bit, _)) = found.into_iter().find(|(_, effect)| *effect == syndrome) else {
            return CdTextRepair::Beyond;
        };
        let mut pack = *self;
        pack.0[bit / 8] ^= 0x80 >> (bit % 8);
        #[expect(clippy::cast_possible_truncation, reason = "below 144")]
        let bit = bit as u8;
        CdTextRepair::Repaired { pack, bit }
    }
}

/// What came of correcting a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CdTextRepair {
    /// The CRC fits as it is.
    Sound,
    /// It fits now.
    Repaired {
        /// The pack after the change.
        pack: CdTextPack,
        /// The bit that was changed, 0..=143, from the most significant of byte 0.
        bit: u8,
    },
    /// More than one bit is wrong; nothing is known of the pack.
    Beyond,
}
