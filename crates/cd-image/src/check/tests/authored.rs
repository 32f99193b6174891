//! Discs of every kind, authored: the check has nothing to say of them.

use std::sync::Arc;

use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextLanguage, CdTextRepeats, Control,
};

use super::*;
use crate::fixtures::sectors;
use crate::{DiscLayout, DiscSpec, Run, RunSubcode, RwForm};

/// Sound that moves in small steps, so that its byte order is plain.
fn sound(n_sectors: u32) -> Vec<u8> {
    let n_samples = n_sectors * 588;
    let samples = (0..n_samples).map(|n| i16::try_from(n % 20_000).unwrap() - 10_000);
    samples
        .flat_map(|s| [s, -s])
        .flat_map(i16::to_le_bytes)
        .collect()
}

fn check(spec: DiscSpec) -> CheckReport {
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let report = check_stream(&authored(&disc, START, RAW), &mut |_, _| {
        ControlFlow::Continue(())
    });
    let report = report.unwrap();
    assert_eq!(report.findings, []);
    report
}

#[test]
fn data_of_every_kind() {
    let files = Files::new();
    let file = files.open("data", &noise(310 * 2352, 21));
    let track = |kind, body| Track::new(kind, body).with_pregap(sectors(150));
    let mut mode1 = track(
        TrackKind::Mode1,
        vec![packed(&file, FilePayload::Mode1User, 0..300)],
    );
    mode1
        .pregap
        .push(packed(&file, FilePayload::Mode1User, 0..60));
    let xa = [
        packed(&file, FilePayload::Mode2Form1User, 0..100),
        packed(&file, FilePayload::Mode2Form2User, 0..100),
        packed(&file, FilePayload::Mode2FormMixMade, 0..100),
        Run::made(sectors(9)),
    ];
    let formless = packed(&file, FilePayload::Mode2User, 0..300);
    let report = check(DiscSpec::new(vec![
        mode1,
        track(TrackKind::Mode2Xa, xa.into()),
        track(TrackKind::Mode2Formless, vec![formless]),
        track(TrackKind::Mode0, vec![Run::made(sectors(300))]),
    ]));
    assert_eq!(report.n_data, report.range.len().count());
}

#[test]
fn sound_with_everything_in_its_subcode() {
    let files = Files::new();
    let file = files.open("sound", &sound(900));
    let packs = files.open("packs.cdg", &noise(500 * 96, 4));
    let song = |range, isrc: &str| {
        let body = vec![packed(&file, FilePayload::Samples, range)];
        let mut track = Track::new(TrackKind::Audio, body);
        track.isrc = Some(isrc.parse().unwrap());
        track
    };
    let mut first = song(0..450, "USABC0212345");
    first.pregap = vec![
        Run::made(sectors(150)),
        packed(&file, FilePayload::Samples, 450..700),
    ];
    first.indexes = [1, 97, 98, 300].map(sectors).into();
    first.scms = true;
    let cdg = |form, at| RunSubcode::RwFile {
        file: Arc::clone(&packs),
        offset: at,
        stride: RwForm::BYTES,
        form,
    };
    let mut second = song(450..860, "DEZZ92500001");
    second.control = Control::PRE_EMPHASIS | Control::COPY_PERMITTED;
    second.body[0].subcode = cdg(RwForm::CdgPacks, 200 * 96);
    let mut third = song(300..700, "USABC0212346").with_pregap(sectors(10));
    third.pregap[0].subcode = cdg(RwForm::CdgPacks, 0);
    let iso = files.open("iso", &noise(310 * 2048, 2));
    let iso = packed(&iso, FilePayload::Mode1User, 0..310);
    let data = Track::new(TrackKind::Mode1, vec![iso]).with_pregap(sectors(225));
    let mut spec = DiscSpec::new(vec![first, second, third, data]);
    spec.first_track = 5;
    spec.mcn = Some(MCN.parse().unwrap());
    let mut block = CdTextBlock::new(CdTextLanguage::ENGLISH, CdTextCharset::Ascii, 5, 8).unwrap();
    block.set(CdTextKind::TITLE, 0, "Ramps").unwrap();
    for (track, title) in (5..).zip(["Up", "Further up", "Up again", "A file system"]) {
        block.set(CdTextKind::TITLE, track, title).unwrap();
    }
    let blocks = vec![block];
    spec.cd_text = CdText { blocks }.encode(CdTextRepeats::Tab).unwrap();
    let report = check(spec);
    assert_eq!(report.n_mode1, 225 + 310 + 6_750);
}
