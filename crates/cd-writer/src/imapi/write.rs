//! Writing a stream.

use std::sync::Arc;
use std::time::Duration;

use cd_address::{Lba, Sectors};
use cd_sector::SectorLayout;

use super::error::{CallError, Cause, DiscFormatError};
use super::event::WriteEvent;
use super::format::{DiscFormat2RawCd, Handler, Phase, Prepared};
use super::recorder::DiscRecorder;
use super::speed::Wish;
use super::stream::{Place, Stream};
use super::telling::telling;
use crate::recorder::Recorder;
use crate::{BurnControl, BurnOptions, CancelToken, Consent, Plan, PlanError, Progress, Report};

/// Sectors before LBA 0 in a stream that begins at 95:00:00.
const LEAD_IN_FROM_95_00_00: Sectors = match Sectors::new(22_650) {
    Ok(sectors) => sectors,
    Err(_) => unreachable!(),
};

impl DiscFormat2RawCd {
    /// Writes a stream that begins at 95:00:00: [`DiscFormat2RawCd::write_media2`] with 22,650 sectors.
    ///
    /// # Errors
    /// As there.
    #[doc(alias = "WriteMedia")]
    pub fn write_media<'s>(
        &self,
        stream: impl Into<Stream<'s>>,
    ) -> Result<Report, DiscFormatError> {
        self.write_media2(stream, LEAD_IN_FROM_95_00_00)
    }

    /// Writes a stream to the medium that is prepared, from the medium's lead-in on, and proves that the disc holds it.
    ///
    /// `stream_lead_in_sectors` is how many sectors of the stream lie before LBA 0: its lead-in and the 150 of the first
    /// pregap. (The interface's page calls it an address; its type library counts, as here.) What of them lies before the
    /// medium's own lead-in is left out. The stream has to hold the table of contents in its lead-in, and to
    /// reach into its lead-out; its sectors go to the disc as they are. If it has addresses of its own, they do not
    /// count.
    ///
    /// Returns when the disc is done; the handler of updates is told meanwhile. The medium stays prepared.
    ///
    /// # Errors
    /// [`CallError::WriteInProgress`], [`CallError::MediaIsNotPrepared`] (also if the disc was changed since);
    /// [`CallError::InvalidArgument`] for more than 45,150 sectors; [`StreamError`](super::StreamError) for what is wrong with the stream, before
    /// anything is written; [`Cause::Cancelled`]; what the drive failed with. What the disc is
    /// then tells [`DiscFormatError::disc`].
    #[doc(alias = "WriteMedia2")]
    pub fn write_media2<'s>(
        &self,
        stream: impl Into<Stream<'s>>,
        stream_lead_in_sectors: Sectors,
    ) -> Result<Report, DiscFormatError> {
        let mut writing = self.begin_writing()?;
        let start = Lba::ZERO.sub(stream_lead_in_sectors).map_err(|_| {
            let most = Lba::MIN.value().unsigned_abs();
            CallError::InvalidArgument(format!(
                "{stream_lead_in_sectors} sectors before lba 0; there are {most} at most"
            ))
        })?;
        writing.write(stream.into(), start)
    }

    fn begin_writing(&self) -> Result<Writing<'_>, DiscFormatError> {
        let _calls = self.calls.lock();
        let mut state = self.state.lock();
        let prepared = Arc::clone(state.prepared()?);
        let disc_recorder = state.recorder.clone();
        let disc_recorder = disc_recorder.ok_or(CallError::NoRecorderSpecified)?;
        let recorder = disc_recorder.take(self.id)?;
        let cancel = CancelToken::new();
        state.phase = Phase::Writing {
            prepared: Arc::clone(&prepared),
            cancel: cancel.clone(),
        };
        Ok(Writing {
            format: self,
            disc_recorder,
            recorder: Some(recorder),
            prepared,
            cancel,
            layout: state.sector_type,
            wish: state.wish,
            has_underrun_protection: !state.is_underrun_free_disabled,
            handler: state.handler.clone(),
            is_medium_lost: false,
        })
    }
}

/// A write that is running. Dropped, it puts the object back into its state, whatever happened.
struct Writing<'f> {
    format: &'f DiscFormat2RawCd,
    disc_recorder: DiscRecorder,
    /// `None` when it is given back.
    recorder: Option<Recorder<'static>>,
    prepared: Arc<Prepared>,
    cancel: CancelToken,
    layout: SectorLayout,
    wish: Wish,
    has_underrun_protection: bool,
    handler: Option<Handler>,
    /// The medium that was prepared is no longer in the drive.
    is_medium_lost: bool,
}

impl Writing<'_> {
    fn write(&mut self, stream: Stream<'_>, start: Lba) -> Result<Report, DiscFormatError> {
        let clock = self.disc_recorder.clock();
        let begun = clock.now();
        let Some(recorder) = &mut self.recorder else {
            return Err(CallError::WriteInProgress.into());
        };
        if let Some(fault) = recorder.medium_change() {
            self.is_medium_lost = true;
            return Err(DiscFormatError::of_medium_change(fault));
        }
        let medium = recorder.medium().map_err(DiscFormatError::of_probe)?;
        let of_plan = |error: PlanError| DiscFormatError::of_plan(&error);
        let medium_start = medium.check_writable().map_err(of_plan)?;
        if let Some(missing) = start.since(medium_start).filter(|n| !n.is_zero()) {
            return Err(of_plan(PlanError::LeadInTooShort {
                stream: start,
                medium: medium_start,
                missing,
            }));
        }
        let place = Place {
            start,
            medium_start,
            layout: self.layout,
        };
        let placed = stream.place(place, &self.cancel)?;
        let choice = self.prepared.speeds.choose(self.wish);
        let options = BurnOptions {
            speed: choice.speed.speed.sectors_per_second(),
            underrun_protection: self.has_underrun_protection,
            ..BurnOptions::USUAL
        };
        let (drive, limits) = (&self.prepared.drive, recorder.limits());
        let plan = Plan::new(drive, &medium, &placed.survey, limits, options)
            .map_err(of_plan)?
            .with_rotation(choice.speed.rotation);
        let tell = |progress: &Progress, now: Duration| {
            if let Some(handler) = &self.handler {
                let elapsed = now.saturating_sub(begun);
                handler(self.format, &WriteEvent::new(progress, elapsed));
            }
        };
        let report = telling(&*clock, &tell, |progress| {
            let control = BurnControl {
                cancel: &self.cancel,
                progress,
                read_ahead: placed.read_ahead(&plan.writes()),
            };
            let consent = Consent::to_write_the_disc();
            recorder.burn(&plan, consent, &*placed.source, control)
        });
        let result = DiscFormatError::of_report(report, plan.is_protected());
        if let Err(error) = &result {
            let cause = error.cause();
            self.is_medium_lost = matches!(cause, Cause::Call(CallError::MediaIsNotPrepared(_)));
        }
        result
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let _calls = self.format.calls.lock();
        if let Some(recorder) = self.recorder.take() {
            self.disc_recorder.put_back(recorder);
        }
        if self.is_medium_lost {
            self.format.let_go(&self.disc_recorder);
        }
        self.format.state.lock().phase = if self.is_medium_lost {
            Phase::NotPrepared
        } else {
            Phase::Prepared(Arc::clone(&self.prepared))
        };
    }
}
