//! What the object asks of a drive.

use cd_mmc::response::{Configuration, FeatureCode};

use super::Prepared;
use crate::imapi::error::{DiscFormatError, DriveError};
use crate::imapi::speed::Wish;
use crate::imapi::types::{Adjustment, PhysicalMediaType};
use crate::recorder::Recorder;
use crate::{FaultCause, ProbeError};

/// Why the drive cannot record raw; the outer error if it does not answer.
pub(super) fn recorder_support(
    recorder: &mut Recorder<'_>,
) -> Result<Result<(), DriveError>, DiscFormatError> {
    let drive = match recorder.probe() {
        Ok(drive) => drive,
        Err(error @ ProbeError::NotARecorder { .. }) => {
            return Ok(Err(DriveError::RecorderNotSupported(error.to_string())));
        }
        Err(error) => return Err(DiscFormatError::of_probe(error)),
    };
    let by_feature = drive.mastering.is_some_and(|feature| feature.flags.raw);
    if by_feature || !drive.raw_layouts().is_empty() {
        return Ok(Ok(()));
    }
    let text = format!("{drive} cannot record raw: {}", drive.raw_refusal());
    Ok(Err(DriveError::RecorderNotSupported(text)))
}

pub(super) fn prepare(
    recorder: &mut Recorder<'_>,
    wish: Wish,
) -> Result<(Prepared, Adjustment), DiscFormatError> {
    let medium = recorder.medium().map_err(DiscFormatError::of_probe)?;
    let start = medium
        .check_writable()
        .map_err(|error| DiscFormatError::of_plan(&error))?;
    recorder.lock_tray()?;
    recorder.write_parameters().map_err(|fault| {
        if matches!(fault.cause, FaultCause::Answer(_)) {
            return DiscFormatError::new(DriveError::NoSuchModePage).with_fault(fault);
        }
        DiscFormatError::of_fault(fault)
    })?;
    let drive = recorder.probe().map_err(DiscFormatError::of_probe)?;
    if drive.raw_layouts().is_empty() {
        let text = format!("{drive} cannot record raw: {}", drive.raw_refusal());
        return Err(DriveError::RecorderNotSupported(text).into());
    }
    let speeds = recorder.speeds()?;
    speeds.check_medium(&medium)?;
    let choice = speeds.choose(wish);
    recorder.set_speed(choice.speed)?;
    let prepared = Prepared {
        drive,
        medium,
        speeds: recorder.speeds()?,
        start,
    };
    Ok((prepared, choice.adjustment))
}

pub(super) fn media_type(
    recorder: &mut Recorder<'_>,
) -> Result<PhysicalMediaType, DiscFormatError> {
    match recorder.medium() {
        Ok(medium) => Ok(PhysicalMediaType::of(&medium)),
        Err(ProbeError::NoMedium) => Ok(PhysicalMediaType::UNKNOWN),
        Err(error) => Err(DiscFormatError::of_probe(error)),
    }
}

pub(super) fn is_blank(recorder: &mut Recorder<'_>) -> Result<bool, DiscFormatError> {
    match recorder.medium() {
        Ok(medium) => Ok(medium.is_blank()),
        Err(ProbeError::Fault(fault)) if fault.is_refusal() && !masters_disc(recorder) => {
            let feature = "CD mastering";
            Err(DiscFormatError::new(DriveError::FeatureIsNotCurrent { feature }).with_fault(fault))
        }
        Err(error) => Err(DiscFormatError::of_probe(error)),
    }
}

/// Whether the drive has the CD mastering feature with this disc, or does not have it at all.
fn masters_disc(recorder: &mut Recorder<'_>) -> bool {
    let code = FeatureCode::CD_MASTERING;
    let answer = recorder.feature(code).unwrap_or_default();
    Configuration::decode(&answer)
        .ok()
        .and_then(|answer| answer.feature(code))
        .is_none_or(|feature| feature.current)
}
