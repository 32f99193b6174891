//! One fault planted, one finding: of its kind, at its address, and nothing else.

use std::sync::OnceLock;

use cd_address::{Lba, LbaRange};
use cd_sector::{
    Control, MAIN_BYTES, PwSubcode, Q, QFrame, SUBCODE_BYTES, SectorLayout, Toc, TocPoint,
};

use super::*;
use crate::fixtures::{
    Files, MCN, Memory, authored, disc_of, iso_disc, lba, mixed_disc, noise, packed, range,
    render_all,
};
use crate::{FilePayload, Track, TrackKind};

mod areas;
mod authored;
mod cd_text;
mod clean;
mod folding;
mod main_channel;
mod p_and_packs;
mod program;
mod sessions;

/// A short lead-in keeps the streams small; 300 sectors are the least a track may have.
const START: i32 = -250;
const N_SECTORS: u32 = 300;
const RAW: SectorLayout = SectorLayout::RawPw96;

/// Where the indices of [`Stream::mixed`] begin.
const TRACK_2_PREGAP: i32 = 300;
const TRACK_2: i32 = 525;
const TRACK_3: i32 = 826;
const TRACK_4: i32 = 1227;

/// A stream to plant faults in.
struct Stream(Memory);

impl Stream {
    /// One Mode 1 track from 0 to 299, no catalogue number.
    fn iso() -> Self {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        let bytes = BYTES.get_or_init(|| {
            let files = Files::new();
            render_all(&authored(&iso_disc(&files, N_SECTORS), START, RAW))
        });
        Self(Memory::new(START, RAW, bytes.clone()))
    }

    /// Data; sound with a long pregap; sound with none; data with a pregap of one sector. With a catalogue number.
    fn mixed() -> Self {
        static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
        let bytes = BYTES.get_or_init(|| {
            let files = Files::new();
            render_all(&authored(&mixed_disc(&files), START, RAW))
        });
        Self(Memory::new(START, RAW, bytes.clone()))
    }

    fn sector(&mut self, at: i32) -> &mut [u8] {
        let size = self.0.layout.sector_bytes();
        let n_before = usize::try_from(at - self.0.start).unwrap();
        &mut self.0.bytes[n_before * size..][..size]
    }

    fn main(&mut self, at: i32) -> &mut [u8; MAIN_BYTES] {
        self.sector(at).first_chunk_mut().unwrap()
    }

    fn subcode(&mut self, at: i32) -> PwSubcode {
        let symbols: [u8; SUBCODE_BYTES] = self.sector(at)[MAIN_BYTES..].try_into().unwrap();
        PwSubcode(symbols)
    }

    fn set_subcode(&mut self, at: i32, subcode: &PwSubcode) {
        self.sector(at)[MAIN_BYTES..].copy_from_slice(&subcode.0);
    }

    fn q(&mut self, at: i32) -> QFrame {
        self.subcode(at).q()
    }

    fn set_q(&mut self, at: i32, frame: &QFrame) {
        let mut subcode = self.subcode(at);
        subcode.set_q(frame);
        self.set_subcode(at, &subcode);
    }

    /// Changes Q and makes its CRC right.
    fn change_q(&mut self, at: i32, change: impl FnOnce(&mut [u8; 10])) {
        let [mut payload @ .., _, _] = self.q(at).0;
        change(&mut payload);
        self.set_q(at, &QFrame::with_crc(payload));
    }

    fn set_p(&mut self, at: i32, level: bool) {
        let mut subcode = self.subcode(at);
        subcode.set_p(level);
        self.set_subcode(at, &subcode);
    }

    /// Writes the lead-in anew for another table of contents.
    fn set_toc(&mut self, toc: &Toc) {
        let points: Vec<_> = toc.points().collect();
        for (n, at) in (self.0.start..-150).enumerate() {
            let (control, point) = points[n / 3 % points.len()];
            let running = lba(at).to_msf();
            self.set_q(
                at,
                &Q::Toc {
                    control,
                    point,
                    running,
                }
                .encode(),
            );
        }
    }

    /// The table of contents that the lead-in holds.
    fn toc(&mut self) -> Toc {
        let mut collector = cd_sector::TocCollector::new();
        for at in self.0.start..-150 {
            collector.push(&self.q(at));
        }
        collector.finish().unwrap()
    }

    /// Addresses from `from` on, in ascending order, whose frames have this ADR.
    fn with_adr(&mut self, adr: u8, from: i32) -> Vec<i32> {
        let end = self.end();
        (from..end).filter(|at| self.q(*at).adr() == adr).collect()
    }

    fn end(&self) -> i32 {
        self.0.range().last().unwrap().value() + 1
    }

    /// Cuts the stream before `at`.
    fn cut(&mut self, at: i32) {
        let n_kept = usize::try_from(at - self.0.start).unwrap();
        self.0.bytes.truncate(n_kept * self.0.layout.sector_bytes());
    }

    fn check(&self) -> CheckReport {
        check_stream(&self.0, &mut |_, _| ControlFlow::Continue(())).unwrap()
    }

    /// Exactly one finding: of this kind, in all of these sectors; what was expected and got hold these words.
    #[track_caller]
    fn expect(&self, at: LbaRange, kind: FindingKind, (expected, got): (&str, &str)) {
        let report = self.check();
        let [finding] = &report.findings[..] else {
            panic!("{:#?}", report.findings);
        };
        assert_eq!(
            (finding.kind, finding.range, finding.every),
            (kind, at, 1),
            "{finding:#?}"
        );
        assert_eq!(finding.n_sectors, at.len().count());
        assert!(finding.expected.contains(expected), "{finding:#?}");
        assert!(finding.got.contains(got), "{finding:#?}");
        assert_eq!(report.worst(), Some(kind.severity()));
    }

    /// Findings of this kind only; their addresses.
    #[track_caller]
    fn expect_only(&self, kind: FindingKind) -> Vec<LbaRange> {
        let report = self.check();
        assert!(!report.findings.is_empty());
        assert!(
            report.findings.iter().all(|finding| finding.kind == kind),
            "{:#?}",
            report.findings
        );
        report
            .findings
            .iter()
            .map(|finding| finding.range)
            .collect()
    }
}

/// One sector.
fn one(at: i32) -> LbaRange {
    range(at, 1)
}

fn msf_of(at: i32) -> cd_address::Msf {
    let at: Lba = lba(at);
    at.to_msf()
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    let mut words: Vec<_> = FindingKind::ALL.iter().map(|kind| kind.word()).collect();
    for word in &words {
        assert!(
            word.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "{word}"
        );
    }
    words.sort_unstable();
    let n_words = words.len();
    words.dedup();
    assert_eq!(words.len(), n_words);
}

/// docs/check.md has a line for each kind: its word, layer and severity.
#[test]
fn every_kind_is_in_the_document() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/check.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split(" | ").take(3).collect::<Vec<_>>().join(" | "))
        .filter(|row| !row.contains("` | `"))
        .collect();
    let expect: Vec<_> = FindingKind::ALL
        .iter()
        .map(|kind| format!("| `{kind}` | {} | {}", kind.layer(), kind.severity()))
        .collect();
    assert_eq!(rows, expect);
}
