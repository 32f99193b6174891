//! From the blocks a host sends to main channels as they lie on the disc: what the drive adds, and what it makes anew.
//!
//! Read first: MMC-3 table 326 (data block types) and 6.34 (data forms of the cue sheet).

use cd_address::Lba;
use cd_mmc::CueMain;
use cd_mmc::mode_page::DataBlockType;
use cd_sector::{MAIN_BYTES, SectorKind, Subheader, encode_in_place, scramble};

use crate::linking::Linking;

/// Where the first copy of a subheader stands, and what follows a header without one.
const SUBHEADER: usize = 16;

/// What the sectors of a track are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectorForm {
    Audio,
    Mode1,
    /// Mode 2 without forms.
    Mode2,
    /// Mode 2 with forms.
    Xa,
}

impl SectorForm {
    pub(crate) const fn is_data(self) -> bool {
        !matches!(self, Self::Audio)
    }

    /// Fills `out` with a sector that nobody sent: silence, or data that is zeros. With forms it is an empty sector of
    /// form 2.
    pub(crate) fn made(self, lba: Lba, out: &mut [u8; MAIN_BYTES]) {
        self.made_as(None, lba, out);
    }

    /// The same, as a block without user data if it is one.
    pub(crate) fn made_as(self, linking: Option<Linking>, lba: Lba, out: &mut [u8; MAIN_BYTES]) {
        out.fill(0);
        let kind = match self {
            Self::Audio => return,
            Self::Mode1 => SectorKind::Mode1,
            Self::Mode2 => SectorKind::Mode2Formless,
            Self::Xa => {
                out[SUBHEADER..][..4].copy_from_slice(&Subheader::EMPTY_FORM_2.to_bytes());
                SectorKind::Mode2Form2
            }
        };
        encode_in_place(kind, lba.to_msf(), out);
        if let Some(linking) = linking {
            linking.mark(self, out);
        }
        scramble(out);
    }
}

/// What the host sends of each main channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostBlock {
    pub(crate) form: SectorForm,
    /// Bytes of a block.
    n_bytes: usize,
    /// Where they belong in a sector.
    place: usize,
    /// The subheader of blocks that come without.
    subheader: Option<[u8; 4]>,
    /// The bytes are not recorded.
    is_ignored: bool,
    /// The bytes are scrambled and recorded as they are.
    is_raw: bool,
}

impl HostBlock {
    const fn new(form: SectorForm, n_bytes: usize, place: usize) -> Self {
        Self {
            form,
            n_bytes,
            place,
            subheader: None,
            is_ignored: false,
            is_raw: false,
        }
    }

    /// As a data form of the cue sheet has it; `None` for a form that is none.
    pub(crate) fn of_cue(main: CueMain) -> Option<Self> {
        let form = match main.code() >> 4 {
            0 => SectorForm::Audio,
            1 => SectorForm::Mode1,
            2 => SectorForm::Xa,
            _ => SectorForm::Mode2,
        };
        let n_bytes = main.block_bytes()?;
        let is_whole = n_bytes == MAIN_BYTES;
        let place = if is_whole { 0 } else { SUBHEADER };
        Some(Self {
            // The lower two bits from 2 on: what comes is left out.
            is_ignored: main.code() & 0x0F >= 2,
            ..Self::new(form, n_bytes, place)
        })
    }

    /// As data block type and subheader of the write parameters have it, for tracks that are data or not; `None` for a type
    /// that does not go with them.
    pub(crate) const fn of_type(
        data_block_type: DataBlockType,
        is_data: bool,
        subheader: [u8; 4],
    ) -> Option<Self> {
        let block = match (data_block_type, is_data) {
            (DataBlockType::RAW, false) => Self::new(SectorForm::Audio, MAIN_BYTES, 0),
            (DataBlockType::RAW, true) => Self {
                is_raw: true,
                ..Self::new(SectorForm::Mode1, MAIN_BYTES, 0)
            },
            (DataBlockType::MODE_1, true) => Self::new(SectorForm::Mode1, 2048, SUBHEADER),
            (DataBlockType::MODE_2, true) => Self::new(SectorForm::Mode2, 2336, SUBHEADER),
            (DataBlockType::XA_FORM_1, true) => Self {
                subheader: Some(subheader),
                ..Self::new(SectorForm::Xa, 2048, SUBHEADER + 8)
            },
            (DataBlockType::XA_FORM_1_SUBHEADER, true) => {
                Self::new(SectorForm::Xa, 2056, SUBHEADER)
            }
            (DataBlockType::XA_FORM_2, true) => Self {
                subheader: Some(subheader),
                ..Self::new(SectorForm::Xa, 2324, SUBHEADER + 8)
            },
            (DataBlockType::XA_MIXED, true) => Self::new(SectorForm::Xa, 2332, SUBHEADER),
            _ => return None,
        };
        Some(block)
    }

    pub(crate) const fn n_bytes(&self) -> usize {
        self.n_bytes
    }

    /// Makes the main channel at `lba` of a block.
    pub(crate) fn put(&self, lba: Lba, block: &[u8], out: &mut [u8; MAIN_BYTES]) {
        if self.is_ignored || self.n_bytes == 0 {
            self.form.made(lba, out);
            return;
        }
        out.fill(0);
        let end = self.place + block.len().min(MAIN_BYTES - self.place);
        out[self.place..end].copy_from_slice(&block[..end - self.place]);
        if let Some(subheader) = self.subheader {
            out[SUBHEADER..][..4].copy_from_slice(&subheader);
        }
        if !self.is_raw {
            let kind = match self.form {
                SectorForm::Audio => return,
                SectorForm::Mode1 => SectorKind::Mode1,
                SectorForm::Mode2 => SectorKind::Mode2Formless,
                SectorForm::Xa => {
                    let mut subheader = [0; 4];
                    subheader.copy_from_slice(&out[SUBHEADER..][..4]);
                    match Subheader::from_bytes(subheader).form() {
                        2 => SectorKind::Mode2Form2,
                        _ => SectorKind::Mode2Form1,
                    }
                }
            };
            encode_in_place(kind, lba.to_msf(), out);
        }
        scramble(out);
    }
}
