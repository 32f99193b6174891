//! What a disc's description must keep to, checked before anything is made of it.

use cd_address::{ADDRESS_COUNT, Lba, LbaRange, PREGAP_SECTORS, Sectors};
use cd_sector::{Control, SUBCODE_BYTES};

use super::{
    DiscSpec, FIRST_PREGAP, FileForm, LEAD_OUT_SECTORS, LayoutError, MIN_TRACK_SECTORS, Run,
    RunMain, RunSubcode, RwForm, RwOverlay, SubcodeForm, Track, TrackKind, count,
};
use crate::MappedFile;

/// The most tracks a disc can have, and the highest number of a track or an index.
const MAX_NUMBER: usize = 99;
/// The numbers 2 to 99.
const MAX_FURTHER_INDEXES: usize = 98;
/// Sectors that a pack reaches into after the one it begins in.
const PACK_REACH: u32 = 2;

/// Gives the first track the pregap it must have if it was given none, and checks everything but R to W.
pub(super) fn check(spec: &mut DiscSpec) -> Result<(), LayoutError> {
    let n_tracks = spec.tracks.len();
    if !(1..=MAX_NUMBER).contains(&n_tracks) {
        return Err(LayoutError::TrackCount { n_tracks });
    }
    let first = spec.first_track;
    if first == 0 || usize::from(first) + n_tracks - 1 > MAX_NUMBER {
        return Err(LayoutError::FirstTrack { first, n_tracks });
    }
    if let Some(track) = spec.tracks.first_mut()
        && track.pregap.is_empty()
    {
        track.pregap.push(FIRST_PREGAP);
    }
    check_length(&spec.tracks)?;
    for (number, track) in (first..).zip(&spec.tracks) {
        check_track(number, track, number == first)?;
    }
    Ok(())
}

/// The sum may be past every address, so it is a plain number.
fn check_length(tracks: &[Track]) -> Result<(), LayoutError> {
    let total: u64 = tracks
        .iter()
        .map(|track| count(&track.pregap) + count(&track.body))
        .sum();
    let end = i64::from(Lba::PREGAP_START.value()).saturating_add_unsigned(total);
    if end > i64::from(Lba::MAX.value()) + 1 - i64::from(LEAD_OUT_SECTORS.count()) {
        return Err(LayoutError::TooLong { end });
    }
    Ok(())
}

fn check_track(track_number: u8, track: &Track, is_first: bool) -> Result<(), LayoutError> {
    let pregap = sectors(&track.pregap);
    if is_first && pregap < PREGAP_SECTORS {
        return Err(LayoutError::FirstPregap { pregap });
    }
    let body = sectors(&track.body);
    if body < MIN_TRACK_SECTORS {
        return Err(LayoutError::TrackTooShort {
            track: track_number,
            sectors: body.count(),
        });
    }
    check_control(track_number, track)?;
    check_indexes(track_number, track, body)?;
    for run in track.runs().filter(|run| !run.sectors.is_zero()) {
        check_main(track_number, track.kind, run)?;
        check_subcode(track_number, run)?;
    }
    Ok(())
}

/// Sectors of runs that [`check_length`] has seen to fit.
fn sectors(runs: &[Run]) -> Sectors {
    let count = u32::try_from(count(runs)).unwrap_or(u32::MAX);
    Sectors::new(count).unwrap_or(Sectors::MAX)
}

fn check_control(number: u8, track: &Track) -> Result<(), LayoutError> {
    let (kind, control) = (track.kind, track.control);
    let is_audio = kind == TrackKind::Audio;
    let audio_only = Control::FOUR_CHANNEL | Control::PRE_EMPHASIS;
    if control.0 > 0x0F
        || control.is_data() == is_audio
        || !is_audio && control.0 & audio_only.0 != 0
    {
        return Err(LayoutError::Control {
            track: number,
            control,
            kind,
        });
    }
    if track.scms && !is_audio {
        return Err(LayoutError::ScmsOnData {
            track: number,
            kind,
        });
    }
    match track.isrc {
        Some(isrc) if !is_audio => Err(LayoutError::IsrcOnData {
            track: number,
            kind,
            isrc,
        }),
        _ => Ok(()),
    }
}

fn check_indexes(number: u8, track: &Track, body: Sectors) -> Result<(), LayoutError> {
    let n_indexes = track.indexes.len();
    if n_indexes > MAX_FURTHER_INDEXES {
        return Err(LayoutError::IndexCount {
            track: number,
            n_indexes,
        });
    }
    let mut previous = Sectors::ZERO;
    for (index, &at) in (2..).zip(&track.indexes) {
        if at <= previous {
            return Err(LayoutError::IndexOrder {
                track: number,
                index,
                at,
                previous,
            });
        }
        if at >= body {
            return Err(LayoutError::IndexPastEnd {
                track: number,
                index,
                at,
                sectors: body.count(),
            });
        }
        previous = at;
    }
    Ok(())
}

fn check_main(track: u8, kind: TrackKind, run: &Run) -> Result<(), LayoutError> {
    let RunMain::File { file, offset, form } = &run.main else {
        return Ok(());
    };
    let FileForm { payload, stride } = *form;
    if !payload.suits(kind) {
        return Err(LayoutError::Payload {
            track,
            kind,
            payload,
            path: file.path().to_owned(),
        });
    }
    check_stride(track, file, stride, payload.bytes())?;
    check_file(
        track,
        file,
        *offset,
        run.sectors,
        (stride, payload.least_bytes()),
    )
}

fn check_subcode(track: u8, run: &Run) -> Result<(), LayoutError> {
    let (file, offset, stride, n_bytes) = match &run.subcode {
        RunSubcode::Authored => return Ok(()),
        RunSubcode::File {
            file,
            offset,
            stride,
            form,
        } => (file, *offset, *stride, form.bytes()),
        RunSubcode::RwFile {
            file,
            offset,
            stride,
            form,
        } => {
            check_stride(track, file, *stride, RwForm::BYTES)?;
            if *form == RwForm::CdgPacks {
                // It may end anywhere.
                return Ok(());
            }
            (file, *offset, *stride, RwForm::BYTES)
        }
    };
    check_stride(track, file, stride, n_bytes)?;
    check_file(track, file, offset, run.sectors, (stride, n_bytes))
}

fn check_stride(track: u8, file: &MappedFile, stride: u32, needed: u32) -> Result<(), LayoutError> {
    if stride >= needed {
        return Ok(());
    }
    Err(LayoutError::Stride {
        track,
        path: file.path().to_owned(),
        stride,
        needed,
    })
}

/// Whether `file` has `sectors` sectors, one every `stride` bytes, of the last of which `least` bytes must be there.
fn check_file(
    track: u8,
    file: &MappedFile,
    offset: u64,
    sectors: Sectors,
    (stride, least): (u32, u32),
) -> Result<(), LayoutError> {
    let before_last = u64::from(sectors.count() - 1) * u64::from(stride);
    let needed = offset.saturating_add(before_last + u64::from(least));
    if needed <= file.len() {
        return Ok(());
    }
    Err(LayoutError::FileTooShort {
        track,
        path: file.path().to_owned(),
        needed,
        has: file.len(),
    })
}

/// A run of sectors whose R to W come from a file.
#[derive(Clone, Copy)]
struct RwRun<'a> {
    track: u8,
    range: LbaRange,
    path: &'a str,
    are_packs: bool,
}

/// Checks that no sector's R to W come from two places. `runs` are all of the disc, each with its track and addresses.
pub(super) fn check_rw<'a>(
    spec: &DiscSpec,
    runs: impl Iterator<Item = (u8, LbaRange, &'a Run)>,
) -> Result<(), LayoutError> {
    let runs: Vec<_> = runs.filter_map(rw_run).collect();
    for (packs, next) in runs.iter().zip(runs.iter().skip(1)) {
        let (end, start) = (end_position(packs.range), next.range.start().position());
        if packs.are_packs && !next.are_packs && start < end + PACK_REACH {
            return Err(LayoutError::RwOverlap {
                track: packs.track,
                end: packs.range.end().unwrap_or(Lba::MAX),
                path: next.path.to_owned(),
            });
        }
    }
    spec.rw.as_ref().map_or(Ok(()), |overlay| {
        check_overlay(overlay, !spec.cd_text.is_empty(), &runs)
    })
}

fn rw_run((track, range, run): (u8, LbaRange, &Run)) -> Option<RwRun<'_>> {
    let (file, are_packs) = match &run.subcode {
        RunSubcode::Authored
        | RunSubcode::File {
            form: SubcodeForm::Pq16,
            ..
        } => return None,
        RunSubcode::File { file, .. } => (file, false),
        RunSubcode::RwFile { file, form, .. } => (file, *form != RwForm::Raw),
    };
    Some(RwRun {
        track,
        range,
        path: file.path(),
        are_packs,
    })
}

fn end_position(range: LbaRange) -> u32 {
    range.start().position() + range.len().count()
}

fn check_overlay(
    overlay: &RwOverlay,
    has_cd_text: bool,
    runs: &[RwRun<'_>],
) -> Result<(), LayoutError> {
    let path = || overlay.file.path().to_owned();
    let len = overlay.file.len().saturating_sub(overlay.offset);
    if len == 0 || !len.is_multiple_of(SUBCODE_BYTES as u64) {
        return Err(LayoutError::OverlayLength {
            path: path(),
            offset: overlay.offset,
            len,
        });
    }
    let start = overlay.start.position();
    let end = overlay_end(overlay);
    if has_cd_text && overlay.start.is_lead_in() {
        let other = "CD-Text";
        return Err(LayoutError::RwTwice {
            path: path(),
            other,
        });
    }
    let overlaps = |run: &RwRun<'_>| {
        let reach = if run.are_packs { PACK_REACH } else { 0 };
        start < end_position(run.range) + reach && run.range.start().position() < end
    };
    if runs.iter().any(overlaps) {
        let other = "a track's subcode";
        return Err(LayoutError::RwTwice {
            path: path(),
            other,
        });
    }
    Ok(())
}

/// The position after the overlay's last sector.
pub(super) fn overlay_end(overlay: &RwOverlay) -> u32 {
    let len = overlay.file.len().saturating_sub(overlay.offset);
    let room = ADDRESS_COUNT - overlay.start.position();
    let n_sectors = u32::try_from(len / SUBCODE_BYTES as u64).unwrap_or(u32::MAX);
    overlay.start.position() + n_sectors.min(room)
}
