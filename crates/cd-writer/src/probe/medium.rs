//! What disc is in the drive, and where its lead-in begins.
//!
//! # Spec
//! MMC-5 6.22.3.1 (disc information), 6.26.3.6 (ATIP). Read those first.

use std::fmt;

use cd_address::{Lba, Msf};
use cd_mmc::response::{Atip, DiscInformation, DiscStatus, Profile, TrackInformation};
use cd_mmc::{
    BinMsf, ReadDiscInformation, ReadTocPmaAtip, ReadTrackInformation, TestUnitReady, TocFormat,
    TrackSelector,
};

use super::{ProbeError, disagreements};
use crate::Fault;
use crate::answer::lead_in_start;
use crate::plan::{PlanError, PlanNote};
use crate::recorder::Recorder;

/// What can be recorded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediumKind {
    /// Once.
    CdR,
    /// Again after erasing.
    CdRw,
}

impl fmt::Display for MediumKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CdR => "CD-R",
            Self::CdRw => "CD-RW",
        })
    }
}

/// What is in the drive, by all that drive and medium say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediumInfo {
    /// The profile the drive has for it; `None` from a drive that has no profiles.
    pub profile: Option<Profile>,
    /// What it is; `None` if nothing raw recording knows.
    pub kind: Option<MediumKind>,
    /// READ DISC INFORMATION.
    pub information: DiscInformation,
    /// What the blank's groove says; `None` if the drive gives none.
    pub atip: Option<Atip>,
    /// Where the drive would write next. Several answer -150 on a blank disc: it decides nothing.
    #[doc(alias = "StartOfNextSession")]
    pub next_writable: Option<Lba>,
}

impl Recorder<'_> {
    /// Asks what is in the drive. Nothing is changed.
    ///
    /// # Errors
    /// [`ProbeError::NoMedium`] for an empty drive, [`ProbeError::Fault`] if the drive does not
    /// become ready or does not know discs.
    pub fn medium(&mut self) -> Result<MediumInfo, ProbeError> {
        self.ask(TestUnitReady, 0).map_err(ProbeError::from_fault)?;
        let command = ReadDiscInformation::standard(ANSWER_BYTES);
        let answer = self
            .ask(command, ANSWER_BYTES)
            .map_err(ProbeError::from_fault)?;
        let information = DiscInformation::decode(&answer).map_err(|error| {
            ProbeError::Fault(Fault::nonsense(&command.into(), error.to_string()))
        })?;
        let atip = self.atip()?;
        let profile = self.current_profile()?;
        let kind = match (profile, &atip) {
            (Some(Profile::CD_R), _) => Some(MediumKind::CdR),
            (Some(Profile::CD_RW), _) => Some(MediumKind::CdRw),
            // A drive from before profiles: only recordable media have an ATIP.
            (None, Some(atip)) if atip.rewritable => Some(MediumKind::CdRw),
            (None, Some(_)) => Some(MediumKind::CdR),
            _ => None,
        };
        let next_writable = self.next_writable();
        Ok(MediumInfo {
            profile,
            kind,
            information,
            atip,
            next_writable,
        })
    }

    fn atip(&mut self) -> Result<Option<Atip>, ProbeError> {
        let bytes = u16::try_from(Atip::MAX_BYTES).unwrap_or(ANSWER_BYTES);
        let command = ReadTocPmaAtip {
            msf: true,
            format: TocFormat::ATIP,
            track_session: 0,
            allocation_length: bytes,
        };
        match self.ask(command, bytes) {
            // One that cannot be taken apart is as good as none: the plan then asks for the other source.
            Ok(answer) => Ok(Atip::decode(&answer).ok()),
            Err(fault) if fault.transport_error().is_some() => Err(ProbeError::Fault(fault)),
            Err(_) => Ok(None),
        }
    }

    fn next_writable(&mut self) -> Option<Lba> {
        let command = ReadTrackInformation {
            open: false,
            track: TrackSelector::INVISIBLE,
            allocation_length: ANSWER_BYTES,
        };
        let answer = self.ask(command, ANSWER_BYTES).ok()?;
        TrackInformation::decode(&answer)
            .ok()?
            .next_writable
            .and_then(|lba| Lba::new(lba).ok())
    }
}

/// Enough for the fixed part of the answers asked for here.
const ANSWER_BYTES: u16 = 36;

impl MediumInfo {
    /// Whether the drive says that nothing is recorded.
    #[doc(alias = "MediaPhysicallyBlank")]
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.information.disc_status == DiscStatus::EMPTY
    }

    /// Where the medium's lead-in begins, by its ATIP.
    #[must_use]
    pub fn lead_in_by_atip(&self) -> Option<Lba> {
        self.atip.and_then(|atip| lead_in_start(atip.lead_in_start))
    }

    /// Where the medium's lead-in begins, by the drive.
    #[must_use]
    pub fn lead_in_by_drive(&self) -> Option<Lba> {
        self.information
            .last_session_lead_in
            .and_then(lead_in_start)
    }

    /// That raw recording can begin on it, and where.
    ///
    /// # Errors
    /// [`PlanError::MediumNotSupported`], [`PlanError::NotBlank`], and as [`MediumInfo::lead_in_start`].
    pub fn check_writable(&self) -> Result<Lba, PlanError> {
        if self.kind.is_none() {
            return Err(PlanError::MediumNotSupported {
                found: self.profile_text(),
            });
        }
        if !self.is_blank() {
            return Err(PlanError::NotBlank {
                found: self.state_text(),
            });
        }
        self.lead_in_start().map(|(start, _)| start)
    }

    /// Where recording starts: ATIP and READ DISC INFORMATION must agree if both say something.
    ///
    /// # Errors
    /// [`PlanError::LeadInUnclear`] if they differ, [`PlanError::LeadInUnknown`] if neither says it.
    pub fn lead_in_start(&self) -> Result<(Lba, Option<PlanNote>), PlanError> {
        let only = |source| Some(PlanNote::LeadInFromOneSource { source });
        match (self.lead_in_by_atip(), self.lead_in_by_drive()) {
            (Some(atip), Some(drive)) if atip == drive => Ok((atip, None)),
            (Some(atip), Some(drive)) => Err(PlanError::LeadInUnclear {
                atip: atip.to_msf(),
                disc_information: drive.to_msf(),
            }),
            (Some(atip), None) => Ok((atip, only("the ATIP"))),
            (None, Some(drive)) => Ok((drive, only("READ DISC INFORMATION"))),
            (None, None) => Err(PlanError::LeadInUnknown),
        }
    }

    /// The last address at which a lead-out may begin: the lesser of what ATIP and drive say.
    #[doc(alias = "LastPossibleStartOfLeadout")]
    #[must_use]
    pub fn last_lead_out(&self) -> Option<Lba> {
        let by_atip = self.last_lead_out_by_atip();
        by_atip
            .into_iter()
            .chain(self.last_lead_out_by_drive())
            .min()
    }

    /// The same by the medium's ATIP alone.
    #[must_use]
    pub fn last_lead_out_by_atip(&self) -> Option<Lba> {
        self.atip
            .and_then(|atip| program_address(atip.last_possible_lead_out))
    }

    /// The same by READ DISC INFORMATION alone.
    #[must_use]
    pub fn last_lead_out_by_drive(&self) -> Option<Lba> {
        self.information
            .last_possible_lead_out
            .and_then(program_address)
    }

    /// What ATIP and READ DISC INFORMATION say differently, a sentence each.
    #[must_use]
    pub fn disagreements(&self) -> Vec<String> {
        disagreements::of_medium(self)
    }

    /// What the medium is called by the drive.
    #[must_use]
    pub(crate) fn profile_text(&self) -> String {
        match self.profile {
            Some(profile) => profile.to_string(),
            None => "unknown to the drive".to_owned(),
        }
    }

    /// What the drive says of the disc's state, in words.
    #[must_use]
    pub fn state_text(&self) -> String {
        format!(
            "the disc is {}, its last session {}",
            self.information.disc_status, self.information.last_session
        )
    }
}

/// An address after LBA 0, if it is one: some drives answer zeros.
fn program_address(time: BinMsf) -> Option<Lba> {
    let lba = time.to_msf().ok().map(Msf::to_lba);
    lba.filter(|lba| *lba > Lba::ZERO)
}

impl fmt::Display for MediumInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "{kind}")?,
            None => f.write_str("not a recordable CD")?,
        }
        write!(f, " ({})", self.information.disc_status)?;
        if let Ok((start, _)) = self.lead_in_start() {
            write!(f, ", lead-in from {}", start.to_msf())?;
        }
        match self.last_lead_out() {
            Some(lba) => write!(f, ", lead-out at {} at the latest", lba.to_msf()),
            None => Ok(()),
        }
    }
}
