//! What a drive says it is, and which raw modes it takes when they are tried.

use std::fmt;

use cd_mmc::mode_page::{
    Capabilities, DataBlockType, ModePage, ModeParameters, MultiSession, TrackMode,
    WriteParameters, WriteType,
};
use cd_mmc::response::{
    BufferCapacity, CdMastering, Configuration, FeatureCode, InquiryData, Profile, WriteSpeedList,
};
use cd_mmc::{
    Command, GetConfiguration, GetPerformance, Inquiry, ModeSelect10, ModeSense10, PageCode,
    ReadBufferCapacity, RequestedFeatures, Speed,
};
use cd_sector::SectorLayout;
use cd_transport::Data;

use super::{ProbeError, disagreements};
use crate::answer;
use crate::recorder::Recorder;
use crate::{Fault, FaultCause};

/// What became of trying one raw mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMode {
    /// What each sector would be made of.
    pub layout: SectorLayout,
    /// Why the drive does not record so; `None` if it took the mode and held it.
    pub refusal: Option<String>,
    /// Whether it held the test-write bit with it.
    pub keeps_test_write: bool,
}

/// What mode page 2Ah says of recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingAbilities {
    /// The speeds it writes at with the medium that is in it, in the drive's order; perhaps none named.
    pub write_speeds: Vec<Speed>,
    /// Its buffer, in bytes; 0 if it does not say.
    pub buffer_bytes: usize,
    /// Whether it can bridge a buffer underrun.
    pub buffer_underrun_free: bool,
}

/// What a drive can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriveInfo {
    /// Vendor, product and firmware.
    pub inquiry: InquiryData,
    /// The write parameters page as the drive had it.
    pub write_parameters: WriteParameters,
    /// The raw modes, each tried; raw P-W first.
    pub raw_modes: Vec<RawMode>,
    /// What mode page 2Ah says of recording, if the drive has it.
    pub recording: Option<RecordingAbilities>,
    /// The speeds GET PERFORMANCE names for the medium that is in, in kilobytes (1000 bytes) a second, in the drive's
    /// order; `None` if the drive does not know the command.
    pub performance: Option<Vec<u32>>,
    /// The buffer's size in bytes by READ BUFFER CAPACITY; `None` if the drive does not say.
    pub buffer_capacity: Option<usize>,
    /// Feature 002Eh, if the drive has it. What it says of raw recording is shown, not believed.
    pub mastering: Option<CdMastering>,
}

/// The order in which modes are tried and preferred: the one that loses nothing first.
const LAYOUTS: [SectorLayout; 3] = [
    SectorLayout::RawPw96,
    SectorLayout::Pq16,
    SectorLayout::PackedPw96,
];

/// Room for the write parameters page with header and whatever a drive appends.
pub(crate) const MODE_BYTES: u16 = 264;
const CAPABILITIES_BYTES: u16 = 256;

impl Recorder<'_> {
    /// Asks what the drive is and tries what it can do. Each raw mode is selected and read back, with and
    /// without the test-write bit, and the page put back at the end; nothing is written to a disc.
    ///
    /// # Errors
    /// [`ProbeError::NotARecorder`] if the device has no write parameters, [`ProbeError::Fault`] if
    /// it does not answer; the page is then put back too if the drive still takes it.
    pub fn probe(&mut self) -> Result<DriveInfo, ProbeError> {
        let command = Inquiry {
            vital_product_page: None,
            allocation_length: INQUIRY_BYTES,
        };
        let answer = self
            .ask(command, INQUIRY_BYTES)
            .map_err(ProbeError::Fault)?;
        let inquiry = InquiryData::decode(&answer).map_err(|error| {
            ProbeError::Fault(Fault::nonsense(&command.into(), error.to_string()))
        })?;
        let not_a_recorder = |why: String| ProbeError::NotARecorder {
            device: format!("{} {}", inquiry.vendor, inquiry.product),
            why,
        };
        let write_parameters = match self.write_parameters() {
            Ok(page) => page,
            Err(fault) if fault.is_refusal() || matches!(fault.cause, FaultCause::Answer(_)) => {
                return Err(not_a_recorder(fault.to_string()));
            }
            Err(fault) => return Err(ProbeError::from_fault(fault)),
        };
        let trials: Result<Vec<_>, _> = LAYOUTS
            .into_iter()
            .map(|layout| self.try_raw(&write_parameters, layout))
            .collect();
        // As it was, whatever became of the trials; a drive that refuses its own page keeps the last one.
        let _ = self.select(&write_parameters);
        let raw_modes = trials?;
        let recording = self.recording_abilities()?;
        let performance = self.performance()?;
        let buffer_capacity = self.buffer_capacity()?;
        let mastering = self.mastering()?;
        Ok(DriveInfo {
            inquiry,
            write_parameters,
            raw_modes,
            recording,
            performance,
            buffer_capacity,
            mastering,
        })
    }

    /// The write parameters page as it is now.
    pub(crate) fn write_parameters(&mut self) -> Result<WriteParameters, Fault> {
        let command = ModeSense10::current(PageCode::WRITE_PARAMETERS, MODE_BYTES);
        let answer = self.ask(command, MODE_BYTES)?;
        answer::held_parameters(&answer).map_err(|what| Fault::nonsense(&command.into(), what))
    }

    fn try_raw(
        &mut self,
        page: &WriteParameters,
        layout: SectorLayout,
    ) -> Result<RawMode, ProbeError> {
        let mut outcomes = [None, None];
        for (outcome, test_write) in outcomes.iter_mut().zip([false, true]) {
            let wanted = WriteParameters {
                test_write,
                ..raw_page(page, layout)
            };
            *outcome = match self.select(&wanted).and_then(|()| self.write_parameters()) {
                Ok(held) => answer::difference(&wanted, &held),
                Err(fault) if fault.transport_error().is_some() => {
                    return Err(ProbeError::Fault(fault));
                }
                Err(fault) => Some(fault.to_string()),
            };
        }
        let [refusal, test_refusal] = outcomes;
        let keeps_test_write = refusal.is_none() && test_refusal.is_none();
        Ok(RawMode {
            layout,
            refusal,
            keeps_test_write,
        })
    }

    fn select(&mut self, page: &WriteParameters) -> Result<(), Fault> {
        let (command, bytes) = select_command(page);
        self.insist(&command, Data::Out(&bytes)).map(drop)
    }

    pub(crate) fn recording_abilities(&mut self) -> Result<Option<RecordingAbilities>, ProbeError> {
        let command = ModeSense10::current(PageCode::CAPABILITIES, CAPABILITIES_BYTES);
        let Some(answer) = known(self.ask(command, CAPABILITIES_BYTES))? else {
            return Ok(None);
        };
        let page = ModeParameters::decode_sense(&answer)
            .and_then(|parameters| parameters.capabilities())
            .ok()
            .flatten();
        Ok(page.map(|page| RecordingAbilities {
            write_speeds: named_speeds(&page),
            buffer_bytes: usize::from(page.buffer_kib) * 1024,
            buffer_underrun_free: page.flags.buffer_underrun_free,
        }))
    }

    fn performance(&mut self) -> Result<Option<Vec<u32>>, ProbeError> {
        let command = GetPerformance::write_speeds(MAX_SPEEDS);
        let Some(answer) = known(self.ask(command, PERFORMANCE_BYTES))? else {
            return Ok(None);
        };
        let list = WriteSpeedList::decode(&answer).ok();
        let speeds = |list: WriteSpeedList<'_>| {
            let speeds = list.descriptors.iter();
            let speeds = speeds.map(|descriptor| descriptor.write_kilobytes);
            speeds.filter(|speed| *speed > 0).collect()
        };
        Ok(list.map(speeds))
    }

    /// Asked while nothing is written: some drives lose what is in their buffer when they are asked then.
    fn buffer_capacity(&mut self) -> Result<Option<usize>, ProbeError> {
        let n_bytes = BUFFER_CAPACITY_BYTES;
        let command = ReadBufferCapacity {
            in_blocks: false,
            allocation_length: n_bytes,
        };
        let answer = known(self.ask(command, n_bytes))?;
        let capacity = answer.and_then(|answer| BufferCapacity::decode(&answer).ok());
        Ok(match capacity {
            Some(BufferCapacity::Bytes { total, .. }) if total > 0 => usize::try_from(total).ok(),
            _ => None,
        })
    }

    fn mastering(&mut self) -> Result<Option<CdMastering>, ProbeError> {
        let answer = known(self.feature(FeatureCode::CD_MASTERING))?;
        Ok(answer.and_then(|answer| Configuration::decode(&answer).ok()?.cd_mastering()))
    }

    /// The profile of the medium; `None` from a drive that has no profiles.
    pub(super) fn current_profile(&mut self) -> Result<Option<Profile>, ProbeError> {
        match self.feature(FeatureCode::PROFILE_LIST) {
            Ok(answer) => Ok(Configuration::decode(&answer)
                .ok()
                .map(|answer| answer.current_profile)),
            Err(fault) if fault.is_refusal() => Ok(None),
            Err(fault) => Err(ProbeError::from_fault(fault)),
        }
    }

    /// One feature's descriptor, current or not.
    pub(crate) fn feature(&mut self, code: FeatureCode) -> Result<Vec<u8>, Fault> {
        let command = GetConfiguration {
            requested: RequestedFeatures::ONE,
            starting_feature: code.code(),
            allocation_length: CONFIGURATION_BYTES,
        };
        self.ask(command, CONFIGURATION_BYTES)
    }
}

/// The answer, or `None` if the drive does not know what was asked; but a drive that does not answer at
/// all is an error.
fn known(answer: Result<Vec<u8>, Fault>) -> Result<Option<Vec<u8>>, ProbeError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(fault) if fault.transport_error().is_some() => Err(ProbeError::Fault(fault)),
        Err(_) => Ok(None),
    }
}

/// The write speeds a page names: its list, or in older pages the fastest alone.
fn named_speeds(page: &Capabilities<'_>) -> Vec<Speed> {
    let list = page
        .write_speeds
        .iter()
        .flat_map(|speeds| speeds.possible.iter());
    let mut speeds: Vec<_> = list.map(|entry| entry.speed).collect();
    if speeds.is_empty() {
        speeds.push(page.max_write_speed);
    }
    speeds.retain(|speed| *speed != Speed(0) && *speed != Speed::MAX);
    speeds
}

const INQUIRY_BYTES: u16 = 36;
const CONFIGURATION_BYTES: u16 = 256;
/// More speeds than any drive names.
const MAX_SPEEDS: u16 = 32;
/// A header of 8 bytes, and 16 bytes a speed.
const PERFORMANCE_BYTES: u16 = 8 + 16 * MAX_SPEEDS;
const BUFFER_CAPACITY_BYTES: u16 = 12;

/// The page for recording this layout raw, otherwise as the drive has it.
pub(crate) fn raw_page(page: &WriteParameters, layout: SectorLayout) -> WriteParameters {
    WriteParameters {
        savable: false,
        test_write: false,
        write_type: WriteType::RAW,
        multi_session: MultiSession::CLOSED,
        fixed_packet: false,
        copy: false,
        track_mode: TrackMode::AUDIO,
        data_block_type: match layout {
            SectorLayout::Pq16 => DataBlockType::RAW_PQ,
            SectorLayout::PackedPw96 => DataBlockType::RAW_PACKED_PW,
            SectorLayout::RawPw96 => DataBlockType::RAW_PW,
        },
        ..*page
    }
}

/// The command and data that select `page`.
pub(crate) fn select_command(page: &WriteParameters) -> (Command, Vec<u8>) {
    let pages = [ModePage::WriteParameters(*page)];
    let parameters = ModeParameters::of(&pages);
    let mut bytes = vec![0; parameters.n_bytes()];
    parameters.encode_select_into(&mut bytes);
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    (ModeSelect10::new(length).into(), bytes)
}

impl RecordingAbilities {
    /// The fastest speed it names, in sectors a second.
    pub(crate) fn fastest_write_speed(&self) -> Option<u32> {
        let speeds = self.write_speeds.iter().copied();
        speeds.filter_map(Speed::sectors_per_second).max()
    }
}

impl DriveInfo {
    /// The layouts the drive records raw, the best first.
    #[doc(alias = "SupportedSectorTypes")]
    #[must_use]
    pub fn raw_layouts(&self) -> Vec<SectorLayout> {
        let taken = self.raw_modes.iter().filter(|mode| mode.refusal.is_none());
        taken.map(|mode| mode.layout).collect()
    }

    /// What the drive said when raw P-W was tried; empty if it took it.
    #[must_use]
    pub fn raw_refusal(&self) -> String {
        let mut modes = self.raw_modes.iter();
        modes
            .find(|mode| mode.layout == SectorLayout::RawPw96)
            .and_then(|mode| mode.refusal.clone())
            .unwrap_or_default()
    }

    /// Whether a simulation with this layout really leaves the laser off, as far as the drive says.
    #[must_use]
    pub fn keeps_test_write(&self, layout: SectorLayout) -> bool {
        self.raw_modes
            .iter()
            .any(|mode| mode.layout == layout && mode.keeps_test_write)
    }

    /// Whether the drive can bridge a buffer underrun: if page 2Ah or feature 002Eh says so. Where it cannot after
    /// all, it holds the bit as off when it is told to, and the burn notes that.
    #[must_use]
    pub fn has_underrun_protection(&self) -> bool {
        self.underrun_by_page() == Some(true) || self.underrun_by_feature() == Some(true)
    }

    /// What page 2Ah says of it; `None` without the page.
    #[must_use]
    pub fn underrun_by_page(&self) -> Option<bool> {
        self.recording
            .as_ref()
            .map(|page| page.buffer_underrun_free)
    }

    /// What feature 002Eh says of it; `None` without the feature.
    #[must_use]
    pub fn underrun_by_feature(&self) -> Option<bool> {
        self.mastering
            .map(|feature| feature.flags.buffer_underrun_free)
    }

    /// The write speeds the drive names for the medium that is in it. Page 2Ah decides: its list is in the unit that SET
    /// CD SPEED takes, and what old drives know. GET PERFORMANCE counts where the page names none.
    #[doc(alias = "SupportedWriteSpeeds")]
    pub fn write_speeds(&self) -> impl Iterator<Item = Speed> + '_ {
        let by_page = self.speeds_by_page();
        let other = if by_page.is_empty() {
            self.performance.as_deref().unwrap_or_default()
        } else {
            &[]
        };
        let other = other.iter().filter_map(|speed| u16::try_from(*speed).ok());
        by_page.iter().copied().chain(other.map(Speed))
    }

    /// The speeds that page 2Ah names.
    #[must_use]
    pub fn speeds_by_page(&self) -> &[Speed] {
        let page = self.recording.as_ref();
        page.map_or(&[], |page| page.write_speeds.as_slice())
    }

    /// What two of the drive's own sources say differently, a sentence each.
    #[must_use]
    pub fn disagreements(&self) -> Vec<String> {
        disagreements::of_drive(self)
    }

    /// The fastest that page 2Ah or GET PERFORMANCE names, in sectors a second.
    #[must_use]
    pub fn fastest_write_speed(&self) -> Option<u32> {
        let by_page = self.recording.as_ref();
        let by_page = by_page.and_then(RecordingAbilities::fastest_write_speed);
        let named = self.performance.iter().flatten();
        let named =
            named.filter_map(|speed| Speed(u16::try_from(*speed).ok()?).sectors_per_second());
        by_page.into_iter().chain(named).max()
    }

    /// The named speed nearest to `asked` sectors a second, the slower of two that are as near. From a
    /// drive that names none, the whole multiple of 75 nearest to it, at least 1x.
    #[doc(alias = "SetWriteSpeed")]
    #[must_use]
    pub fn nearest_speed(&self, asked: u32) -> Speed {
        let distance = |speed: &Speed| {
            let speed = speed.sectors_per_second().unwrap_or(u32::MAX);
            (speed.abs_diff(asked), speed)
        };
        self.write_speeds().min_by_key(distance).unwrap_or_else(|| {
            let times = asked.saturating_add(37) / 75;
            Speed::from_x(u8::try_from(times).unwrap_or(u8::MAX).max(1))
        })
    }

    /// The drive's buffer in bytes; 0 if it does not say. Page 2Ah and READ BUFFER CAPACITY may differ; the larger counts,
    /// since the size is used to tell whether a burn was too fast to be true.
    #[must_use]
    pub fn buffer_bytes(&self) -> usize {
        let by_page = self.recording.as_ref().map(|page| page.buffer_bytes);
        by_page
            .into_iter()
            .chain(self.buffer_capacity)
            .max()
            .unwrap_or(0)
    }
}

impl fmt::Display for DriveInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inquiry = &self.inquiry;
        write!(
            f,
            "{} {} {}",
            inquiry.vendor, inquiry.product, inquiry.revision
        )
    }
}
