//! The strict reading of a Q frame: everything in it that the standard does not allow.

use cd_address::{RelMsf, bcd_decode};
use thiserror::Error;

use super::{Control, DiscType, Point, QError, QField, QFrame, TNO_LEAD_OUT, absolute, digits};
use crate::{Isrc, Mcn};

#[cfg(test)]
mod tests;

/// One thing about a Q frame that the standard does not allow. Players forgive most of these, see each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QFinding {
    /// All twelve bytes are zero, CRC too. Nothing else is said of such a frame.
    #[error("Q is empty: all twelve bytes are zero, as where nobody filled in the subcode")]
    Empty,
    /// The CRC does not fit: a player passes the frame over.
    #[error("CRC is {got:04X}h, the other ten bytes ask for {expected:04X}h")]
    Crc {
        /// What bytes 0 to 9 ask for.
        expected: u16,
        /// What stands there.
        got: u16,
    },
    /// The CRC fits but for the inversion: a player passes the frame over.
    #[error("CRC is {got:04X}h, which is right but not inverted as on a disc")]
    CrcNotInverted {
        /// What stands there.
        got: u16,
    },
    /// CONTROL with the bits of data and of four channels.
    #[error("CONTROL {:X}h is both data and four-channel audio, which is reserved", .control.0 & 0x0F)]
    Control {
        /// The value.
        control: Control,
    },
    /// ADR is not 1, 2, 3 or 5.
    #[error("ADR {adr} is none of 1 (position), 2 (MCN), 3 (ISRC), 5 (multisession)")]
    Adr {
        /// The value.
        adr: u8,
    },
    /// ZERO is not zero: every player ignores it.
    #[error("ZERO (byte 6) is {byte:02X}h")]
    Zero {
        /// What stands there.
        byte: u8,
    },
    /// A reserved bit is set.
    #[error("byte {offset} is {byte:02X}h, its reserved bits {mask:02X}h are not zero")]
    Reserved {
        /// Which byte of the frame, 0..=9.
        offset: u8,
        /// What stands there.
        byte: u8,
        /// The reserved bits of that byte.
        mask: u8,
    },
    /// A lead-in frame has a point that its ADR does not know.
    #[error("{point} is no point of ADR {adr}")]
    Point {
        /// 1 or 5.
        adr: u8,
        /// The point.
        point: Point,
    },
    /// Point A0h has a disc type that is none.
    #[error("point A0h says {disc_type}, known are 00h, 10h and 20h")]
    DiscType {
        /// The type.
        disc_type: DiscType,
    },
    /// The lead-out has one index, 1.
    #[error("lead-out frame has INDEX {byte:02X}h, the lead-out has index 01h only")]
    LeadOutIndex {
        /// What stands there.
        byte: u8,
    },
    /// A field has no legal value: not binary-coded decimal, out of range, a wrong check digit, an impossible character.
    #[error("{0}")]
    Field(QError),
}

/// What [`QFrame::findings`] found, in the order of the bytes; the CRC comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QFindings {
    /// Filled from the front.
    list: [Option<QFinding>; MAX_FINDINGS],
}

/// CRC, CONTROL and what each of the other bytes can add: the point A0h with all its fields wrong comes to eight.
const MAX_FINDINGS: usize = 8;

impl QFindings {
    /// Whether the frame is as the standard wants it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.list[0].is_none()
    }

    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = QFinding> + Clone + '_ {
        self.list.iter().map_while(|finding| *finding)
    }

    fn push(&mut self, finding: QFinding) {
        let free = self.list.iter_mut().find(|place| place.is_none());
        debug_assert!(free.is_some());
        if let Some(place) = free {
            *place = Some(finding);
        }
    }

    /// Adds the error, if it is one.
    fn field<T>(&mut self, outcome: &Result<T, QError>) {
        if let Err(error) = outcome {
            self.push(QFinding::Field(*error));
        }
    }

    /// Adds a finding if bits of `mask` are set in the byte at `offset`.
    fn reserved(&mut self, frame: &QFrame, offset: u8, mask: u8) {
        let byte = frame.0[usize::from(offset)];
        if byte & mask != 0 {
            self.push(QFinding::Reserved { offset, byte, mask });
        }
    }

    fn zero(&mut self, frame: &QFrame) {
        let byte = frame.0[6];
        if byte != 0 {
            self.push(QFinding::Zero { byte });
        }
    }
}

impl IntoIterator for QFindings {
    type Item = QFinding;
    type IntoIter = core::iter::Flatten<core::array::IntoIter<Option<QFinding>, MAX_FINDINGS>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter().flatten()
    }
}

impl QFrame {
    /// Everything in the frame that the standard does not allow, each field looked at by itself.
    ///
    /// Stricter than [`QFrame::decode`], which passes over what players pass over: reserved bits, ZERO, the CRC.
    /// Whether a legal value is the right one for the sector is not asked here.
    ///
    /// ```
    /// use cd_sector::{QFinding, QFrame};
    ///
    /// // ZERO holds a byte of the last MCN frame, and the CRC fits.
    /// let frame = QFrame::with_crc([0x01, 0x22, 0x01, 0, 0, 0x01, 0x12, 0x80, 0x19, 0x12]);
    /// assert!(frame.findings().iter().eq([QFinding::Zero { byte: 0x12 }]));
    /// ```
    #[must_use]
    pub fn findings(&self) -> QFindings {
        let mut found = QFindings::default();
        if self.0 == [0; 12] {
            found.push(QFinding::Empty);
            return found;
        }
        let (expected, got) = (self.expected_crc(), self.crc());
        if got == !expected {
            found.push(QFinding::CrcNotInverted { got });
        } else if got != expected {
            found.push(QFinding::Crc { expected, got });
        }
        let control = self.control();
        if control.contains(Control::DATA | Control::FOUR_CHANNEL) {
            found.push(QFinding::Control { control });
        }
        match (self.adr(), self.0[1]) {
            (1, 0) => self.find_in_point(&mut found),
            (1, tno) => self.find_in_position(tno, &mut found),
            (2, _) => {
                found.field(&Mcn::from_q(self).map_err(QError::Mcn));
                found.reserved(self, 7, 0x0F);
                found.reserved(self, 8, 0xFF);
                found.field(&self.absolute_frame());
            }
            (3, _) => {
                found.field(&Isrc::from_q(self).map_err(QError::Isrc));
                found.reserved(self, 4, 0x03);
                found.reserved(self, 8, 0x0F);
                found.field(&self.absolute_frame());
            }
            (5, _) => self.find_in_multisession(&mut found),
            (adr, _) => found.push(QFinding::Adr { adr }),
        }
        found
    }

    fn find_in_position(&self, tno: u8, found: &mut QFindings) {
        let index = self.0[2];
        if tno != TNO_LEAD_OUT {
            found.field(&digits(QField::Track, tno));
        }
        match digits(QField::Index, index) {
            Ok(number) if tno == TNO_LEAD_OUT && number != 1 => {
                found.push(QFinding::LeadOutIndex { byte: index });
            }
            outcome => found.field(&outcome),
        }
        found.field(
            &RelMsf::from_bcd(self.time_at(3)).map_err(|error| QError::Time {
                field: QField::Relative,
                error,
            }),
        );
        found.zero(self);
        found.field(&absolute(QField::Absolute, self.time_at(7)));
    }

    fn find_in_point(&self, found: &mut QFindings) {
        found.field(&absolute(QField::Running, self.time_at(3)));
        found.zero(self);
        let track = |field| match bcd_decode(self.0[7]) {
            Some(1..=99) => Ok(()),
            _ => Err(QError::Field {
                field,
                byte: self.0[7],
            }),
        };
        match self.point() {
            Point::FIRST_TRACK => {
                found.field(&track(QField::FirstTrack));
                let disc_type = DiscType(self.0[8]);
                if !matches!(
                    disc_type,
                    DiscType::CD_ROM_OR_DA | DiscType::CD_I | DiscType::CD_ROM_XA
                ) {
                    found.push(QFinding::DiscType { disc_type });
                }
                found.reserved(self, 9, 0xFF);
            }
            Point::LAST_TRACK => {
                found.field(&track(QField::LastTrack));
                found.reserved(self, 8, 0xFF);
                found.reserved(self, 9, 0xFF);
            }
            Point::LEAD_OUT => found.field(&absolute(QField::LeadOutStart, self.time_at(7))),
            point if point.track().is_some() => {
                found.field(&absolute(QField::TrackStart, self.time_at(7)));
            }
            point => found.push(QFinding::Point { adr: 1, point }),
        }
    }

    /// Fields that [`Multisession`](super::Multisession) has no type for are not looked at.
    fn find_in_multisession(&self, found: &mut QFindings) {
        let Some(decoded) = self.multisession() else {
            // Discs with frames of ADR 5 in the lead-out exist; what they say is not written down.
            return;
        };
        found.field(&decoded);
        let point = self.point();
        let is_known = match point.0 {
            0xB0..=0xB4 | 0xC0 | 0xC1 => true,
            // Intervals to skip, at most forty.
            _ => point.track().is_some_and(|number| number <= 40),
        };
        if !is_known {
            found.push(QFinding::Point { adr: 5, point });
        }
    }
}
