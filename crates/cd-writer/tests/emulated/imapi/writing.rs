//! A whole write, what is told of it, and cancelling it.

use std::sync::Arc;
use std::time::Duration;

use cd_emulator::{DiscState, Profile};
use cd_sector::SectorLayout;
use cd_transport::{Completion, Data, Limits, Transport, TransportError, VirtualClock};
use cd_writer::imapi::{Cause, WriteEvent};
use cd_writer::{Action, DiscAfter, Verdict};
use parking_lot::Mutex;

use super::bench::{Bench, OPC, WRITE, lead_in, refused};
use crate::host::{Image, authored, check_holds, lba, short_medium, small_buffer};

#[test]
fn a_disc_is_written() {
    let bench = Bench::blank();
    let format = &bench.format;
    assert_eq!(format.prepare_media().unwrap().hresult().name, "S_OK");
    assert!(bench.is_locked());
    assert_eq!(format.start_of_next_session().unwrap(), lba(-300));
    let latest = short_medium().last_lead_out.to_lba();
    assert_eq!(format.last_possible_start_of_leadout().unwrap(), latest);
    format
        .set_requested_sector_type(SectorLayout::RawPw96)
        .unwrap();
    let image = Image::raw();
    let report = bench.write(&image).unwrap();
    assert!(matches!(report.verdict, Verdict::Proved));
    assert!(!format.media_physically_blank().unwrap());
    format.release_media().unwrap();
    assert!(!bench.is_locked());
    assert_eq!(bench.recorder.exclusive_access_owner(), None);
    check_holds(bench.drive.lock().disc().unwrap(), &image, image.range);
}

#[test]
fn write_media_is_write_media2_from_95_00_00() {
    for with_count in [false, true] {
        let bench = Bench::prepared();
        let image = authored(
            3,
            cd_address::Lba::IMAGE_START_95_00_00,
            SectorLayout::RawPw96,
        );
        let report = if with_count {
            let count = cd_address::Sectors::new(22_650).unwrap();
            bench.format.write_media2(&image, count)
        } else {
            bench.format.write_media(&image)
        };
        assert_eq!(report.unwrap().range.start(), lba(-300));
        let drive = bench.drive.lock();
        let disc = drive.disc().unwrap();
        assert_eq!(disc.state(), DiscState::Complete);
        let recorded = disc.recorded().unwrap();
        assert_eq!(recorded.start(), lba(-300));
        assert_eq!(
            recorded.last(),
            cd_image::SectorSource::range(&image).last()
        );
    }
}

#[test]
fn a_disc_is_written_with_p_and_q_alone() {
    let bench = Bench::prepared();
    bench
        .format
        .set_requested_sector_type(SectorLayout::Pq16)
        .unwrap();
    let image = Image::new(9, SectorLayout::Pq16);
    assert!(bench.write(&image).unwrap().is_success());
    check_holds(bench.drive.lock().disc().unwrap(), &image, image.range);
}

/// Collects what is told of a write.
fn watch(bench: &Bench) -> Arc<Mutex<Vec<WriteEvent>>> {
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&events);
    bench
        .format
        .on_update(move |_, event| sink.lock().push(*event));
    events
}

#[test]
fn updates_come_before_every_half_second_and_after() {
    // 760 sectors take ten seconds at 1x.
    let bench = Bench::prepared_as(Profile {
        write_speeds: vec![1],
        ..small_buffer()
    });
    let events = watch(&bench);
    let image = Image::raw();
    let report = bench.write(&image).unwrap();
    let events = events.lock();
    let (first, last) = (events.first().unwrap(), events.last().unwrap());
    assert_eq!(first.current_action, Action::Preparing);
    assert_eq!((first.last_read_lba, first.last_written_lba), (None, None));
    assert_eq!(first.remaining_time, None);
    assert_eq!(last.current_action, Action::Finishing);
    assert_eq!(last.last_written_lba, image.range.last());
    assert!((last.fraction_done() - 1.0).abs() < f64::EPSILON);
    assert!(last.elapsed_time >= report.write_time);

    assert!(events.is_sorted_by_key(|event| event.elapsed_time));
    assert!(events.is_sorted_by_key(|event| event.last_written_lba));
    let half = Duration::from_millis(500);
    for pair in events.windows(2) {
        let gap = pair[1].elapsed_time - pair[0].elapsed_time;
        // A command is not interrupted: a WRITE of 26 sectors takes a third of a second at 1x, calibration two.
        let is_calibrating = pair[0].current_action == Action::Preparing;
        let longest = if is_calibrating { half * 5 } else { half * 2 };
        assert!(gap < longest, "{gap:?}");
        let is_last = std::ptr::eq(&pair[1], last);
        if pair[0].current_action == pair[1].current_action && !is_last {
            assert!(gap >= half, "{gap:?}");
        }
    }
    for event in events.iter() {
        assert_eq!(event.start_lba, lba(-300));
        assert_eq!(event.sector_count, image.range.len());
        let total = event.used_system_buffer + event.free_system_buffer();
        assert_eq!(total, event.total_system_buffer);
        let has_rate = event.current_action == Action::Writing && event.last_written_lba.is_some();
        assert_eq!(event.remaining_time.is_some(), has_rate);
    }
}

/// A way to a drive on which the `n`th command of a kind takes long by the wall clock as well, so that others see the time go by.
struct Slow {
    inner: Box<dyn Transport>,
    opcode: u8,
    n: u32,
    clock: Arc<VirtualClock>,
}

impl Transport for Slow {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        self.n -= u32::from(command[0] == self.opcode && self.n > 0);
        if command[0] == self.opcode && self.n == 0 {
            self.opcode = 0xFF;
            for _ in 0..8 {
                self.clock.advance(Duration::from_millis(250));
                std::thread::sleep(Duration::from_millis(120));
            }
        }
        self.inner.execute(command, data, timeout)
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

#[test]
fn updates_come_while_one_command_lasts() {
    // It is called writing from the first WRITE's end on.
    for (opcode, n, action) in [(OPC, 1, Action::Preparing), (WRITE, 3, Action::Writing)] {
        let bench = Bench::prepared();
        let events = watch(&bench);
        let clock = Arc::clone(&bench.clock);
        bench.between(|inner| Slow {
            inner,
            opcode,
            n,
            clock,
        });
        assert!(bench.write(&Image::raw()).unwrap().is_success());
        let events = events.lock();
        // Two seconds: four updates, of which the first may come late.
        let n_events = events.iter().filter(|event| event.current_action == action);
        let n_events = n_events.count();
        assert!(n_events >= 4, "{n_events} while {action:?}");
        assert!(events.is_sorted_by_key(|event| event.elapsed_time));
        let last = events.last().unwrap();
        assert_eq!(last.current_action, Action::Finishing);
        assert_eq!(last.last_written_lba, Some(lba(459)));
    }
}

#[test]
fn a_handler_that_was_taken_away_is_not_told() {
    let bench = Bench::prepared();
    let events = watch(&bench);
    bench.format.without_updates();
    assert!(bench.write(&Image::raw()).unwrap().is_success());
    assert!(events.lock().is_empty());
}

#[test]
fn a_write_is_cancelled_from_its_handler() {
    let bench = Bench::prepared_as(Profile {
        write_speeds: vec![1],
        ..small_buffer()
    });
    bench.format.on_update(|format, event| {
        if event.last_written_lba > Some(lba(-200)) {
            format.cancel_write().unwrap();
        }
    });
    let error = refused(bench.write(&Image::raw()), "E_IMAPI_REQUEST_CANCELLED");
    assert_eq!(*error.cause(), Cause::Cancelled);
    assert_eq!(error.disc(), DiscAfter::Spoiled);
    assert!(error.last_written() > Some(lba(-200)));
    assert!(error.last_written() < Some(lba(400)));
    assert!(!bench.is_locked());
    // It is still prepared, as the interface has it.
    bench.format.release_media().unwrap();
}

#[test]
fn a_write_is_cancelled_from_another_thread() {
    let bench = Bench::prepared_as(Profile {
        write_speeds: vec![1],
        ..small_buffer()
    });
    // Held until the other thread has cancelled.
    let (begun, wait_begun) = crossbeam_channel::bounded::<()>(1);
    let (cancelled, wait_cancelled) = crossbeam_channel::bounded::<()>(1);
    bench.format.on_update(move |_, event| {
        if event.last_written_lba.is_some() && begun.try_send(()).is_ok() {
            let _ = wait_cancelled.recv();
        }
    });
    let format = Arc::clone(&bench.format);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            wait_begun.recv().unwrap();
            format.cancel_write().unwrap();
            drop(cancelled);
        });
        let error = refused(bench.write(&Image::raw()), "E_IMAPI_REQUEST_CANCELLED");
        assert_eq!(error.disc(), DiscAfter::Spoiled);
        // One command later at most.
        assert!(error.last_written() < Some(lba(-300 + 10 * 26)));
    });
}

#[test]
fn cancelled_before_the_first_sector_the_disc_is_untouched() {
    let bench = Bench::prepared();
    bench.format.on_update(|format, _| {
        let _ = format.cancel_write();
    });
    let error = refused(bench.write(&Image::raw()), "E_IMAPI_REQUEST_CANCELLED");
    assert_eq!(error.disc(), DiscAfter::Untouched);
    assert_eq!(error.last_written(), None);
    assert_eq!(lead_in().count(), 300);
    bench.format.without_updates();
    assert!(bench.write(&Image::raw()).unwrap().is_success());
}
