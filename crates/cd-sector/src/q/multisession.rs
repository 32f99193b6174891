use cd_address::{BcdMsf, Msf};

use super::{Control, Point, QError, QField, QFrame, absolute};

#[cfg(test)]
mod tests;

/// What stands for "no time" in a field of three bytes.
const NO_TIME: [u8; 3] = [0xFF; 3];

/// A point of ADR 5 in the lead-in of a session on a recordable disc: where recording can go on.
///
/// ```
/// use cd_sector::{Control, Multisession};
///
/// let point = Multisession::NextProgram {
///     next: Some("05:31:30".parse()?),
///     n_pointers: 2,
///     outermost_lead_out: "79:59:73".parse()?,
/// };
/// let frame = point.encode(Control::DATA);
/// assert_eq!(frame.0[..10], [0x45, 0, 0xB0, 0x05, 0x31, 0x30, 2, 0x79, 0x59, 0x73]);
/// assert_eq!(frame.multisession(), Some(Ok(point)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Spec
/// MMC-3, READ TOC/PMA/ATIP, format 2, and its table of ADR 5 points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Multisession {
    /// B0h: the disc is open for another session, or `next` is `None` and it is not.
    NextProgram {
        /// Where the next session's program area can begin at the earliest; FFh in all three bytes is `None`.
        next: Option<Msf>,
        /// How many different points of ADR 5 the lead-in has. Byte 6, which is zero in other frames.
        n_pointers: u8,
        /// The last address at which the outermost lead-out can begin.
        outermost_lead_out: Msf,
    },
    /// C0h: what the blank's ATIP says, in the first session's lead-in.
    FirstLeadIn {
        /// Bytes 3 to 6: the word of the optimum recording power, the application code, two reserved.
        special: [u8; 4],
        /// Where the first session's lead-in begins.
        start: Msf,
    },
    /// Any other point (C1h, intervals and tracks to skip), as it stands.
    Other {
        /// POINT.
        point: Point,
        /// Bytes 3 to 9.
        bytes: [u8; 7],
    },
}

impl Multisession {
    /// The frame of the lead-in that says this, with the CRC right.
    #[must_use]
    pub fn encode(&self, control: Control) -> QFrame {
        let (Point(point), bytes) = match *self {
            Self::NextProgram {
                next,
                n_pointers,
                outermost_lead_out,
            } => {
                let [min, sec, frame] = next.map_or(NO_TIME, |next| next.to_bcd().0);
                let BcdMsf([pmin, psec, pframe]) = outermost_lead_out.to_bcd();
                let bytes = [min, sec, frame, n_pointers, pmin, psec, pframe];
                (Point::NEXT_PROGRAM, bytes)
            }
            Self::FirstLeadIn {
                special: [a, b, c, d],
                start,
            } => {
                let BcdMsf([pmin, psec, pframe]) = start.to_bcd();
                (Point::FIRST_LEAD_IN, [a, b, c, d, pmin, psec, pframe])
            }
            Self::Other { point, bytes } => (point, bytes),
        };
        let [a, b, c, d, e, f, g] = bytes;
        QFrame::with_crc([control.with_adr(5), 0, point, a, b, c, d, e, f, g])
    }
}

impl QFrame {
    /// The meaning of a lead-in frame of ADR 5; `None` for a frame of another ADR, or not of a lead-in (TNO not 00).
    ///
    /// The CRC is not looked at. [`QFrame::decode`] gives such frames as [`Q::Other`](crate::Q::Other).
    ///
    /// # Errors
    /// Inside the `Some`: [`QError::Time`] for a time that is none.
    #[must_use]
    pub fn multisession(&self) -> Option<Result<Multisession, QError>> {
        let is_lead_in = self.0[1] == 0;
        (self.adr() == 5 && is_lead_in).then(|| self.decode_multisession())
    }

    fn decode_multisession(&self) -> Result<Multisession, QError> {
        let [_, _, point, bytes @ .., _, _] = self.0;
        let [a, b, c, d, ..] = bytes;
        Ok(match Point(point) {
            Point::NEXT_PROGRAM => Multisession::NextProgram {
                next: match [a, b, c] {
                    NO_TIME => None,
                    _ => Some(absolute(QField::NextProgram, self.time_at(3))?),
                },
                n_pointers: d,
                outermost_lead_out: absolute(QField::OutermostLeadOut, self.time_at(7))?,
            },
            Point::FIRST_LEAD_IN => Multisession::FirstLeadIn {
                special: [a, b, c, d],
                start: absolute(QField::FirstLeadIn, self.time_at(7))?,
            },
            point => Multisession::Other { point, bytes },
        })
    }
}
