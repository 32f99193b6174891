//! The device as a device: its units, its mechanism, its memory.

use cd_address::Lba;
use cd_mmc::response::{BufferDescriptor, LunList, MechanismState, MechanismStatus};
use cd_mmc::{
    BufferMode, LoadUnloadMedium, PowerCondition, ReadBuffer, ReadMechanismStatus, ReportLuns,
    Sense, StartStopUnit, WriteBuffer,
};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::state::Drive;

impl Drive {
    /// One unit, and no well-known ones.
    pub(super) fn report_luns(command: &ReportLuns, data: Data<'_>) -> Outcome {
        let n_units = match command.select_report {
            0 | 2 => 1,
            1 => 0,
            _ => return Err(bad_field(2, 7)),
        };
        // SPC-3 6.21: there must be room for one unit.
        if command.allocation_length < 16 {
            return Err(bad_field(6, 7));
        }
        let mut answer = [0; LunList::BYTES];
        let len = LunList { n_units }.encode_into(&mut answer);
        Ok(reply(
            &answer[..len],
            asked(command.allocation_length),
            data,
        ))
    }

    /// Tray in or out, as START STOP UNIT has it. There is one place for a disc, slot 0.
    pub(super) fn load_unload(&mut self, command: &LoadUnloadMedium) -> Outcome {
        if command.slot != 0 {
            return Err(bad_field(8, 7));
        }
        self.start_stop(&StartStopUnit {
            immediate: command.immediate,
            power_condition: PowerCondition::NO_CHANGE,
            load_eject: command.load_unload,
            start: command.start,
        })
    }

    pub(super) fn mechanism_status(
        &self,
        command: &ReadMechanismStatus,
        data: Data<'_>,
    ) -> Outcome {
        let playing = self.player.filter(|player| !player.is_over(self.now()));
        let state = if playing.is_some() {
            MechanismState::PLAYING
        } else if self.recording.is_some() || !self.pending_for().is_zero() {
            MechanismState::ACTIVE
        } else {
            MechanismState::IDLE
        };
        let position = self.played_position().or(self.head).unwrap_or(Lba::ZERO);
        let status = MechanismStatus::new(state, self.is_tray_open, position);
        let mut answer = [0; MechanismStatus::BYTES];
        status.encode_into(&mut answer);
        Ok(reply(&answer, command.allocation_length.into(), data))
    }

    /// What WRITE BUFFER left, and zeros elsewhere. Only buffer 0 is there, with any offset in it.
    pub(super) fn read_buffer(&self, command: &ReadBuffer, data: Data<'_>) -> Outcome {
        if command.buffer_id != 0 {
            return Err(bad_field(2, 7));
        }
        let capacity = self.profile.buffer_bytes.min(LARGEST_BUFFER);
        let descriptor = BufferDescriptor {
            offset_boundary: 0,
            capacity,
        };
        let mut answer = vec![0; BufferDescriptor::BYTES];
        descriptor.encode_into(&mut answer);
        match command.mode {
            BufferMode::DESCRIPTOR => {}
            BufferMode::HEADER_AND_DATA if command.offset == 0 => {
                self.put_buffer(0, command.allocation_length, &mut answer);
            }
            BufferMode::HEADER_AND_DATA => return Err(bad_field(3, 7)),
            BufferMode::DATA if command.offset < capacity => {
                answer.clear();
                self.put_buffer(command.offset, command.allocation_length, &mut answer);
            }
            BufferMode::DATA => return Err(bad_field(3, 7)),
            _ => return Err(bad_field(1, 4)),
        }
        Ok(reply(&answer, asked(command.allocation_length), data))
    }

    fn put_buffer(&self, offset: u32, most: u32, answer: &mut Vec<u8>) {
        let capacity = self.profile.buffer_bytes.min(LARGEST_BUFFER);
        let n_bytes = asked(capacity.saturating_sub(offset).min(most));
        let offset = asked(offset).min(self.scratch.len());
        let written = &self.scratch[offset..];
        let written = &written[..written.len().min(n_bytes)];
        let end = answer.len() + n_bytes;
        answer.extend_from_slice(written);
        answer.resize(end, 0);
    }

    /// Kept until power off, outside any recording: the recording has the buffer then.
    pub(super) fn write_buffer(&mut self, command: &WriteBuffer, bytes: &[u8]) -> Outcome {
        if command.mode != BufferMode::DATA {
            return Err(bad_field(1, 4));
        }
        if command.buffer_id != 0 {
            return Err(bad_field(2, 7));
        }
        if self.recording.is_some() {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        let capacity = asked(self.profile.buffer_bytes.min(LARGEST_BUFFER));
        let (offset, length) = (asked(command.offset), asked(command.parameter_list_length));
        if offset + length > capacity {
            return Err(bad_field(6, 7));
        }
        if bytes.len() != length {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        if self.scratch.len() < offset + length {
            self.scratch.resize(offset + length, 0);
        }
        self.scratch[offset..offset + length].copy_from_slice(bytes);
        Ok(length)
    }
}

/// The largest buffer whose size READ BUFFER can tell.
const LARGEST_BUFFER: u32 = 0x00FF_FFFF;

fn asked(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}
