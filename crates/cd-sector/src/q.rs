//! The Q channel of one sector: twelve bytes, and what they mean.
//!
//! [`QFrame`] is the bytes as they lie on the disc, any bytes; [`Q`] is the meaning. Every `Q` encodes;
//! a frame decodes or says which field is at fault. Two things are checked apart, because a disc can
//! have either without the other: the CRC ([`QFrame::crc_ok`]) and the fields ([`QFrame::decode`]).
//!
//! Bits that the standard wants zero are not looked at in decoding: discs with rubbish there exist and
//! play. `frame.decode()?.encode() == frame` holds exactly for frames with those bits zero and the CRC right.
//! [`QFrame::findings`] is the strict reading: it lists every deviation of one frame, those bits and the CRC included.
//!
//! # Spec
//! ECMA-130 clause 22.3 (the Q channel); IEC 60908 for what only discs with sound carry (ADR 3). Read the first first.

use cd_address::{BcdMsf, Msf, RelMsf, bcd_decode, bcd_encode};
use crc::{CRC_16_GSM, Crc};

use crate::{Isrc, Mcn};

mod control;
mod error;
mod findings;
mod multisession;
mod point;
#[cfg(test)]
mod tests;

pub use control::Control;
pub use error::{QError, QField};
pub use findings::{QFinding, QFindings};
pub use multisession::Multisession;
pub use point::{DiscType, Point, TocPoint};

// The catalogue's CRC-16/GSM is the Q channel's, and CD-Text's: 1021h, start 0, most significant bit first, inverted.
pub(crate) static CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_GSM);

/// TNO in the lead-out.
const TNO_LEAD_OUT: u8 = 0xAA;
/// What a number without two decimal digits becomes; [`QFrame::decode`] takes it for no number.
const NO_DIGITS: u8 = 0xFF;

/// One sector's Q channel as it lies on the disc: 12 bytes, CRC included, any values.
///
/// ```text
///  0              1    2            3   4   5     6     7    8    9       10  11
///  CONTROL | ADR  TNO  INDEX/POINT  MIN SEC FRAME ZERO  AMIN ASEC AFRAME  CRC
/// ```
///
/// # Spec
/// ECMA-130 22.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QFrame(pub [u8; 12]);

impl QFrame {
    /// The frame with these ten bytes and the CRC that belongs to them.
    ///
    /// # Spec
    /// ECMA-130 22.3, CRC field: x^16 + x^12 + x^5 + 1 over bytes 0 to 9, inverted on the disc.
    #[must_use]
    pub const fn with_crc(payload: [u8; 10]) -> Self {
        let mut bytes = [0; 12];
        bytes.split_at_mut(10).0.copy_from_slice(&payload);
        [bytes[10], bytes[11]] = CRC.checksum(&payload).to_be_bytes();
        Self(bytes)
    }

    /// The CRC that belongs to bytes 0 to 9.
    #[must_use]
    pub const fn expected_crc(&self) -> u16 {
        CRC.checksum(self.0.split_at(10).0)
    }

    /// The CRC in bytes 10 and 11.
    #[must_use]
    pub const fn crc(&self) -> u16 {
        u16::from_be_bytes([self.0[10], self.0[11]])
    }

    /// Whether the CRC is the one that belongs to the other ten bytes.
    #[must_use]
    pub const fn crc_ok(&self) -> bool {
        self.crc() == self.expected_crc()
    }

    /// The upper half of byte 0: what kind of track this is.
    #[must_use]
    pub const fn control(&self) -> Control {
        Control(self.0[0] >> 4)
    }

    /// The lower half of byte 0, 0..=15: what the rest of the frame is (1 position, 2 MCN, 3 ISRC, 5 multisession).
    #[must_use]
    pub const fn adr(&self) -> u8 {
        self.0[0] & 0x0F
    }

    /// POINT of a lead-in frame, byte 2. In frames of other areas the byte is INDEX.
    #[must_use]
    pub const fn point(&self) -> Point {
        Point(self.0[2])
    }

    /// The meaning of bytes 0 to 9; the CRC is not looked at.
    ///
    /// Frames of an ADR other than 1, 2 and 3 come back as [`Q::Other`]; [`QFrame::multisession`] reads ADR 5.
    ///
    /// # Errors
    /// [`QError`] names the field that holds no legal value.
    pub fn decode(&self) -> Result<Q, QError> {
        match self.adr() {
            1 => self.decode_position(),
            2 => Ok(Q::Mcn {
                control: self.control(),
                mcn: Mcn::from_q(self).map_err(QError::Mcn)?,
                absolute_frame: self.absolute_frame()?,
            }),
            3 => Ok(Q::Isrc {
                control: self.control(),
                isrc: Isrc::from_q(self).map_err(QError::Isrc)?,
                absolute_frame: self.absolute_frame()?,
            }),
            _ => Ok(Q::Other(*self)),
        }
    }

    fn decode_position(&self) -> Result<Q, QError> {
        let control = self.control();
        let tno = self.0[1];
        if tno == 0 {
            return Ok(Q::Toc {
                control,
                point: TocPoint::from_bytes(self.0[2], self.after_time())?,
                running: absolute(QField::Running, self.time_at(3))?,
            });
        }
        let index = digits(QField::Index, self.0[2])?;
        let relative = RelMsf::from_bcd(self.time_at(3)).map_err(|error| QError::Time {
            field: QField::Relative,
            error,
        })?;
        let absolute = absolute(QField::Absolute, self.time_at(7))?;
        if tno == TNO_LEAD_OUT {
            return Ok(Q::LeadOut {
                control,
                index,
                relative,
                absolute,
            });
        }
        Ok(Q::Position {
            control,
            track: digits(QField::Track, tno)?,
            index,
            relative,
            absolute,
        })
    }

    fn absolute_frame(&self) -> Result<u8, QError> {
        match bcd_decode(self.0[9]) {
            Some(frame @ 0..=74) => Ok(frame),
            _ => Err(QError::Field {
                field: QField::AbsoluteFrame,
                byte: self.0[9],
            }),
        }
    }

    const fn time_at(&self, offset: usize) -> BcdMsf {
        BcdMsf([self.0[offset], self.0[offset + 1], self.0[offset + 2]])
    }

    /// ZERO, PMIN, PSEC, PFRAME.
    const fn after_time(&self) -> [u8; 4] {
        [self.0[6], self.0[7], self.0[8], self.0[9]]
    }
}

fn digits(field: QField, byte: u8) -> Result<u8, QError> {
    bcd_decode(byte).ok_or(QError::Field { field, byte })
}

fn absolute(field: QField, time: BcdMsf) -> Result<Msf, QError> {
    time.to_msf().map_err(|error| QError::Time { field, error })
}

/// What a Q frame says.
///
/// Track numbers are 1..=99 and indices 0..=99. A number outside has no code on a disc: [`Q::encode`] writes FFh for
/// it, which no reader takes for a track, an index or a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Q {
    /// ADR 1 in the lead-in (TNO 00): one point of the table of contents.
    Toc {
        /// CONTROL of what the point speaks of, not of the lead-in.
        control: Control,
        /// The point.
        point: TocPoint,
        /// Running time in the lead-in: absolute (97:34:23 ... 99:59:74) by most writers, from zero by some.
        running: Msf,
    },
    /// ADR 1 in the program area (TNO 01 to 99): where in the track and on the disc the sector is.
    Position {
        /// CONTROL of the track.
        control: Control,
        /// 1..=99
        track: u8,
        /// 0 in a pregap, 1..=99 in the track.
        index: u8,
        /// Time since index 1; in a pregap the time that is left.
        relative: RelMsf,
        /// The sector's address.
        absolute: Msf,
    },
    /// ADR 1 in the lead-out (TNO AAh).
    LeadOut {
        /// CONTROL of the last track.
        control: Control,
        /// 1 in a lead-out by the standard.
        index: u8,
        /// Time since the lead-out's start.
        relative: RelMsf,
        /// The sector's address.
        absolute: Msf,
    },
    /// ADR 2: the disc's media catalogue number.
    Mcn {
        /// CONTROL of the track.
        control: Control,
        /// The number.
        mcn: Mcn,
        /// The frame of the sector's address, 0..=74.
        absolute_frame: u8,
    },
    /// ADR 3: the track's recording code.
    Isrc {
        /// CONTROL of the track.
        control: Control,
        /// The code.
        isrc: Isrc,
        /// The frame of the sector's address, 0..=74.
        absolute_frame: u8,
    },
    /// ADR 5 (multisession) and every other ADR: the bytes as they stand.
    Other(QFrame),
}

impl Q {
    /// The frame that says this, reserved bits zero and CRC right, for [`Q::Other`] too.
    #[must_use]
    pub fn encode(&self) -> QFrame {
        let payload = match *self {
            Self::Toc {
                control,
                point,
                running,
            } => {
                let (point, [zero, pmin, psec, pframe]) = point.to_bytes();
                let BcdMsf([min, sec, frame]) = running.to_bcd();
                let head = control.with_adr(1);
                [head, 0, point, min, sec, frame, zero, pmin, psec, pframe]
            }
            Self::Position {
                control,
                track,
                index,
                relative,
                absolute,
            } => position(control, track_byte(track), index, relative, absolute),
            Self::LeadOut {
                control,
                index,
                relative,
                absolute,
            } => position(control, TNO_LEAD_OUT, index, relative, absolute),
            Self::Mcn {
                control,
                mcn,
                absolute_frame,
            } => identity(control.with_adr(2), mcn.to_q(), absolute_frame),
            Self::Isrc {
                control,
                isrc,
                absolute_frame,
            } => identity(control.with_adr(3), isrc.to_q(), absolute_frame),
            Self::Other(QFrame([payload @ .., _, _])) => payload,
        };
        QFrame::with_crc(payload)
    }
}

/// TNO or POINT of a track.
pub(crate) const fn track_byte(track: u8) -> u8 {
    match track {
        1..=99 => number_byte(track),
        _ => NO_DIGITS,
    }
}

const fn number_byte(number: u8) -> u8 {
    match bcd_encode(number) {
        Some(byte) => byte,
        None => NO_DIGITS,
    }
}

fn position(control: Control, tno: u8, index: u8, relative: RelMsf, absolute: Msf) -> [u8; 10] {
    let BcdMsf([min, sec, frame]) = relative.to_bcd();
    let BcdMsf([amin, asec, aframe]) = absolute.to_bcd();
    let index = number_byte(index);
    let head = control.with_adr(1);
    [head, tno, index, min, sec, frame, 0, amin, asec, aframe]
}

fn identity(head: u8, code: [u8; 8], absolute_frame: u8) -> [u8; 10] {
    let [a, b, c, d, e, f, g, h] = code;
    let absolute_frame = match absolute_frame {
        0..=74 => number_byte(absolute_frame),
        _ => NO_DIGITS,
    };
    [head, a, b, c, d, e, f, g, h, absolute_frame]
}
