//! Moving the head, and looking at sectors without handing them over.

use cd_address::{Lba, Sectors};
use cd_mmc::response::{SectorHeader, TocAddress};
use cd_mmc::{
    C2Selection, MainChannelSelection, ReadHeader, SectorType, Seek10, Sense, SubChannelSelection,
    Verify10,
};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::reading::{Expected, Selection, Sink};
use crate::state::Drive;
use crate::timing::time_at;

impl Drive {
    /// Back to where the head is before anything was read.
    pub(super) fn rezero(&mut self) -> Outcome {
        self.head = None;
        Ok(0)
    }

    pub(super) fn seek(&mut self, command: &Seek10) -> Outcome {
        let one = Sectors::new(1).map_err(|_| Sense::LBA_OUT_OF_RANGE)?;
        self.reader()?.range(command.lba, one)?;
        self.head = Some(command.lba);
        Ok(0)
    }

    /// Reads the user data of data sectors, as READ (10) does, into nowhere.
    pub(super) fn verify10(&mut self, command: &Verify10) -> Outcome {
        if command.byte_check {
            return Err(bad_field(1, 1));
        }
        let selection = Selection {
            expected: Expected::Data2048,
            main_channel: MainChannelSelection::USER_DATA,
            c2: C2Selection::NONE,
            sub_channel: SubChannelSelection::NONE,
            is_corrected: true,
        };
        let n_blocks = u32::from(command.n_blocks);
        let reader = self.reader()?;
        let range = reader.range(
            command.lba,
            Sectors::new(n_blocks).map_err(|_| bad_field(7, 7))?,
        )?;
        reader.read(range, selection, &mut Sink::new(&mut []))?;
        self.head = range.last().or(self.head);
        self.pass(time_at(self.profile.read_speed, n_blocks));
        Ok(0)
    }

    /// Mode and address of a data sector; audio has no header, 05/64/00.
    pub(super) fn read_header(&mut self, command: &ReadHeader, data: Data<'_>) -> Outcome {
        let reader = self.reader()?;
        let one = Sectors::new(1).map_err(|_| Sense::LBA_OUT_OF_RANGE)?;
        reader.range(command.lba, one)?;
        let mode = match reader.sector_type_at(command.lba) {
            None => return Err(Sense::LEC_UNCORRECTABLE_ERROR),
            Some(SectorType::CD_DA) => return Err(Sense::ILLEGAL_MODE_FOR_THIS_TRACK),
            Some(SectorType::MODE_1) => 1,
            Some(_) => 2,
        };
        let header = SectorHeader {
            mode,
            address: header_address(command.lba, command.msf),
        };
        let mut answer = [0; SectorHeader::BYTES];
        header.encode_into(&mut answer);
        self.head = Some(command.lba);
        self.pass(time_at(self.profile.read_speed, 1));
        Ok(reply(&answer, command.allocation_length.into(), data))
    }
}

/// A sector is only read as data if the address in its header is its own.
fn header_address(lba: Lba, as_msf: bool) -> TocAddress {
    if as_msf {
        TocAddress::from_msf(lba.to_msf())
    } else {
        TocAddress::from_lba(lba)
    }
}
