//! Small values of the interface.

use cd_image::HResult;
use cd_mmc::response::Profile;

use super::code;
use super::error::ClientNameError;
use crate::{MediumInfo, MediumKind};

/// What kind of disc is in a drive, by the number the interface has for it.
#[doc(alias = "IMAPI_MEDIA_PHYSICAL_TYPE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhysicalMediaType(pub u32);

impl PhysicalMediaType {
    /// None, or nothing the drive knows.
    pub const UNKNOWN: Self = Self(0);
    /// A pressed CD, or a finished one that the drive does not tell from it.
    pub const CD_ROM: Self = Self(1);
    /// CD-R.
    pub const CD_R: Self = Self(2);
    /// CD-RW.
    pub const CD_RW: Self = Self(3);
    /// DVD-ROM.
    pub const DVD_ROM: Self = Self(4);
    /// DVD-RAM.
    pub const DVD_RAM: Self = Self(5);
    /// DVD+R.
    pub const DVD_PLUS_R: Self = Self(6);
    /// DVD+RW.
    pub const DVD_PLUS_RW: Self = Self(7);
    /// DVD+R, two layers.
    pub const DVD_PLUS_R_DL: Self = Self(8);
    /// DVD-R.
    pub const DVD_DASH_R: Self = Self(9);
    /// DVD-RW.
    pub const DVD_DASH_RW: Self = Self(10);
    /// DVD-R, two layers.
    pub const DVD_DASH_R_DL: Self = Self(11);
    /// BD-ROM.
    pub const BD_ROM: Self = Self(17);
    /// BD-R.
    pub const BD_R: Self = Self(18);
    /// BD-RE.
    pub const BD_RE: Self = Self(19);

    /// The kind of the disc that is described.
    pub(super) fn of(medium: &MediumInfo) -> Self {
        match medium.kind {
            Some(MediumKind::CdR) => return Self::CD_R,
            Some(MediumKind::CdRw) => return Self::CD_RW,
            None => {}
        }
        match medium.profile {
            Some(Profile::CD_ROM) => Self::CD_ROM,
            Some(Profile::DVD_ROM) => Self::DVD_ROM,
            Some(Profile::DVD_RAM) => Self::DVD_RAM,
            Some(Profile::DVD_PLUS_R) => Self::DVD_PLUS_R,
            Some(Profile::DVD_PLUS_RW) => Self::DVD_PLUS_RW,
            Some(Profile::DVD_PLUS_R_DL) => Self::DVD_PLUS_R_DL,
            Some(Profile::DVD_R) => Self::DVD_DASH_R,
            Some(Profile::DVD_RW_RESTRICTED | Profile::DVD_RW_SEQUENTIAL) => Self::DVD_DASH_RW,
            Some(Profile::DVD_R_DL) => Self::DVD_DASH_R_DL,
            Some(Profile::BD_ROM) => Self::BD_ROM,
            Some(Profile::BD_R_SEQUENTIAL | Profile::BD_R_RANDOM) => Self::BD_R,
            Some(Profile::BD_RE) => Self::BD_RE,
            _ => Self::UNKNOWN,
        }
    }
}

/// A speed at which the drive can write the medium that is in it.
#[doc(alias = "IWriteSpeedDescriptor")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WriteSpeedDescriptor {
    /// The medium.
    #[doc(alias = "MediaType")]
    pub media_type: PhysicalMediaType,
    /// Whether the disc turns at one speed from one end to the other.
    #[doc(alias = "RotationTypeIsPureCAV")]
    pub rotation_type_is_pure_cav: bool,
    /// Sectors a second; 75 is 1x.
    #[doc(alias = "WriteSpeed")]
    pub write_speed: u32,
}

/// What became of a wish for a speed. Each of these is success.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Adjustment {
    /// It is as was asked.
    None,
    /// The nearest speed was taken.
    #[doc(alias = "S_IMAPI_SPEEDADJUSTED")]
    Speed,
    /// The disc turns the other way: not at one speed, or at one speed after all.
    #[doc(alias = "S_IMAPI_ROTATIONADJUSTED")]
    Rotation,
    /// Both.
    #[doc(alias = "S_IMAPI_BOTHADJUSTED")]
    Both,
}

impl Adjustment {
    pub(super) const fn new(speed: bool, rotation: bool) -> Self {
        match (speed, rotation) {
            (false, false) => Self::None,
            (true, false) => Self::Speed,
            (false, true) => Self::Rotation,
            (true, true) => Self::Both,
        }
    }

    /// The return value that the Windows interface has for it.
    #[must_use]
    pub const fn hresult(self) -> HResult {
        match self {
            Self::None => code::S_OK,
            Self::Speed => code::SPEED_ADJUSTED,
            Self::Rotation => code::ROTATION_ADJUSTED,
            Self::Both => code::BOTH_ADJUSTED,
        }
    }
}

/// Longest client name: 64 bytes with the zero at its end, on Windows.
const MAX_CLIENT_NAME: usize = 63;

pub(super) fn check_client_name(name: &str) -> Result<(), ClientNameError> {
    if name.is_empty() {
        return Err(ClientNameError::Empty);
    }
    let is_possible = |c: char| c.is_ascii_alphanumeric() || " .,:;-_".contains(c);
    if let Some((idx, character)) = name.chars().enumerate().find(|(_, c)| !is_possible(*c)) {
        let position = idx + 1;
        return Err(ClientNameError::Character {
            character,
            position,
        });
    }
    let n_characters = name.len();
    if n_characters > MAX_CLIENT_NAME {
        return Err(ClientNameError::TooLong { n_characters });
    }
    Ok(())
}
