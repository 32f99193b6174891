//! Discs of every kind, for round trips.

use std::sync::{Arc, OnceLock};

use cd_address::{Lba, Sectors};
use cd_sector::{
    CdText, CdTextBlock, CdTextCharset, CdTextKind, CdTextLanguage, CdTextPack, CdTextRepeats,
    Control, DiscType, SectorLayout,
};
use proptest::prelude::*;

use crate::fixtures::{Files, noise, packed, sectors};
use crate::{AuthoredStream, DiscLayout, DiscSpec, FilePayload, MappedFile, Run, Track, TrackKind};

/// What a disc's sectors come from.
fn noise_file() -> &'static Arc<MappedFile> {
    static FILE: OnceLock<(Files, Arc<MappedFile>)> = OnceLock::new();
    let (_, file) = FILE.get_or_init(|| {
        let files = Files::new();
        let file = files.open("noise", &noise(2352 * 400, 11));
        (files, file)
    });
    file
}

const KINDS: [TrackKind; 5] = [
    TrackKind::Audio,
    TrackKind::Mode0,
    TrackKind::Mode1,
    TrackKind::Mode2Formless,
    TrackKind::Mode2Xa,
];

fn payload(kind: TrackKind, choice: bool) -> Option<FilePayload> {
    match kind {
        TrackKind::Audio => Some(FilePayload::Samples),
        TrackKind::Mode1 => Some(FilePayload::Mode1User),
        TrackKind::Mode2Formless => Some(FilePayload::Mode2User),
        TrackKind::Mode2Xa if choice => Some(FilePayload::Mode2Form1User),
        TrackKind::Mode2Xa => Some(FilePayload::Mode2Form2User),
        _ => None,
    }
}

prop_compose! {
    /// A track of any kind, with a pregap if it is not the first.
    pub(crate) fn track()(
        kind in proptest::sample::select(&KINDS[..]),
        control in 0_u8..16,
        scms: bool,
        isrc in proptest::option::of("[A-Z]{2}[A-Z0-9]{3}[0-9]{7}"),
        is_file: bool,
        choice: bool,
        body in 300_u32..330,
        pregap in prop_oneof![Just(0_u32), Just(1), Just(150), 2_u32..60],
        has_foreign_pregap: bool,
        indexes in proptest::collection::btree_set(1_u32..300, 0..5),
    ) -> Track {
        let run = match payload(kind, choice).filter(|_| is_file) {
            Some(payload) => packed(noise_file(), payload, 0..body),
            None => Run::made(sectors(body)),
        };
        let mut track = Track::new(kind, vec![run]);
        let is_audio = kind == TrackKind::Audio;
        track.control = Control(if is_audio { control & 0b1011 } else { control & 2 | 4 });
        track.scms = is_audio && scms;
        track.isrc = isrc.filter(|_| is_audio).map(|isrc| isrc.parse().unwrap());
        if pregap > 0 {
            track.pregap.push(Run::made(sectors(pregap)));
            if has_foreign_pregap && !is_audio {
                // Sound before data: a part of the pregap is as the track before.
                track.pregap.insert(0, packed(noise_file(), FilePayload::ScrambledSector, 0..20));
            }
        }
        track.indexes = indexes.into_iter().map(sectors).collect();
        track
    }
}

/// Packs of a title, in the order in which a lead-in has them.
pub(crate) fn packs(n_tracks: u8, title: &str) -> Vec<CdTextPack> {
    let (english, charset) = (CdTextLanguage::ENGLISH, CdTextCharset::Iso8859_1);
    let mut block = CdTextBlock::new(english, charset, 1, n_tracks).unwrap();
    block.set(CdTextKind::TITLE, 0, title).unwrap();
    for track in 1..=n_tracks {
        block.set(CdTextKind::TITLE, track, "of a track").unwrap();
    }
    let text = CdText {
        blocks: vec![block],
    };
    text.encode(CdTextRepeats::Tab).unwrap()
}

prop_compose! {
    /// A disc of one to four tracks.
    pub(crate) fn disc()(
        mut tracks in proptest::collection::vec(track(), 1..5),
        first_pregap in prop_oneof![Just(150_u32), 151_u32..200],
        first_track in prop_oneof![Just(1_u8), 1_u8..95],
        mcn in proptest::option::of(Just("4006381333931")),
        disc_type in proptest::option::of(prop_oneof![Just(DiscType::CD_I), Just(DiscType::CD_ROM_XA)]),
        title in proptest::option::of("[ -~]{1,60}"),
    ) -> DiscSpec {
        tracks[0].pregap = vec![Run::made(sectors(first_pregap))];
        let n_tracks = u8::try_from(tracks.len()).unwrap();
        let mut spec = DiscSpec::new(tracks);
        spec.first_track = first_track;
        spec.mcn = mcn.map(|mcn| mcn.parse().unwrap());
        spec.disc_type = disc_type;
        spec.cd_text = title.map(|title| packs(n_tracks, &title)).unwrap_or_default();
        spec
    }
}

/// The stream of `spec` from a lead-in that is as short as the tests like it.
pub(crate) fn stream(spec: DiscSpec) -> AuthoredStream {
    let disc = Arc::new(DiscLayout::new(spec).unwrap());
    let start = Lba::PREGAP_START.sub(LEAD_IN).unwrap();
    AuthoredStream::new(disc, start, SectorLayout::RawPw96).unwrap()
}

/// Sectors of the tests' lead-ins.
pub(crate) const LEAD_IN: Sectors = match Sectors::new(120) {
    Ok(count) => count,
    Err(_) => unreachable!(),
};
