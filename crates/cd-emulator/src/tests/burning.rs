//! Whole raw sessions, and what the drive then says of the disc.

use cd_address::{BcdMsf, Lba};
use cd_mmc::response::{
    DiscStatus, DiscType, FullToc, SessionInformation, SessionState, Toc, TocAddress,
};
use cd_mmc::{BinMsf, Sense, SynchronizeCache, TestUnitReady, TocFormat};
use cd_sector::{MAIN_BYTES, PwSubcode, QFrame, RAW_BYTES, SectorLayout};
use cd_transport::{Clock, Data};

use super::host::{Host, check_refused, short_medium};
use super::image::{Session, msf, to_pq16};
use crate::{Disc, DiscState, Profile};

const START: i32 = -225;

/// Every recorded byte, past the drive.
fn contents(disc: &Disc) -> Vec<u8> {
    let mut all = Vec::new();
    let mut sector = [0; RAW_BYTES];
    for lba in disc.recorded().unwrap() {
        assert!(disc.sector(lba, &mut sector).unwrap());
        all.extend_from_slice(&sector);
    }
    all
}

#[test]
fn a_raw_session_is_on_the_disc_bit_for_bit() {
    let stream = Session::MIXED.stream(&short_medium());
    let mut host = Host::blank();
    assert!(host.is_blank());
    host.burn(START, &stream);

    let disc = host.recorder.disc().unwrap();
    assert_eq!(disc.state(), DiscState::Complete);
    assert_eq!(disc.recorded().unwrap().start().value(), START);
    assert_eq!(contents(disc), stream);
}

#[test]
fn a_complete_disc_tells_what_its_lead_in_says() {
    let stream = Session::MIXED.stream(&short_medium());
    let mut host = Host::blank();
    host.burn(START, &stream);

    let information = host.disc_information();
    assert_eq!(information.disc_status, DiscStatus::COMPLETE);
    assert_eq!(information.last_session, SessionState::COMPLETE);
    assert_eq!(information.disc_type, DiscType::CD_DA_OR_CD_ROM);
    assert_eq!(information.last_track_in_last_session, 2);
    assert_eq!(information.last_session_lead_in, None);

    let answer = host.toc(TocFormat::TOC, 0).unwrap();
    let toc = Toc::decode(&answer).unwrap();
    let rows: Vec<_> = toc
        .tracks
        .iter()
        .map(|track| (track.track, track.adr_control.0, track.address))
        .collect();
    let at = |lba| TocAddress::from_lba(Lba::new(lba).unwrap());
    assert_eq!((toc.first_track, toc.last_track), (1, 2));
    assert_eq!(
        rows,
        [(1, 0x14, at(0)), (2, 0x10, at(300)), (0xAA, 0x10, at(400))]
    );
    let answer = host.toc(TocFormat::TOC, 0xAA).unwrap();
    assert_eq!(Toc::decode(&answer).unwrap().tracks.len(), 1);
    check_refused(host.toc(TocFormat::TOC, 3), Sense::INVALID_FIELD_IN_CDB);

    let answer = host.toc(TocFormat::SESSION_INFORMATION, 0).unwrap();
    let session = SessionInformation::decode(&answer).unwrap();
    assert_eq!(session.first_track.address, at(0));

    let answer = host.toc(TocFormat::FULL_TOC, 1).unwrap();
    let full = FullToc::decode(&answer).unwrap();
    let rows: Vec<_> = full
        .entries
        .iter()
        .map(|entry| (entry.point, entry.adr_control.0, entry.point_time))
        .collect();
    let lead_out = BinMsf::new(msf(400));
    assert_eq!(
        rows,
        [
            (0xA0, 0x14, BinMsf([1, 0, 0])),
            (0xA1, 0x10, BinMsf([2, 0, 0])),
            (0xA2, 0x10, lead_out),
            (1, 0x14, BinMsf::new(msf(0))),
            (2, 0x10, BinMsf::new(msf(300))),
        ]
    );
}

#[test]
fn a_blank_disc_tells_where_to_begin() {
    let mut host = Host::blank();
    let information = host.disc_information();
    assert_eq!(information.last_session, SessionState::EMPTY);
    assert_eq!(information.last_session_lead_in, Some(BinMsf([99, 59, 0])));
    assert_eq!(
        information.last_possible_lead_out,
        Some(BinMsf([79, 59, 74]))
    );
    for format in [
        TocFormat::TOC,
        TocFormat::SESSION_INFORMATION,
        TocFormat::FULL_TOC,
    ] {
        check_refused(host.toc(format, 0), Sense::INVALID_FIELD_IN_CDB);
    }
    // The ATIP is in the groove, the PMA is there and empty.
    host.toc(TocFormat::ATIP, 0).unwrap();
    assert_eq!(host.toc(TocFormat::PMA, 0).unwrap(), [0, 2, 0, 0]);
}

#[test]
fn the_drive_makes_the_crc_of_p_q_blocks_itself() {
    let stream = Session::DATA.stream(&short_medium());
    let short = to_pq16(&stream);
    let inverted: Vec<u8> = short
        .chunks_exact(2368)
        .flat_map(|block| {
            let mut block = block.to_vec();
            block[MAIN_BYTES + 10] ^= 0xFF;
            block[MAIN_BYTES + 11] ^= 0xFF;
            block
        })
        .collect();
    for blocks in [short, inverted] {
        let mut host = Host::blank();
        host.select_raw(SectorLayout::Pq16).unwrap();
        host.write_all(START, &blocks, SectorLayout::Pq16, 27)
            .unwrap();
        host.flush().unwrap();
        let disc = host.recorder.disc().unwrap();
        assert_eq!(disc.state(), DiscState::Complete);
        assert_eq!(contents(disc), stream);
    }
}

#[test]
fn a_test_write_leaves_the_disc_blank() {
    let stream = Session::DATA.stream(&short_medium());
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.select(|page| page.test_write = true).unwrap();
    host.write_all(START, &stream[..20 * RAW_BYTES], SectorLayout::RawPw96, 20)
        .unwrap();
    // The same checks as in a real one.
    check_refused(
        host.write(START, 1, &stream[..RAW_BYTES]),
        Sense::INVALID_ADDRESS_FOR_WRITE,
    );
    host.write_all(
        START + 20,
        &stream[20 * RAW_BYTES..],
        SectorLayout::RawPw96,
        26,
    )
    .unwrap();
    host.flush().unwrap();
    assert!(host.is_blank());
    assert_eq!(host.recorder.disc().unwrap().recorded(), None);
    // And then for real.
    host.select(|page| page.test_write = false).unwrap();
    host.burn(START, &stream);
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
}

#[test]
fn equal_burns_make_equal_files_and_outlive_the_drive() {
    let dir = tempfile::TempDir::new().unwrap();
    let stream = Session::MIXED.stream(&short_medium());
    let [one, two] = ["one", "two"].map(|name| dir.path().join(name));
    for (path, n_blocks) in [(&one, 26), (&two, 7)] {
        let mut host = Host::with_profile(Profile::faithful());
        host.insert(Disc::create_file(path, short_medium()).unwrap());
        host.select_raw(SectorLayout::RawPw96).unwrap();
        host.write_all(START, &stream, SectorLayout::RawPw96, n_blocks)
            .unwrap();
        host.flush().unwrap();
    }
    assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());

    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::open_file(&one).unwrap());
    assert_eq!(host.disc_information().disc_status, DiscStatus::COMPLETE);
    assert_eq!(host.read_cd(399, 1, |_| {}).unwrap().len(), 2352);
}

#[test]
fn a_drive_that_goes_away_leaves_an_interrupted_disc() {
    let dir = tempfile::TempDir::new().unwrap();
    let path = dir.path().join("disc");
    let stream = Session::DATA.stream(&short_medium());
    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::create_file(&path, short_medium()).unwrap());
    host.select_raw(SectorLayout::RawPw96).unwrap();
    // All of it, but never flushed.
    host.write_all(START, &stream, SectorLayout::RawPw96, 26)
        .unwrap();
    drop(host);

    let mut host = Host::with_profile(Profile::faithful());
    host.insert(Disc::open_file(&path).unwrap());
    check_interrupted(&mut host);
}

fn check_interrupted(host: &mut Host) {
    let state = host.recorder.disc().unwrap().state();
    assert!(matches!(state, DiscState::Interrupted { .. }), "{state:?}");
    let information = host.disc_information();
    assert_eq!(information.disc_status, DiscStatus::INCOMPLETE);
    assert_eq!(information.last_session, SessionState::INCOMPLETE);
    for format in [
        TocFormat::TOC,
        TocFormat::SESSION_INFORMATION,
        TocFormat::FULL_TOC,
    ] {
        check_refused(host.toc(format, 0), Sense::TOC_UNREADABLE);
    }
    check_refused(host.read_cd(0, 1, |_| {}), Sense::TOC_UNREADABLE);
    host.select_raw(SectorLayout::RawPw96).unwrap();
    check_refused(
        host.write(START, 1, &[0; RAW_BYTES]),
        Sense::PROGRAM_AREA_NOT_EMPTY,
    );
}

#[test]
fn without_enough_lead_out_there_is_no_session() {
    for (n_lead_out, is_complete) in [(0, false), (149, false), (150, true)] {
        let session = Session {
            n_lead_out,
            ..Session::DATA
        };
        let mut host = Host::blank();
        host.burn(START, &session.stream(&short_medium()));
        if is_complete {
            assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
        } else {
            check_interrupted(&mut host);
        }
    }
}

#[test]
fn a_spoiled_lead_in_is_no_table_of_contents() {
    let mut stream = Session::DATA.stream(&short_medium());
    for sector in stream.as_chunks_mut::<RAW_BYTES>().0.iter_mut().take(75) {
        // One bit of POINT's address, CRC as it was.
        sector[MAIN_BYTES + 60] ^= 0x40;
    }
    let mut host = Host::blank();
    host.burn(START, &stream);
    check_interrupted(&mut host);
}

#[test]
fn points_are_read_where_their_crc_is_right() {
    let mut stream = Session::DATA.stream(&short_medium());
    for (idx, sector) in stream
        .as_chunks_mut::<RAW_BYTES>()
        .0
        .iter_mut()
        .enumerate()
        .take(75)
    {
        if idx % 3 != 1 {
            sector[MAIN_BYTES + 60] ^= 0x40;
        }
    }
    let mut host = Host::blank();
    host.burn(START, &stream);
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
}

#[test]
fn pointers_of_adr_5_come_back_in_the_full_table() {
    let mut stream = Session::DATA.stream(&short_medium());
    let b0 = QFrame::with_crc([0x05, 0, 0xB0, 0x03, 0x00, 0x00, 0x02, 0x79, 0x59, 0x74]);
    for sector in stream
        .as_chunks_mut::<RAW_BYTES>()
        .0
        .iter_mut()
        .skip(60)
        .take(3)
    {
        sector[MAIN_BYTES..].copy_from_slice(&PwSubcode::from_pq(false, &b0).0);
    }
    let mut host = Host::blank();
    host.burn(START, &stream);
    let answer = host.toc(TocFormat::FULL_TOC, 0).unwrap();
    let last = FullToc::decode(&answer)
        .unwrap()
        .entries
        .iter()
        .last()
        .unwrap();
    assert_eq!((last.point, last.adr_control.0, last.zero), (0xB0, 0x50, 2));
    assert_eq!(last.time, BinMsf([3, 0, 0]));
    assert_eq!(
        last.point_time.to_msf(),
        BcdMsf([0x79, 0x59, 0x74]).to_msf()
    );
}

#[test]
fn an_immediate_flush_ends_when_the_buffer_has_run_out() {
    let stream = Session::DATA.stream(&short_medium());
    let mut host = Host::blank();
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host.write_all(START, &stream, SectorLayout::RawPw96, 26)
        .unwrap();
    host.send(SynchronizeCache::all(true), Data::None).unwrap();
    check_refused(
        host.send(TestUnitReady, Data::None),
        Sense::LONG_WRITE_IN_PROGRESS,
    );
    let mut n_polls = 0;
    while host.send(TestUnitReady, Data::None).is_err() {
        host.clock.advance(std::time::Duration::from_millis(20));
        n_polls += 1;
    }
    // 685 sectors at 48x are 0.19 s.
    assert!(
        (5..12).contains(&n_polls),
        "{n_polls} at {:?}",
        host.clock.now()
    );
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
}
