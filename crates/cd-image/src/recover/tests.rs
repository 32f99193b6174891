use std::ops::ControlFlow;

use cd_address::Sectors;
use cd_sector::{MAIN_BYTES, PwSubcode, Q, QFrame, SectorLayout};
use proptest::prelude::*;

use super::*;
use crate::fixtures::{
    Files, MCN, Memory, authored, disc_of, iso_disc, lba, mixed_disc, noise, packed, render_all,
    sectors,
};
use crate::{FilePayload, LEAD_OUT_SECTORS};

pub(crate) mod discs;

const START: i32 = -250;

fn quiet(_: Sectors, _: Sectors) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn map_of(source: &dyn SectorSource) -> DiscMap {
    recover(source, &mut quiet).unwrap()
}

fn mixed(layout: SectorLayout) -> Memory {
    let stream = authored(&mixed_disc(&Files::new()), START, layout);
    Memory::new(START, layout, render_all(&stream))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_authored_disc_is_found_whole(spec in discs::disc()) {
        let wanted = spec.clone();
        let stream = discs::stream(spec);
        let map = map_of(&stream);
        prop_assert_eq!(map.range(), stream.range());
        prop_assert_eq!(map.toc(), stream.disc().toc());
        prop_assert_eq!((map.mcn(), map.cd_text()), (wanted.mcn, &wanted.cd_text[..]));
        for (found, (number, track)) in map.tracks().iter().zip((wanted.first_track..).zip(&wanted.tracks)) {
            let disc = stream.disc();
            prop_assert_eq!((found.track, found.kind), (number, track.kind));
            prop_assert_eq!((found.control, found.scms), (track.toc_control(), track.scms));
            prop_assert_eq!(found.isrc, track.isrc);
            prop_assert_eq!(Some(found.pregap_start), disc.pregap_start(number));
            prop_assert_eq!(Some(found.start), disc.track_start(number));
            prop_assert_eq!(&found.indexes, &track.indexes);
            let other = if track.pregap.len() > 1 && number > wanted.first_track { 20 } else { 0 };
            prop_assert_eq!(found.pregap_other, sectors(other));
        }
        // Sound in the pregap of data is no kind of the track's; all else comes back.
        let others = map.deviations().iter();
        let others = others.filter(|it| (it.area, it.layer) != (DiscArea::Program, SectorLayer::Main));
        prop_assert_eq!(others.count(), 0, "{:?}", map.deviations());
    }
}

#[test]
fn all_layouts_tell_the_same_disc() {
    for layout in [
        SectorLayout::RawPw96,
        SectorLayout::PackedPw96,
        SectorLayout::Pq16,
    ] {
        let map = map_of(&mixed(layout));
        assert_eq!(map.layout(), layout);
        assert_eq!(map.mcn(), Some(MCN.parse().unwrap()));
        let starts: Vec<_> = map
            .tracks()
            .iter()
            .map(|t| (t.pregap_start, t.start))
            .collect();
        let at = |pregap, start| (lba(pregap), lba(start));
        let wanted = [at(-150, 0), at(300, 525), at(826, 826), at(1226, 1227)];
        assert_eq!(starts, wanted);
        assert_eq!(map.deviations(), [], "{layout}");
        assert_eq!(map.lead_out_sectors(), LEAD_OUT_SECTORS);
    }
}

/// Changes the sector at `at` of a mixed disc, and expects that one deviation and no other.
fn check(at: i32, change: impl FnOnce(&mut [u8]), area: DiscArea, layer: SectorLayer) {
    let mut stream = mixed(SectorLayout::RawPw96);
    let idx = usize::try_from(at - START).unwrap();
    change(&mut stream.bytes[idx * 2448..][..2448]);
    let wanted = Deviation {
        area,
        layer,
        n_sectors: 1,
        first: lba(at),
    };
    assert_eq!(map_of(&stream).deviations(), [wanted], "lba {at}");
}

fn flip_p(sector: &mut [u8]) {
    for symbol in &mut sector[MAIN_BYTES..] {
        *symbol ^= 0x80;
    }
}

#[test]
fn every_layer_of_every_area_is_compared() {
    use {DiscArea as Area, SectorLayer as Layer};
    for (at, area) in [
        (-200, Area::LeadIn),
        (-3, Area::Pregap),
        (100, Area::Program),
        (700, Area::Program),
        (1600, Area::LeadOut),
    ] {
        check(at, flip_p, area, Layer::P);
        check(at, |sector| sector[MAIN_BYTES] ^= 0x80, area, Layer::P);
        check(at, |sector| sector[MAIN_BYTES + 95] ^= 0x40, area, Layer::Q);
        check(at, |sector| sector[MAIN_BYTES + 9] ^= 0x01, area, Layer::Rw);
        if area != Area::Program {
            check(at, |sector| sector[2000] ^= 1, area, Layer::Main);
        }
    }
    // Of the program's main channel only the kind counts.
    let audio = noise(MAIN_BYTES, 5);
    check(
        100,
        |sector| sector[..MAIN_BYTES].copy_from_slice(&audio),
        Area::Program,
        Layer::Main,
    );
}

#[test]
fn a_slip_of_q_moves_no_index() {
    let mut stream = mixed(SectorLayout::RawPw96);
    for (at, index) in [(50, 2), (400, 1), (600, 2), (900, 0)] {
        let idx = usize::try_from(at - START).unwrap();
        let symbols = &mut stream.bytes[idx * 2448 + MAIN_BYTES..][..96];
        let mut subcode = PwSubcode((&*symbols).try_into().unwrap());
        let [mut payload @ .., _, _] = subcode.q().0;
        payload[2] = index;
        subcode.set_q(&QFrame::with_crc(payload));
        symbols.copy_from_slice(&subcode.0);
    }
    let map = map_of(&stream);
    let intact = map_of(&mixed(SectorLayout::RawPw96));
    assert_eq!(map.tracks(), intact.tracks());
    let n_sectors = map.deviations().iter().map(|it| it.n_sectors);
    assert_eq!(n_sectors.collect::<Vec<_>>(), [4], "{:?}", map.deviations());
}

#[test]
fn a_pregap_that_counts_to_one_is_found_at_the_same_place() {
    let mut stream = mixed(SectorLayout::RawPw96);
    for at in 300..525 {
        let idx = usize::try_from(at - START).unwrap();
        let symbols = &mut stream.bytes[idx * 2448 + MAIN_BYTES..][..96];
        let mut subcode = PwSubcode((&*symbols).try_into().unwrap());
        if let Ok(Q::Position {
            control,
            track,
            index,
            absolute,
            ..
        }) = subcode.q().decode()
        {
            let relative = sectors(525 - at.unsigned_abs()).to_rel_msf().unwrap();
            let q = Q::Position {
                control,
                track,
                index,
                relative,
                absolute,
            };
            subcode.set_q(&q.encode());
            symbols.copy_from_slice(&subcode.0);
        }
    }
    let map = map_of(&stream);
    assert_eq!(map.tracks()[1].pregap_start, lba(300));
    let [deviation] = map.deviations() else {
        panic!("{:?}", map.deviations());
    };
    assert_eq!(
        (deviation.layer, deviation.first),
        (SectorLayer::Q, lba(300))
    );
}

#[test]
fn the_number_most_frames_name_wins() {
    let mut stream = mixed(SectorLayout::RawPw96);
    let other: Mcn = "1234567890128".parse().unwrap();
    let idx = usize::try_from(49 - 150 - START).unwrap();
    let symbols = &mut stream.bytes[idx * 2448 + MAIN_BYTES..][..96];
    let mut subcode = PwSubcode((&*symbols).try_into().unwrap());
    let Ok(Q::Mcn {
        control,
        absolute_frame,
        ..
    }) = subcode.q().decode()
    else {
        panic!("{:?}", subcode.q());
    };
    let q = Q::Mcn {
        control,
        mcn: other,
        absolute_frame,
    };
    subcode.set_q(&q.encode());
    symbols.copy_from_slice(&subcode.0);
    assert_eq!(map_of(&stream).mcn(), Some(MCN.parse().unwrap()));
}

#[test]
fn what_is_no_disc_is_refused_in_words() {
    let files = Files::new();
    let stream = authored(&iso_disc(&files, 300), START, SectorLayout::RawPw96);
    let bytes = render_all(&stream);
    let part = |from: i32, to: i32| {
        let at = |at: i32| usize::try_from(at - START).unwrap() * 2448;
        Memory::new(
            from,
            SectorLayout::RawPw96,
            bytes[at(from)..at(to)].to_vec(),
        )
    };
    let refusal = |stream: &Memory| recover(stream, &mut quiet).unwrap_err().to_string();
    for (from, to, words) in [
        (
            -150,
            600,
            "the stream starts at lba -150 (00:00:00), after the lead-in",
        ),
        (-152, 600, "the lead-in holds no usable table of contents"),
        (
            START,
            299,
            "the stream ends with lba 298, before the lead-out at lba 300",
        ),
    ] {
        let said = refusal(&part(from, to));
        assert!(said.starts_with(words), "{said}");
    }
    let mut stopped = 0;
    let error = recover(&part(START, 600), &mut |done, _| {
        stopped = done.count();
        ControlFlow::Break(())
    });
    let error = error.unwrap_err();
    assert!(matches!(error, RecoverError::Stopped { .. }), "{error}");
    assert_eq!(stopped, 256);
    let mut broken = part(START, 600);
    broken.fails_from = Some(200);
    let error = recover(&broken, &mut quiet).unwrap_err();
    assert!(matches!(error, RecoverError::Source(_)), "{error}");
}

#[test]
fn a_disc_no_author_makes_is_refused_with_the_reason() {
    let files = Files::new();
    let audio = files.open("audio", &noise(700 * 2352, 1));
    let run = |range| vec![packed(&audio, FilePayload::Samples, range)];
    let tracks = [run(0..300), run(300..700)].map(|body| Track::new(TrackKind::Audio, body));
    let disc = disc_of(tracks.to_vec());
    let mut stream = Memory::new(
        START,
        SectorLayout::RawPw96,
        render_all(&authored(&disc, START, SectorLayout::RawPw96)),
    );
    // The second track shall begin at LBA 100.
    let toc = Toc::new(
        disc.toc().disc_type(),
        &disc
            .toc()
            .tracks()
            .map(|mut track| {
                if track.track == 2 {
                    track.start = lba(100).to_msf();
                }
                track
            })
            .collect::<Vec<_>>(),
        disc.toc().lead_out(),
    )
    .unwrap();
    let points: Vec<_> = toc.points().collect();
    for (idx, at) in (START..-150).enumerate() {
        let (control, point) = points[idx / 3 % points.len()];
        let q = Q::Toc {
            control,
            point,
            running: lba(at).to_msf(),
        };
        let subcode = PwSubcode::from_pq(false, &q.encode());
        stream.bytes[idx * 2448 + MAIN_BYTES..][..96].copy_from_slice(&subcode.0);
    }
    let error = recover(&stream, &mut quiet).unwrap_err();
    let RecoverError::Layout(LayoutError::TrackTooShort { track: 1, sectors }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(sectors, 100);
}

#[test]
fn the_trace_is_as_small_as_it_says() {
    assert!(size_of::<SectorTrace>() <= 20);
}

#[test]
fn cd_text_in_another_phase_is_found_and_told() {
    let spec = |packs| {
        let mut spec = DiscSpec::new(vec![Track::new(
            TrackKind::Audio,
            vec![Run::made(sectors(300))],
        )]);
        spec.cd_text = packs;
        spec
    };
    let packs = discs::packs(1, "A title that takes more than one pack of text");
    let mut turned = packs.clone();
    turned.rotate_left(1);
    let map = map_of(&discs::stream(spec(turned)));
    assert_eq!(map.cd_text(), packs);
    let lead_in = |it: &&Deviation| (it.area, it.layer) == (DiscArea::LeadIn, SectorLayer::Rw);
    let found = map.deviations().iter().find(lead_in).unwrap();
    assert_eq!(found.n_sectors, discs::LEAD_IN.count());
    assert_eq!(map.deviations().len(), 1);
}
