//! Recording: calibration, WRITE, flush, and how full the buffer is.

use cd_address::{Lba, Sectors};
use cd_mmc::mode_page::WriteType;
use cd_mmc::response::{BufferCapacity, OpcEntry};
use cd_mmc::{ReadBufferCapacity, SendOpcInformation, Sense, SynchronizeCache, Write10, Write12};

use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::closing::lead_in_sectors;
use crate::condition::Condition;
use crate::disc::{Disc, DiscState};
use crate::disc_file::DiscFileError;
use crate::open_session::{RUN_OUT_SECTORS, open_session};
use crate::quirk::Quirk;
use crate::recording::{Laser, Recording, Way};
use crate::state::{Drive, Mounted};
use crate::timing::WriteBuffer;
use crate::track_at_once::TrackAtOnce;

/// Sectors that are made at a time.
const STEP_SECTORS: u32 = 256;

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

    /// The same; no transfer is long enough for more blocks than WRITE (10) can name.
    pub(super) fn write12(&mut self, command: &Write12, blocks: &[u8]) -> Outcome {
        let n_blocks = u16::try_from(command.n_blocks).map_err(|_| bad_field(6, 7))?;
        self.write10(&Write10::new(command.lba, n_blocks), blocks)
    }

    fn new_recording(&self) -> Result<Recording, Sense> {
        let mounted = self.mounted()?;
        let page = &self.pages.write;
        let is_appending =
            mounted.disc.state() == DiscState::Appendable && page.write_type != WriteType::RAW;
        if mounted.disc.state() != DiscState::Blank && !is_appending {
            return Err(Sense::PROGRAM_AREA_NOT_EMPTY);
        }
        let (way, start) = match page.write_type {
            WriteType::TRACK_AT_ONCE if self.profile.has_track_at_once => {
                let (track, pregap) = self.track_to_record(mounted)?;
                (Way::Track(Box::new(track)), pregap)
            }
            WriteType::SESSION_AT_ONCE => {
                let session = self
                    .cue_sheet
                    .clone()
                    .ok_or(Sense::COMMAND_SEQUENCE_ERROR)?;
                let start = session.range().start();
                (Way::Session(session), start)
            }
            _ => {
                let layout = self.pages.raw_layout();
                let layout = layout.ok_or(Sense::ILLEGAL_MODE_FOR_THIS_TRACK)?;
                (
                    Way::Raw(layout),
                    mounted.disc.medium().lead_in_start.to_lba(),
                )
            }
        };
        self.check_speeds()?;
        let laser = self.laser();
        let speed = laser.turning.offer.speed;
        let size = self.profile.buffer_bytes;
        let buffer = WriteBuffer::new(size, self.block_bytes(), speed, self.now());
        Ok(Recording::new(way, start, buffer, laser))
    }

    /// The next track, and where its pregap begins. Parameters that do not go together make none, 05/64/00; a disc that is
    /// full has no room for one, 05/63/00.
    fn track_to_record(&self, mounted: &Mounted) -> Result<(TrackAtOnce, Lba), Sense> {
        let page = &self.pages.write;
        let open = open_session(mounted);
        let (pregap, start) = open.next_start(page);
        let last_lead_out = mounted.disc.medium().last_lead_out.to_lba();
        let limit = Sectors::new(RUN_OUT_SECTORS).and_then(|run_out| last_lead_out.sub(run_out));
        let limit = limit.unwrap_or(last_lead_out);
        if open.next_track() > 99 || start >= limit {
            return Err(Sense::END_OF_USER_AREA);
        }
        let track = TrackAtOnce::new(page, open.next_track(), (pregap, start), limit);
        Ok((track.ok_or(Sense::ILLEGAL_MODE_FOR_THIS_TRACK)?, pregap))
    }

    fn laser(&self) -> Laser {
        Laser {
            is_simulated: self.pages.is_simulated(),
            is_protected: self.pages.write.buffer_underrun_free,
            turning: self.turning(),
        }
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
        let n_bytes = recording.n_bytes(command.lba, n_blocks);
        let n_bytes = n_bytes.ok_or_else(|| not_writable(command.lba))?;
        if blocks.len() != n_bytes {
            return Err(bad_field(7, 7));
        }
        let Some(mounted) = self.mounted.as_mut().filter(|_| n_blocks > 0) else {
            return Ok(0);
        };
        recording.check(command.lba, n_blocks, mounted.disc.medium())?;
        // While the laser is at the drive's own sectors, the host would wait too long for room.
        let reports_long_write = self.profile.reports_long_write || recording.buffer.is_making();
        if reports_long_write && !recording.buffer.has_room(n_blocks) {
            recording.buffer.start();
            return Err(Sense::LONG_WRITE_IN_PROGRESS);
        }
        let is_prepared = prepare(recording, mounted).is_ok();
        if !is_prepared || make(recording, &mut mounted.disc).is_err() {
            recording.is_broken = true;
            return Err(Sense::WRITE_ERROR);
        }
        if !recording.is_simulated() {
            let failing = self.profile.quirk(|quirk| match quirk {
                Quirk::WriteFails { at, sense } => {
                    let ahead = at.since(command.lba)?.count();
                    (ahead < n_blocks).then_some((ahead, *sense, *at))
                }
                _ => None,
            });
            let n_good = failing.and_then(|(ahead, ..)| recording.n_bytes(command.lba, ahead));
            // The host sees a failing disc file as a failing medium.
            let good = recording.expand(command.lba, &blocks[..n_good.unwrap_or(n_bytes)]);
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
        if make(recording, &mut mounted.disc).is_err() {
            recording.is_broken = true;
            return Err(Sense::WRITE_ERROR);
        }
        self.pass(wait);
        if recording.is_whole() {
            let ready = self.now().saturating_add(recording.buffer.time_to_empty());
            recording.flush(ready);
        }
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

    /// Ends the recording: when the buffer has run out, a raw session is what its own lead-in makes of it, and a track is
    /// closed.
    pub(super) fn synchronize_cache(&mut self, command: &SynchronizeCache) -> Outcome {
        self.mounted()?;
        self.report_lost_streaming()?;
        self.flush(command.immediate)?;
        Ok(0)
    }

    /// Lets the buffer run out, and with it the recording.
    pub(super) fn flush(&mut self, is_immediate: bool) -> Result<(), Sense> {
        let now = self.now();
        let after = self.profile.quirk(|quirk| match quirk {
            Quirk::LongFlush(lasts) => Some(*lasts),
            _ => None,
        });
        let (Some(recording), Some(mounted)) = (&mut self.recording, &mut self.mounted) else {
            return Ok(());
        };
        if !recording.is_flushing() {
            recording.end_track();
            if make(recording, &mut mounted.disc).is_err() {
                self.recording = None;
                return Err(Sense::WRITE_ERROR);
            }
            let rest = recording.buffer.time_to_empty();
            let ready = now.saturating_add(rest);
            recording.flush(ready.saturating_add(after.unwrap_or_default()));
        }
        let rest = recording.ready_at().saturating_sub(now);
        let to_empty = recording.buffer.time_to_empty();
        if !is_immediate {
            self.pass(rest.max(to_empty));
        }
        Ok(())
    }
}

impl Drive {
    /// Calibrates, or takes values found before: this laser is always right, so they are looked at and forgotten.
    ///
    /// A disc that cannot be written any more has nothing to calibrate for: 05/30/05.
    pub(super) fn send_opc(&mut self, command: &SendOpcInformation, entries: &[u8]) -> Outcome {
        if !self.mounted()?.disc.is_writable() {
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

/// An address that is not the next one, or for which the host sends nothing.
pub(crate) fn not_writable(lba: Lba) -> Sense {
    Sense::INVALID_ADDRESS_FOR_WRITE.with_information(lba.value().cast_unsigned())
}

/// Leaves room for the lead-in of a session that begins with this track.
fn prepare(recording: &Recording, mounted: &mut Mounted) -> Result<(), DiscFileError> {
    let open = open_session(mounted);
    let begins_session = matches!(recording.way, Way::Track(_))
        && recording.n_accepted == 0
        && open.tracks.is_empty();
    if recording.is_simulated() || !begins_session {
        return Ok(());
    }
    let disc = &mut mounted.disc;
    let n_sectors = lead_in_sectors(open.number, disc.medium());
    disc.begin_recording()?;
    disc.reserve_lead_in(n_sectors)
}

/// Records what the drive makes itself up to the next block of the host's.
fn make(recording: &mut Recording, disc: &mut Disc) -> Result<(), DiscFileError> {
    while let Some(range) = recording.made() {
        let step = Sectors::new(STEP_SECTORS).unwrap_or(Sectors::MAX);
        if !recording.is_simulated() {
            for piece in range.chunks(step) {
                store(disc, recording.make(piece))?;
            }
        }
        recording.count_made(range);
    }
    Ok(())
}

fn store(disc: &mut Disc, sectors: &[u8]) -> Result<(), DiscFileError> {
    if disc.is_writable() {
        disc.begin_recording()?;
    }
    disc.append(sectors)
}
