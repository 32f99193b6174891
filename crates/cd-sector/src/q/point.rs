use core::fmt;

use cd_address::{BcdMsf, Msf, bcd_decode};

use super::{QError, QField, absolute, track_byte};

/// The kind of disc that point A0h of the lead-in declares. Any byte can stand there.
///
/// # Spec
/// MMC-3, write parameters mode page, session format: the same codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DiscType(pub u8);

impl DiscType {
    /// Audio tracks, or data tracks of Mode 1.
    pub const CD_ROM_OR_DA: Self = Self(0x00);
    /// CD-i.
    pub const CD_I: Self = Self(0x10);
    /// CD-ROM XA: data tracks of Mode 2.
    pub const CD_ROM_XA: Self = Self(0x20);
}

impl fmt::Display for DiscType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CD_ROM_OR_DA => f.write_str("CD-DA or CD-ROM"),
            Self::CD_I => f.write_str("CD-I"),
            Self::CD_ROM_XA => f.write_str("CD-ROM XA"),
            Self(other) => write!(f, "disc type {other:02X}h"),
        }
    }
}

/// POINT of a lead-in's Q frame: what the frame speaks of. Any byte can stand there.
///
/// # Spec
/// ECMA-130 22.3, lead-in area (01h to 99h, A0h to A2h); MMC-3, READ TOC/PMA/ATIP, format 2 (the others, of ADR 5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point(pub u8);

impl Point {
    /// ADR 1: number of the first track, and the disc's type.
    pub const FIRST_TRACK: Self = Self(0xA0);
    /// ADR 1: number of the last track.
    pub const LAST_TRACK: Self = Self(0xA1);
    /// ADR 1: where the lead-out begins.
    pub const LEAD_OUT: Self = Self(0xA2);
    /// ADR 5: where the next session's program area can begin.
    pub const NEXT_PROGRAM: Self = Self(0xB0);
    /// ADR 5: how many intervals and tracks are to be skipped.
    pub const SKIP_COUNTS: Self = Self(0xB1);
    /// ADR 5: numbers of tracks to skip, the first of three such points (B2h to B4h).
    pub const SKIP_TRACKS: Self = Self(0xB2);
    /// ADR 5: where the first session's lead-in begins, and words of the ATIP.
    pub const FIRST_LEAD_IN: Self = Self(0xC0);
    /// ADR 5: a copy of the ATIP's special information.
    pub const ATIP_COPY: Self = Self(0xC1);

    /// The track's number, 1..=99, if the point is one (01h to 99h, binary-coded decimal).
    #[must_use]
    pub const fn track(self) -> Option<u8> {
        match bcd_decode(self.0) {
            Some(track @ 1..=99) => Some(track),
            _ => None,
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "point {:02X}h", self.0)?;
        f.write_str(match *self {
            Self::FIRST_TRACK => " (first track)",
            Self::LAST_TRACK => " (last track)",
            Self::LEAD_OUT => " (lead-out start)",
            Self::NEXT_PROGRAM => " (next program area)",
            Self::SKIP_COUNTS => " (skip counts)",
            Self(0xB2..=0xB4) => " (tracks to skip)",
            Self::FIRST_LEAD_IN => " (first lead-in)",
            Self::ATIP_COPY => " (copy of the ATIP)",
            _ => "",
        })
    }
}

/// One entry of the table of contents in the lead-in: what POINT names and PMIN, PSEC, PFRAME say of it.
///
/// # Spec
/// ECMA-130 22.3, lead-in area; MMC-3, READ TOC/PMA/ATIP, format 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TocPoint {
    /// A0h: number of the first track, and the disc's type.
    FirstTrack {
        /// 1..=99
        track: u8,
        /// Declared type.
        disc_type: DiscType,
    },
    /// A1h: number of the last track.
    LastTrack {
        /// 1..=99
        track: u8,
    },
    /// A2h: where the lead-out begins.
    LeadOut {
        /// Its first sector.
        start: Msf,
    },
    /// 01 to 99: where a track begins.
    Track {
        /// 1..=99
        track: u8,
        /// The first sector of its index 1.
        start: Msf,
    },
    /// Any other point, as it stands.
    Other {
        /// POINT.
        point: u8,
        /// ZERO, PMIN, PSEC, PFRAME.
        bytes: [u8; 4],
    },
}

impl TocPoint {
    /// The POINT byte: A0h, A1h, A2h, 01h to 99h (binary-coded decimal), or another.
    #[must_use]
    pub const fn point(self) -> u8 {
        self.to_bytes().0
    }

    /// POINT, and ZERO, PMIN, PSEC, PFRAME.
    pub(super) const fn to_bytes(self) -> (u8, [u8; 4]) {
        match self {
            Self::FirstTrack { track, disc_type } => (0xA0, [0, track_byte(track), disc_type.0, 0]),
            Self::LastTrack { track } => (0xA1, [0, track_byte(track), 0, 0]),
            Self::LeadOut { start } => (0xA2, time_bytes(start)),
            Self::Track { track, start } => (track_byte(track), time_bytes(start)),
            Self::Other { point, bytes } => (point, bytes),
        }
    }

    pub(super) fn from_bytes(point: u8, bytes: [u8; 4]) -> Result<Self, QError> {
        let [_, pmin, psec, pframe] = bytes;
        let time = BcdMsf([pmin, psec, pframe]);
        Ok(match point {
            0xA0 => Self::FirstTrack {
                track: track(QField::FirstTrack, pmin)?,
                disc_type: DiscType(psec),
            },
            0xA1 => Self::LastTrack {
                track: track(QField::LastTrack, pmin)?,
            },
            0xA2 => Self::LeadOut {
                start: absolute(QField::LeadOutStart, time)?,
            },
            _ => match bcd_decode(point) {
                Some(track @ 1..=99) => Self::Track {
                    track,
                    start: absolute(QField::TrackStart, time)?,
                },
                _ => Self::Other { point, bytes },
            },
        })
    }
}

const fn time_bytes(time: Msf) -> [u8; 4] {
    let BcdMsf([min, sec, frame]) = time.to_bcd();
    [0, min, sec, frame]
}

fn track(field: QField, byte: u8) -> Result<u8, QError> {
    match bcd_decode(byte) {
        Some(track @ 1..=99) => Ok(track),
        _ => Err(QError::Field { field, byte }),
    }
}
