use std::sync::Arc;

use cd_address::{Msf, Sectors};
use cd_sector::Control;

use super::{DiscLayout, DiscSpec, FilePayload, LayoutError, Run, RunMain, Track, TrackKind};
use crate::MappedFile;
use crate::fixtures::{Files, lba, packed, sectors};

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
