//! What a recorder reads: tracks of a session that is open, by the PMA, and of closed ones; nothing between them.

use cd_address::Lba;
use cd_mmc::mode_page::{DataBlockType, MultiSession, SessionFormat, TrackMode};
use cd_mmc::response::{Capacity, Configuration, SessionState, SubChannelData};
use cd_mmc::{
    CloseFunction, Read10, ReadCapacity, ReadSubChannel, ReadTrackInformation, SectorType, Sense,
    SubChannelFormat, TocFormat, TrackSelector,
};
use cd_transport::Data;

use super::host::{Answer, Host, check_refused, short_cd_rw};
use super::image::{audio, user};
use super::track_at_once::{
    audio_track, close, data_track, information, next_writable, select, toc, write,
};
use crate::{Disc, DiscState, Profile};

fn read10(host: &mut Host, lba: i32, n_blocks: u16) -> Answer {
    let command = Read10::new(Lba::new(lba).unwrap(), n_blocks);
    host.read(command, usize::from(n_blocks) * 2048)
}

fn track_at(host: &mut Host, lba: i32) -> Answer {
    let command = ReadTrackInformation {
        open: false,
        track: TrackSelector::Lba(Lba::new(lba).unwrap()),
        allocation_length: 36,
    };
    host.read(command, 36)
}

/// A track of `n` sectors of form 1.
fn xa_track(host: &mut Host, n: i32, multi_session: MultiSession) -> i32 {
    select(host, TrackMode::DATA, multi_session);
    host.select(|page| {
        page.data_block_type = DataBlockType::XA_FORM_1;
        page.session_format = SessionFormat::CD_ROM_XA;
        page.subheader = [0, 0, 8, 0];
    })
    .unwrap();
    let start = next_writable(host);
    write(
        host,
        start,
        (start..start + n).map(|lba| user(lba).to_vec()),
    );
    host.flush().unwrap();
    start
}

#[test]
fn finished_tracks_are_read_before_their_session_is_closed() {
    let mut host = Host::blank();
    data_track(&mut host, 400, MultiSession::CLOSED);
    let second = audio_track(&mut host, 310);
    // A disc that is put in again says the same.
    for _ in 0..2 {
        assert_eq!(read10(&mut host, 7, 3).unwrap()[2048..4096], user(8));
        let read = host.read_cd(second, 2, |_| {}).unwrap();
        assert_eq!(read, [audio(second), audio(second + 1)].concat());
        assert_eq!(information(&mut host, 2).unwrap().start, second);
        check_refused(
            read10(&mut host, second, 1),
            Sense::ILLEGAL_MODE_FOR_THIS_TRACK,
        );
        // Behind the run-out there is nothing.
        let end = second + 312;
        host.read_cd(end - 1, 1, |_| {}).unwrap();
        check_refused(host.read_cd(end - 1, 2, |_| {}), Sense::LBA_OUT_OF_RANGE);
        check_refused(host.read_cd(end, 1, |_| {}), Sense::LBA_OUT_OF_RANGE);
        let disc = host.recorder.eject().unwrap();
        host.insert(disc);
    }
}

#[test]
fn an_open_session_has_no_table_of_contents_but_the_pma() {
    let mut host = Host::blank();
    data_track(&mut host, 400, MultiSession::CLOSED);
    for format in [
        TocFormat::TOC,
        TocFormat::SESSION_INFORMATION,
        TocFormat::FULL_TOC,
        TocFormat::CD_TEXT,
    ] {
        check_refused(host.toc(format, 0), Sense::INVALID_FIELD_IN_CDB);
    }
    assert_eq!(host.toc(TocFormat::PMA, 0).unwrap().len(), 4 + 11);
    let answer = host.read(ReadCapacity, 8).unwrap();
    assert_eq!(Capacity::decode(&answer).unwrap().last_lba, 0);
}

#[test]
fn the_position_in_an_open_session_comes_from_its_subcode() {
    let mut host = Host::blank();
    data_track(&mut host, 400, MultiSession::CLOSED);
    let second = audio_track(&mut host, 310);
    host.read_cd(second + 20, 1, |_| {}).unwrap();
    let command = ReadSubChannel {
        msf: false,
        sub_q: true,
        format: SubChannelFormat::POSITION,
        track: 0,
        allocation_length: 16,
    };
    let answer = host.read(command, 16).unwrap();
    let answer = cd_mmc::response::SubChannel::decode(&answer);
    let Some(SubChannelData::Position {
        track, relative, ..
    }) = answer.unwrap().data
    else {
        panic!("no position");
    };
    assert_eq!((track, relative.0), (2, 20_i32.to_be_bytes()));
}

#[test]
fn forms_of_mode_2_are_known_without_a_lead_in() {
    let mut host = Host::blank();
    let start = xa_track(&mut host, 300, MultiSession::CLOSED);
    assert_eq!(read10(&mut host, start + 5, 1).unwrap(), user(start + 5));
    let read = host
        .read_cd(start + 5, 1, |command| {
            command.sector_type = SectorType::MODE_2_FORM_1;
        })
        .unwrap();
    assert_eq!(read[24..2072], user(start + 5));
}

#[test]
fn each_session_has_its_own_disc_type() {
    let mut host = Host::blank();
    // A CD-Extra: sound, then data with forms.
    select(&mut host, TrackMode::AUDIO, MultiSession::OPEN);
    let blocks = (0..300).map(|lba| audio(lba).to_vec());
    write(&mut host, 0, blocks);
    host.flush().unwrap();
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    let second = xa_track(&mut host, 300, MultiSession::LAST);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    assert_eq!(toc(&mut host).len(), 3);
    assert_eq!(read10(&mut host, second, 1).unwrap(), user(second));
    assert_eq!(host.read_cd(5, 1, |_| {}).unwrap(), audio(5));
}

#[test]
fn nothing_is_read_between_two_sessions() {
    let mut host = Host::blank();
    data_track(&mut host, 300, MultiSession::OPEN);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    let second = data_track(&mut host, 300, MultiSession::OPEN);
    for is_closed in [false, true] {
        if is_closed {
            close(&mut host, CloseFunction::SESSION, 0).unwrap();
        }
        for lba in [-151, 302, 302 + 6750, second - 151] {
            check_refused(host.read_cd(lba, 1, |_| {}), Sense::LBA_OUT_OF_RANGE);
            check_refused(track_at(&mut host, lba), Sense::INVALID_FIELD_IN_CDB);
        }
        for (lba, track) in [(-150, 1), (301, 1), (second - 150, 2), (second + 301, 2)] {
            assert_eq!(track_at(&mut host, lba).unwrap()[2], track, "{lba}");
        }
        host.read_cd(second - 150, 1, |_| {}).unwrap();
        assert_eq!(read10(&mut host, 299, 1).unwrap(), user(299));
        assert_eq!(read10(&mut host, second, 1).unwrap(), user(second));
    }
}

#[test]
fn tracks_outlive_a_recording_that_was_broken_off() {
    let mut host = Host::blank();
    data_track(&mut host, 400, MultiSession::CLOSED);
    let start = next_writable(&mut host);
    write(&mut host, start, (0..50).map(|_| vec![0; 2048]));
    let disc = host.recorder.eject().unwrap();
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(disc);
    assert_eq!(read10(&mut host, 399, 1).unwrap(), user(399));
    check_refused(read10(&mut host, start, 1), Sense::LBA_OUT_OF_RANGE);
    let nothing = host.send(Read10::new(Lba::ZERO, 0), Data::None);
    assert_eq!(nothing, Ok(0));
}

#[test]
fn a_session_outlives_the_next_one_that_was_broken_off() {
    let mut host = Host::blank();
    data_track(&mut host, 300, MultiSession::OPEN);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    let start = next_writable(&mut host);
    write(&mut host, start, (0..50).map(|_| vec![0; 2048]));
    for _ in 0..2 {
        let disc = host.recorder.eject().unwrap();
        assert!(matches!(disc.state(), DiscState::Interrupted { .. }));
        host.insert(disc);
        assert_eq!(toc(&mut host).len(), 2);
        assert_eq!(read10(&mut host, 299, 1).unwrap(), user(299));
        check_refused(read10(&mut host, start, 1), Sense::LBA_OUT_OF_RANGE);
        let disc = host.disc_information();
        assert_eq!(disc.last_session, SessionState::INCOMPLETE);
        assert_eq!((disc.n_sessions, disc.first_track_in_last_session), (2, 2));
    }
}

/// Codes of the features for reading that are current.
fn reading_features(host: &mut Host) -> Vec<u8> {
    let answer = host.ask("46 01 00 10 00 00 00 02 00 00", 512).unwrap();
    let configuration = Configuration::decode(&answer).unwrap();
    let codes = configuration.features.iter();
    let codes = codes.map(|descriptor| descriptor.feature.code().code());
    codes
        .filter_map(|code| u8::try_from(code).ok())
        .filter(|code| [0x10, 0x1D, 0x1E].contains(code))
        .collect()
}

#[test]
fn what_can_be_read_is_readable_by_the_features() {
    let mut host = Host::blank();
    assert_eq!(reading_features(&mut host), []);
    data_track(&mut host, 300, MultiSession::CLOSED);
    assert_eq!(reading_features(&mut host), [0x10, 0x1D, 0x1E]);
    let start = next_writable(&mut host);
    write(&mut host, start, (0..50).map(|_| vec![0; 2048]));
    let disc = host.recorder.eject().unwrap();
    host.insert(disc);
    assert_eq!(reading_features(&mut host), [0x10, 0x1D, 0x1E]);
}

#[test]
fn an_erasure_that_was_broken_off_leaves_nothing_to_read() {
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::blank(short_cd_rw()));
    data_track(&mut host, 300, MultiSession::OPEN);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    data_track(&mut host, 300, MultiSession::OPEN);
    host.ask("A1 11 00 00 00 00 00 00 00 00 00 00", 0).unwrap();
    let disc = host.recorder.eject().unwrap();
    host.insert(disc);
    check_refused(host.toc(TocFormat::TOC, 0), Sense::TOC_UNREADABLE);
    check_refused(read10(&mut host, 0, 1), Sense::TOC_UNREADABLE);
}
