use cd_address::{Lba, Sectors};

use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{DecodeError, Field};

/// Asks for the last readable address. The answer is [`crate::response::Capacity`].
///
/// # Spec
/// MMC-5 6.19, operation code 25h.
#[doc(alias = "READ CAPACITY")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadCapacity;

impl Layout for ReadCapacity {
    const NAME: &'static str = "READ CAPACITY";
    const OPCODE: u8 = 0x25;
    const FIELDS: &'static [Field] = &[];

    fn write(&self, _cdb: &mut [u8]) {}

    fn read(_cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(8))
    }
}

/// Reads the user data of data sectors, 2048 bytes a block unless the block length was changed.
///
/// # Spec
/// MMC-5 6.15, operation code 28h.
#[doc(alias = "READ (10)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Read10 {
    /// DPO: the blocks need not stay in the cache.
    pub disable_page_out: bool,
    /// FUA: from the medium, not from the cache.
    pub force_unit_access: bool,
    /// The first block.
    pub lba: Lba,
    /// How many; zero is no error and reads nothing.
    pub n_blocks: u16,
}

impl Read10 {
    const DPO: Field = Field::bit("DPO", 1, 4);
    const FUA: Field = Field::bit("FUA", 1, 3);
    const LBA: Field = Field::bytes("LOGICAL BLOCK ADDRESS", 2, 4);
    const TRANSFER_LENGTH: Field = Field::bytes("TRANSFER LENGTH", 7, 2);

    /// `n_blocks` blocks from `lba`, caching left to the drive.
    #[must_use]
    pub const fn new(lba: Lba, n_blocks: u16) -> Self {
        Self {
            disable_page_out: false,
            force_unit_access: false,
            lba,
            n_blocks,
        }
    }
}

impl Layout for Read10 {
    const NAME: &'static str = "READ (10)";
    const OPCODE: u8 = 0x28;
    const FIELDS: &'static [Field] = &[Self::DPO, Self::FUA, Self::LBA, Self::TRANSFER_LENGTH];

    fn write(&self, cdb: &mut [u8]) {
        Self::DPO.put(cdb, self.disable_page_out);
        Self::FUA.put(cdb, self.force_unit_access);
        put_lba(Self::LBA, cdb, self.lba);
        Self::TRANSFER_LENGTH.put(cdb, self.n_blocks);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            disable_page_out: Self::DPO.is_set(cdb),
            force_unit_access: Self::FUA.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            n_blocks: Self::TRANSFER_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Blocks(self.n_blocks.into()))
    }
}

wire_code! {
    /// What READ TOC/PMA/ATIP returns.
    TocFormat: u8, 4 bits {
        TOC = 0, "table of contents, one descriptor a track";
        SESSION_INFORMATION = 1, "session information";
        FULL_TOC = 2, "full table of contents, as the lead-in's Q channel has it";
        PMA = 3, "program memory area";
        ATIP = 4, "absolute time in pregroove";
        CD_TEXT = 5, "CD-Text packs";
    }
}

/// Reads the table of contents, the program memory area, the ATIP or CD-Text.
///
/// The answer is, by format, [`crate::response::Toc`], [`crate::response::SessionInformation`],
/// [`crate::response::FullToc`], [`crate::response::Atip`] or [`crate::response::CdText`].
///
/// [`crate::Command::decode`] also takes the older form with the format in the two top bits of the last
/// byte, which Linux sends; it is encoded in the newer place.
///
/// # Spec
/// MMC-5 6.26, operation code 43h. SFF-8020i, READ TOC, for the older form.
#[doc(alias = "READ TOC/PMA/ATIP")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadTocPmaAtip {
    /// MSF: addresses as times; otherwise as logical block addresses. For formats 0 and 1 only.
    pub msf: bool,
    /// What to return.
    pub format: TocFormat,
    /// The first track (format 0) or session (format 2) to return, AAh for the lead-out; else 0.
    pub track_session: u8,
    /// The most bytes to return.
    pub allocation_length: u16,
}

impl ReadTocPmaAtip {
    const MSF: Field = Field::bit("MSF", 1, 1);
    const FORMAT: Field = Field::bits("FORMAT", 2, 3, 4);
    const TRACK_SESSION: Field = Field::bytes("TRACK/SESSION NUMBER", 6, 1);
    const ALLOCATION_LENGTH: Field = Field::bytes("ALLOCATION LENGTH", 7, 2);
    const OLD_FORMAT: Field = Field::bits("FORMAT (SFF-8020i)", 9, 7, 2);
}

impl Layout for ReadTocPmaAtip {
    const NAME: &'static str = "READ TOC/PMA/ATIP";
    const OPCODE: u8 = 0x43;
    const FIELDS: &'static [Field] = &[
        Self::MSF,
        Self::FORMAT,
        Self::TRACK_SESSION,
        Self::ALLOCATION_LENGTH,
        Self::OLD_FORMAT,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::MSF.put(cdb, self.msf);
        Self::FORMAT.put(cdb, self.format);
        Self::TRACK_SESSION.put(cdb, self.track_session);
        Self::ALLOCATION_LENGTH.put(cdb, self.allocation_length);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        let old = Self::OLD_FORMAT.u8(cdb);
        let format = match TocFormat::of(Self::FORMAT, cdb) {
            TocFormat::TOC => TocFormat::new(old).unwrap_or(TocFormat::TOC),
            format if old == 0 => format,
            _ => {
                return Err(Self::refuse(
                    Self::OLD_FORMAT,
                    cdb,
                    "0 while FORMAT is not 0",
                ));
            }
        };
        Ok(Self {
            msf: Self::MSF.is_set(cdb),
            format,
            track_session: Self::TRACK_SESSION.u8(cdb),
            allocation_length: Self::ALLOCATION_LENGTH.u16(cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Bytes(self.allocation_length.into()))
    }
}

wire_code! {
    /// The sector type READ CD expects; a sector of another type ends the command with an error.
    SectorType: u8, 3 bits {
        ANY = 0, "any type";
        CD_DA = 1, "audio";
        MODE_1 = 2, "mode 1";
        MODE_2_FORMLESS = 3, "mode 2 without form";
        MODE_2_FORM_1 = 4, "mode 2 form 1";
        MODE_2_FORM_2 = 5, "mode 2 form 2";
    }
}

wire_code! {
    /// Which error flags READ CD adds to each block.
    C2Selection: u8, 2 bits {
        NONE = 0, "no error flags";
        C2 = 1, "294 bytes of C2 error bits";
        C2_AND_BLOCK = 2, "294 bytes of C2 error bits, their or, and a zero";
    }
}

wire_code! {
    /// Which subcode READ CD adds to each block.
    SubChannelSelection: u8, 3 bits {
        NONE = 0, "no subcode";
        RAW_PW = 1, "96 bytes of raw P-W";
        Q = 2, "16 bytes of Q";
        RW = 4, "96 bytes of R-W, corrected and de-interleaved";
    }
}

/// Which parts of the main channel READ CD returns.
///
/// # Spec
/// MMC-5 6.20 (main channel selection).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MainChannelSelection {
    /// The 12 bytes of sync.
    pub sync: bool,
    /// The 8 bytes of subheader of mode 2 forms 1 and 2.
    pub subheader: bool,
    /// The 4 bytes of header.
    pub header: bool,
    /// The user data: 2048, 2328, 2336 or 2352 bytes by sector type.
    pub user_data: bool,
    /// EDC, zeros and ECC: 288 bytes in mode 1, 280 in mode 2 form 1.
    pub edc_ecc: bool,
}

impl MainChannelSelection {
    /// Nothing of the main channel, for reading subcode alone.
    pub const NONE: Self = Self::of(false, false);
    /// The user data alone.
    pub const USER_DATA: Self = Self::of(true, false);
    /// All 2352 bytes, whatever the sector type.
    pub const ALL: Self = Self::of(true, true);

    const fn of(user_data: bool, rest: bool) -> Self {
        Self {
            sync: rest,
            subheader: rest,
            header: rest,
            user_data,
            edc_ecc: rest,
        }
    }

    /// Bytes a sector of this type gives; `None` if the type is open and makes a difference.
    fn bytes(self, sector_type: SectorType) -> Option<usize> {
        // Sync, header, subheader, user data, EDC and ECC of each type; they add up to 2352.
        let parts = match sector_type {
            _ if self == Self::NONE => return Some(0),
            _ if self == Self::ALL => return Some(2352),
            SectorType::CD_DA => return Some(2352),
            SectorType::MODE_1 => [12, 4, 0, 2048, 288],
            SectorType::MODE_2_FORMLESS => [12, 4, 0, 2336, 0],
            SectorType::MODE_2_FORM_1 => [12, 4, 8, 2048, 280],
            SectorType::MODE_2_FORM_2 => [12, 4, 8, 2328, 0],
            _ => return None,
        };
        let wanted = [
            self.sync,
            self.header,
            self.subheader,
            self.user_data,
            self.edc_ecc,
        ];
        let chosen = parts.iter().zip(wanted).filter(|(_, wanted)| *wanted);
        Some(chosen.map(|(bytes, _)| bytes).sum())
    }
}

/// Reads any sectors, with as much of main channel, error flags and subcode as asked for.
///
/// A block is what is asked for in this order: main channel, error flags, subcode.
///
/// # Spec
/// MMC-5 6.20, operation code BEh.
#[doc(alias = "READ CD")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadCd {
    /// The only sector type to accept.
    pub sector_type: SectorType,
    /// DAP: audio errors are concealed by interpolation.
    pub digital_audio_play: bool,
    /// The first sector.
    pub lba: Lba,
    /// How many sectors.
    pub length: Sectors,
    /// Parts of the main channel.
    pub main_channel: MainChannelSelection,
    /// Error flags.
    pub c2: C2Selection,
    /// Subcode.
    pub sub_channel: SubChannelSelection,
}

impl ReadCd {
    const SECTOR_TYPE: Field = Field::bits("EXPECTED SECTOR TYPE", 1, 4, 3);
    const DAP: Field = Field::bit("DAP", 1, 1);
    const LBA: Field = Field::bytes("STARTING LOGICAL BLOCK ADDRESS", 2, 4);
    const TRANSFER_LENGTH: Field = Field::bytes("TRANSFER LENGTH", 6, 3);
    const SYNC: Field = Field::bit("SYNC", 9, 7);
    const SUBHEADER: Field = Field::bit("HEADER CODES: SUBHEADER", 9, 6);
    const HEADER: Field = Field::bit("HEADER CODES: HEADER", 9, 5);
    const USER_DATA: Field = Field::bit("USER DATA", 9, 4);
    const EDC_ECC: Field = Field::bit("EDC AND ECC", 9, 3);
    const C2: Field = Field::bits("C2 ERROR INFORMATION", 9, 2, 2);
    const SUB_CHANNEL: Field = Field::bits("SUB-CHANNEL SELECTION", 10, 2, 3);

    /// All 2352 bytes and 96 bytes of raw P-W of each sector, of any type: 2448 bytes a block.
    #[must_use]
    pub const fn raw_96(lba: Lba, length: Sectors) -> Self {
        Self {
            sector_type: SectorType::ANY,
            digital_audio_play: false,
            lba,
            length,
            main_channel: MainChannelSelection::ALL,
            c2: C2Selection::NONE,
            sub_channel: SubChannelSelection::RAW_PW,
        }
    }

    /// Bytes of one block; `None` if that depends on the sectors found, or on a code not known here.
    #[must_use]
    pub fn block_bytes(&self) -> Option<usize> {
        let main = self.main_channel.bytes(self.sector_type)?;
        let c2 = match self.c2 {
            C2Selection::NONE => 0,
            C2Selection::C2 => 294,
            C2Selection::C2_AND_BLOCK => 296,
            _ => return None,
        };
        let sub = match self.sub_channel {
            SubChannelSelection::NONE => 0,
            SubChannelSelection::Q => 16,
            SubChannelSelection::RAW_PW | SubChannelSelection::RW => 96,
            _ => return None,
        };
        Some(main + c2 + sub)
    }
}

impl Layout for ReadCd {
    const NAME: &'static str = "READ CD";
    const OPCODE: u8 = 0xBE;
    const FIELDS: &'static [Field] = &[
        Self::SECTOR_TYPE,
        Self::DAP,
        Self::LBA,
        Self::TRANSFER_LENGTH,
        Self::SYNC,
        Self::SUBHEADER,
        Self::HEADER,
        Self::USER_DATA,
        Self::EDC_ECC,
        Self::C2,
        Self::SUB_CHANNEL,
    ];

    fn write(&self, cdb: &mut [u8]) {
        Self::SECTOR_TYPE.put(cdb, self.sector_type);
        Self::DAP.put(cdb, self.digital_audio_play);
        put_lba(Self::LBA, cdb, self.lba);
        Self::TRANSFER_LENGTH.put(cdb, self.length.count());
        Self::SYNC.put(cdb, self.main_channel.sync);
        Self::SUBHEADER.put(cdb, self.main_channel.subheader);
        Self::HEADER.put(cdb, self.main_channel.header);
        Self::USER_DATA.put(cdb, self.main_channel.user_data);
        Self::EDC_ECC.put(cdb, self.main_channel.edc_ecc);
        Self::C2.put(cdb, self.c2);
        Self::SUB_CHANNEL.put(cdb, self.sub_channel);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        let length = Sectors::new(Self::TRANSFER_LENGTH.get(cdb)).map_err(|_| {
            let must = "at most 450000 sectors";
            Self::refuse(Self::TRANSFER_LENGTH, cdb, must)
        })?;
        Ok(Self {
            sector_type: SectorType::of(Self::SECTOR_TYPE, cdb),
            digital_audio_play: Self::DAP.is_set(cdb),
            lba: Self::lba(Self::LBA, cdb)?,
            length,
            main_channel: MainChannelSelection {
                sync: Self::SYNC.is_set(cdb),
                subheader: Self::SUBHEADER.is_set(cdb),
                header: Self::HEADER.is_set(cdb),
                user_data: Self::USER_DATA.is_set(cdb),
                edc_ecc: Self::EDC_ECC.is_set(cdb),
            },
            c2: C2Selection::of(Self::C2, cdb),
            sub_channel: SubChannelSelection::of(Self::SUB_CHANNEL, cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Blocks(self.length.count()))
    }
}
