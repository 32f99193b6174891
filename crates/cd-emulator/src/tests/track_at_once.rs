//! Tracks at once: what is on the disc after each, what the drive says of it, and how sessions are closed.

use std::ops::ControlFlow;
use std::time::Duration;

use cd_address::Lba;
use cd_image::{FindingKind, MappedFile, RawStream, check_stream, survey};
use cd_mmc::mode_page::{DataBlockType, MultiSession, TrackMode, WriteType};
use cd_mmc::response::{DiscStatus, FullToc, Pma, SessionState, Toc, TrackInformation};
use cd_mmc::{
    BinMsf, Blank, BlankType, CloseFunction, CloseTrackSession, CueEntry, CueMain, CueSub,
    ReadTrackInformation, SendCueSheet, Sense, StartStopUnit, TestUnitReady, TocFormat,
    TrackSelector,
};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::Data;

use super::host::{Host, check_refused, short_cd_rw, short_medium};
use super::image::{audio, user};
use crate::{Disc, DiscState, Profile};

pub(super) fn select(host: &mut Host, track_mode: TrackMode, multi_session: MultiSession) {
    host.select(|page| {
        page.write_type = WriteType::TRACK_AT_ONCE;
        page.track_mode = track_mode;
        page.multi_session = multi_session;
        page.data_block_type = match track_mode {
            TrackMode::AUDIO => DataBlockType::RAW,
            _ => DataBlockType::MODE_1,
        };
    })
    .unwrap();
}

pub(super) fn information(host: &mut Host, track: u8) -> Result<TrackInformation, Sense> {
    let command = ReadTrackInformation {
        open: false,
        track: TrackSelector::Track(track),
        allocation_length: 36,
    };
    let answer = host.read(command, 36)?;
    Ok(TrackInformation::decode(&answer).unwrap())
}

pub(super) fn next_writable(host: &mut Host) -> i32 {
    information(host, 0xFF).unwrap().next_writable.unwrap()
}

pub(super) fn write(host: &mut Host, start: i32, blocks: impl Iterator<Item = Vec<u8>>) {
    let blocks: Vec<_> = blocks.collect();
    let mut at = start;
    for some in blocks.chunks(27) {
        let n_blocks = u16::try_from(some.len()).unwrap();
        let bytes = some.concat();
        while let Err(sense) = host.write(at, n_blocks, &bytes) {
            assert!(sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS), "{sense}");
            host.clock.advance(Duration::from_millis(40));
        }
        at += i32::from(n_blocks);
    }
}

pub(super) fn close(host: &mut Host, function: CloseFunction, track: u16) -> Result<usize, Sense> {
    let command = CloseTrackSession {
        immediate: false,
        function,
        track,
    };
    host.send(command, Data::None)
}

/// A track of `n` data sectors where the drive says, closed.
pub(super) fn data_track(host: &mut Host, n: i32, multi_session: MultiSession) -> i32 {
    select(host, TrackMode::DATA, multi_session);
    let start = next_writable(host);
    write(
        host,
        start,
        (start..start + n).map(|lba| user(lba).to_vec()),
    );
    host.flush().unwrap();
    start
}

pub(super) fn audio_track(host: &mut Host, n: i32) -> i32 {
    select(host, TrackMode::AUDIO, MultiSession::CLOSED);
    let start = next_writable(host);
    write(
        host,
        start,
        (start..start + n).map(|lba| audio(lba).to_vec()),
    );
    host.flush().unwrap();
    start
}

/// All sectors of the disc, as a file that can be checked.
fn stream(host: &Host) -> (tempfile::NamedTempFile, RawStream) {
    use std::io::Write as _;
    let disc = host.recorder.disc().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for lba in disc.recorded().unwrap() {
        let mut sector = [0; RAW_BYTES];
        disc.sector(lba, &mut sector).unwrap();
        file.write_all(&sector).unwrap();
    }
    let mapped = MappedFile::open(file.path()).unwrap();
    let start = disc.recorded().unwrap().start();
    let stream = RawStream::open(mapped.into(), Some(SectorLayout::RawPw96), Some(start)).unwrap();
    (file, stream)
}

/// Nothing is wrong with the stream but for runs of blocks whose mode byte says that they have no user data.
#[track_caller]
fn check_clean_but_for(stream: &RawStream, linking: &[(i32, u32)]) {
    let report = check_stream(stream, &mut |_, _| ControlFlow::Continue(())).unwrap();
    let found: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let start = finding.range.start().value();
            (finding.kind, start, finding.range.len().count())
        })
        .collect();
    let expect: Vec<_> = linking
        .iter()
        .map(|&(start, len)| (FindingKind::LinkingBlock, start, len))
        .collect();
    assert_eq!(found, expect);
}

pub(super) fn toc(host: &mut Host) -> Vec<(u8, u8, [u8; 4])> {
    let answer = host.toc(TocFormat::TOC, 0).unwrap();
    let toc = Toc::decode(&answer).unwrap();
    toc.tracks
        .iter()
        .map(|track| (track.track, track.adr_control.control(), track.address.0))
        .collect()
}

pub(super) fn lba(value: i32) -> [u8; 4] {
    value.to_be_bytes()
}

#[test]
fn a_data_track_and_its_session() {
    let mut host = Host::blank();
    let start = data_track(&mut host, 400, MultiSession::CLOSED);
    assert_eq!(start, 0);
    let state = |host: &Host| host.recorder.disc().unwrap().state();
    assert_eq!(state(&host), DiscState::Appendable);
    let disc = host.disc_information();
    assert_eq!(disc.disc_status, DiscStatus::INCOMPLETE);
    assert_eq!(disc.last_session, SessionState::INCOMPLETE);
    assert_eq!((disc.n_sessions, disc.last_track_in_last_session), (1, 2));
    let one = information(&mut host, 1).unwrap();
    // Linux takes start and size for what can be read, but the last recorded address before them.
    assert_eq!((one.start, one.size, one.last_recorded), (0, 400, None));
    assert!(one.flags.reserved && !one.flags.blank);
    let two = information(&mut host, 2).unwrap();
    assert_eq!((two.track, two.start), (2, 400 + 2 + 150));
    assert!(information(&mut host, 3).is_err());
    let pma = host.toc(TocFormat::PMA, 0).unwrap();
    let pma = Pma::decode(&pma).unwrap();
    let entries: Vec<_> = pma.entries.iter().collect();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].point_time, BinMsf([0, 2, 0]));
    assert!(host.toc(TocFormat::TOC, 0).is_err());

    close(&mut host, CloseFunction::TRACK, 1).unwrap();
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    assert_eq!(state(&host), DiscState::Complete);
    // The run-out belongs to the track.
    assert_eq!(toc(&mut host), [(1, 4, lba(0)), (0xAA, 4, lba(402))]);
    assert_eq!(host.disc_information().disc_status, DiscStatus::COMPLETE);
    let read = host.read_cd(399, 1, |_| {}).unwrap();
    assert_eq!(read[16..2064], user(399));
    let (_kept, stream) = stream(&host);
    let survey = survey(&stream).unwrap();
    assert!(survey.is_sound(), "{survey:?}");
    check_clean_but_for(&stream, &[(-150, 5), (400, 2)]);
}

#[test]
fn sound_and_data_one_after_the_other() {
    let mut host = Host::blank();
    let first = data_track(&mut host, 300, MultiSession::CLOSED);
    let second = audio_track(&mut host, 310);
    let third = data_track(&mut host, 300, MultiSession::CLOSED);
    assert_eq!((first, second), (0, 300 + 2 + 150));
    assert_eq!(third, second + 310 + 2 + 150 + 75);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    let lead_out = lba(third + 302);
    let expect = [
        (1, 4, lba(0)),
        (2, 0, lba(second)),
        (3, 4, lba(third)),
        (0xAA, 4, lead_out),
    ];
    assert_eq!(toc(&mut host), expect);
    let read = host.read_cd(second, 1, |_| {}).unwrap();
    assert_eq!(read, audio(second));
    let (_kept, stream) = stream(&host);
    assert!(survey(&stream).unwrap().is_sound());
    let linking = [(-150, 5), (300, 2), (second + 312, 5), (third + 300, 2)];
    check_clean_but_for(&stream, &linking);
}

#[test]
fn a_short_track_is_filled_up() {
    let mut host = Host::blank();
    data_track(&mut host, 5, MultiSession::CLOSED);
    assert_eq!(information(&mut host, 1).unwrap().size, 300);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    assert_eq!(toc(&mut host)[1].2, lba(302));
}

#[test]
fn sessions_follow_each_other() {
    let mut host = Host::blank();
    data_track(&mut host, 300, MultiSession::OPEN);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    let state = |host: &Host| host.recorder.disc().unwrap().state();
    assert_eq!(state(&host), DiscState::Appendable);
    let disc = host.disc_information();
    assert_eq!(disc.last_session, SessionState::EMPTY);
    assert_eq!((disc.n_sessions, disc.first_track_in_last_session), (2, 2));
    // 11,400 sectors from the end of one to the beginning of the next: lead-out, lead-in, pregap.
    let start = 302 + 6750 + 4500 + 150;
    assert_eq!(next_writable(&mut host), start);
    // A session is there to be read while the next is open.
    assert_eq!(data_track(&mut host, 300, MultiSession::OPEN), start);
    assert_eq!(toc(&mut host).len(), 2);
    assert_eq!(host.read_cd(7, 1, |_| {}).unwrap()[16..2064], user(7));
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    assert_eq!(
        toc(&mut host),
        [
            (1, 4, lba(0)),
            (2, 4, lba(start)),
            (0xAA, 4, lba(start + 302))
        ]
    );
    assert_eq!(
        host.read_cd(start + 7, 1, |_| {}).unwrap()[16..2064],
        user(start + 7)
    );
    // The third one at once, and it is the last.
    host.select(|page| {
        page.write_type = WriteType::SESSION_AT_ONCE;
        page.multi_session = MultiSession::LAST;
    })
    .unwrap();
    let third = start + 302 + 2250 + 4500 + 150;
    assert_eq!(next_writable(&mut host), third);
    let entry = |track, index, main, at: i32| CueEntry::Place {
        control: 4,
        track,
        index,
        main,
        sub: CueSub::NONE,
        alternate_copy: false,
        start: BinMsf::new(Lba::new(at).unwrap().to_msf()),
    };
    let sheet = [
        entry(0, 0, CueMain::MODE_1_MADE, third - 150),
        entry(3, 0, CueMain::MODE_1_MADE, third - 150),
        entry(3, 1, CueMain::MODE_1, third),
        entry(CueEntry::LEAD_OUT, 1, CueMain::MODE_1_MADE, third + 300),
    ];
    let bytes: Vec<u8> = sheet.iter().flat_map(CueEntry::encode).collect();
    host.send(SendCueSheet::of_entries(4), Data::Out(&bytes))
        .unwrap();
    write(
        &mut host,
        third,
        (third..third + 300).map(|lba| user(lba).to_vec()),
    );
    host.flush().unwrap();
    assert_eq!(state(&host), DiscState::Complete);
    let full = host.toc(TocFormat::FULL_TOC, 0).unwrap();
    let full = FullToc::decode(&full).unwrap();
    assert_eq!((full.first_session, full.last_session), (1, 3));
    let points = |session| {
        let of_session = full
            .entries
            .iter()
            .filter(move |one| one.session == session);
        of_session.map(|one| one.point).collect::<Vec<_>>()
    };
    assert_eq!(points(1), [0xA0, 0xA1, 0xA2, 1, 0xB0, 0xC0]);
    assert_eq!(points(2), [0xA0, 0xA1, 0xA2, 2, 0xB0]);
    assert_eq!(points(3), [0xA0, 0xA1, 0xA2, 3, 0xB0]);
    assert_eq!(host.disc_information().n_sessions, 3);
    assert_eq!(information(&mut host, 3).unwrap().session, 3);
    // The disc says the same of itself in another drive.
    let disc = host.recorder.eject().unwrap();
    let before = full.entries.len();
    let mut other = Host::with_profile(Profile::faithful());
    other.insert(disc);
    let full = other.toc(TocFormat::FULL_TOC, 0).unwrap();
    assert_eq!(FullToc::decode(&full).unwrap().entries.len(), before);
}

#[test]
fn an_open_session_survives_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("disc");
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::create_file(&path, short_medium()).unwrap());
    data_track(&mut host, 300, MultiSession::CLOSED);
    drop(host);
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::open_file(&path).unwrap());
    assert_eq!(next_writable(&mut host), 452);
    audio_track(&mut host, 300);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    drop(host);
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::open_file(&path).unwrap());
    assert_eq!(toc(&mut host).len(), 3);
    assert_eq!(host.read_cd(452, 1, |_| {}).unwrap(), audio(452));
}

#[test]
fn the_order_of_things_is_kept() {
    let mut host = Host::blank();
    check_refused(
        close(&mut host, CloseFunction::SESSION, 0),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    check_refused(
        close(&mut host, CloseFunction::TRACK, 1),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    check_refused(
        close(&mut host, CloseFunction::new(5).unwrap(), 0),
        Sense::INVALID_FIELD_IN_CDB,
    );
    select(&mut host, TrackMode::DATA, MultiSession::CLOSED);
    let block = [0; 2048];
    check_refused(host.write(1, 1, &block), Sense::INVALID_ADDRESS_FOR_WRITE);
    check_refused(
        host.write(-150, 1, &block),
        Sense::INVALID_ADDRESS_FOR_WRITE,
    );
    host.write(0, 1, &block).unwrap();
    check_refused(
        close(&mut host, CloseFunction::SESSION, 0),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
    check_refused(
        close(&mut host, CloseFunction::TRACK, 2),
        Sense::INVALID_FIELD_IN_CDB,
    );
    // Closing the track is as good as flushing.
    close(&mut host, CloseFunction::TRACK, 1).unwrap();
    check_refused(host.write(1, 1, &block), Sense::INVALID_ADDRESS_FOR_WRITE);
    // Sound in blocks of 2048 bytes there is not.
    host.select(|page| page.track_mode = TrackMode::AUDIO)
        .unwrap();
    let start = next_writable(&mut host);
    check_refused(
        host.write(start, 1, &block),
        Sense::ILLEGAL_MODE_FOR_THIS_TRACK,
    );
    // A raw session needs a blank disc.
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let raw = [0; RAW_BYTES];
    check_refused(host.write(-225, 1, &raw), Sense::PROGRAM_AREA_NOT_EMPTY);
    let refused = host.select(|page| page.write_type = WriteType::PACKET);
    check_refused(refused, Sense::INVALID_FIELD_IN_PARAMETER_LIST);
}

#[test]
fn a_simulation_leaves_the_disc_blank() {
    let mut host = Host::blank();
    select(&mut host, TrackMode::DATA, MultiSession::CLOSED);
    host.select(|page| page.test_write = true).unwrap();
    for _ in 0..2 {
        write(&mut host, 0, (0..300).map(|lba| user(lba).to_vec()));
        host.flush().unwrap();
        close(&mut host, CloseFunction::TRACK, 1).unwrap();
    }
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    assert!(host.is_blank());
}

#[test]
fn an_empty_buffer_spoils_the_track_unless_it_is_protected() {
    for is_protected in [false, true] {
        let mut host = Host::blank();
        select(&mut host, TrackMode::DATA, MultiSession::CLOSED);
        host.select(|page| page.buffer_underrun_free = is_protected)
            .unwrap();
        write(&mut host, 0, (0..2000).map(|lba| user(lba).to_vec()));
        host.clock.advance(Duration::from_secs(60));
        let outcome = host.write(2000, 1, &[0; 2048]);
        let state = |host: &Host| host.recorder.disc().unwrap().state();
        if is_protected {
            outcome.unwrap();
            host.flush().unwrap();
            assert_eq!(state(&host), DiscState::Appendable);
        } else {
            check_refused(outcome, Sense::WRITE_ERROR_LOSS_OF_STREAMING);
            assert!(matches!(state(&host), DiscState::Interrupted { .. }));
        }
    }
}

#[test]
fn closing_takes_its_time() {
    let mut host = Host::blank();
    data_track(&mut host, 300, MultiSession::CLOSED);
    let command = CloseTrackSession {
        immediate: true,
        function: CloseFunction::SESSION,
        track: 0,
    };
    host.send(command, Data::None).unwrap();
    // Meanwhile the disc stays in, and whoever asks is told how far it is.
    let mut last = 0;
    for _ in 0..3 {
        for outcome in [
            host.send(TestUnitReady, Data::None),
            host.send(StartStopUnit::EJECT, Data::None),
        ] {
            check_refused(outcome, Sense::OPERATION_IN_PROGRESS);
        }
        let sense = host.ask("03 00 00 00 12 00", 18).unwrap();
        let progress = Sense::decode(&sense).unwrap().progress().unwrap();
        assert!(progress > last, "{progress}");
        last = progress;
        let event = host.ask("4A 01 00 00 40 00 00 00 08 00", 8).unwrap();
        assert_eq!(event[4..6], [1, 2]);
        host.clock.advance(Duration::from_millis(300));
    }
    host.clock.advance(Duration::from_secs(10));
    host.send(TestUnitReady, Data::None).unwrap();
    assert_eq!(toc(&mut host).len(), 2);
}

#[test]
fn an_open_disc_is_erased_like_any_other() {
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::blank(short_cd_rw()));
    data_track(&mut host, 300, MultiSession::CLOSED);
    let command = Blank {
        immediate: false,
        blank_type: BlankType::MINIMAL,
        start: 0,
    };
    host.send(command, Data::None).unwrap();
    assert!(host.is_blank());
    assert_eq!(data_track(&mut host, 300, MultiSession::CLOSED), 0);
}
