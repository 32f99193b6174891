use cd_sector::{Control, Multisession, Point, Q, QFrame, TocPoint};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

/// A mixed disc with everything a control file can say.
const WHOLE: &str = "\
[CloneCD]
Version=3
[Disc]
TocEntries=7
Sessions=1
DataTracksScrambled=0
CDTextLength=36
CATALOG=1234567890128
[CDText]
Entries=2
Entry 0=80 00 00 00 41 4c 42 55 4d 00 53 4f 4e 47 31 00
Entry 1=80 02 01 00 53 4f 4e 47 32 00 00 00 00 00 00 00
[Session 1]
PreGapMode=1
PreGapSubC=0
[Entry 0]
Session=1
Point=0xa0
ADR=0x01
Control=0x04
TrackNo=0
AMin=0
ASec=0
AFrame=0
ALBA=-150
Zero=0
PMin=1
PSec=32
PFrame=0
PLBA=6750
[Entry 1]
Session=1
Point=0xa1
ADR=0x01
Control=0x00
TrackNo=0
AMin=0
ASec=0
AFrame=0
ALBA=-150
Zero=0
PMin=2
PSec=0
PFrame=0
PLBA=8850
[Entry 2]
Session=1
Point=0xa2
ADR=0x01
Control=0x00
TrackNo=0
AMin=0
ASec=0
AFrame=0
ALBA=-150
Zero=0
PMin=5
PSec=31
PFrame=30
PLBA=24705
[Entry 3]
Session=1
Point=0x01
ADR=0x01
Control=0x04
TrackNo=0
AMin=0
ASec=0
AFrame=0
ALBA=-150
Zero=0
PMin=0
PSec=2
PFrame=0
PLBA=0
[Entry 4]
Session=1
Point=0x02
ADR=0x01
Control=0x02
TrackNo=0
AMin=0
ASec=0
AFrame=0
ALBA=-150
Zero=0
PMin=2
PSec=4
PFrame=10
PLBA=9160
[Entry 5]
Session=1
Point=0xb0
ADR=0x05
Control=0x04
TrackNo=0
AMin=255
ASec=255
AFrame=255
ALBA=1166730
Zero=2
PMin=79
PSec=59
PFrame=74
PLBA=359849
[Entry 6]
Session=1
Point=0xc0
ADR=0x05
Control=0x04
TrackNo=0
AMin=160
ASec=0
AFrame=98
ALBA=719948
Zero=0
PMin=97
PSec=27
PFrame=31
PLBA=-11606
[TRACK 1]
MODE=1
INDEX 1=0
[TRACK 2]
MODE=0
ISRC=USABC0212345
FLAGS=DCP PRE
INDEX 0=9010
INDEX 1=9160
INDEX 2=12000
";

#[test]
fn everything_is_read() {
    let sheet = parse(WHOLE).unwrap();
    assert_eq!((sheet.version, sheet.data_tracks_scrambled), (3, false));
    assert_eq!((sheet.pregap_mode, sheet.pregap_subc), (Some(1), Some(0)));
    assert_eq!(sheet.catalog.unwrap().value.to_string(), "1234567890128");
    assert_eq!(sheet.cd_text.len(), 2);
    assert!(sheet.cd_text.iter().all(CdTextPack::crc_ok));
    assert_eq!(sheet.cd_text[0].payload(), *b"ALBUM\0SONG1\0");

    let toc = sheet.toc().unwrap();
    assert_eq!(toc.disc_type(), DiscType::CD_ROM_XA);
    assert_eq!(toc.lead_out().to_string(), "05:31:30");
    let tracks: Vec<_> = toc.tracks().collect();
    assert_eq!(tracks[1].control, Control::COPY_PERMITTED);
    assert_eq!(tracks[1].start.to_string(), "02:04:10");

    let track = sheet.track(2).unwrap();
    assert_eq!(track.mode.value, CcdMode::Audio);
    assert!(track.flags.copy_permitted && track.flags.pre_emphasis && !track.flags.scms);
    let indexes = track
        .indexes
        .iter()
        .map(|(index, lba)| (*index, lba.value.value()));
    assert_eq!(
        indexes.collect::<Vec<_>>(),
        [(0, 9010), (1, 9160), (2, 12_000)]
    );
    assert_eq!(track.indexes[2].1.place.to_string(), "130:9");
    assert_eq!(sheet.entries[3].place.to_string(), "61:1");
}

#[test]
fn print_is_as_clonecd_writes_it() {
    assert_eq!(
        parse(WHOLE).unwrap().to_string(),
        WHOLE.replace('\n', "\r\n")
    );
}

#[test]
fn dialects_are_read_the_same() {
    let whole = parse(WHOLE).unwrap();
    let check = |text: &str| assert_eq!(parse(text).as_ref(), Ok(&whole), "{text}");
    check(&WHOLE.replace('\n', "\r\n"));
    check(&WHOLE.replace('\n', "\r"));
    check(&WHOLE.replace('\n', " \n\n\t").replace('=', " = "));
    check(&WHOLE.replace("[TRACK", "[Track").replace("PLBA", "plba"));
    check(&WHOLE.replace("FLAGS=DCP PRE", "FLAGS= PRE DCP"));
    check(&WHOLE.replace("0xa0", "160").replace("PMin=79", "PMin=0x4F"));
    check(&WHOLE.replace("CDTextLength=36", "CDTextLength=0"));
    let crc = whole.cd_text[0].crc();
    let with_crc = format!("53 4f 4e 47 31 00 {:02X} {:02X}", crc >> 8, crc & 0xFF);
    check(&WHOLE.replace("53 4f 4e 47 31 00", &with_crc));

    let (entries, _) = WHOLE.split_once("[TRACK 1]").unwrap();
    assert_eq!(parse(entries).unwrap().tracks, []);
}

/// The points of ADR 5 mean what the disc's frames of them mean, and come back from these.
#[test]
fn entries_are_frames_of_the_lead_in() {
    let sheet = parse(WHOLE).unwrap();
    let frame = |idx: usize| sheet.entries[idx].value.to_frame().unwrap();
    let point = |frame: QFrame| match frame.decode() {
        Ok(Q::Toc { point, .. }) => point,
        other => panic!("{other:?}"),
    };
    assert_eq!(frame(0).0[..10], [0x41, 0, 0xA0, 0, 0, 0, 0, 1, 32, 0]);
    let start = "02:04:10".parse().unwrap();
    assert_eq!(point(frame(4)), TocPoint::Track { track: 2, start });
    assert_eq!(
        frame(5).multisession(),
        Some(Ok(Multisession::NextProgram {
            next: None,
            n_pointers: 2,
            outermost_lead_out: "79:59:74".parse().unwrap(),
        }))
    );
    assert_eq!(
        frame(6).multisession(),
        Some(Ok(Multisession::FirstLeadIn {
            special: [160, 0, 98, 0],
            start: "97:27:31".parse().unwrap(),
        }))
    );
    for (idx, entry) in sheet.entries.iter().enumerate() {
        let mut expect = entry.value;
        expect.p_lba = CcdEntry::lba_of(expect.p_time);
        assert_eq!(CcdEntry::from_frame(&frame(idx)), Some(expect), "{idx}");
    }
}

#[test]
fn every_entry_that_is_a_frame_comes_back() {
    for adr in 0..=15 {
        for point in 0..=255 {
            let frame =
                QFrame::with_crc([adr | 0x40, 0, point, 0x01, 0x02, 0x03, 7, 0x11, 0x12, 0x13]);
            let entry = CcdEntry::from_frame(&frame);
            let is_other_track =
                adr == 1 && point <= 99 && point != 0 && Point(point).track().is_none();
            assert_eq!(entry.is_none(), is_other_track, "{adr} {}", Point(point));
            if let Some(entry) = entry {
                assert_eq!(entry.to_frame(), Some(frame), "{adr} {}", Point(point));
            }
        }
    }
    let other_track = CcdEntry {
        point: 100,
        ..parse(WHOLE).unwrap().entries[3].value
    };
    assert_eq!(other_track.to_frame(), None);
    let no_bcd = QFrame::with_crc([0x01, 0, 0xA2, 0, 0, 0, 0, 0x1A, 0, 0]);
    assert_eq!(CcdEntry::from_frame(&no_bcd), None);
}

fn time() -> impl Strategy<Value = [u8; 3]> {
    (0_u8..90, 0_u8..60, 0_u8..75).prop_map(|(minute, second, frame)| [minute, second, frame])
}

fn entry(adr: u8, point: u8, p_time: [u8; 3], other: [u8; 6]) -> CcdEntry {
    let [control, track_no, zero, a_time @ ..] = other;
    CcdEntry {
        point,
        adr,
        control: Control(control & 0x0F),
        track_no: track_no % 100,
        a_time,
        a_lba: CcdEntry::lba_of(a_time),
        zero,
        p_time,
        p_lba: CcdEntry::lba_of(p_time),
    }
}

fn entries() -> impl Strategy<Value = Vec<CcdEntry>> {
    let starts = prop::collection::btree_set(time(), 2..20);
    let adr_5 = prop::collection::btree_set(any::<u8>(), 0..4);
    let bytes = vec(any::<[u8; 6]>(), 30);
    (1_u8..80, starts, adr_5, bytes, any::<u8>()).prop_map(|(first, starts, adr_5, bytes, kind)| {
        let mut bytes = bytes.into_iter();
        let mut next = || bytes.next().unwrap_or_default();
        let starts: Vec<_> = starts.into_iter().collect();
        let Some((lead_out, starts)) = starts.split_last() else {
            return Vec::new();
        };
        let last = first + u8::try_from(starts.len()).unwrap() - 1;
        let mut entries = vec![
            entry(1, 0xA0, [first, kind, 0], next()),
            entry(1, 0xA1, [last, 0, 0], next()),
            entry(1, 0xA2, *lead_out, next()),
        ];
        entries.extend(
            (first..)
                .zip(starts)
                .map(|(track, start)| entry(1, track, *start, next())),
        );
        entries.extend(
            adr_5
                .into_iter()
                .map(|point| entry(5, point, [255, point, 1], next())),
        );
        entries
    })
}

fn track() -> impl Strategy<Value = CcdTrack> {
    let lbas = prop::collection::btree_set(-150..=404_849_i32, 1..5);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let mode = prop::sample::select(vec![CcdMode::Audio, CcdMode::Mode1, CcdMode::Mode2]);
    (mode, any::<bool>(), flags, any::<bool>(), lbas).prop_map(
        |(mode, isrc, flags, has_0, lbas)| {
            let (copy_permitted, four_channel, pre_emphasis, scms) = flags;
            let first = u8::from(!has_0 || lbas.len() == 1);
            CcdTrack {
                number: 0,
                mode: mode.into(),
                isrc: isrc.then(|| "USABC0212345".parse::<Isrc>().unwrap().into()),
                flags: CcdFlags {
                    copy_permitted,
                    four_channel,
                    pre_emphasis,
                    scms,
                },
                indexes: (first..)
                    .zip(lbas.into_iter().map(|lba| Lba::new(lba).unwrap().into()))
                    .collect(),
            }
        },
    )
}

fn sheet() -> impl Strategy<Value = CcdSheet> {
    let head = (
        2_u8..=3,
        any::<bool>(),
        any::<bool>(),
        option::of(any::<u8>()),
        option::of(any::<u8>()),
    );
    let packs = vec(any::<[u8; 16]>(), 0..4);
    (head, packs, entries(), vec(track(), 20), any::<bool>()).prop_map(
        |((version, scrambled, has_catalog, mode, subc), packs, entries, tracks, has_tracks)| {
            let numbers = entries.iter().filter_map(CcdEntry::track);
            let tracks = numbers.zip(tracks).map(|(number, mut track)| {
                track.number = number;
                track
            });
            CcdSheet {
                version,
                data_tracks_scrambled: scrambled,
                catalog: has_catalog.then(|| "1234567890128".parse::<Mcn>().unwrap().into()),
                cd_text: packs.into_iter().map(CdTextPack::with_crc).collect(),
                pregap_mode: mode,
                pregap_subc: subc,
                tracks: tracks.filter(|_| has_tracks).collect(),
                entries: entries.into_iter().map(Spanned::from).collect(),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn printed_sheets_are_read_the_same(sheet in sheet()) {
        prop_assert!(sheet.toc().is_some());
        let printed = sheet.to_string();
        prop_assert_eq!(parse(&printed), Ok(sheet), "{}", printed);
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = parse(&text);
        let _ = parse(&format!("[CloneCD]\n{text}"));
    }

    #[test]
    fn no_order_of_lines_panics(idxs in vec(any::<prop::sample::Index>(), 0..200)) {
        let lines: Vec<_> = WHOLE.lines().collect();
        let text: Vec<_> = idxs.iter().map(|idx| *idx.get(&lines)).collect();
        let _ = parse(&format!("[CloneCD]\n{}", text.join("\n")));
    }

    /// What is still read after a change has a table of contents, and is printed and read the same.
    #[test]
    fn changed_sheets_do_not_panic(
        at in any::<prop::sample::Index>(),
        n_gone in 0_usize..8,
        put in "[ -~\n\\[=0-9x-]{0,4}",
    ) {
        let at = at.index(WHOLE.len());
        let end = WHOLE.len().min(at + n_gone);
        let text = [&WHOLE[..at], &put, &WHOLE[end..]].concat();
        if let Ok(sheet) = parse(&text) {
            prop_assert!(sheet.toc().is_some());
            prop_assert_eq!(parse(&sheet.to_string()), Ok(sheet));
        }
    }
}
