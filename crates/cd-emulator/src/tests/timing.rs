//! Virtual time: how long things take, and what happens when data come too late.

use std::time::Duration;

use cd_mmc::{RotationControl, Sense, SetCdSpeed, Speed, SynchronizeCache};
use cd_sector::{RAW_BYTES, SectorLayout};
use cd_transport::{Clock, Data, Transport, TransportErrorKind, VirtualClock};

use super::host::{Host, check_refused, short_medium};
use super::image::Session;
use crate::timing::{Streaming, WriteBuffer, time_at};
use crate::{DiscState, Profile};

const START: i32 = -225;
const BLOCK: u32 = 2448;

fn set_speed(host: &mut Host, speed: Speed) {
    let command = SetCdSpeed {
        rotation: RotationControl::DEFAULT,
        read: Speed::MAX,
        write: speed,
    };
    host.send(command, Data::None).unwrap();
}

/// A drive with room for ten blocks that records at 1x only: 75 sectors a second.
fn slow() -> Profile {
    Profile {
        buffer_bytes: 10 * BLOCK,
        write_speeds: vec![1],
        command_time: Duration::ZERO,
        interface_rate: 0,
        ..Profile::faithful()
    }
}

fn ready_to_write(profile: Profile) -> Host {
    let mut host = Host::with_blank(profile);
    host.select_raw(SectorLayout::RawPw96).unwrap();
    host
}

fn write(host: &mut Host, lba: i32, n_blocks: u16) -> Result<usize, Sense> {
    host.write(lba, n_blocks, &vec![0; usize::from(n_blocks) * RAW_BYTES])
}

#[test]
fn the_buffer_drains_at_the_set_speed() {
    let at = Duration::from_millis;
    let mut buffer = WriteBuffer::new(10 * BLOCK, BLOCK, 1, at(0));
    assert_eq!(buffer.push(9), at(0));
    // The laser waits for a full buffer.
    assert_eq!(buffer.advance(at(10_000)), Streaming::Kept);
    assert_eq!(buffer.free_bytes(), BLOCK);
    // 75 sectors are a second: three blocks too many are 40 ms.
    assert_eq!(buffer.push(4), at(40));
    assert_eq!(buffer.advance(at(10_040)), Streaming::Kept);
    assert_eq!(buffer.free_bytes(), 0);
    assert_eq!(buffer.advance(at(10_053)), Streaming::Kept);
    assert_eq!(buffer.free_bytes(), 0);
    assert_eq!(buffer.advance(at(10_054)), Streaming::Kept);
    assert_eq!(buffer.free_bytes(), BLOCK);
    // Nine are left, and a little time of the next was spent: the rest lasts 119.3 ms.
    let rest = buffer.time_to_empty();
    assert!((at(119)..at(120)).contains(&rest), "{rest:?}");
    assert_eq!(buffer.advance(at(10_054) + rest), Streaming::Kept);
    assert!(buffer.is_empty());
    assert_eq!(buffer.advance(at(10_200)), Streaming::Lost);
    // It has stopped, and is not lost again and again.
    assert_eq!(buffer.advance(at(20_000)), Streaming::Kept);
}

#[test]
fn many_small_steps_are_one_large_one() {
    let mut buffer = WriteBuffer::new(1000 * BLOCK, BLOCK, 7, Duration::ZERO);
    let _ = buffer.push(1000);
    for step in 1..=1_000_000_u64 {
        assert_eq!(
            buffer.advance(Duration::from_nanos(step * 1001)),
            Streaming::Kept
        );
    }
    // 1.001 s at 525 sectors a second.
    assert_eq!(buffer.free_bytes(), 525 * BLOCK);
}

#[test]
fn a_recording_takes_the_time_of_its_speed() {
    let medium = crate::Medium::cd_r_80();
    let mut host = Host::blank();
    host.insert(crate::Disc::blank(medium.clone()));
    set_speed(&mut host, Speed::from_x(16));
    host.select_raw(SectorLayout::RawPw96).unwrap();
    let begin = host.now();
    let start = medium.lead_in_start.to_lba().value();
    let piece = vec![0; 400 * RAW_BYTES];
    for idx in 0..30 {
        host.write(start + idx * 400, 400, &piece).unwrap();
    }
    host.flush().unwrap();
    // 12,000 sectors at 16x are exactly 10 s, and filling the buffer at the start takes time too.
    let took = host.now() - begin;
    let ten = Duration::from_secs(10);
    assert!(
        (ten..ten + Duration::from_millis(200)).contains(&took),
        "{took:?}"
    );
}

#[test]
fn reading_takes_time() {
    let mut host = Host::blank();
    host.burn(START, &Session::DATA.stream(&short_medium()));
    let begin = host.now();
    host.read_cd(0, 300, |_| {}).unwrap();
    let took = host.now() - begin;
    assert!(took >= time_at(48, 300), "{took:?}");
}

#[test]
fn a_full_buffer_makes_the_host_wait() {
    let mut host = ready_to_write(slow());
    write(&mut host, START, 10).unwrap();
    let begin = host.now();
    write(&mut host, START + 10, 10).unwrap();
    // Ten blocks had to go first: 133.3 ms.
    assert_eq!(host.now() - begin, Duration::from_nanos(133_333_334));
}

#[test]
fn a_full_buffer_is_told_if_the_drive_does_so() {
    let mut host = ready_to_write(Profile {
        reports_long_write: true,
        ..slow()
    });
    write(&mut host, START, 10).unwrap();
    let mut n_refusals = 0;
    while let Err(sense) = write(&mut host, START + 10, 5) {
        assert!(sense.same_code(&Sense::LONG_WRITE_IN_PROGRESS), "{sense}");
        host.clock.sleep(Duration::from_millis(10));
        n_refusals += 1;
    }
    // Five blocks are 66.7 ms.
    assert_eq!(n_refusals, 7);
    assert_eq!(
        host.recorder
            .disc()
            .unwrap()
            .recorded()
            .unwrap()
            .len()
            .count(),
        15
    );
}

#[test]
fn an_empty_buffer_spoils_the_disc() {
    let mut host = ready_to_write(slow());
    write(&mut host, START, 10).unwrap();
    host.clock.sleep(Duration::from_millis(120));
    write(&mut host, START + 10, 1).unwrap();
    host.clock.sleep(Duration::from_millis(200));
    check_refused(
        write(&mut host, START + 11, 1),
        Sense::WRITE_ERROR_LOSS_OF_STREAMING,
    );
    check_refused(
        write(&mut host, START + 11, 1),
        Sense::PROGRAM_AREA_NOT_EMPTY,
    );
    let state = host.recorder.disc().unwrap().state();
    assert!(matches!(state, DiscState::Interrupted { .. }));
    host.flush().unwrap();
}

#[test]
fn a_late_flush_is_told_of_the_loss() {
    let mut host = ready_to_write(slow());
    write(&mut host, START, 10).unwrap();
    host.clock.sleep(Duration::from_secs(1));
    check_refused(host.flush(), Sense::WRITE_ERROR_LOSS_OF_STREAMING);
    assert_eq!(host.flush(), Ok(0));
}

#[test]
fn a_protected_recording_waits_for_more() {
    let stream = Session::DATA.stream(&short_medium());
    let mut host = ready_to_write(slow());
    host.select(|page| page.buffer_underrun_free = true)
        .unwrap();
    let mut lba = START;
    for piece in stream.chunks(20 * RAW_BYTES) {
        let n_blocks = u16::try_from(piece.len() / RAW_BYTES).unwrap();
        host.write(lba, n_blocks, piece).unwrap();
        lba += i32::from(n_blocks);
        host.clock.sleep(Duration::from_secs(1));
    }
    host.flush().unwrap();
    assert_eq!(host.recorder.disc().unwrap().state(), DiscState::Complete);
}

#[test]
fn a_test_write_starves_too() {
    let mut host = ready_to_write(slow());
    host.select(|page| page.test_write = true).unwrap();
    write(&mut host, START, 10).unwrap();
    host.clock.sleep(Duration::from_secs(1));
    check_refused(
        write(&mut host, START + 10, 1),
        Sense::WRITE_ERROR_LOSS_OF_STREAMING,
    );
    assert!(host.is_blank());
}

#[test]
fn a_command_longer_than_its_time_out_times_out() {
    let mut host = ready_to_write(slow());
    write(&mut host, START, 10).unwrap();
    let flush = cd_mmc::Command::from(SynchronizeCache::all(false)).encode();
    let allowed = Duration::from_millis(100);
    let error = host
        .recorder
        .execute(flush.as_bytes(), Data::None, allowed)
        .unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Timeout);
}

#[test]
fn the_speed_is_one_the_drive_has() {
    let mut host = ready_to_write(Profile {
        write_speeds: vec![1, 2],
        ..slow()
    });
    set_speed(&mut host, Speed::from_x(1));
    write(&mut host, START, 10).unwrap();
    let begin = host.now();
    write(&mut host, START + 10, 3).unwrap();
    let at_1x = host.now() - begin;
    set_speed(&mut host, Speed::MAX);
    let begin = host.now();
    write(&mut host, START + 13, 3).unwrap();
    let at_2x = host.now() - begin;
    let half = at_1x / 2;
    assert!(
        at_2x.abs_diff(half) < Duration::from_micros(1),
        "{at_1x:?} {at_2x:?}"
    );
}

#[test]
fn time_does_not_run_backwards() {
    let clock = VirtualClock::default();
    let mut buffer = WriteBuffer::new(10 * BLOCK, BLOCK, 1, Duration::from_secs(5));
    let _ = buffer.push(10);
    assert_eq!(buffer.advance(clock.now()), Streaming::Kept);
    assert_eq!(buffer.free_bytes(), 0);
}
