//! What makes a burn impossible or a disc useless, looked at before anything is sent.

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_image::{StreamProblem, StreamSurvey};
use cd_sector::{SectorLayout, Toc};

use super::BurnOptions;
use crate::Conversion;
use crate::probe::{DriveInfo, MediumInfo};

/// A lead-out is 90 seconds; media have room for that much after the last place it may start.
const LEAD_OUT_SECTORS: u32 = 6_750;

/// Why a burn is not even begun. Nothing was sent to the disc.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Neither CD-R nor CD-RW.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_SUPPORTED")]
    #[error("the medium is {found}, raw recording needs a CD-R or CD-RW")]
    MediumNotSupported {
        /// What the drive calls it.
        found: String,
    },
    /// Something is recorded on it.
    #[doc(alias = "E_IMAPI_DF2RAW_MEDIA_IS_NOT_BLANK")]
    #[error("the disc is not blank: {found}")]
    NotBlank {
        /// What the drive says of it.
        found: String,
    },
    /// The medium does not say where its lead-in begins.
    #[error(
        "the medium does not say where its lead-in begins, neither in its ATIP nor to the drive"
    )]
    LeadInUnknown,
    /// Two sources name two starts; with the wrong one the disc is spoiled.
    #[error(
        "the ATIP says the lead-in begins at {atip}, READ DISC INFORMATION says {disc_information}"
    )]
    LeadInUnclear {
        /// From the medium itself.
        atip: Msf,
        /// From the drive.
        disc_information: Msf,
    },
    /// The stream begins after the medium's lead-in does.
    #[doc(alias = "E_IMAPI_DF2RAW_STREAM_LEADIN_TOO_SHORT")]
    #[error(
        "the stream begins at {}, the medium's lead-in at {}: {missing} sectors of lead-in are missing",
        .stream.to_msf(), .medium.to_msf()
    )]
    LeadInTooShort {
        /// First address of the stream.
        stream: Lba,
        /// First address of the medium.
        medium: Lba,
        /// What is missing.
        missing: Sectors,
    },
    /// The program ends too late for the medium.
    #[doc(alias = "E_IMAPI_DF2RAW_NOT_ENOUGH_SPACE")]
    #[error(
        "the image's lead-out begins at {}, on this medium it may begin at {} at the latest: {excess} \
         sectors ({:.1} s) too many",
        .lead_out.to_msf(), .latest.to_msf(), seconds(*.excess)
    )]
    NotEnoughSpace {
        /// Where the image's lead-out begins.
        lead_out: Lba,
        /// Where it may begin.
        latest: Lba,
        /// The difference.
        excess: Sectors,
    },
    /// The lead-out itself passes the end of the medium.
    #[doc(alias = "E_IMAPI_DF2RAW_NOT_ENOUGH_SPACE")]
    #[error(
        "the stream ends with {}, the medium with {}: {excess} sectors ({:.1} s) too many",
        .last.to_msf(), .medium_last.to_msf(), seconds(*.excess)
    )]
    LeadOutTooLong {
        /// Last address of the stream.
        last: Lba,
        /// Last address of the medium.
        medium_last: Lba,
        /// The difference.
        excess: Sectors,
    },
    /// The stream is not a disc: see the text.
    #[doc(alias = "E_IMAPI_DF2RAW_STREAM_NOT_SUPPORTED")]
    #[error("the stream is not a disc: {why}")]
    StreamNotSupported {
        /// What is missing or wrong.
        why: String,
    },
    /// The drive does not record such sectors.
    #[doc(alias = "E_IMAPI_DF2RAW_DATA_BLOCK_TYPE_NOT_SUPPORTED")]
    #[error("the drive does not record raw sectors of {layout}: {found}")]
    LayoutNotSupported {
        /// What the stream is made of.
        layout: SectorLayout,
        /// What the drive takes.
        found: String,
    },
    /// Turning the stream into the form the drive takes would lose something of it.
    #[error(
        "sent as {to}, {n_lost} sectors would lose what they have in P or in R to W, the first of them lba {first}"
    )]
    ConversionLoses {
        /// What it would be turned into.
        to: SectorLayout,
        /// Sectors that lose something.
        n_lost: u32,
        /// The first of them.
        first: Lba,
    },
    /// The conversion is not one of this stream.
    #[error("the conversion to {to} is of raw P-W, the stream is {layout}")]
    OtherConversion {
        /// What it would be turned into.
        to: SectorLayout,
        /// What the stream is made of.
        layout: SectorLayout,
    },
    /// The drive takes no raw sectors of any kind.
    #[doc(alias = "E_IMAPI_DF2RAW_RECORDER_NOT_SUPPORTED")]
    #[error("the drive cannot record raw: {why}")]
    RecorderNotSupported {
        /// What it said when it was tried.
        why: String,
    },
    /// A simulation that might burn is none.
    #[error(
        "the drive does not keep the test-write bit in raw recording, so it would burn for real"
    )]
    NoSimulation,
    /// Not even one sector goes through the transport at once.
    #[error(
        "one command carries at most {limit} bytes on the way to this drive, a sector is {needed}"
    )]
    TransferTooSmall {
        /// Bytes.
        limit: usize,
        /// Bytes.
        needed: usize,
    },
}

/// Something about a plan that the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanNote {
    /// Not the speed that was asked for.
    #[doc(alias = "S_IMAPI_SPEEDADJUSTED")]
    SpeedAdjusted {
        /// Sectors a second.
        asked: u32,
        /// Sectors a second.
        taken: u32,
    },
    /// Underrun protection was asked for and the drive has none.
    NoUnderrunProtection,
    /// The lead-out is shorter than the 90 seconds a first session has.
    ShortLeadOut {
        /// Its sectors.
        sectors: Sectors,
    },
    /// Something about the stream.
    Stream(String),
    /// Only one of the two sources says where the lead-in begins.
    LeadInFromOneSource {
        /// `ATIP` or `READ DISC INFORMATION`.
        source: &'static str,
    },
    /// The stream is turned into another form for the drive.
    Converted(Conversion),
    /// The medium is said to have no room for all of it, and it is burned all the same.
    Overburn {
        /// Where the image's lead-out begins.
        lead_out: Lba,
        /// Where it may begin by what medium and drive say.
        latest: Lba,
        /// Sectors after the last that the medium is said to hold.
        past_end: Sectors,
    },
    /// Neither ATIP nor drive says how much the medium holds: an image that is too long is found out when
    /// the disc is full.
    CapacityUnknown,
    /// A next writable address that must not be believed.
    NextWritableDiffers {
        /// What READ TRACK INFORMATION says.
        reported: Lba,
    },
}

#[derive(Debug)]
pub(super) struct Checked {
    /// What is sent.
    pub(super) layout: SectorLayout,
    /// What will be written.
    pub(super) range: LbaRange,
    pub(super) skipped: Sectors,
    pub(super) toc: Toc,
    pub(super) notes: Vec<PlanNote>,
}

pub(super) fn check(
    drive: &DriveInfo,
    medium: &MediumInfo,
    survey: &StreamSurvey,
    options: BurnOptions,
) -> Result<Checked, PlanError> {
    let mut notes = Vec::new();
    medium.check_writable()?;
    let layout = check_conversion(survey.layout, options)?;
    check_drive(drive, layout, options)?;
    notes.extend(options.conversion.map(PlanNote::Converted));
    let (start, note) = medium.lead_in_start()?;
    notes.extend(note);
    let (range, skipped) = check_start(survey, start)?;
    let toc = check_stream(survey, &mut notes)?;
    notes.extend(check_room(medium, survey, &toc, options)?);
    if medium.last_lead_out().is_none() {
        notes.push(PlanNote::CapacityUnknown);
    }
    // LBA 0 is where a track at once would begin: what a drive answers that is not in raw mode.
    let is_usual = |reported: &Lba| *reported == start || *reported == Lba::ZERO;
    if let Some(reported) = medium.next_writable.filter(|reported| !is_usual(reported)) {
        notes.push(PlanNote::NextWritableDiffers { reported });
    }
    if options.underrun_protection && !drive.has_underrun_protection() {
        notes.push(PlanNote::NoUnderrunProtection);
    }
    let lead_out = toc.lead_out().to_lba();
    let after = range
        .last()
        .and_then(|last| last.since(lead_out))
        .map_or(0, |n| n.count() + 1);
    if after < LEAD_OUT_SECTORS {
        let sectors = Sectors::new(after).unwrap_or(Sectors::ZERO);
        notes.push(PlanNote::ShortLeadOut { sectors });
    }
    if let Some(asked) = options.speed
        && let Some(taken) = drive.nearest_speed(asked).sectors_per_second()
        && taken != asked
    {
        notes.push(PlanNote::SpeedAdjusted { asked, taken });
    }
    Ok(Checked {
        layout,
        range,
        skipped,
        toc,
        notes,
    })
}

/// What the drive gets. Nothing is lost on the way unless that was said.
fn check_conversion(layout: SectorLayout, options: BurnOptions) -> Result<SectorLayout, PlanError> {
    let Some(conversion) = options.conversion else {
        return Ok(layout);
    };
    let to = conversion.to();
    if layout != SectorLayout::RawPw96 {
        return Err(PlanError::OtherConversion { to, layout });
    }
    match conversion.first_lost() {
        Some(first) if !conversion.may_lose() => Err(PlanError::ConversionLoses {
            to,
            n_lost: conversion.n_lost(),
            first,
        }),
        _ => Ok(to),
    }
}

fn check_drive(
    drive: &DriveInfo,
    layout: SectorLayout,
    options: BurnOptions,
) -> Result<(), PlanError> {
    let accepted = drive.raw_layouts();
    if accepted.is_empty() {
        return Err(PlanError::RecorderNotSupported {
            why: drive.raw_refusal(),
        });
    }
    if !accepted.contains(&layout) {
        let names: Vec<_> = accepted.iter().map(ToString::to_string).collect();
        let found = format!("it takes {}", names.join(" and "));
        return Err(PlanError::LayoutNotSupported { layout, found });
    }
    if options.simulate && !drive.keeps_test_write(layout) {
        return Err(PlanError::NoSimulation);
    }
    Ok(())
}

/// The part of the stream from the medium's lead-in on, and how much lies before it.
fn check_start(survey: &StreamSurvey, start: Lba) -> Result<(LbaRange, Sectors), PlanError> {
    let stream = survey.range;
    let Some(skipped) = start.since(stream.start()) else {
        let missing = stream.start().since(start).unwrap_or(Sectors::ZERO);
        return Err(PlanError::LeadInTooShort {
            stream: stream.start(),
            medium: start,
            missing,
        });
    };
    match stream.skip(skipped) {
        Some(range) => Ok((range, skipped)),
        None => Err(PlanError::StreamNotSupported {
            why: "it ends before the medium's lead-in begins".to_owned(),
        }),
    }
}

/// The table of contents. What makes no disc is refused, what the caller may want as it is is noted.
fn check_stream(survey: &StreamSurvey, notes: &mut Vec<PlanNote>) -> Result<Toc, PlanError> {
    for problem in &survey.problems {
        let refused = match problem {
            // A lead-out that is too short has a note of its own.
            StreamProblem::ShortLeadOut { .. } => continue,
            // Single frames that deviate may be meant to; most of them do not by accident.
            StreamProblem::AddressContradicted { found, sampled, .. } => *found * 2 > *sampled,
            other => other.spoils_disc(),
        };
        if refused {
            return Err(PlanError::StreamNotSupported {
                why: problem.to_string(),
            });
        }
        notes.push(PlanNote::Stream(problem.to_string()));
    }
    survey.toc.ok_or_else(|| PlanError::StreamNotSupported {
        why: "its lead-in holds no table of contents".to_owned(),
    })
}

fn check_room(
    medium: &MediumInfo,
    survey: &StreamSurvey,
    toc: &Toc,
    options: BurnOptions,
) -> Result<Option<PlanNote>, PlanError> {
    let (Some(latest), Some(last)) = (medium.last_lead_out(), survey.range.last()) else {
        return Ok(None);
    };
    let lead_out = toc.lead_out().to_lba();
    let room = Sectors::new(LEAD_OUT_SECTORS - 1).unwrap_or(Sectors::ZERO);
    let medium_last = latest.add(room).unwrap_or(Lba::MAX);
    let too_late = lead_out.since(latest).unwrap_or(Sectors::ZERO);
    let past_end = last.since(medium_last).unwrap_or(Sectors::ZERO);
    if too_late.is_zero() && past_end.is_zero() {
        return Ok(None);
    }
    if options.overburn {
        return Ok(Some(PlanNote::Overburn {
            lead_out,
            latest,
            past_end,
        }));
    }
    Err(if too_late.is_zero() {
        PlanError::LeadOutTooLong {
            last,
            medium_last,
            excess: past_end,
        }
    } else {
        PlanError::NotEnoughSpace {
            lead_out,
            latest,
            excess: too_late,
        }
    })
}

/// How long sectors play.
pub(super) fn seconds(sectors: Sectors) -> f64 {
    f64::from(sectors.count()) / 75.0
}
