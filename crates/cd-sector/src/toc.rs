//! The table of contents: what the lead-in's Q channel says of the disc, as one value.
//!
//! # Spec
//! ECMA-130 clause 22.3 (the Q channel in the lead-in area). Read it first.

use core::fmt;

use cd_address::Msf;
use thiserror::Error;

use crate::{Control, DiscType, QError, TocPoint};

mod collector;
#[cfg(test)]
mod tests;

pub use collector::TocCollector;

/// The most tracks a disc can have.
const MAX_TRACKS: usize = 99;

/// One track of a [`Toc`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TocTrack {
    /// 1..=99
    pub track: u8,
    /// Its kind.
    pub control: Control,
    /// The first sector of its index 1.
    pub start: Msf,
}

/// Why points make no table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TocError {
    /// Not one track, or not one frame of a lead-in.
    #[error("table of contents has no track")]
    Empty,
    /// A track number that does not exist.
    #[error("track number {track} is outside 1 to 99")]
    TrackNumber {
        /// The number.
        track: u8,
    },
    /// Track numbers have a gap or a repetition.
    #[error("track {got} stands where track {expected} belongs: numbers must run without a gap")]
    NotContiguous {
        /// The number that belongs there.
        expected: u8,
        /// The number that stands there.
        got: u8,
    },
    /// A track, or the lead-out (`track` is `None`), starts at an address of the lead-in.
    #[error("{} starts at {start}, an address of the lead-in: the last it can have is 89:59:74", Whose(*.track))]
    InLeadIn {
        /// Which track.
        track: Option<u8>,
        /// Its start.
        start: Msf,
    },
    /// A track, or the lead-out (`track` is `None`), does not start after the track before it.
    #[error("{} starts at {start}, not after the start {previous} of the track before it", Whose(*.track))]
    NotAscending {
        /// Which track.
        track: Option<u8>,
        /// Its start.
        start: Msf,
        /// The start of the track before it.
        previous: Msf,
    },
    /// The last track is before the first.
    #[error("point A1h says last track {last}, before the first track {first} of point A0h")]
    Reversed {
        /// From point A0h.
        first: u8,
        /// From point A1h.
        last: u8,
    },
    /// A point that every lead-in has is not in this one.
    #[error("lead-in has no readable point A{}h ({})", *.point & 0x0F, point_name(*.point))]
    MissingPoint {
        /// A0h, A1h or A2h.
        point: u8,
    },
    /// A track between the first and the last has no point.
    #[error(
        "lead-in has no readable point for track {track}, tracks {first} to {last} are announced"
    )]
    MissingTrack {
        /// Which.
        track: u8,
        /// From point A0h.
        first: u8,
        /// From point A1h.
        last: u8,
    },
    /// A track's point is there, but the track is not between the first and the last.
    #[error("lead-in has a point for track {track}, tracks {first} to {last} are announced")]
    StrayTrack {
        /// Which.
        track: u8,
        /// From point A0h.
        first: u8,
        /// From point A1h.
        last: u8,
    },
    /// Two frames with right CRC say different things of the same point.
    #[error("lead-in contradicts itself at point {point:02X}h: two frames with right CRC differ")]
    Contradiction {
        /// POINT as it stands in the frames.
        point: u8,
    },
    /// A frame with right CRC does not decode.
    #[error("point {point:02X}h of the lead-in: {error}")]
    BadPoint {
        /// POINT as it stands in the frame.
        point: u8,
        /// What is wrong with it.
        error: QError,
    },
}

struct Whose(Option<u8>);

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(track) => write!(f, "track {track}"),
            None => f.write_str("lead-out"),
        }
    }
}

const fn point_name(point: u8) -> &'static str {
    match point {
        0xA0 => "first track",
        0xA1 => "last track",
        _ => "lead-out start",
    }
}

/// A table of contents that can be: tracks numbered without a gap, each after the one before, the lead-out last.
///
/// Two are equal when they say the same of every track, of the lead-out and of the disc type; CONTROL of the points
/// A0h to A2h, which follows the first and the last track, does not count.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Toc {
    disc_type: DiscType,
    lead_out: Msf,
    n_tracks: usize,
    /// The first `n_tracks` count; the rest repeats the last of them, so that equality can be derived.
    tracks: [TocTrack; MAX_TRACKS],
}

impl Toc {
    /// The table of these tracks and a lead-out that starts at `lead_out`.
    ///
    /// # Errors
    /// [`TocError::Empty`], [`TocError::TrackNumber`], [`TocError::NotContiguous`], [`TocError::InLeadIn`] or
    /// [`TocError::NotAscending`], for the first track at fault.
    pub fn new(disc_type: DiscType, tracks: &[TocTrack], lead_out: Msf) -> Result<Self, TocError> {
        let (&first, rest) = tracks.split_first().ok_or(TocError::Empty)?;
        check_number(first)?;
        check_start(Some(first.track), first.start)?;
        let mut previous = first;
        for &track in rest {
            check_number(track)?;
            let expected = previous.track + 1;
            if track.track != expected {
                let got = track.track;
                return Err(TocError::NotContiguous { expected, got });
            }
            check_after(Some(track.track), track.start, previous.start)?;
            previous = track;
        }
        check_after(None, lead_out, previous.start)?;
        let mut all = [previous; MAX_TRACKS];
        all[..tracks.len()].copy_from_slice(tracks);
        Ok(Self {
            disc_type,
            lead_out,
            n_tracks: tracks.len(),
            tracks: all,
        })
    }

    /// Number of the first track, 1..=99.
    #[must_use]
    pub const fn first_track(&self) -> u8 {
        self.tracks[0].track
    }

    /// Number of the last track, 1..=99.
    #[must_use]
    pub const fn last_track(&self) -> u8 {
        self.last().track
    }

    /// The declared disc type.
    #[must_use]
    pub const fn disc_type(&self) -> DiscType {
        self.disc_type
    }

    /// The first sector of the lead-out.
    #[must_use]
    pub const fn lead_out(&self) -> Msf {
        self.lead_out
    }

    /// How many tracks, 1..=99.
    #[must_use]
    pub const fn n_tracks(&self) -> usize {
        self.n_tracks
    }

    /// The tracks in ascending order.
    #[must_use]
    pub fn tracks(
        &self,
    ) -> impl ExactSizeIterator<Item = TocTrack> + DoubleEndedIterator + Clone + '_ {
        self.tracks[..self.n_tracks].iter().copied()
    }

    /// The track of this number, if there is one.
    #[must_use]
    pub fn track(&self, track: u8) -> Option<TocTrack> {
        self.tracks().find(|candidate| candidate.track == track)
    }

    /// The points an author writes, each with its CONTROL: A0h, A1h, A2h, then the tracks.
    ///
    /// A0h has the CONTROL of the first track, A1h and A2h that of the last.
    pub fn points(&self) -> impl Iterator<Item = (Control, TocPoint)> + Clone + '_ {
        let (first, last) = (self.tracks[0], self.last());
        let disc_type = self.disc_type;
        let head = [
            (
                first.control,
                TocPoint::FirstTrack {
                    track: first.track,
                    disc_type,
                },
            ),
            (last.control, TocPoint::LastTrack { track: last.track }),
            (
                last.control,
                TocPoint::LeadOut {
                    start: self.lead_out,
                },
            ),
        ];
        head.into_iter().chain(self.tracks().map(
            |TocTrack {
                 track,
                 control,
                 start,
             }| (control, TocPoint::Track { track, start }),
        ))
    }

    const fn last(&self) -> TocTrack {
        self.tracks[MAX_TRACKS - 1]
    }
}

const fn check_number(track: TocTrack) -> Result<(), TocError> {
    match track.track {
        1..=99 => Ok(()),
        track => Err(TocError::TrackNumber { track }),
    }
}

fn check_start(track: Option<u8>, start: Msf) -> Result<(), TocError> {
    if start.to_lba().is_lead_in() {
        return Err(TocError::InLeadIn { track, start });
    }
    Ok(())
}

fn check_after(track: Option<u8>, start: Msf, previous: Msf) -> Result<(), TocError> {
    check_start(track, start)?;
    if start.to_lba() <= previous.to_lba() {
        return Err(TocError::NotAscending {
            track,
            start,
            previous,
        });
    }
    Ok(())
}

impl fmt::Debug for Toc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Toc")
            .field("disc_type", &self.disc_type)
            .field("lead_out", &self.lead_out)
            .field("tracks", &&self.tracks[..self.n_tracks])
            .finish()
    }
}

impl fmt::Display for Toc {
    /// One line for the disc, one for each track, one for the lead-out; no line end at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first_track(), self.last_track());
        writeln!(f, "{}, tracks {first} to {last}", self.disc_type)?;
        for track in self.tracks() {
            writeln!(
                f,
                "track {:02}  {}  lba {:>6}  {}",
                track.track,
                track.start,
                track.start.to_lba(),
                track.control
            )?;
        }
        let lead_out = self.lead_out;
        write!(f, "lead-out  {lead_out}  lba {:>6}", lead_out.to_lba())
    }
}
