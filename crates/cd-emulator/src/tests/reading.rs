//! READ CD and READ (10): only what is on the disc, as a drive gives it.

use cd_address::Lba;
use cd_mmc::{C2Selection, MainChannelSelection, Read10, SectorType, Sense, SubChannelSelection};
use cd_sector::{MAIN_BYTES, RAW_BYTES};

use super::host::{Answer, Host, check_refused, short_medium};
use super::image::{Session, audio, data, user};
use crate::Disc;

const START: i32 = -225;

/// A host whose drive holds a disc with this stream burnt.
fn burnt(stream: &[u8]) -> Host {
    let mut host = Host::blank();
    host.burn(START, stream);
    host
}

fn mixed() -> Host {
    burnt(&Session::MIXED.stream(&short_medium()))
}

fn sector_of(stream: &mut [u8], lba: i32) -> &mut [u8; RAW_BYTES] {
    let idx = usize::try_from(lba - START).unwrap();
    &mut stream.as_chunks_mut::<RAW_BYTES>().0[idx]
}

fn read10(host: &mut Host, lba: i32, n_blocks: u16) -> Answer {
    let command = Read10::new(Lba::new(lba).unwrap(), n_blocks);
    host.read(command, usize::from(n_blocks) * 2048)
}

#[test]
fn data_come_back_descrambled_and_audio_as_it_is() {
    let mut host = mixed();
    let mut read = host.read_cd(-150, 250, |_| {}).unwrap();
    read.extend(host.read_cd(100, 300, |_| {}).unwrap());
    for (lba, main) in (-150..400).zip(read.chunks_exact(MAIN_BYTES)) {
        let expect = if lba < 300 {
            data(lba, false)
        } else {
            audio(lba)
        };
        assert_eq!(main, expect, "{lba}");
    }
    let read = read10(&mut host, 7, 50).unwrap();
    for (lba, block) in (7..57).zip(read.chunks_exact(2048)) {
        assert_eq!(block, user(lba), "{lba}");
    }
}

#[test]
fn every_selection_gives_its_bytes_in_their_order() {
    let plain = data(5, false);
    let parts = [0..12, 12..16, 16..24, 16..2064, 2064..2352];
    for mask in 1..32_u8 {
        let [sync, header, subheader, user_data, edc_ecc] =
            [0, 1, 2, 3, 4].map(|bit| mask & 1 << bit != 0);
        let main_channel = MainChannelSelection {
            sync,
            subheader,
            header,
            user_data,
            edc_ecc,
        };
        // Mode 1 has no subheader.
        let wanted = [sync, header, false, user_data, edc_ecc];
        let expect: Vec<u8> = parts
            .iter()
            .zip(wanted)
            .filter(|(_, wanted)| *wanted)
            .flat_map(|(part, _)| plain[part.clone()].iter().copied())
            .collect();
        let mut host = mixed();
        let mut asked = None;
        let read = host.read_cd(5, 1, |command| {
            command.sector_type = SectorType::MODE_1;
            command.main_channel = main_channel;
            asked = command.block_bytes();
        });
        // What lies between the first and the last part must be wanted too.
        let places = wanted.map(|wanted| if wanted { '1' } else { '0' });
        let places: String = [0, 1, 3, 4]
            .map(|part_idx| places[part_idx])
            .iter()
            .collect();
        if places.trim_matches('0').contains('0') {
            check_refused(read, Sense::INVALID_FIELD_IN_CDB);
            continue;
        }
        let read = read.unwrap();
        assert_eq!(read, expect, "{main_channel:?}");
        assert_eq!(asked, Some(read.len()));
    }
}

#[test]
fn error_flags_and_subcode_follow_the_main_channel() {
    let stream = Session::MIXED.stream(&short_medium());
    let mut host = burnt(&stream);
    let mut stream = stream;
    let raw = *sector_of(&mut stream, 310);
    let cases = [
        (C2Selection::NONE, SubChannelSelection::RAW_PW, 2448),
        (C2Selection::C2, SubChannelSelection::NONE, 2646),
        (C2Selection::C2_AND_BLOCK, SubChannelSelection::Q, 2664),
    ];
    for (c2, sub_channel, n_bytes) in cases {
        let read = host.read_cd(310, 1, |command| {
            command.c2 = c2;
            command.sub_channel = sub_channel;
        });
        let read = read.unwrap();
        assert_eq!(read.len(), n_bytes);
        assert_eq!(read[..MAIN_BYTES], raw[..MAIN_BYTES]);
        match sub_channel {
            SubChannelSelection::RAW_PW => assert_eq!(read[MAIN_BYTES..], raw[MAIN_BYTES..]),
            // Track 2, index 1, 00:00:10 in, at 00:06:10.
            SubChannelSelection::Q => assert_eq!(
                read[n_bytes - 16..n_bytes - 6],
                [0x01, 0x02, 0x01, 0, 0, 0x10, 0, 0, 0x06, 0x10]
            ),
            _ => assert!(read[MAIN_BYTES..].iter().all(|byte| *byte == 0)),
        }
    }
    let read = host.read_cd(310, 2, |command| {
        command.main_channel = MainChannelSelection::NONE;
        command.sub_channel = SubChannelSelection::RAW_PW;
    });
    assert_eq!(read.unwrap().len(), 2 * 96);
}

#[test]
fn another_type_than_expected_is_refused() {
    let mut host = mixed();
    let cases = [
        (5, SectorType::CD_DA),
        (5, SectorType::MODE_2_FORM_1),
        (310, SectorType::MODE_1),
        (310, SectorType::MODE_2_FORMLESS),
    ];
    for (lba, sector_type) in cases {
        let outcome = host.read_cd(lba, 1, |command| command.sector_type = sector_type);
        let sense = outcome.unwrap_err();
        assert!(
            sense.same_code(&Sense::ILLEGAL_MODE_FOR_THIS_TRACK),
            "{sense}"
        );
        assert_eq!(sense.information, Some(lba.cast_unsigned()));
    }
    host.read_cd(310, 1, |command| command.sector_type = SectorType::CD_DA)
        .unwrap();
    check_refused(
        read10(&mut host, 299, 2),
        Sense::ILLEGAL_MODE_FOR_THIS_TRACK,
    );
}

#[test]
fn lead_in_and_lead_out_are_not_read() {
    let mut host = mixed();
    for (lba, n_sectors) in [(-151, 1), (-151, 10), (400, 1), (399, 2), (404_849, 1)] {
        check_refused(
            host.read_cd(lba, n_sectors, |_| {}),
            Sense::LBA_OUT_OF_RANGE,
        );
    }
    assert_eq!(host.read_cd(399, 1, |_| {}).unwrap().len(), MAIN_BYTES);
    assert_eq!(host.read_cd(0, 0, |_| {}).unwrap(), []);

    let mut host = Host::blank();
    check_refused(host.read_cd(0, 1, |_| {}), Sense::LBA_OUT_OF_RANGE);
    check_refused(read10(&mut host, 0, 1), Sense::LBA_OUT_OF_RANGE);
}

#[test]
fn fields_that_mean_nothing_here_are_refused() {
    let mut host = mixed();
    let outcome = host.read_cd(0, 1, |command| {
        command.sub_channel = SubChannelSelection::new(3).unwrap();
    });
    let sense = outcome.unwrap_err();
    assert!(sense.same_code(&Sense::INVALID_FIELD_IN_CDB));
    assert_eq!(sense.field_pointer().unwrap().byte(), 10);
    let reserved = SectorType::new(7).unwrap();
    let outcome = host.read_cd(0, 1, |command| command.sector_type = reserved);
    check_refused(outcome, Sense::INVALID_FIELD_IN_CDB);
    let reserved = C2Selection::new(3).unwrap();
    let outcome = host.read_cd(0, 1, |command| command.c2 = reserved);
    check_refused(outcome, Sense::INVALID_FIELD_IN_CDB);
}

#[test]
fn what_no_drive_could_read_is_unreadable() {
    type Spoil = fn(&mut [u8; RAW_BYTES]);
    let cases: [(&str, Spoil); 4] = [
        ("recorded unscrambled", |sector| {
            sector[..MAIN_BYTES].copy_from_slice(&data(100, false));
        }),
        ("another address in the header", |sector| {
            sector[..MAIN_BYTES].copy_from_slice(&data(101, true));
        }),
        ("wrong user data", |sector| sector[500] ^= 1),
        ("no sync", |sector| sector[3] = 0),
    ];
    for (what, spoil) in cases {
        let mut stream = Session::MIXED.stream(&short_medium());
        spoil(sector_of(&mut stream, 100));
        let mut host = burnt(&stream);
        for outcome in [read10(&mut host, 90, 20), host.read_cd(100, 1, |_| {})] {
            let sense = outcome.expect_err(what);
            assert!(
                sense.same_code(&Sense::LEC_UNCORRECTABLE_ERROR),
                "{what}: {sense}"
            );
            assert_eq!(sense.information, Some(100), "{what}");
        }
        // Its subcode is as good as ever.
        let subcode = host.read_cd(100, 1, |command| {
            command.main_channel = MainChannelSelection::NONE;
            command.sub_channel = SubChannelSelection::Q;
        });
        assert_eq!(subcode.unwrap().len(), 16, "{what}");
        read10(&mut host, 101, 1).unwrap();
    }
}

#[test]
fn wrong_parity_alone_is_no_reason_to_refuse() {
    let mut stream = Session::MIXED.stream(&short_medium());
    sector_of(&mut stream, 100)[2300] ^= 1;
    let mut host = burnt(&stream);
    assert_eq!(read10(&mut host, 100, 1).unwrap(), user(100));
}

#[test]
fn control_comes_from_the_sectors_own_q() {
    // Track 1 says data in the table of contents, but these sectors' Q says audio.
    let session = Session::MIXED;
    let mut stream = session.stream(&short_medium());
    let as_audio = {
        let mut later = Session {
            n_data: 100,
            n_audio: 300,
            ..session
        }
        .stream(&short_medium());
        *sector_of(&mut later, 150)
    };
    *sector_of(&mut stream, 150) = as_audio;
    let mut host = burnt(&stream);
    assert_eq!(
        host.read_cd(150, 1, |_| {}).unwrap(),
        as_audio[..MAIN_BYTES]
    );
    assert_eq!(host.read_cd(151, 1, |_| {}).unwrap(), data(151, false));
}

#[test]
fn a_disc_can_be_read_in_another_drive() {
    let mut host = mixed();
    let disc: Disc = host.recorder.eject().unwrap();
    let mut other = Host::blank();
    other.insert(disc);
    assert_eq!(read10(&mut other, 0, 1).unwrap(), user(0));
}
