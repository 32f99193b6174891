//! A burn that is cancelled after any number of commands ends tidily, and its report is true.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cd_emulator::DiscState;
use cd_transport::{Completion, Data, Limits, Transport, TransportError};
use cd_writer::{BurnOptions, CancelToken, DiscAfter, StopCause, Verdict};

use super::host::{Image, OPTIONS, Rig, burn_watched, check_truth, writer};

/// Uses a token after so many commands.
struct Canceller<T> {
    inner: T,
    left: Arc<AtomicU32>,
    cancel: CancelToken,
}

impl<T: Transport> Transport for Canceller<T> {
    fn execute(
        &mut self,
        command: &[u8],
        data: Data<'_>,
        timeout: Duration,
    ) -> Result<Completion, TransportError> {
        let answer = self.inner.execute(command, data, timeout);
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.cancel.cancel();
        }
        answer
    }

    fn limits(&self) -> Limits {
        self.inner.limits()
    }

    fn description(&self) -> String {
        self.inner.description()
    }
}

/// Burns, and cancels after `n_commands` of the burn; 0 is before the first.
fn cancelled_after(n_commands: u32, options: BurnOptions) -> (Rig, cd_writer::Report, Image) {
    let image = Image::raw();
    let mut rig = Rig::faithful();
    let plan = rig.plan(&image, options);
    let cancel = CancelToken::new();
    if n_commands == 0 {
        cancel.cancel();
    }
    let transport = Canceller {
        inner: &mut rig.drive,
        left: Arc::new(AtomicU32::new(n_commands)),
        cancel: cancel.clone(),
    };
    let mut writer = writer(transport, &rig.clock);
    let report = burn_watched(&mut writer, &plan, &image, &cancel, &mut |_| {});
    drop(writer);
    (rig, report, image)
}

/// Lock, speed, MODE SELECT, MODE SENSE, calibration, disc information.
const N_PREPARING: u32 = 6;
/// 760 sectors, 26 at a time.
const N_WRITES: u32 = 30;

#[test]
fn before_the_first_write_the_disc_stays_blank() {
    for n_commands in 0..=N_PREPARING {
        let (rig, report, _) = cancelled_after(n_commands, OPTIONS);
        assert!(
            matches!(
                report.verdict,
                Verdict::Stopped {
                    cause: StopCause::Cancelled,
                    disc: DiscAfter::Untouched
                }
            ),
            "{report:?}"
        );
        assert_eq!(report.last_written, None);
        assert_eq!(rig.disc().state(), DiscState::Blank);
        assert!(!rig.drive.is_locked());
    }
}

#[test]
fn in_mid_burn_the_disc_is_spoiled() {
    for n_writes in 1..N_WRITES {
        let (rig, report, image) = cancelled_after(N_PREPARING + n_writes, OPTIONS);
        assert!(
            matches!(
                report.verdict,
                Verdict::Stopped {
                    cause: StopCause::Cancelled,
                    disc: DiscAfter::Spoiled
                }
            ),
            "{report:?}"
        );
        check_truth(&report, rig.disc(), &image, image.range);
        let n_taken = rig.disc().recorded().unwrap().len().count();
        assert_eq!(n_taken, n_writes * 26);
        assert_eq!(report.last_written, rig.disc().recorded().unwrap().last());
        assert!(!rig.drive.is_locked());
    }
}

#[test]
fn after_the_last_write_it_is_too_late() {
    for n_after in 0..5 {
        let (rig, report, image) = cancelled_after(N_PREPARING + N_WRITES + n_after, OPTIONS);
        assert!(matches!(report.verdict, Verdict::Proved), "{report:?}");
        check_truth(&report, rig.disc(), &image, image.range);
        assert!(!rig.drive.is_locked());
    }
}

#[test]
fn a_cancelled_simulation_leaves_a_blank_disc() {
    let simulate = BurnOptions {
        simulate: true,
        ..OPTIONS
    };
    let (rig, report, _) = cancelled_after(N_PREPARING + 10, simulate);
    assert!(
        matches!(
            report.verdict,
            Verdict::Stopped {
                cause: StopCause::Cancelled,
                disc: DiscAfter::Blank
            }
        ),
        "{report:?}"
    );
    assert_eq!(rig.disc().state(), DiscState::Blank);
    assert!(!rig.drive.is_locked());
}
