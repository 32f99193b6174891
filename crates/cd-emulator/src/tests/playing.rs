//! The audio output, as READ SUB-CHANNEL and MECHANISM STATUS tell of it.

use std::time::Duration;

use cd_mmc::response::{AudioStatus, SubChannel, SubChannelData};
use cd_mmc::{ReadSubChannel, Sense, SubChannelFormat};
use cd_transport::Clock;

use super::host::{Host, check_refused, short_medium};
use super::image::Session;

const START: i32 = -225;

/// A disc with audio from 300 to 399.
fn mixed() -> Host {
    let mut host = Host::blank();
    host.burn(START, &Session::MIXED.stream(&short_medium()));
    host
}

fn status(host: &mut Host) -> (AudioStatus, i32) {
    let command = ReadSubChannel {
        msf: false,
        ..ReadSubChannel::of(SubChannelFormat::POSITION, 0)
    };
    let answer = SubChannel::decode(&host.read(command, 24).unwrap()).unwrap();
    let Some(SubChannelData::Position { absolute, .. }) = answer.data else {
        panic!("{answer:?}");
    };
    (answer.audio_status, i32::from_be_bytes(absolute.0))
}

#[test]
fn sound_goes_by_at_75_sectors_a_second() {
    let mut host = mixed();
    assert_eq!(status(&mut host).0, AudioStatus::NONE);
    // PLAY AUDIO (10): 75 sectors from 310.
    host.ask("45 00 00 00 01 36 00 00 4B 00", 0).unwrap();
    let (state, position) = status(&mut host);
    assert_eq!((state, position), (AudioStatus::PLAYING, 310));
    host.clock.sleep(Duration::from_millis(400));
    let (state, position) = status(&mut host);
    assert_eq!((state, position), (AudioStatus::PLAYING, 340));
    // PAUSE: however long.
    host.ask("4B 00 00 00 00 00 00 00 00 00", 0).unwrap();
    host.clock.sleep(Duration::from_secs(60));
    let (state, position) = status(&mut host);
    assert_eq!((state, position), (AudioStatus::PAUSED, 340));
    host.ask("4B 00 00 00 00 00 00 00 01 00", 0).unwrap();
    host.clock.sleep(Duration::from_millis(400));
    let (state, position) = status(&mut host);
    assert_eq!((state, position), (AudioStatus::PLAYING, 370));
    // The end is told once.
    host.clock.sleep(Duration::from_secs(2));
    assert_eq!(status(&mut host), (AudioStatus::COMPLETED, 384));
    assert_eq!(status(&mut host), (AudioStatus::NONE, 384));
    check_refused(
        host.ask("4B 00 00 00 00 00 00 00 01 00", 0),
        Sense::COMMAND_SEQUENCE_ERROR,
    );
}

#[test]
fn anything_that_moves_the_head_ends_it() {
    for (hex, n_bytes, expect) in [
        ("4E 00 00 00 00 00 00 00 00 00", 0, 300),
        ("2B 00 00 00 00 05 00 00 00 00", 0, 5),
        ("28 00 00 00 00 07 00 00 01 00", 2048, 7),
        ("1B 00 00 00 00 00", 0, 300),
    ] {
        let mut host = mixed();
        // PLAY AUDIO MSF from 00:06:00 to 00:07:20.
        host.ask("47 00 00 00 06 00 00 07 14 00", 0).unwrap();
        assert_eq!(status(&mut host).0, AudioStatus::PLAYING);
        host.ask(hex, n_bytes).unwrap();
        assert_eq!(status(&mut host), (AudioStatus::NONE, expect), "{hex}");
    }
}

#[test]
fn only_sound_is_played() {
    let mut host = mixed();
    for (hex, expect) in [
        // Data.
        (
            "45 00 00 00 00 05 00 00 01 00",
            Sense::ILLEGAL_MODE_FOR_THIS_TRACK,
        ),
        // Into the lead-out.
        ("45 00 00 00 01 8F 00 00 02 00", Sense::LBA_OUT_OF_RANGE),
        (
            "A5 00 00 00 01 8F 00 00 00 02 00 00",
            Sense::LBA_OUT_OF_RANGE,
        ),
        // No time, and an end before the start.
        ("47 00 00 00 06 4B 00 07 14 00", Sense::INVALID_FIELD_IN_CDB),
        ("47 00 00 00 06 02 00 06 01 00", Sense::INVALID_FIELD_IN_CDB),
    ] {
        check_refused(host.ask(hex, 0), expect);
    }
    // Nothing at all is no error.
    host.ask("45 00 00 00 00 05 00 00 00 00", 0).unwrap();
    assert_eq!(status(&mut host).0, AudioStatus::NONE);
    // From where the head is.
    host.ask("2B 00 00 00 01 5E 00 00 00 00", 0).unwrap();
    host.ask("A5 00 FF FF FF FF 00 00 00 05 00 00", 0).unwrap();
    assert_eq!(status(&mut host), (AudioStatus::PLAYING, 350));
    let mut blank = Host::blank();
    check_refused(
        blank.ask("45 00 00 00 00 05 00 00 01 00", 0),
        Sense::LBA_OUT_OF_RANGE,
    );
}
