use std::sync::Arc;

use cd_address::Lba;
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, SectorLayout, scramble};

use super::{Found, RawStream};
use crate::fixtures::{Files, authored, cut, iso_disc, lba, noise, range, render, render_all};
use crate::{Note, OpenError, SectorSource, SourceError};

const RAW: SectorLayout = SectorLayout::RawPw96;
const PQ: SectorLayout = SectorLayout::Pq16;

/// Bytes of a small authored stream of 320 data sectors.
fn bytes(files: &Files, start: i32, layout: SectorLayout) -> Vec<u8> {
    render_all(&authored(&iso_disc(files, 320), start, layout))
}

fn open(
    files: &Files,
    bytes: &[u8],
    layout: Option<SectorLayout>,
    start: Option<Lba>,
) -> Result<RawStream, OpenError> {
    RawStream::open(files.open("stream", bytes), layout, start)
}

#[test]
fn layout_and_start_are_found() {
    let files = Files::new();
    for layout in [RAW, PQ] {
        for start in [-11_077, -22_650, -151] {
            let bytes = bytes(&files, start, layout);
            let stream = open(&files, &bytes, None, None).unwrap();
            assert_eq!(stream.layout(), layout);
            assert_eq!(stream.range().start(), lba(start));
            assert_eq!(stream.notes(), []);
            assert_eq!(render_all(&stream), bytes);
            let said = format!("{} / {}", stream.layout_found(), stream.start_found());
            assert!(said.contains("have a right CRC with sectors of"), "{said}");
            assert!(said.contains("Q frames of the program agree"), "{said}");
        }
    }
}

#[test]
fn bytes_are_had_where_they_lie() {
    let files = Files::new();
    let bytes = bytes(&files, -400, RAW);
    let stream = open(&files, &bytes, None, None).unwrap();
    for (start, count) in [(-400, 1), (-1, 3), (7_000, 70), (5, 0)] {
        let from = usize::try_from(start + 400).unwrap() * 2448;
        let expect = &bytes[from..from + count as usize * 2448];
        let range = range(start, count);
        assert_eq!(render(&stream, range), expect);
        if let Some(mapped) = stream.mapped(range).unwrap() {
            assert_eq!(mapped, expect);
        }
    }
    let past = range(7_069, 2);
    assert!(matches!(
        stream.mapped(past),
        Err(SourceError::OutOfRange { .. })
    ));
    let error = stream.render(range(0, 1), &mut [0; 2_447]).unwrap_err();
    assert!(matches!(error, SourceError::WrongBuffer { .. }));
}

#[test]
fn what_is_given_is_believed_and_contradiction_said() {
    let files = Files::new();
    let bytes = bytes(&files, -400, RAW);
    let packed = Some(SectorLayout::PackedPw96);
    let stream = open(&files, &bytes, packed, Some(lba(-500))).unwrap();
    assert_eq!(stream.layout(), SectorLayout::PackedPw96);
    assert_eq!(stream.range().start(), lba(-500));
    assert_eq!(stream.start_found(), &Found::Given);
    let contradicted = Note::StartContradicted {
        given: lba(-500),
        by_q: lba(-400),
    };
    assert_eq!(stream.notes(), [contradicted]);
    let agreed = open(&files, &bytes, Some(RAW), Some(lba(-400))).unwrap();
    assert_eq!(agreed.notes(), []);
    assert_eq!(agreed.layout_found().to_string(), "as given");
}

#[test]
fn a_lead_in_alone_is_placed_by_its_running_time() {
    let files = Files::new();
    let bytes = bytes(&files, -11_077, RAW);
    let stream = open(&files, &bytes[..2448 * 200], None, None).unwrap();
    assert_eq!(stream.range(), range(-11_077, 200));
    let said = stream.start_found().to_string();
    assert!(
        said.ends_with("running times in Q frames of the lead-in agree"),
        "{said}"
    );
}

/// Rewrites every Q frame of a stream.
fn requeue(
    bytes: &mut [u8],
    layout: SectorLayout,
    mut change: impl FnMut(usize, QFrame) -> QFrame,
) {
    for (n, sector) in bytes.chunks_exact_mut(layout.sector_bytes()).enumerate() {
        let subcode = &mut sector[MAIN_BYTES..];
        if layout == PQ {
            let frame = change(n, QFrame(subcode[..12].try_into().unwrap()));
            subcode[..12].copy_from_slice(&frame.0);
        } else {
            let mut symbols = PwSubcode((&*subcode).try_into().unwrap());
            symbols.set_q(&change(n, symbols.q()));
            subcode.copy_from_slice(&symbols.0);
        }
    }
}

#[test]
fn a_running_time_from_zero_is_no_address() {
    let files = Files::new();
    let mut bytes = bytes(&files, -11_077, RAW);
    bytes.truncate(2448 * 200);
    requeue(&mut bytes, RAW, |n, frame| {
        let mut payload: [u8; 10] = frame.0[..10].try_into().unwrap();
        let time = Lba::new(-150 + i32::try_from(n).unwrap()).unwrap().to_msf();
        payload[3..6].copy_from_slice(&time.to_bcd().0);
        QFrame::with_crc(payload)
    });
    let error = open(&files, &bytes, None, None).unwrap_err();
    assert!(matches!(error, OpenError::StartUnknown { .. }), "{error}");
    let stream = open(&files, &bytes, None, Some(lba(-11_077))).unwrap();
    assert_eq!(stream.range(), range(-11_077, 200));
}

#[test]
fn an_uninverted_crc_is_known_and_said() {
    let files = Files::new();
    let mut bytes = bytes(&files, -400, PQ);
    requeue(&mut bytes, PQ, |_, mut frame| {
        frame.0[10] ^= 0xFF;
        frame.0[11] ^= 0xFF;
        frame
    });
    let stream = open(&files, &bytes, None, None).unwrap();
    assert_eq!((stream.layout(), stream.range().start()), (PQ, lba(-400)));
    let [Note::UninvertedQCrc { found, sampled }] = stream.notes() else {
        unreachable!("{:?}", stream.notes())
    };
    assert_eq!(found, sampled);
    assert_eq!(render_all(&stream), bytes, "left as it is");
}

#[test]
fn some_damaged_q_frames_do_not_matter_but_are_said() {
    let files = Files::new();
    let mut bytes = bytes(&files, -400, RAW);
    requeue(&mut bytes, RAW, |n, mut frame| {
        frame.0[4] ^= u8::from(n % 3 == 1);
        frame
    });
    let stream = open(&files, &bytes, None, None).unwrap();
    assert_eq!(stream.range().start(), lba(-400));
    assert!(matches!(stream.notes(), [Note::WrongQCrc { .. }]));
}

#[test]
fn frames_that_disagree_ask_for_the_start() {
    let files = Files::new();
    let mut bytes = bytes(&files, -151, RAW);
    requeue(&mut bytes, RAW, |n, frame| {
        let mut payload: [u8; 10] = frame.0[..10].try_into().unwrap();
        payload[9] ^= u8::from(n % 2 == 0);
        QFrame::with_crc(payload)
    });
    let error = open(&files, &bytes, None, None).unwrap_err();
    assert!(matches!(error, OpenError::StartUnclear { .. }), "{error}");
    open(&files, &bytes, None, Some(lba(-151))).unwrap();
}

#[test]
fn plain_data_in_a_raw_stream_is_said() {
    let files = Files::new();
    let mut bytes = bytes(&files, -400, RAW);
    for sector in bytes.chunks_exact_mut(2448).skip(400) {
        scramble(sector.first_chunk_mut().unwrap());
    }
    let stream = open(&files, &bytes, None, None).unwrap();
    let [
        Note::NotScrambled {
            first,
            found,
            sampled,
        },
    ] = stream.notes()
    else {
        unreachable!("{:?}", stream.notes())
    };
    assert!(*first >= Lba::ZERO && found < sampled && *found > 20);
    assert_eq!(render_all(&stream), bytes, "left as it is");
}

#[test]
fn a_stream_cut_in_a_sector_says_where() {
    let files = Files::new();
    for (layout, unit) in [(RAW, 2448), (PQ, 2368)] {
        let bytes = bytes(&files, -400, layout);
        for remainder in [1, unit - 1] {
            let error = open(&files, &bytes[..1000 * unit + remainder], None, None).unwrap_err();
            let said = error.to_string();
            let expect = format!(
                "is {} bytes: 1000 sectors of {unit} bytes and {remainder} bytes more",
                1000 * unit + remainder
            );
            assert!(said.contains(&expect), "{said}");
        }
    }
}

#[test]
fn no_subcode_is_no_raw_stream_unless_it_is_stated() {
    let files = Files::new();
    for bytes in [
        noise(2448 * 100, 5),
        vec![0; 2448 * 100],
        vec![0xFF; 2448 * 100],
    ] {
        let error = open(&files, &bytes, None, None).unwrap_err();
        assert!(
            matches!(error, OpenError::NoSubcode { len: 244_800, .. }),
            "{error}"
        );
        let error = open(&files, &bytes, Some(RAW), None).unwrap_err();
        assert!(matches!(error, OpenError::StartUnknown { .. }), "{error}");
        let stream = open(&files, &bytes, Some(RAW), Some(lba(-300))).unwrap();
        assert_eq!(stream.range(), range(-300, 100));
    }
}

#[test]
fn both_layouts_at_once_are_ambiguous() {
    let files = Files::new();
    let mut both = vec![0; 2448 * 148];
    let frame = QFrame::with_crc([0x41, 1, 1, 0, 0, 0, 0, 0, 2, 0]);
    for sector in both.chunks_exact_mut(2448) {
        sector[MAIN_BYTES..].copy_from_slice(&PwSubcode::from_pq(false, &frame).0);
    }
    for sector in both.chunks_exact_mut(2368) {
        let place = &mut sector[MAIN_BYTES..MAIN_BYTES + 12];
        if place.iter().all(|byte| *byte == 0) {
            place.copy_from_slice(&frame.0);
        }
    }
    let error = open(&files, &both, None, None).unwrap_err();
    assert!(
        matches!(error, OpenError::AmbiguousLayout { .. }),
        "{error}"
    );
}

#[test]
fn a_stream_past_the_last_address_is_refused() {
    let files = Files::new();
    let bytes = bytes(&files, -400, RAW);
    let error = open(&files, &bytes[..2448 * 10], None, Some(Lba::MAX)).unwrap_err();
    let said = error.to_string();
    assert!(
        said.ends_with("holds 10 sectors; from lba 404849 there are addresses for 1 only"),
        "{said}"
    );
}

#[test]
fn a_stream_that_is_cut_under_way_is_an_error() {
    let files = Files::new();
    let bytes = bytes(&files, -400, RAW);
    let file = files.open("stream", &bytes);
    let stream = RawStream::open(Arc::clone(&file), None, None).unwrap();
    stream.verify_unchanged().unwrap();
    cut(&files.path("stream"), 2448 * 300);
    let is_changed = |error| matches!(error, SourceError::Changed { .. });
    assert!(is_changed(stream.verify_unchanged().unwrap_err()));
    let tail = range(0, 50);
    assert!(is_changed(
        stream.render(tail, &mut [0; 2448 * 50]).unwrap_err()
    ));
    if file.is_mapped() {
        assert!(is_changed(stream.mapped(tail).unwrap_err()));
    }
}
