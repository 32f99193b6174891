use cd_address::LbaRange;
use cd_sector::{Control, scramble};

use super::*;
use crate::fixtures::{Files, Memory, authored, iso_disc, lba, range, render_all};

/// A short lead-in keeps the streams small; 300 sectors are the least a track may have.
const START: i32 = -250;
const N_SECTORS: u32 = 300;

struct Stream {
    memory: Memory,
    _files: Files,
}

impl Stream {
    fn new(layout: SectorLayout) -> Self {
        let files = Files::new();
        let disc = iso_disc(&files, N_SECTORS);
        let bytes = render_all(&authored(&disc, START, layout));
        Self {
            memory: Memory::new(START, layout, bytes),
            _files: files,
        }
    }

    fn sector(&mut self, at: i32) -> &mut [u8] {
        let size = self.memory.layout.sector_bytes();
        let n_before = usize::try_from(at - START).unwrap();
        &mut self.memory.bytes[n_before * size..][..size]
    }

    fn change_q(&mut self, at: i32, change: impl FnOnce(&mut [u8; 10])) {
        let symbols = &mut self.sector(at)[MAIN_BYTES..];
        let mut subcode = PwSubcode((&*symbols).try_into().unwrap());
        let [mut payload @ .., _, _] = subcode.q().0;
        change(&mut payload);
        subcode.set_q(&QFrame::with_crc(payload));
        symbols.copy_from_slice(&subcode.0);
    }

    fn check(&self) -> CheckReport {
        check_stream(&self.memory, &mut |_, _| ControlFlow::Continue(())).unwrap()
    }

    /// Exactly this finding, and its detail says `says`.
    fn expect(&self, at: LbaRange, layer: CheckedLayer, kind: &str, says: &str) {
        let report = self.check();
        let found: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.range, finding.layer, finding.kind.as_str()))
            .collect();
        assert_eq!(found, [(at, layer, kind)], "{:#?}", report.findings);
        let detail = &report.findings[0].detail;
        assert!(detail.contains(says), "{detail:?} does not say {says:?}");
    }
}

#[test]
fn an_authored_stream_is_clean_in_every_layout() {
    for layout in [
        SectorLayout::RawPw96,
        SectorLayout::PackedPw96,
        SectorLayout::Pq16,
    ] {
        let report = Stream::new(layout).check();
        assert_eq!(report.findings, []);
        assert_eq!(report.n_data, report.range.len().count());
        assert_eq!(report.n_mode1, report.n_data);
        assert_eq!(report.worst(), None);
    }
}

#[test]
fn a_changed_byte_is_named_with_its_layer_and_address() {
    for (byte_idx, kind) in [
        (12, "header address"),
        (15, "mode"),
        (100, "EDC"),
        (2070, "zero field"),
    ] {
        let mut stream = Stream::new(SectorLayout::RawPw96);
        stream.sector(120)[byte_idx] ^= 0x02;
        let report = stream.check();
        assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
        assert_eq!(report.findings[0].range, range(120, 1));
        assert_eq!(report.findings[0].layer, CheckedLayer::Main);
        assert!(
            report.findings[0].kind.contains(kind),
            "{:?}",
            report.findings[0]
        );
    }
}

#[test]
fn a_data_sector_that_is_not_scrambled_spoils_the_disc() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    for at in 50..55 {
        let (main, _) = stream.sector(at).split_first_chunk_mut().unwrap();
        scramble(main);
    }
    stream.expect(
        range(50, 5),
        CheckedLayer::Main,
        "not scrambled",
        "must be scrambled",
    );
    assert_eq!(stream.check().worst(), Some(Severity::Spoils));
}

#[test]
fn a_wrong_crc_is_a_deviation_and_hides_the_rest_of_the_frame() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    // A bit of the absolute minute.
    stream.sector(33)[MAIN_BYTES + 60] ^= 0x40;
    stream.expect(range(33, 1), CheckedLayer::Q, "CRC", "expected");
    assert_eq!(stream.check().worst(), Some(Severity::Deviation));
}

#[test]
fn other_addresses_in_q_are_found() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    stream.change_q(44, |payload| payload[9] ^= 0x01);
    stream.expect(
        range(44, 1),
        CheckedLayer::Q,
        "absolute time",
        "expected 00:02:44",
    );
}

#[test]
fn a_value_that_is_no_bcd_is_found() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    stream.change_q(44, |payload| payload[9] = 0x4A);
    stream.expect(range(44, 1), CheckedLayer::Q, "illegal value", "4A");
}

#[test]
fn a_data_sector_under_an_audio_control_is_found() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    stream.change_q(60, |payload| payload[0] &= 0x0F);
    stream.expect(range(60, 1), CheckedLayer::Q, "CONTROL", "audio");
}

#[test]
fn a_p_that_changes_within_a_sector_is_found() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    stream.sector(70)[MAIN_BYTES + 5] ^= 0x80;
    stream.expect(range(70, 1), CheckedLayer::P, "P not level", "expected");
}

#[test]
fn an_uninverted_crc_of_16_byte_subcode_is_no_finding() {
    let mut stream = Stream::new(SectorLayout::Pq16);
    for byte in &mut stream.sector(80)[MAIN_BYTES + 10..MAIN_BYTES + 12] {
        *byte = !*byte;
    }
    assert_eq!(stream.check().findings, []);
}

#[test]
fn a_stream_that_ends_early_is_found() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    let size = stream.memory.layout.sector_bytes();
    let n_kept = usize::try_from(200 - START).unwrap();
    stream.memory.bytes.truncate(n_kept * size);
    let report = stream.check();
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    assert_eq!(report.findings[0].kind, "ends before its lead-out");
    assert_eq!(report.findings[0].layer, CheckedLayer::Stream);
}

#[test]
fn runs_are_folded_and_a_bad_stream_gives_a_page() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    for at in 100..200 {
        stream.sector(at)[500] ^= 1;
    }
    stream.sector(210)[500] ^= 1;
    let report = stream.check();
    let ranges: Vec<_> = report
        .findings
        .iter()
        .map(|finding| finding.range)
        .collect();
    assert_eq!(ranges, [range(100, 100), range(210, 1)]);
    assert_eq!(report.n_runs, 2);

    let mut stream = Stream::new(SectorLayout::RawPw96);
    let last = stream.memory.range().last().unwrap();
    for at in (0..=last.value()).step_by(2) {
        stream.sector(at)[500] ^= 1;
    }
    let report = stream.check();
    assert_eq!(report.findings.len(), MAX_RUNS);
    assert_eq!(report.n_runs, u64::try_from(last.value() / 2 + 1).unwrap());
}

#[test]
fn a_check_can_be_stopped() {
    let stream = Stream::new(SectorLayout::RawPw96);
    let mut n_told = 0;
    let report = check_stream(&stream.memory, &mut |_, _| {
        n_told += 1;
        ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(n_told, 1);
    assert_eq!(report.n_data, CHUNK.count());
}

#[test]
fn a_source_that_fails_is_an_error() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    stream.memory.fails_from = Some(500);
    let result = check_stream(&stream.memory, &mut |_, _| ControlFlow::Continue(()));
    assert!(matches!(result, Err(SourceError::Changed { .. })));
}

#[test]
fn audio_in_a_data_stream_is_looked_at_for_its_subcode_only() {
    let mut stream = Stream::new(SectorLayout::RawPw96);
    let q = Q::Position {
        control: Control::AUDIO,
        track: 1,
        index: 1,
        relative: cd_address::RelMsf::ZERO,
        absolute: lba(90).to_msf(),
    };
    let sector = stream.sector(90);
    sector[..MAIN_BYTES].fill(0x11);
    sector[MAIN_BYTES..].copy_from_slice(&PwSubcode::from_pq(false, &q.encode()).0);
    let report = stream.check();
    assert_eq!(report.findings, []);
    assert_eq!(report.n_data, report.range.len().count() - 1);
}
