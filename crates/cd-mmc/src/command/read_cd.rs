use cd_address::{Lba, Sectors};

use crate::code::wire_code;
use crate::command::{DataDirection, DataLength, Layout, put_lba};
use crate::{BinMsf, DecodeError, Field};

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

    fn of_cdb(cdb: &[u8]) -> Self {
        Self {
            sync: ReadCd::SYNC.is_set(cdb),
            subheader: ReadCd::SUBHEADER.is_set(cdb),
            header: ReadCd::HEADER.is_set(cdb),
            user_data: ReadCd::USER_DATA.is_set(cdb),
            edc_ecc: ReadCd::EDC_ECC.is_set(cdb),
        }
    }

    fn put(self, cdb: &mut [u8]) {
        ReadCd::SYNC.put(cdb, self.sync);
        ReadCd::SUBHEADER.put(cdb, self.subheader);
        ReadCd::HEADER.put(cdb, self.header);
        ReadCd::USER_DATA.put(cdb, self.user_data);
        ReadCd::EDC_ECC.put(cdb, self.edc_ecc);
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
        self.main_channel.put(cdb);
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
            main_channel: MainChannelSelection::of_cdb(cdb),
            c2: C2Selection::of(Self::C2, cdb),
            sub_channel: SubChannelSelection::of(Self::SUB_CHANNEL, cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        DataDirection::In(DataLength::Blocks(self.length.count()))
    }
}

/// [`ReadCd`] with times for addresses.
///
/// # Spec
/// MMC-5 6.21, operation code B9h.
#[doc(alias = "READ CD MSF")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadCdMsf {
    /// The only sector type to accept.
    pub sector_type: SectorType,
    /// DAP: audio errors are concealed by interpolation.
    pub digital_audio_play: bool,
    /// The time of the first sector.
    pub start: BinMsf,
    /// The time of the sector before which to stop.
    pub end: BinMsf,
    /// Parts of the main channel.
    pub main_channel: MainChannelSelection,
    /// Error flags.
    pub c2: C2Selection,
    /// Subcode.
    pub sub_channel: SubChannelSelection,
}

impl ReadCdMsf {
    const START: Field = Field::bytes("STARTING M, S, F FIELDS", 3, 3);
    const END: Field = Field::bytes("ENDING M, S, F FIELDS", 6, 3);

    /// The same with logical block addresses; `None` unless both times are times and the end is not before the start.
    #[must_use]
    pub fn to_read_cd(&self) -> Option<ReadCd> {
        let start = self.start.to_msf().ok()?.to_lba();
        let end = self.end.to_msf().ok()?.to_lba();
        Some(ReadCd {
            sector_type: self.sector_type,
            digital_audio_play: self.digital_audio_play,
            lba: start,
            length: end.since(start)?,
            main_channel: self.main_channel,
            c2: self.c2,
            sub_channel: self.sub_channel,
        })
    }
}

impl Layout for ReadCdMsf {
    const NAME: &'static str = "READ CD MSF";
    const OPCODE: u8 = 0xB9;
    const FIELDS: &'static [Field] = &[
        ReadCd::SECTOR_TYPE,
        ReadCd::DAP,
        Self::START,
        Self::END,
        ReadCd::SYNC,
        ReadCd::SUBHEADER,
        ReadCd::HEADER,
        ReadCd::USER_DATA,
        ReadCd::EDC_ECC,
        ReadCd::C2,
        ReadCd::SUB_CHANNEL,
    ];

    fn write(&self, cdb: &mut [u8]) {
        ReadCd::SECTOR_TYPE.put(cdb, self.sector_type);
        ReadCd::DAP.put(cdb, self.digital_audio_play);
        self.start.put(Self::START, cdb);
        self.end.put(Self::END, cdb);
        self.main_channel.put(cdb);
        ReadCd::C2.put(cdb, self.c2);
        ReadCd::SUB_CHANNEL.put(cdb, self.sub_channel);
    }

    fn read(cdb: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self {
            sector_type: SectorType::of(ReadCd::SECTOR_TYPE, cdb),
            digital_audio_play: ReadCd::DAP.is_set(cdb),
            start: BinMsf::of(Self::START, cdb),
            end: BinMsf::of(Self::END, cdb),
            main_channel: MainChannelSelection::of_cdb(cdb),
            c2: C2Selection::of(ReadCd::C2, cdb),
            sub_channel: SubChannelSelection::of(ReadCd::SUB_CHANNEL, cdb),
        })
    }

    fn data_direction(&self) -> DataDirection {
        let length = self.to_read_cd().map_or(0, |read| read.length.count());
        DataDirection::In(DataLength::Blocks(length))
    }
}
