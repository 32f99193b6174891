//! Speeds: SET CD SPEED, SET STREAMING and what GET PERFORMANCE tells.

use cd_address::Lba;
use cd_mmc::response::{
    Performance, PerformanceDescriptor, Streaming, WriteSpeedDescriptor, WriteSpeedList,
};
use cd_mmc::{
    GetPerformance, List, PerformancePart, PerformanceType, RotationControl, Sense, SetCdSpeed,
    SetStreaming, Speed,
};
use cd_transport::Data;

use super::{Outcome, bad_field, reply};
use crate::disc::Disc;
use crate::profile::kilobytes_at;
use crate::speeds::{Asked, Offer, Turning, choose, offers};
use crate::state::Drive;

/// Bytes of the answer's header.
const HEADER_BYTES: usize = 8;

impl Drive {
    /// What the drive offers for the disc that is in.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        offers(&self.profile, self.disc().map(Disc::medium))
    }

    /// How a recording would go now.
    pub(crate) fn turning(&self) -> Turning {
        Turning {
            offer: choose(&self.offers(), self.asked),
            outer: self.last_address(),
        }
    }

    /// The last address of the medium; 0 without one.
    fn last_address(&self) -> Lba {
        let medium = self.disc().map(Disc::medium);
        medium
            .and_then(|medium| {
                Lba::from_position(medium.last_lead_out.to_lba().position() - 1).ok()
            })
            .unwrap_or(Lba::ZERO)
    }

    pub(super) fn set_cd_speed(&mut self, command: &SetCdSpeed) -> Outcome {
        self.ask(Asked {
            speed: command.write,
            is_cav: command.rotation == RotationControl::CAV,
        });
        Ok(0)
    }

    /// The speed for writing is taken; that for reading never changes, nor does any address.
    pub(super) fn set_streaming(&mut self, command: &SetStreaming, sent: &[u8]) -> Outcome {
        if sent.len() != usize::from(command.parameter_list_length) {
            return Err(Sense::PARAMETER_LIST_LENGTH_ERROR);
        }
        if sent.is_empty() {
            return Ok(0);
        }
        let streaming = Streaming::decode(sent).map_err(|_| Sense::PARAMETER_LIST_LENGTH_ERROR)?;
        if streaming.restore_defaults {
            self.ask(Asked::FASTEST);
            return Ok(sent.len());
        }
        let a_second = u64::from(streaming.write_kilobytes) * 1000;
        let kilobytes = a_second.checked_div(u64::from(streaming.write_milliseconds));
        let asked = Asked {
            speed: Speed(
                kilobytes.map_or(u16::MAX, |speed| u16::try_from(speed).unwrap_or(u16::MAX)),
            ),
            is_cav: streaming.rotation == RotationControl::CAV,
        };
        let nearest = choose(&self.offers(), asked);
        let is_met = asked.speed == Speed::MAX
            || (nearest.speed == crate::profile::multiple_of(asked.speed.0)
                && nearest.is_cav == asked.is_cav);
        if streaming.exact && !is_met {
            return Err(Sense::INVALID_FIELD_IN_PARAMETER_LIST);
        }
        self.ask(asked);
        Ok(sent.len())
    }

    fn ask(&mut self, asked: Asked) {
        self.asked = asked;
        let turning = self.turning();
        if let Some(recording) = &mut self.recording {
            recording.turn(turning);
        }
    }

    /// The speeds for the medium, or the performance of reading or writing over all of it in one descriptor.
    pub(super) fn get_performance(&self, command: &GetPerformance, data: Data<'_>) -> Outcome {
        let most = usize::from(command.max_descriptors);
        match command.performance_type {
            PerformanceType::WRITE_SPEED => {
                let list = self.write_speed_descriptors();
                let list = &list[..list.len().min(most)];
                let mut answer = vec![0; HEADER_BYTES + list.len() * WriteSpeedDescriptor::BYTES];
                let value = WriteSpeedList {
                    descriptors: List::of(list),
                };
                let len = value.encode_into(&mut answer);
                Ok(reply(&answer[..len], len, data))
            }
            PerformanceType::PERFORMANCE => {
                if command.part != PerformancePart::NOMINAL {
                    return Err(bad_field(1, 1));
                }
                if command.tolerance != 2 {
                    return Err(bad_field(1, 4));
                }
                let list = [self.nominal(command)];
                let value = Performance {
                    write: command.write,
                    descriptors: List::of(&list[..most.min(1)]),
                };
                let mut answer = [0; HEADER_BYTES + PerformanceDescriptor::BYTES];
                let len = value.encode_into(&mut answer);
                Ok(reply(&answer[..len], len, data))
            }
            _ => Err(bad_field(10, 7)),
        }
    }

    fn write_speed_descriptors(&self) -> Vec<WriteSpeedDescriptor> {
        let end = self.last_address().value();
        let descriptor = |offer: Offer| WriteSpeedDescriptor {
            rotation: offer.rotation(),
            default_read_speed: true,
            exact: false,
            mixed: false,
            end,
            read_kilobytes: kilobytes_at(self.profile.read_speed).into(),
            write_kilobytes: kilobytes_at(offer.speed).into(),
        };
        self.offers().into_iter().map(descriptor).collect()
    }

    fn nominal(&self, command: &GetPerformance) -> PerformanceDescriptor {
        let end = self.last_address();
        let start = command.lba.min(end);
        let read = kilobytes_at(self.profile.read_speed).into();
        let turning = self.turning();
        let at = |lba| {
            if command.write {
                turning.kilobytes_at(lba)
            } else {
                read
            }
        };
        PerformanceDescriptor {
            start: start.value(),
            start_kilobytes: at(start),
            end: end.value(),
            end_kilobytes: at(end),
        }
    }
}
