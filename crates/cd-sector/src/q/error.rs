use core::fmt;

use cd_address::AddressError;
use thiserror::Error;

use crate::{IsrcError, McnError};

/// A field of a Q frame that holds a number or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QField {
    /// TNO, byte 1.
    Track,
    /// INDEX, byte 2.
    Index,
    /// MIN, SEC, FRAME in the lead-in, bytes 3 to 5.
    Running,
    /// MIN, SEC, FRAME in the program area and the lead-out, bytes 3 to 5.
    Relative,
    /// AMIN, ASEC, AFRAME, bytes 7 to 9.
    Absolute,
    /// AFRAME of an MCN or ISRC frame, byte 9.
    AbsoluteFrame,
    /// PMIN of point A0h, byte 7.
    FirstTrack,
    /// PMIN of point A1h, byte 7.
    LastTrack,
    /// PMIN, PSEC, PFRAME of point A2h, bytes 7 to 9.
    LeadOutStart,
    /// PMIN, PSEC, PFRAME of a track's point, bytes 7 to 9.
    TrackStart,
    /// MIN, SEC, FRAME of point B0h, bytes 3 to 5.
    NextProgram,
    /// PMIN, PSEC, PFRAME of point B0h, bytes 7 to 9.
    OutermostLeadOut,
    /// PMIN, PSEC, PFRAME of point C0h, bytes 7 to 9.
    FirstLeadIn,
}

impl fmt::Display for QField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Track => "track number",
            Self::Index => "index",
            Self::Running => "running time",
            Self::Relative => "relative time",
            Self::Absolute => "absolute time",
            Self::AbsoluteFrame => "absolute frame",
            Self::FirstTrack => "first track of point A0h",
            Self::LastTrack => "last track of point A1h",
            Self::LeadOutStart => "lead-out start of point A2h",
            Self::TrackStart => "track start of a point",
            Self::NextProgram => "next program area of point B0h",
            Self::OutermostLeadOut => "outermost lead-out of point B0h",
            Self::FirstLeadIn => "first lead-in of point C0h",
        })
    }
}

/// Why twelve bytes are no legal Q frame. Nothing here is about the CRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QError {
    /// A number that is not binary-coded decimal, or is past the field's limit.
    #[error(
        "{field} byte {byte:02X}h is no legal value (two decimal digits, tracks 01 to 99, frames 00 to 74)"
    )]
    Field {
        /// Which field.
        field: QField,
        /// The byte as it stands.
        byte: u8,
    },
    /// A time that is none.
    #[error("{field}: {error}")]
    Time {
        /// Which field.
        field: QField,
        /// What is wrong with it.
        error: AddressError,
    },
    /// The media catalogue number is not one.
    #[error("{0}")]
    Mcn(McnError),
    /// The recording code is not one.
    #[error("{0}")]
    Isrc(IsrcError),
}
