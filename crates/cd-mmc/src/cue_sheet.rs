//! The cue sheet: what SEND CUE SHEET carries.
//!
//! Read first: MMC-3 6.34, SEND CUE SHEET (the sheet, and its tables of data forms).

use crate::code::wire_code;
use crate::{BinMsf, DecodeError, Field};

#[cfg(test)]
mod tests;

const MAIN: Field = Field::bits("DATA FORM OF MAIN DATA", 0, 5, 6);
const SUB: Field = Field::bits("DATA FORM OF SUB-CHANNEL", 0, 7, 2);
const ALTERNATE_COPY: u8 = 0x80;

wire_code! {
    /// What the host sends of a sector's main channel, and what the drive adds to it.
    CueMain: u8, 6 bits {
        AUDIO = 0x00, "audio, 2352 bytes";
        AUDIO_MADE = 0x01, "audio, silence made by the drive";
        MODE_1 = 0x10, "mode 1, 2048 bytes";
        MODE_1_WHOLE = 0x11, "mode 1, 2352 bytes of which the drive makes all but user data anew";
        MODE_1_IGNORED = 0x12, "mode 1, zeros in place of 2048 bytes";
        MODE_1_WHOLE_IGNORED = 0x13, "mode 1, zeros in place of 2352 bytes";
        MODE_1_MADE = 0x14, "mode 1, zeros made by the drive";
        XA = 0x20, "mode 2 with forms, 2336 bytes";
        XA_WHOLE = 0x21, "mode 2 with forms, 2352 bytes of which the drive makes sync and header anew";
        XA_IGNORED = 0x22, "mode 2 with forms, zeros in place of 2336 bytes";
        XA_WHOLE_IGNORED = 0x23, "mode 2 with forms, zeros in place of 2352 bytes";
        XA_MADE = 0x24, "mode 2 with forms, zeros made by the drive";
        MODE_2 = 0x30, "mode 2, 2336 bytes";
        MODE_2_WHOLE = 0x31, "mode 2, 2352 bytes of which the drive makes sync and header anew";
        MODE_2_IGNORED = 0x32, "mode 2, zeros in place of 2336 bytes";
        MODE_2_WHOLE_IGNORED = 0x33, "mode 2, zeros in place of 2352 bytes";
        MODE_2_MADE = 0x34, "mode 2, zeros made by the drive";
    }
}

impl CueMain {
    /// Bytes the host sends of each sector; `None` for a form that is none of the standard's.
    #[must_use]
    pub const fn block_bytes(self) -> Option<usize> {
        Some(match self {
            Self::AUDIO
            | Self::MODE_1_WHOLE
            | Self::MODE_1_WHOLE_IGNORED
            | Self::XA_WHOLE
            | Self::XA_WHOLE_IGNORED
            | Self::MODE_2_WHOLE
            | Self::MODE_2_WHOLE_IGNORED => 2352,
            Self::MODE_1 | Self::MODE_1_IGNORED => 2048,
            Self::XA | Self::XA_IGNORED | Self::MODE_2 | Self::MODE_2_IGNORED => 2336,
            Self::AUDIO_MADE | Self::MODE_1_MADE | Self::XA_MADE | Self::MODE_2_MADE => 0,
            _ => return None,
        })
    }
}

wire_code! {
    /// What the host sends of a sector's subcode, behind the main channel.
    CueSub: u8, 2 bits {
        NONE = 0, "none";
        RAW_PW = 1, "96 bytes, raw R-W";
        PACKED_PW = 3, "96 bytes, R-W packed";
    }
}

impl CueSub {
    /// Bytes the host sends of each sector; `None` for the reserved form.
    #[must_use]
    pub const fn block_bytes(self) -> Option<usize> {
        match self {
            Self::NONE => Some(0),
            Self::RAW_PW | Self::PACKED_PW => Some(96),
            _ => None,
        }
    }
}

/// One entry of a cue sheet.
///
/// ```
/// use cd_mmc::{CueEntry, CueMain};
///
/// // Track 1, index 1 at 00:02:00: mode 1, user data alone.
/// let entry = CueEntry::decode(&[0x41, 1, 1, 0x10, 0, 0, 2, 0])?;
/// assert!(matches!(entry, CueEntry::Place { track: 1, main: CueMain::MODE_1, .. }));
/// # Ok::<(), cd_mmc::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CueEntry {
    /// ADR 1: what begins where.
    Place {
        /// The CONTROL nibble, 0 to 15, of what begins.
        control: u8,
        /// Track number in binary: 0 for the lead-in, 1 to 99, AAh for the lead-out.
        track: u8,
        /// Index in binary; 0 is a pregap.
        index: u8,
        /// What is sent of the main channel.
        main: CueMain,
        /// What is sent of the subcode.
        sub: CueSub,
        /// The copy bit of CONTROL alternates (serial copy management).
        alternate_copy: bool,
        /// The address, in binary.
        start: BinMsf,
    },
    /// ADR 2: seven of the 13 digits of the media catalogue number in ASCII; the second entry has six and a zero.
    Mcn {
        /// The characters.
        part: [u8; 7],
    },
    /// ADR 3: six of the twelve characters of a track's ISRC in ASCII.
    Isrc {
        /// Track number in binary.
        track: u8,
        /// The characters.
        part: [u8; 6],
    },
    /// Any other ADR, as it stands.
    Other([u8; 8]),
}

impl CueEntry {
    /// Bytes of an entry.
    pub const BYTES: usize = 8;
    /// The track number of the lead-out.
    pub const LEAD_OUT: u8 = 0xAA;

    /// Takes an entry apart. Values are not looked at.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] below 8 bytes; what follows them is ignored.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let Some(&entry) = bytes.first_chunk::<8>() else {
            return Err(DecodeError::TooShort {
                what: "cue sheet entry",
                needed: Self::BYTES,
                got: bytes.len(),
            });
        };
        let [control_adr, b1, b2, b3, b4, b5, b6, b7] = entry;
        Ok(match control_adr & 0x0F {
            1 => Self::Place {
                control: control_adr >> 4,
                track: b1,
                index: b2,
                main: CueMain::of(MAIN, &[b3]),
                sub: CueSub::of(SUB, &[b3]),
                alternate_copy: b4 & ALTERNATE_COPY != 0,
                start: BinMsf([b5, b6, b7]),
            },
            2 => Self::Mcn {
                part: [b1, b2, b3, b4, b5, b6, b7],
            },
            3 => Self::Isrc {
                track: b1,
                part: [b2, b3, b4, b5, b6, b7],
            },
            _ => Self::Other(entry),
        })
    }

    /// The bytes of the entry. CONTROL is zero with the catalogue number and the ISRC, as hosts send it.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::BYTES] {
        match *self {
            Self::Place {
                control,
                track,
                index,
                main,
                sub,
                alternate_copy,
                start: BinMsf([minute, second, frame]),
            } => {
                let mut form = [0];
                MAIN.put(&mut form, main);
                SUB.put(&mut form, sub);
                let copy = if alternate_copy { ALTERNATE_COPY } else { 0 };
                // A cue sheet has CONTROL in the high nibble, as the disc does.
                let control_adr = control << 4 | 1;
                [
                    control_adr,
                    track,
                    index,
                    form[0],
                    copy,
                    minute,
                    second,
                    frame,
                ]
            }
            Self::Mcn {
                part: [a, b, c, d, e, f, g],
            } => [2, a, b, c, d, e, f, g],
            Self::Isrc {
                track,
                part: [a, b, c, d, e, f],
            } => [3, track, a, b, c, d, e, f],
            Self::Other(entry) => entry,
        }
    }
}
