//! Reading sectors of a complete disc.

use cd_address::Sectors;
use cd_mmc::{
    C2Selection, MainChannelSelection, Read10, ReadCd, SectorType, Sense, SubChannelSelection,
};
use cd_transport::Data;

use super::{Outcome, bad_field};
use crate::disc::DiscState;
use crate::reading::{Expected, Reader, Selection};
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
            SubChannelSelection::NONE | SubChannelSelection::RAW_PW | SubChannelSelection::Q
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
        };
        let reader = self.reader()?;
        let range = reader.range(command.lba, command.length)?;
        let outcome = reader.read(range, selection, room(data));
        self.head = range.last().or(self.head);
        self.pass(time_at(self.profile.read_speed, range.len().count()));
        outcome
    }

    pub(super) fn read10(&mut self, command: &Read10, data: Data<'_>) -> Outcome {
        let selection = Selection {
            expected: Expected::Data2048,
            main_channel: MainChannelSelection::USER_DATA,
            c2: C2Selection::NONE,
            sub_channel: SubChannelSelection::NONE,
        };
        let n_blocks = u32::from(command.n_blocks);
        let reader = self.reader()?;
        let length = Sectors::new(n_blocks).map_err(|_| bad_field(7, 7))?;
        let range = reader.range(command.lba, length)?;
        let outcome = reader.read(range, selection, room(data));
        self.head = range.last().or(self.head);
        self.pass(time_at(self.profile.read_speed, n_blocks));
        outcome
    }

    fn reader(&self) -> Result<Reader<'_>, Sense> {
        let mounted = self.mounted()?;
        match &mounted.contents {
            Some(contents) => Ok(Reader {
                disc: &mounted.disc,
                contents,
            }),
            None if mounted.disc.state() == DiscState::Blank => Err(Sense::LBA_OUT_OF_RANGE),
            None => Err(Sense::TOC_UNREADABLE),
        }
    }
}

fn room(data: Data<'_>) -> &mut [u8] {
    match data {
        Data::In(out) => out,
        Data::None | Data::Out(_) => &mut [],
    }
}
