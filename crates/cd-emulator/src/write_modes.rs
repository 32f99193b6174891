//! Which write types and data block types the drive records with.
//!
//! Read first: MMC-3 tables 324 (write types) and 326 (data block types).

use cd_mmc::mode_page::{DataBlockType, WriteParameters, WriteType};
use cd_sector::SectorLayout;

use crate::profile::Profile;

/// What the drive offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WriteModes {
    /// Raw, with these layouts.
    layouts: Vec<SectorLayout>,
    session_at_once: bool,
    track_at_once: bool,
}

/// The field of the page that a drive does not take.
pub(crate) type RefusedField = &'static str;

/// The data block types in which the drive makes the subcode.
const COOKED: [DataBlockType; 7] = [
    DataBlockType::RAW,
    DataBlockType::MODE_1,
    DataBlockType::MODE_2,
    DataBlockType::XA_FORM_1,
    DataBlockType::XA_FORM_1_SUBHEADER,
    DataBlockType::XA_FORM_2,
    DataBlockType::XA_MIXED,
];

impl WriteModes {
    pub(crate) fn new(profile: &Profile) -> Self {
        let all = [
            SectorLayout::Pq16,
            SectorLayout::PackedPw96,
            SectorLayout::RawPw96,
        ];
        Self {
            layouts: all
                .into_iter()
                .filter(|layout| profile.takes(*layout))
                .collect(),
            session_at_once: profile.has_session_at_once,
            track_at_once: profile.has_track_at_once,
        }
    }

    /// The layout that write and data block type select, if they are raw.
    pub(crate) fn layout_of(&self, page: &WriteParameters) -> Option<SectorLayout> {
        let is_selected = |layout: &&SectorLayout| {
            page.write_type == WriteType::RAW
                && page.data_block_type.code() == layout.data_block_type()
        };
        self.layouts.iter().find(is_selected).copied()
    }

    /// Whether the drive records as the page says.
    pub(crate) fn check(&self, page: &WriteParameters) -> Result<(), RefusedField> {
        let power_on = WriteParameters::TRACK_AT_ONCE_MODE_1;
        let is_cooked = COOKED.contains(&page.data_block_type);
        let is_block_type_known = match page.write_type {
            WriteType::RAW => self.layout_of(page).is_some(),
            WriteType::SESSION_AT_ONCE if self.session_at_once => is_cooked,
            WriteType::TRACK_AT_ONCE if self.track_at_once => is_cooked,
            // The page of power on must be taken back; WRITE refuses to record by it.
            WriteType::TRACK_AT_ONCE if page.data_block_type == power_on.data_block_type => true,
            _ => return Err("WRITE TYPE"),
        };
        if !is_block_type_known {
            return Err("DATA BLOCK TYPE");
        }
        Ok(())
    }
}

/// Which data block types go with track at once, bit 0 for type 0 and so on.
pub(crate) fn track_at_once_types() -> u16 {
    COOKED.iter().fold(0, |all, one| all | 1_u16 << one.code())
}
