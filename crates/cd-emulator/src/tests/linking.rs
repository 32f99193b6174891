//! The blocks that link a track recorded at once to its neighbours, as they lie on the disc and as they are read.

use std::time::Duration;

use cd_address::Lba;
use cd_mmc::mode_page::MultiSession;
use cd_mmc::{
    CloseFunction, Command, MainChannelSelection, Read10, ReadCapacity, ReadTocPmaAtip, SectorType,
    Sense, TocFormat, Verify10,
};
use cd_transport::{Completion, Data, Transport};

use super::host::{Host, PATIENCE, check_refused};
use super::image::user;
use super::track_at_once::{close, data_track, lba, toc};

/// A data track of 400 sectors; its session is closed.
fn closed() -> Host {
    let mut host = Host::blank();
    data_track(&mut host, 400, MultiSession::CLOSED);
    close(&mut host, CloseFunction::SESSION, 0).unwrap();
    host
}

/// Header of the sector as READ CD gives it to whoever takes any type.
fn header(host: &mut Host, lba: i32) -> Vec<u8> {
    host.read_cd(lba, 1, |command| {
        command.main_channel = MainChannelSelection {
            header: true,
            ..MainChannelSelection::NONE
        };
    })
    .unwrap()
}

#[test]
fn the_mode_byte_names_each_block() {
    let mut host = closed();
    let check = |host: &mut Host, lba: i32, mode: u8| {
        let address = Lba::new(lba).unwrap().to_msf().to_bcd().0;
        assert_eq!(header(host, lba), [&address[..], &[mode]].concat(), "{lba}");
    };
    for (lba, mode) in (-150..).zip([0xA1, 0x81, 0x61, 0x41, 0x21, 0x01]) {
        check(&mut host, lba, mode);
    }
    for (lba, mode) in (399..).zip([0x01, 0xE1, 0xC1]) {
        check(&mut host, lba, mode);
    }
    // All of a sector can be had, too, and its EDC is right.
    let run_out = host.read_cd(400, 1, |_| {}).unwrap();
    let edc = cd_sector::edc(&run_out[..2064]);
    assert_eq!(run_out[2064..2068], edc.to_le_bytes());
}

#[test]
fn the_end_of_the_track_is_not_read_as_data() {
    let mut host = closed();
    // The table of contents and the capacity count it.
    assert_eq!(toc(&mut host), [(1, 4, lba(0)), (0xAA, 4, lba(402))]);
    let capacity = host.read(ReadCapacity, 8).unwrap();
    assert_eq!(capacity[..4], lba(401));
    for at in [400, 401] {
        let at = Lba::new(at).unwrap();
        let mut block = [0; 2048];
        let refused = host.send(Read10::new(at, 1), Data::In(&mut block));
        let sense = refused.unwrap_err();
        assert!(sense.same_code(&Sense::ILLEGAL_MODE_FOR_THIS_TRACK));
        assert_eq!(sense.information, Some(at.value().cast_unsigned()));
        let verify = Verify10 {
            byte_check: false,
            disable_page_out: false,
            lba: at,
            n_blocks: 1,
        };
        check_refused(
            host.send(verify, Data::None),
            Sense::ILLEGAL_MODE_FOR_THIS_TRACK,
        );
    }
    let typed = host.read_cd(400, 1, |command| command.sector_type = SectorType::MODE_1);
    check_refused(typed, Sense::ILLEGAL_MODE_FOR_THIS_TRACK);
}

/// A host that reads ahead takes the blocks before the one in the sense data for good.
#[test]
fn what_comes_before_the_end_is_handed_over() {
    let mut host = closed();
    let mut blocks = [0xEE; 8 * 2048];
    let command = Command::from(Read10::new(Lba::new(396).unwrap(), 8));
    // Beyond the lead-out nothing is even begun.
    let mut send = |n_bytes: usize, command: Command| -> Completion {
        let memory = Data::In(&mut blocks[..n_bytes]);
        host.recorder
            .execute(command.encode().as_bytes(), memory, PATIENCE)
            .unwrap()
    };
    // What reaches beyond the lead-out is refused whole.
    let outside = send(8 * 2048, command);
    assert_eq!(outside.transferred, 0);
    let inside = send(6 * 2048, Read10::new(Lba::new(396).unwrap(), 6).into());
    assert_eq!(inside.transferred, 4 * 2048);
    let sense = Sense::decode(inside.sense.as_slice()).unwrap();
    assert_eq!(sense.information, Some(400));
    for (at, block) in (396..400).zip(blocks.chunks(2048)) {
        assert_eq!(block, user(at));
    }
    // The next command has forgotten it.
    let toc = ReadTocPmaAtip {
        msf: false,
        format: TocFormat::new(9).unwrap(),
        track_session: 0,
        allocation_length: 12,
    };
    let completion = host
        .recorder
        .execute(
            Command::from(toc).encode().as_bytes(),
            Data::None,
            Duration::from_secs(1),
        )
        .unwrap();
    assert_eq!(completion.transferred, 0);
}
