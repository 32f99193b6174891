//! The audio output: play, pause, stop. What is heard of it is the position in READ SUB-CHANNEL.

use cd_address::{Lba, LbaRange, Sectors};
use cd_mmc::response::AudioStatus;
use cd_mmc::{BinMsf, PauseResume, PlayAudio10, PlayAudio12, PlayAudioMsf, SectorType, Sense};

use super::{Outcome, bad_field};
use crate::player::Player;
use crate::state::Drive;

/// Where the head is, in place of an address or a time.
const HERE: i32 = -1;
const HERE_MSF: BinMsf = BinMsf([0xFF; 3]);

impl Drive {
    pub(super) fn play_audio10(&mut self, command: &PlayAudio10) -> Outcome {
        self.play(command.lba, command.n_blocks.into())
    }

    pub(super) fn play_audio12(&mut self, command: &PlayAudio12) -> Outcome {
        self.play(command.lba, command.n_blocks)
    }

    /// A start behind the end is refused with 05/24/00; equal to it, nothing is played.
    pub(super) fn play_audio_msf(&mut self, command: &PlayAudioMsf) -> Outcome {
        let start = match command.start {
            HERE_MSF => self.played_position().or(self.head).unwrap_or(Lba::ZERO),
            time => time.to_msf().map_err(|_| bad_field(3, 7))?.to_lba(),
        };
        let end = command.end.to_msf().map_err(|_| bad_field(6, 7))?.to_lba();
        let length = end.since(start).ok_or(bad_field(6, 7))?;
        self.play(start, length.count())
    }

    /// The refusals: an address outside the program, 05/21/00; a sector that is not audio at the start, 05/64/00.
    fn play(&mut self, start: Lba, n_blocks: u32) -> Outcome {
        let start = if start.value() == HERE {
            self.played_position().or(self.head).unwrap_or(Lba::ZERO)
        } else {
            start
        };
        let reader = self.reader()?;
        let range = reader.range(start, Sectors::new(n_blocks).map_err(|_| bad_field(6, 7))?)?;
        if n_blocks > 0 && reader.sector_type_at(start) != Some(SectorType::CD_DA) {
            return Err(Sense::ILLEGAL_MODE_FOR_THIS_TRACK);
        }
        self.stop_playing();
        self.player = self.play_range(range);
        Ok(0)
    }

    fn play_range(&self, range: LbaRange) -> Option<Player> {
        Player::new(range, self.now())
    }

    /// Without anything that plays or pauses it is out of sequence: 05/2C/00.
    pub(super) fn pause_resume(&mut self, command: &PauseResume) -> Outcome {
        let now = self.now();
        match &mut self.player {
            Some(player) if !player.is_over(now) => player.pause(now, !command.resume),
            _ => return Err(Sense::COMMAND_SEQUENCE_ERROR),
        }
        Ok(0)
    }

    pub(super) fn stop_play_scan(&mut self) -> Outcome {
        self.stop_playing();
        Ok(0)
    }

    /// Ends playing; the head stays where it came to.
    pub(super) fn stop_playing(&mut self) {
        if let Some(position) = self.played_position() {
            self.head = Some(position);
            self.player = None;
        }
    }

    /// Where the head is by now, if it has been playing.
    pub(super) fn played_position(&self) -> Option<Lba> {
        let now = self.now();
        self.player.map(|player| player.position(now))
    }

    /// What READ SUB-CHANNEL tells of the output. That it has come to the end is told once.
    pub(super) fn audio_status(&mut self) -> AudioStatus {
        let now = self.now();
        match self.player {
            None => AudioStatus::NONE,
            Some(player) if player.is_over(now) => {
                self.stop_playing();
                AudioStatus::COMPLETED
            }
            Some(player) if player.is_paused() => AudioStatus::PAUSED,
            Some(_) => AudioStatus::PLAYING,
        }
    }
}
