//! A drive, a medium, a stream and a plan to test with: all sound, to be changed where a test wants.

use cd_address::{Lba, LbaRange, Msf, Sectors};
use cd_image::StreamSurvey;
use cd_mmc::mode_page::WriteParameters;
use cd_mmc::response::{
    AsciiField, Atip, DeviceType, DiscInformation, DiscStatus, DiscSubType, DiscType, InquiryData,
    PeripheralQualifier, Profile, ReferenceSpeed, SessionState, WritePower,
};
use cd_mmc::{BinMsf, SenseKey, Speed};
use cd_sector::{Control, SectorLayout, Toc, TocTrack};
use cd_transport::{Limits, TransportError, TransportErrorKind};

use crate::plan::{BurnOptions, Plan, PlanError};
use crate::probe::{DriveInfo, MediumInfo, MediumKind, RawMode, RecordingAbilities};
use crate::{Fault, FaultCause};

pub(crate) fn lba(value: i32) -> Lba {
    Lba::new(value).unwrap()
}

pub(crate) fn sectors(count: u32) -> Sectors {
    Sectors::new(count).unwrap()
}

pub(crate) fn range(start: i32, count: u32) -> LbaRange {
    LbaRange::new(lba(start), sectors(count)).unwrap()
}

pub(crate) fn msf(text: &str) -> Msf {
    text.parse().unwrap()
}

fn bin(text: &str) -> BinMsf {
    BinMsf::new(msf(text))
}

/// A drive that takes raw P-W and P-Q at 4x, 8x and 16x and holds what it is told.
pub(crate) fn drive() -> DriveInfo {
    let mode = |layout, refusal: Option<&str>| RawMode {
        layout,
        refusal: refusal.map(str::to_owned),
        keeps_test_write: refusal.is_none(),
    };
    DriveInfo {
        inquiry: InquiryData {
            qualifier: PeripheralQualifier::CONNECTED,
            device_type: DeviceType::MMC,
            removable: true,
            version: 0,
            vendor: AsciiField::new("TEST"),
            product: AsciiField::new("CD-R DRIVE"),
            revision: AsciiField::new("1.00"),
        },
        write_parameters: WriteParameters::TRACK_AT_ONCE_MODE_1,
        raw_modes: vec![
            mode(SectorLayout::RawPw96, None),
            mode(SectorLayout::Pq16, None),
            mode(SectorLayout::PackedPw96, Some("no such data block type")),
        ],
        recording: Some(RecordingAbilities {
            write_speeds: vec![Speed(2822), Speed(1411), Speed(705)],
            buffer_bytes: 2 << 20,
            buffer_underrun_free: true,
        }),
        performance: None,
        buffer_capacity: None,
        mastering: None,
    }
}

/// A blank CD-R of 80 minutes whose lead-in begins at 97:34:23.
pub(crate) fn medium() -> MediumInfo {
    MediumInfo {
        profile: Some(Profile::CD_R),
        kind: Some(MediumKind::CdR),
        information: information(DiscStatus::EMPTY),
        atip: Some(Atip {
            write_power: WritePower::new(4).unwrap(),
            reference_speed: ReferenceSpeed::new(0).unwrap(),
            unrestricted_use: false,
            rewritable: false,
            sub_type: DiscSubType::STANDARD,
            lead_in_start: bin("97:34:23"),
            last_possible_lead_out: bin("79:59:74"),
            a1: None,
            a2: None,
            a3: None,
            s4: None,
        }),
        next_writable: Some(lba(-11_077)),
    }
}

/// READ DISC INFORMATION of such a disc in this state.
pub(crate) fn information(disc_status: DiscStatus) -> DiscInformation {
    let is_blank = disc_status == DiscStatus::EMPTY;
    DiscInformation {
        disc_status,
        last_session: if is_blank {
            SessionState::EMPTY
        } else {
            SessionState::COMPLETE
        },
        erasable: false,
        first_track: 1,
        n_sessions: 1,
        first_track_in_last_session: 1,
        last_track_in_last_session: 1,
        unrestricted_use: false,
        disc_type: DiscType::UNDEFINED,
        disc_identification: None,
        last_session_lead_in: is_blank.then(|| bin("97:34:23")),
        last_possible_lead_out: is_blank.then(|| bin("79:59:74")),
        bar_code: None,
        application_code: None,
    }
}

/// The same as the drive sends it.
pub(crate) fn information_bytes(information: &DiscInformation) -> Vec<u8> {
    let mut bytes = vec![0; DiscInformation::BYTES];
    information.encode_into(&mut bytes);
    bytes
}

/// One data track of 300 sectors.
pub(crate) fn toc() -> Toc {
    let track = TocTrack {
        track: 1,
        control: Control::DATA,
        start: msf("00:02:00"),
    };
    Toc::new(cd_sector::DiscType::CD_ROM_OR_DA, &[track], msf("00:06:00")).unwrap()
}

/// A sound stream of it, from the lead-in of [`medium`] to the end of a whole lead-out.
pub(crate) fn survey() -> StreamSurvey {
    survey_of(range(-11_077, 11_077 + 300 + 6_750))
}

pub(crate) fn survey_of(range: LbaRange) -> StreamSurvey {
    let lead_out = lba(300);
    StreamSurvey {
        range,
        layout: SectorLayout::RawPw96,
        lead_in_sectors: Lba::ZERO.since(range.start()).unwrap_or(Sectors::ZERO),
        toc: Some(toc()),
        lead_out_start: Some(lead_out),
        lead_out_sectors: range.end().and_then(|end| end.since(lead_out)),
        problems: Vec::new(),
    }
}

pub(crate) const LIMITS: Limits = Limits {
    max_transfer: 1 << 20,
    alignment: 1,
};

pub(crate) const OPTIONS: BurnOptions = BurnOptions::USUAL;

pub(crate) fn plan_of(
    drive: &DriveInfo,
    medium: &MediumInfo,
    survey: &StreamSurvey,
    options: BurnOptions,
) -> Result<Plan, PlanError> {
    Plan::new(drive, medium, survey, LIMITS, options)
}

pub(crate) fn fault(cause: FaultCause) -> Fault {
    Fault {
        command: "TEST",
        cdb: String::new(),
        cause,
    }
}

pub(crate) fn sense_fault((key, asc, ascq): (u8, u8, u8)) -> Fault {
    let key = SenseKey::new(key).unwrap();
    fault(FaultCause::Sense(cd_mmc::Sense::new(key, asc, ascq)))
}

pub(crate) fn transport_fault(kind: TransportErrorKind) -> Fault {
    fault(FaultCause::Transport(TransportError::new(
        kind,
        "as tested",
    )))
}
