use cd_address::Msf;

use super::{MAX_TRACKS, Toc, TocError, TocTrack};
use crate::{Control, DiscType, Q, QFrame, TocPoint};

/// Puts a [`Toc`] together from the Q frames of a lead-in, in whatever order and number they come.
///
/// Frames with a wrong CRC are passed over, as a drive does: each point is there many times. So are frames that are not
/// of a lead-in (TNO not 00) and frames with an ADR other than 1.
#[derive(Clone, Debug)]
pub struct TocCollector {
    first: Option<(u8, DiscType)>,
    last: Option<u8>,
    lead_out: Option<Msf>,
    tracks: [Option<(Control, Msf)>; MAX_TRACKS],
    n_frames: u32,
    fault: Option<TocError>,
}

impl TocCollector {
    /// A collector that has seen nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            first: None,
            last: None,
            lead_out: None,
            tracks: [None; MAX_TRACKS],
            n_frames: 0,
            fault: None,
        }
    }

    /// Takes one frame into account.
    pub fn push(&mut self, frame: &QFrame) {
        let [_, tno, point, ..] = frame.0;
        if frame.adr() != 1 || tno != 0 || !frame.crc_ok() {
            return;
        }
        self.n_frames = self.n_frames.saturating_add(1);
        let agrees = match frame.decode() {
            Ok(Q::Toc { control, point, .. }) => self.take(control, point),
            Ok(_) => true,
            Err(error) => {
                self.note(TocError::BadPoint { point, error });
                true
            }
        };
        if !agrees {
            self.note(TocError::Contradiction { point });
        }
    }

    /// How many frames were taken into account so far.
    #[must_use]
    pub const fn n_frames(&self) -> u32 {
        self.n_frames
    }

    /// The table of contents.
    ///
    /// # Errors
    /// [`TocError::Empty`] if no frame counted; [`TocError::BadPoint`] or [`TocError::Contradiction`] for the first
    /// such frame; [`TocError::MissingPoint`], [`TocError::Reversed`], [`TocError::StrayTrack`] or
    /// [`TocError::MissingTrack`] for what does not fit together; else what [`Toc::new`] says.
    pub fn finish(&self) -> Result<Toc, TocError> {
        if self.n_frames == 0 {
            return Err(TocError::Empty);
        }
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let missing = |point| TocError::MissingPoint { point };
        let (first, disc_type) = self.first.ok_or(missing(0xA0))?;
        let last = self.last.ok_or(missing(0xA1))?;
        let lead_out = self.lead_out.ok_or(missing(0xA2))?;
        if last < first {
            return Err(TocError::Reversed { first, last });
        }

        let mut found = [TocTrack {
            track: first,
            control: Control::AUDIO,
            start: lead_out,
        }; MAX_TRACKS];
        let mut n_tracks = 0;
        for (track, seen) in (1_u8..).zip(self.tracks) {
            let announced = (first..=last).contains(&track);
            match seen {
                Some(_) if !announced => {
                    return Err(TocError::StrayTrack { track, first, last });
                }
                None if announced => {
                    return Err(TocError::MissingTrack { track, first, last });
                }
                Some((control, start)) => {
                    found[n_tracks] = TocTrack {
                        track,
                        control,
                        start,
                    };
                    n_tracks += 1;
                }
                None => {}
            }
        }
        Toc::new(disc_type, &found[..n_tracks], lead_out)
    }

    /// Whether the point agrees with what was seen of it before.
    fn take(&mut self, control: Control, point: TocPoint) -> bool {
        match point {
            TocPoint::FirstTrack { track, disc_type } => {
                *self.first.get_or_insert((track, disc_type)) == (track, disc_type)
            }
            TocPoint::LastTrack { track } => *self.last.get_or_insert(track) == track,
            TocPoint::LeadOut { start } => *self.lead_out.get_or_insert(start) == start,
            TocPoint::Track { track, start } => self
                .tracks
                .get_mut(usize::from(track) - 1)
                .is_none_or(|seen| *seen.get_or_insert((control, start)) == (control, start)),
            TocPoint::Other { .. } => true,
        }
    }

    fn note(&mut self, fault: TocError) {
        self.fault.get_or_insert(fault);
    }
}

impl Default for TocCollector {
    fn default() -> Self {
        Self::new()
    }
}
