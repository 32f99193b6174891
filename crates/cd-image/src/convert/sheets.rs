//! The sheets that describe the files of sectors.

use cd_address::{Lba, RelMsf, Sectors};
use cd_sector::{CdText, Control, DiscType, Isrc, Q, Toc};
use cd_sheet::ccd::{CcdEntry, CcdFlags, CcdMode, CcdSheet, CcdTrack};
use cd_sheet::cue::{
    CueFile, CueFileKind, CueFlags, CuePoint, CuePregap, CueSheet, CueText, CueTextError, CueTrack,
    CueTrackMode,
};
use cd_sheet::toc::{
    TocCdText, TocDiscType, TocLength, TocMode, TocSheet, TocSheetTrack, TocStatement,
    TocSubchannel,
};

use super::{MAIN_BYTES, Stretch, cd_text};
use crate::{DiscMap, TrackKind, TrackMap};

/// CloneCD's control file.
pub(super) fn ccd(map: &DiscMap) -> String {
    let tracks = map.tracks().iter();
    let mode = |track: &TrackMap| match track.kind {
        TrackKind::Audio => CcdMode::Audio,
        TrackKind::Mode0 | TrackKind::Mode1 => CcdMode::Mode1,
        TrackKind::Mode2Formless | TrackKind::Mode2Xa => CcdMode::Mode2,
    };
    let sheet = CcdSheet {
        version: 3,
        data_tracks_scrambled: false,
        catalog: map.mcn().map(Into::into),
        cd_text: map.cd_text().to_vec(),
        pregap_mode: map.tracks().first().map(|track| mode(track).number()),
        pregap_subc: Some(0),
        entries: entries(map.toc()).map(Into::into).collect(),
        tracks: tracks
            .map(|track| CcdTrack {
                number: track.track,
                mode: mode(track).into(),
                isrc: isrc(track).map(Into::into),
                flags: CcdFlags {
                    copy_permitted: track.control.contains(Control::COPY_PERMITTED),
                    four_channel: is_set(track, Control::FOUR_CHANNEL),
                    pre_emphasis: is_set(track, Control::PRE_EMPHASIS),
                    scms: track.scms,
                },
                indexes: points(track)
                    .map(|(index, lba)| (index, lba.into()))
                    .collect(),
            })
            .collect(),
    };
    sheet.to_string()
}

/// The points of the lead-in, without its running time.
fn entries(toc: &Toc) -> impl Iterator<Item = CcdEntry> {
    let running = Lba::PREGAP_START.to_msf();
    let frames = toc.points().map(move |(control, point)| Q::Toc {
        control,
        point,
        running,
    });
    frames.filter_map(|q| CcdEntry::from_frame(&q.encode()))
}

/// A CUE sheet for the file of sectors called `bin`, and that of packs called `packs`.
pub(super) fn cue(
    map: &DiscMap,
    bin: String,
    packs: Option<String>,
) -> Result<String, CueTextError> {
    let packs = packs.map(CueText::new).transpose()?;
    let tracks = map.tracks().iter();
    let sheet = CueSheet {
        catalog: map.mcn().map(Into::into),
        cd_text_file: packs.map(Into::into),
        texts: cd_text::cue_texts(map.cd_text(), 0),
        rems: Vec::new(),
        files: vec![CueFile {
            name: CueText::new(bin)?.into(),
            kind: CueFileKind::Binary,
            rems: Vec::new(),
        }],
        first_track: map.toc().first_track(),
        tracks: tracks
            .map(|track| CueTrack {
                mode: cue_mode(map, track).into(),
                texts: cd_text::cue_texts(map.cd_text(), track.track),
                rems: Vec::new(),
                flags: CueFlags {
                    copy_permitted: track.control.contains(Control::COPY_PERMITTED),
                    four_channel: is_set(track, Control::FOUR_CHANNEL),
                    pre_emphasis: is_set(track, Control::PRE_EMPHASIS),
                    scms: track.scms,
                },
                isrc: isrc(track).map(Into::into),
                pregap: match points(track).next() {
                    Some((0, at)) => CuePregap::InFile(point(at).into()),
                    _ => CuePregap::None,
                },
                indexes: points(track)
                    .filter(|(index, _)| *index > 0)
                    .map(|(_, at)| point(at).into())
                    .collect(),
                postgap: None,
            })
            .collect(),
    };
    Ok(sheet.to_string())
}

/// Whether the sheet's modes say that the disc is a CD-i.
pub(super) fn is_cdi(map: &DiscMap) -> bool {
    map.toc().disc_type() == DiscType::CD_I && map.tracks().iter().any(is_mode_2)
}

const fn is_mode_2(track: &TrackMap) -> bool {
    matches!(track.kind, TrackKind::Mode2Formless | TrackKind::Mode2Xa)
}

fn cue_mode(map: &DiscMap, track: &TrackMap) -> CueTrackMode {
    match track.kind {
        TrackKind::Audio => CueTrackMode::Audio,
        TrackKind::Mode0 | TrackKind::Mode1 => CueTrackMode::Mode1Raw,
        TrackKind::Mode2Formless | TrackKind::Mode2Xa if is_cdi(map) => CueTrackMode::CdiRaw,
        TrackKind::Mode2Formless | TrackKind::Mode2Xa => CueTrackMode::Mode2Raw,
    }
}

/// A toc-file for the file of sectors called `bin`, in which the tracks lie as `stretches` say.
pub(super) fn toc(map: &DiscMap, bin: &str, stretches: &[Stretch]) -> String {
    let (text, _) = CdText::decode(map.cd_text());
    let has_text = !map.cd_text().is_empty();
    let tracks = map.tracks().iter().zip(stretches);
    let first = map.toc().first_track();
    let sheet = TocSheet {
        disc_type: Some(toc_disc_type(map)),
        catalog: map.mcn().map(Into::into),
        first_track: (first != 1).then_some(first),
        cd_text: if has_text {
            cd_text::toc_disc(&text)
        } else {
            TocCdText::default()
        },
        tracks: tracks
            .map(|(track, stretch)| TocSheetTrack {
                cd_text: if has_text {
                    cd_text::toc_track(&text, track.track)
                } else {
                    Vec::new()
                },
                ..toc_sheet_track(track, bin, stretch)
            })
            .collect(),
    };
    sheet.to_string()
}

/// The word for the disc type; for one that has none, that for the tracks there are.
pub(super) fn toc_disc_type(map: &DiscMap) -> TocDiscType {
    let has = |is: fn(&TrackMap) -> bool| map.tracks().iter().any(is);
    match map.toc().disc_type() {
        DiscType::CD_I => TocDiscType::CdI,
        DiscType::CD_ROM_XA => TocDiscType::CdRomXa,
        DiscType::CD_ROM_OR_DA if has(|track| track.kind != TrackKind::Audio) => TocDiscType::CdRom,
        DiscType::CD_ROM_OR_DA => TocDiscType::CdDa,
        _ if has(|track| track.kind == TrackKind::Mode2Xa) => TocDiscType::CdRomXa,
        _ => TocDiscType::CdRom,
    }
}

fn toc_sheet_track(track: &TrackMap, bin: &str, stretch: &Stretch) -> TocSheetTrack {
    let mode = match track.kind {
        TrackKind::Audio => TocMode::Audio,
        TrackKind::Mode0 | TrackKind::Mode1 => TocMode::Mode1Raw,
        TrackKind::Mode2Formless | TrackKind::Mode2Xa => TocMode::Mode2Raw,
    };
    let mut sheet = TocSheetTrack::new(mode);
    sheet.subchannel = stretch.has_rw.then_some(TocSubchannel::RwRaw);
    sheet.copy_permitted = track.control.contains(Control::COPY_PERMITTED);
    sheet.pre_emphasis = is_set(track, Control::PRE_EMPHASIS);
    sheet.four_channel = is_set(track, Control::FOUR_CHANNEL);
    sheet.isrc = isrc(track).map(Into::into);
    let length = Some(TocLength::Time(time(stretch.range.len())));
    let statement = if mode == TocMode::Audio && !stretch.has_rw {
        audio_file(bin, stretch, length)
    } else {
        TocStatement::DataFile {
            name: bin.to_owned(),
            offset: (stretch.offset > 0).then_some(stretch.offset),
            length,
        }
    };
    sheet.statements.push(statement.into());
    let pregap = track.start.since(stretch.range.start());
    if let Some(pregap) = pregap.filter(|pregap| !pregap.is_zero()) {
        let start = TocStatement::Start(Some(time(pregap)));
        sheet.statements.push(start.into());
    }
    sheet.indexes = track.indexes.iter().map(|at| time(*at).into()).collect();
    sheet
}

/// Counted in sectors where that can be, which programs read that know no byte offsets.
fn audio_file(bin: &str, stretch: &Stretch, length: Option<TocLength>) -> TocStatement {
    const SECTOR: u64 = MAIN_BYTES as u64;
    let in_sectors = stretch.offset.is_multiple_of(SECTOR);
    let n_before = u32::try_from(stretch.offset / SECTOR)
        .ok()
        .filter(|_| in_sectors);
    let n_before = n_before.and_then(|n_before| Sectors::new(n_before).ok()?.to_rel_msf());
    TocStatement::AudioFile {
        name: bin.to_owned(),
        swap: false,
        offset: n_before.is_none().then_some(stretch.offset),
        start: n_before.map_or(TocLength::Units(0), TocLength::Time),
        length,
    }
}

/// Index 0 if there are sectors of it from LBA 0 on, index 1 and those after it.
pub(super) fn points(track: &TrackMap) -> impl Iterator<Item = (u8, Lba)> {
    let pregap = track.pregap_start.max(Lba::ZERO);
    let pregap = (pregap < track.start).then_some((0, pregap));
    let further = track.indexes.iter();
    let further = further.filter_map(|at| track.start.add(*at).ok());
    pregap
        .into_iter()
        .chain((1..).zip(std::iter::once(track.start).chain(further)))
}

fn point(at: Lba) -> CuePoint {
    CuePoint {
        file_idx: 0,
        time: time(at.since(Lba::ZERO).unwrap_or(Sectors::ZERO)),
    }
}

/// A length as a time: those of a program, which ends before 90:00:00, all are.
fn time(sectors: Sectors) -> RelMsf {
    sectors.to_rel_msf().unwrap_or(RelMsf::ZERO)
}

/// A recording code where it can be authored.
fn isrc(track: &TrackMap) -> Option<Isrc> {
    track.isrc.filter(|_| track.kind == TrackKind::Audio)
}

/// Whether a track of sound has this bit of CONTROL.
fn is_set(track: &TrackMap, bit: Control) -> bool {
    track.kind == TrackKind::Audio && track.control.contains(bit)
}
