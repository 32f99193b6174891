use std::sync::Arc;

use cd_address::{Msf, Sectors};
use cd_sector::{CdTextPack, Control, SectorLayout};

use super::{
    DiscLayout, DiscSpec, FileForm, FilePayload, LayoutError, Run, RunMain, RunSubcode, RwForm,
    RwOverlay, SubcodeForm, Track, TrackKind,
};
use crate::fixtures::{Files, lba, packed, sectors};
use crate::{AuthoredStream, MappedFile};

fn track(file: &Arc<MappedFile>, count: u32) -> Track {
    let run = packed(file, FilePayload::Mode1User, 0..count);
    Track::new(TrackKind::Mode1, vec![run])
}

fn lay_out(tracks: Vec<Track>) -> Result<DiscLayout, LayoutError> {
    DiscLayout::new(DiscSpec::new(tracks))
}

fn check(tracks: Vec<Track>, expect: &str) {
    let error = lay_out(tracks).unwrap_err();
    assert_eq!(error.to_string(), expect);
}

#[test]
fn tracks_follow_each_other() {
    let files = Files::new();
    let file = files.open("a", &[0; 400 * 2352]);
    let song = packed(&file, FilePayload::Samples, 10..400);
    let body = vec![song, Run::made(sectors(10))];
    let second = Track::new(TrackKind::Audio, body).with_pregap(sectors(150));
    let disc = lay_out(vec![track(&file, 300), second]).unwrap();
    let toc = disc.toc();
    assert_eq!(disc.lead_out_start(), lba(300 + 150 + 400));
    assert_eq!((toc.first_track(), toc.last_track()), (1, 2));
    let starts: Vec<_> = toc
        .tracks()
        .map(|t| (t.control, t.start.to_lba()))
        .collect();
    assert_eq!(
        starts,
        [(Control::DATA, lba(0)), (Control::AUDIO, lba(450))]
    );
    assert_eq!(disc.tracks().len(), 2);
    assert_eq!(disc.mcn(), None);
    assert_eq!(disc.first_track(), 1);
    let places = |number| (disc.pregap_start(number), disc.track_start(number));
    assert_eq!(places(0), (None, None));
    assert_eq!(places(1), (Some(lba(-150)), Some(lba(0))));
    assert_eq!(places(2), (Some(lba(300)), Some(lba(450))));
    assert_eq!(places(3), (None, None));
}

#[test]
fn a_longer_first_pregap_moves_the_first_track() {
    let files = Files::new();
    let file = files.open("a", &[0; 300 * 2048]);
    let mut hidden = track(&file, 300);
    hidden = hidden.with_pregap(sectors(182));
    let disc = lay_out(vec![hidden]).unwrap();
    assert_eq!(
        disc.toc().track(1).unwrap().start,
        Msf::new(0, 2, 32).unwrap()
    );
}

#[test]
fn tracks_that_make_no_disc_are_refused() {
    let files = Files::new();
    let file = files.open("a", &[0; 300 * 2048]);
    check(vec![], "a disc has 1 to 99 tracks, not 0");
    check(
        vec![track(&file, 300); 100],
        "a disc has 1 to 99 tracks, not 100",
    );
    check(
        vec![track(&file, 300), track(&file, 299)],
        "track 2 has 299 sectors, fewer than the 300 (4 seconds) a track must have",
    );
    let mut early = track(&file, 300);
    early = early.with_pregap(sectors(149));
    check(
        vec![early],
        "the first track's pregap is 149 sectors, fewer than the 150 before lba 0",
    );
    let mut beyond = track(&file, 300);
    set_offset(&mut beyond, 1);
    let path = file.path();
    check(
        vec![beyond.clone()],
        &format!("track 1 needs 614401 bytes of {path}, which has 614400"),
    );
    set_offset(&mut beyond, u64::MAX);
    let error = lay_out(vec![beyond]).unwrap_err();
    assert!(matches!(error, LayoutError::FileTooShort { .. }));
}

fn set_offset(track: &mut Track, new: u64) {
    let RunMain::File { offset, .. } = &mut track.body[0].main else {
        unreachable!("the run is of a file")
    };
    *offset = new;
}

#[test]
fn the_lead_out_must_fit_behind_the_tracks() {
    let files = Files::new();
    let file = files.open("a", &[0; 300 * 2048]);
    let long = |padding| {
        let mut track = track(&file, 300);
        track.body.push(Run::made(sectors(padding)));
        vec![track]
    };
    let disc = lay_out(long(398_100 - 300)).unwrap();
    assert_eq!(disc.lead_out_start().to_msf().to_string(), "88:30:00");
    check(
        long(398_101 - 300),
        "the lead-out would start at lba 398101; to hold its 6750 sectors it must start at lba 398100 (88:30:00) or \
         before",
    );
    let mut huge = long(0).remove(0);
    huge.body.push(Run::made(Sectors::MAX));
    huge = huge.with_pregap(Sectors::MAX);
    let error = lay_out(vec![huge; 99]).unwrap_err();
    assert!(matches!(error, LayoutError::TooLong { .. }));
}

/// One audio track, changed.
fn check_audio(change: impl FnOnce(&mut Track), expect: &str) {
    let mut song = Track::new(TrackKind::Audio, vec![Run::made(sectors(300))]);
    change(&mut song);
    check(vec![song], expect);
}

fn check_data(change: impl FnOnce(&mut Track), expect: &str) {
    let mut data = Track::new(TrackKind::Mode1, vec![Run::made(sectors(300))]);
    change(&mut data);
    check(vec![data], expect);
}

#[test]
fn numbers_must_fit_in_1_to_99() {
    let song = Track::new(TrackKind::Audio, vec![Run::made(sectors(300))]);
    let numbered = |first, n_tracks| {
        let mut spec = DiscSpec::new(vec![song.clone(); n_tracks]);
        spec.first_track = first;
        DiscLayout::new(spec)
    };
    let disc = numbered(98, 2).unwrap();
    assert_eq!(
        (disc.toc().first_track(), disc.toc().last_track()),
        (98, 99)
    );
    assert_eq!(disc.track_start(99), Some(lba(300)));
    assert_eq!((disc.track_start(1), disc.pregap_start(1)), (None, None));
    assert_eq!(numbered(1, 99).unwrap().toc().last_track(), 99);
    for (first, n_tracks) in [(0, 1), (98, 3), (2, 99)] {
        let expect =
            format!("{n_tracks} tracks from number {first} on do not fit in the numbers 1 to 99");
        assert_eq!(numbered(first, n_tracks).unwrap_err().to_string(), expect);
    }
}

#[test]
fn indexes_that_cannot_be_are_refused() {
    let indexes = |new: &'static [u32]| {
        move |track: &mut Track| track.indexes = new.iter().map(|at| sectors(*at)).collect()
    };
    check_audio(
        indexes(&[0]),
        "index 2 of track 1 begins 0 sectors after index 1, not after index 1 at 0",
    );
    check_audio(
        indexes(&[10, 20, 20]),
        "index 4 of track 1 begins 20 sectors after index 1, not after index 3 at 20",
    );
    check_audio(
        indexes(&[299, 300]),
        "index 3 of track 1 begins 300 sectors after index 1; the track has 300 from there on",
    );
    check_audio(
        |track| track.indexes = (1..=99).map(sectors).collect(),
        "track 1 has 99 indexes after index 1; the last can be index 99, the 98th",
    );
}

#[test]
fn what_only_sound_has_is_refused_in_data() {
    check_data(
        |track| track.scms = true,
        "track 1 is mode 1: serial copy management (SCMS) is for audio tracks alone",
    );
    check_data(
        |track| track.isrc = Some("USABC0212345".parse().unwrap()),
        "track 1 is mode 1: it cannot have the ISRC US-ABC-02-12345, which is for audio tracks alone",
    );
    check_data(
        |track| track.control = Control::DATA | Control::PRE_EMPHASIS,
        "CONTROL of track 1 is 5h (data, incremental), which mode 1 cannot have",
    );
    check_data(
        |track| track.control = Control::AUDIO,
        "CONTROL of track 1 is 0h (audio), which mode 1 cannot have",
    );
    check_audio(
        |track| track.control = Control::DATA,
        "CONTROL of track 1 is 4h (data), which audio cannot have",
    );
    check_audio(
        |track| track.control = Control(0x10),
        "CONTROL of track 1 is 10h (audio), which audio cannot have",
    );
}

#[test]
fn files_that_do_not_suit_are_refused() {
    let files = Files::new();
    let file = files.open("a", &[0; 300 * 2352]);
    let path = file.path();
    check_audio(
        |track| track.body.push(packed(&file, FilePayload::Mode1User, 0..3)),
        &format!("track 1 is audio: 2048 bytes of mode 1 from {path} cannot stand in it"),
    );
    check_data(
        |track| track.body.push(packed(&file, FilePayload::Samples, 0..3)),
        &format!("track 1 is mode 1: samples from {path} cannot stand in it"),
    );
    let form = FileForm {
        payload: FilePayload::Samples,
        stride: 2351,
    };
    check_audio(
        |track| track.body = vec![Run::file(Arc::clone(&file), 0, form, sectors(300))],
        &format!("track 1: sectors of 2352 bytes cannot begin every 2351 bytes in {path}"),
    );
    // Sound may end within its last sector, not before it.
    let songs = |n| packed(&file, FilePayload::Samples, 0..n);
    let mut cut = Track::new(TrackKind::Audio, vec![songs(300)]);
    set_offset(&mut cut, 2351);
    lay_out(vec![cut.clone()]).unwrap();
    set_offset(&mut cut, 2352);
    check(
        vec![cut],
        &format!("track 1 needs 705601 bytes of {path}, which has 705600"),
    );
    let sub = |n_bytes: usize, form| {
        let file = files.open("sub", &vec![0; n_bytes]);
        let (offset, stride) = (0, 96);
        let subcode = RunSubcode::File {
            file,
            offset,
            stride,
            form,
        };
        Track::new(
            TrackKind::Audio,
            vec![Run::made(sectors(300)).with_subcode(subcode)],
        )
    };
    lay_out(vec![sub(300 * 96, SubcodeForm::Rows)]).unwrap();
    lay_out(vec![sub(300 * 96 - 80, SubcodeForm::Pq16)]).unwrap();
    let error = lay_out(vec![sub(300 * 96 - 1, SubcodeForm::RawPw)]).unwrap_err();
    assert!(matches!(
        error,
        LayoutError::FileTooShort {
            needed: 28_800,
            has: 28_799,
            ..
        }
    ));
}

#[test]
fn r_to_w_from_two_places_are_refused() {
    let files = Files::new();
    let file = files.open("rw", &[0; 300 * 96]);
    let path = file.path();
    let run = |n_sectors, form: Option<RwForm>| {
        let subcode = form.map_or(RunSubcode::Authored, |form| RunSubcode::RwFile {
            file: Arc::clone(&file),
            offset: 0,
            stride: RwForm::BYTES,
            form,
        });
        Run::made(sectors(n_sectors)).with_subcode(subcode)
    };
    let track = |runs: &[(u32, Option<RwForm>)]| {
        let body = runs.iter().map(|(n, form)| run(*n, *form)).collect();
        DiscSpec::new(vec![Track::new(TrackKind::Audio, body)])
    };
    let (packs, cdg, raw) = (
        Some(RwForm::Packs),
        Some(RwForm::CdgPacks),
        Some(RwForm::Raw),
    );
    let fits = [
        track(&[(300, packs), (300, cdg)]),
        track(&[(300, raw), (300, cdg)]),
        track(&[(300, packs), (2, None), (300, raw)]),
    ];
    for spec in fits {
        DiscLayout::new(spec).unwrap();
    }
    let error = DiscLayout::new(track(&[(300, packs), (1, None), (300, raw)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "packs of R to W of track 1 end at lba 300 and reach two sectors further, where R to W come from {path}; \
             put two sectors without between them"
        )
    );
    let overlay = |mut spec: DiscSpec, start, offset| {
        let file = Arc::clone(&file);
        let start = lba(start);
        spec.rw = Some(RwOverlay {
            file,
            offset,
            start,
        });
        spec
    };
    DiscLayout::new(overlay(track(&[(300, packs)]), 302, 0)).unwrap();
    DiscLayout::new(overlay(track(&[(300, packs)]), -301, 96)).unwrap();
    for start in [301, -299, 0] {
        let error = DiscLayout::new(overlay(track(&[(300, packs)]), start, 0)).unwrap_err();
        let expect = format!(
            "R to W of the disc come from {path} and from a track's subcode as well: leave one out"
        );
        assert_eq!(error.to_string(), expect);
    }
    let mut text = overlay(track(&[(300, None)]), -151, 0);
    text.cd_text = vec![CdTextPack([0; 18])];
    let error = DiscLayout::new(text.clone()).unwrap_err();
    assert!(matches!(
        error,
        LayoutError::RwTwice {
            other: "CD-Text",
            ..
        }
    ));
    text.rw.as_mut().unwrap().start = lba(-150);
    DiscLayout::new(text).unwrap();
    let error = DiscLayout::new(overlay(track(&[(300, None)]), 0, 1)).unwrap_err();
    assert!(matches!(
        error,
        LayoutError::OverlayLength { len: 28_799, .. }
    ));
}

#[test]
fn r_to_w_need_a_layout_that_carries_them() {
    let song = Track::new(TrackKind::Audio, vec![Run::made(sectors(300))]);
    let mut spec = DiscSpec::new(vec![song]);
    spec.cd_text = vec![CdTextPack([0; 18])];
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let stream = |layout| AuthoredStream::new(Arc::clone(&disc), lba(-151), layout);
    stream(SectorLayout::RawPw96).unwrap();
    assert_eq!(
        stream(SectorLayout::Pq16).unwrap_err().to_string(),
        "the disc has subcode R to W (CD-Text in the lead-in), which sectors 2352+16 (P-Q) cannot carry: take 2352+96 \
         (raw P-W)"
    );
    let error = stream(SectorLayout::PackedPw96).unwrap_err();
    assert!(matches!(error, LayoutError::RwLost { .. }));
}
