//! Recording: calibration, WRITE, flush, and how full the buffer is.

use cd_mmc::response::{BufferCapacity, OpcEntry};
use cd_mmc::{ReadBufferCapacity, SendOpcInformation, Sense, SynchronizeCache, Write10};

use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::condition::Condition;
use crate::disc::{Disc, DiscState};
use crate::disc_file::DiscFileError;
use crate::quirk::Quirk;
use crate::recording::Recording;
use crate::state::Drive;
use crate::timing::WriteBuffer;

impl Drive {
    /// Raw recording: the disc must be blank, the first block is that of the medium's lead-in start, every other
    /// one follows the one before.
    ///
    /// The refusals, in the order they are looked for: the buffer ran empty since the last WRITE, 03/0C/09, told once;
    /// a disc that is not blank, 05/2C/03; a write type that is not raw, 05/64/00; data that are not so many
    /// blocks of the selected type, 05/24/00; an address outside the medium, 05/21/00; any other than the
    /// next, 05/21/02; no room in the buffer, 02/04/08, if the profile has it so. No blocks at all are no error.
    pub(super) fn write10(&mut self, command: &Write10, blocks: &[u8]) -> Outcome {
        self.report_lost_streaming()?;
        self.check_protection()?;
        self.stall()?;
        let (mut recording, is_new) = match self.recording.take() {
            Some(recording) => (recording, false),
            None => (self.new_recording()?, true),
        };
        let outcome = self.take_blocks(&mut recording, command, blocks);
        let is_spoiled = std::mem::take(&mut recording.is_broken);
        let has_begun = !is_new || matches!(outcome, Ok(1..));
        self.recording = Some(recording).filter(|_| has_begun && !is_spoiled);
        outcome
    }

    fn new_recording(&self) -> Result<Recording, Sense> {
        let disc = &self.mounted()?.disc;
        if disc.state() != DiscState::Blank {
            return Err(Sense::PROGRAM_AREA_NOT_EMPTY);
        }
        let mode = self
            .pages
            .raw_mode()
            .ok_or(Sense::ILLEGAL_MODE_FOR_THIS_TRACK)?;
        self.check_speeds()?;
        let (size, turning) = (self.profile.buffer_bytes, self.turning());
        let speed = turning.offer.speed;
        let buffer = WriteBuffer::new(size, self.block_bytes(), speed, self.now());
        Ok(Recording::new(mode, disc.medium(), buffer, turning))
    }

    /// Refuses a medium that cannot be recorded at any of the drive's speeds: 05/30/05.
    pub(super) fn check_speeds(&self) -> Result<(), Sense> {
        if self.offers().is_empty() {
            return Err(Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT);
        }
        Ok(())
    }

    /// Refuses to change a disc that is write protected.
    pub(super) fn check_protection(&self) -> Result<(), Sense> {
        match self.condition().and_then(Condition::write_protection) {
            Some(sense) => Err(sense),
            None => Ok(()),
        }
    }

    /// Has the recording stand still for a time, if the drive is one that does so.
    fn stall(&mut self) -> Result<(), Sense> {
        let stall = self.profile.quirk(|quirk| match quirk {
            Quirk::LongWrite {
                after_blocks,
                lasts,
            } => Some((*after_blocks, *lasts)),
            _ => None,
        });
        let Some((after_blocks, lasts)) = stall else {
            return Ok(());
        };
        let now = self.now();
        let n_accepted = self
            .recording
            .as_ref()
            .map_or(0, |recording| recording.n_accepted);
        if n_accepted < after_blocks {
            return Ok(());
        }
        let until = *self.stall.get_or_insert(now.saturating_add(lasts));
        if now >= until {
            return Ok(());
        }
        if let Some(recording) = &mut self.recording {
            recording.buffer.rest(until);
        }
        Err(Sense::LONG_WRITE_IN_PROGRESS)
    }

    fn take_blocks(
        &mut self,
        recording: &mut Recording,
        command: &Write10,
        blocks: &[u8],
    ) -> Outcome {
        let n_blocks = u32::from(command.n_blocks);
        if self.profile.has_write_limit_below(blocks.len()) {
            return Err(bad_field(7, 7));
        }
        if blocks.len() != usize::from(command.n_blocks) * recording.layout.sector_bytes() {
            return Err(bad_field(7, 7));
        }
        let Some(mounted) = self.mounted.as_mut().filter(|_| n_blocks > 0) else {
            return Ok(0);
        };
        recording.check(command.lba, n_blocks, mounted.disc.medium())?;
        if self.profile.reports_long_write && !recording.buffer.has_room(n_blocks) {
            recording.buffer.start();
            return Err(Sense::LONG_WRITE_IN_PROGRESS);
        }
        if !recording.is_simulated {
            let failing = self.profile.quirk(|quirk| match quirk {
                Quirk::WriteFails { at, sense } => {
                    let ahead = at.since(command.lba)?.count();
                    (ahead < n_blocks).then_some((ahead, *sense, *at))
                }
                _ => None,
            });
            let block_bytes = recording.layout.sector_bytes();
            let n_good = failing.map_or(usize::from(command.n_blocks), |(ahead, ..)| {
                usize::try_from(ahead).unwrap_or(0)
            });
            // The host sees a failing disc file as a failing medium.
            let good = recording.expand(&blocks[..n_good * block_bytes]);
            if store(&mut mounted.disc, good).is_err() {
                recording.is_broken = true;
                return Err(Sense::WRITE_ERROR);
            }
            if let Some((_, sense, at)) = failing {
                recording.is_broken = true;
                return Err(sense.with_information(at.value().cast_unsigned()));
            }
        }
        let wait = recording.accept(n_blocks);
        self.pass(wait);
        Ok(blocks.len())
    }

    fn report_lost_streaming(&mut self) -> Result<(), Sense> {
        if std::mem::take(&mut self.is_streaming_lost) {
            let told = self.profile.quirk(|quirk| match quirk {
                Quirk::UnderrunSense(sense) => Some(*sense),
                _ => None,
            });
            return Err(told.unwrap_or(Sense::WRITE_ERROR_LOSS_OF_STREAMING));
        }
        Ok(())
    }

    /// Ends the raw recording: when the buffer has run out, the disc is what its own lead-in makes of it.
    pub(super) fn synchronize_cache(&mut self, command: &SynchronizeCache) -> Outcome {
        self.mounted()?;
        self.report_lost_streaming()?;
        let now = self.now();
        let after = self.profile.quirk(|quirk| match quirk {
            Quirk::LongFlush(lasts) => Some(*lasts),
            _ => None,
        });
        if let Some(recording) = &mut self.recording {
            if !recording.is_flushing() {
                let rest = recording.buffer.time_to_empty();
                let ready = now.saturating_add(rest);
                recording.flush(ready.saturating_add(after.unwrap_or_default()));
            }
            let rest = recording.ready_at().saturating_sub(now);
            let to_empty = recording.buffer.time_to_empty();
            if !command.immediate {
                self.pass(rest.max(to_empty));
            }
        }
        Ok(0)
    }
}

impl Drive {
    /// Calibrates, or takes values found before: this laser is always right, so they are looked at and forgotten.
    ///
    /// A disc that cannot be written any more has nothing to calibrate for: 05/30/05.
    pub(super) fn send_opc(&mut self, command: &SendOpcInformation, entries: &[u8]) -> Outcome {
        if self.mounted()?.disc.state() != DiscState::Blank {
            return Err(Sense::CANNOT_WRITE_INCOMPATIBLE_FORMAT);
        }
        self.check_protection()?;
        self.check_speeds()?;
        let length = usize::from(command.parameter_list_length);
        if command.do_opc && length > 0 {
            return Err(bad_field(7, 7));
        }
        if entries.len() != length || !length.is_multiple_of(OpcEntry::BYTES) {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        if command.do_opc {
            self.pass(self.profile.calibration_time);
            let told = self.profile.quirk(|quirk| match quirk {
                Quirk::CalibrationSense(sense) => Some(*sense),
                _ => None,
            });
            if let Some(sense) = told {
                return Err(sense);
            }
        }
        Ok(length)
    }

    pub(super) fn read_buffer_capacity(
        &self,
        command: &ReadBufferCapacity,
        data: Data<'_>,
    ) -> Outcome {
        let lie = self.profile.quirk(|quirk| match quirk {
            Quirk::BufferCapacity { total, available } => Some((*total, *available)),
            _ => None,
        });
        let size = self.profile.buffer_bytes;
        let buffer = self.recording.as_ref().map(|recording| &recording.buffer);
        let capacity = if let Some((total, available)) = lie {
            match command.in_blocks {
                true => BufferCapacity::Blocks {
                    available: available / self.block_bytes(),
                },
                false => BufferCapacity::Bytes { total, available },
            }
        } else if command.in_blocks {
            let block_bytes = self.block_bytes();
            let free = buffer.map_or(size / block_bytes, WriteBuffer::free_blocks);
            BufferCapacity::Blocks { available: free }
        } else {
            BufferCapacity::Bytes {
                total: buffer.map_or(size, WriteBuffer::capacity_bytes),
                available: buffer.map_or(size, WriteBuffer::free_bytes),
            }
        };
        let mut answer = [0; BufferCapacity::BYTES];
        capacity.encode_into(&mut answer);
        Ok(reply(&answer, command.allocation_length.into(), data))
    }

    /// Bytes of the blocks WRITE takes as the write parameters are now.
    fn block_bytes(&self) -> u32 {
        let selected = self.pages.write.data_block_type.block_bytes();
        selected
            .and_then(|bytes| u32::try_from(bytes).ok())
            .unwrap_or(2048)
    }
}

fn store(disc: &mut Disc, sectors: &[u8]) -> Result<(), DiscFileError> {
    if disc.state() == DiscState::Blank {
        disc.begin_recording()?;
    }
    disc.append(sectors)
}
