use cd_address::Lba;
use cd_sector::{MAIN_BYTES, SectorLayout, TocError};

use super::{StreamProblem, StreamSurvey, survey};
use crate::fixtures::{Files, Memory, authored, iso_disc, lba, render_all, sectors};

const RAW: SectorLayout = SectorLayout::RawPw96;

fn survey_of(start: i32, bytes: Vec<u8>) -> StreamSurvey {
    survey(&Memory::new(start, RAW, bytes)).unwrap()
}

/// A stream of 320 data sectors from lba -700, and what is in it.
fn stream() -> Vec<u8> {
    render_all(&authored(&iso_disc(&Files::new(), 320), -700, RAW))
}

#[test]
fn a_whole_stream_is_sound() {
    let files = Files::new();
    let disc = iso_disc(&files, 320);
    for layout in [RAW, SectorLayout::Pq16] {
        let found = survey(&authored(&disc, -22_650, layout)).unwrap();
        assert_eq!(found.problems, []);
        assert!(found.is_sound());
        assert_eq!(found.lead_in_sectors, sectors(22_650));
        assert_eq!(found.toc.as_ref(), Some(disc.toc()));
        assert_eq!(found.lead_out_start, Some(lba(320)));
        assert_eq!(found.lead_out_sectors, Some(sectors(6_750)));
        assert_eq!(found.layout, layout);
    }
}

/// Around a page that is looked at the system maps what it has, and what was looked at here and there would stay.
#[cfg(target_os = "linux")]
#[test]
fn a_survey_leaves_no_page_of_the_file_in_memory() {
    use crate::RawStream;

    let files = Files::new();
    let file = files.open("stream", &stream());
    assert!(file.is_mapped());
    let resident_kib = || -> u64 {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let ours = maps.split_once(file.path()).unwrap().1;
        let rss = ours.lines().find_map(|line| line.strip_prefix("Rss:"));
        let rss = rss.unwrap().trim().trim_end_matches(" kB");
        rss.parse().unwrap()
    };
    let source = RawStream::open(std::sync::Arc::clone(&file), Some(RAW), Some(lba(-700))).unwrap();
    let before = resident_kib();
    survey(&source).unwrap();
    let after = resident_kib();
    assert!(after <= before, "{before} KiB before, {after} after");
}

#[test]
fn a_stream_that_ends_early_says_so() {
    let mut bytes = stream();
    bytes.truncate(2448 * (700 + 320 + 6_749));
    let found = survey_of(-700, bytes.clone());
    let sectors = sectors(6_749);
    assert_eq!(found.problems, [StreamProblem::ShortLeadOut { sectors }]);
    assert!(found.is_sound());
    for (kept, last) in [(320, 319), (310, 309)] {
        bytes.truncate(2448 * (700 + kept));
        let found = survey_of(-700, bytes.clone());
        let problem = StreamProblem::EndsBeforeLeadOut {
            last: lba(last),
            lead_out_start: lba(320),
        };
        assert_eq!(found.problems, [problem]);
        assert!(!found.is_sound() && found.lead_out_sectors == Some(cd_address::Sectors::ZERO));
    }
}

#[test]
fn a_stream_without_a_usable_lead_in_says_so() {
    let bytes = stream();
    let program = survey_of(-150, bytes[2448 * 550..].to_vec());
    assert_eq!(program.lead_in_sectors, sectors(150));
    let start = Lba::PREGAP_START;
    assert_eq!(program.problems, [StreamProblem::NoLeadIn { start }]);

    let mut blank = bytes.clone();
    for sector in blank.chunks_exact_mut(2448).take(550) {
        sector[MAIN_BYTES..].fill(0);
    }
    let found = survey_of(-700, blank);
    assert_eq!(found.problems, [StreamProblem::NoToc(TocError::Empty)]);
    assert!(!found.is_sound() && found.toc.is_none());

    // Seven sectors hold the points A0h, A1h and the first of A2h only.
    let short = survey_of(-157, [&bytes[..2448 * 7], &bytes[2448 * 550..]].concat());
    let missing = TocError::MissingTrack {
        track: 1,
        first: 1,
        last: 1,
    };
    assert_eq!(short.problems, [StreamProblem::NoToc(missing)]);
    // A lead-in and nothing else.
    let alone = survey_of(-700, bytes[..2448 * 100].to_vec());
    assert!(matches!(
        alone.problems[..],
        [StreamProblem::EndsBeforeLeadOut { .. }]
    ));
}

#[test]
fn addresses_that_are_not_the_streams_are_said() {
    let found = survey_of(-710, stream());
    let [
        StreamProblem::ShortLeadOut { .. },
        StreamProblem::AddressContradicted {
            lba: at,
            by_q,
            found: n,
            sampled,
        },
    ] = found.problems[..]
    else {
        unreachable!("{:?}", found.problems)
    };
    assert_eq!((at, by_q, n), (lba(-150), lba(-140), sampled));
    let said = found.problems[1].to_string();
    assert!(
        said.ends_with("the one at lba -150 says lba -140 (00:00:10)"),
        "{said}"
    );
}

#[test]
fn a_source_that_fails_is_an_error() {
    let mut source = Memory::new(-700, RAW, stream());
    source.fails_from = Some(200);
    survey(&source).unwrap_err();
}
