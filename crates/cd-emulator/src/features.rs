//! The features GET CONFIGURATION lists: what the drive can do, and which of it with the disc at hand.
//!
//! Only what the drive really does is here.
//!
//! Read first: MMC-5 5.3 (features) and 6.6 (GET CONFIGURATION).

use cd_mmc::List;
use cd_mmc::response::{
    CdMastering, CdRead, CdRwMediaWriteSupport, CdTrackAtOnce, Core, Feature, FeatureCode,
    FeatureDescriptor, FeatureVersion, LoadingMechanism, MasteringFlags, Profile as MediumProfile,
    ProfileDescriptor, RemovableMedium, TrackAtOnceFlags,
};
use cd_sector::SectorLayout;

use crate::commands::MAX_CUE_SHEET_BYTES;
use crate::disc::Disc;
use crate::medium::MediumKind;
use crate::profile::Profile;
use crate::readable::Readable;
use crate::state::Mounted;
use crate::write_modes::track_at_once_types;

/// Physical interface standard: SCSI.
const SCSI: u32 = 1;
/// Random readable: blocks of 2048 bytes, one at a time, error recovery page present.
const RANDOM_READABLE: [u8; 8] = [0, 0, 0x08, 0, 0, 1, 1, 0];
/// Real-time streaming: buffer capacity, SET CD SPEED, speeds in page 2Ah and in GET PERFORMANCE.
const REAL_TIME_STREAMING: [u8; 4] = [0x1E, 0, 0, 0];
/// CD audio external play: a volume and a mute for each channel, 256 steps of volume; no scan.
const AUDIO_PLAY: [u8; 4] = [0b011, 0, 1, 0];
/// Morphing: no events of its own, answers are given at once.
const MORPHING: [u8; 4] = [0; 4];

/// The profile of the disc in the drive.
pub(crate) fn current_profile(disc: Option<&Disc>) -> MediumProfile {
    match disc.map(|disc| disc.medium().kind) {
        None => MediumProfile::NONE,
        Some(MediumKind::CdR) => MediumProfile::CD_R,
        Some(MediumKind::CdRw) => MediumProfile::CD_RW,
    }
}

/// All profiles the drive can take on, the current one marked.
pub(crate) fn profiles(disc: Option<&Disc>) -> [ProfileDescriptor; 3] {
    let current = current_profile(disc);
    [
        MediumProfile::CD_RW,
        MediumProfile::CD_R,
        MediumProfile::CD_ROM,
    ]
    .map(|profile| ProfileDescriptor {
        profile,
        current: profile == current,
    })
}

/// Whether the drive finds anything to read on the disc.
fn is_readable(mounted: Option<&Mounted>) -> bool {
    mounted.is_some_and(|mounted| !Readable::of(mounted).is_empty())
}

/// The features that recording and its programs look for, in ascending order; the others are [`reading_features`].
pub(crate) fn features<'a>(
    profile: &Profile,
    mounted: Option<&Mounted>,
    profiles: &'a [ProfileDescriptor],
) -> [FeatureDescriptor<'a>; 10] {
    let is_readable = is_readable(mounted);
    let disc = mounted.map(|mounted| &mounted.disc);
    let is_writable = disc.is_some_and(Disc::is_writable);
    let is_cd_rw = disc.is_some_and(|disc| disc.medium().kind == MediumKind::CdRw);
    let other = |code, data| Feature::Other { code, data };
    [
        always(
            FeatureVersion::ZERO,
            Feature::ProfileList(List::of(profiles)),
        ),
        always(
            FeatureVersion::ONE,
            Feature::Core(Core {
                physical_interface: SCSI,
                device_busy_events: true,
            }),
        ),
        always(FeatureVersion::ONE, other(FeatureCode::MORPHING, &MORPHING)),
        always(
            FeatureVersion::ZERO,
            Feature::RemovableMedium(RemovableMedium {
                loading_mechanism: LoadingMechanism::TRAY,
                eject: true,
                prevent_jumper: false,
                lock: true,
            }),
        ),
        sometimes(
            is_readable,
            other(FeatureCode::RANDOM_READABLE, &RANDOM_READABLE),
        ),
        FeatureDescriptor {
            version: FeatureVersion::TWO,
            ..sometimes(
                is_readable,
                Feature::CdRead(CdRead {
                    c2_flags: true,
                    cd_text: true,
                    ..CdRead::NONE
                }),
            )
        },
        sometimes(
            is_writable && profile.has_track_at_once,
            Feature::CdTrackAtOnce(track_at_once(profile)),
        ),
        sometimes(is_writable, Feature::CdMastering(mastering(profile))),
        sometimes(
            is_writable && is_cd_rw,
            Feature::CdRwMediaWriteSupport(CdRwMediaWriteSupport { sub_types: 0b111 }),
        ),
        FeatureDescriptor {
            version: FeatureVersion::THREE,
            ..sometimes(
                disc.is_some(),
                other(FeatureCode::REAL_TIME_STREAMING, &REAL_TIME_STREAMING),
            )
        },
    ]
}

/// The features that have nothing to do with recording, in ascending order. `serial_number` is what
/// [`serial_number`] makes of the profile's.
pub(crate) fn reading_features<'a>(
    mounted: Option<&Mounted>,
    serial_number: &'a [u8],
) -> Vec<FeatureDescriptor<'a>> {
    let is_readable = is_readable(mounted);
    let other = |code, data| Feature::Other { code, data };
    let zero = FeatureVersion::ZERO;
    let mut features = vec![
        sometimes(is_readable, other(FeatureCode::MULTI_READ, &[])),
        always(zero, other(FeatureCode::POWER_MANAGEMENT, &[])),
        sometimes(
            is_readable,
            other(FeatureCode::CD_AUDIO_EXTERNAL_PLAY, &AUDIO_PLAY),
        ),
        always(zero, other(FeatureCode::TIMEOUT, &[])),
    ];
    if !serial_number.is_empty() {
        features.push(always(
            zero,
            other(FeatureCode::SERIAL_NUMBER, serial_number),
        ));
    }
    features
}

/// The drive's serial number as its feature has it: filled up with spaces to whole groups of four.
pub(crate) fn serial_number(profile: &Profile) -> Vec<u8> {
    let mut padded = profile.serial_number.clone().into_bytes();
    padded.truncate(usize::from(u8::MAX) / 4 * 4);
    padded.resize(padded.len().next_multiple_of(4), b' ');
    padded
}

fn track_at_once(profile: &Profile) -> CdTrackAtOnce {
    CdTrackAtOnce {
        flags: TrackAtOnceFlags {
            buffer_underrun_free: profile.has_underrun_protection,
            test_write: true,
            cd_rw: true,
            ..TrackAtOnceFlags::NONE
        },
        data_types: match profile.has_track_at_once {
            true => track_at_once_types(),
            false => 0,
        },
    }
}

fn mastering(profile: &Profile) -> CdMastering {
    let takes = |layout| profile.takes(layout);
    CdMastering {
        flags: MasteringFlags {
            buffer_underrun_free: profile.has_underrun_protection,
            session_at_once: profile.has_session_at_once,
            raw: !profile.block_types.is_empty(),
            test_write: true,
            rw_subcode: takes(SectorLayout::PackedPw96) || takes(SectorLayout::RawPw96),
            ..MasteringFlags::NONE
        },
        max_cue_sheet_bytes: match profile.has_session_at_once {
            true => MAX_CUE_SHEET_BYTES,
            false => 0,
        },
    }
}

const fn always(version: FeatureVersion, feature: Feature<'_>) -> FeatureDescriptor<'_> {
    FeatureDescriptor {
        version,
        persistent: true,
        current: true,
        feature,
    }
}

const fn sometimes(current: bool, feature: Feature<'_>) -> FeatureDescriptor<'_> {
    FeatureDescriptor {
        version: FeatureVersion::ZERO,
        persistent: false,
        current,
        feature,
    }
}
