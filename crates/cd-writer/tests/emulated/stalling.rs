//! A source that comes to a stop: what is told meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use cd_address::{Lba, LbaRange};
use cd_image::{SectorSource, SourceError};
use cd_sector::SectorLayout;
use cd_transport::VirtualClock;
use cd_writer::{Action, BurnControl, CancelToken, Consent, Progress, ReadAhead};

use super::host::{Image, OPTIONS, Rig, lba, sectors, small_buffer};

/// Takes three virtual seconds over one of its sectors.
struct Stalling {
    image: Image,
    at: Lba,
    clock: Arc<VirtualClock>,
    n_stalls: AtomicU32,
}

const STALL: Duration = Duration::from_secs(3);
const STEP: Duration = Duration::from_millis(250);

impl SectorSource for Stalling {
    fn range(&self) -> LbaRange {
        self.image.range
    }

    fn layout(&self) -> SectorLayout {
        self.image.layout
    }

    fn mapped(&self, range: LbaRange) -> Result<Option<&[u8]>, SourceError> {
        if range.contains(self.at) && self.n_stalls.fetch_add(1, Ordering::Relaxed) == 0 {
            for _ in 0..STALL.as_millis() / STEP.as_millis() {
                self.clock.advance(STEP);
                // Time for the burning thread to see the clock.
                thread::sleep(Duration::from_millis(120));
            }
        }
        self.image.mapped(range)
    }

    fn render(&self, range: LbaRange, out: &mut [u8]) -> Result<(), SourceError> {
        self.image.render(range, out)
    }

    fn verify_unchanged(&self) -> Result<(), SourceError> {
        Ok(())
    }
}

#[test]
fn progress_is_told_while_the_source_stalls() {
    // While the read-ahead fills, and in mid-burn.
    for (at, phase) in [(-300, Action::Preparing), (200, Action::Writing)] {
        let mut rig = Rig::new(small_buffer());
        let source = Stalling {
            image: Image::raw(),
            at: lba(at),
            clock: rig.clock.clone(),
            n_stalls: AtomicU32::new(0),
        };
        let plan = rig.plan(&source.image, OPTIONS);
        let mut told = Vec::new();
        let control = BurnControl {
            cancel: &CancelToken::new(),
            progress: &mut |progress| told.push(*progress),
            read_ahead: ReadAhead {
                chunk: sectors(26),
                depth: 2,
                cached: 0,
            },
        };
        let consent = Consent::to_write_the_disc();
        let report = rig.writer().burn(&plan, consent, &source, control);
        assert!(report.is_success(), "{report:?}");
        let is_phase = |progress: &&Progress| progress.action == phase;
        let n_told = told.iter().filter(is_phase).count();
        assert!(n_told >= 5, "{n_told} at {at}");
    }
}
