//! Which command does what, and what is checked before any of them.

mod blank;
mod close;
mod cue_sheet;
mod device;
mod identity;
mod information;
mod mode;
mod performance;
mod play;
mod read;
mod seek;
mod status;
mod sub_channel;
mod tracks;
mod unit;
mod write;

use cd_mmc::{Command, DecodeError, FieldPointer, Sense};
use cd_transport::{Completion, Data, Status};

pub(crate) use cue_sheet::MAX_CUE_SHEET_BYTES;

use crate::condition::Condition;
use crate::quirk::Quirk;
use crate::state::{Drive, Mounted};

/// How a command ended: bytes moved, or what it was refused with.
pub(crate) type Outcome = Result<usize, Sense>;

/// What a command needs of the drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing; it is carried out even with a unit attention pending.
    Nothing,
    /// That the host knows of the last reset and disc change.
    Attention,
    /// A disc that the drive is not busy with.
    Disc,
    /// The same, and no recording going on.
    IdleDisc,
}

impl Needs {
    const fn of(command: &Command) -> Self {
        match command {
            Command::Inquiry(_)
            | Command::RequestSense(_)
            | Command::GetConfiguration(_)
            | Command::GetEventStatusNotification(_)
            | Command::ReportLuns(_) => Self::Nothing,
            Command::TestUnitReady(_)
            | Command::ReadDiscInformation(_)
            | Command::ReadTrackInformation(_)
            | Command::ReadTocPmaAtip(_)
            | Command::ReadCapacity(_)
            | Command::GetPerformance(_)
            | Command::CloseTrackSession(_)
            | Command::Write10(_)
            | Command::Write12(_) => Self::Disc,
            Command::Read10(_)
            | Command::Read12(_)
            | Command::ReadCd(_)
            | Command::ReadCdMsf(_)
            | Command::ReadHeader(_)
            | Command::Seek10(_)
            | Command::Verify10(_)
            | Command::PlayAudio10(_)
            | Command::PlayAudio12(_)
            | Command::PlayAudioMsf(_)
            | Command::PauseResume(_)
            | Command::StopPlayScan(_)
            | Command::ReadSubChannel(_)
            | Command::Blank(_)
            | Command::SendCueSheet(_)
            | Command::SendOpcInformation(_) => Self::IdleDisc,
            _ => Self::Attention,
        }
    }
}

impl Drive {
    /// Carries one command out, all of it, and tells how it ended.
    pub(crate) fn execute(&mut self, command: &[u8], data: Data<'_>) -> Completion {
        let is_always_answered = matches!(command.first(), Some(&(INQUIRY | REQUEST_SENSE)));
        match self.condition() {
            Some(Condition::Busy) => return refused_with(Status::BUSY),
            Some(Condition::Reserved) if !is_always_answered => {
                return refused_with(Status::RESERVATION_CONFLICT);
            }
            _ => {}
        }
        self.moved_before_failing = 0;
        let outcome = match Command::decode(command) {
            Ok(command) if self.profile.has(Quirk::CommandMissing(command.opcode())) => {
                Err(Sense::INVALID_OPERATION_CODE.with_field_pointer(OPCODE))
            }
            Ok(command) => self.run(&command, data),
            Err(error) => Err(refusal(&error)),
        };
        match outcome {
            Ok(transferred) => Completion::good(transferred),
            Err(sense) => {
                let mut bytes = [0; Sense::MAX_BYTES];
                let len = sense.encode_fixed_into(&mut bytes);
                Completion {
                    transferred: self.moved_before_failing,
                    ..Completion::check_condition(&bytes[..len])
                }
            }
        }
    }

    fn run(&mut self, command: &Command, data: Data<'_>) -> Outcome {
        self.require(Needs::of(command))?;
        if moves_head(command) {
            self.stop_playing();
        }
        match command {
            Command::Inquiry(command) => self.inquiry(command, data),
            Command::GetConfiguration(command) => self.get_configuration(command, data),
            Command::TestUnitReady(_) => Ok(0),
            Command::RequestSense(command) => self.request_sense(command, data),
            Command::GetEventStatusNotification(command) => self.event_status(command, data),
            Command::StartStopUnit(command) => self.start_stop(command),
            Command::PreventAllowMediumRemoval(command) => self.prevent_allow(command),
            Command::SetCdSpeed(command) => self.set_cd_speed(command),
            Command::ModeSense6(command) => self.mode_sense6(command, data),
            Command::ModeSense10(command) => self.mode_sense10(command, data),
            Command::ModeSelect6(command) => self.mode_select6(command, sent(&data)),
            Command::ModeSelect10(command) => self.mode_select10(command, sent(&data)),
            Command::ReadDiscInformation(command) => self.read_disc_information(command, data),
            Command::ReadTrackInformation(command) => self.read_track_information(command, data),
            Command::ReadTocPmaAtip(command) => self.read_toc(command, data),
            Command::ReadCapacity(command) => self.read_capacity(command, data),
            Command::Read10(command) => self.read10(command, data),
            Command::Read12(command) => self.read12(command, data),
            Command::ReadCd(command) => self.read_cd(command, data),
            Command::ReadCdMsf(command) => self.read_cd_msf(command, data),
            Command::ReadHeader(command) => self.read_header(command, data),
            Command::ReadSubChannel(command) => self.read_sub_channel(command, data),
            Command::GetPerformance(command) => self.get_performance(command, data),
            Command::SetStreaming(command) => self.set_streaming(command, sent(&data)),
            Command::Blank(command) => self.blank(command),
            Command::SendOpcInformation(command) => self.send_opc(command, sent(&data)),
            Command::Write10(command) => self.write10(command, sent(&data)),
            Command::CloseTrackSession(command) => self.close_track_session(command),
            Command::SendCueSheet(command) => self.send_cue_sheet(command, sent(&data)),
            Command::Write12(command) => self.write12(command, sent(&data)),
            Command::SynchronizeCache(command) => self.synchronize_cache(command),
            Command::ReadBufferCapacity(command) => self.read_buffer_capacity(command, data),
            _ => self.run_other(command, data),
        }
    }

    /// The commands that neither a burn of this project nor its read-back needs.
    fn run_other(&mut self, command: &Command, data: Data<'_>) -> Outcome {
        match command {
            Command::RezeroUnit(_) => self.rezero(),
            Command::Seek10(command) => self.seek(command),
            Command::Verify10(command) => self.verify10(command),
            Command::PlayAudio10(command) => self.play_audio10(command),
            Command::PlayAudio12(command) => self.play_audio12(command),
            Command::PlayAudioMsf(command) => self.play_audio_msf(command),
            Command::PauseResume(command) => self.pause_resume(command),
            Command::StopPlayScan(_) => self.stop_play_scan(),
            Command::ReportLuns(command) => Self::report_luns(command, data),
            Command::LoadUnloadMedium(command) => self.load_unload(command),
            Command::ReadMechanismStatus(command) => self.mechanism_status(command, data),
            Command::ReadBuffer(command) => self.read_buffer(command, data),
            Command::WriteBuffer(command) => self.write_buffer(command, sent(&data)),
            _ => Err(Sense::INVALID_OPERATION_CODE.with_field_pointer(OPCODE)),
        }
    }

    fn require(&mut self, needs: Needs) -> Result<(), Sense> {
        if needs == Needs::Nothing {
            return Ok(());
        }
        if let Some(attention) = self.attention.take() {
            return Err(attention);
        }
        if needs == Needs::Attention {
            return Ok(());
        }
        self.mounted()?;
        if let Some(sense) = self.condition().and_then(Condition::not_ready) {
            return Err(sense);
        }
        if let Some(sense) = self.pending_sense() {
            return Err(sense);
        }
        if self.recording.is_some() && needs == Needs::IdleDisc {
            return Err(Sense::COMMAND_SEQUENCE_ERROR);
        }
        Ok(())
    }

    /// The disc, if the tray is closed on one.
    pub(crate) fn mounted(&self) -> Result<&Mounted, Sense> {
        match &self.mounted {
            _ if self.is_tray_open => Err(Sense::MEDIUM_NOT_PRESENT_TRAY_OPEN),
            Some(mounted) => Ok(mounted),
            None => Err(Sense::MEDIUM_NOT_PRESENT_TRAY_CLOSED),
        }
    }
}

/// Whether the command has the head do something else than play.
const fn moves_head(command: &Command) -> bool {
    matches!(
        command,
        Command::Read10(_)
            | Command::Read12(_)
            | Command::ReadCd(_)
            | Command::ReadCdMsf(_)
            | Command::ReadHeader(_)
            | Command::Seek10(_)
            | Command::Verify10(_)
            | Command::RezeroUnit(_)
            | Command::StartStopUnit(_)
            | Command::LoadUnloadMedium(_)
            | Command::Blank(_)
            | Command::SendOpcInformation(_)
            | Command::Write10(_)
            | Command::Write12(_)
    )
}

/// Commands that are answered whoever has reserved the drive.
const INQUIRY: u8 = 0x12;
const REQUEST_SENSE: u8 = 0x03;

/// A status that comes without sense data.
const fn refused_with(status: Status) -> Completion {
    Completion {
        status,
        ..Completion::good(0)
    }
}

const OPCODE: FieldPointer = FieldPointer::new(true, 0, Some(7));

/// What a drive says to bytes that are no command it knows.
fn refusal(error: &DecodeError) -> Sense {
    let sense = match error {
        DecodeError::UnknownCommand { .. } => Sense::INVALID_OPERATION_CODE,
        // A place that is on no disc, rather than a field that is none.
        DecodeError::LbaOutOfRange { lba, .. } => {
            return Sense::LBA_OUT_OF_RANGE.with_information(lba.cast_unsigned());
        }
        _ => Sense::INVALID_FIELD_IN_CDB,
    };
    match error.field_pointer(true) {
        Some(pointer) => sense.with_field_pointer(pointer),
        None => sense,
    }
}

/// Refuses the command for what stands in `byte` of it, most significant bit `bit`.
const fn bad_field(byte: u16, bit: u8) -> Sense {
    Sense::INVALID_FIELD_IN_CDB.with_field_pointer(FieldPointer::new(true, byte, Some(bit)))
}

/// Hands `answer` over, as much of it as the host asked for and has room for.
fn reply(answer: &[u8], allocation_length: usize, data: Data<'_>) -> usize {
    let Data::In(out) = data else {
        return 0;
    };
    let len = answer.len().min(allocation_length).min(out.len());
    out[..len].copy_from_slice(&answer[..len]);
    len
}

/// What the host has sent along.
const fn sent<'a>(data: &Data<'a>) -> &'a [u8] {
    match *data {
        Data::Out(bytes) => bytes,
        Data::None | Data::In(_) => &[],
    }
}
