//! Reading sectors.

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::{
    C2Selection, MainChannelSelection, Read10, Read12, ReadCd, ReadCdMsf, SectorType, Sense,
    SubChannelSelection,
};
use cd_transport::Data;

use super::{Outcome, bad_field};
use crate::disc::DiscState;
use crate::reading::{Expected, Reader, Selection, Sink};
use crate::state::Drive;
use crate::timing::time_at;

impl Drive {
    pub(super) fn read_cd(&mut self, command: &ReadCd, data: Data<'_>) -> Outcome {
        if command.sector_type > SectorType::MODE_2_FORM_2 {
            return Err(bad_field(1, 4));
        }
        if command.c2 > C2Selection::C2_AND_BLOCK {
            return Err(bad_field(9, 2));
        }
        let is_offered = matches!(
            command.sub_channel,
            SubChannelSelection::NONE
                | SubChannelSelection::RAW_PW
                | SubChannelSelection::Q
                | SubChannelSelection::RW
        );
        if !is_offered {
            return Err(bad_field(10, 2));
        }
        let selection = Selection {
            expected: match command.sector_type {
                SectorType::ANY => Expected::Any,
                sector_type => Expected::Only(sector_type),
            },
            main_channel: command.main_channel,
            c2: command.c2,
            sub_channel: command.sub_channel,
            is_corrected: self.is_corrected(),
        };
        let reader = self.reader()?;
        let range = reader.range(command.lba, command.length)?;
        let mut sink = Sink::new(room(data));
        let outcome = reader.read(range, selection, &mut sink);
        self.end_reading(range, sink.len(), outcome)
    }

    pub(super) fn read_cd_msf(&mut self, command: &ReadCdMsf, data: Data<'_>) -> Outcome {
        let command = command.to_read_cd().ok_or(bad_field(3, 7))?;
        self.read_cd(&command, data)
    }

    pub(super) fn read10(&mut self, command: &Read10, data: Data<'_>) -> Outcome {
        self.read_blocks(command.lba, command.n_blocks.into(), data)
    }

    pub(super) fn read12(&mut self, command: &Read12, data: Data<'_>) -> Outcome {
        self.read_blocks(command.lba, command.n_blocks, data)
    }

    fn read_blocks(&mut self, lba: Lba, n_blocks: u32, data: Data<'_>) -> Outcome {
        let selection = Selection {
            expected: Expected::Data2048,
            main_channel: MainChannelSelection::USER_DATA,
            c2: C2Selection::NONE,
            sub_channel: SubChannelSelection::NONE,
            is_corrected: self.is_corrected(),
        };
        let reader = self.reader()?;
        let length = Sectors::new(n_blocks).map_err(|_| bad_field(7, 7))?;
        let range = reader.range(lba, length)?;
        let mut sink = Sink::new(room(data));
        let outcome = reader.read(range, selection, &mut sink);
        self.end_reading(range, sink.len(), outcome)
    }

    /// Counts time and bytes of a reading. What comes before a sector that cannot be read is handed over: hosts take it for
    /// good by the address in the sense data.
    fn end_reading(
        &mut self,
        range: LbaRange,
        n_bytes: usize,
        outcome: Result<(), Sense>,
    ) -> Outcome {
        self.moved_before_failing = n_bytes;
        self.head = range.last().or(self.head);
        self.pass(time_at(self.profile.read_speed, range.len().count()));
        outcome.map(|()| n_bytes)
    }

    /// Whether sectors are held against their EDC; a host can have that left out by mode page 01h.
    const fn is_corrected(&self) -> bool {
        !self.pages.plain.error_recovery.flags.disable_correction
    }

    pub(super) fn reader(&self) -> Result<Reader<'_>, Sense> {
        let mounted = self.mounted()?;
        Reader::of(mounted).ok_or(match mounted.disc.state() {
            DiscState::Blank => Sense::LBA_OUT_OF_RANGE,
            _ => Sense::TOC_UNREADABLE,
        })
    }
}

fn room(data: Data<'_>) -> &mut [u8] {
    match data {
        Data::In(out) => out,
        Data::None | Data::Out(_) => &mut [],
    }
}
