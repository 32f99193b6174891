use super::{Header, SYNC, SectorKind, Subheader, field};
use crate::scramble::scrambled_head;
use crate::{MAIN_BYTES, ecc, edc, scramble};

/// A look at the fields of a plain sector's main channel, whatever the bytes are. Sound counts as plain.
#[derive(Clone, Copy, Debug)]
pub struct PlainSector<'a>(pub &'a [u8; MAIN_BYTES]);

/// A look at a scrambled sector's main channel, whatever the bytes are.
///
/// A type apart from [`PlainSector`], so that which of the two some bytes are taken for is always written down.
#[derive(Clone, Copy, Debug)]
pub struct ScrambledSector<'a>(pub &'a [u8; MAIN_BYTES]);

impl<'a> PlainSector<'a> {
    /// Bytes 0..12, [`SYNC`] in every data sector.
    #[must_use]
    pub fn sync(self) -> &'a [u8; 12] {
        self.array(field::SYNC.start)
    }

    /// Bytes 12..16.
    #[must_use]
    pub fn header(self) -> Header {
        self.head().header
    }

    /// The header's mode byte.
    #[must_use]
    pub fn mode(self) -> u8 {
        self.header().mode
    }

    /// Bytes 16..20 and 20..24, the two copies of the subheader in Mode 2 form 1 and 2.
    #[must_use]
    pub fn subheaders(self) -> [Subheader; 2] {
        self.head().subheaders
    }

    /// The user data of a sector of `kind`: 2352, 0, 2048, 2336, 2048 or 2324 bytes in the order of
    /// [`SectorKind::ALL`].
    #[must_use]
    pub fn user(self, kind: SectorKind) -> &'a [u8] {
        &self.0[kind.user()]
    }

    /// The EDC of a sector of `kind` as it stands, as a number; `None` for a kind that has none.
    #[must_use]
    pub fn edc(self, kind: SectorKind) -> Option<u32> {
        kind.edc()
            .map(|place| u32::from_le_bytes(*self.array(place.at)))
    }

    /// Bytes 2076..2248, the P parity of Mode 1 and Mode 2 form 1.
    #[must_use]
    pub fn p_parity(self) -> &'a [u8; 172] {
        self.array(field::P.start)
    }

    /// Bytes 2248..2352, the Q parity of Mode 1 and Mode 2 form 1.
    #[must_use]
    pub fn q_parity(self) -> &'a [u8; 104] {
        self.array(field::Q.start)
    }

    pub(super) fn head(self) -> Head {
        Head::from_bytes(*self.array(field::HEADER.start))
    }

    pub(crate) fn has_sync(self) -> bool {
        *self.sync() == SYNC
    }

    /// The EDC that the bytes of a sector of `kind` ask for.
    pub(crate) fn expected_edc(self, kind: SectorKind) -> Option<u32> {
        kind.edc().map(|place| edc(&self.0[place.covered]))
    }

    /// What the parities of a sector of `kind` are made of: in Mode 2 the header counts as zero, so that a sector can
    /// be moved.
    pub(crate) fn under_parity(self, kind: SectorKind) -> [u8; ecc::COVERED] {
        let mut covered = *self.array(field::UNDER_PARITY.start);
        if kind != SectorKind::Mode1 {
            covered[..field::HEADER.len()].fill(0);
        }
        covered
    }

    /// The `N` bytes at `start`, which the callers take from the table of fields.
    pub(super) fn array<const N: usize>(self, start: usize) -> &'a [u8; N] {
        match self.0[start..].first_chunk() {
            Some(bytes) => bytes,
            None => unreachable!(),
        }
    }
}

impl ScrambledSector<'_> {
    /// The header, descrambled.
    #[must_use]
    pub fn header(self) -> Header {
        self.head().header
    }

    /// Bytes 16..20 and 20..24, descrambled: the two copies of the subheader in Mode 2 form 1 and 2.
    #[must_use]
    pub fn subheaders(self) -> [Subheader; 2] {
        self.head().subheaders
    }

    pub(super) fn head(self) -> Head {
        let lens = PlainSector(self.0);
        Head::from_bytes(scrambled_head(*lens.array(field::HEADER.start)))
    }

    /// The same sector plain.
    #[must_use]
    pub fn to_plain(self) -> [u8; MAIN_BYTES] {
        let mut plain = *self.0;
        scramble(&mut plain);
        plain
    }
}

/// Header and subheaders, which tell the kind and the address.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) header: Header,
    pub(super) subheaders: [Subheader; 2],
}

impl Head {
    /// From bytes 12..24.
    const fn from_bytes([a, b, c, d, e, f, g, h, i, j, k, l]: [u8; 12]) -> Self {
        Self {
            header: Header::from_bytes([a, b, c, d]),
            subheaders: [
                Subheader::from_bytes([e, f, g, h]),
                Subheader::from_bytes([i, j, k, l]),
            ],
        }
    }
}
